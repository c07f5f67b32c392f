//! What receiving an event costs: `cargo bench -p examples --bench receive`.
//!
//! `receive` is the whole way of a request: signature, decryption, envelope, body, handler, answer. Beside it stand its
//! parts (`open` reads the envelope, `decode` the body), `json`, a parse that knows no types, and `floor`: what hash,
//! base64 and cipher cost alone, with the same crates, below which nothing gets. Times hold for one machine; what tells
//! is `receive` over the `floor` of the same run.

#![allow(clippy::expect_used)] // a benchmark that cannot start says so

mod common;

use std::time::Duration;

use aes::{
    Aes256,
    cipher::{Array, BlockModeDecrypt as _, InnerIvInit as _, KeyInit as _, consts::U16},
};
use bytes::Bytes;
use divan::{Bencher, black_box, black_box_drop};
use http::{Request, Response};
use workplace_events::runtime::{
    decode, envelope,
    platform::Platform,
    value::Coded,
    webhook::{Receiver, Scheme},
};

use self::common::{stamp, tokio};

fn main() {
    // Several in a row: a receiver is as warm on a busy server.
    divan::Divan::default().sample_size(16).sample_count(1000).config_with_args().main();
}

/// What entering tokio takes of `receive`; a server is inside already.
#[divan::bench]
fn enter(bencher: Bencher<'_, '_>) {
    let runtime = tokio();
    bencher.bench_local(|| runtime.block_on(async { black_box(1) }));
}

/// What a task with a time limit costs, which a handler that waits for something gets.
#[divan::bench]
fn task(bencher: Bencher<'_, '_>) {
    let runtime = tokio();
    let limit = Duration::from_secs(1);
    bencher.bench_local(|| {
        runtime.block_on(async { tokio::time::timeout(limit, tokio::spawn(async { black_box(1) })).await })
    });
}

/// Each request is another event: one that was seen before would not reach its handler.
fn receive<P: Platform, C: Scheme>(
    bencher: Bencher<'_, '_>,
    receiver: &Receiver<P, C>,
    payload: &str,
    seal: impl Fn(&str) -> Request<Bytes>,
) {
    let runtime = tokio();
    let receive = |request| -> Response<Bytes> { runtime.block_on(receiver.receive(request)) };
    assert!(receive(seal(payload)).status().is_success());
    let mut number = 0;
    let another = || {
        number += 1;
        seal(&common::another(payload, number))
    };
    bencher.with_inputs(another).bench_local_values(receive);
}

fn open<P: Platform>(bencher: Bencher<'_, '_>, payload: &str) {
    let payload = Bytes::copy_from_slice(payload.as_bytes());
    bencher.bench_local(|| {
        black_box_drop(envelope::open(P::TABLE, Some("webhook"), black_box(payload.clone())))
    });
}

fn decode<P: Platform, T: Coded>(bencher: Bencher<'_, '_>, payload: &str) {
    let opened = envelope::events(P::TABLE, Some("webhook"), payload.as_bytes()).expect("an event").remove(0);
    let keys = P::TABLE.forms[usize::from(opened.form.0)].envelope;
    bencher.bench_local(|| black_box_drop(decode::decode::<T>(opened.form, keys, black_box(opened.body()))));
}

fn json(bencher: Bencher<'_, '_>, payload: &str) {
    bencher.bench_local(|| black_box_drop(serde_json::from_str::<serde_json::Value>(black_box(payload))));
}

/// The base64 text in a body.
fn encrypted(body: &[u8]) -> &[u8] {
    let text = body.strip_prefix(br#"{"encrypt":""#).and_then(|rest| rest.strip_suffix(br#""}"#));
    text.expect("an encrypted body")
}

fn decrypt(cipher: &Aes256, iv: [u8; 16], data: &mut [u8]) {
    let (blocks, _) = Array::<u8, U16>::slice_as_chunks_mut(data);
    cbc::Decryptor::inner_iv_init(cipher, &iv.into()).decrypt_blocks(blocks);
}

mod lark {
    use sha2::{Digest, Sha256};
    use workplace_events::lark::{
        Lark, application::P2ApplicationApplicationAppVersionPublishApplyV6, im::P2ImMessageReceiveV1,
    };

    use super::{
        common::{KEY, big, credential, sealed, small, webhook},
        *,
    };

    #[derive(Debug, Clone, Copy)]
    enum Sample {
        /// A message with one mention.
        Small,
        /// An app that is up for review: about the largest event there is.
        Big,
    }

    const ALL: [Sample; 2] = [Sample::Small, Sample::Big];

    impl Sample {
        fn payload(self) -> String {
            match self {
                Sample::Small => small(),
                Sample::Big => big(),
            }
        }

        fn request(self) -> Request<Bytes> {
            sealed(&self.payload())
        }
    }

    #[divan::bench(args = ALL)]
    fn floor(bencher: Bencher<'_, '_>, sample: Sample) {
        let request = sample.request();
        let cipher = Aes256::new(&Sha256::digest(KEY));
        bencher.bench_local(|| {
            let body = black_box(request.body());
            let hash = Sha256::new().chain_update(b"1609073151").chain_update(b"abcdefg").chain_update(KEY);
            let hash = hash.chain_update(body).finalize();
            let mut data = base64_simd::forgiving_decode_to_vec(encrypted(body)).expect("base64");
            let (iv, rest) = data.split_first_chunk_mut().expect("an initialisation vector");
            decrypt(&cipher, *iv, rest);
            black_box_drop((hash, data));
        });
    }

    #[divan::bench(args = ALL)]
    fn receive(bencher: Bencher<'_, '_>, sample: Sample) {
        super::receive(bencher, &webhook(), &sample.payload(), sealed);
    }

    #[divan::bench(args = ALL)]
    fn authenticate(bencher: Bencher<'_, '_>, sample: Sample) {
        let (credential, request) = (credential(), sample.request());
        bencher.bench_local(|| {
            black_box_drop(credential.authenticate(request.headers(), black_box(request.body())))
        });
    }

    #[divan::bench(args = ALL)]
    fn open(bencher: Bencher<'_, '_>, sample: Sample) {
        super::open::<Lark>(bencher, &sample.payload());
    }

    #[divan::bench(args = ALL)]
    fn decode(bencher: Bencher<'_, '_>, sample: Sample) {
        let payload = sample.payload();
        match sample {
            Sample::Small => super::decode::<Lark, P2ImMessageReceiveV1>(bencher, &payload),
            Sample::Big => {
                super::decode::<Lark, P2ApplicationApplicationAppVersionPublishApplyV6>(bencher, &payload)
            }
        }
    }

    #[divan::bench(args = ALL)]
    fn json(bencher: Bencher<'_, '_>, sample: Sample) {
        super::json(bencher, &sample.payload());
    }
}

mod dingtalk {
    use sha1::{Digest, Sha1};
    use workplace_events::{
        Event,
        dingtalk::{Credential, DingTalk, EventDispatcher, Webhook, contact::UserAddOrg},
        runtime::dingtalk::seal,
    };

    use super::*;

    const TOKEN: &str = "tokenA1b2C3";
    const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
    const OWNER: &str = "dingappkey0001";

    fn payload() -> String {
        common::compact(include_str!(
            "../../schemas/dingtalk/contact/examples/user_add_org.http_internal.json"
        ))
    }

    fn credential() -> Credential {
        Credential::new(TOKEN, KEY, OWNER).expect("a credential")
    }

    fn sealed(payload: &str) -> Request<Bytes> {
        seal(&credential(), payload.as_bytes(), &stamp()).expect("a request")
    }

    #[divan::bench]
    fn floor(bencher: Bencher<'_, '_>) {
        let request = sealed(&payload());
        let key = base64_simd::forgiving_decode_to_vec(KEY.as_bytes()).expect("base64");
        let key: [u8; 32] = key.try_into().expect("a key");
        let (cipher, iv) = (Aes256::new(&key.into()), *key.first_chunk().expect("16 bytes"));
        bencher.bench_local(|| {
            let text = encrypted(black_box(request.body()));
            let hash = Sha1::new().chain_update(b"1609073151").chain_update(text).chain_update(b"abcdefg");
            let hash = hash.chain_update(TOKEN).finalize();
            let mut data = base64_simd::forgiving_decode_to_vec(text).expect("base64");
            decrypt(&cipher, iv, &mut data);
            black_box_drop((hash, data));
        });
    }

    /// The answer is encrypted and signed too; the floor of that is another one.
    #[divan::bench]
    fn receive(bencher: Bencher<'_, '_>) {
        let dispatcher = EventDispatcher::builder().on_user_add_org(async |event: Event<UserAddOrg>| {
            black_box(&*event);
        });
        let receiver = Webhook::builder(dispatcher.build().expect("handlers")).credential(credential());
        super::receive(bencher, &receiver.build().expect("a receiver"), &payload(), sealed);
    }

    #[divan::bench]
    fn open(bencher: Bencher<'_, '_>) {
        super::open::<DingTalk>(bencher, &payload());
    }

    #[divan::bench]
    fn decode(bencher: Bencher<'_, '_>) {
        super::decode::<DingTalk, UserAddOrg>(bencher, &payload());
    }

    #[divan::bench]
    fn json(bencher: Bencher<'_, '_>) {
        super::json(bencher, &payload());
    }
}
