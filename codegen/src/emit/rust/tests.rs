//! `tests/examples.rs` and the payloads it runs on.

use proc_macro2::TokenStream;
use quote::quote;

use super::{RustFile, domain};
use crate::{
    emit::{Context, OutFile},
    model::{Event, EventId, Example, Role, TypeId},
};

pub(super) fn file(cx: Context<'_>) -> RustFile {
    let rows = (0..cx.model.events.len()).map(EventId).flat_map(|id| {
        let event = &cx.model.events[id.0];
        let (feature, platform) = (domain::feature(cx, event.platform, &event.domain), cx.names.platform_type(event.platform));
        let module = cx.names.platform_module(event.platform);
        event.examples.iter().map(move |example| {
            let file = payload_path(cx, event, example);
            let file = file.trim_start_matches("payloads/");
            let (body, response) = (path(cx, event.body), event.response.map(|ty| path(cx, ty)));
            let (wire, drifts) = (&event.wire, example.drifts);
            let check = match response.filter(|_| example.response) {
                Some(response) => quote!(|payload| workplace_events::runtime::check::response_example::<#response>(payload)),
                None => quote! {
                    |payload| workplace_events::runtime::check::event_example::<workplace_events::#module::#platform, #body>(#wire, payload, #drifts)
                },
            };
            quote!(#[cfg(feature = #feature)] (#file, #check))
        })
    });
    RustFile {
        path: "tests/examples.rs".to_owned(),
        tokens: quote! {
            //! Every example payload decodes into its type, drifts only where it should, and encodes to the same again.

            #![cfg_attr(rustfmt, rustfmt::skip)]

            use std::path::{Path, PathBuf};

            type Check = fn(&str) -> Result<(), String>;

            const EXAMPLES: &[(&str, Check)] = &[#(#rows),*];

            fn payloads() -> PathBuf {
                Path::new(env!("CARGO_MANIFEST_DIR")).join("payloads")
            }

            #[test]
            fn every_example_decodes_and_encodes_to_the_same() {
                let mut failed = Vec::new();
                for (file, check) in EXAMPLES {
                    let payload = std::fs::read_to_string(payloads().join(file));
                    let result = payload.map_err(|error| error.to_string()).and_then(|payload| check(&payload));
                    if let Err(reason) = result {
                        failed.push(format!("{file}: {reason}"));
                    }
                }
                assert!(failed.is_empty(), "{}", failed.join("\n"));
            }

            #[cfg(feature = "full")]
            #[test]
            fn no_payload_is_left_out() {
                fn files(folder: &Path, found: &mut Vec<PathBuf>) {
                    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                        let path = entry.path();
                        if path.is_dir() { files(&path, found) } else { found.push(path) }
                    }
                }
                let mut found = Vec::new();
                files(&payloads(), &mut found);
                assert_eq!(found.len(), EXAMPLES.len());
            }
        },
    }
}

/// The payloads themselves, so that the crate's tests pass wherever it lies.
pub(super) fn payloads(cx: Context<'_>) -> Vec<OutFile> {
    let files = cx.model.events.iter().flat_map(|event| {
        event
            .examples
            .iter()
            .map(|example| OutFile { path: payload_path(cx, event, example), body: example.text.clone() })
    });
    files.collect()
}

pub(super) fn payload_path(cx: Context<'_>, event: &Event, example: &Example) -> String {
    let platform = &cx.model.platforms[event.platform.0].name;
    format!("payloads/{platform}/{}/{}", event.domain, example.file)
}

fn path(cx: Context<'_>, ty: TypeId) -> TokenStream {
    let of = &cx.model.types[ty.0];
    let mut modules = cx.names.module_path(cx.model, &of.owner);
    if of.role != Role::Part {
        modules.pop();
    }
    let name = cx.names.ty(ty);
    quote!(workplace_events::#(#modules::)*#name)
}
