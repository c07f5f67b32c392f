//! What the files of a platform say, by kind.

use crate::{
    load::PlatformSource,
    source::Spanned,
    syntax::{OrderedMap, RawEvent, RawField, RawTypeDef, RawValue, RawWaivers},
};

/// Everything that a platform's files hold, in the order of the files.
#[derive(Default)]
pub(super) struct Items<'s> {
    pub events: Vec<&'s RawEvent>,
    pub types: Vec<Item<'s, RawTypeDef>>,
    pub fields: Vec<Item<'s, RawField>>,
    /// Values and flags of types and fields.
    pub sets: Vec<&'s OrderedMap<RawValue>>,
    pub waivers: Vec<&'s RawWaivers>,
}

/// A thing under its key.
#[derive(Clone, Copy)]
pub(super) struct Item<'s, T> {
    pub key: &'s Spanned<String>,
    pub raw: &'s T,
}

impl<'s> Items<'s> {
    pub(super) fn of(platform: &'s PlatformSource) -> Self {
        let mut items = Items::default();
        items.waivers.extend(&platform.platform.raw.allow);
        for file in platform.types.iter().chain(platform.domains.iter().flat_map(|domain| &domain.types)) {
            items.types(&file.raw.types);
            items.waivers.extend(&file.raw.allow);
        }
        for event in platform.domains.iter().flat_map(|domain| &domain.events) {
            items.event(&event.parsed.raw);
        }
        items
    }

    fn event(&mut self, raw: &'s RawEvent) {
        self.events.push(raw);
        self.waivers.extend(&raw.allow);
        let answer = raw.response.iter().flat_map(|response| &response.fields);
        raw.fields.iter().chain(answer).for_each(|fields| self.fields(fields));
        raw.types.iter().for_each(|types| self.types(types));
    }

    fn types(&mut self, types: &'s OrderedMap<RawTypeDef>) {
        for (key, raw) in types {
            self.types.push(Item { key, raw });
            self.waivers.extend(&raw.allow);
            raw.values.iter().chain(&raw.flags).for_each(|set| self.set(set));
            raw.fields.iter().for_each(|fields| self.fields(fields));
        }
    }

    fn fields(&mut self, fields: &'s OrderedMap<RawField>) {
        for (key, raw) in fields {
            self.fields.push(Item { key, raw });
            self.waivers.extend(&raw.allow);
            raw.values.iter().chain(&raw.flags).for_each(|set| self.set(set));
        }
    }

    fn set(&mut self, set: &'s OrderedMap<RawValue>) {
        self.sets.push(set);
        self.waivers.extend(set.iter().flat_map(|(_, value)| &value.allow));
    }
}
