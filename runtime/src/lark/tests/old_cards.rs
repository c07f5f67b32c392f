//! Old message cards (`card.action.trigger_v1`): signed with the token, by SHA-1.

use std::time::{Duration, SystemTime};

use http::StatusCode;

use super::*;
use crate::{
    dispatch::Outcome,
    lark::{SIGNATURE, Webhook, credential::old_signature, seal_old_card},
    webhook::{BuildError, testing::handlers},
};

const CARD: &str =
    r#"{"open_id":"ou_1","open_message_id":"om_1","token":"c-update","action":{"tag":"button"}}"#;

fn with_cards() -> Credential {
    with_both().accept_old_cards()
}

fn card(credential: &Credential, body: &str) -> Request<Bytes> {
    seal_old_card(credential, body.as_bytes(), &stamp()).unwrap()
}

#[test]
fn the_published_hashes_are_reproduced() {
    for (timestamp, nonce, encrypt, expected) in [
        (
            "1700000000",
            "nonce-1",
            "AAECAwQFBgcICQoLDA0ODx9boKUoUEfLsblbVEKm75s=",
            "7e00f94d74a9576d90f5052b025a46a5f7afaeac",
        ),
        (
            "1609073151",
            "abcdefg",
            "ABEiM0RVZneImaq7zN3u/8a/Q4cmUZzFVXuTbWvcldMq7SK0gfoWwCoYBN9HvDOZdtcfgKMhxVzcMCfKr3CKeVKXP/4BZJsMtvNPSE+dh75YEKX575cbqCX28G26qali",
            "4251a763a810c89bb2e1d60e76fd34bdca4eeecb",
        ),
    ] {
        let body = format!(r#"{{"encrypt":"{encrypt}"}}"#);
        let hash = old_signature(timestamp.as_bytes(), nonce.as_bytes(), &TOKEN.into(), body.as_bytes());
        assert_eq!(base16ct::lower::encode_string(&hash), expected);
    }
}

#[test]
fn a_card_passes_only_where_cards_are_enabled() {
    let request = card(&with_both(), CARD);
    assert_eq!(open(&with_cards(), &request), event(CARD));
    assert_eq!(open(&with_token().accept_old_cards(), &request), event(CARD), "also without a key");
    assert_eq!(open(&with_both(), &request), Err(Refused::OldCardSignature));
    assert_eq!(open(&with_token(), &request), Err(Refused::WrongToken));
}

#[test]
fn events_and_the_challenge_pass_beside_cards() {
    assert_eq!(open(&with_cards(), &signed(&with_both(), P2)), event(P2));
    assert_eq!(open(&with_cards(), &unsigned(&with_both(), CHALLENGE)), challenge("ajls384kdjx98XX"));
    assert_eq!(open(&with_cards(), &plain(CHALLENGE)), challenge("ajls384kdjx98XX"), "a card's is plaintext");
    assert_eq!(open(&with_cards(), &plain(P2)), Err(Refused::UnsignedEvent));
    let wrong = CHALLENGE.replace(TOKEN, "other");
    assert_eq!(open(&with_cards(), &plain(wrong)), Err(Refused::WrongToken));
}

#[test]
fn the_weaker_signature_lets_no_event_pass() {
    let with_the_keys_of_a_card =
        |event: &str| event.replacen('{', r#"{"open_message_id":"om_1","action":{},"#, 1);
    let disguised = [P2, P1, CHALLENGE].map(with_the_keys_of_a_card);
    let disguised = disguised.iter().map(String::as_str);
    let others = [P2, P1, CHALLENGE, r#"{"encrypt":"AAAA"}"#, r#"{"action":{}}"#, "[]", "hello"];
    for body in others.into_iter().chain(disguised) {
        let refused = open(&with_cards(), &card(&with_both(), body)).unwrap_err();
        assert!(
            matches!(refused, Refused::NoOldCard | Refused::NotJson | Refused::WrongLength),
            "{body}: {refused:?}"
        );
    }
}

#[test]
fn every_part_of_a_cards_signature_counts() {
    let request = card(&with_both(), CARD);
    for (name, value) in [(&TIMESTAMP, "1609073152"), (&NONCE, "other"), (&SIGNATURE, &"0".repeat(40))] {
        let mut other = request.clone();
        other.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(open(&with_cards(), &other), Err(Refused::WrongSignature), "{name}");
    }
    let mut other = request.clone();
    *other.body_mut() = CARD.replace("ou_1", "ou_2").into();
    assert_eq!(open(&with_cards(), &other), Err(Refused::WrongSignature));
    let other = Credential::new().verification_token("another").accept_old_cards();
    assert_eq!(open(&other, &request), Err(Refused::WrongSignature));
}

#[test]
fn cards_without_a_token_do_not_build() {
    let (dispatcher, _) = handlers(Outcome::Ack);
    let webhook = Webhook::builder(dispatcher).credential(with_key().accept_old_cards()).build();
    assert_eq!(webhook.unwrap_err(), BuildError::OldCardsWithoutToken);
}

#[tokio::test]
async fn requests_beyond_the_allowed_age_are_refused_where_there_is_one() {
    let (dispatcher, _) = handlers(Outcome::Ack);
    let builder = || Webhook::builder(dispatcher.clone()).credential(with_key());
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let hours = |hours: u64| Duration::from_secs(hours * 3600);
    for (sent, expected) in [
        (now, StatusCode::OK),
        (now - hours(11), StatusCode::OK),
        (now - hours(13), StatusCode::UNAUTHORIZED),
        (now + hours(13), StatusCode::UNAUTHORIZED),
    ] {
        for text in [sent.as_secs().to_string(), sent.as_millis().to_string(), sent.as_micros().to_string()] {
            let request = seal(&with_key(), P2.as_bytes(), &Stamp::new(text.as_str(), "n", [7; 16])).unwrap();
            let strict = builder().max_age(hours(12)).build().unwrap();
            assert_eq!(strict.receive(request.clone()).await.status(), expected, "{text}");
            assert_eq!(builder().build().unwrap().receive(request).await.status(), StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn a_signed_request_of_unknown_age_is_as_old_as_can_be() {
    let (dispatcher, _) = handlers(Outcome::Ack);
    let builder = |credential| Webhook::builder(dispatcher.clone()).credential(credential);
    let strict = |credential| builder(credential).max_age(Duration::from_secs(12 * 3600)).build().unwrap();
    for text in ["", "soon", "-1", "99999999999999999999999"] {
        let request = seal(&with_key(), P2.as_bytes(), &Stamp::new(text, "n", [7; 16])).unwrap();
        let status = strict(with_key()).receive(request.clone()).await.status();
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{text}");
        let any_age = builder(with_key()).build().unwrap();
        assert_eq!(any_age.receive(request).await.status(), StatusCode::OK, "{text}");
    }
    // These have no time.
    let verified = strict(with_both()).receive(unsigned(&with_both(), CHALLENGE)).await;
    assert_eq!(verified.status(), StatusCode::OK);
    assert_eq!(strict(with_token()).receive(plain(P2)).await.status(), StatusCode::OK);
}
