//! `src/lib.rs`.

use quote::quote;

use super::RustFile;
use crate::{
    emit::{Context, prose},
    model::PlatformId,
};

pub(super) fn file(cx: Context<'_>) -> RustFile {
    let ids = || (0..cx.model.platforms.len()).map(PlatformId);
    let platforms = ids().map(|id| {
        let events = cx.model.events.iter().filter(|event| event.platform == id).count();
        let title = prose::markdown(&cx.model[id].title);
        format!(" | [`{}`] | {title} | {events} |", cx.names.platform_module(id).as_str())
    });
    let modules = ids().map(|id| cx.names.platform_module(id));
    let features = [
        " A domain is a Cargo feature (`<platform>-<domain>`), a platform all of its domains, `full` everything. Handlers need",
        " `dispatch`, receivers `webhook` (on by default); `any-event` adds an enum over all events of a platform.",
        "",
        " Start with a platform's `EventDispatcher::builder()`; [`catalogue`] lists every event.",
    ];
    RustFile {
        path: "src/lib.rs".to_owned(),
        tokens: quote! {
            //! Typed events of the workplace platforms.
            //!
            //! | module | platform | events |
            //! | --- | --- | --- |
            #(#![doc = #platforms])*
            #![doc = ""]
            #(#![doc = #features])*
            #![forbid(unsafe_code)]
            #![deny(missing_docs)]
            #![allow(clippy::large_enum_variant, clippy::module_inception, clippy::needless_update, clippy::result_large_err)]
            #![cfg_attr(docsrs, feature(doc_cfg))]
            #![cfg_attr(rustfmt, rustfmt::skip)]

            pub mod catalogue;
            #(#[rustfmt::skip] pub mod #modules;)*

            #[doc(no_inline)]
            pub use ::workplace_events_runtime as runtime;
            pub use ::workplace_events_runtime::{Json, Map, drift, envelope, event::{Event, RawEvent}, time, value::Nullable};
            #[cfg(feature = "dispatch")]
            pub use ::workplace_events_runtime::dispatch;
            #[cfg(feature = "testing")]
            #[rustfmt::skip]
            pub mod testing;

            /// The examples of the README compile.
            #[cfg(doctest)]
            #[doc = include_str!("../README.md")]
            pub struct Readme;
        },
    }
}
