//! `gen --out`: a crate outside of the workspace, in a folder that may hold other things.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use workplace_events_codegen::output::{Plan, is_generated};

use crate::{
    repository::folder,
    term::{Done, Stop},
};

/// Refuses folders in which a crate of its own would break this repository.
pub(crate) fn check_folder(out: &Path) -> Done {
    let is = |name: &str, test: fn(&Path, &Path) -> bool| match (
        out.canonicalize(),
        folder(name).canonicalize(),
    ) {
        (Ok(out), Ok(folder)) => test(&out, &folder),
        _ => false,
    };
    let reason = if is("", |out, repository| repository.starts_with(out)) {
        "this folder holds the repository; give one for the crate alone"
    } else if is("generated", |out, generated| out == generated) {
        "this is where the crate of the workspace is; leave `--out` away"
    } else {
        return Ok(());
    };
    Err(Stop::Usage(format!("{}: {reason}", out.display())))
}

/// Refuses a plan that changes or deletes a file which no run has written. Payloads carry no mark, and a crate further down may
/// be of another run: nothing is ours unless the manifest is.
pub(crate) fn check_plan(out: &Path, plan: &Plan) -> Done {
    let ours = fs::read_to_string(out.join("Cargo.toml")).is_ok_and(|text| is_generated(&text));
    let is_ours = |path: &str, old: &str| ours && (is_generated(old) || path.starts_with("payloads/"));
    let updated = plan.update.iter().map(|(file, old)| (file.path.as_str(), old));
    let deleted = plan.delete.iter().map(|(path, old)| (path.as_str(), old));
    match updated.chain(deleted).find(|(path, old)| !is_ours(path, old)) {
        None => Ok(()),
        Some((path, _)) => Err(Stop::Usage(format!(
            "{}: this file was not generated here and would be lost; give another folder",
            out.join(path).display()
        ))),
    }
}

/// The way from the output folder to the runtime, with `/`. The folder need not be there yet.
pub(crate) fn path_to_runtime(out: &Path) -> Done<String> {
    let failed = |error: io::Error| Stop::Internal(format!("{}: {error}", out.display()));
    let from = std::path::absolute(out).and_then(|out| real(&out)).map_err(failed)?;
    let to = folder("runtime").canonicalize().map_err(failed)?;
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    // On another disk there is no way but the whole path.
    let up = if common == 0 { 0 } else { from.len() - common };
    let down = to[common..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    Ok(std::iter::repeat_n("..".to_owned(), up).chain(down).collect::<Vec<_>>().join("/"))
}

/// A path without links, of which only the beginning has to be there.
fn real(path: &Path) -> io::Result<PathBuf> {
    if let Ok(real) = path.canonicalize() {
        return Ok(real);
    }
    match (path.parent(), path.components().next_back()) {
        (Some(parent), Some(Component::Normal(name))) => Ok(real(parent)?.join(name)),
        _ => path.canonicalize(),
    }
}
