//! Events with equal keys one after another, all others side by side.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    hash::{BuildHasher as _, Hash},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use super::hashed::BuildHashed;

/// Who has the turn of a key, and who waits for it.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Mutex<Waiting>>);

/// Those who wait, by the hash of their key, while somebody has its turn. Two keys with one hash would wait for each
/// other, and nothing else would happen.
type Waiting = HashMap<u64, VecDeque<oneshot::Sender<()>>, BuildHashed>;

/// A place in the queue of a key, until it is dropped.
pub(super) struct Turn {
    turns: Turns,
    key: u64,
    /// Hears when the turn comes, unless it has come.
    comes: Option<oneshot::Receiver<()>>,
}

impl Turns {
    /// Queues up. The order of these calls is the order of the turns.
    pub(super) fn take(&self, key: impl Hash) -> Turn {
        let key = BuildHashed::default().hash_one(key);
        let comes = match self.lock().entry(key) {
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
        Turn { turns: self.clone(), key, comes }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}

impl Turn {
    /// Waits until it is this one's turn.
    pub(super) async fn come(&mut self) {
        if let Some(comes) = &mut self.comes {
            // Whoever has the turn passes it on before anything else can end this.
            let _ = comes.await;
        }
        self.comes = None;
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
        let Entry::Occupied(mut waiting) = queues.entry(self.key) else { return };
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

    #[tokio::test(start_paused = true)]
    async fn turns_of_a_key_come_in_order_and_of_several_keys_at_once() {
        let turns = Turns::default();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for (name, key, takes) in [("a1", "a", 30), ("b1", "b", 10), ("a2", "a", 1), ("a3", "a", 1)] {
            let (mut turn, seen) = (turns.take(key.to_owned()), seen.clone());
            tasks.push(tokio::spawn(async move {
                turn.come().await;
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
        let first = turns.take("a".to_owned());
        drop(turns.take("a".to_owned()));
        drop(first);
        tokio::task::yield_now().await;
        assert!(turns.is_empty());
    }

    #[tokio::test]
    async fn a_turn_that_is_given_up_lets_nobody_overtake() {
        let turns = Turns::default();
        let first = turns.take("a".to_owned());
        let second = turns.take("a".to_owned());
        let mut third = turns.take("a".to_owned());
        drop(second);
        let early = tokio::time::timeout(Duration::from_millis(20), third.come()).await;
        assert!(early.is_err(), "the first is still there");
        drop(first);
        third.come().await;
        drop(third);
        tokio::task::yield_now().await;
        assert!(turns.is_empty());
    }

    #[tokio::test]
    async fn a_turn_that_came_and_is_given_up_unseen_is_passed_on() {
        let turns = Turns::default();
        let first = turns.take("a".to_owned());
        let second = turns.take("a".to_owned());
        let mut third = turns.take("a".to_owned());
        drop(first);
        drop(second);
        third.come().await;
        drop(third);
        assert!(turns.is_empty());
    }
}
