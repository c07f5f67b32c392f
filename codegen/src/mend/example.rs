//! Payloads that changed a schema become its examples, masked.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::{Mended, count};
use crate::{
    compile::Compiled,
    mask::mask,
    model::{Event, EventId, Field, Platform, TypeKind},
    verify::{Finding, Verified, Verifier, place},
};

/// Payloads, and what was found in them before and after the edits.
type Payloads<'p> = (&'p [&'p str], &'p [Vec<Verified>], &'p [Vec<Verified>]);

/// Adds those payloads that show something which no earlier one shows.
pub(super) fn keep(
    before: &Compiled,
    now: &Compiled,
    (payloads, was, is): Payloads<'_>,
    mended: &mut Mended,
) {
    let words: Vec<_> = now.model.platforms.iter().map(|platform| vocabulary(now, platform)).collect();
    let mut shown = BTreeSet::new();
    let mut taken = BTreeSet::new();
    now.with_verifier(|verifier| {
        for (number, (payload, (was, is))) in payloads.iter().zip(was.iter().zip(is)).enumerate() {
            let mends: BTreeSet<String> = was
                .iter()
                .zip(is)
                .filter(|(was, _)| was.body.is_some())
                .flat_map(|(was, is)| was.findings.iter().filter(|finding| !has(is, finding)).map(sign))
                .collect();
            if mends.is_subset(&shown) {
                continue;
            }
            match example(now, verifier, &words, payload, is) {
                Ok((event, text)) => {
                    let path = free(before, &before.model[event], drifts(is), &mut taken);
                    mended.examples.insert(path, text);
                    shown.extend(mends);
                }
                Err(why) => mended.not_kept.push((number, why)),
            }
        }
    });
}

/// Payloads, masked, as examples of what schemas say; or why one cannot be.
pub(crate) fn masked(now: &Compiled, payloads: &[String]) -> Vec<Result<String, String>> {
    let words: Vec<_> = now.model.platforms.iter().map(|platform| vocabulary(now, platform)).collect();
    now.with_verifier(|verifier| {
        let one = |payload: &String| {
            let is = verifier.read(&[], payload).map_err(|refused| refused.to_string())?;
            example(now, verifier, &words, payload, &is).map(|(_, text)| text)
        };
        payloads.iter().map(one).collect()
    })
}

/// Whether a finding is still there.
fn has(is: &Verified, finding: &Finding) -> bool {
    is.findings.iter().any(|there| there.path == finding.path && there.kind == finding.kind)
}

/// What a finding is about, wherever in a list it stands.
fn sign(finding: &Finding) -> String {
    let Finding { event, path, kind, expected, found, .. } = finding;
    let steps: Vec<&str> =
        path.split('[').map(|step| step.split_once(']').map_or(step, |(_, rest)| rest)).collect();
    format!("{} {kind} {} {expected} {found}", event.0, steps.join("[]"))
}

/// Whether it does not fit even now.
fn drifts(is: &[Verified]) -> bool {
    count(is) > 0
}

/// The event that a payload is an example of, and its masked text. The error says why it is none.
fn example(
    now: &Compiled,
    verifier: &Verifier<'_, '_>,
    words: &[BTreeSet<String>],
    payload: &str,
    is: &[Verified],
) -> Result<(EventId, String), String> {
    let Some(first) = is.first() else { return Err("it holds no event".to_owned()) };
    if is.iter().any(|event| event.form.is_none()) {
        return Err("an example has its envelope, and this is a body alone".to_owned());
    }
    if is.iter().any(|event| event.event != first.event) {
        return Err("an example holds one kind of event, and this has several".to_owned());
    }
    let left = is.iter().flat_map(|event| &event.findings);
    if drifts(is) && left.clone().all(|finding| matches!(finding.kind.as_str(), "constraint" | "lost")) {
        return Err("what is left in it would be a mistake of an example; mend the schema first".to_owned());
    }
    let platform = now.model[first.event].platform;
    let none = BTreeSet::new();
    let text = mask(payload, words.get(platform.0).unwrap_or(&none)).map_err(|error| error.to_string())?;
    let kinds = |events: &[Verified]| -> Vec<(String, String)> {
        let findings = events.iter().flat_map(|event| &event.findings);
        findings.map(|finding| (finding.kind.clone(), finding.expected.clone())).collect()
    };
    let masked = verifier.read(&[], &text);
    if masked.as_ref().map(|masked| kinds(masked)) != Ok(kinds(is)) {
        return Err("masked it would not fit as it does; mask it by hand".to_owned());
    }
    Ok((first.event, text))
}

/// The path of a new example: the plain name, else the first number that is free. One that does not fit says so.
fn free(before: &Compiled, event: &Event, drifts: bool, taken: &mut BTreeSet<PathBuf>) -> PathBuf {
    let schema = before.sources.get(event.span.file).map_or(Path::new(""), |file| &file.path);
    let folder = schema.with_file_name("examples");
    let known: BTreeSet<PathBuf> = before.sources.iter().map(|(_, file)| file.path.clone()).collect();
    let names = (1_usize..).map(|number| match (drifts, number) {
        (true, number) => format!("{}.drift-{number}.json", event.name),
        (false, 1) => format!("{}.json", event.name),
        (false, number) => format!("{}.{number}.json", event.name),
    });
    let mut paths = names.map(|name| folder.join(name));
    let path = paths.find(|path| !known.contains(path) && !taken.contains(path)).unwrap_or_default();
    taken.insert(path.clone());
    path
}

/// What the schemas of a platform say themselves: names of events, keys, listed values.
fn vocabulary(now: &Compiled, platform: &Platform) -> BTreeSet<String> {
    let mut words = BTreeSet::from(["application/json".to_owned()]);
    let all = now.model.events.iter().filter(|event| now.model[event.platform].name == platform.name);
    words.extend(all.map(|event| event.wire.clone()));
    let whens =
        platform.forms.iter().map(|form| &form.when).chain(platform.control.iter().map(|of| &of.when));
    words.extend(whens.flat_map(|when| &when.equals).flat_map(|(_, texts)| texts).cloned());
    let by = platform.forms.iter().filter_map(|form| form.event_by.as_ref()).flat_map(|(_, events)| events);
    words.extend(by.map(|(value, _)| value.clone()));
    for ty in &now.model.types {
        match &ty.kind {
            TypeKind::Object(fields) => {
                words.extend(fields.iter().flat_map(place::keys).map(str::to_owned));
                words.extend(fields.iter().filter_map(constant).map(str::to_owned));
            }
            TypeKind::Texts(values) => words.extend(values.iter().map(|value| value.wire.clone())),
            TypeKind::Choice(choice) => words.extend(choice.shapes.iter().map(|shape| shape.key.clone())),
            TypeKind::Ints(values) => words.extend(values.iter().map(|value| value.wire.to_string())),
            TypeKind::Flags(_) => {}
        }
    }
    words
}

/// The one text that a field has.
fn constant(field: &Field) -> Option<&str> {
    field.constraints.constant.as_deref()?.strip_prefix('"')?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::compile::compile;

    #[test]
    fn every_payload_of_the_repository_fits_masked_as_it_does_unmasked() {
        let ours = compile(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas"));
        let words: Vec<_> = ours.model.platforms.iter().map(|of| vocabulary(&ours, of)).collect();
        let differ = ours.with_verifier(|verifier| {
            let findings = |text: &str| {
                let found = verifier.payload(&[], text);
                found.map(|found| found.into_iter().map(|of| (of.kind, of.expected)).collect::<Vec<_>>())
            };
            let mut differ = Vec::new();
            for event in &ours.model.events {
                for example in event.examples.iter().filter(|example| !example.response) {
                    let masked = mask(&example.text, &words[event.platform.0]).unwrap();
                    let (was, is) = (findings(&example.text), findings(&masked));
                    if was != is {
                        differ.push((&example.file, was, is));
                    }
                }
            }
            differ
        });
        assert!(differ.is_empty(), "{differ:#?}");
    }
}
