//! A receiver in a function: no server, a request in and a response out. For AWS Lambda behind a function URL, and whatever
//! calls a function in the same form.
//!
//! Where the runtime speaks `http` itself, as the crate `lambda_http` does, `webhook.receive(request).await` is all.

use axum::{body::Bytes, http::Request};
use serde_json::{Map, Value, json};
use workplace_events::runtime::{
    platform::Platform,
    webhook::{Receiver, Scheme},
};

use crate::Result;

/// Answers the request in an event of a function URL
/// ([payload format 2.0](https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html)).
///
/// Make the receiver once, outside: what it has seen is remembered as long as the function stays warm.
///
/// # Errors
///
/// When the event is none of that form.
pub async fn answer<P: Platform, C: Scheme>(webhook: &Receiver<P, C>, event: &Value) -> Result<Value> {
    let response = webhook.receive(request(event)?).await;
    let headers = response.headers().iter();
    let headers = headers.map(|(name, value)| Ok((name.to_string(), value.to_str()?.into())));
    Ok(json!({
        "statusCode": response.status().as_u16(),
        "headers": headers.collect::<Result<Map<String, Value>>>()?,
        "body": std::str::from_utf8(response.body())?,
        "isBase64Encoded": false,
    }))
}

/// The request, with the query and every byte of the body as they were sent: both are signed.
fn request(event: &Value) -> Result<Request<Bytes>> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut request = Request::builder()
        .method(text(&event["requestContext"]["http"]["method"]).as_str())
        .uri(format!("{}?{}", text(&event["rawPath"]), text(&event["rawQueryString"])));
    for (name, value) in event["headers"].as_object().into_iter().flatten() {
        request = request.header(name, text(value));
    }
    let body = text(&event["body"]).into_bytes();
    let encoded = event["isBase64Encoded"].as_bool().unwrap_or_default();
    let body = if encoded { base64_simd::STANDARD.decode_to_vec(body)? } else { body };
    Ok(request.body(body.into())?)
}
