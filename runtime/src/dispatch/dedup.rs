//! Events that were seen before.

use std::{
    any::Any,
    collections::{HashMap, VecDeque, hash_map},
    fmt,
    hash::{Hash, Hasher},
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Either, Ready, ready},
};
use tokio::time::Instant;
use twox_hash::XxHash3_64;

use super::{
    caught::Panicked,
    hashed::{BuildHashed, SECRET},
};

/// How long an event is remembered. The last repetition of Lark comes 7 h 5 min after the first delivery.
const REMEMBERED: Duration = Duration::from_secs(12 * 3600);

/// How many events [`Memory::default`] remembers, some 5 MB.
const CAPACITY: usize = 100_000;

/// What identifies an event: the app, the event, and the values that the schema names, or else the platform's event id.
/// The same in all processes and builds. What else is in a body may differ from one repetition to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    text: String,
    /// Of the text, with the secret of this process. Of so many events, one in 10^14 shares one with another.
    hash: u64,
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

struct Seen {
    /// By the hashes of their keys: texts would take most of the memory, and most of the time to get at.
    events: HashMap<u64, Entry, BuildHashed>,
    /// By when they were first settled. What is in flight may stand here too.
    ages: VecDeque<(Instant, u64)>,
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
    /// That of an event whose id `add` adds to a text. None where it has none.
    pub(super) fn new(app: &str, event: &str, add: impl FnOnce(&mut String) -> bool) -> Option<Self> {
        // An id is rarely longer.
        let mut text = String::with_capacity(app.len() + event.len() + 64);
        // Told apart by a character that no app and no event has in its name.
        text.extend([app, "\u{1f}", event, "\u{1f}"]);
        let hash = |text: &str| XxHash3_64::oneshot_with_seed(*SECRET, text.as_bytes());
        add(&mut text).then(|| Key { hash: hash(&text), text })
    }

    pub(super) fn of(app: &str, event: &str, id: &str) -> Option<Self> {
        Self::new(app, event, |text| {
            text.push_str(id);
            !id.is_empty()
        })
    }

    /// The key as one text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl Memory {
    /// Remembers so many events for so long.
    #[must_use]
    pub fn new(capacity: usize, remembered: Duration) -> Self {
        let room = capacity.min(CAPACITY);
        let seen = Seen {
            events: HashMap::with_capacity_and_hasher(room, BuildHashed::default()),
            ages: VecDeque::with_capacity(room),
        };
        Memory { seen: Arc::new(Mutex::new(seen)), capacity, remembered }
    }

    fn claim_now(&self, key: &Key) -> Claim {
        self.seen(|seen| match seen.claim(key.hash) {
            // Whether that is to be remembered still is asked only here.
            Claim::Done => {
                seen.forget(Instant::now(), self.remembered, usize::MAX);
                seen.claim(key.hash)
            }
            claim => claim,
        })
    }

    fn settle_now(&self, key: &Key, state: State) {
        self.seen(|seen| {
            let now = Instant::now();
            // Before: what is settled now is new, however old an earlier attempt is.
            seen.forget(now, self.remembered, self.capacity);
            seen.settle(key.hash, state, now);
        });
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
        Box::pin(ready(Ok(self.claim_now(&key))))
    }

    fn done(&self, key: Key) -> BoxFuture<'_, Result<(), StoreError>> {
        self.settle_now(&key, State::Done);
        Box::pin(ready(Ok(())))
    }

    fn release(&self, key: Key) -> BoxFuture<'_, Result<(), StoreError>> {
        self.settle_now(&key, State::Released);
        Box::pin(ready(Ok(())))
    }
}

/// Where a dispatcher remembers events. Memory answers at once.
pub(super) enum Remembered {
    InMemory(Memory),
    Elsewhere(Arc<dyn Store>),
}

/// What a store says.
pub(super) type Asked<T> = Either<Ready<Result<T, StoreError>>, BoxFuture<'static, Result<T, StoreError>>>;

impl Remembered {
    pub(super) fn by(store: impl Store) -> Self {
        match (&store as &dyn Any).downcast_ref::<Memory>() {
            Some(memory) => Remembered::InMemory(memory.clone()),
            None => Remembered::Elsewhere(Arc::new(store)),
        }
    }

    pub(super) fn claim(&self, key: &Key) -> Asked<Claim> {
        match self {
            Remembered::InMemory(memory) => Either::Left(ready(Ok(memory.claim_now(key)))),
            Remembered::Elsewhere(store) => Either::Right(ask(store, key, <dyn Store>::claim)),
        }
    }

    pub(super) fn done(&self, key: &Key) -> Asked<()> {
        self.settle(key, State::Done, <dyn Store>::done)
    }

    pub(super) fn release(&self, key: &Key) -> Asked<()> {
        self.settle(key, State::Released, <dyn Store>::release)
    }

    fn settle(&self, key: &Key, state: State, settle: Ask<()>) -> Asked<()> {
        match self {
            Remembered::InMemory(memory) => {
                memory.settle_now(key, state);
                Either::Left(ready(Ok(())))
            }
            Remembered::Elsewhere(store) => Either::Right(ask(store, key, settle)),
        }
    }
}

type Ask<T> = for<'s> fn(&'s dyn Store, Key) -> BoxFuture<'s, Result<T, StoreError>>;

/// A store that panics has failed.
fn ask<T: 'static>(
    store: &Arc<dyn Store>,
    key: &Key,
    ask: Ask<T>,
) -> BoxFuture<'static, Result<T, StoreError>> {
    let (store, key) = (store.clone(), key.clone());
    let asked = AssertUnwindSafe(async move { ask(&*store, key).await }).catch_unwind();
    asked.map(|said| said.unwrap_or_else(|_| Err(StoreError::from(Box::from(Panicked))))).boxed()
}

impl Seen {
    fn claim(&mut self, key: u64) -> Claim {
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

    fn settle(&mut self, key: u64, state: State, now: Instant) {
        if let Some(entry) = self.events.get_mut(&key) {
            entry.state = state;
            if !std::mem::replace(&mut entry.aged, true) {
                self.ages.push_back((now, key));
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
        key_of("cli_1", "message", id)
    }

    fn key_of(app: &str, event: &str, id: &str) -> Key {
        Key::of(app, event, id).unwrap()
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
        for id in ["running", "old", "newer", "newest"] {
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
        assert!(store.seen(|seen| seen.events.len() == 3 && seen.ages.len() == 2));
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
        let key = key_of("cli_1", "message", "om_1");
        assert_eq!(key, key_of("cli_1", "message", "om_1"));
        for other in [
            key_of("cli_2", "message", "om_1"),
            key_of("cli_1", "other", "om_1"),
            key_of("cli_1", "message", "om_2"),
        ] {
            assert_ne!(key, other);
        }
        let parts = ["", "/", "a", "a/", "/a", "a/a", "1/1", "/0/1"];
        let mut keys = std::collections::HashSet::new();
        for (app, event, id) in
            parts.iter().flat_map(|a| parts.iter().flat_map(move |b| parts.map(|c| (a, b, c))))
        {
            let key = Key::of(app, event, id);
            assert_eq!(key.is_none(), id.is_empty(), "no id, no key");
            assert!(key.is_none_or(|key| keys.insert(key.text)), "{app} {event} {id}");
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
