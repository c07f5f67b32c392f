//! How much memory a request takes: nothing that grows with its body but the decrypted buffer and the typed value.
#![cfg(feature = "webhook")]
#![allow(clippy::expect_used)] // a test's helpers fail as the test does

use std::{
    alloc::System,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use workplace_events_runtime::{
    Json,
    dispatch::Dispatcher,
    event::{Event, RawEvent},
    lark::{Credential, Webhook, seal},
    platform::Platform,
    table::{EventTable, FormTable, HeaderTable, PlatformTable, When},
    webhook::Stamp,
};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// All tests of the process are counted together, so they run one after another.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

const BODY: usize = 1_000_000;
/// What a request may take however short it is.
const FIXED: usize = 16_384;

struct Post;

impl Platform for Post {
    const TABLE: &'static PlatformTable<'static> = &PlatformTable {
        name: "post",
        forms: &[FormTable {
            name: "letter",
            when: When { present: &["schema"], ..When::DEFAULT },
            body: "event",
            event: &["header.event_type"],
            header: HeaderTable { id: &["header.id"], token: &["header.token"], ..HeaderTable::DEFAULT },
            ..FormTable::DEFAULT
        }],
        ..PlatformTable::DEFAULT
    };
}

static TYPED: EventTable<'static> = EventTable { event: "typed", ..EventTable::DEFAULT };

fn payload(event: &str) -> String {
    let text = "x".repeat(BODY);
    format!(
        r#"{{"schema":"2.0","header":{{"event_type":"{event}","token":"t"}},"event":{{"text":"{text}"}}}}"#
    )
}

fn post(body: String) -> Request<Bytes> {
    Request::builder().method(Method::POST).body(body.into()).expect("a request")
}

/// What receiving a request allocates, in bytes.
fn allocated(credential: Credential, request: Request<Bytes>, expected: StatusCode) -> usize {
    let dispatcher = Dispatcher::<Post>::builder()
        .on(&[&TYPED], async |event: Event<Json>| {
            assert_eq!(event["text"].as_str().map(str::len), Some(BODY))
        })
        .on_unhandled(async |event: RawEvent| assert!(event.raw_body().len() > BODY))
        .build()
        .expect("builds");
    let webhook =
        Webhook::builder(dispatcher).credential(credential).max_body(2 * BODY).build().expect("builds");
    let tokio = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let region = Region::new(ALLOCATOR);
    let response = tokio.block_on(webhook.receive(request));
    let change = region.change();
    assert_eq!(response.status(), expected);
    change.bytes_allocated + usize::try_from(change.bytes_reallocated).unwrap_or_default()
}

fn token() -> Credential {
    Credential::new().verification_token("t")
}

fn key() -> Credential {
    token().encrypt_key("key")
}

fn sealed(event: &str) -> Request<Bytes> {
    seal(&key(), payload(event).as_bytes(), &Stamp::new("1", "n", [7; 16])).expect("a request")
}

#[track_caller]
fn at_most(allocated: usize, bodies: usize) {
    assert!(allocated <= bodies * BODY + FIXED, "{allocated} bytes, for {bodies} times {BODY}");
}

#[test]
fn a_plain_event_takes_its_typed_value() {
    let _alone = alone();
    at_most(allocated(token(), post(payload("typed")), StatusCode::OK), 1);
}

#[test]
fn a_plain_event_that_nothing_typed_is_wanted_of_takes_nothing() {
    let _alone = alone();
    at_most(allocated(token(), post(payload("other")), StatusCode::OK), 0);
}

#[test]
fn an_encrypted_event_takes_the_decrypted_buffer_and_its_typed_value() {
    let _alone = alone();
    at_most(allocated(key(), sealed("typed"), StatusCode::OK), 2);
    at_most(allocated(key(), sealed("other"), StatusCode::OK), 1);
}

#[test]
fn a_request_that_is_refused_takes_nothing() {
    let _alone = alone();
    let other = || Credential::new().verification_token("other");
    let refused = StatusCode::UNAUTHORIZED;
    at_most(allocated(other(), post(payload("typed")), refused), 0);
    at_most(allocated(other().encrypt_key("another"), sealed("typed"), refused), 0);
    at_most(allocated(key(), post(payload("typed")), refused), 0);
    at_most(allocated(token(), sealed("typed"), refused), 0);
}
