//! Responses.

use std::sync::LazyLock;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};
use serde_json::json;

/// A response with a JSON body.
pub(crate) fn json(status: StatusCode, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// `{"msg": text}`.
pub(crate) fn message(status: StatusCode, text: &str) -> Response<Bytes> {
    json(status, json!({ "msg": text }).to_string())
}

/// Received.
pub(crate) fn success() -> Response<Bytes> {
    static BODY: LazyLock<Bytes> = LazyLock::new(|| json!({ "msg": "success" }).to_string().into());
    json(StatusCode::OK, BODY.clone())
}

/// The one answer to everything that could not be authenticated.
pub(crate) fn refused() -> Response<Bytes> {
    message(StatusCode::UNAUTHORIZED, "unauthorized")
}

/// The platform shall send it again. Why is nobody's business but ours.
pub(crate) fn retry() -> Response<Bytes> {
    message(StatusCode::INTERNAL_SERVER_ERROR, "error")
}

/// An authentic request that is no event.
pub(crate) fn malformed() -> Response<Bytes> {
    message(StatusCode::BAD_REQUEST, "malformed")
}
