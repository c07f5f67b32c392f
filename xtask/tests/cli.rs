//! The commands as their users run them: exit codes, what goes where, what is written and what is left alone.

#![allow(clippy::unwrap_used)]

mod folder;

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::Stdio,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use folder::{Ended, Folder, PING, json_lines};
use serde_json::Value;

#[test]
fn check_finds_nothing_wrong() {
    let ended = Folder::new().run(&["check"]).with(0);
    assert_eq!((ended.out.as_str(), ended.err.as_str()), ("", "no errors, no warnings\n"));
}

#[test]
fn check_prints_findings_where_they_belong() {
    let folder = Folder::new();
    folder.write("schemas/acme/chat/ping.yaml", &PING.replace("string", "strng"));
    let human = folder.run(&["check"]).with(1);
    assert_eq!(human.out, "");
    assert!(human.err.contains("schemas/acme/chat/ping.yaml:8:17"), "{}", human.err);
    assert!(human.err.ends_with("1 error in 1 file\n"), "{}", human.err);
    let short = folder.run(&["check", "--format", "short"]).with(1);
    assert!(short.out.starts_with("schemas/acme/chat/ping.yaml:8:17: error[WE0402]: "), "{}", short.out);
    let json = folder.run(&["check", "--format", "json"]).with(1);
    assert_eq!(json_lines(&json.out)[0]["line"], 8);
    assert_eq!(json.err, "1 error in 1 file\n");
}

#[test]
fn check_speaks_to_code_hosts() {
    let folder = Folder::new();
    folder.write("schemas/acme/chat/ping.yaml", &PING.replace("title:", "titel:"));
    let sarif = folder.run(&["check", "--format", "sarif"]).with(1);
    let log: Value = serde_json::from_str(&sarif.out).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "WE0201");
    let github = folder.run(&["check", "--format", "github"]).with(1);
    let start = "::error file=schemas/acme/chat/ping.yaml,line=2,endLine=2,col=1,endColumn=6,title=WE0201::";
    assert!(github.out.starts_with(start), "{}", github.out);
    assert!(github.err.contains("1 error in 1 file"), "{}", github.err);
}

#[test]
fn fix_makes_the_certain_changes_and_keeps_comments() {
    let folder = Folder::new();
    let wrong = PING.replace("title:", "# said once\ntitel:").replace("string", "String");
    folder.write("schemas/acme/chat/ping.yaml", &wrong);
    let ended = folder.run(&["check", "--fix"]).with(0);
    assert_eq!(ended.err, "changes made: 2, in files: 1\nno errors, no warnings\n");
    let right = PING.replace("title:", "# said once\ntitle:");
    assert_eq!(folder.read("schemas/acme/chat/ping.yaml"), right);
    assert_eq!(folder.run(&["check", "--fix"]).with(0).err, "no change is certain\nno errors, no warnings\n");
}

#[test]
fn fix_writes_no_byte_order_mark() {
    let folder = Folder::new();
    folder.write("schemas/acme/chat/ping.yaml", &format!("\u{feff}{}", PING.replace("title:", "titel:")));
    folder.run(&["check", "--fix"]).with(0);
    assert_eq!(folder.read("schemas/acme/chat/ping.yaml"), PING);
}

#[test]
fn explain_tells_what_a_code_means() {
    let folder = Folder::new();
    let explain = |args: &[&str]| Ended::of(folder.command(args).output().unwrap());
    assert!(explain(&["explain", "we0201"]).with(0).out.starts_with("WE0201: an unknown key\n"));
    assert!(explain(&["explain"]).with(0).out.contains("\nWE0201  an unknown key\n"));
    assert!(explain(&["explain", "WE9999"]).with(2).err.contains("`cargo xtask explain` lists all"));
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let folder = Folder::new();
    folder.run(&["check", "--format", "xml"]).with(2);
    folder.run(&["nothing"]).with(2);
    let ended = Ended::of(folder.command(&["check", "--schemas", "elsewhere"]).output().unwrap()).with(2);
    assert_eq!(ended.err, "error: elsewhere: no such folder; give the schemas with `--schemas DIR`\n");
}

#[test]
fn gen_writes_nothing_where_a_schema_is_wrong() {
    let folder = Folder::new();
    folder.write("schemas/acme/chat/ping.yaml", &PING.replace("string", "strng"));
    let ended = folder.run(&["gen", "--out", "out"]).with(1);
    assert!(
        ended.err.contains("error[WE0402]") && ended.err.ends_with("1 error in 1 file\n"),
        "{}",
        ended.err
    );
    assert!(!folder.has("out"));
}

#[test]
fn gen_writes_a_crate_for_a_new_platform() {
    let folder = Folder::new();
    let ended = folder.run(&["gen", "--out", "deep/out"]).with(0);
    let count = folder.files("deep/out").len();
    assert!(
        ended.err.starts_with(&format!("generated: {count} created, 0 updated, 0 deleted, 0 unchanged in "))
    );
    assert_eq!(ended.out, "");
    assert!(folder.read("deep/out/Cargo.toml").contains("\n[workspace]\n"));
    assert!(folder.read("deep/out/src/acme/chat/ping.rs").contains("pub struct Ping"));
    assert!(folder.read("deep/out/docs/acme/chat/ping.md").contains("# Pinged\n"));
    assert!(!folder.has("schemas/event.schema.json"), "it is the repository's");
    let manifest = folder.read("deep/out/Cargo.toml");
    let (_, path) = manifest.split_once("path = \"").unwrap();
    let runtime = folder.0.join("deep/out").join(path.split('"').next().unwrap());
    assert_eq!(
        runtime.canonicalize().unwrap(),
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime").canonicalize().unwrap()
    );
}

#[test]
fn gen_writes_only_what_changed() {
    let folder = Folder::new();
    folder.run(&["gen", "--out", "out"]).with(0);
    let before = folder.files("out");
    let ended = folder.run(&["gen", "--out", "out"]).with(0);
    assert!(
        ended.err.contains(&format!("0 created, 0 updated, 0 deleted, {} unchanged", before.len())),
        "{}",
        ended.err
    );
    assert_eq!(folder.files("out"), before);
}

#[test]
fn gen_only_leaves_all_other_files_as_they_are() {
    let folder = Folder::new();
    folder.run(&["gen", "--out", "out"]).with(0);
    folder.write("schemas/acme/chat/ping.yaml", &PING.replace("Pinged", "Was pinged"));
    let before = folder.files("out");
    let only = ["gen", "--out", "out", "--only", "docs/acme/*/ping.md"];
    let ended = folder.run(&[&only[..], &["--check"]].concat()).with(1);
    assert_eq!(ended.out.matches("+++ ").count(), 1, "{}", ended.out);
    assert!(
        ended.err.contains("run `cargo xtask gen --schemas schemas --out out --only 'docs/acme/*/ping.md'`")
    );
    let ended = folder.run(&[&only[..], &["--verbose"]].concat()).with(0);
    assert!(ended.err.contains("\nupdated: docs/acme/chat/ping.md\n"), "{}", ended.err);
    let after = folder.files("out");
    let changed: Vec<_> = after.iter().filter(|(path, time)| before[*path] != **time).collect();
    assert_eq!(changed.len(), 1, "{changed:?}");

    let ended = folder.run(&["gen", "--out", "out", "--only", "docs/*/pong.md"]).with(2);
    assert!(ended.err.starts_with("error: no generated file is called `docs/*/pong.md`"), "{}", ended.err);
    let ended = folder.run(&["gen", "--out", "out", "--only", "a[b"]).with(2);
    assert!(ended.err.contains("invalid range pattern"), "{}", ended.err);
}

#[test]
fn gen_watch_generates_again_after_every_change_also_after_a_mistake() {
    let folder = Folder::new();
    let mut command = folder.command(&["gen", "--schemas", "schemas", "--out", "out", "--watch"]);
    let mut watching = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watching.stderr.take().unwrap()).lines().map(Result::unwrap);
    let watching = Arc::new(Mutex::new(watching));
    let late = Arc::clone(&watching);
    // Where the system says nothing of changes, the test ends instead of waiting for ever.
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(90));
        drop(late.lock().unwrap().kill());
    });
    let mut until = |what: &str| lines.by_ref().find(|line| line.contains(what)).unwrap();
    until("watching schemas; Ctrl-C ends it");
    folder.write("schemas/acme/chat/ping.yaml", &PING.replace("string", "strng"));
    until("error[WE0402]");
    folder.write("schemas/acme/chat/ping.yaml", &PING.replace("Pinged", "Was pinged"));
    let ended = until("generated: 0 created, ");
    assert!(folder.read("out/docs/acme/chat/ping.md").contains("# Was pinged\n"), "{ended}");
    folder.write("schemas/acme/chat/.ping.yaml.swp", "an editor's");
    folder.write("schemas/acme/chat/pong.yaml", &PING.replace("ping", "pong"));
    // Whatever the system makes of the writes: only a run that changed something says so.
    let ended = until("generated: ");
    assert!(!ended.contains(" 0 created") && folder.has("out/src/acme/chat/pong.rs"), "{ended}");
    let mut watching = watching.lock().unwrap();
    watching.kill().unwrap();
    watching.wait().unwrap();
}

#[test]
fn quiet_leaves_results_and_findings() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["gen", "--out", "out", "--quiet"]).with(0).err, "");
    assert_eq!(folder.run(&["check", "-q"]).with(0).err, "");
    assert!(folder.run(&["-q", "list"]).with(0).out.contains("ping"));
    folder.write("schemas/acme/chat/ping.yaml", &PING.replace("string", "strng"));
    let ended = folder.run(&["check", "-q"]).with(1);
    assert!(ended.err.contains("error[WE0402]") && !ended.err.contains("1 error in"), "{}", ended.err);
    folder.run(&["check", "-q", "-v"]).with(2);
}

#[test]
fn shells_and_manuals_know_every_command() {
    let run = |args: &[&str]| Ended::of(Folder::new().command(args).output().unwrap()).with(0).out;
    let commands = ["gen", "check", "explain", "list", "show", "new", "verify", "diff", "trigger", "lsp"];
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(&["completions", shell]);
        assert!(commands.iter().all(|command| script.contains(command)), "{shell}");
    }
    assert!(run(&["completions", "bash", "--name", "xt"]).contains("complete -F _xt"));
    let page = run(&["man"]);
    assert!(commands.iter().all(|command| page.contains(command)) && page.contains("from\\-doc"), "{page}");
}

#[test]
fn gen_deletes_what_it_wrote_and_nothing_else() {
    let folder = Folder::new();
    folder.run(&["gen", "--out", "out"]).with(0);
    folder.write("out/src/mine.rs", "//! Mine.\n");
    folder.write("out/notes/README.md", "Mine.\n");
    folder.write("schemas/acme/talk/pong.yaml", &PING.replace("ping", "pong"));
    folder.run(&["gen", "--out", "out"]).with(0);
    assert!(folder.has("out/src/acme/talk/pong.rs"));
    fs::remove_dir_all(folder.0.join("schemas/acme/talk")).unwrap();
    fs::remove_dir_all(folder.0.join("schemas/acme/chat/examples")).unwrap();
    folder.run(&["gen", "--out", "out"]).with(0);
    for gone in ["out/src/acme/talk", "out/docs/acme/talk", "out/src/acme/talk.rs", "out/payloads"] {
        assert!(!folder.has(gone), "{gone}");
    }
    assert!(folder.has("out/src/mine.rs") && folder.has("out/notes/README.md"));
}

#[test]
fn gen_leaves_a_foreign_crate_alone() {
    let folder = Folder::new();
    folder.write("out/Cargo.toml", "[package]\nname = \"mine\"\n");
    folder.write("out/payloads/mine.json", "{}\n");
    let ended = folder.run(&["gen", "--out", "out"]).with(2);
    assert!(
        ended.err.contains("was not generated here and would be lost; give another folder"),
        "{}",
        ended.err
    );
    assert_eq!(folder.files("out").len(), 2);
    fs::remove_file(folder.0.join("out/Cargo.toml")).unwrap();
    folder.run(&["gen", "--out", "out"]).with(2);
    assert_eq!(folder.read("out/payloads/mine.json"), "{}\n");
}

#[test]
fn gen_out_does_not_break_the_repository() {
    let folder = Folder::new();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for out in [repository.to_owned(), repository.join("generated"), repository.join("codegen")] {
        let ended = folder.run(&["gen", "--check", "--out", out.to_str().unwrap()]).with(2);
        assert_eq!(ended.out, "");
    }
}

#[test]
fn check_of_gen_shows_the_difference_and_the_command() {
    let folder = Folder::new();
    let args = ["gen", "--check", "--out", "out"];
    let all = folder.run(&args).with(1);
    assert!(all.out.contains("--- /dev/null\n+++ b/Cargo.toml\n"), "{}", all.out);
    assert!(!folder.has("out"), "it only compares");
    folder.run(&["gen", "--out", "out"]).with(0);
    let none = folder.run(&args).with(0);
    assert_eq!((none.out.as_str(), none.err.as_str()), ("", ""));
    folder.write("schemas/acme/chat/ping.yaml", &PING.replace("Somebody pinged", "Somebody has pinged"));
    let before = folder.files("out");
    let one = folder.run(&args).with(1);
    assert!(one.out.contains("-Somebody pinged.\n+Somebody has pinged.\n"), "{}", one.out);
    assert!(one.err.ends_with("; run `cargo xtask gen --schemas schemas --out out`\n"), "{}", one.err);
    assert_eq!(folder.files("out"), before);
}

#[test]
fn gen_keeps_published_names() {
    let folder = Folder::new();
    folder.run(&["gen", "--out", "out"]).with(0);
    folder.write(
        "schemas/acme/chat/ping.yaml",
        &PING.replace("event: ping\n", "event: ping\nrust_name: Pinged\n"),
    );
    assert!(folder.run(&["gen", "--out", "out"]).with(1).err.contains("error[WE0303]"));
}

#[test]
fn list_aligns_its_columns() {
    let ended = Folder::new().run(&["list"]).with(0);
    assert_eq!(ended.out, "acme/chat  ask   on_ask   Asked (callback)\nacme/chat  ping  on_ping  Pinged\n");
    assert_eq!(ended.err, "");
}

#[test]
fn list_prints_an_object_a_line() {
    let lines = json_lines(&Folder::new().run(&["list", "--json"]).with(0).out);
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["kind"], "callback");
    assert_eq!(lines[0]["response"], true);
    assert_eq!(lines[0]["delivery"], serde_json::json!([{ "app": "own", "ways": ["push"] }]));
    assert_eq!(lines[1]["event"], "ping");
    assert_eq!(lines[1]["rust_type"], "acme::chat::Ping");
    assert_eq!(lines[1]["protocol"], Value::Null);
    assert_eq!(lines[1]["permissions"], serde_json::json!(["chat:read"]));
    assert_eq!(lines[1]["delivery"], serde_json::json!([{ "app": null, "ways": ["push"] }]));
}

#[test]
fn show_prints_the_page_of_an_event() {
    let folder = Folder::new();
    let page = folder.run(&["show", "ping"]).with(0).out;
    assert!(page.contains("# Pinged\n") && !page.contains("@generated"), "{page}");
    assert_eq!(folder.run(&["show", "Ping"]).with(0).out, page);
    assert_eq!(folder.run(&["show", "on_ping"]).with(0).out, page);
    let ended = folder.run(&["show", "pin"]).with(2);
    assert_eq!(ended.err, "error: there is no event `pin`; did you mean `ping`?\n");
    let ended = folder.run(&["show", "zzz"]).with(2);
    assert_eq!(ended.err, "error: there is no event `zzz`; `cargo xtask list` lists all\n");
}

#[test]
fn new_begins_a_schema_that_check_completes() {
    let folder = Folder::new();
    let ended = folder.run(&["new", "acme", "chat.message.sent_v1"]).with(0);
    let path = "schemas/acme/chat/chat.message.sent_v1.yaml";
    assert_eq!(ended.out, format!("{path}\n"));
    assert!(
        ended.err.contains("1. ") && ended.err.contains("2. run `cargo xtask gen --schemas schemas`"),
        "{}",
        ended.err
    );
    let check = folder.run(&["check", "--format", "short"]).with(1);
    let asked: Vec<_> = check.out.lines().collect();
    assert_eq!(asked.len(), 4, "{}", check.out);
    assert!(
        asked.iter().all(|line| line.starts_with(path) && line.contains("error[WE0207]")),
        "{}",
        check.out
    );
    let text = folder.read(path);
    let again = folder.run(&["new", "acme", "chat.message.sent_v1"]).with(2);
    assert!(
        again.err.contains("is described already, in `acme/chat/chat.message.sent_v1.yaml`"),
        "{}",
        again.err
    );
    assert_eq!(folder.read(path), text);
}

#[test]
fn new_from_payloads_gives_fields_and_examples() {
    let folder = Folder::new();
    let payload = |user: &str, more: &str| {
        format!(r#"{{ "kind": "left", "id": "1", "user": {{ "name": "{user}" }}{more} }}"#)
    };
    folder.write("one.json", &payload("Ann", r#", "left_at": 1700000000, "data": "{\"rooms\":[1]}""#));
    folder.write("two.json", &payload("Ben", r#", "status": "moved""#));
    let ended =
        folder.run(&["new", "acme", "left", "--domain", "chat", "--from", "one.json", "two.json"]).with(0);
    assert_eq!(ended.out.lines().count(), 3, "{}", ended.out);
    let text = folder.read("schemas/acme/chat/left.yaml");
    for line in [
        "  data: { type: json<DataData>, about: \"\" }",
        "  left_at: { type: time<unix_s>, about: \"\" }",
        "  status: { type: string, about: \"\", values: { moved: \"\" } }",
        "  user: { type: UserData, about: \"\" }",
        "      rooms: { type: list<int>, about: \"\" }",
    ] {
        assert!(text.lines().any(|is| is == line), "{line}\n{text}");
    }
    let example = folder.read("schemas/acme/chat/examples/left.2.json");
    let example: Value = serde_json::from_str(&example).unwrap();
    assert_eq!(example["status"], "moved");
    assert!(example["user"]["name"] != "Ben" && example["user"]["name"].as_str().unwrap().len() == 3);
    // With words in place of what is asked for, the schema is whole, and its payloads fit.
    folder.write(
        "schemas/acme/chat/left.yaml",
        &text.replace("docs: \"\"", "# docs").replace("\"\"", "A word"),
    );
    folder.run(&["check"]).with(0);
    folder.run(&["verify", "one.json", "two.json"]).with(0);
}

#[test]
fn new_from_what_is_no_payload_writes_nothing() {
    let folder = Folder::new();
    let before = folder.files("schemas");
    folder.write("cut.json", "{\"kind\":");
    folder.write("list.json", "[]");
    folder.write("empty.json", "\n");
    fs::write(folder.0.join("latin.json"), b"{\"a\":\"\xe9\"}").unwrap();
    for file in ["cut.json", "list.json", "empty.json", "latin.json", "missing.json", "schemas"] {
        let ended = folder.run(&["new", "acme", "left", "--domain", "chat", "--from", file]).with(2);
        assert!(
            ended.err.starts_with(&format!("error: {file}: ")) && ended.err.lines().count() == 1,
            "{}",
            ended.err
        );
    }
    assert_eq!(folder.files("schemas"), before);
}

#[test]
fn new_from_flags_is_schema_payload_and_code_in_one_run() {
    let folder = Folder::new();
    let flags = "--title|Somebody left|--about|Somebody left the chat: for good, or by mistake.|--docs|https://acme.example/left|\
                 --apps|own|--delivery|push|--permissions|chat:read|--field|user=string: Who left.|--field|left_at=time<unix_s>: When.|\
                 --field|rooms=list<int>: Which rooms.|--out|out";
    let args = ["new", "acme", "chat.left_v1"].into_iter().chain(flags.split('|')).collect::<Vec<_>>();
    let ended = folder.run(&args).with(0);
    let path = "schemas/acme/chat/chat.left_v1.yaml";
    assert_eq!(ended.out, format!("{path}\nschemas/acme/chat/examples/chat.left_v1.made.json\n"));
    assert!(ended.err.starts_with("generated: "), "{}", ended.err);
    assert_eq!(
        folder.read(path),
        "# yaml-language-server: $schema=../../event.schema.json\nevent: chat.left_v1\ntitle: Somebody left\n\
         about: \"Somebody left the chat: for good, or by mistake.\"\ndocs: https://acme.example/left\napps: [own]\n\
         delivery: [push]\npermissions: { any_of: [\"chat:read\"] }\nfields:\n  user: { type: string, about: Who left. }\n  \
         left_at: { type: time<unix_s>, about: When. }\n  rooms: { type: list<int>, about: Which rooms. }\n"
    );
    let payload: Value =
        serde_json::from_str(&folder.read("schemas/acme/chat/examples/chat.left_v1.made.json")).unwrap();
    assert_eq!(
        payload,
        serde_json::json!({ "kind": "chat.left_v1", "id": "text", "user": "text", "left_at": 1_700_000_000, "rooms": [1] })
    );
    assert!(folder.read("out/src/acme/chat/chat_left_v1.rs").contains("pub struct ChatLeftV1"));
    folder.run(&["check"]).with(0);
}

#[test]
fn new_generates_nothing_where_that_is_not_wanted_or_something_is_left_open() {
    let folder = Folder::new();
    let whole = |event, more: &[&str]| {
        let words = [
            "new",
            "acme",
            event,
            "--title",
            "Left",
            "--about",
            "A word.",
            "--field",
            "a=int: A word.",
            "--out",
            "out",
        ];
        folder.run(&[&words[..], more].concat()).with(0)
    };
    // Without a page, `docs` is left open.
    assert!(whole("chat.a", &[]).err.contains("(1 error in 1 file; not given: `--docs`)"));
    fs::remove_file(folder.0.join("schemas/acme/chat/chat.a.yaml")).unwrap();
    let ended = whole("chat.b", &["--docs", "https://acme.example/b", "--no-gen"]);
    assert!(ended.err.contains("2. run `cargo xtask gen --schemas schemas --out out`"), "{}", ended.err);
    assert!(!folder.has("out"));
}

#[test]
fn new_asks_for_what_it_was_not_told() {
    let folder = Folder::new();
    let answers = "acme\nleft\nchat\nSomebody left\nSomebody left the chat.\nhttps://acme.example/left\nown\npush\n\n\
                   user=string\nnonsense\nwhy=string: The reason.\n\nWho left.\n";
    let ended = folder.answer(&["new", "--ask", "--out", "out"], answers).with(0);
    for question in [
        "platform (acme): ",
        "domain (chat, or a new one): ",
        "ways of delivery (some of push): ",
        "user (string): ",
    ] {
        assert!(ended.err.contains(question), "{question}\n{}", ended.err);
    }
    assert!(ended.err.contains("`nonsense` is no field; "), "{}", ended.err);
    let text = folder.read("schemas/acme/chat/left.yaml");
    assert!(text.contains("\ndelivery: [push]\n# permissions: { any_of: [] }\n"), "{text}");
    assert!(
        text.contains(
            "  user: { type: string, about: Who left. }\n  why: { type: string, about: The reason. }\n"
        ),
        "{text}"
    );
    assert!(folder.has("out/src/acme/chat/left.rs"));
}

#[test]
fn new_asks_for_words_on_what_it_inferred_until_the_answers_end() {
    let folder = Folder::new();
    folder.write(
        "left.json",
        "{ \"kind\": \"left\", \"id\": \"1\", \"user\": { \"name\": \"Ann\" }, \"why\": \"bored\" }",
    );
    let answers = "\n\n\n\n\n\nWho left.\n";
    let args = ["new", "acme", "left", "--domain", "chat", "--from", "left.json", "--ask"];
    folder.answer(&args, answers).with(0);
    let text = folder.read("schemas/acme/chat/left.yaml");
    assert!(
        text.contains("  user: { type: UserData, about: Who left. }\n  why: { type: string, about: \"\" }\n"),
        "{text}"
    );
}

#[test]
fn new_takes_the_name_from_the_payload_and_refuses_one_of_another_event() {
    let folder = Folder::new();
    folder.write("left.json", "{ \"kind\": \"chat.left\", \"id\": \"1\" }");
    let ended = folder.run(&["new", "acme", "chat.gone", "--from", "left.json"]).with(2);
    assert_eq!(ended.err, "error: left.json: this is a payload of `chat.left`, not of `chat.gone`\n");
    let ended = folder.run(&["new", "acme", "--from", "left.json"]).with(0);
    assert!(ended.out.starts_with("schemas/acme/chat/chat.left.yaml\n"), "{}", ended.out);
    assert!(ended.err.starts_with("note: the payloads are masked; `--as-is` leaves them"), "{}", ended.err);
}

#[test]
fn new_stores_payloads_as_they_are_where_that_is_wanted_or_they_cannot_be_masked() {
    let folder = Folder::new();
    let (whole, body) =
        ("{ \"kind\": \"left\", \"id\": \"1\", \"who\": \"Ann\" }\n", "{ \"who\": \"Ann\" }\n");
    folder.write("left.json", whole);
    let ended =
        folder.run(&["new", "acme", "left", "--domain", "chat", "--from", "left.json", "--as-is"]).with(0);
    assert_eq!(folder.read("schemas/acme/chat/examples/left.json"), whole);
    assert!(ended.err.contains("the payloads are stored as they are; see that they hold nothing secret"));
    folder.write("body.json", body);
    let ended = folder.run(&["new", "acme", "gone", "--domain", "chat", "--from", "body.json"]).with(0);
    assert_eq!(folder.read("schemas/acme/chat/examples/gone.json"), body);
    assert!(ended.err.starts_with("note: payload 1 is stored as it is: "), "{}", ended.err);
}

const LEFT: &str = "# 走了\n\n| 项目 | 值 |\n| --- | --- |\n| 事件类型 | left |\n| 权限要求 | `chat:read` 看 |\n\n\
                    | 名称 | 类型 | 描述 |\n| --- | --- | --- |\n| `kind` | `string` | 种类 |\n| `user` | `object` | 谁 |\n\
                    | &nbsp;&nbsp;└ `name` | `string` | 名字 |\n| `why` | `string` | 原因<br>**可选值有**：<br>- `bored`: 无聊 |\n\n\
                    ```json\n{ \"kind\": \"left\", \"id\": \"1\", \"user\": { \"name\": \"Ann\" }, \"left_at\": 1700000000 }\n```\n";

#[test]
fn new_from_a_page_gives_its_facts_and_its_sample() {
    let folder = Folder::new();
    folder.write("left.md", LEFT);
    let ended = folder.run(&["new", "acme", "--domain", "chat", "--from-doc", "left.md"]).with(0);
    assert_eq!(ended.out, "schemas/acme/chat/left.yaml\nschemas/acme/chat/examples/left.json\n");
    let text = folder.read("schemas/acme/chat/left.yaml");
    for line in [
        "title_zh: 走了",
        "permissions: { any_of: [\"chat:read\"] }",
        "  user: { type: UserData, about: \"\" }",
        "  why: { type: string, about: \"\", values: { bored: \"\" } }",
        "  left_at: { type: time<unix_s>, about: \"\", evidence: sample }",
    ] {
        assert!(text.lines().any(|is| is == line), "{line}\n{text}");
    }
    assert!(!text.contains("kind:"), "it is the envelope's: {text}");
    folder.write(
        "schemas/acme/chat/left.yaml",
        &text.replace("docs: \"\"", "# docs").replace("\"\"", "A word"),
    );
    folder.run(&["check"]).with(0);
}

#[test]
fn new_from_what_is_no_page_writes_nothing() {
    let folder = Folder::new();
    let before = folder.files("schemas");
    folder.write("empty.md", "\n");
    folder.write("prose.md", "# A page\n\nWithout tables.\n");
    folder.write("other.md", "| a | b |\n| --- | --- |\n| c | d |\n");
    fs::write(folder.0.join("latin.md"), b"| \xe9 |").unwrap();
    for (file, reason) in [
        ("missing.md", "No such file"),
        ("schemas", "this is a folder"),
        ("latin.md", "this is not UTF-8; pages are Markdown"),
        ("empty.md", "this is empty; give the page of an event"),
        ("prose.md", "there are no tables in it"),
        ("other.md", "it shows no body of an event"),
    ] {
        let ended = folder.run(&["new", "acme", "left", "--domain", "chat", "--from-doc", file]).with(2);
        assert!(ended.err.starts_with(&format!("error: {file}: {reason}")), "{}", ended.err);
        assert_eq!(ended.err.lines().count(), 1, "{}", ended.err);
    }
    folder.write("left.md", LEFT);
    let ended = folder.run(&["new", "acme", "gone", "--domain", "chat", "--from-doc", "left.md"]).with(2);
    assert_eq!(ended.err, "error: left.md: this is the page of `left`, not of `gone`\n");
    assert_eq!(folder.files("schemas"), before);
}

#[test]
fn new_says_what_it_needs() {
    let folder = Folder::new();
    let before = folder.files("schemas");
    let platform = folder.run(&["new", "acne", "chat.ping"]).with(2);
    assert_eq!(platform.err, "error: there is no platform `acne`; did you mean `acme`?\n");
    for args in [&["new"][..], &["new", "acme"]] {
        let ended = folder.run(args).with(2);
        assert!(
            ended.err.contains("`cargo xtask new PLATFORM EVENT`, and the platforms are `acme`"),
            "{}",
            ended.err
        );
    }
    assert!(
        folder
            .run(&["new", "acme", "chat.x", "--field", "a"])
            .with(2)
            .err
            .contains("a field is `KEY=TYPE: ABOUT`")
    );
    let domain = folder.run(&["new", "acme", "pong"]).with(2);
    assert!(domain.err.contains("give one with `--domain`: `chat` or a new one"), "{}", domain.err);
    assert_eq!(folder.files("schemas"), before);
    folder.run(&["new", "acme", "pong", "--domain", "chat"]).with(0);
    assert!(folder.has("schemas/acme/chat/pong.yaml"));
}

#[test]
fn new_works_beside_broken_schemas() {
    let folder = Folder::new();
    folder.write("schemas/acme/chat/ping.yaml", "event: [");
    folder.run(&["new", "acme", "chat.pong"]).with(0);
    assert!(folder.has("schemas/acme/chat/chat.pong.yaml"));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = Folder::new();
    let mut command = folder.command(&["list", "--schemas", "schemas"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ended = Ended::of(child.wait_with_output().unwrap()).with(0);
    assert_eq!(ended.err, "");
}
