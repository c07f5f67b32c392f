//! Reading a few values of a JSON object without parsing the rest.

use std::{borrow::Cow, fmt};

use memchr::memchr2;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Refused;
use crate::json::unquote;

/// The values under some keys of a JSON object, in the order of the keys; of equal keys the last counts.
pub(crate) fn pick<'de, const N: usize>(
    json: &'de str,
    keys: [&str; N],
) -> Result<[Option<&'de RawValue>; N], Refused> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let mut picked = [None; N];
    Pick { keys, picked: &mut picked }.deserialize(&mut reader).map_err(|_| Refused::NotJson)?;
    reader.end().map_err(|_| Refused::NotJson)?;
    Ok(picked)
}

/// The text that a value is, if it is one.
pub(crate) fn text(value: &RawValue) -> Option<Cow<'_, str>> {
    unquote(value.get())
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
    match text(value).ok_or(Refused::NotJson)? {
        Cow::Borrowed(text) => Ok(Some(Cow::Borrowed(text.as_bytes()))),
        Cow::Owned(text) => Ok(Some(Cow::Owned(text.into_bytes()))),
    }
}

/// Reads what stands under some keys.
struct Pick<'k, 'de, const N: usize> {
    keys: [&'k str; N],
    picked: &'k mut [Option<&'de RawValue>; N],
}

impl<'de, const N: usize> DeserializeSeed<'de> for Pick<'_, 'de, N> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, const N: usize> Visitor<'de> for Pick<'_, 'de, N> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(index) = map.next_key_seed(Position(&self.keys))? {
            match index {
                Some(index) => self.picked[index] = Some(map.next_value()?),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// Reads a key as its position in a list, so that no key is copied.
pub(crate) struct Position<'k>(pub(crate) &'k [&'k str]);

impl<'de> DeserializeSeed<'de> for Position<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Position<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|known| *known == key))
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
        let [b, missing, c] =
            pick(json, ["b", "missing", "c"]).unwrap().map(|value| value.map(RawValue::get));
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
