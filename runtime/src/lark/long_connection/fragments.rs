//! Messages that come in several frames.

use std::{collections::HashMap, time::Duration};

use bytes::{Bytes, BytesMut};
use tokio::time::Instant;

/// How many frames a message may have, how many messages may be incomplete, and how long all of them may be together.
const MAX_PARTS: usize = 1024;
const MAX_OPEN: usize = 256;
const MAX_BYTES: usize = 16 << 20;
/// How long the next frame may take.
const EXPIRES: Duration = Duration::from_secs(5);

/// What was not complete yet.
#[derive(Debug, Default)]
pub(super) struct Fragments {
    open: HashMap<String, Open>,
    bytes: usize,
}

#[derive(Debug)]
struct Open {
    parts: Vec<Option<Bytes>>,
    last: Instant,
}

impl Fragments {
    /// Takes part `seq` of `sum`, counted from 0, and gives the whole once it is complete. The error says what is wrong
    /// with the part.
    pub(super) fn add(
        &mut self,
        message: &str,
        sum: usize,
        seq: usize,
        part: Bytes,
        now: Instant,
    ) -> Result<Option<Bytes>, &'static str> {
        self.expire(now);
        if sum > MAX_PARTS {
            return Err("it has too many parts");
        }
        if seq >= sum {
            return Err("its number is beyond the number of parts");
        }
        if !self.open.contains_key(message) && self.open.len() >= MAX_OPEN {
            return Err("too many messages are incomplete");
        }
        if self.bytes + part.len() > MAX_BYTES {
            return Err("the incomplete messages are too long");
        }
        let open =
            self.open.entry(message.to_owned()).or_insert_with(|| Open { parts: vec![None; sum], last: now });
        if open.parts.len() != sum {
            return Err("it has another number of parts than the part before");
        }
        open.last = now;
        self.bytes += part.len();
        if let Some(before) = open.parts[seq].replace(part) {
            self.bytes -= before.len();
        }
        if open.parts.iter().any(Option::is_none) {
            return Ok(None);
        }
        Ok(self.take(message))
    }

    fn take(&mut self, message: &str) -> Option<Bytes> {
        let whole = self.open.remove(message)?;
        let mut bytes = BytesMut::new();
        whole.parts.iter().flatten().for_each(|part| bytes.extend_from_slice(part));
        self.bytes -= bytes.len();
        Some(bytes.freeze())
    }

    fn expire(&mut self, now: Instant) {
        let late: Vec<_> = self
            .open
            .iter()
            .filter(|(_, open)| now - open.last > EXPIRES)
            .map(|(id, _)| id.clone())
            .collect();
        for id in late {
            self.take(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn part(text: &'static str) -> Bytes {
        Bytes::from_static(text.as_bytes())
    }

    #[test]
    fn parts_of_several_messages_in_any_order_make_the_wholes() {
        let (mut all, now) = (Fragments::default(), Instant::now());
        assert_eq!(all.add("a", 3, 2, part("c"), now), Ok(None));
        assert_eq!(all.add("b", 2, 0, part("x"), now), Ok(None));
        assert_eq!(all.add("a", 3, 0, part("a"), now), Ok(None));
        assert_eq!(
            all.add("a", 3, 0, part("A"), now),
            Ok(None),
            "a repeated part takes the place of the first"
        );
        assert_eq!(all.add("a", 3, 1, part("b"), now), Ok(Some(part("Abc"))));
        assert_eq!(all.add("b", 2, 1, part(""), now), Ok(Some(part("x"))), "an empty part is one");
        assert!(all.open.is_empty() && all.bytes == 0, "nothing is kept of what is complete");
    }

    #[test]
    fn what_is_never_completed_is_forgotten() {
        let (mut all, now) = (Fragments::default(), Instant::now());
        assert_eq!(all.add("a", 2, 0, part("old"), now), Ok(None));
        let later = now + EXPIRES + Duration::from_millis(1);
        assert_eq!(all.add("a", 2, 1, part("new"), later), Ok(None), "the first part is gone");
        assert_eq!(all.bytes, 3);
    }

    #[test]
    fn nothing_that_the_other_side_says_makes_it_take_much_memory() {
        let (mut all, now) = (Fragments::default(), Instant::now());
        assert!(all.add("a", 1_000_000, 0, part("x"), now).is_err());
        assert!(all.add("a", 2, 2, part("x"), now).is_err());
        assert!(all.add("a", 0, 0, part("x"), now).is_err());
        assert_eq!(all.add("a", 2, 0, part("x"), now), Ok(None));
        assert!(all.add("a", 3, 1, part("x"), now).is_err(), "the number of parts changed");
        for id in 0..MAX_OPEN - 1 {
            assert_eq!(all.add(&format!("m{id}"), 2, 0, part("x"), now), Ok(None));
        }
        assert!(all.add("one more", 2, 0, part("x"), now).is_err());
        let long = Bytes::from(vec![0; MAX_BYTES]);
        assert!(all.add("a", 2, 1, long, now).is_err());
    }

    proptest! {
        #[test]
        fn any_cut_in_any_order_gives_the_message_back(
            parts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..20), 1..20),
            order in any::<u64>(),
        ) {
            let (mut all, now) = (Fragments::default(), Instant::now());
            let mut left: Vec<usize> = (0..parts.len()).collect();
            let mut whole = None;
            let mut order = order;
            while !left.is_empty() {
                let seq = left.remove((order % left.len() as u64) as usize);
                order = order.rotate_left(7);
                prop_assert!(whole.is_none());
                whole = all.add("m", parts.len(), seq, parts[seq].clone().into(), now).unwrap();
            }
            prop_assert_eq!(whole.unwrap(), parts.concat());
            prop_assert_eq!(all.bytes, 0);
        }
    }
}
