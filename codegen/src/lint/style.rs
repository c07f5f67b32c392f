//! Types say what they are, and names that a schema chooses are in Rust's style.

use super::items::{Item, Items};
use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics},
    load::Sources,
    names::{camel, snake},
    source::Spanned,
};

pub(super) fn check(sources: &Sources, diagnostics: &mut Diagnostics) {
    for platform in &sources.platforms {
        let items = Items::of(platform);
        for Item { key, raw } in &items.types {
            diagnostics.extend(raw.about.is_none().then(|| silent(key)));
        }
        let groups = platform.platform.raw.groups.iter().flatten().map(|(_, group)| &group.rust_name);
        let types = items.types.iter().flat_map(|Item { key, raw }| raw.rust_name.as_ref().or(Some(key)));
        let events = items.events.iter().flat_map(|event| &event.rust_name);
        let values = items.sets.iter().flat_map(|set| set.iter()).flat_map(|(_, value)| &value.name);
        let shapes = items.shapes.iter().flat_map(|shape| &shape.name);
        // Names that are no CamelCase or snake_case at all are errors already.
        for name in groups.chain(types).chain(events).chain(values).chain(shapes) {
            let words = name.starts_with(char::is_uppercase)
                && !name.contains(|c: char| c == '_' || c.is_whitespace());
            diagnostics.extend(words.then(|| unlike(name, &camel(name))).flatten());
        }
        for name in items.fields.iter().flat_map(|Item { raw, .. }| &raw.rust_name) {
            let words = !name.contains(|c: char| c.is_uppercase() || c.is_whitespace());
            diagnostics.extend(words.then(|| unlike(name, &snake(name))).flatten());
        }
    }
}

fn silent(name: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(Code::MissingAbout, name.span, format!("nothing says what `{}` is", name.value))
        .help("add `about`")
}

/// A name that differs from its usual spelling.
fn unlike(name: &Spanned<String>, usual: &str) -> Option<Diagnostic> {
    (name.value != usual).then(|| {
        let report =
            Diagnostic::new(Code::NamingStyle, name.span, format!("`{}` is not in Rust's style", name.value));
        report.help(format!("write `{usual}`")).suggest(name.span, usual)
    })
}
