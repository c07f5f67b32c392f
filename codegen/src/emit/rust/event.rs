//! The module of one event: its body, its own types, its row of the catalogue.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::{RustFile, choice::Choice, docs, object::Object, register, set::Set};
use crate::{
    emit::{Context, prose},
    model::{DedupBy, Event, EventId, EventKind, Model, Owner, Role, TypeId, TypeKind},
};

/// `src/<platform>/<domain>/<event>.rs`.
pub(super) fn file(cx: Context<'_>, id: EventId) -> RustFile {
    let event = &cx.model.events[id.0];
    let owner = Owner::Event(id);
    let intro = format!(
        "{}\n\nEvent {}; register with [`{method}`](super::super::EventDispatcherBuilder::{method}).",
        prose::sentence(&event.title),
        prose::code(&event.wire),
        method = cx.names.method(id),
    );
    let intro = intro.lines().map(|line| format!(" {line}"));
    let types = owned_types(cx, &owner);
    let row = row(cx, id);
    let path = format!(
        "src/{}/{}/{}.rs",
        cx.names.platform_module(event.platform).as_str(),
        cx.names.domain(event.platform, &event.domain).as_str(),
        cx.names.module(id).as_str()
    );
    let ty = cx.names.ty(event.body);
    let own = cx.model.types[event.body.0].owner == owner;
    let link = if own { format!("[`{ty}`]") } else { format!("[`{ty}`](super::{ty})") };
    let see = docs::doc(&format!("What the catalogue says about {link}."));
    RustFile {
        path,
        tokens: quote! {
            #(#![doc = #intro])*
            use ::workplace_events_runtime as rt;
            #types
            #see
            pub static EVENT: rt::table::EventTable<'static> = #row;
        },
    }
}

/// The types of a module, bodies first.
pub(super) fn owned_types(cx: Context<'_>, owner: &Owner) -> TokenStream {
    let built = built(cx.model);
    let mut ids: Vec<_> =
        (0..cx.model.types.len()).map(TypeId).filter(|id| cx.model.types[id.0].owner == *owner).collect();
    ids.sort_by_key(|id| cx.model.types[id.0].role == Role::Part);
    let types = ids.into_iter().map(|id| emitted(cx, id, built.contains(&id)));
    quote!(#(#types)*)
}

/// A type with everything that belongs to it; `built` says whether users build it.
pub(super) fn emitted(cx: Context<'_>, id: TypeId, built: bool) -> TokenStream {
    let doc = type_doc(cx, id);
    match &cx.model.types[id.0].kind {
        TypeKind::Object(fields) => {
            let object = Object { cx, ty: id, fields, doc, built };
            quote!(#object)
        }
        TypeKind::Choice(of) => {
            let choice = Choice { cx, ty: id, of, doc };
            quote!(#choice)
        }
        TypeKind::Texts(_) | TypeKind::Ints(_) | TypeKind::Flags(_) => {
            let set = Set { cx, ty: id, doc };
            quote!(#set)
        }
    }
}

/// Types that a response reaches: users build them.
pub(crate) fn built(model: &Model) -> BTreeSet<TypeId> {
    let mut into = BTreeSet::new();
    model.events.iter().filter_map(|event| event.response).for_each(|ty| model.reach(ty, &mut into));
    into
}

fn type_doc(cx: Context<'_>, id: TypeId) -> TokenStream {
    let of = &cx.model.types[id.0];
    if let (Role::Body, Owner::Event(event)) = (of.role, &of.owner) {
        let groups = &cx.model.platforms[cx.model.events[event.0].platform.0].groups;
        return match groups.iter().find(|group| group.body == Some(id)) {
            Some(group) => register::group_doc(cx, group),
            None => event_doc(cx, *event),
        };
    }
    if let (Role::Response, Owner::Event(event)) = (of.role, &of.owner) {
        let event = &cx.model.events[event.0];
        let about = if of.about.is_empty() {
            format!("The answer to {}.", prose::code(&event.wire))
        } else {
            prose::sentence(&of.about)
        };
        return docs::doc(&about);
    }
    let mut more = Vec::new();
    more.extend(of.deprecated.as_ref().map(prose::deprecation));
    if let (Some(_), crate::model::TypeName::Named(name)) = (&of.rust_name, &of.name) {
        more.push(format!("Called `{name}` in the schema."));
    }
    docs::doc_or(&docs::paragraphs(prose::sentence(&of.about), more), cx.names.ty(id).as_str())
}

/// The documentation of a body: what a handler's author wants to know.
fn event_doc(cx: Context<'_>, id: EventId) -> TokenStream {
    let event = &cx.model.events[id.0];
    let facts = facts(cx, id);
    let text = docs::paragraphs(prose::sentence(&event.title), [prose::sentence(&event.about), facts]);
    let text = docs::paragraphs(text, sample(event));
    let (doc, aliases) = (docs::doc(&text), docs::aliases(&event.also_known_as, cx.names.ty(event.body)));
    quote!(#doc #aliases)
}

/// The facts of an event as a list.
pub(super) fn facts(cx: Context<'_>, id: EventId) -> String {
    let event = &cx.model.events[id.0];
    let title = event.title_zh.as_ref().map(|title| format!(" ({})", prose::markdown(title)));
    let mut rows = vec![format!("Event: {}{}", prose::code(&event.wire), title.unwrap_or_default())];
    if !event.permissions.is_empty() {
        let what = if event.permissions.len() == 1 { "Permission" } else { "Permissions, any one of" };
        let list: Vec<_> = event.permissions.iter().map(|id| prose::code(id)).collect();
        rows.push(format!("{what}: {}", list.join(", ")));
    }
    if !event.apps.is_empty() {
        rows.push(format!("Apps: {}", prose::markdown(&event.apps.join(", "))));
    }
    if !event.delivery.is_empty() {
        rows.push(format!("Delivery: {}", prose::markdown(&prose::delivery(event))));
    }
    match &event.dedup_by {
        DedupBy::EventId => {}
        DedupBy::Nothing => rows.push("Repeated deliveries cannot be told apart".to_owned()),
        DedupBy::Paths(paths) => {
            rows.push(format!("Repeated deliveries have the same {}", prose::all_of(paths)));
        }
    }
    if !event.order_by.is_empty() {
        rows.push(format!("Events with the same {} stay in order", prose::all_of(&event.order_by)));
    }
    rows.extend(event.answer_within.map(|seconds| format!("To be answered within {seconds} s")));
    let related = event.related.iter();
    rows.extend(
        related.map(|(other, how)| format!("Related: {}: {}", prose::code(other), prose::markdown(how))),
    );
    rows.extend(life(event));
    rows.extend(event.docs.iter().chain(&event.see_also).map(|link| prose::autolink(link)));
    let items = rows.iter().map(|row| format!("- {}", row.replace('\n', " ")));
    items.collect::<Vec<_>>().join("\n")
}

/// How far an event can be relied on.
fn life(event: &Event) -> Vec<String> {
    let mut rows = Vec::new();
    rows.extend(event.since.as_ref().map(|since| format!("Since {}", prose::markdown(since))));
    rows.extend(prose::evidence(event.evidence).map(str::to_owned));
    rows.extend(event.beta.then(|| "Beta: the platform may change it".to_owned()));
    rows.extend(event.deprecated.as_ref().map(prose::deprecation));
    rows
}

/// The plain example, where it is short enough to be read.
fn sample(event: &Event) -> Option<String> {
    const LINES: usize = 60;
    let payloads = || event.examples.iter().filter(|example| !example.response && !example.drifts);
    let example = payloads().find(|example| example.scenario.is_empty()).or_else(|| payloads().next())?;
    let text = example.text.trim_end();
    (text.lines().count() <= LINES).then(|| format!("A payload:\n\n```json\n{text}\n```"))
}

/// `EventTable { .. }`.
fn row(cx: Context<'_>, id: EventId) -> TokenStream {
    let event = &cx.model.events[id.0];
    let platform = &cx.model.platforms[event.platform.0];
    let Event { wire, domain, title, permissions, apps, order_by, .. } = event;
    let name = &platform.name;
    let text = |key: TokenStream, value: Option<&str>| value.map(|value| quote!(#key: #value,));
    let protocol =
        text(quote!(protocol), event.protocol.map(|protocol| platform.protocols[protocol].name.as_str()));
    let title_zh = text(quote!(title_zh), event.title_zh.as_deref());
    let page = text(quote!(docs), event.docs.as_deref());
    let kind = (event.kind == EventKind::Callback).then(|| quote!(kind: rt::table::EventKind::Callback,));
    let (rust_type, method) = (cx.names.rust_path(id), cx.names.method(id).as_str());
    let permissions = (!permissions.is_empty()).then(|| quote!(permissions: &[#(#permissions),*],));
    let apps = (!apps.is_empty()).then(|| quote!(apps: &[#(#apps),*],));
    let ways = event.delivery.iter().map(|(kind, ways)| quote!((#kind, &[#(#ways),*])));
    let delivery = (!event.delivery.is_empty()).then(|| quote!(delivery: &[#(#ways),*],));
    let dedup_by = match &event.dedup_by {
        DedupBy::EventId => None,
        DedupBy::Nothing => Some(quote!(dedup_by: rt::table::DedupBy::Nothing,)),
        DedupBy::Paths(paths) => Some(quote!(dedup_by: rt::table::DedupBy::Paths(&[#(#paths),*]),)),
    };
    let order_by = (!order_by.is_empty()).then(|| quote!(order_by: &[#(#order_by),*],));
    let home = Owner::Event(id);
    let ty = super::types::path(cx, &home, event.body);
    let body = match &cx.model.types[event.body.0].kind {
        TypeKind::Choice(_) => quote!(rt::table::Body::Choice(<#ty as rt::value::Chosen>::TABLE)),
        _ => quote!(rt::table::Body::Object(<#ty as rt::value::Typed>::TABLE)),
    };
    let response = event.response.map(|response| {
        let ty = super::types::path(cx, &home, response);
        quote!(response: ::std::option::Option::Some(<#ty as rt::value::Typed>::TABLE),)
    });
    quote!(rt::table::EventTable {
        platform: #name,
        event: #wire,
        #protocol #kind
        domain: #domain,
        title: #title,
        #title_zh #page
        rust_type: #rust_type,
        method: #method,
        #permissions #apps #delivery #dedup_by #order_by
        body: #body,
        #response
        ..rt::table::EventTable::DEFAULT
    })
}
