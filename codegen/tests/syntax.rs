//! The reader as a whole: what it accepts, serde accepts as the same; whatever it is given, it does not fail.
#![cfg(test)]

use std::{
    fmt::Debug,
    fs,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;
use workplace_events_codegen::{
    diagnostic::{Code, render},
    load::{Parsed, Sources, load, load_from},
    source::SourceMap,
};

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sample/schemas")
}

/// All files below a folder, with the paths that messages show.
fn files(folder: &Path, shown: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        let (path, shown) = (entry.path(), shown.join(entry.file_name()));
        if path.is_dir() {
            found.extend(files(&path, &shown));
        } else {
            found.push((shown, fs::read(path).unwrap()));
        }
    }
    found
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
        let (map, sources, _) = load(&folder);
        all_same(&sources, &map, &|error| panic!("{error}"));
    }
}

fn all_same(sources: &Sources, map: &SourceMap, refused: &dyn Fn(String)) {
    for platform in &sources.platforms {
        same(&platform.platform, map, refused);
        platform.types.iter().for_each(|types| same(types, map, refused));
        for domain in &platform.domains {
            domain.types.iter().for_each(|types| same(types, map, refused));
            domain.events.iter().for_each(|event| same(&event.parsed, map, refused));
        }
    }
}

fn same<T: DeserializeOwned + PartialEq + Debug>(
    parsed: &Parsed<T>,
    sources: &SourceMap,
    refused: &dyn Fn(String),
) {
    let file = sources.get(parsed.file).expect("a file that was read");
    match serde_yaml::from_str::<T>(&file.text) {
        _ if !parsed.whole => {}
        Ok(decoded) => assert_eq!(decoded, parsed.raw, "{}", file.text),
        Err(error) => refused(format!("{}: {error}", file.path.display())),
    }
}

#[test]
fn the_order_of_files_does_not_matter() {
    let mut files = files(&sample(), Path::new("schemas"));
    let expected = summary_of(&load(&sample()).1);
    let mut random = Random(1);
    for _ in 0..20 {
        for i in (1..files.len()).rev() {
            files.swap(i, random.below(i + 1));
        }
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

/// A small generator of numbers, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

#[test]
fn no_mutation_makes_it_fail() {
    const SPLICES: &[&str] = &[
        "", "\t", "\n", "\r\n", " ", ":", ": ", ",", "[", "]", "{", "}", "'", "\"", "#", " #x", "&a ", "*a",
        "!x ", "---\n", "- ", "? ", "|", ">", "<<: ", "~", "null", "\\", "%", "@", "`", "\u{feff}", "\u{85}",
        "\u{2028}", "\0", "消息", "<", ">",
    ];
    let base = files(&sample(), Path::new("schemas"));
    let mut random = Random(7);
    for _ in 0..4000 {
        let (path, mut bytes) = base[random.below(base.len())].clone();
        for _ in 0..=random.below(3) {
            let at = random.below(bytes.len() + 1);
            let cut = at + random.below(4).min(bytes.len() - at);
            let splice = SPLICES[random.below(SPLICES.len())];
            bytes.splice(at..cut, splice.bytes());
        }
        check_places(vec![(path, bytes)]);
    }
}

fn check_places(files: Vec<(PathBuf, Vec<u8>)>) {
    let (sources, parsed, diagnostics) = load_from(files);
    // Here and there serde's reader is stricter, such as about a key that begins with a colon.
    all_same(&parsed, &sources, &|_| {});
    for found in &diagnostics {
        let suggested = found.suggestion.iter().map(|suggestion| suggestion.span);
        let labelled = found.secondary.iter().map(|label| label.span);
        for span in std::iter::once(found.primary.span).chain(labelled).chain(suggested) {
            let file = sources.get(span.file).expect("a finding has a file");
            assert!(file.text.get(span.start..span.end).is_some(), "{found:?} in {:?}", file.text);
        }
    }
    // Renderers must cope with every place, too.
    let text = render::human(&diagnostics, &sources, false);
    assert_eq!(text.is_empty(), diagnostics.is_empty());
    assert_eq!(render::short(&diagnostics, &sources).lines().count(), diagnostics.len());
    assert_eq!(render::json(&diagnostics, &sources).lines().count(), diagnostics.len());
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
