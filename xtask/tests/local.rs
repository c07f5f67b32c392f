//! `gateway`, `trigger` and `listen` as a person uses them: the real program, real sockets.
#![cfg(feature = "local")]
#![allow(clippy::expect_used, clippy::panic)] // a test's helpers fail as the test does

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

const LARK: [(&str, &str); 2] = [("LARK_ENCRYPT_KEY", "test key"), ("LARK_VERIFICATION_TOKEN", "v-tok")];
const DINGTALK: [(&str, &str); 3] = [
    ("DINGTALK_TOKEN", "123456"),
    ("DINGTALK_AES_KEY", "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij"),
    ("DINGTALK_OWNER_KEY", "dingkey"),
];

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask-local"));
    command.args(args).env("NO_PROXY", "*");
    command
}

fn trigger(args: &[&str]) -> Output {
    command(&["trigger"]).args(args).envs(LARK).envs(DINGTALK).output().expect("it runs")
}

/// What a command printed: a value per line.
fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// A command that runs until the test ends, and the address that it told on standard error.
struct Running {
    process: Child,
    address: String,
}

impl Running {
    fn start(command: &mut Command) -> Running {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut told = BufReader::new(process.stderr.take().expect("piped")).lines();
        let address = loop {
            let line = told.next().expect("it says where it listens").expect("text");
            if let Some((_, rest)) = line.split_once("http://") {
                break rest.split(' ').next().unwrap_or_default().to_owned();
            }
        };
        std::thread::spawn(move || told.for_each(drop));
        Running { process, address }
    }

    fn lines(&mut self, count: usize) -> Vec<Value> {
        let out = BufReader::new(self.process.stdout.as_mut().expect("piped"));
        out.lines()
            .take(count)
            .map(|line| serde_json::from_str(&line.expect("text")).expect("JSON"))
            .collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(std::fs::remove_dir_all(&folder));
    folder
}

#[test]
fn what_is_triggered_is_received_printed_and_saved() {
    let saved = folder("captured");
    let mut listen = command(&["listen", "--listen", "127.0.0.1:0", "--save"]);
    let mut listen = Running::start(listen.arg(&saved).envs(LARK).envs(DINGTALK));
    let (lark, dingtalk) =
        (format!("http://{}/lark", listen.address), format!("http://{}/dingtalk", listen.address));
    let sent = [
        trigger(&["im.message.receive_v1", "--to", &lark, "--set", "event.message.chat_type=p2p"]),
        trigger(&["user_add_org", "--to", &dingtalk]),
    ];
    for sent in &sent {
        assert!(sent.status.success(), "{}", String::from_utf8_lossy(&sent.stderr));
        assert_eq!(lines(sent)[0]["status"], 200);
    }
    let received = listen.lines(2);
    assert_eq!(received[0]["event_type"], "im.message.receive_v1");
    assert_eq!(received[0]["payload"]["event"]["message"]["chat_type"], "p2p");
    assert!(
        received[0]["event_id"].as_str().is_some_and(|id| id.starts_with("triggered-")),
        "an id of its own"
    );
    assert_eq!((&received[1]["event_type"], &received[1]["form"]), (&"user_add_org".into(), &"http".into()));
    let file = std::fs::read_to_string(saved.join("im.message.receive_v1.1.json")).expect("saved");
    assert_eq!(serde_json::from_str::<Value>(&file).expect("JSON"), received[0]["payload"]);
}

#[test]
fn a_receiver_bears_chaos() {
    let listen = Running::start(command(&["listen", "--listen", "127.0.0.1:0"]).envs(LARK));
    let url = format!("http://{}/lark", listen.address);
    let sent = trigger(&["im.message.receive_v1", "--to", &url, "--chaos"]);
    let told = lines(&sent);
    assert!(sent.status.success() && told.iter().all(|line| line["fine"] == true), "{told:#?}");
    let corrupted: Vec<_> = told.iter().filter(|line| line["answer"]["status"] == 401).collect();
    assert_eq!(corrupted.len(), 1);
}

#[test]
fn the_gateway_takes_events_from_others_and_from_its_input() {
    let mut gateway = Running::start(&mut command(&["gateway", "--listen", "127.0.0.1:0"]));
    let url = format!("http://{}", gateway.address);
    let mut listen = command(&["listen"]);
    listen.envs([("LARK_DOMAIN", url.as_str()), ("LARK_APP_ID", "cli_1"), ("LARK_APP_SECRET", "any")]);
    let mut listen = listen.stdout(Stdio::piped()).spawn().expect("it starts");
    let sent = trigger(&["im.chat.disbanded_v1", "--through", &gateway.address]);
    assert!(sent.status.success(), "{}", String::from_utf8_lossy(&sent.stderr));
    let told = &lines(&sent)[0];
    assert_eq!(
        (&told["code"], &told["attempts"], &told["complaints"]),
        (&200.into(), &1.into(), &Value::Array(vec![]))
    );
    let input = gateway.process.stdin.as_mut().expect("piped");
    writeln!(input, "im.message.receive_v1 event.message.chat_type=p2p").expect("it reads");
    writeln!(input, "parts=2,0,1 im.chat.disbanded_v1").expect("it reads");
    assert!(gateway.lines(2).iter().all(|line| line["code"] == 200));
    let out = BufReader::new(listen.stdout.as_mut().expect("piped"));
    let received: Vec<String> = out.lines().take(2).map(|line| line.expect("text")).collect();
    assert!(
        received[0].contains("im.chat.disbanded_v1") && received[1].contains(r#""chat_type":"p2p""#),
        "{received:?}"
    );
    drop(listen.kill());
    drop(listen.wait());
}

#[test]
fn what_cannot_be_done_is_said() {
    let says = |args: &[&str], what: &str| {
        let output = trigger(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains(what), "{args:?}: {text}");
    };
    says(
        &["im.message.recieve_v1", "--to", "http://127.0.0.1:9/lark"],
        "did you mean `im.message.receive_v1`",
    );
    says(&["im.message.receive_v1", "--through", "127.0.0.1:9"], "`cargo xtask gateway` runs one");
    says(
        &["im.message.receive_v1", "--to", "http://127.0.0.1:9/", "--set", "event"],
        "`event` is not `path=value`",
    );
    says(
        &["im.message.receive_v1", "--to", "http://127.0.0.1:9/", "--sample", "no"],
        "there are `im.message.receive_v1.audio.made.json`",
    );
    let listen = command(&["listen"]).output().expect("it runs");
    assert!(String::from_utf8_lossy(&listen.stderr).contains("nothing to listen to"));
}
