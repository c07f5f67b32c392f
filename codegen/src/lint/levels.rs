//! How bad the findings of lints are: `lints` in `platform.yaml`, and waivers (`allow`) of the thing or file that a finding is in.

use std::collections::{BTreeMap, BTreeSet};

use super::items::Items;
use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics, Severity},
    load::{PlatformSource, Sources},
    source::{FileId, Span, Spanned},
    syntax::RawLevel,
};

/// A lint that is let pass in one thing.
struct Waiver<'s> {
    name: &'s Spanned<String>,
    item: Span,
    used: bool,
}

/// The waivers by their files and lints; those of smaller things come first.
type Waivers<'s> = BTreeMap<(FileId, Code), Vec<Waiver<'s>>>;

/// Gives every finding of a lint its level, and takes away what is allowed. Waivers that allow nothing are errors.
pub(super) fn apply(sources: &Sources, diagnostics: &mut Diagnostics) {
    // After an error not every lint ran, so that a waiver without a finding proves nothing.
    let all_ran = !diagnostics.has_errors();
    for platform in &sources.platforms {
        let levels = levels(platform, diagnostics);
        let mut waivers = waivers(platform, diagnostics);
        let files = files(platform);
        diagnostics.retain(|found| {
            let place = found.primary.span;
            if !found.code.is_lint() || !files.contains(&place.file) {
                return true;
            }
            let waivers = waivers.get_mut(&(place.file, found.code));
            if let Some(waiver) = waivers.into_iter().flatten().find(|waiver| waiver.item.contains(place)) {
                waiver.used = true;
                return false;
            }
            match levels.get(&found.code).copied().unwrap_or_else(|| found.code.level()) {
                RawLevel::Error => found.severity = Severity::Error,
                RawLevel::Warn => found.severity = Severity::Warning,
                RawLevel::Allow => return false,
            }
            true
        });
        if all_ran {
            let each = waivers.iter().flat_map(|((_, code), of)| of.iter().map(move |waiver| (code, waiver)));
            diagnostics.extend(each.filter(|(_, waiver)| !waiver.used).map(|(code, waiver)| {
                let message = format!("nothing here needs a waiver of {code}, {}", code.title());
                Diagnostic::new(Code::UnusedWaiver, waiver.name.span, message).help("remove it")
            }));
        }
    }
}

fn levels(platform: &PlatformSource, diagnostics: &mut Diagnostics) -> BTreeMap<Code, RawLevel> {
    let lints = platform.platform.raw.lints.iter().flatten();
    lints.filter_map(|(name, level)| Some((lint(name, diagnostics)?, level.value))).collect()
}

fn waivers<'s>(platform: &'s PlatformSource, diagnostics: &mut Diagnostics) -> Waivers<'s> {
    let mut waivers = Waivers::new();
    for raw in Items::of(platform).waivers {
        for (name, _) in &raw.lints {
            if let Some(code) = lint(name, diagnostics) {
                let waiver = Waiver { name, item: raw.item, used: false };
                waivers.entry((raw.item.file, code)).or_default().push(waiver);
            }
        }
    }
    waivers.values_mut().for_each(|of| of.sort_by_key(|waiver| waiver.item.end - waiver.item.start));
    waivers
}

/// The lint with a name or code.
fn lint(name: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<Code> {
    let code = Code::parse(name);
    if code.is_some_and(Code::is_lint) {
        return code;
    }
    let message = match code {
        Some(code) => format!("{code} is always an error"),
        None => format!("there is no lint `{}`", name.value),
    };
    let names: Vec<String> = Code::ALL.iter().filter(|code| code.is_lint()).map(|code| code.name()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let help = format!("the lints are {}", crate::syntax::lower::list_of(&names, "and"));
    diagnostics.push(Diagnostic::new(Code::UnknownLint, name.span, message).help(help));
    None
}

/// The files of a platform in which lints find something.
fn files(platform: &PlatformSource) -> BTreeSet<FileId> {
    let domains = &platform.domains;
    let types = platform.types.iter().chain(domains.iter().flat_map(|domain| &domain.types));
    let events = domains.iter().flat_map(|domain| &domain.events).map(|event| event.parsed.file);
    let examples = domains.iter().flat_map(|domain| &domain.examples).map(|example| example.file);
    events.chain(examples).chain(types.map(|types| types.file)).chain([platform.platform.file]).collect()
}
