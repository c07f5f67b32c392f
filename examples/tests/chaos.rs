//! A bot at work while everything goes wrong that can: connections close, drop, play dead, deliveries come twice and in
//! pieces, the platform is busy. Every event is handled, and none twice.
//!
//! `CHAOS_SECONDS` says for how long; it is short by default.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test's helpers fail as the test does

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use futures_util::{StreamExt as _, stream};
use serde_json::json;
use workplace_events::{
    Event,
    dingtalk::{self, Stream, group_chat::ChatUpdateTitle},
    lark::{self, LongConnection, im::P2ImMessageReceiveV1},
    testing::{
        Payload,
        gateway::{Feed, Gateway},
    },
};

/// How many deliveries are under way at once.
const AT_ONCE: usize = 50;
/// Repetitions come after 15 ms, 0.3 s, 3.6 s and 21.6 s.
const FASTER: u32 = 1000;

/// How often each event was handled, by its number.
#[derive(Clone, Default)]
struct Handled(Arc<Mutex<Vec<u8>>>);

impl Handled {
    async fn handle(&self, id: &str) {
        let number: usize = id.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().expect("a number");
        // Some take longer than others.
        tokio::time::sleep(Duration::from_millis(number as u64 % 20)).await;
        let mut times = self.0.lock().expect("whole");
        if times.len() <= number {
            times.resize(number + 1, 0);
        }
        times[number] += 1;
    }
}

fn seconds() -> u64 {
    std::env::var("CHAOS_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(5)
}

/// Delivers one event after another, many at once, and looks at what was handled.
async fn chaos(name: &str, feed: Feed, handled: Handled, payload: impl Fn(usize) -> String) {
    let until = Instant::now() + Duration::from_secs(seconds());
    let feed = feed.with_chaos(42);
    let mut attempts = 0;
    let numbers = stream::iter(0..).take_while(|_| std::future::ready(Instant::now() < until));
    let mut deliveries = numbers
        .map(|number| {
            let (payload, feed) = (payload(number), &feed);
            async move { (number, feed.deliver(&payload).await) }
        })
        .buffer_unordered(AT_ONCE);
    let mut events = 0;
    while let Some((number, delivered)) = deliveries.next().await {
        let told = delivered.told.unwrap_or_else(|| panic!("{name}: event {number} was never acknowledged"));
        assert_eq!((told.code, told.complaints), (200, vec![]), "{name}: event {number}");
        attempts += delivered.attempts;
        events += 1;
    }
    let handled = handled.0.lock().expect("whole");
    let wrong: Vec<_> = handled.iter().enumerate().filter(|(_, times)| **times != 1).collect();
    assert!(wrong.is_empty(), "{name}: not handled once: {wrong:?}");
    assert_eq!(handled.len(), events, "{name}: every event was handled");
    println!("{name}: {events} events in {attempts} attempts, each handled once; {}", memory());
}

/// What the process takes, where the system says so.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or("memory unknown").to_owned()
}

#[tokio::test]
async fn lark_survives_chaos() {
    let gateway = Gateway::start("127.0.0.1:0").await.expect("a port");
    gateway.lark_config(
        json!({ "PingInterval": 1, "ReconnectNonce": 0, "ReconnectInterval": 1, "ReconnectCount": -1 }),
    );
    let handled = Handled::default();
    let noted = handled.clone();
    let dispatcher = lark::EventDispatcher::builder()
        .on_p2_im_message_receive_v1(async move |event: Event<P2ImMessageReceiveV1>| {
            noted.handle(event.message.message_id.as_str()).await;
        })
        .build()
        .expect("builds");
    let client = LongConnection::builder(dispatcher).app("cli_1", "s3cret").domain(gateway.url());
    let client = client.build().expect("builds");
    let task = tokio::spawn(async move { client.run_until(std::future::pending()).await });
    let message = |number: usize| {
        let other = Payload::<P2ImMessageReceiveV1>::sample().id(&format!("e{number}"));
        let other = other.and_then(|payload| payload.set("event.message.message_id", format!("om_{number}")));
        let other = other.and_then(|payload| payload.set("event.message.chat_id", format!("oc_{number}")));
        other.expect("a message").as_str().to_owned()
    };
    chaos("lark", Feed::new(gateway, FASTER), handled, message).await;
    assert!(!task.is_finished(), "the client never gave up");
}

#[tokio::test]
async fn dingtalk_survives_chaos() {
    let gateway = Gateway::start("127.0.0.1:0").await.expect("a port");
    let handled = Handled::default();
    let noted = handled.clone();
    let dispatcher = dingtalk::EventDispatcher::builder()
        .on_chat_update_title(async move |event: Event<ChatUpdateTitle>| noted.handle(&event.title).await)
        .build()
        .expect("builds");
    let client = Stream::builder(dispatcher)
        .client("ding1", "s3cret")
        .endpoint(gateway.url())
        .ping_interval(Duration::from_secs(1));
    let client = client.build().expect("builds");
    let task = tokio::spawn(async move { client.run_until(std::future::pending()).await });
    let renamed = |number: usize| {
        let other = Payload::<ChatUpdateTitle>::sample_in("stream")
            .expect("comes by stream")
            .id(&format!("e{number}"));
        let other = other.and_then(|payload| payload.set("data.title", format!("title {number}")));
        let other = other.and_then(|payload| payload.set("data.openConversationId", format!("cid_{number}")));
        other.expect("an event").as_str().to_owned()
    };
    chaos("dingtalk", Feed::new(gateway, FASTER), handled, renamed).await;
    assert!(!task.is_finished(), "the client never gave up");
}
