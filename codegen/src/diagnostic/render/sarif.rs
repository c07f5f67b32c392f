//! Findings as SARIF 2.1.0, which code hosts and editors read.
//! Format: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Place;
use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics, Label, Suggestion},
    source::{SourceMap, Span},
};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One SARIF log with one run; the rules are those that something was found for.
#[must_use]
pub fn sarif(diagnostics: &Diagnostics, sources: &SourceMap) -> String {
    let codes: BTreeSet<Code> = diagnostics.iter().map(|found| found.code).collect();
    let rules: Vec<Value> = codes.into_iter().map(rule).collect();
    let results: Vec<Value> = diagnostics.iter().map(|found| result(found, sources)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "workplace-events",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.as_str(),
        "shortDescription": { "text": code.title() },
        "fullDescription": { "text": code.explanation() },
        "defaultConfiguration": { "level": code.severity().as_str() },
    })
}

fn result(diagnostic: &Diagnostic, sources: &SourceMap) -> Value {
    let Diagnostic { code, severity, message, primary, secondary, help, notes, suggestion } = diagnostic;
    let text: Vec<&str> = [message].into_iter().chain(notes).chain(help).map(String::as_str).collect();
    let mut result = json!({
        "ruleId": code.as_str(),
        "level": severity.as_str(),
        "message": { "text": text.join("\n") },
        "locations": [{ "physicalLocation": location(primary.span, sources) }],
    });
    if !secondary.is_empty() {
        result["relatedLocations"] = secondary.iter().map(|label| related(label, sources)).collect();
    }
    if let Some(suggestion) = suggestion {
        result["fixes"] = json!([fix(suggestion, help.as_deref(), sources)]);
    }
    result
}

fn related(label: &Label, sources: &SourceMap) -> Value {
    json!({ "physicalLocation": location(label.span, sources), "message": { "text": label.text } })
}

fn fix(suggestion: &Suggestion, help: Option<&str>, sources: &SourceMap) -> Value {
    let Value::Object(mut change) = location(suggestion.span, sources) else { return Value::Null };
    let region = change.remove("region");
    change.insert(
        "replacements".to_owned(),
        json!([{ "deletedRegion": region, "insertedContent": { "text": suggestion.replacement } }]),
    );
    json!({ "description": { "text": help.unwrap_or("write it so") }, "artifactChanges": [change] })
}

fn location(span: Span, sources: &SourceMap) -> Value {
    let Place { file, line, column, end_line, end_column } = Place::of(span, sources);
    json!({
        "artifactLocation": { "uri": uri(&file) },
        "region": { "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column },
    })
}

/// A path as a relative URI: bytes that a URI cannot hold are escaped.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_keeps_its_places_and_its_change() {
        let mut sources = SourceMap::default();
        let file = sources.add("schemas/消 息.yaml".into(), "名: x\ntitel: Ping\n".into());
        let other = sources.add("schemas/b.yaml".into(), "b: 1\n".into());
        let key = Span { file, start: 7, end: 12 };
        let mut found = Diagnostics::new();
        found.push(
            Diagnostic::new(Code::UnknownKey, key, "unknown key")
                .also(Span { file: other, start: 0, end: 1 }, "as here")
                .help("did you mean `title`?")
                .suggest(key, "title"),
        );
        let log: Value = serde_json::from_str(&sarif(&found, &sources)).unwrap();
        let run = &log["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "WE0201");
        let result = &run["results"][0];
        let region = json!({ "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 6 });
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "schemas/%E6%B6%88%20%E6%81%AF.yaml");
        assert_eq!(place["region"], region);
        assert_eq!(result["message"]["text"], "unknown key\ndid you mean `title`?");
        assert_eq!(result["relatedLocations"][0]["message"]["text"], "as here");
        let change = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
        assert_eq!(change, &json!({ "deletedRegion": region, "insertedContent": { "text": "title" } }));
    }

    #[test]
    fn no_finding_is_a_run_without_results() {
        let log: Value = serde_json::from_str(&sarif(&Diagnostics::new(), &SourceMap::default())).unwrap();
        assert_eq!(log["runs"][0]["results"], json!([]));
    }
}
