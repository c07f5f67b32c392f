//! A choice between object types.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::{docs, table, types};
use crate::{
    emit::{Context, prose},
    model::{Choice as Of, Field, Role, Selector, Shape, TypeId, TypeKind, TypeName},
};

/// Emits
///
/// ```text
/// /// The content of a message.
/// #[derive(Debug, Clone)]
/// #[non_exhaustive]
/// pub enum MessageContent { Text(TextContent), .., Unknown(rt::Json) }
/// impl rt::value::Chosen for MessageContent { const TABLE: .. }
/// rt::choice!(MessageContent { 0 => Text, .. });
/// ```
pub(super) struct Choice<'m> {
    pub(super) cx: Context<'m>,
    pub(super) ty: TypeId,
    pub(super) of: &'m Of,
    pub(super) doc: TokenStream,
}

impl Choice<'_> {
    /// The fields beside the one that holds the choice.
    fn siblings(&self) -> &[Field] {
        match &self.cx.model.types[self.ty.0].name {
            TypeName::Field(owner, _) => match &self.cx.model.types[owner.0].kind {
                TypeKind::Object(fields) => fields,
                _ => &[],
            },
            TypeName::Event | TypeName::Named(_) => &[],
        }
    }

    /// When it has a shape.
    fn when(&self, shape: &Shape) -> String {
        let (Selector::Sibling(key) | Selector::Own(key)) = &self.of.by else {
            return self.conditions(shape);
        };
        format!("Where {} is {}.", prose::code(key), prose::code(&shape.key))
    }

    /// The conditions of a shape that no key decides about.
    fn conditions(&self, shape: &Shape) -> String {
        let home = &self.cx.model.types[self.ty.0].owner;
        let forms = &self.cx.model.platforms[types::platform_of(self.cx, home).0].forms;
        let forms = shape.arrives.iter().filter_map(|form| forms.get(usize::from(*form)));
        let forms: Vec<_> = forms.map(|form| form.name.clone()).collect();
        let mut parts = Vec::new();
        match forms.as_slice() {
            [] => {}
            [form] => parts.push(format!("in the form {}", prose::code(form))),
            forms => parts.push(format!("in the forms {}", prose::all_of(forms))),
        }
        if !shape.present.is_empty() {
            parts.push(format!("with {}", prose::all_of(&shape.present)));
        }
        if !shape.absent.is_empty() {
            parts.push(format!("without {}", prose::any_of(&shape.absent)));
        }
        if parts.is_empty() {
            return "In all other cases.".to_owned();
        }
        let text = parts.join(", ");
        format!("{}{}.", text[..1].to_uppercase(), &text[1..])
    }

    fn definition(&self) -> TokenStream {
        let (cx, doc) = (self.cx, &self.doc);
        let home = &cx.model.types[self.ty.0].owner;
        let name = cx.names.ty(self.ty);
        let variants = self.of.shapes.iter().enumerate().map(|(i, shape)| {
            let (about, when) = (prose::sentence(&shape.about), self.when(shape));
            let doc = docs::doc(&if about.is_empty() { when } else { docs::paragraphs(about, [when]) });
            let (variant, ty) = (cx.names.member(self.ty, i), types::path(cx, home, shape.ty));
            quote!(#doc #variant(#ty))
        });
        quote! {
            #doc
            #[derive(Debug, Clone)]
            #[non_exhaustive]
            pub enum #name {
                #(#variants,)*
                /// A shape that this version does not know, as it came.
                Unknown(rt::Json),
            }
        }
    }

    /// `From` of each shape, for whoever builds the choice.
    fn conversions(&self) -> TokenStream {
        let home = &self.cx.model.types[self.ty.0].owner;
        let name = self.cx.names.ty(self.ty);
        let impls = separable(self.of).map(|(i, shape)| {
            let (variant, ty) = (self.cx.names.member(self.ty, i), types::path(self.cx, home, shape.ty));
            quote! {
                impl ::std::convert::From<#ty> for #name {
                    fn from(shape: #ty) -> Self {
                        #name::#variant(shape)
                    }
                }
            }
        });
        quote!(#(#impls)*)
    }

    /// `ShapeOf` of each shape that a handler can ask for.
    fn shapes(&self) -> TokenStream {
        let home = &self.cx.model.types[self.ty.0].owner;
        let name = self.cx.names.ty(self.ty);
        let impls = separable(self.of).map(|(i, shape)| {
            let (variant, ty) = (self.cx.names.member(self.ty, i), types::path(self.cx, home, shape.ty));
            quote! {
                impl rt::value::ShapeOf<#name> for #ty {
                    fn take(choice: #name) -> ::std::result::Result<Self, #name> {
                        match choice {
                            #name::#variant(shape) => ::std::result::Result::Ok(shape),
                            other => ::std::result::Result::Err(other),
                        }
                    }
                }
            }
        });
        quote!(#(#impls)*)
    }
}

/// The shapes that their types tell apart: one type in two variants could not say which of them it is.
pub(crate) fn separable(of: &Of) -> impl Iterator<Item = (usize, &Shape)> {
    let unique = |ty: TypeId| of.shapes.iter().filter(|other| other.ty == ty).count() == 1;
    of.shapes.iter().enumerate().filter(move |(_, shape)| unique(shape.ty))
}

impl ToTokens for Choice<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let cx = self.cx;
        let of = &cx.model.types[self.ty.0];
        let name = cx.names.ty(self.ty);
        let definition = self.definition();
        let table = table::choice(cx, &of.owner, name.as_str(), self.of, self.siblings());
        let variants = (0..self.of.shapes.len()).map(|i| cx.names.member(self.ty, i));
        let indices = (0..self.of.shapes.len()).map(Literal::usize_unsuffixed);
        let shapes = (of.role == Role::Body).then(|| self.shapes());
        let conversions = self.conversions();
        tokens.extend(quote! {
            #definition
            impl rt::value::Chosen for #name {
                const TABLE: &'static rt::table::ChoiceTable<'static> = &#table;
            }
            rt::choice!(#name { #(#indices => #variants),* });
            #conversions
            #shapes
        });
    }
}
