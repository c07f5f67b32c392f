//! One event before it runs: decoded for its handlers, and queued up.

use std::sync::Arc;

use bytes::Bytes;

use super::{
    Answer, BoxFuture, DecodeError, HandlerError, Key, Outcome, Queued, Shared,
    caught::{Caught, caught},
    observe::{self, End},
    order::Queue,
    running::{About, Running},
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

/// What is known of an event before its body is read, and what the body shall say about it.
#[derive(Default)]
pub(super) struct Wanted<'a> {
    app: &'a str,
    tenant: &'a str,
    event: &'a str,
    dedup_by: &'a [&'a str],
    order_by: &'a [String],
}

/// A decoded event in its handler, which did not begin.
pub(super) struct Ready {
    pub(super) context: Arc<Context>,
    /// What identifies the event by its body.
    key: Option<Key>,
    queue: Option<Queue>,
    pub(super) handler: Caught<Done>,
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

/// The handlers of one event that are ready: one, nearly always.
#[derive(Default)]
pub(super) struct Handlers {
    first: Option<Ready>,
    others: Vec<Ready>,
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
        let Wanted { app, tenant, event: name, dedup_by, order_by } = wanted;
        let event = Event::<T>::decode_delivered(platform, opened, delivery).map_err(|_| NotRun::NotJson)?;
        let body = (*event).view();
        let key = (!dedup_by.is_empty())
            .then(|| Key::new(app, name, |id| keys::values(id, body, &T::ENCODING, dedup_by)))
            .flatten();
        let queue = Queue::new(app, tenant, |of| keys::values(of, body, &T::ENCODING, order_by));
        Ok(Ready { context: event.shared_context(), key, queue, handler: Caught::new(handler(event)?) })
    }

    /// An event of which only the envelope is wanted.
    pub(super) fn raw(event: RawEvent, handler: impl FnOnce(RawEvent) -> BoxFuture<Done>) -> Self {
        let context = event.shared_context();
        Ready { context, key: None, queue: None, handler: Caught::new(handler(event)) }
    }
}

impl Handlers {
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    fn push(&mut self, ready: Ready) {
        if self.first.is_none() {
            self.first = Some(ready);
        } else {
            self.others.push(ready);
        }
    }
}

impl IntoIterator for Handlers {
    type Item = Ready;
    type IntoIter = std::iter::Chain<std::option::IntoIter<Ready>, std::vec::IntoIter<Ready>>;

    fn into_iter(self) -> Self::IntoIter {
        self.first.into_iter().chain(self.others)
    }
}

impl Shared {
    /// Decodes and queues up an event, or says what is answered where that panicked.
    pub(super) fn queued_up(
        self: &Arc<Self>,
        opened: &Arc<Opened>,
        delivery: &Delivery,
    ) -> Result<Queued, DecodeError> {
        let header = &opened.header;
        let name = header.event();
        let span = observe::span(self.table.name, delivery.transport(), header);
        let (known, registration) = self.registration(opened).unzip();
        let callback = registration.map_or(self.table.callbacks.contains(&name), |r| r.callback);
        let by = registration.and_then(|r| r.table).map_or(DedupBy::EventId, |table| table.dedup_by);
        let app = delivery.credential_name().or(header.app()).unwrap_or_default();
        let wanted = Wanted {
            app,
            tenant: header.tenant().unwrap_or_default(),
            event: name,
            dedup_by: if let DedupBy::Paths(paths) = by { paths } else { &[] },
            order_by: registration.filter(|_| !callback).map_or(&[], |registration| &registration.order_by),
        };
        // Handlers are cloned, and what they map is mapped.
        let Ok(handlers) = caught(|| self.handlers(registration, opened, delivery, &wanted)) else {
            span.in_scope(|| tracing::error!("a handler panicked before it began"));
            observe::ended(self.table.name, known.as_deref(), End::Panicked);
            return Ok(Err(Answer::Retry));
        };
        let mut handlers = handlers?;
        // Where it has no handler of its own, the first wants neither body nor keys.
        let first = handlers.first.as_mut();
        if let Some(found) = first.as_ref().map(|ready| ready.context.drift()) {
            span.in_scope(|| self.drift(name, found));
        }
        let (of_body, queue) = first.map(|ready| (ready.key.take(), ready.queue.take())).unwrap_or_default();
        // Callbacks are not repeated, but for those of which the schema says what identifies them.
        let is_repeated = !callback || matches!(by, DedupBy::Paths(_));
        let key = if self.store.is_none() || !is_repeated || matches!(by, DedupBy::Nothing) {
            None
        } else {
            // Where a value is missing, or no handler wanted the body, there may still be an id.
            let key = of_body.or_else(|| Key::of(app, name, header.key()?));
            if key.is_none() {
                observe::unidentified(self.table.name, known.as_deref());
            }
            key
        };
        let turn = queue.map(|queue| self.turns.take(queue));
        let abandon_after = self.abandon_after(delivery);
        let about = About { shared: self.clone(), span, known, callback, key, abandon_after };
        Ok(Ok(Running::new(about, turn, handlers)))
    }

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
        wanted: &Wanted<'_>,
    ) -> Result<Handlers, DecodeError> {
        let ready =
            |run: &Run, wanted: &Wanted<'_>| run(self.table, opened.clone(), delivery.clone(), wanted);
        let own = registration.map_or(&[][..], |registration| &registration.runs);
        let not_json = || DecodeError::Body { event: opened.header.event().to_owned() };
        // Its own handlers decode it, the others may only look at it.
        if own.is_empty() && !opened.proven() {
            return Err(not_json());
        }
        let mut handlers = Handlers::default();
        for run in own {
            match ready(run, wanted) {
                Ok(handler) => handlers.push(handler),
                Err(NotRun::OtherShape) => {}
                Err(NotRun::NotJson) => return Err(not_json()),
            }
        }
        let unhandled = self.on_unhandled.as_ref().filter(|_| handlers.is_empty());
        for run in unhandled.into_iter().chain(&self.on_any) {
            ready(run, &Wanted::default()).into_iter().for_each(|ready| handlers.push(ready));
        }
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
}
