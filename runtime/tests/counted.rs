//! What the metrics of handlers say: each is driven alone, and read with a recorder of its own.
#![cfg(all(feature = "webhook", feature = "metrics"))]
#![allow(clippy::expect_used, clippy::panic)] // a test's helpers fail as the test does

mod post;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use post::{Letter, SENT, builder};
use serde_json::json;
use tokio::sync::Notify;
use workplace_events_runtime::{
    Json,
    delivery::Delivery,
    dispatch::{Acknowledge, Answer, EventHandler},
    event::Event,
    lark,
    webhook::Stamp,
};

fn letter(id: u32) -> Bytes {
    json!({ "event": "sent", "id": id.to_string(), "data": { "text": "hi" } }).to_string().into()
}

/// Counters, and the values of histograms, by name and labels.
#[derive(Debug, Default)]
struct Counted {
    counters: BTreeMap<String, u64>,
    histograms: BTreeMap<String, Vec<f64>>,
}

impl Counted {
    /// What becomes of the events `sent`, by their ends.
    fn ends(&self) -> BTreeMap<&str, u64> {
        let prefix = "workplace_events_total platform=post event=sent end=";
        let ends =
            self.counters.iter().filter_map(|(name, count)| Some((name.strip_prefix(prefix)?, *count)));
        ends.collect()
    }

    fn count(&self, name: &str) -> u64 {
        self.counters.get(name).copied().unwrap_or_default()
    }
}

/// Runs something in a runtime whose clock jumps to the next timer, and reads what was measured meanwhile.
fn counted<T>(run: impl Future<Output = T>) -> (T, Counted) {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let done = metrics::with_local_recorder(&recorder, || runtime.expect("a runtime").block_on(run));
    let mut counted = Counted::default();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let mut name = key.key().name().to_owned();
        for label in key.key().labels() {
            name.push_str(&format!(" {}={}", label.key(), label.value()));
        }
        match value {
            DebugValue::Counter(count) => drop(counted.counters.insert(name, count)),
            DebugValue::Histogram(values) => {
                counted.histograms.insert(name, values.into_iter().map(f64::from).collect());
            }
            DebugValue::Gauge(_) => panic!("there is no gauge: {name}"),
        }
    }
    (done, counted)
}

/// A handler that waits until it is told to go on.
fn waits(go: &Arc<Notify>) -> impl EventHandler<Json, (Event<Json>,)> + use<> {
    let go = go.clone();
    async move |_: Event<Json>| go.notified().await
}

#[test]
fn an_answer_that_could_not_wait_for_its_handler_is_late_and_the_event_is_handled() {
    let slow = async |_: Event<Json>| tokio::time::sleep(Duration::from_secs(10)).await;
    let credential = lark::Credential::new().encrypt_key("test key");
    let (status, counted) = counted(async {
        let post = builder().on(&[&SENT], slow).build().expect("builds");
        let webhook = lark::Webhook::builder(post.clone()).credential(credential.clone()).build();
        let request = lark::seal(&credential, &letter(1), &Stamp::new("1700000000", "n", [7; 16]));
        let (webhook, request) = (webhook.expect("builds"), request.expect("seals"));
        let status = webhook.receive(request).await.status();
        post.shutdown(Duration::from_secs(60)).await;
        status
    });
    assert_eq!(status, 500);
    assert_eq!(counted.count("workplace_events_late_total platform=post"), 1, "{counted:#?}");
    assert_eq!(counted.ends(), BTreeMap::from([("handled", 1)]));
}

#[test]
fn every_place_that_drifts_is_counted_for_its_event() {
    let drifting = json!({ "event": "sent", "id": "1", "data": { "text": 5, "mood": "glad" } }).to_string();
    let (answers, counted) = counted(async {
        let post = builder().on(&[&SENT], async |_: Event<Letter>| ()).build().expect("builds");
        [post.dispatch("webhook", drifting.into()).await, post.dispatch("webhook", letter(2)).await]
    });
    assert_eq!(answers, [Answer::Acknowledged, Answer::Acknowledged]);
    assert_eq!(counted.count("workplace_events_drift_total platform=post event=sent"), 2, "{counted:#?}");
}

#[test]
fn a_handler_that_panics_is_counted_apart_from_one_that_fails() {
    let panics = async |event: Event<Json>| assert_eq!(event["text"], "something else");
    let (answer, counted) = counted(async {
        let post = builder().on(&[&SENT], panics).build().expect("builds");
        post.dispatch("webhook", letter(1)).await
    });
    assert_eq!(answer, Answer::Retry);
    assert_eq!(counted.ends(), BTreeMap::from([("panicked", 1)]));
}

/// A handler whose first call never ends.
fn first_never_ends() -> impl EventHandler<Json, (Event<Json>,)> {
    let called = Arc::new(AtomicBool::new(false));
    async move |_: Event<Json>| {
        if !called.swap(true, Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
    }
}

#[test]
fn a_handler_that_does_not_end_is_given_up_in_the_callers_task() {
    let credential = lark::Credential::new().encrypt_key("test key");
    let (statuses, counted) = counted(async {
        let post = builder().on(&[&SENT], first_never_ends()).build().expect("builds");
        let webhook = lark::Webhook::builder(post).credential(credential.clone()).build().expect("builds");
        let mut statuses = Vec::new();
        for minutes in [0, 9, 1, 0] {
            tokio::time::sleep(Duration::from_secs(minutes * 60)).await;
            let request = lark::seal(&credential, &letter(1), &Stamp::new("1700000000", "n", [7; 16]));
            statuses.push(webhook.receive(request.expect("seals")).await.status().as_u16());
        }
        statuses
    });
    assert_eq!(statuses, [500, 500, 200, 200], "late, in flight, handled, a duplicate");
    let ends = [("abandoned", 1), ("duplicate", 1), ("handled", 1), ("in_flight", 1)];
    assert_eq!(counted.ends(), BTreeMap::from(ends));
}

#[test]
fn a_handler_that_does_not_end_is_given_up_in_a_task_and_in_the_pool() {
    let (told, before) = (Answer::Retry, Acknowledge::BeforeHandler { at_most: 1 });
    for (when, told) in [(Acknowledge::AfterHandler, told), (before, Answer::Acknowledged)] {
        let (answers, counted) = counted(async {
            let post = builder().on(&[&SENT], first_never_ends()).acknowledge(when);
            let post = post.abandon_after(Duration::from_secs(60)).build().expect("builds");
            let first = post.dispatch("webhook", letter(1)).await;
            tokio::time::sleep(Duration::from_secs(61)).await;
            let answers = [first, post.dispatch("webhook", letter(1)).await];
            post.shutdown(Duration::from_secs(60)).await;
            answers
        });
        assert_eq!(answers, [told, Answer::Acknowledged]);
        assert_eq!(counted.ends(), BTreeMap::from([("abandoned", 1), ("handled", 1)]));
    }
}

#[test]
fn an_event_beyond_the_bound_is_busy() {
    let go = Arc::new(Notify::new());
    let (answers, counted) = counted(async {
        let bound = Acknowledge::BeforeHandler { at_most: 1 };
        let post = builder().on(&[&SENT], waits(&go)).acknowledge(bound).build().expect("builds");
        let answers = [post.dispatch("webhook", letter(1)).await, post.dispatch("webhook", letter(2)).await];
        go.notify_one();
        post.shutdown(Duration::from_secs(60)).await;
        answers
    });
    assert_eq!(answers, [Answer::Acknowledged, Answer::Retry]);
    assert_eq!(counted.ends(), BTreeMap::from([("busy", 1), ("handled", 1)]));
}

#[test]
fn a_repetition_while_its_event_is_being_handled_is_in_flight() {
    let go = Arc::new(Notify::new());
    let (answers, counted) = counted(async {
        let post = builder().on(&[&SENT], waits(&go)).build().expect("builds");
        let limit = Delivery::by("webhook").within(Duration::from_secs(1));
        let late = post.deliver(limit, letter(1)).await;
        let again = post.dispatch("webhook", letter(1)).await;
        go.notify_one();
        post.shutdown(Duration::from_secs(60)).await;
        [late, again]
    });
    assert_eq!(answers, [Answer::Retry, Answer::Retry]);
    assert_eq!(counted.ends(), BTreeMap::from([("handled", 1), ("in_flight", 1)]));
}

#[test]
fn the_histogram_has_the_time_of_every_handler_that_ran() {
    let took = Arc::new(Mutex::new(Vec::new()));
    let noted = took.clone();
    let began = Instant::now();
    let (answers, counted) = counted(async {
        let timed = async move |_: Event<Json>| {
            let began = Instant::now();
            tokio::task::yield_now().await;
            noted.lock().expect("whole").push(began.elapsed().as_secs_f64());
        };
        let post = builder().on(&[&SENT], timed).build().expect("builds");
        let other = Bytes::from(json!({ "event": "lost", "id": "9", "data": {} }).to_string());
        let mut answers = Vec::new();
        for payload in [letter(1), letter(2), letter(1), other] {
            answers.push(post.dispatch("webhook", payload).await);
        }
        answers
    });
    let all = began.elapsed().as_secs_f64();
    assert_eq!(answers, vec![Answer::Acknowledged; 4]);
    let sorted = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times
    };
    let took = sorted(took.lock().expect("whole").clone());
    let name = "workplace_events_handler_seconds platform=post event=sent";
    let measured = sorted(counted.histograms.get(name).cloned().unwrap_or_default());
    assert_eq!((measured.len(), took.len()), (2, 2), "the repetition ran nothing: {counted:#?}");
    for (measured, took) in measured.into_iter().zip(took) {
        assert!(took <= measured && measured <= all, "{took} s within {measured} s within {all} s");
    }
}
