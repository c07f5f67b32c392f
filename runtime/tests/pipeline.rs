//! What happens between an opened event and the answer: dedup, order, acknowledgement, extractors, shutdown.
#![cfg(feature = "dispatch")]
#![allow(clippy::expect_used, clippy::panic)] // a test's helpers fail as the test does

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tokio::sync::Notify;
use workplace_events_runtime::{
    Json,
    delivery::Delivery,
    dispatch::{
        Acknowledge, Answer, Builder, Claim, Dispatcher, EventHandler, HandlerError, Key, Late, Memory,
        Outcome, Raw, State, Store, StoreError,
    },
    drift::Drift,
    envelope::Header,
    event::{Event, RawEvent},
    platform::Platform,
    table::{
        Body, DedupBy, Encoding, EventKind, EventTable, Field, FormTable, HeaderTable, PlatformTable, Scalar,
        TypeTable, When,
    },
};

/// An invented platform with one form, and a callback.
struct Post;

impl Platform for Post {
    const TABLE: &'static PlatformTable<'static> = &PlatformTable {
        name: "post",
        forms: &[
            FormTable {
                name: "rows",
                when: When { present: &["rows"], ..When::DEFAULT },
                rows: "rows",
                body: "data",
                event: &["event"],
                header: HeaderTable {
                    id: &["id"],
                    key: &["subscription", "changed"],
                    ..HeaderTable::DEFAULT
                },
                ..FormTable::DEFAULT
            },
            FormTable {
                name: "letter",
                body: "data",
                event: &["event"],
                header: HeaderTable {
                    id: &["id"],
                    tenant: &["tenant"],
                    app: &["app"],
                    ..HeaderTable::DEFAULT
                },
                ..FormTable::DEFAULT
            },
        ],
        callbacks: &["asked"],
        ..PlatformTable::DEFAULT
    };
}

const TEXT: Encoding<'static> = Encoding::Scalar(Scalar::TEXT);
const BODY: Body<'static> = Body::Object(&TypeTable {
    name: "Sent",
    fields: &[
        Field { key: "letter", encoding: TEXT, ..Field::DEFAULT },
        Field { key: "box", encoding: TEXT, requires: &["post:box:read", "post:all"], ..Field::DEFAULT },
    ],
});
static SENT: EventTable<'static> = EventTable {
    event: "sent",
    body: BODY,
    permissions: &["post:all", "post:readonly"],
    ..EventTable::DEFAULT
};
static BY_LETTER: EventTable<'static> = EventTable {
    dedup_by: DedupBy::Paths(&["letter"]),
    order_by: &["box"],
    permissions: &["post:all"],
    ..SENT
};
static ASKED: EventTable<'static> =
    EventTable { event: "asked", kind: EventKind::Callback, body: BODY, ..EventTable::DEFAULT };

fn letter(id: u32, data: Value) -> bytes::Bytes {
    json!({"event": "sent", "id": id.to_string(), "tenant": "t", "app": "a", "data": data}).to_string().into()
}

fn builder() -> Builder<Post> {
    Dispatcher::<Post>::builder()
}

/// Counts its calls.
#[derive(Clone, Default)]
struct Calls(Arc<AtomicUsize>);

impl Calls {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn called(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Counts and acknowledges.
    fn handler(&self) -> impl EventHandler<Json, (Event<Json>,)> {
        let calls = self.clone();
        async move |_: Event<Json>| {
            calls.called();
        }
    }
}

mod dedup {
    use super::*;

    #[tokio::test]
    async fn a_repeated_event_is_acknowledged_and_handled_once() {
        let calls = Calls::default();
        let post = builder().on(&[&SENT], calls.handler()).build().expect("builds");
        for _ in 0..3 {
            assert_eq!(post.dispatch("webhook", letter(1, json!({}))).await, Answer::Acknowledged);
        }
        assert_eq!(post.dispatch("webhook", letter(2, json!({}))).await, Answer::Acknowledged);
        assert_eq!(calls.count(), 2);
    }

    #[tokio::test]
    async fn an_event_that_failed_or_panicked_is_handled_again() {
        let calls = Calls::default();
        let counted = calls.clone();
        let fails_twice = async move |event: Event<Json>| -> Result<(), HandlerError> {
            assert_eq!(event.delivery().attempt(), Some(counted.count() as u32 + 1));
            match counted.called() {
                1 => Err("not now".into()),
                2 => panic!("not now either"),
                _ => Ok(()),
            }
        };
        let post = builder().on(&[&SENT], fails_twice).build().expect("builds");
        for expected in [Answer::Retry, Answer::Retry, Answer::Acknowledged, Answer::Acknowledged] {
            assert_eq!(post.dispatch("webhook", letter(1, json!({}))).await, expected);
        }
        assert_eq!(calls.count(), 3);
    }

    #[tokio::test]
    async fn while_it_is_handled_a_repetition_is_asked_for_again() {
        let (calls, go) = (Calls::default(), Arc::new(Notify::new()));
        let (counted, gate) = (calls.clone(), go.clone());
        let waits = async move |_: Event<Json>| {
            counted.called();
            gate.notified().await;
        };
        let post = builder().on(&[&SENT], waits).build().expect("builds");
        let first = tokio::spawn({
            let post = post.clone();
            async move { post.dispatch("webhook", letter(1, json!({}))).await }
        });
        while calls.count() == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(post.dispatch("webhook", letter(1, json!({}))).await, Answer::Retry);
        go.notify_one();
        assert_eq!(first.await.expect("runs"), Answer::Acknowledged);
        assert_eq!(post.dispatch("webhook", letter(1, json!({}))).await, Answer::Acknowledged);
        assert_eq!(calls.count(), 1);
    }

    #[tokio::test]
    async fn the_schema_says_what_identifies_an_event() {
        let calls = Calls::default();
        let post = builder().on(&[&BY_LETTER], calls.handler()).build().expect("builds");
        let data = json!({"letter": "x"});
        post.dispatch("webhook", letter(1, data.clone())).await;
        post.dispatch("webhook", letter(2, data)).await;
        assert_eq!(calls.count(), 1, "two ids, one letter");
    }

    #[tokio::test]
    async fn where_that_is_missing_its_id_identifies_it() {
        let (calls, others) = (Calls::default(), Calls::default());
        let post = builder().on(&[&BY_LETTER], calls.handler()).build().expect("builds");
        // None has the shape that its handler wants.
        let other = others.clone();
        let shaped = builder()
            .on_mapped(&[&BY_LETTER], |body: Json| -> Result<Json, Json> { Err(body) }, calls.handler())
            .on_unhandled(async move |_: RawEvent| {
                other.called();
            })
            .build()
            .expect("builds");
        for id in [1, 2, 1] {
            post.dispatch("webhook", letter(id, json!({}))).await;
            shaped.dispatch("webhook", letter(id, json!({"letter": "x"}))).await;
        }
        assert_eq!((calls.count(), others.count()), (2, 2));
    }

    #[tokio::test]
    async fn what_differs_in_a_repetition_makes_it_no_other_event() {
        let calls = Calls::default();
        let post = builder().on(&[&SENT], calls.handler()).build().expect("builds");
        for expires in [1, 2] {
            let payload = letter(1, json!({"box": "x", "expires": expires}));
            assert_eq!(post.dispatch("webhook", payload).await, Answer::Acknowledged);
        }
        assert_eq!(calls.count(), 1);
    }

    #[tokio::test]
    async fn what_nothing_identifies_is_handled_every_time_and_so_are_callbacks() {
        let calls = Calls::default();
        let post = builder()
            .on(&[&SENT], calls.handler())
            .also(|post| post.on(&[&ASKED], calls.handler()))
            .build()
            .expect("builds");
        for payload in [
            json!({"event": "sent", "data": {}}),
            json!({"event": "sent", "data": {}}),
            json!({"event": "asked", "id": "1", "data": {}}),
            json!({"event": "asked", "id": "1", "data": {}}),
        ] {
            post.dispatch("webhook", payload.to_string().into()).await;
        }
        assert_eq!(calls.count(), 4);
    }

    #[tokio::test]
    async fn apps_do_not_share_what_they_saw() {
        let calls = Calls::default();
        let post = builder().on(&[&SENT], calls.handler()).build().expect("builds");
        for app in ["one", "two", "one"] {
            let delivery = Delivery::by("webhook").credential(app);
            post.deliver(delivery, letter(1, json!({}))).await;
        }
        assert_eq!(calls.count(), 2);
    }

    #[tokio::test]
    async fn rows_are_recognised_one_by_one() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let notes = seen.clone();
        let handler = async move |event: Event<Json>| {
            let (x, kind) = (event["x"].clone(), event.header().extra().get("kind").cloned());
            let mut notes = notes.lock().expect("whole");
            notes.push((x.clone(), kind.map(|kind| kind.0)));
            let again = notes.iter().filter(|(seen, _)| *seen == x).count() > 1;
            if x == 2 && !again { Outcome::Retry } else { Outcome::Ack }
        };
        let post = builder().on(&[&SENT], handler).build().expect("builds");
        let row = |x: u32| json!({"event": "sent", "id": "same", "subscription": "s", "changed": x, "kind": 7, "data": {"x": x}});
        let batch = || bytes::Bytes::from(json!({"rows": [row(1), row(2), row(3)]}).to_string());
        assert_eq!(post.dispatch("webhook", batch()).await, Answer::Retry, "one of them failed");
        assert_eq!(post.dispatch("webhook", batch()).await, Answer::Acknowledged);
        let mut seen = seen.lock().expect("whole").clone();
        seen.sort_by_key(|(x, _)| x.as_u64());
        assert_eq!(
            seen,
            [1, 2, 2, 3].map(|x| (json!(x), Some(json!(7)))),
            "only the one that failed ran again"
        );
    }

    /// A store that is down.
    struct Down;

    impl Store for Down {
        fn claim(&self, _: Key) -> BoxFuture<'_, Result<Claim, StoreError>> {
            Box::pin(async { Err(StoreError::from(Box::from("no connection"))) })
        }
        fn done(&self, _: Key) -> BoxFuture<'_, Result<(), StoreError>> {
            Box::pin(async { Err(StoreError::from(Box::from("no connection"))) })
        }
        fn release(&self, key: Key) -> BoxFuture<'_, Result<(), StoreError>> {
            self.done(key)
        }
    }

    #[tokio::test]
    async fn a_store_that_is_down_loses_no_event() {
        let calls = Calls::default();
        let post = builder().on(&[&SENT], calls.handler()).dedup(Down).build().expect("builds");
        assert_eq!(post.dispatch("webhook", letter(1, json!({}))).await, Answer::Acknowledged);
        assert_eq!(calls.count(), 1);
    }

    #[tokio::test]
    async fn a_store_may_be_shared_and_may_be_left_out() {
        let (calls, store) = (Calls::default(), Memory::default());
        for _ in 0..2 {
            let post = builder().on(&[&SENT], calls.handler()).dedup(store.clone()).build().expect("builds");
            post.dispatch("webhook", letter(1, json!({}))).await;
        }
        assert_eq!(calls.count(), 1);
        let post = builder().on(&[&SENT], calls.handler()).without_dedup().build().expect("builds");
        post.dispatch("webhook", letter(1, json!({}))).await;
        post.dispatch("webhook", letter(1, json!({}))).await;
        assert_eq!(calls.count(), 3);
    }
}

mod acknowledgement {
    use super::*;

    const LIMIT: Duration = Duration::from_millis(2500);

    fn slow(calls: &Calls) -> impl EventHandler<Json, (Event<Json>,)> {
        let calls = calls.clone();
        async move |_: Event<Json>| {
            tokio::time::sleep(Duration::from_secs(10)).await;
            calls.called();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_handler_runs_on_and_its_event_is_not_handled_again() {
        let calls = Calls::default();
        let post = builder().on(&[&SENT], slow(&calls)).build().expect("builds");
        let deliver =
            async || post.deliver(Delivery::by("webhook").within(LIMIT), letter(1, json!({}))).await;
        assert_eq!(deliver().await, Answer::Retry);
        assert_eq!(deliver().await, Answer::Retry, "it still runs");
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert_eq!(deliver().await, Answer::Acknowledged);
        assert_eq!(calls.count(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_callback_is_answered_with_an_empty_object_where_that_is_asked_for() {
        let answers = async |_: Event<Json>| {
            tokio::time::sleep(Duration::from_secs(10)).await;
            Json(json!({"late": true}))
        };
        for (when, told) in
            [(Late::Acknowledge, Answer::Reply("{}".into())), (Late::default(), Answer::Retry)]
        {
            let post = builder().on_callback::<Json, Json, _, _>(&ASKED, answers).when_late(when);
            let (post, asked) = (post.build().expect("builds"), json!({"event": "asked", "data": {}}));
            let delivery = Delivery::by("webhook").within(LIMIT);
            assert_eq!(post.deliver(delivery, asked.to_string().into()).await, told);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_that_failed_is_not_acknowledged_because_another_is_late() {
        let handler = async |event: Event<Json>| {
            if event["fails"] == true {
                return Outcome::Retry;
            }
            tokio::time::sleep(Duration::from_secs(10)).await;
            Outcome::Ack
        };
        let post = builder().on(&[&SENT], handler).when_late(Late::Acknowledge).build().expect("builds");
        let row = |fails: bool| json!({"event": "sent", "data": {"fails": fails}});
        for (rows, told) in [
            (json!({"rows": [row(true), row(false)]}), Answer::Retry),
            (json!({"rows": [row(false), row(false)]}), Answer::Acknowledged),
        ] {
            let delivery = Delivery::by("webhook").within(LIMIT);
            assert_eq!(post.deliver(delivery, rows.to_string().into()).await, told);
        }
    }

    #[test]
    fn a_runtime_without_timers_does_where_there_is_no_time_limit() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let waits = async |_: Event<Json>| tokio::task::yield_now().await;
        let post = builder().on(&[&SENT], waits).build().expect("builds");
        assert_eq!(runtime.block_on(post.dispatch("webhook", letter(1, json!({})))), Answer::Acknowledged);
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_event_may_be_acknowledged_where_that_is_asked_for() {
        let calls = Calls::default();
        let post = builder().on(&[&SENT], slow(&calls)).when_late(Late::Acknowledge).build().expect("builds");
        let answer = post.deliver(Delivery::by("webhook").within(LIMIT), letter(1, json!({}))).await;
        assert_eq!((answer, calls.count()), (Answer::Acknowledged, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_handler_is_not_cancelled_when_the_caller_goes_away() {
        let calls = Calls::default();
        let post = builder().on(&[&SENT], slow(&calls)).build().expect("builds");
        let gone =
            tokio::time::timeout(Duration::from_millis(1), post.dispatch("webhook", letter(1, json!({}))));
        assert!(gone.await.is_err());
        tokio::time::sleep(Duration::from_secs(11)).await;
        assert_eq!(calls.count(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn before_the_handler_means_at_once_and_beyond_the_bound_again() {
        let calls = Calls::default();
        let post = builder()
            .on(&[&SENT], slow(&calls))
            .acknowledge(Acknowledge::BeforeHandler { at_most: 2 })
            .build()
            .expect("builds");
        let mut answers = Vec::new();
        for id in 1..=3 {
            answers.push(post.dispatch("webhook", letter(id, json!({}))).await);
        }
        assert_eq!(answers, [Answer::Acknowledged, Answer::Acknowledged, Answer::Retry]);
        assert_eq!(calls.count(), 0, "none has finished");
        tokio::time::sleep(Duration::from_secs(11)).await;
        assert_eq!(post.dispatch("webhook", letter(3, json!({}))).await, Answer::Acknowledged);
        tokio::time::sleep(Duration::from_secs(11)).await;
        assert_eq!(calls.count(), 3);
    }

    #[tokio::test]
    async fn a_callback_is_answered_by_its_handler_even_then() {
        let answers = async |event: Event<Json>| Json(json!({"echo": event["letter"]}));
        let post = builder()
            .on_callback::<Json, Json, _, _>(&ASKED, answers)
            .acknowledge(Acknowledge::BeforeHandler { at_most: 1 })
            .build()
            .expect("builds");
        let asked = json!({"event": "asked", "data": {"letter": "x"}}).to_string();
        assert_eq!(post.dispatch("webhook", asked.into()).await, Answer::Reply(r#"{"echo":"x"}"#.into()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_shutdown_waits_for_what_runs_and_takes_nothing_new() {
        let calls = Calls::default();
        let post = builder().on(&[&SENT], slow(&calls)).build().expect("builds");
        let running = tokio::spawn({
            let post = post.clone();
            async move { post.dispatch("webhook", letter(1, json!({}))).await }
        });
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(post.shutdown(Duration::from_secs(1)).await, 1, "it still runs");
        assert_eq!(post.dispatch("webhook", letter(2, json!({}))).await, Answer::Retry);
        assert_eq!(post.shutdown(Duration::from_secs(60)).await, 0);
        assert_eq!((running.await.expect("runs"), calls.count()), (Answer::Acknowledged, 1));
    }
}

/// What takes as long to be cloned as somebody wants.
struct Gate {
    entered: mpsc::Sender<()>,
    go: Arc<Mutex<mpsc::Receiver<()>>>,
}

impl Clone for Gate {
    fn clone(&self) -> Self {
        self.entered.send(()).expect("somebody listens");
        self.go.lock().expect("whole").recv().expect("somebody lets it go on");
        Gate { entered: self.entered.clone(), go: self.go.clone() }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_waits_for_an_event_that_is_being_decoded() {
    let ((entered, enters), (lets_go, go)) = (mpsc::channel(), mpsc::channel());
    let (calls, gate) = (Calls::default(), Gate { entered, go: Arc::new(Mutex::new(go)) });
    let counted = calls.clone();
    let post = builder()
        .on_any(async move |_: RawEvent| {
            let _gate = &gate;
            counted.called();
        })
        .acknowledge(Acknowledge::BeforeHandler { at_most: 1 })
        .build()
        .expect("builds");
    let decoding = tokio::spawn({
        let post = post.clone();
        async move { post.dispatch("webhook", letter(1, json!({}))).await }
    });
    enters.recv().expect("it is being decoded");
    assert_eq!(post.shutdown(Duration::from_millis(20)).await, 1);
    lets_go.send(()).expect("it waits");
    assert_eq!(post.shutdown(Duration::from_secs(10)).await, 0);
    assert_eq!((calls.count(), decoding.await.expect("runs")), (1, Answer::Acknowledged));
}

mod order {
    use super::*;

    /// Sends letters for boxes, those with an even number being slow, and gives the order in which they were handled.
    async fn handled(set: impl FnOnce(Builder<Post>) -> Builder<Post>) -> Vec<String> {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let notes = seen.clone();
        let handler = async move |event: Event<Json>| {
            let name =
                format!("{}{}", event["box"].as_str().expect("text"), event.header().id().expect("an id"));
            let slow = matches!(name.as_str(), "a1" | "b3");
            tokio::time::sleep(Duration::from_millis(if slow { 100 } else { 10 })).await;
            notes.lock().expect("whole").push(name);
        };
        let post = set(builder().on(&[&BY_LETTER], handler)).build().expect("builds");
        let letters = [(1, "a"), (2, "a"), (3, "b"), (4, "b"), (5, "c")];
        let sent = letters.map(|(id, to)| {
            let payload = letter(id, json!({"box": to, "letter": id.to_string()}));
            let post = post.clone();
            async move { post.dispatch("webhook", payload).await }
        });
        for answer in futures_util::future::join_all(sent).await {
            assert_eq!(answer, Answer::Acknowledged);
        }
        let seen = seen.lock().expect("whole");
        seen.clone()
    }

    #[tokio::test(start_paused = true)]
    async fn equal_keys_stay_in_order_and_others_run_beside_them() {
        assert_eq!(handled(|post| post).await, ["c5", "a1", "b3", "a2", "b4"]);
    }

    #[tokio::test(start_paused = true)]
    async fn apps_do_not_wait_for_each_other() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let notes = seen.clone();
        let handler = async move |event: Event<Json>| {
            let app = event.delivery().credential_name().expect("a name").to_owned();
            let slow = if app == "one" { 100 } else { 10 };
            tokio::time::sleep(Duration::from_millis(slow)).await;
            notes.lock().expect("whole").push(app);
        };
        let post = builder().on(&[&BY_LETTER], handler).build().expect("builds");
        let sent = ["one", "two", "one"].into_iter().zip(1..).map(|(app, id)| {
            let payload = letter(id, json!({"box": "a", "letter": id.to_string()}));
            post.deliver(Delivery::by("webhook").credential(app), payload)
        });
        futures_util::future::join_all(sent).await;
        assert_eq!(*seen.lock().expect("whole"), ["two", "one", "one"]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_whose_handler_does_not_end_lets_the_next_one_go_on() {
        let handler = async |event: Event<Json>| {
            if event.header().id() == Some("1") {
                std::future::pending::<()>().await;
            }
        };
        let post = builder().on(&[&BY_LETTER], handler).build().expect("builds");
        let sent = [1, 2].map(|id| {
            let delivery = Delivery::by("webhook").within(Duration::from_secs(3600));
            let payload = letter(id, json!({"box": "a", "letter": id.to_string()}));
            let post = post.clone();
            async move { post.deliver(delivery, payload).await }
        });
        let answers = futures_util::future::join_all(sent).await;
        assert_eq!(answers, [Answer::Retry, Answer::Acknowledged]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_order_of_the_schema_can_be_lifted() {
        let seen = handled(|post| post.order_by("sent", [""; 0])).await;
        assert_eq!(seen, ["a2", "b4", "c5", "a1", "b3"]);
    }

    #[tokio::test]
    async fn an_order_by_nothing_is_a_mistake() {
        let error = builder()
            .on(&[&SENT], Calls::default().handler())
            .order_by("sent", ["box", "street.name"])
            .order_by("lost", ["box"])
            .build()
            .expect_err("two mistakes")
            .to_string();
        assert!(error.contains("`sent` has no text or number at `street.name`"), "{error}");
        assert!(error.contains("`lost` has an order") && error.contains("and no handler"), "{error}");
    }
}

mod handlers {
    use super::*;

    #[derive(Clone)]
    struct App {
        name: &'static str,
    }

    #[tokio::test]
    async fn a_handler_takes_what_it_needs_beside_its_event() {
        async fn all(
            event: Event<Json>,
            State(app): State<App>,
            header: Header,
            raw: Raw,
            drift: Vec<Drift>,
            delivery: Delivery,
        ) -> Outcome {
            assert_eq!((app.name, header.id(), &*raw), ("mine", Some("1"), event.raw()));
            assert_eq!((drift.len(), delivery.transport(), delivery.attempt()), (0, "webhook", Some(1)));
            Outcome::Ack
        }
        let post = builder().on(&[&SENT], all).state(App { name: "mine" }).build().expect("builds");
        assert_eq!(post.dispatch("webhook", letter(1, json!({}))).await, Answer::Acknowledged);
    }

    #[tokio::test]
    async fn a_state_that_nobody_gave_is_found_at_build() {
        async fn needs(_: Event<Json>, State(_): State<App>) {}
        let error = builder().on(&[&SENT], needs).build().expect_err("it is missing").to_string();
        assert!(
            error.contains("State<pipeline::handlers::App>") && error.contains("pipeline.rs:"),
            "{error}"
        );
        let error =
            builder().state(App { name: "a" }).state(App { name: "b" }).build().expect_err("two").to_string();
        assert!(error.contains("a state of type `pipeline::handlers::App` is there already"), "{error}");
    }

    #[tokio::test]
    async fn several_handlers_of_one_event_run_in_order_until_one_wants_it_again() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let note = |name: &'static str, outcome: Outcome| {
            let seen = seen.clone();
            async move |_: Event<Json>| {
                seen.lock().expect("whole").push(name);
                outcome
            }
        };
        let post = builder()
            .on(&[&SENT], note("first", Outcome::Ack))
            .also(|post| {
                post.on(&[&SENT], note("second", Outcome::Retry)).on(&[&SENT], note("third", Outcome::Ack))
            })
            .build()
            .expect("builds");
        assert_eq!(post.dispatch("webhook", letter(1, json!({}))).await, Answer::Retry);
        assert_eq!(*seen.lock().expect("whole"), ["first", "second"]);
    }

    #[tokio::test]
    async fn every_event_and_callback_reaches_on_any() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let notes = seen.clone();
        let post = builder()
            .on(&[&SENT], Calls::default().handler())
            .on_callback::<Json, Json, _, _>(&ASKED, async |_: Event<Json>| Json(json!({"a": 1})))
            .on_any(async move |event: RawEvent| {
                notes.lock().expect("whole").push(event.header().event().to_owned());
                Outcome::Retry
            })
            .build()
            .expect("builds");
        let payload = |event: &str| json!({"event": event, "id": "1", "data": {}}).to_string().into();
        assert_eq!(post.dispatch("webhook", payload("sent")).await, Answer::Retry);
        assert_eq!(post.dispatch("webhook", payload("other")).await, Answer::Retry);
        let reply = Answer::Reply(r#"{"a":1}"#.into());
        assert_eq!(post.dispatch("webhook", payload("asked")).await, reply, "an answer is not taken back");
        assert_eq!(*seen.lock().expect("whole"), ["sent", "other", "asked"]);
    }

    #[tokio::test]
    async fn a_callback_without_a_handler_is_answered_with_an_empty_object() {
        let asked = || bytes::Bytes::from(json!({"event": "asked", "data": {}}).to_string());
        let post = builder().build().expect("builds");
        assert_eq!(post.dispatch("webhook", asked()).await, Answer::Reply("{}".into()));
        let calls = Calls::default();
        let counted = calls.clone();
        let post = builder()
            .on_unhandled(async move |_: RawEvent| {
                counted.called();
            })
            .build()
            .expect("builds");
        assert_eq!(post.dispatch("webhook", asked()).await, Answer::Reply("{}".into()));
        assert_eq!(calls.count(), 1);
        let post = builder()
            .on_custom_callback("new", async |event: Event<Json>| Json(json!([event["x"]])))
            .build()
            .expect("builds");
        let new = json!({"event": "new", "data": {"x": 1}}).to_string();
        assert_eq!(post.dispatch("webhook", new.into()).await, Answer::Reply("[1]".into()));
    }

    #[tokio::test]
    async fn a_callback_that_is_registered_as_any_event_is_a_callback_still() {
        let calls = Calls::default();
        let post = builder()
            .on_custom("asked", calls.handler())
            .acknowledge(Acknowledge::BeforeHandler { at_most: 1 })
            .build()
            .expect("builds");
        let asked = || json!({"event": "asked", "id": "1", "data": {}}).to_string().into();
        for count in 1..=2 {
            assert_eq!(post.dispatch("webhook", asked()).await, Answer::Reply("{}".into()));
            assert_eq!(calls.count(), count, "not before its handler, and not once only");
        }
    }

    #[tokio::test]
    async fn what_observes_a_callback_leaves_its_answer_to_another() {
        let calls = Calls::default();
        let post = builder()
            .on_custom("asked", calls.handler())
            .also(|post| {
                let answer = async |_: Event<Json>| Json(json!({"a": 1}));
                post.on(&[&ASKED], calls.handler()).on_callback::<Json, Json, _, _>(&ASKED, answer)
            })
            .build()
            .expect("builds");
        let asked = json!({"event": "asked", "data": {}}).to_string();
        assert_eq!(post.dispatch("webhook", asked.into()).await, Answer::Reply(r#"{"a":1}"#.into()));
        assert_eq!(calls.count(), 2);
    }

    #[test]
    fn a_callback_has_one_answer() {
        let answer = async |_: Event<Json>| Json(json!({}));
        let error = builder()
            .on_callback::<Json, Json, _, _>(&ASKED, answer)
            .also(|post| post.on_callback::<Json, Json, _, _>(&ASKED, answer))
            .build()
            .expect_err("two answers")
            .to_string();
        assert!(error.starts_with("`asked` is answered at"), "{error}");
    }

    #[test]
    fn the_manifest_names_events_and_the_least_permissions() {
        let post = builder()
            .on(&[&SENT], Calls::default().handler())
            .on_callback::<Json, Json, _, _>(&ASKED, async |_: Event<Json>| Json(json!({})))
            .on_custom("other", Calls::default().handler())
            .build()
            .expect("builds");
        let manifest = post.manifest();
        assert_eq!(manifest.events.iter().map(|event| event.event).collect::<Vec<_>>(), ["sent"]);
        assert_eq!(manifest.callbacks.iter().map(|event| event.event).collect::<Vec<_>>(), ["asked"]);
        assert_eq!(manifest.custom, ["other"]);
        assert_eq!(manifest.scopes_json(), r#"{"scopes":{"tenant":["post:readonly"],"user":[]}}"#);
        let useful = manifest.useful();
        assert_eq!(useful.len(), 1);
        assert_eq!(useful[0].any_of, ["post:box:read", "post:all"]);
        assert_eq!(useful[0].by, ["sent: box", "asked: box"]);
        assert_eq!(
            manifest.scopes_for_all_fields().into_iter().collect::<Vec<_>>(),
            ["post:box:read", "post:readonly"]
        );
    }
}
