//! Any payload, opened by forms of every kind, and its body as JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use workplace_events_runtime::{
    envelope::{Opening, open},
    event::RawEvent,
    table::{FormTable, HeaderTable, PlatformTable, When},
};

const PLATFORM: PlatformTable<'static> = PlatformTable {
    name: "p",
    forms: &[
        FormTable {
            name: "rows",
            when: When { present: &["rows"], ..When::DEFAULT },
            rows: "rows",
            body: "data",
            event: &["data.action", "data.data.action"],
            header: HeaderTable { id: &["data.id"], key: &["a", "b"], extra: "h", ..HeaderTable::DEFAULT },
            ..FormTable::DEFAULT
        },
        FormTable {
            name: "boxed",
            when: When { present: &["h"], equals: &[("h.kind", &["x"])], ..When::DEFAULT },
            body: "event",
            event: &["h.type"],
            header: HeaderTable { id: &["h.id"], time: &["h.time"], tenant: &["event.t"], extra: "h", ..HeaderTable::DEFAULT },
            ..FormTable::DEFAULT
        },
        FormTable { name: "flat", event: &["type"], envelope: &["type", "id"], ..FormTable::DEFAULT },
    ],
    ..PlatformTable::DEFAULT
};

fuzz_target!(|data: &[u8]| {
    let Ok(Opening::Events(events)) = open(&PLATFORM, None, data.to_vec().into()) else { return };
    for opened in events.into_iter().flatten() {
        let event = RawEvent::new(&PLATFORM, opened);
        let _ = (event.header().time(), event.header().key(), event.json(), event.raw().len());
    }
});
