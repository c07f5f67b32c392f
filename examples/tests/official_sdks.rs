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
use workplace_events::{
    RawEvent, catalogue,
    dispatch::Outcome,
    lark::{self, card::P1CardActionTriggerV1},
    runtime::{self, webhook::Stamp},
    testing::Payload,
};

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
        sdk.answers_our_verification_of_its_url();
        if sdk.is_python() {
            sdk.accepts_our_old_card();
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
        let p1 = catalogue::events().filter(|row| row.platform == "lark" && row.protocol == "p1");
        let p1: Vec<_> = p1.map(|row| row.event).collect();
        let mut process = command
            .args([KEY, TOKEN, &p1.join(",")])
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

    fn is_python(&self) -> bool {
        self.name.contains("Python")
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
        let (mut accepted, mut of_p1) = (0, 0);
        for (file, mut payload) in payloads() {
            let p2 = payload.get("schema").is_some();
            let event = if p2 { &payload["header"]["event_type"] } else { &payload["event"]["type"] };
            let event = event.as_str().expect("an event").to_owned();
            // Python has no types for protocol 1; all of its events are registered there by name.
            if !self.keys.contains(&event) && (p2 || !self.is_python()) {
                continue;
            }
            if p2 {
                payload["header"]["token"] = TOKEN.into()
            } else {
                payload["token"] = TOKEN.into()
            }
            let request = runtime::lark::seal(&credential(), payload.to_string().as_bytes(), &stamp());
            let answer = self.ask(&as_json(&request.expect("seals"), "events"));
            if self.is_python() && MISTYPED.contains(&file.as_str()) {
                assert!(
                    answer["body"].as_str().is_some_and(|body| body.contains("but was")),
                    "{file}: {answer}"
                );
                continue;
            }
            assert_eq!(answer["handled"], 1, "{} did not handle {file}: {answer}", self.name);
            accepted += 1;
            of_p1 += usize::from(!p2);
        }
        assert!(accepted >= 100, "{}: only {accepted} payloads were tried", self.name);
        assert!(of_p1 >= 20, "{}: only {of_p1} payloads of protocol 1 were tried", self.name);
        println!(
            "{}: it handled all of {accepted} requests that we sealed, {of_p1} of them of protocol 1",
            self.name
        );
    }

    /// The verification of the URL is encrypted and not signed; the official Node SDK answers it in its adapters.
    fn answers_our_verification_of_its_url(&mut self) {
        let to = if self.is_python() { "events" } else { "adapter" };
        let mut ask = |token: &str| {
            let asked = json!({ "challenge": "ajls384kdjx98XX", "token": token, "type": "url_verification" });
            let request = runtime::lark::seal_unsigned(&credential(), asked.to_string().as_bytes(), &stamp());
            self.ask(&as_json(&request, to))
        };
        let expected = json!({ "status": 200, "body": r#"{"challenge":"ajls384kdjx98XX"}"#, "handled": 0 });
        assert_eq!(ask(TOKEN), expected, "{to}");
        // The Node SDK looks at no token here.
        if to == "events" {
            assert_eq!(ask("another token")["status"], 500, "{to}");
        }
        println!("{}: it answered our verification of its URL", self.name);
    }

    /// Old message cards: signed with SHA-1 over the token, and not encrypted.
    fn accepts_our_old_card(&mut self) {
        let credential = credential().accept_old_cards();
        let card = Payload::<P1CardActionTriggerV1>::sample();
        let mut request = card.request(&credential).expect("seals");
        let answer = self.ask(&as_json(&request, "cards"));
        let toast = r#"{"toast": {"content": "{'key': 'value'}"}}"#;
        assert_eq!(answer, json!({ "status": 200, "body": toast, "handled": 1 }), "{}", self.name);
        let changed = card.set("action.value.key", "another value").expect("an object");
        *request.body_mut() = changed.as_str().to_owned().into();
        let answer = self.ask(&as_json(&request, "cards"));
        let refused = r#"{"msg":"signature verification failed"}"#;
        assert_eq!(answer, json!({ "status": 500, "body": refused, "handled": 0 }), "{}", self.name);
        println!(
            "{}: it handled an old card that we signed, and no other body under its signature",
            self.name
        );
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
            let webhook =
                lark::Webhook::builder(dispatcher).credential(credential()).build().expect("builds");
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

fn credential() -> lark::Credential {
    lark::Credential::new().encrypt_key(KEY).verification_token(TOKEN)
}

fn stamp() -> Stamp {
    Stamp::seconds().expect("random")
}

/// A request, and the part of the SDK that is to receive it.
fn as_json(request: &Request<Bytes>, to: &str) -> Value {
    // The Python SDK looks headers up by this spelling.
    let spelling = |name: &str| {
        name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect::<Vec<_>>().join("-")
    };
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| (spelling(name.as_str()), Value::from(value.to_str().expect("text"))));
    let body = base64_simd::STANDARD.encode_to_string(request.body());
    json!({ "to": to, "headers": headers.collect::<serde_json::Map<_, _>>(), "body": body })
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
