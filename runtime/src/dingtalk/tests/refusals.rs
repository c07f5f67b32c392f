//! What one credential accepts, and what it refuses for which reason.

use super::*;
use crate::{dingtalk::InvalidCredential, webhook::secret::to_base64};

/// Random bytes, length, message and owner key, or something like it.
fn layout(length: u32, rest: &[u8]) -> Vec<u8> {
    [&[7; 16][..], &length.to_be_bytes(), rest].concat()
}

#[test]
fn every_part_of_the_signature_counts() {
    let request = sealed(&credential(), EVENT);
    assert_eq!(open(&credential(), &request).unwrap(), EVENT);
    let query = request.uri().query().unwrap();
    for (part, other) in
        [("1700000000000", "1700000000001"), ("nonce123", "nonce124"), ("msg_signature=", "msg_signature=0")]
    {
        let changed = post(&query.replace(part, other), request.body().clone());
        let reason = open(&credential(), &changed).unwrap_err();
        assert!(matches!(reason, Refused::WrongSignature | Refused::MalformedSignature), "{part}: {reason}");
    }
    let other_token = Credential::new("other", AES_KEY, OWNER_KEY).unwrap();
    assert_eq!(open(&other_token, &request), Err(Refused::WrongSignature));
    let other_body = sealed(&credential(), "{}").into_body();
    assert_eq!(open(&credential(), &post(query, other_body)), Err(Refused::WrongSignature));
}

#[test]
fn the_signature_has_two_names_and_any_case() {
    let request = sealed(&credential(), EVENT);
    let query = request.uri().query().unwrap();
    let (both, rest) = query.split_once("&timestamp").unwrap();
    let (msg_signature, signature) = both.split_once('&').unwrap();
    let upper = signature.replace("signature=", "").to_uppercase();
    for spelling in [msg_signature, signature, &format!("signature={upper}")] {
        let request = post(&format!("{spelling}&timestamp{rest}"), request.body().clone());
        assert_eq!(open(&credential(), &request).unwrap(), EVENT, "{spelling}");
    }
}

#[test]
fn nothing_is_opened_without_a_signature() {
    let body = sealed(&credential(), EVENT).into_body();
    for query in ["", "timestamp=1700000000000&nonce=nonce123", "signature=00&nonce=nonce123"] {
        assert_eq!(
            open(&credential(), &post(query, body.clone())),
            Err(Refused::IncompleteSignature),
            "{query}"
        );
    }
    for signature in ["", "00", "zz", &"0".repeat(64)] {
        let query = format!("signature={signature}&timestamp=1700000000000&nonce=nonce123");
        assert_eq!(
            open(&credential(), &post(&query, body.clone())),
            Err(Refused::MalformedSignature),
            "{query}"
        );
    }
}

#[test]
fn bodies_without_an_encrypted_text_are_refused() {
    let query = format!("signature={}&timestamp=1&nonce=2", "0".repeat(40));
    let bomb = "[".repeat(1 << 20);
    for (body, reason) in [
        (EVENT, Refused::Plaintext),
        ("{}", Refused::Plaintext),
        ("", Refused::NotJson),
        ("[]", Refused::NotJson),
        (r#"{"encrypt":null}"#, Refused::NotJson),
        (&bomb, Refused::NotJson),
        (r#"{"encrypt":""}"#, Refused::WrongSignature),
    ] {
        assert_eq!(
            open(&credential(), &post(&query, body.to_owned())),
            Err(reason),
            "{}",
            &body[..body.len().min(40)]
        );
    }
    assert_eq!(open(&credential(), &post(&query, &b"{\"\xff\":0}"[..])), Err(Refused::NotUtf8));
}

#[test]
fn white_space_is_part_of_what_is_signed_but_not_of_the_ciphertext() {
    let (encrypted, _) = credential().seal(EVENT.as_bytes(), &stamp());
    for spelling in [format!("{encrypted}\n"), format!(" {encrypted}"), encrypted.replacen('/', "/\r\n", 1)] {
        assert_eq!(open(&credential(), &signed(&spelling)).unwrap(), EVENT, "{spelling:?}");
    }
}

#[test]
fn ciphertext_that_does_not_open_is_refused_for_its_reason() {
    for (encrypted, reason) in [
        ("", Refused::WrongLength),
        ("not base64!", Refused::NotBase64),
        ("AAAA", Refused::WrongLength),
        (&to_base64(&[7; 33]), Refused::WrongLength),
        (&to_base64(&[7; 32]), Refused::WrongPadding),
    ] {
        assert_eq!(open(&credential(), &signed(encrypted)), Err(reason), "{encrypted}");
    }
    let other_key = Credential::new(TOKEN, AES_KEY.replace('a', "b"), OWNER_KEY).unwrap();
    let reason = open(&other_key, &sealed(&credential(), EVENT)).unwrap_err();
    assert!(matches!(reason, Refused::WrongPadding | Refused::WrongLayout), "{reason}");
}

#[test]
fn padding_is_1_to_32_equal_bytes() {
    // Sealing pads once more, to 32 bytes; cutting that block off leaves the padding under test.
    let padded_with = |pad: &[u8]| {
        let message = 96 - 20 - OWNER_KEY.len() - pad.len();
        let data = [&layout(message as u32, &vec![b'x'; message])[..], OWNER_KEY.as_bytes(), pad].concat();
        let mut bytes = crate::webhook::secret::from_base64(credential().encrypt(data).as_bytes()).unwrap();
        bytes.truncate(96);
        open(&credential(), &signed(&to_base64(&bytes))).map(|message| message.len())
    };
    assert_eq!(padded_with(&[1]), Ok(61));
    assert_eq!(padded_with(&[32; 32]), Ok(30));
    assert_eq!(padded_with(&[0]), Err(Refused::WrongPadding));
    assert_eq!(padded_with(&[33; 33]), Err(Refused::WrongPadding));
    assert_eq!(padded_with(&[4, 3, 3, 4]), Err(Refused::WrongPadding));
}

#[test]
fn the_length_word_is_not_trusted() {
    let rest = [b"message", OWNER_KEY.as_bytes()].concat();
    let result =
        |length, rest: &[u8]| open(&credential(), &signed(&credential().encrypt(layout(length, rest))));
    assert_eq!(result(7, &rest).unwrap(), "message");
    assert_eq!(result(6, &rest), Err(Refused::WrongOwner));
    assert_eq!(result(8, &rest), Err(Refused::WrongOwner));
    assert_eq!(result(21, &rest), Err(Refused::WrongOwner), "no owner key");
    assert_eq!(result(22, &rest), Err(Refused::WrongLayout));
    assert_eq!(result(u32::MAX, &rest), Err(Refused::WrongLayout));
    assert_eq!(result(0, b""), Err(Refused::WrongOwner));
    let short = credential().encrypt(vec![0; 19]);
    assert_eq!(open(&credential(), &signed(&short)), Err(Refused::WrongLayout));
}

#[test]
fn the_message_is_for_this_owner_and_utf_8() {
    for other in ["dingappkey0002", "dingappkey000", "dingappkey00011", "DINGAPPKEY0001"] {
        assert_eq!(
            open(&with_owner(other), &sealed(&credential(), EVENT)),
            Err(Refused::WrongOwner),
            "{other}"
        );
    }
    let not_utf8 = seal(&credential(), b"\xff", &stamp()).unwrap();
    assert_eq!(open(&credential(), &not_utf8), Err(Refused::NotUtf8));
}

#[test]
fn a_credential_needs_all_its_parts() {
    let error = |token: &str, key: &str, owner: &str| Credential::new(token, key, owner).unwrap_err();
    assert_eq!(error("", AES_KEY, OWNER_KEY), InvalidCredential::Token);
    assert_eq!(error(TOKEN, AES_KEY, ""), InvalidCredential::OwnerKey);
    for key in
        ["", &AES_KEY[1..], &format!("{AES_KEY}="), &AES_KEY.replace('a', "*"), &AES_KEY.replace('a', " ")]
    {
        assert_eq!(error(TOKEN, key, OWNER_KEY), InvalidCredential::AesKey, "{key}");
    }
}

#[test]
fn secrets_are_never_shown() {
    let shown = format!("{:?}", credential());
    assert!(!shown.contains(TOKEN) && !shown.contains(AES_KEY) && shown.contains(OWNER_KEY), "{shown}");
}
