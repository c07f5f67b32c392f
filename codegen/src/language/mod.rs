//! What an editor asks about a schema: what stands here, where is it declared, what could be written.
//!
//! `cursor` finds what stands at a byte of a file, `grammar` knows what the schema language allows there, `reference` which of it
//! names something that is declared elsewhere. All of them read the text of the file, so that they answer while a file is half
//! written.

mod complete;
mod cursor;
mod definition;
mod grammar;
mod home;
mod hover;
mod position;
mod reference;
#[cfg(test)]
mod tests;

pub use self::{
    complete::{Completion, CompletionKind, complete},
    definition::definition,
    hover::{Hover, hover},
    position::{Lines, Position},
};
