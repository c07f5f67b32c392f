//! Frames of DingTalk, on the platform's side.

use std::io;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::Delivery;

/// The frame with a message id of its own.
pub(super) fn delivery(frame: &str, number: u64) -> io::Result<Delivery> {
    let mut frame: Value = serde_json::from_str(frame)?;
    let id = format!("message-{number}");
    frame["headers"]["messageId"] = id.as_str().into();
    Ok(Delivery { id, headers: Vec::new(), messages: vec![Message::Text(frame.to_string().into())] })
}

pub(super) fn disconnect() -> Message {
    let headers = json!({ "topic": "disconnect", "contentType": "application/json" });
    let data = json!({ "reason": "persistent connection is timeout" }).to_string();
    Message::Text(
        json!({ "specVersion": "1.0", "type": "SYSTEM", "headers": headers, "data": data })
            .to_string()
            .into(),
    )
}

/// Code and data of an acknowledgement, and what is wrong with it.
pub(super) fn judge(frame: &Value) -> (u64, Option<Value>, Vec<String>) {
    let mut complaints = Vec::new();
    if frame["headers"]["contentType"] != "application/json" {
        complaints.push("`contentType` is not `application/json`".to_owned());
    }
    let data = frame["data"].as_str().and_then(|data| serde_json::from_str(data).ok());
    if data.is_none() {
        complaints.push("`data` is no JSON in a text".to_owned());
    }
    (frame["code"].as_u64().unwrap_or_default(), data, complaints)
}
