//! What is not ours may panic, and harms nothing else by it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
};

use super::BoxFuture;

/// Something panicked. Why was told to the panic hook of the process.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("it panicked")]
pub(crate) struct Panicked;

/// Runs what may panic.
pub(crate) fn caught<T>(run: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|_| Panicked)
}

/// Calls a hook of the application.
pub(crate) fn call_hook(name: &'static str, call: impl FnOnce()) {
    if caught(call).is_err() {
        tracing::error!(hook = name, "a hook panicked");
    }
}

/// A future that may panic: when it is polled, when it is dropped.
pub(super) struct Caught<T>(Option<BoxFuture<T>>);

impl<T> Caught<T> {
    pub(super) fn new(future: BoxFuture<T>) -> Self {
        Caught(Some(future))
    }
}

impl<T> Future for Caught<T> {
    type Output = Result<T, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(future) = &mut self.0 else { return Poll::Ready(Err(Panicked)) };
        match caught(|| future.as_mut().poll(context)) {
            Ok(polled) => polled.map(Ok),
            Err(panicked) => Poll::Ready(Err(panicked)),
        }
    }
}

impl<T> Drop for Caught<T> {
    fn drop(&mut self) {
        let future = self.0.take();
        if caught(|| drop(future)).is_err() {
            tracing::error!("what a handler held panicked when it was dropped");
        }
    }
}
