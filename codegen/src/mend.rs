//! What captured payloads say is missing in the schemas, as edits of them: new fields, new values, wider types.
//!
//! Nothing is guessed that a person has to know: words that only the author has are asked for by `check`, and a finding that no
//! edit is certain for is left with the reason.

mod edit;
mod example;
mod plan;
mod target;
mod widen;
mod write;

pub(crate) use self::example::masked;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use self::plan::{ASKED, Plan};
use crate::{
    compile::{Compiled, compile_files},
    diagnostic::{Code, Diagnostic, Severity},
    model::EventId,
    verify::{Finding, Refused, Verified},
};

/// A new field may show what was hidden before, such as JSON in a text: so many times in a row.
const ROUNDS: usize = 8;

/// What payloads make of the schemas.
#[derive(Debug, Default, PartialEq)]
pub struct Mended {
    /// The whole new text of each schema that changes, by its path as messages show it.
    pub files: BTreeMap<PathBuf, String>,
    /// Payloads that become examples, masked, by the path of the new file.
    pub examples: BTreeMap<PathBuf, String>,
    /// What changes, a line each.
    pub changes: Vec<String>,
    /// What does not.
    pub left: Vec<Left>,
    /// Payloads that changed something and become no example, and why.
    pub not_kept: Vec<(usize, String)>,
}

/// A finding that is not mended.
#[derive(Debug, Clone, PartialEq)]
pub struct Left {
    /// Which payload it is in.
    pub payload: usize,
    /// The finding.
    pub finding: Finding,
    /// Why no edit is certain, or what a person may do.
    pub why: String,
}

/// Nothing is changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotMended {
    /// A payload cannot be read.
    #[error("nothing was changed: {0}")]
    Refused(#[from] Refused),
    /// With the edits the schemas would have a mistake.
    #[error("nothing was changed: with the edits there would be a mistake; make them by hand\n{0}")]
    Broken(String),
    /// The edits help nothing.
    #[error(
        "nothing was changed: with the edits payload {payload} would have {after} findings instead of {before}; mend them by hand"
    )]
    NotFewer {
        /// Which payload, counted from 1.
        payload: usize,
        /// How many findings it has.
        before: usize,
        /// How many it would have.
        after: usize,
    },
}

/// Turns the findings in payloads into edits of the schemas, and the payloads into examples. `wanted` is as in
/// [`Verifier::payload`](crate::verify::Verifier::payload).
///
/// # Errors
///
/// [`NotMended`].
pub fn mend(compiled: &Compiled, wanted: &[EventId], payloads: &[&str]) -> Result<Mended, NotMended> {
    let before = read(compiled, wanted, payloads)?;
    let mut mended = Mended::default();
    let mut newer: Option<Compiled> = None;
    let mut touched = BTreeSet::new();
    for _ in 0..ROUNDS {
        let now = newer.as_ref().unwrap_or(compiled);
        let mut plan = Plan::new(now);
        for (payload, events) in read(now, wanted, payloads)?.iter().enumerate() {
            for event in events {
                for finding in &event.findings {
                    if plan.take(payload, event, finding) && event.body.is_some() {
                        touched.insert(payload);
                    }
                }
            }
        }
        let (edits, changes, left) = plan.edits();
        mended.left = left;
        if edits.is_empty() {
            break;
        }
        mended.changes.extend(changes);
        let changed = edit::apply(&now.sources, edits);
        let next = now.sources.iter().map(|(id, file)| {
            let text = changed.get(&id).unwrap_or(&file.text).clone();
            (file.path.clone(), text.into_bytes())
        });
        newer = Some(compile_files(next.collect::<Vec<_>>()));
    }
    let Some(now) = newer else {
        mended.leave(&before);
        return Ok(mended);
    };
    if let Some(mistake) = new_mistake(compiled, &now) {
        return Err(NotMended::Broken(mistake));
    }
    let after = read(&now, wanted, payloads)?;
    fewer(&before, &after, &touched)?;
    mended.leave(&after);
    example::keep(compiled, &now, (payloads, &before, &after), &mut mended);
    for ((_, old), (_, new)) in compiled.sources.iter().zip(now.sources.iter()) {
        if old.text != new.text {
            mended.files.insert(new.path.clone(), new.text.replace(ASKED, "\"\""));
        }
    }
    Ok(mended)
}

impl Mended {
    /// Whatever is still found in a payload is left, even where an edit was thought to mend it.
    fn leave(&mut self, found: &[Vec<Verified>]) {
        for (payload, events) in found.iter().enumerate() {
            let events = events.iter().filter(|event| event.body.is_some());
            for finding in events.flat_map(|event| &event.findings) {
                let is_it = |left: &Left| {
                    let there = &left.finding;
                    left.payload == payload && (&there.path, &there.kind) == (&finding.path, &finding.kind)
                };
                if !self.left.iter().any(is_it) {
                    let why = "no edit was found; mend it by hand".to_owned();
                    self.left.push(Left { payload, finding: finding.clone(), why });
                }
            }
        }
    }
}

fn read(compiled: &Compiled, wanted: &[EventId], payloads: &[&str]) -> Result<Vec<Vec<Verified>>, Refused> {
    compiled.with_verifier(|verifier| payloads.iter().map(|json| verifier.read(wanted, json)).collect())
}

/// How many findings a payload has; those of a drift log stay whatever the schema says.
fn count(events: &[Verified]) -> usize {
    events.iter().filter(|event| event.body.is_some()).map(|event| event.findings.len()).sum()
}

/// No payload may have more findings than before, and those that the edits are for have fewer.
fn fewer(
    before: &[Vec<Verified>],
    after: &[Vec<Verified>],
    touched: &BTreeSet<usize>,
) -> Result<(), NotMended> {
    for (payload, (before, after)) in before.iter().zip(after).enumerate() {
        let (before, after) = (count(before), count(after));
        if after > before || (after == before && touched.contains(&payload)) {
            return Err(NotMended::NotFewer { payload: payload + 1, before, after });
        }
    }
    Ok(())
}

/// The first mistake that was not there before. Matters of style, examples that drift no more and waivers that nothing needs any more
/// are for `check` to tell.
fn new_mistake(before: &Compiled, after: &Compiled) -> Option<String> {
    let told_by_check = [Code::ExampleWithoutDrift, Code::UnusedWaiver];
    let is_mistake = |found: &&Diagnostic| {
        found.severity == Severity::Error && !found.code.is_lint() && !told_by_check.contains(&found.code)
    };
    let known: BTreeSet<(Code, &str)> =
        before.diagnostics.iter().map(|found| (found.code, found.message.as_str())).collect();
    let mut new = after.diagnostics.iter().filter(is_mistake);
    let found = new.find(|found| !known.contains(&(found.code, found.message.as_str())))?;
    let file = after.sources.get(found.primary.span.file)?;
    let (line, _) = file.line_column(found.primary.span.start);
    Some(format!("{}:{line}: {} [{}]", file.path.display(), found.message, found.code))
}
