//! Markdown as text: what has to be escaped, and tables.

pub(super) use crate::emit::prose::code;
use crate::emit::prose::{closing, longest_run, run};

/// Code spans in a list.
pub(super) fn codes(texts: &[String]) -> String {
    texts.iter().map(|text| code(text)).collect::<Vec<_>>().join(", ")
}

/// A link; what it shows is Markdown, where it leads was made by [`encoded`].
pub(super) fn link(text: &str, target: &str) -> String {
    format!("[{text}]({target})")
}

/// A block of code with a fence that does not occur in it.
pub(super) fn block(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", text.trim_end())
}

/// A path as the target of a link.
pub(super) fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The anchor that code hosts give to a heading, by the text that it shows.
pub(super) fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// A table. Columns that hold nothing are left out.
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these headings.
    pub(super) fn new<T: Into<String>>(head: impl IntoIterator<Item = T>) -> Self {
        Table { rows: vec![head.into_iter().map(Into::into).collect()] }
    }

    /// A table of names and values; the first of them is its heading.
    pub(super) fn facts(rows: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        Table { rows: rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect() }
    }

    /// Adds a row, as Markdown.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The table as Markdown; nothing where it has no rows.
    pub(super) fn markdown(&self) -> String {
        let Some((head, rows)) = self.rows.split_first().filter(|(_, rows)| !rows.is_empty()) else {
            return String::new();
        };
        let filled =
            |column: usize| rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.is_empty()));
        let columns: Vec<usize> = (0..head.len()).filter(|&column| filled(column)).collect();
        let line = |row: &Vec<String>| {
            let cells =
                columns.iter().map(|&column| row.get(column).map_or(String::new(), |text| cell(text)));
            format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
        };
        let rule = format!("|{}", " --- |".repeat(columns.len()));
        let lines = [line(head), rule].into_iter().chain(rows.iter().map(line));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Markdown inside a cell: on one line, and with the `|` of code spans escaped; those of prose are escaped already.
fn cell(markdown: &str) -> String {
    let text = markdown.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find('`') {
        let before = &rest[..start];
        let escaped = before.len() - before.trim_end_matches('\\').len();
        let fence = if escaped % 2 == 1 { 1 } else { run(&rest[start..]) };
        let (opened, after) = rest.split_at(start + fence);
        let end = if escaped % 2 == 1 { None } else { closing(after, fence) };
        let (code, after) = after.split_at(end.map_or(0, |end| end + fence));
        out.push_str(opened);
        out.push_str(&code.replace('|', "\\|"));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{Table, block, code, encoded, slug};

    #[test]
    fn pipes_do_not_end_a_cell() {
        let mut table = Table::new(["a", "b", "empty"]);
        table.row([code("x|y"), r"one \| two ``p|`q`` and | here".to_owned(), String::new()]);
        table.row(["line\nbreak".to_owned(), String::new()]);
        let expected =
            "| a | b |\n| --- | --- |\n| `x\\|y` | one \\| two ``p\\|`q`` and | here |\n| line break |  |";
        assert_eq!(table.markdown(), expected);
        assert_eq!(Table::new(["a"]).markdown(), "");
    }

    #[test]
    fn an_escaped_backtick_opens_no_code() {
        let mut table = Table::new(["a"]);
        table.row([r"an odd \` and `c|d`".to_owned()]);
        assert_eq!(table.markdown(), "| a |\n| --- |\n| an odd \\` and `c\\|d` |");
    }

    #[test]
    fn fences_are_longer_than_what_they_hold() {
        assert_eq!(block("json", "{}\n"), "```json\n{}\n```");
        assert_eq!(block("", "````"), "`````\n````\n`````");
    }

    #[test]
    fn paths_and_headings() {
        assert_eq!(encoded("docs/a b/接.md"), "docs/a%20b/%E6%8E%A5.md");
        assert_eq!(slug("Ways of delivery: `x_y`"), "ways-of-delivery-x_y");
    }
}
