//! Envelopes: what surrounds the body of an event, read by the tables of its platform.
//!
//! Opening finds the wire form, the name of the event, the header and the place of the body. The body itself is not
//! read here: it is decoded once, when a handler wants it.

use std::{borrow::Cow, cell::RefCell, fmt};

use bytes::Bytes;
use bytestring::ByteString;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::{
    Json, Map,
    json::unquote,
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
    token: Option<ByteString>,
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
    if let Some(control) = platform.control.iter().find(|control| envelope.fits(&control.when)) {
        return Ok(Opening::Control(control));
    }
    let (form, table) = find_form(platform, transport, &envelope)?;
    if table.rows.is_empty() {
        return Ok(Opening::Events(vec![open_one(form, table, &raw, &envelope)]));
    }
    let rows = envelope.json(table.rows).and_then(|rows| rows_of(&raw, rows)).ok_or(OpenError::Nothing {
        form: table.name.into(),
        what: "list of events",
        path: table.rows.into(),
    })?;
    let events = rows.into_iter().map(|row| {
        let envelope = Envelope::read(&row)?;
        open_one(form, table, &row, &envelope)
    });
    Ok(Opening::Events(events.collect()))
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
    match open(platform, transport, Bytes::copy_from_slice(payload))? {
        Opening::Control(_) => Ok(Vec::new()),
        Opening::Events(events) => events.into_iter().collect(),
    }
}

fn find_form<'p>(
    platform: &'p PlatformTable<'p>,
    transport: Option<&str>,
    envelope: &Envelope<'_, 'p>,
) -> Result<(Form, &'p FormTable<'p>), OpenError> {
    let bound = |table: &FormTable<'_>| !table.transport.is_empty();
    let own = |table: &FormTable<'_>| Some(table.transport) == transport;
    let any_own = platform.forms.iter().any(own);
    let candidates = platform.forms.iter().enumerate();
    let first =
        candidates.clone().filter(|(_, table)| if transport.is_some() { own(table) } else { bound(table) });
    let then = candidates.filter(|(_, table)| !any_own && !bound(table));
    first
        .chain(then)
        .find(|(_, table)| envelope.fits(&table.when))
        .and_then(|(i, table)| Some((Form(u8::try_from(i).ok()?), table)))
        .ok_or_else(|| {
            let names: Vec<_> = platform.forms.iter().map(|form| format!("`{}`", form.name)).collect();
            OpenError::NoForm(names.join(", "))
        })
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
    Ok(Opened { form, header, body, raw: raw.clone(), token: first(table.header.token) })
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
    let declared = |is: &dyn Fn(&str) -> bool| roles.iter().any(|paths| paths.iter().any(|path| is(path)));
    let mut extra = Map::new();
    let mut add = |key: &str, json: &str| {
        if let Ok(json) = serde_json::from_str(json) {
            extra.insert(key.to_owned(), Json(json));
        }
    };
    if !header.extra.is_empty() {
        envelope.children(header.extra, |key, json| {
            let is = |path: &str| {
                path.strip_prefix(header.extra).and_then(|rest| rest.strip_prefix('.')) == Some(key)
            };
            if !declared(&is) {
                add(key, json);
            }
        });
    }
    if !table.rows.is_empty() {
        // The keys of a row, such as what kind of row it is and of which subscription.
        let own = |key: &str| key != table.body && !header.id.contains(&key);
        envelope.top.0.iter().filter(|(key, _)| own(key)).for_each(|(key, json)| add(key, json.get()));
    }
    if table.body.is_empty() {
        for key in table.envelope.iter().filter(|key| !declared(&|path| path == **key)) {
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

    /// The verification token it carries.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
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
        if self.trim_start().starts_with('"')
            && let Ok(text) = serde_json::from_str::<String>(&self)
        {
            return Found(Cow::Owned(text));
        }
        self
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
    let list: Vec<&RawValue> = serde_json::from_str(&rows).ok()?;
    Some(list.into_iter().map(|row| rows.slice_ref(row.get())).collect())
}

/// The keys of one object with their JSON, in order.
struct Keys<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Keys<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;

        impl<'de> Visitor<'de> for Pairs {
            type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::with_capacity(8);
                while let Some(Name(key)) = map.next_key()? {
                    pairs.push((key, map.next_value()?));
                }
                Ok(pairs)
            }
        }

        deserializer.deserialize_map(Pairs).map(Keys)
    }
}

/// A key, borrowed unless it has escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrow;

        impl<'de> Visitor<'de> for Borrow {
            type Value = Cow<'de, str>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(key))
            }

            fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(key.to_owned()))
            }
        }

        deserializer.deserialize_str(Borrow).map(Name)
    }
}

impl<'a> Keys<'a> {
    /// The last value of a key, as JSON readers have it.
    fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().rev().find(|(name, _)| name == key).map(|(_, json)| json.get())
    }
}

/// An envelope whose objects are read when a path asks for them.
struct Envelope<'a, 't> {
    top: Keys<'a>,
    inner: RefCell<Vec<(&'t str, Option<Keys<'a>>)>>,
}

impl<'a, 't> Envelope<'a, 't> {
    fn read(text: &'a str) -> Result<Self, OpenError> {
        let top = serde_json::from_str(text)?;
        Ok(Envelope { top, inner: RefCell::default() })
    }

    /// The JSON at a path.
    fn json(&self, path: &'t str) -> Option<Found<'a>> {
        let there = |json| Found(Cow::Borrowed(json));
        let Some((parent, key)) = path.rsplit_once('.') else { return self.top.get(path).map(there) };
        self.object(parent, |keys| keys.get(key).map(there)).unwrap_or_else(|| {
            // The parent is no object that stands in the envelope: a text that holds one.
            let text = self.json(parent)?.into_text();
            let keys: Keys<'_> = serde_json::from_str(&text).ok()?;
            keys.get(key).map(|json| Found(Cow::Owned(json.to_owned())))
        })
    }

    fn object<R>(&self, path: &'t str, read: impl FnOnce(&Keys<'a>) -> R) -> Option<R> {
        if !self.inner.borrow().iter().any(|(known, _)| *known == path) {
            let keys = match self.json(path) {
                Some(Found(Cow::Borrowed(json))) if json.starts_with('{') => serde_json::from_str(json).ok(),
                _ => None,
            };
            self.inner.borrow_mut().push((path, keys));
        }
        let inner = self.inner.borrow();
        inner.iter().find(|(known, _)| *known == path)?.1.as_ref().map(read)
    }

    fn children(&self, path: &'t str, mut each: impl FnMut(&str, &str)) {
        self.object(path, |keys| keys.0.iter().for_each(|(key, json)| each(key, json.get())));
    }

    /// The scalar at a path, as text; null and the empty text are nothing.
    fn text(&self, path: &'t str) -> Option<Cow<'a, str>> {
        let json = self.json(path)?.0;
        let text = match (*json.as_bytes().first()?, json) {
            (b'"', Cow::Borrowed(json)) => unquote(json)?,
            (b'"', Cow::Owned(json)) => Cow::Owned(serde_json::from_str(&json).ok()?),
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
