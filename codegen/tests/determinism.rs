//! The same schemas give the same files, and files are written whole or not at all.
#![cfg(test)]

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
};

use support::{Files, Random, files, here};
use workplace_events_codegen::{
    compile::{Compiled, compile_files},
    emit::{EmitError, Home, OutFile, Settings},
    output::Plan,
};

/// The schemas of all golden crates together, as if they were platforms of one folder.
fn schemas() -> Files {
    let fixtures = fs::read_dir(here("golden")).unwrap().map(|entry| entry.unwrap().path().join("schemas"));
    let mut found: Files = fixtures
        .filter(|folder| folder.is_dir())
        .flat_map(|folder| files(&folder, Path::new("schemas")))
        .collect();
    found.sort();
    found
}

fn emit(compiled: &Compiled) -> Result<Vec<OutFile>, EmitError> {
    compiled.emit(&Settings { home: Home::Workspace, version: "0.0.0".to_owned() })
}

/// An empty folder for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("determinism").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    folder
}

#[test]
fn the_order_of_the_files_does_not_matter() {
    let expected = emit(&compile_files(schemas())).unwrap();
    for seed in 0..8 {
        let mut schemas = schemas();
        Random(seed).shuffle(&mut schemas);
        let files = emit(&compile_files(schemas)).unwrap();
        for (one, other) in expected.iter().zip(&files) {
            assert_eq!(one, other, "seed {seed}");
        }
        assert_eq!(expected.len(), files.len(), "seed {seed}");
    }
}

#[test]
fn what_was_written_is_current() {
    let root = folder("current");
    let files = emit(&compile_files(schemas())).unwrap();
    let first = Plan::new(&root, files.clone()).unwrap();
    assert_eq!(first.create, files);
    first.apply().unwrap();
    let second = Plan::new(&root, files.clone()).unwrap();
    assert!(second.is_current(), "{}", second.diff());
    assert_eq!(second.unchanged.len(), files.len());
}

#[test]
fn nothing_is_written_from_schemas_with_an_error() {
    let mut schemas = schemas();
    schemas
        .push((PathBuf::from("schemas/tide/gauge/broken.yaml"), b"event: broken\ntitle: Broken\n".to_vec()));
    let compiled = compile_files(schemas);
    assert!(compiled.diagnostics.has_errors());
    assert!(matches!(emit(&compiled), Err(EmitError::Schemas)));
}

#[test]
fn a_file_that_cannot_be_written_leaves_the_others_as_they_are() {
    let root = folder("blocked");
    let file = |path: &str, body: &str| OutFile { path: path.to_owned(), body: body.to_owned() };
    fs::create_dir_all(&root).unwrap();
    fs::write(root.join("a.rs"), "old").unwrap();
    // No folder can be made where a file is.
    fs::write(root.join("z"), "a file").unwrap();
    let plan =
        Plan::new(&root, vec![file("a.rs", "new"), file("b.rs", "new"), file("z/c.rs", "new")]).unwrap();
    assert!(plan.apply().is_err());
    assert_eq!(fs::read_to_string(root.join("a.rs")).unwrap(), "old");
    let mut left: Vec<_> = fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["a.rs", "z"]);
}
