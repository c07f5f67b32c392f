//! Objects: their keys, and the fields that these are.

use std::borrow::Cow;

use super::{
    Place, Taken, Walk,
    choice::{self, Decided},
    describe,
};
use crate::{
    drift::{DriftKind, Path},
    json::reader::{Broken, Kind, Reader},
    table::{Field, Form, Presence, TypeTable},
    value::{Object, Slot},
};

impl Walk<'_> {
    /// Reads the fields of an object. Choices by a sibling that did not come yet are read last, when it is known.
    pub(super) fn object(
        &mut self,
        reader: &mut Reader<'_>,
        place: &Place<'_>,
        table: &TypeTable<'_>,
        object: &mut dyn Object,
    ) -> Result<(), Broken> {
        let (mut seen, mut next, mut later) = (Seen::default(), 0, Vec::new());
        let mut entries = reader.enter(Kind::Object)?;
        while reader.element(&mut entries)? {
            let (index, own) = match self.find(reader, table, place.beside, &seen, next)? {
                Key::Field { index, own } => (index, own),
                Key::Beside => {
                    reader.skip()?;
                    continue;
                }
                Key::Unknown(key) => {
                    reader.skip()?;
                    self.report(&Path::Key(place.path, &key), DriftKind::UnknownKey, || {
                        let expected = format!("no such key in {}", table.name);
                        (expected, "a key that the schema does not know".into())
                    });
                    continue;
                }
            };
            let field = &table.fields[index];
            next = index + 1;
            seen.set(index);
            if !own {
                self.other_form(place.path, field);
            }
            match choice::sibling(&field.encoding) {
                None => self.field(reader, place.path, field, object.at(index), None)?,
                Some(sibling) if seen.has(sibling) => {
                    let decided = Decided::by(object, sibling);
                    self.field(reader, place.path, field, object.at(index), Some(&decided))?;
                }
                Some(sibling) => later.push((index, sibling, reader.skip()?)),
            }
        }
        for (index, sibling, json) in later {
            let decided = Decided::by(object, sibling);
            let mut reader = Reader::new(json);
            self.field(&mut reader, place.path, &table.fields[index], object.at(index), Some(&decided))?;
        }
        self.missing(place.path, table, &seen);
        Ok(())
    }

    /// Reads a key and looks it up: first it is compared with the one that is expected next, where it stands.
    #[inline]
    fn find<'a>(
        &self,
        reader: &mut Reader<'a>,
        table: &TypeTable<'_>,
        beside: &[&str],
        seen: &Seen,
        next: usize,
    ) -> Result<Key<'a>, Broken> {
        let expected = table.fields.get(next).filter(|field| !field.escaped);
        let expected = expected.and_then(|field| field.key_out(self.form));
        if expected.is_some_and(|key| reader.is_key(key)) {
            return Ok(Key::Field { index: next, own: true });
        }
        Ok(search(table, self.form, beside, seen, reader.any_key()?))
    }

    /// Reads the value of a field, and settles what the field is where the value does not fit or is null.
    fn field(
        &mut self,
        reader: &mut Reader<'_>,
        above: &Path<'_>,
        field: &Field<'_>,
        slot: Slot<'_>,
        decided: Option<&Decided>,
    ) -> Result<(), Broken> {
        // A table with more fields than its type: nothing generated is like that.
        let Some(slot) = slot else { return reader.skip().map(drop) };
        // What most fields are is not asked any further.
        if self.is_any_text(&field.encoding)
            && let Some(text) = reader.plain_text()
        {
            if !slot.set_text(text) {
                slot.clear();
            }
            return Ok(());
        }
        let path = Path::Key(above, self.key(field));
        let place =
            Place { encoding: &field.encoding, of: field.constraints, path: &path, beside: &[], decided };
        match self.value(reader, &place, &mut *slot)? {
            Taken::Yes => {}
            Taken::No => slot.clear(),
            Taken::Null => {
                slot.set_null();
                if field.presence == Presence::Always {
                    self.report(&path, DriftKind::Missing, || (describe(&field.encoding), "null".into()));
                }
            }
        }
        Ok(())
    }

    /// What a field is called in a path.
    fn key<'f>(&self, field: &Field<'f>) -> &'f str {
        field.key_out(self.form).unwrap_or(field.key)
    }

    fn other_form(&mut self, above: &Path<'_>, field: &Field<'_>) {
        let Some(form) = self.form else { return };
        self.report(&Path::Key(above, self.key(field)), DriftKind::OtherForm, || {
            let expected = field
                .key_in(form)
                .map_or("no such key in this form".into(), |key| format!("the key `{key}`"));
            (expected, "the key of another form; its value is taken".into())
        });
    }

    /// Reports the fields that are always there and did not come.
    fn missing(&mut self, above: &Path<'_>, table: &TypeTable<'_>, seen: &Seen) {
        for (index, field) in table.fields.iter().enumerate() {
            if field.presence == Presence::Always
                && !seen.has(index)
                && self.form.is_none_or(|form| field.key_in(form).is_some())
            {
                self.report(&Path::Key(above, self.key(field)), DriftKind::Missing, || {
                    (describe(&field.encoding), "nothing".into())
                });
            }
        }
    }
}

/// The fields that had a value.
#[derive(Default)]
struct Seen {
    low: u64,
    high: Vec<usize>,
}

impl Seen {
    fn set(&mut self, index: usize) {
        if index < 64 { self.low |= 1 << index } else { self.high.push(index) }
    }

    fn has(&self, index: usize) -> bool {
        if index < 64 { self.low & (1 << index) != 0 } else { self.high.contains(&index) }
    }
}

/// What a key is.
enum Key<'a> {
    /// A field, by its own key in this form or by the key of another one.
    Field {
        index: usize,
        own: bool,
    },
    /// None of the type's, and known.
    Beside,
    Unknown(Cow<'a, str>),
}

/// Looks a key up, in this form first.
fn search<'a>(
    table: &TypeTable<'_>,
    form: Option<Form>,
    beside: &[&str],
    seen: &Seen,
    key: Cow<'a, str>,
) -> Key<'a> {
    let fields = table.fields;
    let own = |field: &Field<'_>| field.key_out(form).is_some_and(|own| own == key);
    if let Some(index) = fields.iter().position(own) {
        return Key::Field { index, own: true };
    }
    if beside.contains(&&*key) {
        return Key::Beside;
    }
    match fields.iter().position(|field| field.is_called(&key)) {
        Some(index) if !seen.has(index) => Key::Field { index, own: false },
        _ => Key::Unknown(key),
    }
}
