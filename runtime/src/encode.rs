//! Encoding: the same walk as [decoding](crate::decode), the other way round.

use serde::ser::{Error as _, Serialize, SerializeMap as _, SerializeSeq as _, Serializer};

use crate::{
    decode::choice::sibling,
    table::{
        ChoiceTable, Encoding, Form, Presence, Scalar, ScalarKind, Selector, TimeFormat, TypeTable, WireType,
    },
    value::{Coded, Object, Shape, Shaped, Value, View},
};

/// `Serialize` of every generated type: the fields' own names.
///
/// # Errors
///
/// Those of the serializer.
pub fn serialize<T: Coded, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    Out { form: None, encoding: &T::ENCODING, view: value.view() }.serialize(serializer)
}

/// A body as JSON text, with the keys of a form.
///
/// # Errors
///
/// A float that JSON cannot write (infinite or not a number).
pub fn encode<T: Coded>(body: &T, form: Form) -> serde_json::Result<String> {
    encode_value(&T::ENCODING, Some(form), body)
}

/// A value as JSON text by an encoding.
///
/// # Errors
///
/// A float that JSON cannot write (infinite or not a number).
pub fn encode_value(
    encoding: &Encoding<'_>,
    form: Option<Form>,
    value: &dyn Value,
) -> serde_json::Result<String> {
    serde_json::to_string(&Out { form, encoding, view: value.view() })
}

/// The path of the first field that is always there by the schema and empty in this value.
#[must_use]
pub fn lacks<T: Coded>(value: &T) -> Option<String> {
    lacking(&T::ENCODING, &value.view())
}

fn lacking(encoding: &Encoding<'_>, view: &View<'_>) -> Option<String> {
    match (encoding, view) {
        (Encoding::Object(table), View::Object(object)) => {
            table.fields.iter().enumerate().find_map(|(i, field)| {
                let view = object.get(i);
                let empty = matches!(&view, View::Absent | View::Null | View::Text(""));
                if field.presence == Presence::Always && empty {
                    return Some(field.key.to_owned());
                }
                lacking(&field.encoding, &view).map(|rest| format!("{}.{rest}", field.key))
            })
        }
        (Encoding::JsonText(inner), view) => lacking(inner, view),
        (Encoding::List(inner), View::List(list)) => {
            (0..list.len()).find_map(|i| lacking(inner, &list.item(i)).map(|rest| format!("[{i}].{rest}")))
        }
        (Encoding::Map(inner), View::Map(map)) => {
            map.entries().find_map(|(key, view)| lacking(inner, &view).map(|rest| format!("{key}.{rest}")))
        }
        (Encoding::Choice(table), View::Choice(choice)) => match choice.shape() {
            Shape::Known(i, object) => {
                table.shapes.get(i).and_then(|s| lacking(&Encoding::Object(s.table), &View::Object(object)))
            }
            Shape::Unknown(_) => None,
        },
        _ => None,
    }
}

/// A value on its way out.
struct Out<'a> {
    form: Option<Form>,
    encoding: &'a Encoding<'a>,
    view: View<'a>,
}

impl Serialize for Out<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.encoding, &self.view) {
            (_, View::Absent | View::Null) => serializer.serialize_unit(),
            (Encoding::JsonText(inner), view) => self.json_text(inner, view, serializer),
            (Encoding::Scalar(scalar), view) => write_scalar(scalar, view, serializer),
            (_, View::Json(json)) => json.serialize(serializer),
            (Encoding::List(inner), View::List(list)) => {
                let mut seq = serializer.serialize_seq(Some(list.len()))?;
                for i in 0..list.len() {
                    seq.serialize_element(&Out { form: self.form, encoding: inner, view: list.item(i) })?;
                }
                seq.end()
            }
            (Encoding::Map(inner), View::Map(map)) => {
                let mut out = serializer.serialize_map(None)?;
                for (key, view) in map.entries() {
                    out.serialize_entry(key, &Out { form: self.form, encoding: inner, view })?;
                }
                out.end()
            }
            (Encoding::Object(table), View::Object(object)) => self.object(table, *object, None, serializer),
            (Encoding::Choice(table), View::Choice(choice)) => self.choice(table, *choice, serializer),
            _ => Err(S::Error::custom("the value is not of the type that its table describes")),
        }
    }
}

impl Out<'_> {
    fn json_text<S: Serializer>(
        &self,
        inner: &Encoding<'_>,
        view: &View<'_>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let raw = match view {
            View::Json(json) => Some(*json),
            View::Choice(choice) => match choice.shape() {
                Shape::Unknown(json) => Some(&json.0),
                Shape::Known(..) => None,
            },
            _ => None,
        };
        // A text that was no JSON stays the text it was.
        if let Some(serde_json::Value::String(text)) = raw
            && serde_json::from_str::<serde::de::IgnoredAny>(text).is_err()
        {
            return serializer.serialize_str(text);
        }
        let text = serde_json::to_string(&Out { form: self.form, encoding: inner, view: *view });
        serializer.serialize_str(&text.map_err(S::Error::custom)?)
    }

    fn choice<S: Serializer>(
        &self,
        table: &ChoiceTable<'_>,
        choice: &dyn Shaped,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match choice.shape() {
            Shape::Unknown(json) => json.0.serialize(serializer),
            Shape::Known(i, object) => {
                let Some(shape) = table.shapes.get(i) else {
                    return Err(S::Error::custom("a shape that the table does not have"));
                };
                let tag = match table.by {
                    Selector::Own(key) => Some((key, shape.value)),
                    Selector::Sibling(_) | Selector::Keys => None,
                };
                self.object(shape.table, object, tag, serializer)
            }
        }
    }

    fn object<S: Serializer>(
        &self,
        table: &TypeTable<'_>,
        object: &dyn Object,
        mut tag: Option<(&str, &str)>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(None)?;
        for (i, field) in table.fields.iter().enumerate() {
            let Some(key) = field.key_out(self.form) else { continue };
            let view = match object.get(i) {
                View::Absent | View::Text("") => {
                    let tagged = tag.filter(|(name, _)| field.is_called(name)).map(|(_, value)| value);
                    match tagged.or_else(|| deciding(table, object, i)) {
                        Some(value) => View::Text(value),
                        None => object.get(i),
                    }
                }
                view => view,
            };
            if tag.is_some_and(|(name, _)| field.is_called(name)) && !matches!(view, View::Absent) {
                tag = None;
            }
            if !matches!(view, View::Absent) {
                out.serialize_entry(key, &Out { form: self.form, encoding: &field.encoding, view })?;
            }
        }
        if let Some((key, value)) = tag {
            out.serialize_entry(key, value)?;
        }
        out.end()
    }
}

/// What an unset field should say, because the shape of a sibling follows from it.
fn deciding<'a>(table: &TypeTable<'a>, object: &dyn Object, decider: usize) -> Option<&'a str> {
    table.fields.iter().enumerate().find_map(|(i, field)| {
        let choice = chosen(&field.encoding).filter(|_| sibling(&field.encoding) == Some(decider))?;
        match object.get(i) {
            View::Choice(value) => match value.shape() {
                Shape::Known(shape, _) => choice.shapes.get(shape).map(|shape| shape.value),
                Shape::Unknown(_) => None,
            },
            _ => None,
        }
    })
}

fn chosen<'a>(encoding: &Encoding<'a>) -> Option<&'a ChoiceTable<'a>> {
    match encoding {
        Encoding::Choice(table) => Some(table),
        Encoding::JsonText(inner) => chosen(inner),
        _ => None,
    }
}

fn write_scalar<S: Serializer>(
    scalar: &Scalar<'_>,
    view: &View<'_>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match *view {
        View::Int(int) if scalar.in_text => serializer.collect_str(&int),
        View::Int(int) => serializer.serialize_i64(int),
        View::Float(float) if !float.is_finite() => Err(S::Error::custom("JSON has no infinity and no NaN")),
        View::Float(float) if scalar.in_text => serializer.collect_str(&float),
        View::Float(float) => serializer.serialize_f64(float),
        View::Bool(bool) if scalar.in_text => serializer.collect_str(&bool),
        View::Bool(bool) => serializer.serialize_bool(bool),
        View::Text(text) => match scalar.kind {
            ScalarKind::Time(TimeFormat::FractionalS)
                if !scalar.in_text && scalar.wire_type() == WireType::Float =>
            {
                match text.parse::<f64>() {
                    Ok(float) if float.is_finite() => serializer.serialize_f64(float),
                    _ => serializer.serialize_str(text),
                }
            }
            _ => serializer.serialize_str(text),
        },
        _ => Err(S::Error::custom("the value is not of the type that its table describes")),
    }
}
