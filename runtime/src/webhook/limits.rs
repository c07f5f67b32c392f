//! What is refused before anybody looks into the body.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Response, StatusCode,
    header::{ALLOW, CONTENT_TYPE},
};

use super::answer;

/// The answer to a request that cannot be an event: 405, 413 or 415. It depends on method, size and content type
/// only, so it tells a stranger nothing about secrets.
pub(super) fn reject(
    method: &Method,
    headers: &HeaderMap,
    length: usize,
    max_body: usize,
) -> Option<Response<Bytes>> {
    if *method != Method::POST {
        let mut response = answer::message(StatusCode::METHOD_NOT_ALLOWED, "only POST");
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        return Some(response);
    }
    if length > max_body {
        return Some(answer::message(StatusCode::PAYLOAD_TOO_LARGE, "body too large"));
    }
    let json = headers.get(CONTENT_TYPE).is_none_or(is_json);
    (!json).then(|| answer::message(StatusCode::UNSUPPORTED_MEDIA_TYPE, "only JSON"))
}

/// `application/json` in any case, with any parameters.
fn is_json(content_type: &HeaderValue) -> bool {
    let media_type = content_type.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
    media_type.trim_ascii().eq_ignore_ascii_case(b"application/json")
}
