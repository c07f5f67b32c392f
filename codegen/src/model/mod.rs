//! The resolved model: what the schemas mean, with every name bound.
//!
//! It is built once by [`resolve`], never changed, and read by the emitters. Ids are dense indices into it.

mod event;
mod platform;
mod resolve;
mod types;

use std::{collections::BTreeSet, ops::Index};

pub use workplace_events_runtime::table::{EventKind, ScalarKind, TimeFormat, WireType};

pub use self::{
    event::{DedupBy, Deprecated, Event, Evidence, Example},
    platform::{Control, Domain, FormDef, Format, Group, Permission, Platform, Protocol, When},
    resolve::resolve,
    types::{
        Choice, Constraints, Field, FieldType, FormKey, Owner, Presence, Role, Scalar, Selector, Shape, Type,
        TypeKind, TypeName, Value,
    },
};

/// Everything.
#[derive(Debug, Default, PartialEq)]
pub struct Model {
    /// Platforms, by name.
    pub platforms: Vec<Platform>,
    /// Types of all owners; bodies and responses of events included.
    pub types: Vec<Type>,
    /// Events of all platforms, by platform, domain and name.
    pub events: Vec<Event>,
}

/// Index into [`Model::platforms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlatformId(pub usize);

/// Index into [`Model::types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub usize);

/// Index into [`Model::events`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(pub usize);

impl Model {
    /// Adds a type and every type in it.
    pub fn reach(&self, from: TypeId, into: &mut BTreeSet<TypeId>) {
        if !into.insert(from) {
            return;
        }
        match &self[from].kind {
            TypeKind::Object(fields) => fields.iter().for_each(|field| self.reach_value(&field.ty, into)),
            TypeKind::Choice(of) => of.shapes.iter().for_each(|shape| self.reach(shape.ty, into)),
            TypeKind::Texts(_) | TypeKind::Ints(_) | TypeKind::Flags(_) => {}
        }
    }

    fn reach_value(&self, ty: &FieldType, into: &mut BTreeSet<TypeId>) {
        match ty {
            FieldType::Object(ty) | FieldType::Choice(ty) => self.reach(*ty, into),
            FieldType::List(inner) | FieldType::Map(inner) | FieldType::JsonText(inner) => {
                self.reach_value(inner, into)
            }
            FieldType::Scalar(of) => of.set.iter().for_each(|set| self.reach(*set, into)),
            FieldType::Any => {}
        }
    }
}

impl Index<PlatformId> for Model {
    type Output = Platform;

    fn index(&self, id: PlatformId) -> &Platform {
        &self.platforms[id.0]
    }
}

impl Index<TypeId> for Model {
    type Output = Type;

    fn index(&self, id: TypeId) -> &Type {
        &self.types[id.0]
    }
}

impl Index<EventId> for Model {
    type Output = Event;

    fn index(&self, id: EventId) -> &Event {
        &self.events[id.0]
    }
}
