//! What several tests need: files below a folder, numbers by chance, and what serde makes of a schema.
#![allow(dead_code)] // no test needs all of it

use std::{
    collections::BTreeSet,
    fmt::Debug,
    fs,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;
use workplace_events_codegen::{
    diagnostic::{Diagnostics, Severity},
    load::{Parsed, Sources},
    source::{FileId, SourceMap},
};

/// Files in memory, by the paths that messages show.
pub type Files = Vec<(PathBuf, Vec<u8>)>;

/// A file or folder of the tests.
pub fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path)
}

/// All files below a folder, with the paths that messages show.
pub fn files(folder: &Path, shown: &Path) -> Files {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        let (path, shown) = (entry.path(), shown.join(entry.file_name()));
        if path.is_dir() {
            found.extend(files(&path, &shown));
        } else {
            found.push((shown, fs::read(path).unwrap()));
        }
    }
    found.sort();
    found
}

/// A linear congruential generator: the same numbers in every run. Its upper bits are good enough to shuffle by.
pub struct Random(pub u64);

impl Random {
    /// A number below a limit.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    /// One of some things.
    pub fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    /// Another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// What was read without an error, serde reads as the same. What serde refuses is told to `refused`.
pub fn serde_reads_the_same(
    (map, sources, diagnostics): &(SourceMap, Sources, Diagnostics),
    refused: &dyn Fn(String),
) {
    let errors = diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let wrong: BTreeSet<FileId> = errors.map(|found| found.primary.span.file).collect();
    let read = Read { map, wrong, refused };
    for platform in &sources.platforms {
        read.same(&platform.platform);
        platform.types.iter().for_each(|types| read.same(types));
        for domain in &platform.domains {
            domain.types.iter().for_each(|types| read.same(types));
            domain.events.iter().for_each(|event| read.same(&event.parsed));
        }
    }
}

struct Read<'a> {
    map: &'a SourceMap,
    wrong: BTreeSet<FileId>,
    refused: &'a dyn Fn(String),
}

impl Read<'_> {
    fn same<T: DeserializeOwned + PartialEq + Debug>(&self, parsed: &Parsed<T>) {
        if self.wrong.contains(&parsed.file) {
            return;
        }
        let file = self.map.get(parsed.file).expect("a file that was read");
        // Readers do not agree on how a block text ends where the file ends without a line end.
        let end = if file.text.ends_with('\n') { "" } else { "\n" };
        match serde_yaml::from_str::<T>(&format!("{}{end}", file.text)) {
            Ok(decoded) => assert_eq!(decoded, parsed.raw, "{}", file.text),
            Err(error) => (self.refused)(format!("{}: {error}", file.path.display())),
        }
    }
}
