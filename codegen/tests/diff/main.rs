//! Every kind of change: what is said of it, and what it means.
#![cfg(test)]
mod cases;
mod emitted;
mod payloads;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use cases::Case;
use expect_test::expect;
use workplace_events_codegen::{
    compile::{Compiled, compile, compile_files},
    diagnostic::render,
    diff::{Api, Diff, Kind, Payload, diff},
};

type Files = BTreeMap<PathBuf, String>;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn files(folder: &Path, shown: &Path) -> Files {
    let mut found = Files::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, shown) = (entry.path(), shown.join(entry.file_name()));
        if path.is_dir() {
            found.extend(files(&path, &shown));
        } else {
            found.insert(shown, fs::read_to_string(path).unwrap());
        }
    }
    found
}

fn compiled(files: &Files) -> Compiled {
    let compiled = compile_files(files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())));
    let errors = render::human(&compiled.diagnostics, &compiled.sources, false);
    assert!(!compiled.diagnostics.has_errors(), "{errors}");
    compiled
}

impl Case {
    fn apply(&self, base: &Files) -> Files {
        let mut files = base.clone();
        for (path, before, after) in self.edits {
            let path = Path::new("schemas").join(path);
            match *before {
                "" => assert!(files.insert(path, (*after).to_owned()).is_none()),
                "*" => assert!(files.remove(&path).is_some()),
                before => {
                    let text = files.get_mut(&path).unwrap();
                    assert_eq!(text.matches(before).count(), 1, "{before} in {}", path.display());
                    *text = text.replace(before, after);
                }
            }
        }
        files
    }
}

/// A line per change: its subject, what changed, both verdicts.
fn lines(diff: &Diff) -> String {
    let line = |change: &workplace_events_codegen::diff::Change| {
        format!("{}: {} [{}, {}]", change.subject, change.line(), change.payload, change.api)
    };
    diff.changes.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn expected(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_change_is_told_with_what_it_means() {
    let base = files(&folder("tests/diff/schemas"), Path::new("schemas"));
    let before = compiled(&base);
    let mut kinds = BTreeSet::new();
    let mut failed = String::new();
    for case in cases::all() {
        let after = compiled(&case.apply(&base));
        for (way, from, to, is) in
            [("forth", &before, &after, case.forth), ("back", &after, &before, case.back)]
        {
            let diff = diff(from.into(), to.into());
            kinds.extend(diff.changes.iter().map(|change| change.kind));
            if lines(&diff) != expected(is) {
                failed.push_str(&format!("{} ({way}):\n{}\n", case.what, lines(&diff)));
            }
        }
    }
    assert!(failed.is_empty(), "{failed}");
    let missing: Vec<_> = Kind::ALL.iter().filter(|kind| !kinds.contains(kind)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn the_verdict_for_code_is_what_the_emitted_files_say() {
    let base = files(&folder("tests/diff/schemas"), Path::new("schemas"));
    let before = compiled(&base);
    let names = emitted::api(&before);
    let mut failed = String::new();
    for case in cases::all() {
        let after = compiled(&case.apply(&base));
        let other = emitted::api(&after);
        for (way, from, to, verdict) in [
            ("forth", &before, &after, emitted::verdict(&names, &other)),
            ("back", &after, &before, emitted::verdict(&other, &names)),
        ] {
            let told = diff(from.into(), to.into()).changes.into_iter();
            // Nothing is emitted for a deprecation but words.
            let told = told.filter(|change| change.kind != Kind::Deprecated).map(|change| change.api).max();
            if told.unwrap_or(Api::Patch) != verdict {
                failed.push_str(&format!("{} ({way}): told {told:?}, emitted {verdict}\n", case.what));
            }
        }
    }
    assert!(failed.is_empty(), "{failed}");
}

/// What no checker sees: a payload fits, but means something else, is taken by another part, or is not one of these.
const SILENT: &[&str] = &[
    "a protocol",
    "a field of an answer that must be there",
    "null and absent",
    "another unit of time",
    "JSON in a text as it is",
    "a shape tried before others",
    "shapes in another order",
    "how control traffic is recognised",
];

#[test]
fn the_verdict_for_payloads_is_what_payloads_say() {
    let base = files(&folder("tests/diff/schemas"), Path::new("schemas"));
    let before = compiled(&base);
    assert_eq!(payloads::misfits(&before), Vec::<String>::new());
    for case in cases::all() {
        let after = compiled(&case.apply(&base));
        let diff = diff((&before).into(), (&after).into());
        let misfits = payloads::misfits(&after);
        let silent = diff.payload == Payload::Compatible || SILENT.contains(&case.what);
        assert_eq!(misfits.is_empty(), silent, "{}: {misfits:#?}\n{}", case.what, diff.human());
    }
}

#[test]
fn contributors_find_every_kind_in_the_table() {
    let page = fs::read_to_string(folder("../CONTRIBUTING.md")).unwrap();
    let missing: Vec<_> = Kind::ALL
        .iter()
        .map(|kind| kind.code())
        .filter(|code| !page.contains(&format!("`{code}`")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_schemas_of_the_repository_differ_from_themselves_in_nothing() {
    let schemas = compile(&folder("../schemas"));
    let again = diff((&schemas).into(), (&compile(&folder("../schemas"))).into());
    assert!(again.is_empty(), "{}", again.human());
    assert_eq!((again.human().as_str(), again.changelog().as_str()), ("", ""));
    assert_eq!(again.summary(), "nothing changed");
    assert_eq!((again.payload, again.api), (Payload::Compatible, Api::Patch));
}

/// An event that is new, a value that is gone, a field of another type, one that is deprecated, other words.
fn mixed() -> Diff {
    let base = files(&folder("tests/diff/schemas"), Path::new("schemas"));
    let case = Case {
        what: "",
        edits: &[
            (
                "acme/chat/pinged.yaml",
                "",
                "event: pinged\ntitle: Pinged\nabout: A ping.\ndelivery: [push]\nfields: {}\n",
            ),
            ("acme/chat/message.yaml", "size: { type: int,", "size: { type: string,"),
            ("acme/chat/message.yaml", "about: Somebody wrote.", "about: Somebody said something."),
            ("acme/chat/message.yaml", "about: Words.", "deprecated: {}, about: What it is about."),
            ("acme/chat/_types.yaml", ", topic: A group of topics.", ""),
        ],
        forth: "",
        back: "",
    };
    diff((&compiled(&base)).into(), (&compiled(&case.apply(&base))).into())
}

#[test]
fn people_read_changes_below_what_they_belong_to() {
    expect![[r#"
        acme/chat
          lossy       major  value `Mode.topic` removed: `Mode::Topic` (in acme/chat/message)
        acme/chat/message
          lossy       major  type of field `size` changed: `i64` -> `String`
          compatible  minor  `tags` deprecated
          compatible  patch  `tags` documented otherwise
        acme/chat/pinged
          compatible  minor  event added: `acme::chat::V2Pinged`
    "#]]
    .assert_eq(&mixed().human());
    assert_eq!(mixed().summary(), "6 changes: payloads lossy, Rust API major");
}

#[test]
fn programs_read_one_object() {
    let json: serde_json::Value = serde_json::from_str(&mixed().json()).unwrap();
    assert_eq!((&json["payload"], &json["api"]), (&"lossy".into(), &"major".into()));
    expect![[r#"
        {
          "after": null,
          "api": "major",
          "before": "Mode::Topic",
          "domain": "chat",
          "event": null,
          "events": [
            "acme/chat/message"
          ],
          "item": "Mode.topic",
          "kind": "value-removed",
          "payload": "lossy",
          "platform": "acme"
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&json["changes"][0]).unwrap());
}

#[test]
fn a_changelog_tells_what_users_notice() {
    expect![[r#"
        ### Added

        - `acme/chat/pinged`: event `acme::chat::V2Pinged`

        ### Changed

        - **Breaking:** `acme/chat/message`: type of field `size` changed: `i64` -> `String`

        ### Deprecated

        - `acme/chat/message`: `tags`

        ### Removed

        - **Breaking:** `acme/chat`: value `Mode.topic`: `Mode::Topic`
    "#]]
    .assert_eq(&mixed().changelog());
}
