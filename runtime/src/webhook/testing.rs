//! A platform and its handlers, for the tests of the receivers.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::json;

use crate::{
    Json,
    dispatch::{Dispatcher, Outcome},
    event::{Event, RawEvent},
    platform::Platform,
    table::{ControlTable, EventTable, FormTable, PlatformTable, When},
};

pub(crate) struct Testing;

/// Lark's two forms and DingTalk's flat one.
impl Platform for Testing {
    const TABLE: &'static PlatformTable<'static> = &PlatformTable {
        name: "testing",
        forms: &[
            FormTable {
                name: "p2",
                when: When { present: &["schema"], ..When::DEFAULT },
                body: "event",
                event: &["header.event_type"],
                ..FormTable::DEFAULT
            },
            FormTable {
                name: "p1",
                when: When { present: &["uuid", "event"], ..When::DEFAULT },
                body: "event",
                event: &["event.type"],
                ..FormTable::DEFAULT
            },
            FormTable {
                name: "flat",
                when: When { present: &["EventType"], ..When::DEFAULT },
                event: &["EventType"],
                ..FormTable::DEFAULT
            },
        ],
        control: &[ControlTable {
            name: "check",
            when: When {
                equals: &[("EventType", &["check_url", "check_create_suite_url", "check_update_suite_url"])],
                ..When::DEFAULT
            },
        }],
        ..PlatformTable::DEFAULT
    };
}

/// The payloads that reached a handler.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    pub(crate) fn payloads(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn add(&self, payload: &str) {
        self.0.lock().unwrap().push(payload.to_owned());
    }
}

/// Answers the callback `asked`, and has this outcome for every event, after some time.
pub(crate) fn handlers_after(time: Duration, outcome: Outcome) -> (Dispatcher<Testing>, Seen) {
    let seen = Seen::default();
    let seen_by_handler = seen.clone();
    let dispatcher = Dispatcher::builder()
        .on_callback(&EventTable { event: "asked", ..EventTable::DEFAULT }, async |_: Event<Json>| {
            Json(json!({ "toast": "张" }))
        })
        .on_unhandled(async move |event: RawEvent| {
            tokio::time::sleep(time).await;
            seen_by_handler.add(event.raw());
            outcome
        })
        .build();
    (dispatcher.unwrap(), seen)
}

/// Answers the callback `asked`, and has this outcome for every event.
pub(crate) fn handlers(outcome: Outcome) -> (Dispatcher<Testing>, Seen) {
    handlers_after(Duration::ZERO, outcome)
}
