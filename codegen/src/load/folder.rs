//! The schema folder on disk.

use std::{
    ffi::{OsStr, OsString},
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{File, Found};

/// Folders below the schema folder: platform, domain, examples.
const MAX_DEPTH: usize = 3;

/// The folder's own name, with which the paths in messages begin.
pub fn name(folder: &Path) -> OsString {
    match folder.file_name() {
        Some(name) => name.to_owned(),
        None => folder
            .canonicalize()
            .ok()
            .and_then(|path| path.file_name().map(OsStr::to_owned))
            .unwrap_or_default(),
    }
}

/// Where a file stands on disk whose path begins with the folder's own name.
#[must_use]
pub fn place(folder: &Path, shown: &Path) -> PathBuf {
    folder.join(shown.iter().skip(1).collect::<PathBuf>())
}

/// All files that are not hidden, by paths that begin with the folder's own name.
pub fn files(folder: &Path) -> Vec<File> {
    let name = name(folder);
    let mut files = Vec::new();
    walk(folder, PathBuf::from(&name), 0, &mut files);
    if files.is_empty() {
        files.push((name.into(), unreadable(io::Error::other("the folder is empty"))));
    }
    files
}

fn walk(folder: &Path, shown: PathBuf, depth: usize, files: &mut Vec<File>) {
    let entries = fs::read_dir(folder).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
    let entries = match entries {
        Ok(entries) => entries,
        Err(error) => return files.push((shown, unreadable(error))),
    };
    for entry in entries {
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        let (path, shown) = (entry.path(), shown.join(&name));
        if !path.is_dir() {
            let found = fs::read(path).map_or_else(unreadable, Found::Bytes);
            files.push((shown, found));
        } else if depth < MAX_DEPTH {
            walk(&path, shown, depth + 1, files);
        } else {
            // Whatever is in it: the folder itself is reported.
            files.push((shown, Found::Bytes(Vec::new())));
        }
    }
}

fn unreadable(error: io::Error) -> Found {
    Found::Unreadable(Arc::new(error))
}
