//! The webhook of Feishu/Lark on actix-web.
//!
//! ```text
//! LARK_ENCRYPT_KEY=... LARK_VERIFICATION_TOKEN=... cargo run -p examples --bin actix
//! ```

#![expect(clippy::print_stdout)] // what these bots do is print

use actix_web::{App, HttpServer};
use examples::{Result, address, required};
use serde_json::json;
use workplace_events::{
    Event,
    lark::{Credential, EventDispatcher, Webhook, im::P2ImMessageReceiveV1},
};

#[actix_web::main]
async fn main() -> Result<()> {
    examples::log();
    let credential = Credential::new()
        .encrypt_key(required("LARK_ENCRYPT_KEY")?)
        .verification_token(required("LARK_VERIFICATION_TOKEN")?);
    let dispatcher = EventDispatcher::builder()
        .on_p2_im_message_receive_v1(async |event: Event<P2ImMessageReceiveV1>| {
            println!("{}", json!({ "message": event.message.message_id.as_str() }));
        })
        .build()?;
    let webhook = Webhook::builder(dispatcher).credential(credential).build()?;
    let route = webhook.clone();
    let server = HttpServer::new(move || App::new().route("/lark", route.actix_route())).bind(address())?;
    for address in server.addrs() {
        eprintln!("listening on http://{address}");
    }
    // It hears Ctrl-C and SIGTERM by itself.
    server.run().await?;
    examples::finish(webhook.dispatcher()).await;
    Ok(())
}
