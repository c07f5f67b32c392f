//! A payload that is made of the schema, for an event of which nobody has one.

use serde_json::{Map, Value, json};

use crate::model::{
    Constraints, Event, EventId, Field, FieldType, FormDef, Model, Scalar, ScalarKind, TimeFormat, TypeId,
    TypeKind,
};

/// A payload with every field, in the first wire form of the event's protocol that holds one plain event. `None` where the
/// platform has no such form, or where the body is a choice.
#[must_use]
pub fn made_payload(model: &Model, id: EventId) -> Option<String> {
    let event = &model[id];
    let form = form(model, event)?;
    let maker = Maker { model, form };
    let body = maker.object(event.body)?;
    let payload = envelope(event, &model[event.platform].forms[form], body)?;
    serde_json::to_string_pretty(&payload).ok().map(|text| text + "\n")
}

/// The form to write, an index into the platform's forms.
fn form(model: &Model, event: &Event) -> Option<usize> {
    let platform = &model[event.platform];
    let protocol = event.protocol.and_then(|index| platform.protocols.get(index)).map(|of| &of.name);
    platform.forms.iter().position(|form| {
        let fits = form.protocol.as_ref().is_none_or(|name| Some(name) == protocol);
        fits && form.rows.is_none() && form.transport.is_none() && !form.event.is_empty()
    })
}

/// The body in its envelope.
fn envelope(event: &Event, form: &FormDef, body: Map<String, Value>) -> Option<Value> {
    let mut payload = Value::Object(Map::new());
    let times = form.header.get("time").map_or(&[][..], |paths| &paths[..]);
    for path in &form.when.present {
        let value = if times.contains(path) { time(TimeFormat::UnixMs) } else { json!("text") };
        put(&mut payload, path, value)?;
    }
    for (path, texts) in &form.when.equals {
        put(&mut payload, path, json!(texts.first()?))?;
    }
    match form.body.as_deref() {
        Some(path) => put(&mut payload, path, Value::Object(body))?,
        None => payload.as_object_mut()?.extend(body),
    }
    for role in ["id", "tenant", "app"] {
        if let Some(path) = form.header.get(role).and_then(|paths| paths.first()) {
            put(&mut payload, path, json!("text"))?;
        }
    }
    put(&mut payload, form.event.first()?, json!(event.wire))?;
    Some(payload)
}

/// Puts a value where a path leads; `None` where something else is in the way.
fn put(into: &mut Value, path: &str, value: Value) -> Option<()> {
    let mut place = into;
    for key in path.split('.') {
        if place.is_string() || place.is_null() {
            *place = Value::Object(Map::new());
        }
        place = place.as_object_mut()?.entry(key).or_insert(Value::Null);
    }
    *place = value;
    Some(())
}

/// Makes values for one wire form.
struct Maker<'m> {
    model: &'m Model,
    form: usize,
}

impl Maker<'_> {
    fn object(&self, id: TypeId) -> Option<Map<String, Value>> {
        let TypeKind::Object(fields) = &self.model[id].kind else { return None };
        let entry = |field: &Field| {
            let key = field.key_in(self.form)?;
            Some((key.to_owned(), self.value(field, &field.ty)?))
        };
        Some(fields.iter().filter_map(entry).collect())
    }

    /// A value of a type; `None` where one cannot be made up.
    fn value(&self, field: &Field, ty: &FieldType) -> Option<Value> {
        Some(match ty {
            FieldType::Scalar(scalar) => self.known(scalar).or_else(|| made(scalar, &field.constraints))?,
            FieldType::Any => json!({}),
            FieldType::JsonText(inner) => Value::String(self.value(field, inner)?.to_string()),
            FieldType::List(inner) => {
                let entries = field.constraints.min_items.unwrap_or(1).clamp(1, 100);
                (0..entries).map(|_| self.value(field, inner)).collect::<Option<Vec<Value>>>()?.into()
            }
            FieldType::Map(inner) => json!({ "key": self.value(field, inner)? }),
            FieldType::Object(id) => Value::Object(self.object(*id)?),
            FieldType::Choice(_) => return None,
        })
    }

    /// The first of the values that are listed.
    fn known(&self, scalar: &Scalar) -> Option<Value> {
        match &self.model[scalar.set?].kind {
            TypeKind::Texts(values) => values.first().map(|value| json!(value.wire)),
            TypeKind::Ints(values) | TypeKind::Flags(values) => {
                values.first().map(|value| in_text(scalar, json!(value.wire)))
            }
            TypeKind::Object(_) | TypeKind::Choice(_) => None,
        }
    }
}

/// A value within its limits; a pattern cannot be made up.
fn made(scalar: &Scalar, limits: &Constraints) -> Option<Value> {
    if let Some(constant) = &limits.constant {
        return serde_json::from_str(constant).ok();
    }
    if limits.pattern.is_some() {
        return None;
    }
    let number = |usual: f64| usual.max(limits.min.unwrap_or(usual)).min(limits.max.unwrap_or(f64::MAX));
    let value = match scalar.kind {
        ScalarKind::Text => {
            let least =
                usize::try_from(limits.min_len.unwrap_or_default()).ok().filter(|least| *least < 1000)?;
            let most = usize::try_from(limits.max_len.unwrap_or(1000)).unwrap_or(1000);
            json!("text".chars().cycle().take(least.max(4.min(most))).collect::<String>())
        }
        #[allow(clippy::cast_possible_truncation)]
        ScalarKind::Int => json!(number(1.0).ceil() as i64),
        ScalarKind::Float => json!(number(1.5)),
        ScalarKind::Bool => json!(true),
        ScalarKind::Time(format) => time(format),
    };
    Some(in_text(scalar, value))
}

fn in_text(scalar: &Scalar, value: Value) -> Value {
    match value {
        Value::String(_) => value,
        value if scalar.in_text => Value::String(value.to_string()),
        value => value,
    }
}

fn time(format: TimeFormat) -> Value {
    match format {
        TimeFormat::UnixS | TimeFormat::UnixAuto => json!(1_700_000_000),
        TimeFormat::UnixMs => json!(1_700_000_000_000_i64),
        TimeFormat::UnixUs => json!(1_700_000_000_000_000_i64),
        TimeFormat::FractionalS => json!(1_700_000_000.5),
        TimeFormat::Rfc3339 => json!("2023-11-14T22:13:20Z"),
        TimeFormat::Datetime => json!("2023-11-14 22:13:20"),
        TimeFormat::DatetimeMinute => json!("2023-11-14 22:13"),
        TimeFormat::Date => json!("2023-11-14"),
        TimeFormat::CompactDate => json!("20231114"),
    }
}
