//! Receives the webhooks of both platforms and prints every event as a line of JSON.
//!
//! ```text
//! LARK_VERIFICATION_TOKEN=... LARK_ENCRYPT_KEY=... cargo run -p examples --bin receive
//! ```
//!
//! Listens on `ADDR` (default 127.0.0.1:3000): `POST /lark` with `LARK_VERIFICATION_TOKEN` and `LARK_ENCRYPT_KEY` (one of
//! them is enough), `POST /dingtalk` with `DINGTALK_TOKEN`, `DINGTALK_AES_KEY` and `DINGTALK_OWNER_KEY`. A platform without
//! settings is left out.

use std::{error::Error, io::Write as _};

use axum::{Router, body::Body, extract::Request, response::Response, routing::any};
use examples::{read, setting};
use serde_json::{Value, json};
use workplace_events::{
    Event, RawEvent, dingtalk, lark,
    lark::card::{P2CardActionTrigger, P2CardActionTriggerResponse},
    runtime::event::Erased,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut app = Router::new();
    if let Some(webhook) = lark_webhook()? {
        app = app.route(
            "/lark",
            any(async move |request: Request| receive(request, |r| webhook.receive(r)).await),
        );
    }
    if let Some(webhook) = dingtalk_webhook()? {
        app = app.route(
            "/dingtalk",
            any(async move |request: Request| receive(request, |r| webhook.receive(r)).await),
        );
    }
    let address = setting("ADDR").unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    eprintln!("listening on http://{}", listener.local_addr()?);
    let stop = async { drop(tokio::signal::ctrl_c().await) };
    axum::serve(listener, app).with_graceful_shutdown(stop).await?;
    Ok(())
}

fn lark_webhook() -> Result<Option<lark::Webhook>, Box<dyn Error>> {
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
        .on_p2_card_action_trigger(async |event: Event<P2CardActionTrigger>| {
            print("lark", &event)?;
            Ok::<_, Box<dyn Error + Send + Sync>>(P2CardActionTriggerResponse::new())
        })
        .on_unhandled(async |event: RawEvent| print("lark", lark::AnyEvent::decode(event)?.erased()))
        .build()?;
    Ok(Some(lark::Webhook::builder(dispatcher).credential(credential).build()?))
}

fn dingtalk_webhook() -> Result<Option<dingtalk::Webhook>, Box<dyn Error>> {
    let settings = (setting("DINGTALK_TOKEN"), setting("DINGTALK_AES_KEY"), setting("DINGTALK_OWNER_KEY"));
    let (Some(token), Some(key), Some(owner)) = settings else {
        eprintln!("DINGTALK_TOKEN, DINGTALK_AES_KEY or DINGTALK_OWNER_KEY is missing: /dingtalk is off");
        return Ok(None);
    };
    let credential = dingtalk::Credential::new(token, key, owner)?;
    let dispatcher = dingtalk::EventDispatcher::builder()
        .on_unhandled(async |event: RawEvent| print("dingtalk", dingtalk::AnyEvent::decode(event)?.erased()))
        .build()?;
    Ok(Some(dingtalk::Webhook::builder(dispatcher).credential(credential).build()?))
}

/// One line of JSON per event. An error makes the platform send the event again.
fn print(platform: &str, event: &dyn Erased) -> Result<(), Box<dyn Error + Send + Sync>> {
    let header = event.header();
    let drift: Vec<String> = event.drift().iter().map(ToString::to_string).collect();
    let body: Value = serde_json::from_str(&event.to_json()?)?;
    let line = json!({
        "platform": platform,
        "event_type": header.event(),
        "event_id": header.id(),
        "drift": drift,
        "body": body,
    });
    writeln!(std::io::stdout().lock(), "{line}")?;
    Ok(())
}

async fn receive<F>(request: Request, hand_over: impl FnOnce(Request<axum::body::Bytes>) -> F) -> Response
where
    F: Future<Output = Response<axum::body::Bytes>>,
{
    match read(request).await {
        Ok(request) => hand_over(request).await.map(Body::from),
        Err(refused) => refused,
    }
}
