//! A receiver in a function: events of a function URL in, its answers out.

#![allow(clippy::expect_used, clippy::panic)] // a test's helpers fail as the test does

mod common;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use common::message;
use examples::function::answer;
use serde_json::{Value, json};
use tokio::sync::Notify;
use workplace_events::{
    Event,
    dingtalk::{self, contact::UserAddOrg},
    dispatch::Acknowledge,
    lark::{self, im::P2ImMessageReceiveV1},
    runtime::dingtalk::open_reply,
    testing::Payload,
};

fn lark_credential() -> lark::Credential {
    lark::Credential::new().encrypt_key("test key").verification_token("v-tok")
}

fn dingtalk_credential() -> dingtalk::Credential {
    let key = "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij";
    dingtalk::Credential::new("123456", key, "dingkey").expect("a key")
}

/// The event that the function is called with for a request.
fn event(request: &http::Request<bytes::Bytes>) -> Value {
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().expect("text").into()));
    json!({
        "version": "2.0",
        "rawPath": "/lark",
        "rawQueryString": request.uri().query().unwrap_or_default(),
        "headers": headers.collect::<serde_json::Map<_, _>>(),
        "requestContext": { "http": { "method": request.method().as_str(), "path": "/lark" } },
        "body": std::str::from_utf8(request.body()).expect("text"),
        "isBase64Encoded": false,
    })
}

fn sent(text: &str) -> Value {
    event(&message(text).request(&lark_credential()).expect("seals"))
}

#[tokio::test]
async fn an_event_of_lark_is_handled_and_answered() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let dispatcher = lark::EventDispatcher::builder()
        .on_p2_im_message_receive_v1(async move |_: Event<P2ImMessageReceiveV1>| {
            counted.fetch_add(1, Ordering::SeqCst);
        })
        .build()
        .expect("builds");
    let webhook = lark::Webhook::builder(dispatcher).credential(lark_credential()).build().expect("builds");
    let expected = json!({
        "statusCode": 200,
        "headers": { "content-type": "application/json; charset=utf-8" },
        "body": r#"{"msg":"success"}"#,
        "isBase64Encoded": false,
    });
    assert_eq!(answer(&webhook, &sent("hello")).await.expect("an event"), expected);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_event_of_dingtalk_is_proven_by_the_query_as_it_came() {
    let dispatcher = dingtalk::EventDispatcher::builder().build().expect("builds");
    let webhook = dingtalk::Webhook::builder(dispatcher).credential(dingtalk_credential());
    let webhook = webhook.build().expect("builds");
    let joined = Payload::<UserAddOrg>::sample_in("http").expect("a payload that is posted");
    let mut event = event(&joined.request(&dingtalk_credential()).expect("seals"));
    let told = answer(&webhook, &event).await.expect("an event");
    let opened = open_reply(&dingtalk_credential(), told["body"].as_str().expect("text").as_bytes());
    assert_eq!((&told["statusCode"], &opened.expect("sealed")[..]), (&json!(200), &b"success"[..]));
    event["rawQueryString"] = "".into();
    assert_eq!(answer(&webhook, &event).await.expect("an event")["statusCode"], 401);
}

#[tokio::test]
async fn a_body_in_base64_is_the_same_body() {
    let dispatcher = lark::EventDispatcher::builder().build().expect("builds");
    let webhook = lark::Webhook::builder(dispatcher).credential(lark_credential()).build().expect("builds");
    let mut event = sent("hello");
    let body = event["body"].as_str().expect("text").to_owned();
    event["body"] = base64_simd::STANDARD.encode_to_string(body).into();
    assert_eq!(answer(&webhook, &event).await.expect("an event")["statusCode"], 401, "it is not said yet");
    event["isBase64Encoded"] = true.into();
    assert_eq!(answer(&webhook, &event).await.expect("an event")["statusCode"], 200);
}

#[tokio::test]
async fn what_is_no_event_of_a_function_url_is_an_error() {
    let dispatcher = lark::EventDispatcher::builder().build().expect("builds");
    let webhook = lark::Webhook::builder(dispatcher).credential(lark_credential()).build().expect("builds");
    assert!(answer(&webhook, &json!({ "Records": [] })).await.is_err());
}

/// A runtime stands still while nothing runs in it, as that of a function does between two requests.
mod between_two_requests {
    use super::*;

    struct Function {
        runtime: tokio::runtime::Runtime,
        webhook: lark::Webhook,
        go: Arc<Notify>,
        done: Arc<AtomicUsize>,
    }

    impl Function {
        /// Its handler waits until it is told to go on.
        fn new(acknowledge: Acknowledge) -> Self {
            let (go, done) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
            let (waits, counted) = (go.clone(), done.clone());
            let dispatcher = lark::EventDispatcher::builder()
                .on_p2_im_message_receive_v1(async move |_: Event<P2ImMessageReceiveV1>| {
                    waits.notified().await;
                    counted.fetch_add(1, Ordering::SeqCst);
                })
                .acknowledge(acknowledge)
                .build()
                .expect("builds");
            let webhook = lark::Webhook::builder(dispatcher).credential(lark_credential());
            let webhook = webhook.time_limit(Duration::from_millis(20)).build().expect("builds");
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
            Function { runtime: runtime.expect("a runtime"), webhook, go, done }
        }

        fn call(&self, event: &Value) -> Value {
            self.runtime.block_on(answer(&self.webhook, event)).expect("an event")["statusCode"].take()
        }

        fn done(&self) -> usize {
            self.done.load(Ordering::SeqCst)
        }

        /// Tells the handler to go on; it does with the next request.
        fn goes_on_with_the_next_request(&self) {
            self.go.notify_one();
            assert_eq!(self.done(), 0, "it stands still");
            self.call(&json!({ "requestContext": { "http": { "method": "GET" } }, "rawPath": "/" }));
            self.runtime.block_on(tokio::task::yield_now());
            assert_eq!(self.done(), 1);
        }
    }

    #[test]
    fn a_late_handler_stands_still() {
        let function = Function::new(Acknowledge::AfterHandler);
        assert_eq!(function.call(&sent("hello")), 500, "the platform is to send it again");
        function.goes_on_with_the_next_request();
        assert_eq!(function.call(&sent("hello")), 200, "the repetition is recognised");
        assert_eq!(function.done(), 1);
    }

    #[test]
    fn a_handler_after_its_acknowledgement_stands_still() {
        let function = Function::new(Acknowledge::BeforeHandler { at_most: 1 });
        assert_eq!(function.call(&sent("hello")), 200);
        function.goes_on_with_the_next_request();
    }
}
