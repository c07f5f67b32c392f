//! JSON that no type describes.

pub(crate) mod reader;

use std::{borrow::Cow, fmt, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use self::reader::Reader;

/// Any JSON value, kept as it is. Derefs to [`serde_json::Value`].
///
/// ```
/// use workplace_events_runtime::Json;
///
/// let json: Json = serde_json::from_str(r#"{"a":[1]}"#)?;
/// assert_eq!(json["a"][0], 1);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Default)]
pub struct Json(pub Value);

impl Json {
    /// JSON null.
    pub const NULL: Json = Json(Value::Null);

    /// The value itself.
    #[must_use]
    pub fn into_inner(self) -> Value {
        self.0
    }
}

/// The text that a piece of well-formed JSON is, if it is one.
pub(crate) fn unquote(json: &str) -> Option<Cow<'_, str>> {
    Reader::new(json).text().ok()
}

impl Deref for Json {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Json(value)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Json)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
