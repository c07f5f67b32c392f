//! `src/catalogue.rs`: all events as data.

use quote::quote;

use super::{RustFile, domain};
use crate::{emit::Context, model::PlatformId};

pub(super) fn file(cx: Context<'_>) -> RustFile {
    let domains = cx.model.platforms.iter().enumerate().flat_map(|(i, platform)| {
        let id = PlatformId(i);
        platform.domains.iter().map(move |d| {
            let feature = domain::feature(cx, id, &d.name);
            let (module, name) = (cx.names.platform_module(id), cx.names.domain(id, &d.name));
            quote!(#[cfg(feature = #feature)] crate::#module::#name::EVENTS)
        })
    });
    RustFile {
        path: "src/catalogue.rs".to_owned(),
        tokens: quote! {
            //! Every event of the domains that are compiled in, as data: names, titles, links, permissions, tables.
            //!
            //! ```
            //! for event in workplace_events::catalogue::events() {
            //!     println!("{} ({}): {:?}", event.event, event.title, event.permissions);
            //! }
            //! ```

            use ::workplace_events_runtime as rt;

            pub use rt::table::EventTable;

            static DOMAINS: &[&[&EventTable<'static>]] = &[#(#domains),*];

            /// The events of the domains that are compiled in, by platform and domain.
            pub fn events() -> impl Iterator<Item = &'static EventTable<'static>> {
                DOMAINS.iter().flat_map(|events| events.iter().copied())
            }

            /// The events that a platform calls so; several where protocols or platforms share the name.
            pub fn find(event: &str) -> impl Iterator<Item = &'static EventTable<'static>> {
                events().filter(move |row| row.event == event)
            }
        },
    }
}
