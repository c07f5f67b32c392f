//! The behaviour behind the `workplace-events` crate.
//!
//! The generated crate holds types and [tables](table); this crate holds everything that acts on them: decoding and
//! encoding, [drift], the [envelope] of each platform, [handlers](dispatch) and the security of webhooks.
//! Most people depend on `workplace-events`, which re-exports what they need.
//!
//! Without features it is tables, codecs and the checker. `dispatch` adds handlers (tokio), `webhook` the receivers.

#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod check;
#[cfg(feature = "connection")]
pub mod connection;
pub mod decode;
pub mod delivery;
#[cfg(feature = "webhook")]
pub mod dingtalk;
#[cfg(feature = "dispatch")]
pub mod dispatch;
pub mod drift;
pub mod dynamic;
pub mod encode;
pub mod envelope;
mod equivalent;
pub mod event;
mod json;
#[cfg(feature = "dispatch")]
mod keys;
#[cfg(feature = "webhook")]
pub mod lark;
mod macros;
pub mod platform;
pub mod sets;
pub mod table;
#[cfg(feature = "testing")]
pub mod testing;
pub mod time;
pub mod value;
#[cfg(feature = "webhook")]
pub mod webhook;

pub use equivalent::{Difference, equivalent};
pub use json::Json;

/// Text keys with values, sorted by key.
pub type Map<T> = std::collections::BTreeMap<String, T>;

#[doc(hidden)]
pub mod reexport {
    //! What the macros of this crate name; no part of the public interface.
    pub use bitflags;
    pub use bytes::Bytes;
    pub use serde;
}
