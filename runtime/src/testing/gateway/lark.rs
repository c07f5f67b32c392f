//! Frames of Lark, on the platform's side.

use std::io;

use bytes::Bytes;
use serde_json::Value;
use tokio_tungstenite::tungstenite::Message;

use super::{Delivery, Headers};
use crate::lark::frame::{CONTROL, DATA, Frame};

/// What the address says, and every ping.
const SERVICE: i32 = 33_554_678;

pub(super) enum Said {
    Ping(i32),
    /// Id, headers and payload.
    Acknowledged(String, Headers, Bytes),
}

/// The frames of a delivery, its id, and the headers that its acknowledgement has to repeat: those of the last frame.
pub(super) fn delivery(payload: &str, order: &[usize], number: u64) -> Delivery {
    let (id, sum) = (format!("message-{number}"), order.len());
    let size = payload.len().div_ceil(sum.max(1)).max(1);
    let mut chunks: Vec<&[u8]> = payload.as_bytes().chunks(size).collect();
    chunks.resize(sum, &[]);
    let mut headers = Vec::new();
    let messages = order.iter().map(|seq| {
        let mut frame = Frame {
            seq_id: number,
            log_id: number + 1000,
            service: SERVICE,
            method: DATA,
            ..Frame::default()
        };
        let seq_text = seq.to_string();
        for (key, value) in [
            ("type", "event"),
            ("message_id", &id),
            ("sum", &sum.to_string()),
            ("seq", &seq_text),
            ("trace_id", &format!("trace-{number}")),
            ("timestamp", "1700000000000"),
            ("instance_id", "instance-1"),
        ] {
            frame.add(key, value);
        }
        headers = pairs(&frame);
        frame.payload_type = Some("json".to_owned());
        frame.log_id_new = Some(format!("log-{number}"));
        frame.payload = Some(Bytes::copy_from_slice(chunks.get(*seq).copied().unwrap_or_default()));
        frame.message()
    });
    let messages = messages.collect();
    Delivery { id, headers, messages }
}

pub(super) fn read(bytes: Bytes) -> io::Result<Said> {
    let frame = Frame::read(bytes).ok_or_else(|| io::Error::other("the client sent what is no frame"))?;
    if frame.method == CONTROL {
        return Ok(Said::Ping(frame.service));
    }
    let id = frame.header("message_id").unwrap_or_default().to_owned();
    let headers = pairs(&frame);
    Ok(Said::Acknowledged(id, headers, frame.payload.unwrap_or_default()))
}

pub(super) fn pong(service: i32, config: Option<Value>) -> Message {
    let mut pong = Frame { service, method: CONTROL, ..Frame::default() };
    pong.add("type", "pong");
    pong.payload = config.map(|config| config.to_string().into());
    pong.message()
}

/// Code and data of an acknowledgement, and what is wrong with it.
pub(super) fn judge(
    sent: &[(String, String)],
    headers: &[(String, String)],
    payload: &[u8],
) -> (u64, Option<Value>, Vec<String>) {
    let mut complaints: Vec<String> = sent
        .iter()
        .filter(|header| !headers.contains(header))
        .map(|(key, value)| format!("the header `{key}: {value}` is not repeated"))
        .collect();
    let took =
        headers.iter().find(|(key, _)| key == "biz_rt").and_then(|(_, value)| value.parse::<u64>().ok());
    if took.is_none() {
        complaints.push("`biz_rt` is no number of milliseconds".to_owned());
    }
    let said: Value = serde_json::from_slice(payload).unwrap_or_default();
    let data = said["data"].as_str().and_then(|data| {
        let json = base64_simd::STANDARD.decode_to_vec(data).ok()?;
        serde_json::from_slice(&json).ok()
    });
    if said["data"].is_string() && data.is_none() {
        complaints.push("`data` is no JSON in base64".to_owned());
    }
    (said["code"].as_u64().unwrap_or_default(), data, complaints)
}

fn pairs(frame: &Frame) -> Headers {
    frame.headers.iter().map(|header| (header.key.clone(), header.value.clone())).collect()
}
