//! Follows the approvals of an organisation on DingTalk, and tells when one was granted or refused.
//!
//! ```text
//! DINGTALK_TOKEN=... DINGTALK_AES_KEY=... DINGTALK_OWNER_KEY=... cargo run -p examples --bin approval
//! ```
//!
//! The console of the app gets the URL `https://<your host>/dingtalk` for HTTP push, with the approval events. The events
//! of one approval are handled in their order, those of several side by side.

#![expect(clippy::print_stdout)] // what these bots do is print

use axum::Router;
use examples::{Result, required, serve};
use serde_json::json;
use workplace_events::{
    Event,
    dingtalk::{
        Credential, EventDispatcher, Webhook,
        approval::{
            BpmsInstanceChange, BpmsTaskChange,
            bpms_instance_change::{BpmsInstanceChangeResult as Decision, BpmsInstanceChangeType as Step},
        },
    },
    dispatch::Outcome,
};

#[tokio::main]
async fn main() -> Result<()> {
    examples::log();
    let credential = Credential::new(
        required("DINGTALK_TOKEN")?,
        required("DINGTALK_AES_KEY")?,
        required("DINGTALK_OWNER_KEY")?,
    )?;
    let dispatcher = EventDispatcher::builder()
        .on_bpms_instance_change(instance)
        .on_bpms_task_change(task)
        .on_drift(|event, drift| eprintln!("{event}: {drift}"))
        .build()?;
    let webhook = Webhook::builder(dispatcher.clone()).credential(credential).build()?;
    serve(Router::new().route_service("/dingtalk", webhook), &[dispatcher.into()]).await
}

async fn instance(event: Event<BpmsInstanceChange>) -> Outcome {
    let decision = match (&event.r#type, &event.result) {
        (Step::Finish, Some(Decision::Agree)) => "granted",
        (Step::Finish, Some(Decision::Refuse)) => "refused",
        (Step::Terminate, _) => "withdrawn",
        // It began, or the platform has something new to say.
        _ => return Outcome::Drop,
    };
    println!(
        "{}",
        json!({ "approval": event.process_instance_id.as_str(), "title": event.title, "decision": decision })
    );
    Outcome::Ack
}

async fn task(event: Event<BpmsTaskChange>) {
    println!(
        "{}",
        json!({ "approval": event.process_instance_id.as_str(), "approver": event.staff_id.as_str() })
    );
}
