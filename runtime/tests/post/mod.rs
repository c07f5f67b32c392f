//! A platform with one event, for tests of what becomes of events.

use workplace_events_runtime::{
    dispatch::{Builder, Dispatcher},
    platform::Platform,
    table::{Body, Encoding, EventTable, Field, FormTable, HeaderTable, PlatformTable, Scalar, TypeTable},
    value::{Object, Slot, Typed, Value as _, View},
};

/// An invented platform.
pub struct Post;

impl Platform for Post {
    const TABLE: &'static PlatformTable<'static> = &PlatformTable {
        name: "post",
        forms: &[FormTable {
            name: "letter",
            body: "data",
            event: &["event"],
            header: HeaderTable { id: &["id"], ..HeaderTable::DEFAULT },
            ..FormTable::DEFAULT
        }],
        ..PlatformTable::DEFAULT
    };
}

/// The body of its only event, as the generator would write it.
#[derive(Debug, Clone, Default)]
pub struct Letter {
    pub text: Option<String>,
}

impl Object for Letter {
    fn at(&mut self, index: usize) -> Slot<'_> {
        if index == 0 { Some(&mut self.text) } else { None }
    }
    fn get(&self, index: usize) -> View<'_> {
        if index == 0 { self.text.view() } else { View::Absent }
    }
}

impl Typed for Letter {
    const TABLE: &'static TypeTable<'static> = &TypeTable {
        name: "Letter",
        fields: &[Field { key: "text", encoding: Encoding::Scalar(Scalar::TEXT), ..Field::DEFAULT }],
    };
}

workplace_events_runtime::object!(Letter);

pub static SENT: EventTable<'static> =
    EventTable { event: "sent", body: Body::Object(Letter::TABLE), ..EventTable::DEFAULT };

pub fn builder() -> Builder<Post> {
    Dispatcher::<Post>::builder()
}
