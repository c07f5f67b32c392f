//! What the receiver answers.

use std::{collections::HashSet, time::Duration};

use http::{Method, Response, StatusCode, header};

use super::*;
use crate::{
    dingtalk::{Webhook, open_reply},
    dispatch::Outcome,
    webhook::{
        BuildError,
        testing::{Seen, Testing, handlers, handlers_after},
    },
};

fn receiver(outcome: Outcome) -> (Webhook<Testing>, Seen) {
    let (dispatcher, seen) = handlers(outcome);
    (Webhook::builder(dispatcher).credential(credential()).build().unwrap(), seen)
}

#[tokio::test]
async fn an_event_is_answered_with_an_encrypted_success() {
    for outcome in [Outcome::Ack, Outcome::Drop] {
        let (webhook, seen) = receiver(outcome);
        let response = webhook.receive(sealed(&credential(), EVENT)).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json; charset=utf-8");
        assert_eq!(open_reply(&credential(), response.body()).unwrap(), "success");
        assert_eq!(seen.payloads(), [EVENT]);
    }
}

#[tokio::test]
async fn a_request_of_unknown_age_is_refused_where_age_matters() {
    for text in ["", "soon"] {
        let builder = || Webhook::builder(handlers(Outcome::Ack).0).credential(credential());
        let request = seal(&credential(), EVENT.as_bytes(), &Stamp::new(text, "n", [7; 16])).unwrap();
        let any_age = builder().build().unwrap().receive(request.clone()).await;
        assert_eq!(any_age.status(), StatusCode::OK, "{text}");
        let strict = builder().max_age(Duration::from_secs(12 * 3600)).build().unwrap();
        assert_eq!(strict.receive(request).await.status(), StatusCode::UNAUTHORIZED, "{text}");
    }
}

#[tokio::test]
async fn every_answer_is_fresh() {
    let (webhook, _) = receiver(Outcome::Ack);
    let mut answers = HashSet::new();
    for _ in 0..10 {
        answers.insert(webhook.receive(sealed(&credential(), EVENT)).await.into_body());
    }
    assert_eq!(answers.len(), 10);
}

#[tokio::test]
async fn the_checks_of_the_url_reach_no_handler() {
    for check in ["check_url", "check_create_suite_url", "check_update_suite_url"] {
        let (webhook, seen) = receiver(Outcome::Retry);
        let plaintext = format!(r#"{{"EventType":"{check}","Random":"LPIdSnlF"}}"#);
        let response = webhook.receive(sealed(&credential(), &plaintext)).await;
        assert_eq!(open_reply(&credential(), response.body()).unwrap(), "success", "{check}");
        assert!(seen.payloads().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn the_platform_is_told_within_a_second() {
    for (takes, status) in [(900, StatusCode::OK), (1100, StatusCode::INTERNAL_SERVER_ERROR)] {
        let (dispatcher, _) = handlers_after(Duration::from_millis(takes), Outcome::Ack);
        let webhook = Webhook::builder(dispatcher).credential(credential()).build().unwrap();
        assert_eq!(webhook.receive(sealed(&credential(), EVENT)).await.status(), status, "{takes} ms");
    }
}

/// While a suite is being created, its key does not exist yet.
#[tokio::test]
async fn a_second_owner_key_is_a_second_credential() {
    let (dispatcher, _) = handlers(Outcome::Ack);
    let creating = with_owner("suite4xxxxxxxxxxxxxxx");
    let webhook =
        Webhook::builder(dispatcher).credential(credential()).credential(creating.clone()).build().unwrap();
    let response = webhook.receive(sealed(&creating, r#"{"EventType":"check_create_suite_url"}"#)).await;
    assert_eq!(
        open_reply(&creating, response.body()).unwrap(),
        "success",
        "answered under the key that matched"
    );
    assert_eq!(open_reply(&credential(), response.body()), Err(Refused::WrongOwner));
}

#[tokio::test]
async fn failures_say_nothing() {
    let (webhook, _) = receiver(Outcome::Retry);
    let response = webhook.receive(sealed(&credential(), EVENT)).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(response.body(), r#"{"msg":"error"}"#);

    let response = webhook.receive(sealed(&credential(), "no JSON")).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);

    let (dispatcher, _) = handlers_after(Duration::from_secs(60), Outcome::Ack);
    let webhook = Webhook::builder(dispatcher).credential(credential());
    let webhook = webhook.time_limit(Duration::from_millis(10)).build().unwrap();
    let response = webhook.receive(sealed(&credential(), EVENT)).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn the_answer_of_a_callback_is_encrypted_too() {
    let (webhook, _) = receiver(Outcome::Retry);
    let response = webhook.receive(sealed(&credential(), r#"{"EventType":"asked"}"#)).await;
    assert_eq!(open_reply(&credential(), response.body()).unwrap(), r#"{"toast":"张"}"#);
}

#[tokio::test]
async fn every_refusal_looks_the_same() {
    let (webhook, seen) = receiver(Outcome::Ack);
    let visible = |response: Response<Bytes>| {
        format!("{} {:?} {:?}", response.status(), response.headers(), response.body())
    };
    let sealed_body = sealed(&credential(), EVENT).into_body();
    let mut answers = HashSet::new();
    for request in [
        post("", ""),
        post("", EVENT),
        post("signature=00&timestamp=1&nonce=2", sealed_body.clone()),
        post(&format!("signature={}&timestamp=1&nonce=2", "0".repeat(40)), sealed_body),
        signed(""),
        signed("AAAA"),
        signed("not base64!"),
        signed(&credential().encrypt(vec![0; 100])),
        sealed(&with_owner("other"), EVENT),
        seal(&credential(), b"\xff", &stamp()).unwrap(),
    ] {
        answers.insert(visible(webhook.receive(request).await));
    }
    assert_eq!(answers.len(), 1, "{answers:#?}");
    assert!(answers.iter().all(|answer| answer.starts_with("401")), "{answers:#?}");
    assert!(seen.payloads().is_empty());
}

#[tokio::test]
async fn method_comes_before_everything_else() {
    let (webhook, _) = receiver(Outcome::Ack);
    let mut request = sealed(&credential(), EVENT);
    *request.method_mut() = Method::GET;
    assert_eq!(webhook.receive(request).await.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[test]
fn a_receiver_without_a_credential_does_not_build() {
    let builder: crate::webhook::Builder<Testing, Credential> = Webhook::builder(handlers(Outcome::Ack).0);
    assert_eq!(builder.build().unwrap_err(), BuildError::NoCredential);
}
