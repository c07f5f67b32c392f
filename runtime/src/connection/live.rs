//! One open socket: what comes is dispatched, what was handled is acknowledged, and silence is noticed.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::{Error as Broken, Message};

use super::{Cause, Session, Step, http::Socket};
use crate::{
    delivery::Delivery,
    dispatch::{Answer, Dispatcher},
    platform::Platform,
};

/// How many deliveries are handled at once; beyond them the socket is not read, and the platform waits.
const AT_ONCE: usize = 4096;
/// How long the answer to a ping may take at most, and a message to get away.
const GRACE: Duration = Duration::from_secs(10);

pub(super) struct Live<P: Platform, S: Session> {
    socket: Socket,
    session: S,
    dispatcher: Dispatcher<P>,
    app: std::sync::Arc<str>,
    answers: FuturesUnordered<BoxFuture<'static, (S::Receipt, Answer, Duration)>>,
    opened: Instant,
    heard: Instant,
    pinged: Option<Instant>,
}

/// Why a socket is no longer used.
pub(super) enum Ended {
    /// The client shuts down.
    Stopped,
    /// The platform will close it.
    Leaving,
    /// It is gone.
    Lost(Cause),
}

impl<P: Platform, S: Session> Live<P, S> {
    pub(super) fn new(socket: Socket, session: S, dispatcher: Dispatcher<P>, app: &str) -> Self {
        let (opened, answers) = (Instant::now(), FuturesUnordered::new());
        Live { socket, session, dispatcher, app: app.into(), answers, opened, heard: opened, pinged: None }
    }

    /// Whether anything came by it.
    pub(super) fn was_of_use(&self) -> bool {
        self.heard > self.opened
    }

    /// Uses the socket until it is lost, given up by the platform, or `stop` is ready.
    pub(super) async fn run(&mut self, mut stop: impl Future<Output = ()> + Unpin) -> Ended {
        loop {
            let interval = self.session.ping_interval();
            let ping = self.pinged.map_or(self.opened, |pinged| pinged + interval);
            let silence = interval + interval.min(GRACE);
            let reads = self.answers.len() < AT_ONCE;
            let turn = tokio::select! {
                biased;
                () = &mut stop => return Ended::Stopped,
                Some((receipt, answer, took)) = self.answers.next() => {
                    let answer = self.session.answer(receipt, answer, took);
                    self.send(answer).await
                }
                message = self.socket.next(), if reads => self.receive(message).await,
                () = sleep_until(ping) => {
                    self.pinged = Some(Instant::now());
                    self.send(self.session.ping()).await
                }
                () = sleep_until(self.heard + silence), if reads => Err(Ended::Lost(Cause::Silent(silence))),
            };
            if let Err(ended) = turn {
                return ended;
            }
        }
    }

    /// Waits for what is being handled, acknowledges it, and closes the socket.
    pub(super) async fn drain(mut self, at_most: Duration) {
        let all = async {
            while let Some((receipt, answer, took)) = self.answers.next().await {
                let answer = self.session.answer(receipt, answer, took);
                if self.send(answer).await.is_err() {
                    return;
                }
            }
        };
        if timeout(at_most, all).await.is_err() {
            tracing::warn!(
                platform = P::TABLE.name,
                running = self.answers.len(),
                "handlers still run; their events will come again"
            );
        }
        // The other side may be gone already.
        drop(timeout(GRACE, self.socket.close(None)).await);
    }

    async fn receive(&mut self, message: Option<Result<Message, Broken>>) -> Result<(), Ended> {
        let lost = |cause| Err(Ended::Lost(cause));
        let message = match message {
            Some(Ok(Message::Close(frame))) => {
                return lost(Cause::Closed(frame.map(|frame| frame.code.into())));
            }
            Some(Ok(message)) => message,
            None | Some(Err(Broken::ConnectionClosed | Broken::AlreadyClosed)) => {
                return lost(Cause::Closed(None));
            }
            Some(Err(error)) => return lost(Cause::Broke(error.to_string())),
        };
        self.heard = Instant::now();
        match self.session.receive(message) {
            Step::Nothing => Ok(()),
            Step::Send(message) => self.send(message).await,
            Step::Leave => Err(Ended::Leaving),
            Step::Deliver { payload, receipt, within } => {
                let dispatcher = self.dispatcher.clone();
                let delivery = Delivery::by(S::TRANSPORT).credential(self.app.clone()).within(within);
                self.answers.push(Box::pin(async move {
                    let began = Instant::now();
                    let answer = dispatcher.deliver(delivery, payload).await;
                    (receipt, answer, began.elapsed())
                }));
                Ok(())
            }
        }
    }

    /// A side that takes nothing is as good as gone.
    async fn send(&mut self, message: Message) -> Result<(), Ended> {
        match timeout(GRACE, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Ended::Lost(Cause::Broke(error.to_string()))),
            Err(_) => Err(Ended::Lost(Cause::Silent(GRACE))),
        }
    }
}
