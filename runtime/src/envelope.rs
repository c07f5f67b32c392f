//! Envelopes: what surrounds the body of an event, read by the tables of its platform.
//!
//! Opening finds the wire form, the name of the event, the header and the place of the body. The body itself is not
//! read here: it is decoded once, when a handler wants it.

#[cfg(feature = "dispatch")]
mod ahead;
mod header;

use std::{borrow::Cow, cell::RefCell, fmt};

use bytes::Bytes;
use bytestring::ByteString;

#[cfg(feature = "dispatch")]
pub(crate) use self::ahead::open_ahead;
pub use self::header::Header;
use self::header::Piece;
use crate::{
    Json, Map,
    json::{
        reader::{Broken, Kind, Members, Raw, Reader, broken},
        unquote,
    },
    table::{ControlTable, Form, FormTable, PlatformTable, When},
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
    body: Piece,
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
    envelope: &Envelope<'t>,
) -> Result<Opened, OpenError> {
    let nothing =
        |what, path: &str| OpenError::Nothing { form: table.name.into(), what, path: path.to_owned() };
    let first = |paths: &[&'t str]| Some(Piece::of(raw, envelope.first(paths)?));
    let by_value = table.event_by.and_then(|by| {
        let value = envelope.text(by.path)?;
        by.events.iter().find(|(key, _)| *key == value).map(|(_, event)| Piece::Own((*event).into()))
    });
    let event = by_value
        .or_else(|| first(table.event))
        .or_else(|| (!table.event_is.is_empty()).then(|| Piece::Own(table.event_is.into())))
        .ok_or_else(|| nothing("name of an event", table.event.first().copied().unwrap_or_default()))?;
    let body = if table.body.is_empty() {
        Piece::At(0..raw.len())
    } else {
        envelope
            .json(table.body)
            .and_then(|found| body(raw, found))
            .ok_or_else(|| nothing("body", table.body))?
    };
    let header = Header {
        raw: raw.clone(),
        event,
        id: first(table.header.id),
        key: key(table, envelope),
        time: first(table.header.time),
        tenant: first(table.header.tenant),
        app: first(table.header.app),
        extra: extra(table, envelope),
    };
    Ok(Opened { form, header, raw: raw.clone(), body })
}

/// The values that identify an event without an id, told apart by a character that none of them has.
fn key<'t>(table: &FormTable<'t>, envelope: &Envelope<'t>) -> Option<String> {
    let values: Option<Vec<_>> = table.header.key.iter().map(|path| envelope.text(path)).collect();
    values.filter(|values| !values.is_empty()).map(|values| values.join("\u{1f}"))
}

/// What the header object, or the envelope keys beside the body, hold beyond the known header.
fn extra<'t>(table: &FormTable<'t>, envelope: &Envelope<'t>) -> Map<Json> {
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
                add(key, json.json());
            }
        }
    }
    extra
}

impl Opened {
    /// The JSON of the body; in a flat form the whole envelope.
    #[must_use]
    pub fn body(&self) -> &str {
        self.body.within(&self.raw)
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

/// A body: an object, or the text that holds one.
fn body(raw: &str, found: Found<'_>) -> Option<Piece> {
    let json = found.into_text();
    json.trim_start().starts_with('{').then(|| Piece::of(raw, json))
}

/// A piece of JSON: in the envelope's text, or out of a text within it.
enum Found<'a> {
    There(Raw<'a>),
    Within(String),
}

impl<'a> Found<'a> {
    fn json(&self) -> &str {
        match self {
            Found::There(raw) => raw.json,
            Found::Within(json) => json,
        }
    }

    /// The text that it is, if it is one.
    fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Found::There(raw) => raw.text(),
            Found::Within(json) => unquote(&json).map(|text| Cow::Owned(text.into_owned())),
        }
    }

    /// JSON inside a text is read out of it.
    fn into_text(self) -> Cow<'a, str> {
        let text = unquote(self.json()).map(Cow::into_owned);
        match (text, self) {
            (Some(text), _) | (None, Found::Within(text)) => Cow::Owned(text),
            (None, Found::There(raw)) => Cow::Borrowed(raw.json),
        }
    }
}

fn rows_of(raw: &ByteString, rows: Found<'_>) -> Option<Vec<ByteString>> {
    let rows = match rows.into_text() {
        Cow::Borrowed(rows) => raw.slice_ref(rows),
        Cow::Owned(rows) => rows.into(),
    };
    let mut reader = Reader::new(&rows);
    let (mut entries, mut list) = (reader.enter(Kind::List).ok()?, Vec::new());
    while reader.element(&mut entries).ok()? {
        list.push(rows.slice_ref(reader.skip().ok()?));
    }
    reader.end().ok().map(|()| list)
}

/// An envelope whose objects are read when a path asks for them.
struct Envelope<'a> {
    top: Members<'a>,
    inner: RefCell<Vec<(Cow<'a, str>, Option<Members<'a>>)>>,
}

impl<'a> Envelope<'a> {
    fn of(top: Members<'a>, inner: Vec<(Cow<'a, str>, Option<Members<'a>>)>) -> Self {
        Envelope { top, inner: inner.into() }
    }

    fn read(text: &'a str) -> Result<Self, OpenError> {
        let top = Members::of(text).map_err(|Broken| OpenError::not_an_object(text))?;
        Ok(Envelope::of(top, Vec::new()))
    }

    fn opening<'p: 'a>(
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

    fn control<'p: 'a>(&self, platform: &'p PlatformTable<'p>) -> Option<&'p ControlTable<'p>> {
        platform.control.iter().find(|control| self.fits(&control.when))
    }

    fn form<'p: 'a>(
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
    fn json(&self, path: &'a str) -> Option<Found<'a>> {
        let Some(dot) = path.bytes().rposition(|byte| byte == b'.') else {
            return self.top.get(path).map(Found::There);
        };
        let (parent, key) = (&path[..dot], &path[dot + 1..]);
        self.object(parent, |members| members.get(key).map(Found::There)).unwrap_or_else(|| {
            // The parent is no object that stands in the envelope: a text that holds one.
            let text = self.json(parent)?.into_text();
            let json = Reader::new(&text).members().ok()?.get(key)?.json.to_owned();
            Some(Found::Within(json))
        })
    }

    fn object<R>(&self, path: &'a str, read: impl FnOnce(&Members<'a>) -> R) -> Option<R> {
        // Of equal keys the last, here too.
        if let Some((_, members)) = self.inner.borrow().iter().rev().find(|(known, _)| *known == path) {
            return members.as_ref().map(read);
        }
        let members = match self.json(path) {
            Some(Found::There(raw)) => Reader::new(raw.json).members().ok(),
            _ => None,
        };
        let result = members.as_ref().map(read);
        self.inner.borrow_mut().push((path.into(), members));
        result
    }

    /// The scalar at a path, as text; null and the empty text are nothing.
    fn text(&self, path: &'a str) -> Option<Cow<'a, str>> {
        let found = self.json(path)?;
        let text = match (*found.json().as_bytes().first()?, found) {
            (b'"', found) => found.text()?,
            (b'{' | b'[' | b'n', _) => return None,
            (_, Found::There(raw)) => Cow::Borrowed(raw.json),
            (_, Found::Within(json)) => Cow::Owned(json),
        };
        Some(text).filter(|text| !text.is_empty())
    }

    fn first(&self, paths: &[&'a str]) -> Option<Cow<'a, str>> {
        paths.iter().find_map(|path| self.text(path))
    }

    fn fits(&self, when: &When<'a>) -> bool {
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
