//! What the receiver answers.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use http::{Method, Response, StatusCode, header};

use super::*;
use crate::{
    dispatch::{Dispatcher, Outcome},
    event::RawEvent,
    lark::Webhook,
    webhook::{
        BuildError,
        testing::{Seen, Testing, handlers, handlers_after},
    },
};

fn receiver(credential: Credential, outcome: Outcome) -> (Webhook<Testing>, Seen) {
    let (dispatcher, seen) = handlers(outcome);
    (Webhook::builder(dispatcher).credential(credential).build().unwrap(), seen)
}

/// Everything that a caller can see.
fn visible(response: &Response<Bytes>) -> String {
    format!("{} {:?} {:?}", response.status(), response.headers(), response.body())
}

#[tokio::test]
async fn outcomes_are_told_in_the_platforms_words() {
    let callback = P2.replace(r#""t""#, r#""asked""#);
    let no_form = r#"{"token":"v-tok"}"#;
    for (payload, outcome, status, body) in [
        (P2, Outcome::Ack, StatusCode::OK, r#"{"msg":"success"}"#),
        (P1, Outcome::Drop, StatusCode::OK, r#"{"msg":"success"}"#),
        (P2, Outcome::Retry, StatusCode::INTERNAL_SERVER_ERROR, r#"{"msg":"error"}"#),
        (&callback, Outcome::Retry, StatusCode::OK, r#"{"toast":"张"}"#),
        (no_form, Outcome::Ack, StatusCode::BAD_REQUEST, r#"{"msg":"malformed"}"#),
    ] {
        let (webhook, seen) = receiver(with_both(), outcome);
        let response = webhook.receive(signed(&with_both(), payload)).await;
        assert_eq!((response.status(), &response.body()[..]), (status, body.as_bytes()), "{payload}");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json; charset=utf-8");
        let handled = payload == P2 || payload == P1;
        assert_eq!(
            seen.payloads(),
            if handled { vec![payload] } else { vec![] },
            "handlers get what was decrypted"
        );
    }
}

#[tokio::test]
async fn what_is_no_json_is_malformed_only_behind_a_signature() {
    let (webhook, _) = receiver(with_key(), Outcome::Ack);
    assert_eq!(webhook.receive(signed(&with_key(), "hello world")).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(
        webhook.receive(unsigned(&with_key(), "hello world")).await.status(),
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn the_challenge_is_answered_without_a_handler_and_escaped() {
    let nasty = r#"{"challenge":"a\"b\\c 张","token":"v-tok","type":"url_verification"}"#;
    for (credential, request) in [
        (with_both(), unsigned(&with_both(), nasty)),
        (with_key(), signed(&with_key(), nasty)),
        (with_token(), plain(nasty)),
    ] {
        let (webhook, seen) = receiver(credential, Outcome::Retry);
        let response = webhook.receive(request).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.body(), r#"{"challenge":"a\"b\\c 张"}"#);
        assert!(seen.payloads().is_empty());
    }
}

#[tokio::test]
async fn method_size_and_type_come_before_everything_else() {
    let (dispatcher, _) = handlers(Outcome::Ack);
    let webhook = Webhook::builder(dispatcher).credential(with_token()).max_body(P2.len()).build().unwrap();
    let status = async |change: &dyn Fn(&mut Request<Bytes>)| {
        let mut request = plain(P2);
        change(&mut request);
        webhook.receive(request).await
    };
    for method in [Method::GET, Method::HEAD, Method::PUT] {
        let response = status(&|request| *request.method_mut() = method.clone()).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(response.headers()[header::ALLOW], "POST");
    }
    let response = status(&|request| *request.body_mut() = format!("{P2} ").into()).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);

    let (webhook_by_default, _) = receiver(with_token(), Outcome::Ack);
    let spaces = " ".repeat((1 << 20) - P2.len());
    for (payload, expected) in
        [(format!("{P2}{spaces}"), StatusCode::OK), (format!("{P2}{spaces} "), StatusCode::PAYLOAD_TOO_LARGE)]
    {
        assert_eq!(webhook_by_default.receive(plain(payload)).await.status(), expected, "1 MiB by default");
    }

    for (content_type, expected) in [
        ("application/json", StatusCode::OK),
        ("Application/JSON ; charset=utf-8", StatusCode::OK),
        ("text/plain", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("application/jsonp", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("", StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ] {
        let response = status(&|request| {
            request.headers_mut().insert(header::CONTENT_TYPE, content_type.parse().unwrap());
        })
        .await;
        assert_eq!(response.status(), expected, "{content_type}");
    }
    assert_eq!(status(&|_| ()).await.status(), StatusCode::OK, "the content type may be missing");
}

#[tokio::test]
async fn every_refusal_looks_the_same() {
    let (webhook, seen) = receiver(with_both(), Outcome::Ack);
    let mut short_signature = signed(&with_both(), P2);
    short_signature.headers_mut().insert(&crate::lark::SIGNATURE, "00".parse().unwrap());
    let mut lonely_nonce = unsigned(&with_both(), CHALLENGE);
    lonely_nonce.headers_mut().insert(&NONCE, "n".parse().unwrap());
    let requests = [
        plain(""),
        plain("{"),
        plain(&b"\xff"[..]),
        plain(P2),
        plain(CHALLENGE),
        plain("[".repeat(100_000)),
        plain(r#"{"encrypt":"!"}"#),
        unsigned(&with_both(), P2),
        unsigned(&with_both(), CHALLENGE.replace(TOKEN, "x")),
        unsigned(&Credential::new().encrypt_key("another"), CHALLENGE),
        signed(&Credential::new().encrypt_key("another"), P2),
        signed(&with_both(), P2.replace(TOKEN, "x")),
        signed(&with_both(), "no JSON"),
        signed_body(&with_both(), r#"{"encrypt":"AAAA"}"#),
        signed_body(&with_both(), P2),
        short_signature,
        lonely_nonce,
    ];
    let mut answers = HashSet::new();
    for request in requests {
        answers.insert(visible(&webhook.receive(request).await));
    }
    assert_eq!(answers.len(), 1, "{answers:#?}");
    assert!(answers.iter().all(|answer| answer.starts_with("401")), "{answers:#?}");
    assert!(seen.payloads().is_empty());
}

#[tokio::test]
async fn an_encrypted_body_for_a_receiver_without_its_key_is_refused_like_all_else() {
    let (webhook, seen) = receiver(with_token(), Outcome::Ack);
    let encrypted = visible(&webhook.receive(signed(&with_both(), P2)).await);
    assert_eq!(encrypted, visible(&webhook.receive(plain("{")).await));
    assert!(encrypted.starts_with("401"), "{encrypted}");
    assert!(seen.payloads().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_platform_is_told_within_two_and_a_half_seconds() {
    for (takes, status) in [(2400, StatusCode::OK), (2600, StatusCode::INTERNAL_SERVER_ERROR)] {
        let (dispatcher, _) = handlers_after(Duration::from_millis(takes), Outcome::Ack);
        let webhook = Webhook::builder(dispatcher).credential(with_both()).build().unwrap();
        assert_eq!(webhook.receive(signed(&with_both(), P2)).await.status(), status, "{takes} ms");
    }
}

/// Whoever can tell wrong padding from anything else can decrypt a captured body.
#[tokio::test]
async fn no_padding_oracle() {
    let reasons = Arc::new(Mutex::new(HashSet::new()));
    let (dispatcher, seen) = handlers(Outcome::Ack);
    let heard = Arc::clone(&reasons);
    let webhook = Webhook::builder(dispatcher)
        .credential(with_both())
        .on_refused(move |reason| {
            heard.lock().unwrap().insert(reason);
        })
        .build()
        .unwrap();

    let ciphertext = with_both().key().unwrap().cipher.encrypt(&[7; 16], P2.into(), 16);
    let mut captured = [&[7; 16][..], &ciphertext].concat();
    let last_but_one_block = captured.len() - 17;
    let mut answers = HashSet::new();
    for byte in 0..=u8::MAX {
        captured[last_but_one_block] = byte;
        let encrypt = crate::webhook::secret::to_base64(&captured);
        answers.insert(visible(&webhook.receive(plain(format!(r#"{{"encrypt":"{encrypt}"}}"#))).await));
    }
    assert_eq!(answers.len(), 1, "{answers:#?}");
    assert!(reasons.lock().unwrap().contains(&Refused::WrongPadding));
    assert!(reasons.lock().unwrap().len() > 1, "the log tells what the caller does not learn");
    assert!(seen.payloads().is_empty());
}

#[tokio::test]
async fn of_several_credentials_the_one_that_matches_wins() {
    let reasons = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&reasons);
    let (dispatcher, seen) = handlers(Outcome::Ack);
    let second = Credential::new().encrypt_key("second").verification_token("t2");
    let webhook = Webhook::builder(dispatcher)
        .credential(with_both())
        .credential(second.clone())
        .credential(Credential::new().verification_token("t3"))
        .on_refused(move |reason| heard.lock().unwrap().push(reason))
        .build()
        .unwrap();
    let (p2_of_second, p1_of_third) = (P2.replace(TOKEN, "t2"), P1.replace(TOKEN, "t3"));
    for request in [signed(&with_both(), P2), signed(&second, &p2_of_second), plain(p1_of_third.clone())] {
        assert_eq!(webhook.receive(request).await.status(), StatusCode::OK);
    }
    assert_eq!(seen.payloads(), [P2, &p2_of_second, &p1_of_third]);

    for request in [signed(&second, P2), plain(P2), signed(&with_key(), &p2_of_second)] {
        assert_eq!(
            webhook.receive(request).await.status(),
            StatusCode::UNAUTHORIZED,
            "tokens stay with their key"
        );
    }
    assert_eq!(
        *reasons.lock().unwrap(),
        [Refused::WrongToken; 3],
        "the reason is that of the closest credential"
    );
}

#[tokio::test]
async fn a_slow_handler_runs_on_and_the_event_is_sent_again() {
    let (dispatcher, seen) = handlers_after(Duration::from_millis(100), Outcome::Ack);
    let webhook = Webhook::builder(dispatcher)
        .credential(with_key())
        .time_limit(Duration::from_millis(10))
        .build()
        .unwrap();
    let response = webhook.receive(signed(&with_key(), P2)).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(seen.payloads().is_empty());
    while seen.payloads().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[test]
fn a_receiver_without_a_secret_does_not_build() {
    let builder = || Webhook::builder(handlers(Outcome::Ack).0);
    let error = |builder: crate::webhook::Builder<_, _>| builder.build().unwrap_err();
    assert_eq!(error(builder()), BuildError::NoCredential);
    assert_eq!(error(builder().credential(Credential::new())), BuildError::NoSecret);
    assert_eq!(error(builder().credential(with_key().verification_token(""))), BuildError::NoSecret);
    assert_eq!(
        error(builder().credential(with_key()).credential(with_token().encrypt_key(""))),
        BuildError::NoSecret
    );
    let seventeen = (0..17).fold(builder(), |builder, _| builder.credential(with_key()));
    assert_eq!(error(seventeen), BuildError::TooManyCredentials);
    let both = builder().credential(with_key()).insecure_accept_unauthenticated();
    assert_eq!(error(both), BuildError::NeedlessCredential);
}

#[tokio::test]
async fn an_insecure_receiver_takes_any_plaintext_and_says_so_by_name() {
    let (dispatcher, seen) = handlers(Outcome::Ack);
    let webhook = Webhook::builder(dispatcher).insecure_accept_unauthenticated().build().unwrap();
    assert_eq!(webhook.receive(plain(P2)).await.status(), StatusCode::OK);
    assert_eq!(webhook.receive(plain(CHALLENGE)).await.body(), r#"{"challenge":"ajls384kdjx98XX"}"#);
    assert_eq!(
        webhook.receive(signed(&with_key(), P2)).await.status(),
        StatusCode::UNAUTHORIZED,
        "it has no key"
    );
    assert_eq!(seen.payloads(), [P2]);
}

#[test]
fn a_receiver_goes_wherever_a_server_needs_it() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    fn sent<T: Send>(_: T) {}
    let (webhook, _) = receiver(with_key(), Outcome::Ack);
    shared(&webhook);
    sent(webhook.receive(plain("")));
}

#[test]
fn nothing_shows_a_secret() {
    let (webhook, _) = receiver(with_both(), Outcome::Ack);
    let shown = format!("{webhook:?}");
    assert!(shown.contains("testing") && !shown.contains(KEY) && !shown.contains(TOKEN), "{shown}");
}

#[tokio::test]
async fn a_handler_begins_in_the_callers_task_and_waits_in_its_own() {
    let tasks: Arc<Mutex<Vec<bool>>> = Arc::default();
    let noted = Arc::clone(&tasks);
    let dispatcher = Dispatcher::<Testing>::builder()
        .on_unhandled(async move |_: RawEvent| {
            noted.lock().unwrap().push(tokio::task::try_id().is_some());
            tokio::task::yield_now().await;
            noted.lock().unwrap().push(tokio::task::try_id().is_some());
        })
        .build()
        .unwrap();
    let webhook = Webhook::builder(dispatcher.clone()).credential(with_both()).build().unwrap();
    assert_eq!(webhook.receive(signed(&with_both(), P2)).await.status(), StatusCode::OK);
    assert_eq!(*tasks.lock().unwrap(), [false, true], "this test is no task");
    assert_eq!(dispatcher.shutdown(Duration::ZERO).await, 0, "nothing is left behind");
}
