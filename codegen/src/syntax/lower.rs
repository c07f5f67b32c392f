//! From nodes to raw schema types.

use std::fmt;

use super::{
    scalar,
    tree::{Node, NodeKind},
};
use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics},
    source::Span,
};

/// A raw schema type, or a part of one.
pub trait Lower: Sized {
    /// What it is written as, for messages.
    const EXPECTED: Expected;

    /// Builds it. Mistakes are reported; `None` if nothing is left of it.
    fn lower(node: &Node, cx: &mut Lowerer<'_>) -> Option<Self>;

    /// What stands for it where it is required but missing or unreadable, which was reported.
    fn placeholder(span: Span) -> Self;

    /// What stands for it under a free key, so that the key is not lost; `None` if the key means nothing without it.
    fn stand_in(_: Span) -> Option<Self> {
        None
    }
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A list.
    List,
    /// A map with free keys.
    Map,
    /// A map with known keys.
    Mapping {
        /// Those that must be there.
        required: &'static [&'static str],
    },
    /// Something else, in words.
    Other(&'static str),
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Expected::Text => "a text",
            Expected::Bool => "`true` or `false`",
            Expected::Integer => "a whole number",
            Expected::Number => "a number",
            Expected::List => "a list",
            Expected::Map | Expected::Mapping { .. } => "a map",
            Expected::Other(words) => words,
        })
    }
}

/// Lowers one file.
#[derive(Debug)]
pub struct Lowerer<'a> {
    source: &'a str,
    diagnostics: &'a mut Diagnostics,
    lost: bool,
    item: Option<Span>,
}

impl<'a> Lowerer<'a> {
    /// For a file with this text.
    pub fn new(source: &'a str, diagnostics: &'a mut Diagnostics) -> Self {
        Lowerer { source, diagnostics, lost: false, item: None }
    }

    /// Reports a mistake.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.lost |= !keeps_names(&diagnostic);
        self.diagnostics.push(diagnostic);
    }

    /// Whether a mistake took a name away, so that one that is not found proves nothing.
    #[must_use]
    pub fn lost_names(&self) -> bool {
        self.lost
    }

    /// The map with known keys whose values are lowered now, with its key; of the outermost one the whole file.
    pub(super) fn item(&self) -> Span {
        self.item.unwrap_or(Span::NOWHERE)
    }

    /// Says which map it is.
    pub(super) fn enter(&mut self, item: Span) {
        self.item = Some(item);
    }

    /// All of the file that a place is in.
    pub(super) fn whole_file(&self, span: Span) -> Span {
        Span { start: 0, end: self.source.len(), ..span }
    }

    /// What is written at a place.
    #[must_use]
    pub fn slice(&self, span: Span) -> &'a str {
        self.source.get(span.start..span.end).unwrap_or_default()
    }

    /// What is written between a place and the end of its line.
    #[must_use]
    pub fn rest_of_line(&self, at: usize) -> &'a str {
        self.source.get(at..).and_then(|rest| rest.lines().next()).unwrap_or_default()
    }

    /// Where the text of a scalar begins, if every byte of it stands in the file as it is.
    #[must_use]
    pub fn verbatim(&self, node: &Node) -> Option<usize> {
        let NodeKind::Scalar { text, .. } = &node.kind else { return None };
        let written = self.slice(node.span);
        let quoted = written.get(1..written.len().saturating_sub(1));
        if written == text {
            Some(node.span.start)
        } else {
            (quoted == Some(text.as_str())).then_some(node.span.start + 1)
        }
    }

    /// Reports that a value is of the wrong kind.
    pub fn wrong_type<T: Lower>(&mut self, node: &Node) -> Option<T> {
        if node.kind == NodeKind::Unreadable {
            return None;
        }
        let found = scalar::describe(node);
        let subject = node.key.map_or("this".to_owned(), |key| format!("`{}`", self.slice(key)));
        let message = format!("{subject} must be {}, but here is {found}", T::EXPECTED);
        let report = Diagnostic::new(Code::WrongType, node.span, message).label(format!("this is {found}"));
        // None of these holds or names anything.
        self.lost |=
            !matches!(T::EXPECTED, Expected::Bool | Expected::Integer | Expected::Number | Expected::List);
        self.diagnostics.push(scalar::advise(report, T::EXPECTED, node, self.slice(node.span)));
        None
    }

    /// Reports that a value is null: at itself, or at `place` if nothing is written at all.
    pub fn no_value(&mut self, subject: &str, node: &Node, place: Span) {
        let report = |span| Diagnostic::new(Code::NoValue, span, format!("{subject} has no value"));
        self.report(if node.is_absent() {
            report(place).help("write the value, or remove it")
        } else {
            let written = self.slice(node.span);
            let help =
                format!("write the value, or remove it; if the text is meant, quote it: \"{written}\"");
            report(node.span).label("this means nothing").help(help)
        });
    }
}

/// Whether all keys, and all names of other things, are there in spite of a mistake: it is in a value, or it is known what was meant.
fn keeps_names(mistake: &Diagnostic) -> bool {
    match mistake.code {
        Code::NotQuoted | Code::UnknownWord | Code::BadNumber | Code::MissingKey => true,
        Code::TypeSyntax | Code::UnknownType => true,
        Code::UnknownKey => mistake.suggestion.as_ref().is_some_and(|change| change.certain),
        _ => false,
    }
}

impl<T: Lower> Lower for Vec<T> {
    const EXPECTED: Expected = Expected::List;

    fn lower(node: &Node, cx: &mut Lowerer<'_>) -> Option<Self> {
        let NodeKind::List(items) = &node.kind else { return cx.wrong_type(node) };
        let mut lowered = Vec::with_capacity(items.len());
        for item in items {
            if scalar::is_null(item) {
                cx.no_value("an entry of the list", item, node.span);
            } else {
                lowered.extend(T::lower(item, cx));
            }
        }
        Some(lowered)
    }

    fn placeholder(_: Span) -> Self {
        Vec::new()
    }
}

/// Words as a list: `a`, `b` and `c`.
pub fn list_of(words: &[&str], last: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((tail, [])) => tail.clone(),
        Some((tail, init)) => format!("{} {last} {tail}", init.join(", ")),
        None => "nothing".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        source::{SourceMap, Spanned},
        syntax::{OrderedMap, RawEvent, RawField, TypeKind, tree},
    };

    fn read<T: Lower>(text: &str) -> (Option<T>, Vec<Code>) {
        let file = SourceMap::default().add("a".into(), text.to_owned());
        let mut diagnostics = Diagnostics::new();
        let node = tree::parse(text, file, &mut diagnostics).unwrap();
        let raw = T::lower(&node, &mut Lowerer::new(text, &mut diagnostics));
        (raw, diagnostics.iter().map(|found| found.code).collect())
    }

    #[test]
    fn a_mistake_in_one_field_leaves_the_others() {
        let (fields, codes) = read::<OrderedMap<RawField>>(
            "a: { type: list<, about: A. }\nb: { abuot: B. }\nc: { type: int, about: C., always: maybe }\nd: string\n",
        );
        assert_eq!(
            codes,
            [Code::TypeSyntax, Code::UnknownKey, Code::MissingKey, Code::WrongType, Code::WrongType]
        );
        let fields = fields.unwrap();
        assert_eq!(fields.keys().map(|key| key.as_str()).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
        assert_eq!(fields.get("a").unwrap().ty.kind, TypeKind::Invalid);
        assert_eq!(
            fields.get("b").unwrap().about.value,
            "B.",
            "a misspelt key counts as the one that was meant"
        );
        assert_eq!(fields.get("c").unwrap().always, None);
        assert_eq!(fields.get("d").unwrap().about.value, "", "an empty text stands for one that is missing");
    }

    #[test]
    fn the_first_of_two_equal_keys_counts() {
        let (map, codes) = read::<OrderedMap<Spanned<String>>>("a: b\nc: d\na: e\n");
        let expected = [("a", "b"), ("c", "d")].map(|(k, v)| (k.to_owned().into(), v.to_owned().into()));
        assert_eq!((map.unwrap().0, codes), (expected.to_vec(), vec![Code::DuplicateKey]));
    }

    #[test]
    fn lists_keep_what_can_be_read() {
        let (list, codes) = read::<Vec<Spanned<String>>>("[a, [b], ~, c]");
        assert_eq!(list.unwrap(), ["a", "c"].map(|text| text.to_owned().into()));
        assert_eq!(codes, [Code::WrongType, Code::NoValue]);
    }

    #[test]
    fn a_space_that_is_missing_is_named() {
        let (field, codes) = read::<RawField>("{ type:int, about: An integer., always:true }");
        assert_eq!(codes, [Code::UnknownKey, Code::UnknownKey]);
        assert_eq!(field.unwrap().about.value, "An integer.");
    }

    #[test]
    fn a_file_that_is_no_map_is_one_mistake() {
        assert_eq!(read::<RawEvent>("- event: ping\n").1, [Code::WrongType]);
    }

    #[test]
    fn words_are_listed() {
        assert_eq!(list_of(&[], "and"), "nothing");
        assert_eq!(list_of(&["a"], "and"), "`a`");
        assert_eq!(list_of(&["a", "b", "c"], "or"), "`a`, `b` or `c`");
    }
}
