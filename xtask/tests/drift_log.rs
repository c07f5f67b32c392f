//! What a dispatcher of the crate writes into a drift log is what `verify` reads.

#![allow(clippy::unwrap_used)]

mod folder;

use std::{fs, path::Path};

use folder::{Ended, Folder, json_lines};
use serde_json::{Value, json};
use workplace_events::{
    Event,
    dispatch::{Answer, DriftLog},
    lark::{EventDispatcher, im::P2ImMessageReceiveV1},
    testing::Payload,
};

/// Logs how a payload drifts, beside the folder's other files.
fn log(folder: &Folder, payload: &Payload<P2ImMessageReceiveV1>) {
    let log = DriftLog::new(fs::File::create(folder.0.join("drift.ndjson")).unwrap());
    let dispatcher = EventDispatcher::builder()
        .on_p2_im_message_receive_v1(async |_: Event<P2ImMessageReceiveV1>| ())
        .on_drift(move |event, drift| log.write(event, drift))
        .build()
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(payload.deliver(&dispatcher)), Answer::Acknowledged);
}

/// What `verify` finds in a file of the folder.
fn findings(folder: &Folder, file: &str) -> Vec<Value> {
    let command = &mut folder.command(&["verify", "--format", "json", file]);
    json_lines(&Ended::of(command.output().unwrap()).with(1).out)
}

/// The line of the schema that a finding names.
fn line_of_the_schema(finding: &Value) -> String {
    let (file, line) = finding["schema"].as_str().unwrap().rsplit_once(':').unwrap();
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)).unwrap();
    text.lines().nth(line.parse::<usize>().unwrap() - 1).unwrap().trim().to_owned()
}

fn drifting() -> Payload<P2ImMessageReceiveV1> {
    let payload = Payload::sample().set("event.message.chat_id", 7);
    let payload = payload.and_then(|payload| payload.set("event.message.mood", "glad"));
    payload.and_then(|payload| payload.set("event.sender.sender_type", "ghost")).unwrap()
}

#[test]
fn every_line_that_a_dispatcher_logged_is_placed_in_the_schemas() {
    let folder = Folder::new();
    log(&folder, &drifting());
    let findings = findings(&folder, "drift.ndjson");
    let places: Vec<_> = findings.iter().map(|finding| (&finding["path"], &finding["kind"])).collect();
    let expected = [
        (&json!("message.chat_id"), &json!("wrong_type")),
        (&json!("message.mood"), &json!("unknown_key")),
        (&json!("sender.sender_type"), &json!("unknown_value")),
    ];
    assert_eq!(places, expected);
    for (finding, begins) in findings.iter().zip(["chat_id:", "Message:", "sender_type:"]) {
        let line = line_of_the_schema(finding);
        assert!(line.starts_with(begins), "{finding} names the line {line:?}");
    }
}

#[test]
fn a_log_says_of_a_payload_what_verify_finds_in_it() {
    let folder = Folder::new();
    log(&folder, &drifting());
    folder.write("payload.json", drifting().as_str());
    let found = |file| {
        let keys = ["event", "path", "kind", "expected", "found", "schema"];
        let findings = findings(&folder, file);
        findings.iter().map(|finding| keys.map(|key| finding[key].clone())).collect::<Vec<_>>()
    };
    assert_eq!(found("drift.ndjson"), found("payload.json"));
}
