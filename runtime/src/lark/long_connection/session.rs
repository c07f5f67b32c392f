//! What the frames of one socket mean, and how they are answered.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::{
    config::{self, Config},
    fragments::Fragments,
    frame::{CONTROL, DATA, Frame},
};
use crate::{
    connection::{Session, Step},
    dispatch::Answer,
    webhook::secret::to_base64,
};

/// The platform waits 3 s.
const TIME_LIMIT: Duration = Duration::from_millis(2500);

pub struct LarkSession {
    service: i32,
    config: Arc<Mutex<Config>>,
    fragments: Fragments,
}

/// A frame without its payload; the answer is the same frame with another one.
pub struct Receipt(Frame);

impl LarkSession {
    pub(super) fn new(service: i32, config: Arc<Mutex<Config>>) -> Self {
        LarkSession { service, config, fragments: Fragments::default() }
    }

    fn control(&self, frame: &Frame) -> Step<Receipt> {
        // A pong may carry new wishes; a ping of the server is not answered by the official clients either.
        if frame.header("type") == Some("pong")
            && let Some(payload) = &frame.payload
            && let Ok(wishes) = serde_json::from_slice::<Value>(payload)
        {
            config::with(&self.config, |known| known.merge(&wishes));
        }
        Step::Nothing
    }

    fn data(&mut self, mut frame: Frame) -> Step<Receipt> {
        match frame.header("type") {
            Some("event") => {}
            Some("card") => {
                tracing::warn!(
                    "a card action came by the old way and was not handled: choose the long connection for callbacks in \
                     the console of the app (Events & Callbacks, Callback Configuration), and release a version"
                );
                return Step::Send(answer(frame, json!({ "code": 200 }), Duration::ZERO));
            }
            kind => {
                tracing::warn!(kind = kind.unwrap_or("none"), "a frame of an unknown kind was ignored");
                return Step::Nothing;
            }
        }
        let number =
            |key, otherwise| frame.header(key).map_or(Some(otherwise), |text| text.parse::<usize>().ok());
        let (sum, seq) = (number("sum", 1), number("seq", 0));
        let payload = frame.payload.take().unwrap_or_default();
        let (Some(sum), Some(seq)) = (sum, seq) else { return refuse(frame, "its part is not numbered") };
        if sum <= 1 {
            return Step::Deliver { payload, receipt: Receipt(frame), within: TIME_LIMIT };
        }
        let Some(message) = frame.header("message_id") else {
            return refuse(frame, "a part of it has no message id");
        };
        match self.fragments.add(message, sum, seq, payload, Instant::now()) {
            Ok(Some(payload)) => Step::Deliver { payload, receipt: Receipt(frame), within: TIME_LIMIT },
            Ok(None) => Step::Nothing,
            Err(why) => refuse(frame, why),
        }
    }
}

impl Session for LarkSession {
    type Receipt = Receipt;
    const TRANSPORT: &'static str = "websocket";

    fn receive(&mut self, message: Message) -> Step<Receipt> {
        let Message::Binary(bytes) = message else { return Step::Nothing };
        let Some(frame) = Frame::read(bytes) else {
            tracing::warn!("a message that is no frame was ignored");
            return Step::Nothing;
        };
        match frame.method {
            CONTROL => self.control(&frame),
            DATA => self.data(frame),
            _ => Step::Nothing,
        }
    }

    fn answer(&self, Receipt(frame): Receipt, given: Answer, took: Duration) -> Message {
        let said = match given {
            Answer::Acknowledged => json!({ "code": 200 }),
            Answer::Reply(json) => json!({ "code": 200, "data": to_base64(&json) }),
            Answer::Retry | Answer::Malformed => json!({ "code": 500 }),
        };
        answer(frame, said, took)
    }

    fn ping(&self) -> Message {
        Frame::ping(self.service).message()
    }

    fn ping_interval(&self) -> Duration {
        config::with(&self.config, |config| config.ping())
    }
}

/// The frame that answers one: everything is echoed, which leads the answer back to the server that asked.
fn answer(mut frame: Frame, said: Value, took: Duration) -> Message {
    frame.add("biz_rt", took.as_millis().to_string());
    frame.payload = Some(said.to_string().into());
    frame.message()
}

fn refuse(frame: Frame, why: &str) -> Step<Receipt> {
    tracing::warn!(why, "a part of an event was refused");
    Step::Send(answer(frame, json!({ "code": 500 }), Duration::ZERO))
}
