//! `diff` as its users run it: against folders, against revisions, with bad input.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod folder;

use std::{fs, process::Command};

use folder::{Ended, Folder, PING};
use serde_json::Value;

/// The schemas as they are, beside a copy as they were.
fn with_base() -> Folder {
    let folder = Folder::new();
    for file in ["platform.yaml", "chat/ping.yaml", "chat/ask.yaml", "chat/examples/ping.json"] {
        let text = folder.read(&format!("schemas/acme/{file}"));
        folder.write(&format!("old/acme/{file}"), &text);
    }
    folder
}

/// The event with one more field.
fn with_field() -> String {
    PING.replace("  text:", "  more: { type: int, about: More. }\n  text:")
}

/// A git repository of the folder with one commit; nothing where there is no git.
fn repository(folder: &Folder) -> Option<()> {
    let git = |args: &[&str]| {
        let names =
            ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
        Command::new("git").current_dir(&folder.0).args(names).args(args).output()
    };
    let Ok(_) = git(&["init", "-q"]) else {
        println!("skipped: there is no git");
        return None;
    };
    for args in [&["add", "."][..], &["commit", "-q", "-m", "As it was"]] {
        let output = git(args).unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    Some(())
}

#[test]
fn nothing_changed_is_said() {
    let ended = with_base().run(&["diff", "old"]).with(0);
    assert_eq!((ended.out.as_str(), ended.err.as_str()), ("", "nothing changed\n"));
}

#[test]
fn changes_are_printed_with_their_verdicts() {
    let folder = with_base();
    folder.write("schemas/acme/chat/ping.yaml", &with_field());
    let ended = folder.run(&["diff", "old"]).with(0);
    let line = "  compatible  minor  field `more` added: `more: Option<i64>`\n";
    assert_eq!(ended.out, format!("acme/chat/ping\n{line}"));
    assert_eq!(ended.err, "1 change: payloads compatible, Rust API minor\n");
    let json: Value =
        serde_json::from_str(&folder.run(&["diff", "old", "--format", "json"]).with(0).out).unwrap();
    assert_eq!((&json["api"], &json["changes"][0]["kind"]), (&"minor".into(), &"field-added".into()));
    let changelog = folder.run(&["diff", "old", "--changelog"]).with(0);
    assert_eq!(changelog.out, "### Added\n\n- `acme/chat/ping`: field `more`: `more: Option<i64>`\n");
}

#[test]
fn a_denied_verdict_is_exit_code_1() {
    let folder = with_base();
    folder.write("old/acme/chat/ping.yaml", &with_field());
    let lossy = folder.run(&["diff", "old"]).with(0);
    assert!(lossy.err.ends_with("payloads lossy, Rust API major\n"), "{}", lossy.err);
    for (verdict, code) in [("minor", 1), ("major", 1), ("lossy", 1), ("breaking", 0)] {
        let ended = folder.run(&["diff", "old", "--deny", verdict]).with(code);
        assert_eq!((ended.out, ended.err), (lossy.out.clone(), lossy.err.clone()));
    }
    folder.run(&["diff", "old", "--deny", "breaking", "--deny", "major"]).with(1);
}

#[test]
fn a_revision_is_read_from_git() {
    let folder = Folder::new();
    // Neither what is hidden nor what lies elsewhere is a schema.
    folder.write("schemas/acme/chat/.notes", "mine");
    folder.write("README.md", "mine");
    let Some(()) = repository(&folder) else { return };
    assert_eq!(folder.run(&["diff", "HEAD"]).with(0).err, "nothing changed\n");
    folder.write("schemas/acme/chat/pong.yaml", &PING.replace("ping", "pong"));
    fs::remove_file(folder.0.join("schemas/acme/chat/ask.yaml")).unwrap();
    let ended = folder.run(&["diff", "HEAD"]).with(0);
    assert_eq!(
        ended.out,
        "acme/chat/ask\n  breaking    major  event removed: `acme::chat::Ask`\n\
         acme/chat/pong\n  compatible  minor  event added: `acme::chat::Pong`\n"
    );
}

#[test]
fn a_base_that_is_none_is_one_line() {
    let folder = with_base();
    folder.write("broken/acme/platform.yaml", &folder.read("schemas/acme/platform.yaml"));
    folder.write("broken/acme/chat/ping.yaml", &PING.replace("string", "strng"));
    fs::create_dir(folder.0.join("empty")).unwrap();
    let bad = |base: &str| {
        let Ended { out, err, .. } = folder.run(&["diff", base]).with(2);
        assert_eq!((out.as_str(), err.lines().count()), ("", 1), "{err}");
        err
    };
    assert!(bad("empty").contains("the folder is empty"), "{}", bad("empty"));
    let broken = bad("broken");
    assert!(
        broken.starts_with("error: `broken` cannot be compared with, its schemas have 1 error"),
        "{broken}"
    );
    assert!(broken.contains("broken/acme/chat/ping.yaml:8:17: error[WE0402]"), "{broken}");
    // The folders of temporary files are in no repository.
    if Command::new("git").arg("--version").output().is_ok() {
        assert!(bad("v1").contains("is in no git repository"), "{}", bad("v1"));
        let Some(()) = repository(&folder) else { return };
        assert!(bad("v1").contains("there is no revision and no folder `v1`"), "{}", bad("v1"));
        assert!(bad("old/acme/platform.yaml").contains("no revision and no folder"));
    }
    folder.run(&["diff"]).with(2);
}

#[test]
fn a_base_may_be_poorly_written() {
    let folder = with_base();
    let strict = folder.read("schemas/acme/platform.yaml") + "lints: { missing-example: error }\n";
    folder.write("old/acme/platform.yaml", &strict);
    folder.command(&["check", "--schemas", "old"]).output().map(Ended::of).unwrap().with(1);
    assert_eq!(folder.run(&["diff", "old"]).with(0).err, "nothing changed\n");
}

#[test]
fn schemas_that_are_wrong_now_are_reported() {
    let folder = with_base();
    folder.write("schemas/acme/chat/ping.yaml", &PING.replace("string", "strng"));
    let ended = folder.run(&["diff", "old"]).with(1);
    assert!(ended.out.is_empty() && ended.err.contains("error[WE0402]"), "{}", ended.err);
}

#[test]
fn a_revision_without_schemas_is_one_line() {
    let folder = Folder::new();
    fs::rename(folder.0.join("schemas"), folder.0.join("later")).unwrap();
    folder.write("README.md", "mine");
    let Some(()) = repository(&folder) else { return };
    fs::rename(folder.0.join("later"), folder.0.join("schemas")).unwrap();
    let ended = folder.run(&["diff", "HEAD"]).with(2);
    assert_eq!(ended.err, "error: `HEAD` has no schemas; give another revision\n");
}
