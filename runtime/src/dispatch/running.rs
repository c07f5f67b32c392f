//! One event on its way through its handlers.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use futures_util::FutureExt as _;
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, oneshot},
    time::{Sleep, sleep},
};
use tracing::{Instrument as _, Span};

use super::{
    Acknowledge, Answer, Claim, Key, Outcome, Shared, StoreError,
    caught::{Caught, Panicked},
    dedup::Asked,
    job::{Done, Handlers, Ready},
    observe::{self, End, Stopwatch},
    order::Turn,
};

/// Where an event starts to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// In a task of its own.
    InTask,
    /// In the caller's task; what is left when it waits for something goes into one of its own. Most handlers of a busy
    /// bot have nothing to wait for, and a task costs a good part of what decoding their event does.
    #[cfg_attr(not(feature = "webhook"), allow(dead_code))]
    Here,
}

/// The answer for one event.
pub(super) enum Pending {
    Given(Answer),
    Awaited(oneshot::Receiver<Answer>),
}

/// What is known about the event.
pub(super) struct About {
    pub(super) shared: Arc<Shared>,
    pub(super) span: Span,
    /// Its name, where it has a handler of its own.
    pub(super) known: Option<Arc<str>>,
    pub(super) callback: bool,
    pub(super) key: Option<Key>,
    pub(super) abandon_after: Option<Duration>,
}

/// An event that is handled. It gives one answer: the handlers'. No `async fn`, which could not be moved into a task
/// once it began in the caller's.
pub(super) struct Running {
    about: About,
    step: Step,
    turn: Option<Turn>,
    handlers: <Handlers as IntoIterator>::IntoIter,
    /// Gets an answer before the handlers run: an acknowledgement, unless the event is not new.
    early: Option<oneshot::Sender<Answer>>,
    /// The place in the pool that this takes.
    permit: Option<OwnedSemaphorePermit>,
    /// Which attempt it is, where that is known: the event is then this one's to handle until it is settled.
    attempt: Option<u32>,
    /// What the handlers said so far, and whether one of them answered.
    given: Answer,
    answered: bool,
}

/// What it does, or waits for.
enum Step {
    New,
    Claiming(Option<Asked<Claim>>),
    WaitingForTurn,
    Handling(Stopwatch, Option<Handling>),
    Settling(Asked<()>),
}

/// A handler that runs, until it is given up.
struct Handling {
    handler: Caught<Done>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Running {
    pub(super) fn new(about: About, turn: Option<Turn>, handlers: Handlers) -> Self {
        Running {
            step: Step::New,
            turn,
            handlers: handlers.into_iter(),
            early: None,
            permit: None,
            attempt: None,
            given: about.content(),
            answered: false,
            about,
        }
    }

    /// Starts it.
    pub(super) fn start(mut self, start: Start, context: &mut Context<'_>) -> Pending {
        let span = self.about.span.clone();
        if self.about.acknowledges_before() {
            let Ok(permit) = Arc::clone(&self.about.shared.pool).try_acquire_owned() else {
                span.in_scope(|| tracing::warn!("too many events are being handled"));
                self.about.end(End::Busy);
                return Pending::Given(Answer::Retry);
            };
            let (early, answer) = oneshot::channel();
            (self.early, self.permit) = (Some(early), Some(permit));
            let tasks = self.about.shared.tasks.clone();
            tasks.spawn(self.instrument(span));
            return Pending::Awaited(answer);
        }
        let mut run = self.instrument(span);
        if start == Start::Here
            && let Poll::Ready(given) = run.poll_unpin(context)
        {
            return Pending::Given(given);
        }
        let (answer, receiver) = oneshot::channel();
        let tasks = run.inner().about.shared.tasks.clone();
        // Nobody listens any more where an answer is late.
        tasks.spawn(async move { drop(answer.send(run.await)) });
        Pending::Awaited(receiver)
    }

    /// What is answered where its handlers have nothing to say.
    pub(super) fn content(&self) -> Answer {
        self.about.content()
    }

    /// Takes note of what the store says; if the event is not new, the answer is known.
    fn claimed(&mut self, said: Result<Claim, StoreError>) -> Option<Answer> {
        match said {
            Ok(Claim::Yours { attempt }) => {
                self.attempt = Some(attempt);
                self.about.span.record("attempt", attempt);
                None
            }
            Ok(Claim::Done) => {
                tracing::debug!("handled before; acknowledged");
                self.about.end(End::Duplicate);
                Some(self.about.content())
            }
            Ok(Claim::InFlight) => {
                tracing::debug!("being handled; the platform is asked to send it again");
                self.about.end(End::InFlight);
                Some(Answer::Retry)
            }
            Err(error) => {
                tracing::error!(%error, "the store of seen events failed; the event is handled as if it were new");
                None
            }
        }
    }

    /// The next handler, about to run.
    fn next(&mut self) -> Option<Handling> {
        let Ready { context, handler, .. } = self.handlers.next()?;
        self.attempt.into_iter().for_each(|attempt| context.delivery().set_attempt(attempt));
        Some(Handling { handler, timer: None })
    }

    /// Takes note of what a handler said. False where no other is to run: the platform is asked for the event again as
    /// soon as one wants that.
    fn said(&mut self, answer: Answer) -> bool {
        match answer {
            Answer::Acknowledged => {}
            // A callback that was answered is not repeated, whatever an observer wants.
            Answer::Retry if self.answered => {}
            Answer::Retry => {
                self.given = Answer::Retry;
                return false;
            }
            other => (self.given, self.answered) = (other, true),
        }
        true
    }
}

impl Future for Running {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer> {
        let this = &mut *self;
        loop {
            match &mut this.step {
                Step::New => this.step = Step::Claiming(this.about.claim()),
                Step::Claiming(asked) => {
                    let claimed = match asked {
                        Some(asked) => Some(ready!(asked.poll_unpin(context))),
                        None => None,
                    };
                    let known = claimed.and_then(|said| this.claimed(said));
                    if let Some(early) = this.early.take() {
                        drop(early.send(known.clone().unwrap_or(Answer::Acknowledged)));
                    }
                    if let Some(known) = known {
                        return Poll::Ready(known);
                    }
                    this.step = Step::WaitingForTurn;
                }
                Step::WaitingForTurn => {
                    if let Some(turn) = &mut this.turn {
                        ready!(turn.poll_unpin(context));
                    }
                    let first = this.next();
                    if first.is_none() {
                        tracing::debug!("no handler; acknowledged");
                        this.about.end(End::Unhandled);
                    }
                    this.step = Step::Handling(Stopwatch::start(), first);
                }
                Step::Handling(watch, Some(handling)) => {
                    let done = ready!(handling.poll(this.about.abandon_after, context));
                    let answer = this.about.answer(done);
                    let watch = *watch;
                    let next = if this.said(answer) { this.next() } else { None };
                    this.step = Step::Handling(watch, next);
                }
                Step::Handling(watch, None) => {
                    watch.stop(this.about.shared.table.name, this.about.known.as_deref());
                    match this.about.settle(this.given != Answer::Retry) {
                        Some(asked) => this.step = Step::Settling(asked),
                        None => return Poll::Ready(this.given.clone()),
                    }
                }
                Step::Settling(asked) => {
                    if let Err(error) = ready!(asked.poll_unpin(context)) {
                        tracing::error!(%error, "the store of seen events failed; the event may be handled again");
                    }
                    return Poll::Ready(this.given.clone());
                }
            }
        }
    }
}

impl Drop for Running {
    /// Releases what was claimed and never settled, because the runtime ends.
    fn drop(&mut self) {
        if self.attempt.is_none() || matches!(self.step, Step::Settling(_)) {
            return;
        }
        let About { shared, key: Some(key), .. } = &self.about else { return };
        let Some(store) = &shared.store else { return };
        let mut release = store.release(key);
        // One in memory is done at once. Another needs a runtime, and gives up the claim by itself where there is none.
        if (&mut release).now_or_never().is_none()
            && let Ok(runtime) = Handle::try_current()
        {
            shared.tasks.spawn_on(release, &runtime);
        }
    }
}

impl Handling {
    /// What the handler said; `None` where it is given up.
    fn poll(
        &mut self,
        abandon_after: Option<Duration>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Done, Panicked>>> {
        // Nearly all end here.
        if let Poll::Ready(done) = self.handler.poll_unpin(context) {
            return Poll::Ready(Some(done));
        }
        let Some(after) = abandon_after else { return Poll::Pending };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(after)));
        timer.as_mut().poll(context).map(|()| None)
    }
}

impl About {
    fn acknowledges_before(&self) -> bool {
        matches!(self.shared.acknowledge, Acknowledge::BeforeHandler { .. }) && !self.callback
    }

    /// Asks whether the event is new, where that can be known.
    fn claim(&self) -> Option<Asked<Claim>> {
        Some(self.shared.store.as_ref()?.claim(self.key.as_ref()?))
    }

    /// Remembers what became of the event.
    fn settle(&self, handled: bool) -> Option<Asked<()>> {
        let (store, key) = (self.shared.store.as_ref()?, self.key.as_ref()?);
        Some(if handled { store.done(key) } else { store.release(key) })
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
