//! How payloads find handlers, and what their platform is told.
#![cfg(feature = "dispatch")]
#![allow(clippy::expect_used, clippy::panic)] // a test's helpers fail as the test does

use std::sync::{Arc, Mutex};

use serde_json::json;
use workplace_events_runtime::{
    Json,
    dispatch::{Answer, Dispatcher, HandlerError, Outcome},
    envelope::{OpenError, Opening, open},
    event::{Event, RawEvent},
    platform::Platform,
    table::{Body, ControlTable, EventTable, FormTable, HeaderTable, PlatformTable, When},
    value::ShapeOf,
};

/// An invented platform: events in rows, events in an envelope of their own, events over a socket, and the rest flat.
struct Acme;

impl Platform for Acme {
    const TABLE: &'static PlatformTable<'static> = &PlatformTable {
        name: "acme",
        forms: &[
            FormTable {
                name: "rows",
                when: When { equals: &[("kind", &["batch"])], ..When::DEFAULT },
                rows: "items",
                body: "data",
                event: &["data.action"],
                header: HeaderTable { id: &["data.id"], tenant: &["org"], ..HeaderTable::DEFAULT },
                envelope: &["action", "id"],
                ..FormTable::DEFAULT
            },
            FormTable {
                name: "boxed",
                protocol: "v2",
                when: When { present: &["head"], ..When::DEFAULT },
                body: "event",
                event: &["head.name"],
                header: HeaderTable {
                    id: &["head.id"],
                    time: &["head.at", "head.born"],
                    token: &["head.token"],
                    extra: "head",
                    ..HeaderTable::DEFAULT
                },
                ..FormTable::DEFAULT
            },
            FormTable {
                name: "socket",
                transport: "stream",
                when: When { present: &["headers"], ..When::DEFAULT },
                body: "data",
                event: &["headers.name"],
                ..FormTable::DEFAULT
            },
            FormTable {
                name: "flat",
                event: &["Event"],
                header: HeaderTable { id: &["Id"], ..HeaderTable::DEFAULT },
                envelope: &["Event", "Id", "Shard"],
                ..FormTable::DEFAULT
            },
        ],
        control: &[ControlTable {
            name: "ping",
            when: When { equals: &[("Event", &["ping"])], ..When::DEFAULT },
        }],
        ..PlatformTable::DEFAULT
    };
}

static ORDER_PAID: EventTable<'static> = EventTable { event: "order_paid", body: ANY, ..EventTable::DEFAULT };
static ORDER_PAID_V2: EventTable<'static> =
    EventTable { event: "order_paid", protocol: "v2", body: ANY, ..EventTable::DEFAULT };
const ANY: Body<'static> =
    Body::Object(&workplace_events_runtime::table::TypeTable { name: "Json", fields: &[] });

fn flat(event: &str) -> bytes::Bytes {
    json!({"Event": event, "Id": "1", "Shard": 7, "amount": 5}).to_string().into()
}

async fn answer<M: 'static, H>(handler: H) -> Answer
where
    H: workplace_events_runtime::dispatch::EventHandler<Json, M>,
{
    let dispatcher = Dispatcher::<Acme>::builder().on(&[&ORDER_PAID], handler).build().expect("builds");
    dispatcher.dispatch("webhook", flat("order_paid")).await
}

#[tokio::test]
async fn what_a_handler_returns_decides_the_answer() {
    assert_eq!(answer(async |_: Event<Json>| ()).await, Answer::Acknowledged);
    assert_eq!(answer(async |_: Event<Json>| Ok::<(), HandlerError>(())).await, Answer::Acknowledged);
    assert_eq!(answer(async |_: Event<Json>| Outcome::Drop).await, Answer::Acknowledged);
    assert_eq!(answer(async |_: Event<Json>| Outcome::Retry).await, Answer::Retry);
    assert_eq!(answer(async |_: Event<Json>| Err::<(), HandlerError>("no".into())).await, Answer::Retry);
    assert_eq!(
        answer(async |_: Event<Json>| Err::<Outcome, _>(std::io::Error::other("no"))).await,
        Answer::Retry
    );
}

#[tokio::test]
async fn a_panic_is_a_retry_and_harms_no_other_event() {
    let panics = |event: Event<Json>| async move { assert!(event["amount"] != 5, "this amount") };
    let dispatcher = Dispatcher::<Acme>::builder().on(&[&ORDER_PAID], panics).build().expect("builds");
    assert_eq!(dispatcher.dispatch("webhook", flat("order_paid")).await, Answer::Retry);
    let other = json!({"Event": "order_paid", "amount": 6}).to_string();
    assert_eq!(dispatcher.dispatch("webhook", other.into()).await, Answer::Acknowledged);
}

#[tokio::test]
async fn closures_capture_and_async_fns_are_handlers() {
    async fn plain(event: Event<Json>) -> Outcome {
        assert_eq!(event.header().id(), Some("1"));
        Outcome::Ack
    }
    assert_eq!(answer(plain).await, Answer::Acknowledged);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = seen.clone();
    answer(async move |event: Event<Json>| notes.lock().expect("whole").push(event["amount"].clone())).await;
    assert_eq!(*seen.lock().expect("whole"), [json!(5)]);
}

#[tokio::test]
async fn an_unhandled_event_is_acknowledged_and_shown() {
    let dispatcher = Dispatcher::<Acme>::builder().build().expect("builds");
    assert_eq!(dispatcher.dispatch("webhook", flat("unheard_of")).await, Answer::Acknowledged);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = seen.clone();
    let dispatcher = Dispatcher::<Acme>::builder()
        .on_unhandled(async move |event: RawEvent| {
            notes.lock().expect("whole").push(event.header().event().to_owned())
        })
        .build()
        .expect("builds");
    assert_eq!(dispatcher.dispatch("webhook", flat("unheard_of")).await, Answer::Acknowledged);
    assert_eq!(*seen.lock().expect("whole"), ["unheard_of"]);
}

#[tokio::test]
async fn registering_an_event_twice_names_both_places() {
    let error = Dispatcher::<Acme>::builder()
        .on(&[&ORDER_PAID], async |_: Event<Json>| ())
        .on_custom("order_paid", async |_: Event<Json>| ())
        .build()
        .expect_err("it is registered twice");
    let text = error.to_string();
    assert!(text.starts_with("`order_paid` has two handlers"), "{text}");
    assert_eq!(text.matches("dispatch.rs:").count(), 2, "{text}");
}

#[tokio::test]
async fn protocols_are_apart_and_a_custom_name_is_for_all_of_them() {
    let boxed = json!({"head": {"name": "order_paid", "id": "b", "token": "t", "more": 1, "born": "1608725989000"}, "event": {"a": 1}});
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = seen.clone();
    let dispatcher = Dispatcher::<Acme>::builder()
        .on(&[&ORDER_PAID_V2], async move |event: Event<Json>| {
            let header = event.header();
            assert_eq!(
                header.extra().keys().collect::<Vec<_>>(),
                ["more"],
                "known keys and the token are no extra"
            );
            assert_eq!(header.time().map(|time| time.0), Some(1_608_725_989_000));
            notes.lock().expect("whole").push(event.form_name());
        })
        .build()
        .expect("builds");
    dispatcher.dispatch("webhook", boxed.to_string().into()).await;
    dispatcher.dispatch("webhook", flat("order_paid")).await;
    assert_eq!(*seen.lock().expect("whole"), ["boxed"]);

    let count = Arc::new(Mutex::new(0));
    let counter = count.clone();
    let dispatcher = Dispatcher::<Acme>::builder()
        .on_custom("order_paid", async move |_: Event<Json>| *counter.lock().expect("whole") += 1)
        .build()
        .expect("builds");
    dispatcher.dispatch("webhook", boxed.to_string().into()).await;
    dispatcher.dispatch("webhook", flat("order_paid")).await;
    assert_eq!(*count.lock().expect("whole"), 2);
}

#[tokio::test]
async fn rows_are_events_of_their_own_and_one_failure_asks_for_all_again() {
    let row = |id: u32, action: &str| json!({"org": "o", "data": json!({"action": action, "id": id, "x": id}).to_string()});
    let batch = |rows: Vec<serde_json::Value>| json!({"kind": "batch", "items": rows}).to_string().into();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = seen.clone();
    let dispatcher = Dispatcher::<Acme>::builder()
        .without_dedup()
        .on_custom("order_paid", async move |event: Event<Json>| {
            notes
                .lock()
                .expect("whole")
                .push((event.header().id().map(str::to_owned), event.header().tenant().map(str::to_owned)));
            if event["x"] == 2 { Outcome::Retry } else { Outcome::Ack }
        })
        .build()
        .expect("builds");
    assert_eq!(
        dispatcher.dispatch("webhook", batch(vec![row(1, "order_paid"), row(3, "order_paid")])).await,
        Answer::Acknowledged
    );
    assert_eq!(
        dispatcher.dispatch("webhook", batch(vec![row(2, "order_paid"), row(3, "other")])).await,
        Answer::Retry
    );
    let broken = vec![json!({"org": "o"}), row(1, "order_paid")];
    assert_eq!(
        dispatcher.dispatch("webhook", batch(broken)).await,
        Answer::Retry,
        "a row that cannot be read"
    );
    let ids: Vec<_> = seen.lock().expect("whole").iter().filter_map(|(id, _)| id.clone()).collect();
    assert_eq!(ids, ["1", "3", "2", "1"]);
    assert!(seen.lock().expect("whole").iter().all(|(_, tenant)| tenant.as_deref() == Some("o")));
}

#[tokio::test]
async fn control_traffic_reaches_no_handler_and_garbage_is_malformed() {
    let dispatcher = Dispatcher::<Acme>::builder()
        .on_unhandled(async |event: RawEvent| assert_eq!(event.header().event(), "", "it reached a handler"))
        .build()
        .expect("builds");
    assert_eq!(dispatcher.dispatch("webhook", flat("ping")).await, Answer::Acknowledged);
    for garbage in [
        "",
        "[]",
        "null",
        "{",
        "{}",
        "\u{feff}{}",
        "{\"head\":{\"name\":\"x\"}}",
        "{\"head\":1,\"event\":{}}",
    ] {
        assert_eq!(
            dispatcher.dispatch("webhook", garbage.to_owned().into()).await,
            Answer::Malformed,
            "{garbage}"
        );
    }
    assert_eq!(dispatcher.dispatch("webhook", vec![0xff, 0xfe].into()).await, Answer::Malformed);
}

#[test]
fn a_transport_has_its_own_forms_or_those_of_none() {
    let frame = json!({"headers": {"name": "order_paid"}, "data": "{\"a\":1}"}).to_string();
    let forms = |transport: Option<&str>| match open(Acme::TABLE, transport, frame.clone().into()) {
        Ok(Opening::Events(events)) => events
            .iter()
            .map(|event| event.as_ref().map(|event| event.form.0).map_err(Clone::clone))
            .collect::<Result<Vec<_>, _>>(),
        Ok(Opening::Control(_)) => Ok(Vec::new()),
        Err(error) => Err(error),
    };
    assert_eq!(forms(Some("stream")), Ok(vec![2]));
    assert_eq!(forms(None), Ok(vec![2]), "bound forms are tried first");
    assert!(matches!(forms(Some("webhook")), Err(OpenError::Nothing { .. })), "flat has no event there");
}

#[test]
fn a_key_of_the_header_is_extra_unless_its_very_path_is_declared() {
    const PLATFORM: PlatformTable<'static> = PlatformTable {
        forms: &[FormTable {
            event: &["event"],
            header: HeaderTable { id: &["h-id"], time: &["h.at"], extra: "h", ..HeaderTable::DEFAULT },
            ..FormTable::DEFAULT
        }],
        ..PlatformTable::DEFAULT
    };
    let payload = r#"{"event":"e","h-id":"1","h":{"id":"2","at":"3"}}"#;
    let Ok(Opening::Events(events)) = open(&PLATFORM, None, payload.into()) else { panic!("an event") };
    let extra: Vec<_> = events[0].as_ref().expect("opens").header.extra().keys().collect();
    assert_eq!(extra, ["id"]);
}

#[test]
fn an_error_of_opening_names_the_place_and_no_value() {
    let payload = json!({"head": {"secret": "s3cret"}, "event": {}}).to_string();
    let Ok(Opening::Events(events)) = open(Acme::TABLE, None, payload.to_owned().into()) else {
        panic!("opens")
    };
    let error = events[0].as_ref().expect_err("it has no name").to_string();
    assert_eq!(error, "a payload in the form `boxed` has no name of an event at `head.name`");
}

/// One of two shapes of a body.
#[derive(Debug)]
struct Small(i64);

impl ShapeOf<Json> for Small {
    fn take(choice: Json) -> Result<Self, Json> {
        match choice["amount"].as_i64() {
            Some(amount) if amount < 10 => Ok(Small(amount)),
            _ => Err(choice),
        }
    }
}

#[tokio::test]
async fn a_handler_of_one_shape_leaves_the_others_to_unhandled() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (small, other) = (seen.clone(), seen.clone());
    let dispatcher = Dispatcher::<Acme>::builder()
        .on_shape::<Json, Small, _, _>(&[&ORDER_PAID], async move |event: Event<Small>| {
            small.lock().expect("whole").push(event.0)
        })
        .on_unhandled(async move |_: RawEvent| other.lock().expect("whole").push(-1))
        .build()
        .expect("builds");
    dispatcher.dispatch("webhook", flat("order_paid")).await;
    dispatcher.dispatch("webhook", json!({"Event": "order_paid", "amount": 50}).to_string().into()).await;
    assert_eq!(*seen.lock().expect("whole"), [5, -1]);
}
