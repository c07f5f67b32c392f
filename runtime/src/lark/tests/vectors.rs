//! Published and computed vectors; the computed ones open in the official Python and Node SDKs.

use proptest::prelude::*;

use super::*;
use crate::lark::{NONCE, SIGNATURE, TIMESTAMP};

struct Vector {
    key: &'static str,
    iv: [u8; 16],
    plaintext: &'static str,
    encrypt: &'static str,
    timestamp: &'static str,
    nonce: &'static str,
    signature: &'static str,
}

const V1: Vector = Vector {
    key: "test key",
    iv: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    plaintext: "hello world",
    encrypt: "AAECAwQFBgcICQoLDA0ODx9boKUoUEfLsblbVEKm75s=",
    timestamp: "1700000000",
    nonce: "nonce-1",
    signature: "d9e29edfd5eabff221f3f93cd5bee4124b054bfe488afd0e706890ae5cc355e0",
};

const V2: Vector = Vector {
    key: "kudryavka",
    iv: [0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff],
    plaintext: r#"{"challenge":"ajls384kdjx98XX","token":"v-tok","type":"url_verification"}"#,
    encrypt: "ABEiM0RVZneImaq7zN3u/8a/Q4cmUZzFVXuTbWvcldMq7SK0gfoWwCoYBN9HvDOZdtcfgKMhxVzcMCfKr3CKeVKXP/4BZJsMtvNP\
              SE+dh75YEKX575cbqCX28G26qali",
    timestamp: "1609073151",
    nonce: "abcdefg",
    signature: "0f54f46ebb3f35e1c326ad0730de73911de4dccc1c89c7a514ea3f57e660b389",
};

const V3: Vector = Vector {
    key: "1212121212",
    iv: [0xff; 16],
    plaintext: concat!(
        r#"{"schema":"2.0","header":{"event_id":"f7984f25108f8137722bb63cee927e66","token":"v","#,
        r#""create_time":"1603977298000000","event_type":"im.message.receive_v1","tenant_key":"t1","#,
        r#""app_id":"cli_0123456789abcdef"},"event":{"message":{"message_id":"om_1","#,
        r#""content":"{\"text\":\"张三 <&> 😀\"}"}}}"#
    ),
    encrypt: "//////////////////////JJzaURKL34zuXj7WI6K0NahAqY22yD9OgqEbkVLSEzPoGe4DxBDNSpmZjoJkKWhUILKY4515K3+lvtA\
              d5SS+7+n8E6VLlH+Lkt/x0xHrYnBNME18cu3li18Rm8ypmf6lwl1ufOhKc5KojtFLBQIlZe2rDoDUxkOGIkecu5jCHRTsgnbHXPJ\
              9SJnRTmN0yoxj9UIdEW4GBjehFg0iAvQdDYHvKGR8AFaq9wMSTk6S/fETIz4fbHCFGwvwV2ESqUWJGrreCuOP6OEdif8sxUqN00m\
              LpPx1TOrKTMrhx7wrSNbFCSLME31osXfXchkMiHbHcKD86CCSmRpNHNEHakFgNi8T6EaSkAhSxs13Aj5gd8UYqbKXFjOcF6Gtq6y\
              RQFzTvatsh0rpe7/pbiZJ62SIA=",
    timestamp: "1700000001",
    nonce: "n-🙂",
    signature: "2942591bb11a9e6a73961fc482568fba0cc2fec7789da556fec68369a240cee8",
};

impl Vector {
    fn credential(&self) -> Credential {
        Credential::new().encrypt_key(self.key)
    }

    fn seal(&self) -> Request<Bytes> {
        let stamp = Stamp::new(self.timestamp, self.nonce, self.iv);
        seal(&self.credential(), self.plaintext.as_bytes(), &stamp).unwrap()
    }

    fn open(&self) -> Result<Authentic, Refused> {
        open(&self.credential(), &self.seal())
    }
}

#[test]
fn sealing_reproduces_body_and_signature() {
    for vector in [V1, V2, V3] {
        let request = vector.seal();
        assert_eq!(request.body(), format!(r#"{{"encrypt":"{}"}}"#, vector.encrypt).as_bytes());
        assert_eq!(request.headers()["X-Lark-Signature"], vector.signature);
        assert_eq!(request.headers()["X-Lark-Request-Timestamp"], vector.timestamp);
        assert_eq!(request.headers()["X-Lark-Request-Nonce"].as_bytes(), vector.nonce.as_bytes());
    }
}

#[test]
fn opening_gives_the_plaintext_or_the_challenge() {
    assert_eq!(V1.open(), event("hello world"), "with a key alone it need not be JSON");
    assert_eq!(V2.open(), challenge("ajls384kdjx98XX"));
    assert_eq!(V3.open(), event(V3.plaintext));
}

#[test]
fn the_documented_ciphertext_is_that_of_hello_world() {
    let credential = Credential::new().encrypt_key("test key");
    let body = r#"{"encrypt":"P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="}"#;
    assert_eq!(open(&credential, &signed_body(&credential, body)), event("hello world"));
}

#[test]
fn the_old_cards_signatures_are_not_enabled() {
    let sha1 = ["7e00f94d74a9576d90f5052b025a46a5f7afaeac", "4251a763a810c89bb2e1d60e76fd34bdca4eeecb"];
    for (vector, signature) in [V1, V2].into_iter().zip(sha1) {
        let mut request = vector.seal();
        request.headers_mut().insert(&SIGNATURE, signature.parse().unwrap());
        let credential = vector.credential().verification_token("v-tok");
        assert_eq!(open(&credential, &request), Err(Refused::OldCardSignature));
    }
}

proptest! {
    #[test]
    fn what_was_sealed_opens(key in ".+", text: String, timestamp in "[ -~]*", nonce in "[ -~é]*", iv: [u8; 16]) {
        let plaintext = serde_json::json!({ "schema": "2.0", "event": text }).to_string();
        let credential = Credential::new().encrypt_key(key);
        let request = seal(&credential, plaintext.as_bytes(), &Stamp::new(timestamp, nonce, iv)).unwrap();
        prop_assert_eq!(open(&credential, &request), event(&plaintext));
    }

    #[test]
    fn no_request_makes_it_panic(
        body: Vec<u8>,
        headers in proptest::option::of(proptest::array::uniform3("[ -~]*")),
        encrypted: bool,
    ) {
        let body = if encrypted { format!(r#"{{"encrypt":"{}"}}"#, base16ct::lower::encode_string(&body)).into() } else { body };
        let mut request = plain(body);
        if let Some(values) = headers {
            for (name, value) in [&TIMESTAMP, &NONCE, &SIGNATURE].into_iter().zip(values) {
                request.headers_mut().insert(name, value.parse().unwrap());
            }
        }
        for credential in [with_key(), with_token(), with_both(), Credential::new()] {
            prop_assert!(open(&credential, &request).is_err());
        }
    }
}
