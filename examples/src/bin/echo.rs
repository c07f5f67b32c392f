//! An echo bot for Feishu/Lark on axum: it answers every text message with the same text.
//!
//! ```text
//! LARK_APP_ID=cli_... LARK_APP_SECRET=... LARK_ENCRYPT_KEY=... LARK_VERIFICATION_TOKEN=... cargo run -p examples --bin echo
//! ```
//!
//! The console of the app gets the URL `https://<your host>/lark`, and the event "Message received" is added there.
//! `LARK_DOMAIN` is `https://open.feishu.cn` unless it says otherwise (`https://open.larksuite.com` for Lark).

#![expect(clippy::print_stdout)] // what these bots do is print

use axum::Router;
use examples::{Result, lark_api::Api, required, serve};
use serde_json::json;
use workplace_events::{
    Event,
    dispatch::{HandlerError, State},
    lark::{
        Credential, EventDispatcher, Webhook,
        im::{P2ImMessageReceiveV1, p2_im_message_receive_v1::MessageContent},
    },
};

#[tokio::main]
async fn main() -> Result<()> {
    examples::log();
    let api = Api::from_settings()?;
    let credential = Credential::new()
        .encrypt_key(required("LARK_ENCRYPT_KEY")?)
        .verification_token(required("LARK_VERIFICATION_TOKEN")?);
    let dispatcher = EventDispatcher::builder().state(api).on_p2_im_message_receive_v1(echo).build()?;
    eprintln!("permissions for the console: {}", dispatcher.manifest().scopes_json());
    let webhook = Webhook::builder(dispatcher.clone()).credential(credential).build()?;
    serve(Router::new().route_service("/lark", webhook), &[dispatcher.into()]).await
}

/// An error makes the platform send the message again; one that was answered already is recognised and not answered
/// twice.
async fn echo(
    event: Event<P2ImMessageReceiveV1>,
    State(api): State<Api>,
) -> std::result::Result<(), HandlerError> {
    let Some(MessageContent::Text(content)) = &event.message.content else { return Ok(()) };
    let text = &content.text;
    api.reply(event.message.message_id.as_str(), text).await?;
    println!("{}", json!({ "echoed": text, "message": event.message.message_id.as_str() }));
    Ok(())
}
