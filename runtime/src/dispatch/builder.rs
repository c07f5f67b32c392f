//! Registering handlers.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
    panic::Location,
    sync::{Arc, Mutex},
};

use super::{
    BoxFuture, CallbackHandler, DecodeError, Dispatcher, Done, EventHandler, NotRun, OnDecodeError, OnDrift,
    OnUnhandled, Outcome, RawEventDrift, Run, Shared, handler::response_json,
};
use crate::{
    Json,
    drift::Drift,
    envelope::Opened,
    event::{Event, RawEvent},
    platform::Platform,
    table::EventTable,
    value::{Coded, ShapeOf},
};

/// A dispatcher that is being built.
#[must_use = "a builder does nothing until `build` is called"]
pub struct Builder<P> {
    handlers: HashMap<(&'static str, String), (Run, &'static Location<'static>)>,
    mistakes: Vec<String>,
    on_unhandled: Option<OnUnhandled>,
    on_drift: Option<OnDrift>,
    on_decode_error: Option<OnDecodeError>,
    platform: std::marker::PhantomData<fn() -> P>,
}

/// Why a dispatcher could not be built; names every mistake.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BuildError(String);

impl<P: Platform> Builder<P> {
    pub(super) fn new() -> Self {
        Builder {
            handlers: HashMap::new(),
            mistakes: Vec::new(),
            on_unhandled: None,
            on_drift: None,
            on_decode_error: None,
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
        self.on_mapped(events, |body: T| Ok(body), handler)
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
        mut self,
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
        let place = Location::caller();
        for event in events {
            let (handler, name) = (handler.clone(), event.event);
            let run: Run = Box::new(move |opened, drift| {
                let event = decode::<P, T>(opened, drift)?;
                let event = event.try_map(map).map_err(|event| NotRun::OtherShape(event.map(drop)))?;
                let handler = handler.clone();
                Ok(Box::pin(async move { outcome(name, handler.call(event).await) }))
            });
            self.insert(event.protocol, event.event, run, place);
        }
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
        let name = event.event;
        let run: Run = Box::new(move |opened, drift| {
            let event = decode::<P, T>(opened, drift)?;
            let handler = handler.clone();
            Ok(Box::pin(async move {
                match handler.call(event).await.and_then(|response| response_json(&response)) {
                    Ok(json) => Done::Reply(json.into()),
                    Err(error) => {
                        tracing::error!(event = name, %error, "a callback handler failed");
                        Done::Outcome(Outcome::Retry)
                    }
                }
            }))
        });
        self.insert(event.protocol, event.event, run, Location::caller());
        self
    }

    /// Registers a handler by the platform's name of an event, for one that has no schema or as raw JSON.
    /// On a platform with several protocols it is registered for each of them.
    #[track_caller]
    pub fn on_custom<H, M>(mut self, event: impl Into<String>, handler: H) -> Self
    where
        H: EventHandler<Json, M>,
        M: 'static,
    {
        let (event, place) = (event.into(), Location::caller());
        let protocols: HashSet<_> = P::TABLE.forms.iter().map(|form| form.protocol).collect();
        for protocol in protocols {
            let (handler, name) = (handler.clone(), event.clone());
            let run: Run = Box::new(move |opened, drift| {
                let event = decode::<P, Json>(opened, drift)?;
                let (handler, name) = (handler.clone(), name.clone());
                Ok(Box::pin(async move { outcome(&name, handler.call(event).await) }))
            });
            self.insert(protocol, &event, run, place);
        }
        self
    }

    /// What happens to events that no handler takes. Without it they are acknowledged.
    pub fn on_unhandled<H, M>(mut self, handler: H) -> Self
    where
        H: EventHandler<(), M>,
        M: 'static,
    {
        self.on_unhandled = Some(Box::new(move |event: RawEvent| -> BoxFuture<Outcome> {
            let handler = handler.clone();
            Box::pin(async move {
                let name = event.header().event().to_owned();
                match outcome(&name, handler.call(event).await) {
                    Done::Outcome(outcome) => outcome,
                    Done::Reply(_) => Outcome::Ack,
                }
            })
        }));
        self
    }

    /// Called with the event's name for every place where a payload differs from its schema; once per place.
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
    /// An event that was registered twice; the message names both places.
    pub fn build(self) -> Result<Dispatcher<P>, BuildError> {
        if !self.mistakes.is_empty() {
            return Err(BuildError(self.mistakes.join("\n")));
        }
        let handlers = self.handlers.into_iter().map(|(key, (run, _))| (key, run)).collect();
        Ok(Dispatcher {
            shared: Arc::new(Shared {
                handlers,
                on_unhandled: self.on_unhandled,
                on_drift: self.on_drift,
                on_decode_error: self.on_decode_error,
                reported: Mutex::default(),
                platform: self.platform,
            }),
        })
    }

    fn insert(&mut self, protocol: &'static str, event: &str, run: Run, place: &'static Location<'static>) {
        let key = (protocol, event.to_owned());
        if let Some((_, first)) = self.handlers.get(&key) {
            let mut mistake =
                format!("`{event}` has two handlers: one registered at {first}, another at {place}");
            let _ = write!(mistake, "; keep one, and call both from it where both are wanted");
            // One call for a name in several protocols is one mistake.
            if !self.mistakes.contains(&mistake) {
                self.mistakes.push(mistake);
            }
            return;
        }
        self.handlers.insert(key, (run, place));
    }
}

fn decode<P: Platform, T: Coded>(
    opened: Opened,
    drift: &dyn Fn(&RawEventDrift<'_>),
) -> Result<Event<T>, NotRun> {
    let name = opened.header.event().to_owned();
    let Ok(event) = Event::<T>::decode(P::TABLE, opened) else { return Err(NotRun::NotJson(name)) };
    if !event.drift().is_empty() {
        drift(&RawEventDrift { event: &name, drift: event.drift() });
    }
    Ok(event)
}

fn outcome(event: &str, result: Result<Outcome, super::HandlerError>) -> Done {
    Done::Outcome(result.unwrap_or_else(|error| {
        tracing::error!(event, %error, "a handler failed; the platform is asked to send the event again");
        Outcome::Retry
    }))
}

impl<P> std::fmt::Debug for Builder<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder").field("handlers", &self.handlers.len()).finish_non_exhaustive()
    }
}
