//! A quick hash for tables.

use std::{
    hash::{BuildHasher as _, BuildHasherDefault, Hasher, RandomState},
    sync::LazyLock,
};

use twox_hash::XxHash3_64;

/// The secret of this process. Whoever makes up events cannot make up such that tables find slowly.
pub(super) static SECRET: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(()));

/// For tables whose keys are texts, or hashes already.
pub(super) type BuildHashed = BuildHasherDefault<Hashed>;

/// The hash of what was written so far.
#[derive(Default)]
pub(super) struct Hashed(u64);

impl Hasher for Hashed {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = XxHash3_64::oneshot_with_seed(*SECRET ^ self.0, bytes);
    }

    /// The end of a text.
    fn write_u8(&mut self, byte: u8) {
        self.0 = self.0.rotate_left(8) ^ u64::from(byte);
    }

    /// A hash, which is taken as it is.
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
