//! Drift: where a payload differs from its schema. It never fails an event.

use std::fmt;

/// One difference between a payload and its schema.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Drift {
    /// What kind of difference.
    pub kind: DriftKind,
    /// Where: keys and list positions from the top of the body, such as `message.mentions[0].key`.
    pub path: String,
    /// What the schema says.
    pub expected: String,
    /// What was there. Names types, and values only of sets that the schema knows.
    pub found: String,
}

/// What kind of difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DriftKind {
    /// A field that is always there is not; it has its default.
    Missing,
    /// A key that the schema does not know.
    UnknownKey,
    /// The key of another wire form; its value was taken.
    OtherForm,
    /// A value in another type than declared; taken where it could be read.
    WrongType,
    /// A value that the schema does not list; kept.
    UnknownValue,
    /// A shape that the schema does not list; kept raw.
    UnknownShape,
    /// A text that should hold JSON and does not; kept raw where the type allows it.
    NotJson,
    /// An element of a list or map that does not fit; it is missing from the typed body.
    LeftOut,
    /// A value outside of what the platform promises; found by the checker only.
    Constraint,
}

impl DriftKind {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            DriftKind::Missing => "missing",
            DriftKind::UnknownKey => "unknown_key",
            DriftKind::OtherForm => "other_form",
            DriftKind::WrongType => "wrong_type",
            DriftKind::UnknownValue => "unknown_value",
            DriftKind::UnknownShape => "unknown_shape",
            DriftKind::NotJson => "not_json",
            DriftKind::LeftOut => "left_out",
            DriftKind::Constraint => "constraint",
        }
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.path.is_empty() { "the body" } else { &self.path };
        write!(f, "{place}: expected {}, found {}", self.expected, self.found)
    }
}

/// The place that is being read, as the way from the top; a text only when somebody asks.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Path<'p> {
    Top,
    Key(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Top => Ok(()),
            Path::Key(Path::Top, key) => f.write_str(key),
            Path::Key(above, key) => write!(f, "{above}.{key}"),
            Path::Index(above, index) => write!(f, "{above}[{index}]"),
        }
    }
}
