//! Any messages of Lark's socket, one after another.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|messages: Vec<Vec<u8>>| workplace_events_runtime::lark::fuzz_frames(messages));
