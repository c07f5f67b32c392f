//! Choices between object types.

use std::borrow::Cow;

use serde_json::Value as Raw;

use super::{Place, Taken, Walk};
use crate::{
    drift::DriftKind,
    json::reader::{Broken, Members, Reader},
    table::{ChoiceTable, Encoding, Form, Selector, ShapeTable},
    value::{Object, Value, View},
};

/// The sibling that decides about a field, if one does.
#[inline]
pub(crate) fn sibling(encoding: &Encoding<'_>) -> Option<usize> {
    let mut encoding = encoding;
    loop {
        match encoding {
            Encoding::Choice(ChoiceTable { by: Selector::Sibling(sibling), .. }) => return Some(*sibling),
            Encoding::JsonText(inner) | Encoding::List(inner) | Encoding::Map(inner) => encoding = inner,
            _ => return None,
        }
    }
}

/// What a sibling says about the shape of a choice.
pub(super) struct Decided(Option<String>);

impl Decided {
    pub(super) fn by(object: &dyn Object, sibling: usize) -> Self {
        Decided(match object.get(sibling) {
            View::Text(text) => Some(text.to_owned()),
            _ => None,
        })
    }
}

impl Walk<'_> {
    /// Reads an object whose shape is open.
    pub(super) fn choice(
        &mut self,
        reader: &mut Reader<'_>,
        place: &Place<'_>,
        table: &ChoiceTable<'_>,
        slot: &mut dyn Value,
    ) -> Result<Taken, Broken> {
        let Some(choice) = slot.open().choice() else { return self.mismatch(reader, place) };
        let sibling = place.decided.and_then(|Decided(by)| by.as_deref());
        // What decides may stand anywhere in the object: a copy of the reader looks ahead.
        let members = match table.by {
            Selector::Sibling(_) => Members::with_capacity(0),
            Selector::Own(_) | Selector::Keys => { *reader }.members()?,
        };
        let text = |key: &str| members.get(key)?.text();
        let has = |key: &str| members.get(key).is_some();
        let shape = shape_by(table, self.form, sibling, text, has)
            .and_then(|index| table.shapes.get(index).zip(choice.select(index)));
        if let Some((shape, object)) = shape {
            let mut beside = Cow::Borrowed(place.beside);
            if let Selector::Own(key) = table.by
                && !shape.table.fields.iter().any(|field| field.is_called(key))
            {
                beside.to_mut().push(key);
            }
            self.object(reader, &Place { beside: &beside, ..*place }, shape.table, object)?;
            return Ok(Taken::Yes);
        }
        let mut json = reader.value()?;
        if let Raw::Object(map) = &mut json {
            map.retain(|key, _| !place.beside.contains(&key.as_str()));
        }
        self.report(place.path, DriftKind::UnknownShape, || {
            let found = match (table.by, sibling) {
                (Selector::Sibling(_), Some(by)) => format!("the kind {by:?}"),
                (Selector::Sibling(_), None) => "no kind".into(),
                (Selector::Own(key), _) => match json.get(key).and_then(Raw::as_str) {
                    Some(value) => format!("`{key}` = {value:?}"),
                    None => format!("no `{key}`"),
                },
                (Selector::Keys, _) => "other keys".into(),
            };
            (format!("a known shape of {}", table.name), found)
        });
        choice.set_unknown(json.into());
        Ok(Taken::Yes)
    }
}

/// The shape that an object has, by index.
pub(crate) fn shape_of(
    table: &ChoiceTable<'_>,
    form: Option<Form>,
    sibling: Option<&str>,
    json: &Raw,
) -> Option<usize> {
    let object = json.as_object()?;
    let text = |key: &str| object.get(key)?.as_str().map(Cow::Borrowed);
    shape_by(table, form, sibling, text, |key| object.contains_key(key))
}

/// The shape of an object, by the texts under its keys and by which keys it has.
fn shape_by<'j>(
    table: &ChoiceTable<'_>,
    form: Option<Form>,
    sibling: Option<&str>,
    text: impl Fn(&str) -> Option<Cow<'j, str>>,
    has: impl Fn(&str) -> bool,
) -> Option<usize> {
    let called = |value: &str| table.shapes.iter().position(|shape| shape.value == value);
    match table.by {
        Selector::Sibling(_) => called(sibling?),
        Selector::Own(key) => called(&text(key)?),
        Selector::Keys => {
            let fits = |shape: &ShapeTable<'_>| {
                form.is_none_or(|form| shape.arrives.is_empty() || shape.arrives.contains(&form))
                    && shape.present.iter().all(|key| has(key))
                    && !shape.absent.iter().any(|key| has(key))
            };
            table.shapes.iter().position(fits)
        }
    }
}
