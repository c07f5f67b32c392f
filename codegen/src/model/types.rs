//! Types, their fields and their values.

use super::{Deprecated, EventId, Evidence, PlatformId, ScalarKind, TypeId, WireType};
use crate::source::Span;

/// Who a type belongs to, which decides its module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// The platform's module.
    Platform(PlatformId),
    /// A domain's module.
    Domain(PlatformId, String),
    /// The module of an event.
    Event(EventId),
}

/// A type.
#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// Who it belongs to.
    pub owner: Owner,
    /// What it is for.
    pub role: Role,
    /// Its name in the schema; for a field's own set or choice the owner type's name and the field's key.
    pub name: TypeName,
    /// The Rust name, where the schema gives one.
    pub rust_name: Option<String>,
    /// The Rust name in a published version.
    pub renamed_from: Option<String>,
    /// What it is; may be empty for types that the schema does not name.
    pub about: String,
    /// Whether it is deprecated, and what to use.
    pub deprecated: Option<Deprecated>,
    /// What it is made of.
    pub kind: TypeKind,
    /// Where it is declared.
    pub span: Span,
}

/// What a type is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The body of its owner, an event.
    Body,
    /// The answer of its owner, a callback.
    Response,
    /// A part of others.
    Part,
}

/// How a type is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeName {
    /// By its event; the Rust name is that of the event.
    Event,
    /// By a schema.
    Named(String),
    /// By the field it belongs to.
    Field(TypeId, String),
}

/// What a type is made of.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// Fields.
    Object(Vec<Field>),
    /// Known texts.
    Texts(Vec<Value<String>>),
    /// Known integers.
    Ints(Vec<Value<i64>>),
    /// Known bits, by mask.
    Flags(Vec<Value<i64>>),
    /// One of several shapes.
    Choice(Choice),
}

/// A known value of a set.
#[derive(Debug, Clone, PartialEq)]
pub struct Value<T> {
    /// On the wire.
    pub wire: T,
    /// Rust name, where the schema gives one.
    pub name: Option<String>,
    /// What it means.
    pub about: String,
    /// Whether it is deprecated.
    pub deprecated: Option<Deprecated>,
    /// Where it stands.
    pub span: Span,
}

/// A choice between object types.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// What decides.
    pub by: Selector,
    /// The shapes in the order of the schema.
    pub shapes: Vec<Shape>,
}

/// What decides between shapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// The key of a sibling of the field that holds the choice.
    Sibling(String),
    /// A key of the object itself.
    Own(String),
    /// The wire form and the keys that are there.
    Keys,
}

/// One shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// The key under `shapes`: the deciding value, or a name.
    pub key: String,
    /// The Rust variant, where the schema gives one.
    pub name: Option<String>,
    /// What it is; may be empty.
    pub about: String,
    /// Forms it occurs in, as indices into the platform's forms; empty means all.
    pub arrives: Vec<u8>,
    /// Keys that must be there.
    pub present: Vec<String>,
    /// Keys that must not be there.
    pub absent: Vec<String>,
    /// Its type, an object.
    pub ty: TypeId,
    /// Where it stands.
    pub span: Span,
}

/// A field of an object type. Fields that `extends` copied are here too.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The key on the wire.
    pub key: String,
    /// What it is.
    pub about: String,
    /// Its type.
    pub ty: FieldType,
    /// Optional, always there, or nullable.
    pub presence: Presence,
    /// Keys per form, in the order of the platform's forms; empty where all forms use `key`.
    pub keys: Vec<FormKey>,
    /// Permissions of which any one makes the platform fill it.
    pub requires: Vec<String>,
    /// What the platform promises.
    pub constraints: Constraints,
    /// Whether `Debug` masks it.
    pub secret: bool,
    /// What is known about it.
    pub evidence: Evidence,
    /// Since when.
    pub since: Option<String>,
    /// Whether it is deprecated.
    pub deprecated: Option<Deprecated>,
    /// The Rust name, where the schema gives one.
    pub rust_name: Option<String>,
    /// The Rust name in a published version.
    pub renamed_from: Option<String>,
    /// Where its key stands.
    pub span: Span,
}

impl Field {
    /// Whether JSON writes one of its keys with escapes.
    #[must_use]
    pub fn has_escaped_key(&self) -> bool {
        let keys = (0..self.keys.len()).filter_map(|form| self.key_in(form));
        let escaped = |c: char| matches!(c, '"' | '\\') || c < ' ';
        std::iter::once(self.key.as_str()).chain(keys).any(|key| key.contains(escaped))
    }

    /// The key in a form, by the form's position in its platform; `None` where the form has no such field.
    #[must_use]
    pub fn key_in(&self, form: usize) -> Option<&str> {
        match self.keys.get(form) {
            None | Some(FormKey::Own) => Some(&self.key),
            Some(FormKey::Key(key)) => Some(key),
            Some(FormKey::Absent) => None,
        }
    }
}

/// Whether a field may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// May be missing.
    Optional,
    /// Always there.
    Always,
    /// May be missing; null means something else.
    Nullable,
}

/// A key in one form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormKey {
    /// The field's own.
    Own,
    /// Another.
    Key(String),
    /// Not in this form.
    Absent,
}

/// The type of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    /// A scalar.
    Scalar(Scalar),
    /// Any JSON.
    Any,
    /// JSON inside a text.
    JsonText(Box<FieldType>),
    /// A list.
    List(Box<FieldType>),
    /// A map with text keys.
    Map(Box<FieldType>),
    /// An object type.
    Object(TypeId),
    /// A choice.
    Choice(TypeId),
}

/// A scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// What it is.
    pub kind: ScalarKind,
    /// Whether it is written inside a text.
    pub in_text: bool,
    /// Other wire types that are no drift.
    pub accepts: Vec<WireType>,
    /// The set of its known values or bits.
    pub set: Option<TypeId>,
    /// Its format, an index into the platform's formats.
    pub format: Option<usize>,
}

/// What the platform promises about a value.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Constraints {
    /// Shortest text.
    pub min_len: Option<u64>,
    /// Longest text.
    pub max_len: Option<u64>,
    /// Fewest entries.
    pub min_items: Option<u64>,
    /// Most entries.
    pub max_items: Option<u64>,
    /// Smallest number.
    pub min: Option<f64>,
    /// Largest number.
    pub max: Option<f64>,
    /// Regular expression.
    pub pattern: Option<String>,
    /// The one value, as JSON text.
    pub constant: Option<String>,
}
