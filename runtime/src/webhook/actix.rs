//! A handler for actix-web.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Payload},
};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response};

use super::{Receiver, Rejected, Scheme};
use crate::platform::Platform;

impl<P: Platform, C: Scheme> Receiver<P, C> {
    /// Receives a request of actix-web, reading not more of its body than is allowed.
    ///
    /// ```
    /// # use workplace_events_runtime::{lark::{Credential, Webhook}, platform::Platform};
    /// use actix_web::{App, HttpRequest, web};
    ///
    /// # fn example<P: Platform>(webhook: Webhook<P>) {
    /// let app = App::new().route("/lark", webhook.actix_route());
    /// # }
    /// ```
    pub async fn receive_actix(&self, request: &HttpRequest, body: Payload) -> HttpResponse {
        let response = match self.read_actix(request, body).await {
            Ok(request) => self.receive(request).await,
            Err(response) => response,
        };
        to_actix(response)
    }

    /// A route that receives every request: also those that are answered with 405.
    #[must_use]
    pub fn actix_route(&self) -> actix_web::Route {
        let receiver = self.clone();
        web::route().to(move |request: HttpRequest, body: Payload| {
            let receiver = receiver.clone();
            async move { receiver.receive_actix(&request, body).await }
        })
    }

    #[allow(clippy::result_large_err)] // the answer is what the caller wants, and moves once
    async fn read_actix(
        &self,
        request: &HttpRequest,
        body: Payload,
    ) -> Result<Request<Bytes>, Response<Bytes>> {
        let unreadable = || self.reject(Rejected::Unreadable);
        // actix-web has the types of an older version of `http`.
        let method = Method::from_bytes(request.method().as_str().as_bytes()).map_err(|_| unreadable())?;
        let mut headers = HeaderMap::with_capacity(request.headers().len());
        for (name, value) in request.headers() {
            let name = HeaderName::from_bytes(name.as_str().as_bytes()).map_err(|_| unreadable())?;
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).map_err(|_| unreadable())?);
        }
        self.check_head(&method, &headers)?;
        let body = self.read_payload(body).await.map_err(|rejected| self.reject(rejected))?;
        let uri = request.uri().to_string().parse::<http::Uri>().map_err(|_| unreadable())?;
        let mut read = Request::new(body);
        (*read.method_mut(), *read.headers_mut(), *read.uri_mut()) = (method, headers, uri);
        Ok(read)
    }

    async fn read_payload(&self, mut body: Payload) -> Result<Bytes, Rejected> {
        let mut read = BytesMut::new();
        while let Some(chunk) = futures_util::StreamExt::next(&mut body).await {
            let chunk = chunk.map_err(|_| Rejected::Unreadable)?;
            if read.len() + chunk.len() > self.max_body() {
                return Err(Rejected::TooLarge);
            }
            read.extend_from_slice(&chunk);
        }
        Ok(read.freeze())
    }
}

fn to_actix(response: Response<Bytes>) -> HttpResponse {
    let (head, body) = response.into_parts();
    let status = StatusCode::from_u16(head.status.as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    for (name, value) in &head.headers {
        response.append_header((name.as_str(), value.as_bytes()));
    }
    response.body(body)
}
