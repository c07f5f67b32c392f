//! Each bot as a person runs it: the real program, real sockets, requests as the platforms send them.

#![allow(clippy::expect_used, clippy::panic)] // a test's helpers fail as the test does

mod common;

use std::sync::mpsc;

use common::Bot;
use serde_json::{Value, json};
use workplace_events::{
    dingtalk::{
        self,
        approval::{BpmsInstanceChange, BpmsTaskChange},
    },
    lark::{self, card::P2CardActionTrigger, im::P2ImMessageReceiveV1},
    testing::{Payload, PayloadError, Sampled, Seals},
};

const KEY: &str = "test key";
const TOKEN: &str = "v-tok";
const LARK: &[(&str, &str)] = &[("LARK_ENCRYPT_KEY", KEY), ("LARK_VERIFICATION_TOKEN", TOKEN)];

fn credential() -> lark::Credential {
    lark::Credential::new().encrypt_key(KEY).verification_token(TOKEN)
}

fn seal<T: Sampled>(credential: &impl Seals, payload: &Payload<T>) -> http::Request<bytes::Bytes> {
    payload.request(credential).expect("seals")
}

fn message() -> Payload<P2ImMessageReceiveV1> {
    Payload::sample()
}

/// A message that is taken for no other.
fn another_message(id: &str) -> Payload<P2ImMessageReceiveV1> {
    let other = |of: Payload<P2ImMessageReceiveV1>| -> Result<_, PayloadError> {
        of.id(id)?.with(|event| event.message.message_id = format!("om_{id}").into())
    };
    other(message()).expect("a message")
}

/// The API of the platform, as far as the echo bot needs it: what is sent to it arrives at the receiver.
fn platform() -> (String, mpsc::Receiver<(String, Value)>) {
    use axum::{Json, Router, http::Uri, routing::post};
    let (requests, received) = mpsc::channel();
    let answer = move |uri: Uri, body: Json<Value>| {
        requests.send((uri.path().to_owned(), body.0)).expect("the test runs");
        async { Json(json!({ "code": 0, "msg": "ok", "tenant_access_token": "t-1" })) }
    };
    let (address, listens) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
            address.send(format!("http://{}", listener.local_addr().expect("an address"))).expect("listens");
            axum::serve(listener, Router::new().fallback(post(answer))).await
        })
    });
    (listens.recv().expect("listens"), received)
}

#[cfg(unix)]
#[test]
fn a_bot_that_is_told_to_stop_ends_by_itself() {
    for program in [env!("CARGO_BIN_EXE_card"), env!("CARGO_BIN_EXE_receive"), env!("CARGO_BIN_EXE_actix")] {
        for signal in ["INT", "TERM"] {
            let bot = Bot::start(program, LARK);
            // It listens before it hears signals.
            bot.post("/lark", &seal(&credential(), &message()));
            bot.signal(signal);
            assert!(bot.ended(), "{program}: {signal}");
        }
    }
}

#[test]
fn echo_answers_a_message_once_however_often_it_is_sent() {
    let (domain, received) = platform();
    let app = [("LARK_DOMAIN", domain.as_str()), ("LARK_APP_ID", "cli_1"), ("LARK_APP_SECRET", "s3cret")];
    let mut bot = Bot::start(env!("CARGO_BIN_EXE_echo"), &[LARK, &app].concat());
    let request = seal(&credential(), &message());
    for _ in 0..2 {
        assert_eq!(bot.post("/lark", &request), (200, br#"{"msg":"success"}"#.to_vec()));
    }
    assert_eq!(bot.line()["echoed"], "@_user_1 hello");
    let (path, asked) = received.recv().expect("asks for a token");
    assert_eq!(path, "/open-apis/auth/v3/tenant_access_token/internal");
    assert_eq!(asked, json!({ "app_id": "cli_1", "app_secret": "s3cret" }));
    let (path, reply) = received.recv().expect("replies");
    assert_eq!(path, "/open-apis/im/v1/messages/om_5ce6d572455d361153b7cb51da133945/reply");
    assert_eq!(reply, json!({ "msg_type": "text", "content": r#"{"text":"@_user_1 hello"}"# }));
    assert!(received.try_recv().is_err(), "the second delivery was recognised");
}

#[test]
fn echo_asks_for_the_message_again_when_the_platform_fails() {
    let app =
        [("LARK_DOMAIN", "http://127.0.0.1:9"), ("LARK_APP_ID", "cli_1"), ("LARK_APP_SECRET", "s3cret")];
    let bot = Bot::start(env!("CARGO_BIN_EXE_echo"), &[LARK, &app].concat());
    let (status, body) = bot.post("/lark", &seal(&credential(), &message()));
    assert_eq!((status, body), (500, br#"{"msg":"error"}"#.to_vec()), "and nothing of why");
}

#[test]
fn card_answers_with_a_toast_and_a_new_card() {
    let mut bot = Bot::start(env!("CARGO_BIN_EXE_card"), LARK);
    let pressed = Payload::<P2CardActionTrigger>::sample();
    let pressed = pressed.set("event.action.value", json!({ "vote": "yes" })).expect("an object");
    let (status, answer) = bot.post("/lark", &seal(&credential(), &pressed));
    let answer: Value = serde_json::from_slice(&answer).expect("JSON");
    assert_eq!(status, 200);
    assert_eq!(answer["toast"], json!({ "type": "success", "content": "You voted yes." }));
    assert_eq!(answer["card"]["type"], "raw");
    assert_eq!(answer["card"]["data"]["body"]["elements"][0]["content"], "Voted: **yes**");
    assert_eq!(bot.line()["voted"], "yes");
}

#[test]
fn approval_tells_the_decision() {
    const AES_KEY: &str = "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij";
    let settings =
        [("DINGTALK_TOKEN", "123456"), ("DINGTALK_AES_KEY", AES_KEY), ("DINGTALK_OWNER_KEY", "dingkey")];
    let mut bot = Bot::start(env!("CARGO_BIN_EXE_approval"), &settings);
    let credential = dingtalk::Credential::new("123456", AES_KEY, "dingkey").expect("a key");
    let finished = Payload::<BpmsInstanceChange>::sample_in("http").expect("a payload that is posted");
    let finished = finished.set("type", "finish").and_then(|payload| payload.set("result", "refuse"));
    let task = Payload::<BpmsTaskChange>::sample_in("http").expect("a payload that is posted");
    for request in [seal(&credential, &finished.expect("an object")), seal(&credential, &task)] {
        let (status, answer) = bot.post("/dingtalk", &request);
        assert_eq!(status, 200);
        assert_eq!(
            workplace_events::runtime::dingtalk::open_reply(&credential, &answer).expect("sealed"),
            "success"
        );
    }
    assert_eq!(bot.line()["decision"], "refused");
    assert!(bot.line()["approver"].is_string());
}

#[test]
fn several_apps_are_told_apart_by_their_secret() {
    let mut bot = Bot::start(
        env!("CARGO_BIN_EXE_several_apps"),
        &[("LARK_APPS", "cli_a:key a,cli_b:key b,cli_b:new key b")],
    );
    for (app, key) in [("cli_a", "key a"), ("cli_b", "key b"), ("cli_b", "new key b")] {
        let request = seal(&lark::Credential::new().encrypt_key(key), &another_message(key));
        assert_eq!(bot.post("/lark", &request).0, 200);
        assert_eq!(bot.line()["app"], app, "{key}");
    }
    assert_eq!(bot.post("/lark", &seal(&lark::Credential::new().encrypt_key("key c"), &message())).0, 401);
}

#[test]
fn actix_receives_as_axum_does() {
    let mut bot = Bot::start(env!("CARGO_BIN_EXE_actix"), LARK);
    assert_eq!(bot.post("/lark", &seal(&credential(), &message())), (200, br#"{"msg":"success"}"#.to_vec()));
    assert_eq!(bot.line()["message"], "om_5ce6d572455d361153b7cb51da133945");
    assert_eq!(bot.post("/lark", &http::Request::post("/").body(b"{}".to_vec()).expect("a request")).0, 401);
}

/// What an integrator fears: the process dies in the middle of a burst. Every event that was not acknowledged is sent
/// again, as the platform does; then none is missing, and only those that ran at that moment were handled twice.
#[test]
fn a_crash_in_a_burst_loses_no_event() {
    use std::{
        collections::BTreeMap,
        sync::{
            Mutex,
            atomic::{AtomicUsize, Ordering},
        },
    };
    const EVENTS: usize = 400;
    const SENDERS: usize = 8;
    let requests: Vec<_> =
        (0..EVENTS).map(|i| seal(&credential(), &another_message(&format!("e{i}")))).collect();
    let acknowledged = Mutex::new(vec![false; EVENTS]);
    let mut handled = BTreeMap::<String, usize>::new();
    let mut count = |lines: Vec<Value>| {
        for line in lines {
            let id = line["event_id"].as_str().expect("an id").to_owned();
            *handled.entry(id).or_default() += 1;
        }
    };

    let mut bot = Bot::start(env!("CARGO_BIN_EXE_receive"), LARK);
    let (address, next) = (bot.address(), AtomicUsize::new(0));
    std::thread::scope(|senders| {
        for _ in 0..SENDERS {
            senders.spawn(|| {
                while let Some((i, request)) = {
                    let i = next.fetch_add(1, Ordering::SeqCst);
                    requests.get(i).map(|r| (i, r))
                } {
                    let answer = common::post(&address, "/lark", request);
                    acknowledged.lock().expect("whole")[i] = answer.is_ok_and(|(status, _)| status == 200);
                }
            });
        }
        count((0..EVENTS / 4).map(|_| bot.line()).collect());
        count(bot.crash());
    });
    let acknowledged = acknowledged.into_inner().expect("whole");
    let lost: Vec<_> = (0..EVENTS).filter(|i| !acknowledged[*i]).collect();
    assert!(
        lost.len() > SENDERS,
        "it crashed in the middle: {} of {EVENTS} were not acknowledged",
        lost.len()
    );

    let mut bot = Bot::start(env!("CARGO_BIN_EXE_receive"), LARK);
    for i in &lost {
        assert_eq!(bot.post("/lark", &requests[*i]).0, 200);
        count(vec![bot.line()]);
    }
    assert_eq!(handled.len(), EVENTS, "every event was handled");
    let twice = handled.values().filter(|times| **times > 1).count();
    assert!(twice <= SENDERS, "{twice} were handled twice, and at most {SENDERS} ran");
}
