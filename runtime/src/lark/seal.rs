//! The platform's side: requests as it would send them, for tests and tools.

use bytes::Bytes;
use http::{
    HeaderValue, Method, Request,
    header::{CONTENT_TYPE, InvalidHeaderValue},
};
use serde_json::json;

use super::{
    Credential, NONCE, SIGNATURE, TIMESTAMP,
    credential::{Key, old_signature},
};
use crate::webhook::{Stamp, secret::to_base64};

/// The request in which the platform would send an event: encrypted and signed where the credential has a key,
/// otherwise as it is. The verification token is part of the plaintext, and up to the caller.
///
/// ```
/// use workplace_events_runtime::{lark::{self, Credential}, webhook::Stamp};
///
/// let credential = Credential::new().encrypt_key("test key");
/// let plaintext = br#"{"schema":"2.0","header":{},"event":{}}"#;
/// let request = lark::seal(&credential, plaintext, &Stamp::seconds()?)?;
/// assert!(credential.authenticate(request.headers(), request.body()).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// When time stamp or nonce cannot stand in a header.
pub fn seal(
    credential: &Credential,
    plaintext: &[u8],
    stamp: &Stamp,
) -> Result<Request<Bytes>, InvalidHeaderValue> {
    let mut request = seal_unsigned(credential, plaintext, stamp);
    let Some(key) = credential.key() else { return Ok(request) };
    let (timestamp, nonce) = (stamp.timestamp.as_bytes(), stamp.nonce.as_bytes());
    let signature = base16ct::lower::encode_string(&key.signature(timestamp, nonce, request.body()));
    sign(&mut request, stamp, &signature)?;
    Ok(request)
}

/// The request in which the platform verifies the URL: like [`seal`], without a signature.
#[must_use]
pub fn seal_unsigned(credential: &Credential, plaintext: &[u8], stamp: &Stamp) -> Request<Bytes> {
    let body = match credential.key() {
        Some(key) => encrypt(key, plaintext, stamp),
        None => Bytes::copy_from_slice(plaintext),
    };
    post(body)
}

/// The request in which the platform would send an old message card: plaintext, signed with the Verification Token, or
/// not at all where the credential has none.
///
/// # Errors
///
/// When time stamp or nonce cannot stand in a header.
pub fn seal_old_card(
    credential: &Credential,
    plaintext: &[u8],
    stamp: &Stamp,
) -> Result<Request<Bytes>, InvalidHeaderValue> {
    let mut request = post(Bytes::copy_from_slice(plaintext));
    let Some(token) = credential.token() else { return Ok(request) };
    let (timestamp, nonce) = (stamp.timestamp.as_bytes(), stamp.nonce.as_bytes());
    let signature = base16ct::lower::encode_string(&old_signature(timestamp, nonce, token, request.body()));
    sign(&mut request, stamp, &signature)?;
    Ok(request)
}

fn post(body: Bytes) -> Request<Bytes> {
    let mut request = Request::new(body);
    *request.method_mut() = Method::POST;
    let json = HeaderValue::from_static("application/json;charset=utf-8");
    request.headers_mut().insert(CONTENT_TYPE, json);
    request
}

fn sign(request: &mut Request<Bytes>, stamp: &Stamp, signature: &str) -> Result<(), InvalidHeaderValue> {
    let headers = request.headers_mut();
    headers.insert(&TIMESTAMP, HeaderValue::from_bytes(stamp.timestamp.as_bytes())?);
    headers.insert(&NONCE, HeaderValue::from_bytes(stamp.nonce.as_bytes())?);
    headers.insert(&SIGNATURE, HeaderValue::from_str(signature)?);
    Ok(())
}

fn encrypt(key: &Key, plaintext: &[u8], stamp: &Stamp) -> Bytes {
    let ciphertext = key.cipher.encrypt(&stamp.random, plaintext.to_vec(), 16);
    let encrypt = to_base64(&[&stamp.random[..], &ciphertext].concat());
    json!({ "encrypt": encrypt }).to_string().into()
}
