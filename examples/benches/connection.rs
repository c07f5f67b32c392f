//! How many events go over one long connection: `cargo bench -p examples --bench connection`.
//!
//! The gateway on this machine sends 10,000 messages as fast as they are taken, to a handler that takes a millisecond, and
//! waits until all are acknowledged. With `OFFICIAL_SDKS` (a folder that `.ci/run` makes) the official Python and Node
//! clients do the same beside it, in the same run.

#![allow(clippy::expect_used, clippy::print_stdout)] // a benchmark that cannot start says so

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::json;
use workplace_events::{
    Event,
    lark::{EventDispatcher, LongConnection, im::P2ImMessageReceiveV1},
    testing::{Payload, gateway::Gateway},
};

const EVENTS: usize = 10_000;
/// How many are under way at once: what a platform sends in a burst.
const WINDOW: usize = 200;
/// What the platform waits for an acknowledgement.
const DEADLINE: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() {
    println!("{EVENTS} events over one connection, {WINDOW} at once, handlers of 1 ms");
    let dispatcher = EventDispatcher::builder()
        .on_p2_im_message_receive_v1(async |_: Event<P2ImMessageReceiveV1>| {
            tokio::time::sleep(Duration::from_millis(1)).await;
        })
        .build()
        .expect("builds");
    let gateway = gateway().await;
    let client = LongConnection::builder(dispatcher).app("cli_1", "s3cret").domain(gateway.url());
    let client = client.build().expect("builds");
    tokio::spawn(async move { client.run_until(std::future::pending()).await });
    measure("workplace-events", gateway).await;
    let Some(sdks) = std::env::var_os("OFFICIAL_SDKS").map(PathBuf::from) else { return };
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/official");
    let mut python = Command::new(sdks.join("venv/bin/python"));
    python.arg(scripts.join("lark_connection.py"));
    let mut node = Command::new("node");
    node.arg(scripts.join("lark_connection.js")).arg(sdks.join("node"));
    for (name, mut command) in [("lark-oapi (Python)", python), ("@larksuiteoapi/node-sdk", node)] {
        let gateway = gateway_for(&mut command).await;
        let process = Process(command.stdout(Stdio::null()).spawn().expect("it starts"));
        measure(name, gateway).await;
        drop(process);
    }
}

async fn gateway() -> Gateway {
    let gateway = Gateway::start("127.0.0.1:0").await.expect("a port");
    gateway.lark_config(
        json!({ "PingInterval": 90, "ReconnectInterval": 1, "ReconnectNonce": 0, "ReconnectCount": -1 }),
    );
    gateway
}

async fn gateway_for(client: &mut Command) -> Gateway {
    let gateway = gateway().await;
    client.arg(gateway.url()).env("HANDLER_MS", "1");
    gateway
}

async fn measure(name: &str, mut gateway: Gateway) {
    let mut connection = gateway.connection().await.expect("connects");
    connection.ready().await.expect("it is ready");
    let (began, mut slowest, mut sent) = (Instant::now(), Duration::ZERO, 0);
    for received in 0..EVENTS {
        while sent < EVENTS && sent < received + WINDOW {
            let other = Payload::<P2ImMessageReceiveV1>::sample().id(&format!("e{sent}"));
            let other = other.and_then(|of| of.set("event.message.message_id", format!("om_{sent}")));
            let other = other.and_then(|of| of.set("event.message.chat_id", format!("oc_{sent}")));
            connection.send(other.expect("a message").as_str()).await.expect("sent");
            sent += 1;
        }
        let told = connection.acknowledgement().await.expect("acknowledged");
        assert_eq!(told.code, 200, "{name}");
        slowest = slowest.max(told.took);
    }
    let took = began.elapsed();
    let per_second = EVENTS as f64 / took.as_secs_f64();
    let late = if slowest > DEADLINE { ", beyond the platform's deadline" } else { "" };
    println!(
        "{name:>24}: {per_second:>8.0} events/s, slowest acknowledgement {slowest:.0?}{late}; {}",
        memory()
    );
}

/// What this process takes, where the system says so.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let rss = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("unknown");
    format!("memory of gateway and client {}", rss.trim())
}

/// A program that ends with its owner.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
