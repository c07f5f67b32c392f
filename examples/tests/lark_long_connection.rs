//! Lark's long connection against a gateway on this machine: real sockets, real payloads, and everything that goes wrong
//! with them.

#![allow(clippy::expect_used, clippy::panic)] // a test's helpers fail as the test does

mod common;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use common::message;
use serde_json::json;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Notify, oneshot},
    task::JoinHandle,
};
use workplace_events::{
    Event,
    dispatch::{HandlerError, State},
    lark::{
        EventDispatcher, LongConnection,
        card::{P2CardActionTrigger, P2CardActionTriggerResponse, p2_card_action_trigger::Toast},
        im::{P2ImMessageReceiveV1, p2_im_message_receive_v1::MessageContent},
    },
    runtime::connection::{Cause, Error, State as Connection},
    testing::{
        Payload,
        gateway::{Gateway, Refusal},
    },
};

const SECRET: &str = "s3cret-of-the-app";

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn texts(&self) -> Vec<String> {
        self.0.lock().expect("whole").clone()
    }
}

/// Notes the text of a message; some texts make it fail, panic, or take its time.
async fn note(event: Event<P2ImMessageReceiveV1>, State(seen): State<Seen>) -> Result<(), HandlerError> {
    let Some(MessageContent::Text(content)) = &event.message.content else { return Ok(()) };
    match content.text.as_str() {
        "fail" => return Err("asked to fail".into()),
        "panic" => panic!("asked to panic"),
        "slow" => tokio::time::sleep(Duration::from_millis(300)).await,
        "too slow" => tokio::time::sleep(Duration::from_secs(4)).await,
        _ => {}
    }
    seen.0.lock().expect("whole").push(content.text.clone());
    Ok(())
}

/// A client that runs, and what ends it.
struct Running {
    seen: Seen,
    states: tokio::sync::watch::Receiver<Connection>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), Error>>,
}

impl Running {
    fn start(gateway: &Gateway) -> Running {
        gateway.lark_config(
            json!({ "PingInterval": 1, "ReconnectNonce": 0, "ReconnectInterval": 1, "ReconnectCount": -1 }),
        );
        Running::start_as_it_is(gateway)
    }

    fn start_as_it_is(gateway: &Gateway) -> Running {
        let seen = Seen::default();
        let dispatcher = EventDispatcher::builder()
            .state(seen.clone())
            .on_p2_im_message_receive_v1(note)
            .on_p2_card_action_trigger(async |_: Event<P2CardActionTrigger>| {
                P2CardActionTriggerResponse::new().with_toast(Toast::new().with_content("Thanks."))
            })
            .build()
            .expect("builds");
        let client = LongConnection::builder(dispatcher).app("cli_1", SECRET).domain(gateway.url());
        let client = client.build().expect("builds");
        let states = client.states();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(async move { client.run_until(async { drop(stopped.await) }).await });
        Running { seen, states, stop, task }
    }

    async fn end(self) -> Result<(), Error> {
        drop(self.stop);
        self.task.await.expect("no panic")
    }

    /// Waits for a state.
    async fn reaches(&mut self, wanted: impl FnMut(&Connection) -> bool) {
        let reached = tokio::time::timeout(Duration::from_secs(20), self.states.wait_for(wanted)).await;
        drop(reached.expect("in time").expect("it runs"));
    }
}

async fn gateway() -> Gateway {
    Gateway::start("127.0.0.1:0").await.expect("a port")
}

#[tokio::test]
async fn an_event_is_handled_once_and_acknowledged_as_the_platform_wants_it() {
    let mut gateway = gateway().await;
    let client = Running::start(&gateway);
    let mut connection = gateway.connection().await.expect("connects");
    for _ in 0..2 {
        let id = connection.send(message("hello").as_str()).await.expect("sent");
        let told = connection.acknowledgement().await.expect("acknowledged");
        assert_eq!((told.id, told.code, told.data), (id, 200, None));
        assert_eq!(told.complaints, Vec::<String>::new());
    }
    assert_eq!(client.seen.texts(), ["hello"], "the second was recognised");
    assert_eq!(gateway.questions(), [json!({ "AppID": "cli_1", "AppSecret": SECRET })]);
    assert_eq!(client.end().await, Ok(()));
    connection.closed().await;
}

#[tokio::test]
async fn a_callback_gets_its_typed_answer() {
    let mut gateway = gateway().await;
    let _client = Running::start(&gateway);
    let mut connection = gateway.connection().await.expect("connects");
    connection.send(Payload::<P2CardActionTrigger>::sample().as_str()).await.expect("sent");
    let told = connection.acknowledgement().await.expect("acknowledged");
    assert_eq!((told.code, told.data), (200, Some(json!({ "toast": { "content": "Thanks." } }))));
}

#[tokio::test]
async fn parts_in_any_order_are_one_event() {
    let mut gateway = gateway().await;
    let client = Running::start(&gateway);
    let mut connection = gateway.connection().await.expect("connects");
    for (text, order) in [("a", &[0, 1, 2][..]), ("b", &[2, 0, 1]), ("c", &[4, 3, 2, 1, 0])] {
        connection.send_in_parts(message(text).as_str(), order).await.expect("sent");
        let told = connection.acknowledgement().await.expect("acknowledged");
        assert_eq!((told.code, told.complaints), (200, vec![]), "{text}");
    }
    assert_eq!(client.seen.texts(), ["a", "b", "c"]);
}

#[tokio::test]
async fn what_failed_is_asked_for_again_and_then_handled() {
    let mut gateway = gateway().await;
    let client = Running::start(&gateway);
    let mut connection = gateway.connection().await.expect("connects");
    for (text, code) in [("fail", 500), ("panic", 500), ("fine", 200), ("fail", 500)] {
        connection.send(message(text).as_str()).await.expect("sent");
        let told = connection.acknowledgement().await.expect("acknowledged");
        assert_eq!((told.code, told.data), (code, None), "{text}");
    }
    // An event that nobody handles is received, and so is one that nobody knows.
    for event in ["im.message.recalled_v1", "no.such.event_v9"] {
        let payload =
            json!({ "schema": "2.0", "header": { "event_id": event, "event_type": event }, "event": {} });
        connection.send(&payload.to_string()).await.expect("sent");
        assert_eq!(connection.acknowledgement().await.expect("acknowledged").code, 200, "{event}");
    }
    connection.send("no JSON").await.expect("sent");
    assert_eq!(connection.acknowledgement().await.expect("acknowledged").code, 500);
    assert_eq!(client.seen.texts(), ["fine"]);
}

#[tokio::test]
async fn a_slow_handler_holds_up_no_other_and_a_late_one_is_asked_for_again() {
    let mut gateway = gateway().await;
    let client = Running::start(&gateway);
    let mut connection = gateway.connection().await.expect("connects");
    let mut ids = Vec::new();
    for text in ["too slow", "slow", "fast"] {
        // The same chat would keep their order.
        let other_chat = message(text).set("event.message.chat_id", format!("oc_{text}")).expect("set");
        ids.push(connection.send(other_chat.as_str()).await.expect("sent"));
    }
    for (id, code) in [(2, 200), (1, 200), (0, 500)] {
        let told = connection.acknowledgement().await.expect("acknowledged");
        assert_eq!((&told.id, told.code), (&ids[id], code));
        assert!(told.took < Duration::from_secs(3), "{:?}", told.took);
    }
    assert_eq!(client.seen.texts(), ["fast", "slow"]);
}

#[tokio::test]
async fn a_closed_connection_is_replaced_and_nothing_is_handled_twice() {
    let mut gateway = gateway().await;
    let mut client = Running::start(&gateway);
    for (round, code) in [1000, 1011, 1006].into_iter().enumerate() {
        let mut connection = gateway.connection().await.expect("connects");
        // The handler is done, but the platform never hears of it.
        connection.send(message(&format!("unheard {round}")).as_str()).await.expect("sent");
        while client.seen.texts().len() < 2 * round + 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        match code {
            // No closing frame: the socket is just gone.
            1006 => drop(connection),
            code => connection.close(code).await.expect("closes"),
        }
        let mut connection = gateway.connection().await.expect("connects anew");
        for text in [format!("unheard {round}"), format!("new {round}")] {
            connection.send(message(&text).as_str()).await.expect("sent");
            assert_eq!(connection.acknowledgement().await.expect("acknowledged").code, 200, "{text}");
        }
        connection.close(1000).await.expect("closes");
    }
    let expected: Vec<_> = (0..3).flat_map(|i| [format!("unheard {i}"), format!("new {i}")]).collect();
    assert_eq!(client.seen.texts(), expected);
    client.reaches(|state| *state == Connection::Connected).await;
    assert_eq!(client.end().await, Ok(()));
}

#[tokio::test]
async fn a_side_that_has_gone_silent_is_left() {
    let mut gateway = gateway().await;
    let mut client = Running::start(&gateway);
    // It never answers a ping, and never closes: a TCP connection whose other end is gone.
    let silent = gateway.connection().await.expect("connects");
    client.reaches(|state| matches!(state, Connection::Reconnecting { cause: Cause::Silent(_), .. })).await;
    let mut connection = gateway.connection().await.expect("connects anew");
    connection.send(message("hello").as_str()).await.expect("sent");
    assert_eq!(connection.acknowledgement().await.expect("acknowledged").code, 200);
    drop(silent);
}

#[tokio::test]
async fn garbage_is_ignored() {
    let mut gateway = gateway().await;
    let client = Running::start(&gateway);
    let mut connection = gateway.connection().await.expect("connects");
    for garbage in [&b"\xff\xff\xff\xff"[..], b"", &[0x08; 100], b"\x08\x01"] {
        connection.send_message(Bytes::from_static(garbage)).await.expect("sent");
    }
    connection.send_message("text").await.expect("sent");
    connection.send(message("hello").as_str()).await.expect("sent");
    assert_eq!(connection.acknowledgement().await.expect("acknowledged").code, 200);
    assert_eq!(client.seen.texts(), ["hello"]);
}

#[tokio::test]
async fn a_config_that_makes_no_sense_does_no_harm() {
    let mut gateway = gateway().await;
    gateway.lark_config(
        json!({ "PingInterval": 0, "ReconnectNonce": -1, "ReconnectInterval": -7, "ReconnectCount": "x" }),
    );
    let client = Running::start_as_it_is(&gateway);
    let mut connection = gateway.connection().await.expect("connects");
    connection.send(message("hello").as_str()).await.expect("sent");
    assert_eq!(connection.acknowledgement().await.expect("acknowledged").code, 200);
    assert_eq!(client.end().await, Ok(()));
}

#[tokio::test]
async fn a_busy_platform_is_asked_again() {
    let mut gateway = gateway().await;
    gateway.refuse(Refusal::Question(500, json!({})));
    let client = Running::start(&gateway);
    drop(gateway.connection().await.expect("connects after a while"));
    gateway.refuse(Refusal::Question(200, json!({ "code": 1, "msg": "system busy" })));
    gateway.refuse(Refusal::Question(200, json!({ "code": 1000040343, "msg": "internal error" })));
    gateway.refuse(Refusal::Handshake(
        514,
        vec![("Handshake-Status".into(), "514".into()), ("Handshake-Msg".into(), "x".into())],
    ));
    let mut connection = gateway.connection().await.expect("connects after a while");
    connection.send(message("hello").as_str()).await.expect("sent");
    assert_eq!(connection.acknowledgement().await.expect("acknowledged").code, 200);
    assert_eq!(client.end().await, Ok(()));
}

#[tokio::test]
async fn what_is_of_no_use_to_try_again_is_told() {
    let question = |code: i64| Refusal::Question(200, json!({ "code": code, "msg": "no" }));
    let handshake = |status: &str, code: &str| {
        let headers =
            [("Handshake-Status", status), ("Handshake-Msg", "no"), ("Handshake-Autherrcode", code)];
        Refusal::Handshake(
            status.parse().expect("a status"),
            headers.map(|(k, v)| (k.into(), v.into())).to_vec(),
        )
    };
    let auth = |code: &str| Error::Auth { code: code.into(), message: "no".into() };
    let no = || "no".to_owned();
    for (refusal, expected) in [
        (question(514), auth("514")),
        (question(10014), auth("10014")),
        (question(403), Error::Banned { message: no() }),
        (question(1000040350), Error::ConnectionLimit { message: no() }),
        (handshake("403", ""), Error::Banned { message: no() }),
        (handshake("514", "1000040350"), Error::ConnectionLimit { message: no() }),
    ] {
        let gateway = gateway().await;
        gateway.refuse(refusal);
        let client = Running::start(&gateway);
        let states = client.states.clone();
        let ended = client.task.await.expect("no panic");
        assert_eq!(ended, Err(expected));
        assert_eq!(*states.borrow(), Connection::Closed);
    }
}

#[tokio::test]
async fn an_address_that_is_not_encrypted_is_not_used() {
    let gateway = gateway().await;
    gateway.refuse(Refusal::Question(200, json!({ "code": 0, "data": { "URL": "http://example.com/" } })));
    let mut client = Running::start(&gateway);
    client
        .reaches(|state| matches!(state, Connection::Reconnecting { cause: Cause::NoAddress(why), .. } if why.contains("not encrypted")))
        .await;
}

#[tokio::test]
async fn a_shutdown_waits_for_the_handler_and_acknowledges() {
    let mut gateway = gateway().await;
    let client = Running::start(&gateway);
    let mut connection = gateway.connection().await.expect("connects");
    connection.send(message("slow").as_str()).await.expect("sent");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let (told, ended) = tokio::join!(connection.acknowledgement(), client.end());
    assert_eq!(told.expect("acknowledged").code, 200);
    assert_eq!(ended, Ok(()));
    connection.closed().await;
}

#[tokio::test]
async fn a_burst_is_acknowledged_whole() {
    const EVENTS: usize = 1000;
    let mut gateway = gateway().await;
    let client = Running::start(&gateway);
    let mut connection = gateway.connection().await.expect("connects");
    for i in 0..EVENTS {
        let message = message(&format!("m{i}")).id(&format!("e{i}")).expect("an id");
        connection.send(message.as_str()).await.expect("sent");
    }
    for _ in 0..EVENTS {
        let told = connection.acknowledgement().await.expect("acknowledged");
        assert_eq!((told.code, told.complaints), (200, vec![]));
    }
    let mut texts = client.seen.texts();
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), EVENTS, "each was handled");
    assert_eq!(client.seen.texts().len(), EVENTS, "once");
}

#[tokio::test]
async fn two_clients_of_one_app_work_side_by_side() {
    let mut gateway = gateway().await;
    let clients = [Running::start(&gateway), Running::start(&gateway)];
    let mut connections =
        [gateway.connection().await.expect("connects"), gateway.connection().await.expect("connects")];
    for (i, connection) in connections.iter_mut().enumerate() {
        connection.send(message(&format!("m{i}")).as_str()).await.expect("sent");
        assert_eq!(connection.acknowledgement().await.expect("acknowledged").code, 200);
    }
    assert_eq!(clients.iter().map(|client| client.seen.texts().len()).sum::<usize>(), 2);
}

#[tokio::test]
async fn dropping_the_future_closes_the_connection() {
    let mut gateway = gateway().await;
    let client = Running::start(&gateway);
    let mut connection = gateway.connection().await.expect("connects");
    let done = Arc::new(Notify::new());
    client.task.abort();
    let closed = done.clone();
    tokio::spawn(async move {
        connection.closed().await;
        closed.notify_one();
    });
    tokio::time::timeout(Duration::from_secs(5), done.notified()).await.expect("closed");
}

/// As much of a SOCKS5 proxy as it takes; gives its URL and how many connections went through it.
async fn socks() -> (String, Arc<Mutex<usize>>) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    async fn tunnel(mut client: TcpStream) -> std::io::Result<()> {
        let mut head = [0; 2];
        client.read_exact(&mut head).await?;
        client.read_exact(&mut vec![0; head[1].into()]).await?;
        client.write_all(&[5, 0]).await?;
        // Version, connect, reserved, an IPv4 address and its port.
        let mut asked = [0; 10];
        client.read_exact(&mut asked).await?;
        assert_eq!(asked[..4], [5, 1, 0, 1]);
        let [.., a, b, c, d, high, low] = asked;
        let mut server =
            TcpStream::connect((std::net::Ipv4Addr::new(a, b, c, d), u16::from_be_bytes([high, low])))
                .await?;
        client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
        tokio::io::copy_bidirectional(&mut client, &mut server).await.map(drop)
    }
    proxy("socks5", tunnel).await
}

/// As much of an HTTP proxy as it takes where nothing is encrypted: requests have the whole address, and are passed on.
async fn http_proxy() -> (String, Arc<Mutex<usize>>) {
    async fn tunnel(mut client: TcpStream) -> std::io::Result<()> {
        let mut head = [0; 256];
        let read = client.peek(&mut head).await?;
        let head = String::from_utf8_lossy(&head[..read]).into_owned();
        let host = head
            .split_once(" http://")
            .and_then(|(_, rest)| rest.split('/').next())
            .expect("a whole address");
        let mut server = TcpStream::connect(host).await?;
        tokio::io::copy_bidirectional(&mut client, &mut server).await.map(drop)
    }
    proxy("http", tunnel).await
}

/// A proxy that leads each connection through a tunnel; its URL, and how many connections went through it.
async fn proxy<F>(scheme: &str, tunnel: fn(TcpStream) -> F) -> (String, Arc<Mutex<usize>>)
where
    F: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("{scheme}://{}", listener.local_addr().expect("an address"));
    let count = Arc::<Mutex<usize>>::default();
    let counted = count.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            *counted.lock().expect("whole") += 1;
            tokio::spawn(tunnel(client));
        }
    });
    (url, count)
}

#[tokio::test]
async fn question_and_socket_go_through_a_proxy() {
    goes_through(socks().await).await;
    goes_through(http_proxy().await).await;
}

async fn goes_through((proxy, count): (String, Arc<Mutex<usize>>)) {
    let mut gateway = gateway().await;
    let dispatcher = EventDispatcher::builder().build().expect("builds");
    let client = LongConnection::builder(dispatcher).app("cli_1", SECRET).domain(gateway.url()).proxy(proxy);
    let client = client.build().expect("builds");
    tokio::spawn(async move { client.run_until(std::future::pending()).await });
    let mut connection = gateway.connection().await.expect("connects");
    connection.send(message("hello").as_str()).await.expect("sent");
    assert_eq!(connection.acknowledgement().await.expect("acknowledged").code, 200);
    assert!(*count.lock().expect("whole") >= 1, "nothing went through the proxy");
}

#[test]
fn what_cannot_be_used_is_said_when_it_is_built() {
    let builder = || {
        let dispatcher = EventDispatcher::builder().build().expect("builds");
        LongConnection::builder(dispatcher).app("cli_1", SECRET)
    };
    let error = builder().domain("open.feishu.cn").build().expect_err("no scheme");
    assert_eq!(
        error.to_string(),
        "`open.feishu.cn` is no address; expected one like `https://open.feishu.cn`"
    );
    let error = builder().proxy("::").build().expect_err("no proxy");
    assert!(error.to_string().starts_with("the proxy is no address"), "{error}");
    let error = builder().root_certificates("no PEM").build().expect_err("no certificate");
    assert_eq!(error.to_string(), "a root certificate cannot be read; expected PEM");
}

#[test]
fn the_secret_is_in_no_text() {
    let builder =
        LongConnection::builder(EventDispatcher::builder().build().expect("builds")).app("cli_1", SECRET);
    assert!(!format!("{builder:?}").contains(SECRET));
    let client = builder.proxy("http://user:passw0rd@127.0.0.1:1").build().expect("builds");
    assert!(!format!("{client:?}").contains(SECRET));
    let missing = LongConnection::builder(EventDispatcher::builder().build().expect("builds")).build();
    assert_eq!(
        missing.expect_err("no app").to_string(),
        "a connection needs the id and the secret of an app; is a setting missing?"
    );
}
