//! Where to connect: asking for it, and what the platform says when it refuses.

use http::{HeaderMap, HeaderName, StatusCode};
use reqwest::Url;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::{BuildError, Cause, Error, Failure, Http, LarkLink};
use crate::connection;

const PATH: &str = "/callback/ws/endpoint";
/// Codes for which the official SDKs try again.
const BUSY: [i64; 2] = [1, 1_000_040_343];
/// The app has 50 connections.
const CONNECTION_LIMIT: &str = "1000040350";
const FORBIDDEN: i64 = 403;

/// The address to ask at.
pub(super) fn address(domain: &str) -> Result<Url, BuildError> {
    connection::address(domain, PATH)
}

/// An address that is good for one connection, and how the platform wants to be connected to.
pub(super) async fn find(link: &LarkLink, http: &Http) -> Result<(Url, Value), Failure> {
    let again = |what: String| Failure::Again(Cause::NoAddress(what));
    let ask = address(&link.domain).map_err(|error| again(error.to_string()))?;
    let question = json!({ "AppID": link.app_id, "AppSecret": link.app_secret.expose_secret() });
    let mut headers = HeaderMap::new();
    headers.insert(HeaderName::from_static("locale"), http::HeaderValue::from_static("en"));
    let (status, body) = http.ask(ask.clone(), headers, &question).await.map_err(Failure::Again)?;
    if status != StatusCode::OK {
        return Err(again(format!("the platform answered with status {status}")));
    }
    let answer: Value =
        serde_json::from_slice(&body).map_err(|_| again("the answer is no JSON".to_owned()))?;
    let message = || answer["msg"].as_str().unwrap_or_default().to_owned();
    match answer["code"].as_i64() {
        Some(0) => {}
        Some(code) if BUSY.contains(&code) => {
            return Err(again(format!("the platform is busy ({code}: {})", message())));
        }
        Some(FORBIDDEN) => return Err(Failure::Fatal(Error::Banned { message: message() })),
        Some(code) if code.to_string() == CONNECTION_LIMIT => {
            return Err(Failure::Fatal(Error::ConnectionLimit { message: message() }));
        }
        Some(code) => return Err(Failure::Fatal(Error::Auth { code: code.to_string(), message: message() })),
        None => return Err(again("the answer has no code".to_owned())),
    }
    let url = answer["data"]["URL"].as_str().and_then(|url| Url::parse(url).ok());
    let url = url.ok_or_else(|| again("the answer has no address".to_owned()))?;
    Ok((connection::answered(&ask, url)?, answer["data"]["ClientConfig"].clone()))
}

/// The service that pings are for.
pub(super) fn service(url: &Url) -> i32 {
    let service = url.query_pairs().find(|(key, _)| key == "service_id");
    service.and_then(|(_, id)| id.parse().ok()).unwrap_or_default()
}

/// Why a socket was not opened; the platform says so in headers.
pub(super) fn rejected(status: StatusCode, headers: &HeaderMap) -> Failure {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let message = header("handshake-msg").to_owned();
    match (header("handshake-status"), header("handshake-autherrcode")) {
        ("514", CONNECTION_LIMIT) => Failure::Fatal(Error::ConnectionLimit { message }),
        ("403", _) => Failure::Fatal(Error::Banned { message }),
        (code, _) => Failure::Again(Cause::Handshake(format!(
            "the platform answered with status {status} ({code} {message})"
        ))),
    }
}
