//! What differs from platform to platform: where to connect, and what the messages mean. No I/O but the question where.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use reqwest::Url;
use tokio_tungstenite::tungstenite::Message;

use super::{BuildError, Cause, Error, Http};
use crate::dispatch::Answer;

/// One platform's way to connect.
pub trait Link: Send + Sync + 'static {
    /// What its sockets speak.
    type Session: Session;

    /// Whether enough is known.
    fn check(&self) -> Result<(), BuildError>;

    /// The name of the app.
    fn app(&self) -> &str;

    /// Asks where to connect.
    fn find(
        &self,
        http: &Http,
        wants: &Wants,
    ) -> impl Future<Output = Result<Found<Self::Session>, Failure>> + Send;

    /// Why the platform did not open the socket.
    fn rejected(status: StatusCode, headers: &HeaderMap) -> Failure;

    /// How long to wait before an attempt, counted from 0; `None` gives up.
    fn delay(&self, attempt: u32) -> Option<Duration>;
}

/// What one socket speaks.
pub trait Session: Send + 'static {
    /// What the answer to a delivery needs.
    type Receipt: Send + 'static;
    /// What the tables call the transport.
    const TRANSPORT: &'static str;

    /// What a message means.
    fn receive(&mut self, message: Message) -> Step<Self::Receipt>;

    /// The answer to a delivery.
    fn answer(&self, receipt: Self::Receipt, answer: Answer, took: Duration) -> Message;

    /// What is sent again and again to see whether the other side is there.
    fn ping(&self) -> Message;

    /// How often.
    fn ping_interval(&self) -> Duration;
}

/// Where to connect, once.
pub struct Found<S> {
    /// The address. It lets anybody in who has it, and never gets into a log.
    pub url: Url,
    /// What to speak there.
    pub session: S,
}

/// Why there is no connection.
pub enum Failure {
    /// Try again.
    Again(Cause),
    /// There is no use in it.
    Fatal(Error),
}

/// What a message asks for.
pub enum Step<R> {
    /// Nothing.
    Nothing,
    /// An answer at once.
    Send(Message),
    /// It holds an event, to be answered with the receipt.
    Deliver { payload: Bytes, receipt: R, within: Duration },
    /// The platform will close the socket: connect elsewhere, and finish here.
    Leave,
}

/// What a dispatcher has handlers for.
pub struct Wants {
    /// Whether it wants events at all.
    pub events: bool,
    /// The callbacks, by the platform's names.
    pub callbacks: Vec<String>,
}

/// The address at which a platform is asked where to connect.
pub(crate) fn address(platform: &str, path: &str) -> Result<Url, BuildError> {
    let no_address = || BuildError::NoAddress(platform.to_owned());
    let url = Url::parse(platform).and_then(|url| url.join(path)).map_err(|_| no_address())?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() { Ok(url) } else { Err(no_address()) }
}

/// An address as it was answered, unless it would give the events away: only what was asked in the clear may be answered
/// with an address in the clear.
pub(crate) fn answered(asked: &Url, url: Url) -> Result<Url, Failure> {
    let plain = asked.scheme() == "http" && url.scheme() == "ws";
    if url.scheme() == "wss" || plain {
        return Ok(url);
    }
    let what = format!("the address is one by `{}:`, which is not encrypted", url.scheme());
    Err(Failure::Again(Cause::NoAddress(what)))
}

/// Between no time and this long, by chance: so that those who lost a connection together do not come back together.
pub(crate) fn jitter(at_most: Duration) -> Duration {
    let mut random = [0; 4];
    // Without randomness all wait alike, which is no reason not to connect.
    let random = getrandom::fill(&mut random).map_or(u32::MAX, |()| u32::from_le_bytes(random));
    at_most.mul_f64(f64::from(random) / f64::from(u32::MAX))
}
