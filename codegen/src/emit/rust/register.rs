//! Registration methods.

use proc_macro2::TokenStream;
use quote::quote;

use super::{choice::separable, docs, event::facts, types};
use crate::{
    emit::{Context, prose, sample},
    model::{Choice, EventId, EventKind, Group, Owner, PlatformId, TypeId, TypeKind},
};

/// Emits
///
/// ```text
/// /// Message received.
/// #[track_caller]
/// pub fn on_p2_im_message_receive_v1<H, M>(self, handler: H) -> Self
/// where H: rt::dispatch::EventHandler<P2ImMessageReceiveV1, M>, M: 'static { .. }
/// ```
pub(super) fn event(cx: Context<'_>, id: EventId) -> TokenStream {
    let event = &cx.model.events[id.0];
    let home = Owner::Domain(event.platform, event.domain.clone());
    let (method, module) = (cx.names.method(id), cx.names.module(id));
    let body = types::path(cx, &home, event.body);
    let text = docs::paragraphs(
        prose::sentence(&event.title),
        [prose::sentence(&event.about), facts(cx, id), example(cx, id)],
    );
    let (doc, aliases) = (docs::doc(&text), docs::aliases(&event.also_known_as, method));
    let attributes = quote!(#doc #aliases #[track_caller]);
    if let (EventKind::Callback, Some(response)) = (event.kind, event.response) {
        let response = types::path(cx, &home, response);
        return quote! {
            #attributes
            pub fn #method<H, M>(self, handler: H) -> Self
            where
                H: rt::dispatch::CallbackHandler<#body, #response, M>,
                M: 'static,
            {
                super::EventDispatcherBuilder(self.0.on_callback(&#module::EVENT, handler))
            }
        };
    }
    let plain = quote! {
        #attributes
        pub fn #method<H, M>(self, handler: H) -> Self
        where
            H: rt::dispatch::EventHandler<#body, M>,
            M: 'static,
        {
            super::EventDispatcherBuilder(self.0.on(&[&#module::EVENT], handler))
        }
    };
    let by_shape = match &cx.model.types[event.body.0].kind {
        TypeKind::Choice(choice) => by_shape(cx, id, choice, &body),
        _ => None,
    };
    quote!(#plain #by_shape)
}

/// The method that takes one shape of a body.
fn by_shape(cx: Context<'_>, id: EventId, of: &Choice, body: &TokenStream) -> Option<TokenStream> {
    let (method, module) = (cx.names.method(id), cx.names.module(id));
    let name = method.suffixed("_as");
    let home = format!("{}::", domain_path(cx, id));
    let path = |ty: TypeId| {
        let path = cx.names.type_path(cx.model, ty);
        path.strip_prefix(&home).map(str::to_owned).unwrap_or(path)
    };
    let shapes: Vec<_> = separable(of).map(|(_, shape)| path(shape.ty)).collect();
    if shapes.is_empty() {
        return None;
    }
    let text = format!(
        "As [`{method}`](Self::{method}), for one shape: {}. The others go to `on_unhandled`.",
        prose::any_of(&shapes)
    );
    let doc = docs::doc(&text);
    Some(quote! {
        #doc
        #[track_caller]
        pub fn #name<S, H, M>(self, handler: H) -> Self
        where
            S: rt::value::ShapeOf<#body> + ::std::marker::Send + ::std::marker::Sync + 'static,
            H: rt::dispatch::EventHandler<S, M>,
            M: 'static,
        {
            super::EventDispatcherBuilder(self.0.on_shape(&[&#module::EVENT], handler))
        }
    })
}

/// The path of an event's domain within the crate.
fn domain_path(cx: Context<'_>, id: EventId) -> String {
    let event = &cx.model.events[id.0];
    let (platform, domain) =
        (cx.names.platform_module(event.platform), cx.names.domain(event.platform, &event.domain));
    format!("{platform}::{domain}")
}

/// One method for several events.
pub(super) fn group(cx: Context<'_>, platform: PlatformId, index: usize, of: &Group) -> TokenStream {
    let (method, ty) = (cx.names.group_method(platform, index), cx.names.group_type(platform, index));
    let (doc, aliases) = (group_doc(cx, of), docs::aliases(&of.also_known_as, method));
    let modules: Vec<_> = of.members.iter().map(|id| cx.names.module(*id)).collect();
    let register = if of.body.is_some() {
        quote! {
            let events = [#(&#modules::EVENT),*];
            super::EventDispatcherBuilder(self.0.on(&events, handler))
        }
    } else {
        let variants = cx.names.group_variants(platform, index);
        quote! {
            let builder = self.0;
            #(let builder = builder.on_mapped(
                &[&#modules::EVENT],
                |body| ::std::result::Result::Ok(#ty::#variants(body)),
                handler.clone(),
            );)*
            super::EventDispatcherBuilder(builder)
        }
    };
    quote! {
        #doc
        #aliases
        #[track_caller]
        pub fn #method<H, M>(self, handler: H) -> Self
        where
            H: rt::dispatch::EventHandler<#ty, M>,
            M: 'static,
        {
            #register
        }
    }
}

/// What a group has in common.
pub(super) fn group_doc(cx: Context<'_>, of: &Group) -> TokenStream {
    let members: Vec<_> = of.members.iter().map(|id| prose::code(&cx.model.events[id.0].wire)).collect();
    let members = format!("For the events {}; the header says which of them it is.", members.join(", "));
    docs::doc(&docs::paragraphs(prose::sentence(&of.title), [prose::sentence(&of.about), members]))
}

/// The enum of a group whose members have several bodies.
pub(super) fn group_enum(
    cx: Context<'_>,
    platform: PlatformId,
    index: usize,
    of: &Group,
    home: &Owner,
) -> Option<TokenStream> {
    if of.body.is_some() {
        return None;
    }
    let ty = cx.names.group_type(platform, index);
    let doc = group_doc(cx, of);
    let variants = of.members.iter().zip(cx.names.group_variants(platform, index)).map(|(id, variant)| {
        let event = &cx.model.events[id.0];
        let body = types::path(cx, home, event.body);
        let doc = docs::doc(&format!("{}: {}", prose::code(&event.wire), prose::sentence(&event.title)));
        quote!(#doc #variant(#body))
    });
    Some(quote! {
        #doc
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub enum #ty { #(#variants,)* }
    })
}

fn example(cx: Context<'_>, id: EventId) -> String {
    let code = sample::registration(cx, id);
    format!("```\n{code}# Ok::<(), workplace_events::dispatch::BuildError>(())\n```")
}
