//! Events.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        what: "an event",
        edits: &[
            ("acme/chat/ping.yaml", "", "event: ping\ntitle: Pinged\nabout: Somebody pinged.\ndelivery: [push]\nfields: {}\n"),
        ],
        forth: "acme/chat/ping: event added: `acme::chat::V2Ping` [compatible, minor]",
        back: "acme/chat/ping: event removed: `acme::chat::V2Ping` [breaking, major]",
    },
    Case {
        what: "an event in a new domain",
        edits: &[
            ("acme/calls/rang.yaml", "", "event: rang\ntitle: Pinged\nabout: Somebody pinged.\ndelivery: [push]\nfields: {}\n"),
        ],
        forth: "
            acme/calls: domain added: `acme-calls` [compatible, minor]
            acme/calls/rang: event added: `acme::calls::V2Rang` [compatible, minor]",
        back: "
            acme/calls: domain removed: `acme-calls` [compatible, major]
            acme/calls/rang: event removed: `acme::calls::V2Rang` [breaking, major]",
    },
    Case {
        what: "an event's Rust name, announced",
        edits: &[
            ("acme/chat/message.yaml", "title: Message received", "title: Message received\nrust_name: Written\nrenamed_from: V2Message"),
        ],
        forth: "
            acme/chat/message: event renamed: `acme::chat::V2Message, on_v2_message` -> `acme::chat::Written, on_written` [compatible, major]
            acme/chat/message: type `state` renamed: `acme::chat::v2_message::V2MessageState` -> `acme::chat::written::WrittenState` [compatible, major]
            acme/chat/message: type `content` renamed: `acme::chat::v2_message::V2MessageContent` -> `acme::chat::written::WrittenContent` [compatible, major]",
        back: "
            acme/chat/message: event renamed: `acme::chat::Written, on_written` -> `acme::chat::V2Message, on_v2_message` [compatible, major]
            acme/chat/message: type `state` renamed: `acme::chat::written::WrittenState` -> `acme::chat::v2_message::V2MessageState` [compatible, major]
            acme/chat/message: type `content` renamed: `acme::chat::written::WrittenContent` -> `acme::chat::v2_message::V2MessageContent` [compatible, major]",
    },
    Case {
        what: "an event of another name, announced",
        edits: &[
            ("acme/chat/ask.yaml", "event: ask", "event: ask\nrust_name: V2Question\nrenamed_from: V2Ask"),
        ],
        forth: "acme/chat/ask: event renamed: `acme::chat::V2Ask, on_v2_ask` -> `acme::chat::V2Question, on_v2_question` [compatible, major]",
        back: "acme/chat/ask: event renamed: `acme::chat::V2Question, on_v2_question` -> `acme::chat::V2Ask, on_v2_ask` [compatible, major]",
    },
    Case {
        what: "a name on the wire",
        edits: &[
            ("acme/chat/message.yaml", "title: Message received", "wire: /v1/message\ntitle: Message received"),
        ],
        forth: "acme/chat/message: name on the wire changed: `message of v2` -> `/v1/message of v2` [breaking, patch]",
        back: "acme/chat/message: name on the wire changed: `/v1/message of v2` -> `message of v2` [breaking, patch]",
    },
    Case {
        what: "a protocol",
        edits: &[
            ("acme/chat/message.yaml", "title: Message received", "protocol: v1\ntitle: Message received"),
        ],
        forth: "
            acme/chat/message: event renamed: `acme::chat::V2Message, on_v2_message` -> `acme::chat::V1Message, on_v1_message` [compatible, major]
            acme/chat/message: name on the wire changed: `message of v2` -> `message of v1` [breaking, patch]
            acme/chat/message: type `state` renamed: `acme::chat::v2_message::V2MessageState` -> `acme::chat::v1_message::V1MessageState` [compatible, major]
            acme/chat/message: type `content` renamed: `acme::chat::v2_message::V2MessageContent` -> `acme::chat::v1_message::V1MessageContent` [compatible, major]",
        back: "
            acme/chat/message: event renamed: `acme::chat::V1Message, on_v1_message` -> `acme::chat::V2Message, on_v2_message` [compatible, major]
            acme/chat/message: name on the wire changed: `message of v1` -> `message of v2` [breaking, patch]
            acme/chat/message: type `state` renamed: `acme::chat::v1_message::V1MessageState` -> `acme::chat::v2_message::V2MessageState` [compatible, major]
            acme/chat/message: type `content` renamed: `acme::chat::v1_message::V1MessageContent` -> `acme::chat::v2_message::V2MessageContent` [compatible, major]",
    },
    Case {
        what: "a callback",
        edits: &[
            ("acme/chat/ask.yaml", "kind: callback\n", ""),
            ("acme/chat/ask.yaml", "answer_within: 3s\n", ""),
            ("acme/chat/ask.yaml", "response:\n  about: Shown to the user.\n  fields:\n    toast: { type: string, about: A toast. }\n", ""),
        ],
        forth: "
            acme/chat/ask: kind changed: `callback` -> `event` [compatible, major]
            acme/chat/ask: time to answer changed: `3 s` -> `not said` [compatible, patch]",
        back: "
            acme/chat/ask: kind changed: `event` -> `callback` [compatible, major]
            acme/chat/ask: time to answer changed: `not said` -> `3 s` [compatible, patch]",
    },
    Case {
        what: "facts of an event",
        edits: &[
            ("acme/chat/message.yaml", "[\"chat:read\"]", "[\"chat:read\", \"chat:admin\"]"),
            ("acme/chat/message.yaml", "delivery: [push]", "delivery: [push, socket]"),
            ("acme/chat/message.yaml", "dedup_by: message_id", "dedup_by: none"),
            ("acme/chat/message.yaml", "order_by: chat_id\n", ""),
            ("acme/chat/message.yaml", "title: Message received", "stability: beta\ntitle: Message received"),
            ("acme/chat/ask.yaml", "answer_within: 3s", "answer_within: 5s"),
        ],
        forth: "
            acme/chat/ask: time to answer changed: `3 s` -> `5 s` [compatible, patch]
            acme/chat/message: permissions changed: `chat:read` -> `chat:read, chat:admin` [compatible, patch]
            acme/chat/message: apps and delivery changed: `own by push` -> `own by push, socket` [compatible, patch]
            acme/chat/message: `dedup_by` changed: `message_id` -> `none` [compatible, patch]
            acme/chat/message: `order_by` changed: `chat_id` -> `none` [compatible, patch]
            acme/chat/message: stability changed: `stable` -> `beta` [compatible, patch]",
        back: "
            acme/chat/ask: time to answer changed: `5 s` -> `3 s` [compatible, patch]
            acme/chat/message: permissions changed: `chat:read, chat:admin` -> `chat:read` [compatible, patch]
            acme/chat/message: apps and delivery changed: `own by push, socket` -> `own by push` [compatible, patch]
            acme/chat/message: `dedup_by` changed: `none` -> `message_id` [compatible, patch]
            acme/chat/message: `order_by` changed: `none` -> `chat_id` [compatible, patch]
            acme/chat/message: stability changed: `beta` -> `stable` [compatible, patch]",
    },
    Case {
        what: "a payload",
        edits: &[
            ("acme/chat/examples/ask.json", "", "{ \"kind\": \"ask\" }\n"),
        ],
        forth: "
            acme/chat/ask: payloads for tests added [compatible, minor]
            acme/chat/ask: documented otherwise [compatible, patch]",
        back: "
            acme/chat/ask: payloads for tests removed [compatible, major]
            acme/chat/ask: documented otherwise [compatible, patch]",
    },
    Case {
        what: "words",
        edits: &[
            ("acme/chat/message.yaml", "about: Somebody wrote.", "about: Somebody wrote something."),
            ("acme/chat/message.yaml", "about: Bytes.", "about: Size in bytes."),
            ("acme/chat/_types.yaml", "about: Kind of chat.", "about: What chat it is."),
            ("acme/chat/_types.yaml", "group: A group.", "group: A plain group."),
            ("acme/chat/changed.yaml", "about: All else. }\ntypes", "about: The rest. }\ntypes"),
            ("acme/platform.yaml", "about: A platform for tests.", "about: A platform of tests."),
            ("acme/platform.yaml", "about: Id of a user.", "about: The id of a user."),
            ("acme/platform.yaml", "about: Somebody was seen.", "about: Somebody was noticed."),
        ],
        forth: "
            acme: documented otherwise [compatible, patch]
            acme: `user_id` documented otherwise [compatible, patch]
            acme: `seen` documented otherwise [compatible, patch]
            acme/chat: `Mode` documented otherwise (in acme/chat/message) [compatible, patch]
            acme/chat: `Mode.group` documented otherwise (in acme/chat/message) [compatible, patch]
            acme/chat/changed: `body.other` documented otherwise [compatible, patch]
            acme/chat/message: documented otherwise [compatible, patch]
            acme/chat/message: `size` documented otherwise [compatible, patch]",
        back: "
            acme: documented otherwise [compatible, patch]
            acme: `user_id` documented otherwise [compatible, patch]
            acme: `seen` documented otherwise [compatible, patch]
            acme/chat: `Mode` documented otherwise (in acme/chat/message) [compatible, patch]
            acme/chat: `Mode.group` documented otherwise (in acme/chat/message) [compatible, patch]
            acme/chat/changed: `body.other` documented otherwise [compatible, patch]
            acme/chat/message: documented otherwise [compatible, patch]
            acme/chat/message: `size` documented otherwise [compatible, patch]",
    },
    Case {
        what: "deprecations",
        edits: &[
            ("acme/chat/message.yaml", "title: Message received", "deprecated: { note: Old. }\ntitle: Message received"),
            ("acme/chat/message.yaml", "about: Bytes.", "deprecated: {}, about: Bytes."),
            ("acme/chat/_types.yaml", "topic: A group of topics.", "topic: { about: A group of topics., deprecated: {} }"),
            ("acme/_types.yaml", "about: Somebody in a chat.", "about: Somebody in a chat.\n    deprecated: {}"),
        ],
        forth: "
            acme: `Member` deprecated (in acme/chat/message) [compatible, minor]
            acme/chat: `Mode.topic` deprecated (in acme/chat/message) [compatible, minor]
            acme/chat/message: deprecated [compatible, minor]
            acme/chat/message: `size` deprecated [compatible, minor]",
        back: "
            acme: `Member` no longer deprecated (in acme/chat/message) [compatible, patch]
            acme/chat: `Mode.topic` no longer deprecated (in acme/chat/message) [compatible, patch]
            acme/chat/message: no longer deprecated [compatible, patch]
            acme/chat/message: `size` no longer deprecated [compatible, patch]",
    },
    Case {
        what: "an event in another domain",
        edits: &[
            ("acme/chat/ask.yaml", "*", ""),
            ("acme/calls/ask.yaml", "", "event: ask\nkind: callback\ntitle: Asked\nabout: Somebody asked.\ndelivery: [push]\nanswer_within: 3s\nfields: {}\nresponse:\n  about: Shown to the user.\n  fields:\n    toast: { type: string, about: A toast. }\n"),
        ],
        forth: "
            acme/calls: domain added: `acme-calls` [compatible, minor]
            acme/calls/ask: event renamed: `acme::chat::V2Ask` -> `acme::calls::V2Ask` [compatible, major]",
        back: "
            acme/calls: domain removed: `acme-calls` [compatible, major]
            acme/chat/ask: event renamed: `acme::calls::V2Ask` -> `acme::chat::V2Ask` [compatible, major]",
    },
];
