//! An event as a handler gets it.

use std::{fmt, ops::Deref, sync::Arc};

use crate::{
    Json,
    decode::decode_into,
    delivery::Delivery,
    drift::Drift,
    encode::encode,
    envelope::{Header, Opened},
    table::{Encoding, Form, FormTable, PlatformTable},
    value::Coded,
};

/// An event with its typed body, to which it derefs.
///
/// ```
/// # use workplace_events_runtime::{Json, event::Event};
/// fn greet(event: &Event<Json>) -> String {
///     format!("{} happened in {:?}: {}", event.header().event(), event.header().tenant(), event["text"])
/// }
/// ```
#[derive(Clone)]
pub struct Event<T> {
    /// Bodies have up to some kilobytes, and are handed on many times.
    body: Box<T>,
    context: Arc<Context>,
}

/// An event that nothing typed was asked for: header and JSON.
pub type RawEvent = Event<()>;

/// Everything about an event but its typed body: what extractors are made from.
#[derive(Clone)]
pub struct Context {
    opened: Arc<Opened>,
    platform: &'static PlatformTable<'static>,
    drift: Vec<Drift>,
    delivery: Delivery,
}

impl Context {
    /// What the envelope says: event, id, time, tenant, app.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.opened.header
    }

    /// The payload as it came, after decryption, envelope included.
    #[must_use]
    pub fn raw(&self) -> &str {
        self.opened.raw()
    }

    /// Where the payload differs from its schema.
    #[must_use]
    pub fn drift(&self) -> &[Drift] {
        &self.drift
    }

    /// How it came: transport, credential, attempt.
    #[must_use]
    pub fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    /// The event as nothing typed.
    #[must_use]
    pub fn to_raw_event(&self) -> RawEvent {
        Event { body: Box::new(()), context: Arc::new(self.clone()) }
    }
}

impl<T> Event<T> {
    /// What the envelope says: event, id, time, tenant, app.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.context.opened.header
    }

    /// The payload as it came, after decryption, envelope included.
    #[must_use]
    pub fn raw(&self) -> &str {
        self.context.opened.raw()
    }

    /// How it came: transport, credential, attempt.
    #[must_use]
    pub fn delivery(&self) -> &Delivery {
        &self.context.delivery
    }

    /// Everything about it but the typed body.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }

    #[cfg(feature = "dispatch")]
    pub(crate) fn shared_context(&self) -> Arc<Context> {
        self.context.clone()
    }

    /// The JSON of the body as it came; in a flat form with the keys of the envelope.
    #[must_use]
    pub fn raw_body(&self) -> &str {
        self.context.opened.body()
    }

    /// Where the payload differs from its schema.
    #[must_use]
    pub fn drift(&self) -> &[Drift] {
        &self.context.drift
    }

    /// The wire form it came in.
    #[must_use]
    pub fn form(&self) -> Form {
        self.context.opened.form
    }

    /// The name of that form, such as `p2`.
    #[must_use]
    pub fn form_name(&self) -> &'static str {
        self.form_table().map_or("", |form| form.name)
    }

    /// The platform, such as `lark`.
    #[must_use]
    pub fn platform(&self) -> &'static str {
        self.context.platform.name
    }

    /// The body alone.
    #[must_use]
    pub fn into_body(self) -> T {
        *self.body
    }

    /// The same event with another body.
    pub fn map<U>(self, map: impl FnOnce(T) -> U) -> Event<U> {
        Event { body: Box::new(map(*self.body)), context: self.context }
    }

    /// The same event with another body, or with its own where there is none.
    ///
    /// # Errors
    ///
    /// The event with what `map` gave back.
    pub fn try_map<U>(self, map: impl FnOnce(T) -> Result<U, T>) -> Result<Event<U>, Event<T>> {
        let context = self.context;
        match map(*self.body) {
            Ok(body) => Ok(Event { body: Box::new(body), context }),
            Err(body) => Err(Event { body: Box::new(body), context }),
        }
    }

    fn form_table(&self) -> Option<&'static FormTable<'static>> {
        self.context.platform.forms.get(usize::from(self.context.opened.form.0))
    }
}

impl<T: Coded> Event<T> {
    /// Decodes the body of an opened event.
    ///
    /// # Errors
    ///
    /// A body that is no JSON.
    pub fn decode(platform: &'static PlatformTable<'static>, opened: Opened) -> serde_json::Result<Self> {
        Self::decode_delivered(platform, opened, Delivery::default())
    }

    /// The same, for an event of which is known how it came.
    ///
    /// # Errors
    ///
    /// A body that is no JSON.
    pub fn decode_delivered(
        platform: &'static PlatformTable<'static>,
        opened: impl Into<Arc<Opened>>,
        delivery: Delivery,
    ) -> serde_json::Result<Self> {
        let opened = opened.into();
        let envelope = platform.forms.get(usize::from(opened.form.0)).map_or(&[][..], |form| form.envelope);
        let mut body = Box::<T>::default();
        let drift = decode_into(&T::ENCODING, Some(opened.form), envelope, &mut *body, opened.body(), None)?;
        Ok(Event { body, context: Arc::new(Context { opened, platform, drift, delivery }) })
    }

    /// The body as JSON, with the keys of the form it came in and without those of the envelope.
    ///
    /// # Errors
    ///
    /// A float that JSON cannot write, which a decoded body never has.
    pub fn to_json(&self) -> serde_json::Result<String> {
        encode(&*self.body, self.form())
    }
}

impl RawEvent {
    /// The same event, decoded.
    ///
    /// # Errors
    ///
    /// A body that is no JSON.
    pub fn decoded<T: Coded>(&self) -> serde_json::Result<Event<T>> {
        let Context { opened, platform, delivery, .. } = &*self.context;
        Event::decode_delivered(platform, opened.clone(), delivery.clone())
    }

    /// The protocol it belongs to; empty where the platform has none.
    #[must_use]
    pub fn protocol(&self) -> &'static str {
        self.context.opened.protocol(self.context.platform)
    }

    /// An opened event as it is.
    #[must_use]
    pub fn new(platform: &'static PlatformTable<'static>, opened: Opened) -> Self {
        Self::delivered(platform, opened, Delivery::default())
    }

    /// The same, for an event of which is known how it came.
    #[must_use]
    pub fn delivered(
        platform: &'static PlatformTable<'static>,
        opened: impl Into<Arc<Opened>>,
        delivery: Delivery,
    ) -> Self {
        let opened = opened.into();
        Event {
            body: Box::new(()),
            context: Arc::new(Context { opened, platform, drift: Vec::new(), delivery }),
        }
    }

    /// The body as JSON; in a flat form with the keys of the envelope.
    ///
    /// # Errors
    ///
    /// A body that is no JSON.
    pub fn json(&self) -> serde_json::Result<Json> {
        serde_json::from_str(self.raw_body())
    }
}

/// An event whatever its body: what `AnyEvent` gives without a `match`.
pub trait Erased {
    /// See [`Event::header`].
    fn header(&self) -> &Header;
    /// See [`Event::drift`].
    fn drift(&self) -> &[Drift];
    /// See [`Event::form_name`].
    fn form_name(&self) -> &'static str;
    /// See [`Event::raw`].
    fn raw(&self) -> &str;
    /// See [`Event::to_json`].
    ///
    /// # Errors
    ///
    /// As there.
    fn to_json(&self) -> serde_json::Result<String>;
}

macro_rules! erased {
    ([$($generic:tt)*] $body:ty, $to_json:expr) => {
        impl $($generic)* Erased for Event<$body> {
            fn header(&self) -> &Header {
                Event::header(self)
            }
            fn drift(&self) -> &[Drift] {
                Event::drift(self)
            }
            fn form_name(&self) -> &'static str {
                Event::form_name(self)
            }
            fn raw(&self) -> &str {
                Event::raw(self)
            }
            fn to_json(&self) -> serde_json::Result<String> {
                let to_json: fn(&Self) -> serde_json::Result<String> = $to_json;
                to_json(self)
            }
        }
    };
}

erased!([<T: Coded>] T, |event| Event::to_json(event));
erased!([](), |event| Ok(event.raw_body().to_owned()));

impl Coded for Json {
    const ENCODING: Encoding<'static> = Encoding::Any;
}

impl<T> Deref for Event<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.body
    }
}

impl<T: fmt::Debug> fmt::Debug for Event<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("platform", &self.platform())
            .field("form", &self.form_name())
            .field("header", self.header())
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}
