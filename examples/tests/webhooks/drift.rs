//! Payloads that differ from their schemas, and requests that hold no event.

use bytes::Bytes;
use http::Request;
use serde_json::json;
use workplace_events::{
    Event,
    drift::DriftKind,
    lark::{self, im::P2ImMessageReceiveV1},
    runtime::{lark::seal, webhook::Stamp},
    testing::Payload,
};

use crate::{SUCCESS, Seen, answer, common::message, lark_credential, lark_webhook};

/// Receives messages, and notes where they drift.
fn noting() -> (lark::Webhook, Seen) {
    let seen = Seen::default();
    let noted = seen.clone();
    let webhook = lark_webhook(
        lark::EventDispatcher::builder()
            .on_p2_im_message_receive_v1(async |_: Event<P2ImMessageReceiveV1>| ())
            .on_drift(move |event, drift| {
                assert_eq!(drift.kind, DriftKind::UnknownKey, "{drift}");
                noted.note(format!("{event}: {}", drift.path));
            }),
    );
    (webhook, seen)
}

async fn send(webhook: &lark::Webhook, message: Payload<P2ImMessageReceiveV1>) {
    let request = message.request(&lark_credential()).expect("seals");
    assert_eq!(answer(webhook, request).await, (200, SUCCESS.to_owned()), "drift harms no event");
}

#[tokio::test]
async fn drift_is_reported_once_per_place_however_many_events_have_it() {
    let (webhook, seen) = noting();
    for text in ["a", "b"] {
        send(&webhook, message(text).set("event.message.mood", "glad").expect("an object")).await;
    }
    assert_eq!(seen.all(), ["im.message.receive_v1: message.mood"]);
}

#[tokio::test]
async fn the_elements_of_a_list_are_one_place() {
    let (webhook, seen) = noting();
    let mention = json!({ "key": "@_user_1", "id": {}, "name": "Tom", "mood": "glad" });
    let several = message("a").set("event.message.mentions", json!([mention, mention])).expect("an object");
    send(&webhook, several).await;
    assert_eq!(seen.all(), ["im.message.receive_v1: message.mentions[0].mood"]);
}

#[tokio::test]
async fn each_place_is_reported() {
    let (webhook, seen) = noting();
    send(&webhook, message("a").set("event.message.mood", "glad").expect("an object")).await;
    send(&webhook, message("b").set("event.sender.mood", "sad").expect("an object")).await;
    let expected = ["im.message.receive_v1: message.mood", "im.message.receive_v1: sender.mood"];
    assert_eq!(seen.all(), expected);
}

mod no_event {
    use super::*;

    /// An app with a key and no token: what it signs is authentic, whatever it is.
    fn credential() -> lark::Credential {
        lark::Credential::new().encrypt_key("test key")
    }

    fn sealed(plaintext: &str) -> Request<Bytes> {
        seal(&credential(), plaintext.as_bytes(), &Stamp::seconds().expect("random")).expect("seals")
    }

    /// Notes why payloads cannot be read, and every event.
    fn noting() -> (lark::Webhook, Seen) {
        let seen = Seen::default();
        let (errors, events) = (seen.clone(), seen.clone());
        let dispatcher = lark::EventDispatcher::builder()
            .on_p2_im_message_receive_v1(async move |event: Event<P2ImMessageReceiveV1>| {
                events.note(event.header().event());
            })
            .on_decode_error(move |error| errors.note(error.to_string()))
            .build()
            .expect("builds");
        let webhook = lark::Webhook::builder(dispatcher).credential(credential());
        (webhook.build().expect("builds"), seen)
    }

    #[tokio::test]
    async fn an_authentic_body_that_is_no_object_is_400_and_reported() {
        for body in ["[]", "null", "hello", r#"{"schema":"2.0","header":"#] {
            let (webhook, seen) = noting();
            assert_eq!(webhook.receive(sealed(body)).await.status(), 400, "{body}");
            assert_eq!(seen.all().len(), 1, "{body}: {:?}", seen.all());
            assert!(!seen.all()[0].contains("im.message"), "{body}: {:?}", seen.all());
        }
    }

    #[tokio::test]
    async fn an_event_whose_body_is_no_object_is_400_and_reported() {
        for body in ["[]", "null", "\"hello\"", "5"] {
            let (webhook, seen) = noting();
            let header = json!({ "event_type": "im.message.receive_v1", "event_id": "1" });
            let payload = format!(r#"{{"schema":"2.0","header":{header},"event":{body}}}"#);
            assert_eq!(webhook.receive(sealed(&payload)).await.status(), 400, "{body}");
            assert_eq!(seen.all(), ["a payload in the form `p2` has no body at `event`"], "{body}");
        }
    }

    #[tokio::test]
    async fn a_stranger_is_not_told_that_a_body_is_no_object() {
        let (webhook, seen) = noting();
        let other = lark::Credential::new().encrypt_key("another key");
        let request = seal(&other, b"[]", &Stamp::seconds().expect("random")).expect("seals");
        assert_eq!(webhook.receive(request).await.status(), 401);
        assert!(seen.all().is_empty());
    }
}
