//! The receiver that all platforms share.

use std::{
    fmt,
    ops::ControlFlow,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Request, Response, request::Parts};

use super::{Refused, Rejected, answer, limits};
use crate::{
    delivery::Delivery,
    dispatch::{Answer, Dispatcher, caught::call_hook, observe},
    envelope::{self, OpenError},
    event::RawEvent,
    platform::Platform,
};

/// How many credentials one receiver takes: each costs a hash of every body.
pub const MAX_CREDENTIALS: usize = 16;

/// Both platforms send a few kilobytes; the largest documented events stay far below.
const MAX_BODY: usize = 1 << 20;

/// The side of a platform that is no table: how its requests are authenticated and answered. Each platform's
/// credential is one.
pub trait Scheme: Sized + Send + Sync + 'static {
    /// What the tables call the transport of its requests: forms of another one are not read, however well signed.
    const TRANSPORT: &'static str = "webhook";

    /// How long an event may take, below the deadline of the platform.
    const TIME_LIMIT: Duration;

    /// Whether a receiver may be built with these credentials; at least one is there.
    ///
    /// # Errors
    ///
    /// When it would accept what nobody proved.
    fn check(credentials: &[Self]) -> Result<(), BuildError>;

    /// Authenticates and decrypts a request under this credential: an event for the dispatcher, or the answer to what
    /// the platform asks for itself.
    ///
    /// # Errors
    ///
    /// When the request is not for this credential, for any reason.
    fn open(&self, head: &Parts, body: &Bytes) -> Result<ControlFlow<Answer, Bytes>, Refused>;

    /// The name of the app that it belongs to, where there is one.
    fn name(&self) -> Option<&str> {
        None
    }

    /// When an authentic request was sent, as its signature proves: 1970 where that cannot be read. `None` where the
    /// request says nothing of it.
    fn sent(&self, head: &Parts) -> Option<SystemTime> {
        let _ = head;
        None
    }

    /// The answer in the words of the platform.
    fn respond(&self, answer: Answer) -> Response<Bytes>;
}

/// Receives the requests of one platform; see [`lark::Webhook`](crate::lark::Webhook) and
/// [`dingtalk::Webhook`](crate::dingtalk::Webhook). Cloning it is cheap.
pub struct Receiver<P: Platform, C>(Arc<Settings<P, C>>);

struct Settings<P: Platform, C> {
    dispatcher: Dispatcher<P>,
    credentials: Vec<C>,
    max_body: usize,
    time_limit: Duration,
    max_age: Option<Duration>,
    on_refused: Option<Hook>,
}

type Hook = Box<dyn Fn(Refused) + Send + Sync>;

/// Builds a receiver.
#[must_use = "a builder does nothing before `build`"]
pub struct Builder<P: Platform, C>(Settings<P, C>);

/// Why a receiver was not built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// No credential was given.
    #[error("a receiver without a credential would refuse everything; give it one")]
    NoCredential,
    /// A credential has no secret, or an empty one.
    #[error("a credential has no secret, or an empty one; is a setting missing?")]
    NoSecret,
    /// More than [`MAX_CREDENTIALS`] were given.
    #[error("a receiver takes at most {MAX_CREDENTIALS} credentials")]
    TooManyCredentials,
    /// Old message cards are to be accepted, and there is no token, which they are signed with.
    #[error("old message cards are signed with the verification token; give the credential one")]
    OldCardsWithoutToken,
    /// Everything was to be accepted, and credentials were given too.
    #[error("a receiver that accepts unauthenticated requests has no use for credentials")]
    NeedlessCredential,
}

impl<P: Platform, C: Scheme> Receiver<P, C> {
    /// A receiver that hands events to this dispatcher.
    pub fn builder(dispatcher: impl Into<Dispatcher<P>>) -> Builder<P, C> {
        Builder(Settings {
            dispatcher: dispatcher.into(),
            credentials: Vec::new(),
            max_body: MAX_BODY,
            time_limit: C::TIME_LIMIT,
            max_age: None,
            on_refused: None,
        })
    }

    /// Receives one request. It never fails: whatever goes wrong is in the response, and no more of it than a
    /// stranger may know.
    ///
    /// The handler begins in the caller's task, and goes on in one of its own as soon as it waits for something. When it
    /// takes longer than the [time limit](Builder::time_limit), or the caller drops this future (the platform hung up),
    /// it is not cancelled half-way but runs on, until it is
    /// [given up](crate::dispatch::Builder::abandon_after); what the platform is told is the dispatcher's
    /// [`Late`](crate::dispatch::Late).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, or in one without timers.
    pub async fn receive(&self, request: Request<Bytes>) -> Response<Bytes> {
        match self.authenticate(request) {
            Ok(authentic) => authentic.dispatch().await,
            Err(response) => response,
        }
    }

    /// The first half of [`receive`](Self::receive): authenticates and decrypts, and runs nothing. For those who do
    /// something of their own with the payload.
    ///
    /// # Errors
    ///
    /// The answer to a request that is no event: one that is refused, or one in which the platform verifies the URL.
    #[allow(clippy::result_large_err)] // the answer is what the caller wants, and moves once
    pub fn authenticate(&self, request: Request<Bytes>) -> Result<Authentic<P, C>, Response<Bytes>> {
        let (head, body) = request.into_parts();
        if let Err(rejected) = limits::check(&head.method, &head.headers, body.len(), self.0.max_body) {
            return Err(self.reject(rejected));
        }
        match self.0.open(&head, &body) {
            Ok((credential, ControlFlow::Continue(payload))) => {
                Ok(Authentic { receiver: self.clone(), credential, payload })
            }
            Ok((credential, ControlFlow::Break(answer))) => {
                Err(self.0.credentials[credential].respond(answer))
            }
            Err(reason) => Err(self.0.refuse(reason)),
        }
    }

    /// Answers 405 and 415, and 413 where the length is known, before a body is read.
    #[cfg(any(feature = "tower", feature = "actix"))]
    #[allow(clippy::result_large_err)] // the answer is what the caller wants, and moves once
    pub(super) fn check_head(
        &self,
        method: &http::Method,
        headers: &http::HeaderMap,
    ) -> Result<(), Response<Bytes>> {
        let length =
            headers.get(http::header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        limits::check(method, headers, length.unwrap_or(0), self.0.max_body)
            .map_err(|rejected| self.reject(rejected))
    }

    /// The answer to a request that cannot be an event, whoever sent it: for an adapter that stopped reading a body
    /// which is too long.
    pub fn reject(&self, rejected: Rejected) -> Response<Bytes> {
        observe::rejected(P::TABLE.name, rejected.label());
        rejected.response()
    }

    /// The largest body in bytes.
    #[must_use]
    pub fn max_body(&self) -> usize {
        self.0.max_body
    }

    /// The dispatcher behind it.
    #[must_use]
    pub fn dispatcher(&self) -> &Dispatcher<P> {
        &self.0.dispatcher
    }
}

/// A request that was authenticated and decrypted, and not handled yet.
pub struct Authentic<P: Platform, C> {
    receiver: Receiver<P, C>,
    /// Which of the credentials proved it.
    credential: usize,
    payload: Bytes,
}

impl<P: Platform, C: Scheme> Authentic<P, C> {
    /// The payload, decrypted.
    #[must_use]
    pub fn payload(&self) -> &Bytes {
        &self.payload
    }

    /// The name of the app whose credential proved it, where it has one.
    #[must_use]
    pub fn credential_name(&self) -> Option<&str> {
        self.receiver.0.credentials[self.credential].name()
    }

    /// The events in it, not decoded; none where it is traffic that is only acknowledged.
    ///
    /// # Errors
    ///
    /// A payload that looks like no event of the platform.
    pub fn events(&self) -> Result<Vec<RawEvent>, OpenError> {
        let opened = envelope::open(P::TABLE, Some(C::TRANSPORT), self.payload.clone())?.events()?;
        let delivery = self.delivery();
        Ok(opened.into_iter().map(|event| RawEvent::delivered(P::TABLE, event, delivery.clone())).collect())
    }

    /// Runs the handlers, and gives the answer.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, or in one without timers.
    pub async fn dispatch(mut self) -> Response<Bytes> {
        let delivery = self.delivery().within(self.receiver.0.time_limit);
        let payload = std::mem::take(&mut self.payload);
        let answer = self.receiver.0.dispatcher.deliver_here(delivery, payload).await;
        self.answer(answer)
    }

    /// An answer of your own, in the words of the platform.
    #[must_use]
    pub fn answer(&self, answer: Answer) -> Response<Bytes> {
        self.receiver.0.credentials[self.credential].respond(answer)
    }

    fn delivery(&self) -> Delivery {
        let delivery = Delivery::by(C::TRANSPORT);
        match self.credential_name() {
            Some(name) => delivery.credential(name),
            None => delivery,
        }
    }
}

impl<P: Platform, C> fmt::Debug for Authentic<P, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authentic").field("platform", &P::TABLE.name).finish_non_exhaustive()
    }
}

impl<P: Platform, C: Scheme> Settings<P, C> {
    /// Tries every credential; the first that matches wins, and is named by its position.
    fn open(&self, head: &Parts, body: &Bytes) -> Result<(usize, ControlFlow<Answer, Bytes>), Refused> {
        let mut closest = Refused::NoSecret;
        for (position, credential) in self.credentials.iter().enumerate() {
            match credential.open(head, body) {
                Ok(_) if self.is_old(credential, head) => closest = closest.max(Refused::Expired),
                Ok(opened) => return Ok((position, opened)),
                Err(reason) => closest = closest.max(reason),
            }
        }
        Err(closest)
    }

    /// Whether a request was sent too long ago, or will be.
    fn is_old(&self, credential: &C, head: &Parts) -> bool {
        let Some(max_age) = self.max_age else { return false };
        let Some(sent) = credential.sent(head) else { return false };
        let now = SystemTime::now();
        now.duration_since(sent).or_else(|_| sent.duration_since(now)).is_ok_and(|age| age > max_age)
    }

    fn refuse(&self, reason: Refused) -> Response<Bytes> {
        observe::rejected(P::TABLE.name, reason.label());
        tracing::warn!(platform = P::TABLE.name, %reason, "webhook request refused");
        if let Some(hook) = &self.on_refused {
            call_hook("on_refused", || hook(reason));
        }
        answer::refused()
    }
}

impl<P: Platform, C: Scheme> Builder<P, C> {
    /// Adds a credential; with several, the one that matches a request wins.
    pub fn credential(mut self, credential: C) -> Self {
        self.0.credentials.push(credential);
        self
    }

    /// The largest body in bytes; a larger one is answered with 413. Default: 1 MiB.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.0.max_body = bytes;
        self
    }

    /// How long the platform waits for a handler before it is told to send the event again. The default is below the
    /// platform's deadline; a longer one makes the platform count the delivery as failed.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.0.time_limit = limit;
        self
    }

    /// Refuses requests that were sent longer ago, or whose clock is further ahead. A signed request that somebody
    /// recorded is then worthless after that time; before, the dispatcher recognises its event. Take 12 hours, for which
    /// events are remembered, and not less than 8: whether a repetition carries the time of the first delivery is not
    /// documented, and the last one comes after 7 hours. Default: requests of any age are accepted.
    ///
    /// A signed request whose time stamp cannot be read is refused as well. Nothing proves the time of a request to a Lark
    /// credential without a key, which may say any or none; the latter is accepted, and so is a verification of the URL,
    /// which is not signed. Messages to a DingTalk robot are refused after an hour whatever is set here, or before if this
    /// is less.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.0.max_age = Some(age);
        self
    }

    /// Called for every request that is not authentic, with the reason that the caller never learns.
    pub fn on_refused(mut self, hook: impl Fn(Refused) + Send + Sync + 'static) -> Self {
        self.0.on_refused = Some(Box::new(hook));
        self
    }

    /// The receiver.
    ///
    /// # Errors
    ///
    /// When there is no credential, one without a secret, or too many.
    pub fn build(self) -> Result<Receiver<P, C>, BuildError> {
        match self.0.credentials.len() {
            0 => return Err(BuildError::NoCredential),
            1..=MAX_CREDENTIALS => C::check(&self.0.credentials)?,
            _ => return Err(BuildError::TooManyCredentials),
        }
        Ok(Receiver(Arc::new(self.0)))
    }
}

impl<P: Platform, C> Clone for Receiver<P, C> {
    fn clone(&self) -> Self {
        Receiver(Arc::clone(&self.0))
    }
}

impl<P: Platform, C: fmt::Debug> fmt::Debug for Receiver<P, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show("Receiver", f)
    }
}

impl<P: Platform, C: fmt::Debug> fmt::Debug for Builder<P, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show("Builder", f)
    }
}

impl<P: Platform, C: fmt::Debug> Settings<P, C> {
    fn show(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name)
            .field("platform", &P::TABLE.name)
            .field("credentials", &self.credentials)
            .field("max_body", &self.max_body)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}
