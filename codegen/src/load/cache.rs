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
    files: BTreeMap<PathBuf, Known>,
    /// The files that were new or different when they were read last.
    pub(crate) changed: BTreeSet<FileId>,
}

#[derive(Debug)]
struct Known {
    /// Every span in the content has it.
    file: FileId,
    /// A file of which parts could not be decoded may have the text of one that could.
    readable: bool,
    text: String,
    content: Content,
    findings: Diagnostics,
}

impl Known {
    fn is(&self, file: FileId, readable: bool, source: &SourceFile) -> bool {
        (self.file, self.readable) == (file, readable) && self.text == source.text
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
        let known = self.files.get(&source.path).filter(|known| known.is(file, readable, source))?;
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
        if !self.files.get(&source.path).is_some_and(|known| known.is(file, readable, source)) {
            self.changed.insert(file);
            let (text, content, findings) = (source.text.clone(), content.clone(), findings.clone());
            self.files.insert(source.path.clone(), Known { file, readable, text, content, findings });
        }
    }
}
