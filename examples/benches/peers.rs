//! What receiving an event costs here and in the official SDKs: `cargo bench -p examples --bench peers`.
//!
//! The same signed and encrypted requests, none of them twice, are received one after another by each, on one thread and
//! without a server, in turn for some rounds; told are the medians of what each of the second half of a round takes. The
//! SDKs are looked for in `OFFICIAL_SDKS`, a folder that `.ci/run` makes.

#![allow(clippy::expect_used, clippy::print_stdout)] // a benchmark that cannot start says so

mod common;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use self::common::{KEY, TOKEN, another, big, sealed, small, tokio, webhook};
use bytes::Bytes;
use http::Request;
use serde_json::json;

const ROUNDS: usize = 7;
const EVENTS: usize = 4_000;
/// What a server has read is still in the caches of its processor.
const AT_ONCE: usize = 16;

fn main() {
    let sdks = std::env::var_os("OFFICIAL_SDKS").map(PathBuf::from);
    let file = std::env::temp_dir().join(format!("workplace-events-peers-{}", std::process::id()));
    for (name, payload) in [("small", small()), ("big", big())] {
        let mut taken: Vec<(&str, Vec<f64>)> = Vec::new();
        for round in 0..ROUNDS {
            let seal = |event| sealed(&another(&payload, round * EVENTS + event));
            let lines: Vec<_> = (0..EVENTS).map(|event| line(&seal(event))).collect();
            fs::write(&file, lines.join("\n")).expect("a file");
            let mut round = vec![("workplace-events", ours(seal))];
            for (name, mut command) in sdks.iter().flat_map(|sdks| peers(sdks, &file)) {
                let output = command.output().expect("it starts");
                let nanos = String::from_utf8_lossy(&output.stdout).trim().parse().expect("nanoseconds");
                round.push((name, nanos));
            }
            for (position, (name, nanos)) in round.into_iter().enumerate() {
                if taken.len() == position {
                    taken.push((name, Vec::new()));
                }
                taken[position].1.push(nanos);
            }
        }
        let ours = median(&mut taken[0].1);
        for (peer, nanos) in &mut taken {
            let nanos = median(nanos);
            println!("{name:5} {peer:24} {:8.2} us {:6.1}x", nanos / 1000.0, nanos / ours);
        }
    }
    let _ = fs::remove_file(file);
}

fn median(nanos: &mut [f64]) -> f64 {
    nanos.sort_by(f64::total_cmp);
    nanos[nanos.len() / 2]
}

fn line(request: &Request<Bytes>) -> String {
    let headers = request.headers().iter();
    let headers: serde_json::Map<_, _> =
        headers.map(|(name, value)| (title(name.as_str()), value.to_str().expect("a text").into())).collect();
    let body = base64_simd::STANDARD.encode_to_string(request.body());
    json!({ "headers": headers, "body": body }).to_string()
}

/// As the platform spells headers, for an SDK that looks for that.
fn title(name: &str) -> String {
    let words = name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]);
    words.collect::<Vec<_>>().join("-")
}

/// Nanoseconds for each.
fn ours(seal: impl Fn(usize) -> Request<Bytes>) -> f64 {
    let (webhook, tokio) = (webhook(), tokio());
    let mut taken = Duration::ZERO;
    for first in (0..EVENTS).step_by(AT_ONCE) {
        let requests: Vec<_> = (first..first + AT_ONCE).map(&seal).collect();
        let begin = Instant::now();
        tokio.block_on(async {
            for request in requests {
                assert!(webhook.receive(request).await.status().is_success());
            }
        });
        if first >= EVENTS / 2 {
            taken += begin.elapsed();
        }
    }
    taken.as_nanos() as f64 / (EVENTS / 2) as f64
}

fn peers(sdks: &Path, file: &Path) -> [(&'static str, Command); 2] {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/official");
    let mut python = Command::new(sdks.join("venv/bin/python"));
    python.arg(scripts.join("lark_receive.py")).arg(file);
    let mut node = Command::new("node");
    node.arg(scripts.join("lark_receive.js")).arg(sdks.join("node")).arg(file);
    python.args([KEY, TOKEN]);
    node.args([KEY, TOKEN]);
    [("lark-oapi (Python)", python), ("@larksuiteoapi/node-sdk", node)]
}
