//! An echo bot for DingTalk without a public URL: it prints every event, and answers every text message to the robot with
//! the same text.
//!
//! ```text
//! DINGTALK_CLIENT_ID=ding... DINGTALK_CLIENT_SECRET=... cargo run -p examples --bin dingtalk_stream
//! ```
//!
//! In the console of the app, choose Stream mode for events and for the robot. `DINGTALK_ENDPOINT` is
//! `https://api.dingtalk.com` unless it says otherwise.

use examples::{Result, lark_api::http_client, print, required, setting};
use serde_json::json;
use workplace_events::{
    Event, RawEvent,
    dingtalk::{
        AnyEvent, EventDispatcher, Stream,
        bot::{BotMessage, BotMessageResponse},
    },
    dispatch::{HandlerError, State},
};

#[tokio::main]
async fn main() -> Result<()> {
    examples::log();
    let dispatcher = EventDispatcher::builder()
        .state(http_client()?)
        .on_bot_message(echo)
        .on_any(async |event: RawEvent| print("dingtalk", AnyEvent::decode(event)?.erased()))
        .build()?;
    let mut stream = Stream::builder(dispatcher)
        .client(required("DINGTALK_CLIENT_ID")?, required("DINGTALK_CLIENT_SECRET")?);
    if let Some(endpoint) = setting("DINGTALK_ENDPOINT") {
        stream = stream.endpoint(endpoint);
    }
    Ok(stream.build()?.run_until(examples::stopped()).await?)
}

/// Replies to the address that the message brings along.
async fn echo(
    event: Event<BotMessage>,
    State(http): State<reqwest::Client>,
) -> std::result::Result<BotMessageResponse, HandlerError> {
    if let Some(text) = &event.text {
        let reply = json!({ "msgtype": "text", "text": { "content": text.content } });
        http.post(&event.session_webhook).json(&reply).send().await?.error_for_status()?;
    }
    Ok(BotMessageResponse::new())
}
