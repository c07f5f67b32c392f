//! Sealed messages: the answer of the receiver, and, for tests and tools, the requests of the platform.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, header::CONTENT_TYPE};
use serde_json::json;

use super::{Credential, query::Query};
use crate::{
    json::unquote,
    webhook::{Refused, Stamp, peek},
};

/// The request in which the platform would send an event; its signature is in the query of the URI.
///
/// ```
/// use workplace_events_runtime::{dingtalk::{self, Credential}, webhook::Stamp};
///
/// let key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
/// let credential = Credential::new("tokenA1b2C3", key, "dingappkey0001")?;
/// let request = dingtalk::seal(&credential, br#"{"EventType":"check_url"}"#, &Stamp::millis()?)?;
/// let query = request.uri().query().unwrap_or_default();
/// assert!(credential.authenticate(query, request.body()).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// When the time stamp or nonce is too long for a URI.
pub fn seal(credential: &Credential, plaintext: &[u8], stamp: &Stamp) -> Result<Request<Bytes>, http::Error> {
    let (encrypt, signature) = credential.seal(plaintext, stamp);
    Request::builder()
        .method(Method::POST)
        .uri(format!("/?{}", Query::write(&signature, &stamp.timestamp, &stamp.nonce)))
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .body(json!({ "encrypt": encrypt }).to_string().into())
}

/// The body of the answer to an event. The platform wants the message `success`:
/// [the official samples](https://github.com/open-dingtalk/DingTalk-Callback-Crypto).
#[must_use]
pub fn reply(credential: &Credential, message: &[u8], stamp: &Stamp) -> Bytes {
    let (encrypt, signature) = credential.seal(message, stamp);
    let Stamp { timestamp, nonce, .. } = stamp;
    let reply =
        json!({ "msg_signature": signature, "timeStamp": timestamp, "nonce": nonce, "encrypt": encrypt });
    reply.to_string().into()
}

/// Checks and decrypts an answer, as the platform does.
///
/// # Errors
///
/// When it was not sealed under this credential.
pub fn open_reply(credential: &Credential, reply: &[u8]) -> Result<Bytes, Refused> {
    let reply = std::str::from_utf8(reply).map_err(|_| Refused::NotUtf8)?;
    let keys = ["msg_signature", "timeStamp", "nonce", "encrypt"];
    let values = peek::pick(reply, keys)?.map(|value| value.and_then(unquote));
    let [Some(signature), Some(timestamp), Some(nonce), Some(encrypt)] = values else {
        return Err(Refused::IncompleteSignature);
    };
    let [signature, timestamp, nonce, encrypt] =
        [&signature, &timestamp, &nonce, &encrypt].map(|text| text.as_bytes());
    credential.verify(signature, timestamp, nonce, encrypt)?;
    credential.open(encrypt)
}
