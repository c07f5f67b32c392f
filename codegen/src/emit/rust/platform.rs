//! The module of one platform: its table, shared types, newtypes and dispatcher.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use super::{RustFile, docs, domain, event::owned_types, table};
use crate::{
    emit::{Context, prose},
    model::{FormDef, Owner, Platform, PlatformId},
};

/// `src/<platform>.rs`.
pub(super) fn file(cx: Context<'_>, id: PlatformId) -> RustFile {
    let of = &cx.model.platforms[id.0];
    let intro = docs::paragraphs(
        prose::sentence(&of.title),
        [prose::sentence(&of.about)]
            .into_iter()
            .chain(of.docs.iter().map(|link| format!("<{link}>")))
            .filter(|p| !p.is_empty()),
    );
    let intro = intro.lines().map(|line| format!(" {line}"));
    let domains = of.domains.iter().map(|d| {
        let feature = domain::feature(cx, id, &d.name);
        let name = cx.names.domain(id, &d.name);
        quote!(#[cfg(feature = #feature)] pub mod #name;)
    });
    let platform = platform_type(cx, id, of);
    let formats = of.formats.iter().enumerate().map(|(i, format)| {
        let name = cx.names.format(id, i);
        let doc = docs::doc_or(&prose::sentence(&format.about), &format.name);
        quote! {
            #doc
            #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
            pub struct #name(::std::string::String);
            rt::text_value!(#name);
        }
    });
    let types = owned_types(cx, &Owner::Platform(id));
    let ty = cx.names.platform_type(id);
    let receiver = of.runtime.as_ref().map(|module| receiver(cx, id, module));
    RustFile {
        path: format!("src/{}.rs", cx.names.platform_module(id).as_str()),
        tokens: quote! {
            #(#![doc = #intro])*
            use ::workplace_events_runtime as rt;
            #(#domains)*
            #[cfg(feature = "any-event")]
            mod any_event;
            #[cfg(feature = "any-event")]
            pub use any_event::AnyEvent;
            #platform
            #[cfg(feature = "dispatch")]
            rt::event_dispatcher!(#ty);
            #receiver
            #(#formats)*
            #types
        },
    }
}

/// The long connections of the runtime: its module, the feature, the type, what it does.
const CONNECTIONS: [(&str, &str, &str, &str); 2] = [
    ("lark", "lark-websocket", "LongConnection", " Receives events and callbacks by a long connection."),
    ("dingtalk", "dingtalk-stream", "Stream", " Receives events and callbacks by a long connection."),
];

fn receiver(cx: Context<'_>, id: PlatformId, module: &str) -> TokenStream {
    let ty = cx.names.platform_type(id);
    let connections = CONNECTIONS.iter().filter(|(of, ..)| *of == module).map(|(_, feature, name, about)| {
        let (module, name) = (format_ident!("{module}"), format_ident!("{name}"));
        quote! {
            #[doc = #about]
            #[cfg(feature = #feature)]
            pub type #name = rt::#module::#name<#ty>;
        }
    });
    let connections = quote!(#(#connections)*);
    let more = more(module, ty);
    let module = format_ident!("{module}");
    quote! {
        #[cfg(feature = "webhook")]
        pub use rt::#module::Credential;
        /// Receives the webhook requests of this platform.
        #[cfg(feature = "webhook")]
        pub type Webhook = rt::#module::Webhook<#ty>;
        #more
        #connections
    }
}

/// What a module of the runtime has for its platform alone.
fn more(module: &str, ty: &impl ToTokens) -> TokenStream {
    match module {
        "lark" => quote! {
            #[cfg(feature = "webhook")]
            pub use rt::lark::{TicketStore, Tickets};
        },
        "dingtalk" => quote! {
            #[cfg(feature = "webhook")]
            pub use rt::dingtalk::RobotCredential;
            /// Receives messages to an outgoing robot by HTTP.
            #[cfg(feature = "webhook")]
            pub type RobotWebhook = rt::dingtalk::RobotWebhook<#ty>;
        },
        _ => TokenStream::new(),
    }
}

fn platform_type(cx: Context<'_>, id: PlatformId, of: &Platform) -> TokenStream {
    let ty = cx.names.platform_type(id);
    let name = &of.name;
    let doc = format!("The platform {}: its wire forms and control traffic.", prose::markdown(&of.title));
    let doc = docs::doc(&doc);
    let forms = of.forms.iter().map(form);
    let callbacks = &of.callbacks;
    let control = of.control.iter().map(|control| {
        let (name, when) = (&control.name, table::when(&control.when));
        quote!(rt::table::ControlTable { name: #name, when: #when })
    });
    quote! {
        #doc
        #[derive(Debug, Clone, Copy)]
        pub struct #ty;
        impl rt::platform::Platform for #ty {
            const TABLE: &'static rt::table::PlatformTable<'static> = &rt::table::PlatformTable {
                name: #name,
                forms: &[#(#forms),*],
                control: &[#(#control),*],
                callbacks: &[#(#callbacks),*],
            };
        }
    }
}

fn form(of: &FormDef) -> TokenStream {
    let FormDef { name, event, envelope, .. } = of;
    let text = |key: TokenStream, value: &Option<String>| value.as_ref().map(|value| quote!(#key: #value,));
    let protocol = text(quote!(protocol), &of.protocol);
    let transport = text(quote!(transport), &of.transport);
    let rows = text(quote!(rows), &of.rows);
    let body = text(quote!(body), &of.body);
    let when = table::when(&of.when);
    let event_by = of.event_by.as_ref().map(|(path, events)| {
        let events = events.iter().map(|(value, event)| quote!((#value, #event)));
        quote!(event_by: ::std::option::Option::Some(rt::table::EventBy { path: #path, events: &[#(#events),*] }),)
    });
    let event_is = text(quote!(event_is), &of.event_is);
    let roles = of.header.iter().map(|(role, paths)| {
        let role = format_ident!("{role}");
        quote!(#role: &[#(#paths),*],)
    });
    let extra = text(quote!(extra), &of.extra);
    let envelope = (!envelope.is_empty()).then(|| quote!(envelope: &[#(#envelope),*],));
    quote!(rt::table::FormTable {
        name: #name,
        #protocol #transport
        when: #when,
        #rows #body
        event: &[#(#event),*],
        #event_by #event_is
        header: rt::table::HeaderTable { #(#roles)* #extra ..rt::table::HeaderTable::DEFAULT },
        #envelope
        ..rt::table::FormTable::DEFAULT
    })
}
