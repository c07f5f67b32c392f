//! `verify --fix`.

use workplace_events_codegen::{compile::Compiled, mend, model::EventId};

use super::{Found, Payload, verify};
use crate::{
    repository::Schemas,
    term::{Done, note},
};

/// Changes the schemas, all of it or nothing, and gives the findings that are left.
pub(super) fn fix(
    schemas: &Schemas,
    compiled: &mut Compiled,
    wanted: &[EventId],
    payloads: &[Payload<'_>],
    found: Vec<Found>,
) -> Done<Vec<Found>> {
    let texts: Vec<&str> = payloads.iter().map(|payload| payload.text).collect();
    let mended = match mend::mend(compiled, wanted, &texts) {
        Ok(mended) => mended,
        Err(refused) => {
            note(&refused.to_string());
            return Ok(found);
        }
    };
    schemas.replace(compiled, &mended.files, &mended.examples)?;
    mended.changes.iter().for_each(|change| note(change));
    mended.examples.keys().for_each(|path| note(&format!("{}: the payload, masked", path.display())));
    for (payload, why) in &mended.not_kept {
        let of = payloads.get(*payload).map_or(String::new(), Payload::place);
        note(&format!("{of}: this payload is not stored: {why}"));
    }
    if mended.files.is_empty() {
        note("nothing was changed: no edit is certain");
    } else {
        let option = schemas.option();
        note(&format!(
            "next: 1. fill in what `cargo xtask check{option}` asks for, and look at the payload once more"
        ));
        note(&format!("      2. run `cargo xtask gen{option}`"));
        *compiled = schemas.compile()?;
    }
    let left = verify(compiled, wanted, payloads, &mut Vec::new()).into_iter().filter_map(|found| {
        let is_it = |left: &&mend::Left| {
            let (one, other) = (&left.finding, &found.finding);
            left.payload == found.payload && (&one.path, &one.kind) == (&other.path, &other.kind)
        };
        let why = mended.left.iter().find(is_it)?.why.clone();
        Some(Found { why: Some(why), ..found })
    });
    Ok(left.collect())
}
