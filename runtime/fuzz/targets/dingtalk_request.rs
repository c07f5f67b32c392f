//! Any request to a receiver of DingTalk, and any plaintext of an authentic one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use workplace_events_runtime::{
    dingtalk::{Credential, open_reply, seal},
    webhook::Stamp,
};

const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

fuzz_target!(|data: &[u8]| {
    let Ok(credential) = Credential::new("token", KEY, "owner") else { return };
    let (query, body) = data.split_at(data.iter().position(|byte| *byte == b'\n').unwrap_or(0));
    let _ = credential.authenticate(&String::from_utf8_lossy(query), body);
    let _ = open_reply(&credential, data);
    if let Ok(request) = seal(&credential, data, &Stamp::new("1", "n", [0; 16])) {
        let _ = credential.authenticate(request.uri().query().unwrap_or_default(), request.body());
    }
});
