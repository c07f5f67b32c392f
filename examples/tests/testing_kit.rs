//! The testing kit as a bot's author uses it: no socket, no console, real payloads.

#![allow(clippy::expect_used, clippy::panic)] // a test's helpers fail as the test does

mod common;

use std::sync::{Arc, Mutex};

use common::message;
use http::StatusCode;
use serde_json::json;
use workplace_events::{
    Event,
    dingtalk::{self, contact::UserAddOrg},
    dispatch::{Answer, HandlerError, State},
    lark::{
        self,
        card::{P2CardActionTrigger, P2CardActionTriggerResponse, p2_card_action_trigger::Toast},
        im::{P2ImMessageReceiveV1, p2_im_message_receive_v1::MessageContent},
    },
    testing::{Payload, PayloadError},
};

const AES_KEY: &str = "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij";

type Seen = Arc<Mutex<Vec<String>>>;

/// What a bot would do: it takes texts, and fails on one of them.
async fn note(event: Event<P2ImMessageReceiveV1>, State(seen): State<Seen>) -> Result<(), HandlerError> {
    if let Some(MessageContent::Text(content)) = &event.message.content {
        if content.text.contains("fail") {
            return Err("asked to fail".into());
        }
        seen.lock().expect("whole").push(content.text.clone());
    }
    Ok(())
}

fn noting() -> (lark::EventDispatcher, Seen) {
    let seen = Seen::default();
    let builder = lark::EventDispatcher::builder().state(seen.clone()).on_p2_im_message_receive_v1(note);
    (builder.build().expect("builds"), seen)
}

#[tokio::test]
async fn a_handler_is_called_with_an_event_made_of_a_sample() {
    let seen = Seen::default();
    note(message("hello").event().expect("an event"), State(seen.clone())).await.expect("handles it");
    assert_eq!(*seen.lock().expect("whole"), ["hello"]);
}

#[tokio::test]
async fn a_dispatcher_gets_payloads_without_a_socket() {
    let (dispatcher, seen) = noting();
    assert_eq!(message("a").deliver(&dispatcher).await, Answer::Acknowledged);
    assert_eq!(message("a").deliver(&dispatcher).await, Answer::Acknowledged, "seen before");
    assert_eq!(message("b").deliver(&dispatcher).await, Answer::Acknowledged);
    assert_eq!(message("fail").deliver(&dispatcher).await, Answer::Retry);
    assert_eq!(*seen.lock().expect("whole"), ["a", "b"]);
}

#[tokio::test]
async fn the_answer_to_a_callback_is_typed() {
    let dispatcher = lark::EventDispatcher::builder()
        .on_p2_card_action_trigger(async |_: Event<P2CardActionTrigger>| {
            P2CardActionTriggerResponse::new().with_toast(Toast::new().with_content("Thanks."))
        })
        .build()
        .expect("builds");
    let answer = Payload::<P2CardActionTrigger>::sample().deliver(&dispatcher).await;
    let response: P2CardActionTriggerResponse = answer.response().expect("a response");
    assert_eq!(response.toast.expect("a toast").content.as_deref(), Some("Thanks."));
    assert_eq!(*answer.response_json().expect("JSON"), json!({ "toast": { "content": "Thanks." } }));
}

#[tokio::test]
async fn a_request_is_what_the_receiver_takes() {
    let (dispatcher, seen) = noting();
    let credential = lark::Credential::new().encrypt_key("test key").verification_token("v-tok");
    let webhook = lark::Webhook::builder(dispatcher).credential(credential.clone()).build().expect("builds");
    let request = message("hello").request(&credential).expect("seals");
    assert!(!request.body().windows(5).any(|part| part == b"hello"), "it is encrypted");
    assert_eq!(webhook.receive(request).await.status(), StatusCode::OK);
    assert_eq!(*seen.lock().expect("whole"), ["hello"]);

    let other = lark::Credential::new().encrypt_key("another key").verification_token("v-tok");
    let request = message("hi").request(&other).expect("seals");
    assert_eq!(webhook.receive(request).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn all_forms_of_an_event_reach_its_handler() {
    let seen = Seen::default();
    let dispatcher = dingtalk::EventDispatcher::builder()
        .state(seen.clone())
        .on_user_add_org(async |event: Event<UserAddOrg>, State(seen): State<Seen>| {
            seen.lock().expect("whole").push(event.form_name().to_owned());
        })
        .build()
        .expect("builds");
    let credential = dingtalk::Credential::new("123456", AES_KEY, "dingkey").expect("a key");
    let webhook = dingtalk::Webhook::builder(dispatcher.clone()).credential(credential.clone());
    let webhook = webhook.build().expect("builds");
    let mut sent = Vec::new();
    for (sample, payload) in Payload::<UserAddOrg>::samples() {
        sent.push(payload.form().expect("a form").to_owned());
        // Some samples are one event in several forms: here each is another event.
        let payload = payload.clone().id(sample.name).unwrap_or(payload);
        match payload.request(&credential) {
            Ok(request) => {
                assert_eq!(webhook.receive(request).await.status(), StatusCode::OK, "{}", sample.name)
            }
            Err(PayloadError::NotHttp { .. }) => {
                assert_eq!(payload.deliver(&dispatcher).await, Answer::Acknowledged, "{}", sample.name);
            }
            Err(error) => panic!("{}: {error}", sample.name),
        }
    }
    assert_eq!(*seen.lock().expect("whole"), sent);
}
