//! The two macros that define raw schema types.

/// Defines a map with known keys: the struct, how serde reads it, its JSON Schema, and how it is lowered.
///
/// ```text
/// mapping! {
///     /// Description.
///     pub struct RawValue: "a value" or text about {
///         /// Becomes the hover text in editors.
///         required about: Spanned<String> = "about",
///         optional name: Spanned<String> = "name",
///     }
/// }
/// ```
///
/// A required key has its type, an optional one an `Option` of it. With `or text <key>` a plain text stands for a map that has
/// only that key.
macro_rules! mapping {
    (
        $(#[doc = $doc:literal])+
        pub struct $name:ident: $what:literal $(or text $short:ident)? {
            $( $(#[doc = $field_doc:literal])+ $presence:ident $field:ident: $ty:ty = $key:literal, )+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, ::serde::Deserialize)]
        #[serde(remote = "Self", deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[doc = $field_doc])+
                #[serde(rename = $key)]
                pub $field: mapping!(@type $presence $ty),
            )+
        }

        impl $crate::syntax::mapping::Mapping for $name {
            fn from_map<'de, A: ::serde::de::MapAccess<'de>>(map: A) -> ::std::result::Result<Self, A::Error> {
                Self::deserialize(::serde::de::value::MapAccessDeserializer::new(map))
            }

            $(
                fn from_text(text: ::std::string::String) -> ::std::option::Option<Self> {
                    let nowhere = $crate::source::Span::NOWHERE;
                    let mut raw = <Self as $crate::syntax::lower::Lower>::placeholder(nowhere);
                    raw.$short = text.into();
                    Some(raw)
                }
            )?
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                $crate::syntax::mapping::deserialize(deserializer, $what)
            }
        }

        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).trim_start_matches("Raw").into()
            }

            fn json_schema(generator: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                let mut keys = $crate::syntax::mapping::KeySchemas::new();
                $(
                    keys.$presence($key, &[$($field_doc),+], generator.subschema_for::<$ty>());
                )+
                let short: ::std::option::Option<&str> = mapping!(@short $($short)?);
                keys.finish(&[$($doc),+], short)
            }
        }

        impl $crate::syntax::lower::Lower for $name {
            const EXPECTED: $crate::syntax::lower::Expected =
                $crate::syntax::lower::Expected::Mapping { required: mapping!(@required [] $($presence $key)+) };

            fn lower(
                node: &$crate::syntax::tree::Node,
                cx: &mut $crate::syntax::lower::Lowerer<'_>,
            ) -> ::std::option::Option<Self> {
                let mut raw = Self::placeholder(node.span);
                $(
                    if node.is_scalar() {
                        raw.$short = $crate::syntax::lower::Lower::lower(node, cx)?;
                        return Some(raw);
                    }
                )?
                let vocabulary = $crate::syntax::map::Vocabulary { what: $what, keys: &[$($key),+] };
                let mut keys = cx.keys::<Self>(node, vocabulary)?;
                $(
                    raw.$field = keys.$presence($key, cx);
                )+
                keys.finish(cx);
                Some(raw)
            }

            fn placeholder(span: $crate::source::Span) -> Self {
                let _ = span;
                $name { $( $field: mapping!(@placeholder $presence span) ),+ }
            }

            fn stand_in(span: $crate::source::Span) -> ::std::option::Option<Self> {
                Some(Self::placeholder(span))
            }
        }
    };

    (@type required $ty:ty) => { $ty };
    (@type optional $ty:ty) => { ::std::option::Option<$ty> };

    (@placeholder required $span:ident) => { $crate::syntax::lower::Lower::placeholder($span) };
    (@placeholder optional $span:ident) => { ::std::option::Option::None };

    (@required [$($done:literal),*]) => { &[$($done),*] };
    (@required [$($done:literal),*] required $key:literal $($rest:tt)*) => {
        mapping!(@required [$($done,)* $key] $($rest)*)
    };
    (@required [$($done:literal),*] optional $key:literal $($rest:tt)*) => {
        mapping!(@required [$($done),*] $($rest)*)
    };

    (@short) => { None };
    (@short $short:ident) => { Some(stringify!($short)) };
}

/// Defines a text of which only some values are allowed: the enum, its spelling, and everything [`mapping!`] makes.
macro_rules! keywords {
    (
        $(#[doc = $doc:literal])+
        pub enum $name:ident {
            $( $(#[doc = $variant_doc:literal])+ $variant:ident = $text:literal, )+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, ::serde::Deserialize)]
        pub enum $name {
            $(
                $(#[doc = $variant_doc])+
                #[serde(rename = $text)]
                $variant,
            )+
        }

        impl $crate::syntax::scalar::Keyword for $name {
            const ALL: &'static [(&'static str, Self)] = &[$(($text, $name::$variant)),+];
        }

        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).trim_start_matches("Raw").into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({ "type": "string", "enum": [$($text),+] })
            }
        }
    };
}

use std::{fmt, marker::PhantomData};

use schemars::Schema;
use serde::{
    Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::{Value, json};

/// What [`deserialize`] needs of a mapping.
pub trait Mapping: Sized {
    /// Reads it from a map.
    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;

    /// Reads it from the plain text that may stand for it.
    fn from_text(_: String) -> Option<Self> {
        None
    }
}

/// Reads a mapping by serde.
pub fn deserialize<'de, T: Mapping, D: Deserializer<'de>>(
    deserializer: D,
    what: &'static str,
) -> Result<T, D::Error> {
    struct MappingVisitor<T>(&'static str, PhantomData<T>);

    impl<'de, T: Mapping> Visitor<'de> for MappingVisitor<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::from_map(map)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            T::from_text(text.to_owned())
                .ok_or_else(|| E::invalid_type(serde::de::Unexpected::Str(text), &self))
        }
    }

    deserializer.deserialize_any(MappingVisitor(what, PhantomData))
}

/// The JSON Schema of a mapping while it is built.
///
/// It is built by hand because derived schemas allow null for optional keys and hide the mistake inside an `anyOf`.
#[derive(Default)]
pub struct KeySchemas {
    properties: serde_json::Map<String, Value>,
    required: Vec<&'static str>,
}

impl KeySchemas {
    /// No keys yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key that must be there.
    pub fn required(&mut self, key: &'static str, doc: &[&str], schema: Schema) {
        self.required.push(key);
        self.optional(key, doc, schema);
    }

    /// Adds a key that may be missing.
    pub fn optional(&mut self, key: &'static str, doc: &[&str], mut schema: Schema) {
        schema.insert("description".to_owned(), Value::String(description(doc)));
        self.properties.insert(key.to_owned(), schema.to_value());
    }

    /// The schema of the mapping. If a plain text may stand for it, `short` is that text's key.
    pub fn finish(self, doc: &[&str], short: Option<&str>) -> Schema {
        let mut schema = json!({
            "description": description(doc),
            "type": "object",
            "properties": self.properties,
            "required": self.required,
            "additionalProperties": false,
        });
        if short.is_some() {
            schema["type"] = json!(["object", "string"]);
        }
        schema.try_into().unwrap_or_default()
    }
}

/// Doc comment lines as one text.
fn description(doc: &[&str]) -> String {
    doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::syntax::{RawShapeWhen, RawValue};

    #[test]
    fn the_schema_for_editors_allows_no_null_and_no_other_key() {
        let schema = schemars::schema_for!(RawShapeWhen).to_value();
        expect![[r#"
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "additionalProperties": false,
              "description": "Keys by which a shape is recognised.",
              "properties": {
                "absent": {
                  "description": "Keys that must not be there.",
                  "items": {
                    "type": "string"
                  },
                  "type": "array"
                },
                "present": {
                  "description": "Keys that must be there.",
                  "items": {
                    "type": "string"
                  },
                  "type": "array"
                }
              },
              "required": [],
              "title": "ShapeWhen",
              "type": "object"
            }"#]]
        .assert_eq(&serde_json::to_string_pretty(&schema).unwrap());
    }

    #[test]
    fn a_plain_text_stands_for_a_map() {
        let short: RawValue = serde_yaml::from_str("A group.").unwrap();
        let long: RawValue = serde_yaml::from_str("about: A group.").unwrap();
        assert_eq!(short, long);
        assert_eq!(
            schemars::schema_for!(RawValue).get("type"),
            Some(&serde_json::json!(["object", "string"]))
        );
    }
}
