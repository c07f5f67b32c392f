//! Any request to a receiver of Lark: signed or not, encrypted or not.
#![no_main]

use http::HeaderMap;
use libfuzzer_sys::fuzz_target;
use workplace_events_runtime::{
    lark::{Credential, seal},
    webhook::Stamp,
};

fuzz_target!(|data: &[u8]| {
    let all = Credential::new().encrypt_key("key").verification_token("token").accept_old_cards();
    let token = Credential::new().verification_token("token");
    // As it came; and as the plaintext of an authentic request.
    let body = data.to_vec().into();
    let _ = all.authenticate(&HeaderMap::new(), &body);
    let _ = token.authenticate(&HeaderMap::new(), &body);
    if let Ok(request) = seal(&all, data, &Stamp::new("1", "n", [0; 16])) {
        let _ = all.authenticate(request.headers(), request.body());
    }
});
