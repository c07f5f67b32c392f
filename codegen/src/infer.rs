//! What payloads say about a schema: types, and what may be a time, an id, JSON in a text or one of a few values.
//!
//! Everything is optional, for one payload proves nothing. Texts that look like numbers stay texts: they are ids more often
//! than amounts.

mod text;

use std::collections::BTreeMap;

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use serde_json::{Map, Value};

use self::text::Texts;
use crate::scaffold::scalar;

/// The fields of a schema and its types, as they are written, after some payloads of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Inferred {
    /// Below `fields:`.
    pub(crate) fields: String,
    /// Below `types:`; empty without any.
    pub(crate) types: String,
}

/// What bodies have in common. `formats` are the kinds of ids that the platform has.
pub(crate) fn infer(bodies: &[Map<String, Value>], formats: &[&str]) -> Inferred {
    let all = bodies.iter().map(Fields::of).fold(Fields::default(), Fields::and);
    let mut writer = Writer { formats, types: Vec::new() };
    let fields = writer.fields(&all, "  ");
    let types = writer
        .types
        .into_iter()
        .map(|(name, fields)| format!("  {name}:\n    about: \"\"\n    fields:\n{fields}"));
    let types = types.collect();
    let fields = if fields.is_empty() { "  {}\n".to_owned() } else { fields };
    Inferred { fields, types }
}

/// The keys of an object with what stood there.
#[derive(Debug, Clone, Default, PartialEq)]
struct Fields(BTreeMap<String, Shape>);

/// What stood in one place.
#[derive(Debug, Clone, PartialEq)]
enum Shape {
    /// Nothing but null.
    Null,
    Bool,
    Int(Vec<i64>),
    Float,
    Text(Texts),
    List(Box<Shape>),
    Object(Fields),
    /// JSON in a text.
    Json(Box<Shape>),
    /// Different things at different times.
    Mixed,
}

impl Fields {
    fn of(object: &Map<String, Value>) -> Fields {
        Fields(object.iter().map(|(key, value)| (key.clone(), Shape::of(value))).collect())
    }

    fn and(mut self, other: Fields) -> Fields {
        for (key, shape) in other.0 {
            let shape = match self.0.remove(&key) {
                Some(known) => known.and(shape),
                None => shape,
            };
            self.0.insert(key, shape);
        }
        self
    }
}

impl Shape {
    fn of(value: &Value) -> Shape {
        match value {
            Value::Null => Shape::Null,
            Value::Bool(_) => Shape::Bool,
            Value::Number(number) => number.as_i64().map_or(Shape::Float, |int| Shape::Int(vec![int])),
            Value::String(text) => match text::json(text) {
                Some(json) => Shape::Json(Box::new(Shape::of(&json))),
                None => Shape::Text(Texts::of(text)),
            },
            Value::Array(items) => {
                let all = items.iter().map(Shape::of).reduce(Shape::and);
                Shape::List(Box::new(all.unwrap_or(Shape::Null)))
            }
            Value::Object(object) => Shape::Object(Fields::of(object)),
        }
    }

    /// What two places of one kind have in common.
    fn and(self, other: Shape) -> Shape {
        match (self, other) {
            (Shape::Null, other) | (other, Shape::Null) => other,
            (Shape::Int(mut all), Shape::Int(more)) => {
                all.extend(more);
                Shape::Int(all)
            }
            (Shape::Float | Shape::Int(_), Shape::Float) | (Shape::Float, Shape::Int(_)) => Shape::Float,
            (Shape::Text(all), Shape::Text(more)) => Shape::Text(all.and(more)),
            (Shape::List(one), Shape::List(other)) => Shape::List(Box::new(one.and(*other))),
            (Shape::Object(one), Shape::Object(other)) => Shape::Object(one.and(other)),
            (Shape::Json(one), Shape::Json(other)) => Shape::Json(Box::new(one.and(*other))),
            // An empty text where JSON is expected.
            (Shape::Json(_), Shape::Text(_)) | (Shape::Text(_), Shape::Json(_)) => {
                Shape::Text(Texts::default())
            }
            (one, other) if one == other => one,
            _ => Shape::Mixed,
        }
    }
}

struct Writer<'f> {
    formats: &'f [&'f str],
    /// Types with their fields, as they are written.
    types: Vec<(String, String)>,
}

impl Writer<'_> {
    fn fields(&mut self, of: &Fields, indent: &str) -> String {
        let mut names: Vec<String> = Vec::new();
        let mut text = String::new();
        for (key, shape) in &of.0 {
            let snake = key.to_snake_case();
            let mut name = if snake.is_empty() { "field".to_owned() } else { snake.clone() };
            let mut number = 2;
            while names.contains(&name) {
                name = format!("{snake}_{number}");
                number += 1;
            }
            let rust_name =
                if name == snake { String::new() } else { format!(", rust_name: {}", scalar(&name)) };
            names.push(name);
            let ty = self.ty(shape, key);
            let more = self.more(shape, key);
            text.push_str(&format!(
                "{indent}{}: {{ type: {ty}, about: \"\"{more}{rust_name} }}\n",
                scalar(key)
            ));
        }
        text
    }

    fn ty(&mut self, shape: &Shape, key: &str) -> String {
        match shape {
            Shape::Null | Shape::Mixed => "any".to_owned(),
            Shape::Bool => "bool".to_owned(),
            Shape::Float => "float".to_owned(),
            Shape::Int(ints) => text::int(ints, key).to_owned(),
            Shape::Text(texts) => texts.ty(key).to_owned(),
            Shape::List(inner) => format!("list<{}>", self.ty(inner, key)),
            Shape::Json(inner) => format!("json<{}>", self.ty(inner, key)),
            Shape::Object(fields) if fields.0.is_empty() => "any".to_owned(),
            Shape::Object(fields) => self.object(fields, key),
        }
    }

    /// The name of a type with these fields: the same for the same fields.
    fn object(&mut self, fields: &Fields, key: &str) -> String {
        let written = self.fields(fields, "      ");
        if let Some((name, _)) = self.types.iter().find(|(_, known)| *known == written) {
            return name.clone();
        }
        let camel = key.to_upper_camel_case();
        let camel = camel.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        let stem = if camel.is_empty() { "Part" } else { camel };
        let taken = |name: &str, types: &[(String, String)]| types.iter().any(|(known, _)| known == name);
        let mut name = format!("{stem}Data");
        let mut number = 2;
        while taken(&name, &self.types) {
            name = format!("{stem}Data{number}");
            number += 1;
        }
        self.types.push((name.clone(), written));
        name
    }

    /// The kind of id, or the values that were seen.
    fn more(&self, shape: &Shape, key: &str) -> String {
        let ((Shape::Text(texts), _) | (Shape::List(_), Some(texts))) = (shape, inner(shape)) else {
            return String::new();
        };
        if let Some(format) = texts.format(self.formats) {
            return format!(", format: {format}");
        }
        let values: Vec<_> = texts.values(key).into_iter().map(|value| format!("{value}: \"\"")).collect();
        let alone = matches!(shape, Shape::Text(_)) && texts.ty(key) == "string";
        if values.is_empty() || !alone {
            String::new()
        } else {
            format!(", values: {{ {} }}", values.join(", "))
        }
    }
}

/// The texts of a list.
fn inner(shape: &Shape) -> Option<&Texts> {
    match shape {
        Shape::List(inner) => match &**inner {
            Shape::Text(texts) => Some(texts),
            _ => None,
        },
        _ => None,
    }
}
