//! The official Python and Node SDKs as judges: what we sign and encrypt, they accept; what is signed and encrypted as
//! they want it, we accept; and every event that they know, we know.
//!
//! They are looked for in `OFFICIAL_SDKS`, a folder with `venv` (Python) and `node` (npm), as `.ci/run` makes it. Without
//! it nothing is run, and the reason is printed.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test's helpers fail as the test does

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use workplace_events::{RawEvent, catalogue, dispatch::Outcome, lark, runtime};

const KEY: &str = "test key";
const TOKEN: &str = "v-tok";

/// The Python package opens these and then fails, as its models have other types than the platform documents: an
/// object for a `value` that may be text, a list for the one object `comments`.
const MISTYPED: &[&str] =
    &["card.action.trigger.string-value.made.json", "helpdesk.ticket_message.created_v1.made.json"];

fn main() {
    let Some(sdks) = std::env::var_os("OFFICIAL_SDKS").map(PathBuf::from).filter(|folder| folder.is_dir())
    else {
        println!("skipped: OFFICIAL_SDKS names no folder with the official SDKs; `.ci/run` makes one");
        return;
    };
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/official");
    let mut python = Command::new(sdks.join("venv/bin/python"));
    python.arg(scripts.join("lark.py"));
    let mut node = Command::new("node");
    node.arg(scripts.join("lark.js")).arg(sdks.join("node"));
    for (name, command) in [("lark-oapi (Python)", &mut python), ("@larksuiteoapi/node-sdk", &mut node)] {
        let mut sdk = Sdk::start(name, command);
        sdk.knows_nothing_that_we_do_not();
        sdk.accepts_what_we_seal();
        if name.contains("Python") {
            sdk.seals_what_we_accept();
        }
    }
}

/// A running SDK: a line of JSON in, a line of JSON out.
struct Sdk {
    name: &'static str,
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    keys: BTreeSet<String>,
}

impl Sdk {
    fn start(name: &'static str, command: &mut Command) -> Sdk {
        let mut process = command
            .args([KEY, TOKEN])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        let input = process.stdin.take().expect("piped");
        let output = BufReader::new(process.stdout.take().expect("piped"));
        let mut sdk = Sdk { name, process, input, output, keys: BTreeSet::new() };
        let keys = sdk.line()["keys"].as_array().expect("keys").clone();
        sdk.keys = keys.iter().filter_map(|key| Some(key.as_str()?.to_owned())).collect();
        sdk
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("a line");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{}: {error}: {line}", self.name))
    }

    fn ask(&mut self, question: &Value) -> Value {
        writeln!(self.input, "{question}").expect("it listens");
        self.line()
    }

    /// Parity: read from the package itself, not from a list of ours.
    fn knows_nothing_that_we_do_not(&self) {
        assert!(self.keys.len() > 190, "{}: {} events are too few to be all", self.name, self.keys.len());
        let ours: BTreeSet<&str> =
            catalogue::events().filter(|row| row.platform == "lark").map(|row| row.event).collect();
        let missing: Vec<_> = self.keys.iter().filter(|key| !ours.contains(key.as_str())).collect();
        assert!(missing.is_empty(), "{} knows events that we do not: {missing:?}", self.name);
        println!("{}: all of its {} events are known", self.name, self.keys.len());
    }

    fn accepts_what_we_seal(&mut self) {
        let credential = lark::Credential::new().encrypt_key(KEY).verification_token(TOKEN);
        let mut accepted = 0;
        for (file, mut payload) in payloads() {
            let p2 = payload.get("schema").is_some();
            let event = if p2 { &payload["header"]["event_type"] } else { &payload["event"]["type"] };
            let event = event.as_str().expect("an event").to_owned();
            if !self.keys.contains(&event) {
                continue;
            }
            if p2 {
                payload["header"]["token"] = TOKEN.into()
            } else {
                payload["token"] = TOKEN.into()
            }
            let stamp = runtime::webhook::Stamp::seconds().expect("random");
            let request =
                runtime::lark::seal(&credential, payload.to_string().as_bytes(), &stamp).expect("seals");
            let answer = self.ask(&as_json(&request));
            if self.name.contains("Python") && MISTYPED.contains(&file.as_str()) {
                assert!(
                    answer["body"].as_str().is_some_and(|body| body.contains("but was")),
                    "{file}: {answer}"
                );
                continue;
            }
            assert_eq!(answer["handled"], 1, "{} did not handle {file}: {answer}", self.name);
            accepted += 1;
        }
        assert!(accepted >= 100, "{}: only {accepted} payloads were tried", self.name);
        println!("{}: it handled all of {accepted} requests that we sealed", self.name);
    }

    fn seals_what_we_accept(&mut self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let mut accepted = 0;
        for (file, mut payload) in
            payloads().into_iter().filter(|(_, payload)| payload.get("schema").is_some())
        {
            payload["header"]["token"] = TOKEN.into();
            let text = payload.to_string();
            let sealed = self.ask(&json!({ "seal": text }));
            let expected = text.clone();
            let dispatcher = lark::EventDispatcher::builder()
                .on_any(
                    async move |event: RawEvent| {
                        if event.raw() == expected { Outcome::Ack } else { Outcome::Retry }
                    },
                )
                .build()
                .expect("builds");
            let credential = lark::Credential::new().encrypt_key(KEY).verification_token(TOKEN);
            let webhook = lark::Webhook::builder(dispatcher).credential(credential).build().expect("builds");
            let response = runtime.block_on(webhook.receive(as_request(&sealed)));
            assert_eq!(response.status(), 200, "{file}");
            accepted += 1;
        }
        println!("{}: we handled all of {accepted} requests that were sealed beside it", self.name);
    }
}

impl Drop for Sdk {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn as_json(request: &Request<Bytes>) -> Value {
    // The Python SDK looks headers up by this spelling.
    let spelling = |name: &str| {
        name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect::<Vec<_>>().join("-")
    };
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| (spelling(name.as_str()), Value::from(value.to_str().expect("text"))));
    let body = base64_simd::STANDARD.encode_to_string(request.body());
    json!({ "headers": headers.collect::<serde_json::Map<_, _>>(), "body": body })
}

fn as_request(sealed: &Value) -> Request<Bytes> {
    let mut request = Request::post("/");
    for (name, value) in sealed["headers"].as_object().expect("headers") {
        request = request.header(name, value.as_str().expect("text"));
    }
    let body = sealed["body"].as_str().expect("text");
    request.body(base64_simd::STANDARD.decode_to_vec(body).expect("base64").into()).expect("a request")
}

/// The example payloads of Lark in an envelope, by file name.
fn payloads() -> Vec<(String, Value)> {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/lark");
    let mut found = Vec::new();
    for domain in std::fs::read_dir(schemas).expect("schemas").flatten() {
        for file in std::fs::read_dir(domain.path().join("examples")).into_iter().flatten().flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(file.path()).expect("readable");
            let payload: Value = serde_json::from_str(&text).expect("JSON");
            if !name.contains(".response")
                && (payload.get("schema").is_some() || payload.get("uuid").is_some())
            {
                found.push((name, payload));
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}
