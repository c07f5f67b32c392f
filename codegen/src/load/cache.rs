//! Files that were parsed before.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use super::layout::Content;
use crate::{
    diagnostic::Diagnostics,
    source::{FileId, SourceFile, SourceMap},
};

/// What files held when they were read last. A file that still has its text and its id is not parsed again.
#[derive(Debug, Default)]
pub struct Cache {
    /// By their ids, which every span in them has.
    files: BTreeMap<FileId, Known>,
    /// The files that were new or different when they were read last.
    pub(crate) changed: BTreeSet<FileId>,
}

#[derive(Debug)]
struct Known {
    path: PathBuf,
    /// A file of which parts could not be decoded may have the text of one that could.
    readable: bool,
    text: String,
    content: Content,
    findings: Diagnostics,
}

impl Known {
    fn is(&self, readable: bool, source: &SourceFile) -> bool {
        self.readable == readable && self.text == source.text && self.path == source.path
    }
}

impl Cache {
    /// What a file holds, and what is wrong with it.
    pub(super) fn get(
        &self,
        file: FileId,
        readable: bool,
        sources: &SourceMap,
    ) -> Option<(Content, Diagnostics)> {
        let source = sources.get(file)?;
        let known = self.files.get(&file).filter(|known| known.is(readable, source))?;
        Some((known.content.clone(), known.findings.clone()))
    }

    /// Remembers a file.
    pub(super) fn put(
        &mut self,
        file: FileId,
        readable: bool,
        sources: &SourceMap,
        content: &Content,
        findings: &Diagnostics,
    ) {
        let Some(source) = sources.get(file) else { return };
        if !self.files.get(&file).is_some_and(|known| known.is(readable, source)) {
            self.changed.insert(file);
            let SourceFile { path, text } = source;
            let known = Known {
                path: path.clone(),
                readable,
                text: text.clone(),
                content: content.clone(),
                findings: findings.clone(),
            };
            self.files.insert(file, known);
        }
    }
}
