//! The reader as a whole: what it accepts, serde accepts as the same; whatever it is given, it does not fail.
#![cfg(test)]

mod support;

use std::path::{Path, PathBuf};

use support::{Random, files, here};
use workplace_events_codegen::{
    diagnostic::{Code, render},
    load::{Sources, load, load_from},
};

fn sample() -> PathBuf {
    here("sample/schemas")
}

#[test]
fn the_sample_is_accepted() {
    let (sources, _, diagnostics) = load(&sample());
    assert_eq!(render::human(&diagnostics, &sources, false), "");
    assert_eq!(render::summary(&diagnostics), "no errors, no warnings");
}

#[test]
fn serde_reads_the_same() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    for folder in [sample(), repository] {
        support::serde_reads_the_same(&load(&folder), &|error| panic!("{error}"));
    }
}

#[test]
fn the_order_of_files_does_not_matter() {
    let mut files = files(&sample(), Path::new("schemas"));
    let expected = summary_of(&load(&sample()).1);
    let mut random = Random(1);
    for _ in 0..20 {
        random.shuffle(&mut files);
        let (_, sources, diagnostics) = load_from(files.clone());
        assert!(diagnostics.is_empty());
        assert_eq!(summary_of(&sources), expected);
    }
}

fn summary_of(sources: &Sources) -> String {
    format!("{sources:?}")
}

#[test]
fn examples_say_what_they_are_by_their_names() {
    let (_, sources, _) = load(&sample());
    let found: Vec<_> = sources.platforms[0].domains[0]
        .examples
        .iter()
        .map(|e| (e.event.as_str(), e.scenario.as_str(), e.response, e.made, e.drifts))
        .collect();
    assert_eq!(
        found,
        [
            ("message", "", false, false, false),
            ("message", "drift-number", false, false, true),
            ("message", "response", true, false, false),
            ("message", "response.drift-x", true, false, true),
            ("message", "response.ok.made", true, true, false),
            ("ping", "made", false, true, false),
        ]
    );
}

#[test]
fn hostile_files_are_refused_quickly() {
    let brackets = "[".repeat(200_000);
    let documents = [
        brackets.clone(),
        format!("event: {brackets}"),
        "{a: ".repeat(20_000),
        "- ".repeat(50_000),
        "? ".repeat(50_000),
        format!("event: {}", "a".repeat(200_000)),
        format!("{}: 1", "k".repeat(200_000)),
        format!("? {}\n: 1", "k".repeat(200_000)),
        format!("a: &a [x]\n{}", (0..30).map(|_| "b: [*a, *a]\n").collect::<String>()),
    ];
    for document in documents {
        let (sources, _, diagnostics) = load_from([
            ("schemas/acme/platform.yaml", b"title: Acme\nabout: For tests.\n".to_vec()),
            ("schemas/acme/chat/other.yaml", b"event: another\ntitle: T\nabout: A.\n".to_vec()),
            ("schemas/acme/chat/ping.yaml", document.clone().into_bytes()),
        ]);
        let start: String = document.chars().take(20).collect();
        assert!(
            diagnostics.iter().any(|found| found.code == Code::FileName),
            "the other file is checked: {start}"
        );
        assert!(diagnostics.len() > 1, "it is refused: {start}");
        let text = render::human(&diagnostics, &sources, false);
        assert!(text.len() < 2000 * diagnostics.len(), "{start} floods the terminal: {}", text.len());
    }
}
