//! Payloads that fit the schemas beside this file.

use workplace_events_codegen::compile::Compiled;

const PAYLOADS: &[&str] = &[
    r#"{
        "schema": "2.0",
        "header": { "type": "message", "id": "1" },
        "event": {
            "message_id": "a message with an id of some forty letters",
            "chat_id": "c", "sender": { "name": "Ann" }, "size": -5, "sent_at": 1700000000, "tags": ["a"],
            "note": "n", "mode": "topic", "devices": 1, "state": 1, "kind": "card", "data": "{\"a\":1}",
            "content": "{\"title\":\"t\"}", "extra": { "weight": 1.5 }
        }
    }"#,
    r#"{ "kind": "message", "message_id": "m", "sender": { "name": "Ben" }, "note": null, "data": "5" }"#,
    r#"{ "schema": "2.0", "header": { "type": "changed" }, "event": { "name": "n" } }"#,
    r#"{ "schema": "2.0", "header": { "type": "changed" }, "event": { "what": "w" } }"#,
    r#"{ "schema": "2.0", "header": { "type": "entered" }, "event": { "entered_at": 1 } }"#,
    r#"{ "schema": "2.0", "header": { "type": "left" }, "event": { "left_at": 1 } }"#,
    r#"{ "kind": "ask" }"#,
    r#"{ "type": "check" }"#,
];

/// Where payloads do not fit.
pub fn misfits(compiled: &Compiled) -> Vec<String> {
    compiled.with_verifier(|verifier| {
        let found = PAYLOADS.iter().flat_map(|payload| match verifier.payload(&[], payload) {
            Ok(findings) => findings.iter().map(|found| format!("{}: {}", found.path, found.kind)).collect(),
            Err(refused) => vec![refused.to_string()],
        });
        found.collect()
    })
}
