//! What the schema language allows at a place, read from the JSON Schema of its own types.

use std::sync::LazyLock;

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value};

use super::{cursor::Step, home::FileKind};
use crate::syntax::{RawEvent, RawPlatform, RawTypesFile};

static EVENT: LazyLock<Value> = LazyLock::new(schema::<RawEvent>);
static PLATFORM: LazyLock<Value> = LazyLock::new(schema::<RawPlatform>);
static TYPES: LazyLock<Value> = LazyLock::new(schema::<RawTypesFile>);

fn schema<T: JsonSchema>() -> Value {
    SchemaSettings::draft07().into_generator().into_root_schema_for::<T>().to_value()
}

/// What may stand at a place.
#[derive(Debug, Clone, Default)]
pub(super) struct Spot {
    /// What may stand there: references are followed, choices are all there.
    forms: Vec<Form>,
    /// The mapping and the key in it that the place belongs to, through lists and maps with free keys.
    pub(super) owner: Option<(&'static str, String)>,
}

/// One way to write what stands at a place.
#[derive(Debug, Clone)]
struct Form {
    root: &'static Value,
    /// The name of the type, where it has one.
    name: &'static str,
    schema: &'static Map<String, Value>,
}

/// A key that a mapping takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) required: bool,
}

impl Spot {
    /// The top of a file.
    pub(super) fn top(kind: FileKind) -> Spot {
        let root: &'static Value = match kind {
            FileKind::Platform => &PLATFORM,
            FileKind::Types => &TYPES,
            FileKind::Event => &EVENT,
        };
        let mut forms = Vec::new();
        collect(root, root, text(root, "title"), &mut forms);
        Spot { forms, owner: None }
    }

    /// The place that some steps lead to.
    pub(super) fn below(self, steps: &[Step<'_>]) -> Spot {
        steps.iter().fold(self, |spot, step| spot.step(*step))
    }

    fn step(&self, step: Step<'_>) -> Spot {
        let mut next = Spot { forms: Vec::new(), owner: self.owner.clone() };
        for form in &self.forms {
            let known = |key: &str| form.schema.get("properties").and_then(|keys| keys.get(key));
            let below = match step {
                Step::Item => form.schema.get("items"),
                Step::Key(key) => match known(key) {
                    Some(below) => {
                        next.owner = Some((form.name, key.to_owned()));
                        Some(below)
                    }
                    None => form.schema.get("additionalProperties").filter(|below| below.is_object()),
                },
            };
            if let Some(below) = below {
                collect(form.root, below, "", &mut next.forms);
            }
        }
        next
    }

    /// The keys of the mapping that may stand here; none for a map with free keys.
    pub(super) fn keys(&self) -> Vec<Key> {
        let mut keys = Vec::new();
        for form in &self.forms {
            let required = form.schema.get("required").and_then(Value::as_array);
            for (name, schema) in
                form.schema.get("properties").and_then(Value::as_object).into_iter().flatten()
            {
                let required = required.is_some_and(|required| required.iter().any(|key| key == name));
                keys.push(Key { name, about: text(schema, "description"), required });
            }
        }
        keys
    }

    /// Whether a map with free keys may stand here.
    pub(super) fn is_free(&self) -> bool {
        self.forms.iter().any(|form| form.schema.get("additionalProperties").is_some_and(Value::is_object))
    }

    /// Whether a mapping with this name may stand here.
    pub(super) fn is_a(&self, name: &str) -> bool {
        self.forms.iter().any(|form| form.name == name)
    }

    /// Whether a text may stand here.
    pub(super) fn takes_text(&self) -> bool {
        let is_text = |kind: &Value| kind == "string";
        self.forms.iter().filter_map(|form| form.schema.get("type")).any(|kind| match kind {
            Value::Array(kinds) => kinds.iter().any(is_text),
            kind => is_text(kind),
        })
    }

    /// The words of which one must stand here.
    pub(super) fn words(&self) -> Vec<&'static str> {
        let words = |form: &Form| -> Vec<&'static str> {
            match (form.schema.get("enum"), form.schema.get("type")) {
                (Some(Value::Array(words)), _) => words.iter().filter_map(Value::as_str).collect(),
                (_, Some(kind)) if kind == "boolean" => vec!["true", "false"],
                _ => Vec::new(),
            }
        };
        self.forms.iter().flat_map(words).collect()
    }
}

/// Follows references and choices.
fn collect(root: &'static Value, schema: &'static Value, name: &'static str, forms: &mut Vec<Form>) {
    if let Some(path) = schema.get("$ref").and_then(Value::as_str) {
        let target = path.strip_prefix('#').and_then(|path| root.pointer(path));
        if let Some(target) = target {
            collect(root, target, path.rsplit('/').next().unwrap_or_default(), forms);
        }
        return;
    }
    let choices =
        ["anyOf", "allOf", "oneOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
    let mut chosen = false;
    for choice in choices {
        chosen = true;
        collect(root, choice, name, forms);
    }
    if let Some(schema) = schema.as_object().filter(|_| !chosen) {
        forms.push(Form { root, name, schema });
    }
}

fn text(schema: &'static Value, key: &str) -> &'static str {
    schema.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(kind: FileKind, steps: &[&str]) -> Spot {
        let steps: Vec<_> =
            steps.iter().map(|step| if *step == "-" { Step::Item } else { Step::Key(step) }).collect();
        Spot::top(kind).below(&steps)
    }

    #[test]
    fn a_place_knows_its_keys() {
        let names = |spot: &Spot| spot.keys().into_iter().map(|key| key.name).collect::<Vec<_>>();
        let field = spot(FileKind::Event, &["types", "Sender", "fields", "id"]);
        assert!(field.is_a("Field") && !field.takes_text() && names(&field).contains(&"format"));
        let required = field.keys().into_iter().filter(|key| key.required).map(|key| key.name);
        assert_eq!(required.collect::<Vec<_>>(), ["about", "type"]);
        assert_eq!(
            names(&spot(FileKind::Types, &["types", "Sender", "fields", "id", "requires"])),
            ["any_of", "set"]
        );
        assert!(
            spot(FileKind::Platform, &["forms"]).is_free()
                && names(&spot(FileKind::Platform, &["forms"])).is_empty()
        );
    }

    #[test]
    fn a_place_knows_whose_key_it_belongs_to() {
        let owner = |kind, steps: &[&str]| spot(kind, steps).owner.unwrap();
        assert_eq!(
            owner(FileKind::Event, &["permissions", "any_of", "-"]),
            ("Permissions", "any_of".to_owned())
        );
        assert_eq!(owner(FileKind::Event, &["delivery", "isv", "-"]), ("Event", "delivery".to_owned()));
        assert_eq!(
            owner(FileKind::Platform, &["permission_sets", "read", "-"]),
            ("Platform", "permission_sets".to_owned())
        );
    }

    #[test]
    fn a_place_knows_its_words() {
        assert_eq!(spot(FileKind::Event, &["kind"]).words(), ["event", "callback"]);
        assert_eq!(spot(FileKind::Event, &["fields", "a", "always"]).words(), ["true", "false"]);
        assert_eq!(
            spot(FileKind::Event, &["fields", "a", "accepts", "-"]).words(),
            ["string", "int", "float", "bool"]
        );
        assert!(spot(FileKind::Event, &["nothing", "here"]).words().is_empty());
    }
}
