//! When the platform is told that an event arrived.

/// When an event is acknowledged. Callbacks are always answered by their handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Acknowledge {
    /// When its handler is done. A crash loses nothing: what was not acknowledged is sent again.
    #[default]
    AfterHandler,
    /// At once; the handler runs afterwards.
    ///
    /// **What runs when the process crashes is lost**, and so is an event whose handler fails: the platform was told
    /// that all is well. For handlers that cannot be done within the platform's deadline.
    BeforeHandler {
        /// How many events may be handled at a time; beyond that the platform is asked to send them again.
        at_most: usize,
    },
}

/// What the platform is told when a handler takes longer than the time limit. The handler runs on in both cases, until it
/// is [given up](super::Builder::abandon_after).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Late {
    /// To send the event again. When the handler is done by then, the repetition is acknowledged without another call;
    /// while it still runs, the platform is asked to wait longer. So the handler runs once, unless it fails.
    #[default]
    Retry,
    /// That the event arrived; a callback is answered `{}`. Should the handler fail after all, the event is lost.
    Acknowledge,
}
