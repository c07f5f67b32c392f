//! From a schema folder to a checked model: what every command begins with.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use crate::{
    diagnostic::Diagnostics,
    emit::{self, EmitError, OutFile, Settings},
    lint::{self, Seen},
    load::{self, Cache, File, Found},
    model::{self, Model},
    names::Names,
    published,
    source::SourceMap,
};

/// Schemas that were read and checked.
#[derive(Debug)]
pub struct Compiled {
    /// Every file that was read.
    pub sources: SourceMap,
    /// What the schemas mean. After an error parts of it are missing.
    pub model: Model,
    /// What everything is called in Rust.
    pub names: Names,
    /// Every finding, in the order of the files.
    pub diagnostics: Diagnostics,
}

/// What was read and found the last time. With it only what has changed since is looked at again.
#[derive(Debug, Default)]
pub struct Before {
    files: Cache,
    examples: Seen,
}

/// Reads and checks a schema folder.
#[must_use]
pub fn compile(schemas: &Path) -> Compiled {
    compile_again(load::files(schemas), &mut Before::default())
}

/// Checks files that are in memory: paths as in a schema folder, with its name first.
pub fn compile_files(files: impl IntoIterator<Item = (PathBuf, Vec<u8>)>) -> Compiled {
    let files = files.into_iter().map(|(path, bytes)| (path, Found::Bytes(bytes)));
    compile_again(files.collect(), &mut Before::default())
}

/// Checks what was found at some paths.
pub fn compile_again(files: Vec<File>, before: &mut Before) -> Compiled {
    let (sources, parsed, mut diagnostics) = load::read(files, &mut before.files);
    let model = model::resolve(&parsed, &sources, &mut diagnostics);
    let names = names(&model, &mut diagnostics);
    let (changed, seen) = (&before.files.changed, &mut before.examples);
    lint::lint(&parsed, &model, &names, changed, seen, &mut diagnostics);
    diagnostics.sort();
    Compiled { sources, model, names, diagnostics }
}

/// Claims all names. What is wrong already is not reported for its name as well.
fn names(model: &Model, diagnostics: &mut Diagnostics) -> Names {
    let mut found = Diagnostics::new();
    let names = Names::of(model, &mut found);
    let reported: BTreeSet<_> = diagnostics.iter().map(|known| known.primary.span).collect();
    diagnostics.extend(found.iter().filter(|found| !reported.contains(&found.primary.span)).cloned());
    names
}

impl Compiled {
    /// Compares the names with those that were generated before, given as the text of [`published::PATH`].
    pub fn check_published(&mut self, lock: &str) {
        published::check(lock, &self.model, &self.names, &mut self.diagnostics);
        self.diagnostics.sort();
    }

    /// The files of the generated crate.
    ///
    /// # Errors
    ///
    /// Errors among the findings, or a bug of the generator.
    pub fn emit(&self, settings: &Settings) -> Result<Vec<OutFile>, EmitError> {
        if self.diagnostics.has_errors() {
            return Err(EmitError::Schemas);
        }
        emit::emit(&self.model, &self.names, settings)
    }
}
