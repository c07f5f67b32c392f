//! Feishu and Lark by webhook.
//!
//! With an Encrypt Key the platform encrypts every body and signs the encrypted one, except when it verifies the URL;
//! without one it sends plain JSON, and only the Verification Token in it says who wrote it. Both are set in the
//! developer console, and [`Credential`] takes both:
//! [how the platform encrypts and signs](https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/encrypt-key-encryption-configuration-case),
//! [how it verifies the URL](https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/request-url-configuration-case).
//!
//! What is accepted:
//!
//! | credential | signature headers | body |
//! | --- | --- | --- |
//! | with a key | all three, right | encrypted; the token in it must match if one is configured |
//! | with a key | none | encrypted, and a verification of the URL; likewise |
//! | with a token only | not looked at | plain JSON with that token |
//!
//! Everything else gets one and the same 401: a stranger who could tell wrong padding from a wrong signature would
//! learn what is in a captured body byte by byte. The reason goes to the log and to
//! [`on_refused`](crate::webhook::Builder::on_refused).
//!
//! How long ago a request was signed is checked where [`max_age`](crate::webhook::Builder::max_age) says so. By default
//! it is not: nobody has documented whether a repeated delivery, which may come seven hours later, carries a fresh time.

mod credential;
#[cfg(feature = "lark-websocket")]
mod long_connection;
mod seal;
#[cfg(test)]
mod tests;
mod tickets;
mod webhook;

use http::HeaderName;

pub use credential::{Authentic, Credential};
#[cfg(feature = "lark-websocket")]
pub use long_connection::LongConnection;
#[cfg(feature = "gateway")]
pub(crate) use long_connection::frame;
pub use seal::{seal, seal_old_card, seal_unsigned};
pub use tickets::{KeepsTickets, TicketStore, Tickets};
pub use webhook::Webhook;

/// What the session makes of any messages.
#[cfg(all(fuzzing, feature = "lark-websocket"))]
#[allow(missing_docs)]
pub fn fuzz_frames(messages: Vec<Vec<u8>>) {
    long_connection::fuzz(messages);
}

/// When the request was sent, as text.
static TIMESTAMP: HeaderName = HeaderName::from_static("x-lark-request-timestamp");
/// A text that is used once.
static NONCE: HeaderName = HeaderName::from_static("x-lark-request-nonce");
/// The signature over both, the key and the body.
static SIGNATURE: HeaderName = HeaderName::from_static("x-lark-signature");
