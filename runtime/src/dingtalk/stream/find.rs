//! Where to connect: asking for it, as the official SDKs do.

use http::{HeaderMap, HeaderValue, StatusCode, header::ACCEPT};
use reqwest::Url;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::{BuildError, Cause, DingTalkLink, Error, Failure, Http, Wants};
use crate::connection;

const PATH: &str = "/v1.0/gateway/connections/open";

/// The address to ask at.
pub(super) fn address(endpoint: &str) -> Result<Url, BuildError> {
    connection::address(endpoint, PATH)
}

/// An address with a ticket, which is good for one connection within 90 seconds.
pub(super) async fn find(link: &DingTalkLink, http: &Http, wants: &Wants) -> Result<Url, Failure> {
    let again = |what: String| Failure::Again(Cause::NoAddress(what));
    let ask = address(&link.endpoint).map_err(|error| again(error.to_string()))?;
    let events = wants.events.then(|| json!({ "type": "EVENT", "topic": "*" }));
    let callbacks = wants.callbacks.iter().map(|topic| json!({ "type": "CALLBACK", "topic": topic }));
    let question = json!({
        "clientId": link.client_id,
        "clientSecret": link.client_secret.expose_secret(),
        "subscriptions": events.into_iter().chain(callbacks).collect::<Vec<_>>(),
        "ua": concat!("workplace-events/", env!("CARGO_PKG_VERSION")),
    });
    let mut headers = HeaderMap::new();
    // Else the answer may be XML.
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let (status, body) = http.ask(ask.clone(), headers, &question).await.map_err(Failure::Again)?;
    let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
    if status != StatusCode::OK {
        return Err(refused(status, &answer));
    }
    let url = answer["endpoint"].as_str().and_then(|url| Url::parse(url).ok()).zip(answer["ticket"].as_str());
    let (url, ticket) = url.ok_or_else(|| again("the answer has no endpoint and ticket".to_owned()))?;
    let mut url = connection::answered(&ask, url)?;
    url.query_pairs_mut().append_pair("ticket", ticket);
    Ok(url)
}

/// What the platform says when it gives no address.
fn refused(status: StatusCode, answer: &Value) -> Failure {
    let said = |key: &str| answer[key].as_str().unwrap_or_default().to_owned();
    let (code, message) = (said("code"), said("message"));
    let busy = status == StatusCode::TOO_MANY_REQUESTS || code.to_ascii_lowercase().contains("throttl");
    if status.is_client_error() && !busy {
        let code = if code.is_empty() { status.as_str().to_owned() } else { code };
        return Failure::Fatal(Error::Auth { code, message });
    }
    Failure::Again(Cause::NoAddress(format!("the platform answered with status {status} ({code} {message})")))
}
