//! Lark's long connection.
//!
//! The protocol is that of the official SDKs; the platform documents what it does, and not how:
//! [receiving by long connection](https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/event-subscription-guide/long-connection-mode).

mod config;
mod find;
mod fragments;
pub(crate) mod frame;
mod session;
#[cfg(test)]
mod tests;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::{HeaderMap, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};

use self::{config::Config, session::LarkSession};
use crate::{
    connection::{BuildError, Builder, Cause, Client, Error, Failure, Found, Http, Link, Wants, jitter},
    dispatch::Dispatcher,
    platform::Platform,
};

/// Receives events and callbacks by a long connection, without a public URL.
///
/// Nothing is encrypted or signed beyond TLS: the app's secret opens the connection. In the console of the app, choose
/// the long connection for events, and again for callbacks; a connection must be there when that is saved, and it holds
/// after the next release of the app. For apps of one organisation only, at most 50 connections per app; each event goes
/// to one of them, by chance, so all of them need the same handlers.
///
/// A handler has 2.5 s, as with a webhook: the platform waits 3 s and sends a failed event again.
///
/// ```
/// # use workplace_events_runtime::{dispatch::Dispatcher, platform::Platform};
/// use workplace_events_runtime::lark::LongConnection;
///
/// # async fn example<P: Platform>(dispatcher: Dispatcher<P>) -> Result<(), Box<dyn std::error::Error>> {
/// let connection = LongConnection::builder(dispatcher).app("cli_a1b2c3", "the app's secret").build()?;
/// connection.run_until(async { drop(tokio::signal::ctrl_c().await) }).await?;
/// # Ok(())
/// # }
/// ```
pub type LongConnection<P> = Client<P, LarkLink>;

/// What Lark is asked with, and how it is to be connected to.
#[derive(Debug)]
pub struct LarkLink {
    domain: String,
    app_id: String,
    app_secret: SecretString,
    /// The platform's wishes: with the address, and again with every pong.
    config: Arc<Mutex<Config>>,
}

impl<P: Platform> Client<P, LarkLink> {
    /// A long connection that hands events to this dispatcher.
    pub fn builder(dispatcher: impl Into<Dispatcher<P>>) -> Builder<P, LarkLink> {
        let link = LarkLink {
            domain: "https://open.feishu.cn".to_owned(),
            app_id: String::new(),
            app_secret: SecretString::default(),
            config: Arc::default(),
        };
        Client::build_from(dispatcher, link)
    }
}

impl<P: Platform> Builder<P, LarkLink> {
    /// Id and secret of the app, from the console.
    pub fn app(mut self, id: impl Into<String>, secret: impl Into<SecretString>) -> Self {
        self.link.app_id = id.into();
        self.link.app_secret = secret.into();
        self
    }

    /// `https://open.feishu.cn` (the default), `https://open.larksuite.com` for Lark, or a local gateway. By `http:`,
    /// which only a gateway takes, everything goes in the clear.
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.link.domain = domain.into();
        self
    }
}

/// What a session makes of any messages.
#[cfg(fuzzing)]
pub(super) fn fuzz(messages: Vec<Vec<u8>>) {
    use crate::{
        connection::{Session as _, Step},
        dispatch::Answer,
    };
    let mut session = LarkSession::new(1, Arc::default());
    for message in messages {
        if let Step::Deliver { receipt, payload, .. } =
            session.receive(tokio_tungstenite::tungstenite::Message::Binary(message.into()))
        {
            let _ = session.answer(receipt, Answer::Reply(payload), Duration::ZERO);
        }
    }
}

impl Link for LarkLink {
    type Session = LarkSession;

    fn check(&self) -> Result<(), BuildError> {
        if self.app_id.is_empty() || self.app_secret.expose_secret().is_empty() {
            return Err(BuildError::NoApp);
        }
        find::address(&self.domain).map(drop)
    }

    fn app(&self) -> &str {
        &self.app_id
    }

    async fn find(&self, http: &Http, _: &Wants) -> Result<Found<LarkSession>, Failure> {
        let (url, config) = find::find(self, http).await?;
        config::with(&self.config, |known| known.merge(&config));
        let session = LarkSession::new(find::service(&url), self.config.clone());
        Ok(Found { url, session })
    }

    fn rejected(status: StatusCode, headers: &HeaderMap) -> Failure {
        find::rejected(status, headers)
    }

    fn delay(&self, attempt: u32) -> Option<Duration> {
        config::with(&self.config, |config| config.delay(attempt, jitter))
    }
}
