//! Any messages of DingTalk's socket, one after another.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|messages: Vec<String>| workplace_events_runtime::dingtalk::fuzz_frames(messages));
