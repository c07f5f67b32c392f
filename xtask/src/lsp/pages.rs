//! Where the codes are explained.

use std::path::Path;

use lsp_types::{CodeDescription, Uri};
use workplace_events_codegen::diagnostic::Code;

/// The part of `docs/diagnostics.md` that explains a code.
pub(crate) fn explains(generated: &Path, code: Code) -> Option<CodeDescription> {
    let mut href = Uri::from_file_path(generated.join("docs/diagnostics.md")).ok()?;
    href.set_fragment(Some(&anchor(&format!("{code}: {}", code.title()))));
    Some(CodeDescription { href })
}

/// The anchor of a heading, as code hosts make it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

#[cfg(test)]
mod tests {
    use super::anchor;

    #[test]
    fn anchors_are_those_of_code_hosts() {
        assert_eq!(anchor("WE0201: an unknown key"), "we0201-an-unknown-key");
        assert_eq!(anchor("WE0202: `a_b` twice"), "we0202-a_b-twice");
    }
}
