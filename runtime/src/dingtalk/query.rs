//! The query of the URL.

use std::borrow::Cow;

/// What the query of a request says about its body, as the bytes that are signed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Query<'a> {
    pub(super) signature: Cow<'a, [u8]>,
    pub(super) timestamp: Cow<'a, [u8]>,
    pub(super) nonce: Cow<'a, [u8]>,
}

impl<'a> Query<'a> {
    /// Reads a query. The platform has used two names for the signature, sometimes both at once, and two spellings for
    /// the time.
    pub(super) fn read(query: &'a str) -> Option<Self> {
        let value = |key: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(name, _)| *name == key).map(|(_, value)| decode(value.as_bytes())).next()
        };
        Some(Query {
            signature: value("msg_signature").or_else(|| value("signature"))?,
            timestamp: value("timestamp").or_else(|| value("timeStamp"))?,
            nonce: value("nonce")?,
        })
    }

    /// Writes a query, with the signature under both names as the platform does.
    pub(super) fn write(signature: &str, timestamp: &str, nonce: &str) -> String {
        let (timestamp, nonce) = (encode(timestamp), encode(nonce));
        format!("msg_signature={signature}&signature={signature}&timestamp={timestamp}&nonce={nonce}")
    }
}

/// Decodes `%2B` and `+`; a `%` without two digits stands for itself.
fn decode(value: &[u8]) -> Cow<'_, [u8]> {
    if !value.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return Cow::Borrowed(value);
    }
    let mut decoded = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((first, behind)) = rest.split_first() {
        let escaped = behind.split_first_chunk::<2>().filter(|_| *first == b'%');
        let mut byte = [0];
        if let Some((digits, behind)) = escaped
            && base16ct::mixed::decode(digits, &mut byte).is_ok()
        {
            decoded.extend(byte);
            rest = behind;
        } else {
            decoded.push(if *first == b'+' { b' ' } else { *first });
            rest = behind;
        }
    }
    Cow::Owned(decoded)
}

/// Escapes everything but ASCII letters and digits.
fn encode(value: &str) -> String {
    value.bytes().fold(String::with_capacity(value.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&base16ct::upper::encode_string(&[byte]));
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(query: &str) -> Option<[String; 3]> {
        let text = |bytes: Cow<'_, [u8]>| String::from_utf8(bytes.into_owned()).unwrap();
        Query::read(query).map(|query| [query.signature, query.timestamp, query.nonce].map(text))
    }

    #[test]
    fn all_spellings_are_read() {
        let found = Some(["s", "t", "n"].map(str::to_owned));
        for query in [
            "signature=s&timestamp=t&nonce=n",
            "msg_signature=s&timestamp=t&nonce=n",
            "msg_signature=s&signature=s&timeStamp=t&nonce=n",
            "nonce=n&&flag&x=y=z&timestamp=t&signature=s",
            "signature=%73&timestamp=t&nonce=n&nonce=other",
        ] {
            assert_eq!(read(query), found, "{query}");
        }
        assert_eq!(read("signature=&timestamp=a+b%2B%zz%&nonce=%E5%BC%A0").unwrap(), ["", "a b+%zz%", "张"]);
    }

    #[test]
    fn nothing_may_be_missing() {
        for query in [
            "",
            "signature=s",
            "signature=s&timestamp=t",
            "timestamp=t&nonce=n",
            "Signature=s&timestamp=t&nonce=n",
        ] {
            assert_eq!(read(query), None, "{query}");
        }
    }

    proptest! {
        #[test]
        fn round_trips(timestamp: String, nonce: String) {
            let query = Query::write("0a", &timestamp, &nonce);
            prop_assert_eq!(read(&query), Some(["0a".to_owned(), timestamp, nonce]));
        }

        #[test]
        fn no_query_makes_it_panic(query: String) {
            let _ = Query::read(&query);
        }
    }
}
