//! Handlers, and how opened events find them.

mod builder;
mod handler;
mod macros;

use std::{
    collections::{HashMap, HashSet},
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use futures_util::FutureExt as _;

pub use self::{
    builder::{BuildError, Builder},
    handler::{Answers, CallbackHandler, EventHandler, HandlerError, IntoOutcome, Outcome},
};
use crate::{
    drift::Drift,
    envelope::{OpenError, Opened, Opening, open},
    event::RawEvent,
    platform::Platform,
    table::PlatformTable,
};

/// What the platform is told about a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Received; do not send it again.
    Acknowledged,
    /// The JSON that answers a callback.
    Reply(Bytes),
    /// Send it again.
    Retry,
    /// The payload could not be read.
    Malformed,
}

/// The handlers of one platform. Cheap to clone.
pub struct Dispatcher<P> {
    shared: Arc<Shared<P>>,
}

type BoxFuture<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send>>;
/// Decodes an event and runs its handler.
type Run = Box<dyn Fn(Opened, &dyn Fn(&RawEventDrift<'_>)) -> Result<BoxFuture<Done>, NotRun> + Send + Sync>;
type OnUnhandled = Box<dyn Fn(RawEvent) -> BoxFuture<Outcome> + Send + Sync>;
type OnDrift = Box<dyn Fn(&str, &Drift) + Send + Sync>;
type OnDecodeError = Box<dyn Fn(&DecodeError) + Send + Sync>;

/// Why a body could not be handed to a handler.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The envelope could not be read.
    #[error(transparent)]
    Envelope(#[from] OpenError),
    /// The body is no JSON.
    #[error("the body of `{event}` is no JSON")]
    Body {
        /// The event.
        event: String,
    },
}

/// Drift of one event, on its way to the hook.
struct RawEventDrift<'a> {
    event: &'a str,
    drift: &'a [Drift],
}

/// Why a handler was not run.
enum NotRun {
    /// It asked for another shape.
    OtherShape(RawEvent),
    /// The body is no JSON.
    NotJson(String),
}

/// What a handler said.
enum Done {
    Outcome(Outcome),
    Reply(Bytes),
}

struct Shared<P> {
    handlers: HashMap<(&'static str, String), Run>,
    on_unhandled: Option<OnUnhandled>,
    on_drift: Option<OnDrift>,
    on_decode_error: Option<OnDecodeError>,
    /// Places whose drift was reported.
    reported: Mutex<HashSet<(String, String)>>,
    platform: std::marker::PhantomData<fn() -> P>,
}

/// Places that are remembered; beyond them drift is reported again rather than memory used up.
const REPORTED: usize = 10_000;

impl<P: Platform> Dispatcher<P> {
    /// Starts with no handlers.
    pub fn builder() -> Builder<P> {
        Builder::new()
    }

    /// The table of the platform.
    #[must_use]
    pub fn platform(&self) -> &'static PlatformTable<'static> {
        P::TABLE
    }

    /// Opens a payload that was authenticated and decrypted, and runs the handlers of its events. `transport` is the
    /// one it came by, such as `webhook`.
    ///
    /// An event without a handler is acknowledged. A handler that fails or panics makes the platform send the event
    /// again; a payload with several events is acknowledged only when all of them were.
    pub async fn dispatch(&self, transport: &str, payload: Bytes) -> Answer {
        let opened = match open(P::TABLE, Some(transport), &payload) {
            Ok(Opening::Control(_)) => return Answer::Acknowledged,
            Ok(Opening::Events(events)) => events,
            Err(error) => {
                self.decode_error(error.into());
                return Answer::Malformed;
            }
        };
        let single = opened.len() == 1;
        let mut all = Answer::Acknowledged;
        for event in opened {
            let answer = match event {
                Ok(event) => self.dispatch_one(event).await,
                Err(error) => {
                    self.decode_error(error.into());
                    Answer::Malformed
                }
            };
            match answer {
                answer if single => all = answer,
                Answer::Retry | Answer::Malformed => all = Answer::Retry,
                Answer::Acknowledged | Answer::Reply(_) => {}
            }
        }
        all
    }

    async fn dispatch_one(&self, opened: Opened) -> Answer {
        let protocol = P::TABLE.forms.get(usize::from(opened.form.0)).map_or("", |form| form.protocol);
        let event = opened.header.event().to_owned();
        let Some(run) = self.shared.handlers.get(&(protocol, event.clone())) else {
            return self.unhandled(RawEvent::new(P::TABLE, opened)).await;
        };
        let future = match run(opened, &|found| self.drift(found)) {
            Ok(future) => future,
            Err(NotRun::OtherShape(event)) => return self.unhandled(event).await,
            Err(NotRun::NotJson(event)) => {
                self.decode_error(DecodeError::Body { event });
                return Answer::Malformed;
            }
        };
        match AssertUnwindSafe(future).catch_unwind().await {
            Ok(Done::Outcome(outcome)) => outcome.answer(&event),
            Ok(Done::Reply(reply)) => Answer::Reply(reply),
            Err(_) => {
                tracing::error!(event, "a handler panicked; the platform is asked to send the event again");
                Answer::Retry
            }
        }
    }

    async fn unhandled(&self, raw: RawEvent) -> Answer {
        let event = raw.header().event().to_owned();
        let Some(hook) = &self.shared.on_unhandled else {
            tracing::debug!(event, "no handler; acknowledged");
            return Answer::Acknowledged;
        };
        match AssertUnwindSafe(hook(raw)).catch_unwind().await {
            Ok(outcome) => outcome.answer(&event),
            Err(_) => {
                tracing::error!(event, "the handler of unhandled events panicked");
                Answer::Retry
            }
        }
    }

    fn drift(&self, found: &RawEventDrift<'_>) {
        let Some(hook) = &self.shared.on_drift else { return };
        for drift in found.drift {
            // List positions differ from payload to payload; the place is the same.
            let place: String = drift.path.chars().filter(|c| !c.is_ascii_digit()).collect();
            let mut reported = self.shared.reported.lock().unwrap_or_else(PoisonError::into_inner);
            if reported.len() >= REPORTED {
                reported.clear();
            }
            let new = reported.insert((found.event.to_owned(), place));
            drop(reported);
            if new {
                hook(found.event, drift);
            }
        }
    }

    fn decode_error(&self, error: DecodeError) {
        match &self.shared.on_decode_error {
            Some(hook) => hook(&error),
            None => tracing::warn!(%error, "a payload could not be read"),
        }
    }
}

impl Outcome {
    fn answer(self, event: &str) -> Answer {
        match self {
            Outcome::Ack => Answer::Acknowledged,
            Outcome::Drop => {
                tracing::debug!(event, "dropped by its handler");
                Answer::Acknowledged
            }
            Outcome::Retry => Answer::Retry,
        }
    }
}

impl<P> Clone for Dispatcher<P> {
    fn clone(&self) -> Self {
        Dispatcher { shared: self.shared.clone() }
    }
}

impl<P: Platform> std::fmt::Debug for Dispatcher<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut events: Vec<_> = self.shared.handlers.keys().map(|(_, event)| event).collect();
        events.sort();
        f.debug_struct("Dispatcher").field("platform", &P::TABLE.name).field("events", &events).finish()
    }
}
