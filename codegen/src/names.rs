//! Every Rust name of the generated crate, claimed once.
//!
//! A name is made in one order: split into words, put into the case of its use, kept from keywords, claimed from the scope it
//! will stand in. [`Name`] has no other constructor, so that an unclaimed name cannot be emitted.

mod scope;
#[cfg(test)]
mod tests;
mod types;

use std::collections::BTreeMap;

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};

pub use self::scope::Name;
use self::scope::{Scope, Use};
use crate::{
    diagnostic::Diagnostics,
    model::{EventId, Model, Owner, Platform, PlatformId, TypeId},
};

/// All names, by the ids of the model.
#[derive(Debug)]
pub struct Names {
    events: Vec<EventNames>,
    types: Vec<TypeNames>,
    platforms: Vec<PlatformNames>,
}

#[derive(Debug)]
struct EventNames {
    module: Name,
    method: Name,
    path: String,
    variant: Name,
}

/// The names of a type and of what is in it.
#[derive(Debug)]
struct TypeNames {
    name: Name,
    members: Vec<Name>,
}

#[derive(Debug)]
struct PlatformNames {
    module: Name,
    ty: Name,
    domains: BTreeMap<String, Name>,
    formats: Vec<Name>,
    groups: Vec<GroupNames>,
}

#[derive(Debug)]
struct GroupNames {
    ty: Name,
    method: Name,
    /// Variants of the enum, for a group whose members have several bodies.
    variants: Vec<Name>,
}

impl Names {
    /// Claims all names; what cannot be claimed is a finding.
    pub fn of(model: &Model, diagnostics: &mut Diagnostics) -> Names {
        types::Claims::new(model, diagnostics).run()
    }

    /// The module of a platform.
    #[must_use]
    pub fn platform_module(&self, platform: PlatformId) -> &Name {
        &self.platforms[platform.0].module
    }

    /// The type that stands for a platform.
    #[must_use]
    pub fn platform_type(&self, platform: PlatformId) -> &Name {
        &self.platforms[platform.0].ty
    }

    /// The module of a domain. Every domain of the model has one.
    #[must_use]
    pub fn domain(&self, platform: PlatformId, domain: &str) -> &Name {
        &self.platforms[platform.0].domains[domain]
    }

    /// The newtype of a format.
    #[must_use]
    pub fn format(&self, platform: PlatformId, format: usize) -> &Name {
        &self.platforms[platform.0].formats[format]
    }

    /// The struct or enum of a group.
    #[must_use]
    pub fn group_type(&self, platform: PlatformId, group: usize) -> &Name {
        &self.platforms[platform.0].groups[group].ty
    }

    /// The registration method of a group.
    #[must_use]
    pub fn group_method(&self, platform: PlatformId, group: usize) -> &Name {
        &self.platforms[platform.0].groups[group].method
    }

    /// The variants of a group's enum, by member.
    #[must_use]
    pub fn group_variants(&self, platform: PlatformId, group: usize) -> &[Name] {
        &self.platforms[platform.0].groups[group].variants
    }

    /// The module of an event's own types.
    #[must_use]
    pub fn module(&self, event: EventId) -> &Name {
        &self.events[event.0].module
    }

    /// The registration method of an event.
    #[must_use]
    pub fn method(&self, event: EventId) -> &Name {
        &self.events[event.0].method
    }

    /// The variant of an event in `AnyEvent`.
    #[must_use]
    pub fn variant(&self, event: EventId) -> &Name {
        &self.events[event.0].variant
    }

    /// The path of an event's type within the crate, such as `lark::im::P2ImMessageReceiveV1`.
    #[must_use]
    pub fn rust_path(&self, event: EventId) -> &str {
        &self.events[event.0].path
    }

    /// The name of a type.
    #[must_use]
    pub fn ty(&self, ty: TypeId) -> &Name {
        &self.types[ty.0].name
    }

    /// The name of a field, variant or flag, by its position.
    #[must_use]
    pub fn member(&self, ty: TypeId, index: usize) -> &Name {
        &self.types[ty.0].members[index]
    }

    /// The path of a type's module within the crate.
    #[must_use]
    pub fn module_path(&self, model: &Model, owner: &Owner) -> Vec<&Name> {
        match owner {
            Owner::Platform(platform) => vec![self.platform_module(*platform)],
            Owner::Domain(platform, domain) => {
                vec![self.platform_module(*platform), self.domain(*platform, domain)]
            }
            Owner::Event(event) => {
                let of = &model.events[event.0];
                vec![
                    self.platform_module(of.platform),
                    self.domain(of.platform, &of.domain),
                    self.module(*event),
                ]
            }
        }
    }

    /// The path of a type within the crate as a user writes it: an event's body stands in the domain's module.
    #[must_use]
    pub fn type_path(&self, model: &Model, ty: TypeId) -> String {
        let of = &model.types[ty.0];
        let mut path = self.module_path(model, &of.owner);
        if of.role != crate::model::Role::Part {
            path.pop();
        }
        path.push(self.ty(ty));
        path.iter().map(ToString::to_string).collect::<Vec<_>>().join("::")
    }
}

/// The Rust type of an event by its schema: CamelCase of protocol prefix and event.
fn event_type(platform: &Platform, model: &Model, event: EventId) -> String {
    let event = &model.events[event.0];
    if let Some(name) = &event.rust_name {
        return name.clone();
    }
    let prefix = event.protocol.map_or("", |protocol| platform.protocols[protocol].prefix.as_str());
    scope::not_digit_first(format!("{prefix}{}", camel(&event.name)))
}

/// CamelCase, by the words of the text.
pub(crate) fn camel(text: &str) -> String {
    text.to_upper_camel_case()
}

/// snake_case, by the words of the text.
pub(crate) fn snake(text: &str) -> String {
    text.to_snake_case()
}
