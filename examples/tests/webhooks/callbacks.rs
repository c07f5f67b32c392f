//! Callbacks: requests that a handler answers with a typed response.

use serde_json::json;
use workplace_events::{
    Event, Json,
    dingtalk::{
        self, RobotCredential, RobotWebhook,
        bot::{BotMessage, BotMessageResponse, BotReplyMessageType, ReplyText},
        contact::UserAddOrg,
    },
    dispatch::HandlerError,
    lark::{
        self, Tickets,
        application::P1AppTicket,
        card::{
            P1CardActionTriggerV1, P1CardActionTriggerV1Response, P2CardActionTrigger,
            P2CardActionTriggerResponse, P2UrlPreviewGet, P2UrlPreviewGetResponse,
            p1_card_action_trigger_v1::{OldCardToast, OldCardToastType},
            p2_card_action_trigger::Toast,
            p2_url_preview_get::{
                Inline, PreviewCard, PreviewCardData, PreviewCardType, TemplatePreviewCard,
            },
        },
    },
    runtime::webhook::Stamp,
    testing::{Payload, Sampled, Seals},
};

use crate::{ERROR, SUCCESS, Seen, answer, lark_credential, lark_webhook, reply};

fn sealed<T: Sampled>(credential: &impl Seals) -> http::Request<bytes::Bytes> {
    Payload::<T>::sample().request(credential).expect("seals")
}

fn link_preview(card: PreviewCard) -> P2UrlPreviewGetResponse {
    P2UrlPreviewGetResponse::new().with_card(card.with_type(PreviewCardType::Template))
}

mod old_cards {
    use super::*;

    /// Answers with a toast and a new card.
    fn webhook(credential: lark::Credential) -> lark::Webhook {
        let dispatcher = lark::EventDispatcher::builder()
            .on_p1_card_action_trigger_v1(async |event: Event<P1CardActionTriggerV1>| {
                let pressed = event.action.value.as_ref().map(|value| value["key"].to_string());
                let toast = OldCardToast::new().with_type(OldCardToastType::Success);
                P1CardActionTriggerV1Response::new()
                    .with_toast(toast.with_content(pressed.unwrap_or_default()))
                    .with_elements(Json(json!([{ "tag": "hr" }])))
            })
            .build()
            .expect("builds");
        lark::Webhook::builder(dispatcher).credential(credential).build().expect("builds")
    }

    #[tokio::test]
    async fn an_old_card_gets_its_typed_answer_where_old_cards_are_accepted() {
        let credential = lark_credential().accept_old_cards();
        let request = sealed::<P1CardActionTriggerV1>(&credential);
        assert_eq!(request.headers()["x-lark-signature"].len(), 40, "it is signed with SHA-1");
        assert_eq!(
            reply(&webhook(credential), request).await,
            (
                200,
                json!({ "toast": { "type": "success", "content": r#""value""# }, "elements": [{ "tag": "hr" }] })
            )
        );
    }

    #[tokio::test]
    async fn an_old_card_is_refused_where_they_are_not_accepted() {
        let request = sealed::<P1CardActionTriggerV1>(&lark_credential().accept_old_cards());
        assert_eq!(webhook(lark_credential()).receive(request).await.status(), 401);
    }

    #[tokio::test]
    async fn an_old_card_without_a_handler_is_left_as_it_is() {
        let credential = lark_credential().accept_old_cards();
        let dispatcher = lark::EventDispatcher::builder().build().expect("builds");
        let webhook = lark::Webhook::builder(dispatcher).credential(credential.clone()).build();
        let request = sealed::<P1CardActionTriggerV1>(&credential);
        assert_eq!(answer(&webhook.expect("builds"), request).await, (200, "{}".to_owned()));
    }
}

#[tokio::test]
async fn tickets_of_a_store_app_are_kept_and_acknowledged() {
    let tickets = Tickets::default();
    let webhook = lark_webhook(lark::EventDispatcher::builder().on_p1_app_ticket(tickets.clone()));
    assert_eq!(answer(&webhook, sealed::<P1AppTicket>(&lark_credential())).await, (200, SUCCESS.to_owned()));
    assert_eq!(tickets.get("cli_xxx").await.expect("in memory").as_deref(), Some("xxx"));
}

#[tokio::test]
async fn a_link_preview_gets_its_typed_answer() {
    let webhook = lark_webhook(lark::EventDispatcher::builder().on_p2_url_preview_get(
        async |event: Event<P2UrlPreviewGet>| {
            let url = event.context.as_ref().and_then(|context| context.url.clone());
            let card = TemplatePreviewCard::new().with_template_id("AAqi6xJ8rabcd");
            link_preview(PreviewCard::new().with_data(PreviewCardData::Template(card)))
                .with_inline(Inline::new().with_title(url.unwrap_or_default()))
        },
    ));
    let expected = json!({
        "inline": { "title": "https://feishu-url.bytedance.net/smartcard/test/111" },
        "card": { "type": "template", "data": { "template_id": "AAqi6xJ8rabcd" } },
    });
    assert_eq!(reply(&webhook, sealed::<P2UrlPreviewGet>(&lark_credential())).await, (200, expected));
}

#[tokio::test]
async fn a_callback_without_a_handler_is_answered_with_an_empty_object() {
    let webhook = lark_webhook(lark::EventDispatcher::builder());
    for request in
        [sealed::<P2CardActionTrigger>(&lark_credential()), sealed::<P2UrlPreviewGet>(&lark_credential())]
    {
        assert_eq!(answer(&webhook, request).await, (200, "{}".to_owned()));
    }
}

mod robots {
    use super::*;

    fn robot() -> RobotCredential {
        RobotCredential::new("the app secret").expect("a secret")
    }

    fn webhook() -> (RobotWebhook, Seen) {
        let seen = Seen::default();
        let noted = seen.clone();
        let dispatcher = dingtalk::EventDispatcher::builder()
            .on_bot_message(async move |event: Event<BotMessage>| {
                noted.note(event.text.as_ref().and_then(|text| text.content.clone()).unwrap_or_default());
                BotMessageResponse::new()
                    .with_message_type(BotReplyMessageType::Text)
                    .with_text(ReplyText::new().with_content("Hello"))
            })
            .on_user_add_org({
                let noted = seen.clone();
                async move |_: Event<UserAddOrg>| noted.note("somebody joined")
            })
            .build()
            .expect("builds");
        (RobotWebhook::builder(dispatcher).credential(robot()).build().expect("builds"), seen)
    }

    fn message(credential: &RobotCredential) -> http::Request<bytes::Bytes> {
        let mut samples = Payload::<BotMessage>::samples();
        let (_, text) = samples.find(|(sample, _)| sample.name == "bot_message.robot.json").expect("a text");
        text.request(credential).expect("seals")
    }

    #[tokio::test]
    async fn a_message_to_a_robot_gets_its_typed_answer_in_plain_json() {
        let (webhook, seen) = webhook();
        let expected = json!({ "msgtype": "text", "text": { "content": "Hello" } });
        assert_eq!(reply(&webhook, message(&robot())).await, (200, expected));
        assert_eq!(seen.all(), [" 你好"]);
    }

    #[tokio::test]
    async fn a_message_that_another_secret_signed_reaches_no_handler() {
        let (webhook, seen) = webhook();
        let other = RobotCredential::new("another secret").expect("a secret");
        assert_eq!(webhook.receive(message(&other)).await.status(), 401);
        assert!(seen.all().is_empty());
    }

    #[tokio::test]
    async fn nothing_but_a_message_is_believed_for_the_signature_of_a_robot() {
        let (webhook, seen) = webhook();
        for (_, payload) in Payload::<UserAddOrg>::samples() {
            let request = RobotCredential::seal(
                &robot(),
                payload.as_str().to_owned(),
                &Stamp::millis().expect("random"),
            );
            assert_eq!(webhook.receive(request.expect("seals")).await.status(), 400, "{}", payload.as_str());
        }
        assert!(seen.all().is_empty());
    }

    #[tokio::test]
    async fn a_message_whose_time_was_changed_reaches_no_handler() {
        let (webhook, seen) = webhook();
        let mut request = message(&robot());
        let sent: u64 = request.headers()["timestamp"].to_str().expect("text").parse().expect("a number");
        request.headers_mut().insert("timestamp", (sent + 1).into());
        assert_eq!(webhook.receive(request).await.status(), 401);
        assert!(seen.all().is_empty());
    }
}

mod failures {
    use super::*;

    const SECRET: &str = "the database with password hunter2 is down";

    /// The whole answer says that something went wrong, and nothing else.
    async fn tells_nothing(webhook: &lark::Webhook, request: http::Request<bytes::Bytes>) {
        let response = webhook.receive(request).await;
        let headers: Vec<_> = response.headers().iter().map(|(name, value)| (name.as_str(), value)).collect();
        assert_eq!((response.status().as_u16(), &response.body()[..]), (500, ERROR.as_bytes()));
        assert_eq!(headers, [("content-type", &"application/json; charset=utf-8".parse().expect("a value"))]);
    }

    #[tokio::test]
    async fn a_callback_whose_handler_fails_is_told_nothing_of_why() {
        let webhook = lark_webhook(lark::EventDispatcher::builder().on_p2_card_action_trigger(
            async |_: Event<P2CardActionTrigger>| {
                Err::<P2CardActionTriggerResponse, _>(HandlerError::from(SECRET))
            },
        ));
        tells_nothing(&webhook, sealed::<P2CardActionTrigger>(&lark_credential())).await;
    }

    #[tokio::test]
    async fn a_callback_whose_handler_panics_is_told_nothing_of_why() {
        let webhook = lark_webhook(lark::EventDispatcher::builder().on_p2_card_action_trigger(
            async |event: Event<P2CardActionTrigger>| {
                assert!(event.action.tag.is_empty(), "{SECRET}");
                P2CardActionTriggerResponse::new().with_toast(Toast::new().with_content(SECRET))
            },
        ));
        tells_nothing(&webhook, sealed::<P2CardActionTrigger>(&lark_credential())).await;
    }

    #[tokio::test]
    async fn a_response_that_lacks_what_it_must_have_is_not_sent() {
        let webhook = lark_webhook(lark::EventDispatcher::builder().on_p2_url_preview_get(
            async |_: Event<P2UrlPreviewGet>| {
                let without_id = TemplatePreviewCard::new().with_template_version_name(SECRET);
                link_preview(PreviewCard::new().with_data(PreviewCardData::Template(without_id)))
            },
        ));
        tells_nothing(&webhook, sealed::<P2UrlPreviewGet>(&lark_credential())).await;
    }
}
