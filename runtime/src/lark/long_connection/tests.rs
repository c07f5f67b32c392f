//! The frames byte for byte, and what each of them makes the session do.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::{
    config::Config,
    frame::{CONTROL, DATA, Frame},
    session::LarkSession,
};
use crate::{
    connection::{Session as _, Step},
    dispatch::Answer,
};

fn session() -> LarkSession {
    LarkSession::new(33_554_678, Arc::new(Mutex::new(Config::default())))
}

fn frame(headers: &[(&str, &str)], payload: &str) -> Frame {
    let mut frame = Frame { seq_id: 1, log_id: 2, service: 3, method: DATA, ..Frame::default() };
    headers.iter().for_each(|(key, value)| frame.add(key, *value));
    frame.log_id_new = Some("log".to_owned());
    frame.payload = Some(Bytes::copy_from_slice(payload.as_bytes()));
    frame
}

fn read(message: Message) -> Frame {
    Frame::read(message.into_data()).unwrap()
}

fn said(frame: &Frame) -> Value {
    serde_json::from_slice(frame.payload.as_ref().unwrap()).unwrap()
}

#[test]
fn a_ping_has_the_bytes_of_the_official_clients() {
    let ping = session().ping().into_data();
    assert_eq!(base16ct::lower::encode_string(&ping), "0800100018f681801020002a0c0a0474797065120470696e67");
}

#[test]
fn an_answer_repeats_the_frame_and_says_how_long_it_took() {
    let mut session = session();
    let headers = [("type", "event"), ("message_id", "m"), ("instance_id", "i"), ("sum", "1"), ("seq", "0")];
    let Step::Deliver { payload, receipt, .. } = session.receive(frame(&headers, "{}").message()) else {
        panic!("it is delivered");
    };
    assert_eq!(payload, "{}");
    let answer = read(session.answer(receipt, Answer::Acknowledged, std::time::Duration::from_millis(7)));
    let mut expected = frame(&[headers.as_slice(), &[("biz_rt", "7")]].concat(), r#"{"code":200}"#);
    expected.payload = answer.payload.clone();
    assert_eq!(answer, expected);
    assert_eq!(said(&answer), json!({ "code": 200 }));
}

#[test]
fn the_answer_to_a_callback_is_base64() {
    let mut session = session();
    let mut answer = |given| {
        let Step::Deliver { receipt, .. } = session.receive(frame(&[("type", "event")], "{}").message())
        else {
            panic!("it is delivered");
        };
        said(&read(session.answer(receipt, given, std::time::Duration::ZERO)))
    };
    assert_eq!(
        answer(Answer::Reply(Bytes::from_static(b"{\"toast\":{}}"))),
        json!({ "code": 200, "data": "eyJ0b2FzdCI6e319" })
    );
    assert_eq!(answer(Answer::Retry), json!({ "code": 500 }));
    assert_eq!(answer(Answer::Malformed), json!({ "code": 500 }));
}

#[test]
fn a_card_by_the_old_way_is_answered_and_not_handled() {
    let Step::Send(answer) = session().receive(frame(&[("type", "card")], "{}").message()) else {
        panic!("it is answered");
    };
    assert_eq!(said(&read(answer)), json!({ "code": 200 }));
}

#[test]
fn parts_that_make_no_sense_are_refused() {
    for (sum, seq) in [("1000000", "0"), ("2", "2"), ("two", "0"), ("2", "-1")] {
        let headers = [("type", "event"), ("message_id", "m"), ("sum", sum), ("seq", seq)];
        let Step::Send(answer) = session().receive(frame(&headers, "{}").message()) else {
            panic!("{sum} {seq} is answered");
        };
        assert_eq!(said(&read(answer)), json!({ "code": 500 }));
    }
}

#[test]
fn a_pong_changes_what_it_names() {
    let mut session = session();
    let before = session.ping_interval();
    let mut pong = Frame { method: CONTROL, ..Frame::default() };
    pong.add("type", "pong");
    for (payload, seconds) in
        [(r#"{"PingInterval":5}"#, 5), (r#"{"PingInterval":0}"#, 5), ("nonsense", 5), ("{}", 5)]
    {
        pong.payload = Some(payload.into());
        assert!(matches!(session.receive(pong.message()), Step::Nothing));
        assert_eq!(session.ping_interval().as_secs(), seconds, "{payload}");
    }
    assert_ne!(before.as_secs(), 5);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(messages in proptest::collection::vec(any::<Vec<u8>>(), 0..5)) {
        let mut session = session();
        for bytes in messages {
            let _ = session.receive(Message::Binary(bytes.into()));
        }
    }

    #[test]
    fn no_headers_make_it_panic(headers in proptest::collection::vec(("(type|sum|seq|message_id|x)", "(event|card|pong|[0-9]{0,12})"), 0..6), method in -1..3) {
        let mut frame = Frame { method, payload: Some("{}".into()), ..Frame::default() };
        headers.iter().for_each(|(key, value)| frame.add(key, value.as_str()));
        let _ = session().receive(frame.message());
    }

    #[test]
    fn a_frame_is_what_it_was(seq_id: u64, service: i32, method: i32, payload: Vec<u8>, value: String) {
        let mut frame = Frame { seq_id, service, method, payload: Some(payload.into()), ..Frame::default() };
        frame.add("key", value);
        prop_assert_eq!(read(frame.message()), frame);
    }
}
