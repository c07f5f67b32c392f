//! The receiver that all platforms share.

use std::{fmt, ops::ControlFlow, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response, request::Parts};

use super::{Refused, answer, limits};
use crate::{
    dispatch::{Answer, Dispatcher},
    platform::Platform,
};

/// How many credentials one receiver takes: each costs a hash of every body.
pub const MAX_CREDENTIALS: usize = 16;

/// Both platforms send a few kilobytes; the largest documented events stay far below.
const MAX_BODY: usize = 1 << 20;

/// What the tables call this transport.
const TRANSPORT: &str = "webhook";

/// The side of a platform that is no table: how its requests are authenticated and answered. Each platform's
/// credential is one.
pub trait Scheme: Sized + Send + Sync + 'static {
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
            on_refused: None,
        })
    }

    /// Receives one request. It never fails: whatever goes wrong is in the response, and no more of it than a
    /// stranger may know.
    ///
    /// The handler runs in a task of its own. When it takes longer than the [time limit](Builder::time_limit), or the
    /// caller drops this future (the platform hung up), it is not cancelled half-way but runs on; the platform is told
    /// to send the event again, so that none is lost, and the handler may then see the event twice.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, or in one without timers.
    pub async fn receive(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        if let Some(response) = limits::reject(&head.method, &head.headers, body.len(), self.0.max_body) {
            return response;
        }
        let (credential, opened) = match self.0.open(&head, &body) {
            Ok(opened) => opened,
            Err(reason) => return self.0.refuse(reason),
        };
        let answer = match opened {
            ControlFlow::Break(answer) => answer,
            ControlFlow::Continue(event) => self.0.dispatch(event).await,
        };
        credential.respond(answer)
    }
}

impl<P: Platform, C: Scheme> Settings<P, C> {
    /// Tries every credential; the first that matches wins.
    fn open(&self, head: &Parts, body: &Bytes) -> Result<(&C, ControlFlow<Answer, Bytes>), Refused> {
        let mut closest = Refused::NoSecret;
        for credential in &self.credentials {
            match credential.open(head, body) {
                Ok(opened) => return Ok((credential, opened)),
                Err(reason) => closest = closest.max(reason),
            }
        }
        Err(closest)
    }

    fn refuse(&self, reason: Refused) -> Response<Bytes> {
        tracing::warn!(platform = P::TABLE.name, %reason, "webhook request refused");
        if let Some(hook) = &self.on_refused {
            hook(reason);
        }
        answer::refused()
    }

    async fn dispatch(&self, event: Bytes) -> Answer {
        let dispatcher = self.dispatcher.clone();
        let task = tokio::spawn(async move { dispatcher.dispatch(TRANSPORT, event).await });
        match tokio::time::timeout(self.time_limit, task).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                tracing::error!(platform = P::TABLE.name, %error, "dispatch failed");
                Answer::Retry
            }
            Err(_) => {
                let limit = self.time_limit;
                tracing::warn!(platform = P::TABLE.name, ?limit, "a handler takes too long and runs on");
                Answer::Retry
            }
        }
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
