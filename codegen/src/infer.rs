//! What payloads say about a schema: types, and what may be a time, an id, JSON in a text or one of a few values.
//!
//! Everything is optional, for one payload proves nothing. Texts that look like numbers stay texts: they are ids more often
//! than amounts.

mod declared;
mod draft;
pub(crate) mod page;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

pub(crate) use self::declared::{any_of, declared};
use self::{
    draft::{Draft, IN_TYPE, Line},
    text::Texts,
};

/// Fields and types, as they are written, after some payloads of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Inferred {
    /// A line per field.
    pub(crate) fields: Vec<String>,
    /// Types by name, with a line per field.
    pub(crate) types: Vec<(String, Vec<String>)>,
}

/// Names that new fields and types cannot have.
#[derive(Debug, Clone, Default)]
pub(crate) struct Taken {
    /// Of fields of the same object, in snake case.
    pub(crate) fields: BTreeSet<String>,
    /// Of types.
    pub(crate) types: BTreeSet<String>,
}

/// An object type that several events share.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    /// Its name.
    pub(crate) name: String,
    /// Its keys, with the kinds of ids that they hold.
    pub(crate) keys: BTreeMap<String, Option<String>>,
}

/// What bodies have in common. `formats` are the kinds of ids that the platform has.
pub(crate) fn infer(
    bodies: &[Map<String, Value>],
    formats: &[&str],
    shared: &[Shared],
    taken: &Taken,
) -> Inferred {
    let mut writer = Writer::new(formats, shared, &taken.types);
    let fields = writer.fields(&Fields::all(bodies));
    Inferred::of(&fields, &taken.fields, writer.draft)
}

impl Inferred {
    fn of(fields: &[Line], taken: &BTreeSet<String>, draft: Draft) -> Inferred {
        Inferred { fields: draft::write(fields, 2, taken), types: draft.types }
    }
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
    fn all(bodies: &[Map<String, Value>]) -> Fields {
        bodies.iter().map(Fields::of).fold(Fields::default(), Fields::and)
    }

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

/// Writes what is inferred from shapes.
struct Writer<'f> {
    formats: &'f [&'f str],
    shared: &'f [Shared],
    draft: Draft,
}

impl<'f> Writer<'f> {
    fn new(formats: &'f [&'f str], shared: &'f [Shared], taken: &BTreeSet<String>) -> Writer<'f> {
        let taken = shared.iter().map(|ty| &ty.name).chain(taken);
        Writer { formats, shared, draft: Draft::taken(taken.cloned()) }
    }

    fn fields(&mut self, of: &Fields) -> Vec<Line> {
        of.0.iter().map(|(key, shape)| self.line(shape, key)).collect()
    }

    fn line(&mut self, shape: &Shape, key: &str) -> Line {
        let ty = self.ty(shape, key);
        let format = self.format(Some(shape), key);
        let alone =
            |texts: &Texts| texts.values(key).into_iter().map(|value| format!("{value}: \"\"")).collect();
        let values = match shape {
            Shape::Text(texts) if ty == "string" && format.is_none() => alone(texts),
            _ => Vec::new(),
        };
        let more = format
            .filter(|_| ty.ends_with("string") || ty.ends_with("string>"))
            .map(|format| ("format", format));
        let more = more.into_iter().collect();
        Line { key: key.to_owned(), ty, more, values, notes: Vec::new() }
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
            Shape::Object(fields) => self.shared(fields).unwrap_or_else(|| {
                let lines = self.fields(fields);
                self.draft.name(None, key, draft::write(&lines, IN_TYPE, &BTreeSet::new()))
            }),
        }
    }

    /// The type that events share and that has the same keys with the same kinds of ids; keys alone prove nothing.
    fn shared(&self, fields: &Fields) -> Option<String> {
        let found: BTreeMap<String, Option<String>> =
            fields.0.iter().map(|(key, shape)| (key.clone(), self.format(Some(shape), key))).collect();
        let has_ids = found.values().any(Option::is_some);
        self.shared.iter().find(|ty| has_ids && ty.keys == found).map(|ty| ty.name.clone())
    }

    /// The kind of id that a text, or those in a list, are: by how they begin, else by a key that names one kind alone.
    fn format(&self, shape: Option<&Shape>, key: &str) -> Option<String> {
        let texts = match shape {
            Some(Shape::Text(texts)) => Some(texts),
            Some(Shape::List(inner)) => match &**inner {
                Shape::Text(texts) => Some(texts),
                _ => return None,
            },
            Some(_) => return None,
            None => None,
        };
        let by_prefix = texts.and_then(|texts| texts.format(self.formats)).map(str::to_owned);
        by_prefix.or_else(|| {
            let named = self.formats.iter().filter(|format| format.ends_with(key)).count() == 1;
            let fits = texts.is_none() || !text::has_prefix(key);
            (named && fits && self.formats.contains(&key)).then(|| key.to_owned())
        })
    }
}
