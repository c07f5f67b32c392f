//! Answers people who press a button on a card of Feishu/Lark: a toast for them, and a new card in place of the old one.
//!
//! ```text
//! LARK_ENCRYPT_KEY=... LARK_VERIFICATION_TOKEN=... cargo run -p examples --bin card
//! ```
//!
//! The console gets the URL `https://<your host>/lark` as the callback address, with the callback "Card action". Send a
//! card with a button whose value is `{"vote": "yes"}`.

#![expect(clippy::print_stdout)] // what these bots do is print

use axum::Router;
use examples::{Result, required, serve};
use serde_json::json;
use workplace_events::{
    Event, Json,
    lark::{
        Credential, EventDispatcher, Webhook,
        card::{
            P2CardActionTrigger, P2CardActionTriggerResponse,
            p2_card_action_trigger::{Card, CardData, CardType, RawCard, Toast, ToastType},
        },
    },
};

#[tokio::main]
async fn main() -> Result<()> {
    examples::log();
    let credential = Credential::new()
        .encrypt_key(required("LARK_ENCRYPT_KEY")?)
        .verification_token(required("LARK_VERIFICATION_TOKEN")?);
    let dispatcher = EventDispatcher::builder().on_p2_card_action_trigger(vote).build()?;
    let webhook = Webhook::builder(dispatcher.clone()).credential(credential).build()?;
    serve(Router::new().route_service("/lark", webhook), &[dispatcher.into()]).await
}

/// The platform waits three seconds for the answer and does not ask again.
async fn vote(event: Event<P2CardActionTrigger>) -> P2CardActionTriggerResponse {
    let voted = event.action.value.as_ref().and_then(|value| value["vote"].as_str()).unwrap_or("nothing");
    println!("{}", json!({ "voted": voted, "by": event.operator.open_id.as_ref().map(|id| id.as_str()) }));
    let toast = Toast::new().with_type(ToastType::Success).with_content(format!("You voted {voted}."));
    let text = json!([{ "tag": "markdown", "content": format!("Voted: **{voted}**") }]);
    let card = RawCard::new().with_schema("2.0").with_body(Json(json!({ "elements": text })));
    P2CardActionTriggerResponse::new()
        .with_toast(toast)
        .with_card(Card::new().with_type(CardType::Raw).with_data(CardData::Raw(card)))
}
