//! The bot of the README: the events of both platforms behind one router.
//!
//! ```text
//! LARK_ENCRYPT_KEY=... LARK_VERIFICATION_TOKEN=... \
//! DINGTALK_TOKEN=... DINGTALK_AES_KEY=... DINGTALK_OWNER_KEY=... cargo run -p examples --bin both
//! ```

#![expect(clippy::print_stdout)] // what these bots do is print

// What the README shows begins here; a test compares them.
use axum::Router;
use workplace_events::{
    Event, RawEvent,
    dingtalk::{self, contact::UserAddOrg},
    lark::{self, im::P2ImMessageReceiveV1},
};

async fn on_message(event: Event<P2ImMessageReceiveV1>) {
    println!("{:?} wrote {:?}", event.sender.sender_id, event.message.content);
}

fn bot(lark: lark::Credential, dingtalk: dingtalk::Credential) -> Result<Router, Box<dyn std::error::Error>> {
    let messages = lark::EventDispatcher::builder()
        .on_p2_im_message_receive_v1(on_message)
        .on_unhandled(async |event: RawEvent| println!("also: {}", event.header().event()))
        .build()?;
    println!("permissions for the console: {}", messages.manifest().scopes_json());
    let people = dingtalk::EventDispatcher::builder()
        .on_user_add_org(async |event: Event<UserAddOrg>| println!("joined: {:?}", *event))
        .build()?;
    let lark = lark::Webhook::builder(messages).credential(lark).build()?;
    let dingtalk = dingtalk::Webhook::builder(people).credential(dingtalk).build()?;
    Ok(Router::new().route_service("/lark", lark).route_service("/dingtalk", dingtalk))
}
// What the README shows ends here.

#[tokio::main]
async fn main() -> examples::Result<()> {
    use examples::required;
    let lark = lark::Credential::new()
        .encrypt_key(required("LARK_ENCRYPT_KEY")?)
        .verification_token(required("LARK_VERIFICATION_TOKEN")?);
    let (token, key) = (required("DINGTALK_TOKEN")?, required("DINGTALK_AES_KEY")?);
    let dingtalk = dingtalk::Credential::new(token, key, required("DINGTALK_OWNER_KEY")?)?;
    let app = bot(lark, dingtalk).map_err(|error| error.to_string())?;
    examples::listen(app).await
}
