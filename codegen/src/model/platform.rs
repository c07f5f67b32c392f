//! Platforms.

use std::collections::BTreeMap;

use super::{EventId, TypeId};
use crate::source::Span;

/// A platform.
#[derive(Debug, Clone, PartialEq)]
pub struct Platform {
    /// The name of its folder.
    pub name: String,
    /// The Rust type that stands for it.
    pub rust_name: String,
    /// Title.
    pub title: String,
    /// What it is.
    pub about: String,
    /// Its documentation.
    pub docs: Option<String>,
    /// Hosts that documentation links may use.
    pub doc_hosts: Vec<String>,
    /// The runtime module that receives for it.
    pub runtime: Option<String>,
    /// Protocols with their prefixes, in the order of the file.
    pub protocols: Vec<Protocol>,
    /// Kinds of app: name and meaning.
    pub app_kinds: Vec<(String, String)>,
    /// Ways of delivery: name and meaning.
    pub deliveries: Vec<(String, String)>,
    /// Domains that have events or types, by name.
    pub domains: Vec<Domain>,
    /// Kinds of text that are newtypes, by name.
    pub formats: Vec<Format>,
    /// Permissions by id.
    pub permissions: BTreeMap<String, Permission>,
    /// Wire forms in the order in which they are tried.
    pub forms: Vec<FormDef>,
    /// Traffic that the runtime answers.
    pub control: Vec<Control>,
    /// The platform's names of the callbacks, sorted.
    pub callbacks: Vec<String>,
    /// Several events with one registration.
    pub groups: Vec<Group>,
    /// Where its `platform.yaml` begins.
    pub span: Span,
}

/// A protocol of a platform.
#[derive(Debug, Clone, PartialEq)]
pub struct Protocol {
    /// Such as `p2`.
    pub name: String,
    /// Prefix of Rust types.
    pub prefix: String,
    /// Whether events that name none belong to it.
    pub default: bool,
}

/// A domain of a platform.
#[derive(Debug, Clone, PartialEq)]
pub struct Domain {
    /// The name of its folder.
    pub name: String,
    /// Title; derived from the name where the platform gives none.
    pub title: String,
    /// What it covers; may be empty.
    pub about: String,
}

/// A kind of text that is a newtype.
#[derive(Debug, Clone, PartialEq)]
pub struct Format {
    /// Such as `open_id`.
    pub name: String,
    /// The Rust type, where it is not derived.
    pub rust_name: Option<String>,
    /// What it is.
    pub about: String,
    /// Where it is declared.
    pub span: Span,
}

/// A permission.
#[derive(Debug, Clone, PartialEq)]
pub struct Permission {
    /// What it allows.
    pub about: String,
    /// Kinds of token it is for, where known (`tenant`, `user`).
    pub tokens: Vec<String>,
}

/// Conditions on an envelope.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct When {
    /// Paths that must be there.
    pub present: Vec<String>,
    /// Paths that must not be there.
    pub absent: Vec<String>,
    /// Paths with the texts they may hold.
    pub equals: Vec<(String, Vec<String>)>,
}

/// A wire form; see [`workplace_events_runtime::table::FormTable`].
#[derive(Debug, Clone, PartialEq)]
pub struct FormDef {
    /// Its name.
    pub name: String,
    /// Its protocol.
    pub protocol: Option<String>,
    /// Its transport.
    pub transport: Option<String>,
    /// How it is recognised.
    pub when: When,
    /// The list of envelopes.
    pub rows: Option<String>,
    /// Where the body is.
    pub body: Option<String>,
    /// Where the name of the event is.
    pub event: Vec<String>,
    /// Path, and event by value.
    pub event_by: Option<(String, Vec<(String, String)>)>,
    /// The event, where nothing in the envelope names it.
    pub event_is: Option<String>,
    /// Paths by role: `id`, `key`, `time`, `tenant`, `app`, `token`.
    pub header: BTreeMap<String, Vec<String>>,
    /// Object whose undeclared keys are kept.
    pub extra: Option<String>,
    /// Envelope keys inside the body.
    pub envelope: Vec<String>,
}

/// Traffic that the runtime answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Control {
    /// Its name.
    pub name: String,
    /// What it is.
    pub about: String,
    /// How it is recognised.
    pub when: When,
}

/// Several events with one registration.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its name in `platform.yaml`.
    pub name: String,
    /// The registration method.
    pub method: String,
    /// The struct or enum that the handler takes.
    pub rust_name: String,
    /// Title.
    pub title: String,
    /// What its events have in common.
    pub about: String,
    /// The events, in the order of the file; all of one domain.
    pub members: Vec<EventId>,
    /// The body that all members share; `None`: the handler takes an enum of their bodies.
    pub body: Option<TypeId>,
    /// Names in official SDKs.
    pub also_known_as: Vec<(String, String)>,
    /// Where it is declared.
    pub span: Span,
}
