//! What could be written at a place.

use std::{collections::BTreeSet, ops::Range};

use super::{
    cursor::{self, At},
    definition::events,
    grammar::{Key, Spot},
    home::{Home, about},
    reference::{self, Named},
};
use crate::{
    compile::Compiled,
    diagnostic::{Code, Diagnostics},
    source::FileId,
    syntax::{tree, type_expr},
};

/// Something that could be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What it is called.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// What it means; may be empty.
    pub about: String,
    /// Which bytes of the file it replaces.
    pub replace: Range<usize>,
    /// What is written there.
    pub insert: String,
}

/// What a [`Completion`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionKind {
    /// A key of the schema language.
    Key,
    /// A word of the schema language.
    Word,
    /// A type.
    Type,
    /// An event.
    Event,
    /// Something that `platform.yaml` declares, such as a permission.
    Entry,
}

/// Stands where the cursor is, so that the parser sees something there.
const MARK: &str = "cursor0";

/// What could be written at a byte, the likeliest first. Nothing where only people know.
#[must_use]
pub fn complete(compiled: &Compiled, file: FileId, byte: usize) -> Vec<Completion> {
    let Some(home) = Home::of(&compiled.sources, file) else { return Vec::new() };
    let text = &home.source.text;
    let Some((before, after)) = text.split_at_checked(byte) else { return Vec::new() };
    let line = after.split('\n').next().unwrap_or_default();
    // What is half written is no YAML: a key without its colon, a text without its last quote, a bracket that is open.
    let tries = [("", after), (": ", after), ("", line), ("\"", ""), ("\",", ""), ("", ""), (",", "")];
    let found = tries.iter().find_map(|(end, after)| Asked::new(&home, byte, [before, MARK, end, after]));
    found.map_or(Vec::new(), |asked| asked.answer(compiled))
}

/// What is asked for.
struct Asked<'h, 's> {
    home: &'h Home<'s>,
    byte: usize,
    spot: Spot,
    named: Option<Named>,
    /// What is written there already.
    replace: Range<usize>,
    /// The keys that stand beside it, if a key is wanted.
    beside: Option<BTreeSet<String>>,
}

impl<'h, 's> Asked<'h, 's> {
    /// Reads a text with a mark; `None` if the mark is lost in what cannot be read.
    fn new(home: &'h Home<'s>, byte: usize, parts: [&str; 4]) -> Option<Self> {
        let marked = parts.concat();
        let tree = tree::parse(&marked, home.file, &mut Diagnostics::new())?;
        let cursor = cursor::find(&tree, byte)?;
        let spot = Spot::top(home.kind).below(&cursor.steps);
        let named = reference::named(&cursor, &spot);
        let (text, span, beside) = match &cursor.at {
            At::Key(key, entries) => (key.value.as_str(), key.span, Some(keys(entries))),
            At::Scalar(node, text) => (*text, node.span, None),
        };
        // Prose over several lines, or what YAML takes for it while a bracket is open.
        let lines = marked.get(span.start..span.end)?.contains('\n');
        if lines || !text.contains(MARK) {
            return None;
        }
        let added = MARK.len() + usize::from(parts[2].starts_with('"'));
        Some(Asked { home, byte, spot, named, replace: span.start..span.end - added, beside })
    }

    fn answer(&self, compiled: &Compiled) -> Vec<Completion> {
        if let Some(named) = self.named {
            return self.names(compiled, named);
        }
        let words = self.spot.words();
        if self.beside.is_none() && !words.is_empty() {
            return words.into_iter().map(|word| self.item(word, CompletionKind::Word, "")).collect();
        }
        // A scalar where a mapping belongs is the beginning of its first key.
        let wants_key = self.beside.is_some() || !self.spot.takes_text();
        if wants_key { self.keys() } else { Vec::new() }
    }

    /// Keys of the schema language that are not there yet, those that are required first.
    fn keys(&self) -> Vec<Completion> {
        let there = |key: &Key| self.beside.as_ref().is_some_and(|beside| beside.contains(key.name));
        let mut keys: Vec<_> = self.spot.keys().into_iter().filter(|key| !there(key)).collect();
        keys.sort_by_key(|key| !key.required);
        keys.into_iter().map(|key| self.key(self.item(key.name, CompletionKind::Key, key.about))).collect()
    }

    /// The same as a key, with its colon if that is not there.
    fn key(&self, mut item: Completion) -> Completion {
        if !self.home.source.text[item.replace.end..].starts_with(':') {
            item.insert.push_str(": ");
        }
        item
    }

    fn names(&self, compiled: &Compiled, named: Named) -> Vec<Completion> {
        let mut names: Vec<(String, String)> = Vec::new();
        let kind = match named {
            Named::TypeExpression => return self.type_expression(),
            Named::Type => {
                names.extend(self.types());
                CompletionKind::Type
            }
            Named::Event | Named::Sibling => {
                let domain = self.home.domain_name().filter(|_| named == Named::Sibling);
                let others = events(compiled, self.home).filter(|event| {
                    event.span.file != self.home.file && domain.is_none_or(|domain| event.domain == domain)
                });
                names.extend(others.map(|event| (event.name.clone(), event.title.clone())));
                CompletionKind::Event
            }
            Named::Lint => {
                let lints = Code::ALL.iter().filter(|code| code.is_lint());
                names.extend(lints.map(|code| (code.name(), code.title().to_owned())));
                CompletionKind::Word
            }
            Named::Entry(map) => {
                let entries = self.home.of_platform(map);
                names.extend(entries.iter().map(|(key, value)| (key.value.clone(), about(value).to_owned())));
                CompletionKind::Entry
            }
        };
        let beside = self.beside.as_ref();
        let free = names.iter().filter(|(name, _)| beside.is_none_or(|beside| !beside.contains(name)));
        let items = free.map(|(name, about)| self.item(name, kind, about));
        if beside.is_some() { items.map(|item| self.key(item)).collect() } else { items.collect() }
    }

    /// The types that can be named here, each once: the nearest of a name is meant.
    fn types(&self) -> Vec<(String, String)> {
        let mut seen = BTreeSet::new();
        let types = self.home.types().into_iter().filter(|(name, _)| seen.insert(name.value.clone()));
        types.map(|(name, value)| (name.value, about(&value).to_owned())).collect()
    }

    /// Types for the word at the cursor of a type expression.
    fn type_expression(&self) -> Vec<Completion> {
        let text = &self.home.source.text;
        let replace = reference::word(text, self.byte, self.replace.clone());
        let item = |label: &str, insert: &str, kind, about: String| Completion {
            label: label.to_owned(),
            kind,
            about,
            replace: replace.clone(),
            insert: insert.to_owned(),
        };
        if text[..replace.start].ends_with("time<") {
            return type_expr::times()
                .map(|time| item(time, time, CompletionKind::Word, String::new()))
                .collect();
        }
        let builtin = type_expr::scalars().map(|name| item(name, name, CompletionKind::Word, String::new()));
        let generic = type_expr::generics()
            .map(|(name, form)| item(form, &format!("{name}<"), CompletionKind::Word, String::new()));
        let types = self.types();
        let named = types.iter().map(|(name, about)| item(name, name, CompletionKind::Type, about.clone()));
        named.chain(builtin).chain(generic).collect()
    }

    fn item(&self, name: &str, kind: CompletionKind, about: &str) -> Completion {
        let quoted = self.home.source.text[self.replace.clone()].starts_with(['"', '\'']);
        let plain =
            !quoted && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/'));
        let insert = if plain { name.to_owned() } else { format!("\"{name}\"") };
        Completion {
            label: name.to_owned(),
            kind,
            about: about.to_owned(),
            replace: self.replace.clone(),
            insert,
        }
    }
}

fn keys(entries: &[(crate::source::Spanned<String>, tree::Node)]) -> BTreeSet<String> {
    entries.iter().map(|(key, _)| key.value.clone()).filter(|key| !key.contains(MARK)).collect()
}
