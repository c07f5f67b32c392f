//! `verify --fix` as its users run it: captured payloads become edits of the schemas and examples.

#![allow(clippy::unwrap_used)]

mod folder;

use folder::{Ended, Folder, json_lines};
use serde_json::{Value, json};

/// Comments everywhere, for they have to stay.
const SAID: &str = "\
# Who said what.
event: said
title: Said
about: Somebody said something.   # or sang it
apps: [own]
delivery: [push]
fields:
  who: { type: string, about: Who., always: true }   # a name
  mood:
    about: How.
    type: string
    values:
      glad: Glad.
      sad: Sad.   # the other one
  count: { type: int, about: How often. }
  rank:
    type: int
    about: How high.
    values: { 1: { name: First, about: First. } }
  marks: { type: int, about: Marks., flags: { 1: { name: Loud, about: Loud. } } }
  at: { type: text<time<unix_ms>>, about: When. }
  tags: { type: list<text<int>>, about: Tags. }
  parts:
    type: list<Part>
    about: What.
  first: { type: Part, about: The first. }
# What it is made of.
types:
  Part:
    about: A part.
    fields:
      # Nothing but the text, so far.
      text: { type: string, about: A part. }
";
const PATH: &str = "schemas/acme/chat/said.yaml";
const EXAMPLE: &str = "schemas/acme/chat/examples/said.json";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write(PATH, SAID);
    folder
}

/// A payload with more keys.
fn said(more: &Value) -> Value {
    let mut payload = json!({ "kind": "said", "id": "1", "who": "ann" });
    payload.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    payload
}

/// Runs `verify --fix` on a payload.
fn fix(folder: &Folder, payload: &Value) -> Ended {
    folder.write("seen.json", &payload.to_string());
    folder.run(&["verify", "--fix", "seen.json"])
}

/// The lines that are new in the schema. Every other line is as it was.
#[track_caller]
fn added(folder: &Folder) -> Vec<String> {
    let text = folder.read(PATH);
    let mut old = SAID.lines().peekable();
    let mut new = Vec::new();
    for line in text.lines() {
        match old.next_if_eq(&line) {
            Some(_) => {}
            None => new.push(line.to_owned()),
        }
    }
    assert_eq!(old.next(), None, "a line is missing or changed:\n{text}");
    new
}

/// The one line that is another one now.
#[track_caller]
fn changed(folder: &Folder) -> String {
    let text = folder.read(PATH);
    let pairs = SAID.lines().zip(text.lines());
    let changed: Vec<&str> = pairs.filter(|(old, new)| old != new).map(|(_, new)| new).collect();
    assert_eq!((changed.len(), text.lines().count()), (1, SAID.lines().count()), "{text}");
    changed[0].to_owned()
}

/// Once more the same changes nothing; with words in place of what is asked for the schemas are whole.
#[track_caller]
fn is_mended(folder: &Folder) {
    let files = folder.files("schemas");
    let again = folder.run(&["verify", "--fix", "seen.json"]).with(0);
    assert_eq!((again.out.as_str(), again.err.as_str()), ("", "no findings in 1 payload\n"));
    assert_eq!(folder.files("schemas"), files);
    let words = folder.read(PATH).replace("\"\"", "A word that says it.");
    folder.write(PATH, &words);
    folder.run(&["check"]).with(0);
}

#[test]
fn an_unknown_key_becomes_a_field() {
    let folder = folder();
    let ended = fix(&folder, &said(&json!({ "place": "here", "left_at": 1_700_000_000 }))).with(0);
    assert_eq!(
        added(&folder),
        ["  left_at: { type: time<unix_s>, about: \"\" }", "  place: { type: string, about: \"\" }"]
    );
    let told: Vec<&str> = ended.err.lines().collect();
    assert_eq!(
        told,
        [
            &format!("{PATH}: new field `left_at`"),
            &format!("{PATH}: new field `place`"),
            &format!("{EXAMPLE}: the payload, masked"),
            "next: 1. fill in what `cargo xtask check --schemas schemas` asks for, and look at the payload once more",
            "      2. run `cargo xtask gen --schemas schemas`",
            "no findings in 1 payload",
        ]
    );
    let asks = folder.run(&["check", "--format", "short"]).with(1);
    assert_eq!(asks.out.matches("an empty text").count(), 2, "{}", asks.out);
    is_mended(&folder);
}

#[test]
fn objects_become_types_beside_the_others() {
    let folder = folder();
    let room = json!({ "name": "attic", "floor": { "level": 3 } });
    fix(
        &folder,
        &said(&json!({ "parts": [{ "text": "a" }, { "room": room }, { "room": { "dark": true } }] })),
    )
    .with(0);
    assert_eq!(
        added(&folder),
        [
            "      room: { type: RoomData, about: \"\" }",
            "  FloorData:",
            "    about: \"\"",
            "    fields:",
            "      level: { type: int, about: \"\" }",
            "  RoomData:",
            "    about: \"\"",
            "    fields:",
            "      dark: { type: bool, about: \"\" }",
            "      floor: { type: FloorData, about: \"\" }",
            "      name: { type: string, about: \"\" }",
        ]
    );
    is_mended(&folder);
}

#[test]
fn a_file_without_types_gets_them() {
    let folder = Folder::new();
    fix(&folder, &json!({ "kind": "ping", "id": "1", "room": { "floor": 3 } })).with(0);
    let expected = folder::PING.to_owned()
        + "  room: { type: RoomData, about: \"\" }\ntypes:\n  RoomData:\n    about: \"\"\n    fields:\n      floor: { type: int, about: \"\" }\n";
    assert_eq!(folder.read("schemas/acme/chat/ping.yaml"), expected);
    // The plain name is taken.
    assert!(folder.has("schemas/acme/chat/examples/ping.2.json"));
}

#[test]
fn an_unknown_value_joins_its_set() {
    let folder = folder();
    fix(&folder, &said(&json!({ "mood": "odd" }))).with(0);
    assert_eq!(added(&folder), ["      odd: \"\""]);
    is_mended(&folder);
}

#[test]
fn a_value_that_is_no_rust_name_gets_one() {
    let folder = folder();
    fix(&folder, &said(&json!({ "mood": "+1" }))).with(0);
    assert_eq!(added(&folder), ["      \"+1\": { name: Value1, about: \"\" }"]);
    is_mended(&folder);
}

#[test]
fn unknown_integers_and_bits_get_names_too() {
    let folder = folder();
    fix(&folder, &said(&json!({ "rank": -2 }))).with(0);
    assert!(
        changed(&folder).ends_with("First. }, -2: { name: ValueMinus2, about: \"\" } }"),
        "{}",
        changed(&folder)
    );
    is_mended(&folder);
    let folder = self::folder();
    fix(&folder, &said(&json!({ "marks": 7 }))).with(0);
    let expected = "Loud. }, 2: { name: Bit2, about: \"\" }, 4: { name: Bit4, about: \"\" } } }";
    assert!(changed(&folder).ends_with(expected), "{}", changed(&folder));
    is_mended(&folder);
}

#[test]
fn a_scalar_of_another_type_is_accepted() {
    for (more, line) in [
        (
            json!({ "who": 7 }),
            "  who: { type: string, about: Who., always: true, accepts: [int] }   # a name",
        ),
        (json!({ "count": "3" }), "  count: { type: int, about: How often., accepts: [string] }"),
        (
            json!({ "at": 1_700_000_000_000_i64 }),
            "  at: { type: text<time<unix_ms>>, about: When., accepts: [int] }",
        ),
        (json!({ "tags": ["1", 2] }), "  tags: { type: list<text<int>>, about: Tags., accepts: [int] }"),
    ] {
        let folder = folder();
        fix(&folder, &said(&more)).with(0);
        assert_eq!(changed(&folder), line);
        is_mended(&folder);
    }
}

#[test]
fn a_type_that_holds_both_takes_the_place_of_one_that_does_not() {
    for (more, line) in [
        (json!({ "count": 2.5 }), "  count: { type: float, about: How often. }"),
        (json!({ "tags": ["1", "x"] }), "  tags: { type: list<string>, about: Tags. }"),
        (json!({ "at": "later" }), "  at: { type: string, about: When. }"),
        (json!({ "first": "{\"text\":\"hi\"}" }), "  first: { type: json<Part>, about: The first. }"),
    ] {
        let folder = folder();
        fix(&folder, &said(&more)).with(0);
        assert_eq!(changed(&folder), line);
        is_mended(&folder);
    }
}

#[test]
fn edits_that_meet_at_the_end_of_a_field_do_not_mix() {
    let folder = folder();
    let schema = "event: said\ntitle: Said\nabout: Somebody said something.\napps: [own]\ndelivery: [push]\nfields:\n  \
                  mood:\n    about: How.\n    type: string\n    values:\n      glad: Glad.\n";
    folder.write(PATH, schema);
    let payloads = [json!({ "mood": 7, "room": { "floor": 1 } }), json!({ "mood": "odd" })];
    let payloads = payloads.map(|more| {
        let mut payload = json!({ "kind": "said", "id": "1" });
        payload.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        payload.to_string()
    });
    folder.write("seen.json", &payloads.concat());
    folder.run(&["verify", "--fix", "seen.json"]).with(0);
    let expected = "      \"7\": { name: Value7, about: \"\" }\n      odd: \"\"\n    accepts: [int]\n  \
                    room: { type: RoomData, about: \"\" }\ntypes:\n  RoomData:\n    about: \"\"\n    fields:\n      \
                    floor: { type: int, about: \"\" }\n";
    assert_eq!(folder.read(PATH), format!("{schema}{expected}"));
}

#[test]
fn what_shows_only_after_an_edit_is_mended_too() {
    let folder = folder();
    fix(&folder, &said(&json!({ "first": "{\"text\":\"hi\",\"size\":2}", "count": [] }))).with(1);
    let text = folder.read(PATH);
    assert!(text.contains("first: { type: json<Part>"), "{text}");
    assert!(text.contains("      size: { type: int, about: \"\" }"), "{text}");
}

#[test]
fn what_no_edit_is_certain_for_is_left_with_the_reason() {
    let folder = folder();
    let payload = json!({ "kind": "said", "id": "1", "count": "many", "at": "", "parts": {}, "rank": "x" });
    folder.write("seen.json", &payload.to_string());
    let before = folder.files("schemas");
    let ended = folder.run(&["verify", "--fix", "--format", "json", "seen.json"]).with(1);
    let why = |path: &str| {
        let lines = json_lines(&ended.out);
        lines.iter().find(|line| line["path"] == path).unwrap()["why"].as_str().unwrap().to_owned()
    };
    assert!(why("who").starts_with("if the platform may leave it out"));
    assert!(why("count").starts_with("no type of the schema language holds both"));
    assert!(why("at").starts_with("an empty text says nothing"));
    assert!(why("parts").starts_with("no type of the schema language holds both"));
    assert_eq!(ended.err, "nothing was changed: no edit is certain\n5 findings in 1 payload\n");
    assert_eq!(folder.files("schemas"), before);
}

#[test]
fn a_payload_that_does_not_fit_even_then_is_an_example_of_drift() {
    let folder = folder();
    let ended = fix(&folder, &said(&json!({ "new": 1, "count": [] }))).with(1);
    assert!(ended.err.contains("seen.json:1: said: count: wrong_type"), "{}", ended.err);
    assert!(ended.err.ends_with("1 finding in 1 payload\n"), "{}", ended.err);
    assert!(folder.has("schemas/acme/chat/examples/said.drift-1.json"));
    folder.write(PATH, &folder.read(PATH).replace("\"\"", "A word that says it."));
    folder.run(&["check"]).with(0);
    let files = folder.files("schemas");
    folder.run(&["verify", "--fix", "seen.json"]).with(1);
    assert_eq!(folder.files("schemas"), files);
}

#[test]
fn payloads_are_stored_masked_and_once_for_what_they_show() {
    let folder = folder();
    let one = said(&json!({ "who": "Zoe Miller", "token": "s3cr3tT0ken", "user": "ou_84aad35d084aa403" }));
    let other = said(&json!({ "who": "Max", "token": "0therT0ken", "user": "ou_1111111111111111" }));
    let third = said(&json!({ "mood": "odd" }));
    folder.write("seen.ndjson", &format!("{one}\n{other}\n{third}\n"));
    folder.run(&["verify", "--fix", "seen.ndjson"]).with(0);
    let masked: Value = serde_json::from_str(&folder.read(EXAMPLE)).unwrap();
    let text = masked.to_string();
    for secret in ["Zoe", "Miller", "s3cr3t", "84aad35d"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert_eq!(
        (&masked["kind"], masked["who"].as_str().unwrap().len()),
        (&json!("said"), "Zoe Miller".len())
    );
    assert!(masked["user"].as_str().unwrap().starts_with("ou_"), "{text}");
    // The second shows nothing that the first does not show.
    let second: Value = serde_json::from_str(&folder.read("schemas/acme/chat/examples/said.2.json")).unwrap();
    assert_eq!(second["mood"], "odd");
    assert!(!folder.has("schemas/acme/chat/examples/said.3.json"));
}

#[test]
fn a_body_alone_mends_the_schema_and_is_no_example() {
    let folder = folder();
    folder.write("body.json", r#"{"who":"ann","mood":"odd"}"#);
    let ended = folder.run(&["verify", "--fix", "--event", "said", "body.json"]).with(0);
    assert!(
        ended.err.contains("body.json:1: this payload is not stored: an example has its envelope"),
        "{}",
        ended.err
    );
    assert_eq!(added(&folder), ["      odd: \"\""]);
    assert!(!folder.has(EXAMPLE));
}

#[test]
fn a_drift_log_mends_what_it_holds() {
    let folder = folder();
    let line = |path: &str, kind: &str, found: &str| {
        json!({ "event": "said", "path": path, "kind": kind, "expected": "", "found": found }).to_string()
            + "\n"
    };
    let log = line("mood", "unknown_value", "the text \"odd\"")
        + &line("mood", "unknown_value", "the text \"odd\"")
        + &line("count", "wrong_type", "a text")
        + &line("mood", "unknown_value", "a long text")
        + &line("parts[0].new", "unknown_key", "a key that the schema does not know");
    folder.write("drift.ndjson", &log);
    let run = || folder.run(&["verify", "--fix", "--format", "json", "drift.ndjson"]).with(1);
    let left = json_lines(&run().out);
    let why: Vec<&str> = left.iter().map(|line| line["why"].as_str().unwrap()).collect();
    assert_eq!(
        why,
        [
            "a drift log does not hold so long a text; capture a payload with it",
            "a drift log does not hold the value of a key; capture a payload with it",
        ]
    );
    let text = folder.read(PATH);
    assert!(text.contains("      odd: \"\"\n") && text.contains("accepts: [string]"), "{text}");
    let files = folder.files("schemas");
    assert_eq!(json_lines(&run().out), left);
    assert_eq!(folder.files("schemas"), files);
}

#[test]
fn shared_types_are_changed_where_they_stand() {
    let folder = folder();
    let shared = "types:\n  Base:\n    about: What all have.\n    fields:\n      who: { type: string, about: Who. }\n  \
                  Mood:\n    about: How.\n    type: string\n    values: { glad: Glad. }   # more to come\n";
    folder.write("schemas/acme/chat/_types.yaml", shared);
    folder.write(
        PATH,
        "event: said\ntitle: Said\nabout: Somebody said something.\napps: [own]\ndelivery: [push]\nextends: Base\n\
         fields:\n  mood: { type: Mood, about: How they felt. }\n",
    );
    let twin =
        "event: sung\ntitle: Sung\nabout: Somebody sang.\napps: [own]\ndelivery: [push]\nsame_as: said\n";
    folder.write("schemas/acme/chat/sung.yaml", twin);
    let payload = json!({ "kind": "sung", "id": "1", "mood": "odd", "who": 1, "song": "la" });
    fix(&folder, &payload).with(0);
    let expected = shared
        .replace("glad: Glad. }", "glad: Glad., odd: \"\" }")
        .replace("Who. }", "Who., accepts: [int] }");
    assert_eq!(folder.read("schemas/acme/chat/_types.yaml"), expected);
    assert!(folder.read(PATH).ends_with("  song: { type: string, about: \"\" }\n"));
    assert_eq!(folder.read("schemas/acme/chat/sung.yaml"), twin);
}

#[test]
fn bad_input_changes_nothing() {
    let folder = folder();
    let drifts = said(&json!({ "new": 1 }));
    folder.write("cut.ndjson", &format!("{drifts}\n{{\"kind\":"));
    folder.write("unknown.ndjson", &format!("{drifts}\n{{\"kind\":\"sung\"}}\n"));
    folder.write("empty.json", "\n");
    let before = folder.files("schemas");
    for file in ["cut.ndjson", "unknown.ndjson", "empty.json", "missing.json", "schemas"] {
        let ended = folder.run(&["verify", "--fix", file]).with(2);
        assert!(ended.err.lines().last().unwrap().starts_with("error: "), "{}", ended.err);
    }
    assert_eq!(folder.files("schemas"), before);
}

#[test]
fn what_cannot_be_seen_is_written_and_told_as_an_escape() {
    let folder = folder();
    let ended = fix(&folder, &said(&json!({ "new\u{200b}": 1, "mood": "a\u{202e}b" }))).with(0);
    assert!(ended.err.contains("new field `new\\u{200b}`"), "{}", ended.err);
    assert!(ended.err.contains("new value `a\\u{202e}b`"), "{}", ended.err);
    let added = added(&folder).join("\n");
    assert!(
        added.contains("\"new\\U0000200b\": { type: int") && added.contains("\"a\\U0000202eb\""),
        "{added}"
    );
    assert!(added.is_ascii(), "{added}");
}
