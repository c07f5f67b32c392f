//! Events with equal keys one after another, all others side by side.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::oneshot;

/// The last turn of every key that has one.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Mutex<Queues>>);

#[derive(Default)]
struct Queues {
    last: HashMap<String, (u64, oneshot::Receiver<()>)>,
    count: u64,
}

/// A place in the queue of a key, until it is dropped.
pub(super) struct Turn {
    turns: Turns,
    key: String,
    number: u64,
    /// Ends when the turn before this one is over.
    previous: Option<oneshot::Receiver<()>>,
    /// Dropped when this turn is over.
    over: Option<oneshot::Sender<()>>,
}

impl Turns {
    /// Queues up. The order of these calls is the order of the turns.
    pub(super) fn take(&self, key: String) -> Turn {
        let (over, waits) = oneshot::channel();
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        queues.count += 1;
        let number = queues.count;
        let previous = queues.last.insert(key.clone(), (number, waits)).map(|(_, previous)| previous);
        drop(queues);
        Turn { turns: self.clone(), key, number, previous, over: Some(over) }
    }

    /// Nobody has to wait for a turn that is over, if it is the last one.
    fn forget(&self, key: &str, number: u64) {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if queues.last.get(key).is_some_and(|(last, _)| *last == number) {
            queues.last.remove(key);
        }
    }

    #[cfg(test)]
    fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).last.is_empty()
    }
}

impl Turn {
    /// Waits until it is this one's turn.
    pub(super) async fn come(&mut self) {
        if let Some(previous) = &mut self.previous {
            // An error says that the turn before is over, too.
            let _ = previous.await;
        }
        self.previous = None;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let over = self.over.take();
        if let (Some(previous), Ok(runtime)) = (self.previous.take(), tokio::runtime::Handle::try_current()) {
            // Given up before it came: the next one still has to wait for the one before.
            let (turns, key, number) = (self.turns.clone(), std::mem::take(&mut self.key), self.number);
            runtime.spawn(async move {
                let _ = previous.await;
                turns.forget(&key, number);
                drop(over);
            });
        } else {
            self.turns.forget(&self.key, self.number);
        }
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
}
