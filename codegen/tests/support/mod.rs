//! What several tests need: files below a folder, numbers by chance, and what serde makes of a schema.
#![allow(dead_code)] // no test needs all of it

use std::{
    fmt::Debug,
    fs,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;
use workplace_events_codegen::{
    load::{Parsed, Sources},
    source::SourceMap,
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

/// What was read whole, serde reads as the same. What serde refuses is told to `refused`.
pub fn serde_reads_the_same(sources: &Sources, map: &SourceMap, refused: &dyn Fn(String)) {
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
