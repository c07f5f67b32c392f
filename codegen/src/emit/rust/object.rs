//! An object type: struct, slots, table.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::{docs, table, types};
use crate::{
    emit::{Context, prose},
    model::{Field, Owner, TypeId},
};

/// Emits
///
/// ```text
/// /// Who sent a message.
/// #[derive(Debug, Clone, Default)]
/// #[non_exhaustive]
/// pub struct Sender { pub sender_id: Option<UserId>, .. }
/// impl rt::value::Object for Sender { .. }
/// impl rt::value::Typed for Sender { const TABLE: .. }
/// rt::object!(Sender);
/// ```
pub(super) struct Object<'m> {
    pub(super) cx: Context<'m>,
    pub(super) ty: TypeId,
    pub(super) fields: &'m [Field],
    pub(super) doc: TokenStream,
    /// Whether users build it: `new` and `with_*`.
    pub(super) built: bool,
}

impl Object<'_> {
    fn home(&self) -> &Owner {
        &self.cx.model.types[self.ty.0].owner
    }

    fn definition(&self) -> TokenStream {
        let (cx, home, doc) = (self.cx, self.home(), &self.doc);
        let name = cx.names.ty(self.ty);
        let platform = &cx.model.platforms[types::platform_of(cx, home).0];
        let fields = self.fields.iter().enumerate().map(|(i, field)| {
            let ident = cx.names.member(self.ty, i);
            let ty = types::field(cx, home, field);
            let mut notes = prose::notes(platform, field);
            if ident.as_str() != field.key {
                notes.insert(0, format!("On the wire: {}.", prose::code(&field.key)));
            }
            let about = prose::sentence(&field.about);
            let text = docs::paragraphs(about, (!notes.is_empty()).then(|| notes.join(" ")));
            let doc = docs::doc_or(&text, &field.key);
            quote!(#doc pub #ident: #ty)
        });
        let debug = (!self.fields.iter().any(|field| field.secret)).then(|| quote!(Debug,));
        quote! {
            #doc
            #[derive(#debug Clone, Default)]
            #[non_exhaustive]
            pub struct #name { #(#fields,)* }
        }
    }

    /// `Debug` by hand where a secret must not show.
    fn debug(&self) -> Option<TokenStream> {
        self.fields.iter().find(|field| field.secret)?;
        let name = self.cx.names.ty(self.ty);
        let text = name.as_str();
        let fields = self.fields.iter().enumerate().map(|(i, field)| {
            let ident = self.cx.names.member(self.ty, i);
            let text = ident.as_str();
            if field.secret {
                quote!(.field(#text, &::std::format_args!("***")))
            } else {
                quote!(.field(#text, &self.#ident))
            }
        });
        Some(quote! {
            impl ::std::fmt::Debug for #name {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.debug_struct(#text) #(#fields)* .finish()
                }
            }
        })
    }

    fn slots(&self) -> TokenStream {
        let name = self.cx.names.ty(self.ty);
        if self.fields.is_empty() {
            return quote! {
                impl rt::value::Object for #name {
                    #[inline]
                    fn at(&mut self, _: usize) -> rt::value::Slot<'_> { ::std::option::Option::None }
                    #[inline]
                    fn get(&self, _: usize) -> rt::value::View<'_> { rt::value::View::Absent }
                }
            };
        }
        let idents: Vec<_> = (0..self.fields.len()).map(|i| self.cx.names.member(self.ty, i)).collect();
        let indices: Vec<_> = (0..self.fields.len()).map(Literal::usize_unsuffixed).collect();
        quote! {
            impl rt::value::Object for #name {
                #[inline]
                fn at(&mut self, index: usize) -> rt::value::Slot<'_> {
                    match index {
                        #(#indices => ::std::option::Option::Some(&mut self.#idents),)*
                        _ => ::std::option::Option::None,
                    }
                }
                #[inline]
                fn get(&self, index: usize) -> rt::value::View<'_> {
                    match index {
                        #(#indices => rt::value::Value::view(&self.#idents),)*
                        _ => rt::value::View::Absent,
                    }
                }
            }
        }
    }

    fn builders(&self) -> Option<TokenStream> {
        if !self.built {
            return None;
        }
        let (cx, home) = (self.cx, self.home());
        let name = cx.names.ty(self.ty);
        let setters = self.fields.iter().enumerate().map(|(i, field)| {
            let ident = cx.names.member(self.ty, i);
            let setter = ident.prefixed("with_");
            let ty = types::value(cx, home, &field.ty);
            let value = match field.presence {
                crate::model::Presence::Always => quote!(value.into()),
                crate::model::Presence::Optional => quote!(::std::option::Option::Some(value.into())),
                crate::model::Presence::Nullable => quote!(rt::value::Nullable::Value(value.into())),
            };
            let doc = docs::doc_or(&prose::sentence(&field.about), &field.key);
            quote! {
                #doc
                #[must_use]
                pub fn #setter(mut self, value: impl ::std::convert::Into<#ty>) -> Self {
                    self.#ident = #value;
                    self
                }
            }
        });
        Some(quote! {
            impl #name {
                /// With nothing set.
                #[must_use]
                pub fn new() -> Self { ::std::default::Default::default() }
                #(#setters)*
            }
        })
    }
}

impl ToTokens for Object<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let name = self.cx.names.ty(self.ty);
        let table = table::object(self.cx, self.home(), name.as_str(), self.fields);
        let (definition, debug, slots, builders) =
            (self.definition(), self.debug(), self.slots(), self.builders());
        tokens.extend(quote! {
            #definition #debug #builders #slots
            impl rt::value::Typed for #name {
                const TABLE: &'static rt::table::TypeTable<'static> = &#table;
            }
            rt::object!(#name);
        });
    }
}
