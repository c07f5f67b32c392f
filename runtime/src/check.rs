//! Checking a payload against its table, without a Rust type: what `check` and `verify` do.

use crate::{
    decode::{Matches, decode, decode_into},
    drift::Drift,
    dynamic::Dynamic,
    encode::{encode, encode_value, lacks},
    envelope,
    equivalent::{Difference, equivalent},
    platform::Platform,
    table::{Encoding, Form},
    value::Coded,
};

/// What was found in a payload.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Findings {
    /// Drift, and values outside of what the platform promises.
    pub drift: Vec<Drift>,
    /// Where the payload, decoded and encoded again, is not the same.
    pub lost: Option<Difference>,
}

/// Checks the JSON of a body. `matches` decides about `pattern` constraints (expression, text).
///
/// # Errors
///
/// Broken JSON.
pub fn check(
    encoding: &Encoding<'_>,
    form: Option<Form>,
    envelope: &[&str],
    json: &str,
    matches: Matches<'_>,
) -> serde_json::Result<Findings> {
    let mut value = Dynamic::Absent;
    let drift = decode_into(encoding, form, envelope, &mut value, json, Some(matches))?;
    let again = serde_json::from_str(&encode_value(encoding, form, &value)?)?;
    let lost = equivalent(encoding, form, envelope, &serde_json::from_str(json)?, &again).err();
    Ok(Findings { drift, lost })
}

/// Checks an example payload against its Rust type: it is this event, decodes without drift (or with, where it is
/// there to show drift) and encodes to the same again. For the generated crate's tests.
///
/// # Errors
///
/// What is wrong with it.
pub fn event_example<P: Platform, T: Coded>(event: &str, payload: &str, drifts: bool) -> Result<(), String> {
    let opened = envelope::events(P::TABLE, None, payload.as_bytes()).map_err(|error| error.to_string())?;
    if opened.is_empty() {
        return Err("it holds no event".into());
    }
    for one in opened {
        if one.header.event() != event {
            return Err(format!("it is the event `{}`", one.header.event()));
        }
        let keys = P::TABLE.forms.get(usize::from(one.form.0)).map_or(&[][..], |form| form.envelope);
        same::<T>(one.form, keys, one.body(), drifts)?;
    }
    Ok(())
}

/// Checks an example answer against its Rust type.
///
/// # Errors
///
/// What is wrong with it.
pub fn response_example<T: Coded>(json: &str) -> Result<(), String> {
    let form = Form(0);
    same::<T>(form, &[], json, false)?;
    let decoded = decode::<T>(form, &[], json).map_err(|error| error.to_string())?;
    lacks(&decoded.body).map_or(Ok(()), |path| Err(format!("it lacks `{path}`")))
}

fn same<T: Coded>(form: Form, keys: &[&str], json: &str, drifts: bool) -> Result<(), String> {
    let decoded = decode::<T>(form, keys, json).map_err(|error| error.to_string())?;
    if decoded.drift.is_empty() == drifts {
        return Err(match decoded.drift.first() {
            Some(drift) => format!("it drifts: {drift}"),
            None => "it shows no drift".into(),
        });
    }
    if drifts {
        return Ok(());
    }
    let again = encode(&decoded.body, form).map_err(|error| error.to_string())?;
    let parse = |json: &str| serde_json::from_str(json).map_err(|error| error.to_string());
    equivalent(&T::ENCODING, Some(form), keys, &parse(json)?, &parse(&again)?).map_err(|at| at.to_string())
}
