//! Requests as the platforms make them.

use bytes::Bytes;
use http::Request;

use super::PayloadError;
use crate::{
    dingtalk, lark,
    webhook::{Scheme, Stamp},
};

/// The credential of a receiver, on the platform's side.
pub trait Seals: Scheme {
    /// The request in which the platform would post this payload.
    ///
    /// # Errors
    ///
    /// When there are no random numbers for the nonce.
    fn seal(&self, payload: &[u8]) -> Result<Request<Bytes>, PayloadError>;

    /// The verification token that a payload carries inside, where the platform has one.
    fn token(&self) -> Option<&str> {
        None
    }
}

impl Seals for lark::Credential {
    fn seal(&self, payload: &[u8]) -> Result<Request<Bytes>, PayloadError> {
        let stamp = Stamp::seconds()?;
        let sealed = if self.takes_as_old_card(payload) {
            lark::seal_old_card(self, payload, &stamp)
        } else {
            lark::seal(self, payload, &stamp)
        };
        Ok(sealed.map_err(http::Error::from)?)
    }

    fn token(&self) -> Option<&str> {
        self.plain_token()
    }
}

impl Seals for dingtalk::Credential {
    fn seal(&self, payload: &[u8]) -> Result<Request<Bytes>, PayloadError> {
        Ok(dingtalk::seal(self, payload, &Stamp::millis()?)?)
    }
}

impl Seals for dingtalk::RobotCredential {
    fn seal(&self, payload: &[u8]) -> Result<Request<Bytes>, PayloadError> {
        Ok(self.seal(Bytes::copy_from_slice(payload), &Stamp::millis()?)?)
    }
}
