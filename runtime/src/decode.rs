//! Decoding: one walk over a table, the slots of a value and any serde deserializer.
//!
//! Nothing in a payload fails the walk but broken JSON. What does not fit is reported as [`Drift`] and left out.

pub(crate) mod choice;
mod object;
mod scalar;

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
    value::{MapAccessDeserializer, SeqAccessDeserializer},
};

use self::{object::fields, scalar::Wire};
use crate::{
    drift::{Drift, DriftKind, Path, Step},
    table::{Constraints, Encoding, Form, WireType},
    value::{Coded, Slot, Value},
};

/// The key under which `serde_json` hands out numbers when its feature `arbitrary_precision` is on, which any crate
/// of a build may turn on.
pub(crate) const NUMBER: &str = "$serde_json::private::Number";

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
    let mut walk = Walk {
        form,
        envelope,
        path: Path::default(),
        drift: Some(Vec::new()),
        matches,
        depth: 0,
        siblings: vec![],
    };
    let mut reader = serde_json::Deserializer::from_str(json);
    let seed = Seed { walk: &mut walk, encoding, slot: Some(value), of: None };
    if let Taken::Null = seed.deserialize(&mut reader)? {
        walk.report(DriftKind::WrongType, || ("an object".into(), "null".into()));
    }
    reader.end()?;
    Ok(walk.drift.unwrap_or_default())
}

/// `Deserialize` of every generated type: no form, nothing reported.
///
/// # Errors
///
/// Those of the deserializer.
pub fn deserialize<'de, T: Coded, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut value = T::default();
    let mut walk = Walk {
        form: None,
        envelope: &[],
        path: Path::default(),
        drift: None,
        matches: None,
        depth: 0,
        siblings: vec![],
    };
    Seed { walk: &mut walk, encoding: &T::ENCODING, slot: Some(&mut value), of: None }
        .deserialize(deserializer)?;
    Ok(value)
}

/// What the walk carries along.
pub(crate) struct Walk<'t> {
    form: Option<Form>,
    /// Keys beside the body's own; only at the top.
    envelope: &'t [&'t str],
    path: Path<'t>,
    /// `None`: nobody listens.
    drift: Option<Vec<Drift>>,
    /// `None`: constraints are not checked.
    matches: Option<Matches<'t>>,
    /// Objects entered; the envelope is at the first.
    depth: usize,
    /// What decides about the choices by a sibling that are being read.
    siblings: Vec<Option<String>>,
}

/// What became of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    Yes,
    No,
    Null,
}

/// One value to read: how it is written, and where it goes.
struct Seed<'w, 't, 's> {
    walk: &'w mut Walk<'t>,
    encoding: &'t Encoding<'t>,
    slot: Slot<'s>,
    /// The field's constraints; `items` of them hold for the outermost list or map only.
    of: Option<&'t Constraints<'t>>,
}

/// How far a walk had come.
struct Mark {
    path: usize,
    depth: usize,
    siblings: usize,
    drift: usize,
}

impl<'t> Walk<'t> {
    fn mark(&self) -> Mark {
        Mark {
            path: self.path.len(),
            depth: self.depth,
            siblings: self.siblings.len(),
            drift: self.drift.as_ref().map_or(0, Vec::len),
        }
    }

    /// Back to where it was, as if nothing had been read since.
    fn back_to(&mut self, mark: &Mark) {
        self.path.truncate(mark.path);
        self.depth = mark.depth;
        self.siblings.truncate(mark.siblings);
        if let Some(drift) = &mut self.drift {
            drift.truncate(mark.drift);
        }
    }

    fn report(&mut self, kind: DriftKind, say: impl FnOnce() -> (String, String)) {
        if let Some(drift) = &mut self.drift {
            let (expected, found) = say();
            drift.push(Drift { kind, path: self.path.to_string(), expected, found });
        }
    }

    fn wrong_type(&mut self, encoding: &Encoding<'_>, found: impl fmt::Display) {
        self.report(DriftKind::WrongType, || (describe(encoding), found.to_string()));
    }

    fn check_items(&mut self, of: Option<&Constraints<'_>>, items: usize) {
        let (Some(_), Some(of)) = (self.matches, of) else { return };
        let items = items as u64;
        if of.min_items.is_some_and(|min| items < min) || of.max_items.is_some_and(|max| items > max) {
            self.report(DriftKind::Constraint, || {
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

impl<'de> DeserializeSeed<'de> for Seed<'_, '_, '_> {
    type Value = Taken;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Taken, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_, '_, '_> {
    type Value = Taken;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&describe(self.encoding))
    }

    fn visit_unit<E>(self) -> Result<Taken, E> {
        Ok(Taken::Null)
    }

    fn visit_none<E>(self) -> Result<Taken, E> {
        Ok(Taken::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Taken, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, bool: bool) -> Result<Taken, E> {
        Ok(self.scalar(Wire::Bool(bool)))
    }

    fn visit_i64<E>(self, int: i64) -> Result<Taken, E> {
        Ok(self.scalar(Wire::Int(int)))
    }

    fn visit_u64<E>(self, int: u64) -> Result<Taken, E> {
        Ok(self.scalar(i64::try_from(int).map_or(Wire::Big(int), Wire::Int)))
    }

    fn visit_f64<E>(self, float: f64) -> Result<Taken, E> {
        Ok(self.scalar(Wire::Float(float)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Taken, E> {
        Ok(self.scalar(Wire::Text(text.into())))
    }

    fn visit_string<E>(self, text: String) -> Result<Taken, E> {
        Ok(self.scalar(Wire::Text(text.into())))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<Taken, A::Error> {
        self.unwrap_json_text();
        match *self.encoding {
            Encoding::Any => {
                let json = serde::Deserialize::deserialize(SeqAccessDeserializer::new(seq))?;
                Ok(self.raw(json))
            }
            Encoding::List(inner) => self.list(inner, seq),
            _ => {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(self.mismatch(WireType::List))
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Taken, A::Error> {
        self.unwrap_json_text();
        match *self.encoding {
            Encoding::Any => {
                let json = serde::Deserialize::deserialize(MapAccessDeserializer::new(map))?;
                Ok(self.raw(json))
            }
            Encoding::Object(table) => match self.slot.take().and_then(|slot| slot.open().object()) {
                Some(object) => {
                    let read = fields(self.walk, table, object, map)?;
                    Ok(read.or_else(|_| self.mismatch(WireType::Int)))
                }
                None => self.drain(map),
            },
            Encoding::Map(inner) => self.map(inner, map),
            Encoding::Choice(table) => {
                if let Some(shape) = choice::by_known_sibling(self.walk, table)
                    && let Some(object) =
                        self.slot.as_deref_mut().and_then(|slot| slot.open().choice()?.select(shape))
                {
                    let read = fields(self.walk, table.shapes[shape].table, object, map)?;
                    return Ok(read.or_else(|number| self.scalar(Wire::number(&number))));
                }
                let json: serde_json::Value =
                    serde::Deserialize::deserialize(MapAccessDeserializer::new(map))?;
                Ok(match self.slot.take() {
                    Some(slot) => choice::select(self.walk, table, slot, json),
                    None => Taken::No,
                })
            }
            Encoding::Scalar(_) | Encoding::JsonText(_) | Encoding::List(_) => {
                if let Some(key) = map.next_key::<String>()? {
                    if key == NUMBER {
                        let number: String = map.next_value()?;
                        return Ok(self.scalar(Wire::number(&number)));
                    }
                    map.next_value::<IgnoredAny>()?;
                }
                self.drain(map)
            }
        }
    }
}

impl<'t> Seed<'_, 't, '_> {
    /// A bare value where JSON text is declared is read as what the text would hold.
    fn unwrap_json_text(&mut self) {
        while let Encoding::JsonText(inner) = self.encoding {
            self.encoding = inner;
        }
    }

    fn mismatch(self, found: WireType) -> Taken {
        self.walk.wrong_type(self.encoding, found);
        Taken::No
    }

    fn drain<'de, A: MapAccess<'de>>(self, mut map: A) -> Result<Taken, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(self.mismatch(WireType::Object))
    }

    fn raw(self, json: serde_json::Value) -> Taken {
        store(self.slot, |slot| slot.open().set_json(json))
    }

    fn list<'de, A: SeqAccess<'de>>(self, inner: &'t Encoding<'t>, mut seq: A) -> Result<Taken, A::Error> {
        let walk = self.walk;
        let Some(list) = self.slot.and_then(|slot| slot.open().list()) else {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Taken::No);
        };
        let mut index = 0;
        loop {
            walk.path.push(Step::Index(index));
            let seed = Seed { walk: &mut *walk, encoding: inner, slot: Some(list.push()), of: self.of };
            let taken = seq.next_element_seed(seed)?;
            if !taken.is_some_and(|taken| keep(walk, inner, taken)) {
                list.pop();
            }
            walk.path.pop();
            if taken.is_none() {
                break;
            }
            index += 1;
        }
        walk.check_items(self.of, index);
        Ok(Taken::Yes)
    }

    fn map<'de, A: MapAccess<'de>>(self, inner: &'t Encoding<'t>, mut access: A) -> Result<Taken, A::Error> {
        let walk = self.walk;
        let Some(map) = self.slot.and_then(|slot| slot.open().map()) else {
            while access.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Taken::No);
        };
        let mut entries = 0;
        while let Some(key) = access.next_key::<String>()? {
            if key == NUMBER {
                access.next_value::<IgnoredAny>()?;
                walk.wrong_type(self.encoding, WireType::Int);
                return Ok(Taken::No);
            }
            walk.path.push(Step::Other(key.clone()));
            let slot = map.insert(key.clone());
            let seed = Seed { walk: &mut *walk, encoding: inner, slot: Some(slot), of: self.of };
            let taken = access.next_value_seed(seed)?;
            if !keep(walk, inner, taken) {
                map.remove(&key);
            }
            walk.path.pop();
            entries += 1;
        }
        walk.check_items(self.of, entries);
        Ok(Taken::Yes)
    }

    fn scalar(self, wire: Wire<'_>) -> Taken {
        match (self.encoding, self.slot) {
            (_, None) => Taken::No,
            (Encoding::Scalar(scalar), Some(slot)) => scalar::take(self.walk, scalar, self.of, slot, wire),
            (Encoding::Any, slot) => store(slot, |slot| slot.open().set_json(wire.into_json())),
            (Encoding::JsonText(inner), Some(slot)) => match wire {
                Wire::Text(text) => json_text(self.walk, inner, self.of, slot, &text),
                bare => Seed { walk: self.walk, encoding: inner, slot: Some(slot), of: self.of }.scalar(bare),
            },
            (Encoding::Choice(_), Some(slot)) => {
                self.walk.wrong_type(self.encoding, wire.wire_type());
                store(Some(slot), |slot| slot.open().set_json(wire.into_json()))
            }
            (_, Some(_)) => {
                self.walk.wrong_type(self.encoding, wire.wire_type());
                Taken::No
            }
        }
    }
}

fn store(slot: Slot<'_>, set: impl FnOnce(&mut dyn Value) -> bool) -> Taken {
    if slot.is_some_and(set) { Taken::Yes } else { Taken::No }
}

/// Whether an element stays in its list or map. One that does not fit is reported, and so is a null, except where any
/// JSON may stand: there the new element is null already.
fn keep(walk: &mut Walk<'_>, encoding: &Encoding<'_>, taken: Taken) -> bool {
    if taken == Taken::Yes || (taken == Taken::Null && matches!(encoding, Encoding::Any)) {
        return true;
    }
    let found = if taken == Taken::Null { "null" } else { "something else" };
    walk.report(DriftKind::LeftOut, || (describe(encoding), format!("{found}; the element is left out")));
    false
}

/// JSON inside a text. What is no JSON stays as the text, where the type has room for it.
fn json_text<'t>(
    walk: &mut Walk<'t>,
    inner: &'t Encoding<'t>,
    of: Option<&'t Constraints<'t>>,
    slot: &mut dyn Value,
    text: &str,
) -> Taken {
    let mut reader = serde_json::Deserializer::from_str(text);
    let mark = walk.mark();
    let taken =
        Seed { walk: &mut *walk, encoding: inner, slot: Some(&mut *slot), of }.deserialize(&mut reader);
    if let (Ok(taken), Ok(())) = (taken, reader.end()) {
        return taken;
    }
    walk.back_to(&mark);
    walk.report(DriftKind::NotJson, || ("a text that holds JSON".into(), "a text that is no JSON".into()));
    slot.clear();
    if matches!(inner, Encoding::Any | Encoding::Choice(_)) && slot.open().set_json(text.into()) {
        return Taken::Yes;
    }
    Taken::No
}
