//! SyncHTTP of DingTalk: one request holds many rows, and each row is an event.

use serde_json::{Value, json};
use workplace_events::{
    Event,
    dingtalk::{
        self,
        contact::{OrgDeptCreate, OrgRoleAdd, UserLeaveOrg},
    },
    dispatch::Outcome,
    runtime::dingtalk::open_reply,
    testing::Payload,
};

use crate::{ERROR, Seen, answer, common, dingtalk_credential};

const LEFT: &str = "user_leave_org ding12345";
const DEPARTMENT: &str = "org_dept_create Development";
const ROLE: &str = "org_role_add 角色01";

/// A push of three rows: those of three samples, and the columns that every row of the platform's table has.
fn push() -> Value {
    let samples =
        ["user_leave_org.sync-2.json", "org_dept_create.sync.made.json", "org_role_add.sync-3.json"];
    let rows = samples.map(|file| {
        let mut row = common::payload(&format!("dingtalk/contact/examples/{file}"))["bizData"][0].take();
        row["subscribe_id"] = "16996001_0".into();
        row["gmt_modified"] = 1_608_725_989_000_i64.into();
        row
    });
    json!({ "EventType": "SYNC_HTTP_PUSH_HIGH", "bizData": rows })
}

fn sealed(push: &Value) -> http::Request<bytes::Bytes> {
    let payload = Payload::<UserLeaveOrg>::from_json(push.to_string()).expect("a push");
    payload.request(&dingtalk_credential()).expect("seals")
}

/// Notes every row; `role` says what becomes of the third.
fn webhook(role: impl Fn(&Seen) -> Outcome + Clone + Send + Sync + 'static) -> (dingtalk::Webhook, Seen) {
    let seen = Seen::default();
    let (users, departments, roles) = (seen.clone(), seen.clone(), seen.clone());
    let dispatcher = dingtalk::EventDispatcher::builder()
        .on_user_leave_org(async move |event: Event<UserLeaveOrg>| {
            let UserLeaveOrg::Isv(user) = &*event else { panic!("{event:?}") };
            users.note(format!("user_leave_org {}", user.user_id.as_ref().expect("a user").as_str()));
        })
        .on_org_dept_create(async move |event: Event<OrgDeptCreate>| {
            let OrgDeptCreate::Isv(department) = &*event else { panic!("{event:?}") };
            departments.note(format!("org_dept_create {}", department.name.as_deref().expect("a name")));
        })
        .on_org_role_add(async move |event: Event<OrgRoleAdd>| {
            roles.note(format!("org_role_add {}", event.role_name.as_deref().expect("a name")));
            role(&roles)
        })
        .build()
        .expect("builds");
    let webhook = dingtalk::Webhook::builder(dispatcher).credential(dingtalk_credential());
    (webhook.build().expect("builds"), seen)
}

/// What the platform reads in an answer that is well.
async fn opened(webhook: &dingtalk::Webhook, push: &Value) -> String {
    let (status, body) = answer(webhook, sealed(push)).await;
    assert_eq!(status, 200, "{body}");
    let opened = open_reply(&dingtalk_credential(), body.as_bytes()).expect("sealed by this credential");
    String::from_utf8(opened.to_vec()).expect("text")
}

#[tokio::test]
async fn a_push_is_answered_with_an_encrypted_success_when_all_of_its_rows_were_handled() {
    let (webhook, seen) = webhook(|_| Outcome::Ack);
    assert_eq!(opened(&webhook, &push()).await, "success");
    assert_eq!(seen.all(), [LEFT, DEPARTMENT, ROLE]);
}

#[tokio::test]
async fn one_row_that_fails_makes_the_whole_push_come_again() {
    let (webhook, seen) = webhook(|_| Outcome::Retry);
    assert_eq!(answer(&webhook, sealed(&push())).await, (500, ERROR.to_owned()));
    assert_eq!(seen.all(), [LEFT, DEPARTMENT, ROLE], "the others are handled all the same");
}

#[tokio::test]
async fn when_a_push_comes_again_only_the_row_that_failed_is_handled_again() {
    let fails_once = |seen: &Seen| if seen.count(ROLE) == 1 { Outcome::Retry } else { Outcome::Ack };
    let (webhook, seen) = webhook(fails_once);
    assert_eq!(answer(&webhook, sealed(&push())).await.0, 500);
    assert_eq!(opened(&webhook, &push()).await, "success");
    assert_eq!(seen.all(), [LEFT, DEPARTMENT, ROLE, ROLE]);
}

#[tokio::test]
async fn a_row_that_was_modified_later_is_another_event() {
    let (webhook, seen) = webhook(|_| Outcome::Ack);
    let mut later = push();
    later["bizData"][1]["gmt_modified"] = 1_608_725_990_000_i64.into();
    for push in [push(), later] {
        assert_eq!(opened(&webhook, &push).await, "success");
    }
    assert_eq!(seen.all(), [LEFT, DEPARTMENT, ROLE, DEPARTMENT]);
}
