//! Fields and types, and `_types.yaml`.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::{OrderedMap, RawWaivers, TypeExpr};
use crate::source::Spanned;

mapping! {
    /// Types that several events use.
    pub struct RawTypesFile: "a file of types" {
        /// The types, by name.
        required types: OrderedMap<RawTypeDef> = "types",
        /// Lints whose findings in this file are let pass, by code or name, each with the reason.
        optional allow: RawWaivers = "allow",
    }
}

mapping! {
    /// A type: an object (`fields`), a named set (`type` with `values` or `flags`), or a choice (`shape_by` with `shapes`).
    pub struct RawTypeDef: "a type" {
        /// What it is.
        optional about: Spanned<String> = "about",
        /// A type whose fields are copied before its own.
        optional extends: Spanned<String> = "extends",
        /// An object: fields by their key on the wire.
        optional fields: OrderedMap<RawField> = "fields",
        /// A named set: `string` or `int`.
        optional ty: TypeExpr = "type",
        /// The known values of a named set.
        optional values: OrderedMap<RawValue> = "values",
        /// The known bits of a named set, by mask.
        optional flags: OrderedMap<RawValue> = "flags",
        /// A choice: the key of the object that decides which of `shapes` it is.
        optional shape_by: Spanned<String> = "shape_by",
        /// The shapes of a choice.
        optional shapes: OrderedMap<RawShape> = "shapes",
        /// Why and since when it should not be used any more.
        optional deprecated: RawDeprecated = "deprecated",
        /// Lints whose findings in it are let pass, by code or name, each with the reason.
        optional allow: RawWaivers = "allow",
        /// The Rust type, where the derived name is poor.
        optional rust_name: Spanned<String> = "rust_name",
        /// The Rust type that it had in a published version.
        optional renamed_from: Spanned<String> = "renamed_from",
    }
}

mapping! {
    /// A field of an object.
    pub struct RawField: "a field" {
        /// Its type, such as `string`, `list<UserId>` or `text<time<unix_ms>>`.
        required ty: TypeExpr = "type",
        /// What it is, when it is absent, its unit.
        required about: Spanned<String> = "about",
        /// Whether it is always there. For texts, lists, maps and objects only.
        optional always: Spanned<bool> = "always",
        /// Whether null means something else than absent.
        optional nullable: Spanned<bool> = "nullable",
        /// The meaning of a text, from the platform's `formats`.
        optional format: Spanned<String> = "format",
        /// Known values of the text or integer.
        optional values: OrderedMap<RawValue> = "values",
        /// Known bits of the integer, by mask.
        optional flags: OrderedMap<RawValue> = "flags",
        /// Other wire types of the scalar that are known and no drift.
        optional accepts: Vec<Spanned<RawWireType>> = "accepts",
        /// The key per wire form; `none` where it is not in that form.
        optional keys: OrderedMap<Spanned<String>> = "keys",
        /// The sibling that decides which of `shapes` it is.
        optional shape_by: Spanned<String> = "shape_by",
        /// The shapes that it can take, by the value of the sibling.
        optional shapes: OrderedMap<RawShape> = "shapes",
        /// Permissions that make the platform fill it.
        optional requires: RawPermissions = "requires",
        /// The shortest text, in characters.
        optional min_len: Spanned<u64> = "min_len",
        /// The longest text, in characters.
        optional max_len: Spanned<u64> = "max_len",
        /// The fewest entries of a list or map.
        optional min_items: Spanned<u64> = "min_items",
        /// The most entries of a list or map.
        optional max_items: Spanned<u64> = "max_items",
        /// The smallest number.
        optional min: Spanned<f64> = "min",
        /// The largest number.
        optional max: Spanned<f64> = "max",
        /// A regular expression that the whole text matches.
        optional pattern: Spanned<String> = "pattern",
        /// The one value that it has.
        optional constant: Spanned<ScalarValue> = "const",
        /// Whether `Debug` masks it.
        optional secret: Spanned<bool> = "secret",
        /// What is known about it.
        optional evidence: Spanned<RawEvidence> = "evidence",
        /// A date or version of the platform since which it exists.
        optional since: Spanned<String> = "since",
        /// Why and since when it should not be used any more.
        optional deprecated: RawDeprecated = "deprecated",
        /// Lints whose findings in it are let pass, by code or name, each with the reason.
        optional allow: RawWaivers = "allow",
        /// The Rust name, where the derived one is poor.
        optional rust_name: Spanned<String> = "rust_name",
        /// The Rust name that it had in a published version.
        optional renamed_from: Spanned<String> = "renamed_from",
    }
}

mapping! {
    /// A known value, or bit, of a set. A plain text instead of the map is the `about`.
    pub struct RawValue: "a value" or text about {
        /// What it means.
        required about: Spanned<String> = "about",
        /// The Rust name; required for integers, derived for texts.
        optional name: Spanned<String> = "name",
        /// Why and since when it should not be used any more.
        optional deprecated: RawDeprecated = "deprecated",
        /// Lints whose findings in it are let pass, by code or name, each with the reason.
        optional allow: RawWaivers = "allow",
    }
}

mapping! {
    /// One shape of a choice. A plain text instead of the map is the `type`.
    pub struct RawShape: "a shape" or text ty {
        /// The name of its type, an object.
        required ty: Spanned<String> = "type",
        /// Wire forms in which it occurs; without it all.
        optional arrives: Vec<Spanned<String>> = "arrives",
        /// Keys by which it is recognised.
        optional when: RawShapeWhen = "when",
        /// The Rust variant, where the derived name is poor.
        optional name: Spanned<String> = "name",
        /// What it is.
        optional about: Spanned<String> = "about",
    }
}

mapping! {
    /// Keys by which a shape is recognised.
    pub struct RawShapeWhen: "conditions of a shape" {
        /// Keys that must be there.
        optional present: Vec<Spanned<String>> = "present",
        /// Keys that must not be there.
        optional absent: Vec<Spanned<String>> = "absent",
    }
}

mapping! {
    /// Permissions: `any_of` a list, or those of a `set`.
    pub struct RawPermissions: "permissions" {
        /// Ids from the platform's `permissions`, of which any one is enough.
        optional any_of: Vec<Spanned<String>> = "any_of",
        /// One of the platform's `permission_sets`.
        optional set: Spanned<String> = "set",
    }
}

mapping! {
    /// That something should not be used any more.
    pub struct RawDeprecated: "a deprecation" {
        /// A date or version of the platform.
        optional since: Spanned<String> = "since",
        /// What to use instead: another event.
        optional instead: Spanned<String> = "use",
        /// Why.
        optional note: Spanned<String> = "note",
    }
}

keywords! {
    /// What is known about an event or a field.
    pub enum RawEvidence {
        /// The platform documents it.
        Documented = "documented",
        /// Seen in samples only.
        Sample = "sample",
        /// Nothing is documented.
        None = "none",
    }
}

keywords! {
    /// A type on the wire.
    pub enum RawWireType {
        /// A text.
        String = "string",
        /// A number without a fraction.
        Int = "int",
        /// A number.
        Float = "float",
        /// A boolean.
        Bool = "bool",
    }
}

/// A text, number or boolean.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct ScalarValue(pub serde_json::Value);

impl JsonSchema for ScalarValue {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Scalar".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}
