//! Drift as lines of JSON.

use std::{
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::json;

use crate::drift::Drift;

/// Writes every reported drift as a line of JSON (`event`, `path`, `kind`, `expected`, `found`): places and types, and of the
/// payload names of keys, and values of up to 40 characters that a set does not list or that could not be read.
/// `cargo xtask verify` of this project reads such a file, and `verify --fix` writes such values and types into the schemas.
///
/// ```no_run
/// # use workplace_events_runtime::{dispatch::{Dispatcher, DriftLog}, platform::Platform};
/// # fn example<P: Platform>() -> std::io::Result<()> {
/// let log = DriftLog::new(std::fs::File::create("drift.ndjson")?);
/// let builder = Dispatcher::<P>::builder().on_drift(move |event, drift| log.write(event, drift));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct DriftLog(Arc<Mutex<dyn Write + Send>>);

impl DriftLog {
    /// Writes to a file, or to whatever else.
    pub fn new(to: impl Write + Send + 'static) -> Self {
        DriftLog(Arc::new(Mutex::new(to)))
    }

    /// Writes one line. What cannot be written is logged, and harms no event.
    pub fn write(&self, event: &str, drift: &Drift) {
        let Drift { kind, path, expected, found } = drift;
        let line = json!({
            "event": event,
            "path": path,
            "kind": kind.name(),
            "expected": expected,
            "found": found,
        });
        let mut to = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = writeln!(to, "{line}").and_then(|()| to.flush()) {
            tracing::warn!(%error, "a drift could not be written");
        }
    }
}

impl std::fmt::Debug for DriftLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DriftLog").finish_non_exhaustive()
    }
}
