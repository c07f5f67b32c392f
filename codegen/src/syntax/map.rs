//! The entries of maps, with free or known keys.

use std::borrow::Cow;

use super::{
    lower::{Lower, Lowerer, list_of},
    scalar,
    tree::{Node, NodeKind},
};
use crate::{
    diagnostic::{Code, Diagnostic},
    nearest::{is_slip, nearest},
    source::{Span, Spanned},
};

/// The keys that a map may have.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary {
    /// What the map describes, such as `a field`.
    pub what: &'static str,
    /// The keys.
    pub keys: &'static [&'static str],
}

/// An entry of a map.
#[derive(Debug)]
pub struct Entry<'n> {
    /// Its key.
    pub key: Spanned<String>,
    /// Its value; `None` if there is none, which was reported.
    pub value: Option<Cow<'n, Node>>,
}

/// The entries of a map with known keys.
#[derive(Debug)]
pub struct Keys<'n> {
    what: &'static str,
    place: Span,
    item: Span,
    whole: bool,
    entries: Vec<Entry<'n>>,
    missing: Vec<&'static str>,
}

impl Keys<'_> {
    /// The value of a key that must be there.
    pub fn required<T: Lower>(&mut self, key: &'static str, cx: &mut Lowerer<'_>) -> T {
        if !self.entries.iter().any(|entry| entry.key.value == key) {
            self.missing.push(key);
        }
        self.optional(key, cx).unwrap_or_else(|| T::placeholder(self.place))
    }

    /// The value of a key that may be missing.
    pub fn optional<T: Lower>(&mut self, key: &'static str, cx: &mut Lowerer<'_>) -> Option<T> {
        let entry = self.entries.iter().find(|entry| entry.key.value == key)?;
        cx.enter(self.item);
        entry.value.as_ref().and_then(|value| T::lower(value, cx))
    }

    /// Reports the keys that were required but are not there.
    pub fn finish(self, cx: &mut Lowerer<'_>) {
        if self.missing.is_empty() || !self.whole {
            return;
        }
        let keys = if self.missing.len() == 1 { "key" } else { "keys" };
        let message = format!("missing {keys} {} in {}", list_of(&self.missing, "and"), self.what);
        let add: Vec<String> = self.missing.iter().map(|key| format!("`{key}: ...`")).collect();
        let report = Diagnostic::new(Code::MissingKey, self.place, message);
        cx.report(report.help(format!("add {}", add.join(" and "))));
    }
}

impl<'a> Lowerer<'a> {
    /// The entries of a map with known keys.
    pub fn keys<'n, T: Lower>(&mut self, node: &'n Node, vocabulary: Vocabulary) -> Option<Keys<'n>> {
        let entries = self.entries::<T>(node, Some(vocabulary))?;
        let first = entries.first().map_or(node.span, |entry| entry.key.span);
        let whole = matches!(node.kind, NodeKind::Map { whole: true, .. });
        let place = node.key.unwrap_or(first);
        let item = match node.key {
            Some(key) => Span { end: node.span.end, ..key },
            None => self.whole_file(node.span),
        };
        Some(Keys { what: vocabulary.what, whole, place, item, entries, missing: Vec::new() })
    }

    /// The entries of a map, each key once. Texts that a comma cut are whole again.
    pub fn entries<'n, T: Lower>(
        &mut self,
        node: &'n Node,
        vocabulary: Option<Vocabulary>,
    ) -> Option<Vec<Entry<'n>>> {
        let NodeKind::Map { entries, flow, .. } = &node.kind else {
            return self.wrong_type(node).map(|_: T| Vec::new());
        };
        let mut known: Vec<Entry<'n>> = Vec::new();
        let mut rest = entries.as_slice();
        while let Some(((key, value), after)) = rest.split_first() {
            rest = after;
            let mut value = Cow::Borrowed(value);
            if *flow && scalar::is_plain_text(&value) {
                let (cut, after) = split_cut(rest, vocabulary);
                rest = after;
                if let (Some((first, _)), Some((last, _))) = (cut.first(), cut.last()) {
                    let lost = Span { end: last.span.end, ..first.span };
                    value = Cow::Owned(self.join(key, &value, lost, vocabulary.is_none()));
                }
            }
            let Some(key) = self.meant(key, &mut value, entries, vocabulary) else { continue };
            if let Some(first) = known.iter().find(|entry| entry.key == key) {
                self.duplicate_key(&key, first.key.span);
                continue;
            }
            let value = self.value(&key, value);
            known.push(Entry { key, value });
        }
        Some(known)
    }

    fn value<'n>(&mut self, key: &Spanned<String>, value: Cow<'n, Node>) -> Option<Cow<'n, Node>> {
        if scalar::is_null(&value) {
            self.no_value(&format!("`{}`", key.value), &value, key.span);
            return None;
        }
        (value.kind != NodeKind::Unreadable).then_some(value)
    }

    fn duplicate_key(&mut self, key: &Spanned<String>, first: Span) {
        let message = format!("the key `{}` is written twice", key.value);
        let report = Diagnostic::new(Code::DuplicateKey, key.span, message).label("second time");
        self.report(report.also(first, "first time").help("remove one of the two"));
    }

    /// The known key that a key stands for; if it is misspelt, the one that was meant and is not there.
    fn meant(
        &mut self,
        key: &Spanned<String>,
        value: &mut Cow<'_, Node>,
        entries: &[(Spanned<String>, Node)],
        vocabulary: Option<Vocabulary>,
    ) -> Option<Spanned<String>> {
        let Some(Vocabulary { what, keys }) = vocabulary else { return Some(key.clone()) };
        if keys.contains(&key.value.as_str()) {
            return Some(key.clone());
        }
        let report =
            Diagnostic::new(Code::UnknownKey, key.span, format!("unknown key `{}` in {what}", key.value));
        if let Some((known, rest)) = without_space(key, value, keys) {
            value.to_mut().kind = NodeKind::Unreadable;
            self.report(report.help("put a space after the `:`").mend(key.span, format!("{known}: {rest}")));
            return Some(Spanned::new(known.to_owned(), key.span));
        }
        let near = nearest(&key.value, keys.iter().copied());
        let free = |near: &str| !entries.iter().any(|(key, _)| key.value == near);
        let slip = near.filter(|near| is_slip(&key.value, near) && free(near));
        self.report(match near {
            Some(near) if slip.is_some() => {
                report.help(format!("did you mean `{near}`?")).mend(key.span, near)
            }
            Some(near) => report.help(format!("did you mean `{near}`?")).suggest(key.span, near),
            None if key.value.contains(' ') => report
                .help("if it belongs to the text before it, quote that text: a comma or a new line ended it"),
            None => report.help(format!("{what} takes {}", list_of(keys, "and"))),
        });
        Some(Spanned::new(slip?.to_owned(), key.span))
    }

    /// A text, and what a comma cut from it.
    fn join(&mut self, key: &Spanned<String>, value: &Node, lost: Span, free: bool) -> Node {
        let span = Span { end: lost.end, ..value.span };
        let text = self.slice(span).to_owned();
        let quoted = scalar::quoted(&text);
        // A type with a comma is wrong with quotes too, and the type says so itself.
        if key.value != "type" || !text.contains('<') {
            let also = if free { "; if another key is meant, give it a value" } else { "" };
            let message = format!("the text of `{}` is cut at the comma", key.value);
            let report =
                Diagnostic::new(Code::CutAtComma, lost, message).label("YAML takes this for another key");
            let report = report.also(value.span, "the text ends here");
            let report = report.help(format!("quote the text: {quoted}{also}"));
            self.report(if free { report.suggest(span, quoted) } else { report.mend(span, quoted) });
        }
        Node { kind: NodeKind::Scalar { text, plain: true }, span, key: value.key }
    }
}

type Entries<'n> = &'n [(Spanned<String>, Node)];

/// Entries that are the rest of a text that a comma cut, and those after them.
fn split_cut<'n>(entries: Entries<'n>, vocabulary: Option<Vocabulary>) -> (Entries<'n>, Entries<'n>) {
    let keys = vocabulary.map_or(&[][..], |vocabulary| vocabulary.keys);
    let is_cut = |(key, value): &&(Spanned<String>, Node)| {
        value.is_absent() && !keys.contains(&key.value.as_str()) && without_space(key, value, keys).is_none()
    };
    entries.split_at(entries.iter().take_while(is_cut).count())
}

/// Whether `key:value` is written without the space, which makes all of it a key.
fn without_space<'k>(key: &'k str, value: &Node, keys: &[&str]) -> Option<(&'k str, &'k str)> {
    key.split_once(':').filter(|(known, _)| value.is_absent() && keys.contains(known))
}
