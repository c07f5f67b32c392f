//! When two JSON values say the same under a table.

use std::{borrow::Cow, fmt};

use serde_json::Value as Raw;

use crate::{
    decode::choice::{shape_of, sibling},
    drift::Path,
    table::{Encoding, Field, Form, Presence, Scalar, ScalarKind, Selector, TimeFormat, TypeTable, WireType},
};

/// The first place where two values differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Keys and list positions from the top.
    pub path: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "they differ at `{}`", self.path)
    }
}

impl std::error::Error for Difference {}

/// Compares two JSON values under an encoding: keys by field, JSON in texts parsed, scalars by the value of their
/// declared type (`"5"` is `5` under `int`), null equal to absent unless it means something else; all else exact.
/// `envelope` lists keys of the top that do not count.
///
/// ```
/// use serde_json::json;
/// use workplace_events_runtime::{equivalent, table::{Encoding, Scalar}};
///
/// let list = Encoding::List(&Encoding::Scalar(Scalar::INT));
/// assert!(equivalent(&list, None, &[], &json!(["5"]), &json!([5])).is_ok());
/// assert!(equivalent(&list, None, &[], &json!([5]), &json!([6])).is_err());
/// ```
///
/// # Errors
///
/// The first [`Difference`].
pub fn equivalent(
    encoding: &Encoding<'_>,
    form: Option<Form>,
    envelope: &[&str],
    left: &Raw,
    right: &Raw,
) -> Result<(), Difference> {
    Compare { form, envelope }.values(&Path::Top, encoding, None, left, right)
}

struct Compare<'e> {
    form: Option<Form>,
    envelope: &'e [&'e str],
}

impl Compare<'_> {
    fn values(
        &self,
        at: &Path<'_>,
        encoding: &Encoding<'_>,
        by: Option<&str>,
        left: &Raw,
        right: &Raw,
    ) -> Result<(), Difference> {
        match encoding {
            Encoding::Any => same(at, left == right),
            Encoding::Scalar(scalar) => same(at, scalars(scalar, left, right)),
            Encoding::JsonText(inner) => self.values(at, inner, by, &unwrap(left), &unwrap(right)),
            Encoding::List(inner) => match (left, right) {
                (Raw::Array(left), Raw::Array(right)) if left.len() == right.len() => {
                    left.iter().zip(right).enumerate().try_for_each(|(i, (left, right))| {
                        self.values(&Path::Index(at, i), inner, by, left, right)
                    })
                }
                _ => same(at, left == right),
            },
            Encoding::Map(inner) => match (left, right) {
                (Raw::Object(left), Raw::Object(right)) if left.len() == right.len() => {
                    left.iter().try_for_each(|(key, left)| {
                        let at = Path::Key(at, key);
                        let right = right.get(key).ok_or_else(|| difference(&at))?;
                        self.values(&at, inner, by, left, right)
                    })
                }
                _ => same(at, left == right),
            },
            Encoding::Object(table) => self.objects(at, table, None, left, right),
            Encoding::Choice(table) => {
                let shape = shape_of(table, self.form, by, left);
                match shape.and_then(|i| table.shapes.get(i)) {
                    Some(shape_table) => {
                        let tag = match table.by {
                            Selector::Own(key) => Some(key),
                            Selector::Sibling(_) | Selector::Keys => None,
                        };
                        same(at, shape_of(table, self.form, by, right) == shape)?;
                        self.objects(at, shape_table.table, tag, left, right)
                    }
                    None => same(at, self.stripped(at, left) == self.stripped(at, right)),
                }
            }
        }
    }

    fn objects(
        &self,
        at: &Path<'_>,
        table: &TypeTable<'_>,
        tag: Option<&str>,
        left: &Raw,
        right: &Raw,
    ) -> Result<(), Difference> {
        let (Raw::Object(l), Raw::Object(r)) = (left, right) else { return same(at, left == right) };
        let envelope = self.envelope(at);
        for field in table.fields {
            let by = sibling(&field.encoding)
                .and_then(|i| table.fields.get(i))
                .and_then(|decider| self.value_of(decider, left, envelope))
                .and_then(Raw::as_str);
            let (l, r) = (self.value_of(field, left, envelope), self.value_of(field, right, envelope));
            self.fields(&Path::Key(at, field.key_out(self.form).unwrap_or(field.key)), field, by, l, r)?;
        }
        let foreign = |key: &&String| {
            !table.fields.iter().any(|field| field.is_called(key))
                && !envelope.contains(&key.as_str())
                && tag != Some(key.as_str())
        };
        let mut keys = l.keys().filter(foreign).chain(r.keys().filter(foreign));
        keys.try_for_each(|key| same(&Path::Key(at, key), l.get(key) == r.get(key)))
    }

    fn fields(
        &self,
        at: &Path<'_>,
        field: &Field<'_>,
        by: Option<&str>,
        left: Option<&Raw>,
        right: Option<&Raw>,
    ) -> Result<(), Difference> {
        let nulls_count = field.presence == Presence::Nullable;
        let there = |value: Option<&Raw>| value.is_some_and(|value| nulls_count || !value.is_null());
        match (left.filter(|_| there(left)), right.filter(|_| there(right))) {
            (None, None) => Ok(()),
            (Some(left), Some(right)) => self.values(at, &field.encoding, by, left, right),
            _ => Err(difference(at)),
        }
    }

    /// The value of a field: by the key of this form, else of another one.
    fn value_of<'v>(&self, field: &Field<'_>, object: &'v Raw, envelope: &[&str]) -> Option<&'v Raw> {
        let own = field.key_out(self.form).and_then(|key| object.get(key));
        own.or_else(|| {
            let map = object.as_object()?;
            map.iter()
                .find(|(key, _)| field.is_called(key) && !envelope.contains(&key.as_str()))
                .map(|(_, v)| v)
        })
    }

    /// The keys that do not count; they are at the top only.
    fn envelope(&self, at: &Path<'_>) -> &[&str] {
        if matches!(at, Path::Top) { self.envelope } else { &[] }
    }

    fn stripped<'v>(&self, at: &Path<'_>, value: &'v Raw) -> Cow<'v, Raw> {
        match (value, self.envelope(at)) {
            (Raw::Object(map), envelope @ [_, ..]) => {
                let mut map = map.clone();
                map.retain(|key, _| !envelope.contains(&key.as_str()));
                Cow::Owned(Raw::Object(map))
            }
            (value, _) => Cow::Borrowed(value),
        }
    }
}

fn difference(at: &Path<'_>) -> Difference {
    Difference { path: at.to_string() }
}

fn same(at: &Path<'_>, same: bool) -> Result<(), Difference> {
    if same { Ok(()) } else { Err(difference(at)) }
}

fn unwrap(value: &Raw) -> Cow<'_, Raw> {
    match value {
        Raw::String(text) => serde_json::from_str(text).map_or(Cow::Borrowed(value), Cow::Owned),
        value => Cow::Borrowed(value),
    }
}

/// Whether two scalars have the same value; what is no value of the declared type is compared as it is.
pub(crate) fn scalars(scalar: &Scalar<'_>, left: &Raw, right: &Raw) -> bool {
    if left == right {
        return true;
    }
    let text = |value: &Raw| match value {
        Raw::String(text) => Some(text.trim().to_owned()),
        Raw::Number(number) => Some(number.to_string()),
        Raw::Bool(bool) => Some(bool.to_string()),
        _ => None,
    };
    let (Some(l), Some(r)) = (text(left), text(right)) else { return false };
    match scalar.kind {
        ScalarKind::Float | ScalarKind::Time(TimeFormat::FractionalS) => {
            matches!((l.parse::<f64>(), r.parse::<f64>()), (Ok(l), Ok(r)) if l == r)
        }
        ScalarKind::Int => matches!((int(&l), int(&r)), (Some(l), Some(r)) if l == r),
        ScalarKind::Time(format) if format.wire_type() == WireType::Int => {
            matches!((int(&l), int(&r)), (Some(l), Some(r)) if l == r)
        }
        ScalarKind::Bool => {
            let bool = |text: &str| match text {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            };
            bool(&l).is_some() && bool(&l) == bool(&r)
        }
        ScalarKind::Text | ScalarKind::Time(_) => match (left, right) {
            (Raw::String(l), Raw::String(r)) => l == r,
            // A number that became a text has its digits; as a number they may be written in another way.
            _ => l == r || matches!((l.parse::<f64>(), r.parse::<f64>()), (Ok(l), Ok(r)) if l == r),
        },
    }
}

/// An integer, also where it is written with an empty fraction.
fn int(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| text.strip_suffix(".0")?.parse().ok())
}
