//! Each file is a chapter: the published vectors, what is refused, and what the receiver answers.

mod old_cards;
mod receiver;
mod refusals;
mod vectors;

use bytes::Bytes;
use http::Request;

use super::{Authentic, Credential, NONCE, TIMESTAMP, seal, seal_unsigned};
use crate::webhook::{Refused, Stamp};

const KEY: &str = "kudryavka";
const TOKEN: &str = "v-tok";
const P2: &str = r#"{"schema":"2.0","header":{"event_id":"e1","token":"v-tok","event_type":"t"},"event":{}}"#;
const P1: &str = r#"{"uuid":"u1","token":"v-tok","type":"event_callback","event":{"type":"t"}}"#;
const CHALLENGE: &str = r#"{"challenge":"ajls384kdjx98XX","token":"v-tok","type":"url_verification"}"#;

fn with_key() -> Credential {
    Credential::new().encrypt_key(KEY)
}

fn with_token() -> Credential {
    Credential::new().verification_token(TOKEN)
}

fn with_both() -> Credential {
    with_key().verification_token(TOKEN)
}

fn stamp() -> Stamp {
    Stamp::new("1609073151", "abcdefg", [7; 16])
}

fn signed(credential: &Credential, plaintext: impl AsRef<[u8]>) -> Request<Bytes> {
    seal(credential, plaintext.as_ref(), &stamp()).unwrap()
}

fn unsigned(credential: &Credential, plaintext: impl AsRef<[u8]>) -> Request<Bytes> {
    seal_unsigned(credential, plaintext.as_ref(), &stamp())
}

/// A body without any header, as somebody else could write it.
fn plain(body: impl Into<Bytes>) -> Request<Bytes> {
    Request::post("/").body(body.into()).unwrap()
}

/// A signed body that is not what [`seal`] makes.
fn signed_body(credential: &Credential, body: &str) -> Request<Bytes> {
    let mut request = signed(credential, "");
    let signature = credential.key().unwrap().signature(b"1609073151", b"abcdefg", body.as_bytes());
    request
        .headers_mut()
        .insert(&super::SIGNATURE, base16ct::lower::encode_string(&signature).parse().unwrap());
    *request.body_mut() = Bytes::copy_from_slice(body.as_bytes());
    request
}

fn open(credential: &Credential, request: &Request<Bytes>) -> Result<Authentic, Refused> {
    credential.authenticate(request.headers(), request.body())
}

fn event(plaintext: &str) -> Result<Authentic, Refused> {
    Ok(Authentic::Event(Bytes::copy_from_slice(plaintext.as_bytes())))
}

fn challenge(text: &str) -> Result<Authentic, Refused> {
    Ok(Authentic::Challenge(text.to_owned()))
}
