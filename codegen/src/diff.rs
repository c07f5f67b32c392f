//! What changed between two states of the schemas, and what that means for payloads and for users of the generated crate.

mod event;
mod kind;
mod members;
mod pairs;
mod platform;
mod reads;
mod render;
mod spelled;
mod types;

use std::{collections::BTreeSet, fmt};

use serde::{Serialize, Serializer};

pub use self::kind::{Kind, Section};
use self::pairs::Pairs;
use crate::{
    compile::Compiled,
    emit,
    model::{EventId, Model, Owner, PlatformId, TypeId},
    names::Names,
};

/// What a change means for payloads that fitted the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Payload {
    /// They fit, and give the same values.
    Compatible,
    /// They are delivered and decoded, but something in them is drift now, or is left to the raw bytes.
    Lossy,
    /// Their event is not recognised, or a value is not read, or is read as something else.
    Breaking,
}

/// What a change means for code that uses the generated crate, by cargo's rules. Structs and enums are non-exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Api {
    /// Nothing that code can name.
    Patch,
    /// Something new, or a deprecation.
    Minor,
    /// Something that code may name is gone, has another name or another type.
    Major,
}

/// One of the two states.
#[derive(Debug, Clone, Copy)]
pub struct Side<'m> {
    /// What the schemas mean.
    pub model: &'m Model,
    /// What everything is called in Rust.
    pub names: &'m Names,
}

/// All changes, sorted by what they belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The worst of all.
    pub payload: Payload,
    /// The worst of all.
    pub api: Api,
    /// The changes.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What it belongs to.
    #[serde(flatten)]
    pub subject: Subject,
    /// What kind of change.
    pub kind: Kind,
    /// What changed: the path of a type or field in the schema, a value, a name; empty where the subject itself did.
    pub item: String,
    /// What it was.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
    /// What it means for payloads.
    pub payload: Payload,
    /// What it means for the Rust API.
    pub api: Api,
    /// The events with a type that several share.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
}

/// A platform, a domain with its shared types, or an event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Subject {
    /// The platform.
    pub platform: String,
    /// The domain.
    pub domain: Option<String>,
    /// The event, as its file is called.
    pub event: Option<String>,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.platform)?;
        [&self.domain, &self.event].into_iter().flatten().try_for_each(|part| write!(f, "/{part}"))
    }
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Payload::Compatible => "compatible",
            Payload::Lossy => "lossy",
            Payload::Breaking => "breaking",
        })
    }
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Api::Patch => "patch",
            Api::Minor => "minor",
            Api::Major => "major",
        })
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'m> From<&'m Compiled> for Side<'m> {
    fn from(of: &'m Compiled) -> Self {
        Side { model: &of.model, names: &of.names }
    }
}

impl Side<'_> {
    fn event(self, id: EventId) -> Subject {
        let event = &self.model[id];
        Subject {
            platform: self.model[event.platform].name.clone(),
            domain: Some(event.domain.clone()),
            event: Some(event.name.clone()),
        }
    }

    fn domain(self, platform: PlatformId, domain: &str) -> Subject {
        Subject { domain: Some(domain.to_owned()), ..self.platform(platform) }
    }

    fn platform(self, id: PlatformId) -> Subject {
        Subject { platform: self.model[id].name.clone(), domain: None, event: None }
    }

    fn owner(self, owner: &Owner) -> Subject {
        match owner {
            Owner::Platform(id) => self.platform(*id),
            Owner::Domain(id, domain) => self.domain(*id, domain),
            Owner::Event(id) => self.event(*id),
        }
    }
}

/// Compares two states of the schemas. Both were compiled without errors.
#[must_use]
pub fn diff(base: Side<'_>, now: Side<'_>) -> Diff {
    let mut both = Both {
        base,
        now,
        pairs: Pairs::of(base, now),
        built: [emit::built(base.model), emit::built(now.model)],
        changes: Vec::new(),
    };
    both.platforms();
    both.events();
    both.types();
    let mut changes = both.changes;
    // What was found first in a subject stands first: the order of the schemas.
    changes.sort_by(|a, b| a.subject.cmp(&b.subject));
    Diff {
        payload: changes.iter().map(|change| change.payload).max().unwrap_or(Payload::Compatible),
        api: changes.iter().map(|change| change.api).max().unwrap_or(Api::Patch),
        changes,
    }
}

/// Both states, what belongs together in them, and what was found so far.
struct Both<'m> {
    base: Side<'m>,
    now: Side<'m>,
    pairs: Pairs,
    /// The types that users build, of the base and of now.
    built: [BTreeSet<TypeId>; 2],
    changes: Vec<Change>,
}

/// What was, and what is; both where something changed.
type Texts = (Option<String>, Option<String>);

impl Both<'_> {
    fn push(
        &mut self,
        subject: &Subject,
        kind: Kind,
        item: impl Into<String>,
        (before, after): Texts,
        (payload, api): (Payload, Api),
    ) {
        self.changes.push(Change {
            subject: subject.clone(),
            kind,
            item: item.into(),
            before,
            after,
            payload,
            api,
            events: Vec::new(),
        });
    }

    /// A change that no payload and no code notices.
    fn note(&mut self, subject: &Subject, kind: Kind, item: &str, texts: Texts) {
        self.push(subject, kind, item, texts, (Payload::Compatible, Api::Patch));
    }

    /// That something is described in other words, where it is.
    fn described<T: PartialEq>(&mut self, subject: &Subject, item: &str, before: T, after: T) {
        if before != after {
            self.note(subject, Kind::Described, item, (None, None));
        }
    }

    /// That something is deprecated now, or is no longer.
    fn deprecated<T: PartialEq>(
        &mut self,
        subject: &Subject,
        item: &str,
        before: &Option<T>,
        after: &Option<T>,
    ) {
        match (before, after) {
            (None, Some(_)) => {
                self.push(subject, Kind::Deprecated, item, (None, None), (Payload::Compatible, Api::Minor))
            }
            (Some(_), None) => self.note(subject, Kind::Undeprecated, item, (None, None)),
            (before, after) => self.described(subject, item, before, after),
        }
    }
}

/// Something new.
fn new(text: impl Into<String>) -> Texts {
    (None, Some(text.into()))
}

/// Something that is gone.
fn gone(text: impl Into<String>) -> Texts {
    (Some(text.into()), None)
}

/// Something that is another now.
fn changed(before: impl Into<String>, after: impl Into<String>) -> Texts {
    (Some(before.into()), Some(after.into()))
}
