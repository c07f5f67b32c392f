//! What is inferred from payloads is a schema that fits them: for every payload in the repository.
#![cfg(test)]

use std::{collections::BTreeMap, path::PathBuf};

use workplace_events_codegen::{
    compile::{compile, compile_files},
    diagnostic::{Code, render},
    model::EventId,
    scaffold::{self, Wanted},
};

fn schemas() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../schemas")
}

/// `platform.yaml` without what needs the schemas of its events.
fn platform(name: &str) -> String {
    let text = std::fs::read_to_string(schemas().join(name).join("platform.yaml")).unwrap();
    let mut out = String::new();
    let mut dropped = false;
    for line in text.lines() {
        if !line.starts_with([' ', '#']) && !line.is_empty() {
            dropped = line.starts_with("groups:") || line.starts_with("lints:");
        }
        if !dropped {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[test]
fn each_payload_fits_the_schema_that_is_inferred_from_it() {
    let ours = compile(&schemas());
    let mut files: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    let mut payloads: Vec<(String, String)> = Vec::new();
    for of in &ours.model.platforms {
        let path = PathBuf::from("schemas").join(&of.name).join("platform.yaml");
        files.push((path.clone(), platform(&of.name).into_bytes()));
        // The events are new to this one.
        let empty = compile_files([(path, platform(&of.name).into_bytes())]);
        let mut events: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for event in ours.model.events.iter().filter(|event| ours.model[event.platform].name == of.name) {
            let samples = event.examples.iter().filter(|example| !example.response && !example.drifts);
            let texts: Vec<&str> = samples.map(|example| example.text.as_str()).collect();
            events.entry((&event.wire, &event.domain)).or_default().extend(texts);
        }
        for ((wire, domain), texts) in events {
            let wanted = Wanted {
                platform: &of.name,
                event: wire,
                domain: Some(domain),
                payloads: &texts,
                ..Wanted::default()
            };
            let begun = scaffold::begin(&empty, &wanted).unwrap();
            let words = begun.text.replace("docs: \"\"", "# docs: \"\"").replace("\"\"", "A word");
            files.push((PathBuf::from("schemas").join(&begun.path), words.into_bytes()));
            payloads.extend(texts.into_iter().map(|text| (begun.path.clone(), text.to_owned())));
        }
    }
    let inferred = compile_files(files);
    // Domains without events and kinds of ids that no field has are no faults of what was inferred.
    let faults: Vec<_> = inferred.diagnostics.iter().filter(|found| found.code != Code::UnusedType).collect();
    let shown = render::human(&inferred.diagnostics, &inferred.sources, false);
    assert!(faults.is_empty(), "{}", shown.lines().take(60).collect::<Vec<_>>().join("\n"));
    assert!(payloads.len() > 700, "{} payloads", payloads.len());
    let mut wrong = Vec::new();
    inferred.with_verifier(|verifier| {
        for (path, payload) in &payloads {
            match verifier.payload(&[], payload) {
                Ok(findings) if findings.is_empty() => {}
                Ok(findings) => wrong
                    .push(format!("{path}: {} {} {}", findings[0].path, findings[0].kind, findings[0].found)),
                Err(error) => wrong.push(format!("{path}: {error}")),
            }
        }
    });
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), payloads.len(), wrong.join("\n"));
}

#[test]
fn each_payload_that_is_made_of_a_schema_fits_it() {
    let ours = compile(&schemas());
    let mut made = 0;
    let mut wrong = Vec::new();
    ours.with_verifier(|verifier| {
        for (index, event) in ours.model.events.iter().enumerate() {
            let id = EventId(index);
            let Some(payload) = scaffold::made_payload(&ours.model, id) else { continue };
            made += 1;
            match verifier.payload(&[], &payload) {
                Ok(findings) => {
                    wrong.extend(findings.iter().map(|found| {
                        format!("{}: {} {} {}", event.wire, found.path, found.kind, found.found)
                    }))
                }
                Err(error) => wrong.push(format!("{}: {error}\n{payload}", event.wire)),
            }
        }
    });
    assert!(wrong.is_empty(), "{} of {made}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(made > 400, "{made} of {}", ours.model.events.len());
}
