//! `names.lock`: which Rust name each thing of a schema has, as last generated. A name that people use does not change by
//! accident: a change that the schema does not announce is a finding.

use std::collections::BTreeMap;

use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics},
    emit::OutFile,
    model::{EventId, Model, Owner, Role, Type, TypeId, TypeKind, TypeName},
    names::Names,
    output::HEADER,
    source::Span,
};

/// Its path in the generated crate.
pub const PATH: &str = "names.lock";

/// A named thing: what it is called now, and what it says it was called.
struct Named<'m> {
    name: String,
    renamed_from: Option<&'m str>,
    span: Span,
}

/// The file.
pub(crate) fn file(model: &Model, names: &Names) -> OutFile {
    let mut body = format!("# {HEADER}\n");
    for (what, named) in all(model, names) {
        body.push_str(&format!("{what} = {}\n", named.name));
    }
    OutFile { path: PATH.to_owned(), body }
}

/// Compares the names with those of a `names.lock`; what it does not list is new and free.
pub fn check(lock: &str, model: &Model, names: &Names, diagnostics: &mut Diagnostics) {
    let lines = lock.lines().filter(|line| !line.starts_with('#'));
    let published: BTreeMap<&str, &str> = lines.filter_map(|line| line.rsplit_once(" = ")).collect();
    for (what, named) in all(model, names) {
        let Some(old) = published.get(what.as_str()).filter(|old| **old != named.name) else { continue };
        if named.renamed_from == Some(*old) {
            continue;
        }
        let message = format!("the published name `{old}` would become `{}`", named.name);
        diagnostics.push(
            Diagnostic::new(Code::Renamed, named.span, message).label("its Rust name would change").help(
                format!("keep it with `rust_name: {old}`, or announce the change with `renamed_from: {old}`"),
            ),
        );
    }
}

/// Everything whose name people write: events, types that a schema names, fields.
fn all<'m>(model: &'m Model, names: &Names) -> BTreeMap<String, Named<'m>> {
    let mut all = BTreeMap::new();
    for (i, event) in model.events.iter().enumerate() {
        let what = format!("event {}", owner(model, &Owner::Event(EventId(i))));
        let name = names.rust_path(EventId(i)).to_owned();
        // The schema says a type's name, the path around it follows from the folders.
        let name = name.rsplit("::").next().map(str::to_owned).unwrap_or(name);
        all.insert(what, Named { name, renamed_from: event.renamed_from.as_deref(), span: event.span });
    }
    for (i, ty) in model.types.iter().enumerate() {
        let id = TypeId(i);
        let Some(of) = type_key(model, ty) else { continue };
        if let TypeName::Named(_) = ty.name {
            let name = names.ty(id).as_str().to_owned();
            all.insert(
                format!("type {of}"),
                Named { name, renamed_from: ty.renamed_from.as_deref(), span: ty.span },
            );
        }
        let TypeKind::Object(fields) = &ty.kind else { continue };
        for (j, field) in fields.iter().enumerate() {
            let name = names.member(id, j).as_str().to_owned();
            let named = Named { name, renamed_from: field.renamed_from.as_deref(), span: field.span };
            all.insert(format!("field {of}.{}", field.key.escape_debug()), named);
        }
    }
    all
}

fn type_key(model: &Model, ty: &Type) -> Option<String> {
    let of = owner(model, &ty.owner);
    match (&ty.name, ty.role) {
        (TypeName::Named(name), _) => Some(format!("{of}/{name}")),
        (TypeName::Event, Role::Response) => Some(format!("{of}/response")),
        (TypeName::Event, _) => Some(format!("{of}/body")),
        (TypeName::Field(..), _) => None,
    }
}

fn owner(model: &Model, of: &Owner) -> String {
    match of {
        Owner::Platform(platform) => model.platforms[platform.0].name.clone(),
        Owner::Domain(platform, domain) => format!("{}/{domain}", model.platforms[platform.0].name),
        Owner::Event(id) => {
            let event = &model.events[id.0];
            format!("{}/{}/{}", model.platforms[event.platform.0].name, event.domain, event.name)
        }
    }
}
