//! What the examples share.

pub mod function;
pub mod lark_api;

use std::{error::Error, io::Write as _, time::Duration};

use axum::Router;
use serde_json::{Value, json};
use workplace_events::{
    dispatch::Dispatcher,
    runtime::{event::Erased, platform::Platform},
};

/// The bot of the repository's README compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// So does the one for people who come from other SDKs.
#[cfg(doctest)]
#[doc = include_str!("../MIGRATION.md")]
pub struct Migration;

/// And what the runtime says about functions.
#[cfg(doctest)]
#[doc = include_str!("../../runtime/README.md")]
pub struct Runtime;

/// What the examples return when a setting is missing or a port is taken.
pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A setting from the environment; unset and empty are the same.
#[must_use]
pub fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A setting that must be there.
///
/// # Errors
///
/// When it is not.
pub fn required(name: &str) -> Result<String> {
    setting(name).ok_or_else(|| format!("set {name}").into())
}

/// Where to listen: `ADDR`, or else port 3000 of this machine alone.
#[must_use]
pub fn address() -> String {
    setting("ADDR").unwrap_or_else(|| "127.0.0.1:3000".to_owned())
}

/// Log lines on standard error, as `RUST_LOG` says.
pub fn log() {
    let filter = tracing_subscriber::EnvFilter::from_default_env();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

/// How long handlers may still run when the process is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until the process is [told to stop](stopped), then lets the handlers that run finish.
///
/// # Errors
///
/// When the address cannot be listened on.
pub async fn serve<P: Platform>(app: Router, dispatchers: &[Dispatcher<P>]) -> Result<()> {
    listen(app).await?;
    for dispatcher in dispatchers {
        finish(dispatcher).await;
    }
    Ok(())
}

/// Serves until the process is [told to stop](stopped).
///
/// # Errors
///
/// When the address cannot be listened on.
pub async fn listen(app: Router) -> Result<()> {
    let listener = tokio::net::TcpListener::bind(address()).await?;
    eprintln!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).with_graceful_shutdown(stopped()).await?)
}

/// Lets the handlers that run finish.
pub async fn finish<P: Platform>(dispatcher: &Dispatcher<P>) {
    dispatcher.shutdown(GRACE).await;
}

/// Waits until the process is told to stop: by Ctrl-C, or by SIGTERM, which is how containers are stopped.
pub async fn stopped() {
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    #[cfg(unix)]
    if let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            () = interrupted => {}
            _ = terminated.recv() => {}
        }
        return;
    }
    interrupted.await;
}

/// Prints an event as one line of JSON.
///
/// # Errors
///
/// When standard output is closed; as a handler's error it makes the platform send the event again.
pub fn print(platform: &str, event: &dyn Erased) -> Result<()> {
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
