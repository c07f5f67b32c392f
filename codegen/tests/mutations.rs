//! Valid schemas with random mistakes: whatever is done to them, the checker says where, says the same again, and what it
//! mends is not worse than before.
#![cfg(test)]

mod support;

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::Path,
};

use support::{Files, Random, files, here, serde_reads_the_same};
use workplace_events_codegen::{
    compile::{Compiled, compile_files},
    diagnostic::{Diagnostic, fix, render},
    emit::{Home, Settings},
    load::load_from,
};

/// How many mutants are made of each set of schemas; `MUTANTS` asks for more.
const MUTANTS: usize = 60;

/// Scalars that mean something to some key, and some that mean nothing to any.
const SCALARS: &[&str] = &[
    "",
    "~",
    "null",
    "true",
    "yes",
    "False",
    "0",
    "-1",
    "1.10",
    "0x1F",
    "1e999",
    "99999999999999999999",
    ".nan",
    "string",
    "String",
    "int",
    "json",
    "any",
    "list<>",
    "list<string",
    "text<time<unix_ms>>",
    "map<map<Wall>>",
    "none",
    "callback",
    "[]",
    "{}",
    "[[]]",
    "{ a: b }",
    "[a, a]",
    "\"\"",
    "'",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "|",
    ">-",
    "&a",
    "*a",
    "!x",
    "2m",
    "a.b.c",
    "..",
    "https://",
    "(",
    "消息",
    "Wall",
    "_",
    "r#type",
    "self",
    "fn",
    "event",
    "\u{202e}",
];

/// Keys of the schema language, and some that are none.
const KEYS: &[&str] = &[
    "event",
    "titel",
    "about",
    "fields",
    "type",
    "types",
    "always",
    "values",
    "flags",
    "shape_by",
    "shapes",
    "extends",
    "same_as",
    "keys",
    "format",
    "min",
    "max",
    "pattern",
    "const",
    "requires",
    "allow",
    "lints",
    "rust_name",
    "renamed_from",
    "wire",
    "kind",
    "response",
    "deprecated",
    "when",
    "forms",
    "members",
    "<<",
    "?",
    "1",
    "~",
    "key with words",
    "消息",
    "",
];

/// What is put into a file as it is: signs of YAML and JSON, invisible characters, and bytes that are no UTF-8.
const ODD: &[&[u8]] = &[
    b"\t",
    b"\n",
    b"\r\n",
    b" ",
    b":",
    b": ",
    b",",
    b"[",
    b"]",
    b"{",
    b"}",
    b"'",
    b"\"",
    b"#",
    b" #x",
    b"&a ",
    b"*a",
    b"!x ",
    b"---\n",
    b"- ",
    b"? ",
    b"|",
    b">",
    b"<<: ",
    b"~",
    b"\\",
    b"%",
    b"@",
    b"`",
    b"<",
    b"\0",
    b"\x7f",
    b"\xff",
    b"\xc3\x28",
    "\u{feff}".as_bytes(),
    "\u{85}".as_bytes(),
    "\u{2028}".as_bytes(),
    "\u{200b}".as_bytes(),
    "消息".as_bytes(),
];

#[test]
fn every_mutant_is_checked_to_the_end() {
    let mutants = std::env::var("MUTANTS").ok().and_then(|n| n.parse().ok()).unwrap_or(MUTANTS);
    for (name, base) in bases() {
        let mut random = Random(name.len() as u64);
        for number in 0..mutants {
            let mutant = mutated(&base, &mut random);
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| check(&mutant))) {
                eprintln!("mutant {number} of `{name}`:{}", differences(&base, &mutant));
                resume_unwind(panic);
            }
        }
    }
}

/// The schemas of the golden crates.
fn bases() -> Vec<(String, Files)> {
    let folders = fs::read_dir(here("golden")).unwrap().map(|entry| entry.unwrap());
    let of = |folder: fs::DirEntry| {
        (
            folder.file_name().into_string().unwrap(),
            files(&folder.path().join("schemas"), Path::new("schemas")),
        )
    };
    let mut bases: Vec<_> = folders.filter(|entry| entry.path().is_dir()).map(of).collect();
    bases.sort();
    for (name, base) in &bases {
        assert!(compile_files(base.clone()).diagnostics.is_empty(), "`{name}` is valid");
    }
    bases
}

/// The same files with one to three edits.
fn mutated(base: &Files, random: &mut Random) -> Files {
    let mut files = base.clone();
    for _ in 0..=random.below(3) {
        let at = random.below(files.len());
        let bytes = &mut files[at].1;
        let Ok(text) = String::from_utf8(bytes.clone()) else { continue };
        *bytes = edited(&text, random);
    }
    files
}

fn edited(text: &str, random: &mut Random) -> Vec<u8> {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if lines.is_empty() {
        return b"x".to_vec();
    }
    let (at, other) = (random.below(lines.len()), random.below(lines.len()));
    match random.below(8) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(other, lines[at].clone()),
        2 => lines.swap(at, other),
        3 => lines[at] = indented(&lines[at], random),
        4 => lines[at] = with_scalar(&lines[at], random),
        5 => lines[at] = with_key(&lines[at], random),
        6 => return text.as_bytes()[..random.below(text.len() + 1)].to_vec(),
        _ => return spliced(text.as_bytes(), random),
    }
    lines.concat().into_bytes()
}

fn indented(line: &str, random: &mut Random) -> String {
    match random.below(3) {
        0 => line.strip_prefix(' ').unwrap_or(line).to_owned(),
        1 => line.strip_prefix("  ").unwrap_or(line).to_owned(),
        _ => format!("{}{line}", random.one(&[" ", "  ", "    ", "\t"])),
    }
}

/// A line with another value behind one of its colons.
fn with_scalar(line: &str, random: &mut Random) -> String {
    let colons: Vec<usize> = line.match_indices(": ").map(|(at, _)| at + 2).collect();
    if colons.is_empty() {
        return format!("{}\n", random.one(SCALARS));
    }
    let from = colons[random.below(colons.len())];
    let to = line[from..].find([',', '}', '\n']).map_or(line.len(), |end| from + end);
    format!("{}{}{}", &line[..from], random.one(SCALARS), &line[to..])
}

/// A line with another key in front of one of its colons.
fn with_key(line: &str, random: &mut Random) -> String {
    let colons: Vec<usize> = line.match_indices(':').map(|(at, _)| at).collect();
    if colons.is_empty() {
        return format!("{}: {line}", random.one(KEYS));
    }
    let to = colons[random.below(colons.len())];
    let from = line[..to].rfind([' ', '{', '\n']).map_or(0, |end| end + 1);
    format!("{}{}{}", &line[..from], random.one(KEYS), &line[to..])
}

/// A text with something odd in it, instead of at most three bytes.
fn spliced(text: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = text.to_vec();
    let at = random.below(bytes.len() + 1);
    let cut = at + random.below(4).min(bytes.len() - at);
    bytes.splice(at..cut, random.one(ODD).iter().copied());
    bytes
}

/// Everything that holds for any schemas.
fn check(schemas: &Files) {
    let compiled = compile_files(schemas.clone());
    let Compiled { diagnostics, sources, .. } = &compiled;
    for found in diagnostics {
        assert_places(found, &compiled);
    }
    assert!(!render::human(diagnostics, sources, true).is_empty() || diagnostics.is_empty());
    assert_eq!(render::short(diagnostics, sources).lines().count(), diagnostics.len());
    assert_eq!(render::json(diagnostics, sources).lines().count(), diagnostics.len());
    assert!(render::github(diagnostics, sources).lines().count() >= diagnostics.len());
    assert!(serde_json::from_str::<serde_json::Value>(&render::sarif(diagnostics, sources)).is_ok());

    let again = compile_files(schemas.iter().rev().cloned()).diagnostics;
    assert_eq!(*diagnostics, again, "the same files, read in another order");

    if let Ok(fixes) = fix::fixes(diagnostics, sources) {
        let mut mended = schemas.clone();
        for (path, bytes) in &mut mended {
            if let Some(text) = fixes.files.get(path) {
                *bytes = text.clone().into_bytes();
            }
        }
        let after = compile_files(mended);
        let left = render::short(&after.diagnostics, &after.sources);
        assert!(
            after.diagnostics.len() <= diagnostics.len(),
            "after the fixes {fixes:#?} there is more: {left}"
        );
    }

    // What is accepted has one meaning. Here and there serde's reader is stricter, such as about a key that begins with a colon.
    let (map, parsed, _) = load_from(schemas.clone());
    serde_reads_the_same(&(map, parsed, diagnostics.clone()), &|_| {});

    if !diagnostics.has_errors() {
        let settings = Settings { home: Home::Workspace, version: "0.0.0".to_owned() };
        compiled.emit(&settings).expect("what is accepted can be generated");
    }
}

/// Every place of a finding is a piece of text of one of the files.
fn assert_places(found: &Diagnostic, compiled: &Compiled) {
    let suggested = found.suggestion.iter().map(|suggestion| suggestion.span);
    let labelled = found.secondary.iter().map(|label| label.span);
    for span in std::iter::once(found.primary.span).chain(labelled).chain(suggested) {
        let file = compiled.sources.get(span.file).expect("a finding has a file");
        assert!(file.text.get(span.start..span.end).is_some(), "{found:?} in {:?}", file.text);
    }
}

fn differences(base: &Files, mutant: &Files) -> String {
    let changed = base.iter().zip(mutant).filter(|(before, after)| before != after);
    changed
        .map(|(_, (path, bytes))| format!("\n# {}\n{}", path.display(), String::from_utf8_lossy(bytes)))
        .collect()
}
