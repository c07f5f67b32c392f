//! What benchmarks of receiving receive, and what receives it.

use std::hint::black_box;

use bytes::Bytes;
use http::Request;
use tokio::runtime::Runtime;
use workplace_events::{
    Event,
    lark::{
        Credential, EventDispatcher, Webhook, application::P2ApplicationApplicationAppVersionPublishApplyV6,
        im::P2ImMessageReceiveV1,
    },
    runtime::{lark::seal, webhook::Stamp},
};

pub const KEY: &str = "kudryavka";
/// That of the payloads.
pub const TOKEN: &str = "rvaYgkND1GOiu5MM0E1rncYC6PLtF7JV";
/// With what the ids of the events begin.
const EVENT_ID: &str = "5e3702a8";
/// What is there instead, and differs from one request to the next.
const ID: &str = "c7c7120f";

/// A message with one mention.
pub fn small() -> String {
    let payload = compact(include_str!("../../../schemas/lark/im/examples/im.message.receive_v1.json"));
    payload.replace(EVENT_ID, ID).replace("om_5ce6d572", &format!("om_{ID}"))
}

/// An app that is up for review: about the largest event there is.
pub fn big() -> String {
    let payload = compact(include_str!(
        "../../../schemas/lark/application/examples/application.application.app_version.publish_apply_v6.json"
    ));
    payload.replace(EVENT_ID, ID)
}

/// Another event of the same kind: one that was seen before would not reach its handler.
pub fn another(payload: &str, number: usize) -> String {
    assert!(payload.contains(ID));
    payload.replace(ID, &format!("{number:08}"))
}

pub fn credential() -> Credential {
    Credential::new().encrypt_key(KEY).verification_token(TOKEN)
}

pub fn sealed(payload: &str) -> Request<Bytes> {
    seal(&credential(), payload.as_bytes(), &stamp()).expect("a request")
}

pub fn stamp() -> Stamp {
    Stamp::new("1609073151", "abcdefg", [7; 16])
}

/// A receiver with a handler for each of them, which has nothing to wait for.
pub fn webhook() -> Webhook {
    let dispatcher = EventDispatcher::builder()
        .on_p2_im_message_receive_v1(async |event: Event<P2ImMessageReceiveV1>| {
            black_box(&event.message);
        })
        .on_p2_application_application_app_version_publish_apply_v6(
            async |event: Event<P2ApplicationApplicationAppVersionPublishApplyV6>| {
                black_box(&event.operator_id);
            },
        );
    let webhook = Webhook::builder(dispatcher.build().expect("handlers")).credential(credential());
    webhook.build().expect("a receiver")
}

/// One thread for the receiver, the tasks of handlers and their time limits.
pub fn tokio() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime")
}

/// A payload as the platforms send it: without white space between the tokens.
pub fn compact(json: &str) -> String {
    let (mut in_text, mut escaped) = (false, false);
    let keep = |char: &char| {
        in_text ^= *char == '"' && !escaped;
        escaped = *char == '\\' && !escaped;
        in_text || !char.is_ascii_whitespace()
    };
    json.chars().filter(keep).collect()
}
