//! Values of a body by path, as text: what identifies an event and what orders it.

use crate::{
    table::{Encoding, TypeTable},
    value::{Object, Shape, View},
};

/// The values under some paths, all of which must be there; they are told apart by a character that no value has.
pub(crate) fn values(view: View<'_>, encoding: &Encoding<'_>, paths: &[&str]) -> Option<String> {
    let mut key = String::new();
    for path in paths {
        if !key.is_empty() {
            key.push('\u{1f}');
        }
        key.push_str(&value(view, encoding, path)?);
    }
    Some(key).filter(|key| !key.is_empty())
}

/// The scalar at a path. Keys are those of the schema, whatever form the body came in.
fn value(view: View<'_>, encoding: &Encoding<'_>, path: &str) -> Option<String> {
    match (view, encoding) {
        (View::Object(object), Encoding::Object(table)) => field(object, table, path),
        (View::Choice(choice), Encoding::Choice(table)) => match choice.shape() {
            Shape::Known(index, object) => field(object, table.shapes.get(index)?.table, path),
            Shape::Unknown(json) => raw(json, path),
        },
        (View::Json(json), _) => raw(json, path),
        (_, Encoding::JsonText(inner)) => value(view, inner, path),
        _ => None,
    }
}

fn field(object: &dyn Object, table: &TypeTable<'_>, path: &str) -> Option<String> {
    let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
    let index = table.fields.iter().position(|field| field.key == key)?;
    let view = object.get(index);
    match rest {
        Some(rest) => value(view, &table.fields[index].encoding, rest),
        None => scalar(view),
    }
}

fn scalar(view: View<'_>) -> Option<String> {
    let text = match view {
        View::Text(text) => text.to_owned(),
        View::Int(int) => int.to_string(),
        View::Float(float) => float.to_string(),
        View::Bool(bool) => bool.to_string(),
        View::Json(json) => return json_scalar(json),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

fn raw(json: &serde_json::Value, path: &str) -> Option<String> {
    json_scalar(path.split('.').try_fold(json, |json, key| json.get(key))?)
}

fn json_scalar(json: &serde_json::Value) -> Option<String> {
    match json {
        serde_json::Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(bool) => Some(bool.to_string()),
        _ => None,
    }
}

/// Whether a path leads to a scalar of this body.
pub(crate) fn leads_to_scalar(encoding: &Encoding<'_>, path: &str) -> bool {
    match encoding {
        Encoding::Object(table) => leads(table, path),
        Encoding::Choice(choice) => choice.shapes.iter().any(|shape| leads(shape.table, path)),
        Encoding::JsonText(inner) => leads_to_scalar(inner, path),
        Encoding::Any => true,
        _ => false,
    }
}

fn leads(table: &TypeTable<'_>, path: &str) -> bool {
    let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
    let Some(field) = table.fields.iter().find(|field| field.key == key) else { return false };
    match rest {
        Some(rest) => leads_to_scalar(&field.encoding, rest),
        None => matches!(field.encoding, Encoding::Scalar(_) | Encoding::Any),
    }
}
