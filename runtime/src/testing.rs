//! What tests of handlers need: payloads of every event, changed where a test wants it, handed to a dispatcher without
//! a socket or sealed as the platform would.
//!
//! [`Payload::sample`] is what the platform sends; [`with`](Payload::with) changes the typed event,
//! [`set`](Payload::set) what is on the wire. Then [`event`](Payload::event) calls a handler function,
//! [`deliver`](Payload::deliver) goes through the dispatcher, and `request` makes what a receiver takes.

mod edit;
#[cfg(feature = "gateway")]
pub mod gateway;
#[cfg(feature = "webhook")]
mod seals;

use std::marker::PhantomData;

use bytes::Bytes;
use serde_json::Value;

#[cfg(feature = "webhook")]
pub use self::seals::Seals;
use crate::{
    Json,
    delivery::Delivery,
    dispatch::{Answer, Dispatcher},
    encode::encode,
    envelope::{self, OpenError},
    event::{Event, RawEvent},
    platform::Platform,
    table::FormTable,
    value::Coded,
};

/// A body of which there are payloads: every event and callback of the generated crate.
pub trait Sampled: Coded {
    /// The platform that sends it.
    type Platform: Platform;
    /// Its payloads, the plainest first.
    const SAMPLES: &'static [Sample];
}

/// A payload as the platform sends it, after decryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// The event that it holds.
    pub event: &'static str,
    /// Its file in `payloads/` of the crate, which says what is special about it.
    pub name: &'static str,
    /// The JSON.
    pub json: &'static str,
}

/// A payload that holds an event with this body.
///
/// Changes touch only what they name; the rest stays as it was sent.
pub struct Payload<T> {
    json: String,
    body: PhantomData<fn() -> T>,
}

/// Why a payload could not be changed or sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PayloadError {
    /// It is no payload of the platform.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It is no JSON, or a body cannot be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// It holds no event, as a URL check of the platform does.
    #[error("the payload holds no event")]
    NoEvent,
    /// A path leads through something that has no parts.
    #[error(
        "`{path}`: `{at}` is {found}, and has no `{step}`; give the path of an object, a list or JSON in a text"
    )]
    Path {
        /// The path that was asked for.
        path: String,
        /// How far it leads.
        at: String,
        /// What is there.
        found: &'static str,
        /// The step that cannot be taken.
        step: String,
    },
    /// A payload that comes by a long connection cannot be posted, nor one to a robot with another credential.
    #[error(
        "a payload in the wire form `{form}` comes by `{transport}` only, not with this credential; take a sample in \
         another form"
    )]
    NotHttp {
        /// The form.
        form: &'static str,
        /// How it comes.
        transport: &'static str,
    },
    /// The form says nowhere where this value would be.
    #[error("the wire form `{form}` has no {what}")]
    NoPlace {
        /// The form.
        form: &'static str,
        /// What has no place.
        what: &'static str,
    },
    /// The request could not be made.
    #[cfg(feature = "webhook")]
    #[error("no request can be made of it: {0}")]
    Request(#[from] http::Error),
    /// No random number for its nonce.
    #[cfg(feature = "webhook")]
    #[error(transparent)]
    Stamp(#[from] crate::webhook::NoRandomness),
}

/// An opened payload: its first event, and where that stands.
struct Place {
    event: RawEvent,
    form: &'static FormTable<'static>,
    /// Before the paths of the form: the first row where it has rows.
    row: String,
}

impl<T: Sampled> Payload<T> {
    /// The plainest payload of the event.
    #[must_use]
    pub fn sample() -> Self {
        const { assert!(!T::SAMPLES.is_empty(), "a body of events has samples") };
        Self::of(&T::SAMPLES[0])
    }

    /// The plainest payload in a wire form, such as `http` or `stream` of DingTalk; `None` where there is none.
    #[must_use]
    pub fn sample_in(form: &str) -> Option<Self> {
        Self::samples().map(|(_, payload)| payload).find(|payload| payload.form().is_ok_and(|of| of == form))
    }

    /// All payloads of the event.
    pub fn samples() -> impl Iterator<Item = (&'static Sample, Self)> {
        T::SAMPLES.iter().map(|sample| (sample, Self::of(sample)))
    }

    fn of(sample: &Sample) -> Self {
        Payload { json: sample.json.to_owned(), body: PhantomData }
    }

    /// A payload of your own, such as one that was captured.
    ///
    /// # Errors
    ///
    /// When it is no payload of the platform.
    pub fn from_json(json: impl Into<String>) -> Result<Self, PayloadError> {
        let payload = Payload { json: json.into(), body: PhantomData };
        payload.place()?;
        Ok(payload)
    }

    /// Changes the typed event.
    ///
    /// # Errors
    ///
    /// When the changed body cannot be written, which a float that is no number causes.
    pub fn with(mut self, change: impl FnOnce(&mut T)) -> Result<Self, PayloadError> {
        let place = self.place()?;
        let event = place.event.decoded::<T>()?;
        let form = event.form();
        let mut body = event.into_body();
        let before: Value = serde_json::from_str(&encode(&body, form)?)?;
        change(&mut body);
        let after: Value = serde_json::from_str(&encode(&body, form)?)?;
        let path = place.path(place.form.body);
        self.edit(&path, |body| edit::replace_changed(body, &before, after))?;
        Ok(self)
    }

    /// Sets a value on the wire. Steps of the path are separated by dots, places in a list are numbers counted from 0,
    /// and a step may lead into JSON inside a text: `header.event_id`, `bizData.0.biz_data.syncAction`.
    ///
    /// # Errors
    ///
    /// When the path leads through a text, a number or the like.
    pub fn set(mut self, path: &str, value: impl Into<Value>) -> Result<Self, PayloadError> {
        let value = value.into();
        self.edit(path, |place| *place = value)?;
        Ok(self)
    }

    /// Gives the event another id, so that it is another event for a dispatcher that has seen it.
    ///
    /// # Errors
    ///
    /// When the wire form has no ids.
    pub fn id(self, id: &str) -> Result<Self, PayloadError> {
        let place = self.place()?;
        let path = place
            .form
            .header
            .id
            .first()
            .ok_or(PayloadError::NoPlace { form: place.form.name, what: "id" })?;
        let path = place.path(path);
        self.set(&path, id)
    }

    /// The payload as JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.json
    }

    /// The wire form it has.
    ///
    /// # Errors
    ///
    /// When it no longer is a payload of the platform.
    pub fn form(&self) -> Result<&'static str, PayloadError> {
        Ok(self.place()?.form.name)
    }

    /// The event as a handler gets it: to call one directly.
    ///
    /// # Errors
    ///
    /// When it no longer is a payload of the platform.
    pub fn event(&self) -> Result<Event<T>, PayloadError> {
        Ok(self.place()?.event.decoded()?)
    }

    /// Hands the payload to a dispatcher, as a receiver does after decryption, and gives what the platform is told.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn deliver(&self, dispatcher: &impl AsRef<Dispatcher<T::Platform>>) -> Answer {
        let transport = self.place().map_or("webhook", |place| place.transport());
        dispatcher
            .as_ref()
            .deliver(Delivery::by(transport), Bytes::copy_from_slice(self.json.as_bytes()))
            .await
    }

    /// The request in which the platform would post it to an app with this credential: with the verification token,
    /// encrypted and signed, now.
    ///
    /// # Errors
    ///
    /// For a payload that comes by a long connection, or is signed in another way.
    #[cfg(feature = "webhook")]
    pub fn request<C: Seals>(&self, credential: &C) -> Result<http::Request<Bytes>, PayloadError> {
        let place = self.place()?;
        if !["", C::TRANSPORT].contains(&place.form.transport) {
            return Err(PayloadError::NotHttp { form: place.form.name, transport: place.form.transport });
        }
        let mut json = self.json.clone();
        if let (Some(token), Some(path)) = (credential.token(), place.form.header.token.first()) {
            json = edit::edit(&json, &place.path(path), |place| *place = token.into())?;
        }
        credential.seal(json.as_bytes())
    }

    fn edit(&mut self, path: &str, change: impl FnOnce(&mut Value)) -> Result<(), PayloadError> {
        self.json = edit::edit(&self.json, path, change)?;
        Ok(())
    }

    fn place(&self) -> Result<Place, PayloadError> {
        let platform = T::Platform::TABLE;
        let opened = envelope::events(platform, None, self.json.as_bytes())?;
        let event = RawEvent::new(platform, opened.into_iter().next().ok_or(PayloadError::NoEvent)?);
        let form = platform.forms.get(usize::from(event.form().0)).ok_or(PayloadError::NoEvent)?;
        let row = if form.rows.is_empty() { String::new() } else { format!("{}.0", form.rows) };
        Ok(Place { event, form, row })
    }
}

/// Sets a value in a payload of any platform, as [`Payload::set`] does.
///
/// # Errors
///
/// When it is no JSON, or the path leads through a text, a number or the like.
pub fn set(json: &str, path: &str, value: impl Into<Value>) -> Result<String, PayloadError> {
    let value = value.into();
    edit::edit(json, path, |place| *place = value)
}

impl Place {
    /// A path of the form as a path of the payload.
    fn path(&self, path: &str) -> String {
        [self.row.as_str(), path].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".")
    }

    fn transport(&self) -> &'static str {
        if self.form.transport.is_empty() { "webhook" } else { self.form.transport }
    }
}

impl Answer {
    /// The typed response to a callback; `None` for other answers, and for a response that is no JSON.
    #[must_use]
    pub fn response<R: Coded>(&self) -> Option<R> {
        let Answer::Reply(json) = self else { return None };
        let json = std::str::from_utf8(json).ok()?;
        crate::decode::decode(crate::table::Form(0), &[], json).ok().map(|decoded| decoded.body)
    }

    /// The response to a callback as JSON; `None` for other answers.
    #[must_use]
    pub fn response_json(&self) -> Option<Json> {
        let Answer::Reply(json) = self else { return None };
        serde_json::from_slice(json).ok().map(Json)
    }
}

impl<T> Clone for Payload<T> {
    fn clone(&self) -> Self {
        Payload { json: self.json.clone(), body: PhantomData }
    }
}

impl<T> std::fmt::Debug for Payload<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Payload").field(&self.json).finish()
    }
}
