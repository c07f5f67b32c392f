//! The secrets of an app, and what they prove.

use std::fmt;

use bytes::Bytes;
use secrecy::{ExposeSecret, SecretString};
use sha1::{Digest, Sha1};

use super::query::Query;
use crate::webhook::{
    Refused, Stamp,
    cipher::Cipher,
    peek,
    secret::{check_signature, from_base64, same, to_base64},
};

/// The platform pads to 32 bytes, although the block of AES has 16.
const PAD_TO: u8 = 32;

/// Random bytes and the length word, before the message.
const PREFIX: usize = 20;

/// What the developer console shows for the event push of an app.
///
/// ```
/// use workplace_events_runtime::dingtalk::Credential;
///
/// let key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
/// let credential = Credential::new("tokenA1b2C3", key, "dingappkey0001")?;
/// assert!(!format!("{credential:?}").contains("tokenA1b2C3"));
/// # Ok::<(), workplace_events_runtime::dingtalk::InvalidCredential>(())
/// ```
#[derive(Clone)]
pub struct Credential {
    token: SecretString,
    cipher: Cipher,
    /// The first half of the AES key, always: the random bytes before the message make the difference.
    iv: [u8; 16],
    owner_key: String,
}

/// Why a credential was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidCredential {
    /// The token is empty.
    #[error("the token is empty")]
    Token,
    /// The AES key is not what the console shows.
    #[error("the AES key must be the 43 letters and digits that the console shows")]
    AesKey,
    /// The owner key is empty.
    #[error("the owner key is empty")]
    OwnerKey,
    /// The app secret of a robot is empty.
    #[error("the app secret is empty")]
    AppSecret,
}

impl Credential {
    /// Token, AES key (43 characters) and owner key.
    ///
    /// The owner key names the receiver and is no secret: the AppKey (client id) of an internal app, the corp id where
    /// the URL was registered by the old API, the SuiteKey of an ISV app.
    ///
    /// # Errors
    ///
    /// When one of them is empty, or the AES key has another length.
    pub fn new(
        token: impl Into<SecretString>,
        aes_key: impl Into<SecretString>,
        owner_key: impl Into<String>,
    ) -> Result<Self, InvalidCredential> {
        let (token, aes_key, owner_key) = (token.into(), aes_key.into(), owner_key.into());
        if token.expose_secret().is_empty() {
            return Err(InvalidCredential::Token);
        }
        if owner_key.is_empty() {
            return Err(InvalidCredential::OwnerKey);
        }
        // 43 digits hold two bits more than the key; three of the four official samples set them.
        let digits = Some(aes_key.expose_secret()).filter(|digits| digits.len() == 43);
        let key = digits.and_then(|digits| from_base64(digits.as_bytes()).ok());
        let key: [u8; 32] = key.and_then(|key| key.try_into().ok()).ok_or(InvalidCredential::AesKey)?;
        let (iv, _) = key.split_first_chunk::<16>().ok_or(InvalidCredential::AesKey)?;
        Ok(Credential { token, cipher: Cipher::new(&key), iv: *iv, owner_key })
    }

    /// Authenticates a request by the query of its URL and decrypts it. The result is UTF-8 text, usually JSON.
    ///
    /// # Errors
    ///
    /// When this credential does not match, for whatever reason. Answer all of them alike.
    pub fn authenticate(&self, query: &str, body: &[u8]) -> Result<Bytes, Refused> {
        let query = Query::read(query).ok_or(Refused::IncompleteSignature)?;
        let encrypted = peek::encrypted(body)?.ok_or(Refused::Plaintext)?;
        self.verify(&query.signature, &query.timestamp, &query.nonce, &encrypted)?;
        self.open(&encrypted)
    }

    /// The owner key.
    pub(super) fn owner_key(&self) -> &str {
        &self.owner_key
    }

    /// Checks the signature of an encrypted text.
    pub(super) fn verify(
        &self,
        signature: &[u8],
        timestamp: &[u8],
        nonce: &[u8],
        encrypted: &[u8],
    ) -> Result<(), Refused> {
        check_signature(signature, &self.signature(timestamp, nonce, encrypted))
    }

    /// The hash over the token and the three others, sorted as bytes. It covers them as they were received.
    pub(super) fn signature(&self, timestamp: &[u8], nonce: &[u8], encrypted: &[u8]) -> [u8; 20] {
        let mut parts = [self.token.expose_secret().as_bytes(), timestamp, nonce, encrypted];
        parts.sort_unstable();
        parts.iter().fold(Sha1::new(), |hash, part| hash.chain_update(part)).finalize().into()
    }

    /// Decrypts: random bytes, length of the message, message, owner key.
    pub(super) fn open(&self, encrypted: &[u8]) -> Result<Bytes, Refused> {
        let mut data = from_base64(encrypted)?;
        let length = self.cipher.decrypt(&self.iv, &mut data, PAD_TO)?;
        data.truncate(length);
        let ([.., a, b, c, d], rest) = data.split_first_chunk::<PREFIX>().ok_or(Refused::WrongLayout)?;
        // Under a wrong key the length is anything.
        let length =
            usize::try_from(u32::from_be_bytes([*a, *b, *c, *d])).map_err(|_| Refused::WrongLayout)?;
        let (message, owner_key) = rest.split_at_checked(length).ok_or(Refused::WrongLayout)?;
        if !same(owner_key, self.owner_key.as_bytes()) {
            return Err(Refused::WrongOwner);
        }
        std::str::from_utf8(message).map_err(|_| Refused::NotUtf8)?;
        Ok(Bytes::from(data).slice(PREFIX..PREFIX + length))
    }

    /// The encrypted text and its signature in hex.
    pub(super) fn seal(&self, message: &[u8], stamp: &Stamp) -> (String, String) {
        // A message of 4 GiB does not come up; one cut short by a wrong length would be refused.
        let length = u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes();
        let data = [&stamp.random[..], &length, message, self.owner_key.as_bytes()].concat();
        let encrypted = self.encrypt(data);
        let (timestamp, nonce) = (stamp.timestamp.as_bytes(), stamp.nonce.as_bytes());
        let signature =
            base16ct::lower::encode_string(&self.signature(timestamp, nonce, encrypted.as_bytes()));
        (encrypted, signature)
    }

    pub(super) fn encrypt(&self, data: Vec<u8>) -> String {
        to_base64(&self.cipher.encrypt(&self.iv, data, PAD_TO))
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").field("owner_key", &self.owner_key).finish_non_exhaustive()
    }
}
