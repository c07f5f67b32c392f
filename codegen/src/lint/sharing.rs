//! Types stand where they are used: shared ones in `_types.yaml`, those of one event in its file, sets of one field at the field.

use std::collections::{BTreeMap, BTreeSet};

use super::items::{Item, Items};
use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics},
    load::{Parsed, PlatformSource, Sources},
    source::{FileId, Spanned},
    syntax::{OrderedMap, RawEvent, RawField, RawTypeDef, RawTypesFile, RawValue, TypeExpr, TypeKind},
};

/// What has fewer fields or values is equal by chance.
const LEAST: usize = 2;

pub(super) fn check(sources: &Sources, diagnostics: &mut Diagnostics) {
    for platform in &sources.platforms {
        check_platform(platform, diagnostics);
    }
}

fn check_platform(platform: &PlatformSource, diagnostics: &mut Diagnostics) {
    let mut uses = Uses::default();
    let top = platform.types.as_deref().map(File::of_types);
    let top: Vec<&File<'_>> = top.iter().collect();
    uses.add(&top);
    for domain in &platform.domains {
        let own = domain.types.as_deref().map(File::of_types);
        let shared: Vec<&File<'_>> = own.iter().chain(top.iter().copied()).collect();
        if own.is_some() {
            uses.add(&shared);
            diagnostics.extend(repeated(&shared));
        }
        for event in &domain.events {
            let event = File::of_event(&event.parsed);
            let files: Vec<&File<'_>> = std::iter::once(&event).chain(shared.iter().copied()).collect();
            uses.add(&files);
            diagnostics.extend(repeated(&files));
            diagnostics.extend(event.items.types.iter().filter_map(|ty| uses.of_one_field(&event, ty)));
        }
        if let Some(file) = &own {
            diagnostics.extend(file.items.types.iter().filter_map(|ty| uses.of_one_event(file, ty)));
        }
    }
    for file in top {
        diagnostics.extend(file.items.types.iter().filter_map(|ty| uses.of_one_event(file, ty)));
    }
}

/// A file that declares types.
struct File<'s> {
    id: FileId,
    shared: bool,
    items: Items<'s>,
}

impl<'s> File<'s> {
    fn of_types(parsed: &'s Parsed<RawTypesFile>) -> Self {
        let mut items = Items::default();
        items.file(&parsed.raw);
        File { id: parsed.file, shared: true, items }
    }

    fn of_event(parsed: &'s Parsed<RawEvent>) -> Self {
        let mut items = Items::default();
        items.event(&parsed.raw);
        File { id: parsed.file, shared: false, items }
    }

    fn declares(&self, name: &str) -> bool {
        self.items.types.iter().any(|ty| ty.key.value == name)
    }
}

/// Where the types of a platform are used.
#[derive(Default)]
struct Uses<'s>(BTreeMap<(FileId, &'s str), Use>);

#[derive(Default)]
struct Use {
    fields: usize,
    /// As shapes, and by `extends`.
    others: usize,
    events: BTreeSet<FileId>,
    /// Whether a type of a `_types.yaml` needs it.
    shared: bool,
}

impl<'s> Uses<'s> {
    /// Counts what the first of some files uses; names are looked up in all of them, one after the other.
    fn add(&mut self, files: &[&File<'s>]) {
        let Some(user) = files.first() else { return };
        let items = &user.items;
        let of_fields = items.fields.iter().filter_map(|field| named(&field.raw.ty)).map(|name| (name, true));
        let others = items.shapes.iter().map(|shape| &shape.ty).chain(items.bases.iter().copied());
        for (name, field) in of_fields.chain(others.map(|name| (name.as_str(), false))) {
            let Some(file) = files.iter().find(|file| file.declares(name)) else { continue };
            let counted = self.0.entry((file.id, name)).or_default();
            counted.fields += usize::from(field);
            counted.others += usize::from(!field);
            counted.shared |= user.shared;
            counted.events.extend((!user.shared).then_some(user.id));
        }
    }

    /// A set of an event's file that one field uses.
    fn of_one_field(&self, file: &File<'_>, ty: &Item<'_, RawTypeDef>) -> Option<Diagnostic> {
        let set = ty.raw.values.is_some() || ty.raw.flags.is_some();
        let counted = self.0.get(&(file.id, ty.key.as_str())).filter(|_| set)?;
        (counted.fields == 1 && counted.others == 0).then(|| {
            let message = format!("one field alone uses the set `{}`", ty.key.value);
            Diagnostic::new(Code::UsedOnce, ty.key.span, message)
                .help("write its values at the field; `rust_name` there keeps the name of the type")
        })
    }

    /// A shared type that one event uses.
    fn of_one_event(&self, file: &File<'_>, ty: &Item<'_, RawTypeDef>) -> Option<Diagnostic> {
        let counted = self.0.get(&(file.id, ty.key.as_str()))?;
        (counted.events.len() == 1 && !counted.shared).then(|| {
            let message = format!("one event alone uses the shared type `{}`", ty.key.value);
            Diagnostic::new(Code::UsedOnce, ty.key.span, message).help("move it into the file of that event")
        })
    }
}

/// The name inside a type expression.
fn named(ty: &TypeExpr) -> Option<&str> {
    match &ty.kind {
        TypeKind::Name(name) => Some(name),
        TypeKind::Json(inner) => inner.as_deref().and_then(named),
        TypeKind::List(inner) | TypeKind::Map(inner) | TypeKind::Text(inner) => named(inner),
        _ => None,
    }
}

/// What the first of some files says again, although the others share it.
fn repeated(files: &[&File<'_>]) -> Vec<Diagnostic> {
    let Some((own, shared)) = files.split_first() else { return Vec::new() };
    let shared = || shared.iter().flat_map(|file| &file.items.types);
    let report = |key: &Spanned<String>, of: &Item<'_, RawTypeDef>| {
        let message = format!("`{}` repeats the shared type `{}`", key.value, of.key.value);
        Diagnostic::new(Code::RepeatsShared, key.span, message)
            .also(of.key.span, "the shared one")
            .help(format!("write `{}` where it is used", of.key.value))
    };
    let types = own.items.types.iter().filter_map(|ty| {
        let same =
            shared().find(|of| same_fields(ty.raw, of.raw) || same_sets(sets(ty.raw), sets(of.raw)))?;
        Some(report(ty.key, same))
    });
    let fields = own.items.fields.iter().filter_map(|field| {
        let sets_of_field = (field.raw.values.as_ref(), field.raw.flags.as_ref());
        let same = shared().find(|of| same_sets(sets_of_field, sets(of.raw)))?;
        Some(report(field.key, same))
    });
    types.chain(fields).collect()
}

type Set<'s> = Option<&'s OrderedMap<RawValue>>;

/// Values and flags.
fn sets(ty: &RawTypeDef) -> (Set<'_>, Set<'_>) {
    (ty.values.as_ref(), ty.flags.as_ref())
}

fn same_sets(one: (Set<'_>, Set<'_>), other: (Set<'_>, Set<'_>)) -> bool {
    let same = |one: &OrderedMap<RawValue>, other: &OrderedMap<RawValue>| {
        let same = |(key, value): &(Spanned<String>, RawValue)| {
            other.get(key).is_some_and(|other| other.name == value.name)
        };
        one.len() >= LEAST && one.len() == other.len() && one.iter().all(same)
    };
    match (one, other) {
        ((Some(one), None), (Some(other), None)) | ((None, Some(one)), (None, Some(other))) => {
            same(one, other)
        }
        _ => false,
    }
}

/// Whether two types are objects that read the same, whatever is said about them.
fn same_fields(one: &RawTypeDef, other: &RawTypeDef) -> bool {
    let same = |one: &RawField, other: &RawField| {
        let keys =
            |field: &RawField| field.values.as_ref().map(|set| set.keys().cloned().collect::<Vec<_>>());
        one.ty == other.ty
            && one.format == other.format
            && one.keys == other.keys
            && one.shape_by == other.shape_by
            && keys(one) == keys(other)
    };
    let (Some(fields), Some(others)) = (&one.fields, &other.fields) else { return false };
    one.extends == other.extends
        && fields.len() >= LEAST
        && fields.len() == others.len()
        && fields.iter().all(|(key, field)| others.get(key).is_some_and(|other| same(field, other)))
}
