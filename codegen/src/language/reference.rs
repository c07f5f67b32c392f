//! What names something that is declared elsewhere.

use std::ops::Range;

use super::{
    cursor::{At, Cursor},
    grammar::Spot,
    home::Home,
};
use crate::source::Span;

/// What is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// Types, inside of a type expression.
    TypeExpression,
    /// A type.
    Type,
    /// An event of the platform.
    Event,
    /// Another event of the domain.
    Sibling,
    /// An entry of a top-level map of `platform.yaml`.
    Entry(&'static str),
    /// A lint, by code or name.
    Lint,
}

/// Where a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A scalar below the key, in lists and maps too.
    Value,
    /// A free key of the map below the key.
    Key,
}

/// Mapping, key, where below it, what is named there.
const NAMES: &[(&str, &str, Place, Named)] = &[
    ("Field", "type", Place::Value, Named::TypeExpression),
    ("TypeDef", "type", Place::Value, Named::TypeExpression),
    ("Event", "extends", Place::Value, Named::Type),
    ("Response", "extends", Place::Value, Named::Type),
    ("TypeDef", "extends", Place::Value, Named::Type),
    ("Shape", "type", Place::Value, Named::Type),
    ("Event", "same_as", Place::Value, Named::Sibling),
    ("Event", "related", Place::Key, Named::Event),
    ("Deprecated", "use", Place::Value, Named::Event),
    ("Group", "members", Place::Value, Named::Event),
    ("Form", "event_is", Place::Value, Named::Event),
    ("EventBy", "events", Place::Value, Named::Event),
    ("Permissions", "any_of", Place::Value, Named::Entry("permissions")),
    ("Permissions", "set", Place::Value, Named::Entry("permission_sets")),
    ("Platform", "permission_sets", Place::Value, Named::Entry("permissions")),
    ("Field", "format", Place::Value, Named::Entry("formats")),
    ("Field", "keys", Place::Key, Named::Entry("forms")),
    ("Shape", "arrives", Place::Value, Named::Entry("forms")),
    ("Event", "protocol", Place::Value, Named::Entry("protocols")),
    ("Form", "protocol", Place::Value, Named::Entry("protocols")),
    ("Event", "apps", Place::Value, Named::Entry("app_kinds")),
    ("Event", "delivery", Place::Key, Named::Entry("app_kinds")),
    ("Event", "delivery", Place::Value, Named::Entry("deliveries")),
    ("Platform", "lints", Place::Key, Named::Lint),
    ("Platform", "allow", Place::Key, Named::Lint),
    ("TypesFile", "allow", Place::Key, Named::Lint),
    ("Event", "allow", Place::Key, Named::Lint),
];

/// What the thing at a cursor names; `spot` is what may stand there, or for a key what its map may be.
pub(super) fn named(cursor: &Cursor<'_>, spot: &Spot) -> Option<Named> {
    let (mapping, key) = spot.owner.as_ref()?;
    let place = match cursor.at {
        At::Key(..) if spot.is_free() => Place::Key,
        At::Key(..) => return None,
        // A plain text stands for a shape's type.
        At::Scalar(..) if spot.is_a("Shape") => return Some(Named::Type),
        At::Scalar(..) => Place::Value,
    };
    let found = NAMES.iter().find(|(of, name, at, _)| of == mapping && name == key && *at == place);
    found.map(|(.., named)| *named)
}

/// A name in a file.
#[derive(Debug)]
pub(super) struct Reference {
    pub(super) named: Named,
    pub(super) name: String,
    /// Where it stands.
    pub(super) span: Span,
}

/// The name at a byte.
pub(super) fn at(home: &Home<'_>, cursor: &Cursor<'_>, spot: &Spot, byte: usize) -> Option<Reference> {
    let named = named(cursor, spot)?;
    let (name, span) = match cursor.at {
        At::Key(key, _) => (key.value.clone(), key.span),
        At::Scalar(node, _) if named == Named::TypeExpression => {
            let word = word(&home.source.text, byte, node.span.start..node.span.end);
            let span = Span { start: word.start, end: word.end, ..node.span };
            (home.source.text[word].to_owned(), span)
        }
        At::Scalar(node, text) => (text.to_owned(), node.span),
    };
    Some(Reference { named, name, span })
}

/// The word around a byte, within some bytes.
pub(super) fn word(text: &str, byte: usize, within: Range<usize>) -> Range<usize> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let before = text.get(within.start..byte).unwrap_or_default();
    let after = text.get(byte..within.end).unwrap_or_default();
    let start = byte - (before.len() - before.trim_end_matches(is_word).len());
    let end = byte + (after.len() - after.trim_start_matches(is_word).len());
    start..end
}
