//! Receives the webhooks of both platforms and prints every event as a line of JSON.
//!
//! ```text
//! LARK_VERIFICATION_TOKEN=... LARK_ENCRYPT_KEY=... cargo run -p examples --bin receive
//! ```
//!
//! Listens on `ADDR` (default 127.0.0.1:3000): `POST /lark` with `LARK_VERIFICATION_TOKEN` and `LARK_ENCRYPT_KEY` (one of
//! them is enough), `POST /dingtalk` with `DINGTALK_TOKEN`, `DINGTALK_AES_KEY` and `DINGTALK_OWNER_KEY`. A platform without
//! settings is left out.

use axum::Router;
use examples::{Result, setting};
use workplace_events::{RawEvent, dingtalk, lark};

#[tokio::main]
async fn main() -> Result<()> {
    let mut app = Router::new();
    let (lark, dingtalk) = (lark_webhook()?, dingtalk_webhook()?);
    if let Some(webhook) = &lark {
        app = app.route_service("/lark", webhook.clone());
    }
    if let Some(webhook) = &dingtalk {
        app = app.route_service("/dingtalk", webhook.clone());
    }
    examples::listen(app).await?;
    if let Some(webhook) = lark {
        examples::finish(webhook.dispatcher()).await;
    }
    if let Some(webhook) = dingtalk {
        examples::finish(webhook.dispatcher()).await;
    }
    Ok(())
}

fn lark_webhook() -> Result<Option<lark::Webhook>> {
    let (token, key) = (setting("LARK_VERIFICATION_TOKEN"), setting("LARK_ENCRYPT_KEY"));
    if token.is_none() && key.is_none() {
        eprintln!("no LARK_VERIFICATION_TOKEN and no LARK_ENCRYPT_KEY: /lark is off");
        return Ok(None);
    }
    let mut credential = lark::Credential::new();
    if let Some(token) = token {
        credential = credential.verification_token(token);
    }
    if let Some(key) = key {
        credential = credential.encrypt_key(key);
    }
    let dispatcher = lark::EventDispatcher::builder()
        .on_unhandled(async |event: RawEvent| {
            examples::print("lark", lark::AnyEvent::decode(event)?.erased())
        })
        .build()?;
    Ok(Some(lark::Webhook::builder(dispatcher).credential(credential).build()?))
}

fn dingtalk_webhook() -> Result<Option<dingtalk::Webhook>> {
    let settings = (setting("DINGTALK_TOKEN"), setting("DINGTALK_AES_KEY"), setting("DINGTALK_OWNER_KEY"));
    let (Some(token), Some(key), Some(owner)) = settings else {
        eprintln!("DINGTALK_TOKEN, DINGTALK_AES_KEY or DINGTALK_OWNER_KEY is missing: /dingtalk is off");
        return Ok(None);
    };
    let credential = dingtalk::Credential::new(token, key, owner)?;
    let dispatcher = dingtalk::EventDispatcher::builder()
        .on_unhandled(async |event: RawEvent| {
            examples::print("dingtalk", dingtalk::AnyEvent::decode(event)?.erased())
        })
        .build()?;
    Ok(Some(dingtalk::Webhook::builder(dispatcher).credential(credential).build()?))
}
