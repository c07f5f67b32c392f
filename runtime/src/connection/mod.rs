//! Long connections: events without a public URL.
//!
//! A [`Client`] asks the platform where to connect, opens a socket there, and hands what comes to a [`Dispatcher`], the
//! same one that a webhook would use. It stays connected: a socket that was lost, has gone silent or is given up by the
//! platform is replaced, each time at a fresh address, until the platform says that there is no use in trying.
//!
//! An event is acknowledged when its handler is done. What was not acknowledged when a socket was lost comes again by
//! another one, and is recognised if it was handled.
//!
//! Proxies are those of the environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`), or [the one](Builder::proxy) that is
//! given: HTTP (`CONNECT`) or SOCKS5.

mod error;
mod http;
mod link;
mod live;
mod state;

use std::{fmt, time::Duration};

use tokio::{sync::watch, task::JoinSet};

use self::live::{Ended, Live};
pub use self::{
    error::{BuildError, Cause, Error},
    state::State,
};
pub(crate) use self::{
    http::Http,
    link::{Failure, Found, Link, Session, Step, Wants, address, answered, jitter},
};
use crate::{
    dispatch::{Dispatcher, observe},
    platform::Platform,
};

/// How long handlers may take after a shutdown.
const DRAIN: Duration = Duration::from_secs(10);

/// Keeps a long connection to one platform; see [`lark::LongConnection`](crate::lark::LongConnection) and
/// [`dingtalk::Stream`](crate::dingtalk::Stream). Several may run in one process.
pub struct Client<P: Platform, L> {
    dispatcher: Dispatcher<P>,
    link: L,
    http: Http,
    state: watch::Sender<State>,
    drain: Duration,
}

/// Builds a client.
#[must_use = "a builder does nothing before `build`"]
pub struct Builder<P: Platform, L> {
    dispatcher: Dispatcher<P>,
    pub(crate) link: L,
    proxy: Option<String>,
    roots: Vec<Vec<u8>>,
    drain: Duration,
}

impl<P: Platform, L: Link> Client<P, L> {
    pub(crate) fn build_from(dispatcher: impl Into<Dispatcher<P>>, link: L) -> Builder<P, L> {
        Builder { dispatcher: dispatcher.into(), link, proxy: None, roots: Vec::new(), drain: DRAIN }
    }

    /// What it is doing: the latest state, and a way to wait for the next.
    #[must_use]
    pub fn states(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    /// Connects, and stays connected until `shutdown` is ready. Then nothing more is taken, the handlers that run are
    /// waited for, and what they handled is acknowledged.
    ///
    /// Dropping the future closes the connection at once; handlers that run are not cancelled, and their events come
    /// again.
    ///
    /// # Errors
    ///
    /// When there is no use in trying again: wrong credentials, too many connections, an app that is banned.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, or in one without timers and sockets.
    pub async fn run_until(&self, shutdown: impl Future<Output = ()>) -> Result<(), Error> {
        let mut shutdown = std::pin::pin!(shutdown);
        let mut draining = JoinSet::new();
        let (mut attempt, mut cause) = (0, None);
        let ended = loop {
            let opened = tokio::select! {
                () = &mut shutdown => break Ok(()),
                opened = self.connect(attempt, cause.take()) => opened,
            };
            let mut live = match opened {
                Ok(live) => live,
                Err(Failure::Fatal(error)) => break Err(error),
                Err(Failure::Again(why)) => {
                    (attempt, cause) = (attempt + 1, Some(why));
                    continue;
                }
            };
            self.enter(State::Connected);
            match live.run(&mut shutdown).await {
                Ended::Stopped => {
                    draining.spawn(live.drain(self.drain));
                    break Ok(());
                }
                Ended::Leaving => {
                    draining.spawn(live.drain(self.drain));
                    (attempt, cause) = (0, Some(Cause::Leaving));
                }
                Ended::Lost(why) => {
                    // One that was of use is no sign that the next will fail.
                    attempt = if live.was_of_use() { 1 } else { attempt + 1 };
                    cause = Some(why);
                }
            }
        };
        while draining.join_next().await.is_some() {}
        self.enter(State::Closed);
        ended
    }

    /// Waits as long as this attempt has to, and opens a socket at a fresh address.
    async fn connect(&self, attempt: u32, cause: Option<Cause>) -> Result<Live<P, L::Session>, Failure> {
        match cause {
            None => self.enter(State::Connecting),
            Some(cause) => {
                let Some(delay) = self.link.delay(attempt) else {
                    return Err(Failure::Fatal(Error::GaveUp { attempts: attempt, last: cause }));
                };
                tracing::warn!(platform = P::TABLE.name, attempt, %cause, ?delay, "connecting again");
                self.enter(State::Reconnecting { attempt, cause });
                tokio::time::sleep(delay).await;
            }
        }
        let wants = self.dispatcher.wants();
        let Found { url, session } = self.link.find(&self.http, &wants).await?;
        let socket = self.http.open(&url, L::rejected).await?;
        tracing::info!(platform = P::TABLE.name, "connected");
        Ok(Live::new(socket, session, self.dispatcher.clone(), self.link.app()))
    }

    fn enter(&self, state: State) {
        observe::connection(P::TABLE.name, state.label());
        self.state.send_replace(state);
    }
}

impl<P: Platform, L: Link> Builder<P, L> {
    /// The proxy to go through, such as `http://proxy.example:3128` or `socks5h://user:password@127.0.0.1:1080`.
    /// Default: what the environment says.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// Certificates in PEM to trust beside those of the operating system.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// How long handlers may take after a shutdown. Default: 10 s.
    pub fn drain(mut self, at_most: Duration) -> Self {
        self.drain = at_most;
        self
    }

    /// The client, not connected yet.
    ///
    /// # Errors
    ///
    /// When something is missing, or a proxy, an address or a certificate cannot be read.
    pub fn build(self) -> Result<Client<P, L>, BuildError> {
        self.link.check()?;
        let http = Http::new(self.proxy.as_deref(), &self.roots)?;
        let (state, _) = watch::channel(State::Closed);
        Ok(Client { dispatcher: self.dispatcher, link: self.link, http, state, drain: self.drain })
    }
}

impl<P: Platform, L> fmt::Debug for Client<P, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("platform", &P::TABLE.name)
            .field("state", &*self.state.borrow())
            .finish_non_exhaustive()
    }
}

impl<P: Platform, L> fmt::Debug for Builder<P, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("platform", &P::TABLE.name).finish_non_exhaustive()
    }
}
