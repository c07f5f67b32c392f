//! The `receive` example as a person uses it: the real program, real sockets, requests as the platforms send them.

#![allow(clippy::expect_used, clippy::panic)] // a test's helpers fail as the test does

mod common;

use std::path::{Path, PathBuf};

use common::Bot;
use http::Request;
use serde_json::{Value, json};
use workplace_events::{
    catalogue,
    runtime::{
        Json, dingtalk, equivalent, lark,
        platform::Platform,
        table::{Body, Encoding, EventKind, PlatformTable},
        webhook::Stamp,
    },
};

const TOKEN: &str = "v-tok";
const KEY: &str = "test key";
const AES_KEY: &str = "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij";

fn start() -> Bot {
    let settings = [
        ("LARK_VERIFICATION_TOKEN", TOKEN),
        ("LARK_ENCRYPT_KEY", KEY),
        ("DINGTALK_TOKEN", "123456"),
        ("DINGTALK_AES_KEY", AES_KEY),
        ("DINGTALK_OWNER_KEY", "dingkey"),
    ];
    Bot::start(env!("CARGO_BIN_EXE_receive"), &settings)
}

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas")
}

/// The example payloads of a platform: whole, by file name. Answers of callbacks are no payloads.
fn payloads(platform: &str) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for domain in std::fs::read_dir(schemas().join(platform)).expect("schemas").flatten() {
        for file in std::fs::read_dir(domain.path().join("examples")).into_iter().flatten().flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            if !name.contains(".response") {
                let text = std::fs::read_to_string(file.path()).expect("readable");
                found.push((name, serde_json::from_str(&text).expect("JSON")));
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(!found.is_empty());
    found
}

/// Examples of one event may have one id: each becomes another event, by the name of its file.
fn told_apart(file: &str, platform: &PlatformTable<'_>, payload: Value) -> Value {
    let mut text = payload.to_string();
    let opened =
        workplace_events::envelope::events(platform, Some("webhook"), text.as_bytes()).expect("opens");
    for (row, event) in opened.iter().enumerate() {
        let form = &platform.forms[usize::from(event.form.0)];
        let within = if form.rows.is_empty() { String::new() } else { format!("{}.{row}.", form.rows) };
        let key = payload["bizData"][row].get("biz_id").map(|_| "biz_id");
        let id = form.header.id.first().copied().filter(|_| event.header.id().is_some());
        for path in key.into_iter().chain(id) {
            let path = format!("{within}{path}");
            text = workplace_events::testing::set(&text, &path, format!("{file} {row}")).expect("an object");
        }
    }
    serde_json::from_str(&text).expect("JSON")
}

/// Whether a printed line says what the payload said, under the table of its event.
fn assert_same(file: &str, platform: &PlatformTable<'_>, payload: &Value, line: &Value) {
    let text = payload.to_string();
    let opened =
        workplace_events::envelope::events(platform, Some("webhook"), text.as_bytes()).expect("opens");
    let form = &platform.forms[usize::from(opened[0].form.0)];
    let event = line["event_type"].as_str().expect("an event");
    let row =
        catalogue::find(event).find(|row| row.platform == platform.name && row.protocol == form.protocol);
    let encoding = match row.expect("a known event").body {
        Body::Object(table) => Encoding::Object(table),
        Body::Choice(table) => Encoding::Choice(table),
    };
    let body = serde_json::from_str(opened[0].body()).expect("JSON");
    if !file.contains(".drift-") {
        assert_eq!(line["drift"], json!([]), "{file}");
        let same = equivalent(&encoding, Some(opened[0].form), form.envelope, &body, &line["body"]);
        assert_eq!(same, Ok(()), "{file}: {line}");
    } else {
        assert_ne!(line["drift"], json!([]), "{file}");
    }
    for key in form.envelope {
        let declared = matches!(encoding, Encoding::Object(t) if t.fields.iter().any(|f| f.is_called(key)));
        assert!(
            declared || line["body"].get(key).is_none(),
            "{file}: the envelope's `{key}` leaks into the body"
        );
    }
}

#[test]
fn every_lark_payload_comes_back_typed() {
    let mut receiver = start();
    let credential = lark::Credential::new().verification_token(TOKEN).encrypt_key(KEY);
    let platform = <workplace_events::lark::Lark as Platform>::TABLE;
    for (file, payload) in payloads("lark") {
        let mut payload = told_apart(&file, platform, payload);
        let p2 = payload.get("schema").is_some();
        if p2 {
            payload["header"]["token"] = TOKEN.into()
        } else {
            payload["token"] = TOKEN.into()
        }
        let request =
            lark::seal(&credential, payload.to_string().as_bytes(), &Stamp::seconds().expect("random"));
        let (status, answer) = receiver.post("/lark", &request.expect("seals"));
        let line = receiver.line();
        assert_same(&file, platform, &payload, &line);
        let callback = catalogue::find(line["event_type"].as_str().expect("text"))
            .any(|e| e.kind == EventKind::Callback);
        let expected = if callback { "{}" } else { r#"{"msg":"success"}"# };
        assert_eq!((status, String::from_utf8_lossy(&answer).as_ref()), (200, expected), "{file}");
    }
}

#[test]
fn every_dingtalk_push_comes_back_typed_and_is_answered_with_an_encrypted_success() {
    let mut receiver = start();
    let credential = dingtalk::Credential::new("123456", AES_KEY, "dingkey").expect("a key");
    let platform = <workplace_events::dingtalk::DingTalk as Platform>::TABLE;
    let pushes = payloads("dingtalk").into_iter().filter(|(_, payload)| payload.get("EventType").is_some());
    let mut count = 0;
    for (file, payload) in pushes {
        let payload = told_apart(&file, platform, payload);
        let stamp = Stamp::millis().expect("random");
        let request = dingtalk::seal(&credential, payload.to_string().as_bytes(), &stamp).expect("seals");
        let (status, answer) = receiver.post("/dingtalk", &request);
        assert_eq!(status, 200, "{file}");
        assert_eq!(dingtalk::open_reply(&credential, &answer).expect("sealed"), "success", "{file}");
        let rows = payload["bizData"].as_array().map_or(1, Vec::len);
        for _ in 0..rows {
            let line = receiver.line();
            if rows == 1 {
                assert_same(&file, platform, &payload, &line);
            }
        }
        count += 1;
    }
    assert!(count >= 20, "{count}");
}

#[test]
fn the_platforms_checks_of_the_url_are_answered() {
    let receiver = start();
    let credential = lark::Credential::new().verification_token(TOKEN).encrypt_key(KEY);
    let challenge = json!({"challenge": "a\"b", "token": TOKEN, "type": "url_verification"}).to_string();
    let request = lark::seal_unsigned(&credential, challenge.as_bytes(), &Stamp::seconds().expect("random"));
    let (status, answer) = receiver.post("/lark", &request);
    let answer: Json = serde_json::from_slice(&answer).expect("JSON");
    assert_eq!((status, &answer["challenge"]), (200, &json!("a\"b")));

    let credential = dingtalk::Credential::new("123456", AES_KEY, "dingkey").expect("a key");
    let stamp = Stamp::millis().expect("random");
    let request = dingtalk::seal(&credential, br#"{"EventType":"check_url"}"#, &stamp).expect("seals");
    let (status, answer) = receiver.post("/dingtalk", &request);
    assert_eq!(status, 200);
    assert_eq!(dingtalk::open_reply(&credential, &answer).expect("sealed"), "success");
}

#[test]
fn a_stranger_is_refused() {
    let receiver = start();
    let request =
        Request::post("/").body(br#"{"schema":"2.0","header":{},"event":{}}"#.to_vec()).expect("a request");
    assert_eq!(receiver.post("/lark", &request).0, 401);
    assert_eq!(receiver.post("/dingtalk", &request).0, 401);
    assert_eq!(receiver.post("/other", &request).0, 404);
}
