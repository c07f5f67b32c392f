//! What can be seen from outside: metrics, log lines, and that a changed byte is never decrypted.
#![cfg(all(feature = "webhook", feature = "metrics"))]
#![allow(clippy::expect_used, clippy::panic)] // a test's helpers fail as the test does

use std::{
    collections::BTreeMap,
    io::Write,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Request, Response};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use workplace_events_runtime::{
    Json, dingtalk,
    dispatch::{Dispatcher, HandlerError},
    event::{Event, RawEvent},
    lark,
    platform::Platform,
    table::{EventTable, FormTable, HeaderTable, PlatformTable},
    webhook::{Receiver, Scheme, Stamp},
};

struct Plain;

impl Platform for Plain {
    const TABLE: &'static PlatformTable<'static> = &PlatformTable {
        name: "plain",
        forms: &[FormTable {
            name: "flat",
            event: &["event"],
            header: HeaderTable { id: &["id"], ..HeaderTable::DEFAULT },
            ..FormTable::DEFAULT
        }],
        ..PlatformTable::DEFAULT
    };
}

static SENT: EventTable<'static> = EventTable { event: "sent", ..EventTable::DEFAULT };

const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const SECRET: &str = "s3cret-encrypt-key";

fn dispatcher() -> Dispatcher<Plain> {
    Dispatcher::<Plain>::builder()
        .on(&[&SENT], async |event: Event<Json>| match event["fails"].as_bool() {
            Some(true) => Err(HandlerError::from("the database with password hunter2 is down")),
            _ => Ok(()),
        })
        .on_unhandled(async |_: RawEvent| ())
        .build()
        .expect("builds")
}

fn lark() -> (lark::Webhook<Plain>, lark::Credential) {
    let credential = lark::Credential::new().encrypt_key(SECRET);
    (lark::Webhook::builder(dispatcher()).credential(credential.clone()).build().expect("builds"), credential)
}

fn dingtalk() -> (dingtalk::Webhook<Plain>, dingtalk::Credential) {
    let credential = dingtalk::Credential::new("token", AES_KEY, "owner").expect("a key");
    (
        dingtalk::Webhook::builder(dispatcher()).credential(credential.clone()).build().expect("builds"),
        credential,
    )
}

fn stamp() -> Stamp {
    Stamp::new("1700000000", "nonce-1", [7; 16])
}

/// Counters by name and labels after some requests.
fn counted<C: Scheme>(
    webhook: &Receiver<Plain, C>,
    requests: Vec<Request<Bytes>>,
) -> (BTreeMap<String, u64>, Vec<Response<Bytes>>) {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let responses = metrics::with_local_recorder(&recorder, || {
        requests.into_iter().map(|request| runtime.block_on(webhook.receive(request))).collect()
    });
    let mut counters = BTreeMap::new();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let mut name = key.key().name().to_owned();
        for label in key.key().labels() {
            name.push_str(&format!(" {}={}", label.key(), label.value()));
        }
        if let DebugValue::Counter(count) = value {
            counters.insert(name, count);
        }
    }
    (counters, responses)
}

fn visible(response: &Response<Bytes>) -> String {
    format!("{} {:?} {:?}", response.status(), response.headers(), response.body())
}

#[test]
fn a_byte_changed_in_a_lark_body_is_refused_alike_and_nothing_is_decrypted() {
    let (webhook, credential) = lark();
    let sealed = lark::seal(&credential, br#"{"event":"sent"}"#, &stamp()).expect("seals");
    let changed: Vec<_> = (0..sealed.body().len())
        .flat_map(|at| [1u8, 0x20, 0x80].map(|bit| (at, bit)))
        .map(|(at, bit)| {
            let mut body = sealed.body().to_vec();
            body[at] ^= bit;
            let mut request = sealed.clone();
            *request.body_mut() = body.into();
            request
        })
        .collect();
    let count = changed.len() as u64;
    let (counters, responses) = counted(&webhook, changed);
    assert_eq!(counters.get("workplace_events_decrypted_total"), None, "{counters:?}");
    assert_eq!(counters["workplace_events_rejected_total platform=plain reason=wrong_signature"], count);
    assert!(responses.iter().all(|response| visible(response) == visible(&responses[0])));
    assert_eq!(responses[0].status(), 401);
}

#[test]
fn a_byte_changed_in_a_dingtalk_request_is_refused_alike_and_nothing_is_decrypted() {
    let (webhook, credential) = dingtalk();
    let sealed = dingtalk::seal(&credential, br#"{"event":"sent"}"#, &stamp()).expect("seals");
    let body = String::from_utf8(sealed.body().to_vec()).expect("text");
    let query = sealed.uri().query().expect("a query").to_owned();
    // The value of each part, not the JSON or the names around it.
    let encrypt = body.find(":\"").expect("a value") + 2..body.len() - 2;
    let mut changed = Vec::new();
    for at in encrypt {
        let mut bytes = body.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let mut request = sealed.clone();
        *request.body_mut() = bytes.into();
        changed.push(request);
    }
    for part in query.split('&') {
        let (name, value) = part.split_once('=').expect("a pair");
        for at in 0..value.len() {
            let mut other = value.as_bytes().to_vec();
            other[at] = if other[at] == b'0' { b'1' } else { b'0' };
            let other = format!("{name}={}", String::from_utf8(other).expect("text"));
            // Both names of the signature hold the same: change both, or the other one would do.
            let query = query.replace(
                &format!("signature={value}"),
                &format!("signature={}", &other[other.len() - value.len()..]),
            );
            let query = if query.contains(part) { query.replace(part, &other) } else { query };
            let mut request = sealed.clone();
            *request.uri_mut() = format!("/?{query}").parse().expect("a URI");
            changed.push(request);
        }
    }
    let count = changed.len() as u64;
    let (counters, responses) = counted(&webhook, changed);
    assert_eq!(counters.get("workplace_events_decrypted_total"), None, "{counters:?}");
    assert_eq!(counters["workplace_events_rejected_total platform=plain reason=wrong_signature"], count);
    assert!(responses.iter().all(|response| visible(response) == visible(&responses[0])));
    assert_eq!(responses[0].status(), 401);
}

#[test]
fn what_becomes_of_events_is_counted() {
    let (webhook, credential) = lark();
    let sealed = |json: &str| lark::seal(&credential, json.as_bytes(), &stamp()).expect("seals");
    let requests = vec![
        sealed(r#"{"event":"sent","id":"1"}"#),
        sealed(r#"{"event":"sent","id":"1"}"#),
        sealed(r#"{"event":"sent","id":"2","fails":true}"#),
        sealed(r#"{"event":"sent"}"#),
        sealed(r#"{"event":"whatever somebody sends","id":"4"}"#),
        sealed("{}"),
    ];
    let (counters, responses) = counted(&webhook, requests);
    let count = |name: &str| counters.get(name).copied().unwrap_or_else(|| panic!("{name}: {counters:#?}"));
    assert_eq!(count("workplace_events_received_total platform=plain transport=webhook"), 6);
    assert_eq!(count("workplace_events_decrypted_total"), 6);
    assert_eq!(count("workplace_events_total platform=plain event=sent end=handled"), 2);
    assert_eq!(count("workplace_events_total platform=plain event=sent end=duplicate"), 1);
    assert_eq!(count("workplace_events_total platform=plain event=sent end=failed"), 1);
    assert_eq!(count("workplace_events_unidentified_total platform=plain event=sent"), 1);
    assert_eq!(count("workplace_events_total platform=plain event=other end=malformed"), 1);
    assert!(
        counters.keys().all(|name| !name.contains("whatever")),
        "a sender makes up no label: {counters:#?}"
    );
    let statuses: Vec<_> = responses.iter().map(|response| response.status().as_u16()).collect();
    assert_eq!(statuses, [200, 200, 500, 200, 200, 400]);
    assert!(
        responses.iter().all(|response| !visible(response).contains("hunter2")),
        "nothing of why gets out"
    );
}

/// A log that can be read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("whole").write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_log_tells_what_happened_and_no_secret() {
    let log = Log::default();
    let (to, here) = (log.clone(), std::thread::current().id());
    // One for the process, since the callsites that other tests meet first would be deaf for this one; the lines of
    // their threads are not ours.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || if std::thread::current().id() == here { to.clone() } else { Log::default() })
        .init();
    let (webhook, credential) = lark();
    let sealed = |json: &str| lark::seal(&credential, json.as_bytes(), &stamp()).expect("seals");
    let mut stranger = sealed(r#"{"event":"sent"}"#);
    *stranger.body_mut() = Bytes::from_static(b"{}");
    let requests =
        vec![sealed(r#"{"event":"sent","id":"e-2","fails":true,"text":"private words"}"#), stranger];
    counted(&webhook, requests);
    let text = String::from_utf8(log.0.lock().expect("whole").clone()).expect("text");
    let failed = text.lines().find(|line| line.contains("a handler failed")).expect("it is told");
    assert!(
        failed.contains("event=\"sent\"") && failed.contains("id=\"e-2\"") && failed.contains("attempt=1"),
        "{failed}"
    );
    assert!(text.contains("webhook request refused") && text.contains("wrong signature"), "{text}");
    assert!(!text.contains(SECRET) && !text.contains("private words"), "{text}");
}
