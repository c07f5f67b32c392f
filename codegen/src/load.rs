//! Finds and reads the schema folder.

mod cache;
mod folder;
mod layout;
mod text;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rayon::prelude::*;

pub use self::{
    cache::Cache,
    folder::{files, name, place},
};
use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics},
    source::{FileId, SourceMap, Span},
    syntax::{RawEvent, RawPlatform, RawTypesFile},
};

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Sources {
    /// The platforms that have a `platform.yaml`, by name.
    pub platforms: Vec<PlatformSource>,
}

/// A file that was read.
#[derive(Debug)]
pub struct Parsed<T> {
    /// The file.
    pub file: FileId,
    /// What it says.
    pub raw: T,
    /// Whether no mistake took a name away. Otherwise a name that is not found proves nothing.
    pub whole: bool,
}

/// A platform's folder.
#[derive(Debug)]
pub struct PlatformSource {
    /// The name of the folder.
    pub name: String,
    /// `platform.yaml`.
    pub platform: Arc<Parsed<RawPlatform>>,
    /// `_types.yaml`.
    pub types: Option<Arc<Parsed<RawTypesFile>>>,
    /// Its domains, by name.
    pub domains: Vec<DomainSource>,
}

/// A domain's folder.
#[derive(Debug)]
pub struct DomainSource {
    /// The name of the folder.
    pub name: String,
    /// `_types.yaml`.
    pub types: Option<Arc<Parsed<RawTypesFile>>>,
    /// The events, by name.
    pub events: Vec<EventSource>,
    /// The example payloads, by event and scenario.
    pub examples: Vec<ExampleSource>,
}

/// An event's file.
#[derive(Debug)]
pub struct EventSource {
    /// The file name without `.yaml`. Load has reported it if `event:` says something else.
    pub name: String,
    /// The file.
    pub parsed: Arc<Parsed<RawEvent>>,
}

/// An example's file.
#[derive(Debug)]
pub struct ExampleSource {
    /// The file; its text is in the source map and is not parsed yet.
    pub file: FileId,
    /// The name of its event, which is one of the domain's.
    pub event: String,
    /// What follows the event in the file name, without `.json`; empty for the plain one.
    pub scenario: String,
    /// Whether it is a callback's answer (`.response`), not a payload.
    pub response: bool,
    /// Whether it was built from the documentation (`.made`).
    pub made: bool,
    /// Whether it is there to show drift (`drift-`).
    pub drifts: bool,
}

/// Reads a schema folder. Findings are sorted.
#[must_use]
pub fn load(folder: &Path) -> (SourceMap, Sources, Diagnostics) {
    read(files(folder), &mut Cache::default())
}

/// Reads files from memory: paths begin with the name of the schema folder, as in `schemas/lark/platform.yaml`. Their order does
/// not matter.
pub fn load_from<P: Into<PathBuf>>(
    files: impl IntoIterator<Item = (P, Vec<u8>)>,
) -> (SourceMap, Sources, Diagnostics) {
    let files = files.into_iter().map(|(path, bytes)| (path.into(), Found::Bytes(bytes)));
    read(files.collect(), &mut Cache::default())
}

/// A path as messages show it, and what stands there.
pub type File = (PathBuf, Found);

/// What stands at a path.
#[derive(Debug, Clone)]
pub enum Found {
    /// A file.
    Bytes(Vec<u8>),
    /// Something that cannot be read, and why.
    Unreadable(Arc<io::Error>),
    /// Nothing, but it should.
    Missing,
}

/// Reads what was found at some paths. What the cache knows is not parsed again.
pub fn read(mut files: Vec<File>, cache: &mut Cache) -> (SourceMap, Sources, Diagnostics) {
    layout::expect_platforms(&mut files);
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut sources = SourceMap::default();
    let mut diagnostics = Diagnostics::new();
    let mut found = Vec::new();
    for (path, content) in files {
        let place = layout::place(&path);
        if matches!((&place, &content), (Ok(None), Found::Bytes(_))) {
            continue;
        }
        let (text, problem) = text::decode(content);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let file = sources.add(path, text);
        let readable = problem.as_ref().is_none_or(text::Problem::is_readable);
        diagnostics.extend(problem.map(|problem| problem.report(file)));
        match place {
            Ok(Some(place)) => found.push((place, file, readable)),
            Err(help) if readable => {
                let report = Diagnostic::new(
                    Code::UnexpectedFile,
                    Span::of_file(file),
                    format!("`{name}` does not belong here"),
                );
                diagnostics.push(report.help(help));
            }
            _ => {}
        }
    }
    let parsed: Vec<_> = found
        .into_par_iter()
        .map(|(place, file, readable)| {
            let known = cache.get(file, readable, &sources);
            let parse = || layout::parse(&place, file, readable, &sources);
            let (content, findings) = known.unwrap_or_else(parse);
            (place, file, readable, content, findings)
        })
        .collect();
    let mut contents = Vec::with_capacity(parsed.len());
    cache.changed.clear();
    for (place, file, readable, content, findings) in parsed {
        cache.put(file, readable, &sources, &content, &findings);
        contents.push((place, content));
        diagnostics.extend(findings);
    }
    let assembled = layout::assemble(contents, &sources, &mut diagnostics);
    diagnostics.sort();
    (sources, assembled, diagnostics)
}
