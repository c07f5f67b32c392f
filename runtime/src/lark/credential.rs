//! The secrets of an app, and what they prove.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::{NONCE, SIGNATURE, TIMESTAMP};
use crate::{
    json::{
        reader::{Broken, Kind, Reader},
        unquote,
    },
    webhook::{
        Refused,
        cipher::Cipher,
        peek,
        secret::{check_signature, from_base64, same},
    },
};

/// The longest body that is decrypted without a signature. A verification of the URL takes some 300 bytes. The limit
/// keeps strangers from making us decrypt much, and what is done after a decryption too short to be measured.
const MAX_UNSIGNED: usize = 4096;

/// What the developer console shows under "Encryption strategy" of an app.
///
/// ```
/// use workplace_events_runtime::lark::Credential;
///
/// let credential = Credential::new().encrypt_key("test key").verification_token("v-tok");
/// assert!(!format!("{credential:?}").contains("test key"));
/// ```
#[derive(Clone, Default)]
pub struct Credential {
    app_id: Option<String>,
    token: Option<SecretString>,
    key: Option<Key>,
    old_cards: bool,
    /// Takes any plaintext; the receiver alone makes such a credential.
    trusting: bool,
}

/// The Encrypt Key, as text for signatures and as a cipher.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) text: SecretString,
    pub(super) cipher: Cipher,
}

/// An authentic request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Authentic {
    /// The platform verifies the URL: answer `{"challenge": <this text>}` within a second.
    Challenge(String),
    /// The decrypted body of an event or callback. Nothing but its secrets was looked at: without a token it may be no
    /// JSON at all.
    Event(Bytes),
}

impl Credential {
    /// No secret yet; on its own it matches nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The app that it belongs to (`cli_...`): handlers see it as the name of the credential, and several apps behind one
    /// URL are told apart by it.
    #[must_use]
    pub fn app_id(mut self, app_id: impl Into<String>) -> Self {
        self.app_id = Some(app_id.into());
        self
    }

    /// Accepts old message cards (`card.action.trigger_v1`) as well. They are signed with SHA-1 over the Verification
    /// Token instead of SHA-256 over the Encrypt Key, not encrypted, and cannot be told to come from another app's card:
    /// [how their callbacks look](https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-callback-communication).
    #[must_use]
    pub fn accept_old_cards(mut self) -> Self {
        self.old_cards = true;
        self
    }

    /// The Verification Token. It is compared on every request, also where a key is configured.
    #[must_use]
    pub fn verification_token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The Encrypt Key. With it, only encrypted requests are accepted, and only signed ones save for the verification
    /// of the URL.
    #[must_use]
    pub fn encrypt_key(mut self, key: impl Into<SecretString>) -> Self {
        let text = key.into();
        let cipher = Cipher::new(&Sha256::digest(text.expose_secret()).into());
        self.key = Some(Key { text, cipher });
        self
    }

    /// Authenticates a request and decrypts it. Of the body it needs every byte as it was received.
    ///
    /// # Errors
    ///
    /// When this credential does not match, for whatever reason. Answer all of them alike.
    pub fn authenticate(&self, headers: &HeaderMap, body: &Bytes) -> Result<Authentic, Refused> {
        if !self.has_secret() && !self.trusting {
            return Err(Refused::NoSecret);
        }
        if self.old_cards && is_old_signature(headers) {
            return self.old_card(headers, body);
        }
        match &self.key {
            Some(_)
                if self.old_cards
                    && is_unsigned(headers)
                    && peek::encrypted(body).is_ok_and(|e| e.is_none()) =>
            {
                // The verification of the URL of an old card is plaintext; the token proves it.
                self.admit(body.clone(), true)
            }
            Some(key) => {
                let signed = key.check(headers, body)?;
                let encrypted = peek::encrypted(body)?.ok_or(Refused::Plaintext)?;
                self.admit(key.open(&encrypted)?, !signed)
            }
            None => self.admit(body.clone(), false),
        }
    }

    /// An old message card: signed with the token, usually plaintext.
    fn old_card(&self, headers: &HeaderMap, body: &Bytes) -> Result<Authentic, Refused> {
        let token = self.token.as_ref().ok_or(Refused::NoSecret)?;
        let header = |name: &HeaderName| {
            headers.get(name).map(HeaderValue::as_bytes).ok_or(Refused::IncompleteSignature)
        };
        let hash = old_signature(header(&TIMESTAMP)?, header(&NONCE)?, token, body);
        check_signature(header(&SIGNATURE)?, &hash)?;
        let opened = match (peek::encrypted(body)?, &self.key) {
            (None, _) => body.clone(),
            (Some(encrypted), Some(key)) => key.open(&encrypted)?,
            (Some(_), None) => return Err(Refused::Encrypted),
        };
        let json = std::str::from_utf8(&opened).map_err(|_| Refused::NotUtf8)?;
        // Its `token` is not the Verification Token but one for updating the card.
        if is_old_card(json)? { Ok(Authentic::Event(opened)) } else { Err(Refused::NoOldCard) }
    }

    /// The name of its app.
    pub(super) fn app(&self) -> Option<&str> {
        self.app_id.as_deref()
    }

    pub(super) fn lacks_token_for_old_cards(&self) -> bool {
        self.old_cards && self.token.is_none()
    }

    pub(super) fn token(&self) -> Option<&SecretString> {
        self.token.as_ref()
    }

    /// The Verification Token, for those who write it into a payload.
    #[cfg(feature = "testing")]
    pub(crate) fn plain_token(&self) -> Option<&str> {
        self.token.as_ref().map(ExposeSecret::expose_secret)
    }

    /// Whether it takes this payload as an old message card.
    #[cfg(feature = "testing")]
    pub(crate) fn takes_as_old_card(&self, payload: &[u8]) -> bool {
        self.old_cards && std::str::from_utf8(payload).is_ok_and(|json| is_old_card(json) == Ok(true))
    }

    /// Whether there is a secret, and none is empty: an empty one is a setting that somebody forgot, and everybody
    /// knows it.
    pub(super) fn has_secret(&self) -> bool {
        let key = self.key.as_ref().map(|key| &key.text);
        let mut secrets = self.token.iter().chain(key).peekable();
        secrets.peek().is_some() && secrets.all(|secret| !secret.expose_secret().is_empty())
    }

    /// Takes any plaintext.
    pub(super) fn trusting() -> Self {
        Credential { trusting: true, ..Self::default() }
    }

    pub(super) fn is_trusting(&self) -> bool {
        self.trusting
    }

    pub(super) fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    /// Decides on an opened body: its token must match, and without a signature it must be a challenge.
    fn admit(&self, opened: Bytes, only_challenge: bool) -> Result<Authentic, Refused> {
        let top = match Top::read(&opened, self.token.is_some(), self.key.is_some()) {
            Ok(top) => top,
            // The signature has proven it, and nothing else is asked for: that it is no JSON is for the dispatcher.
            Err(Refused::NotJson) if !only_challenge && self.token.is_none() && self.key.is_some() => {
                return Ok(Authentic::Event(opened));
            }
            Err(reason) => return Err(reason),
        };
        if self.key.is_none() && top.encrypt.is_some() {
            return Err(Refused::Encrypted);
        }
        if only_challenge && !top.is_challenge() {
            return Err(Refused::UnsignedEvent);
        }
        if let Some(expected) = &self.token {
            let token = top.token().and_then(unquote).ok_or(Refused::WrongToken)?;
            if !same(token.as_bytes(), expected.expose_secret().as_bytes()) {
                return Err(Refused::WrongToken);
            }
        }
        if !top.is_challenge() {
            return Ok(Authentic::Event(opened));
        }
        let challenge = top.challenge.and_then(unquote).ok_or(Refused::NotJson)?;
        Ok(Authentic::Challenge(challenge.into_owned()))
    }
}

/// As much of a text as is UTF-8: what is cut off may end within a character.
fn valid(text: &[u8]) -> &str {
    let up_to = |error: std::str::Utf8Error| std::str::from_utf8(&text[..error.valid_up_to()]);
    std::str::from_utf8(text).or_else(up_to).unwrap_or_default()
}

/// Whether a body is an old message card, and nothing that the dispatcher could take for an event: its signature proves
/// no more than that somebody knows the token.
fn is_old_card(json: &str) -> Result<bool, Refused> {
    let [message, action, others @ ..] = peek::pick(
        json,
        ["open_message_id", "action", "schema", "header", "uuid", "event", "type", "encrypt"],
    )?;
    Ok(message.is_some() && action.is_some() && others.iter().all(Option::is_none))
}

/// Whether a request carries a signature of the length of SHA-1 in hex, which old message cards have.
fn is_old_signature(headers: &HeaderMap) -> bool {
    headers.get(&SIGNATURE).is_some_and(|signature| signature.len() == 40)
}

fn is_unsigned(headers: &HeaderMap) -> bool {
    [&TIMESTAMP, &NONCE, &SIGNATURE].iter().all(|name| !headers.contains_key(*name))
}

/// The hash that old message cards are signed with.
pub(super) fn old_signature(timestamp: &[u8], nonce: &[u8], token: &SecretString, body: &[u8]) -> [u8; 20] {
    let hash = Sha1::new().chain_update(timestamp).chain_update(nonce);
    hash.chain_update(token.expose_secret()).chain_update(body).finalize().into()
}

impl Key {
    /// Checks the signature; false where the request has none.
    fn check(&self, headers: &HeaderMap, body: &[u8]) -> Result<bool, Refused> {
        let header = |name: &HeaderName| headers.get(name).map(HeaderValue::as_bytes);
        match (header(&TIMESTAMP), header(&NONCE), header(&SIGNATURE)) {
            // Hex of SHA-1, which the old message card is signed with.
            (Some(_), Some(_), Some(signature)) if signature.len() == 40 => Err(Refused::OldCardSignature),
            (Some(timestamp), Some(nonce), Some(signature)) => {
                check_signature(signature, &self.signature(timestamp, nonce, body)).map(|()| true)
            }
            (None, None, None) if body.len() > MAX_UNSIGNED => Err(Refused::UnsignedTooLong),
            (None, None, None) => Ok(false),
            _ => Err(Refused::IncompleteSignature),
        }
    }

    /// The hash over time stamp, nonce, key and the body as it is sent. The platform uses no HMAC.
    pub(super) fn signature(&self, timestamp: &[u8], nonce: &[u8], body: &[u8]) -> [u8; 32] {
        let hash = Sha256::new().chain_update(timestamp).chain_update(nonce);
        hash.chain_update(self.text.expose_secret()).chain_update(body).finalize().into()
    }

    /// Decrypts base64 of the initialisation vector and the rest.
    fn open(&self, encrypted: &[u8]) -> Result<Bytes, Refused> {
        let mut data = from_base64(encrypted)?;
        let (iv, rest) = data.split_first_chunk_mut::<16>().ok_or(Refused::WrongLength)?;
        let length = self.cipher.decrypt(iv, rest, 16)?;
        Ok(Bytes::from(data).slice(16..16 + length))
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |there| if there { "[redacted]" } else { "none" };
        f.debug_struct("Credential")
            .field("app_id", &self.app_id)
            .field("verification_token", &shown(self.token.is_some()))
            .field("encrypt_key", &shown(self.key.is_some()))
            .finish()
    }
}

/// How much of a body is looked at first. The header of an event, which decides, is much shorter.
const HEAD: usize = 1024;

/// The JSON of the values of an opened body that decide whether it is accepted.
#[derive(Default)]
struct Top<'a> {
    encrypt: Option<&'a str>,
    schema: Option<&'a str>,
    kind: Option<&'a str>,
    token: Option<&'a str>,
    challenge: Option<&'a str>,
    /// The token in the header.
    header_token: Option<&'a str>,
    /// Whether a token is asked for.
    needs_token: bool,
}

impl<'a> Top<'a> {
    /// As far as it takes to decide. An event of protocol 2 begins with what does; whether the rest of it is JSON is
    /// for the dispatcher. Plaintext is read to its end.
    fn read(json: &'a [u8], needs_token: bool, decrypted: bool) -> Result<Self, Refused> {
        if decrypted {
            let head = valid(&json[..json.len().min(HEAD)]);
            let mut top = Top { needs_token, ..Top::default() };
            // The head may break off anywhere; then nothing is decided yet.
            let _ = top.look(&mut Reader::new(head), true);
            if top.decides() {
                return Ok(top);
            }
        }
        let json = std::str::from_utf8(json).map_err(|_| Refused::NotUtf8)?;
        let mut top = Top { needs_token, ..Top::default() };
        let looked = top.look(&mut Reader::new(json), decrypted);
        if top.decides() { Ok(top) } else { Ok(looked.map(|()| top)?) }
    }

    /// Reads the object: all of it, or as much as decides.
    fn look(&mut self, reader: &mut Reader<'a>, until_decided: bool) -> Result<(), Broken> {
        let mut entries = reader.enter(Kind::Object)?;
        while let Some(key) = reader.key(&mut entries)? {
            match &*key {
                "token" => self.token = Some(reader.skip()?),
                "encrypt" => self.encrypt = Some(reader.skip()?),
                "schema" => self.schema = Some(reader.skip()?),
                "type" => self.kind = Some(reader.skip()?),
                "challenge" => self.challenge = Some(reader.skip()?),
                "header" if self.needs_token => {
                    let mut header = reader.enter(Kind::Object)?;
                    while let Some(key) = reader.key(&mut header)? {
                        let json = reader.skip()?;
                        if key == "token" {
                            self.header_token = Some(json);
                        }
                        if until_decided && self.decides() {
                            return Ok(());
                        }
                    }
                }
                _ => drop(reader.skip()?),
            }
            if until_decided && self.decides() {
                return Ok(());
            }
        }
        reader.end()
    }

    fn decides(&self) -> bool {
        self.schema.is_some() && (self.header_token.is_some() || !self.needs_token)
    }

    /// A verification of the URL. It has no `schema`: an event that pretends to be one does not pass unsigned.
    fn is_challenge(&self) -> bool {
        self.schema.is_none() && self.kind.and_then(unquote).is_some_and(|kind| kind == "url_verification")
    }

    /// The token: in the header of an event of protocol 2, on top of everything else.
    fn token(&self) -> Option<&'a str> {
        if self.schema.is_some() { self.header_token } else { self.token }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &'static str, needs_token: bool) -> Result<[Option<&'static str>; 3], Refused> {
        let top = Top::read(json.as_bytes(), needs_token, true)?;
        Ok([top.schema, top.token(), top.kind])
    }

    #[test]
    fn what_stands_behind_what_decides_is_not_read() {
        let event = r#"{"schema":"2.0","type":1,"header":{"x":{},"token":"t" nonsense"#;
        assert_eq!(read(event, true), Ok([Some(r#""2.0""#), Some(r#""t""#), Some("1")]));
        assert_eq!(read(r#"{"schema":"2.0" nonsense"#, false), Ok([Some(r#""2.0""#), None, None]));
        for broken in [r#"{"schema":"2.0" nonsense"#, r#"{"schema":"2.0","header":1}"#, r#"{"a":1} {}"#, "[]"]
        {
            assert_eq!(read(broken, true), Err(Refused::NotJson), "{broken}");
        }
        assert_eq!(Top::read(b"{\"\xff\":1", true, true).err(), Some(Refused::NotUtf8));
    }

    #[test]
    fn the_token_stands_where_the_protocol_has_it() {
        let token = |json| read(json, true).map(|[_, token, _]| token);
        assert_eq!(token(r#"{"token":"a","header":{"token":"b"}}"#), Ok(Some(r#""a""#)));
        assert_eq!(token(r#"{"token":"a","header":{"token":"b"},"schema":"2.0"}"#), Ok(Some(r#""b""#)));
        assert_eq!(token(r#"{"token":"a","header":{},"schema":"2.0"}"#), Ok(None));
        assert_eq!(token(r#"{"token":"a","schema":"2.0"}"#), Ok(None));
    }
}
