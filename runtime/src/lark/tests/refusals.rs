//! What one credential accepts, and what it refuses for which reason.

use super::*;
use crate::lark::SIGNATURE;

#[test]
fn a_key_accepts_signed_events_of_both_protocols_and_the_challenge() {
    for credential in [with_key(), with_both()] {
        assert_eq!(open(&credential, &signed(&credential, P2)), event(P2));
        assert_eq!(open(&credential, &signed(&credential, P1)), event(P1));
        assert_eq!(open(&credential, &signed(&credential, CHALLENGE)), challenge("ajls384kdjx98XX"));
        assert_eq!(open(&credential, &unsigned(&credential, CHALLENGE)), challenge("ajls384kdjx98XX"));
    }
}

#[test]
fn a_token_accepts_plaintext_of_both_protocols_and_the_challenge() {
    assert_eq!(open(&with_token(), &plain(P2)), event(P2));
    assert_eq!(open(&with_token(), &plain(P1)), event(P1));
    assert_eq!(open(&with_token(), &plain(CHALLENGE)), challenge("ajls384kdjx98XX"));
}

#[test]
fn the_signature_may_be_upper_case() {
    let mut request = signed(&with_key(), P2);
    let upper = request.headers()[&SIGNATURE].to_str().unwrap().to_uppercase();
    request.headers_mut().insert(&SIGNATURE, upper.parse().unwrap());
    assert_eq!(open(&with_key(), &request), event(P2));
}

#[test]
fn header_names_have_no_case() {
    let request = signed(&with_key(), P2);
    let (parts, body) = request.into_parts();
    for rename in [str::to_lowercase, str::to_uppercase] {
        let mut other = plain(body.clone());
        for (name, value) in &parts.headers {
            let name = http::HeaderName::from_bytes(rename(name.as_str()).as_bytes()).unwrap();
            other.headers_mut().insert(name, value.clone());
        }
        assert_eq!(open(&with_key(), &other), event(P2));
    }
}

#[test]
fn the_body_is_hashed_as_it_was_sent() {
    let usual = signed(&with_key(), P2);
    let encrypt = std::str::from_utf8(usual.body()).unwrap();
    for spelling in [encrypt.replace(':', " : "), encrypt.replace('/', r"\/"), format!("{encrypt}\n")] {
        assert_eq!(open(&with_key(), &signed_body(&with_both(), &spelling)), event(P2), "{spelling}");
        let mut rewritten = usual.clone();
        *rewritten.body_mut() = spelling.clone().into();
        if spelling != encrypt {
            assert_eq!(open(&with_key(), &rewritten), Err(Refused::WrongSignature), "{spelling}");
        }
    }
}

#[test]
fn sibling_keys_do_not_override_what_was_decrypted() {
    let usual = signed(&with_both(), P2);
    let forged = std::str::from_utf8(usual.body()).unwrap().replace(
        r#"{"encrypt""#,
        r#"{"header":{"event_type":"other","token":"v-tok"},"type":"url_verification","challenge":"x","encrypt""#,
    );
    assert_eq!(open(&with_both(), &signed_body(&with_both(), &forged)), event(P2));
}

#[test]
fn every_part_of_the_signature_counts() {
    for (name, other) in [
        (&TIMESTAMP, "1609073152"),
        (&NONCE, "abcdefh"),
        (&SIGNATURE, "0000000000000000000000000000000000000000000000000000000000000000"),
    ] {
        let mut request = signed(&with_key(), P2);
        request.headers_mut().insert(name, other.parse().unwrap());
        assert_eq!(open(&with_key(), &request), Err(Refused::WrongSignature), "{name} is another");

        request.headers_mut().remove(name);
        assert_eq!(open(&with_key(), &request), Err(Refused::IncompleteSignature), "{name} is missing");
    }
    let other_key = Credential::new().encrypt_key("another");
    assert_eq!(open(&other_key, &signed(&with_key(), P2)), Err(Refused::WrongSignature));
}

#[test]
fn a_signature_is_64_hex_digits() {
    let hmac_in_base64 = "D1T0brs/NeHDJq0HMN5zkR3k3MwcicelFOo/V+Zgs4k=";
    for (signature, reason) in [
        ("", Refused::MalformedSignature),
        ("0f54", Refused::MalformedSignature),
        (hmac_in_base64, Refused::MalformedSignature),
        (&"g".repeat(64), Refused::MalformedSignature),
        (&"0".repeat(63), Refused::MalformedSignature),
        (&"0".repeat(128), Refused::MalformedSignature),
        (&"0".repeat(40), Refused::OldCardSignature),
    ] {
        let mut request = signed(&with_key(), P2);
        request.headers_mut().insert(&SIGNATURE, signature.parse().unwrap());
        assert_eq!(open(&with_key(), &request), Err(reason), "{signature}");
    }
}

#[test]
fn unsigned_only_the_challenge_passes() {
    let disguised = P2.replace(r#"{"schema""#, r#"{"challenge":"x","type":"url_verification","schema""#);
    let null_schema = CHALLENGE.replace('{', r#"{"schema":null,"#);
    for plaintext in [P2, P1, &disguised, &null_schema, "{}", r#"{"type":["url_verification"]}"#] {
        let request = unsigned(&with_both(), plaintext);
        assert_eq!(open(&with_both(), &request), Err(Refused::UnsignedEvent), "{plaintext}");
    }
    let long = CHALLENGE.replace("ajls", &"x".repeat(4096));
    assert_eq!(open(&with_both(), &unsigned(&with_both(), long)), Err(Refused::UnsignedTooLong));
}

#[test]
fn a_signed_event_that_looks_like_a_challenge_is_an_event() {
    let disguised = P2.replace(r#"{"schema""#, r#"{"challenge":"x","type":"url_verification","schema""#);
    assert_eq!(open(&with_both(), &signed(&with_both(), &disguised)), event(&disguised));
    assert_eq!(open(&with_token(), &plain(disguised.clone())), event(&disguised));
}

#[test]
fn a_key_refuses_plaintext() {
    for body in [P2, P1, CHALLENGE, "{}"] {
        for credential in [with_key(), with_both()] {
            assert_eq!(open(&credential, &plain(body)), Err(Refused::Plaintext), "{body}");
            assert_eq!(
                open(&credential, &signed_body(&with_both(), body)),
                Err(Refused::Plaintext),
                "{body}, even signed"
            );
        }
    }
}

#[test]
fn a_token_alone_refuses_encrypted_bodies() {
    assert_eq!(open(&with_token(), &signed(&with_both(), P2)), Err(Refused::Encrypted));
    assert_eq!(open(&with_token(), &unsigned(&with_both(), CHALLENGE)), Err(Refused::Encrypted));
    let behind = format!(r#"{},"encrypt":"AAAA"}}"#, P2.strip_suffix('}').unwrap());
    assert_eq!(open(&with_token(), &plain(behind)), Err(Refused::Encrypted), "wherever it stands");
    let both = P2.replace(r#"{"schema""#, r#"{"encrypt":"","schema""#);
    assert_eq!(
        open(&with_token(), &plain(both)),
        Err(Refused::Encrypted),
        "even with the right token beside it"
    );
}

#[test]
fn the_token_counts_on_every_request() {
    for (plaintext, why) in [
        (P2.replace(TOKEN, "other"), "p2, another token"),
        (P2.replace(TOKEN, ""), "p2, an empty token"),
        (P2.replace(r#""token":"v-tok","#, ""), "p2, none"),
        (
            P2.replace(r#"{"schema""#, r#"{"token":"v-tok","schema""#)
                .replace(r#""v-tok","event"#, r#""x","event"#),
            "p2, at the place of p1",
        ),
        (r#"{"schema":"2.0","token":"v-tok"}"#.to_owned(), "p2 without a header"),
        (P1.replace(TOKEN, "other"), "p1, another token"),
        (P1.replace(r#""v-tok""#, "1"), "p1, no text"),
        (P1.replace(r#""token":"v-tok","#, r#""header":{"token":"v-tok"},"#), "p1, at the place of p2"),
        (CHALLENGE.replace(TOKEN, "v-to"), "a challenge, a shorter token"),
        (CHALLENGE.replace(TOKEN, "v-tok2"), "a challenge, a longer token"),
    ] {
        assert_eq!(open(&with_token(), &plain(plaintext.clone())), Err(Refused::WrongToken), "{why}: plain");
        let request = signed(&with_both(), &plaintext);
        assert_eq!(open(&with_both(), &request), Err(Refused::WrongToken), "{why}: signed");
    }
    let request = unsigned(&with_both(), CHALLENGE.replace(TOKEN, "other"));
    assert_eq!(open(&with_both(), &request), Err(Refused::WrongToken), "an unsigned challenge");
}

#[test]
fn a_token_may_be_escaped() {
    let escaped = P2.replace("v-tok", r"\u0076-tok");
    assert_eq!(open(&with_token(), &plain(escaped.clone())), event(&escaped));
}

#[test]
fn a_credential_without_a_secret_matches_nothing() {
    let no_token = P1.replace(TOKEN, "");
    for credential in [
        Credential::new(),
        Credential::new().verification_token(""),
        Credential::new().encrypt_key(""),
        with_key().verification_token(""),
        with_token().encrypt_key(""),
    ] {
        for request in
            [plain(no_token.clone()), plain(P2), signed(&credential, P2), unsigned(&credential, CHALLENGE)]
        {
            assert_eq!(open(&credential, &request), Err(Refused::NoSecret), "{credential:?}");
        }
    }
}

#[test]
fn bodies_that_are_no_event_are_refused_before_they_are_opened() {
    let bomb = "[".repeat(1 << 20);
    let hidden = format!(r#"{{"schema":"2.0","header":{bomb}"#);
    for (body, reason) in [
        ("", Refused::NotJson),
        ("null", Refused::NotJson),
        ("[]", Refused::NotJson),
        ("{\"encrypt\":\"", Refused::NotJson),
        (&bomb, Refused::NotJson),
        (&hidden, Refused::NotJson),
    ] {
        let shown = &body[..body.len().min(40)];
        assert_eq!(open(&with_token(), &plain(body.to_owned())), Err(reason), "{shown}");
        assert_eq!(open(&with_both(), &signed_body(&with_both(), body)), Err(reason), "{shown}, signed");
    }
    for credential in [with_token(), with_key()] {
        assert_eq!(open(&credential, &plain(&b"{\"\xff\":0}"[..])), Err(Refused::NotUtf8));
    }
}

#[test]
fn encrypted_text_that_does_not_open_is_refused_for_its_reason() {
    let bytes = |length| crate::webhook::secret::to_base64(&vec![7; length]);
    for (encrypt, reason) in [
        (String::new(), Refused::WrongLength),
        ("not base64!".to_owned(), Refused::NotBase64),
        (bytes(15), Refused::WrongLength),
        (bytes(16), Refused::WrongLength),
        (bytes(33), Refused::WrongLength),
        (bytes(32), Refused::WrongPadding),
    ] {
        let request = signed_body(&with_both(), &format!(r#"{{"encrypt":"{encrypt}"}}"#));
        assert_eq!(open(&with_both(), &request), Err(reason), "{encrypt}");
    }
    assert_eq!(open(&with_key(), &signed_body(&with_key(), r#"{"encrypt":7}"#)), Err(Refused::NotJson));
    assert_eq!(open(&with_key(), &signed(&with_key(), b"\xff")), Err(Refused::NotUtf8));
    assert_eq!(
        open(&with_both(), &signed(&with_both(), "hello")),
        Err(Refused::NotJson),
        "no token to be found"
    );
    assert_eq!(open(&with_key(), &unsigned(&with_key(), "hello")), Err(Refused::NotJson));
    assert_eq!(
        open(&with_key(), &unsigned(&with_key(), r#"{"type":"url_verification"}"#)),
        Err(Refused::NotJson)
    );
}

#[test]
fn secrets_are_never_shown() {
    let shown = format!("{:?} {:?}", with_both(), Credential::new());
    assert!(!shown.contains(KEY) && !shown.contains(TOKEN), "{shown}");
    assert!(shown.contains("redacted") && shown.contains("none"), "{shown}");
}
