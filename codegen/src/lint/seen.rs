//! What was found in examples before.

use std::collections::{BTreeMap, BTreeSet};

use crate::{diagnostic::Diagnostic, source::FileId};

/// What was found in the examples of each event when they were checked last.
#[derive(Debug, Default)]
pub struct Seen {
    events: BTreeMap<FileId, Checked>,
}

/// The examples of one event.
#[derive(Debug)]
struct Checked {
    /// The files that say what is right, and the examples themselves.
    files: BTreeSet<FileId>,
    findings: Vec<Diagnostic>,
}

impl Seen {
    /// What was found in the examples of the event of a file, if it was found in the same files and none of them has changed.
    pub(super) fn get(
        &self,
        event: FileId,
        files: &BTreeSet<FileId>,
        changed: &BTreeSet<FileId>,
    ) -> Option<&[Diagnostic]> {
        let checked = self.events.get(&event)?;
        (checked.files == *files && files.is_disjoint(changed)).then_some(&checked.findings)
    }

    /// Remembers what was found.
    pub(super) fn put(&mut self, event: FileId, files: BTreeSet<FileId>, findings: Vec<Diagnostic>) {
        self.events.insert(event, Checked { files, findings });
    }

    /// Forgets an event whose examples are not checked this time.
    pub(super) fn forget(&mut self, event: FileId) {
        self.events.remove(&event);
    }
}
