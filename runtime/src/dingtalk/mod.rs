//! DingTalk by webhook (HTTP push).
//!
//! Every body is encrypted, and the query of the URL holds a signature over it; token, AES key and owner key are set in
//! the developer console. The answer is encrypted and signed as well:
//! [the official samples](https://github.com/open-dingtalk/DingTalk-Callback-Crypto).
//!
//! A request that is not signed, not decrypted or not meant for this owner gets one and the same 401. The reason goes
//! to the log and to [`on_refused`](crate::webhook::Builder::on_refused).
//!
//! # The check of a suite's URL
//!
//! `check_url`, `check_create_suite_url` and `check_update_suite_url` are
//! [answered](https://open.dingtalk.com/document/development/validating-and-updating-callback-url-events) without any
//! handler. While a suite is being created it has no key yet, so its first check arrives under another owner key than
//! all later requests (`suite4xxxxxxxxxxxxxxx` in the official samples). Give the receiver a second credential with that
//! owner key until the suite exists.

mod credential;
mod query;
mod robot;
mod seal;
#[cfg(feature = "dingtalk-stream")]
mod stream;
#[cfg(test)]
mod tests;
mod webhook;

/// What the session makes of any messages.
#[cfg(all(fuzzing, feature = "dingtalk-stream"))]
#[allow(missing_docs)]
pub fn fuzz_frames(messages: Vec<String>) {
    stream::fuzz(messages);
}

pub use credential::{Credential, InvalidCredential};
pub use robot::{RobotCredential, RobotWebhook};
pub use seal::{open_reply, reply, seal};
#[cfg(feature = "dingtalk-stream")]
pub use stream::Stream;
pub use webhook::Webhook;
