//! Reading a few values of a JSON object without parsing the rest.

use std::borrow::Cow;

use memchr::memchr2;

use super::Refused;
use crate::json::{
    reader::{Broken, Members},
    unquote,
};

/// The JSON under some keys of an object, in the order of the keys; of equal keys the last counts.
pub(crate) fn pick<'j, const N: usize>(
    json: &'j str,
    keys: [&str; N],
) -> Result<[Option<&'j str>; N], Refused> {
    let members = Members::of(json)?;
    Ok(keys.map(|key| members.get(key).map(|value| value.json)))
}

impl From<Broken> for Refused {
    fn from(Broken: Broken) -> Self {
        Refused::NotJson
    }
}

/// What stands under `encrypt`, or nothing where that key is missing.
///
/// Both platforms write `{"encrypt":"..."}` and nothing else, so that is taken apart without a JSON reader; what only
/// looks like it (another key behind, an escaped slash) goes the long way.
pub(crate) fn encrypted(body: &[u8]) -> Result<Option<Cow<'_, [u8]>>, Refused> {
    let short = body.strip_prefix(br#"{"encrypt":""#).and_then(|rest| rest.strip_suffix(br#""}"#));
    if let Some(text) = short
        && memchr2(b'"', b'\\', text).is_none()
    {
        return Ok(Some(Cow::Borrowed(text)));
    }
    let body = std::str::from_utf8(body).map_err(|_| Refused::NotUtf8)?;
    let [encrypt] = pick(body, ["encrypt"])?;
    let Some(value) = encrypt else { return Ok(None) };
    match unquote(value).ok_or(Refused::NotJson)? {
        Cow::Borrowed(text) => Ok(Some(Cow::Borrowed(text.as_bytes()))),
        Cow::Owned(text) => Ok(Some(Cow::Owned(text.into_bytes()))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_usual_body_and_all_its_spellings_are_read() {
        let encrypt = |body: &str| encrypted(body.as_bytes()).map(|text| text.map(Cow::into_owned));
        let found = Ok(Some(b"a/b=".to_vec()));
        assert_eq!(encrypt(r#"{"encrypt":"a/b="}"#), found);
        assert_eq!(encrypt(r#"{"encrypt":"a\/b="}"#), found, "an escaped slash");
        assert_eq!(encrypt("{ \"encrypt\" : \"a/b=\" }\n"), found, "white space");
        assert_eq!(encrypt(r#"{"\u0065ncrypt":"a/b="}"#), found, "an escaped key");
        assert_eq!(encrypt(r#"{"encrypt":"a/b=","x":"y"}"#), found, "a key behind");
        assert_eq!(encrypt(r#"{"x":{"encrypt":"no"},"encrypt":"a/b="}"#), found, "a key before");
        assert_eq!(encrypt(r#"{"x":{"encrypt":"no"}}"#), Ok(None));
        assert_eq!(encrypt("{}"), Ok(None));
        for wrong in ["", "null", "[]", r#"{"encrypt":1}"#, r#"{"encrypt":null}"#, "{} {}", r#"{"encrypt":""#]
        {
            assert_eq!(encrypt(wrong), Err(Refused::NotJson), "{wrong}");
        }
        assert_eq!(encrypted(b"{\"\xff\":1}"), Err(Refused::NotUtf8));
    }

    #[test]
    fn values_are_found_by_their_key_only() {
        let json = r#"{"a":{"b":1},"b":"two","c":null}"#;
        let [b, missing, c] = pick(json, ["b", "missing", "c"]).unwrap();
        assert_eq!((b, missing, c), (Some(r#""two""#), None, Some("null")));
    }

    #[test]
    fn a_deeply_nested_body_costs_no_stack() {
        let bomb = format!(r#"{{"a":{}"#, "[".repeat(1 << 20));
        assert_eq!(pick(&bomb, ["a"]).unwrap_err(), Refused::NotJson);
        let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(1 << 18), "]".repeat(1 << 18));
        assert!(pick(&deep, ["b"]).is_ok_and(|[b]| b.is_none()));
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(body: Vec<u8>) {
            let _ = encrypted(&body);
        }

        #[test]
        fn any_text_is_found(secret: String) {
            let body = serde_json::json!({ "encrypt": secret }).to_string();
            let found = encrypted(body.as_bytes()).unwrap().unwrap();
            prop_assert_eq!(found.as_ref(), secret.as_bytes());
        }
    }
}
