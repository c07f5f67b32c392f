//! `gateway`.

use std::{process::ExitCode, sync::Arc};

use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use workplace_events_runtime::testing::gateway::{Fault, Feed, Gateway};

use crate::{Done, GATEWAY, print, trigger::Sample};

/// What `gateway` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = GATEWAY)]
    listen: String,
    /// Lets everything go wrong that can, by chance
    #[arg(long)]
    chaos: bool,
    /// Divides the times after which an event is sent again: 15 s, 5 min, 1 h and 6 h
    #[arg(long, value_name = "TIMES", default_value_t = 1)]
    faster: u32,
}

pub(crate) async fn run(args: Args) -> Done<ExitCode> {
    let gateway = Gateway::start(&args.listen).await.map_err(|error| format!("{}: {error}", args.listen))?;
    let url = gateway.url();
    gateway.lark_config(
        json!({ "PingInterval": 30, "ReconnectInterval": 5, "ReconnectNonce": 1, "ReconnectCount": -1 }),
    );
    eprintln!("a bot for Lark:     LARK_DOMAIN={url} LARK_APP_ID=cli_1 LARK_APP_SECRET=any");
    eprintln!(
        "a bot for DingTalk: DINGTALK_ENDPOINT={url} DINGTALK_CLIENT_ID=ding1 DINGTALK_CLIENT_SECRET=any"
    );
    eprintln!(
        "then here, or by `cargo xtask trigger EVENT --through`: im.message.receive_v1 event.message.chat_type=p2p"
    );
    let mut feed = Feed::new(gateway, args.faster);
    if args.chaos {
        feed = feed.with_chaos(1);
    }
    let feed = Arc::new(feed);
    let posted = feed.clone();
    tokio::spawn(async move { posted.serve().await });
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        let line = tokio::select! {
            line = lines.next_line() => line?,
            stop = tokio::signal::ctrl_c() => return Ok(stop.map(|()| ExitCode::SUCCESS)?),
        };
        match line {
            Some(line) => order(&feed, line.trim()),
            // The script is over; what is posted still comes.
            None => return Ok(tokio::signal::ctrl_c().await.map(|()| ExitCode::SUCCESS)?),
        }
    }
}

/// Carries out a line.
fn order(feed: &Arc<Feed>, line: &str) {
    let mut words = line.split_whitespace();
    let number =
        |text: Option<&str>, otherwise: u16| text.and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    match words.clone().next() {
        None => {}
        Some("close") => feed.suffer(Fault::Close(number(words.nth(1), 1000))),
        Some("drop") => feed.suffer(Fault::Drop),
        Some("dead") => feed.suffer(Fault::PlayDead),
        Some("leave") => feed.suffer(Fault::Leave),
        Some("garbage") => feed.suffer(Fault::Garbage),
        Some("refuse") => feed.refuse(number(words.nth(1), 503)),
        Some("twice") => {
            let rest = line.trim_start_matches("twice").trim();
            order(feed, rest);
            order(feed, rest);
        }
        Some(first) => {
            let parts: Option<Vec<usize>> = first
                .strip_prefix("parts=")
                .and_then(|parts| parts.split(',').map(|part| part.parse().ok()).collect());
            if parts.is_some() {
                words.next();
            }
            let parts = parts.unwrap_or_else(|| vec![0]);
            let payload =
                Sample::of_words(&mut words).map(|sample| sample.payload(true).map(|payload| payload.json()));
            let (Some(Ok(json)), feed) = (&payload, feed.clone()) else {
                if let Some(Err(error)) = payload {
                    eprintln!("error: {error}");
                }
                return;
            };
            if feed.connections() == 0 {
                eprintln!("nobody is connected yet; it waits");
            }
            let json = json.clone();
            tokio::spawn(async move {
                let delivered = feed.deliver_in_parts(&json, &parts).await;
                print(&delivered.to_json());
            });
        }
    }
}
