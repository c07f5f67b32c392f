//! Requests as the platforms seal them, through the real receivers and the real tables: what is answered, and what the
//! handlers see.

#![allow(clippy::expect_used, clippy::panic)] // a test's helpers fail as the test does

mod callbacks;
#[path = "../common/mod.rs"]
mod common;
mod drift;
mod handlers;
mod sync_http;

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::Request;
use serde_json::Value;
use workplace_events::{
    dingtalk, lark,
    runtime::{
        platform::Platform,
        webhook::{Receiver, Scheme},
    },
};

/// The answer to an event of Lark that was handled.
const SUCCESS: &str = r#"{"msg":"success"}"#;
/// The answer to whatever a handler could not do, on both platforms.
const ERROR: &str = r#"{"msg":"error"}"#;

fn lark_credential() -> lark::Credential {
    lark::Credential::new().app_id("cli_1").encrypt_key("test key").verification_token("v-tok")
}

fn lark_webhook(handlers: lark::EventDispatcherBuilder) -> lark::Webhook {
    let dispatcher = handlers.build().expect("builds");
    lark::Webhook::builder(dispatcher).credential(lark_credential()).build().expect("builds")
}

fn dingtalk_credential() -> dingtalk::Credential {
    let key = "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij";
    dingtalk::Credential::new("123456", key, "dingkey").expect("a key")
}

/// Status and body of the answer.
async fn answer<P: Platform, C: Scheme>(webhook: &Receiver<P, C>, request: Request<Bytes>) -> (u16, String) {
    let response = webhook.receive(request).await;
    let body = String::from_utf8(response.body().to_vec()).expect("text");
    (response.status().as_u16(), body)
}

/// The answer to a callback, which is JSON.
async fn reply<P: Platform, C: Scheme>(webhook: &Receiver<P, C>, request: Request<Bytes>) -> (u16, Value) {
    let (status, body) = answer(webhook, request).await;
    (status, serde_json::from_str(&body).expect("JSON"))
}

/// What handlers noted.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn note(&self, what: impl Into<String>) {
        self.0.lock().expect("whole").push(what.into());
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().expect("whole").clone()
    }

    fn count(&self, what: &str) -> usize {
        self.all().iter().filter(|seen| *seen == what).count()
    }
}
