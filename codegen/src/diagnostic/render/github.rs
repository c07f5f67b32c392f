//! Findings as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.

use super::Place;
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    source::SourceMap,
};

/// One command a line: `::error file=...,line=...,title=...::message`.
/// Format: <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>.
#[must_use]
pub fn github(diagnostics: &Diagnostics, sources: &SourceMap) -> String {
    diagnostics.iter().map(|diagnostic| command(diagnostic, sources)).collect()
}

fn command(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let Diagnostic { code, severity, message, primary, help, .. } = diagnostic;
    let Place { file, line, column, end_line, end_column } = Place::of(primary.span, sources);
    // Columns are only understood within one line.
    let columns =
        if line == end_line { format!(",col={column},endColumn={end_column}") } else { String::new() };
    let help = help.as_ref().map_or(String::new(), |help| format!("\nhelp: {help}"));
    format!(
        "::{} file={},line={line},endLine={end_line}{columns},title={code}::{}\n",
        severity.as_str(),
        property(&file),
        text(&format!("{message}{help}"))
    )
}

fn text(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(value: &str) -> String {
    text(value).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{diagnostic::Code, source::Span};

    #[test]
    fn what_the_format_needs_is_escaped() {
        let mut sources = SourceMap::default();
        let file = sources.add("schemas/a,b.yaml".into(), "one: 1\ntwo: 2\n".into());
        let mut found = Diagnostics::new();
        let first = Span { file, start: 0, end: 3 };
        found.push(Diagnostic::new(Code::UnknownKey, first, "100 % wrong").help("write\nso"));
        found.push(Diagnostic::new(Code::TitleTooLong, Span { file, start: 0, end: 9 }, "long"));
        assert_eq!(
            github(&found, &sources),
            "::error file=schemas/a%2Cb.yaml,line=1,endLine=1,col=1,endColumn=4,title=WE0201::100 %25 wrong%0Ahelp: write%0Aso\n\
             ::warning file=schemas/a%2Cb.yaml,line=1,endLine=2,title=WE0801::long\n"
        );
    }
}
