//! What makes each sealed message different.

use std::time::{Duration, SystemTime};

/// Time, nonce and random bytes of one sealed message. Tests give their own; [`Stamp::millis`] and
/// [`Stamp::seconds`] make fresh ones.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stamp {
    /// When it was sent, as the text that is signed.
    pub timestamp: String,
    /// A text that is used once.
    pub nonce: String,
    /// Lark: the initialisation vector. DingTalk: what stands before the message.
    pub random: [u8; 16],
}

/// The operating system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
#[non_exhaustive]
pub struct NoRandomness;

impl Stamp {
    /// A stamp of one's own.
    pub fn new(timestamp: impl Into<String>, nonce: impl Into<String>, random: [u8; 16]) -> Self {
        Stamp { timestamp: timestamp.into(), nonce: nonce.into(), random }
    }

    /// A fresh stamp; the time counts milliseconds.
    ///
    /// # Errors
    ///
    /// When the operating system gives no random bytes.
    pub fn millis() -> Result<Self, NoRandomness> {
        Self::fresh(since_1970().as_millis().to_string())
    }

    /// A fresh stamp; the time counts seconds.
    ///
    /// # Errors
    ///
    /// When the operating system gives no random bytes.
    pub fn seconds() -> Result<Self, NoRandomness> {
        Self::fresh(since_1970().as_secs().to_string())
    }

    fn fresh(timestamp: String) -> Result<Self, NoRandomness> {
        let (mut nonce, mut random) = ([0; 12], [0; 16]);
        getrandom::fill(&mut nonce).map_err(|_| NoRandomness)?;
        getrandom::fill(&mut random).map_err(|_| NoRandomness)?;
        Ok(Self::new(timestamp, base16ct::lower::encode_string(&nonce), random))
    }
}

fn since_1970() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

/// The moment that a text of digits means: seconds, milliseconds or microseconds since 1970, by their number.
pub(crate) fn moment(text: &str) -> Option<SystemTime> {
    let number: u64 = text.parse().ok()?;
    let since_1970 = match text.len() {
        ..=11 => Duration::from_secs(number),
        12..=14 => Duration::from_millis(number),
        _ => Duration::from_micros(number),
    };
    SystemTime::UNIX_EPOCH.checked_add(since_1970)
}

/// When something was sent, by the time stamp in it. What nobody can read is as old as can be.
pub(crate) fn sent(stamp: &[u8]) -> SystemTime {
    std::str::from_utf8(stamp).ok().and_then(moment).unwrap_or(SystemTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stamp_is_another() {
        let (a, b) = (Stamp::millis().unwrap(), Stamp::millis().unwrap());
        assert_ne!(a.nonce, b.nonce);
        assert_ne!(a.random, b.random);
        assert_eq!((a.timestamp.len(), Stamp::seconds().unwrap().timestamp.len()), (13, 10));
    }
}
