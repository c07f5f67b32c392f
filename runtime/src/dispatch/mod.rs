//! Handlers, and how opened events find them.
//!
//! A payload goes through the same steps whatever transport it came by: it is opened, its events are decoded, each is
//! recognised if it was seen before, waits for its turn where order matters, and is handled; then the platform is told.
//! See [`Builder`] for what can be set.

mod builder;
pub(crate) mod caught;
mod dedup;
mod drift_log;
mod extract;
mod handler;
mod hashed;
mod job;
mod macros;
mod manifest;
pub(crate) mod observe;
mod order;
mod policy;
mod running;

use std::{
    collections::{HashMap, HashSet},
    future::poll_fn,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};
use tokio_util::task::TaskTracker;

pub use self::{
    builder::{BuildError, Builder},
    dedup::{Claim, Key, Memory, Store, StoreError},
    drift_log::DriftLog,
    extract::{Extract, Raw, State},
    handler::{Answers, CallbackHandler, EventHandler, HandlerError, IntoOutcome, Outcome},
    manifest::{Manifest, Needed},
    policy::{Acknowledge, Late},
};
use self::{
    caught::call_hook,
    dedup::Remembered,
    hashed::BuildHashed,
    job::Registration,
    observe::End,
    order::Turns,
    running::{Pending, Running, Start},
};
use crate::{
    delivery::{Delivery, States},
    drift::{Drift, DriftKind},
    envelope::{OpenError, Opened, Opening, open, open_ahead},
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
    shared: Arc<Shared>,
    platform: std::marker::PhantomData<fn() -> P>,
}

type BoxFuture<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send>>;
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

/// By the name of the event, and then by the protocol, of which a platform has one or two.
type Registrations = HashMap<Arc<str>, Vec<(&'static str, Arc<Registration>)>, BuildHashed>;

/// What all clones of a dispatcher have in common.
struct Shared {
    table: &'static PlatformTable<'static>,
    registrations: Registrations,
    on_any: Vec<job::Run>,
    on_unhandled: Option<job::Run>,
    on_drift: Option<OnDrift>,
    on_decode_error: Option<OnDecodeError>,
    states: States,
    acknowledge: Acknowledge,
    late: Late,
    abandon_after: Option<Duration>,
    store: Option<Remembered>,
    /// Places in the pool of handlers that run after the acknowledgement.
    pool: Arc<tokio::sync::Semaphore>,
    turns: Turns,
    tasks: TaskTracker,
    /// Events, kinds and places whose drift was reported.
    reported: Mutex<HashSet<(String, DriftKind, String)>>,
    manifest: Manifest,
}

/// When a handler is given up that somebody waited for.
const ABANDON_AFTER: Duration = Duration::from_secs(600);

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

    /// What is handled, and which permissions that needs.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.shared.manifest
    }

    /// Opens a payload that was authenticated and decrypted, and runs the handlers of its events. `transport` is the
    /// one it came by, such as `webhook`.
    ///
    /// An event without a handler is acknowledged. A handler that fails or panics makes the platform send the event
    /// again; a payload with several events is acknowledged only when all of them were.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn dispatch(&self, transport: &str, payload: Bytes) -> Answer {
        self.deliver(Delivery::by(transport.to_owned()), payload).await
    }

    /// As [`dispatch`](Self::dispatch), with all that is known about the delivery, the time within which an answer is
    /// wanted included.
    ///
    /// Every handler runs in a task of its own. It is not cancelled when it is [late](Late) or when this future is
    /// dropped, but when it [does not end](Builder::abandon_after).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, or in one without timers where there is a time limit.
    pub async fn deliver(&self, delivery: Delivery, payload: Bytes) -> Answer {
        self.accept(delivery, payload, Start::InTask).await
    }

    /// The same, for callers that are a task of their own anyway: a handler runs in it as far as it gets without
    /// waiting, and goes on in one of its own.
    #[cfg(feature = "webhook")]
    pub(crate) fn deliver_here(&self, delivery: Delivery, payload: Bytes) -> impl Future<Output = Answer> {
        self.accept(delivery, payload, Start::Here)
    }

    async fn accept(&self, delivery: Delivery, payload: Bytes, start: Start) -> Answer {
        let begun = {
            let waker = poll_fn(|context| Poll::Ready(context.waker().clone())).await;
            self.shared.begin(delivery, payload, start, &mut Context::from_waker(&waker))
        };
        if begun.awaited.is_empty() { begun.told() } else { begun.end(&self.shared).await }
    }

    /// Takes no more events (the platform is asked to send them again) and waits until the handlers that run are done,
    /// at most this long. Gives the number of those that still run.
    pub async fn shutdown(&self, at_most: Duration) -> usize {
        let tasks = &self.shared.tasks;
        tasks.close();
        if tokio::time::timeout(at_most, tasks.wait()).await.is_err() {
            tracing::warn!(platform = self.shared.table.name, running = tasks.len(), "handlers still run");
        }
        tasks.len()
    }
}

#[cfg(feature = "connection")]
impl<P> Dispatcher<P> {
    /// What it has handlers for.
    pub(crate) fn wants(&self) -> crate::connection::Wants {
        let shared = &self.shared;
        let registered = || {
            shared
                .registrations
                .iter()
                .flat_map(|(name, of)| of.iter().map(move |(_, registration)| (name, registration)))
        };
        let events = registered().any(|(_, registration)| !registration.callback);
        let mut callbacks: Vec<String> = registered()
            .filter(|(_, registration)| registration.callback)
            .map(|(name, _)| name.to_string())
            .collect();
        callbacks.sort();
        callbacks.dedup();
        let others = shared.on_unhandled.is_some() || !shared.on_any.is_empty();
        crate::connection::Wants { events: events || others, callbacks }
    }
}

impl<P> AsRef<Self> for Dispatcher<P> {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl Answer {
    /// That of a single event as it is; of several, whether all were handled.
    fn after(self, others: Option<Answer>) -> Answer {
        let fails = |answer: &Answer| matches!(answer, Answer::Retry | Answer::Malformed);
        match others {
            None => self,
            Some(others) if fails(&self) || fails(&others) => Answer::Retry,
            Some(_) => Answer::Acknowledged,
        }
    }
}

/// An event that is queued up, or the answer to one that cannot be.
type Queued = Result<Running, Answer>;

/// The events of a payload that began to run.
#[derive(Default)]
struct Begun {
    told: Option<Answer>,
    awaited: Vec<oneshot::Receiver<Answer>>,
    /// What those that are awaited would be told if their handlers were content.
    content: Option<Answer>,
    /// Within which time an answer is wanted, and when that is over.
    deadline: Option<(Duration, Instant)>,
}

impl Begun {
    /// A payload of which nothing runs.
    fn with(answer: Answer) -> Self {
        Begun { told: Some(answer), ..Begun::default() }
    }

    fn tell(&mut self, answer: Answer) {
        self.told = Some(answer.after(self.told.take()));
    }

    fn told(self) -> Answer {
        self.told.unwrap_or(Answer::Acknowledged)
    }

    /// Waits for what is awaited.
    async fn end(mut self, shared: &Shared) -> Answer {
        let (content, deadline) = (self.content.take().unwrap_or(Answer::Acknowledged), self.deadline);
        let all = async {
            for answer in std::mem::take(&mut self.awaited) {
                // No answer: its task was cancelled with the runtime.
                self.tell(answer.await.unwrap_or(Answer::Retry));
            }
        };
        match deadline {
            Some((limit, until)) => {
                if timeout_at(until, all).await.is_err() {
                    self.tell(shared.late(limit, content));
                }
            }
            None => all.await,
        }
        self.told()
    }
}

impl Shared {
    /// Runs the events of a payload as far as they get at once.
    fn begin(
        self: &Arc<Self>,
        delivery: Delivery,
        payload: Bytes,
        start: Start,
        context: &mut Context<'_>,
    ) -> Begun {
        // First this, then the question: a shutdown either is seen or waits.
        let _running = self.tasks.token();
        if self.tasks.is_closed() {
            tracing::info!(
                platform = self.table.name,
                "shutting down; the platform is asked to send it again"
            );
            return Begun::with(Answer::Retry);
        }
        observe::received(self.table.name, delivery.transport());
        let deadline = delivery.time_limit().map(|limit| (limit, Instant::now() + limit));
        // All events queue up before any runs, so that they have the order of their arrival.
        let (first, others) = match self.queue_up(delivery.with_states(self.states.clone()), payload) {
            Ok(queued) => queued,
            Err(given) => return Begun::with(given),
        };
        let mut begun = Begun { deadline, ..Begun::default() };
        for running in first.into_iter().chain(others) {
            let (pending, if_content) = match running {
                Ok(running) => {
                    let if_content = running.content();
                    (running.start(start, context), if_content)
                }
                Err(given) => (Pending::Given(given), Answer::Acknowledged),
            };
            match pending {
                Pending::Given(given) => begun.tell(given),
                Pending::Awaited(answer) => {
                    begun.content = Some(if_content.after(begun.content.take()));
                    begun.awaited.push(answer);
                }
            }
        }
        begun
    }

    /// The events of a payload, each decoded and queued up, or with the answer to one that cannot be read; or the answer
    /// to a payload without any. There is one, nearly always.
    fn queue_up(
        self: &Arc<Self>,
        delivery: Delivery,
        payload: Bytes,
    ) -> Result<(Option<Queued>, Vec<Queued>), Answer> {
        let transport = Some(delivery.transport());
        // Nearly every payload is one event whose body comes last, and need not be read before it is decoded.
        let payload = match open_ahead(self.table, transport, payload) {
            Ok(opened) => {
                let opened = Arc::new(opened);
                match self.queued_up(&opened, &delivery) {
                    Ok(running) => return Ok((Some(running), Vec::new())),
                    Err(_) => opened.payload(),
                }
            }
            Err(payload) => payload,
        };
        match open(self.table, transport, payload) {
            Ok(Opening::Control(_)) => Err(Answer::Acknowledged),
            Ok(Opening::Events(events)) => {
                Ok((None, events.into_iter().map(|event| self.one_queued_up(event, &delivery)).collect()))
            }
            Err(error) => {
                self.decode_error(error.into());
                Err(Answer::Malformed)
            }
        }
    }

    /// Decodes and queues up an event, or says what is answered to one that cannot be read.
    fn one_queued_up(self: &Arc<Self>, event: Result<Opened, OpenError>, delivery: &Delivery) -> Queued {
        let opened = event.map_err(DecodeError::from);
        let running = opened.and_then(|opened| self.queued_up(&Arc::new(opened), delivery));
        running.unwrap_or_else(|error| {
            observe::ended(self.table.name, None, End::Malformed);
            self.decode_error(error);
            Err(Answer::Malformed)
        })
    }

    /// When the handlers of this delivery are given up. Without a time limit there may be no timers.
    fn abandon_after(&self, delivery: &Delivery) -> Option<Duration> {
        self.abandon_after.or(delivery.time_limit().map(|_| ABANDON_AFTER))
    }

    /// What is told in time; `content` is what would be told if the handlers were content.
    fn late(&self, limit: Duration, content: Answer) -> Answer {
        observe::late(self.table.name);
        tracing::warn!(platform = self.table.name, ?limit, "a handler takes too long and runs on");
        match self.late {
            Late::Retry => Answer::Retry,
            Late::Acknowledge => content,
        }
    }

    fn drift(&self, event: &str, found: &[Drift]) {
        if found.is_empty() {
            return;
        }
        observe::drifted(self.table.name, event, found.len());
        let Some(hook) = &self.on_drift else { return };
        for drift in found {
            let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
            if reported.len() >= REPORTED {
                reported.clear();
            }
            let new = reported.insert((event.to_owned(), drift.kind, place(&drift.path)));
            drop(reported);
            if new {
                call_hook("on_drift", || hook(event, drift));
            }
        }
    }

    fn decode_error(&self, error: DecodeError) {
        match &self.on_decode_error {
            Some(hook) => call_hook("on_decode_error", || hook(&error)),
            None => tracing::warn!(%error, "a payload could not be read"),
        }
    }
}

/// A path without list positions, which differ from payload to payload.
fn place(path: &str) -> String {
    let mut parts = path.split('[');
    let mut place = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        place.push('[');
        let position = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        place.push_str(if part[position..].starts_with(']') { &part[position..] } else { part });
    }
    place
}

impl<P> Clone for Dispatcher<P> {
    fn clone(&self) -> Self {
        Dispatcher { shared: self.shared.clone(), platform: self.platform }
    }
}

impl<P: Platform> std::fmt::Debug for Dispatcher<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut events: Vec<_> = self.shared.registrations.keys().collect();
        events.sort();
        f.debug_struct("Dispatcher").field("platform", &P::TABLE.name).field("events", &events).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_place_has_no_list_positions_and_all_other_digits() {
        for (path, expected) in [
            ("", ""),
            ("avatar_72", "avatar_72"),
            ("users[0].option1", "users[].option1"),
            ("rows[10][2]", "rows[][]"),
            ("a[b].c[1", "a[b].c[1"),
            ("[]", "[]"),
        ] {
            assert_eq!(place(path), expected);
        }
    }
}
