//! Events with equal keys one after another, all others side by side.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    hash::BuildHasher as _,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use futures_util::FutureExt as _;
use tokio::sync::oneshot;

use super::hashed::BuildHashed;

/// Who has the turn of a key, and who waits for it.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Mutex<Waiting>>);

/// Those who wait in each queue, while somebody has its turn.
type Waiting = HashMap<u64, VecDeque<oneshot::Sender<()>>, BuildHashed>;

/// Where events with equal keys stand: the hash of the key. Two keys with one hash would wait for each other, and nothing
/// else would happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Queue(u64);

/// A place in a queue, until it is dropped. Done when the turn comes.
pub(super) struct Turn {
    turns: Turns,
    queue: Queue,
    /// Hears when the turn comes, unless it has come.
    comes: Option<oneshot::Receiver<()>>,
}

impl Queue {
    /// That of the values of a body that `add` adds to a text. None where there are none.
    pub(super) fn new(app: &str, tenant: &str, add: impl FnOnce(&mut String) -> bool) -> Option<Self> {
        let mut values = String::new();
        add(&mut values).then(|| Queue(BuildHashed::default().hash_one((app, tenant, values))))
    }
}

impl Turns {
    /// Queues up. The order of these calls is the order of the turns.
    pub(super) fn take(&self, queue: Queue) -> Turn {
        let comes = match self.lock().entry(queue.0) {
            Entry::Vacant(nobody) => {
                nobody.insert(VecDeque::new());
                None
            }
            Entry::Occupied(mut waiting) => {
                let (tell, comes) = oneshot::channel();
                waiting.get_mut().push_back(tell);
                Some(comes)
            }
        };
        Turn { turns: self.clone(), queue, comes }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if let Some(comes) = &mut self.comes {
            // Whoever has the turn passes it on before anything else can end this.
            let _ = ready!(comes.poll_unpin(context));
        }
        self.comes = None;
        Poll::Ready(())
    }
}

impl Drop for Turn {
    /// Passes the turn on to the first that still waits for it.
    fn drop(&mut self) {
        let mut queues = self.turns.lock();
        // Given up before it came: it is passed over when it would come. Whether it came is asked while nobody passes on.
        if self.comes.take().is_some_and(|mut comes| comes.try_recv().is_err()) {
            return;
        }
        let Entry::Occupied(mut waiting) = queues.entry(self.queue.0) else { return };
        while let Some(next) = waiting.get_mut().pop_front() {
            if next.send(()).is_ok() {
                return;
            }
        }
        waiting.remove();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn queue(of: &str) -> Queue {
        let values = |values: &mut String| {
            values.push_str(of);
            true
        };
        Queue::new("app", "tenant", values).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn turns_of_a_key_come_in_order_and_of_several_keys_at_once() {
        let turns = Turns::default();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for (name, key, takes) in [("a1", "a", 30), ("b1", "b", 10), ("a2", "a", 1), ("a3", "a", 1)] {
            let (mut turn, seen) = (turns.take(queue(key)), seen.clone());
            tasks.push(tokio::spawn(async move {
                (&mut turn).await;
                tokio::time::sleep(Duration::from_millis(takes)).await;
                seen.lock().unwrap().push(name);
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*seen.lock().unwrap(), ["b1", "a1", "a2", "a3"]);
        assert!(turns.is_empty(), "nothing is left behind");
    }

    #[tokio::test]
    async fn a_last_turn_that_is_given_up_is_forgotten() {
        let turns = Turns::default();
        let first = turns.take(queue("a"));
        drop(turns.take(queue("a")));
        drop(first);
        tokio::task::yield_now().await;
        assert!(turns.is_empty());
    }

    #[tokio::test]
    async fn a_turn_that_is_given_up_lets_nobody_overtake() {
        let turns = Turns::default();
        let first = turns.take(queue("a"));
        let second = turns.take(queue("a"));
        let mut third = turns.take(queue("a"));
        drop(second);
        let early = tokio::time::timeout(Duration::from_millis(20), &mut third).await;
        assert!(early.is_err(), "the first is still there");
        drop(first);
        (&mut third).await;
        drop(third);
        tokio::task::yield_now().await;
        assert!(turns.is_empty());
    }

    #[tokio::test]
    async fn a_turn_that_came_and_is_given_up_unseen_is_passed_on() {
        let turns = Turns::default();
        let first = turns.take(queue("a"));
        let second = turns.take(queue("a"));
        let mut third = turns.take(queue("a"));
        drop(first);
        drop(second);
        (&mut third).await;
        drop(third);
        assert!(turns.is_empty());
    }
}
