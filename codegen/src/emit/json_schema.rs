//! `event.schema.json`: the schema language for editors.

use schemars::{generate::SchemaSettings, transform::AddNullable};

use crate::syntax::RawEvent;

/// The JSON Schema of an event file, as text.
#[must_use]
pub fn event_schema() -> String {
    let _ = AddNullable::default();
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<RawEvent>();
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
