//! An extractor for axum.

use axum_core::{
    body::Body,
    extract::{FromRef, FromRequest, Request},
    response::Response,
};

use super::{Authentic, Receiver, Scheme};
use crate::platform::Platform;

/// An authentic request, for a handler of axum that does something of its own before or instead of the dispatcher. The
/// state of the router gives the receiver. Who only wants handlers called needs none of this: a receiver is a service.
///
/// ```
/// use axum::{Router, response::Response, routing::post};
/// # use workplace_events_runtime::{lark::{Credential, Webhook}, platform::Platform};
/// use workplace_events_runtime::webhook::Authentic;
///
/// # fn example<P: Platform>(webhook: Webhook<P>) -> Router {
/// async fn lark<P: Platform>(request: Authentic<P, Credential>) -> Response {
///     println!("{} bytes for {:?}", request.payload().len(), request.credential_name());
///     request.dispatch().await.map(Into::into)
/// }
///
/// Router::new().route("/lark", post(lark::<P>)).with_state(webhook)
/// # }
/// ```
impl<P, C, S> FromRequest<S> for Authentic<P, C>
where
    P: Platform,
    C: Scheme,
    S: Send + Sync,
    Receiver<P, C>: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let receiver = Receiver::<P, C>::from_ref(state);
        let request = receiver.read(request).await.map_err(|response| response.map(Body::from))?;
        receiver.authenticate(request).map_err(|response| response.map(Body::from))
    }
}
