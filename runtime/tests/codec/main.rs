//! What decoding, encoding and equality promise, on types written as the generator writes them.

#![allow(clippy::expect_used, clippy::panic)] // a test's helpers fail as the test does

mod properties;
mod types;

use serde_json::{Value, json};
use types::{Content, Everything, Kind, Modes, STREAM, TEXT_FORM};
use workplace_events_runtime::{
    Json,
    decode::{Decoded, decode},
    drift::DriftKind,
    encode::{encode, lacks},
    equivalent,
    time::{UnixMillis, UnixSeconds},
    value::{Coded, Nullable},
};

fn read(json: &Value) -> Decoded<Everything> {
    decode(STREAM, &["envelope"], &json.to_string()).expect("valid JSON")
}

/// Decoding without drift, and encoding to the same.
#[track_caller]
fn round_trip(json: &Value) -> Everything {
    let Decoded { body, drift } = read(json);
    assert_eq!(drift, [], "{json}");
    let again: Value = serde_json::from_str(&encode(&body, STREAM).expect("encodes")).expect("valid JSON");
    assert_eq!(
        equivalent(&Everything::ENCODING, Some(STREAM), &["envelope"], json, &again),
        Ok(()),
        "{again}"
    );
    body
}

#[track_caller]
fn drift(json: &Value) -> (Everything, Vec<(DriftKind, String)>) {
    let Decoded { body, drift } = read(json);
    (body, drift.into_iter().map(|d| (d.kind, d.path)).collect())
}

#[test]
fn every_kind_of_value_survives_the_round_trip() {
    let body = round_trip(&json!({
        "id": "1", "count": 5, "ratio": 0.5, "flag": true, "any": {"a": [null, 1.5, "x"]},
        "count_text": "7", "ratio_text": "1.25", "flag_text": "false",
        "sent": "1608725989000", "at": 1_608_725_989, "exact": "1502199207.7171419",
        "names": ["a", "b"], "grid": [[1, 2], [], [3]], "kinds": {"x": "p2p", "y": "group"},
        "label": "{\"id\":3,\"name\":\"\\u5f20 \\\"x\\\"\"}", "labels": ["{\"id\":1}", "{\"id\":2}"],
        "free": "[1,{\"a\":null}]", "modes": 5, "level": 2, "kind": "group", "nested": {"id": 9}
    }));
    assert_eq!(body.count, Some(5));
    assert_eq!(body.count_text, Some(7));
    assert_eq!(body.flag_text, Some(false));
    assert_eq!(body.sent, Some(UnixMillis(1_608_725_989_000)));
    assert_eq!(body.at, Some(UnixSeconds(1_608_725_989)));
    assert_eq!(body.exact.as_ref().map(|t| t.as_str()), Some("1502199207.7171419"));
    assert_eq!(body.grid, Some(vec![vec![1, 2], vec![], vec![3]]));
    assert_eq!(body.kinds.as_ref().map(|kinds| kinds["y"].clone()), Some(Kind::Group));
    assert_eq!(body.label.as_ref().and_then(|label| label.name.clone()).as_deref(), Some("张 \"x\""));
    assert_eq!(body.labels.map(|labels| labels.len()), Some(2));
    assert_eq!(body.modes, Some(Modes::PC | Modes::WEB));
}

#[test]
fn an_empty_body_has_only_its_always_fields_and_says_so() {
    let (body, drift) = drift(&json!({}));
    assert_eq!(body.id, "");
    assert_eq!(drift, [(DriftKind::Missing, "id".to_owned())]);
    assert_eq!(drift_of_null(), [(DriftKind::Missing, "id".to_owned())]);
}

fn drift_of_null() -> Vec<(DriftKind, String)> {
    drift(&json!({"id": null})).1
}

#[test]
fn null_is_the_same_as_absent_unless_the_schema_says_otherwise() {
    let body = round_trip(&json!({"id": "1", "count": null, "names": null, "nested": null}));
    assert_eq!(body.count, None);
    assert_eq!(round_trip(&json!({"id": "1", "maybe": null})).maybe, Nullable::Null);
    assert_eq!(round_trip(&json!({"id": "1"})).maybe, Nullable::Absent);
    assert_eq!(round_trip(&json!({"id": "1", "maybe": "x"})).maybe, Nullable::Value("x".to_owned()));
    let encoding = &Everything::ENCODING;
    let differ = equivalent(encoding, None, &[], &json!({"id": "1", "maybe": null}), &json!({"id": "1"}));
    assert_eq!(differ.expect_err("null counts here").path, "maybe");
}

#[test]
fn a_scalar_in_another_wire_type_is_taken_and_is_drift() {
    let (body, found) = drift(&json!({
        "id": 1, "count": "5", "ratio": "0.5", "flag": "true", "count_text": 7, "sent": 1_608_725_989_000_i64
    }));
    assert_eq!((body.id.as_str(), body.count, body.ratio, body.flag), ("1", Some(5), Some(0.5), Some(true)));
    assert_eq!((body.count_text, body.sent), (Some(7), Some(UnixMillis(1_608_725_989_000))));
    let paths: Vec<_> = found.iter().map(|(kind, path)| (*kind, path.as_str())).collect();
    let wrong = DriftKind::WrongType;
    assert_eq!(
        paths,
        [
            (wrong, "count"),
            (wrong, "count_text"),
            (wrong, "flag"),
            (wrong, "id"),
            (wrong, "ratio"),
            (wrong, "sent")
        ]
    );
}

#[test]
fn an_accepted_wire_type_is_no_drift() {
    assert_eq!(round_trip(&json!({"id": "1", "lenient": 5})).lenient, Some(5));
    assert_eq!(round_trip(&json!({"id": "1", "lenient": "5"})).lenient, Some(5));
    assert_eq!(round_trip(&json!({"id": "1", "ratio": 2})).ratio, Some(2.0), "an integer is a number");
}

#[test]
fn what_cannot_be_read_leaves_its_field_empty_and_nothing_else() {
    let (body, found) = drift(&json!({
        "id": "1", "count": "five", "sent": "16631*35567", "nested": [1], "names": {"a": 1}, "flag": {}, "kind": 3.5,
        "level": 18_446_744_073_709_551_615_u64, "at": 5
    }));
    assert_eq!((body.count, body.sent, body.flag, body.level), (None, None, None, None));
    assert!(body.nested.is_none() && body.names.is_none());
    assert_eq!(body.at, Some(UnixSeconds(5)));
    assert_eq!(body.kind.as_ref().map(|kind| kind.as_str()), Some("3.5"), "any scalar is a text");
    assert_eq!(found.iter().filter(|(kind, _)| *kind == DriftKind::WrongType).count(), 7);
}

#[test]
fn elements_that_do_not_fit_are_left_out_with_their_index() {
    let (body, found) =
        drift(&json!({"id": "1", "grid": [[1, "x"], null, 5, [2]], "kinds": {"a": null, "b": "p2p"}}));
    assert_eq!(body.grid, Some(vec![vec![1], vec![2]]));
    assert_eq!(body.kinds.map(|kinds| kinds.len()), Some(1));
    let left: Vec<_> =
        found.iter().filter(|(k, _)| *k == DriftKind::LeftOut).map(|(_, p)| p.as_str()).collect();
    assert_eq!(left, ["grid[0][1]", "grid[1]", "grid[2]", "kinds.a"]);
}

#[test]
fn json_in_a_text_tolerates_the_bare_object_and_keeps_what_is_no_json() {
    let body =
        round_trip(&json!({"id": "1", "label": {"id": 3}, "labels": ["{\"id\":1}", {"id": 2}], "free": [1]}));
    assert_eq!(body.label.and_then(|label| label.id), Some(3));
    let (body, found) =
        drift(&json!({"id": "1", "label": "{broken", "free": "not json", "content": "plain"}));
    assert!(body.label.is_none());
    assert_eq!(body.free, Some(Json(json!("not json"))));
    let kinds: Vec<_> = found.iter().map(|(kind, path)| (*kind, path.as_str())).collect();
    assert_eq!(
        kinds,
        [(DriftKind::NotJson, "free"), (DriftKind::NotJson, "label"), (DriftKind::NotJson, "content")]
    );
    let again: Value = serde_json::from_str(&encode(&body, STREAM).expect("encodes")).expect("valid");
    assert_eq!(again["free"], "not json", "and it is written as it came");
    assert_eq!(again["content"], "plain");
}

#[test]
fn a_text_that_breaks_off_in_the_middle_leaves_no_trace_in_later_paths() {
    let text = r#"{"id":"1","label":"{\"id\":1,\"name\":[","labels":["{\"id\":[","{}"],"other":1}"#;
    let Decoded { drift, .. } = decode::<Everything>(STREAM, &[], text).expect("valid JSON");
    let drift: Vec<_> = drift.iter().map(|d| (d.kind, d.path.as_str())).collect();
    let left_out = (DriftKind::LeftOut, "labels[0]");
    let expected = [(DriftKind::NotJson, "label"), (DriftKind::NotJson, "labels[0]"), left_out];
    assert_eq!(drift[..3], expected);
    assert_eq!(drift[3..], [(DriftKind::UnknownKey, "other")]);
}

#[test]
fn a_shape_follows_its_sibling_in_either_order() {
    for text in [
        r#"{"id":"1","content_type":"text","content":"{\"text\":\"hi\"}"}"#,
        r#"{"id":"1","content":"{\"text\":\"hi\"}","content_type":"text"}"#,
    ] {
        let Decoded { body, drift } = decode::<Everything>(STREAM, &[], text).expect("valid JSON");
        assert_eq!(drift, []);
        assert!(
            matches!(&body.content, Some(Content::Text(text)) if text.text.as_deref() == Some("hi")),
            "{body:?}"
        );
    }
}

#[test]
fn an_unlisted_shape_stays_raw_and_is_drift() {
    let json = json!({"id": "1", "content_type": "sticker", "content": "{\"key\":1}"});
    let (body, found) = drift(&json);
    assert!(matches!(&body.content, Some(Content::Unknown(raw)) if raw["key"] == 1));
    assert_eq!(found, [(DriftKind::UnknownShape, "content".to_owned())]);
    let again: Value = serde_json::from_str(&encode(&body, STREAM).expect("encodes")).expect("valid");
    assert_eq!(again, json);
}

#[test]
fn a_number_where_a_shape_is_declared_is_kept_wherever_its_kind_stands() {
    for text in [
        r#"{"id":"1","content_type":"text","content":0.5}"#,
        r#"{"id":"1","content":0.5,"content_type":"text"}"#,
        r#"{"id":"1","content_type":"text","content":"0.5"}"#,
    ] {
        let Decoded { body, drift } = decode::<Everything>(STREAM, &[], text).expect("valid JSON");
        assert!(matches!(&body.content, Some(Content::Unknown(raw)) if raw.as_f64() == Some(0.5)), "{text}");
        let drift: Vec<_> = drift.into_iter().map(|d| (d.kind, d.path, d.found)).collect();
        assert_eq!(drift, [(DriftKind::WrongType, "content".into(), "a number".into())], "{text}");
    }
}

#[test]
fn an_unset_discriminator_is_written_from_the_shape_and_a_set_one_is_kept() {
    let mut body = Everything {
        id: "1".into(),
        content: Some(Content::Image(types::Image::default())),
        ..Default::default()
    };
    let written: Value = serde_json::from_str(&encode(&body, STREAM).expect("encodes")).expect("valid");
    assert_eq!(written["content_type"], "image");
    body.content_type = Some("other".into());
    let written: Value = serde_json::from_str(&encode(&body, STREAM).expect("encodes")).expect("valid");
    assert_eq!(written["content_type"], "other");
}

#[test]
fn a_choice_by_its_own_key_reads_and_writes_that_key() {
    let json = json!({"id": "1", "blocks": [{"tag": "a", "href": "x"}, {"tag": "text", "text": "t"}]});
    let body = round_trip(&json);
    assert!(matches!(&body.blocks.as_deref(), Some([types::Block::Link(_), types::Block::Text(_)])));
    let (body, found) = drift(&json!({"id": "1", "blocks": [{"tag": "emoji", "code": 1}, {"code": 2}]}));
    assert_eq!(body.blocks.map(|blocks| blocks.len()), Some(2), "both are kept raw");
    assert_eq!(found.len(), 2);
}

#[test]
fn open_sets_keep_what_they_do_not_know() {
    let (body, found) = drift(&json!({"id": "1", "kind": "topic", "level": 9, "modes": 64}));
    assert_eq!(body.kind.as_ref().map(|kind| kind.as_str()), Some("topic"));
    assert_eq!(body.level.map(types::Level::get), Some(9));
    assert_eq!(body.modes.map(Modes::get), Some(64));
    assert!(found.iter().all(|(kind, _)| *kind == DriftKind::UnknownValue));
    assert_eq!(found.len(), 3);
    assert_eq!(Kind::from("group"), Kind::Group, "a known text is never unknown");
}

#[test]
fn keys_follow_the_form_and_another_forms_key_is_taken_with_drift() {
    let old = r#"{"ID":"1","UserId":["a"],"userId":"b"}"#;
    let Decoded { body, drift } = decode::<types::Keyed>(TEXT_FORM, &[], old).expect("valid JSON");
    assert_eq!((body.user_ids.as_deref(), body.user_id.as_deref()), (Some(&["a".to_owned()][..]), Some("b")));
    assert_eq!(drift, [], "keys that differ only by case are two fields");
    let Decoded { body, drift } =
        decode::<types::Keyed>(STREAM, &[], r#"{"UserId":["a"],"id":"1"}"#).expect("valid");
    assert_eq!(body.user_ids.as_deref(), Some(&["a".to_owned()][..]));
    assert_eq!(drift.iter().map(|d| d.kind).collect::<Vec<_>>(), [DriftKind::OtherForm]);
    assert_eq!(encode(&body, TEXT_FORM).expect("encodes"), r#"{"ID":"1","UserId":["a"]}"#);
    assert_eq!(serde_json::to_string(&body).expect("encodes"), r#"{"id":"1","users":["a"]}"#, "own names");
}

#[test]
fn a_key_that_json_writes_with_escapes_is_read_as_what_it_stands_for() {
    let json = r#"{"a\\nb":"1","a\"b":"2"}"#;
    let Decoded { body, drift } = decode::<types::Escaped>(STREAM, &[], json).expect("valid JSON");
    assert_eq!((body.backslash.as_deref(), body.quote.as_deref()), (Some("1"), Some("2")));
    assert_eq!(drift, []);
    let Decoded { body, drift } =
        decode::<types::Escaped>(STREAM, &[], r#"{"a\nb":"1"}"#).expect("valid JSON");
    assert_eq!((body.backslash, drift[0].kind), (None, DriftKind::UnknownKey), "a line break is another key");
    assert!(decode::<types::Escaped>(STREAM, &[], r#"{"a\\nb":"1","a"b":"2"}"#).is_err());
}

#[test]
fn deserialize_takes_the_key_of_any_form() {
    let body: types::Keyed = serde_json::from_str(r#"{"ID":"1","UserId":["a"]}"#).expect("valid");
    assert_eq!((body.id.as_deref(), body.user_ids.map(|ids| ids.len())), (Some("1"), Some(1)));
}

#[test]
fn envelope_keys_are_no_drift_at_the_top_and_are_below_it() {
    let (_, found) = drift(&json!({"id": "1", "envelope": 1, "nested": {"envelope": 1}, "other": 1}));
    let unknown: Vec<_> = found.iter().map(|(_, path)| path.as_str()).collect();
    assert_eq!(unknown, ["nested.envelope", "other"]);
}

#[test]
fn the_last_of_two_equal_keys_wins() {
    let Decoded { body, .. } =
        decode::<Everything>(STREAM, &[], r#"{"id":"1","names":["a"],"names":["b"],"count":1,"count":2}"#)
            .expect("valid");
    assert_eq!((body.names, body.count), (Some(vec!["b".to_owned()]), Some(2)));
}

#[test]
fn a_body_that_is_no_object_is_drift_and_broken_json_an_error() {
    for text in ["null", "5", "[1]", "\"x\""] {
        let Decoded { drift, .. } = decode::<Everything>(STREAM, &[], text).expect("valid JSON");
        assert_eq!(drift.iter().map(|d| d.kind).collect::<Vec<_>>(), [DriftKind::WrongType], "{text}");
    }
    for text in ["", "{", "{\"id\":}", "{} {}", "nul"] {
        assert!(decode::<Everything>(STREAM, &[], text).is_err(), "{text}");
    }
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    let deep = format!("{{\"any\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(decode::<Everything>(STREAM, &[], &deep).is_err());
    let in_text = json!({"id": "1", "free": "[".repeat(100_000)});
    assert!(drift(&in_text).1.contains(&(DriftKind::NotJson, "free".to_owned())));
}

#[test]
fn a_response_says_what_it_lacks() {
    assert_eq!(lacks(&Everything::default()).as_deref(), Some("id"));
    assert_eq!(lacks(&Everything { id: "1".into(), ..Default::default() }), None);
}

#[test]
fn deserialize_reads_numbers_as_numbers_whatever_features_serde_json_has() {
    // With `arbitrary_precision` on, as .ci/run has it once, a number looks like a map to a visitor.
    let text = r#"{"count":5,"ratio":0.25,"id":12345678901234567890,"nested":1,"any":1.5}"#;
    let body: Everything = serde_json::from_str(text).expect("decodes");
    assert_eq!((body.count, body.ratio, body.id.as_str()), (Some(5), Some(0.25), "12345678901234567890"));
    assert_eq!(body.any, Some(Json(json!(1.5))));
    assert!(body.nested.is_none());
}

#[test]
fn a_number_that_becomes_a_text_keeps_its_digits() {
    let text = r#"{"id":0.50,"exact":1502199207.7171419000}"#;
    let Decoded { body, .. } = decode::<Everything>(STREAM, &[], text).expect("valid JSON");
    assert_eq!(body.id, "0.50");
    assert_eq!(body.exact.as_ref().map(|time| time.as_str()), Some("1502199207.7171419000"));
}

#[test]
fn half_an_emoji_or_a_number_too_large_costs_no_event() {
    let text =
        r#"{"id":"\ud83d and \ude00 and \ud83d\ude00","ratio":1e999,"count":7,"any":["\ud83d",1e999]}"#;
    let Decoded { body, drift } = decode::<Everything>(STREAM, &[], text).expect("valid JSON");
    assert_eq!(body.id, "\u{fffd} and \u{fffd} and \u{1f600}");
    assert_eq!((body.ratio, body.count), (None, Some(7)));
    assert_eq!(body.any.as_ref().map(|any| &any[0]), Some(&json!("\u{fffd}")));
    assert_eq!(
        drift.iter().map(|d| (d.kind, d.path.as_str())).collect::<Vec<_>>(),
        [(DriftKind::WrongType, "ratio")]
    );
}
