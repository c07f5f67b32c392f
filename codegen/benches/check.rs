//! What `check` costs: `cargo bench -p workplace-events-codegen --bench check`.
//!
//! The catalogue as it is on disk (some five hundred events with their examples), then once and ten times over in memory, its
//! platforms under other names. Ten times the schemas should take ten times as long.

#![allow(clippy::unwrap_used)] // a benchmark that cannot read the catalogue says so

use std::{
    fs,
    path::{Path, PathBuf},
};

use divan::{Bencher, counter::ItemsCount};
use workplace_events_codegen::compile::{Compiled, compile, compile_files};

type Files = Vec<(PathBuf, Vec<u8>)>;

fn main() {
    divan::main();
}

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas")
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn catalogue(bencher: Bencher<'_, '_>) {
    let events = checked(&compile(&schemas()));
    bencher.counter(events).bench(|| compile(&schemas()));
}

#[divan::bench(args = [1, 10], sample_count = 5, sample_size = 1)]
fn copies(bencher: Bencher<'_, '_>, times: usize) {
    let mut files = Files::new();
    for copy in 0..times {
        for platform in ["dingtalk", "lark"] {
            read(
                &schemas().join(platform),
                &Path::new("schemas").join(format!("{platform}_{copy}")),
                &mut files,
            );
        }
    }
    let events = checked(&compile_files(files.clone()));
    bencher.counter(events).with_inputs(|| files.clone()).bench_values(compile_files);
}

/// How many events there are, none of them with a finding.
fn checked(compiled: &Compiled) -> ItemsCount {
    assert!(compiled.diagnostics.is_empty(), "{:?}", compiled.diagnostics);
    ItemsCount::new(compiled.model.events.len())
}

fn read(folder: &Path, shown: &Path, files: &mut Files) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        let (path, shown) = (entry.path(), shown.join(entry.file_name()));
        if path.is_dir() {
            read(&path, &shown, files);
        } else {
            files.push((shown, fs::read(path).unwrap()));
        }
    }
}
