//! Where the names of types are looked up.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{PlatformId, TypeId};

/// Index of a scope.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScopeId(usize);

/// The types of one file, and whose types it sees besides.
#[derive(Debug)]
struct Scope {
    platform: PlatformId,
    parent: Option<ScopeId>,
    names: BTreeMap<String, TypeId>,
    /// Whether all types of the file are in `names`.
    whole: bool,
}

/// All scopes.
#[derive(Debug, Default)]
pub(super) struct Scopes(Vec<Scope>);

impl Scopes {
    pub(super) fn open(&mut self, platform: PlatformId, parent: Option<ScopeId>, whole: bool) -> ScopeId {
        self.0.push(Scope { platform, parent, names: BTreeMap::new(), whole });
        ScopeId(self.0.len() - 1)
    }

    pub(super) fn add(&mut self, scope: ScopeId, name: &str, ty: TypeId) {
        self.0[scope.0].names.insert(name.to_owned(), ty);
    }

    pub(super) fn platform(&self, scope: ScopeId) -> PlatformId {
        self.0[scope.0].platform
    }

    /// The type that a name means: the nearest one.
    pub(super) fn find(&self, scope: ScopeId, name: &str) -> Option<TypeId> {
        self.chain(scope).find_map(|scope| scope.names.get(name)).copied()
    }

    /// All names that can be used.
    pub(super) fn names(&self, scope: ScopeId) -> BTreeSet<&str> {
        self.chain(scope).flat_map(|scope| scope.names.keys().map(String::as_str)).collect()
    }

    /// Whether a name that is not found does not exist.
    pub(super) fn is_whole(&self, scope: ScopeId) -> bool {
        self.chain(scope).all(|scope| scope.whole)
    }

    fn chain(&self, scope: ScopeId) -> impl Iterator<Item = &Scope> {
        std::iter::successors(self.0.get(scope.0), |scope| {
            scope.parent.and_then(|parent| self.0.get(parent.0))
        })
    }
}
