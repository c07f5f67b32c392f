//! What files say, by kind.

use crate::{
    load::PlatformSource,
    source::Spanned,
    syntax::{OrderedMap, RawEvent, RawField, RawShape, RawTypeDef, RawTypesFile, RawValue, RawWaivers},
};

/// What some files hold, in their order.
#[derive(Default)]
pub(super) struct Items<'s> {
    pub events: Vec<&'s RawEvent>,
    pub types: Vec<Item<'s, RawTypeDef>>,
    pub fields: Vec<Item<'s, RawField>>,
    /// Values and flags of types and fields.
    pub sets: Vec<&'s OrderedMap<RawValue>>,
    /// Shapes of events, types and fields.
    pub shapes: Vec<&'s RawShape>,
    /// The names behind `extends`.
    pub bases: Vec<&'s Spanned<String>>,
    pub waivers: Vec<&'s RawWaivers>,
}

/// A thing under its key.
pub(super) struct Item<'s, T> {
    pub key: &'s Spanned<String>,
    pub raw: &'s T,
}

impl<'s> Items<'s> {
    /// All of a platform.
    pub(super) fn of(platform: &'s PlatformSource) -> Self {
        let mut items = Items::default();
        items.waivers.extend(&platform.platform.raw.allow);
        for file in platform.types.iter().chain(platform.domains.iter().flat_map(|domain| &domain.types)) {
            items.file(&file.raw);
        }
        for event in platform.domains.iter().flat_map(|domain| &domain.events) {
            items.event(&event.parsed.raw);
        }
        items
    }

    /// Adds what a `_types.yaml` holds.
    pub(super) fn file(&mut self, raw: &'s RawTypesFile) {
        self.types(&raw.types);
        self.waivers.extend(&raw.allow);
    }

    /// Adds what the file of an event holds.
    pub(super) fn event(&mut self, raw: &'s RawEvent) {
        self.events.push(raw);
        self.waivers.extend(&raw.allow);
        self.bases.extend(&raw.extends);
        self.shapes(&raw.shapes);
        raw.fields.iter().for_each(|fields| self.fields(fields));
        if let Some(response) = &raw.response {
            self.bases.extend(&response.extends);
            response.fields.iter().for_each(|fields| self.fields(fields));
        }
        raw.types.iter().for_each(|types| self.types(types));
    }

    fn types(&mut self, types: &'s OrderedMap<RawTypeDef>) {
        for (key, raw) in types {
            self.types.push(Item { key, raw });
            self.waivers.extend(&raw.allow);
            self.bases.extend(&raw.extends);
            self.shapes(&raw.shapes);
            raw.values.iter().chain(&raw.flags).for_each(|set| self.set(set));
            raw.fields.iter().for_each(|fields| self.fields(fields));
        }
    }

    fn fields(&mut self, fields: &'s OrderedMap<RawField>) {
        for (key, raw) in fields {
            self.fields.push(Item { key, raw });
            self.waivers.extend(&raw.allow);
            self.shapes(&raw.shapes);
            raw.values.iter().chain(&raw.flags).for_each(|set| self.set(set));
        }
    }

    fn set(&mut self, set: &'s OrderedMap<RawValue>) {
        self.sets.push(set);
        self.waivers.extend(set.iter().flat_map(|(_, value)| &value.allow));
    }

    fn shapes(&mut self, shapes: &'s Option<OrderedMap<RawShape>>) {
        self.shapes.extend(shapes.iter().flatten().map(|(_, shape)| shape));
    }
}
