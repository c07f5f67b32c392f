//! Values of a body by path, as text: what identifies an event and what orders it.

use std::fmt::{Display, Write as _};

use crate::{
    table::{Encoding, TypeTable},
    value::{Object, Shape, View},
};

/// Adds the values under some paths to a text; they are told apart by a character that no value has. False where one is
/// missing, or there is no path.
pub(crate) fn values(
    to: &mut String,
    view: View<'_>,
    encoding: &Encoding<'_>,
    paths: &[impl AsRef<str>],
) -> bool {
    let start = to.len();
    for path in paths {
        if to.len() > start {
            to.push('\u{1f}');
        }
        if value(to, view, encoding, path.as_ref()).is_none() {
            return false;
        }
    }
    to.len() > start
}

/// Adds the scalar at a path. Keys are those of the schema, whatever form the body came in.
fn value(to: &mut String, view: View<'_>, encoding: &Encoding<'_>, path: &str) -> Option<()> {
    match (view, encoding) {
        (View::Object(object), Encoding::Object(table)) => field(to, object, table, path),
        (View::Choice(choice), Encoding::Choice(table)) => match choice.shape() {
            Shape::Known(index, object) => field(to, object, table.shapes.get(index)?.table, path),
            Shape::Unknown(json) => raw(to, json, path),
        },
        (View::Json(json), _) => raw(to, json, path),
        (_, Encoding::JsonText(inner)) => value(to, view, inner, path),
        _ => None,
    }
}

fn field(to: &mut String, object: &dyn Object, table: &TypeTable<'_>, path: &str) -> Option<()> {
    // A key is short: a search that prepares itself takes longer.
    let dot = path.bytes().position(|byte| byte == b'.');
    let key = &path[..dot.unwrap_or(path.len())];
    let index = table.fields.iter().position(|field| field.key == key)?;
    let view = object.get(index);
    match dot {
        Some(dot) => value(to, view, &table.fields[index].encoding, &path[dot + 1..]),
        None => scalar(to, view),
    }
}

fn scalar(to: &mut String, view: View<'_>) -> Option<()> {
    match view {
        View::Text(value) => text(to, value),
        View::Int(int) => shown(to, int),
        View::Float(float) => shown(to, float),
        View::Bool(bool) => shown(to, bool),
        View::Json(json) => json_scalar(to, json),
        _ => None,
    }
}

fn raw(to: &mut String, json: &serde_json::Value, path: &str) -> Option<()> {
    json_scalar(to, path.split('.').try_fold(json, |json, key| json.get(key))?)
}

fn json_scalar(to: &mut String, json: &serde_json::Value) -> Option<()> {
    match json {
        serde_json::Value::String(value) => text(to, value),
        serde_json::Value::Number(number) => shown(to, number),
        serde_json::Value::Bool(bool) => shown(to, bool),
        _ => None,
    }
}

fn text(to: &mut String, value: &str) -> Option<()> {
    to.push_str(value);
    (!value.is_empty()).then_some(())
}

fn shown(to: &mut String, value: impl Display) -> Option<()> {
    write!(to, "{value}").ok()
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
