//! The language server as an editor uses it: the real program, over stdin and stdout.
#![cfg(feature = "lsp")]
#![allow(clippy::unwrap_used, clippy::panic)] // a test's helpers fail as the test does

mod folder;

use std::{
    io::{BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver},
    time::Duration,
};

use folder::{Folder, PING};
use serde_json::{Value, json};

const PING_FILE: &str = "schemas/acme/chat/ping.yaml";

/// A server, and the editor's side of the conversation.
struct Editor {
    folder: Folder,
    server: Child,
    stdin: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// Messages that nobody has waited for yet.
    waiting: Vec<Value>,
    requests: i64,
}

impl Editor {
    /// A server that was told nothing yet.
    fn silent(folder: Folder) -> Editor {
        let mut server = Command::new(env!("CARGO_BIN_EXE_xtask-lsp"))
            .args(["--schemas", "schemas"])
            .current_dir(&folder.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, messages) = mpsc::channel();
        let mut out = BufReader::new(server.stdout.take().unwrap());
        std::thread::spawn(move || {
            while let Some(message) = read(&mut out) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let stdin = server.stdin.take();
        Editor { folder, server, stdin, messages, waiting: Vec::new(), requests: 0 }
    }

    /// A server that is ready.
    fn new(folder: Folder) -> Editor {
        let mut editor = Editor::silent(folder);
        let answer =
            editor.ask("initialize", json!({ "processId": null, "rootUri": null, "capabilities": {} }));
        assert_eq!(answer["capabilities"]["textDocumentSync"]["change"], 1);
        editor.tell("initialized", json!({}));
        editor
    }

    fn send(&mut self, text: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        write!(stdin, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        stdin.flush().unwrap();
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }).to_string());
    }

    /// The whole answer to a request.
    fn answer(&mut self, method: &str, params: Value) -> Value {
        self.requests += 1;
        let id = self.requests;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string());
        self.wait(|message| message["id"] == id)
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        let answer = self.answer(method, params);
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    fn refused(&mut self, method: &str, params: Value) -> i64 {
        self.answer(method, params)["error"]["code"].as_i64().unwrap()
    }

    /// The first message of a kind.
    fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            if let Some(index) = self.waiting.iter().position(&wanted) {
                return self.waiting.remove(index);
            }
            match self.messages.recv_timeout(Duration::from_secs(60)) {
                Ok(message) => self.waiting.push(message),
                Err(error) => panic!("{error}; there are {:#?}", self.waiting),
            }
        }
    }

    /// What the server finds in a file, once it says something of it.
    fn findings(&mut self, path: &str) -> Vec<Value> {
        let uri = self.uri(path);
        let message = self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri.as_str()
        });
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    fn uri(&self, path: &str) -> String {
        format!("file://{}", self.folder.0.join(path).display())
    }

    fn open(&mut self, path: &str, text: &str) {
        let document = json!({ "uri": self.uri(path), "languageId": "yaml", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    fn change(&mut self, path: &str, version: i64, text: &str) {
        let document = json!({ "uri": self.uri(path), "version": version });
        let changes = json!([{ "text": text }]);
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    /// Asks about the place of `what` in a text.
    fn at(&mut self, method: &str, path: &str, text: &str, what: &str) -> Value {
        let position = place(text, text.find(what).unwrap());
        self.ask(method, json!({ "textDocument": { "uri": self.uri(path) }, "position": position }))
    }

    /// Leaves as the protocol says.
    fn leave(mut self) -> i32 {
        assert_eq!(self.ask("shutdown", Value::Null), Value::Null);
        assert_eq!(self.refused("textDocument/hover", json!({})), -32600, "after `shutdown`");
        self.tell("exit", Value::Null);
        self.ended()
    }

    fn ended(&mut self) -> i32 {
        self.server.wait().unwrap().code().unwrap()
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        drop((self.stdin.take(), self.server.kill(), self.server.wait()));
    }
}

fn read(out: &mut impl std::io::BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        out.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().unwrap(),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    out.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).unwrap())
}

/// The place of a byte, in UTF-16 units.
fn place(text: &str, byte: usize) -> Value {
    let line = text[..byte].matches('\n').count();
    let start = text[..byte].rfind('\n').map_or(0, |at| at + 1);
    json!({ "line": line, "character": text[start..byte].encode_utf16().count() })
}

/// The place of a part of a text.
fn range(text: &str, part: &str) -> Value {
    let start = text.find(part).unwrap();
    json!({ "start": place(text, start), "end": place(text, start + part.len()) })
}

/// A text after the edits of an action.
fn edited(text: &str, action: &Value, uri: &str) -> String {
    let byte = |place: &Value| {
        let line = usize::try_from(place["line"].as_u64().unwrap()).unwrap();
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let units = usize::try_from(place["character"].as_u64().unwrap()).unwrap();
        let mut seen = 0;
        let before = text[start..].chars().take_while(|c| {
            seen += c.len_utf16();
            seen <= units
        });
        start + before.map(char::len_utf8).sum::<usize>()
    };
    let mut edits = action["edit"]["changes"][uri].as_array().unwrap().clone();
    edits.sort_by_key(|edit| std::cmp::Reverse(byte(&edit["range"]["start"])));
    let mut text = text.to_owned();
    for edit in edits {
        let (start, end) = (byte(&edit["range"]["start"]), byte(&edit["range"]["end"]));
        text.replace_range(start..end, edit["newText"].as_str().unwrap());
    }
    text
}

#[test]
fn mistakes_are_told_as_they_are_typed_and_mended() {
    let mut editor = Editor::new(Folder::new());
    // Two units of UTF-16, four bytes, one character.
    let wrong =
        PING.replace("text: { type: string, about: What", "text: { about: \"😀\", type: String, abuot: What");
    editor.open(PING_FILE, &wrong);
    let found = editor.findings(PING_FILE);
    let unknown = found.iter().find(|found| found["code"] == "WE0402").unwrap();
    assert_eq!(unknown["range"], range(&wrong, "String"));
    assert_eq!((&unknown["severity"], &unknown["source"]), (&json!(1), &json!("workplace-events")));
    assert_eq!(unknown["message"], "unknown type `String`\nhelp: did you mean `string`?");
    let page = unknown["codeDescription"]["href"].as_str().unwrap();
    assert!(page.ends_with("/generated/docs/diagnostics.md#we0402-an-unknown-type"), "{page}");

    let uri = editor.uri(PING_FILE);
    let params = json!({ "textDocument": { "uri": uri }, "range": unknown["range"], "context": { "diagnostics": found } });
    let actions = editor.ask("textDocument/codeAction", params);
    let [action] = actions.as_array().unwrap().as_slice() else { panic!("{actions:#}") };
    assert_eq!(
        (&action["title"], &action["kind"], &action["isPreferred"]),
        (&json!("Write `string`"), &json!("quickfix"), &json!(true))
    );
    assert_eq!(action["diagnostics"][0], *unknown);
    let mended = edited(&wrong, action, &uri);
    assert_eq!(mended, wrong.replace("String", "string"));
    editor.change(PING_FILE, 2, &mended);
    assert!(editor.findings(PING_FILE).iter().all(|found| found["code"] != "WE0402"));
    editor.change(PING_FILE, 3, PING);
    assert_eq!(editor.findings(PING_FILE), [json!(null); 0]);
    assert_eq!(editor.leave(), 0);
}

#[test]
fn a_change_that_may_be_meant_is_offered_but_not_preferred() {
    let mut editor = Editor::new(Folder::new());
    let wrong = PING.replace("apps:", "kind: evnt\napps:");
    editor.open(PING_FILE, &wrong);
    let uri = editor.uri(PING_FILE);
    let params = json!({ "textDocument": { "uri": uri }, "range": range(&wrong, "vn"), "context": { "diagnostics": [] } });
    let actions = editor.ask("textDocument/codeAction", params);
    assert_eq!((&actions[0]["title"], &actions[0]["isPreferred"]), (&json!("Write `event`"), &json!(false)));
    assert_eq!(edited(&wrong, &actions[0], &uri), wrong.replace("evnt", "event"));
}

#[test]
fn all_certain_changes_are_one_action() {
    let mut editor = Editor::new(Folder::new());
    let wrong = PING.replace("title:", "titel:").replace("string", "String");
    editor.open(PING_FILE, &wrong);
    let uri = editor.uri(PING_FILE);
    let context = json!({ "diagnostics": [], "only": ["source.fixAll"] });
    let params =
        json!({ "textDocument": { "uri": uri }, "range": range(&wrong, "event"), "context": context });
    let actions = editor.ask("textDocument/codeAction", params);
    assert_eq!(edited(&wrong, &actions[0], &uri), PING);
}

#[test]
fn a_finding_leads_to_the_other_places_that_belong_to_it() {
    let mut editor = Editor::new(Folder::new());
    let wrong = PING.replace("apps: [own]", "apps: [own]\ntitle: Again");
    editor.open(PING_FILE, &wrong);
    let found = editor.findings(PING_FILE);
    let related = &found[0]["relatedInformation"][0];
    assert_eq!(related["message"], "first time");
    assert_eq!(related["location"], json!({ "uri": editor.uri(PING_FILE), "range": range(&wrong, "title") }));
}

#[test]
fn findings_have_the_level_of_their_lint() {
    let folder = Folder::new();
    let platform = folder.read("schemas/acme/platform.yaml");
    folder.write("schemas/acme/platform.yaml", &format!("{platform}lints: {{ title-too-long: warn }}\n"));
    let mut editor = Editor::new(folder);
    editor.open(PING_FILE, &PING.replace("Pinged", "One two three four five six seven"));
    let found = editor.findings(PING_FILE);
    assert_eq!((found.len(), &found[0]["severity"]), (1, &json!(2)));
}

#[test]
fn names_lead_to_their_declarations_and_show_their_rust() {
    let folder = Folder::new();
    folder.write("schemas/acme/_types.yaml", "types:\n  User: { about: A user., fields: {} }\n");
    let mut editor = Editor::new(folder);
    let text = PING.replace("type: string", "type: list<User>");
    editor.open(PING_FILE, &text);
    let found = editor.at("textDocument/definition", PING_FILE, &text, "ser>");
    assert_eq!(found["uri"], editor.uri("schemas/acme/_types.yaml"));
    assert_eq!(found["range"]["start"], json!({ "line": 1, "character": 2 }));
    let found = editor.at("textDocument/definition", PING_FILE, &text, "chat:read");
    assert_eq!(found["uri"], editor.uri("schemas/acme/platform.yaml"));
    let shown = editor.at("textDocument/hover", PING_FILE, &text, "text:");
    let markdown = shown["contents"]["value"].as_str().unwrap();
    assert!(markdown.contains("pub text: Option<Vec<acme::User>>"), "{markdown}");
    assert_eq!(shown["range"], range(&text, "text"));
    assert_eq!(editor.at("textDocument/hover", PING_FILE, &text, "Somebody"), Value::Null);
}

#[test]
fn a_file_is_known_however_the_editor_writes_its_uri() {
    let mut editor = Editor::new(Folder::new());
    let odd = PING_FILE.replace("ping", "p%69ng");
    editor.open(&odd, &PING.replace("string", "strng"));
    assert_eq!(editor.findings(&odd).len(), 1);
}

#[test]
fn names_are_completed_in_what_is_half_written() {
    let mut editor = Editor::new(Folder::new());
    let text = PING.replace("[\"chat:read\"] }", "[\"chat:");
    editor.open(PING_FILE, &text);
    let items = editor.at("textDocument/completion", PING_FILE, &format!("{text} "), "\nfields");
    assert_eq!(items[0]["label"], "chat:read");
    assert_eq!(items[0]["textEdit"], json!({ "range": range(&text, "\"chat:"), "newText": "\"chat:read\"" }));
    assert_eq!(items[0]["documentation"]["value"], "Read.");
}

#[test]
fn files_that_others_change_are_read_again() {
    let mut editor = Editor::silent(Folder::new());
    let able = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    editor.ask("initialize", json!({ "processId": null, "rootUri": null, "capabilities": able }));
    editor.tell("initialized", json!({}));
    let asked = editor.wait(|message| message["method"] == "client/registerCapability");
    assert_eq!(asked["params"]["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    let id = &asked["id"];
    editor.send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }).to_string());
    editor.folder.write(PING_FILE, &PING.replace("string", "strng"));
    editor.tell("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
    assert_eq!(editor.findings(PING_FILE).len(), 1);
    // What is open counts, not what is on disk.
    editor.open(PING_FILE, PING);
    assert_eq!(editor.findings(PING_FILE).len(), 0);
    let closed = json!({ "textDocument": { "uri": editor.uri(PING_FILE) } });
    editor.tell("textDocument/didClose", closed);
    assert_eq!(editor.findings(PING_FILE).len(), 1);
}

#[test]
fn what_cannot_be_understood_is_told_and_passed_over() {
    let mut editor = Editor::silent(Folder::new());
    assert_eq!(editor.refused("textDocument/hover", json!({})), -32002, "before `initialize`");
    editor.ask("initialize", json!({ "processId": null, "rootUri": null, "capabilities": {} }));
    editor.send("{ \"jsonrpc\": \"2.0\", ");
    editor.send("[]");
    for _ in 0..2 {
        editor.wait(|message| message["method"] == "window/logMessage");
    }
    assert_eq!(editor.refused("textDocument/rename", json!({})), -32601);
    assert_eq!(editor.refused("textDocument/hover", json!({ "position": "here" })), -32602);
    assert_eq!(editor.refused("initialize", json!({})), -32600);
    editor.tell("textDocument/didOpen", json!({ "textDocument": 1 }));
    editor.wait(|message| message["params"]["message"].as_str().is_some_and(|text| text.contains("didOpen")));
    editor.tell("$/setTrace", json!({ "value": "off" }));
    let elsewhere =
        json!({ "textDocument": { "uri": "untitled:1" }, "position": { "line": 0, "character": 0 } });
    assert_eq!(editor.ask("textDocument/hover", elsewhere), Value::Null);
    assert_eq!(editor.leave(), 0);
}

#[test]
fn who_leaves_without_a_word_is_exit_code_1() {
    let mut editor = Editor::new(Folder::new());
    editor.tell("exit", Value::Null);
    assert_eq!(editor.ended(), 1);
    let mut editor = Editor::new(Folder::new());
    drop(editor.stdin.take());
    assert_eq!(editor.ended(), 1);
}

#[test]
fn a_folder_that_is_not_there_is_wrong_usage() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_xtask-lsp")).args(["--schemas", "elsewhere"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: elsewhere: no such folder; give the schemas with `--schemas DIR`\n"
    );
    assert!(!Path::new("elsewhere").exists());
}
