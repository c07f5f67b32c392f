//! Any body, by a table with every kind of encoding: it is JSON where `serde_json` says so, and read without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use workplace_events_runtime::{
    check,
    table::{ChoiceTable, Encoding, Field, Scalar, Selector, ShapeTable, TimeFormat, TypeTable, Values},
};

const fn field(key: &'static str, encoding: Encoding<'static>) -> Field<'static> {
    Field { key, encoding, ..Field::DEFAULT }
}

const KIND: Scalar<'static> = Scalar { values: Values::Texts(&["x", "y"]), ..Scalar::TEXT };
const POINT: TypeTable<'static> =
    TypeTable { name: "Point", fields: &[field("x", Encoding::Scalar(Scalar::INT)), field("k", Encoding::Scalar(KIND))] };
const SHAPES: &[ShapeTable<'static>] = &[ShapeTable { value: "x", present: &["x"], table: &POINT, ..ShapeTable::DEFAULT }];
const BY_SIBLING: ChoiceTable<'static> = ChoiceTable { name: "S", by: Selector::Sibling(0), shapes: SHAPES };
const BY_OWN: ChoiceTable<'static> = ChoiceTable { name: "O", by: Selector::Own("k"), shapes: SHAPES };
const BY_KEYS: ChoiceTable<'static> = ChoiceTable { name: "K", by: Selector::Keys, shapes: SHAPES };

const BODY: Encoding<'static> = Encoding::Object(&TypeTable {
    name: "Body",
    fields: &[
        field("k", Encoding::Scalar(KIND)),
        field("s", Encoding::JsonText(&Encoding::Choice(&BY_SIBLING))),
        field("o", Encoding::List(&Encoding::Choice(&BY_OWN))),
        field("c", Encoding::Map(&Encoding::Choice(&BY_KEYS))),
        field("f", Encoding::Scalar(Scalar::FLOAT)),
        field("t", Encoding::Scalar(Scalar { in_text: true, ..Scalar::time(TimeFormat::UnixMs) })),
        field("a", Encoding::Any),
        field("j", Encoding::JsonText(&Encoding::Any)),
    ],
});

fuzz_target!(|text: &str| {
    let read = check::check(&BODY, None, &["e"], text, &|_, _| true);
    // What is nested too deeply is no JSON for either, and where that begins differs by a level.
    if text.len() < 100 && serde_json::from_str::<serde_json::Value>(text).is_ok() {
        assert!(read.is_ok(), "{text}");
    }
});
