//! Events.

use super::{EventId, EventKind, PlatformId, TypeId};
use crate::source::Span;

/// What is known about an event or a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The platform documents it.
    Documented,
    /// Seen in samples only.
    Sample,
    /// Nothing is documented.
    None,
}

/// A deprecation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deprecated {
    /// Since when.
    pub since: Option<String>,
    /// What to use instead.
    pub replacement: Option<String>,
    /// A word on it.
    pub note: Option<String>,
}

/// An event or callback.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its platform.
    pub platform: PlatformId,
    /// Its domain.
    pub domain: String,
    /// The file stem.
    pub name: String,
    /// The platform's name.
    pub wire: String,
    /// Its protocol, an index into the platform's protocols.
    pub protocol: Option<usize>,
    /// Event or callback.
    pub kind: EventKind,
    /// Title.
    pub title: String,
    /// The platform's own title.
    pub title_zh: Option<String>,
    /// What happened.
    pub about: String,
    /// The platform's page.
    pub docs: Option<String>,
    /// More pages.
    pub see_also: Vec<String>,
    /// Kinds of app.
    pub apps: Vec<String>,
    /// Ways of delivery per kind of app; the empty kind stands for all.
    pub delivery: Vec<(String, Vec<String>)>,
    /// Permissions of which any one is enough.
    pub permissions: Vec<String>,
    /// What identifies it.
    pub dedup_by: DedupBy,
    /// What keeps it in order.
    pub order_by: Vec<String>,
    /// Names in official SDKs: SDK and name.
    pub also_known_as: Vec<(String, String)>,
    /// The body: an object or a choice.
    pub body: TypeId,
    /// The answer of a callback, an object.
    pub response: Option<TypeId>,
    /// How long the platform waits for the answer, in seconds.
    pub answer_within: Option<u64>,
    /// Since when.
    pub since: Option<String>,
    /// Whether it is deprecated.
    pub deprecated: Option<Deprecated>,
    /// Whether it is in beta.
    pub beta: bool,
    /// Related events and how.
    pub related: Vec<(String, String)>,
    /// What is known about it.
    pub evidence: Evidence,
    /// The Rust type, where the schema gives one.
    pub rust_name: Option<String>,
    /// The Rust type in a published version.
    pub renamed_from: Option<String>,
    /// The event whose body it has, where it says `same_as`.
    pub same_as: Option<EventId>,
    /// Example payloads, by scenario.
    pub examples: Vec<Example>,
    /// Where `event:` stands.
    pub span: Span,
}

/// What identifies an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DedupBy {
    /// The platform's event id.
    EventId,
    /// Nothing.
    Nothing,
    /// Values in the body.
    Paths(Vec<String>),
}

/// An example payload.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// What follows the event in the file name, without `.json`; empty for the plain one.
    pub scenario: String,
    /// The file name.
    pub file: String,
    /// Whether it is an answer, not a payload.
    pub response: bool,
    /// Whether it was built by us.
    pub made: bool,
    /// Whether it is there to show drift.
    pub drifts: bool,
    /// The file's text.
    pub text: String,
    /// The whole file.
    pub span: Span,
}
