//! What a dispatcher needs from the platform.

use std::collections::BTreeSet;

use serde_json::json;

use crate::table::{Body, Encoding, EventKind, EventTable, TypeTable};

/// What a dispatcher handles, and what has to be set in the platform's console for that.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Manifest {
    /// The events to subscribe to, by name.
    pub events: Vec<EventTable<'static>>,
    /// The callbacks to subscribe to, by name.
    pub callbacks: Vec<EventTable<'static>>,
    /// Names that were registered without a schema.
    pub custom: Vec<String>,
}

/// Permissions of which any one is enough.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Needed {
    /// The permissions.
    pub any_of: Vec<&'static str>,
    /// What needs them: an event, or with a path a field of it (`im.message.receive_v1: sender.sender_id.user_id`).
    pub by: Vec<String>,
}

impl Manifest {
    pub(super) fn new(mut tables: Vec<EventTable<'static>>, mut custom: Vec<String>) -> Self {
        tables.sort_by_key(|table| (table.event, table.protocol));
        tables.dedup_by_key(|table| (table.event, table.protocol));
        custom.sort();
        custom.dedup();
        let (callbacks, events) = tables.into_iter().partition(|table| table.kind == EventKind::Callback);
        Manifest { events, callbacks, custom }
    }

    /// The permissions without which the events do not arrive.
    #[must_use]
    pub fn needed(&self) -> Vec<Needed> {
        let tables = self.events.iter().chain(&self.callbacks);
        merged(
            tables
                .filter(|table| !table.permissions.is_empty())
                .map(|table| (table.permissions, table.event.to_owned())),
        )
    }

    /// The permissions that would fill more fields of the events.
    #[must_use]
    pub fn useful(&self) -> Vec<Needed> {
        let mut found = Vec::new();
        for table in self.events.iter().chain(&self.callbacks) {
            fields(&table.body, &mut |permissions, path| {
                found.push((permissions, format!("{}: {path}", table.event)))
            });
        }
        merged(found.into_iter())
    }

    /// The least permissions that let the events arrive: of each "any one of", the one that is needed anyway, else one
    /// that only reads, else the first.
    #[must_use]
    pub fn scopes(&self) -> BTreeSet<&'static str> {
        choose(BTreeSet::new(), &self.needed())
    }

    /// [`scopes`](Self::scopes), and those that fill every field.
    #[must_use]
    pub fn scopes_for_all_fields(&self) -> BTreeSet<&'static str> {
        choose(self.scopes(), &self.useful())
    }

    /// The scopes in the form that the developer console of Lark imports. Events are sent to the app, so all of them are
    /// asked for as the app (`tenant`), none as a user.
    #[must_use]
    pub fn scopes_json(&self) -> String {
        scopes_json(&self.scopes())
    }

    /// The same, with those that fill every field.
    #[must_use]
    pub fn scopes_json_for_all_fields(&self) -> String {
        scopes_json(&self.scopes_for_all_fields())
    }
}

fn scopes_json(scopes: &BTreeSet<&'static str>) -> String {
    json!({ "scopes": { "tenant": scopes, "user": [] } }).to_string()
}

/// One entry per set of permissions, with everything that needs it.
fn merged(needs: impl Iterator<Item = (&'static [&'static str], String)>) -> Vec<Needed> {
    let mut found: Vec<Needed> = Vec::new();
    for (permissions, by) in needs {
        match found.iter_mut().find(|needed| needed.any_of == permissions) {
            Some(needed) => needed.by.push(by),
            None => found.push(Needed { any_of: permissions.to_vec(), by: vec![by] }),
        }
    }
    found
}

fn choose(mut chosen: BTreeSet<&'static str>, needed: &[Needed]) -> BTreeSet<&'static str> {
    // Where there is no choice first: what is taken there may be enough elsewhere.
    let mut needed: Vec<_> = needed.iter().collect();
    needed.sort_by_key(|needed| needed.any_of.len());
    for Needed { any_of, .. } in needed {
        if any_of.iter().any(|permission| chosen.contains(permission)) {
            continue;
        }
        let reads = |permission: &&&str| permission.ends_with(":readonly") || permission.ends_with(":read");
        chosen.extend(any_of.iter().find(reads).or(any_of.first()));
    }
    chosen
}

fn fields(body: &Body<'static>, found: &mut impl FnMut(&'static [&'static str], &str)) {
    match body {
        Body::Object(table) => of_type(table, "", found),
        Body::Choice(choice) => choice.shapes.iter().for_each(|shape| of_type(shape.table, "", found)),
    }
}

fn of_type(
    table: &'static TypeTable<'static>,
    prefix: &str,
    found: &mut impl FnMut(&'static [&'static str], &str),
) {
    for field in table.fields {
        let path = if prefix.is_empty() { field.key.to_owned() } else { format!("{prefix}.{}", field.key) };
        if !field.requires.is_empty() {
            found(field.requires, &path);
        }
        of_encoding(&field.encoding, &path, found);
    }
}

fn of_encoding(
    encoding: &Encoding<'static>,
    path: &str,
    found: &mut impl FnMut(&'static [&'static str], &str),
) {
    match encoding {
        Encoding::Object(table) => of_type(table, path, found),
        Encoding::Choice(choice) => choice.shapes.iter().for_each(|shape| of_type(shape.table, path, found)),
        Encoding::List(inner) | Encoding::Map(inner) => of_encoding(inner, &format!("{path}[]"), found),
        Encoding::JsonText(inner) => of_encoding(inner, path, found),
        Encoding::Scalar(_) | Encoding::Any => {}
    }
}
