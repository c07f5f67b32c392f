//! What texts and numbers may be.

use std::collections::BTreeSet;

use serde_json::Value;

use super::page::Unit;

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

/// Whether ids of a kind always begin the same way.
pub(super) fn has_prefix(format: &str) -> bool {
    PREFIXES.iter().any(|(_, known)| *known == format)
}

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

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The integers among them, where all are as JSON writes them.
    pub(super) fn ints(&self) -> Vec<i64> {
        let as_int = |text: &str| text.parse::<i64>().ok().filter(|int| int.to_string() == text);
        self.iter().map(as_int).collect::<Option<Vec<i64>>>().unwrap_or_default()
    }

    /// Their type.
    pub(super) fn ty(&self, key: &str) -> &'static str {
        let ints = self.ints();
        match int(&ints, key) {
            "time<unix_s>" => return "text<time<unix_s>>",
            "time<unix_ms>" => return "text<time<unix_ms>>",
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
    match unit(ints).filter(|_| is_time) {
        Some(Unit::S) => "time<unix_s>",
        Some(Unit::Ms) => "time<unix_ms>",
        Some(Unit::Us) | None => "int",
    }
}

/// The unit of times since 1970, by their size.
pub(super) fn unit(ints: &[i64]) -> Option<Unit> {
    let all = |from: i64| !ints.is_empty() && ints.iter().all(|int| (from..from * 10).contains(int));
    [(1_000_000_000, Unit::S), (1_000_000_000_000, Unit::Ms), (1_000_000_000_000_000, Unit::Us)]
        .into_iter()
        .find_map(|(from, unit)| all(from).then_some(unit))
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
