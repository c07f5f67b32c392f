//! HTTP: the questions where to connect, and the sockets.

use std::{convert::Infallible, net::SocketAddr, sync::Mutex};

use bytes::Bytes;
use http::{
    HeaderValue, Method, Request, Response, StatusCode,
    header::{CONNECTION, CONTENT_TYPE, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE},
};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::mpsc::UnboundedSender};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{handshake::derive_accept_key, protocol::Role},
};

use super::{Arc, Connection, Refusal, Script, Wire, lock};

type Shared = Arc<Mutex<Script>>;

pub(super) async fn serve(listener: TcpListener, shared: Shared, opened: UnboundedSender<Connection>) {
    let Ok(address) = listener.local_addr() else { return };
    while let Ok((stream, _)) = listener.accept().await {
        let (shared, opened) = (shared.clone(), opened.clone());
        let answer = move |request| {
            let (shared, opened) = (shared.clone(), opened.clone());
            async move { Ok::<_, Infallible>(answer(request, address, &shared, opened).await) }
        };
        let connection = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service_fn(answer));
        tokio::spawn(connection.with_upgrades());
    }
}

async fn answer(
    request: Request<Incoming>,
    address: SocketAddr,
    shared: &Shared,
    opened: UnboundedSender<Connection>,
) -> Response<Full<Bytes>> {
    match (request.method().clone(), request.uri().path()) {
        (Method::POST, "/callback/ws/endpoint") => {
            question(request, shared, |script, ticket| {
                let ticket = ticket.replace('+', "%2B");
                let url = format!(
                    "ws://{address}/lark?device_id=1&access_key=x&service_id=33554678&ticket={ticket}"
                );
                let mut data = json!({ "URL": url });
                if let Some(config) = &script.lark_config {
                    data["ClientConfig"] = config.clone();
                }
                json!({ "code": 0, "msg": "", "data": data })
            })
            .await
        }
        (Method::POST, "/v1.0/gateway/connections/open") => {
            question(
                request,
                shared,
                |_, ticket| json!({ "endpoint": format!("ws://{address}/dingtalk"), "ticket": ticket }),
            )
            .await
        }
        (Method::POST, "/deliver") => deliver(request, shared).await,
        (Method::GET, "/lark") => socket(request, Wire::Lark, shared, opened),
        (Method::GET, "/dingtalk") => socket(request, Wire::DingTalk, shared, opened),
        _ => status(StatusCode::NOT_FOUND),
    }
}

async fn question(
    request: Request<Incoming>,
    shared: &Shared,
    answer: impl FnOnce(&Script, &str) -> Value,
) -> Response<Full<Bytes>> {
    let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let mut script = lock(shared);
    script.questions.push(serde_json::from_slice(&body).unwrap_or_default());
    let refused = script.refusal(|refusal| match refusal {
        Refusal::Question(status, body) => Some((*status, body.clone())),
        Refusal::Handshake(..) => None,
    });
    let (code, body) = refused.unwrap_or_else(|| {
        // With characters that a client must escape.
        let ticket = format!("t+/={}", script.next());
        let body = answer(&script, &ticket);
        script.tickets.push(ticket);
        (200, body)
    });
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Delivers the payload that was posted, and tells what became of it.
async fn deliver(request: Request<Incoming>, shared: &Shared) -> Response<Full<Bytes>> {
    let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let Some(posted) = lock(shared).posted.clone() else { return status(StatusCode::NOT_FOUND) };
    let (told, answer) = tokio::sync::oneshot::channel();
    drop(posted.send((String::from_utf8_lossy(&body).into_owned(), told)));
    let Ok(delivered) = answer.await else { return status(StatusCode::SERVICE_UNAVAILABLE) };
    Response::new(Full::from(delivered.to_json().to_string()))
}

fn socket(
    mut request: Request<Incoming>,
    wire: Wire,
    shared: &Shared,
    opened: UnboundedSender<Connection>,
) -> Response<Full<Bytes>> {
    let mut script = lock(shared);
    let refused = script.refusal(|refusal| match refusal {
        Refusal::Handshake(status, headers) => Some((*status, headers.clone())),
        Refusal::Question(..) => None,
    });
    if let Some((code, headers)) = refused {
        let mut response = status(StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
        for (name, value) in headers {
            if let (Ok(name), Ok(value)) = (name.parse::<http::HeaderName>(), value.parse()) {
                response.headers_mut().insert(name, value);
            }
        }
        return response;
    }
    let query = reqwest::Url::parse(&format!("http://local{}", request.uri())).ok();
    let ticket = query.and_then(|url| {
        url.query_pairs().find(|(key, _)| key == "ticket").map(|(_, ticket)| ticket.into_owned())
    });
    let Some(at) = script.tickets.iter().position(|given| Some(given) == ticket.as_ref()) else {
        return status(StatusCode::UNAUTHORIZED);
    };
    script.tickets.remove(at);
    drop(script);
    let Some(key) = request.headers().get(SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes()))
    else {
        return status(StatusCode::BAD_REQUEST);
    };
    let shared = shared.clone();
    tokio::spawn(async move {
        let Ok(upgraded) = hyper::upgrade::on(&mut request).await else { return };
        let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
        // Nobody waits for it where the gateway was dropped.
        drop(opened.send(Connection { socket, wire, script: shared, sent: super::HashMap::new() }));
    });
    let mut response = status(StatusCode::SWITCHING_PROTOCOLS);
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::from_str(&key) {
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    }
    response
}

fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}
