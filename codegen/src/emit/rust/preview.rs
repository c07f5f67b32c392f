//! A type as an editor shows it: what its users see, without what makes it work.

use syn::{Attribute, Expr, ExprLit, Fields, Item, Lit, Meta, punctuated::Punctuated};

use super::event;
use crate::{
    emit::{Context, prose},
    model::{TypeId, TypeKind},
};

/// The Rust that a part of a schema becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The struct or enum; of a field, value or shape, with nothing else in it.
    pub code: String,
    /// Its documentation, as Markdown.
    pub docs: String,
}

/// Modules that need not be named to be understood.
const MODULES: &[&str] = &[
    "::std::option::",
    "::std::string::",
    "::std::vec::",
    "rt::value::",
    "rt::sets::",
    "rt::time::",
    "rt::",
    "crate::",
];

/// A type, or one of its members by position.
pub(in crate::emit) fn preview(cx: Context<'_>, ty: TypeId, member: Option<usize>) -> Option<Preview> {
    if let (Some(index), TypeKind::Flags(values)) = (member, &cx.model[ty].kind) {
        let code = format!("{}::{}", cx.names.ty(ty), cx.names.member(ty, index));
        return Some(Preview { code, docs: prose::sentence(&values.get(index)?.about) });
    }
    let file: syn::File = syn::parse2(event::emitted(cx, ty, false)).ok()?;
    let mut item = file.items.into_iter().find(|item| matches!(item, Item::Struct(_) | Item::Enum(_)))?;
    let attributes = match &mut item {
        Item::Struct(of) => {
            let own = std::mem::take(&mut of.attrs);
            match (&mut of.fields, member) {
                (Fields::Named(fields), Some(index)) => {
                    only(&mut fields.named, index, |field| &mut field.attrs)?
                }
                _ => own,
            }
        }
        Item::Enum(of) => {
            let own = std::mem::take(&mut of.attrs);
            match member {
                Some(index) => only(&mut of.variants, index, |variant| &mut variant.attrs)?,
                None => own,
            }
        }
        _ => return None,
    };
    let code = prettyplease::unparse(&syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![item],
    });
    let code = MODULES.iter().fold(code, |code, module| code.replace(module, ""));
    Some(Preview { code, docs: docs(&attributes) })
}

/// Keeps one member without its attributes, which it returns.
fn only<T: Clone, P: Default>(
    members: &mut Punctuated<T, P>,
    index: usize,
    attributes: impl Fn(&mut T) -> &mut Vec<Attribute>,
) -> Option<Vec<Attribute>> {
    let mut member = members.get(index)?.clone();
    let taken = std::mem::take(attributes(&mut member));
    *members = [member].into_iter().collect();
    Some(taken)
}

/// The documentation among attributes.
fn docs(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<_> = lines.map(|line| line.strip_prefix(' ').unwrap_or(&line).to_owned()).collect();
    lines.join("\n")
}
