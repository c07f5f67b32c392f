//! DingTalk's Stream mode.

mod find;
mod session;

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};

use self::session::DingTalkSession;
use crate::{
    connection::{BuildError, Builder, Cause, Client, Error, Failure, Found, Http, Link, Wants, jitter},
    dispatch::Dispatcher,
    platform::Platform,
};

/// Receives events and callbacks by a long connection, without a public URL.
///
/// Nothing is encrypted or signed beyond TLS: the app's secret opens the connection. In the console of the app, choose
/// Stream mode for events, for the robot and for cards:
/// [how Stream mode is set up](https://open.dingtalk.com/document/development/stream). The connection asks
/// for events if there is a handler for any, and for the callbacks that have one. Each of them goes to one of the app's
/// connections, by chance, so all of them need the same handlers.
///
/// An event whose handler fails or takes longer than 10 s is asked for again (`LATER`). A callback has 1.5 s: the platform
/// waits 2 s for the answer to a card.
///
/// ```
/// # use workplace_events_runtime::{dispatch::Dispatcher, platform::Platform};
/// use workplace_events_runtime::dingtalk::Stream;
///
/// # async fn example<P: Platform>(dispatcher: Dispatcher<P>) -> Result<(), Box<dyn std::error::Error>> {
/// let stream = Stream::builder(dispatcher).client("dinga1b2c3", "the client secret").build()?;
/// stream.run_until(async { drop(tokio::signal::ctrl_c().await) }).await?;
/// # Ok(())
/// # }
/// ```
pub type Stream<P> = Client<P, DingTalkLink>;

/// What DingTalk is asked with.
#[derive(Debug)]
pub struct DingTalkLink {
    endpoint: String,
    client_id: String,
    client_secret: SecretString,
    ping: Duration,
}

/// How often a connection is looked after.
const PING: Duration = Duration::from_secs(30);

impl<P: Platform> Client<P, DingTalkLink> {
    /// A long connection that hands events to this dispatcher.
    pub fn builder(dispatcher: impl Into<Dispatcher<P>>) -> Builder<P, DingTalkLink> {
        let link = DingTalkLink {
            endpoint: "https://api.dingtalk.com".to_owned(),
            client_id: String::new(),
            client_secret: SecretString::default(),
            ping: PING,
        };
        Client::build_from(dispatcher, link)
    }
}

impl<P: Platform> Builder<P, DingTalkLink> {
    /// Id and secret of the client (AppKey and AppSecret, or SuiteKey and SuiteSecret), from the console.
    pub fn client(mut self, id: impl Into<String>, secret: impl Into<SecretString>) -> Self {
        self.link.client_id = id.into();
        self.link.client_secret = secret.into();
        self
    }

    /// `https://api.dingtalk.com` (the default), `https://api.dingtalk.io` overseas, or a local gateway. By `http:`,
    /// which only a gateway takes, everything goes in the clear.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.link.endpoint = endpoint.into();
        self
    }

    /// How often the platform is asked whether it is there, at least every second. When the answer does not come within as
    /// long again, at most 10 s, the connection is replaced. Default: 30 s. (Lark says it itself.)
    pub fn ping_interval(mut self, interval: Duration) -> Self {
        self.link.ping = interval.max(Duration::from_secs(1));
        self
    }
}

/// What a session makes of any messages.
#[cfg(fuzzing)]
pub(super) fn fuzz(messages: Vec<String>) {
    use crate::{
        connection::{Session as _, Step},
        dispatch::Answer,
    };
    let mut session = DingTalkSession { ping: PING };
    for message in messages {
        if let Step::Deliver { receipt, payload, .. } =
            session.receive(tokio_tungstenite::tungstenite::Message::Text(message.into()))
        {
            let _ = session.answer(receipt, Answer::Reply(payload), Duration::ZERO);
        }
    }
}

impl Link for DingTalkLink {
    type Session = DingTalkSession;

    fn check(&self) -> Result<(), BuildError> {
        if self.client_id.is_empty() || self.client_secret.expose_secret().is_empty() {
            return Err(BuildError::NoApp);
        }
        find::address(&self.endpoint).map(drop)
    }

    fn app(&self) -> &str {
        &self.client_id
    }

    async fn find(&self, http: &Http, wants: &Wants) -> Result<Found<DingTalkSession>, Failure> {
        Ok(Found { url: find::find(self, http, wants).await?, session: DingTalkSession { ping: self.ping } })
    }

    fn rejected(status: StatusCode, _: &HeaderMap) -> Failure {
        // A ticket is good for one connection and 90 seconds: the next attempt has another one.
        Failure::Again(Cause::Handshake(format!("the platform answered with status {status}")))
    }

    /// From one second, doubling up to one minute, and a fifth of it more by chance.
    fn delay(&self, attempt: u32) -> Option<Duration> {
        let Some(failed) = attempt.checked_sub(1) else { return Some(Duration::ZERO) };
        let doubled = Duration::from_secs((1 << failed.min(6)).min(60));
        Some(doubled + jitter(doubled / 5))
    }
}
