//! Messages to an outgoing robot.

use std::time::{Duration, SystemTime};

use http::{StatusCode, header::CONTENT_TYPE};

use super::*;
use crate::{
    dingtalk::{InvalidCredential, RobotCredential, RobotWebhook},
    dispatch::Outcome,
    webhook::testing::{Testing, handlers},
};

const BODY: &str = r#"{"EventType":"asked","text":{"content":"hi"}}"#;

fn robot() -> RobotCredential {
    RobotCredential::new("this is the secret").unwrap().name("dingbot")
}

fn sent(at: SystemTime) -> Request<Bytes> {
    let millis = at.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
    robot().seal(BODY, &Stamp::new(millis.to_string(), "", [0; 16])).unwrap()
}

fn webhook(outcome: Outcome) -> RobotWebhook<Testing> {
    RobotWebhook::builder(handlers(outcome).0).credential(robot()).build().unwrap()
}

/// Computed with Python's `hmac` and `base64`.
#[test]
fn the_signature_is_hmac_over_time_and_secret() {
    let request = robot().seal(BODY, &Stamp::new("1577262236757", "", [0; 16])).unwrap();
    assert_eq!(request.headers()["sign"], "3IyXX8rucMQhUQPLJgLcvj2wWZbuRW1qgPVDpPJqEdw=");
}

#[tokio::test]
async fn a_message_is_answered_in_plaintext() {
    let response = webhook(Outcome::Ack).receive(sent(SystemTime::now())).await;
    assert_eq!((response.status(), &response.body()[..]), (StatusCode::OK, r#"{"toast":"张"}"#.as_bytes()));
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json; charset=utf-8");
}

#[tokio::test]
async fn every_part_of_the_signature_counts_and_so_does_its_age() {
    let hour = Duration::from_secs(3600);
    let webhook = webhook(Outcome::Ack);
    let now = SystemTime::now();
    let status = async |request: Request<Bytes>| webhook.receive(request).await.status();
    assert_eq!(status(sent(now - hour + Duration::from_secs(60))).await, StatusCode::OK);
    assert_eq!(status(sent(now - hour - Duration::from_secs(60))).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(sent(now + hour + Duration::from_secs(60))).await, StatusCode::UNAUTHORIZED);
    for (name, value) in [("timestamp", "1577262236757"), ("sign", "AAAA"), ("sign", "*")] {
        let mut request = sent(now);
        request.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(status(request).await, StatusCode::UNAUTHORIZED, "{name}: {value}");
    }
    for name in ["timestamp", "sign"] {
        let mut request = sent(now);
        request.headers_mut().remove(name);
        assert_eq!(status(request).await, StatusCode::UNAUTHORIZED, "without {name}");
    }
}

#[tokio::test]
async fn less_than_an_hour_may_be_allowed() {
    let (minute, now) = (Duration::from_secs(60), SystemTime::now());
    let webhook = RobotWebhook::builder(handlers(Outcome::Ack).0).credential(robot()).max_age(10 * minute);
    let webhook = webhook.build().unwrap();
    let status = async |request: Request<Bytes>| webhook.receive(request).await.status();
    assert_eq!(status(sent(now - 9 * minute)).await, StatusCode::OK);
    assert_eq!(status(sent(now - 11 * minute)).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(sent(now + 11 * minute)).await, StatusCode::UNAUTHORIZED);
}

#[test]
fn a_robot_needs_a_secret_and_never_shows_it() {
    assert_eq!(RobotCredential::new("").unwrap_err(), InvalidCredential::AppSecret);
    let shown = format!("{:?} {:?}", robot(), webhook(Outcome::Ack));
    assert!(shown.contains("dingbot") && !shown.contains("this is the secret"), "{shown}");
}
