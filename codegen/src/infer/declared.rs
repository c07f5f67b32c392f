//! The fields of a schema after the page of an event. What the page says wins over its sample; the sample fills what the page
//! leaves open; where the two disagree, a comment says so.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase as _;
use serde_json::{Map, Value};

use super::{
    Fields, Inferred, Shape, Shared, Writer,
    draft::{self, IN_TYPE, Line},
    page::{Facts, Page, Row, Unit},
    text::{self, Texts},
};
use crate::scaffold::scalar;

/// What a page says about a body, with payloads beside it. `envelope` are the keys that stand in the body but are not of it.
pub(crate) fn declared(
    page: &Page,
    bodies: &[Map<String, Value>],
    envelope: &[String],
    formats: &[&str],
    shared: &[Shared],
) -> Inferred {
    let sample = Fields::all(bodies);
    let mut writer = Declared { inferred: Writer::new(formats, shared, &BTreeSet::new()) };
    let body = page.rows.iter().find(|row| row.key == "event" && !row.rows.is_empty());
    let rows = body.map_or(&page.rows[..], |event| &event.rows[..]);
    let rows: Vec<&Row> = rows.iter().filter(|row| !envelope.contains(&row.key)).collect();
    let lines = writer.fields(&rows, Some(&sample));
    Inferred::of(&lines, &BTreeSet::new(), writer.inferred.draft)
}

/// What the page's word for a type means.
#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Text,
    Int,
    Float,
    /// Of which kind is not said.
    Number,
    Bool,
    Object,
    List(Box<Kind>),
    Map(Box<Kind>),
    /// A type that the page does not describe.
    Open,
}

impl Kind {
    fn of(ty: &str, has_keys: bool) -> Kind {
        if let Some(inner) = ty.strip_suffix("[]") {
            return Kind::List(Box::new(Kind::of(inner, has_keys)));
        }
        let lower = ty.to_lowercase();
        let inside = |name: &str| lower.strip_prefix(name)?.strip_prefix('<')?.strip_suffix('>');
        if let Some(inner) = inside("list").or_else(|| inside("array")) {
            return Kind::List(Box::new(Kind::of(inner, has_keys)));
        }
        if let Some(inner) = inside("map").and_then(|inner| inner.strip_prefix("string,")) {
            return Kind::Map(Box::new(Kind::of(inner, has_keys)));
        }
        let below = || Box::new(if has_keys { Kind::Object } else { Kind::Open });
        match lower.as_str() {
            "string" | "text" | "str" => Kind::Text,
            "int" | "int32" | "int64" | "long" | "integer" | "uint32" | "uint64" => Kind::Int,
            "float" | "double" | "decimal" => Kind::Float,
            "number" => Kind::Number,
            "bool" | "boolean" => Kind::Bool,
            "list" | "array" => Kind::List(below()),
            "map" if !has_keys => Kind::Map(Box::new(Kind::Open)),
            _ => *below(),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Kind::Text => "a text",
            Kind::Int => "an integer",
            Kind::Float | Kind::Number => "a number",
            Kind::Bool => "true or false",
            Kind::Object | Kind::Map(_) => "an object",
            Kind::List(_) => "a list",
            Kind::Open => "anything",
        }
    }
}

/// What stands in the sample.
fn seen(shape: &Shape) -> &'static str {
    match shape {
        Shape::Null => "null",
        Shape::Bool => "true or false",
        Shape::Int(_) => "an integer",
        Shape::Float => "a number",
        Shape::Text(_) => "a text",
        Shape::List(_) => "a list",
        Shape::Object(_) => "an object",
        Shape::Json(_) => "JSON in a text",
        Shape::Mixed => "different things",
    }
}

struct Declared<'s> {
    inferred: Writer<'s>,
}

impl Declared<'_> {
    /// The page's keys in its order, then those that only the sample has.
    fn fields(&mut self, rows: &[&Row], sample: Option<&Fields>) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        for row in rows {
            if !lines.iter().any(|line| line.key == row.key) {
                lines.push(self.line(row, sample.and_then(|sample| sample.0.get(&row.key))));
            }
        }
        for (key, shape) in sample.iter().flat_map(|sample| &sample.0) {
            if !lines.iter().any(|line| line.key == *key) {
                let mut line = self.inferred.line(shape, key);
                line.more.push(("evidence", "sample".to_owned()));
                lines.push(line);
            }
        }
        lines
    }

    fn line(&mut self, row: &Row, sample: Option<&Shape>) -> Line {
        let sample = sample.filter(|shape| **shape != Shape::Null);
        let mut line = Line { key: row.key.clone(), ..Line::default() };
        if row.guessed {
            line.notes.push("where it belongs is a guess: the sample does not have it".to_owned());
        }
        let kind = Kind::of(&row.ty, !row.rows.is_empty());
        line.ty = self.ty(&kind, row, sample, &mut line.notes);
        values(&mut line, &row.facts, sample);
        if line.values.is_empty() && innermost(&line.ty) == "string" {
            line.more.extend(self.inferred.format(sample, &row.key).map(|format| ("format", format)));
        }
        limits(&mut line, &row.facts);
        if !row.facts.scopes.is_empty() {
            line.more.push(("requires", any_of(&row.facts.scopes)));
        }
        line
    }

    fn ty(&mut self, kind: &Kind, row: &Row, sample: Option<&Shape>, notes: &mut Vec<String>) -> String {
        let key = &row.key;
        match (kind, sample) {
            (Kind::Text, None | Some(Shape::Text(_) | Shape::Json(_) | Shape::Object(_)))
                if !row.rows.is_empty() =>
            {
                self.json(row, sample, notes)
            }
            (Kind::Text, Some(Shape::Json(inner))) => format!("json<{}>", self.inferred.ty(inner, key)),
            (Kind::Text, Some(Shape::Text(texts))) => text(row, texts, notes),
            (Kind::Text, None) => {
                time(row, &[], notes).map_or("string".to_owned(), |time| format!("text<{time}>"))
            }
            (Kind::Int, Some(Shape::Int(ints))) => {
                time(row, ints, notes).unwrap_or(text::int(ints, key)).to_owned()
            }
            (Kind::Int, None) => time(row, &[], notes).unwrap_or("int").to_owned(),
            (Kind::Number, Some(Shape::Int(ints))) => text::int(ints, key).to_owned(),
            (Kind::Float | Kind::Number, None | Some(Shape::Float | Shape::Int(_))) => "float".to_owned(),
            (Kind::Bool, None | Some(Shape::Bool)) => "bool".to_owned(),
            (Kind::Object, _) => self.object(row, sample, notes),
            (Kind::List(inner), Some(Shape::List(items))) => {
                let items = Some(&**items).filter(|items| **items != Shape::Null);
                format!("list<{}>", self.ty(inner, row, items, notes))
            }
            (Kind::List(inner), None) => format!("list<{}>", self.ty(inner, row, None, notes)),
            (Kind::Map(inner), Some(Shape::Object(fields))) => {
                let values = fields.0.values().cloned().reduce(Shape::and);
                format!("map<{}>", self.ty(inner, row, values.as_ref(), notes))
            }
            (Kind::Map(inner), None) => format!("map<{}>", self.ty(inner, row, None, notes)),
            (Kind::Open, _) => self.open(row, sample),
            (_, Some(shape)) => {
                notes.push(format!("the page says {}, its sample has {}", kind.name(), seen(shape)));
                self.ty(kind, row, None, notes)
            }
        }
    }

    /// The type of a text with keys below it, which is JSON unless the sample has the object itself.
    fn json(&mut self, row: &Row, sample: Option<&Shape>, notes: &mut Vec<String>) -> String {
        match sample {
            Some(Shape::Object(_)) => {
                notes.push("the page says a text, its sample has an object".to_owned());
                self.object(row, sample, notes)
            }
            Some(Shape::Json(inner)) => format!("json<{}>", self.object(row, Some(inner), notes)),
            _ => format!("json<{}>", self.object(row, None, notes)),
        }
    }

    /// A type that the page only names: one that events share, or what the sample shows.
    fn open(&mut self, row: &Row, sample: Option<&Shape>) -> String {
        let inferred = |this: &mut Self| sample.map(|shape| this.inferred.ty(shape, &row.key));
        self.shared(row, sample).or_else(|| inferred(self)).unwrap_or_else(|| "any".to_owned())
    }

    /// The type of an object: one that events share, or one of its own.
    fn object(&mut self, row: &Row, sample: Option<&Shape>, notes: &mut Vec<String>) -> String {
        let fields = match sample {
            Some(Shape::Object(fields)) => Some(fields),
            Some(Shape::Json(inner)) => {
                notes.push("the page says an object, its sample has JSON in a text".to_owned());
                return format!("json<{}>", self.object(row, Some(inner), notes));
            }
            Some(shape) => {
                notes.push(format!("the page says an object, its sample has {}", seen(shape)));
                None
            }
            None => None,
        };
        if let Some(shared) = self.shared(row, sample) {
            return shared;
        }
        let rows: Vec<&Row> = row.rows.iter().collect();
        let lines = self.fields(&rows, fields);
        self.inferred.draft.name(own_name(row), &row.key, draft::write(&lines, IN_TYPE, &BTreeSet::new()))
    }

    /// The type that events share and that the page names, where it has all of the keys.
    fn shared(&self, row: &Row, sample: Option<&Shape>) -> Option<String> {
        let name = own_name(row)?.to_upper_camel_case();
        let ty = self.inferred.shared.iter().find(|ty| ty.name == name)?;
        let sample: Vec<&String> = match sample {
            Some(Shape::Object(fields)) => fields.0.keys().collect(),
            Some(_) => return None,
            None => Vec::new(),
        };
        let mut keys = row.rows.iter().map(|row| &row.key).chain(sample);
        keys.all(|key| ty.keys.contains_key(key)).then_some(name)
    }
}

/// The page's name of an object type, where it gives one.
fn own_name(row: &Row) -> Option<&str> {
    let name = row.ty.trim_end_matches("[]");
    let general = ["object", "list", "array", "map", "string", "event", "data", "struct"];
    let named = name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.contains(['<', ',']);
    (named && !general.contains(&name.to_lowercase().as_str())).then_some(name)
}

/// The type of a text: a time, a number that the page bounds, or what the sample looks like.
fn text(row: &Row, texts: &Texts, notes: &mut Vec<String>) -> String {
    match time(row, &texts.ints(), notes) {
        Some(time) => format!("text<{time}>"),
        None if !texts.ints().is_empty() && row.facts.range != (None, None) => "text<int>".to_owned(),
        None => texts.ty(&row.key).to_owned(),
    }
}

/// A point in time, where the page or the size of the sample says so.
fn time(row: &Row, ints: &[i64], notes: &mut Vec<String>) -> Option<&'static str> {
    let facts = &row.facts;
    let said = facts.unit?;
    let spelled = |unit| match unit {
        Unit::S => ("time<unix_s>", "seconds"),
        Unit::Ms => ("time<unix_ms>", "milliseconds"),
        Unit::Us => ("time<unix_us>", "microseconds"),
    };
    match text::unit(ints) {
        Some(seen) if seen == said => Some(spelled(said).0),
        Some(seen) if facts.timestamp => {
            notes.push(format!("the page says {}, its sample has {}", spelled(said).1, spelled(seen).1));
            Some(spelled(said).0)
        }
        None if ints.is_empty() && facts.timestamp => Some(spelled(said).0),
        _ => None,
    }
}

/// What is inside of lists.
fn innermost(ty: &str) -> &str {
    ty.strip_prefix("list<").and_then(|ty| ty.strip_suffix('>')).map_or(ty, innermost)
}

/// The values that the page lists. What no Rust name follows from has an empty one, which `check` asks for.
fn values(line: &mut Line, facts: &Facts, sample: Option<&Shape>) {
    let ints = match innermost(&line.ty) {
        "string" => false,
        "int" | "text<int>" => true,
        _ => return,
    };
    let mut names: Vec<String> = Vec::new();
    for value in &facts.values {
        let int = value.parse::<i64>().map(|int| int.to_string());
        let Some(key) = (if ints { int.ok() } else { Some(scalar(value)) }) else {
            line.notes.push(format!("the page lists {value:?}, which is no integer"));
            continue;
        };
        let name = value.to_upper_camel_case();
        let derives = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name != "Unknown"
            && !names.contains(&name);
        names.push(name);
        let of = if derives && !ints { "\"\"" } else { "{ name: \"\", about: \"\" }" };
        line.values.push(format!("{key}: {of}"));
    }
    if line.values.is_empty() {
        return;
    }
    for value in sample.map(scalars).unwrap_or_default() {
        if !facts.values.contains(&value) {
            let value: String = value.chars().take(40).collect();
            line.notes.push(format!("the page does not list {value:?}, which its sample has"));
        }
    }
}

/// Texts and integers, alone or in lists.
fn scalars(shape: &Shape) -> Vec<String> {
    match shape {
        Shape::Text(texts) => texts.iter().map(str::to_owned).collect(),
        Shape::Int(ints) => ints.iter().map(i64::to_string).collect(),
        Shape::List(inner) => scalars(inner),
        _ => Vec::new(),
    }
}

/// The limits that the type takes.
fn limits(line: &mut Line, facts: &Facts) {
    let mut add = |bounds: &(Option<String>, Option<String>), least, most| {
        line.more.extend(bounds.0.clone().map(|least_value| (least, least_value)));
        line.more.extend(bounds.1.clone().map(|most_value| (most, most_value)));
    };
    match line.ty.as_str() {
        "string" => add(&facts.length, "min_len", "max_len"),
        ty if ty.starts_with("list<") && !facts.characters => add(&facts.length, "min_items", "max_items"),
        "int" | "float" | "text<int>" => add(&facts.range, "min", "max"),
        ty if ty.contains("time<unix") => add(&facts.range, "min", "max"),
        _ => {}
    }
}

/// Permissions of which one is enough, as they are written.
pub(crate) fn any_of(scopes: &[String]) -> String {
    let quoted: Vec<String> = scopes.iter().map(|scope| format!("\"{scope}\"")).collect();
    format!("{{ any_of: [{}] }}", quoted.join(", "))
}
