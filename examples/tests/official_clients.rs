//! The official Python and Node clients as judges of the gateway: they connect to it as they are, receive what it sends,
//! and it is content with what they say; so what our clients say to it is what the platforms expect.
//!
//! They are looked for in `OFFICIAL_SDKS`, a folder with `venv` (Python) and `node` (npm), as `.ci/run` makes it. Without
//! it nothing is run, and the reason is printed.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test's helpers fail as the test does

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};
use workplace_events::{
    dingtalk::{card::CardCallback, contact::UserAddOrg},
    lark::{card::P2CardActionTrigger, im::P2ImMessageReceiveV1},
    testing::{
        Payload,
        gateway::{Acknowledgement, Connection, Gateway},
    },
};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let Some(sdks) = std::env::var_os("OFFICIAL_SDKS").map(PathBuf::from).filter(|folder| folder.is_dir())
    else {
        println!("skipped: OFFICIAL_SDKS names no folder with the official SDKs; `.ci/run` makes one");
        return;
    };
    for (name, script) in
        [("lark-oapi (Python)", "lark_connection.py"), ("@larksuiteoapi/node-sdk", "lark_connection.js")]
    {
        lark(Client::new(name, &sdks, script)).await;
    }
    for (name, script) in [
        ("dingtalk-stream (Python)", "dingtalk_connection.py"),
        ("dingtalk-stream (Node)", "dingtalk_connection.js"),
    ] {
        dingtalk(Client::new(name, &sdks, script)).await;
    }
}

async fn lark(mut client: Client) {
    let mut gateway = Gateway::start("127.0.0.1:0").await.expect("a port");
    gateway.lark_config(
        json!({ "PingInterval": 90, "ReconnectInterval": 1, "ReconnectNonce": 0, "ReconnectCount": -1 }),
    );
    client.start(&gateway);
    for round in 0..2 {
        let mut connection = gateway.connection().await.expect("it connects");
        connection.ready().await.expect("it is ready");
        let message = Payload::<P2ImMessageReceiveV1>::sample();
        for order in [&[0][..], &[0, 1, 2], &[2, 0, 1]] {
            connection.send_in_parts(message.as_str(), order).await.expect("sent");
            let told = connection.acknowledgement().await.expect("acknowledged");
            client.is_content(&told, 200, None);
            assert_eq!(client.handled(), "om_5ce6d572455d361153b7cb51da133945");
        }
        connection.send(Payload::<P2CardActionTrigger>::sample().as_str()).await.expect("sent");
        let told = connection.acknowledgement().await.expect("acknowledged");
        client.is_content(&told, 200, Some(&json!({ "toast": { "content": "Thanks." } })));
        assert_eq!(client.handled(), "card");
        if round == 0 {
            connection.close(1000).await.expect("closes");
        }
    }
    println!("{}: it received everything, and connected anew", client.name);
}

async fn dingtalk(mut client: Client) {
    let mut gateway = Gateway::start("127.0.0.1:0").await.expect("a port");
    client.start(&gateway);
    for round in 0..2 {
        let mut connection = gateway.connection().await.expect("it connects");
        let event = Payload::<UserAddOrg>::sample_in("stream").expect("comes by stream");
        connection.send(event.as_str()).await.expect("sent");
        let told = acknowledgement(&mut connection).await;
        assert_eq!(told.code, 200, "{}: {told:?}", client.name);
        assert_eq!(client.handled(), "user_add_org");
        let card = Payload::<CardCallback>::sample_in("stream_callback").expect("comes by stream");
        connection.send(card.as_str()).await.expect("sent");
        let told = acknowledgement(&mut connection).await;
        let expected = json!({ "response": { "cardData": { "cardParamMap": { "state": "done" } } } });
        assert_eq!((told.code, told.data), (200, Some(expected)), "{}", client.name);
        assert_eq!(client.handled(), "card");
        if round == 0 {
            connection.disconnect().await.expect("sent");
            // Some clients answer, all leave; the Node client waits until the socket is closed.
            drop(connection.close(1000).await);
        }
    }
    println!("{}: it received everything, and connected anew", client.name);
}

/// The next one that is about a delivery: some clients answer more than they are asked.
async fn acknowledgement(connection: &mut Connection) -> Acknowledgement {
    loop {
        let told = connection.acknowledgement().await.expect("acknowledged");
        if told.code != 0 {
            return told;
        }
    }
}

/// A client, and what it prints.
struct Client {
    name: &'static str,
    command: Command,
    running: Option<(Child, BufReader<ChildStdout>)>,
}

impl Client {
    fn new(name: &'static str, sdks: &Path, script: &str) -> Client {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/official").join(script);
        let mut command;
        if script.ends_with(".py") {
            command = Command::new(sdks.join("venv/bin/python"));
            command.arg(path);
        } else {
            command = Command::new("node");
            command.arg(path).arg(sdks.join("node"));
        }
        command.env("NO_PROXY", "*").env("no_proxy", "*").stdout(Stdio::piped());
        Client { name, command, running: None }
    }

    fn start(&mut self, gateway: &Gateway) {
        let mut process = self.command.arg(gateway.url()).spawn().expect("it starts");
        let lines = BufReader::new(process.stdout.take().expect("piped"));
        self.running = Some((process, lines));
    }

    /// What it handled next; what the client itself prints is left out.
    fn handled(&mut self) -> String {
        let (_, lines) = self.running.as_mut().expect("it runs");
        loop {
            let mut line = String::new();
            assert_ne!(lines.read_line(&mut line).expect("a line"), 0, "{} ended", self.name);
            if let Some(handled) = line.trim_end().strip_prefix("handled ") {
                return handled.to_owned();
            }
        }
    }

    fn is_content(&self, told: &Acknowledgement, code: u64, data: Option<&Value>) {
        assert_eq!((told.code, told.data.as_ref()), (code, data), "{}", self.name);
        // The Node client computes the time backwards, so that it is negative.
        let complaints: Vec<_> = told.complaints.iter().filter(|told| !told.contains("biz_rt")).collect();
        assert!(complaints.is_empty(), "{}: {complaints:?}", self.name);
        assert!(
            self.name.contains("node") || told.complaints.is_empty(),
            "{}: {:?}",
            self.name,
            told.complaints
        );
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if let Some((mut process, _)) = self.running.take() {
            drop(process.kill());
            drop(process.wait());
        }
    }
}
