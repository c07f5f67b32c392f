//! Deliveries as the platforms make them: to any open connection, and again where nothing was acknowledged; with chaos
//! where it is asked for.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use serde_json::{Value, json};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::{Instant, sleep, sleep_until, timeout},
};

use super::{Acknowledgement, Connection, Gateway, Refusal, Script, Wire, lock};

/// How long the platforms wait for an acknowledgement.
pub(super) const DEADLINE: Duration = Duration::from_secs(3);
/// When Lark sends an event again.
const SCHEDULE: [Duration; 4] = [
    Duration::from_secs(15),
    Duration::from_secs(300),
    Duration::from_secs(3600),
    Duration::from_secs(6 * 3600),
];
/// How long a connection that plays dead is held.
const DEAD: Duration = Duration::from_secs(60);

/// How long DingTalk leaves a connection open after it asked to connect anew.
const LEAVES: Duration = Duration::from_secs(10);

/// In chaos, how long connections are left alone at least.
const PEACE: Duration = Duration::from_millis(500);

/// Delivers payloads through a [`Gateway`] until they are acknowledged.
#[derive(Debug)]
pub struct Feed {
    open: Arc<Mutex<Open>>,
    script: Arc<Mutex<Script>>,
    schedule: Vec<Duration>,
    chaos: Option<Mutex<Chance>>,
    accepting: JoinHandle<()>,
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Delivered {
    /// How often it was sent.
    pub attempts: usize,
    /// The last acknowledgement; `None` where none came in time.
    pub told: Option<Acknowledgement>,
}

impl Delivered {
    /// As JSON, for tools.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let told = self.told.as_ref();
        json!({
            "attempts": self.attempts,
            "code": told.map(|told| told.code),
            "data": told.and_then(|told| told.data.as_ref()),
            "took_ms": told.map(|told| told.took.as_millis() as u64),
            "complaints": told.map(|told| &told.complaints),
        })
    }
}

/// What goes wrong with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It is closed with this code.
    Close(u16),
    /// It is gone without a word.
    Drop,
    /// It says nothing any more, and takes everything: the other end of the network is gone.
    PlayDead,
    /// DingTalk asks to connect anew, and closes later; Lark closes.
    Leave,
    /// Bytes that are no frame.
    Garbage,
}

/// The connections that take orders.
type Open = Vec<mpsc::UnboundedSender<Order>>;

enum Order {
    Deliver { payload: String, order: Vec<usize>, told: oneshot::Sender<Acknowledgement> },
    Suffer(Fault),
}

impl Feed {
    /// Takes over the connections of a gateway. What is not acknowledged is sent again after 15 s, 5 min, 1 h and 6 h, all
    /// of them divided by `faster`.
    #[must_use]
    pub fn new(mut gateway: Gateway, faster: u32) -> Feed {
        let open = Arc::<Mutex<Open>>::default();
        let (shared, taken) = (gateway.script.clone(), open.clone());
        let accepting = tokio::spawn(async move {
            while let Some(connection) = gateway.opened.recv().await {
                let (sender, orders) = mpsc::unbounded_channel();
                lock(&taken).push(sender);
                tokio::spawn(serve(connection, orders));
            }
        });
        let schedule: Vec<_> = SCHEDULE.iter().map(|after| *after / faster.max(1)).collect();
        Feed { open, script: shared, schedule, chaos: None, accepting }
    }

    /// Delivers what is posted to `/deliver` of the gateway, each payload on its own, and answers with what became of it.
    pub async fn serve(&self) {
        let (sender, mut posted) = mpsc::unbounded_channel();
        lock(&self.script).posted = Some(sender);
        let mut running = FuturesUnordered::new();
        loop {
            tokio::select! {
                Some((payload, told)) = posted.recv() => running.push(async move {
                    // Whoever posted it may be gone.
                    drop(told.send(self.deliver(&payload).await));
                }),
                Some(()) = running.next() => {}
            }
        }
    }

    /// Turns away the next client that asks where to connect, with this status.
    pub fn refuse(&self, status: u16) {
        lock(&self.script).refusals.push(Refusal::Question(status, json!({})));
    }

    /// Lets everything go wrong that can, by chance, and the same each time with the same seed.
    #[must_use]
    pub fn with_chaos(mut self, seed: u64) -> Feed {
        self.chaos = Some(Mutex::new(Chance { state: seed | 1, broke: Instant::now() }));
        self
    }

    /// How many connections are open.
    #[must_use]
    pub fn connections(&self) -> usize {
        let mut open = lock(&self.open);
        open.retain(|connection| !connection.is_closed());
        open.len()
    }

    /// Delivers a payload to one of the connections, waiting for one where there is none, until it is acknowledged or the
    /// schedule is over; in chaos until it is acknowledged.
    pub async fn deliver(&self, payload: &str) -> Delivered {
        self.deliver_in_parts(payload, &[0]).await
    }

    /// The same in several frames, in this order: see [`Connection::send_in_parts`].
    pub async fn deliver_in_parts(&self, payload: &str, order: &[usize]) -> Delivered {
        let (mut attempts, mut told) = (0, None);
        let again = self.chaos.iter().flat_map(|_| self.schedule.get(1)).cycle();
        for wait in [Duration::ZERO].iter().chain(&self.schedule).chain(again) {
            sleep(*wait).await;
            attempts += 1;
            told = self.attempt(payload, order).await;
            if told.as_ref().is_some_and(is_received) {
                break;
            }
        }
        Delivered { attempts, told }
    }

    /// Makes something go wrong with one of the connections.
    pub fn suffer(&self, fault: Fault) {
        self.order(Order::Suffer(fault));
    }

    async fn attempt(&self, payload: &str, order: &[usize]) -> Option<Acknowledgement> {
        let chance = |one_in: u64| self.chaos.as_ref().is_some_and(|chaos| lock(chaos).hits(one_in));
        let mut order = order.to_vec();
        if chance(8) {
            order = vec![2, 0, 1];
        }
        if chance(20) {
            sleep(Duration::from_millis(200)).await;
        }
        if chance(10) {
            // The same once more, which nobody waits for.
            let (told, _) = oneshot::channel();
            self.order(Order::Deliver { payload: payload.to_owned(), order: vec![0], told });
        }
        if chance(30) {
            self.suffer(Fault::Garbage);
        }
        let (told, answer) = oneshot::channel();
        let began = Instant::now();
        let mut delivery = Order::Deliver { payload: payload.to_owned(), order, told };
        while let Some(again) = self.order(delivery) {
            delivery = again;
            sleep(Duration::from_millis(10)).await;
            if began.elapsed() > DEAD {
                return None;
            }
        }
        if let Some(what) = self.chaos.as_ref().and_then(|chaos| lock(chaos).breaks()) {
            self.break_something(what);
        }
        timeout(DEADLINE, answer).await.ok()?.ok()
    }

    /// A connection ends in one way or another; now and then the platform is busy when the client asks for the next.
    fn break_something(&self, what: usize) {
        match what {
            0 => lock(&self.script).refusals.push(Refusal::Question(503, json!({}))),
            1 => lock(&self.script).refusals.push(Refusal::Handshake(502, Vec::new())),
            _ => {}
        }
        self.suffer(match what {
            0..=2 => Fault::Close(1000),
            3 => Fault::Close(1011),
            4..=6 => Fault::Drop,
            7..=8 => Fault::Leave,
            _ => Fault::PlayDead,
        });
    }

    /// Gives an order to one of the connections; it comes back where there is none.
    fn order(&self, mut order: Order) -> Option<Order> {
        let mut open = lock(&self.open);
        while !open.is_empty() {
            let at = self.chaos.as_ref().map_or(0, |chaos| lock(chaos).below(open.len()));
            match open[at].send(order) {
                Ok(()) => return None,
                Err(mpsc::error::SendError(back)) => {
                    order = back;
                    open.swap_remove(at);
                }
            }
        }
        Some(order)
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Whether the platform is content, and will not send it again.
fn is_received(told: &Acknowledgement) -> bool {
    told.code == 200 && told.data.as_ref().is_none_or(|data| data["status"] != "LATER")
}

/// One connection, until it is closed.
async fn serve(mut connection: Connection, mut orders: mpsc::UnboundedReceiver<Order>) {
    if connection.ready().await.is_err() {
        return;
    }
    let mut waiting = HashMap::new();
    let mut leaves: Option<Instant> = None;
    loop {
        let order = tokio::select! {
            order = orders.recv(), if leaves.is_none() => order,
            () = sleep_until(leaves.unwrap_or_else(Instant::now)), if leaves.is_some() => {
                return drop(connection.close(1000).await);
            }
            told = connection.acknowledgement() => match told {
                Ok(told) => {
                    let who: Option<oneshot::Sender<Acknowledgement>> = waiting.remove(&told.id);
                    // Nobody waits any more where it came late.
                    who.into_iter().for_each(|who| drop(who.send(told.clone())));
                    continue;
                }
                Err(error) if error.kind() == std::io::ErrorKind::TimedOut => continue,
                Err(_) => return,
            },
        };
        let done = match order {
            None => return,
            Some(Order::Deliver { payload, order, told }) => {
                match connection.send_in_parts(&payload, &order).await {
                    Ok(id) => {
                        waiting.insert(id, told);
                        Ok(())
                    }
                    Err(error) => Err(error),
                }
            }
            Some(Order::Suffer(Fault::Garbage)) => {
                connection.send_message(bytes::Bytes::from_static(b"\xff\x00garbage")).await
            }
            Some(Order::Suffer(Fault::Leave)) if connection.wire == Wire::DingTalk => {
                drop(connection.disconnect().await);
                // What runs may be finished; nothing new comes this way.
                orders.close();
                leaves = Some(Instant::now() + LEAVES);
                Ok(())
            }
            Some(Order::Suffer(Fault::Leave)) => return drop(connection.close(1000).await),
            Some(Order::Suffer(Fault::Close(code))) => return drop(connection.close(code).await),
            Some(Order::Suffer(Fault::Drop)) => return,
            Some(Order::Suffer(Fault::PlayDead)) => {
                orders.close();
                sleep(DEAD).await;
                return;
            }
        };
        if done.is_err() {
            return;
        }
    }
}

/// Chance that repeats itself: xorshift.
#[derive(Debug)]
struct Chance {
    state: u64,
    /// When something broke.
    broke: Instant,
}

impl Chance {
    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    fn hits(&mut self, one_in: u64) -> bool {
        self.next().is_multiple_of(one_in)
    }

    /// What breaks now, out of ten things, if connections were left alone for long enough.
    fn breaks(&mut self) -> Option<usize> {
        if self.broke.elapsed() < PEACE || !self.hits(10) {
            return None;
        }
        self.broke = Instant::now();
        Some(self.below(10))
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}
