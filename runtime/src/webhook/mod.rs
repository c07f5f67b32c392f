//! What the webhook receivers of all platforms share.
//!
//! A receiver takes a whole request and gives a whole response, both of crate [`http`], so that it fits every
//! framework. It looks at method, size and content type, [authenticates](Scheme), hands the opened event to the
//! [dispatcher](crate::dispatch) and puts the outcome into the words of the platform.
//!
//! The receivers themselves are [`lark::Webhook`](crate::lark::Webhook) and
//! [`dingtalk::Webhook`](crate::dingtalk::Webhook).

#[cfg(feature = "actix")]
mod actix;
pub(crate) mod answer;
#[cfg(feature = "axum")]
mod axum;
pub(crate) mod cipher;
mod limits;
pub(crate) mod peek;
mod receiver;
mod refused;
pub(crate) mod secret;
pub(crate) mod stamp;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(feature = "tower")]
mod tower;

pub use limits::Rejected;
pub use receiver::{Authentic, BuildError, Builder, MAX_CREDENTIALS, Receiver, Scheme};
pub use refused::Refused;
pub use stamp::{NoRandomness, Stamp};
