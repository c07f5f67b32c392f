//! What was found in examples before.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diagnostic::Diagnostic,
    source::{FileId, Span},
};

/// What was found in the examples of each event when they were checked last, by the event's file.
#[derive(Debug, Default)]
pub struct Seen(BTreeMap<FileId, Checked>);

/// The examples of one event.
#[derive(Debug)]
pub(super) struct Checked {
    /// The files that say what is right, and the examples themselves.
    pub(super) files: BTreeSet<FileId>,
    pub(super) findings: Vec<Diagnostic>,
    /// The fields of which an example breaks a constraint.
    pub(super) broken: BTreeSet<Span>,
}

impl Seen {
    /// What was found for an event, if it was found in the same files and none of them has changed.
    pub(super) fn get(
        &self,
        event: FileId,
        files: &BTreeSet<FileId>,
        changed: &BTreeSet<FileId>,
    ) -> Option<&Checked> {
        self.0.get(&event).filter(|checked| checked.files == *files && files.is_disjoint(changed))
    }

    /// Remembers what was found for an event.
    pub(super) fn put(&mut self, event: FileId, checked: Checked) {
        self.0.insert(event, checked);
    }

    /// Forgets an event whose examples are not checked this time.
    pub(super) fn forget(&mut self, event: FileId) {
        self.0.remove(&event);
    }
}
