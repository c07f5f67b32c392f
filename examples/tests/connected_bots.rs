//! The bots without a public URL as a person runs them: the real programs, connected to a gateway on this machine.

#![allow(clippy::expect_used, clippy::panic)] // a test's helpers fail as the test does

mod common;

use std::sync::{Arc, Mutex};

use axum::{Json, Router, extract::State, http::Uri, routing::post};
use common::Bot;
use serde_json::{Value, json};
use workplace_events::{
    dingtalk::{bot::BotMessage, contact::UserAddOrg},
    lark::im::{P1Message, P2ImMessageReceiveV1},
    testing::{Payload, gateway::Gateway},
};

type Asked = Arc<Mutex<Vec<(String, Value)>>>;

/// The API of a platform: it takes replies, and leads those who ask where to connect to the gateway.
async fn platform(gateway: &Gateway) -> (String, Asked) {
    async fn answer(
        State((gateway, asked)): State<(String, Asked)>,
        uri: Uri,
        Json(body): Json<Value>,
    ) -> Json<Value> {
        if uri.path() == "/callback/ws/endpoint" {
            let answer = examples::lark_api::http_client()
                .expect("a client")
                .post(format!("{gateway}{uri}"))
                .json(&body)
                .send()
                .await;
            return Json(answer.expect("answered").json().await.expect("JSON"));
        }
        asked.lock().expect("whole").push((uri.path().to_owned(), body));
        Json(json!({ "code": 0, "msg": "ok", "tenant_access_token": "t-1" }))
    }
    let asked = Asked::default();
    let app = Router::new().fallback(post(answer)).with_state((gateway.url(), asked.clone()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async { axum::serve(listener, app).await });
    (url, asked)
}

#[tokio::test]
async fn lark_long_connection_prints_events_and_echoes_messages() {
    let mut gateway = Gateway::start("127.0.0.1:0").await.expect("a port");
    let (domain, asked) = platform(&gateway).await;
    let settings =
        [("LARK_DOMAIN", domain.as_str()), ("LARK_APP_ID", "cli_1"), ("LARK_APP_SECRET", "s3cret")];
    let mut bot = Bot::connect(env!("CARGO_BIN_EXE_lark_long_connection"), &settings);
    let mut connection = gateway.connection().await.expect("connects");
    connection.send(Payload::<P2ImMessageReceiveV1>::sample().as_str()).await.expect("sent");
    assert_eq!(connection.acknowledgement().await.expect("acknowledged").code, 200);
    let line = bot.line();
    assert_eq!((&line["platform"], &line["event_type"]), (&json!("lark"), &json!("im.message.receive_v1")));
    assert_eq!(line["event_id"], "5e3702a84e847582be8db7fb73283c02");
    assert_eq!(line["body"]["message"]["chat_type"], "group");
    assert_eq!(line["drift"], json!([]));
    let asked = asked.lock().expect("whole").clone();
    assert_eq!(asked[1].0, "/open-apis/im/v1/messages/om_5ce6d572455d361153b7cb51da133945/reply");
    assert_eq!(asked[1].1["content"], r#"{"text":"@_user_1 hello"}"#);

    // What has no handler of its own is printed too.
    connection.send(Payload::<P1Message>::sample().as_str()).await.expect("sent");
    assert_eq!(connection.acknowledgement().await.expect("acknowledged").code, 200);
    assert_eq!(bot.line()["event_type"], "message");
}

/// A laptop that slept: time went on without the process, and its connection did not.
#[cfg(unix)]
#[tokio::test]
async fn a_bot_that_was_suspended_connects_anew() {
    let mut gateway = Gateway::start("127.0.0.1:0").await.expect("a port");
    gateway.lark_config(
        json!({ "PingInterval": 1, "ReconnectNonce": 0, "ReconnectInterval": 1, "ReconnectCount": -1 }),
    );
    let (domain, _) = platform(&gateway).await;
    let settings =
        [("LARK_DOMAIN", domain.as_str()), ("LARK_APP_ID", "cli_1"), ("LARK_APP_SECRET", "s3cret")];
    let mut bot = Bot::connect(env!("CARGO_BIN_EXE_lark_long_connection"), &settings);
    let mut connection = gateway.connection().await.expect("connects");
    connection.ready().await.expect("it is ready");
    bot.signal("STOP");
    // Longer than it waits for the answer to a ping.
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    drop(connection);
    bot.signal("CONT");
    let mut connection = gateway.connection().await.expect("connects anew");
    connection.send(Payload::<P1Message>::sample().as_str()).await.expect("sent");
    assert_eq!(connection.acknowledgement().await.expect("acknowledged").code, 200);
    assert_eq!(bot.line()["event_type"], "message");
}

#[tokio::test]
async fn dingtalk_stream_prints_events_and_echoes_messages() {
    let mut gateway = Gateway::start("127.0.0.1:0").await.expect("a port");
    let (api, asked) = platform(&gateway).await;
    let endpoint = gateway.url();
    let settings = [
        ("DINGTALK_ENDPOINT", endpoint.as_str()),
        ("DINGTALK_CLIENT_ID", "ding1"),
        ("DINGTALK_CLIENT_SECRET", "s3cret"),
    ];
    let mut bot = Bot::connect(env!("CARGO_BIN_EXE_dingtalk_stream"), &settings);
    let mut connection = gateway.connection().await.expect("connects");
    let message = Payload::<BotMessage>::samples().map(|(_, payload)| payload);
    let message = message
        .filter(|payload| payload.form().is_ok_and(|form| form == "stream_callback"))
        .find(|payload| payload.event().is_ok_and(|event| event.text.is_some()));
    let message = message.expect("a text").set("data.sessionWebhook", format!("{api}/reply")).expect("set");
    connection.send(message.as_str()).await.expect("sent");
    let told = connection.acknowledgement().await.expect("acknowledged");
    assert_eq!((told.code, told.data), (200, Some(json!({ "response": {} }))));
    assert_eq!(bot.line()["event_type"], "/v1.0/im/bot/messages/get");
    let reply = json!({ "msgtype": "text", "text": { "content": " 你好" } });
    assert_eq!(*asked.lock().expect("whole"), [("/reply".to_owned(), reply)]);

    let event = Payload::<UserAddOrg>::sample_in("stream").expect("comes by stream");
    connection.send(event.as_str()).await.expect("sent");
    assert_eq!(connection.acknowledgement().await.expect("acknowledged").code, 200);
    assert_eq!(bot.line()["event_type"], "user_add_org");
}
