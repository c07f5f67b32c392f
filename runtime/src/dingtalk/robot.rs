//! Messages to an outgoing robot by HTTP: another signature, and no encryption.

use std::{
    fmt,
    ops::ControlFlow,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header::CONTENT_TYPE, request::Parts,
};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use super::InvalidCredential;
use crate::{
    dispatch::Answer,
    webhook::{
        BuildError, Receiver, Refused, Scheme, Stamp, answer,
        secret::{from_base64, to_base64},
        stamp::{moment, sent},
    },
};

/// When the request was sent, in milliseconds.
const TIMESTAMP: &str = "timestamp";
/// The signature over that and the secret. The body is not signed: HTTPS alone protects it.
const SIGN: &str = "sign";
/// The platform asks receivers to refuse what is older.
const MAX_AGE: Duration = Duration::from_secs(3600);

/// The app secret of a robot whose messages are received by HTTP: base64 of HMAC-SHA256, by the secret, over time stamp
/// and secret. A request older than an hour is refused, as the platform asks:
/// [how robots receive messages](https://open.dingtalk.com/document/development/receive-message).
///
/// The signature does not cover the body, so a robot behind plain HTTP can be told anything. Whatever is signed this way
/// is read as a message to a robot and nothing else, also where the dispatcher handles other events. Prefer Stream mode.
#[derive(Clone)]
pub struct RobotCredential {
    name: Option<String>,
    secret: SecretString,
}

/// Receives messages to an outgoing robot.
///
/// | outcome | answer |
/// | --- | --- |
/// | handled, or nobody handles it | 200, `{}` |
/// | answered by its handler | 200, that answer |
/// | a handler failed or took longer than 1 s | 500 |
/// | authentic, but no message | 400 |
/// | not authentic, or older than an hour | 401, whatever the reason |
/// | not POST, too large, not JSON | 405, 413, 415 |
pub type RobotWebhook<P> = Receiver<P, RobotCredential>;

impl RobotCredential {
    /// The app secret (client secret) of the robot.
    ///
    /// # Errors
    ///
    /// When it is empty.
    pub fn new(secret: impl Into<SecretString>) -> Result<Self, InvalidCredential> {
        let secret = secret.into();
        if secret.expose_secret().is_empty() {
            return Err(InvalidCredential::AppSecret);
        }
        Ok(RobotCredential { name: None, secret })
    }

    /// A name by which handlers know it, such as the robot code.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Checks the signature of a request, and that it is not older than an hour.
    ///
    /// # Errors
    ///
    /// When this credential does not match, for whatever reason. Answer all of them alike.
    pub fn authenticate(&self, headers: &HeaderMap, now: SystemTime) -> Result<(), Refused> {
        let header = |name| headers.get(name).ok_or(Refused::IncompleteSignature);
        let (timestamp, sign) = (header(TIMESTAMP)?, header(SIGN)?);
        let sign = from_base64(sign.as_bytes()).map_err(|_| Refused::MalformedSignature)?;
        let mac = self.mac(timestamp.as_bytes()).ok_or(Refused::NoSecret)?;
        mac.verify_slice(&sign).map_err(|_| Refused::WrongSignature)?;
        let sent = timestamp.to_str().ok().and_then(moment).ok_or(Refused::Expired)?;
        let age = now.duration_since(sent).or_else(|_| sent.duration_since(now)).unwrap_or(Duration::MAX);
        if age > MAX_AGE { Err(Refused::Expired) } else { Ok(()) }
    }

    /// The request in which the platform would send a message.
    ///
    /// # Errors
    ///
    /// When the time stamp cannot stand in a header.
    pub fn seal(&self, body: impl Into<Bytes>, stamp: &Stamp) -> Result<Request<Bytes>, http::Error> {
        let mac = self.mac(stamp.timestamp.as_bytes()).map(|mac| mac.finalize().into_bytes());
        Request::builder()
            .method(Method::POST)
            .uri("/")
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"))
            .header(TIMESTAMP, &stamp.timestamp)
            .header(SIGN, to_base64(&mac.unwrap_or_default()))
            .body(body.into())
    }

    /// HMAC takes a key of any length, so there always is one.
    fn mac(&self, timestamp: &[u8]) -> Option<Hmac<Sha256>> {
        let secret = self.secret.expose_secret().as_bytes();
        let mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
        Some(mac.chain_update(timestamp).chain_update(b"\n").chain_update(secret))
    }
}

impl Scheme for RobotCredential {
    /// The only form that may come without a signature over its body is that of a message.
    const TRANSPORT: &'static str = "robot";
    const TIME_LIMIT: Duration = Duration::from_secs(1);

    fn check(_: &[Self]) -> Result<(), BuildError> {
        // None can be made without its secret.
        Ok(())
    }

    fn open(&self, head: &Parts, body: &Bytes) -> Result<ControlFlow<Answer, Bytes>, Refused> {
        self.authenticate(&head.headers, SystemTime::now())?;
        Ok(ControlFlow::Continue(body.clone()))
    }

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn sent(&self, head: &Parts) -> Option<SystemTime> {
        head.headers.get(TIMESTAMP).map(|stamp| sent(stamp.as_bytes()))
    }

    fn respond(&self, answer: Answer) -> Response<Bytes> {
        match answer {
            Answer::Acknowledged => answer::json(StatusCode::OK, "{}"),
            Answer::Reply(json) => answer::json(StatusCode::OK, json),
            Answer::Retry => answer::retry(),
            Answer::Malformed => answer::malformed(),
        }
    }
}

impl fmt::Debug for RobotCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RobotCredential").field("name", &self.name).finish_non_exhaustive()
    }
}
