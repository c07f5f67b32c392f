//! What the frames of one socket mean, and how they are answered, as the official SDKs do.

use std::time::Duration;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    connection::{Session, Step},
    dispatch::Answer,
    json::unquote,
    webhook::peek,
};

/// How long the handler of an event may take before it is asked for again.
const EVENT_LIMIT: Duration = Duration::from_secs(10);
/// The platform waits 2 s for the answer to a card.
const CALLBACK_LIMIT: Duration = Duration::from_millis(1500);
pub struct DingTalkSession {
    /// How often the other side is asked whether it is there.
    pub(super) ping: Duration,
}

/// What an answer repeats.
pub struct Receipt {
    message_id: String,
    kind: Kind,
}

enum Kind {
    Event,
    Callback,
}

impl Session for DingTalkSession {
    type Receipt = Receipt;
    const TRANSPORT: &'static str = "stream";

    fn receive(&mut self, message: Message) -> Step<Receipt> {
        let Message::Text(text) = message else { return Step::Nothing };
        let Ok([kind, headers, data]) = peek::pick(&text, ["type", "headers", "data"]) else {
            tracing::warn!("a message that is no frame was ignored");
            return Step::Nothing;
        };
        let headers = headers.and_then(|headers| peek::pick(headers, ["topic", "messageId"]).ok());
        let [topic, message_id] = headers.unwrap_or_default().map(|value| value.and_then(unquote));
        let kind = kind.and_then(unquote);
        let message_id = message_id.unwrap_or_default().into_owned();
        let deliver = |kind, message_id, within| Step::Deliver {
            payload: text.clone().into(),
            receipt: Receipt { message_id, kind },
            within,
        };
        match (kind.as_deref(), topic.as_deref()) {
            (Some("EVENT"), _) => deliver(Kind::Event, message_id, EVENT_LIMIT),
            (Some("CALLBACK"), _) => deliver(Kind::Callback, message_id, CALLBACK_LIMIT),
            (Some("SYSTEM"), Some("ping")) => {
                let data = data.and_then(unquote).unwrap_or_default();
                Step::Send(answer(200, &message_id, &data))
            }
            (Some("SYSTEM"), Some("disconnect")) => Step::Leave,
            (Some("SYSTEM"), _) => Step::Nothing,
            (kind, _) => {
                tracing::warn!(kind = kind.unwrap_or("none"), "a frame of an unknown type was ignored");
                Step::Nothing
            }
        }
    }

    fn answer(&self, Receipt { message_id, kind }: Receipt, given: Answer, _: Duration) -> Message {
        let (code, data) = match (kind, given) {
            (Kind::Event, Answer::Acknowledged | Answer::Reply(_)) => (200, json!({ "status": "SUCCESS" })),
            (Kind::Event, Answer::Retry | Answer::Malformed) => (200, json!({ "status": "LATER" })),
            (Kind::Callback, Answer::Acknowledged) => (200, json!({ "response": null })),
            (Kind::Callback, Answer::Reply(json)) => {
                (200, json!({ "response": serde_json::from_slice::<Value>(&json).unwrap_or_default() }))
            }
            (Kind::Callback, Answer::Retry | Answer::Malformed) => (500, json!({ "response": null })),
        };
        answer(code, &message_id, &data.to_string())
    }

    fn ping(&self) -> Message {
        Message::Ping(bytes::Bytes::new())
    }

    fn ping_interval(&self) -> Duration {
        self.ping
    }
}

fn answer(code: u16, message_id: &str, data: &str) -> Message {
    let message = if code == 200 { "OK" } else { "internal error" };
    let headers = json!({ "contentType": "application/json", "messageId": message_id });
    let answer = json!({ "code": code, "headers": headers, "message": message, "data": data });
    Message::Text(answer.to_string().into())
}
