//! Named sets: open enums of texts and integers, bit sets.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::docs;
use crate::{
    emit::{Context, prose},
    model::{Type, TypeId, TypeKind, Value},
    names::Name,
};

/// Emits
///
/// ```text
/// /// Where a message was sent.
/// #[derive(Debug, Clone, PartialEq, Eq, Hash)]
/// #[non_exhaustive]
/// pub enum ChatType { P2p, Group, Unknown(rt::sets::UnknownText) }
/// rt::text_set!(ChatType { P2p = "p2p", Group = "group" });
/// ```
pub(super) struct Set<'m> {
    pub(super) cx: Context<'m>,
    pub(super) ty: TypeId,
    pub(super) doc: TokenStream,
}

impl Set<'_> {
    fn of(&self) -> &Type {
        &self.cx.model.types[self.ty.0]
    }

    fn names(&self, count: usize) -> Vec<&Name> {
        (0..count).map(|i| self.cx.names.member(self.ty, i)).collect()
    }

    fn open_enum(
        &self,
        variants: &[TokenStream],
        derives: &TokenStream,
        unknown: &TokenStream,
    ) -> TokenStream {
        let (doc, name) = (&self.doc, self.cx.names.ty(self.ty));
        quote! {
            #doc
            #[derive(Debug, Clone, #derives PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub enum #name {
                #(#variants,)*
                /// A value that this version does not know, as it came.
                Unknown(rt::sets::#unknown),
            }
        }
    }

    fn texts(&self, values: &[Value<String>]) -> TokenStream {
        let name = self.cx.names.ty(self.ty);
        let idents = self.names(values.len());
        let wire: Vec<_> = values.iter().map(|value| &value.wire).collect();
        let variants: Vec<_> = values
            .iter()
            .zip(&idents)
            .map(|(v, ident)| variant(v, &prose::code(&v.wire.to_string()), ident))
            .collect();
        let definition = self.open_enum(&variants, &quote!(), &quote!(UnknownText));
        quote!(#definition rt::text_set!(#name { #(#idents = #wire),* });)
    }

    fn ints(&self, values: &[Value<i64>]) -> TokenStream {
        let name = self.cx.names.ty(self.ty);
        let idents = self.names(values.len());
        let wire: Vec<_> = values.iter().map(|value| Literal::i64_unsuffixed(value.wire)).collect();
        let variants: Vec<_> = values
            .iter()
            .zip(&idents)
            .map(|(v, ident)| variant(v, &prose::code(&v.wire.to_string()), ident))
            .collect();
        let definition = self.open_enum(&variants, &quote!(Copy,), &quote!(UnknownInt));
        quote!(#definition rt::int_set!(#name { #(#idents = #wire),* });)
    }

    fn flags(&self, values: &[Value<i64>]) -> TokenStream {
        let (doc, name) = (&self.doc, self.cx.names.ty(self.ty));
        let idents = self.names(values.len());
        let wire: Vec<_> = values.iter().map(|value| Literal::i64_unsuffixed(value.wire)).collect();
        let about = values.iter().map(|value| docs::doc(&about(value, &format!("Bit `{}`", value.wire))));
        quote! {
            #doc
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
            pub struct #name(i64);
            rt::flag_set!(#name { #(#about #idents = #wire),* });
        }
    }
}

fn about<T>(value: &Value<T>, wire: &str) -> String {
    let deprecated = value.deprecated.as_ref().map(prose::deprecation);
    docs::paragraphs(format!("{wire}: {}", prose::sentence(&value.about)), deprecated)
}

fn variant<T>(value: &Value<T>, wire: &str, ident: &Name) -> TokenStream {
    let doc = docs::doc(&about(value, wire));
    quote!(#doc #ident)
}

impl ToTokens for Set<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match &self.of().kind {
            TypeKind::Texts(values) => self.texts(values),
            TypeKind::Ints(values) => self.ints(values),
            TypeKind::Flags(values) => self.flags(values),
            // Objects and choices have emitters of their own.
            TypeKind::Object(_) | TypeKind::Choice(_) => TokenStream::new(),
        });
    }
}
