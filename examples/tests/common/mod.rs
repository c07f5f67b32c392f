//! A running example, and requests to it over real sockets.

#![allow(clippy::expect_used, clippy::panic, dead_code)] // a test's helpers fail as the test does; not every test uses all

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use http::Request;
use serde_json::Value;
use workplace_events::{
    lark::im::{P2ImMessageReceiveV1, p2_im_message_receive_v1::MessageContent},
    testing::Payload,
};

/// The process of an example.
pub struct Bot {
    process: Child,
    lines: BufReader<ChildStdout>,
    address: String,
}

impl Bot {
    /// Starts a program that connects by itself, with these settings.
    pub fn connect(program: &str, settings: &[(&str, &str)]) -> Bot {
        let mut process = Command::new(program)
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the example starts");
        let lines = BufReader::new(process.stdout.take().expect("piped"));
        Bot { process, lines, address: String::new() }
    }

    /// Starts a program with these settings, and waits until it listens.
    pub fn start(program: &str, settings: &[(&str, &str)]) -> Bot {
        let mut process = Command::new(program)
            .env("ADDR", "127.0.0.1:0")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the example starts");
        let mut told = BufReader::new(process.stderr.take().expect("piped")).lines();
        let address = loop {
            let line = told.next().expect("it says where it listens").expect("text");
            if let Some((_, address)) = line.split_once("listening on http://") {
                break address.to_owned();
            }
        };
        // What it tells later must not block it.
        std::thread::spawn(move || told.for_each(drop));
        let lines = BufReader::new(process.stdout.take().expect("piped"));
        Bot { process, lines, address }
    }

    /// Posts a request to a path and gives status and body.
    pub fn post<B: AsRef<[u8]>>(&self, path: &str, request: &Request<B>) -> (u16, Vec<u8>) {
        post(&self.address, path, request).expect("it answers")
    }

    /// Sends it a signal, such as `STOP`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.process.id().to_string()]).status();
        assert!(sent.expect("kill runs").success(), "it runs");
    }

    /// Waits until it has ended by itself, and says whether all went well.
    pub fn ended(mut self) -> bool {
        self.process.wait().expect("it runs").success()
    }

    /// Where it listens.
    pub fn address(&self) -> String {
        self.address.clone()
    }

    /// Ends it at once, as a crash would, and gives what it printed and nobody read.
    pub fn crash(mut self) -> Vec<Value> {
        self.process.kill().expect("it runs");
        let mut printed = String::new();
        self.lines.read_to_string(&mut printed).expect("text");
        // The last line may be cut off.
        printed.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// The next line that it prints, which is JSON.
    pub fn line(&mut self) -> Value {
        let line = self.text();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    /// The next line that it prints, as it is.
    pub fn text(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line");
        line
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Posts a request; an error where the other side is gone.
pub fn post<B: AsRef<[u8]>>(
    address: &str,
    path: &str,
    request: &Request<B>,
) -> std::io::Result<(u16, Vec<u8>)> {
    let mut socket = TcpStream::connect(address)?;
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let body = request.body().as_ref();
    let mut head = format!("POST {path}{query} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().expect("text")));
    }
    write!(socket, "{head}content-length: {}\r\n\r\n", body.len())?;
    socket.write_all(body)?;
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer)?;
    let gone = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(gone)?;
    let status = std::str::from_utf8(&answer[9..12]).ok().and_then(|status| status.parse().ok());
    Ok((status.ok_or_else(gone)?, answer[end + 4..].to_vec()))
}

/// An example payload of the schemas.
pub fn payload(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas").join(path);
    serde_json::from_str(&std::fs::read_to_string(path).expect("readable")).expect("JSON")
}

/// A message with this text, and with an id that is its own.
pub fn message(text: &str) -> Payload<P2ImMessageReceiveV1> {
    let changed = Payload::<P2ImMessageReceiveV1>::sample().with(|event| {
        event.message.message_id = format!("om_{text}").into();
        if let Some(MessageContent::Text(content)) = &mut event.message.content {
            content.text = text.to_owned();
        }
    });
    changed.expect("a message")
}
