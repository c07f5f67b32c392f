//! Decoding: one walk over a table, the slots of a value and the text of a payload.
//!
//! Nothing in a payload fails the walk but broken JSON. What does not fit is reported as [`Drift`] and left out.

pub(crate) mod choice;
mod object;
mod scalar;

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _};

use self::{choice::Decided, scalar::Wire};
use crate::{
    drift::{Drift, DriftKind, Path},
    json::reader::{Broken, Kind, Reader, broken},
    table::{Constraints, Encoding, Form, Scalar, ScalarKind, Values, WireType},
    value::{Coded, Value},
};

/// Says whether a text matches a regular expression (`pattern`, `text`).
pub type Matches<'m> = &'m dyn Fn(&str, &str) -> bool;

/// A body with what was noticed while reading it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded<T> {
    /// The body.
    pub body: T,
    /// Where it differs from its schema.
    pub drift: Vec<Drift>,
}

/// Decodes the body of an event that came in a known form. `envelope` lists the keys of the envelope that stand beside
/// the body's own.
///
/// # Errors
///
/// Only broken JSON; everything else is [`Drift`]. A body that is no object decodes to the default, with drift.
pub fn decode<T: Coded>(form: Form, envelope: &[&str], json: &str) -> serde_json::Result<Decoded<T>> {
    let mut body = T::default();
    let drift = decode_into(&T::ENCODING, Some(form), envelope, &mut body, json, None)?;
    Ok(Decoded { body, drift })
}

/// Decodes JSON into a value by an encoding, and checks constraints where `matches` is given.
///
/// # Errors
///
/// Broken JSON.
pub fn decode_into<'t>(
    encoding: &'t Encoding<'t>,
    form: Option<Form>,
    envelope: &'t [&'t str],
    value: &mut dyn Value,
    json: &str,
    matches: Option<Matches<'t>>,
) -> serde_json::Result<Vec<Drift>> {
    let mut walk = Walk { form, drift: Some(Vec::new()), matches };
    walk.whole(encoding, envelope, value, json).map_err(|Broken| broken(json))?;
    Ok(walk.drift.unwrap_or_default())
}

/// `Deserialize` of every generated type: no form, nothing reported. For values that stand elsewhere than in a payload;
/// it builds them in memory first, which [`decode`] does not.
///
/// # Errors
///
/// Those of the deserializer.
pub fn deserialize<'de, T: Coded, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let json = serde_json::Value::deserialize(deserializer)?.to_string();
    let mut value = T::default();
    let mut walk = Walk { form: None, drift: None, matches: None };
    let read = walk.whole(&T::ENCODING, &[], &mut value, &json);
    read.map_err(|Broken| D::Error::custom(broken(&json)))?;
    Ok(value)
}

/// What the walk carries along.
pub(crate) struct Walk<'t> {
    form: Option<Form>,
    /// `None`: nobody listens.
    drift: Option<Vec<Drift>>,
    /// `None`: constraints are not checked.
    matches: Option<Matches<'t>>,
}

/// What became of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    Yes,
    No,
    Null,
}

/// A value that is about to be read: how it is written, where it stands, and what is known about it.
#[derive(Clone, Copy)]
struct Place<'p> {
    encoding: &'p Encoding<'p>,
    /// The field's constraints; `items` of them hold for the outermost list or map only.
    of: Option<&'p Constraints<'p>>,
    path: &'p Path<'p>,
    /// Keys that stand beside those of the type: of the envelope at the top, else the one that decided about a choice.
    beside: &'p [&'p str],
    /// What a sibling said about the choices in it.
    decided: Option<&'p Decided>,
}

impl<'p> Place<'p> {
    /// An element of it, or what its text holds.
    fn inner(&self, encoding: &'p Encoding<'p>, path: &'p Path<'p>) -> Self {
        Place { encoding, path, beside: &[], ..*self }
    }

    fn described(&self) -> String {
        describe(self.encoding)
    }
}

impl Walk<'_> {
    fn whole(
        &mut self,
        encoding: &Encoding<'_>,
        envelope: &[&str],
        value: &mut dyn Value,
        json: &str,
    ) -> Result<(), Broken> {
        let mut reader = Reader::new(json);
        let place = Place { encoding, of: None, path: &Path::Top, beside: envelope, decided: None };
        if self.value(&mut reader, &place, value)? == Taken::Null {
            self.report(place.path, DriftKind::WrongType, || ("an object".into(), "null".into()));
        }
        reader.end()
    }

    /// Reads a value into its slot.
    fn value(
        &mut self,
        reader: &mut Reader<'_>,
        place: &Place<'_>,
        slot: &mut dyn Value,
    ) -> Result<Taken, Broken> {
        let kind = reader.peek()?;
        if kind == Kind::Text && self.is_any_text(place.encoding) {
            return Ok(taken(slot.set_text(&reader.text()?)));
        }
        match kind {
            Kind::Null => return reader.null().map(|()| Taken::Null),
            Kind::Bool => return Ok(self.scalar(place, slot, Wire::Bool(reader.bool()?))),
            Kind::Number => return Ok(self.scalar(place, slot, Wire::Number(reader.number()?))),
            Kind::Text => return Ok(self.scalar(place, slot, Wire::Text(reader.text()?))),
            Kind::List | Kind::Object => {}
        }
        match (kind, place.encoding) {
            // A bare value where JSON text is declared is read as what the text would hold.
            (_, Encoding::JsonText(inner)) => self.value(reader, &Place { encoding: inner, ..*place }, slot),
            (_, Encoding::Any) => Ok(taken(slot.open().set_json(reader.value()?))),
            (Kind::List, Encoding::List(inner)) => self.list(reader, place, inner, slot),
            (Kind::Object, Encoding::Map(inner)) => self.map(reader, place, inner, slot),
            (Kind::Object, Encoding::Choice(table)) => self.choice(reader, place, table, slot),
            (Kind::Object, Encoding::Object(table)) => match slot.open().object() {
                Some(object) => self.object(reader, place, table, object).map(|()| Taken::Yes),
                None => self.mismatch(reader, place),
            },
            _ => self.mismatch(reader, place),
        }
    }

    /// Whether every text is right there, and nothing is to be checked.
    #[inline]
    fn is_any_text(&self, encoding: &Encoding<'_>) -> bool {
        let text =
            matches!(encoding, Encoding::Scalar(Scalar { kind: ScalarKind::Text, values: Values::Free, .. }));
        text && self.matches.is_none()
    }

    fn list(
        &mut self,
        reader: &mut Reader<'_>,
        place: &Place<'_>,
        inner: &Encoding<'_>,
        slot: &mut dyn Value,
    ) -> Result<Taken, Broken> {
        let Some(list) = slot.open().list() else { return self.mismatch(reader, place) };
        let (mut entries, mut index) = (reader.enter(Kind::List)?, 0);
        while reader.element(&mut entries)? {
            let path = Path::Index(place.path, index);
            let place = place.inner(inner, &path);
            let taken = self.value(reader, &place, list.push())?;
            if !self.keep(&place, taken) {
                list.pop();
            }
            index += 1;
        }
        self.check_items(place, index);
        Ok(Taken::Yes)
    }

    fn map(
        &mut self,
        reader: &mut Reader<'_>,
        place: &Place<'_>,
        inner: &Encoding<'_>,
        slot: &mut dyn Value,
    ) -> Result<Taken, Broken> {
        let Some(map) = slot.open().map() else { return self.mismatch(reader, place) };
        let (mut entries, mut count) = (reader.enter(Kind::Object)?, 0);
        while let Some(key) = reader.key(&mut entries)? {
            let path = Path::Key(place.path, &key);
            let place = place.inner(inner, &path);
            let taken = self.value(reader, &place, map.insert(key.clone().into_owned()))?;
            if !self.keep(&place, taken) {
                map.remove(&key);
            }
            count += 1;
        }
        self.check_items(place, count);
        Ok(Taken::Yes)
    }

    fn scalar(&mut self, place: &Place<'_>, slot: &mut dyn Value, wire: Wire<'_>) -> Taken {
        match (place.encoding, wire) {
            (Encoding::Scalar(scalar), wire) => scalar::take(self, place, scalar, slot, wire),
            (Encoding::Any, wire) => taken(slot.open().set_json(wire.into_json())),
            (Encoding::JsonText(inner), Wire::Text(text)) => self.json_text(place, inner, slot, &text),
            (Encoding::JsonText(inner), bare) => {
                self.scalar(&Place { encoding: inner, ..*place }, slot, bare)
            }
            (Encoding::Choice(_), wire) => {
                self.wrong_type(place, wire.wire_type());
                taken(slot.open().set_json(wire.into_json()))
            }
            (_, wire) => {
                self.wrong_type(place, wire.wire_type());
                Taken::No
            }
        }
    }

    /// JSON inside a text. What is no JSON stays as the text, where the type has room for it.
    fn json_text(
        &mut self,
        place: &Place<'_>,
        inner: &Encoding<'_>,
        slot: &mut dyn Value,
        text: &str,
    ) -> Taken {
        let found = self.drift.as_ref().map_or(0, Vec::len);
        let mut reader = Reader::new(text);
        let read = self.value(&mut reader, &Place { encoding: inner, ..*place }, &mut *slot);
        if let (Ok(taken), Ok(())) = (read, reader.end()) {
            return taken;
        }
        // As if nothing of it had been read.
        self.drift.iter_mut().for_each(|drift| drift.truncate(found));
        self.report(place.path, DriftKind::NotJson, || {
            ("a text that holds JSON".into(), "a text that is no JSON".into())
        });
        slot.clear();
        if matches!(inner, Encoding::Any | Encoding::Choice(_)) && slot.open().set_json(text.into()) {
            return Taken::Yes;
        }
        Taken::No
    }

    /// Whether an element stays in its list or map. One that does not fit is reported, and so is a null, except where
    /// any JSON may stand: there the new element is null already.
    fn keep(&mut self, place: &Place<'_>, taken: Taken) -> bool {
        if taken == Taken::Yes || (taken == Taken::Null && matches!(place.encoding, Encoding::Any)) {
            return true;
        }
        let found = if taken == Taken::Null { "null" } else { "something else" };
        self.report(place.path, DriftKind::LeftOut, || {
            (place.described(), format!("{found}; the element is left out"))
        });
        false
    }

    /// Passes over a list or an object that cannot be what is declared.
    fn mismatch(&mut self, reader: &mut Reader<'_>, place: &Place<'_>) -> Result<Taken, Broken> {
        let found = if reader.peek()? == Kind::List { WireType::List } else { WireType::Object };
        reader.skip()?;
        self.wrong_type(place, found);
        Ok(Taken::No)
    }

    fn wrong_type(&mut self, place: &Place<'_>, found: impl fmt::Display) {
        self.report(place.path, DriftKind::WrongType, || (place.described(), found.to_string()));
    }

    fn report(&mut self, path: &Path<'_>, kind: DriftKind, say: impl FnOnce() -> (String, String)) {
        if let Some(drift) = &mut self.drift {
            let (expected, found) = say();
            drift.push(Drift { kind, path: path.to_string(), expected, found });
        }
    }

    fn check_items(&mut self, place: &Place<'_>, items: usize) {
        let (Some(_), Some(of)) = (self.matches, place.of) else { return };
        let items = items as u64;
        if of.min_items.is_some_and(|min| items < min) || of.max_items.is_some_and(|max| items > max) {
            self.report(place.path, DriftKind::Constraint, || {
                (range("entries", of.min_items, of.max_items), items.to_string())
            });
        }
    }
}

/// An encoding in the words of a message.
pub(crate) fn describe(encoding: &Encoding<'_>) -> String {
    match encoding {
        Encoding::Scalar(scalar) => scalar::describe(scalar),
        Encoding::Any => "any JSON".into(),
        Encoding::JsonText(inner) => format!("a text that holds {}", describe(inner)),
        Encoding::List(_) => "a list".into(),
        Encoding::Map(_) => "an object".into(),
        Encoding::Object(table) => format!("an object ({})", table.name),
        Encoding::Choice(table) => format!("an object ({})", table.name),
    }
}

fn range(of: &str, min: Option<u64>, max: Option<u64>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("{min} to {max} {of}"),
        (Some(min), None) => format!("at least {min} {of}"),
        (None, Some(max)) => format!("at most {max} {of}"),
        (None, None) => of.into(),
    }
}

fn taken(stored: bool) -> Taken {
    if stored { Taken::Yes } else { Taken::No }
}
