//! A local server that long connections connect to: it speaks the discovery and the sockets of both platforms, as strict
//! as a test wants it.
//!
//! ```
//! # use workplace_events_runtime::{dispatch::Dispatcher, platform::Platform, lark::LongConnection, testing::gateway::Gateway};
//! # async fn example<P: Platform>(dispatcher: Dispatcher<P>) -> Result<(), Box<dyn std::error::Error>> {
//! let mut gateway = Gateway::start("127.0.0.1:0").await?;
//! let client = LongConnection::builder(dispatcher).app("cli_1", "secret").domain(gateway.url()).build()?;
//! tokio::spawn(async move { client.run_until(std::future::pending()).await });
//!
//! let mut connection = gateway.connection().await?;
//! let id = connection.send(r#"{"schema":"2.0","header":{"event_type":"x"},"event":{}}"#).await?;
//! let acknowledged = connection.acknowledgement().await?;
//! assert_eq!((acknowledged.id, acknowledged.code), (id, 200));
//! # Ok(())
//! # }
//! ```

mod dingtalk;
mod feed;
mod lark;
mod server;

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::{Instant, timeout},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

pub use self::feed::{Delivered, Fault, Feed};

/// How long to wait for a client, and for what it says.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server on this machine. It ends when it is dropped; connections go on.
#[derive(Debug)]
pub struct Gateway {
    address: SocketAddr,
    opened: mpsc::UnboundedReceiver<Connection>,
    script: Arc<Mutex<Script>>,
    server: JoinHandle<()>,
}

/// What the next clients are told, and what they said.
#[derive(Debug, Default)]
struct Script {
    refusals: Vec<Refusal>,
    /// `ClientConfig` of Lark.
    lark_config: Option<Value>,
    questions: Vec<Value>,
    /// Tickets that were given out and not used.
    tickets: Vec<String>,
    number: u64,
    /// Payloads that were posted to `/deliver`, where a [`Feed`] takes them.
    posted: Option<mpsc::UnboundedSender<Posted>>,
}

/// A payload to deliver, and who wants to know what became of it.
type Posted = (String, oneshot::Sender<Delivered>);

/// How a client is turned away, once.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The question where to connect is answered with this status and body.
    Question(u16, Value),
    /// The socket is not opened: this status, and these headers.
    Handshake(u16, Vec<(String, String)>),
}

/// An open socket of a client.
#[derive(Debug)]
pub struct Connection {
    socket: WebSocketStream<TokioIo<Upgraded>>,
    wire: Wire,
    script: Arc<Mutex<Script>>,
    sent: HashMap<String, Sent>,
}

/// Whose client it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wire {
    Lark,
    DingTalk,
}

/// A delivery that was not acknowledged yet.
#[derive(Debug)]
struct Sent {
    at: Instant,
    headers: Headers,
}

type Headers = Vec<(String, String)>;

/// A delivery before it is sent.
struct Delivery {
    id: String,
    /// What the acknowledgement has to repeat.
    headers: Headers,
    messages: Vec<Message>,
}

/// What a client said about a delivery.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Acknowledgement {
    /// The delivery.
    pub id: String,
    /// 200 where it was received.
    pub code: u64,
    /// What else was said: the answer to a callback, or DingTalk's `status`.
    pub data: Option<Value>,
    /// How long it took.
    pub took: Duration,
    /// What the platform would not like about it.
    pub complaints: Vec<String>,
}

impl Gateway {
    /// Listens, on a port of its own choice where it is 0.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on.
    pub async fn start(address: &str) -> io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(address).await?;
        let (address, script) = (listener.local_addr()?, Arc::<Mutex<Script>>::default());
        let (sender, opened) = mpsc::unbounded_channel();
        let server = tokio::spawn(server::serve(listener, script.clone(), sender));
        Ok(Gateway { address, opened, script, server })
    }

    /// What a client takes as the platform's address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next client that connects.
    ///
    /// # Errors
    ///
    /// When none comes within 30 s.
    pub async fn connection(&mut self) -> io::Result<Connection> {
        timeout(PATIENCE, self.opened.recv()).await.ok().flatten().ok_or_else(|| late("no client came"))
    }

    /// Turns away the next client that asks or connects so; several are used one after another.
    pub fn refuse(&self, refusal: Refusal) {
        lock(&self.script).refusals.push(refusal);
    }

    /// The `ClientConfig` that Lark's clients get, with the address and with every pong.
    pub fn lark_config(&self, config: Value) {
        lock(&self.script).lark_config = Some(config);
    }

    /// What clients asked, in order: with ids and secrets.
    #[must_use]
    pub fn questions(&self) -> Vec<Value> {
        lock(&self.script).questions.clone()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Connection {
    /// Delivers a payload: for Lark the plaintext of an event or callback, for DingTalk a whole frame, which gets a
    /// message id of its own. Gives the id that its acknowledgement has.
    ///
    /// # Errors
    ///
    /// When the client is gone, or the payload is no frame.
    pub async fn send(&mut self, payload: &str) -> io::Result<String> {
        self.send_in_parts(payload, &[0]).await
    }

    /// The same in several frames, in this order: `[2, 0, 1]` sends the last of three parts first. DingTalk has no parts.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn send_in_parts(&mut self, payload: &str, order: &[usize]) -> io::Result<String> {
        let number = lock(&self.script).next();
        let Delivery { id, headers, messages } = match self.wire {
            Wire::Lark => lark::delivery(payload, order, number),
            Wire::DingTalk => dingtalk::delivery(payload, number)?,
        };
        self.sent.insert(id.clone(), Sent { at: Instant::now(), headers });
        for message in messages {
            self.send_message(Anything(message)).await?;
        }
        Ok(id)
    }

    /// Sends anything at all.
    ///
    /// # Errors
    ///
    /// When the client is gone.
    pub async fn send_message(&mut self, message: impl Into<Anything>) -> io::Result<()> {
        self.socket.send(message.into().0).await.map_err(io::Error::other)
    }

    /// What the client says about the next delivery that it is done with; pings are answered meanwhile.
    ///
    /// # Errors
    ///
    /// When the client is gone, or says nothing for 30 s.
    pub async fn acknowledgement(&mut self) -> io::Result<Acknowledgement> {
        let acknowledged = async {
            loop {
                if let Some(acknowledged) = self.next().await? {
                    return Ok(acknowledged);
                }
            }
        };
        timeout(PATIENCE, acknowledged).await.unwrap_or_else(|_| Err(late("nothing was acknowledged")))
    }

    /// Waits until a client of Lark has sent its first ping: some official clients lose what comes before. Those of
    /// DingTalk are ready at once.
    ///
    /// # Errors
    ///
    /// When the client is gone, or says nothing for 30 s.
    pub async fn ready(&mut self) -> io::Result<()> {
        if self.wire == Wire::DingTalk {
            return Ok(());
        }
        let ping = timeout(PATIENCE, self.next()).await;
        ping.unwrap_or_else(|_| Err(late("nothing was heard"))).map(drop)
    }

    /// Answers a ping, or gives what was acknowledged.
    async fn next(&mut self) -> io::Result<Option<Acknowledgement>> {
        match (self.wire, self.socket.next().await.ok_or_else(gone)?.map_err(io::Error::other)?) {
            (_, Message::Close(_)) => Err(gone()),
            (Wire::Lark, Message::Binary(bytes)) => match lark::read(bytes)? {
                lark::Said::Ping(service) => {
                    let config = lock(&self.script).lark_config.clone();
                    self.send_message(Anything(lark::pong(service, config))).await?;
                    Ok(None)
                }
                lark::Said::Acknowledged(id, headers, payload) => {
                    Ok(Some(self.acknowledged(id, |sent| lark::judge(sent, &headers, &payload))))
                }
            },
            (Wire::DingTalk, Message::Text(text)) => {
                let frame: Value = serde_json::from_str(&text)?;
                let id = frame["headers"]["messageId"].as_str().unwrap_or_default().to_owned();
                Ok(Some(self.acknowledged(id, |_| dingtalk::judge(&frame))))
            }
            _ => Ok(None),
        }
    }

    fn acknowledged(
        &mut self,
        id: String,
        judge: impl FnOnce(&[(String, String)]) -> (u64, Option<Value>, Vec<String>),
    ) -> Acknowledgement {
        let Some(sent) = self.sent.remove(&id) else {
            let complaints = vec!["nothing with this id waits for an acknowledgement".to_owned()];
            return Acknowledgement { id, code: 0, data: None, took: Duration::ZERO, complaints };
        };
        let (code, data, mut complaints) = judge(&sent.headers);
        let took = sent.at.elapsed();
        if self.wire == Wire::Lark && took > feed::DEADLINE {
            complaints.push(format!("it came after {took:.0?}; the platform waits {:?}", feed::DEADLINE));
        }
        Acknowledgement { id, code, data, took, complaints }
    }

    /// Asks the client to connect anew, as DingTalk does before it closes.
    ///
    /// # Errors
    ///
    /// When the client is gone.
    pub async fn disconnect(&mut self) -> io::Result<()> {
        self.send_message(Anything(dingtalk::disconnect())).await
    }

    /// Closes the socket with this code, such as 1000 or 1011.
    ///
    /// # Errors
    ///
    /// When the client is gone.
    pub async fn close(mut self, code: u16) -> io::Result<()> {
        let frame = CloseFrame { code: CloseCode::from(code), reason: "".into() };
        self.socket.close(Some(frame)).await.map_err(io::Error::other)
    }

    /// Waits until the client has closed the socket, answering nothing more.
    pub async fn closed(&mut self) {
        while let Some(Ok(message)) = self.socket.next().await {
            if message.is_close() {
                return;
            }
        }
    }
}

/// A message of the socket: text, or bytes.
#[derive(Debug, Clone)]
pub struct Anything(Message);

impl From<&str> for Anything {
    fn from(text: &str) -> Self {
        Anything(Message::Text(text.into()))
    }
}

impl From<Bytes> for Anything {
    fn from(bytes: Bytes) -> Self {
        Anything(Message::Binary(bytes))
    }
}

impl Script {
    fn next(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    /// The next refusal of this kind.
    fn refusal<R>(&mut self, of: impl Fn(&Refusal) -> Option<R>) -> Option<R> {
        let at = self.refusals.iter().position(|refusal| of(refusal).is_some())?;
        of(&self.refusals.remove(at))
    }
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn late(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, format!("{what} within {PATIENCE:?}"))
}

fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "the client is gone")
}
