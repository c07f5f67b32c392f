//! How bad the findings of lints are: `lints` in `platform.yaml`, and waivers (`allow`) in the file that a finding is in.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics, Severity},
    load::{PlatformSource, Sources},
    source::{FileId, Spanned},
    syntax::{OrderedMap, RawLevel},
};

type Waivers = OrderedMap<Spanned<String>>;

/// Gives every finding of a lint its level, and takes away what is allowed. Waivers that allow nothing are errors.
pub(super) fn apply(sources: &Sources, diagnostics: &mut Diagnostics) {
    // After an error not every lint ran, so that a waiver without a finding proves nothing.
    let all_ran = !diagnostics.has_errors();
    for platform in &sources.platforms {
        let levels = levels(platform, diagnostics);
        let waivers = waivers(platform, diagnostics);
        let files = files(platform);
        let mut used = BTreeSet::new();
        diagnostics.retain(|found| {
            let file = found.primary.span.file;
            if !found.code.is_lint() || !files.contains(&file) {
                return true;
            }
            if waivers.contains_key(&(file, found.code)) {
                used.insert((file, found.code));
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
            let unused = waivers.iter().filter(|(of, _)| !used.contains(*of));
            diagnostics.extend(unused.map(|((_, code), name)| {
                let message = format!("nothing here needs a waiver of {code}, {}", code.title());
                Diagnostic::new(Code::UnusedWaiver, name.span, message).help("remove it")
            }));
        }
    }
}

fn levels(platform: &PlatformSource, diagnostics: &mut Diagnostics) -> BTreeMap<Code, RawLevel> {
    let lints = platform.platform.raw.lints.iter().flatten();
    lints.filter_map(|(name, level)| Some((lint(name, diagnostics)?, level.value))).collect()
}

fn waivers<'s>(
    platform: &'s PlatformSource,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<(FileId, Code), &'s Spanned<String>> {
    let types = platform.types.iter().chain(platform.domains.iter().flat_map(|domain| &domain.types));
    let of_types = types.map(|types| (types.file, &types.raw.allow));
    let events = platform.domains.iter().flat_map(|domain| &domain.events);
    let of_events = events.map(|event| (event.parsed.file, &event.parsed.raw.allow));
    let own = (platform.platform.file, &platform.platform.raw.allow);
    let all = of_events.chain(of_types).chain([own]);
    let each = |(file, allow): (FileId, &'s Option<Waivers>)| {
        allow.iter().flatten().map(move |(name, _)| (file, name)).collect::<Vec<_>>()
    };
    all.flat_map(each).filter_map(|(file, name)| Some(((file, lint(name, diagnostics)?), name))).collect()
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
