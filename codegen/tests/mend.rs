//! Findings in payloads become edits: for every payload in the repository, after the platform changed all of it.
#![cfg(test)]

use std::{collections::BTreeSet, path::PathBuf};

use serde_json::{Value, json};
use workplace_events_codegen::{
    compile::{Compiled, compile, compile_files},
    diagnostic::Code,
    mend::{Mended, mend},
};

fn schemas() -> Compiled {
    compile(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../schemas"))
}

/// Payloads after a change of every object in them, JSON in texts included.
fn payloads(of: &Compiled, change: fn(&mut Value)) -> Vec<String> {
    fn walk(value: &mut Value, change: fn(&mut Value)) {
        match value {
            Value::Object(object) => object.values_mut().for_each(|value| walk(value, change)),
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, change)),
            Value::String(text) if text.starts_with(['{', '[']) => {
                if let Ok(mut inner) = serde_json::from_str::<Value>(text) {
                    walk(&mut inner, change);
                    *text = inner.to_string();
                }
            }
            _ => {}
        }
        change(value);
    }
    let examples = of.model.events.iter().flat_map(|event| &event.examples);
    let payloads = examples.filter(|example| !example.response && !example.drifts).map(|example| {
        let mut payload: Value = serde_json::from_str(&example.text).unwrap();
        walk(&mut payload, change);
        payload.to_string()
    });
    payloads.collect()
}

/// The schemas with what was mended, and words where they are asked for.
fn after(before: &Compiled, mended: &Mended) -> Compiled {
    let files = before.sources.iter().map(|(_, file)| {
        let text = mended
            .files
            .get(&file.path)
            .map_or(file.text.clone(), |text| text.replace(": \"\"", ": A word."));
        (file.path.clone(), text.into_bytes())
    });
    let examples = mended.examples.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes()));
    compile_files(files.chain(examples).collect::<Vec<_>>())
}

/// What `check` finds, but for what becomes of types where the same is new everywhere: some repeat a shared one now, and
/// some that did need no waiver any more.
fn findings(of: &Compiled) -> Vec<String> {
    let of_types = [Code::RepeatsShared, Code::UnusedWaiver];
    let findings = of.diagnostics.iter().filter(|found| !of_types.contains(&found.code));
    findings.map(|found| format!("{}: {}", found.code, found.message)).collect()
}

#[test]
fn a_key_that_is_new_everywhere_becomes_a_field_everywhere() {
    let ours = schemas();
    let payloads = payloads(&ours, |value| {
        if let Value::Object(object) = value {
            object.insert(
                "brand_new".to_owned(),
                json!({ "one": 1, "ids": ["ou_84aad35d084aa403a838cf73ee18467"] }),
            );
        }
    });
    let texts: Vec<&str> = payloads.iter().map(String::as_str).collect();
    let mended = mend(&ours, &[], &texts).unwrap();
    // Where a map has any key, the new one has a value of the wrong type.
    let kinds: BTreeSet<&str> = mended.left.iter().map(|left| left.finding.kind.as_str()).collect();
    assert!(kinds.is_subset(&BTreeSet::from(["left_out", "wrong_type"])), "{:#?}", mended.left);
    assert!(mended.files.len() > 400 && mended.examples.len() > 400, "{:?}", mended.changes);
    assert_eq!(mended.not_kept, []);
    assert_eq!(findings(&after(&ours, &mended)), [] as [String; 0]);
}

#[test]
fn numbers_that_come_as_texts_and_texts_that_come_as_numbers_are_accepted() {
    let ours = schemas();
    let payloads = payloads(&ours, |value| match value {
        Value::Number(number) => *value = number.to_string().into(),
        Value::String(text) if text.parse::<i64>().is_ok_and(|int| int.to_string() == *text) => {
            *value = Value::Number(text.parse().unwrap());
        }
        _ => {}
    });
    let texts: Vec<&str> = payloads.iter().map(String::as_str).collect();
    let mended = mend(&ours, &[], &texts).unwrap();
    // A day like 20240501 can be no number.
    let left: BTreeSet<&str> = mended.left.iter().map(|left| left.finding.path.as_str()).collect();
    assert_eq!(left, BTreeSet::from(["workDate"]));
    assert_eq!(mended.not_kept, []);
    assert_eq!(findings(&after(&ours, &mended)), [] as [String; 0]);
}

#[test]
fn words_that_are_new_everywhere_become_values() {
    let ours = schemas();
    let payloads = payloads(&ours, |value| {
        if let Value::String(text) = value
            && text.len() < 25
            && text.contains(|c: char| c.is_ascii_lowercase())
            && !text.contains(['.', '_', '/', '{', '['])
        {
            text.push_str(" Odd");
        }
    });
    // Some words say which event it is.
    let is_payload = |text: &&String| ours.with_verifier(|verifier| verifier.read(&[], text).is_ok());
    let texts: Vec<&str> = payloads.iter().step_by(5).filter(is_payload).map(String::as_str).collect();
    assert!(texts.len() > 150, "{}", texts.len());
    let mended = mend(&ours, &[], &texts).unwrap();
    let kinds: BTreeSet<&str> = mended.left.iter().map(|left| left.finding.kind.as_str()).collect();
    assert!(kinds.is_subset(&BTreeSet::from(["unknown_shape", "wrong_type"])), "{:#?}", mended.left);
    assert!(mended.changes.iter().any(|change| change.contains("new value `")), "{:#?}", mended.changes);
    assert_eq!(findings(&after(&ours, &mended)), [] as [String; 0]);
}
