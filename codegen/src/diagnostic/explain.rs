//! The explanations of all codes: for `explain`, and as a page.

use super::{
    Code,
    examples::{Example, example},
};
use crate::syntax::RawLevel;

/// Families by the first two digits of their codes.
const FAMILIES: &[(&str, &str)] = &[
    ("01", "Text and YAML"),
    ("02", "Structure"),
    ("03", "Names"),
    ("04", "Types"),
    ("05", "Values"),
    ("06", "Permissions"),
    ("07", "Examples"),
    ("08", "Style"),
];

/// What a code means, as Markdown: its title, how bad it is, why it is wrong and what to do, with an
/// example.
#[must_use]
pub fn explain(code: Code) -> String {
    let severity = if code.is_lint() {
        let level = match code.level() {
            RawLevel::Error => "error",
            RawLevel::Warn => "warn",
            RawLevel::Allow => "allow",
        };
        format!(
            "The lint `{}`; its level is `{level}` unless `lints` in `platform.yaml` sets another.",
            code.name()
        )
    } else {
        "An error: nothing is generated.".to_owned()
    };
    let example = example(code).map_or(String::new(), |Example { wrong, right }| {
        format!("\nWrong:\n\n```yaml\n{wrong}```\n\nRight:\n\n```yaml\n{right}```\n")
    });
    format!("{code}: {}\n\n{severity}\n\n{}\n{example}", code.title(), code.explanation())
}

/// All codes with their titles, a line each.
#[must_use]
pub fn list() -> String {
    Code::ALL.iter().map(|code| format!("{code}  {}\n", code.title())).collect()
}

/// `docs/diagnostics.md`: all explanations, by family.
#[must_use]
pub fn page() -> String {
    let mut page = "# Diagnostics\n\nWhat `cargo xtask check` finds. `cargo xtask explain CODE` prints one of these; codes never change \
                    their meaning.\n\nExamples are keys of an event; a path as a comment begins another file. `<U+200B>` and \
                    `<0xFF>` stand for what cannot be seen.\n"
        .to_owned();
    for (family, title) in FAMILIES {
        page.push_str(&format!("\n## {title}\n"));
        for code in Code::ALL.iter().filter(|code| code.as_str()[2..].starts_with(family)) {
            page.push_str(&format!("\n### {}", explain(*code)));
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_explains_every_code_once() {
        let page = page();
        for code in Code::ALL {
            assert_eq!(page.matches(&format!("### {code}: ")).count(), 1, "{code} belongs to no family");
        }
    }
}
