//! Envelopes: what surrounds the body of an event, read by the tables of its platform.
//!
//! Opening finds the wire form, the name of the event, the header and the place of the body. The body itself is not
//! read here: it is decoded once, when a handler wants it.

#[cfg(feature = "dispatch")]
mod ahead;

use std::{borrow::Cow, cell::RefCell, fmt};

use bytes::Bytes;
use bytestring::ByteString;

#[cfg(feature = "dispatch")]
pub(crate) use self::ahead::open_ahead;
use crate::{
    Json, Map,
    json::{
        reader::{Broken, Kind, Members, Reader, broken},
        unquote,
    },
    table::{ControlTable, Form, FormTable, PlatformTable, When},
    time::UnixAuto,
};

/// What an opened request holds.
#[derive(Debug, Clone)]
pub enum Opening<'p> {
    /// Traffic that the runtime answers by itself.
    Control(&'p ControlTable<'p>),
    /// Events; more than one where the form sends rows. A row that cannot be read does not spoil the others.
    Events(Vec<Result<Opened, OpenError>>),
}

/// One event, opened but not decoded.
#[derive(Clone)]
pub struct Opened {
    /// The wire form it came in.
    pub form: Form,
    /// What the envelope says about it.
    pub header: Header,
    raw: ByteString,
    body: ByteString,
}

/// What the envelope of an event says about it.
#[derive(Debug, Clone, Default)]
pub struct Header {
    event: ByteString,
    id: Option<ByteString>,
    key: Option<String>,
    time: Option<ByteString>,
    tenant: Option<ByteString>,
    app: Option<ByteString>,
    extra: Map<Json>,
}

/// Why an envelope could not be read. Never holds a part of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// It is not UTF-8.
    #[error("the payload is not UTF-8")]
    NotUtf8,
    /// It is no JSON object.
    #[error("the payload is no JSON object: {0}")]
    NotJson(String),
    /// It looks like no wire form of the platform.
    #[error("the payload looks like none of the wire forms {0}")]
    NoForm(String),
    /// The place where a form keeps something is empty or holds something else.
    #[error("a payload in the form `{form}` has no {what} at `{path}`")]
    Nothing {
        /// The form.
        form: String,
        /// What is missing.
        what: &'static str,
        /// Where it should be.
        path: String,
    },
}

/// Opens a payload. `transport` is the one it came by; without one the forms of every transport are tried, those that
/// are bound to a transport first. What it gives are pieces of the payload, and copies nothing.
///
/// # Errors
///
/// See [`OpenError`].
pub fn open<'p>(
    platform: &'p PlatformTable<'p>,
    transport: Option<&str>,
    payload: Bytes,
) -> Result<Opening<'p>, OpenError> {
    let raw = ByteString::try_from(payload).map_err(|_| OpenError::NotUtf8)?;
    let envelope = Envelope::read(&raw)?;
    envelope.opening(platform, transport, &raw)
}

/// The events of a payload; none where it is control traffic. One that cannot be read fails all.
///
/// # Errors
///
/// See [`OpenError`].
pub fn events(
    platform: &PlatformTable<'_>,
    transport: Option<&str>,
    payload: &[u8],
) -> Result<Vec<Opened>, OpenError> {
    open(platform, transport, Bytes::copy_from_slice(payload))?.events()
}

impl Opening<'_> {
    /// The events; none where it is control traffic. One that cannot be read fails all.
    ///
    /// # Errors
    ///
    /// See [`OpenError`].
    pub fn events(self) -> Result<Vec<Opened>, OpenError> {
        match self {
            Opening::Control(_) => Ok(Vec::new()),
            Opening::Events(events) => events.into_iter().collect(),
        }
    }
}

/// The forms that a payload may have, in the order in which they are tried.
fn candidates<'p>(
    platform: &'p PlatformTable<'p>,
    transport: Option<&str>,
) -> impl Iterator<Item = (Form, &'p FormTable<'p>)> {
    let bound = |table: &FormTable<'_>| !table.transport.is_empty();
    let own = move |table: &FormTable<'_>| Some(table.transport) == transport;
    let any_own = platform.forms.iter().any(own);
    // No platform has more than 255.
    let forms = || (0..=u8::MAX).map(Form).zip(platform.forms);
    let first = forms().filter(move |(_, table)| if transport.is_some() { own(table) } else { bound(table) });
    first.chain(forms().filter(move |(_, table)| !any_own && !bound(table)))
}

fn open_one<'t>(
    form: Form,
    table: &FormTable<'t>,
    raw: &ByteString,
    envelope: &Envelope<'_, 't>,
) -> Result<Opened, OpenError> {
    let nothing =
        |what, path: &str| OpenError::Nothing { form: table.name.into(), what, path: path.to_owned() };
    let first = |paths: &[&'t str]| Some(piece(raw, envelope.first(paths)?));
    let by_value = table.event_by.and_then(|by| {
        let value = envelope.text(by.path)?;
        by.events.iter().find(|(key, _)| *key == value).map(|(_, event)| ByteString::from(*event))
    });
    let event = by_value
        .or_else(|| first(table.event))
        .or_else(|| (!table.event_is.is_empty()).then(|| table.event_is.into()))
        .ok_or_else(|| nothing("name of an event", table.event.first().copied().unwrap_or_default()))?;
    let body = if table.body.is_empty() {
        raw.clone()
    } else {
        envelope
            .json(table.body)
            .and_then(|found| body(raw, found))
            .ok_or_else(|| nothing("body", table.body))?
    };
    let header = Header {
        event,
        id: first(table.header.id),
        key: key(table, envelope),
        time: first(table.header.time),
        tenant: first(table.header.tenant),
        app: first(table.header.app),
        extra: extra(table, envelope),
    };
    Ok(Opened { form, header, body, raw: raw.clone() })
}

/// The values that identify an event without an id, told apart by a character that none of them has.
fn key<'t>(table: &FormTable<'t>, envelope: &Envelope<'_, 't>) -> Option<String> {
    let values: Option<Vec<_>> = table.header.key.iter().map(|path| envelope.text(path)).collect();
    values.filter(|values| !values.is_empty()).map(|values| values.join("\u{1f}"))
}

/// What the header object, or the envelope keys beside the body, hold beyond the known header.
fn extra<'t>(table: &FormTable<'t>, envelope: &Envelope<'_, 't>) -> Map<Json> {
    let header = &table.header;
    let roles = [header.id, header.key, header.time, header.tenant, header.app, header.token, table.event];
    // Whether the value under a key of an object (the whole envelope, where its path is empty) has a place of its own.
    let declared = |above: &str, key: &str| {
        let is = |path: &&str| match path.len().checked_sub(key.len()) {
            Some(0) => above.is_empty() && *path == key,
            Some(rest) if rest == above.len() + 1 => {
                path.starts_with(above) && path.as_bytes()[above.len()] == b'.' && path.ends_with(key)
            }
            _ => false,
        };
        roles.iter().any(|paths| paths.iter().any(is))
    };
    let mut extra = Map::new();
    let mut add = |key: &str, json: &str| {
        if let Ok(json) = Reader::new(json).value() {
            extra.insert(key.to_owned(), Json(json));
        }
    };
    if !header.extra.is_empty() {
        envelope.object(header.extra, |members| {
            for (key, json) in members.iter().filter(|(key, _)| !declared(header.extra, key)) {
                add(key, json);
            }
        });
    }
    if !table.rows.is_empty() {
        // The keys of a row, such as what kind of row it is and of which subscription.
        let own = |key: &str| key != table.body && !header.id.contains(&key);
        envelope.top.iter().filter(|(key, _)| own(key)).for_each(|(key, json)| add(key, json));
    }
    if table.body.is_empty() {
        for key in table.envelope.iter().filter(|key| !declared("", key)) {
            if let Some(json) = envelope.json(key) {
                add(key, &json);
            }
        }
    }
    extra
}

impl Opened {
    /// The JSON of the body; in a flat form the whole envelope.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The payload as it came, after decryption; of a form with rows, this row.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The protocol it belongs to; empty where the platform has none.
    #[must_use]
    pub fn protocol<'p>(&self, platform: &PlatformTable<'p>) -> &'p str {
        platform.forms.get(usize::from(self.form.0)).map_or("", |form| form.protocol)
    }
}

impl From<serde_json::Error> for OpenError {
    fn from(error: serde_json::Error) -> Self {
        OpenError::NotJson(reason(&error))
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("form", &self.form)
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

impl Header {
    /// The platform's name of the event.
    #[must_use]
    pub fn event(&self) -> &str {
        &self.event
    }

    /// The id that the platform gave the event; a repeated delivery has the same.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// What identifies it: the [id](Self::id), or where the platform gives none, what the schema of the platform says.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref().or(self.id())
    }

    /// When it happened, as written. [`time`](Header::time) reads it.
    #[must_use]
    pub fn time_text(&self) -> Option<&str> {
        self.time.as_deref()
    }

    /// When it happened; seconds, milliseconds and microseconds are told apart by their digits.
    #[must_use]
    pub fn time(&self) -> Option<UnixAuto> {
        let text = self.time.as_deref()?;
        text.split('.').next().unwrap_or(text).parse().ok().map(UnixAuto)
    }

    /// The organisation it happened in: tenant key or corp id.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    /// The app it was sent to.
    #[must_use]
    pub fn app(&self) -> Option<&str> {
        self.app.as_deref()
    }

    /// What the header holds beyond that.
    #[must_use]
    pub fn extra(&self) -> &Map<Json> {
        &self.extra
    }
}

/// A text as a piece of the payload where it stands in it.
fn piece(raw: &ByteString, text: Cow<'_, str>) -> ByteString {
    match text {
        Cow::Borrowed(text) => raw.slice_ref(text),
        Cow::Owned(text) => text.into(),
    }
}

/// A body: an object, or the text that holds one.
fn body(raw: &ByteString, found: Found<'_>) -> Option<ByteString> {
    let json = found.into_text();
    json.trim_start().starts_with('{').then(|| piece(raw, json.0))
}

/// A piece of JSON: in the envelope's text, or out of a text within it.
struct Found<'a>(Cow<'a, str>);

impl<'a> Found<'a> {
    /// JSON inside a text is read out of it.
    fn into_text(self) -> Found<'a> {
        let text = unquote(&self).map(Cow::into_owned);
        text.map_or(self, |text| Found(Cow::Owned(text)))
    }
}

impl std::ops::Deref for Found<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

fn rows_of(raw: &ByteString, rows: Found<'_>) -> Option<Vec<ByteString>> {
    let rows = piece(raw, rows.into_text().0);
    let mut reader = Reader::new(&rows);
    let (mut entries, mut list) = (reader.enter(Kind::List).ok()?, Vec::new());
    while reader.element(&mut entries).ok()? {
        list.push(rows.slice_ref(reader.skip().ok()?));
    }
    reader.end().ok().map(|()| list)
}

/// An envelope whose objects are read when a path asks for them.
struct Envelope<'a, 't> {
    top: Members<'a>,
    inner: RefCell<Vec<(&'t str, Option<Members<'a>>)>>,
}

impl<'a, 't> Envelope<'a, 't> {
    fn of(top: Members<'a>) -> Self {
        Envelope { top, inner: RefCell::default() }
    }

    fn read(text: &'a str) -> Result<Self, OpenError> {
        Members::of(text).map(Envelope::of).map_err(|Broken| OpenError::not_an_object(text))
    }

    fn opening<'p: 't>(
        &self,
        platform: &'p PlatformTable<'p>,
        transport: Option<&str>,
        raw: &ByteString,
    ) -> Result<Opening<'p>, OpenError> {
        if let Some(control) = self.control(platform) {
            return Ok(Opening::Control(control));
        }
        let (form, table) = self.form(platform, transport)?;
        if table.rows.is_empty() {
            return Ok(Opening::Events(vec![open_one(form, table, raw, self)]));
        }
        let rows = self.json(table.rows).and_then(|rows| rows_of(raw, rows)).ok_or(OpenError::Nothing {
            form: table.name.into(),
            what: "list of events",
            path: table.rows.into(),
        })?;
        let events = rows.into_iter().map(|row| open_one(form, table, &row, &Envelope::read(&row)?));
        Ok(Opening::Events(events.collect()))
    }

    fn control<'p: 't>(&self, platform: &'p PlatformTable<'p>) -> Option<&'p ControlTable<'p>> {
        platform.control.iter().find(|control| self.fits(&control.when))
    }

    fn form<'p: 't>(
        &self,
        platform: &'p PlatformTable<'p>,
        transport: Option<&str>,
    ) -> Result<(Form, &'p FormTable<'p>), OpenError> {
        candidates(platform, transport).find(|(_, table)| self.fits(&table.when)).ok_or_else(|| {
            let names: Vec<_> = platform.forms.iter().map(|form| format!("`{}`", form.name)).collect();
            OpenError::NoForm(names.join(", "))
        })
    }

    /// The JSON at a path.
    fn json(&self, path: &'t str) -> Option<Found<'a>> {
        let there = |json| Found(Cow::Borrowed(json));
        let Some(dot) = path.bytes().rposition(|byte| byte == b'.') else {
            return self.top.get(path).map(there);
        };
        let (parent, key) = (&path[..dot], &path[dot + 1..]);
        self.object(parent, |members| members.get(key).map(there)).unwrap_or_else(|| {
            // The parent is no object that stands in the envelope: a text that holds one.
            let text = self.json(parent)?.into_text();
            let json = Reader::new(&text).members().ok()?.get(key)?.to_owned();
            Some(Found(Cow::Owned(json)))
        })
    }

    fn object<R>(&self, path: &'t str, read: impl FnOnce(&Members<'a>) -> R) -> Option<R> {
        if let Some((_, members)) = self.inner.borrow().iter().find(|(known, _)| *known == path) {
            return members.as_ref().map(read);
        }
        let members = match self.json(path) {
            Some(Found(Cow::Borrowed(json))) => Reader::new(json).members().ok(),
            _ => None,
        };
        let result = members.as_ref().map(read);
        self.inner.borrow_mut().push((path, members));
        result
    }

    /// The scalar at a path, as text; null and the empty text are nothing.
    fn text(&self, path: &'t str) -> Option<Cow<'a, str>> {
        let json = self.json(path)?.0;
        let text = match (*json.as_bytes().first()?, json) {
            (b'"', Cow::Borrowed(json)) => unquote(json)?,
            (b'"', Cow::Owned(json)) => Cow::Owned(unquote(&json)?.into_owned()),
            (b'{' | b'[' | b'n', _) => return None,
            (_, json) => json,
        };
        Some(text).filter(|text| !text.is_empty())
    }

    fn first(&self, paths: &[&'t str]) -> Option<Cow<'a, str>> {
        paths.iter().find_map(|path| self.text(path))
    }

    fn fits(&self, when: &When<'t>) -> bool {
        when.present.iter().all(|path| self.json(path).is_some())
            && when.absent.iter().all(|path| self.json(path).is_none())
            && when
                .equals
                .iter()
                .all(|(path, values)| self.text(path).is_some_and(|found| values.contains(&&*found)))
    }
}

impl OpenError {
    fn not_an_object(text: &str) -> Self {
        let error = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text).err();
        error.unwrap_or_else(|| broken(text)).into()
    }
}

/// What a JSON error says, without a part of the payload.
fn reason(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    let what = match error.classify() {
        Category::Eof => "it ends early",
        Category::Syntax => "it is not well formed",
        Category::Data => "it is something else",
        Category::Io => "it could not be read",
    };
    format!("{what} (line {}, column {})", error.line(), error.column())
}
