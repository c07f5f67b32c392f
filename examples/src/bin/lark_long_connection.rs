//! An echo bot for Feishu/Lark without a public URL: it prints every event, and answers every text message with the same
//! text.
//!
//! ```text
//! LARK_APP_ID=cli_... LARK_APP_SECRET=... cargo run -p examples --bin lark_long_connection
//! ```
//!
//! In the console of the app, choose the long connection for events while this runs, and add the event "Message
//! received". `LARK_DOMAIN` is `https://open.feishu.cn` unless it says otherwise (`https://open.larksuite.com` for Lark).

use examples::{
    Result,
    lark_api::{Api, domain},
    print, required,
};
use workplace_events::{
    Event, RawEvent,
    dispatch::{HandlerError, State},
    lark::{
        AnyEvent, EventDispatcher, LongConnection,
        im::{P2ImMessageReceiveV1, p2_im_message_receive_v1::MessageContent},
    },
};

#[tokio::main]
async fn main() -> Result<()> {
    examples::log();
    let dispatcher = EventDispatcher::builder()
        .state(Api::from_settings()?)
        .on_p2_im_message_receive_v1(echo)
        .on_any(async |event: RawEvent| print("lark", AnyEvent::decode(event)?.erased()))
        .build()?;
    let connection = LongConnection::builder(dispatcher)
        .app(required("LARK_APP_ID")?, required("LARK_APP_SECRET")?)
        .domain(domain())
        .build()?;
    Ok(connection.run_until(examples::stopped()).await?)
}

/// An error makes the platform send the message again.
async fn echo(
    event: Event<P2ImMessageReceiveV1>,
    State(api): State<Api>,
) -> std::result::Result<(), HandlerError> {
    if let Some(MessageContent::Text(content)) = &event.message.content {
        api.reply(event.message.message_id.as_str(), &content.text).await?;
    }
    Ok(())
}
