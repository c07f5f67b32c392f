//! Choices between object types.

use serde::de::DeserializeSeed as _;
use serde_json::Value as Raw;

use super::{Seed, Taken, Walk, object::fields};
use crate::{
    drift::DriftKind,
    table::{ChoiceTable, Encoding, Field, Form, Selector, ShapeTable},
    value::{Object, Value, View},
};

/// The sibling that decides about a field, if one does.
pub(crate) fn sibling(encoding: &Encoding<'_>) -> Option<usize> {
    match encoding {
        Encoding::Choice(ChoiceTable { by: Selector::Sibling(sibling), .. }) => Some(*sibling),
        Encoding::JsonText(inner) | Encoding::List(inner) | Encoding::Map(inner) => sibling(inner),
        _ => None,
    }
}

/// What the sibling says.
pub(super) fn kind(object: &dyn Object, sibling: usize) -> Option<String> {
    match object.get(sibling) {
        View::Text(text) => Some(text.to_owned()),
        _ => None,
    }
}

/// The shape that the sibling at hand decided for: then the value need not be kept in memory first.
pub(super) fn by_known_sibling(walk: &Walk<'_>, table: &ChoiceTable<'_>) -> Option<usize> {
    let (Selector::Sibling(_), Some(Some(by))) = (table.by, walk.siblings.last()) else { return None };
    table.shapes.iter().position(|shape| shape.value == by)
}

/// Reads a field whose sibling decides, once that is known.
pub(super) fn by_sibling<'t>(
    walk: &mut Walk<'t>,
    field: &'t Field<'t>,
    object: &mut dyn Object,
    index: usize,
    json: Raw,
) -> Taken {
    let by = sibling(&field.encoding).and_then(|sibling| kind(object, sibling));
    walk.siblings.push(by);
    let seed = Seed {
        walk: &mut *walk,
        encoding: &field.encoding,
        slot: object.at(index),
        of: Some(&field.constraints),
    };
    // The value is in memory already: there is no broken JSON left to stumble over.
    let taken = seed.deserialize(json).unwrap_or(Taken::No);
    walk.siblings.pop();
    taken
}

/// Reads an object whose shape is open, from memory.
pub(super) fn select<'t>(
    walk: &mut Walk<'t>,
    table: &'t ChoiceTable<'t>,
    slot: &mut dyn Value,
    mut json: Raw,
) -> Taken {
    let envelope = if walk.depth == 0 { walk.envelope } else { &[] };
    let by = match (table.by, walk.siblings.last()) {
        (Selector::Sibling(_), Some(by)) => by.clone(),
        _ => None,
    };
    let Some(choice) = slot.open().choice() else { return Taken::No };
    let Some(index) = shape_of(table, walk.form, by.as_deref(), &json) else {
        if let Raw::Object(map) = &mut json {
            map.retain(|key, _| !envelope.contains(&key.as_str()));
        }
        unknown(walk, table, by.as_deref(), &json);
        choice.set_unknown(json.into());
        return Taken::Yes;
    };
    let shape = &table.shapes[index];
    if let (Selector::Own(key), Raw::Object(map)) = (table.by, &mut json)
        && !shape.table.fields.iter().any(|field| field.is_called(key))
    {
        map.remove(key);
    }
    match (choice.select(index), json) {
        (Some(object), Raw::Object(map)) => {
            let map = serde::de::value::MapDeserializer::new(map.into_iter());
            fields::<serde::de::value::MapDeserializer<'_, _, serde_json::Error>>(
                walk,
                shape.table,
                object,
                map,
            )
            .map_or(Taken::No, |read| read.or_else(|_| Taken::No))
        }
        _ => Taken::No,
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
    match table.by {
        Selector::Sibling(_) => table.shapes.iter().position(|shape| Some(shape.value) == sibling),
        Selector::Own(key) => {
            let value = object.get(key)?.as_str()?;
            table.shapes.iter().position(|shape| shape.value == value)
        }
        Selector::Keys => {
            let fits = |shape: &ShapeTable<'_>| {
                form.is_none_or(|form| shape.arrives.is_empty() || shape.arrives.contains(&form))
                    && shape.present.iter().all(|key| object.contains_key(*key))
                    && !shape.absent.iter().any(|key| object.contains_key(*key))
            };
            table.shapes.iter().position(fits)
        }
    }
}

fn unknown(walk: &mut Walk<'_>, table: &ChoiceTable<'_>, by: Option<&str>, json: &Raw) {
    walk.report(DriftKind::UnknownShape, || {
        let found = match (table.by, by) {
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
}
