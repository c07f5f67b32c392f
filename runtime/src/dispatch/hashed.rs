//! Tables whose keys are hashes already.

use std::hash::{BuildHasherDefault, Hasher};

/// Takes hashes as they are.
pub(super) type BuildHashed = BuildHasherDefault<Hashed>;

/// The last hash that was written.
#[derive(Default)]
pub(super) struct Hashed(u64);

impl Hasher for Hashed {
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
