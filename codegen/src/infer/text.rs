//! What texts and numbers may be.

use std::collections::BTreeSet;

use serde_json::Value;

/// Prefixes of Lark's ids, with the kinds of ids that its schemas have.
const PREFIXES: &[(&str, &str)] = &[
    ("ou_", "open_id"),
    ("on_", "union_id"),
    ("oc_", "chat_id"),
    ("om_", "message_id"),
    ("cli_", "app_id"),
    ("od-", "open_department_id"),
];
/// Keys under which one of a few values stands.
const CHOICES: &[&str] = &["type", "status", "kind", "action", "result", "state", "mode", "method", "reason"];

/// The texts that stood in one place.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Texts(BTreeSet<String>);

impl Texts {
    pub(super) fn of(text: &str) -> Texts {
        Texts([text.to_owned()].into())
    }

    pub(super) fn and(mut self, other: Texts) -> Texts {
        self.0.extend(other.0);
        self
    }

    fn all(&self, is: impl Fn(&str) -> bool) -> bool {
        !self.0.is_empty() && self.0.iter().all(|text| is(text))
    }

    /// Their type.
    pub(super) fn ty(&self, key: &str) -> &'static str {
        let as_int = |text: &str| text.parse::<i64>().ok().filter(|int| int.to_string() == text);
        let ints: Option<Vec<i64>> = self.0.iter().map(|text| as_int(text)).collect();
        match ints.filter(|ints| !ints.is_empty()).map(|ints| int(&ints, key)) {
            Some("time<unix_s>") => return "text<time<unix_s>>",
            Some("time<unix_ms>") => return "text<time<unix_ms>>",
            _ => {}
        }
        if self.all(|text| has_form(text, "0000-00-00 00:00:00")) {
            "time<datetime>"
        } else if self.all(|text| has_form(text, "0000-00-00")) {
            "time<date>"
        } else if self.all(|text| matches!(text, "true" | "false")) {
            "text<bool>"
        } else {
            "string"
        }
    }

    /// The kind of id that all of them are.
    pub(super) fn format(&self, known: &[&str]) -> Option<&'static str> {
        let of = |text: &str| {
            PREFIXES.iter().find(|(prefix, _)| text.starts_with(prefix)).map(|(_, format)| *format)
        };
        let first = of(self.0.first()?)?;
        (known.contains(&first) && self.all(|text| of(text) == Some(first))).then_some(first)
    }

    /// What may be all values that there are, where the key says that there are few.
    pub(super) fn values(&self, key: &str) -> Vec<&str> {
        let key = key.to_lowercase();
        let word = |text: &str| {
            text.len() <= 40
                && text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_uppercase())
                && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        let named = |text: &str| {
            !["unknown", "true", "false", "null", "yes", "no", "on", "off", "y", "n"]
                .contains(&text.to_lowercase().as_str())
        };
        let mut spelled: Vec<String> =
            self.0.iter().map(|text| text.to_lowercase().replace('_', "")).collect();
        spelled.dedup();
        if CHOICES.iter().any(|choice| key.ends_with(choice))
            && self.all(word)
            && self.all(named)
            && spelled.len() == self.0.len()
        {
            self.0.iter().map(String::as_str).collect()
        } else {
            Vec::new()
        }
    }
}

/// The type of integers: times by their size and the key.
pub(super) fn int(ints: &[i64], key: &str) -> &'static str {
    let key = key.to_lowercase();
    let is_time = ["time", "date", "timestamp", "_at", "born"].iter().any(|word| key.contains(word));
    let all = |from: i64, to: i64| ints.iter().all(|int| (from..to).contains(int));
    if is_time && all(1_000_000_000, 10_000_000_000) {
        "time<unix_s>"
    } else if is_time && all(1_000_000_000_000, 10_000_000_000_000) {
        "time<unix_ms>"
    } else {
        "int"
    }
}

/// The object or list that a text holds, if it holds one and nothing gets lost.
pub(super) fn json(text: &str) -> Option<Value> {
    let begins = text.trim_start().starts_with(['{', '[']);
    let value: Value = serde_json::from_str(text).ok().filter(|_| begins)?;
    let empty = match &value {
        Value::Object(object) => object.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    };
    (!empty).then_some(value)
}

/// Whether a text has a form in which `0` stands for any digit.
fn has_form(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text
            .chars()
            .zip(form.chars())
            .all(|(c, form)| if form == '0' { c.is_ascii_digit() } else { c == form })
}
