//! The Rust of the generated crate: one emitted concept per file.

mod any_event;
mod catalogue;
mod choice;
mod docs;
mod domain;
mod event;
mod layout;
mod manifest;
mod object;
mod platform;
mod preview;
mod register;
mod root;
mod set;
mod table;
mod testing;
mod tests;
mod types;

use proc_macro2::TokenStream;
use rayon::prelude::*;

pub use self::preview::Preview;
pub(crate) use self::{choice::separable, event::built};
pub(super) use self::{
    domain::feature,
    manifest::PASSED,
    preview::preview as preview_of,
    types::{spelled_field, spelled_value},
};
use super::{Context, EmitError, OutFile};
use crate::model::{EventId, PlatformId};

/// A Rust file before it is formatted.
struct RustFile {
    path: String,
    tokens: TokenStream,
}

/// One file to emit; tokens stay on the thread that makes them.
enum Job<'m> {
    Root,
    Catalogue,
    Testing,
    Tests,
    Platform(PlatformId),
    AnyEvent(PlatformId),
    Domain(PlatformId, &'m str),
    Event(EventId),
}

/// All files of the crate but its pages.
pub(super) fn files(cx: Context<'_>) -> Result<Vec<OutFile>, EmitError> {
    let mut jobs = vec![Job::Root, Job::Catalogue, Job::Testing, Job::Tests];
    for (i, platform) in cx.model.platforms.iter().enumerate() {
        let id = PlatformId(i);
        jobs.extend([Job::Platform(id), Job::AnyEvent(id)]);
        jobs.extend(platform.domains.iter().map(|domain| Job::Domain(id, &domain.name)));
    }
    jobs.extend((0..cx.model.events.len()).map(|i| Job::Event(EventId(i))));
    let mut files =
        jobs.into_par_iter().map(|job| layout::format(run(cx, &job))).collect::<Result<Vec<_>, _>>()?;
    files.push(manifest::file(cx));
    files.extend(tests::payloads(cx));
    Ok(files)
}

fn run(cx: Context<'_>, job: &Job<'_>) -> RustFile {
    match job {
        Job::Root => root::file(cx),
        Job::Catalogue => catalogue::file(cx),
        Job::Testing => testing::file(cx),
        Job::Tests => tests::file(cx),
        Job::Platform(id) => platform::file(cx, *id),
        Job::AnyEvent(id) => any_event::file(cx, *id),
        Job::Domain(id, name) => domain::file(cx, *id, name),
        Job::Event(id) => event::file(cx, *id),
    }
}
