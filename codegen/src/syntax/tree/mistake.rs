//! What the parser refuses, in the words of the schema's author.

use granit_parser::{ErrorKind, ScanError};

use super::{Builder, Inside, is_invisible};
use crate::{
    diagnostic::{Code, Diagnostic},
    source::{Span, char_start},
};

impl Builder<'_> {
    /// Reports what the parser refused. Invisible characters were reported before.
    pub(super) fn mistake(&mut self, error: &ScanError) {
        use ErrorKind as E;

        let at = error.marker().byte_offset().unwrap_or(self.last_end);
        let at = char_start(self.text, at);
        if let Some(tab) = self.tab(at, error.kind()) {
            let report = Diagnostic::new(Code::Tab, self.span(tab, tab + 1), "a tab where YAML wants spaces");
            self.diagnostics
                .push(report.label("this is a tab").help("replace it with spaces, two per level"));
            return;
        }
        if self.text.get(self.alias_end..at).is_some_and(|rest| self.alias_end > 0 && rest.trim().is_empty())
        {
            // It is about the rest of a text that begins with `*`, which was reported.
            return;
        }
        match error.kind() {
            E::RecursionLimitExceeded => self.too_deep(self.one(at)),
            E::UnclosedQuotedScalar | E::InvalidQuotedScalarIndent | E::DocumentIndicatorInQuotedScalar => {
                self.unclosed_quote(at);
            }
            E::UnclosedFlowCollection { .. } => self.unclosed(at, None),
            E::MismatchedFlowCollectionEnd { open, close } => {
                let message = format!("this `{open}` is closed by a `{close}`");
                let report = Diagnostic::new(Code::Unclosed, self.one(at), message).label("opened here");
                self.diagnostics.push(report.help(format!("close it by a `{}`", closing(*open))));
            }
            E::MissingAnchorOrAliasName => {
                self.report(Code::Anchor, self.one(at), "anchors and aliases are not allowed", QUOTE);
            }
            E::BomInsideDocument => {}
            E::UnexpectedCharacter { character } if is_invisible(*character) => {}
            kind => match self.open_bracket(at) {
                Some(open) => self.unclosed(open, Some(at)),
                None => self.other(kind, at),
            },
        }
    }

    /// All that is about no bracket, quote or tab.
    fn other(&mut self, kind: &ErrorKind, at: usize) {
        use ErrorKind as E;

        let place = self.one(at);
        let (place, message, help) = match kind {
            E::MappingValueNotAllowed if self.continues_text(at) => (
                self.line_until(at),
                "this line continues the text above it, so it cannot be a key".to_owned(),
                "indent it like the keys beside it, or quote the text above",
            ),
            E::MappingValueNotAllowed | E::ExpectedFlowMappingSeparator | E::InvalidColonPlacement
                if self.text[at..].starts_with(':') =>
            {
                (place, "a second `:` in one value".to_owned(), "quote a text that contains `: `")
            }
            E::UnexpectedCharacter { character } => {
                (place, format!("a text cannot begin with '{character}'"), QUOTE)
            }
            kind => match words(kind) {
                Some((message, help)) => (place, message.to_owned(), help),
                None => (
                    place,
                    format!("YAML cannot be read here: {kind}"),
                    "mend this line; if it is a text, quote it",
                ),
            },
        };
        self.report(Code::InvalidYaml, place, message, help);
    }

    /// A bracket that is open since an earlier line: what YAML refuses now is most likely no part of it.
    fn open_bracket(&self, at: usize) -> Option<usize> {
        let frame = self.frames.iter().rev().find(|frame| frame.flow)?;
        self.text
            .get(frame.start..at)
            .is_some_and(|inside| inside.contains('\n') || at == self.text.len())
            .then_some(frame.start)
    }

    fn unclosed(&mut self, open: usize, at: Option<usize>) {
        let bracket = self.text[open..].chars().next().unwrap_or('[');
        let report =
            Diagnostic::new(Code::Unclosed, self.one(open), format!("this `{bracket}` is not closed"))
                .label("opened here")
                .help(format!("add the `{}`", closing(bracket)));
        self.diagnostics.push(match at.filter(|at| *at < self.text.len()) {
            Some(at) => report.also(self.one(at), "this no longer fits"),
            None => report,
        });
    }

    fn unclosed_quote(&mut self, at: usize) {
        let open =
            self.text[self.last_end.min(at)..].find(['"', '\'']).map_or(at, |i| i + self.last_end.min(at));
        let report = Diagnostic::new(Code::Unclosed, self.one(open), "this quote is not closed");
        self.diagnostics.push(report.label("opened here").help("add the closing quote"));
    }

    /// The tab that YAML refused, if that is what it was.
    fn tab(&self, at: usize, kind: &ErrorKind) -> Option<usize> {
        use ErrorKind as E;

        let line = self.text[..at].rfind('\n').map_or(0, |i| i + 1);
        let rest = &self.text[line..];
        let indentation = &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()];
        match kind {
            E::TabNotAllowed
            | E::TabInBlockIndentation
            | E::TabAtBlockScalarStart
            | E::TabInIndentation
            | E::TabInPlainScalar => {
                self.text[at..].find('\t').map(|i| at + i).or(indentation.find('\t').map(|i| line + i))
            }
            _ => indentation.find('\t').map(|i| line + i),
        }
    }

    /// Whether the last text began on an earlier line, so that a wrong indentation made this line a part of it.
    fn continues_text(&self, at: usize) -> bool {
        let Some(frame) = self.frames.last() else { return false };
        let start = match &frame.inside {
            Inside::Map { entries, .. } => entries.last().map(|(_, value)| value.span.start),
            Inside::List(items) => items.last().map(|item| item.span.start),
        };
        start.and_then(|start| self.text.get(start..at)).is_some_and(|text| text.contains('\n'))
    }

    /// The line of a place, from its first word to the place.
    fn line_until(&self, at: usize) -> Span {
        let line = self.text[..at].rfind('\n').map_or(0, |i| i + 1);
        let start = at - self.text[line..at].trim_start().len();
        self.span(start, at)
    }

    /// The character at a place.
    fn one(&self, at: usize) -> Span {
        let width = self.text[at..].chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
        self.span(at, at + width)
    }
}

/// Message and help of mistakes that need no more than the place.
fn words(kind: &ErrorKind) -> Option<(&'static str, &'static str)> {
    use ErrorKind as E;

    Some(match kind {
        E::ExpectedFlowMappingSeparator | E::ExpectedFlowSequenceSeparator => {
            ("a comma or the closing bracket is missing before this", "add it, or quote the text")
        }
        E::BlockSequenceEntryNotAllowed | E::BlockEntryInFlowCollection => {
            ("a list cannot begin here", "begin each entry on a line of its own, or write `[a, b]`")
        }
        E::ExpectedBlockMappingKey
        | E::ExpectedDocumentStart
        | E::ExpectedBlockSequenceEntry
        | E::InvalidIndentation
        | E::InvalidBlockScalarIndent
        | E::InvalidFlowScalarIndent => (
            "this line is not indented like those it belongs to",
            "indent it like the keys or entries beside it",
        ),
        E::SimpleKeyExpected | E::InvalidSimpleKey => {
            ("here a `key: value` is wanted", "add the `:`, or quote the text that this line belongs to")
        }
        E::MisplacedFlowCollectionEnd => {
            ("this bracket closes nothing", "remove it, or quote the text that it belongs to")
        }
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => (
            "the value goes on after its closing quote",
            "quote all of it; inside '...' a quote is written twice, inside \"...\" it is written \\\"",
        ),
        E::UnknownQuotedScalarEscape | E::InvalidQuotedScalarHexEscape => (
            "an unknown escape in a text with double quotes",
            "write `\\\\` for a backslash, or use single quotes",
        ),
        E::CommentInterceptedScalar => {
            ("a comment ends a text that goes on below", "quote the text, or move the comment")
        }
        E::DirectiveDisallowed => ("directives are not allowed", "remove this line"),
        _ => return None,
    })
}

/// What closes a bracket.
fn closing(open: char) -> char {
    if open == '{' { '}' } else { ']' }
}

/// What to do about a text that begins like YAML.
const QUOTE: &str = "quote the text";
