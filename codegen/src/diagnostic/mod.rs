//! What is wrong with the schemas, as data. Rendering is apart from it.

mod code;
pub mod examples;
pub mod explain;
pub mod fix;
pub mod render;

use std::collections::BTreeSet;

pub use code::Code;

use crate::source::Span;

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of finding; stable.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One line that says what is wrong.
    pub message: String,
    /// Where.
    pub primary: Label,
    /// Other places that belong to it.
    pub secondary: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
    /// A change that would mend it.
    pub suggestion: Option<Suggestion>,
}

/// A place and a word on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words; may be empty.
    pub text: String,
}

/// A change to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What to replace.
    pub span: Span,
    /// With what.
    pub replacement: String,
    /// Whether nothing else can be meant, so that `check --fix` makes the change.
    pub certain: bool,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Worth a look.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

impl Diagnostic {
    /// A finding with the severity of its code.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: code.severity(),
            message: one_line(message),
            primary: Label { span, text: String::new() },
            secondary: Vec::new(),
            help: None,
            notes: Vec::new(),
            suggestion: None,
        }
    }

    /// A few words at the place itself.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = one_line(text);
        self
    }

    /// Another place that belongs to it.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: one_line(text) });
        self
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(shortened(text));
        self
    }

    /// What else is worth knowing.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(shortened(text));
        self
    }

    /// A change that mends it, if it is what was meant.
    #[must_use]
    pub fn suggest(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.suggestion = Some(Suggestion { span, replacement: replacement.into(), certain: false });
        self
    }

    /// A change that mends it, and nothing else can be meant.
    #[must_use]
    pub fn mend(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.suggestion = Some(Suggestion { span, replacement: replacement.into(), certain: true });
        self
    }
}

/// A text without what would flood a terminal: files may quote themselves in messages.
fn shortened(text: impl Into<String>) -> String {
    const MAX: usize = 600;

    let mut text = text.into();
    if let Some((end, _)) = text.char_indices().nth(MAX) {
        text.truncate(end);
        text.push_str("...");
    }
    text
}

/// A text as one line: keys may hold line ends.
fn one_line(text: impl Into<String>) -> String {
    let text = shortened(text);
    if text.contains(char::is_control) { text.replace(char::is_control, " ") } else { text }
}

/// All findings of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    items: Vec<Diagnostic>,
}

impl Diagnostics {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.items.push(diagnostic);
    }

    /// Puts them in the order of file, place and code, and leaves out repetitions.
    pub fn sort(&mut self) {
        let mut seen = BTreeSet::new();
        self.items.sort_by(|a, b| Self::rank(a).cmp(&Self::rank(b)));
        self.items.retain(|item| seen.insert((item.code, item.primary.span, item.message.clone())));
    }

    fn rank(item: &Diagnostic) -> (Span, Code, &str) {
        (item.primary.span, item.code, &item.message)
    }

    /// Keeps the findings that a function keeps; it may change them.
    pub fn retain(&mut self, keep: impl FnMut(&mut Diagnostic) -> bool) {
        self.items.retain_mut(keep);
    }

    /// The findings.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.items.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether one of them is an error, so that nothing may be generated.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.items.iter().any(|item| item.severity == Severity::Error)
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, items: I) {
        self.items.extend(items);
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    #[test]
    fn findings_are_sorted_and_said_once() {
        let mut sources = SourceMap::default();
        let (a, b) = (sources.add("a".into(), "xx".into()), sources.add("b".into(), "xx".into()));
        let at = |file, start| Span { file, start, end: start + 1 };
        let of = |code, span| Diagnostic::new(code, span, "message");
        let mut found = Diagnostics::new();
        found.extend([
            of(Code::UnknownKey, at(b, 0)),
            of(Code::UnknownKey, at(a, 1)),
            of(Code::InvalidYaml, at(a, 1)),
            of(Code::UnknownKey, at(b, 0)).help("said again by another stage"),
            of(Code::UnknownKey, at(a, 0)),
        ]);
        found.sort();
        let order: Vec<_> = found.iter().map(|item| (item.code, item.primary.span)).collect();
        let expected = [
            (Code::UnknownKey, at(a, 0)),
            (Code::InvalidYaml, at(a, 1)),
            (Code::UnknownKey, at(a, 1)),
            (Code::UnknownKey, at(b, 0)),
        ];
        assert_eq!(order, expected);
    }

    #[test]
    fn only_errors_keep_from_generating() {
        let mut found = Diagnostics::new();
        found.push(Diagnostic::new(Code::TitleTooLong, Span::NOWHERE, "long"));
        assert!(!found.has_errors());
        found.push(Diagnostic::new(Code::UnknownKey, Span::NOWHERE, "unknown"));
        assert!(found.has_errors());
    }

    #[test]
    fn messages_are_one_line() {
        let found = Diagnostic::new(Code::UnknownKey, Span::NOWHERE, "unknown key `a\nb`").label("a\tb");
        assert_eq!((found.message.as_str(), found.primary.text.as_str()), ("unknown key `a b`", "a b"));
    }

    #[test]
    fn long_texts_are_cut() {
        let found = Diagnostic::new(Code::UnknownKey, Span::NOWHERE, "消".repeat(10_000));
        assert_eq!(found.message.chars().count(), 603);
    }
}
