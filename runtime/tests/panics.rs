//! What of an application may panic: its handlers before and after they run, its hooks, its store. Each costs one event
//! at most, and no repetition of it.
#![cfg(feature = "webhook")]
#![allow(clippy::expect_used, clippy::panic)] // a test's helpers fail as the test does

mod post;

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::Request;
use post::{Letter, SENT, builder};
use serde_json::{Value, json};
use workplace_events_runtime::{
    Json,
    dispatch::{Answer, Claim, Key, Outcome, Store, StoreError},
    event::{Event, RawEvent},
    lark,
};

fn letter(data: Value) -> Bytes {
    json!({ "event": "sent", "id": "1", "data": data }).to_string().into()
}

/// Panics once, when it is cloned or dropped, as soon as that is wanted.
#[derive(Default)]
struct Bomb {
    cloned: Arc<AtomicBool>,
    dropped: Arc<AtomicBool>,
}

impl Clone for Bomb {
    fn clone(&self) -> Self {
        assert!(!self.cloned.swap(false, Ordering::SeqCst), "cloned");
        Bomb { cloned: self.cloned.clone(), dropped: self.dropped.clone() }
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(!self.dropped.swap(false, Ordering::SeqCst), "dropped");
    }
}

#[tokio::test]
async fn a_handler_that_panics_when_it_is_cloned_gets_its_event_again() {
    let bomb = Bomb::default();
    let cloned = bomb.cloned.clone();
    let post = builder().on_any(async move |_: RawEvent| drop(bomb)).build().expect("builds");
    cloned.store(true, Ordering::SeqCst);
    assert_eq!(post.dispatch("webhook", letter(json!({}))).await, Answer::Retry);
    assert_eq!(post.dispatch("webhook", letter(json!({}))).await, Answer::Acknowledged);
}

#[tokio::test]
async fn a_body_that_panics_when_it_is_mapped_is_asked_for_again() {
    let panics = |letter: Letter| -> Result<Letter, Letter> { panic!("mapped: {letter:?}") };
    let post = builder().on_mapped(&[&SENT], panics, async |_: Event<Letter>| ()).build().expect("builds");
    assert_eq!(post.dispatch("webhook", letter(json!({}))).await, Answer::Retry);
}

#[tokio::test]
async fn a_handler_that_did_not_run_may_panic_when_it_is_dropped() {
    let (bomb, wants) = (Bomb::default(), Arc::new(AtomicBool::new(true)));
    let (dropped, first) = (bomb.dropped.clone(), wants.clone());
    let post = builder()
        .on(
            &[&SENT],
            async move |_: Event<Letter>| {
                if first.swap(false, Ordering::SeqCst) { Outcome::Retry } else { Outcome::Ack }
            },
        )
        .also(|post| post.on(&[&SENT], async move |_: Event<Letter>| drop(bomb)))
        .build()
        .expect("builds");
    let sent = || post.dispatch("webhook", letter(json!({})));
    dropped.store(true, Ordering::SeqCst);
    assert_eq!(sent().await, Answer::Retry, "the first wants it again");
    assert!(!dropped.load(Ordering::SeqCst), "it was dropped");
    assert_eq!(sent().await, Answer::Acknowledged, "and has released it");
    dropped.store(true, Ordering::SeqCst);
    assert_eq!(sent().await, Answer::Acknowledged, "it was handled before");
    assert!(!dropped.load(Ordering::SeqCst), "it was dropped");
}

#[tokio::test]
async fn hooks_that_panic_change_no_answer() {
    let called = Arc::new(AtomicUsize::new(0));
    let counts = |name: &'static str| {
        let called = called.clone();
        move || {
            called.fetch_add(1, Ordering::SeqCst);
            panic!("{name}");
        }
    };
    let (drift, error, refused) = (counts("on_drift"), counts("on_decode_error"), counts("on_refused"));
    let post = builder()
        .on(&[&SENT], async |_: Event<Letter>| ())
        .on_drift(move |_, _| drift())
        .on_decode_error(move |_| error())
        .build()
        .expect("builds");
    assert_eq!(post.dispatch("webhook", letter(json!({ "text": 5 }))).await, Answer::Acknowledged);
    assert_eq!(post.dispatch("webhook", "[]".into()).await, Answer::Malformed);
    let webhook = lark::Webhook::builder(post)
        .credential(lark::Credential::new().encrypt_key("test key"))
        .on_refused(move |_| refused())
        .build()
        .expect("builds");
    let request = Request::post("/").body(Bytes::from_static(b"{}")).expect("a request");
    assert_eq!(webhook.receive(request).await.status(), 401);
    assert_eq!(called.load(Ordering::SeqCst), 3);
}

/// A store that panics when it is called, or when its answer is awaited.
struct Broken {
    at_once: bool,
}

impl Broken {
    fn panics<T: Send + 'static>(&self) -> BoxFuture<'_, Result<T, StoreError>> {
        assert!(!self.at_once, "called");
        Box::pin(async { panic!("awaited") })
    }
}

impl Store for Broken {
    fn claim(&self, _: Key) -> BoxFuture<'_, Result<Claim, StoreError>> {
        self.panics()
    }
    fn done(&self, _: Key) -> BoxFuture<'_, Result<(), StoreError>> {
        self.panics()
    }
    fn release(&self, _: Key) -> BoxFuture<'_, Result<(), StoreError>> {
        self.panics()
    }
}

#[tokio::test]
async fn a_store_that_panics_is_one_that_failed() {
    for at_once in [true, false] {
        let post = builder()
            .on(
                &[&SENT],
                async |event: Event<Letter>| {
                    if event.text.is_some() { Outcome::Retry } else { Outcome::Ack }
                },
            )
            .dedup(Broken { at_once })
            .build()
            .expect("builds");
        assert_eq!(post.dispatch("webhook", letter(json!({}))).await, Answer::Acknowledged);
        assert_eq!(post.dispatch("webhook", letter(json!({ "text": "x" }))).await, Answer::Retry);
    }
}

#[test]
fn what_ran_when_its_runtime_ended_may_be_handled_again() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let first_never_ends = async move |_: Event<Json>| {
        if counted.fetch_add(1, Ordering::SeqCst) == 0 {
            std::future::pending::<()>().await;
        }
    };
    let post = builder().on(&[&SENT], first_never_ends).build().expect("builds");
    let first = runtime();
    first.block_on(async {
        let post = post.clone();
        tokio::spawn(async move { post.dispatch("webhook", letter(json!({}))).await });
        while calls.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
    });
    drop(first);
    let again = runtime().block_on(post.dispatch("webhook", letter(json!({}))));
    assert_eq!(again, Answer::Acknowledged);
}
