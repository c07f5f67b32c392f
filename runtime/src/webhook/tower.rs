//! Receivers as services of tower.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use tower_service::Service;

use super::{Receiver, Rejected, Scheme};
use crate::platform::Platform;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl<P: Platform, C: Scheme> Receiver<P, C> {
    /// As [`receive`](Self::receive), for a body that is still to be read. Not more of it is read than is allowed.
    pub async fn receive_body<B>(&self, request: Request<B>) -> Response<Bytes>
    where
        B: Body<Error: Into<BoxError>>,
    {
        match self.read(request).await {
            Ok(request) => self.receive(request).await,
            Err(response) => response,
        }
    }

    #[allow(clippy::result_large_err)] // the answer is what the caller wants, and moves once
    pub(super) async fn read<B>(&self, request: Request<B>) -> Result<Request<Bytes>, Response<Bytes>>
    where
        B: Body<Error: Into<BoxError>>,
    {
        let (head, body) = request.into_parts();
        self.check_head(&head.method, &head.headers)?;
        match Limited::new(body, self.max_body()).collect().await {
            Ok(body) => Ok(Request::from_parts(head, body.to_bytes())),
            Err(error) if error.is::<LengthLimitError>() => Err(self.reject(Rejected::TooLarge)),
            Err(error) => {
                tracing::debug!(%error, "a body broke off");
                Err(self.reject(Rejected::Unreadable))
            }
        }
    }
}

/// A receiver is a service that is always ready and never fails.
///
/// With axum:
///
/// ```
/// # use axum::Router;
/// # use workplace_events_runtime::{lark::Webhook, platform::Platform};
/// # fn example<P: Platform>(webhook: Webhook<P>) -> Router {
/// Router::new().route_service("/lark", webhook)
/// # }
/// ```
///
/// With hyper, by `hyper_util`:
///
/// ```
/// # use hyper_util::{rt::TokioIo, service::TowerToHyperService};
/// # use workplace_events_runtime::{lark::Webhook, platform::Platform};
/// # async fn example<P: Platform>(webhook: Webhook<P>, socket: tokio::net::TcpStream) -> hyper::Result<()> {
/// let service = TowerToHyperService::new(webhook);
/// hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(socket), service).await
/// # }
/// ```
impl<P, C, B> Service<Request<B>> for Receiver<P, C>
where
    P: Platform,
    C: Scheme,
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let receiver = self.clone();
        Box::pin(async move { Ok(receiver.receive_body(request).await.map(Full::new)) })
    }
}
