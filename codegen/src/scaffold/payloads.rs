//! Payloads, opened.

use serde_json::{Map, Value};
use workplace_events_runtime::envelope;

use super::{ScaffoldError, Wanted};
use crate::{compile::Compiled, model::PlatformId};

/// What payloads say before their fields are looked at.
#[derive(Debug, Default)]
pub(super) struct Payloads {
    /// The bodies, without keys of the envelope.
    pub(super) bodies: Vec<Map<String, Value>>,
    /// Keys that stand in the bodies but are the envelope's.
    pub(super) envelope: Vec<String>,
    /// The protocol, where the platform has several.
    pub(super) protocol: Option<String>,
    /// The payloads that may become examples.
    pub(super) examples: Vec<String>,
    /// What the author should know.
    pub(super) notes: Vec<String>,
}

impl Payloads {
    /// Opens the sample of the page and the payloads.
    pub(super) fn open(
        compiled: &Compiled,
        id: PlatformId,
        wanted: &Wanted<'_>,
    ) -> Result<Payloads, ScaffoldError> {
        let mut all = Payloads::default();
        let page = wanted.page.and_then(|page| page.sample.as_deref());
        compiled.model.with_tables(&compiled.names, |tables| {
            let table = tables.platform(id);
            for (payload, of_page) in page
                .map(|text| (text, true))
                .into_iter()
                .chain(wanted.payloads.iter().map(|text| (*text, false)))
            {
                let opened = envelope::events(table, None, payload.as_bytes()).unwrap_or_default();
                let fits = opened.iter().any(|of| of.header.event() == wanted.event);
                if let Some(other) = opened.first().filter(|_| of_page && !fits) {
                    all.notes.push(format!(
                        "the sample of the page is one of `{}`; it was read, but is no example",
                        other.header.event()
                    ));
                } else {
                    all.examples.push(format!("{}\n", payload.trim()));
                }
                if opened.is_empty() || !(fits || of_page) {
                    all.bodies.push(object(payload)?);
                    continue;
                }
                for of in opened.iter().filter(|of| of_page || of.header.event() == wanted.event) {
                    let own = table.forms.get(usize::from(of.form.0)).map_or(&[][..], |form| form.envelope);
                    all.envelope.extend(own.iter().map(|key| (*key).to_owned()));
                    let protocol = Some(of.protocol(table)).filter(|name| !name.is_empty());
                    all.protocol = protocol.map(str::to_owned).or(all.protocol.take());
                    let mut body = object(of.body())?;
                    body.retain(|key, _| !own.contains(&key.as_str()));
                    all.bodies.push(body);
                }
            }
            Ok(all)
        })
    }
}

fn object(json: &str) -> Result<Map<String, Value>, ScaffoldError> {
    serde_json::from_str(json).map_err(|error| ScaffoldError::BadPayload(error.to_string()))
}
