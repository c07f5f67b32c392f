//! Doc comments.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{emit::prose, names::Name};

/// Lines of documentation, one attribute each.
pub(super) fn doc(text: &str) -> TokenStream {
    let lines = lines(text);
    quote!(#(#[doc = #lines])*)
}

/// Lines of documentation of the module they stand in.
pub(super) fn inner(text: &str) -> TokenStream {
    let lines = lines(text);
    quote!(#(#![doc = #lines])*)
}

fn lines(text: &str) -> impl Iterator<Item = String> {
    let lines = text.trim_end().lines().map(str::trim_end);
    lines.map(|line| if line.is_empty() { String::new() } else { format!(" {line}") })
}

/// Documentation that is never empty: without words the thing is named.
pub(super) fn doc_or(text: &str, name: &str) -> TokenStream {
    if text.trim().is_empty() { doc(&format!("{}.", prose::code(name))) } else { doc(text) }
}

/// A paragraph and more of them.
pub(super) fn paragraphs(first: String, rest: impl IntoIterator<Item = String>) -> String {
    let mut text = first;
    for paragraph in rest {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&paragraph);
    }
    text
}

/// `#[doc(alias)]` for the names that official SDKs have, where they differ from the item's own.
pub(super) fn aliases(names: &[(String, String)], own: &Name) -> TokenStream {
    let mut seen = std::collections::BTreeSet::from([own.as_str()]);
    // What rustdoc takes for an alias.
    let fits = |name: &str| {
        !name.contains(|c: char| matches!(c, '"' | '\'') || c != ' ' && c.is_whitespace())
            && name.trim() == name
    };
    let aliases = names.iter().map(|(_, name)| name).filter(|name| fits(name) && seen.insert(name.as_str()));
    quote!(#(#[doc(alias = #aliases)])*)
}
