//! What code can name in a generated crate, read from the emitted files themselves.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Fields, ImplItem, Item, ItemImpl, ItemMacro, Visibility};
use workplace_events_codegen::{
    compile::Compiled,
    diff::Api,
    emit::{Home, OutFile, Settings},
};

/// The verdict on two crates: what is gone is major, what is new is minor.
pub fn verdict(base: &BTreeSet<String>, now: &BTreeSet<String>) -> Api {
    if !base.is_subset(now) {
        Api::Major
    } else if now.len() > base.len() {
        Api::Minor
    } else {
        Api::Patch
    }
}

/// A line for each thing: features, modules, types with their fields and variants, methods, implementations.
pub fn api(compiled: &Compiled) -> BTreeSet<String> {
    let settings = Settings { home: Home::Alone("../runtime".to_owned()), version: "0.1.0".to_owned() };
    let mut names = BTreeSet::new();
    for OutFile { path, body } in compiled.emit(&settings).unwrap() {
        if path == "Cargo.toml" {
            let features = body.split("[features]").nth(1).unwrap().split("[dependencies]").next().unwrap();
            let features = features.lines().filter_map(|line| line.split_once(" = "));
            names.extend(features.map(|(feature, _)| format!("feature {feature}")));
        } else if path.starts_with("src/") {
            let mut file = File { path: &path, names: &mut names };
            syn::parse_file(&body).unwrap().items.iter().for_each(|item| file.item(item));
        }
    }
    names
}

struct File<'f> {
    path: &'f str,
    names: &'f mut BTreeSet<String>,
}

impl File<'_> {
    fn name(&mut self, tokens: impl ToTokens) {
        self.names.insert(format!("{}: {}", self.path, tokens.to_token_stream()));
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Struct(of) => {
                let name = &of.ident;
                self.name(quote!(struct #name));
                self.fields(quote!(#name), &of.fields);
            }
            Item::Enum(of) => {
                let name = &of.ident;
                self.name(quote!(enum #name));
                for variant in &of.variants {
                    let (variant, fields) = (&variant.ident, &variant.fields);
                    self.name(quote!(#name::#variant #fields));
                }
            }
            Item::Mod(of) if matches!(of.vis, Visibility::Public(_)) => {
                let name = &of.ident;
                self.name(quote!(mod #name));
            }
            Item::Use(of) if matches!(of.vis, Visibility::Public(_)) => self.name(&of.tree),
            Item::Type(of) => {
                let name = &of.ident;
                self.name(quote!(type #name));
            }
            Item::Static(of) => {
                let name = &of.ident;
                self.name(quote!(static #name));
            }
            Item::Impl(of) => self.implementation(of),
            Item::Macro(of) => self.flags(of),
            _ => {}
        }
    }

    fn fields(&mut self, owner: TokenStream, fields: &Fields) {
        for field in fields.iter().filter(|field| matches!(field.vis, Visibility::Public(_))) {
            let (name, ty) = (&field.ident, &field.ty);
            self.name(quote!(#owner.#name: #ty));
        }
    }

    fn implementation(&mut self, of: &ItemImpl) {
        let ty = &of.self_ty;
        if let Some((of_what, _)) = &of.trait_ {
            // Derived, or by hand where a secret must not show: every type has it.
            if of_what.segments.last().is_some_and(|name| name.ident == "Debug") {
                return;
            }
            self.name(quote!(impl #of_what for #ty));
            return;
        }
        for item in &of.items {
            if let ImplItem::Fn(method) = item {
                let signature = &method.sig;
                self.name(quote!(#ty #signature));
            }
        }
    }

    /// The constants of a bit set, which its macro declares.
    fn flags(&mut self, of: &ItemMacro) {
        if of.mac.path.segments.last().is_none_or(|name| name.ident != "flag_set") {
            return;
        }
        let tokens: Vec<_> = of.mac.tokens.clone().into_iter().collect();
        let [TokenTree::Ident(name), TokenTree::Group(list)] = tokens.as_slice() else {
            panic!("{tokens:?}")
        };
        for token in list.stream() {
            if let TokenTree::Ident(flag) = token {
                self.name(quote!(#name::#flag));
            }
        }
    }
}
