//! Each file is a chapter: the published vectors, what is refused, and what the receiver answers.

mod receiver;
mod refusals;
mod robot;
mod vectors;

use bytes::Bytes;
use http::Request;

use super::{Credential, seal};
use crate::webhook::{Refused, Stamp};

const TOKEN: &str = "tokenA1b2C3";
const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const OWNER_KEY: &str = "dingappkey0001";
const EVENT: &str = r#"{"EventType":"user_add_org","UserId":["1"]}"#;

fn credential() -> Credential {
    with_owner(OWNER_KEY)
}

fn with_owner(owner_key: &str) -> Credential {
    Credential::new(TOKEN, AES_KEY, owner_key).unwrap()
}

fn stamp() -> Stamp {
    Stamp::new("1700000000000", "nonce123", [7; 16])
}

fn sealed(credential: &Credential, plaintext: &str) -> Request<Bytes> {
    seal(credential, plaintext.as_bytes(), &stamp()).unwrap()
}

/// A request that is signed, whatever its encrypted text is.
fn signed(encrypted: &str) -> Request<Bytes> {
    let signature = base16ct::lower::encode_string(&credential().signature(b"1", b"2", encrypted.as_bytes()));
    post(
        &format!("signature={signature}&timestamp=1&nonce=2"),
        serde_json::json!({ "encrypt": encrypted }).to_string(),
    )
}

fn post(query: &str, body: impl Into<Bytes>) -> Request<Bytes> {
    Request::post(format!("/dingtalk?{query}")).body(body.into()).unwrap()
}

fn open(credential: &Credential, request: &Request<Bytes>) -> Result<Bytes, Refused> {
    credential.authenticate(request.uri().query().unwrap_or_default(), request.body())
}
