//! `AnyEvent`: all events of a platform in one enum, for `match`.

use quote::quote;

use super::{RustFile, docs, domain};
use crate::{
    emit::{Context, prose},
    model::{EventId, PlatformId},
};

/// `src/<platform>/any_event.rs`.
pub(super) fn file(cx: Context<'_>, id: PlatformId) -> RustFile {
    let ty = cx.names.platform_type(id);
    let events: Vec<_> = (0..cx.model.events.len())
        .map(EventId)
        .filter(|event| cx.model.events[event.0].platform == id)
        .collect();
    let variants = events.iter().map(|event| {
        let of = &cx.model.events[event.0];
        let feature = domain::feature(cx, id, &of.domain);
        let name = cx.names.variant(*event);
        let path = body(cx, *event);
        let doc = docs::doc(&format!("{}: {}", prose::code(&of.wire), prose::sentence(&of.title)));
        quote!(#doc #[cfg(feature = #feature)] #name(::std::boxed::Box<rt::event::Event<#path>>),)
    });
    let arms = events.iter().map(|event| {
        let of = &cx.model.events[event.0];
        let feature = domain::feature(cx, id, &of.domain);
        let name = cx.names.variant(*event);
        let wire = &of.wire;
        let protocol =
            of.protocol.map_or("", |protocol| cx.model.platforms[id.0].protocols[protocol].name.as_str());
        quote! {
            #[cfg(feature = #feature)]
            (#protocol, #wire) => AnyEvent::#name(::std::boxed::Box::new(raw.decoded()?)),
        }
    });
    let views = events.iter().map(|event| {
        let feature = domain::feature(cx, id, &cx.model.events[event.0].domain);
        let name = cx.names.variant(*event);
        quote!(#[cfg(feature = #feature)] AnyEvent::#name(event) => &**event,)
    });
    RustFile {
        path: format!("src/{}/any_event.rs", cx.names.platform_module(id).as_str()),
        tokens: quote! {
            //! All events of the platform in one enum.

            use ::workplace_events_runtime as rt;

            use super::#ty;

            /// Any event of the platform. Without handlers: open a payload and `match`.
            #[derive(Debug, Clone)]
            #[non_exhaustive]
            pub enum AnyEvent {
                #(#variants)*
                /// An event that this version, or this choice of features, does not know.
                Unknown(rt::event::RawEvent),
            }

            impl AnyEvent {
                /// Opens a payload that was authenticated and decrypted; `transport` is the one it came by, such as `webhook`.
                /// Control traffic holds no event.
                ///
                /// # Errors
                ///
                /// A payload that is no envelope of the platform, or a body that is no JSON.
                pub fn open(transport: &str, payload: &[u8]) -> ::std::result::Result<::std::vec::Vec<Self>, rt::envelope::OpenError> {
                    let platform = <#ty as rt::platform::Platform>::TABLE;
                    rt::envelope::events(platform, ::std::option::Option::Some(transport), payload)?
                        .into_iter()
                        .map(|opened| Self::decode(rt::event::RawEvent::new(platform, opened)))
                        .collect()
                }

                /// The typed form of an event, such as `on_unhandled` gets it.
                ///
                /// # Errors
                ///
                /// A body that is no JSON.
                pub fn decode(raw: rt::event::RawEvent) -> ::std::result::Result<Self, rt::envelope::OpenError> {
                    ::std::result::Result::Ok(match (raw.protocol(), raw.header().event()) {
                        #(#arms)*
                        _ => AnyEvent::Unknown(raw),
                    })
                }

                /// The event without its type: header, drift, and the body as JSON.
                #[must_use]
                pub fn erased(&self) -> &dyn rt::event::Erased {
                    match self {
                        #(#views)*
                        AnyEvent::Unknown(event) => event,
                    }
                }
            }
        },
    }
}

fn body(cx: Context<'_>, event: EventId) -> proc_macro2::TokenStream {
    let home = crate::model::Owner::Platform(cx.model.events[event.0].platform);
    super::types::path(cx, &home, cx.model.events[event.0].body)
}
