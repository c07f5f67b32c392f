//! The tables that were emitted are those that the generator checks schemas with.

use std::path::Path;

use workplace_events::{
    catalogue,
    dingtalk::DingTalk,
    lark::Lark,
    runtime::{platform::Platform, table::EventTable},
};
use workplace_events_codegen::{
    compile,
    model::{EventId, PlatformId},
};

#[test]
fn emitted_tables_are_the_built_ones() {
    let compiled = compile::compile(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas"));
    assert!(!compiled.diagnostics.has_errors());
    compiled.model.with_tables(&compiled.names, |tables| {
        for (i, platform) in [DingTalk::TABLE, Lark::TABLE].into_iter().enumerate() {
            assert_eq!(tables.platform(PlatformId(i)), platform);
        }
        let built = (0..compiled.model.events.len()).map(|i| tables.event(EventId(i)));
        let emitted: Vec<&EventTable<'_>> = catalogue::events().collect();
        assert_eq!(emitted.len(), compiled.model.events.len());
        for built in built {
            let same = |row: &&&EventTable<'_>| row.platform == built.platform && row.event == built.event;
            let emitted = emitted.iter().find(|row| same(row) && row.protocol == built.protocol);
            assert_eq!(*emitted.expect("every event is in the catalogue"), built, "{}", built.event);
        }
    });
}
