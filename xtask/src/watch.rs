//! `gen --watch`: generates again whenever a schema changes.

use std::{path::Path, sync::mpsc, time::Duration};

use notify_debouncer_mini::{DebounceEventResult, new_debouncer, notify::RecursiveMode};

use crate::term::{Done, Stop, note, say};

/// Editors write a file in several steps; this long after the last of them it is read.
const QUIET: Duration = Duration::from_millis(150);

/// Runs once now, and again after every change below a folder, until the process is ended. Findings do not end it: they
/// are there to be mended.
pub(crate) fn run(folder: &Path, run: impl Fn() -> Done) -> Done {
    let (changed, changes) = mpsc::channel::<DebounceEventResult>();
    let mut debouncer = new_debouncer(QUIET, changed).map_err(Stop::internal)?;
    debouncer.watcher().watch(folder, RecursiveMode::Recursive).map_err(Stop::internal)?;
    once(&run)?;
    say(&format!("watching {}; Ctrl-C ends it", folder.display()));
    while let Ok(result) = changes.recv() {
        match result {
            Ok(events) if events.iter().any(|event| is_source(&event.path)) => once(&run)?,
            Ok(_) => {}
            Err(error) => note(&format!("error: {error}")),
        }
    }
    Ok(())
}

/// Schemas and their examples; not what editors put beside them.
fn is_source(path: &Path) -> bool {
    let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let extension = path.extension().and_then(|extension| extension.to_str());
    // A folder that came or went, too.
    !hidden && matches!(extension, Some("yaml" | "json") | None)
}

fn once(run: &impl Fn() -> Done) -> Done {
    match run() {
        Ok(()) | Err(Stop::Findings) => Ok(()),
        Err(stop) => Err(stop),
    }
}
