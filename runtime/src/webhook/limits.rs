//! What is looked at before anything of the body.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Response, StatusCode,
    header::{ALLOW, CONTENT_TYPE},
};

use super::answer;

/// Why a request cannot be an event. It depends on method, size and content type only, so it tells a stranger nothing
/// about secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rejected {
    /// Not POST: 405.
    Method,
    /// The body is too large: 413.
    TooLarge,
    /// Not JSON: 415.
    ContentType,
    /// The body could not be read to its end: 400.
    Unreadable,
}

impl Rejected {
    pub(super) fn response(self) -> Response<Bytes> {
        match self {
            Rejected::Method => {
                let mut response = answer::message(StatusCode::METHOD_NOT_ALLOWED, "only POST");
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
                response
            }
            Rejected::TooLarge => answer::message(StatusCode::PAYLOAD_TOO_LARGE, "body too large"),
            Rejected::ContentType => answer::message(StatusCode::UNSUPPORTED_MEDIA_TYPE, "only JSON"),
            Rejected::Unreadable => answer::message(StatusCode::BAD_REQUEST, "unreadable"),
        }
    }

    /// As a label of metrics.
    pub(super) fn label(self) -> &'static str {
        match self {
            Rejected::Method => "method",
            Rejected::TooLarge => "too_large",
            Rejected::ContentType => "content_type",
            Rejected::Unreadable => "unreadable",
        }
    }
}

pub(super) fn check(
    method: &Method,
    headers: &HeaderMap,
    length: usize,
    max_body: usize,
) -> Result<(), Rejected> {
    if *method != Method::POST {
        return Err(Rejected::Method);
    }
    if length > max_body {
        return Err(Rejected::TooLarge);
    }
    let json = headers.get(CONTENT_TYPE).is_none_or(is_json);
    if json { Ok(()) } else { Err(Rejected::ContentType) }
}

/// `application/json` in any case, with any parameters.
fn is_json(content_type: &HeaderValue) -> bool {
    let media_type = content_type.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
    media_type.trim_ascii().eq_ignore_ascii_case(b"application/json")
}
