//! What the reader takes is what JSON is.

use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::json;

use super::*;

fn skipped(text: &str) -> Result<&str, Broken> {
    let mut reader = Reader::new(text);
    let json = reader.skip()?;
    reader.end().map(|()| json)
}

fn valued(text: &str) -> Result<Value, Broken> {
    let mut reader = Reader::new(text);
    let value = reader.value()?;
    reader.end().map(|()| value)
}

/// What `serde_json` says of a text.
#[track_caller]
fn same_as_serde_json(text: &str) {
    let well_formed = serde_json::from_str::<IgnoredAny>(text).is_ok();
    assert_eq!(skipped(text).is_ok(), well_formed, "skipping {text:?}");
    assert_eq!(valued(text).is_ok(), well_formed, "reading {text:?}");
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        assert_eq!(valued(text), Ok(value), "{text:?}");
    }
    let object = text.trim_start().starts_with('{');
    let mut reader = Reader::new(text);
    let members = reader.members();
    assert_eq!(members.is_ok() && reader.end().is_ok(), well_formed && object, "the members of {text:?}");
}

#[test]
fn what_is_json_is_what_serde_json_says() {
    for text in [
        "",
        " ",
        "nul",
        "null",
        "nullx",
        "true",
        "tru",
        "false",
        "truefalse",
        "0",
        "-0",
        "-",
        "01",
        "1.",
        "1.0",
        ".5",
        "1e5",
        "1E+5",
        "1e",
        "1e+",
        "--1",
        "+1",
        "1 2",
        "\"",
        "\"a",
        "\"a\"",
        "\"\t\"",
        "\"\\t\"",
        "\"\\x\"",
        "\"\\u00e9\"",
        "\"\\u00g9\"",
        "\"\\u00\"",
        "\"\\ud83d\\ude00\"",
        "\"\\\"\"",
        "\"\\\\\"",
        "\"é\"",
        "[",
        "]",
        "[]",
        "[,]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1,2]",
        "[1}",
        "{",
        "}",
        "{}",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1]",
        "{a:1}",
        "{1:1}",
        " { \"a\" : [ 1 , { } ] } ",
        "{\"a\":1}{}",
        "[[[]]]",
        "[[]",
        "{\"a\":1,\"a\":2}",
        "\u{feff}{}",
        "1.5e-7",
        "12345678901234567890",
        "-9223372036854775808",
    ] {
        same_as_serde_json(text);
    }
}

#[test]
fn half_a_pair_of_surrogates_is_a_replacement_character() {
    for (text, expected) in [
        (r#""\ud83d""#, "\u{fffd}"),
        (r#""\ude00""#, "\u{fffd}"),
        (r#""\ud83d\ud83d\ude00""#, "\u{fffd}\u{1f600}"),
        (r#""\ud83dx""#, "\u{fffd}x"),
        (r#""\ud83d\n""#, "\u{fffd}\n"),
    ] {
        assert_eq!(valued(text), Ok(json!(expected)), "{text}");
    }
    assert_eq!(valued(r#""\ud83d\u00""#), Err(Broken));
}

#[test]
fn depth_costs_no_stack() {
    let nested = |depth: usize| format!("{}{}", "[{\"a\":".repeat(depth) + "1", "}]".repeat(depth));
    for depth in [1, 31, 32, 33, 64, 65, 96, 97, 100_000] {
        assert_eq!(skipped(&nested(depth)), Ok(&*nested(depth)), "{depth}");
        assert_eq!(valued(&nested(depth)).is_ok(), depth <= DEEPEST / 2, "{depth}");
        let crossed = nested(depth).replacen("}]", "]}", 1);
        assert_eq!(skipped(&crossed), Err(Broken), "{depth}");
    }
    assert!(broken(&nested(1000)).to_string().contains("too deeply"));
}

#[test]
fn a_text_is_borrowed_unless_it_has_escapes() {
    let text = |json: &'static str| Reader::new(json).text();
    assert!(matches!(text("\"a longer text than eight bytes, 中文\""), Ok(Cow::Borrowed(_))));
    assert!(matches!(text("\"a\\u0062c\""), Ok(Cow::Owned(text)) if text == "abc"));
}

/// Texts that are nearly JSON.
fn nearly_json() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec!["{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"a\":", "\\", "\\u", "\\ud83d", " "]),
        2 => prop::sample::select(vec!["0", "1", "-", ".", "e", "12.5", "true", "null", "false", "中", "\u{1}", "\n"]),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn any_text_is_what_serde_json_says(text in nearly_json()) {
        same_as_serde_json(&text);
    }

    #[test]
    fn any_text_at_all_is_what_serde_json_says(text: String, before in "[ {\\[\"]{0,2}", after in "[\"}\\] ]{0,2}") {
        same_as_serde_json(&text);
        same_as_serde_json(&format!("{before}{text}{after}"));
        same_as_serde_json(&serde_json::to_string(&text).expect("a text"));
    }
}

#[test]
fn a_key_that_is_expected_is_read_in_its_usual_spelling_only() {
    let next = |text: &'static str, key| {
        let mut reader = Reader::new(text);
        reader.is_key(key).then(|| reader.rest())
    };
    assert_eq!(next(r#""id":1"#, "id"), Some("1"));
    assert_eq!(next(r#""":1"#, ""), Some("1"));
    for (text, key) in [
        (r#""id":1"#, "i"),
        (r#""id":1"#, "ids"),
        (r#""id" :1"#, "id"),
        (r#" "id":1"#, "id"),
        (r#""\u0069d":1"#, "id"),
        (r#""id""#, "id"),
        (r#""id"#, "id"),
        ("", ""),
    ] {
        assert_eq!(next(text, key), None, "{text} {key}");
    }
}
