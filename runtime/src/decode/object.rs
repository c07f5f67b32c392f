//! Objects: their keys, and the fields that these are.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::{NUMBER, Seed, Taken, Walk, choice, describe};
use crate::{
    drift::{DriftKind, Step},
    table::{Field, Form, Presence, TypeTable},
    value::Object,
};

/// The fields of one object. Choices by a sibling that did not come yet are read last, when it is known.
pub(super) fn fields<'de, 't, A: MapAccess<'de>>(
    walk: &mut Walk<'t>,
    table: &'t TypeTable<'t>,
    object: &mut dyn Object,
    mut map: A,
) -> Result<Entries, A::Error> {
    let envelope = if walk.depth == 0 { walk.envelope } else { &[] };
    walk.depth += 1;
    let mut seen = Seen::default();
    let mut choices: Vec<(usize, serde_json::Value)> = Vec::new();
    let mut next = 0;
    while let Some(key) =
        map.next_key_seed(KeySeed { table, form: walk.form, envelope, seen: &seen, next })?
    {
        match key {
            Key::Field(index, own) => {
                let field = &table.fields[index];
                next = index + 1;
                seen.set(index);
                walk.path.push(Step::Key(field.key_out(walk.form).unwrap_or(field.key)));
                if !own {
                    other_form(walk, field);
                }
                let decides = choice::sibling(&field.encoding);
                if decides.is_some_and(|sibling| !seen.has(sibling)) {
                    choices.push((index, map.next_value()?));
                } else {
                    if let Some(sibling) = decides {
                        walk.siblings.push(choice::kind(object, sibling));
                    }
                    let seed = Seed {
                        walk: &mut *walk,
                        encoding: &field.encoding,
                        slot: object.at(index),
                        of: Some(&field.constraints),
                    };
                    let taken = map.next_value_seed(seed)?;
                    if decides.is_some() {
                        walk.siblings.pop();
                    }
                    settle(walk, field, object, index, taken);
                }
                walk.path.pop();
            }
            Key::Envelope => {
                map.next_value::<IgnoredAny>()?;
            }
            Key::Number => {
                walk.depth -= 1;
                return Ok(Entries::Number(map.next_value()?));
            }
            Key::Unknown(key) => {
                map.next_value::<IgnoredAny>()?;
                walk.path.push(Step::Other(key));
                walk.report(DriftKind::UnknownKey, || {
                    (format!("no such key in {}", table.name), "a key that the schema does not know".into())
                });
                walk.path.pop();
            }
        }
    }
    for (index, json) in choices {
        let field = &table.fields[index];
        walk.path.push(Step::Key(field.key_out(walk.form).unwrap_or(field.key)));
        let taken = choice::by_sibling(walk, field, object, index, json);
        settle(walk, field, object, index, taken);
        walk.path.pop();
    }
    for (index, field) in table.fields.iter().enumerate() {
        if field.presence == Presence::Always && !seen.has(index) && occurs(field, walk.form) {
            walk.path.push(Step::Key(field.key_out(walk.form).unwrap_or(field.key)));
            walk.report(DriftKind::Missing, || (describe(&field.encoding), "nothing".into()));
            walk.path.pop();
        }
    }
    walk.depth -= 1;
    Ok(Entries::Read)
}

fn occurs(field: &Field<'_>, form: Option<Form>) -> bool {
    form.is_none_or(|form| field.key_in(form).is_some())
}

fn other_form(walk: &mut Walk<'_>, field: &Field<'_>) {
    let Some(form) = walk.form else { return };
    walk.report(DriftKind::OtherForm, || {
        let expected =
            field.key_in(form).map_or("no such key in this form".into(), |key| format!("the key `{key}`"));
        (expected, "the key of another form; its value is taken".into())
    });
}

/// What a field becomes when its value did not fit or is null.
fn settle(walk: &mut Walk<'_>, field: &Field<'_>, object: &mut dyn Object, index: usize, taken: Taken) {
    if taken == Taken::Yes {
        return;
    }
    let Some(slot) = object.at(index) else { return };
    match taken {
        Taken::Yes => {}
        Taken::No => slot.clear(),
        Taken::Null => {
            slot.set_null();
            if field.presence == Presence::Always {
                walk.report(DriftKind::Missing, || (describe(&field.encoding), "null".into()));
            }
        }
    }
}

/// The fields that had a value.
#[derive(Default)]
struct Seen {
    low: u128,
    high: Vec<usize>,
}

impl Seen {
    fn set(&mut self, index: usize) {
        if index < 128 { self.low |= 1 << index } else { self.high.push(index) }
    }

    fn has(&self, index: usize) -> bool {
        if index < 128 { self.low & (1 << index) != 0 } else { self.high.contains(&index) }
    }
}

/// What the entries of an object were.
pub(super) enum Entries {
    Read,
    /// None at all: this is how a number came, see [`NUMBER`].
    Number(String),
}

impl Entries {
    pub(super) fn or_else(self, number: impl FnOnce(String) -> Taken) -> Taken {
        match self {
            Entries::Read => Taken::Yes,
            Entries::Number(digits) => number(digits),
        }
    }
}

/// What a key is.
enum Key {
    /// A field, by the key of this form or of another.
    Field(usize, bool),
    /// Part of the envelope.
    Envelope,
    /// No key, see [`NUMBER`].
    Number,
    Unknown(String),
}

/// Looks a key up: in this form first, at the place where it is expected.
struct KeySeed<'k, 't> {
    table: &'t TypeTable<'t>,
    form: Option<Form>,
    envelope: &'t [&'t str],
    seen: &'k Seen,
    next: usize,
}

impl KeySeed<'_, '_> {
    fn find(&self, key: &str) -> Key {
        let fields = self.table.fields;
        let own = |field: &Field<'_>| field.key_out(self.form) == Some(key);
        if fields.get(self.next).is_some_and(own) {
            return Key::Field(self.next, true);
        }
        if let Some(index) = fields.iter().position(own) {
            return Key::Field(index, true);
        }
        if self.envelope.contains(&key) {
            return Key::Envelope;
        }
        match fields.iter().position(|field| field.is_called(key)) {
            Some(index) if !self.seen.has(index) => Key::Field(index, false),
            _ if key == NUMBER => Key::Number,
            _ => Key::Unknown(key.to_owned()),
        }
    }
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_, '_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for KeySeed<'_, '_> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Key, E> {
        Ok(self.find(key))
    }
}
