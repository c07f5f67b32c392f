//! What goes wrong: for good, or until the next attempt.

use std::time::Duration;

/// Why a client ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The platform does not accept the app's id and secret, or the app may not connect.
    #[error(
        "the platform refuses the app ({code}: {message}); look at its id, its secret and the settings of its console"
    )]
    Auth {
        /// The platform's code.
        code: String,
        /// What it says.
        message: String,
    },
    /// The app has as many connections as it may have.
    #[error("the app has too many connections already: {message}")]
    ConnectionLimit {
        /// What the platform says.
        message: String,
    },
    /// The platform does not let the app connect.
    #[error("the platform has banned the app from connecting: {message}")]
    Banned {
        /// What it says.
        message: String,
    },
    /// The platform allows only so many attempts, and all failed.
    #[error("gave up after {attempts} attempts: {last}")]
    GaveUp {
        /// How many.
        attempts: u32,
        /// Why the last one failed.
        last: Cause,
    },
}

/// Why a connection ended, or an attempt failed. It is no reason to give up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// The platform could not be asked where to connect, or gave no answer that can be used.
    #[error("no address to connect to: {0}")]
    NoAddress(String),
    /// The socket was not opened.
    #[error("the socket was not opened: {0}")]
    Handshake(String),
    /// The platform is about to close the connection, and wants another one.
    #[error("the platform asked to connect anew")]
    Leaving,
    /// The platform closed it.
    #[error("the platform closed the connection ({})", .0.map_or_else(|| "without a code".to_owned(), |code| code.to_string()))]
    Closed(Option<u16>),
    /// Nothing came for too long, not even the answer to a ping: the other side is gone.
    #[error("nothing was heard for {0:?}")]
    Silent(Duration),
    /// The network failed, or what came is no WebSocket.
    #[error("the connection broke: {0}")]
    Broke(String),
}

/// Why a client was not built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Id or secret of the app is missing or empty.
    #[error("a connection needs the id and the secret of an app; is a setting missing?")]
    NoApp,
    /// What was given as an address is none.
    #[error("`{0}` is no address; expected one like `https://open.feishu.cn`")]
    NoAddress(String),
    /// What was given as a proxy is none. It may hold a password, and is not repeated.
    #[error(
        "the proxy is no address; expected one like `http://proxy.example:3128` or `socks5h://127.0.0.1:1080`"
    )]
    NoProxy,
    /// A certificate cannot be read.
    #[error("a root certificate cannot be read; expected PEM")]
    NoCertificate,
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}
