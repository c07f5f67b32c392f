//! From raw schemas to the model.
//!
//! Every step reports all its mistakes and goes on with a placeholder, so that one mistake hides no other. What a broken file
//! may have said is never guessed: where a part of it is missing, nothing is reported as unknown.

mod choices;
mod compact;
mod constraints;
mod cycles;
mod declare;
mod duration;
mod events;
mod expand;
mod fields;
mod groups;
mod paths;
mod platforms;
mod report;
mod scope;
mod sets;
#[cfg(test)]
mod tests;
mod types;

use std::collections::BTreeSet;

use self::{
    cycles::Edge,
    declare::{Draft, EventFile},
    scope::Scopes,
};
use super::{Model, PlatformId, Type, TypeId};
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    load::{Parsed, PlatformSource, Sources},
    source::{FileId, SourceMap, Span},
};

/// Binds every name and expands what refers to others.
///
/// The model is sound in any case: types form no cycle and every id leads somewhere. Whether it says what the schemas say is
/// another matter: after an error, parts are missing or stand as `any`.
#[must_use]
pub fn resolve(sources: &Sources, map: &SourceMap, diagnostics: &mut Diagnostics) -> Model {
    let mut platforms: Vec<_> = sources.platforms.iter().collect();
    platforms.sort_by_key(|platform| &platform.name);
    let broken = sources.platforms.iter().flat_map(broken_files).collect();
    let mut resolver = Resolver {
        map,
        diagnostics,
        platforms,
        model: Model::default(),
        drafts: Vec::new(),
        files: Vec::new(),
        scopes: Scopes::default(),
        edges: Vec::new(),
        broken,
    };
    resolver.resolve_platforms();
    resolver.declare();
    resolver.define_types();
    resolver.cut_cycles();
    resolver.expand();
    resolver.resolve_events();
    resolver.list_callbacks();
    resolver.resolve_groups();
    resolver.report_unused();
    compact::compact(&mut resolver.model);
    resolver.model
}

/// The files of a platform in which mistakes took names away.
fn broken_files(platform: &PlatformSource) -> Vec<FileId> {
    fn broken<T>(parsed: &Parsed<T>) -> Option<FileId> {
        (!parsed.whole).then_some(parsed.file)
    }
    let domains = &platform.domains;
    let types = platform.types.iter().chain(domains.iter().flat_map(|domain| &domain.types));
    let events = domains.iter().flat_map(|domain| &domain.events);
    types
        .filter_map(|types| broken(types))
        .chain(events.filter_map(|event| broken(&event.parsed)))
        .chain(broken(&platform.platform))
        .collect()
}

/// The model while it is built.
struct Resolver<'s> {
    map: &'s SourceMap,
    diagnostics: &'s mut Diagnostics,
    /// The platforms by name, as in the model.
    platforms: Vec<&'s PlatformSource>,
    model: Model,
    /// What is known about each type of the model beyond the model.
    drafts: Vec<Draft<'s>>,
    /// The files of the model's events.
    files: Vec<EventFile<'s>>,
    scopes: Scopes,
    /// Which types need which.
    edges: Vec<Edge>,
    /// Files of which parts could not be read.
    broken: BTreeSet<FileId>,
}

impl<'s> Resolver<'s> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports that something is not there, unless it may stand in a part of the file that could not be read.
    fn report_missing(&mut self, diagnostic: Diagnostic) {
        if !self.broken.contains(&diagnostic.primary.span.file) {
            self.report(diagnostic);
        }
    }

    /// What a file says at a place.
    fn written(&self, span: Span) -> &'s str {
        self.map.get(span.file).and_then(|file| file.text.get(span.start..span.end)).unwrap_or_default()
    }

    fn add_type(&mut self, ty: Type, draft: Draft<'s>) -> TypeId {
        self.model.types.push(ty);
        self.drafts.push(draft);
        TypeId(self.model.types.len() - 1)
    }

    fn platform_of(&self, ty: TypeId) -> PlatformId {
        self.scopes.platform(self.drafts[ty.0].scope)
    }
}
