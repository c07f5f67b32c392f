//! Every adapter, as a server over real sockets: each gives the same answers as the receiver by itself.
#![cfg(all(feature = "axum", feature = "actix"))]
#![allow(clippy::expect_used, clippy::panic)] // a test's helpers fail as the test does

use bytes::Bytes;
use http::{Request, Response, header::CONTENT_TYPE};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use workplace_events_runtime::{
    dispatch::{Dispatcher, Outcome},
    event::RawEvent,
    lark::{self, Credential, Webhook},
    platform::Platform,
    table::{FormTable, PlatformTable},
    webhook::{Authentic, Stamp},
};

struct Plain;

impl Platform for Plain {
    const TABLE: &'static PlatformTable<'static> = &PlatformTable {
        name: "plain",
        forms: &[FormTable { name: "flat", event: &["event"], ..FormTable::DEFAULT }],
        ..PlatformTable::DEFAULT
    };
}

const MAX_BODY: usize = 2000;

fn credential() -> Credential {
    Credential::new().encrypt_key("test key")
}

fn webhook() -> Webhook<Plain> {
    let dispatcher = Dispatcher::<Plain>::builder()
        .on_unhandled(async |event: RawEvent| match event.header().event() {
            "fails" => Outcome::Retry,
            _ => Outcome::Ack,
        })
        .build();
    Webhook::builder(dispatcher.expect("builds"))
        .credential(credential())
        .max_body(MAX_BODY)
        .build()
        .expect("builds")
}

/// What is sent, by name.
fn requests() -> Vec<(&'static str, Request<Bytes>)> {
    let stamp = Stamp::seconds().expect("random");
    let sealed = |json: &str| lark::seal(&credential(), json.as_bytes(), &stamp).expect("seals");
    let challenge = r#"{"challenge":"a\"b","token":"","type":"url_verification"}"#;
    let text = |mut request: Request<Bytes>| {
        request.headers_mut().insert(CONTENT_TYPE, "text/plain".parse().expect("a value"));
        request
    };
    let get = |mut request: Request<Bytes>| {
        *request.method_mut() = http::Method::GET;
        request
    };
    vec![
        ("challenge", lark::seal_unsigned(&credential(), challenge.as_bytes(), &stamp)),
        ("event", sealed(r#"{"event":"happens"}"#)),
        ("failing event", sealed(r#"{"event":"fails"}"#)),
        ("no event", sealed("[]")),
        ("stranger", Request::post("/").body(r#"{"event":"happens"}"#.into()).expect("a request")),
        ("empty", Request::post("/").body(Bytes::new()).expect("a request")),
        ("too large", Request::post("/").body(vec![b' '; MAX_BODY + 1].into()).expect("a request")),
        ("as large as allowed", Request::post("/").body(vec![b' '; MAX_BODY].into()).expect("a request")),
        ("no JSON", text(sealed(r#"{"event":"happens"}"#))),
        ("no POST", get(sealed(r#"{"event":"happens"}"#))),
    ]
}

/// Status, content type and body.
type Answer = (u16, String, String);

async fn expected() -> Vec<(&'static str, Answer)> {
    let mut answers = Vec::new();
    for (name, request) in requests() {
        let response: Response<Bytes> = webhook().receive(request).await;
        let content_type = response.headers()[CONTENT_TYPE].to_str().expect("text").to_owned();
        let body = String::from_utf8(response.body().to_vec()).expect("text");
        answers.push((name, (response.status().as_u16(), content_type, body)));
    }
    answers
}

async fn send(address: std::net::SocketAddr, request: &Request<Bytes>, chunked: bool) -> Answer {
    let mut socket = TcpStream::connect(address).await.expect("it listens");
    let mut head = format!("{} / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n", request.method());
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().expect("text")));
    }
    let (length, body) = (request.body().len(), request.body());
    let body = if chunked {
        head.push_str("transfer-encoding: chunked\r\n\r\n");
        let chunk = |chunk: &[u8]| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat();
        let mut chunks: Vec<u8> = body.chunks(700).flat_map(chunk).collect();
        chunks.extend(b"0\r\n\r\n");
        chunks
    } else {
        head.push_str(&format!("content-length: {length}\r\n\r\n"));
        body.to_vec()
    };
    socket.write_all(head.as_bytes()).await.expect("sends");
    // A server may answer and close before it has read a body that it does not want.
    let _ = socket.write_all(&body).await;
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).expect("text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.get(9..12)?.parse().ok()).expect("a status");
    let content_type = lines
        .filter_map(|line| line.split_once(": "))
        .find_map(|(name, value)| name.eq_ignore_ascii_case("content-type").then(|| value.to_owned()));
    (status, content_type.expect("a content type"), body.to_owned())
}

async fn assert_answers(address: std::net::SocketAddr) {
    let expected = expected().await;
    for ((name, expected), (_, request)) in expected.iter().zip(requests()) {
        assert_eq!(send(address, &request, false).await, *expected, "{name}");
        if !request.body().is_empty() && request.method() == http::Method::POST {
            assert_eq!(send(address, &request, true).await, *expected, "{name}, of unknown length");
        }
    }
}

async fn listener() -> (TcpListener, std::net::SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

#[tokio::test]
async fn the_receiver_itself_answers_as_documented() {
    let answers: Vec<_> = expected().await.into_iter().map(|(name, (status, ..))| (name, status)).collect();
    assert_eq!(
        answers,
        [
            ("challenge", 200),
            ("event", 200),
            ("failing event", 500),
            ("no event", 400),
            ("stranger", 401),
            ("empty", 401),
            ("too large", 413),
            ("as large as allowed", 401),
            ("no JSON", 415),
            ("no POST", 405),
        ]
    );
}

#[tokio::test]
async fn as_a_service_of_axum() {
    let (listener, address) = listener().await;
    let app = axum::Router::new().route_service("/", webhook());
    tokio::spawn(async move { axum::serve(listener, app).await });
    assert_answers(address).await;
}

#[tokio::test]
async fn as_an_extractor_of_axum() {
    async fn receive(request: Authentic<Plain, Credential>) -> axum::response::Response {
        request.dispatch().await.map(Into::into)
    }
    let (listener, address) = listener().await;
    let app = axum::Router::new().route("/", axum::routing::any(receive)).with_state(webhook());
    tokio::spawn(async move { axum::serve(listener, app).await });
    assert_answers(address).await;
}

#[tokio::test]
async fn as_a_service_of_hyper() {
    use hyper_util::{rt::TokioIo, service::TowerToHyperService};
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = TowerToHyperService::new(webhook());
            tokio::spawn(
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(socket), service),
            );
        }
    });
    assert_answers(address).await;
}

#[actix_web::test]
async fn as_a_route_of_actix() {
    let server = actix_web::HttpServer::new(|| actix_web::App::new().route("/", webhook().actix_route()))
        .workers(1)
        .bind("127.0.0.1:0")
        .expect("a port");
    let address = server.addrs()[0];
    actix_web::rt::spawn(server.run());
    assert_answers(address).await;
}

#[tokio::test]
async fn the_extractor_gives_payload_events_and_credential() {
    let (_, request) = requests().swap_remove(1);
    let named = Webhook::builder(Dispatcher::<Plain>::builder().build().expect("builds"))
        .credential(credential().app_id("cli_1"))
        .build()
        .expect("builds");
    let authentic = named.authenticate(request).expect("authentic");
    assert_eq!(authentic.payload(), r#"{"event":"happens"}"#);
    assert_eq!(authentic.credential_name(), Some("cli_1"));
    let events = authentic.events().expect("events");
    assert_eq!(events[0].header().event(), "happens");
    assert_eq!(events[0].delivery().credential_name(), Some("cli_1"));
}
