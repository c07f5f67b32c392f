//! What the examples share.

use axum::{
    body::{Body, to_bytes},
    http::{Request, Response, StatusCode},
};

/// The bot of the repository's README compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// Largest body that is read into memory; a receiver refuses larger ones itself.
const MAX_BODY: usize = 1 << 20;

/// A setting from the environment; unset and empty are the same.
#[must_use]
pub fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Reads a request's body, or answers 413.
///
/// # Errors
///
/// The answer to a body that is too large or breaks off.
pub async fn read(request: Request<Body>) -> Result<Request<axum::body::Bytes>, Response<Body>> {
    let (head, body) = request.into_parts();
    match to_bytes(body, MAX_BODY).await {
        Ok(body) => Ok(Request::from_parts(head, body)),
        Err(_) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
            Err(response)
        }
    }
}
