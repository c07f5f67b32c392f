//! What a handler is, and what it may say.

use std::{error::Error, fmt};

use super::Extract;
use crate::{delivery::States, encode, event::Event, value::Coded};

/// What becomes of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Handled.
    Ack,
    /// Not handled now: the platform sends it again.
    Retry,
    /// Not wanted: acknowledged without being handled.
    Drop,
}

/// Why a handler failed: any error, turned into one by `?`. Its text is logged and never leaves the process.
pub struct HandlerError(Box<dyn Error + Send + Sync>);

/// What the handler of an event may return: `()`, [`Outcome`], or a `Result` of them.
pub trait IntoOutcome {
    /// The outcome.
    ///
    /// # Errors
    ///
    /// The handler's own.
    fn into_outcome(self) -> Result<Outcome, HandlerError>;
}

/// What the handler of a callback may return: the response, or a `Result` of it.
pub trait Answers<R> {
    /// The response.
    ///
    /// # Errors
    ///
    /// The handler's own.
    fn into_response(self) -> Result<R, HandlerError>;
}

/// A handler of an event: an `async fn` or a closure that takes [`Event<T>`], and up to six [extractors](Extract) after
/// it. It is cloned for every event.
///
/// `M` only tells kinds of handlers apart; it is always inferred.
pub trait EventHandler<T, M>: Clone + Send + Sync + 'static {
    /// Handles one event.
    fn call(self, event: Event<T>) -> impl Future<Output = Result<Outcome, HandlerError>> + Send;

    /// What its extractors miss whatever the event is.
    fn missing(states: &States) -> Option<String> {
        let _ = states;
        None
    }
}

/// A handler of a callback: the same, answering with `R`.
pub trait CallbackHandler<T, R, M>: Clone + Send + Sync + 'static {
    /// Answers one callback.
    fn call(self, event: Event<T>) -> impl Future<Output = Result<R, HandlerError>> + Send;

    /// What its extractors miss whatever the event is.
    fn missing(states: &States) -> Option<String> {
        let _ = states;
        None
    }
}

macro_rules! handlers {
    ($($extractor:ident)*) => {
        impl<T, F, Fut, $($extractor,)*> EventHandler<T, (Event<T>, $($extractor,)*)> for F
        where
            T: Send + 'static,
            F: FnOnce(Event<T>, $($extractor,)*) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output: IntoOutcome> + Send,
            $($extractor: Extract,)*
        {
            #[allow(non_snake_case)] // a variable is called like its type
            async fn call(self, event: Event<T>) -> Result<Outcome, HandlerError> {
                $(let $extractor = $extractor::extract(event.context())?;)*
                self(event, $($extractor,)*).await.into_outcome()
            }

            fn missing(states: &States) -> Option<String> {
                let _ = states;
                None$(.or_else(|| $extractor::missing(states)))*
            }
        }

        impl<T, R, F, Fut, $($extractor,)*> CallbackHandler<T, R, (Event<T>, $($extractor,)*)> for F
        where
            T: Send + 'static,
            F: FnOnce(Event<T>, $($extractor,)*) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output: Answers<R>> + Send,
            $($extractor: Extract,)*
        {
            #[allow(non_snake_case)] // a variable is called like its type
            async fn call(self, event: Event<T>) -> Result<R, HandlerError> {
                $(let $extractor = $extractor::extract(event.context())?;)*
                self(event, $($extractor,)*).await.into_response()
            }

            fn missing(states: &States) -> Option<String> {
                let _ = states;
                None$(.or_else(|| $extractor::missing(states)))*
            }
        }
    };
}

handlers!();
handlers!(A);
handlers!(A B);
handlers!(A B C);
handlers!(A B C D);
handlers!(A B C D E);
handlers!(A B C D E G);

impl IntoOutcome for () {
    fn into_outcome(self) -> Result<Outcome, HandlerError> {
        Ok(Outcome::Ack)
    }
}

impl IntoOutcome for Outcome {
    fn into_outcome(self) -> Result<Outcome, HandlerError> {
        Ok(self)
    }
}

impl<T: IntoOutcome, E: Into<HandlerError>> IntoOutcome for Result<T, E> {
    fn into_outcome(self) -> Result<Outcome, HandlerError> {
        self.map_err(Into::into)?.into_outcome()
    }
}

impl<R: Coded> Answers<R> for R {
    fn into_response(self) -> Result<R, HandlerError> {
        Ok(self)
    }
}

impl<R: Coded, E: Into<HandlerError>> Answers<R> for Result<R, E> {
    fn into_response(self) -> Result<R, HandlerError> {
        self.map_err(Into::into)
    }
}

impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for HandlerError {
    fn from(error: E) -> Self {
        HandlerError(error.into())
    }
}

impl fmt::Debug for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The JSON of a response; one that lacks what it must have is the handler's error.
pub(super) fn response_json<R: Coded>(response: &R) -> Result<String, HandlerError> {
    if let Some(path) = encode::lacks(response) {
        return Err(format!("the response lacks `{path}`, which it must have").into());
    }
    Ok(encode::encode_value(&R::ENCODING, None, response)?)
}
