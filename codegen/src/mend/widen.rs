//! A type that holds what came, and everything that the old one held.

use serde_json::Value;

use super::{
    edit::{self, Edit, Entry},
    target::Target,
};
use crate::{
    model::{Field, FieldType, ScalarKind, WireType},
    syntax::tree::{Node, NodeKind},
};

/// How a field is widened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wider {
    /// The scalar may come so as well.
    Accepts(&'static str),
    /// The innermost scalar becomes this.
    Scalar(&'static str),
    /// The whole type may stand inside a text.
    InText,
    /// The schema knows it by now.
    Known,
}

impl Wider {
    /// What becomes of a field.
    pub(super) fn told(&self, key: &str) -> String {
        match self {
            Wider::Accepts(word) => format!("`{key}` accepts `{word}` as well"),
            Wider::Scalar(scalar) => format!("`{key}` is a `{scalar}`"),
            Wider::InText => format!("`{key}` is JSON in a text, `json<...>`"),
            Wider::Known => format!("`{key}` stays"),
        }
    }
}

/// The word of the schema language for a scalar on the wire, by the word of messages.
fn word(found: &str) -> Option<(&'static str, WireType)> {
    let all = [
        ("string", WireType::Text),
        ("int", WireType::Int),
        ("float", WireType::Float),
        ("bool", WireType::Bool),
    ];
    all.into_iter().find(|(_, wire)| wire.to_string() == found)
}

/// How a field is widened for a value that a report describes as `found`. The error says why it is not.
pub(super) fn wider(target: &Target<'_>, found: &str) -> Result<Wider, &'static str> {
    const UNREADABLE: &str = "no type of the schema language holds both; `any` would, without a type";
    let (Some(field), Some(ty)) = (target.field, target.ty) else {
        return Err("the schema has no such field");
    };
    let scalar = match ty {
        FieldType::Scalar(scalar) => scalar,
        FieldType::JsonText(inner) => match &**inner {
            FieldType::Scalar(scalar) => scalar,
            _ => return Err(UNREADABLE),
        },
        _ => return structure(field, target, found).ok_or(UNREADABLE),
    };
    // A report names the type alone where the value could be read.
    if let Some((word, wire)) = word(found) {
        return Ok(if scalar.accepts.contains(&wire) { Wider::Known } else { Wider::Accepts(word) });
    }
    let free = scalar.set.is_none() && field.constraints.min.is_none() && field.constraints.max.is_none();
    let is_float = found.parse::<f64>().is_ok() && found.parse::<i128>().is_err();
    match (&target.value, scalar.kind) {
        (_, ScalarKind::Int) if is_float && free && !scalar.in_text => Ok(Wider::Scalar("float")),
        (Some(Value::String(text)), _) if text.trim().is_empty() => Err(
            "an empty text says nothing of the type; where the platform means nothing by it, make the field a `string`",
        ),
        (Some(Value::String(_)), kind) if free && (scalar.in_text || is_text(kind)) => {
            Ok(Wider::Scalar("string"))
        }
        (None, _) => Err("a drift log does not hold enough of the value; capture a payload"),
        _ => Err(UNREADABLE),
    }
}

/// Whether a time is a text already.
fn is_text(kind: ScalarKind) -> bool {
    matches!(kind, ScalarKind::Time(format) if format.wire_type() == WireType::Text)
}

/// A whole field that came as JSON inside a text.
fn structure(field: &Field, target: &Target<'_>, found: &str) -> Option<Wider> {
    let whole = target.ty == Some(&field.ty);
    let text = target.value.as_ref()?.as_str()?;
    let inner: Value = serde_json::from_str(text).ok()?;
    let fits = match &field.ty {
        FieldType::List(_) => inner.is_array(),
        FieldType::Object(_) | FieldType::Map(_) => inner.is_object(),
        _ => false,
    };
    (whole && fits && found == WireType::Text.to_string()).then_some(Wider::InText)
}

/// The change of the field that stands in a node.
pub(super) fn edit(text: &str, node: &Node, wider: &Wider) -> Option<Edit> {
    let ty = edit::child(node, "type")?;
    let NodeKind::Scalar { text: written, .. } = &ty.kind else { return None };
    let replaced = |with: String| Some(Edit { span: ty.span, text: with });
    match wider {
        Wider::Accepts(word) => match edit::child(node, "accepts") {
            Some(list) => edit::push(text, list, word),
            None => edit::add(text, node, &[Entry::Line(format!("accepts: [{word}]"))]),
        },
        Wider::Scalar(scalar) => {
            let mut depth = 0;
            let mut inner = written.as_str();
            while let Some(deeper) = ["list<", "map<", "json<"].iter().find_map(|of| inner.strip_prefix(of)) {
                inner = deeper;
                depth += 1;
            }
            let outer = &written[..written.len() - inner.len()];
            replaced(format!("{outer}{scalar}{}", ">".repeat(depth)))
        }
        Wider::InText => replaced(format!("json<{written}>")),
        Wider::Known => None,
    }
}
