//! Fields and types as they are written.

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
    types: Vec<(String, String)>,
    /// Names that are taken by types that events share.
    taken: Vec<String>,
}

/// Where a type's fields stand.
pub(super) const IN_TYPE: &str = "      ";
/// Longer lines are written as blocks.
const WIDTH: usize = 118;

impl Draft {
    /// Names that the types of the draft may not have.
    pub(super) fn taken(names: impl IntoIterator<Item = String>) -> Draft {
        Draft { types: Vec::new(), taken: names.into_iter().collect() }
    }

    /// Everything below `types:`.
    pub(super) fn types(self) -> String {
        let types = self
            .types
            .into_iter()
            .map(|(name, fields)| format!("  {name}:\n    about: \"\"\n    fields:\n{fields}"));
        types.collect()
    }

    /// The name of a type with these fields: the same for the same fields. Without a name of its own it has one from the key.
    pub(super) fn name(&mut self, own: Option<&str>, key: &str, fields: String) -> String {
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

/// Fields as they are written; Rust names that are not those of the keys are given.
pub(super) fn write(lines: &[Line], indent: &str) -> String {
    let mut names: Vec<String> = Vec::new();
    let mut text = String::new();
    for line in lines {
        let snake = line.key.to_snake_case();
        let mut name = if snake.is_empty() { "field".to_owned() } else { snake.clone() };
        let mut number = 2;
        while names.contains(&name) {
            name = format!("{snake}_{number}");
            number += 1;
        }
        let mut more = line.more.clone();
        if name != snake {
            more.push(("rust_name", scalar(&name)));
        }
        names.push(name);
        for note in &line.notes {
            text.push_str(&format!("{indent}# {note}\n"));
        }
        text.push_str(&field(line, &more, indent));
    }
    text
}

/// A field on a line, or as a block where that would be long.
fn field(line: &Line, more: &[(&'static str, String)], indent: &str) -> String {
    let key = scalar(&line.key);
    let flat: String = more.iter().map(|(key, value)| format!(", {key}: {value}")).collect();
    let values = match &line.values[..] {
        [] => String::new(),
        values => format!(", values: {{ {} }}", values.join(", ")),
    };
    let flat = format!("{indent}{key}: {{ type: {}, about: \"\"{flat}{values} }}\n", in_flow(&line.ty));
    if flat.chars().count() <= WIDTH && line.values.len() < 3 {
        return flat;
    }
    let mut text = format!("{indent}{key}:\n{indent}  type: {}\n{indent}  about: \"\"\n", line.ty);
    for (key, value) in more {
        text.push_str(&format!("{indent}  {key}: {value}\n"));
    }
    if !line.values.is_empty() {
        text.push_str(&format!("{indent}  values:\n"));
    }
    for value in &line.values {
        text.push_str(&format!("{indent}    {value}\n"));
    }
    text
}

/// A type inside `{ }`, where a comma would end it.
fn in_flow(ty: &str) -> String {
    if ty.contains(',') { format!("\"{ty}\"") } else { ty.to_owned() }
}
