//! `src/testing.rs`: the payloads of every event, for tests of handlers.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use super::{RustFile, docs, domain, tests::payload_path};
use crate::{
    emit::{Context, sample},
    model::{EventId, Example, TypeId},
};

pub(super) fn file(cx: Context<'_>) -> RustFile {
    let mut bodies: BTreeMap<TypeId, Vec<EventId>> = BTreeMap::new();
    for id in (0..cx.model.events.len()).map(EventId) {
        bodies.entry(cx.model.events[id.0].body).or_default().push(id);
    }
    let samples = bodies.into_iter().map(|(body, events)| sampled(cx, body, &events));
    let about = docs::inner(&about(cx));
    RustFile {
        path: "src/testing.rs".to_owned(),
        tokens: quote! {
            #about

            pub use ::workplace_events_runtime::testing::*;

            #(#samples)*
        },
    }
}

/// The payloads of the events with one body; nothing where there are none.
fn sampled(cx: Context<'_>, body: TypeId, events: &[EventId]) -> Option<TokenStream> {
    let mut payloads: Vec<(EventId, &Example)> = events
        .iter()
        .flat_map(|id| cx.model.events[id.0].examples.iter().map(|example| (*id, example)))
        .filter(|(_, example)| !example.response)
        .collect();
    payloads.sort_by_key(|(_, example)| (example.drifts, !example.scenario.is_empty()));
    let platform = cx.model.events[payloads.first()?.0.0].platform;
    let feature = |id: &EventId| domain::feature(cx, platform, &cx.model.events[id.0].domain);
    let features: BTreeSet<_> = payloads.iter().map(|(id, _)| feature(id)).collect();
    let shared = features.len() > 1;
    let needs = if shared { quote!(any(#(feature = #features),*)) } else { quote!(#(feature = #features)*) };
    let rows = payloads.iter().map(|(id, example)| {
        let event = &cx.model.events[id.0];
        let feature = feature(id);
        let cfg = shared.then(|| quote!(#[cfg(feature = #feature)]));
        let (wire, name) = (&event.wire, &example.file);
        let path = format!("../{}", payload_path(cx, event, example));
        quote!(#cfg Sample { event: #wire, name: #name, json: include_str!(#path) })
    });
    let (module, marker) = (cx.names.platform_module(platform), cx.names.platform_type(platform));
    let ty = super::types::absolute(cx, body);
    Some(quote! {
        #[cfg(#needs)]
        impl Sampled for #ty {
            type Platform = crate::#module::#marker;
            const SAMPLES: &'static [Sample] = &[#(#rows),*];
        }
    })
}

/// What the module is for, with the test of a handler.
fn about(cx: Context<'_>) -> String {
    let text = "Payloads of every event, for the tests of your handlers.\n\n\
        [`Payload::sample`] is what the platform sends; [`with`](Payload::with) changes the typed event, \
        [`set`](Payload::set) what is on the wire. Then [`event`](Payload::event) is what a handler gets, \
        [`deliver`](Payload::deliver) goes through a dispatcher without a socket, and `request` (feature `webhook`) \
        is what the platform would post, encrypted and signed.";
    match sample::shown(cx).filter(|id| !cx.model[*id].examples.is_empty()) {
        Some(id) => format!("{text}\n\n```\n{}```", sample::test(cx, id)),
        None => text.to_owned(),
    }
}
