//! What the generator costs, and what its output costs rustc: `cargo bench -p workplace-events-codegen --bench compile`.
//!
//! Invents a platform with 1, 40 and 500 events (or as many as its arguments say: `-- 10 100`), of eight objects with eight
//! fields each, every field documented. Prints how long generating takes, and the CPU seconds of `cargo check` for the
//! generated crate alone, beside a twin with the same types and `serde` derives, in the same run. The twin of 500 events is
//! left out unless `--twin` asks for it. Figures hold for one machine; the ratio is what tells.

#![allow(clippy::expect_used, clippy::print_stdout)] // a benchmark prints, and one that cannot start says so

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use workplace_events_codegen::{
    compile::compile_files,
    emit::{Home, Settings},
    output::Plan,
};

/// Events of one domain.
const DOMAIN: usize = 20;
/// Object types of one event, its body included.
const TYPES: usize = 8;
/// A field of each type: key, schema, and the type of the twin.
const FIELDS: [(&str, &str, &str); 8] = [
    ("id", "type: string, always: true", "String"),
    ("name", "type: string", "Option<String>"),
    ("count", "type: int", "Option<i64>"),
    ("active", "type: bool", "Option<bool>"),
    ("sent_at", "type: text<time<unix_ms>>", "Option<String>"),
    ("tags", "type: list<string>", "Option<Vec<String>>"),
    ("kind", "type: Kind", "Option<Kind>"),
    ("next", "", ""),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let twin = arguments.iter().any(|argument| argument == "--twin");
    let sizes: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1, 40, 500] } else { sizes };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench/compile");
    println!("events | generate | again | check ours | check twin | ours / twin | one domain");
    println!("--- | --- | --- | --- | --- | --- | ---");
    for events in sizes {
        let folder = root.join(events.to_string());
        let (first, again) = generate(events, &folder.join("ours"));
        write_twin(events, &folder.join("twin"));
        let ours = || check(&root, &folder.join("ours"), "full");
        let theirs = || check(&root, &folder.join("twin"), "");
        // Once for the dependencies; then two rounds, in turns.
        let with_twin = twin || events <= 100;
        ours();
        let (mut a, mut b) = (ours(), None);
        if with_twin {
            theirs();
            b = Some(theirs());
            a = a.min(ours());
            b = b.map(|b| b.min(theirs()));
        }
        let domain = check(&root, &folder.join("ours"), "acme-d0");
        let ratio = b.map_or("-".to_owned(), |b| format!("{:.2}", a.as_secs_f64() / b.as_secs_f64()));
        let b = b.map_or("-".to_owned(), |b| format!("{:.2} s", b.as_secs_f64()));
        println!(
            "{events} | {:.0} ms | {:.0} ms | {:.2} s | {b} | {ratio} | {:.2} s",
            first.as_secs_f64() * 1e3,
            again.as_secs_f64() * 1e3,
            a.as_secs_f64(),
            domain.as_secs_f64()
        );
    }
}

/// Generates the crate twice; the second time there is nothing to write.
fn generate(events: usize, out: &Path) -> (Duration, Duration) {
    drop(fs::remove_dir_all(out));
    fs::create_dir_all(out).expect("a folder");
    let runtime =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime").canonicalize().expect("the runtime");
    let run = || {
        let start = Instant::now();
        let compiled = compile_files(schemas(events));
        assert!(!compiled.diagnostics.has_errors(), "{:?}", compiled.diagnostics);
        let home = Home::Alone(runtime.display().to_string());
        let files = compiled.emit(&Settings { home, version: "0.0.0".to_owned() }).expect("Rust");
        let plan = Plan::new(out, files).expect("readable");
        plan.apply().expect("writable");
        (start.elapsed(), plan.is_current())
    };
    let (first, _) = run();
    let (again, current) = run();
    assert!(current, "a second run has nothing to write");
    (first, again)
}

fn schemas(events: usize) -> Vec<(PathBuf, Vec<u8>)> {
    let mut domains = String::new();
    for domain in 0..events.div_ceil(DOMAIN) {
        let _ = writeln!(domains, "  d{domain}: {{ title: Domain {domain}, about: Invented. }}");
    }
    let platform = format!(
        "title: Acme\nrust_name: Acme\nabout: An invented platform.\ndomains:\n{domains}forms:\n  push: {{ body: event, event: type }}\n"
    );
    let mut files = vec![(PathBuf::from("schemas/acme/platform.yaml"), platform.into_bytes())];
    for event in 0..events {
        let mut text =
            format!("event: event_{event}\ntitle: Event {event}\nabout: Something happened.\nfields:\n");
        fields(0, "  ", &mut text);
        text.push_str("types:\n  Kind: { type: string, about: A kind., values: { a: First., b: Second., c: Third. } }\n");
        for ty in 1..TYPES {
            let _ = writeln!(text, "  Part{ty}:\n    about: Part {ty} of the event.\n    fields:");
            fields(ty, "      ", &mut text);
        }
        let path = format!("schemas/acme/d{}/event_{event}.yaml", event / DOMAIN);
        files.push((path.into(), text.into_bytes()));
    }
    files
}

/// The fields of one type; each type leads to the next.
fn fields(ty: usize, indent: &str, text: &mut String) {
    for (key, schema, _) in FIELDS {
        let schema = match (key, ty + 1) {
            ("next", TYPES) => "type: any".to_owned(),
            ("next", next) => format!("type: Part{next}"),
            _ => schema.to_owned(),
        };
        let _ = writeln!(
            text,
            "{indent}{key}: {{ {schema}, about: What the field `{key}` of type {ty} means. }}"
        );
    }
}

/// The same types with derives.
fn write_twin(events: usize, out: &Path) {
    drop(fs::remove_dir_all(out));
    fs::create_dir_all(out.join("src")).expect("a folder");
    let manifest = "[package]\nname = \"twin\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
                    serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n\n[workspace]\n";
    fs::write(out.join("Cargo.toml"), manifest).expect("writable");
    let mut text = "//! The same types with derives.\n".to_owned();
    for event in 0..events {
        let _ = writeln!(text, "/// Event {event}.\npub mod event_{event} {{");
        text.push_str(
            "/// A kind.\n#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]\n\
             #[serde(rename_all = \"snake_case\")]\npub enum Kind {\n/// First.\nA,\n/// Second.\nB,\n/// Third.\nC,\n\
             /// Unknown.\n#[serde(untagged)]\nUnknown(String) }\n",
        );
        for ty in 0..TYPES {
            let _ = writeln!(
                text,
                "/// Part {ty}.\n#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]\n#[non_exhaustive]\npub struct Part{ty} {{"
            );
            for (key, _, rust) in FIELDS {
                let rust = match (key, ty + 1) {
                    ("next", TYPES) => "Option<serde_json::Value>".to_owned(),
                    ("next", next) => format!("Option<Part{next}>"),
                    _ => rust.to_owned(),
                };
                let _ = writeln!(text, "/// What the field `{key}` of type {ty} means.\npub {key}: {rust},");
            }
            text.push_str("}\n");
        }
        text.push_str("}\n");
    }
    fs::write(out.join("src/lib.rs"), text).expect("writable");
}

/// CPU time of `cargo check` for a crate whose dependencies are built.
fn check(root: &Path, krate: &Path, features: &str) -> Duration {
    let library = krate.join("src/lib.rs");
    let text = fs::read(&library).expect("a library");
    fs::write(&library, text).expect("writable");
    let before = children();
    let status = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--offline", "--no-default-features", "--lib"])
        .args((!features.is_empty()).then_some(["--features", features]).into_iter().flatten())
        .current_dir(krate)
        .env("CARGO_TARGET_DIR", root.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .status()
        .expect("cargo");
    assert!(status.success(), "{} does not compile", krate.display());
    children() - before
}

/// CPU time of all children that have ended, as Linux counts it: in hundredths of a second.
fn children() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<u64> = stat
        .rsplit(')')
        .next()
        .into_iter()
        .flat_map(str::split_whitespace)
        .map(|field| field.parse().unwrap_or_default())
        .collect();
    // Behind the name: fields 16 and 17 of proc(5), user and system time of children.
    Duration::from_millis((fields[13] + fields[14]) * 10)
}
