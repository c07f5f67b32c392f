//! What a client is doing.

use super::Cause;

/// What a client is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It connects for the first time.
    Connecting,
    /// It is connected, and events may come.
    Connected,
    /// It waits, and then connects again.
    Reconnecting {
        /// How many attempts failed in a row; 0 where the platform asked to connect anew.
        attempt: u32,
        /// Why the last connection or attempt ended.
        cause: Cause,
    },
    /// It was not started, or it has ended.
    Closed,
}

impl State {
    /// As a label of metrics.
    pub(super) fn label(&self) -> &'static str {
        match self {
            State::Connecting => "connecting",
            State::Connected => "connected",
            State::Reconnecting { .. } => "reconnecting",
            State::Closed => "closed",
        }
    }
}
