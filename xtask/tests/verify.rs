//! `verify` as its users run it: payloads against the schemas of a folder, and the examples of the repository against its own.

#![allow(clippy::unwrap_used)]

mod folder;

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Stdio,
};

use folder::{Ended, Folder, json_lines};
use serde_json::{Value, json};

const SAID: &str = "\
event: said
title: Said
about: Somebody said something.
apps: [own]
delivery: [push]
fields:
  who: { type: string, about: Who., always: true }
  mood:
    about: How.
    type: string
    values: { glad: Glad., sad: Sad. }
  count: { type: int, about: How often., max: 3 }
  parts:
    type: list<Part>
    about: What.
types:
  Part:
    about: A part.
    fields:
      text: { type: string, about: A part. }
";

const FITS: &str = r#"{"kind":"said","id":"1","who":"ann","mood":"sad","count":3,"parts":[{"text":"hi"}]}"#;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("schemas/acme/chat/said.yaml", SAID);
    folder
}

fn run_with_stdin(folder: &Folder, args: &[&str], stdin: &str) -> Ended {
    let mut command = folder.command(args);
    command.args(["--schemas", "schemas"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    Ended::of(child.wait_with_output().unwrap())
}

/// The findings in a payload: path, kind and place in the schema.
fn findings(payload: &str) -> Vec<[String; 3]> {
    let ended = run_with_stdin(&folder(), &["verify", "--format", "json", "-"], payload).with(1);
    let text = |line: &Value, key: &str| line[key].as_str().unwrap().to_owned();
    json_lines(&ended.out).iter().map(|line| ["path", "kind", "schema"].map(|key| text(line, key))).collect()
}

#[test]
fn payloads_that_fit_are_no_finding() {
    let folder = folder();
    folder.write("one.json", FITS);
    folder.write("many.ndjson", &format!("{FITS}\n\n{FITS}\n"));
    folder.write("drawn.json", "\u{feff}{\n  \"kind\": \"said\",\n  \"who\": \"ann\"\n}\n");
    let ended = folder.run(&["verify", "one.json", "many.ndjson", "drawn.json"]).with(0);
    assert_eq!((ended.out.as_str(), ended.err.as_str()), ("", "no findings in 4 payloads\n"));
    let ended = run_with_stdin(&folder, &["verify", "-"], FITS).with(0);
    assert_eq!(ended.err, "no findings in 1 payload\n");
}

#[test]
fn every_kind_of_difference_has_its_place() {
    let schema = |line: usize| format!("schemas/acme/chat/said.yaml:{line}");
    let one = |path: &str, kind: &str, line| vec![[path.to_owned(), kind.to_owned(), schema(line)]];
    assert_eq!(findings(r#"{"kind":"said"}"#), one("who", "missing", 7));
    assert_eq!(findings(r#"{"kind":"said","who":"a","mood":"odd"}"#), one("mood", "unknown_value", 8));
    assert_eq!(findings(r#"{"kind":"said","who":"a","count":4}"#), one("count", "constraint", 12));
    assert_eq!(findings(r#"{"kind":"said","who":7}"#), one("who", "wrong_type", 7));
    assert_eq!(findings(r#"{"kind":"said","who":"a","new":1}"#), one("new", "unknown_key", 1));
    let second = r#"{"kind":"said","who":"a","parts":[{},{"new":1}]}"#;
    assert_eq!(findings(second), one("parts[1].new", "unknown_key", 17));
}

#[test]
fn a_finding_is_an_object_or_a_line() {
    let folder = folder();
    folder.write("seen.ndjson", &format!("{FITS}\n{{\"kind\":\"said\",\"who\":7}}\n"));
    let ended = folder.run(&["verify", "--format", "json", "seen.ndjson"]).with(1);
    let expected = json!({
        "file": "seen.ndjson", "line": 2, "event": "said", "path": "who", "kind": "wrong_type",
        "expected": "a text", "found": "an integer", "schema": "schemas/acme/chat/said.yaml:7",
    });
    assert_eq!(json_lines(&ended.out), [expected]);
    assert_eq!(ended.err, "1 finding in 2 payloads\n");
    let ended = folder.run(&["verify", "seen.ndjson"]).with(1);
    let line = "seen.ndjson:2: said: who: wrong_type: expected a text, found an integer (schemas/acme/chat/said.yaml:7)";
    assert_eq!((ended.out.as_str(), ended.err), ("", format!("{line}\n1 finding in 2 payloads\n")));
}

#[test]
fn values_of_the_payload_stay_out_of_the_report() {
    let folder = folder();
    folder.write("seen.json", r#"{"kind":"said","who":["hush"],"token":"hush","parts":"hush"}"#);
    for format in ["human", "json"] {
        let ended = folder.run(&["verify", "--format", format, "seen.json"]).with(1);
        assert!(!ended.out.contains("hush") && !ended.err.contains("hush"), "{ended:#?}");
    }
}

#[test]
fn a_body_alone_needs_its_event() {
    let folder = folder();
    folder.write("body.json", r#"{"mood":"sad"}"#);
    let ended = folder.run(&["verify", "body.json"]).with(2);
    let needs = "error: body.json:1: a payload in the form `plain` has no name of an event at `kind`\n";
    assert_eq!(ended.err, needs);
    for name in ["said", "Said", "on_said"] {
        let ended = folder.run(&["verify", "--event", name, "body.json"]).with(1);
        assert!(ended.err.starts_with("body.json:1: said: who: missing: "), "{}", ended.err);
    }
    folder.write("ping.json", r#"{"kind":"ping","text":"hi"}"#);
    let ended = folder.run(&["verify", "--event", "said", "ping.json"]).with(2);
    assert!(ended.err.contains("ping.json:1: the payload is of the event `ping`"), "{}", ended.err);
}

#[test]
fn a_drift_log_is_read_and_placed() {
    let folder = folder();
    let line = r#"{"event":"said","path":"parts[0].new","kind":"unknown_key","expected":"no such key in SaidPart","found":"a key that the schema does not know"}"#;
    folder.write("drift.ndjson", &format!("{line}\n{line}\n"));
    let ended = folder.run(&["verify", "--format", "json", "drift.ndjson"]).with(1);
    let lines = json_lines(&ended.out);
    assert_eq!((lines.len(), &lines[1]["line"]), (2, &json!(2)));
    assert_eq!(lines[0]["schema"], "schemas/acme/chat/said.yaml:17");
}

#[test]
fn bad_input_is_one_line_and_changes_nothing() {
    let folder = folder();
    folder.write("empty.json", "\n");
    folder.write("cut.json", "{\"kind\":\"said\",\n\"who");
    folder.write("list.json", "[]");
    folder.write("unknown.json", r#"{"kind":"sung"}"#);
    fs::write(folder.0.join("latin.json"), b"{\"kind\":\"\xe9\"}").unwrap();
    let before = folder.files("");
    for (file, says) in [
        ("nothing.json", "nothing.json: "),
        ("schemas", "schemas: this is a folder"),
        ("latin.json", "latin.json: this is not UTF-8"),
        ("empty.json", "empty.json: this is empty"),
        ("cut.json", "cut.json:2:4: this is no JSON: it ends early"),
        ("list.json", "list.json:1: this is no payload of acme"),
        (
            "unknown.json",
            "unknown.json:1: there is no event `sung` of acme; `cargo xtask new acme sung` begins",
        ),
    ] {
        let ended = folder.run(&["verify", file]).with(2);
        assert!(ended.err.starts_with(&format!("error: {says}")), "{}", ended.err);
        assert_eq!((ended.out.as_str(), ended.err.lines().count()), ("", 1));
    }
    let ended = folder.run(&["verify", "--event", "sad", "list.json"]).with(2);
    assert_eq!(ended.err, "error: there is no event `sad`; did you mean `said`?\n");
    folder.run(&["verify"]).with(2);
    assert_eq!(folder.files(""), before);
}

#[test]
fn one_unreadable_payload_does_not_hide_the_findings_of_others() {
    let folder = folder();
    folder.write("seen.ndjson", "{\"kind\":\"sung\"}\n{\"kind\":\"said\"}\n");
    let ended = folder.run(&["verify", "--format", "json", "seen.ndjson"]).with(2);
    assert_eq!(json_lines(&ended.out)[0]["path"], "who");
    assert!(ended.err.contains("seen.ndjson:1: there is no event `sung`"), "{}", ended.err);
}

/// Payloads among the examples of the repository; answers to callbacks are none.
fn examples(drifting: bool) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                walk(&entry, found);
            } else if entry.extension().is_some_and(|ending| ending == "json")
                && entry.parent().is_some_and(|parent| parent.ends_with("examples"))
            {
                found.push(entry);
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas"), &mut found);
    let is = |path: &PathBuf, part: &str| path.file_name().unwrap().to_string_lossy().contains(part);
    found.retain(|path| !is(path, ".response.") && is(path, ".drift-") == drifting);
    assert!(!found.is_empty());
    found
}

#[test]
fn the_examples_of_the_repository_fit_in_every_wire_form() {
    let run = |files: &[PathBuf]| Ended::of(Folder::new().command(&["verify"]).args(files).output().unwrap());
    let fitting = examples(false);
    assert_eq!(run(&fitting).with(0).err, format!("no findings in {} payloads\n", fitting.len()));
    for drifting in examples(true) {
        run(&[drifting]).with(1);
    }
}
