//! How emitted files are laid out.

use std::mem::{Discriminant, discriminant};

use proc_macro2::{Spacing, TokenStream, TokenTree};
use syn::{Attribute, Expr, ExprLit, Item, ItemMacro, Lit, Meta, parse::Parser as _};

use super::RustFile;
use crate::{
    emit::{EmitError, OutFile},
    output::HEADER,
};

/// Formats a file item by item, with an empty line between them. `use` lines stand together, and so do `mod` lines.
pub(super) fn format(file: RustFile) -> Result<OutFile, EmitError> {
    let parsed: syn::File = syn::parse2(file.tokens)
        .map_err(|error| EmitError::NoRust { path: file.path.clone(), error: error.to_string() })?;
    let mut body = format!("// {HEADER}\n\n");
    let mut above: Option<Discriminant<Item>> = None;
    if !parsed.attrs.is_empty() {
        body.push_str(&unparse(parsed.attrs, None));
        body.push('\n');
    }
    for item in parsed.items {
        let line = matches!(&item, Item::Use(_)) || matches!(&item, Item::Mod(of) if of.content.is_none());
        let kind = discriminant(&item);
        if above.is_some_and(|above| !line || above != kind) {
            body.push('\n');
        }
        above = Some(kind);
        body.push_str(&text(item));
    }
    Ok(OutFile { path: file.path, body })
}

fn unparse(attrs: Vec<Attribute>, item: Option<Item>) -> String {
    let items = item.into_iter().collect();
    prettyplease::unparse(&syn::File { shebang: None, frontmatter: None, attrs, items })
}

fn text(item: Item) -> String {
    match &item {
        Item::Macro(of) => entries(of).unwrap_or_else(|| unparse(Vec::new(), Some(item))),
        Item::Impl(_) => apart(&unparse(Vec::new(), Some(item))),
        _ => unparse(Vec::new(), Some(item)),
    }
}

/// Puts an empty line between the methods of an `impl`.
fn apart(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        if line == "    }" && lines.peek().is_some_and(|next| *next != "}") {
            out.push('\n');
        }
    }
    out
}

/// A macro call with a list, such as `rt::int_set!(Step { First = 1, Second = 2 });`, with a line per entry.
fn entries(of: &ItemMacro) -> Option<String> {
    let tokens: Vec<TokenTree> = of.mac.tokens.clone().into_iter().collect();
    let [TokenTree::Ident(name), TokenTree::Group(list)] = tokens.as_slice() else { return None };
    let path: Vec<_> = of.mac.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let mut text = format!("{}!({name} {{\n", path.join("::"));
    let list: Vec<TokenTree> = list.stream().into_iter().collect();
    let comma = |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ',');
    for entry in list.split(comma).filter(|entry| !entry.is_empty()) {
        let entry: TokenStream = entry.iter().cloned().collect();
        let parser = |input: syn::parse::ParseStream<'_>| {
            Ok((input.call(Attribute::parse_outer)?, input.parse::<TokenStream>()?))
        };
        let (attributes, entry) = parser.parse2(entry).ok()?;
        for doc in attributes.iter().map(doc) {
            text.push_str(format!("    ///{}", doc?).trim_end());
            text.push('\n');
        }
        text.push_str(&format!("    {},\n", spaced(entry)));
    }
    text.push_str("});\n");
    Some(text)
}

fn doc(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Tokens with a space between them, but not after a minus or within a sign such as `=>`.
fn spaced(tokens: TokenStream) -> String {
    let mut text = String::new();
    let mut tight = true;
    for token in tokens {
        if !tight {
            text.push(' ');
        }
        text.push_str(&token.to_string());
        tight = matches!(&token, TokenTree::Punct(sign)
            if sign.as_char() == '-' || sign.spacing() == Spacing::Joint);
    }
    text
}
