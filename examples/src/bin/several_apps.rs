//! Several apps of Feishu/Lark behind one URL. Each request is checked against every app; the secret that fits names the
//! app.
//!
//! ```text
//! LARK_APPS=cli_a:<encrypt key>,cli_b:<encrypt key> cargo run -p examples --bin several_apps
//! ```
//!
//! An app with two keys is rotating them: both are accepted.

#![expect(clippy::print_stdout)] // what these bots do is print

use axum::Router;
use examples::{Result, required, serve};
use serde_json::json;
use workplace_events::{
    Event,
    lark::{Credential, EventDispatcher, Webhook, im::P2ImMessageReceiveV1},
};

#[tokio::main]
async fn main() -> Result<()> {
    examples::log();
    let dispatcher = EventDispatcher::builder()
        .on_p2_im_message_receive_v1(async |event: Event<P2ImMessageReceiveV1>| {
            let app = event.delivery().credential_name();
            println!("{}", json!({ "app": app, "message": event.message.message_id.as_str() }));
        })
        .build()?;
    let mut webhook = Webhook::builder(dispatcher.clone());
    for app in required("LARK_APPS")?.split(',') {
        let (id, key) =
            app.split_once(':').ok_or("LARK_APPS is <app id>:<encrypt key>, with commas between apps")?;
        webhook = webhook.credential(Credential::new().app_id(id).encrypt_key(key));
    }
    serve(Router::new().route_service("/lark", webhook.build()?), &[dispatcher.into()]).await
}
