//! One event on its way through its handlers.

use std::{future::poll_fn, panic::AssertUnwindSafe, sync::Arc, task::Poll, time::Duration};

use bytes::Bytes;
use futures_util::FutureExt as _;
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, oneshot},
    time::sleep,
};
use tokio_util::task::TaskTracker;
use tracing::{Instrument as _, Span};

use super::{
    Acknowledge, Answer, BoxFuture, Claim, DecodeError, HandlerError, Key, Outcome, Shared, Store,
    StoreError,
    caught::{Caught, Panicked, caught},
    observe::{self, End, Stopwatch},
    order::Turn,
};
use crate::{
    delivery::Delivery,
    envelope::Opened,
    event::{Context, Event, RawEvent},
    keys,
    table::{DedupBy, EventKind, EventTable, PlatformTable},
    value::Coded,
};

/// The handlers of one event.
pub(super) struct Registration {
    /// What the catalogue says about it, unless it was registered by name alone.
    pub(super) table: Option<EventTable<'static>>,
    pub(super) callback: bool,
    /// Whether a handler gives its answer; others leave it at `{}`.
    pub(super) answered: bool,
    pub(super) order_by: Vec<String>,
    /// The handler, and others that were asked for.
    pub(super) runs: Vec<Run>,
}

/// Decodes an event for a handler.
pub(super) type Run = Arc<
    dyn Fn(&'static PlatformTable<'static>, Arc<Opened>, Delivery, &Wanted<'_>) -> Result<Ready, NotRun>
        + Send
        + Sync,
>;

/// Which keys are wanted of a body.
pub(super) struct Wanted<'a> {
    dedup_by: &'a [&'a str],
    order_by: &'a [String],
}

/// A decoded event in its handler, which did not begin.
pub(super) struct Ready {
    context: Arc<Context>,
    dedup_by: Option<String>,
    order_by: Option<String>,
    handler: Caught<Done>,
}

/// Why a handler was not run.
pub(super) enum NotRun {
    /// It asked for another shape.
    OtherShape,
    /// The body is no JSON.
    NotJson,
}

/// What a handler said.
pub(super) enum Done {
    Outcome(Result<Outcome, HandlerError>),
    Reply(Result<Bytes, HandlerError>),
}

impl Ready {
    /// Decodes an event, and hands it to its handler.
    pub(super) fn decode<T: Coded + Send + 'static>(
        platform: &'static PlatformTable<'static>,
        opened: Arc<Opened>,
        delivery: Delivery,
        wanted: &Wanted<'_>,
        handler: impl FnOnce(Event<T>) -> Result<BoxFuture<Done>, NotRun>,
    ) -> Result<Self, NotRun> {
        let event = Event::<T>::decode_delivered(platform, opened, delivery).map_err(|_| NotRun::NotJson)?;

        Ok(Ready {
            context: event.shared_context(),
            dedup_by: keys::values((*event).view(), &T::ENCODING, wanted.dedup_by),
            order_by: keys::values((*event).view(), &T::ENCODING, wanted.order_by),
            handler: Caught::new(handler(event)?),
        })
    }

    /// An event of which only the envelope is wanted.
    pub(super) fn raw(event: RawEvent, handler: impl FnOnce(RawEvent) -> BoxFuture<Done>) -> Self {
        let context = event.shared_context();
        Ready { context, dedup_by: None, order_by: None, handler: Caught::new(handler(event)) }
    }
}

/// One event, decoded, in the queue of its key, not yet started.
pub(super) struct Job {
    about: About,
    turn: Option<Turn>,
    handlers: Vec<Ready>,
}

/// Where a job starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// In a task of its own.
    InTask,
    /// In the caller's task; what is left when it waits for something goes into one of its own. Most handlers of a busy
    /// bot have nothing to wait for, and a task costs a good part of what decoding their event does.
    Here,
}

/// The answer for one event.
pub(super) enum Pending {
    Given(Answer),
    Awaited(oneshot::Receiver<Answer>),
}

/// What is known about the event.
struct About {
    shared: Arc<Shared>,
    span: Span,
    /// Its name, where it has a handler of its own.
    known: Option<Arc<str>>,
    callback: bool,
    key: Option<Key>,
    abandon_after: Option<Duration>,
}

impl Job {
    /// Decodes and queues up an event, or says what is answered where that panicked.
    pub(super) fn prepare(
        shared: &Arc<Shared>,
        opened: Opened,
        delivery: &Delivery,
    ) -> Result<Result<Self, Answer>, DecodeError> {
        let opened = Arc::new(opened);
        let name = opened.header.event();
        let span = observe::span(shared.table.name, delivery.transport(), &opened.header);
        let (known, registration) = shared.registration(&opened).unzip();
        let callback = registration.map_or(shared.table.callbacks.contains(&name), |r| r.callback);
        // Handlers are cloned, and what they map is mapped.
        let Ok(handlers) = caught(|| shared.handlers(registration, &opened, delivery)) else {
            span.in_scope(|| tracing::error!("a handler panicked before it began"));
            observe::ended(shared.table.name, known.as_deref(), End::Panicked);
            return Ok(Err(Answer::Retry));
        };
        let handlers = handlers?;
        // Where it has no handler of its own, the first wants neither body nor keys.
        let first = handlers.first();
        if let Some(found) = first.map(|ready| ready.context.drift()) {
            span.in_scope(|| shared.drift(name, found));
        }
        let by = registration.and_then(|r| r.table).map_or(DedupBy::EventId, |table| table.dedup_by);
        let app = delivery.credential_name().or(opened.header.app()).unwrap_or_default();
        // Callbacks are not repeated, but for those of which the schema says what identifies them.
        let key = (shared.store.is_some() && (!callback || matches!(by, DedupBy::Paths(_))))
            .then(|| {
                let id = match by {
                    DedupBy::EventId => opened.header.key(),
                    DedupBy::Nothing => return None,
                    // Where a value is missing, or no handler wanted the body, there may still be an id.
                    DedupBy::Paths(_) => {
                        first.and_then(|ready| ready.dedup_by.as_deref()).or(opened.header.key())
                    }
                };
                if id.is_none() {
                    observe::unidentified(shared.table.name, known.as_deref());
                }
                id.map(|id| Key::new(app, name, id))
            })
            .flatten();
        let order = first.filter(|_| !callback).and_then(|ready| ready.order_by.as_deref());
        let tenant = opened.header.tenant().unwrap_or_default();
        let turn = order.map(|order| shared.turns.take((app, tenant, order)));
        let abandon_after = shared.abandon_after(delivery);
        let about = About { shared: shared.clone(), span, known, callback, key, abandon_after };
        Ok(Ok(Job { about, turn, handlers }))
    }

    /// Starts it. It gives one answer: the handler's, or an acknowledgement before.
    pub(super) async fn start(self, start: Start) -> Pending {
        let permit = match self.permit() {
            Ok(permit) => permit,
            Err(given) => return Pending::Given(given),
        };
        let (tasks, span) = (self.about.shared.tasks.clone(), self.about.span.clone());
        // Nobody listens any more where an answer is late.
        match (permit, start) {
            (Some(permit), _) => {
                let (answer, receiver) = oneshot::channel();
                let run = async move {
                    self.run(Some(answer)).await;
                    drop(permit);
                };
                tasks.spawn(run.instrument(span));
                Pending::Awaited(receiver)
            }
            (None, Start::InTask) => Pending::Awaited(Self::answers(&tasks, self.run(None).instrument(span))),
            (None, Start::Here) => {
                let mut run = Box::pin(self.run(None).instrument(span));
                let first = poll_fn(|context| Poll::Ready(run.as_mut().poll(context))).await;
                match first {
                    Poll::Ready(given) => Pending::Given(given),
                    Poll::Pending => Pending::Awaited(Self::answers(&tasks, run)),
                }
            }
        }
    }

    /// Goes on in a task, which sends the answer.
    fn answers(
        tasks: &TaskTracker,
        run: impl Future<Output = Answer> + Send + 'static,
    ) -> oneshot::Receiver<Answer> {
        let (answer, receiver) = oneshot::channel();
        tasks.spawn(async move { drop(answer.send(run.await)) });
        receiver
    }

    /// What is answered where its handlers have nothing to say.
    pub(super) fn content(&self) -> Answer {
        self.about.content()
    }

    fn acknowledges_before(&self) -> bool {
        matches!(self.about.shared.acknowledge, Acknowledge::BeforeHandler { .. }) && !self.about.callback
    }

    /// A place in the pool, where one is needed; else what is answered without one.
    fn permit(&self) -> Result<Option<OwnedSemaphorePermit>, Answer> {
        if !self.acknowledges_before() {
            return Ok(None);
        }
        Arc::clone(&self.about.shared.pool).try_acquire_owned().map(Some).map_err(|_| {
            self.about.span.in_scope(|| tracing::warn!("too many events are being handled"));
            self.about.end(End::Busy);
            Answer::Retry
        })
    }

    /// Gives the answer of the handlers. `early` gets one before they run: an acknowledgement, unless the event is not
    /// new.
    async fn run(mut self, early: Option<oneshot::Sender<Answer>>) -> Answer {
        let claimed = self.about.claim().await;
        if let Some(early) = early {
            let told = claimed.as_ref().err().cloned().unwrap_or(Answer::Acknowledged);
            drop(early.send(told));
        }
        let attempt = match claimed {
            Ok(attempt) => attempt,
            Err(given) => return given,
        };
        let mine = Mine { about: &self.about, claimed: attempt.is_some() };
        if let Some(attempt) = attempt {
            self.about.span.record("attempt", attempt);
        }
        if let Some(turn) = &mut self.turn {
            turn.come().await;
        }
        let watch = Stopwatch::start();
        let given = self.about.handle(self.handlers, attempt).await;
        watch.stop(self.about.shared.table.name, self.about.known.as_deref());
        mine.settle(given != Answer::Retry).await;
        given
    }
}

/// An event that is this one's to handle until it is settled. It is released where that never happens, because the
/// runtime ends.
struct Mine<'a> {
    about: &'a About,
    claimed: bool,
}

impl Mine<'_> {
    /// Remembers what became of the event.
    async fn settle(mut self, handled: bool) {
        self.claimed = false;
        let (Some(key), Some(store)) = (&self.about.key, &self.about.shared.store) else { return };
        let settle = || if handled { store.done(key.clone()) } else { Store::release(&**store, key.clone()) };
        if let Err(error) = asked(settle).await {
            tracing::error!(%error, "the store of seen events failed; the event may be handled again");
        }
    }
}

impl Drop for Mine<'_> {
    fn drop(&mut self) {
        let (true, Some(key), Some(store)) = (self.claimed, &self.about.key, &self.about.shared.store) else {
            return;
        };
        let (key, store) = (key.clone(), store.clone());
        let mut release = Box::pin(asked(move || async move { Store::release(&*store, key).await }));
        // One in memory is done at once. Another needs a runtime, and gives up the claim by itself where there is none.
        if release.as_mut().now_or_never().is_none()
            && let Ok(runtime) = Handle::try_current()
        {
            self.about.shared.tasks.spawn_on(release, &runtime);
        }
    }
}

/// What a store says. One that panics has failed.
async fn asked<T, F>(ask: impl FnOnce() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let asked = AssertUnwindSafe(async { ask().await }).catch_unwind().await;
    asked.unwrap_or_else(|_| Err(StoreError::from(Box::from(Panicked))))
}

impl About {
    /// Asks whether the event is new; if it is not, the answer is known.
    async fn claim(&self) -> Result<Option<u32>, Answer> {
        let (Some(key), Some(store)) = (&self.key, &self.shared.store) else { return Ok(None) };
        match asked(|| store.claim(key.clone())).await {
            Ok(Claim::Yours { attempt }) => Ok(Some(attempt)),
            Ok(Claim::Done) => {
                tracing::debug!("handled before; acknowledged");
                self.end(End::Duplicate);
                Err(self.content())
            }
            Ok(Claim::InFlight) => {
                tracing::debug!("being handled; the platform is asked to send it again");
                self.end(End::InFlight);
                Err(Answer::Retry)
            }
            Err(error) => {
                tracing::error!(%error, "the store of seen events failed; the event is handled as if it were new");
                Ok(None)
            }
        }
    }

    /// Runs the handlers one after another. The platform is asked for the event again as soon as one wants that.
    async fn handle(&self, handlers: Vec<Ready>, attempt: Option<u32>) -> Answer {
        if handlers.is_empty() {
            tracing::debug!("no handler; acknowledged");
            self.end(End::Unhandled);
            return self.content();
        }
        let (mut all, mut answered) = (self.content(), false);
        for Ready { context, handler, .. } in handlers {
            attempt.into_iter().for_each(|attempt| context.delivery().set_attempt(attempt));
            drop(context);
            match self.answer(self.end_of(handler).await) {
                Answer::Acknowledged => {}
                // A callback that was answered is not repeated, whatever an observer wants.
                Answer::Retry if answered => {}
                Answer::Retry => {
                    all = Answer::Retry;
                    break;
                }
                other => (all, answered) = (other, true),
            }
        }
        all
    }

    /// What a handler said; `None` where it is given up.
    async fn end_of(&self, mut handler: Caught<Done>) -> Option<Result<Done, Panicked>> {
        let mut timer = None;
        poll_fn(|context| {
            // Nearly all end here.
            if let Poll::Ready(done) = handler.poll_unpin(context) {
                return Poll::Ready(Some(done));
            }
            let Some(after) = self.abandon_after else { return Poll::Pending };
            let timer = timer.get_or_insert_with(|| Box::pin(sleep(after)));
            timer.as_mut().poll(context).map(|()| None)
        })
        .await
    }

    /// What is answered where a handler has nothing to say.
    fn content(&self) -> Answer {
        if self.callback { Answer::Reply(Bytes::from_static(b"{}")) } else { Answer::Acknowledged }
    }

    fn answer(&self, done: Option<Result<Done, Panicked>>) -> Answer {
        let (end, answer) = match done {
            Some(Ok(Done::Outcome(Ok(Outcome::Ack)))) => (End::Handled, Answer::Acknowledged),
            Some(Ok(Done::Outcome(Ok(Outcome::Drop)))) => (End::Dropped, Answer::Acknowledged),
            Some(Ok(Done::Outcome(Ok(Outcome::Retry)))) => (End::Failed, Answer::Retry),
            Some(Ok(Done::Reply(Ok(reply)))) => (End::Handled, Answer::Reply(reply)),
            Some(Ok(Done::Outcome(Err(error)) | Done::Reply(Err(error)))) => {
                tracing::error!(%error, "a handler failed");
                (End::Failed, Answer::Retry)
            }
            Some(Err(Panicked)) => {
                tracing::error!("a handler panicked");
                (End::Panicked, Answer::Retry)
            }
            None => {
                tracing::error!(after = ?self.abandon_after, "a handler does not end, and is given up");
                (End::Abandoned, Answer::Retry)
            }
        };
        self.end(end);
        answer
    }

    fn end(&self, end: End) {
        observe::ended(self.shared.table.name, self.known.as_deref(), end);
    }
}

impl Wanted<'_> {
    const NOTHING: Wanted<'static> = Wanted { dedup_by: &[], order_by: &[] };
}

impl Shared {
    /// What is registered for an event, and its name.
    fn registration(&self, opened: &Opened) -> Option<(Arc<str>, &Arc<Registration>)> {
        let (name, of) = self.registrations.get_key_value(opened.header.event())?;
        let protocol = opened.protocol(self.table);
        of.iter().find(|(of, _)| *of == protocol).map(|(_, registration)| (name.clone(), registration))
    }

    /// The handlers of an event: its own, or that of unhandled events where there are none or all want another shape;
    /// and those of any event.
    fn handlers(
        &self,
        registration: Option<&Arc<Registration>>,
        opened: &Arc<Opened>,
        delivery: &Delivery,
    ) -> Result<Vec<Ready>, DecodeError> {
        let ready =
            |run: &Run, wanted: &Wanted<'_>| run(self.table, opened.clone(), delivery.clone(), wanted);
        let own = registration.map_or(&[][..], |registration| &registration.runs);
        let not_json = || DecodeError::Body { event: opened.header.event().to_owned() };
        // Its own handlers decode it, the others may only look at it.
        if own.is_empty() && !opened.proven() {
            return Err(not_json());
        }
        let mut handlers = Vec::with_capacity(own.len().max(1) + self.on_any.len());
        let wanted = registration.map_or(Wanted::NOTHING, |registration| registration.wanted());
        for run in own {
            match ready(run, &wanted) {
                Ok(handler) => handlers.push(handler),
                Err(NotRun::OtherShape) => {}
                Err(NotRun::NotJson) => return Err(not_json()),
            }
        }
        let unhandled = self.on_unhandled.as_ref().filter(|_| handlers.is_empty());
        let others = unhandled.into_iter().chain(&self.on_any);
        handlers.extend(others.filter_map(|run| ready(run, &Wanted::NOTHING).ok()));
        Ok(handlers)
    }
}

impl Registration {
    pub(super) fn new(table: Option<EventTable<'static>>, answered: bool) -> Self {
        let callback = answered || table.is_some_and(|table| table.kind == EventKind::Callback);
        let order_by = table.map_or(&[][..], |table| table.order_by);
        let order_by = order_by.iter().map(|path| (*path).to_owned()).collect();
        Registration { table, callback, answered, order_by, runs: Vec::new() }
    }

    fn wanted(&self) -> Wanted<'_> {
        let dedup_by = match self.table.map(|table| table.dedup_by) {
            Some(DedupBy::Paths(paths)) => paths,
            _ => &[],
        };
        Wanted { dedup_by, order_by: &self.order_by }
    }
}
