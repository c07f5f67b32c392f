//! Scopes that hand out names.

use std::{collections::BTreeMap, fmt};

use heck::ToShoutySnakeCase as _;
use proc_macro2::{Ident, Span as RustSpan, TokenStream};
use quote::ToTokens;

use super::{camel, snake};
use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics},
    source::Span,
};

/// A Rust identifier that was claimed. Interpolates into `quote!` as itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(String);

/// What a name is for, which decides its case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Type,
    Variant,
    Field,
    Method,
    Module,
    /// The module of a platform or domain, which is called like its folder.
    Folder,
    Flag,
}

/// Names that stand beside each other.
#[derive(Debug, Default)]
pub(super) struct Scope {
    taken: BTreeMap<String, Option<Span>>,
}

/// Keywords of every edition that can be written raw.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

impl Name {
    /// The identifier; of a raw one without `r#`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The identifier behind a prefix, for names that go with this one (`with_<field>`).
    #[must_use]
    pub fn prefixed(&self, prefix: &str) -> Ident {
        Ident::new(&format!("{prefix}{}", self.0), RustSpan::call_site())
    }

    /// The identifier with an ending, for names that go with this one (`<method>_as`).
    #[must_use]
    pub fn suffixed(&self, suffix: &str) -> Ident {
        Ident::new(&format!("{}{suffix}", self.0), RustSpan::call_site())
    }

    fn ident(&self) -> Ident {
        if KEYWORDS.contains(&self.0.as_str()) {
            Ident::new_raw(&self.0, RustSpan::call_site())
        } else {
            Ident::new(&self.0, RustSpan::call_site())
        }
    }
}

/// As it is written in Rust: a raw one with `r#`.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ident().fmt(f)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ToTokens for Name {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.ident().to_tokens(tokens);
    }
}

impl Scope {
    /// A scope in which some names are taken by what is always emitted.
    pub(super) fn with_reserved(reserved: &[&str]) -> Self {
        Scope { taken: reserved.iter().map(|name| ((*name).to_owned(), None)).collect() }
    }

    /// Claims a name for a text of the schema. `given` is a name that the schema itself chose.
    pub(super) fn claim(
        &mut self,
        text: &str,
        given: Option<&str>,
        usage: Use,
        span: Span,
        diagnostics: &mut Diagnostics,
    ) -> Name {
        let name = match given {
            Some(given) => given.to_owned(),
            None => usage.spell(text),
        };
        let reserved = matches!(name.as_str(), "self" | "Self" | "super" | "crate");
        let name = if reserved { format!("{name}_") } else { name };
        if !is_identifier(&name) || !usage.fits(given.unwrap_or(text), given.is_some()) {
            diagnostics.push(bad(text, given, usage, span));
            return Name(format!("_{}", self.taken.len()));
        }
        if given.is_none() && (reserved || name.starts_with('_') && !text.starts_with('_')) {
            diagnostics.push(changed(text, &name, usage, span));
        }
        match self.taken.get(&name) {
            None => {
                self.taken.insert(name.clone(), Some(span));
            }
            Some(first) => diagnostics.push(collision(&name, usage, *first, span)),
        }
        Name(name)
    }
}

impl Use {
    fn spell(self, text: &str) -> String {
        let name = match self {
            Use::Type | Use::Variant => camel(text),
            Use::Field | Use::Method | Use::Module | Use::Folder => snake(text),
            Use::Flag => text.to_shouty_snake_case(),
        };
        not_digit_first(name)
    }

    /// Whether a name of the schema's own, or of a folder, has the letters of its use.
    pub(super) fn fits(self, name: &str, given: bool) -> bool {
        match self {
            Use::Folder => {
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
                name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(plain)
            }
            _ if !given => true,
            Use::Type | Use::Variant => {
                !name.starts_with(char::is_lowercase) && !name.trim_matches('_').contains('_')
            }
            Use::Field | Use::Method | Use::Module => !name.contains(char::is_uppercase),
            Use::Flag => true,
        }
    }

    /// How to give another name.
    fn remedy(self) -> &'static str {
        match self {
            Use::Variant | Use::Flag => "add `name` with a name of your own",
            Use::Folder => "rename the folder",
            Use::Type | Use::Field | Use::Method | Use::Module => "add `rust_name` with a name of your own",
        }
    }

    fn letters(self) -> &'static str {
        match self {
            Use::Type | Use::Variant => "CamelCase: letters and digits, no digit first",
            Use::Field | Use::Method | Use::Module => {
                "snake_case: lower-case letters, digits and `_`, no digit first"
            }
            Use::Folder => "lower-case letters from `a` to `z`, digits, `_` and `-`, a letter first",
            Use::Flag => "letters, digits and `_`, no digit first",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Use::Type => "types",
            Use::Variant => "variants",
            Use::Field => "fields",
            Use::Method => "methods",
            Use::Module | Use::Folder => "modules",
            Use::Flag => "flags",
        }
    }
}

/// No identifier begins with a digit.
pub(super) fn not_digit_first(name: String) -> String {
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

fn is_identifier(name: &str) -> bool {
    // Nearly all names; asking `syn` takes ten times as long.
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    // The parser skips spaces, which an identifier has none of.
    let parsed = || syn::parse_str::<Ident>(name).is_ok_and(|ident| ident == *name);
    name != "_" && (plain || KEYWORDS.contains(&name) || parsed())
}

fn bad(text: &str, given: Option<&str>, usage: Use, span: Span) -> Diagnostic {
    match given {
        Some(given) => Diagnostic::new(Code::BadName, span, format!("`{given}` is no name for Rust here"))
            .help(format!("write {}", usage.letters())),
        None if usage == Use::Folder => {
            Diagnostic::new(Code::BadName, span, format!("a folder cannot be called `{text}`"))
                .help(format!("its name becomes a module and a Cargo feature: {}", usage.letters()))
        }
        None => Diagnostic::new(Code::BadName, span, format!("no Rust name can be made of `{text}`"))
            .help(usage.remedy()),
    }
}

fn changed(text: &str, name: &str, usage: Use, span: Span) -> Diagnostic {
    Diagnostic::new(Code::ChangedName, span, format!("`{text}` is called `{name}` in Rust"))
        .help(usage.remedy())
}

fn collision(name: &str, usage: Use, first: Option<Span>, span: Span) -> Diagnostic {
    let report = |message: String| Diagnostic::new(Code::NameCollision, span, message);
    let report = match first {
        Some(first) => report(format!("two {} are called `{name}` in Rust", usage.noun()))
            .label("the second")
            .also(first, "the first"),
        None => report(format!("`{name}` is taken by the generated code")),
    };
    report.help(usage.remedy())
}
