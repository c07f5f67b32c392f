//! Events that were seen before.

use std::{
    collections::{HashMap, VecDeque, hash_map},
    fmt,
    hash::{Hash, Hasher},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::future::BoxFuture;
use tokio::time::Instant;
use twox_hash::XxHash3_128;

use super::hashed::{BuildHashed, SECRET};

/// How long an event is remembered. The last repetition of Lark comes 7 h 5 min after the first delivery.
const REMEMBERED: Duration = Duration::from_secs(12 * 3600);

/// How many events [`Memory::default`] remembers, some 9 MB.
const CAPACITY: usize = 100_000;

/// What identifies an event: the app, the event, and the values that the schema names, or else the platform's event id.
/// The same in all processes and builds. What else is in a body may differ from one repetition to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    text: Arc<str>,
    /// Of the text, with the secret of this process. Long enough that no two texts share one.
    hash: u128,
}

/// What a store says about an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// Nobody handles it, and nobody did: it is yours. `attempt` counts from 1.
    Yours {
        /// Which attempt this is.
        attempt: u32,
    },
    /// Somebody is handling it.
    InFlight,
    /// It was handled.
    Done,
}

/// The store could not be asked. The event is then handled, perhaps once more.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct StoreError(#[from] Box<dyn std::error::Error + Send + Sync>);

/// Remembers events. [`Memory`] is enough for one process; several that share a queue or an address need one that they
/// share, such as a table of a database.
///
/// `claim` must be atomic: of two that ask at once, one gets [`Claim::Yours`]. A store should remember what is done for
/// at least 8 hours, and give up a claim for a process that died: some time after handlers are
/// [given up](super::Builder::abandon_after).
pub trait Store: Send + Sync + 'static {
    /// Asks for an event.
    fn claim(&self, key: Key) -> BoxFuture<'_, Result<Claim, StoreError>>;
    /// It was handled.
    fn done(&self, key: Key) -> BoxFuture<'_, Result<(), StoreError>>;
    /// It was not handled, and may be claimed again.
    fn release(&self, key: Key) -> BoxFuture<'_, Result<(), StoreError>>;
}

/// Remembers events in memory, as many and as long as it is told; of too many it forgets the oldest. Clones share what
/// they remember.
#[derive(Clone)]
pub struct Memory {
    seen: Arc<Mutex<Seen>>,
    capacity: usize,
    remembered: Duration,
}

#[derive(Default)]
struct Seen {
    /// By the hashes of their keys: texts would take most of the memory, and most of the time to get at.
    events: HashMap<u128, Entry, BuildHashed>,
    /// By when they were first settled. What is in flight may stand here too.
    ages: VecDeque<(Instant, u128)>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    state: State,
    attempts: u32,
    /// Whether it stands among the ages.
    aged: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    InFlight,
    Done,
    Released,
}

impl Key {
    pub(super) fn new(app: &str, event: &str, id: &str) -> Self {
        // Told apart by a character that no app and no event has in its name.
        let text = [app, event, id].join("\u{1f}");
        Key { hash: XxHash3_128::oneshot_with_seed(*SECRET, text.as_bytes()), text: text.into() }
    }

    /// The key as one text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u128(self.hash);
    }
}

impl Memory {
    /// Remembers so many events for so long.
    #[must_use]
    pub fn new(capacity: usize, remembered: Duration) -> Self {
        Memory { seen: Arc::default(), capacity, remembered }
    }

    fn seen<R>(&self, with: impl FnOnce(&mut Seen) -> R) -> R {
        with(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Default for Memory {
    /// 100,000 events for 12 hours.
    fn default() -> Self {
        Memory::new(CAPACITY, REMEMBERED)
    }
}

impl Store for Memory {
    fn claim(&self, key: Key) -> BoxFuture<'_, Result<Claim, StoreError>> {
        let claim = self.seen(|seen| {
            let now = Instant::now();
            seen.forget(now, self.remembered, self.capacity);
            seen.claim(key.hash)
        });
        Box::pin(std::future::ready(Ok(claim)))
    }

    fn done(&self, key: Key) -> BoxFuture<'_, Result<(), StoreError>> {
        self.seen(|seen| seen.settle(key.hash, State::Done));
        Box::pin(std::future::ready(Ok(())))
    }

    fn release(&self, key: Key) -> BoxFuture<'_, Result<(), StoreError>> {
        self.seen(|seen| seen.settle(key.hash, State::Released));
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Seen {
    fn claim(&mut self, key: u128) -> Claim {
        match self.events.entry(key) {
            hash_map::Entry::Vacant(new) => {
                new.insert(Entry { state: State::InFlight, attempts: 1, aged: false });
                Claim::Yours { attempt: 1 }
            }
            hash_map::Entry::Occupied(mut entry) => {
                let entry = entry.get_mut();
                match entry.state {
                    State::InFlight => Claim::InFlight,
                    State::Done => Claim::Done,
                    State::Released => {
                        entry.state = State::InFlight;
                        entry.attempts += 1;
                        Claim::Yours { attempt: entry.attempts }
                    }
                }
            }
        }
    }

    fn settle(&mut self, key: u128, state: State) {
        if let Some(entry) = self.events.get_mut(&key) {
            entry.state = state;
            if !std::mem::replace(&mut entry.aged, true) {
                self.ages.push_back((Instant::now(), key));
            }
        }
    }

    /// Forgets what is too old or too much, but nothing that is being handled.
    fn forget(&mut self, now: Instant, remembered: Duration, capacity: usize) {
        let too_many = |ages: &VecDeque<_>| ages.len() >= capacity.max(1);
        while let Some((settled, _)) = self.ages.front()
            && (now.duration_since(*settled) >= remembered || too_many(&self.ages))
            && let Some((_, key)) = self.ages.pop_front()
        {
            match self.events.entry(key) {
                // It is claimed again, and will be settled again.
                hash_map::Entry::Occupied(mut entry) if entry.get().state == State::InFlight => {
                    entry.get_mut().aged = false;
                }
                hash_map::Entry::Occupied(entry) => drop(entry.remove()),
                hash_map::Entry::Vacant(_) => {}
            }
        }
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remembers = self.seen(|seen| seen.events.len());
        f.debug_struct("Memory")
            .field("remembers", &remembers)
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str) -> Key {
        Key::new("cli_1", "message", id)
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_is_claimed_once_until_it_is_released_or_forgotten() {
        let store = Memory::new(10, Duration::from_secs(12 * 3600));
        assert_eq!(store.claim(key("1")).await.unwrap(), Claim::Yours { attempt: 1 });
        assert_eq!(store.claim(key("1")).await.unwrap(), Claim::InFlight);
        store.release(key("1")).await.unwrap();
        assert_eq!(store.claim(key("1")).await.unwrap(), Claim::Yours { attempt: 2 });
        store.done(key("1")).await.unwrap();
        tokio::time::advance(Duration::from_secs(11 * 3600)).await;
        assert_eq!(store.claim(key("1")).await.unwrap(), Claim::Done);
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert_eq!(store.claim(key("1")).await.unwrap(), Claim::Yours { attempt: 1 });
    }

    #[tokio::test]
    async fn of_too_many_the_oldest_is_forgotten_unless_it_runs() {
        let store = Memory::new(2, Duration::from_secs(12 * 3600));
        for id in ["running", "old", "new"] {
            store.claim(key(id)).await.unwrap();
            if id != "running" {
                store.done(key(id)).await.unwrap();
            }
        }
        assert_eq!(store.claim(key("running")).await.unwrap(), Claim::InFlight);
        assert_eq!(store.claim(key("old")).await.unwrap(), Claim::Yours { attempt: 1 });
    }

    #[tokio::test]
    async fn what_runs_is_not_passed_over_again_and_again() {
        let store = Memory::new(2, Duration::from_secs(12 * 3600));
        for id in 0..100 {
            store.claim(key(&id.to_string())).await.unwrap();
        }
        assert!(store.seen(|seen| seen.events.len() == 100 && seen.ages.is_empty()));
        for id in 0..100 {
            store.done(key(&id.to_string())).await.unwrap();
        }
        store.claim(key("more")).await.unwrap();
        assert!(store.seen(|seen| seen.events.len() == 2 && seen.ages.len() == 1));
    }

    #[tokio::test(start_paused = true)]
    async fn what_failed_and_is_claimed_again_is_not_forgotten_while_it_runs() {
        let store = Memory::new(10, Duration::from_secs(60));
        store.claim(key("1")).await.unwrap();
        store.release(key("1")).await.unwrap();
        assert_eq!(store.claim(key("1")).await.unwrap(), Claim::Yours { attempt: 2 });
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(store.claim(key("1")).await.unwrap(), Claim::InFlight);
        store.done(key("1")).await.unwrap();
        tokio::time::advance(Duration::from_secs(59)).await;
        assert_eq!(store.claim(key("1")).await.unwrap(), Claim::Done);
    }

    #[test]
    fn app_event_and_id_tell_events_apart() {
        let key = Key::new("cli_1", "message", "om_1");
        assert_eq!(key, Key::new("cli_1", "message", "om_1"));
        for other in [
            Key::new("cli_2", "message", "om_1"),
            Key::new("cli_1", "other", "om_1"),
            Key::new("cli_1", "message", "om_2"),
        ] {
            assert_ne!(key, other);
        }
        let parts = ["", "/", "a", "a/", "/a", "a/a", "1/1", "/0/1"];
        let mut keys = std::collections::HashSet::new();
        for (app, event, id) in
            parts.iter().flat_map(|a| parts.iter().flat_map(move |b| parts.map(|c| (a, b, c))))
        {
            assert!(keys.insert(Key::new(app, event, id).text), "{app} {event} {id}");
        }
    }

    #[tokio::test]
    async fn memory_is_bounded() {
        let store = Memory::new(100, Duration::from_secs(12 * 3600));
        for id in 0..10_000 {
            let key = key(&id.to_string());
            store.claim(key.clone()).await.unwrap();
            store.done(key).await.unwrap();
        }
        assert!(store.seen(|seen| seen.events.len() <= 100 && seen.ages.len() <= 100));
    }
}
