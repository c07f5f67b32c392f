//! Fields and types as they are written.

use std::collections::BTreeSet;

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};

use crate::scaffold::scalar;

/// A field, before it is written.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// The key on the wire.
    pub(super) key: String,
    /// Its type.
    pub(super) ty: String,
    /// Further keys with their values, as they are written.
    pub(super) more: Vec<(&'static str, String)>,
    /// Known values, as they are written.
    pub(super) values: Vec<String>,
    /// What its author should look at.
    pub(super) notes: Vec<String>,
}

/// Types that were named so far.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// Names with fields, as they are written.
    pub(super) types: Vec<(String, Vec<String>)>,
    /// Names that are taken.
    taken: BTreeSet<String>,
}

/// How far a type's fields are indented.
pub(super) const IN_TYPE: usize = 6;
/// Longer lines are written as blocks.
const WIDTH: usize = 118;

impl Draft {
    /// Names that the types of the draft may not have.
    pub(super) fn taken(names: impl IntoIterator<Item = String>) -> Draft {
        Draft { types: Vec::new(), taken: names.into_iter().collect() }
    }

    /// The name of a type with these fields: the same for the same fields. Without a name of its own it has one from the key.
    pub(super) fn name(&mut self, own: Option<&str>, key: &str, fields: Vec<String>) -> String {
        if let Some((name, _)) = self.types.iter().find(|(_, known)| *known == fields) {
            return name.clone();
        }
        let camel = |text: &str| {
            let camel = text.to_upper_camel_case();
            camel.trim_start_matches(|c: char| !c.is_ascii_alphabetic()).to_owned()
        };
        let own = own.map(camel).filter(|own| !own.is_empty() && !self.taken.contains(own));
        let stem = own.unwrap_or_else(|| {
            let camel = camel(key);
            format!("{}Data", if camel.is_empty() { "Part" } else { &camel })
        });
        let mut name = stem.clone();
        let mut number = 2;
        while self.taken.contains(&name) || self.types.iter().any(|(known, _)| *known == name) {
            name = format!("{stem}{number}");
            number += 1;
        }
        self.types.push((name.clone(), fields));
        name
    }
}

/// Fields as they are written, below an indent that the lines do not have yet. Rust names that are not those of the keys are
/// given; `taken` are those of other fields.
pub(super) fn write(fields: &[Line], indent: usize, taken: &BTreeSet<String>) -> Vec<String> {
    let mut names = taken.clone();
    let mut lines = Vec::new();
    for line in fields {
        let snake = line.key.to_snake_case();
        let stem = match snake.as_str() {
            "" => "field".to_owned(),
            "self" | "super" | "crate" => format!("field_{snake}"),
            _ if snake.starts_with(|c: char| c.is_ascii_digit()) => format!("field_{snake}"),
            _ => snake.clone(),
        };
        let mut name = stem.clone();
        let mut number = 2;
        while names.contains(&name) {
            name = format!("{stem}_{number}");
            number += 1;
        }
        let mut more = line.more.clone();
        if name != snake {
            more.push(("rust_name", scalar(&name)));
        }
        names.insert(name);
        lines.extend(line.notes.iter().map(|note| format!("# {note}")));
        lines.extend(field(line, &more, indent));
    }
    lines
}

/// A field on a line, or as a block where that would be long.
fn field(line: &Line, more: &[(&'static str, String)], indent: usize) -> Vec<String> {
    let key = scalar(&line.key);
    let flat: String = more.iter().map(|(key, value)| format!(", {key}: {value}")).collect();
    let values = match &line.values[..] {
        [] => String::new(),
        values => format!(", values: {{ {} }}", values.join(", ")),
    };
    let flat = format!("{key}: {{ type: {}, about: \"\"{flat}{values} }}", in_flow(&line.ty));
    if indent + flat.chars().count() < WIDTH && line.values.len() < 3 {
        return vec![flat];
    }
    let mut lines = vec![format!("{key}:"), format!("  type: {}", line.ty), "  about: \"\"".to_owned()];
    lines.extend(more.iter().map(|(key, value)| format!("  {key}: {value}")));
    if !line.values.is_empty() {
        lines.push("  values:".to_owned());
    }
    lines.extend(line.values.iter().map(|value| format!("    {value}")));
    lines
}

/// A type inside `{ }`, where a comma would end it.
fn in_flow(ty: &str) -> String {
    if ty.contains(',') { format!("\"{ty}\"") } else { ty.to_owned() }
}
