//! The HTTP client: it asks for addresses and opens sockets, through one and the same proxy and TLS.

use std::time::Duration;

use bytes::Bytes;
use http::{
    HeaderMap, StatusCode,
    header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE},
};
use reqwest::{Certificate, Client, Proxy, Url, redirect::Policy};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::{client::generate_key, derive_accept_key},
        protocol::{Role, WebSocketConfig},
    },
};

use super::{BuildError, Cause, Failure};

/// How long a question, or opening a socket, may take.
const TIMEOUT: Duration = Duration::from_secs(15);
/// The platforms send some kilobytes; a message, and each of its frames, may be as long as a request.
const MAX_MESSAGE: usize = 4 << 20;
/// The answer to a question is far shorter.
const MAX_ANSWER: usize = 64 << 10;

/// An open socket.
pub(super) type Socket = WebSocketStream<reqwest::Upgraded>;

pub struct Http(Client);

impl Http {
    pub(super) fn new(proxy: Option<&str>, roots: &[Vec<u8>]) -> Result<Self, BuildError> {
        // The first provider that is installed is used; one that the application chose will do.
        drop(rustls::crypto::ring::default_provider().install_default());
        let mut client = Client::builder()
            .http1_only()
            .redirect(Policy::none())
            .connect_timeout(TIMEOUT)
            .user_agent(concat!("workplace-events/", env!("CARGO_PKG_VERSION")));
        if let Some(proxy) = proxy {
            client = client.no_proxy().proxy(Proxy::all(proxy).map_err(|_| BuildError::NoProxy)?);
        }
        for pem in roots {
            let certificates = Certificate::from_pem_bundle(pem).map_err(|_| BuildError::NoCertificate)?;
            if certificates.is_empty() {
                return Err(BuildError::NoCertificate);
            }
            client = certificates.into_iter().fold(client, |client, root| client.add_root_certificate(root));
        }
        client.build().map(Http).map_err(|error| BuildError::Tls(chain(&error)))
    }

    /// Posts JSON, and gives the status and the body of the answer.
    pub(crate) async fn ask(
        &self,
        url: Url,
        headers: HeaderMap,
        json: &serde_json::Value,
    ) -> Result<(StatusCode, Bytes), Cause> {
        let no_address = |error: reqwest::Error| Cause::NoAddress(chain(&error.without_url()));
        let request = self.0.post(url).timeout(TIMEOUT).headers(headers).json(json);
        let mut answer = request.send().await.map_err(no_address)?;
        let (status, mut body) = (answer.status(), Vec::new());
        while let Some(chunk) = answer.chunk().await.map_err(no_address)? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(Cause::NoAddress("the answer is too long".to_owned()));
            }
            body.extend_from_slice(&chunk);
        }
        Ok((status, body.into()))
    }

    /// Opens a socket.
    pub(super) async fn open(
        &self,
        url: &Url,
        rejected: fn(StatusCode, &HeaderMap) -> Failure,
    ) -> Result<Socket, Failure> {
        let opening = tokio::time::timeout(TIMEOUT, self.upgrade(url, rejected));
        let late = |_| Failure::Again(Cause::Handshake(format!("no answer within {TIMEOUT:?}")));
        opening.await.map_err(late)?
    }

    async fn upgrade(
        &self,
        url: &Url,
        rejected: fn(StatusCode, &HeaderMap) -> Failure,
    ) -> Result<Socket, Failure> {
        let failed = |what: String| Failure::Again(Cause::Handshake(what));
        let broken = |error: reqwest::Error| failed(chain(&error.without_url()));
        let key = generate_key();
        let request = self
            .0
            .get(to_http(url))
            .header(CONNECTION, "Upgrade")
            .header(UPGRADE, "websocket")
            .header(SEC_WEBSOCKET_VERSION, "13")
            .header(SEC_WEBSOCKET_KEY, &key);
        let answer = request.send().await.map_err(broken)?;
        if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(rejected(answer.status(), answer.headers()));
        }
        let accepted = answer.headers().get(SEC_WEBSOCKET_ACCEPT).map(|accept| accept.as_bytes());
        if accepted != Some(derive_accept_key(key.as_bytes()).as_bytes()) {
            return Err(failed("the answer is none to this request".to_owned()));
        }
        let upgraded = answer.upgrade().await.map_err(broken)?;
        let config =
            WebSocketConfig::default().max_message_size(Some(MAX_MESSAGE)).max_frame_size(Some(MAX_MESSAGE));
        Ok(WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(config)).await)
    }
}

/// `wss:` as `https:`, which the HTTP client knows.
fn to_http(url: &Url) -> String {
    let scheme = if url.scheme() == "ws" { "http" } else { "https" };
    format!("{scheme}{}", &url.as_str()[url.scheme().len()..])
}

/// An error and what caused it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        source = error.source();
    }
    text
}
