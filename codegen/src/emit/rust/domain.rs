//! The module of one domain: shared types, its events, their registration methods.

use proc_macro2::TokenStream;
use quote::quote;

use super::{RustFile, docs, event::owned_types, register};
use crate::{
    emit::{Context, prose},
    model::{EventId, Group, Owner, PlatformId, Role, TypeId},
};

/// `src/<platform>/<domain>.rs`.
pub(super) fn file(cx: Context<'_>, platform: PlatformId, domain: &str) -> RustFile {
    let of = &cx.model.platforms[platform.0];
    let home = Owner::Domain(platform, domain.to_owned());
    let about = of.domains.iter().find(|d| d.name == domain);
    let intro = about.map(|d| {
        docs::paragraphs(prose::sentence(&d.title), Some(prose::sentence(&d.about)).filter(|a| !a.is_empty()))
    });
    let intro = intro.unwrap_or_else(|| prose::sentence(domain));
    let intro = intro.lines().map(|line| format!(" {line}"));
    let types = owned_types(cx, &home);
    let events: Vec<_> = events(cx, platform, domain).collect();
    let modules: Vec<_> = events.iter().map(|id| cx.names.module(*id)).collect();
    let bodies = re_exports(cx, &events);
    let groups: Vec<(usize, &Group)> = of
        .groups
        .iter()
        .enumerate()
        .filter(|(_, group)| group.members.iter().any(|id| events.contains(id)))
        .collect();
    let enums = groups.iter().map(|(i, group)| register::group_enum(cx, platform, *i, group, &home));
    let registration = registration(cx, platform, &events, &groups);
    let title = about.map_or(domain, |d| d.title.as_str());
    let every = docs::doc(&format!("The events of this domain ({}).", prose::markdown(title)));
    let path = format!(
        "src/{}/{}.rs",
        cx.names.platform_module(platform).as_str(),
        cx.names.domain(platform, domain).as_str()
    );
    RustFile {
        path,
        tokens: quote! {
            #(#![doc = #intro])*
            use ::workplace_events_runtime as rt;
            #(pub mod #modules;)*
            #bodies
            #(#enums)*
            #types
            #every
            pub static EVENTS: &[&rt::table::EventTable<'static>] = &[#(&#modules::EVENT),*];
            #registration
        },
    }
}

/// Bodies and answers stand in the domain, where people find them.
fn re_exports(cx: Context<'_>, events: &[EventId]) -> TokenStream {
    let uses = events.iter().filter_map(|event| {
        let module = cx.names.module(*event);
        let types = (0..cx.model.types.len()).map(TypeId).filter(|id| {
            let of = &cx.model.types[id.0];
            of.owner == Owner::Event(*event) && of.role != Role::Part
        });
        match types.map(|id| cx.names.ty(id)).collect::<Vec<_>>().as_slice() {
            [] => None,
            [name] => Some(quote!(#[doc(inline)] pub use #module::#name;)),
            names => Some(quote!(#[doc(inline)] pub use #module::{#(#names),*};)),
        }
    });
    quote!(#(#uses)*)
}

/// The methods that register handlers.
fn registration(
    cx: Context<'_>,
    platform: PlatformId,
    events: &[EventId],
    groups: &[(usize, &Group)],
) -> Option<TokenStream> {
    let methods = events.iter().map(|id| register::event(cx, *id));
    let group_methods = groups.iter().map(|(i, group)| register::group(cx, platform, *i, group));
    (!events.is_empty()).then(|| {
        quote! {
            #[cfg(feature = "dispatch")]
            impl super::EventDispatcherBuilder {
                #(#methods)*
                #(#group_methods)*
            }
        }
    })
}

/// The events of a domain, in order.
pub(super) fn events<'m>(
    cx: Context<'m>,
    platform: PlatformId,
    domain: &'m str,
) -> impl Iterator<Item = EventId> + 'm {
    (0..cx.model.events.len()).map(EventId).filter(move |id| {
        let event = &cx.model.events[id.0];
        event.platform == platform && event.domain == domain
    })
}

/// The Cargo feature of a domain.
pub(in crate::emit) fn feature(cx: Context<'_>, platform: PlatformId, domain: &str) -> String {
    let platform = &cx.model.platforms[platform.0].name;
    format!("{platform}-{}", domain.replace('_', "-"))
}
