//! The bot that the README shows: the very code, as a program, with requests as both platforms send them.

#![allow(clippy::expect_used, clippy::panic)] // a test's helpers fail as the test does

mod common;

use common::Bot;
use workplace_events::{
    dingtalk::{self, contact::UserAddOrg},
    lark::{
        self,
        im::{P2ImChatUpdatedV1, P2ImMessageReceiveV1},
    },
    runtime::dingtalk::open_reply,
    testing::Payload,
};

const AES_KEY: &str = "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij";

/// The bot, after it has told which permissions it needs.
fn start() -> Bot {
    let settings = [
        ("LARK_ENCRYPT_KEY", "test key"),
        ("LARK_VERIFICATION_TOKEN", "v-tok"),
        ("DINGTALK_TOKEN", "123456"),
        ("DINGTALK_AES_KEY", AES_KEY),
        ("DINGTALK_OWNER_KEY", "dingkey"),
    ];
    let mut bot = Bot::start(env!("CARGO_BIN_EXE_both"), &settings);
    let told = bot.text();
    assert!(told.starts_with("permissions for the console: {\"scopes\":{\"tenant\":["), "{told}");
    bot
}

fn lark() -> lark::Credential {
    lark::Credential::new().encrypt_key("test key").verification_token("v-tok")
}

fn dingtalk() -> dingtalk::Credential {
    dingtalk::Credential::new("123456", AES_KEY, "dingkey").expect("a key")
}

#[test]
fn the_readme_shows_the_program_that_is_tested_here() {
    let (program, readme) = (include_str!("../src/bin/both.rs"), include_str!("../../README.md"));
    let (_, rest) = program.split_once("begins here; a test compares them.\n").expect("it begins");
    let (shown, _) = rest.split_once("// What the README shows ends here.").expect("it ends");
    assert!(
        readme.contains(&format!("```rust\n{shown}```\n")),
        "the README shows something else than:\n{shown}"
    );
}

#[test]
fn a_message_of_lark_reaches_its_handler_typed() {
    let mut bot = start();
    let message = Payload::<P2ImMessageReceiveV1>::sample().request(&lark()).expect("seals");
    assert_eq!(bot.post("/lark", &message), (200, br#"{"msg":"success"}"#.to_vec()));
    let told = bot.text();
    assert!(told.contains(r#"OpenId("ou_84aad35d084aa403a838cf73ee18467")"#), "{told}");
    assert!(told.contains(r#"Text("#) && told.contains(r#""@_user_1 hello""#), "{told}");
}

#[test]
fn a_new_colleague_in_dingtalk_reaches_its_handler_typed() {
    let mut bot = start();
    let joined = Payload::<UserAddOrg>::sample_in("http").expect("a payload that is posted");
    let (status, answer) = bot.post("/dingtalk", &joined.request(&dingtalk()).expect("seals"));
    assert_eq!((status, &open_reply(&dingtalk(), &answer).expect("sealed")[..]), (200, &b"success"[..]));
    let told = bot.text();
    assert!(told.starts_with("joined: Ids(") && told.contains("UserId("), "{told}");
}

#[test]
fn an_event_without_a_handler_is_named() {
    let mut bot = start();
    let updated = Payload::<P2ImChatUpdatedV1>::sample().request(&lark()).expect("seals");
    assert_eq!(bot.post("/lark", &updated).0, 200);
    assert_eq!(bot.text(), "also: im.chat.updated_v1\n");
}

#[test]
fn each_platform_is_refused_at_the_address_of_the_other() {
    let bot = start();
    let message = Payload::<P2ImMessageReceiveV1>::sample().request(&lark()).expect("seals");
    let joined = Payload::<UserAddOrg>::sample_in("http").expect("a payload that is posted");
    assert_eq!(bot.post("/dingtalk", &message).0, 401);
    assert_eq!(bot.post("/lark", &joined.request(&dingtalk()).expect("seals")).0, 401);
}
