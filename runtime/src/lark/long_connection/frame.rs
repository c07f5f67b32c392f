//! Frames: the Protocol Buffers of the official SDKs (`pbbp2`).

use bytes::Bytes;
use prost::Message as _;
use tokio_tungstenite::tungstenite::Message;

/// Keeps the connection.
pub(crate) const CONTROL: i32 = 0;
/// Carries events and callbacks.
pub(crate) const DATA: i32 = 1;

/// One message of the socket. Required fields are written even when they are zero: the official clients refuse frames
/// without them.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Frame {
    #[prost(uint64, required, tag = "1")]
    pub(crate) seq_id: u64,
    #[prost(uint64, required, tag = "2")]
    pub(crate) log_id: u64,
    #[prost(int32, required, tag = "3")]
    pub(crate) service: i32,
    #[prost(int32, required, tag = "4")]
    pub(crate) method: i32,
    #[prost(message, repeated, tag = "5")]
    pub(crate) headers: Vec<Header>,
    #[prost(string, optional, tag = "6")]
    pub(crate) payload_encoding: Option<String>,
    #[prost(string, optional, tag = "7")]
    pub(crate) payload_type: Option<String>,
    #[prost(bytes = "bytes", optional, tag = "8")]
    pub(crate) payload: Option<Bytes>,
    #[prost(string, optional, tag = "9")]
    pub(crate) log_id_new: Option<String>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Header {
    #[prost(string, required, tag = "1")]
    pub(crate) key: String,
    #[prost(string, required, tag = "2")]
    pub(crate) value: String,
}

impl Frame {
    pub(crate) fn read(bytes: Bytes) -> Option<Frame> {
        Frame::decode(bytes).ok()
    }

    pub(crate) fn ping(service: i32) -> Frame {
        let mut ping = Frame { service, method: CONTROL, ..Frame::default() };
        ping.add("type", "ping");
        ping
    }

    pub(crate) fn header(&self, key: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.key == key).map(|header| header.value.as_str())
    }

    pub(crate) fn add(&mut self, key: &str, value: impl Into<String>) {
        self.headers.push(Header { key: key.to_owned(), value: value.into() });
    }

    pub(crate) fn message(&self) -> Message {
        Message::Binary(self.encode_to_vec().into())
    }
}
