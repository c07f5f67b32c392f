//! Words: the prose of the schemas made safe for Markdown, and facts in words. Rust docs and pages share them.

mod escape;

pub(crate) use self::escape::{autolink, closing, code, longest_run, markdown, run};
use crate::model::{
    Constraints, Deprecated, Event, Evidence, Field, FieldType, FormKey, Platform, ScalarKind, TimeFormat,
};

/// Prose that ends with a stop.
pub(crate) fn sentence(prose: &str) -> String {
    let text = markdown(prose);
    let last = prose.trim_end().trim_end_matches([')', '"', '\'', '\u{201d}']);
    let ends = last.ends_with(['.', '!', '?', ':', '…', '。', '！', '？', '：']);
    if text.is_empty() || ends { text } else { format!("{text}.") }
}

/// Codes in a list: `a`, `b` or `c`.
pub(crate) fn any_of(items: &[String]) -> String {
    let quoted: Vec<_> = items.iter().map(|item| code(item)).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// Words in a list: a, b and c.
pub(crate) fn list(items: &[String]) -> String {
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// Codes in a list: `a`, `b` and `c`.
pub(crate) fn all_of(items: &[String]) -> String {
    list(&items.iter().map(|item| code(item)).collect::<Vec<_>>())
}

/// What a deprecation says.
pub(crate) fn deprecation(deprecated: &Deprecated) -> String {
    deprecation_with(deprecated, code)
}

/// The same, with links to what is to be used instead.
pub(crate) fn deprecation_with(deprecated: &Deprecated, link: impl Fn(&str) -> String) -> String {
    let mut text = match &deprecated.since {
        Some(since) => format!("Deprecated since {}.", markdown(since)),
        None => "Deprecated.".to_owned(),
    };
    if let Some(replacement) = &deprecated.replacement {
        text.push_str(&format!(" Use {} instead.", link(replacement)));
    }
    if let Some(note) = &deprecated.note {
        text.push(' ');
        text.push_str(&sentence(note));
    }
    text
}

/// What is to be said about a field besides its `about`, a sentence each.
pub(crate) fn notes(platform: &Platform, field: &Field) -> Vec<String> {
    let mut keys: Vec<(&FormKey, Vec<String>)> = Vec::new();
    for (form, key) in platform.forms.iter().zip(&field.keys) {
        match keys.iter_mut().find(|(other, _)| *other == key) {
            Some((_, forms)) => forms.push(form.name.clone()),
            None => keys.push((key, vec![form.name.clone()])),
        }
    }
    let keys = keys.iter().filter_map(|(key, forms)| {
        let forms = format!("{} {}", if forms.len() == 1 { "form" } else { "forms" }, all_of(forms));
        match key {
            FormKey::Own => None,
            FormKey::Key(key) => Some(format!("Called {} in the {forms}.", code(key))),
            FormKey::Absent => Some(format!("Not in the {forms}.")),
        }
    });
    promises(field).into_iter().chain(keys).chain(life(field)).collect()
}

/// What the platform promises about the value of a field, a sentence each.
pub(crate) fn promises(field: &Field) -> Vec<String> {
    let mut notes: Vec<String> = unit(&field.ty).map(str::to_owned).into_iter().collect();
    if !field.requires.is_empty() {
        notes.push(format!("Filled only with the permission {}.", any_of(&field.requires)));
    }
    notes.extend(constraints(&field.constraints));
    notes
}

/// How far a field can be relied on, a sentence each.
pub(crate) fn life(field: &Field) -> Vec<String> {
    let mut notes: Vec<String> = evidence(field.evidence).map(str::to_owned).into_iter().collect();
    if let Some(since) = &field.since {
        notes.push(format!("Since {}.", markdown(since)));
    }
    if let Some(deprecated) = &field.deprecated {
        notes.push(deprecation(deprecated));
    }
    if field.secret {
        notes.push("Secret: `Debug` does not show it.".to_owned());
    }
    notes
}

/// What is to be said about what is not certain.
pub(crate) fn evidence(of: Evidence) -> Option<&'static str> {
    match of {
        Evidence::Documented => None,
        Evidence::Sample => Some("Inferred from samples, not from a table of the platform."),
        Evidence::None => Some("Not confirmed by a sample."),
    }
}

fn unit(ty: &FieldType) -> Option<&'static str> {
    match ty {
        FieldType::Scalar(scalar) => match scalar.kind {
            ScalarKind::Time(TimeFormat::UnixS) => Some("In seconds since 1970."),
            ScalarKind::Time(TimeFormat::UnixMs) => Some("In milliseconds since 1970."),
            ScalarKind::Time(TimeFormat::UnixUs) => Some("In microseconds since 1970."),
            ScalarKind::Time(TimeFormat::UnixAuto) => {
                Some("Since 1970; seconds, milliseconds or microseconds by the number of digits.")
            }
            ScalarKind::Time(TimeFormat::FractionalS) => Some("In seconds since 1970, with a fraction."),
            _ => None,
        },
        FieldType::JsonText(inner) => unit(inner),
        _ => None,
    }
}

/// Constraints, a sentence each.
pub(crate) fn constraints(of: &Constraints) -> Vec<String> {
    let mut out = Vec::new();
    let range = |min: Option<String>, max: Option<String>, [one, many]: [&str; 2]| {
        // The last number decides, as it is said.
        let unit = if max.as_ref().or(min.as_ref()).is_some_and(|last| last == "1") { one } else { many };
        match (min, max) {
            (Some(min), Some(max)) if min == max => Some(format!("Exactly {min}{unit}.")),
            (Some(min), Some(max)) => Some(format!("{min} to {max}{unit}.")),
            (Some(min), None) => Some(format!("At least {min}{unit}.")),
            (None, Some(max)) => Some(format!("At most {max}{unit}.")),
            (None, None) => None,
        }
    };
    let text = |n: Option<u64>| n.map(|n| n.to_string());
    out.extend(range(text(of.min_len), text(of.max_len), [" character", " characters"]));
    out.extend(range(text(of.min_items), text(of.max_items), [" entry", " entries"]));
    out.extend(range(of.min.map(|n| n.to_string()), of.max.map(|n| n.to_string()), ["", ""]));
    if let Some(pattern) = &of.pattern {
        out.push(format!("Matches {}.", code(pattern)));
    }
    if let Some(constant) = &of.constant {
        out.push(format!("Always {}.", code(constant)));
    }
    out
}

/// How an event is delivered, in one line: `webhook, long_connection (isv: webhook)`.
pub(crate) fn delivery(event: &Event) -> String {
    let of = |(kind, ways): &(String, Vec<String>)| {
        if kind.is_empty() { ways.join(", ") } else { format!("{kind}: {}", ways.join(", ")) }
    };
    event.delivery.iter().map(of).collect::<Vec<_>>().join("; ")
}

/// A scalar as a schema spells it.
pub(crate) fn scalar(of: ScalarKind) -> String {
    let time = match of {
        ScalarKind::Text => return "string".to_owned(),
        ScalarKind::Int => return "int".to_owned(),
        ScalarKind::Float => return "float".to_owned(),
        ScalarKind::Bool => return "bool".to_owned(),
        ScalarKind::Time(time) => time,
    };
    let format = match time {
        TimeFormat::UnixS => "unix_s",
        TimeFormat::UnixMs => "unix_ms",
        TimeFormat::UnixUs => "unix_us",
        TimeFormat::UnixAuto => "unix_auto",
        TimeFormat::FractionalS => "fractional_s",
        TimeFormat::Rfc3339 => "rfc3339",
        TimeFormat::Datetime => "datetime",
        TimeFormat::DatetimeMinute => "datetime_minute",
        TimeFormat::Date => "date",
        TimeFormat::CompactDate => "compact_date",
    };
    format!("time<{format}>")
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn sentences_end_once() {
        assert_eq!(sentence("A word"), "A word.");
        assert_eq!(sentence("Ends already. "), "Ends already.");
        assert_eq!(sentence("Ends (in brackets.)"), "Ends (in brackets.)");
        assert_eq!(sentence("Ends with `code.`"), "Ends with `code.`.");
        assert_eq!(sentence(""), "");
    }
}
