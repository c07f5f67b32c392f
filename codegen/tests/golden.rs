//! Golden crates: each folder of `golden/` holds the schemas of an invented platform and the crate that comes out of them,
//! file by file, as `gen --out` writes it. `UPDATE_EXPECT=1` accepts what comes out.
#![cfg(test)]

use std::{
    collections::BTreeSet,
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use workplace_events_codegen::{
    compile::compile,
    diagnostic::render,
    emit::{Home, OutFile, Settings},
    output::Plan,
    published,
};

/// Below every real version, so that a git dependency on this repository never finds a fixture instead of the crate.
const VERSION: &str = "0.0.0";

/// The runtime, from `golden/<name>/expected`.
const RUNTIME: &str = "../../../../../runtime";

/// How much of a fixture's differences is shown.
const SHOWN_LINES: usize = 60;

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The fixtures by name, with their folders.
fn fixtures() -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(here().join("tests/golden")).unwrap().map(|entry| entry.unwrap());
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut fixtures: Vec<_> =
        folders.map(|entry| (entry.file_name().into_string().unwrap(), entry.path())).collect();
    fixtures.sort();
    fixtures
}

/// The crate of a fixture, or what is wrong with its schemas.
fn emitted(folder: &Path, runtime: &str) -> Result<Vec<OutFile>, String> {
    let compiled = compile(&folder.join("schemas"));
    if !compiled.diagnostics.is_empty() {
        return Err(render::human(&compiled.diagnostics, &compiled.sources, false));
    }
    let settings = Settings { home: Home::Alone(runtime.to_owned()), version: VERSION.to_owned() };
    compiled.emit(&settings).map_err(|error| error.to_string())
}

/// All files below a folder, by their paths from it.
fn files_below(folder: &Path) -> BTreeSet<String> {
    fn walk(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.map(|entry| entry.unwrap()) {
            let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                walk(&entry.path(), &format!("{path}/"), found);
            } else {
                found.insert(path);
            }
        }
    }
    let mut found = BTreeSet::new();
    walk(folder, "", &mut found);
    found
}

/// What differs between a folder and the files that should be in it, and all that should be in it.
fn differences(expected: &Path, files: Vec<OutFile>) -> (Plan, BTreeSet<String>) {
    let mut orphans = files_below(expected);
    orphans.retain(|path| files.iter().all(|file| file.path != *path));
    let plan = Plan::new(expected, files).unwrap();
    // These the plan deletes itself.
    orphans.retain(|path| plan.delete.iter().all(|(deleted, _)| deleted != path));
    (plan, orphans)
}

#[test]
fn each_fixture_gives_the_expected_crate() {
    let accept = env::var_os("UPDATE_EXPECT").is_some_and(|value| value == "1");
    let mut wrong = Vec::new();
    for (name, folder) in fixtures() {
        let files = match emitted(&folder, RUNTIME) {
            Ok(files) => files,
            Err(problem) => {
                wrong.push(format!("{name}:\n{problem}"));
                continue;
            }
        };
        let expected = folder.join("expected");
        let (plan, orphans) = differences(&expected, files);
        if accept {
            plan.apply().unwrap();
            orphans.iter().for_each(|path| fs::remove_file(expected.join(path)).unwrap());
        } else if !plan.is_current() || !orphans.is_empty() {
            let diff: Vec<_> = plan.diff().lines().take(SHOWN_LINES).map(str::to_owned).collect();
            let orphans = orphans.iter().map(|path| format!("{path} is not emitted any more"));
            wrong
                .push(format!("{name}:\n{}", diff.into_iter().chain(orphans).collect::<Vec<_>>().join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{}\n\nUPDATE_EXPECT=1 accepts this", wrong.join("\n\n"));
}

#[test]
fn the_names_of_a_crate_are_those_that_it_has_published() {
    for (name, folder) in fixtures() {
        let lock = fs::read_to_string(folder.join("expected").join(published::PATH)).unwrap();
        let mut compiled = compile(&folder.join("schemas"));
        compiled.check_published(&lock);
        assert!(compiled.diagnostics.is_empty(), "{name}: {:?}", compiled.diagnostics);
    }
}

#[test]
fn the_runtime_is_where_the_manifests_say() {
    for (name, folder) in fixtures() {
        let found = folder.join("expected").join(RUNTIME).canonicalize().unwrap();
        assert_eq!(found, here().join("../runtime").canonicalize().unwrap(), "{name}");
    }
}

/// Where the nested builds happen.
fn nested() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden")
}

/// Runs cargo in a folder; `false` where there is none.
fn cargo(folder: &Path, arguments: &[&str]) -> bool {
    // What the runtime needs stands in the repository's lock file, and the build of this very test has fetched it.
    fs::copy(here().join("../Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let run = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments)
        .args(["--offline", "--quiet", "--target-dir"])
        .arg(nested().join("target"))
        .current_dir(folder)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_TERM_COLOR", "never")
        .output();
    match run {
        Ok(output) => {
            let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
            let said = said.join("\n");
            // Happens where this test alone was built, and never the crates of the workspace.
            let hint = if said.contains("--offline") { "`cargo fetch` fetches what is missing" } else { "" };
            assert!(output.status.success(), "cargo {}:\n{said}\n{hint}", arguments.join(" "));
            true
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            println!("skipped: there is no cargo to build the fixtures with");
            false
        }
        Err(error) => panic!("cargo: {error}"),
    }
}

fn runtime() -> String {
    here().join("../runtime").canonicalize().unwrap().into_os_string().into_string().unwrap()
}

/// A file of a crate that shares a workspace with others of its name, and allows no warnings.
fn as_member(file: OutFile, name: &str) -> OutFile {
    let body = if file.path == "Cargo.toml" {
        file.body
            .replace("name = \"workplace-events\"", &format!("name = \"{name}\""))
            .replace("workplace-events = ", &format!("{name} = "))
            .replace("[workspace]", "[lints.rust]\nwarnings = \"deny\"")
    } else {
        file.body.replace("workplace_events::", &format!("{}::", name.replace('-', "_")))
    };
    OutFile { body, ..file }
}

#[test]
fn all_crates_build_without_warnings_and_pass_their_tests() {
    let folder = nested().join("all");
    let mut members = Vec::new();
    for (name, fixture) in fixtures() {
        let files = emitted(&fixture, &runtime()).unwrap().into_iter();
        let files = files.map(|file| as_member(file, &format!("golden-{name}"))).collect();
        Plan::new(&folder.join(&name), files).unwrap().apply().unwrap();
        members.push(name);
    }
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    if cargo(&folder, &["test", "--workspace"]) {
        // Prose that rustdoc takes for links or tags would be a warning. Without the receivers this needs few crates.
        let features = "full,any-event,dispatch";
        cargo(&folder, &["doc", "--workspace", "--no-deps", "--no-default-features", "--features", features]);
    }
}

#[test]
fn a_crate_for_a_third_platform_passes_its_tests_as_it_is_written() {
    let (fixture, folder) = (here().join("tests/golden/forms"), nested().join("alone"));
    Plan::new(&folder, emitted(&fixture, &runtime()).unwrap()).unwrap().apply().unwrap();
    cargo(&folder, &["test"]);
}
