//! Findings as text.

mod github;
mod sarif;

use std::{collections::BTreeSet, ops::Range};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};
use serde::Serialize;

pub use self::{github::github, sarif::sarif};
use super::{Diagnostic, Diagnostics, Label, Severity, Suggestion};
use crate::source::{SourceFile, SourceMap, Span};

/// A mark under the source is at most this long, in characters; longer lines are cut around it.
const MAX_MARK: usize = 100;

/// A change is shown only in lines of at most so many bytes.
const MAX_PATCHED_LINE: usize = 300;

/// Drawn below the source, as compilers do.
#[must_use]
pub fn human(diagnostics: &Diagnostics, sources: &SourceMap, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&renderer.render(&report(diagnostic, sources)));
        text.push_str("\n\n");
    }
    text
}

/// One line each: `file:line:column: error[WE0101]: message`.
#[must_use]
pub fn short(diagnostics: &Diagnostics, sources: &SourceMap) -> String {
    let mut text = String::new();
    for Diagnostic { code, severity, message, primary, .. } in diagnostics {
        let place = Place::of(primary.span, sources);
        let severity = severity.as_str();
        text.push_str(&format!(
            "{}:{}:{}: {severity}[{code}]: {message}\n",
            place.file, place.line, place.column
        ));
    }
    text
}

/// One JSON object a line. `related`, `notes` and `suggestion` are there only where they say something.
#[must_use]
pub fn json(diagnostics: &Diagnostics, sources: &SourceMap) -> String {
    #[derive(Serialize)]
    struct Line<'a> {
        code: &'a str,
        severity: &'a str,
        #[serde(flatten)]
        place: Place,
        message: &'a str,
        help: Option<&'a str>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        related: Vec<Part<'a>>,
        #[serde(skip_serializing_if = "<[String]>::is_empty")]
        notes: &'a [String],
        #[serde(skip_serializing_if = "Option::is_none")]
        suggestion: Option<Part<'a>>,
    }

    /// A place with what is said about it, or what is to stand there.
    #[derive(Serialize)]
    struct Part<'a> {
        #[serde(flatten)]
        place: Place,
        text: &'a str,
        /// Of a suggestion: whether `check --fix` makes the change.
        #[serde(skip_serializing_if = "Option::is_none")]
        certain: Option<bool>,
    }

    let part = |span, text, certain| Part { place: Place::of(span, sources), text, certain };
    let mut text = String::new();
    for Diagnostic { code, severity, message, primary, secondary, help, notes, suggestion } in diagnostics {
        let line = Line {
            code: code.as_str(),
            severity: severity.as_str(),
            place: Place::of(primary.span, sources),
            message,
            help: help.as_deref(),
            related: secondary.iter().map(|label| part(label.span, label.text.as_str(), None)).collect(),
            notes,
            suggestion: suggestion
                .as_ref()
                .map(|change| part(change.span, change.replacement.as_str(), Some(change.certain))),
        };
        text.push_str(&serde_json::to_string(&line).unwrap_or_default());
        text.push('\n');
    }
    text
}

/// How many findings there are: `7 errors, 2 warnings in 3 files`.
#[must_use]
pub fn summary(diagnostics: &Diagnostics) -> String {
    let count = |severity| diagnostics.iter().filter(|found| found.severity == severity).count();
    let files: BTreeSet<_> = diagnostics.iter().map(|found| found.primary.span.file).collect();
    let counted = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let parts: Vec<String> = [(count(Severity::Error), "error"), (count(Severity::Warning), "warning")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| counted(n, what))
        .collect();
    if parts.is_empty() {
        return "no errors, no warnings".to_owned();
    }
    format!("{} in {}", parts.join(", "), counted(files.len(), "file"))
}

/// A span as people and tools read it: from 1, columns count characters, the end is exclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The path.
    pub file: String,
    /// The first line.
    pub line: usize,
    /// The first column.
    pub column: usize,
    /// The line of the end.
    pub end_line: usize,
    /// One past the last column.
    pub end_column: usize,
}

impl Place {
    /// Where a span is.
    #[must_use]
    pub fn of(span: Span, sources: &SourceMap) -> Place {
        let Some(file) = sources.get(span.file) else {
            return Place { file: String::new(), line: 1, column: 1, end_line: 1, end_column: 1 };
        };
        let (line, column) = file.line_column(span.start);
        let (end_line, end_column) = file.line_column(span.end);
        Place { file: file.path.display().to_string(), line, column, end_line, end_column }
    }
}

fn report<'a>(diagnostic: &'a Diagnostic, sources: &'a SourceMap) -> Vec<Group<'a>> {
    let Diagnostic { code, severity, message, primary, secondary, help, notes, suggestion } = diagnostic;
    let level = match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut main = Group::with_title(level.primary_title(message).id(code.as_str()));
    main = place(main, primary, secondary, sources);
    for note in notes {
        main = main.element(Level::NOTE.message(note));
    }
    let patch = suggestion.as_ref().and_then(|suggestion| patch(suggestion, sources));
    match (help, patch) {
        (Some(help), None) => vec![main.element(Level::HELP.message(help))],
        (None, None) => vec![main],
        (help, Some(patch)) => {
            let help = help.as_deref().unwrap_or("write it so");
            vec![main, Level::HELP.secondary_title(help).element(patch)]
        }
    }
}

/// Adds the source with the marks below it, a snippet per file.
fn place<'a>(
    mut group: Group<'a>,
    primary: &'a Label,
    secondary: &'a [Label],
    sources: &'a SourceMap,
) -> Group<'a> {
    let mut files = vec![primary.span.file];
    for label in secondary {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    for (id, file) in files.iter().filter_map(|id| Some((*id, sources.get(*id)?))) {
        let path = file.path.to_string_lossy();
        if file.text.is_empty() {
            group = group.element(Origin::path(path));
            continue;
        }
        let mut snippet = Snippet::source(&file.text).path(path);
        let kinds = std::iter::once((AnnotationKind::Primary, primary))
            .chain(secondary.iter().map(|label| (AnnotationKind::Context, label)));
        for (kind, label) in kinds.filter(|(_, label)| label.span.file == id) {
            let annotation = kind.span(mark(label.span, file));
            let text = (!label.text.is_empty()).then_some(label.text.as_str());
            snippet = snippet.annotation(annotation.label(text));
        }
        group = group.element(snippet);
    }
    group
}

/// The part of a span that is marked: on its first line, and not too long.
fn mark(span: Span, file: &SourceFile) -> Range<usize> {
    let text = file.text.get(span.start..span.end).unwrap_or_default();
    let line = text.split(['\r', '\n']).next().unwrap_or_default();
    let length = line.char_indices().nth(MAX_MARK).map_or(line.len(), |(i, _)| i);
    span.start..span.start + length
}

/// A change, unless its lines are too long to be shown.
fn patch<'a>(suggestion: &'a Suggestion, sources: &'a SourceMap) -> Option<Snippet<'a, Patch<'a>>> {
    let Suggestion { span, replacement, .. } = suggestion;
    let file = sources.get(span.file)?;
    let from = file.text[..span.start].rfind('\n').map_or(0, |i| i + 1);
    let to = file.text[span.end..].find('\n').map_or(file.text.len(), |i| span.end + i);
    if to - from + replacement.len() > MAX_PATCHED_LINE {
        return None;
    }
    let path = file.path.to_string_lossy();
    Some(Snippet::source(&file.text).path(path).patch(Patch::new(span.start..span.end, replacement)))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::diagnostic::Code;

    fn sources() -> (SourceMap, Span, Span) {
        let mut sources = SourceMap::default();
        let a = sources.add("schemas/a.yaml".into(), "name: 用户列表\nname: b\n".into());
        let b = sources.add("schemas/b.yaml".into(), format!("other: {}\n", "x".repeat(500)));
        (sources, Span { file: a, start: 6, end: 18 }, Span { file: b, start: 7, end: 507 })
    }

    fn one(diagnostic: Diagnostic) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        diagnostics.push(diagnostic);
        diagnostics
    }

    #[test]
    fn places_in_two_files_are_one_message() {
        let (sources, a, b) = sources();
        let found =
            Diagnostic::new(Code::NameCollision, a, "two things are called the same").label("this one");
        let found = found.also(b, "and this one").note("a note").help("give one of them a `rust_name`");
        expect![[r#"
            error[WE0301]: two things are called the same
             --> schemas/a.yaml:1:7
              |
            1 | name: 用户列表
              |       ^^^^^^^^ this one
              |
             ::: schemas/b.yaml:1:8
              |
            1 | other: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
              |        ---------------------------------------------------------------------------------------------------- and this one
              |
              = note: a note
              = help: give one of them a `rust_name`

        "#]]
        .assert_eq(&human(&one(found), &sources, false));
    }

    #[test]
    fn changes_are_shown_unless_their_line_is_long() {
        let (sources, a, b) = sources();
        let found =
            |span| one(Diagnostic::new(Code::UnknownKey, span, "no").help("write so").suggest(span, "c"));
        expect![[r#"
            error[WE0201]: no
             --> schemas/a.yaml:1:7
              |
            1 | name: 用户列表
              |       ^^^^^^^^
              |
            help: write so
              |
            1 - name: 用户列表
            1 + name: c
              |

        "#]]
        .assert_eq(&human(&found(a), &sources, false));
        assert!(human(&found(b), &sources, false).ends_with("= help: write so\n\n"));
    }

    #[test]
    fn colour_is_asked_for() {
        let (sources, a, _) = sources();
        let found = one(Diagnostic::new(Code::UnknownKey, a, "no"));
        assert!(human(&found, &sources, true).contains('\u{1b}'));
        assert!(!human(&found, &sources, false).contains('\u{1b}'));
    }

    #[test]
    fn the_summary_counts() {
        let (_, a, b) = sources();
        let error = |span| Diagnostic::new(Code::UnknownKey, span, "no");
        let mut found = Diagnostics::new();
        assert_eq!(summary(&found), "no errors, no warnings");
        found.push(Diagnostic::new(Code::TitleTooLong, a, "long"));
        assert_eq!(summary(&found), "1 warning in 1 file");
        found.extend([error(a), error(b)]);
        assert_eq!(summary(&found), "2 errors, 1 warning in 2 files");
    }
}
