//! What is checked in is what the schemas say.
#![cfg(test)]

use std::path::Path;

use workplace_events_codegen::{
    compile::compile,
    diagnostic::render,
    emit::{Home, OutFile, Settings, event_schema},
    output::Plan,
};

const SHOWN_LINES: usize = 60;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn assert_current(folder: &str, files: Vec<OutFile>) {
    let plan = Plan::new(&repository().join(folder), files).unwrap();
    let diff: Vec<_> = plan.diff().lines().take(SHOWN_LINES).map(str::to_owned).collect();
    assert!(
        plan.is_current(),
        "`{folder}/` is not what the schemas say; run `cargo xtask gen`\n{}",
        diff.join("\n")
    );
}

#[test]
fn the_generated_crate_is_current() {
    let compiled = compile(&repository().join("schemas"));
    let errors = render::human(&compiled.diagnostics, &compiled.sources, false);
    assert!(!compiled.diagnostics.has_errors(), "{errors}");
    let settings = Settings { home: Home::Workspace, version: env!("CARGO_PKG_VERSION").to_owned() };
    assert_current("generated", compiled.emit(&settings).unwrap());
}

#[test]
fn the_schema_for_editors_is_current() {
    assert_current("schemas", vec![OutFile { path: "event.schema.json".to_owned(), body: event_schema() }]);
}
