//! What can be seen from outside: spans, log lines, and metrics.
//!
//! Metrics go through the `metrics` facade where that feature is on, and all begin with `workplace_events_`. Labels are
//! names of platforms, events and reasons, never ids.

use crate::envelope::Header;

/// What becomes of an event, as a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The handler is content.
    Handled,
    /// The handler does not want it.
    Dropped,
    /// The handler wants it again, or failed.
    Failed,
    /// The handler panicked.
    Panicked,
    /// The handler did not end, and was given up.
    Abandoned,
    /// Nobody handles it.
    Unhandled,
    /// It was handled before.
    Duplicate,
    /// It is being handled.
    InFlight,
    /// Too much is running.
    Busy,
    /// It cannot be read.
    Malformed,
}

impl End {
    #[cfg(feature = "metrics")]
    fn label(self) -> &'static str {
        match self {
            End::Handled => "handled",
            End::Dropped => "dropped",
            End::Failed => "failed",
            End::Panicked => "panicked",
            End::Abandoned => "abandoned",
            End::Unhandled => "unhandled",
            End::Duplicate => "duplicate",
            End::InFlight => "in_flight",
            End::Busy => "busy",
            End::Malformed => "malformed",
        }
    }
}

/// The span of one event. It has the ids of the event and of the organisation, and none of people.
pub(super) fn span(platform: &'static str, transport: &str, header: &Header) -> tracing::Span {
    tracing::info_span!(
        "event",
        platform,
        transport,
        event = header.event(),
        id = header.id(),
        tenant = header.tenant(),
        attempt = tracing::field::Empty,
    )
}

/// A payload arrived that was proven.
#[cfg_attr(not(feature = "metrics"), allow(unused_variables))]
pub(super) fn received(platform: &'static str, transport: &str) {
    #[cfg(feature = "metrics")]
    metrics::counter!("workplace_events_received_total", "platform" => platform, "transport" => transport.to_owned())
        .increment(1);
}

/// Something is about to be decrypted.
#[cfg(feature = "webhook")]
pub(crate) fn decrypting() {
    #[cfg(feature = "metrics")]
    metrics::counter!("workplace_events_decrypted_total").increment(1);
}

/// A request was not let in.
#[cfg(feature = "webhook")]
#[cfg_attr(not(feature = "metrics"), allow(unused_variables))]
pub(crate) fn rejected(platform: &'static str, reason: &'static str) {
    #[cfg(feature = "metrics")]
    metrics::counter!("workplace_events_rejected_total", "platform" => platform, "reason" => reason)
        .increment(1);
}

/// What became of an event. `known` is its name where there is a handler for it: a label must not be what a sender
/// makes up.
#[cfg_attr(not(feature = "metrics"), allow(unused_variables))]
pub(super) fn ended(platform: &'static str, known: Option<&str>, end: End) {
    #[cfg(feature = "metrics")]
    metrics::counter!(
        "workplace_events_total",
        "platform" => platform, "event" => known.unwrap_or("other").to_owned(), "end" => end.label(),
    )
    .increment(1);
}

/// How long a handler takes. The clock is read only where somebody wants to know.
#[derive(Clone, Copy)]
pub(super) struct Stopwatch {
    #[cfg(feature = "metrics")]
    began: std::time::Instant,
}

impl Stopwatch {
    /// The handler begins.
    pub(super) fn start() -> Self {
        Stopwatch {
            #[cfg(feature = "metrics")]
            began: std::time::Instant::now(),
        }
    }

    /// The handler is done.
    #[cfg_attr(not(feature = "metrics"), allow(unused_variables))]
    pub(super) fn stop(self, platform: &'static str, known: Option<&str>) {
        #[cfg(feature = "metrics")]
        metrics::histogram!(
            "workplace_events_handler_seconds",
            "platform" => platform, "event" => known.unwrap_or("other").to_owned(),
        )
        .record(self.began.elapsed().as_secs_f64());
    }
}

/// The platform was answered before the handlers were done, because they took too long.
#[cfg_attr(not(feature = "metrics"), allow(unused_variables))]
pub(super) fn late(platform: &'static str) {
    #[cfg(feature = "metrics")]
    metrics::counter!("workplace_events_late_total", "platform" => platform).increment(1);
}

/// An event without anything that identifies it: it cannot be recognised when it is repeated.
#[cfg_attr(not(feature = "metrics"), allow(unused_variables))]
pub(super) fn unidentified(platform: &'static str, known: Option<&str>) {
    #[cfg(feature = "metrics")]
    metrics::counter!(
        "workplace_events_unidentified_total",
        "platform" => platform, "event" => known.unwrap_or("other").to_owned(),
    )
    .increment(1);
}

/// Places where payloads differ from their schema.
#[cfg_attr(not(feature = "metrics"), allow(unused_variables))]
pub(super) fn drifted(platform: &'static str, event: &str, places: usize) {
    #[cfg(feature = "metrics")]
    metrics::counter!("workplace_events_drift_total", "platform" => platform, "event" => event.to_owned())
        .increment(places as u64);
}

/// What a long connection is doing.
#[cfg(feature = "connection")]
#[cfg_attr(not(feature = "metrics"), allow(unused_variables))]
pub(crate) fn connection(platform: &'static str, state: &'static str) {
    #[cfg(feature = "metrics")]
    metrics::counter!("workplace_events_connection_total", "platform" => platform, "state" => state)
        .increment(1);
}
