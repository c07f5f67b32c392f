//! Registering handlers, and setting how they are run.

use std::{
    any::Any,
    collections::{HashMap, HashSet},
    fmt::Write as _,
    panic::Location,
    sync::Arc,
    time::Duration,
};

use tokio::sync::Semaphore;

use super::{
    Acknowledge, CallbackHandler, DecodeError, Dispatcher, EventHandler, Late, Manifest, Memory,
    OnDecodeError, OnDrift, Registrations, Shared, Store,
    dedup::Remembered,
    handler::response_json,
    job::{Done, NotRun, Ready, Registration, Run},
};
use crate::{
    Json,
    delivery::States,
    drift::Drift,
    event::{Event, RawEvent},
    keys,
    platform::Platform,
    table::{Body, Encoding, EventTable},
    value::{Coded, ShapeOf},
};

/// A dispatcher that is being built.
///
/// | setting | default |
/// | --- | --- |
/// | [`acknowledge`](Self::acknowledge) | after the handler |
/// | [`when_late`](Self::when_late) | the platform sends the event again |
/// | [`abandon_after`](Self::abandon_after) | 10 minutes, where the delivery has a time limit |
/// | [`dedup`](Self::dedup) | in memory, 100,000 events, 12 hours |
/// | [`order_by`](Self::order_by) | as the schema of the event says |
#[must_use = "a builder does nothing until `build` is called"]
pub struct Builder<P> {
    registrations: HashMap<(&'static str, String), Entry>,
    on_any: Vec<Run>,
    on_unhandled: Option<Run>,
    on_drift: Option<OnDrift>,
    on_decode_error: Option<OnDecodeError>,
    states: States,
    acknowledge: Acknowledge,
    late: Late,
    abandon_after: Option<Duration>,
    store: Option<Remembered>,
    order_by: Vec<(String, Vec<String>, &'static Location<'static>)>,
    /// Whether an event may get further handlers.
    observing: bool,
    mistakes: Vec<String>,
    /// What handlers need that may be given after them.
    missing: Vec<Missing>,
    platform: std::marker::PhantomData<fn() -> P>,
}

/// What a handler needs, if the builder has it not, and where the handler was registered.
type Missing = (fn(&States) -> Option<String>, &'static Location<'static>);

/// The handlers of one event that is being registered.
struct Entry {
    registration: Registration,
    place: &'static Location<'static>,
}

/// Why a dispatcher could not be built; names every mistake.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BuildError(String);

impl<P: Platform> Builder<P> {
    pub(super) fn new() -> Self {
        Builder {
            registrations: HashMap::new(),
            on_any: Vec::new(),
            on_unhandled: None,
            on_drift: None,
            on_decode_error: None,
            states: States::default(),
            acknowledge: Acknowledge::default(),
            late: Late::default(),
            abandon_after: None,
            store: Some(Remembered::InMemory(Memory::default())),
            order_by: Vec::new(),
            observing: false,
            mistakes: Vec::new(),
            missing: Vec::new(),
            platform: std::marker::PhantomData,
        }
    }

    /// Registers a handler for events with one type of body.
    #[track_caller]
    pub fn on<T, H, M>(self, events: &[&EventTable<'static>], handler: H) -> Self
    where
        T: Coded + Send + Sync + 'static,
        H: EventHandler<T, M>,
        M: 'static,
    {
        self.on_events(events, Ok::<Event<T>, _>, handler)
    }

    /// Registers a handler for one shape of an event; the others go to `on_unhandled`.
    #[track_caller]
    pub fn on_shape<C, S, H, M>(self, events: &[&EventTable<'static>], handler: H) -> Self
    where
        C: Coded + Send + Sync + 'static,
        S: ShapeOf<C> + Send + Sync + 'static,
        H: EventHandler<S, M>,
        M: 'static,
    {
        self.on_mapped(events, S::take, handler)
    }

    /// Registers a handler for events whose body is turned into something else first.
    #[track_caller]
    pub fn on_mapped<T, U, H, M>(
        self,
        events: &[&EventTable<'static>],
        map: fn(T) -> Result<U, T>,
        handler: H,
    ) -> Self
    where
        T: Coded + Send + Sync + 'static,
        U: Send + Sync + 'static,
        H: EventHandler<U, M>,
        M: 'static,
    {
        self.on_events(events, move |event: Event<T>| event.try_map(map), handler)
    }

    #[track_caller]
    fn on_events<T, U, H, M>(
        mut self,
        events: &[&EventTable<'static>],
        map: impl Fn(Event<T>) -> Result<Event<U>, Event<T>> + Copy + Send + Sync + 'static,
        handler: H,
    ) -> Self
    where
        T: Coded + Send + Sync + 'static,
        U: Send + Sync + 'static,
        H: EventHandler<U, M>,
        M: 'static,
    {
        let place = Location::caller();
        for event in events {
            let run = event_run(map, handler.clone());
            self.insert(event.protocol, event.event, Registration::new(Some(**event), false), run, place);
        }
        self.missing.push((H::missing, place));
        self
    }

    /// Registers a handler for a callback, which it answers.
    #[track_caller]
    pub fn on_callback<T, R, H, M>(mut self, event: &EventTable<'static>, handler: H) -> Self
    where
        T: Coded + Send + Sync + 'static,
        R: Coded + Send + Sync + 'static,
        H: CallbackHandler<T, R, M>,
        M: 'static,
    {
        let place = Location::caller();
        let run = callback_run(handler);
        self.insert(event.protocol, event.event, Registration::new(Some(*event), true), run, place);
        self.missing.push((H::missing, place));
        self
    }

    /// Registers a handler by the platform's name of an event, for one that has no schema or as raw JSON.
    /// On a platform with several protocols it is registered for each of them. A callback of the platform is answered `{}`.
    #[track_caller]
    pub fn on_custom<H, M>(mut self, event: impl Into<String>, handler: H) -> Self
    where
        H: EventHandler<Json, M>,
        M: 'static,
    {
        let (event, place) = (event.into(), Location::caller());
        for protocol in protocols::<P>() {
            let run = event_run(Ok::<Event<Json>, _>, handler.clone());
            let callback = P::TABLE.callbacks.contains(&event.as_str());
            let registration = Registration { callback, ..Registration::new(None, false) };
            self.insert(protocol, &event, registration, run, place);
        }
        self.missing.push((H::missing, place));
        self
    }

    /// Registers a handler by the platform's name of a callback that has no schema, or as raw JSON; its answer is JSON
    /// as well.
    #[track_caller]
    pub fn on_custom_callback<H, M>(mut self, event: impl Into<String>, handler: H) -> Self
    where
        H: CallbackHandler<Json, Json, M>,
        M: 'static,
    {
        let (event, place) = (event.into(), Location::caller());
        for protocol in protocols::<P>() {
            let run = callback_run(handler.clone());
            self.insert(protocol, &event, Registration::new(None, true), run, place);
        }
        self.missing.push((H::missing, place));
        self
    }

    /// Called for every event and callback, after its handler if it has one. Such a handler counts as one: what nobody
    /// else handles does not go to `on_unhandled` any less, and the platform is asked for an event again when it fails.
    #[track_caller]
    pub fn on_any<H, M>(mut self, handler: H) -> Self
    where
        H: EventHandler<(), M>,
        M: 'static,
    {
        self.on_any.push(raw_run(handler));
        self.missing.push((H::missing, Location::caller()));
        self
    }

    /// What happens to events that no handler takes. Without it they are acknowledged.
    #[track_caller]
    pub fn on_unhandled<H, M>(mut self, handler: H) -> Self
    where
        H: EventHandler<(), M>,
        M: 'static,
    {
        self.on_unhandled = Some(raw_run(handler));
        self.missing.push((H::missing, Location::caller()));
        self
    }

    /// Further handlers for events that may have one already: without this, registering an event twice is a mistake.
    /// They run one after another, in the order of their registration. When one wants the event again, the rest is not
    /// run, and with the repetition all are run again.
    pub fn also(mut self, register: impl FnOnce(Self) -> Self) -> Self {
        let before = self.observing;
        self.observing = true;
        let mut builder = register(self);
        builder.observing = before;
        builder
    }

    /// A value that handlers may take as [`State`](super::State). One per type.
    #[track_caller]
    pub fn state<S: Any + Clone + Send + Sync>(mut self, state: S) -> Self {
        if !self.states.add(state) {
            let (name, place) = (std::any::type_name::<S>(), Location::caller());
            self.mistakes
                .push(format!("a state of type `{name}` is there already; another is given at {place}"));
        }
        self
    }

    /// When events are acknowledged.
    pub fn acknowledge(mut self, when: Acknowledge) -> Self {
        self.acknowledge = when;
        self
    }

    /// What the platform is told when a handler takes too long.
    pub fn when_late(mut self, late: Late) -> Self {
        self.late = late;
        self
    }

    /// After which time a handler that does not end is given up: it is dropped where it waits, which is logged and
    /// counted, and the platform may send the event again. Until then the event counts as being handled, and those that
    /// are to be handled after it wait.
    ///
    /// Default: 10 minutes for deliveries with a time limit, as all receivers and long connections make them; others
    /// may take as long as they want, unless this is called. It needs a runtime with timers as soon as a handler waits.
    pub fn abandon_after(mut self, time: Duration) -> Self {
        self.abandon_after = Some(time);
        self
    }

    /// Where the events that were seen are remembered.
    pub fn dedup(mut self, store: impl Store) -> Self {
        self.store = Some(Remembered::by(store));
        self
    }

    /// Handles an event as often as it arrives: both platforms send one again whenever they saw no answer in time.
    pub fn without_dedup(mut self) -> Self {
        self.store = None;
        self
    }

    /// The events of this name whose bodies hold equal values under these paths (keys joined by dots) are handled one
    /// after another; without a path, all side by side. Instead of what the schema says. Events of other names
    /// whose values are equal stand in the same order; those of other apps and organisations do not.
    #[track_caller]
    pub fn order_by<S: Into<String>>(
        mut self,
        event: impl Into<String>,
        paths: impl IntoIterator<Item = S>,
    ) -> Self {
        let paths = paths.into_iter().map(Into::into).collect();
        self.order_by.push((event.into(), paths, Location::caller()));
        self
    }

    /// Called with the event's name for every place where a payload differs from its schema; once per place and kind
    /// of difference. Elements of a list are one place.
    pub fn on_drift(mut self, hook: impl Fn(&str, &Drift) + Send + Sync + 'static) -> Self {
        self.on_drift = Some(Box::new(hook));
        self
    }

    /// Called for payloads that cannot be read at all. Without it they are logged.
    pub fn on_decode_error(mut self, hook: impl Fn(&DecodeError) + Send + Sync + 'static) -> Self {
        self.on_decode_error = Some(Box::new(hook));
        self
    }

    /// The dispatcher.
    ///
    /// # Errors
    ///
    /// An event that was registered twice (the message names both places), a state that a handler takes and nobody
    /// gave, a path that leads nowhere.
    pub fn build(mut self) -> Result<Dispatcher<P>, BuildError> {
        self.apply_order();
        for (missing, place) in &self.missing {
            if let Some(what) = missing(&self.states) {
                self.mistakes.push(format!("{what} (the handler is registered at {place})"));
            }
        }
        if !self.mistakes.is_empty() {
            return Err(BuildError(self.mistakes.join("\n")));
        }
        let pool = match self.acknowledge {
            Acknowledge::BeforeHandler { at_most } => at_most.min(Semaphore::MAX_PERMITS),
            Acknowledge::AfterHandler => 0,
        };
        let manifest = self.manifest();
        let mut registrations = Registrations::default();
        for ((protocol, event), entry) in self.registrations {
            registrations.entry(event.into()).or_default().push((protocol, Arc::new(entry.registration)));
        }
        Ok(Dispatcher {
            shared: Arc::new(Shared {
                table: P::TABLE,
                registrations,
                on_any: self.on_any,
                on_unhandled: self.on_unhandled,
                on_drift: self.on_drift,
                on_decode_error: self.on_decode_error,
                states: self.states,
                acknowledge: self.acknowledge,
                late: self.late,
                abandon_after: self.abandon_after,
                store: self.store,
                pool: Arc::new(Semaphore::new(pool)),
                turns: Default::default(),
                tasks: Default::default(),
                reported: Default::default(),
                manifest,
            }),
            platform: self.platform,
        })
    }

    fn manifest(&self) -> Manifest {
        let tables = self.registrations.values().filter_map(|entry| entry.registration.table).collect();
        let custom = self.registrations.iter().filter(|(_, entry)| entry.registration.table.is_none());
        Manifest::new(tables, custom.map(|((_, event), _)| event.clone()).collect())
    }

    fn apply_order(&mut self) {
        for (event, paths, place) in std::mem::take(&mut self.order_by) {
            let mut known = false;
            for ((_, name), entry) in &mut self.registrations {
                if *name != event {
                    continue;
                }
                known = true;
                let leads = |path: &&String| match entry.registration.table.map(|table| table.body) {
                    Some(Body::Object(table)) => keys::leads_to_scalar(&Encoding::Object(table), path),
                    Some(Body::Choice(table)) => keys::leads_to_scalar(&Encoding::Choice(table), path),
                    None => true,
                };
                for path in paths.iter().filter(|path| !leads(path)) {
                    self.mistakes.push(format!(
                        "`{event}` has no text or number at `{path}`, by which it is to be ordered (at {place})"
                    ));
                }
                entry.registration.order_by = paths.clone();
            }
            if !known {
                self.mistakes.push(format!("`{event}` has an order (at {place}) and no handler"));
            }
        }
    }

    fn insert(
        &mut self,
        protocol: &'static str,
        event: &str,
        registration: Registration,
        run: Run,
        place: &'static Location<'static>,
    ) {
        let key = (protocol, event.to_owned());
        let Some(entry) = self.registrations.get_mut(&key) else {
            let registration = Registration { runs: vec![run], ..registration };
            self.registrations.insert(key, Entry { registration, place });
            return;
        };
        let first = entry.place;
        let mut mistake = String::new();
        if registration.answered && entry.registration.answered {
            let _ = write!(mistake, "`{event}` is answered at {first}, and again at {place}");
        } else if !self.observing {
            let _ = write!(
                mistake,
                "`{event}` has two handlers: one registered at {first}, another at {place}; register the second \
                 within `also` where both are wanted"
            );
        } else {
            // The answer of a callback is given first, and what the catalogue knows is kept.
            let runs = &mut entry.registration.runs;
            runs.insert(if registration.answered { 0 } else { runs.len() }, run);
            entry.registration.answered |= registration.answered;
            entry.registration.callback |= registration.callback;
            entry.registration.table = entry.registration.table.or(registration.table);
            return;
        }
        // One call for a name in several protocols is one mistake.
        if !self.mistakes.contains(&mistake) {
            self.mistakes.push(mistake);
        }
    }
}

fn protocols<P: Platform>() -> HashSet<&'static str> {
    P::TABLE.forms.iter().map(|form| form.protocol).collect()
}

fn event_run<T, U, H, M>(
    map: impl Fn(Event<T>) -> Result<Event<U>, Event<T>> + Send + Sync + 'static,
    handler: H,
) -> Run
where
    T: Coded + Send + Sync + 'static,
    U: Send + Sync + 'static,
    H: EventHandler<U, M>,
    M: 'static,
{
    Arc::new(move |platform, opened, delivery, wanted| {
        let handler = handler.clone();
        Ready::decode(platform, opened, delivery, wanted, |event: Event<T>| {
            let event = map(event).map_err(|_| NotRun::OtherShape)?;
            Ok(Box::pin(async move { Done::Outcome(handler.call(event).await) }))
        })
    })
}

fn callback_run<T, R, H, M>(handler: H) -> Run
where
    T: Coded + Send + Sync + 'static,
    R: Coded + Send + Sync + 'static,
    H: CallbackHandler<T, R, M>,
    M: 'static,
{
    Arc::new(move |platform, opened, delivery, wanted| {
        let handler = handler.clone();
        Ready::decode(platform, opened, delivery, wanted, |event: Event<T>| {
            Ok(Box::pin(async move {
                let response = handler.call(event).await;
                Done::Reply(response.and_then(|response| response_json(&response)).map(Into::into))
            }))
        })
    })
}

fn raw_run<H, M>(handler: H) -> Run
where
    H: EventHandler<(), M>,
    M: 'static,
{
    Arc::new(move |platform, opened, delivery, _| {
        let (handler, event) = (handler.clone(), RawEvent::delivered(platform, opened, delivery));
        Ok(Ready::raw(event, move |event| Box::pin(async move { Done::Outcome(handler.call(event).await) })))
    })
}

impl<P> std::fmt::Debug for Builder<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder").field("events", &self.registrations.len()).finish_non_exhaustive()
    }
}
