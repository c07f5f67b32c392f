//! What code hosts are told is SARIF: every finding there is a fixture of, against the official schema of SARIF 2.1.0.
//!
//! The schema comes with the sources of `serde-sarif`, which cargo has unpacked; nothing else of that crate is used.
#![cfg(test)]

mod support;

use std::{fs, path::PathBuf, process::Command};

use boon::{Compiler, Schemas};
use serde_json::Value;
use support::here;
use workplace_events_codegen::{compile::compile, diagnostic::render};

fn run(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn official_schema() -> Value {
    let rustc = run("rustc", &["-vV"]);
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    // Of other platforms not every package is there.
    let args = ["metadata", "--format-version=1", "--offline", "--locked", "--filter-platform", host];
    let metadata: Value = serde_json::from_str(&run(env!("CARGO"), &args)).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let manifest = PathBuf::from(package["manifest_path"].as_str().unwrap());
    let mut schema: Value =
        serde_json::from_slice(&fs::read(manifest.with_file_name("src/schema.json")).unwrap()).unwrap();
    drop_broken_patterns(&mut schema);
    schema
}

/// The schema has one pattern, of languages, that is no regular expression: it closes a bracket that it does not open.
fn drop_broken_patterns(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.get("pattern").and_then(Value::as_str).is_some_and(|it| it.ends_with("[a-zA-Z]{2}]?$"))
            {
                object.remove("pattern");
            }
            object.values_mut().for_each(drop_broken_patterns);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_broken_patterns),
        _ => {}
    }
}

#[test]
fn every_finding_is_told_in_valid_sarif() {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.add_resource("sarif.json", official_schema()).unwrap();
    let sarif = compiler.compile("sarif.json", &mut schemas).unwrap();
    let valid = |text: &str| {
        let value: Value = serde_json::from_str(text).unwrap();
        schemas.validate(&value, sarif).map_err(|error| format!("{error:#}"))
    };
    let mut folders: Vec<PathBuf> =
        fs::read_dir(here("diagnostics")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.push(here("thirty"));
    assert!(folders.len() > 100);
    for folder in folders {
        let compiled = compile(&folder.join("schemas"));
        let text = render::sarif(&compiled.diagnostics, &compiled.sources);
        assert_eq!(valid(&text), Ok(()), "{}: {text}", folder.display());
    }
    assert!(valid(r#"{ "version": "2.1.0", "runs": [{}] }"#).is_err(), "a run has a tool");
}
