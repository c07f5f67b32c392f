//! DingTalk's Stream mode against a gateway on this machine: real sockets, real payloads, and everything that goes wrong
//! with them.

#![allow(clippy::expect_used, clippy::panic)] // a test's helpers fail as the test does

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{sync::oneshot, task::JoinHandle};
use workplace_events::{
    Event, Map,
    dingtalk::{
        EventDispatcher, EventDispatcherBuilder, Stream,
        card::{CardCallback, CardCallbackResponse, card_callback::CardData},
        contact::UserAddOrg,
        group_chat::ChatUpdateTitle,
    },
    dispatch::{HandlerError, State},
    runtime::connection::{Cause, Error, State as Connection},
    testing::{
        Payload, Sampled,
        gateway::{Gateway, Refusal},
    },
};

const SECRET: &str = "s3cret-of-the-client";

type Seen = Arc<Mutex<Vec<String>>>;

/// Notes the title of a group; some titles make it fail, or take its time.
async fn note(event: Event<ChatUpdateTitle>, State(seen): State<Seen>) -> Result<(), HandlerError> {
    match event.title.as_str() {
        "fail" => return Err("asked to fail".into()),
        "slow" => tokio::time::sleep(Duration::from_millis(500)).await,
        _ => {}
    }
    seen.lock().expect("whole").push(event.title.clone());
    Ok(())
}

fn renamed(title: &str) -> Payload<ChatUpdateTitle> {
    let payload = stream::<ChatUpdateTitle>().with(|event| event.title = title.to_owned());
    payload.and_then(|payload| payload.id(title)).expect("a payload")
}

fn stream<T: Sampled>() -> Payload<T> {
    Payload::sample_in("stream").or_else(|| Payload::sample_in("stream_callback")).expect("comes by stream")
}

struct Running {
    seen: Seen,
    states: tokio::sync::watch::Receiver<Connection>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), Error>>,
}

impl Running {
    fn start(
        gateway: &Gateway,
        register: impl FnOnce(EventDispatcherBuilder) -> EventDispatcherBuilder,
    ) -> Running {
        let seen = Seen::default();
        let dispatcher = register(EventDispatcher::builder().state(seen.clone())).build().expect("builds");
        let client = Stream::builder(dispatcher).client("ding1", SECRET).endpoint(gateway.url());
        let client = client.build().expect("builds");
        let states = client.states();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(async move { client.run_until(async { drop(stopped.await) }).await });
        Running { seen, states, stop, task }
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("whole").clone()
    }
}

fn with_events(builder: EventDispatcherBuilder) -> EventDispatcherBuilder {
    builder.on_chat_update_title(note)
}

fn with_cards(builder: EventDispatcherBuilder) -> EventDispatcherBuilder {
    builder.on_card_callback(async |_: Event<CardCallback>| {
        let values = Map::from([("state".to_owned(), "done".to_owned())]);
        CardCallbackResponse::new().with_card_data(CardData::new().with_values(values))
    })
}

async fn gateway() -> Gateway {
    Gateway::start("127.0.0.1:0").await.expect("a port")
}

#[tokio::test]
async fn events_are_acknowledged_or_asked_for_later() {
    let mut gateway = gateway().await;
    let client = Running::start(&gateway, with_events);
    let mut connection = gateway.connection().await.expect("connects");
    let success = json!({ "status": "SUCCESS" });
    for (title, expected) in
        [("a", &success), ("a", &success), ("fail", &json!({ "status": "LATER" })), ("b", &success)]
    {
        let id = connection.send(renamed(title).as_str()).await.expect("sent");
        let told = connection.acknowledgement().await.expect("acknowledged");
        assert_eq!((told.id, told.code, told.data.as_ref()), (id, 200, Some(expected)), "{title}");
        assert_eq!(told.complaints, Vec::<String>::new());
    }
    assert_eq!(client.seen(), ["a", "b"], "the second was recognised");
    // An event that nobody handles is received too.
    connection.send(stream::<UserAddOrg>().as_str()).await.expect("sent");
    assert_eq!(connection.acknowledgement().await.expect("acknowledged").data, Some(success));
    drop(client.stop);
    assert_eq!(client.task.await.expect("no panic"), Ok(()));
    connection.closed().await;
}

#[tokio::test]
async fn a_callback_gets_its_typed_answer() {
    let mut gateway = gateway().await;
    let _client = Running::start(&gateway, with_cards);
    let mut connection = gateway.connection().await.expect("connects");
    connection.send(stream::<CardCallback>().as_str()).await.expect("sent");
    let told = connection.acknowledgement().await.expect("acknowledged");
    let expected = json!({ "response": { "cardData": { "cardParamMap": { "state": "done" } } } });
    assert_eq!((told.code, told.data), (200, Some(expected)));
}

#[tokio::test]
async fn only_what_has_a_handler_is_asked_for() {
    async fn asked(register: fn(EventDispatcherBuilder) -> EventDispatcherBuilder) -> Value {
        let mut gateway = gateway().await;
        let _client = Running::start(&gateway, register);
        drop(gateway.connection().await.expect("connects"));
        gateway.questions()[0].clone()
    }
    let events = json!({ "type": "EVENT", "topic": "*" });
    let cards = json!({ "type": "CALLBACK", "topic": "/v1.0/card/instances/callback" });
    let asked_for_events = asked(with_events).await;
    assert_eq!(asked_for_events["clientId"], "ding1");
    assert_eq!(asked_for_events["clientSecret"], SECRET);
    assert_eq!(asked_for_events["subscriptions"], json!([events]));
    assert_eq!(asked(with_cards).await["subscriptions"], json!([cards]));
    assert_eq!(
        asked(|builder| with_cards(with_events(builder))).await["subscriptions"],
        json!([events, cards])
    );
}

#[tokio::test]
async fn a_ping_is_answered_with_what_it_holds() {
    let mut gateway = gateway().await;
    let _client = Running::start(&gateway, with_events);
    let mut connection = gateway.connection().await.expect("connects");
    let data = json!({ "opaque": "0d75e4b4" });
    let ping = json!({ "specVersion": "1.0", "type": "SYSTEM", "headers": { "topic": "ping" }, "data": data.to_string() });
    connection.send(&ping.to_string()).await.expect("sent");
    let told = connection.acknowledgement().await.expect("answered");
    assert_eq!((told.code, told.data), (200, Some(data)));
}

#[tokio::test]
async fn a_connection_that_is_given_up_is_replaced_first_and_finished_then() {
    let mut gateway = gateway().await;
    let client = Running::start(&gateway, with_events);
    let mut old = gateway.connection().await.expect("connects");
    old.send(renamed("slow").as_str()).await.expect("sent");
    old.disconnect().await.expect("sent");
    let mut new = gateway.connection().await.expect("connects anew");
    assert_eq!(client.seen(), Vec::<String>::new(), "the handler still runs");
    // The same group would keep their order.
    let fast = renamed("fast").set("data.openConversationId", "cid_other").expect("set");
    new.send(fast.as_str()).await.expect("sent");
    assert_eq!(new.acknowledgement().await.expect("acknowledged").code, 200);
    assert_eq!(old.acknowledgement().await.expect("acknowledged").data, Some(json!({ "status": "SUCCESS" })));
    assert_eq!(client.seen(), ["fast", "slow"]);
}

#[tokio::test]
async fn a_lost_connection_is_replaced() {
    let mut gateway = gateway().await;
    let client = Running::start(&gateway, with_events);
    gateway.connection().await.expect("connects").close(1001).await.expect("closes");
    let mut connection = gateway.connection().await.expect("connects anew, with another ticket");
    connection.send(renamed("a").as_str()).await.expect("sent");
    assert_eq!(connection.acknowledgement().await.expect("acknowledged").code, 200);
    assert_eq!(client.seen(), ["a"]);
}

#[tokio::test]
async fn what_the_platform_says_when_it_refuses_is_told() {
    let gateway = gateway().await;
    gateway
        .refuse(Refusal::Question(400, json!({ "code": "authFailed", "message": "the client is unknown" })));
    let client = Running::start(&gateway, with_events);
    let ended = client.task.await.expect("no panic").expect_err("refused");
    assert_eq!(ended, Error::Auth { code: "authFailed".into(), message: "the client is unknown".into() });
    assert!(ended.to_string().contains("(authFailed: the client is unknown)"), "{ended}");
}

#[tokio::test]
async fn a_busy_platform_is_asked_again() {
    let mut gateway = gateway().await;
    gateway.refuse(Refusal::Question(503, json!({})));
    let mut client = Running::start(&gateway, with_events);
    let waits = |state: &Connection| {
        matches!(state, Connection::Reconnecting { attempt: 1, cause: Cause::NoAddress(_) })
    };
    drop(client.states.wait_for(waits).await.expect("it runs"));
    drop(gateway.connection().await.expect("connects"));
}

#[tokio::test]
async fn garbage_is_ignored() {
    let mut gateway = gateway().await;
    let client = Running::start(&gateway, with_events);
    let mut connection = gateway.connection().await.expect("connects");
    for garbage in
        ["", "{", "[]", "null", r#"{"type":1}"#, r#"{"type":"SYSTEM"}"#, r#"{"type":"NEW","headers":{}}"#]
    {
        connection.send_message(garbage).await.expect("sent");
    }
    // A frame that names no event is one that nobody can handle.
    connection.send(r#"{"type":"EVENT","headers":{},"data":"{"}"#).await.expect("sent");
    assert_eq!(
        connection.acknowledgement().await.expect("acknowledged").data,
        Some(json!({ "status": "LATER" }))
    );
    connection.send(renamed("a").as_str()).await.expect("sent");
    assert_eq!(connection.acknowledgement().await.expect("acknowledged").code, 200);
    assert_eq!(client.seen(), ["a"]);
}
