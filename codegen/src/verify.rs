//! Captured payloads against the schemas, by the one checker of the runtime.

pub(crate) mod place;

pub(crate) use place::field_at;

use serde_json::Value;
use workplace_events_runtime::{
    check,
    envelope::{self, Opened, Opening},
    table::{Form, PlatformTable},
};

use crate::{
    compile::Compiled,
    model::{EventId, PlatformId},
    patterns::Patterns,
    source::Span,
    tables::Tables,
};

/// Where a payload differs from its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The event.
    pub event: EventId,
    /// Keys and list positions from the top of the body; empty for the body itself.
    pub path: String,
    /// The name of the kind of drift, or `lost` where a value does not survive decoding and encoding.
    pub kind: String,
    /// What the schema says.
    pub expected: String,
    /// What was there: types, and a value only where the schema lists the known ones.
    pub found: String,
    /// The part of the schema that says so.
    pub schema: Span,
}

/// An event of a payload with its findings.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// The event.
    pub event: EventId,
    /// The wire form; `None` without an envelope.
    pub form: Option<Form>,
    /// Its JSON; `None` in a drift log.
    pub body: Option<String>,
    /// Where it differs.
    pub findings: Vec<Finding>,
}

/// Why a payload cannot be compared with a schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No platform sends such a thing.
    #[error(
        "this is no payload of {0}; a body alone needs `--event`, an encrypted payload has to be decrypted"
    )]
    NoForm(String),
    /// The envelope is damaged.
    #[error("{0}")]
    Envelope(String),
    /// No schema describes the event.
    #[error(
        "there is no event `{event}` of {platform}; `cargo xtask new {platform} {event}` begins its schema"
    )]
    UnknownEvent {
        /// The platform.
        platform: String,
        /// The event as the envelope names it.
        event: String,
    },
    /// The envelope names another event than the one that was asked for.
    #[error("the payload is of the event `{0}`; leave `--event` away, or give that one")]
    OtherEvent(String),
    /// A body alone fits several events.
    #[error("several events are called so; give one of {0} with `--event`")]
    Ambiguous(String),
    /// The body is no JSON object.
    #[error("the body cannot be read: {0}")]
    Body(String),
}

/// Compares payloads with the schemas.
pub struct Verifier<'v, 'a> {
    compiled: &'v Compiled,
    tables: &'v Tables<'a>,
    patterns: Patterns,
}

impl Compiled {
    /// Hands out what compares payloads with these schemas.
    pub fn with_verifier<R>(&self, read: impl FnOnce(&Verifier<'_, '_>) -> R) -> R {
        self.model.with_tables(&self.names, |tables| {
            read(&Verifier { compiled: self, tables, patterns: Patterns::default() })
        })
    }
}

impl Verifier<'_, '_> {
    /// The findings of [`read`](Self::read) alone.
    ///
    /// # Errors
    ///
    /// See [`Refused`].
    pub fn payload(&self, wanted: &[EventId], json: &str) -> Result<Vec<Finding>, Refused> {
        Ok(self.read(wanted, json)?.into_iter().flat_map(|event| event.findings).collect())
    }

    /// Compares a payload: what a platform sends, after decryption; or a line of a drift log, which holds a finding itself. With
    /// `wanted`, events of which it has to be one, a body without its envelope is understood too.
    ///
    /// # Errors
    ///
    /// See [`Refused`].
    pub fn read(&self, wanted: &[EventId], json: &str) -> Result<Vec<Verified>, Refused> {
        if let Some(logged) = self.logged(wanted, json) {
            return logged.map(|event| vec![event]);
        }
        let mut refused = None;
        for index in 0..self.compiled.model.platforms.len() {
            let id = PlatformId(index);
            if !wanted.is_empty() && wanted.iter().all(|event| self.compiled.model[*event].platform != id) {
                continue;
            }
            match envelope::open(self.tables.platform(id), None, json.to_owned().into()) {
                Ok(Opening::Control(_)) => return Ok(Vec::new()),
                Ok(Opening::Events(events)) => match self.events(id, wanted, &events) {
                    Err(unknown @ Refused::UnknownEvent { .. }) => refused = refused.or(Some(unknown)),
                    // A body alone can look like an envelope that lacks something.
                    Err(Refused::Envelope(_)) if !wanted.is_empty() && events.len() == 1 => {}
                    known => return known,
                },
                // Another platform may know the form.
                Err(_) => {}
            }
        }
        match (refused, wanted) {
            (Some(refused), _) => Err(refused),
            (None, []) => Err(Refused::NoForm(self.platforms())),
            (None, [event]) => Ok(vec![self.body(*event, None, &[], json)?]),
            (None, several) => Err(Refused::Ambiguous(self.rust_names(several))),
        }
    }

    fn events(
        &self,
        platform: PlatformId,
        wanted: &[EventId],
        events: &[Result<Opened, envelope::OpenError>],
    ) -> Result<Vec<Verified>, Refused> {
        let mut found = Vec::new();
        for opened in events {
            let opened = opened.as_ref().map_err(|error| Refused::Envelope(error.to_string()))?;
            let table = self.tables.platform(platform);
            let event = self.event(platform, table, opened)?;
            if !wanted.is_empty() && !wanted.contains(&event) {
                return Err(Refused::OtherEvent(opened.header.event().to_owned()));
            }
            let keys = table.forms.get(usize::from(opened.form.0)).map_or(&[][..], |form| form.envelope);
            found.push(self.body(event, Some(opened.form), keys, opened.body())?);
        }
        Ok(found)
    }

    /// The event that an envelope names, of the protocol of its form.
    fn event(
        &self,
        platform: PlatformId,
        table: &PlatformTable<'_>,
        opened: &Opened,
    ) -> Result<EventId, Refused> {
        let protocol = opened.protocol(table);
        let is_meant = |id: &EventId| {
            let event = self.tables.event(*id);
            self.compiled.model[*id].platform == platform
                && event.event == opened.header.event()
                && (protocol.is_empty() || event.protocol == protocol)
        };
        self.all().find(is_meant).ok_or_else(|| Refused::UnknownEvent {
            platform: self.compiled.model[platform].name.clone(),
            event: opened.header.event().to_owned(),
        })
    }

    fn body(
        &self,
        event: EventId,
        form: Option<Form>,
        keys: &[&str],
        json: &str,
    ) -> Result<Verified, Refused> {
        let matches = |pattern: &str, text: &str| self.patterns.matches(pattern, text);
        let checked = check::check(&self.tables.body(event), form, keys, json, &matches)
            .map_err(|error| Refused::Body(error.to_string()))?;
        let mut found: Vec<_> = checked
            .drift
            .iter()
            .map(|drift| self.finding(event, drift.kind.name(), &drift.path, &drift.expected, &drift.found))
            .collect();
        if let Some(lost) = checked.lost.filter(|_| found.is_empty()) {
            let (expected, there) = ("the same after decoding and encoding", "another value");
            found.push(self.finding(event, "lost", &lost.path, expected, there));
        }
        Ok(Verified { event, form, body: Some(json.to_owned()), findings: found })
    }

    /// The finding in a line of a drift log; `None` where the text is something else.
    fn logged(&self, wanted: &[EventId], json: &str) -> Option<Result<Verified, Refused>> {
        let line: Value = serde_json::from_str(json).ok()?;
        let text = |key: &str| line.get(key)?.as_str();
        let [name, path, kind, expected, found] =
            [text("event")?, text("path")?, text("kind")?, text("expected")?, text("found")?];
        let called = |id: &EventId| self.compiled.model[*id].wire == name;
        // A log does not say of which protocol an event is: the one that has the place.
        let event = self.all().filter(called).min_by_key(|id| self.place(*id, kind, path).left);
        Some(match event {
            None => Err(Refused::UnknownEvent { platform: self.platforms(), event: name.to_owned() }),
            Some(event) if !wanted.is_empty() && !wanted.contains(&event) => {
                Err(Refused::OtherEvent(name.to_owned()))
            }
            Some(event) => {
                let findings = vec![self.finding(event, kind, path, expected, found)];
                Ok(Verified { event, form: None, body: None, findings })
            }
        })
    }

    fn finding(&self, event: EventId, kind: &str, path: &str, expected: &str, found: &str) -> Finding {
        let [path, kind, expected, found] = [path, kind, expected, found].map(str::to_owned);
        let schema = self.place(event, &kind, &path).span;
        Finding { event, path, kind, expected, found, schema }
    }

    fn all(&self) -> impl Iterator<Item = EventId> {
        (0..self.compiled.model.events.len()).map(EventId)
    }

    fn platforms(&self) -> String {
        let names: Vec<_> = self.compiled.model.platforms.iter().map(|of| of.name.as_str()).collect();
        names.join(" or ")
    }

    fn rust_names(&self, events: &[EventId]) -> String {
        let path = |id: &EventId| self.compiled.names.rust_path(*id);
        let types = events.iter().map(|id| format!("`{}`", path(id).rsplit("::").next().unwrap_or_default()));
        types.collect::<Vec<_>>().join(", ")
    }
}
