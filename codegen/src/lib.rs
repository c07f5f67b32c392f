//! From schemas to the `workplace-events` crate.

pub mod compile;
pub mod diagnostic;
pub mod diff;
pub mod emit;
pub mod find;
mod infer;
pub mod language;
pub mod lint;
pub mod load;
pub mod mask;
pub mod mend;
pub mod model;
pub mod names;
mod nearest;
pub mod output;
mod patterns;
pub mod published;
pub mod scaffold;
pub mod source;
pub mod syntax;
pub mod tables;
pub mod verify;
pub mod workspace;
