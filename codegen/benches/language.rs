//! What an editor waits for, with all schemas of the repository (about 500) open:
//! `cargo bench -p workplace-events-codegen --bench language`.

#![allow(clippy::expect_used)] // a benchmark that cannot start says so

use std::path::{Path, PathBuf};

use divan::Bencher;
use workplace_events_codegen::{
    compile::{self, Compiled},
    language,
    source::FileId,
    workspace::Workspace,
};

/// The event with the most text.
const EVENT: &str = "schemas/lark/im/im.message.receive_v1.yaml";

fn main() {
    divan::main();
}

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas")
}

/// All files are read and checked, as `check` does.
#[divan::bench]
fn check(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| compile::compile(&schemas()));
}

/// A character was typed: everything is checked again.
#[divan::bench]
fn keystroke(bencher: Bencher<'_, '_>) {
    let mut workspace = Workspace::new(&schemas());
    let (compiled, file) = compiled(&mut workspace);
    let text = compiled.sources.get(file).expect("the event").text.clone();
    let mut typed = 0_usize;
    bencher.bench_local(|| {
        typed += 1;
        workspace.edit(EVENT.into(), format!("{text}# {typed}\n"));
        workspace.compile()
    });
}

#[divan::bench]
fn definition(bencher: Bencher<'_, '_>) {
    ask(bencher, language::definition);
}

#[divan::bench]
fn hover(bencher: Bencher<'_, '_>) {
    ask(bencher, language::hover);
}

#[divan::bench]
fn completion(bencher: Bencher<'_, '_>) {
    ask(bencher, language::complete);
}

/// Asks about the name of a type.
fn ask<A>(bencher: Bencher<'_, '_>, question: impl Fn(&Compiled, FileId, usize) -> A) {
    let (compiled, file) = compiled(&mut Workspace::new(&schemas()));
    let text = &compiled.sources.get(file).expect("the event").text;
    let byte = text.find("type: Sender").expect("a name") + "type: Se".len();
    bencher.bench_local(|| question(&compiled, file, byte));
}

fn compiled(workspace: &mut Workspace) -> (Compiled, FileId) {
    let compiled = workspace.compile();
    let file = compiled.sources.iter().find(|(_, file)| file.path == Path::new(EVENT)).expect("the event").0;
    (compiled, file)
}
