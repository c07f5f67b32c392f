//! Rules beyond what the language demands, one per file.

mod constraints;
mod examples;
mod fields;
mod items;
mod levels;
mod links;
mod locate;
mod payloads;
mod seen;
mod sharing;
mod style;
mod titles;

use std::collections::BTreeSet;

pub use self::seen::Seen;
use crate::{
    diagnostic::Diagnostics,
    load::{PlatformSource, Sources},
    model::Model,
    names::Names,
    source::FileId,
    syntax::RawEvent,
};

/// Applies every rule. What earlier steps found says which events cannot be judged; what was seen before in files that have not
/// changed is not looked for again.
pub fn lint(
    sources: &Sources,
    model: &Model,
    names: &Names,
    changed: &BTreeSet<FileId>,
    seen: &mut Seen,
    diagnostics: &mut Diagnostics,
) {
    titles::check(sources, diagnostics);
    links::check(sources, diagnostics);
    fields::check(sources, diagnostics);
    payloads::check(sources, diagnostics);
    style::check(sources, diagnostics);
    let broken = examples::check(model, names, changed, seen, diagnostics);
    // After an error, what uses or breaks something may be what could not be read.
    if !diagnostics.has_errors() {
        sharing::check(sources, diagnostics);
        constraints::check(model, broken, diagnostics);
    }
    levels::apply(sources, diagnostics);
}

/// The events of a platform as they were written.
fn events(platform: &PlatformSource) -> impl Iterator<Item = &RawEvent> {
    platform.domains.iter().flat_map(|domain| &domain.events).map(|event| &event.parsed.raw)
}
