//! What a handler may take beside its event.

use std::{any::Any, ops::Deref};

use super::HandlerError;
use crate::{
    delivery::{Delivery, States},
    drift::Drift,
    envelope::Header,
    event::{Context, RawEvent},
};

/// Something that a handler takes beside its event: [`State`], [`Header`], [`Raw`], the drift as `Vec<Drift>`,
/// [`Delivery`], [`RawEvent`], or a type of your own.
///
/// ```
/// use workplace_events_runtime::{Json, dispatch::{Extract, HandlerError}, event::{Context, Event}};
///
/// /// The organisation, which this app cannot do without.
/// struct Tenant(String);
///
/// impl Extract for Tenant {
///     fn extract(context: &Context) -> Result<Self, HandlerError> {
///         let tenant = context.header().tenant().ok_or("no tenant")?;
///         Ok(Tenant(tenant.to_owned()))
///     }
/// }
///
/// async fn handle(event: Event<Json>, Tenant(tenant): Tenant) {
///     println!("{} in {tenant}", event.header().event());
/// }
/// # use workplace_events_runtime::dispatch::EventHandler;
/// # fn is_handler<M>(_: impl EventHandler<Json, M>) {}
/// # is_handler(handle);
/// ```
pub trait Extract: Sized + Send {
    /// Takes it from the event.
    ///
    /// # Errors
    ///
    /// Why the handler cannot run; the platform is asked to send the event again.
    fn extract(context: &Context) -> Result<Self, HandlerError>;

    /// What is missing for it whatever the event is, found when the dispatcher is built.
    #[must_use]
    fn missing(states: &States) -> Option<String> {
        let _ = states;
        None
    }
}

/// A value of the application, given to the builder by `state`. Each handler call gets a clone.
///
/// ```
/// use workplace_events_runtime::{Json, dispatch::State, event::Event};
///
/// #[derive(Clone)]
/// struct App { name: &'static str }
///
/// async fn handle(event: Event<Json>, State(app): State<App>) {
///     println!("{}: {}", app.name, event.header().event());
/// }
/// # use workplace_events_runtime::dispatch::EventHandler;
/// # fn is_handler<M>(_: impl EventHandler<Json, M>) {}
/// # is_handler(handle);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State<S>(pub S);

/// The payload as it came, after decryption, envelope included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw(pub String);

impl<S: Any + Clone + Send + Sync> Extract for State<S> {
    fn extract(context: &Context) -> Result<Self, HandlerError> {
        let state = context.delivery().states().get::<S>();
        state.cloned().map(State).ok_or_else(|| missing_state::<S>().into())
    }

    fn missing(states: &States) -> Option<String> {
        states.get::<S>().is_none().then(missing_state::<S>)
    }
}

fn missing_state<S>() -> String {
    let name = std::any::type_name::<S>();
    format!(
        "a handler takes `State<{name}>`, and the builder has no such state; give it one with `.state(...)`"
    )
}

impl Extract for Header {
    fn extract(context: &Context) -> Result<Self, HandlerError> {
        Ok(context.header().clone())
    }
}

impl Extract for Raw {
    fn extract(context: &Context) -> Result<Self, HandlerError> {
        Ok(Raw(context.raw().to_owned()))
    }
}

impl Extract for Vec<Drift> {
    fn extract(context: &Context) -> Result<Self, HandlerError> {
        Ok(context.drift().to_vec())
    }
}

impl Extract for Delivery {
    fn extract(context: &Context) -> Result<Self, HandlerError> {
        Ok(context.delivery().clone())
    }
}

impl Extract for RawEvent {
    fn extract(context: &Context) -> Result<Self, HandlerError> {
        Ok(context.to_raw_event())
    }
}

impl<E: Extract> Extract for Result<E, HandlerError> {
    fn extract(context: &Context) -> Result<Self, HandlerError> {
        Ok(E::extract(context))
    }

    fn missing(states: &States) -> Option<String> {
        E::missing(states)
    }
}

impl Deref for Raw {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}
