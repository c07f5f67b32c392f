//! From text to raw schema types: what the files say, before any name is bound.
//!
//! [`tree`] reads YAML into nodes that know their place, [`lower`] turns nodes into the types of [`event`], [`platform`] and
//! [`types`]. Both report every mistake and stop at none; what could not be read is left out or stands as a placeholder (an
//! empty text, [`TypeKind::Invalid`]), and whoever meets one stays silent, because it was reported.

#[macro_use]
mod mapping;
mod collections;
pub mod event;
pub mod lower;
mod map;
pub mod platform;
mod scalar;
pub mod tree;
pub mod type_expr;
pub mod types;
mod waivers;

pub use collections::{OneOrMore, OrderedMap};
pub use event::{RawDelivery, RawEvent, RawEventKind, RawResponse, RawStability};
pub use platform::{
    RawControl, RawDomain, RawEventBy, RawForm, RawFormat, RawGroup, RawHeader, RawLevel, RawPermission,
    RawPlatform, RawProtocol, RawWhen,
};
pub use type_expr::{TypeExpr, TypeKind};
pub use types::{
    RawDeprecated, RawEvidence, RawField, RawPermissions, RawShape, RawShapeWhen, RawTypeDef, RawTypesFile,
    RawValue, RawWireType, ScalarValue,
};
pub use waivers::RawWaivers;
