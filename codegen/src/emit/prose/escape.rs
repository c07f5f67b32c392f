//! Texts of a schema as Markdown that shows them as they are.

/// Prose as Markdown: paragraphs, code spans and links stay, everything else that Markdown or rustdoc would take for markup
/// is escaped.
pub(crate) fn markdown(prose: &str) -> String {
    let mut out = String::with_capacity(prose.len() + 8);
    // Indented lines would be code, and in rustdoc a test.
    let lines: Vec<&str> = prose.lines().map(str::trim).collect();
    for paragraph in lines.split(|line| line.is_empty()).filter(|lines| !lines.is_empty()) {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        inline(&paragraph.join("\n"), &mut out);
    }
    out
}

/// One paragraph.
fn inline(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        escape(&rest[..start], out);
        let fence = run(&rest[start..]);
        let after = &rest[start + fence..];
        rest = match closing(after, fence) {
            Some(end) => {
                out.push_str(&code(&after[..end].split_whitespace().collect::<Vec<_>>().join(" ")));
                &after[end + fence..]
            }
            None => {
                out.push_str(&"\\`".repeat(fence));
                after
            }
        };
    }
    escape(rest, out);
}

/// How many backticks a text begins with.
pub(crate) fn run(text: &str) -> usize {
    text.bytes().take_while(|byte| *byte == b'`').count()
}

/// Where a run of exactly so many backticks begins.
pub(crate) fn closing(text: &str, fence: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(start) = text[at..].find('`').map(|start| at + start) {
        let found = run(&text[start..]);
        if found == fence {
            return Some(start);
        }
        at = start + found;
    }
    None
}

/// Text outside of code.
fn escape(text: &str, out: &mut String) {
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        if (out.is_empty() || out.ends_with('\n')) && begins_block(word) {
            let (number, sign) = word.split_at(word.len() - 1);
            out.push_str(&format!("{number}\\{sign}"));
        } else {
            escape_word(word, out);
        }
        out.push_str(&piece[word.len()..]);
    }
}

/// Whether a word would make a heading, a list or a rule of a line that it begins.
fn begins_block(word: &str) -> bool {
    let all = |sign: char| word.chars().all(|c| c == sign);
    let number = word.trim_end_matches(['.', ')']);
    let numbered = number.len() + 1 == word.len() && number.bytes().all(|byte| byte.is_ascii_digit());
    !word.is_empty() && (all('#') || all('-') || all('=') || word == "+" || numbered && !number.is_empty())
}

fn escape_word(word: &str, out: &mut String) {
    let (word, link) = match word.find("https://").or_else(|| word.find("http://")) {
        Some(start) => word.split_at(start),
        None => (word, ""),
    };
    for (at, c) in word.char_indices() {
        let markup = matches!(c, '[' | ']' | '<' | '>' | '*' | '_' | '\\' | '|' | '~' | '$');
        if markup || c == '&' && word[at..].contains(';') {
            out.push('\\');
        }
        out.push(c);
    }
    if !link.is_empty() {
        let (link, rest) = link.split_at(link_end(link));
        out.push_str(&autolink(link));
        escape_word(rest, out);
    }
}

/// Where the link ends that a text begins with: what closes the sentence or bracket around it is no part of it.
fn link_end(text: &str) -> usize {
    let outside = |c: char| !c.is_ascii() || matches!(c, '<' | '>' | '"' | '\\');
    let mut link = &text[..text.find(outside).unwrap_or(text.len())];
    loop {
        let unopened = link.matches('(').count() < link.matches(')').count();
        let stop = |c: char| ".,;:!?'*]".contains(c) || c == ')' && unopened;
        match link.strip_suffix(stop) {
            Some(shorter) => link = shorter,
            None => return link.len(),
        }
    }
}

/// A link that shows where it leads.
pub(crate) fn autolink(url: &str) -> String {
    let url = url.replace('<', "%3C").replace('>', "%3E").replace('|', "%7C").replace(' ', "%20");
    format!("<{url}>")
}

/// A code span that shows a text as it is, on one line. The empty text is shown as two quotes, as there is no empty code
/// span.
pub(crate) fn code(text: &str) -> String {
    if text.is_empty() {
        return "`\"\"`".to_owned();
    }
    let shown = |c: char| if c.is_control() { c.escape_debug().to_string() } else { c.to_string() };
    let text: String = text.chars().map(shown).collect();
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    let edge = text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    // One space at either end belongs to the fence, but not where all of the text is spaces.
    let pad = if edge && !text.trim().is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// How many of a character stand in a row at most.
pub(crate) fn longest_run(text: &str, of: char) -> usize {
    text.split(|c| c != of).map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{autolink, code, markdown};

    #[test]
    fn code_shows_every_text() {
        assert_eq!(code("im:message"), "`im:message`");
        assert_eq!(code(""), "`\"\"`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`a`"), "`` `a` ``");
        assert_eq!(code(" "), "` `");
        assert_eq!(code("a\nb"), "`a\\nb`");
    }

    #[test]
    fn prose_is_no_markup() {
        assert_eq!(markdown("a_b *c* [d] <e> f|g ~h~ $i$"), r"a\_b \*c\* \[d\] \<e\> f\|g \~h\~ \$i\$");
        assert_eq!(markdown("R&D, &lt;"), r"R&D, \&lt;");
    }

    #[test]
    fn code_in_prose_stays() {
        assert_eq!(markdown("`a_b` and `c|d`"), "`a_b` and `c|d`");
        assert_eq!(markdown("``a ` b`` and ` ``c`` `"), "``a ` b`` and ``` ``c`` ```");
        assert_eq!(markdown("over `two\n  lines`"), "over `two lines`");
        assert_eq!(markdown("an odd ` and a_b"), r"an odd \` and a\_b");
        assert_eq!(markdown("`not over\n\nparagraphs`"), "\\`not over\n\nparagraphs\\`");
    }

    #[test]
    fn nothing_is_a_block_of_code() {
        assert_eq!(markdown("a\n\n    b\n\n\n\tc  \nd"), "a\n\nb\n\nc\nd");
        assert_eq!(markdown("```rust\nlet x = 1;\n```"), "`rust let x = 1;`");
        assert_eq!(markdown("```\nx"), "\\`\\`\\`\nx");
        assert_eq!(markdown("~~~\nx\n~~~"), "\\~\\~\\~\nx\n\\~\\~\\~");
    }

    #[test]
    fn lines_begin_no_lists_and_headings() {
        assert_eq!(markdown("- a\n1. b - c\n# d\n###### e"), "\\- a\n1\\. b - c\n\\# d\n#####\\# e");
        assert_eq!(markdown("a\n===\nb\n---"), "a\n==\\=\nb\n--\\-");
        assert_eq!(markdown("-1 is none. 1 is the root."), "-1 is none. 1 is the root.");
    }

    #[test]
    fn bare_links_become_links() {
        assert_eq!(markdown("See https://a.b/c_d."), "See <https://a.b/c_d>.");
        assert_eq!(markdown("https://a.b/?c|d\nnext"), "<https://a.b/?c%7Cd>\nnext");
        assert_eq!(markdown("(https://a.b/c), (https://a.b/(c))"), "(<https://a.b/c>), (<https://a.b/(c)>)");
        assert_eq!(markdown("[x](https://a.b)"), r"\[x\](<https://a.b>)");
        assert_eq!(markdown("<https://a.b>"), r"\<<https://a.b>\>");
        assert_eq!(autolink("https://a.b/<c>"), "<https://a.b/%3Cc%3E>");
    }
}
