//! What holds for any payload whatever.

use proptest::prelude::*;
use serde_json::{Value, json};
use workplace_events_runtime::{
    check,
    decode::decode,
    encode::encode,
    envelope::{Opening, open},
    equivalent,
    table::{FormTable, PlatformTable, When},
    value::Coded,
};

use crate::types::{Everything, STREAM, TEXT_FORM};

/// JSON of the keys and values that the types know, in all the wrong places, some of it inside texts.
fn any_json() -> impl Strategy<Value = Value> {
    let keys = [
        "id",
        "count",
        "ratio",
        "flag",
        "any",
        "count_text",
        "sent",
        "names",
        "grid",
        "kinds",
        "label",
        "labels",
        "free",
        "modes",
        "level",
        "kind",
        "nested",
        "content_type",
        "content",
        "blocks",
        "tag",
        "maybe",
        "exact",
        "other",
    ];
    let texts = [
        "",
        "5",
        "1.5",
        "true",
        "text",
        "image",
        "a",
        "p2p",
        "{}",
        "[1]",
        "{\"id\":3}",
        "\u{0}\"\\",
        "null",
        "\"x\"",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-10.0..10.0).prop_map(Value::from),
        any::<f64>().prop_filter("JSON has none", |float| float.is_finite()).prop_map(Value::from),
        prop::sample::select(texts.to_vec()).prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, move |inner| {
        let key = prop::sample::select(keys.to_vec()).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key, inner.clone(), 0..8)
                .prop_map(|map| map.into_iter().collect::<Value>()),
            inner.prop_map(|value| value.to_string().into()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// What was decoded is decoded to the same again: the first pass loses what does not fit, the second nothing.
    #[test]
    fn decoding_settles_after_one_pass(json in any_json()) {
        let first = decode::<Everything>(STREAM, &[], &json.to_string()).expect("valid JSON");
        let written = encode(&first.body, STREAM).expect("encodes");
        let second = decode::<Everything>(STREAM, &[], &written).expect("valid JSON");
        prop_assert_eq!(encode(&second.body, STREAM).expect("encodes"), written);
    }

    /// A payload without drift loses nothing.
    #[test]
    fn without_drift_nothing_is_lost(json in any_json()) {
        let fitting = decode::<Everything>(STREAM, &[], &json.to_string()).expect("valid JSON").body;
        let json = serde_json::from_str::<Value>(&encode(&fitting, STREAM).expect("encodes")).expect("valid JSON");
        let decoded = decode::<Everything>(STREAM, &[], &json.to_string()).expect("valid JSON");
        prop_assume!(decoded.drift.is_empty());
        let again: Value = serde_json::from_str(&encode(&decoded.body, STREAM).expect("encodes")).expect("valid JSON");
        prop_assert_eq!(equivalent(&Everything::ENCODING, Some(STREAM), &[], &json, &again), Ok(()));
    }

    /// The checker, which has no Rust type, finds the drift that decoding into the type finds.
    #[test]
    fn the_checker_agrees_with_the_types(json in any_json()) {
        let text = json.to_string();
        let typed = decode::<Everything>(STREAM, &[], &text).expect("valid JSON");
        let findings = check::check(&Everything::ENCODING, Some(STREAM), &[], &text, &|_, _| true).expect("valid JSON");
        prop_assert_eq!(findings.drift, typed.drift);
    }

    /// Equality is reflexive, whatever the payload, and survives the way through another form's keys.
    #[test]
    fn everything_is_equivalent_to_itself(json in any_json(), other in any_json()) {
        let same = |a: &Value, b: &Value| equivalent(&Everything::ENCODING, Some(TEXT_FORM), &[], a, b).is_ok();
        prop_assert!(same(&json, &json));
        prop_assert_eq!(same(&json, &other), same(&other, &json));
    }

    /// Opening never panics, and a body it finds is the one that is there.
    #[test]
    fn opening_finds_the_body_or_says_why(json in any_json(), event in "[a-z]{1,5}", flat in any::<bool>()) {
        const PLATFORM: PlatformTable<'static> = PlatformTable {
            name: "p",
            forms: &[
                FormTable { name: "rows", when: When { present: &["any"], ..When::DEFAULT }, rows: "any", body: "label", event: &["id", "label.id"], ..FormTable::DEFAULT },
                FormTable { name: "boxed", when: When { present: &["body"], ..When::DEFAULT }, body: "body", event: &["name"], ..FormTable::DEFAULT },
                FormTable { name: "flat", event: &["id"], ..FormTable::DEFAULT },
            ],
            ..PlatformTable::DEFAULT
        };
        let payload = if flat { json.clone() } else { json!({"name": event, "body": json}) }.to_string();
        if let Ok(Opening::Events(events)) = open(&PLATFORM, None, payload.into()) {
            for opened in events.into_iter().flatten() {
                let body: Value = serde_json::from_str(opened.body()).unwrap_or_default();
                if !flat && body.is_object() && json.is_object() {
                    prop_assert_eq!(&body, &json);
                }
                prop_assert!(serde_json::from_str::<Value>(opened.raw()).is_ok());
            }
        }
    }
}
