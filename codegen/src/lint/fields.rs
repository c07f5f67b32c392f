//! What is said about fields says more than their names, and their values differ in more than case.

use std::collections::BTreeMap;

use super::items::{Item, Items};
use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics},
    load::Sources,
    source::Spanned,
    syntax::{OrderedMap, RawValue},
};

/// Words that add nothing to a name.
const EMPTY_WORDS: &[&str] = &["a", "an", "the", "of", "this", "field"];

pub(super) fn check(sources: &Sources, diagnostics: &mut Diagnostics) {
    for platform in &sources.platforms {
        let items = Items::of(platform);
        for Item { key, raw } in items.fields {
            diagnostics.extend(repeated(key, &raw.about));
        }
        for set in items.sets {
            alike(set, diagnostics);
        }
    }
}

fn repeated(key: &Spanned<String>, about: &Spanned<String>) -> Option<Diagnostic> {
    let name = key.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "");
    let lower = about.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !EMPTY_WORDS.contains(word));
    (!name.is_empty() && words.collect::<String>() == name).then(|| {
        Diagnostic::new(Code::AboutRepeatsName, about.span, format!("this says no more than `{}`", key.value))
            .help("say what it is, when it is absent, its unit")
    })
}

fn alike(values: &OrderedMap<RawValue>, diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<String, &Spanned<String>> = BTreeMap::new();
    for key in values.keys() {
        if let Some(first) = seen.get(&key.to_lowercase()) {
            let message = format!("`{}` and `{}` differ only by case", first.value, key.value);
            let report = Diagnostic::new(Code::ValuesDifferByCase, key.span, message);
            diagnostics
                .push(report.also(first.span, "the other one").help("keep the one that the platform sends"));
        } else {
            seen.insert(key.to_lowercase(), key);
        }
    }
}
