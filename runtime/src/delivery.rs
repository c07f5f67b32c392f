//! How an event came, and what the application gave its handlers.

use std::{
    any::{Any, TypeId},
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, OnceLock},
    time::Duration,
};

/// How a payload came: what its transport knows and the payload does not say.
#[derive(Debug, Clone, Default)]
pub struct Delivery {
    transport: Cow<'static, str>,
    credential: Option<Arc<str>>,
    time_limit: Option<Duration>,
    attempt: OnceLock<u32>,
    states: States,
}

/// Values of the application that handlers ask for by their type, as [`State`](crate::dispatch::State).
#[derive(Clone, Default)]
pub struct States(Option<Arc<HashMap<TypeId, Entry>>>);

#[derive(Clone)]
struct Entry {
    name: &'static str,
    value: Arc<dyn Any + Send + Sync>,
}

impl Delivery {
    /// Came by this transport, such as `webhook`.
    #[must_use]
    pub fn by(transport: impl Into<Cow<'static, str>>) -> Self {
        Delivery { transport: transport.into(), ..Self::default() }
    }

    /// Proven by the credential of this name.
    #[must_use]
    pub fn credential(mut self, name: impl Into<Arc<str>>) -> Self {
        self.credential = Some(name.into());
        self
    }

    /// The answer is wanted within this time; a handler that takes longer runs on, and is late.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// The transport, such as `webhook`; empty where nobody said.
    #[must_use]
    pub fn transport(&self) -> &str {
        &self.transport
    }

    /// The name of the credential that proved it: the app, where several share one URL.
    #[must_use]
    pub fn credential_name(&self) -> Option<&str> {
        self.credential.as_deref()
    }

    /// Within which time the answer is wanted.
    #[must_use]
    pub fn time_limit(&self) -> Option<Duration> {
        self.time_limit
    }

    /// Which delivery of this event it is, counted from 1; `None` where nothing counts them.
    #[must_use]
    pub fn attempt(&self) -> Option<u32> {
        self.attempt.get().copied()
    }

    /// The values of the application.
    #[must_use]
    pub fn states(&self) -> &States {
        &self.states
    }

    #[cfg(feature = "dispatch")]
    pub(crate) fn with_states(mut self, states: States) -> Self {
        self.states = states;
        self
    }

    #[cfg(feature = "dispatch")]
    pub(crate) fn set_attempt(&self, attempt: u32) {
        // It is set once, when the event is claimed.
        self.attempt.get_or_init(|| attempt);
    }
}

impl States {
    /// A value of this type, if there is one.
    #[must_use]
    pub fn get<S: Any>(&self) -> Option<&S> {
        self.0.as_ref()?.get(&TypeId::of::<S>())?.value.downcast_ref()
    }

    /// Adds a value. False where there is one of this type already, which is then kept.
    #[cfg(feature = "dispatch")]
    pub(crate) fn add<S: Any + Send + Sync>(&mut self, value: S) -> bool {
        let states = Arc::make_mut(self.0.get_or_insert_default());
        if states.contains_key(&TypeId::of::<S>()) {
            return false;
        }
        states.insert(TypeId::of::<S>(), Entry { name: std::any::type_name::<S>(), value: Arc::new(value) });
        true
    }
}

impl std::fmt::Debug for States {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut names: Vec<_> =
            self.0.iter().flat_map(|states| states.values()).map(|entry| entry.name).collect();
        names.sort_unstable();
        f.debug_list().entries(names).finish()
    }
}
