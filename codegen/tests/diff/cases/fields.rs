//! Fields.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        what: "a field",
        edits: &[
            ("acme/chat/message.yaml", "fields:\n  message_id", "fields:\n  thread_id: { type: string, about: Its thread. }\n  message_id"),
        ],
        forth: "acme/chat/message: field `thread_id` added: `thread_id: Option<String>` [compatible, minor]",
        back: "acme/chat/message: field `thread_id` removed: `thread_id: Option<String>` [lossy, major]",
    },
    Case {
        what: "a field that is always there",
        edits: &[
            ("acme/chat/message.yaml", "fields:\n  message_id", "fields:\n  thread_id: { type: string, always: true, about: Its thread. }\n  message_id"),
        ],
        forth: "acme/chat/message: field `thread_id` added: `thread_id: String` [lossy, minor]",
        back: "acme/chat/message: field `thread_id` removed: `thread_id: String` [lossy, major]",
    },
    Case {
        what: "a field of an answer that must be there",
        edits: &[
            ("acme/chat/ask.yaml", "    toast:", "    title: { type: string, always: true, about: The title. }\n    toast:"),
        ],
        forth: "acme/chat/ask: field `response.title` added: `title: String` [breaking, minor]",
        back: "acme/chat/ask: field `response.title` removed: `title: String` [lossy, major]",
    },
    Case {
        what: "a field of a shared type",
        edits: &[
            ("acme/_types.yaml", "    fields:\n", "    fields:\n      age: { type: int, about: Years. }\n"),
        ],
        forth: "acme: field `Member.age` added: `age: Option<i64>` (in acme/chat/message) [compatible, minor]",
        back: "acme: field `Member.age` removed: `age: Option<i64>` (in acme/chat/message) [lossy, major]",
    },
    Case {
        what: "a field's Rust name, announced",
        edits: &[
            ("acme/chat/message.yaml", "chat_id: { type: string,", "chat_id: { type: string, rust_name: chat, renamed_from: chat_id,"),
        ],
        forth: "acme/chat/message: field `chat_id` renamed: `V2Message::chat_id` -> `V2Message::chat` [compatible, major]",
        back: "acme/chat/message: field `chat_id` renamed: `V2Message::chat` -> `V2Message::chat_id` [compatible, major]",
    },
    Case {
        what: "a field's key, announced",
        edits: &[
            ("acme/chat/message.yaml", "order_by: chat_id", "order_by: conversation_id"),
            ("acme/chat/message.yaml", "  chat_id: { type: string,", "  conversation_id: { type: string, renamed_from: chat_id,"),
        ],
        forth: "
            acme/chat/message: `order_by` changed: `chat_id` -> `conversation_id` [compatible, patch]
            acme/chat/message: field `conversation_id` renamed: `V2Message::chat_id` -> `V2Message::conversation_id` [compatible, major]
            acme/chat/message: key of field `conversation_id` changed: `chat_id` -> `conversation_id` [breaking, patch]",
        back: "
            acme/chat/message: `order_by` changed: `conversation_id` -> `chat_id` [compatible, patch]
            acme/chat/message: field `conversation_id` removed: `conversation_id: Option<String>` [lossy, major]
            acme/chat/message: field `chat_id` added: `chat_id: Option<String>` [compatible, minor]",
    },
    Case {
        what: "a field's key, under the same Rust name",
        edits: &[
            ("acme/chat/message.yaml", "  tags: {", "  Tags: {"),
        ],
        forth: "acme/chat/message: key of field `Tags` changed: `tags` -> `Tags` [breaking, patch]",
        back: "acme/chat/message: key of field `tags` changed: `Tags` -> `tags` [breaking, patch]",
    },
    Case {
        what: "a field's key in one form",
        edits: &[
            ("acme/chat/message.yaml", "sender: { type: Member,", "sender: { type: Member, keys: { plain: Sender },"),
        ],
        forth: "acme/chat/message: key of field `sender` changed: `sender in plain` -> `Sender in plain` [breaking, patch]",
        back: "acme/chat/message: key of field `sender` changed: `Sender in plain` -> `sender in plain` [breaking, patch]",
    },
    Case {
        what: "a field that one form lacks",
        edits: &[
            ("acme/chat/message.yaml", "sender: { type: Member,", "sender: { type: Member, keys: { plain: none },"),
        ],
        forth: "acme/chat/message: key of field `sender` changed: `sender in plain` -> `none in plain` [lossy, patch]",
        back: "acme/chat/message: key of field `sender` changed: `none in plain` -> `sender in plain` [compatible, patch]",
    },
    Case {
        what: "a field's presence",
        edits: &[
            ("acme/chat/message.yaml", "tags: { type: list<string>,", "tags: { type: list<string>, always: true,"),
        ],
        forth: "acme/chat/message: presence of field `tags` changed: `Option<Vec<String>>` -> `Vec<String>` [lossy, major]",
        back: "acme/chat/message: presence of field `tags` changed: `Vec<String>` -> `Option<Vec<String>>` [compatible, major]",
    },
    Case {
        what: "null and absent",
        edits: &[
            ("acme/chat/message.yaml", "nullable: true, ", ""),
        ],
        forth: "acme/chat/message: presence of field `note` changed: `Nullable<String>` -> `Option<String>` [lossy, major]",
        back: "acme/chat/message: presence of field `note` changed: `Option<String>` -> `Nullable<String>` [compatible, major]",
    },
    Case {
        what: "constraints",
        edits: &[
            ("acme/chat/message.yaml", "max_len: 64", "max_len: 32"),
            ("acme/chat/message.yaml", "about: Bytes.", "min: 0, about: Bytes."),
        ],
        forth: "
            acme/chat/message: constraints of field `message_id` changed: `At most 64 characters.` -> `At most 32 characters.` [lossy, patch]
            acme/chat/message: constraints of field `size` changed: `none` -> `At least 0.` [lossy, patch]",
        back: "
            acme/chat/message: constraints of field `message_id` changed: `At most 32 characters.` -> `At most 64 characters.` [compatible, patch]
            acme/chat/message: constraints of field `size` changed: `At least 0.` -> `none` [compatible, patch]",
    },
    Case {
        what: "a field's permissions",
        edits: &[
            ("acme/chat/message.yaml", "about: Bytes.", "requires: { any_of: [\"chat:admin\"] }, about: Bytes."),
        ],
        forth: "acme/chat/message: permissions of field `size` changed: `none` -> `chat:admin` [compatible, patch]",
        back: "acme/chat/message: permissions of field `size` changed: `chat:admin` -> `none` [compatible, patch]",
    },
    Case {
        what: "a secret",
        edits: &[
            ("acme/chat/message.yaml", "about: Bytes.", "secret: true, about: Bytes."),
        ],
        forth: "acme/chat/message: secrecy of field `size` changed: `shown` -> `secret` [compatible, patch]",
        back: "acme/chat/message: secrecy of field `size` changed: `secret` -> `shown` [compatible, patch]",
    },
    Case {
        what: "an integer in a text",
        edits: &[
            ("acme/chat/message.yaml", "size: { type: int,", "size: { type: text<int>,"),
        ],
        forth: "acme/chat/message: type of field `size` changed: `int` -> `text<int>` [lossy, patch]",
        back: "acme/chat/message: type of field `size` changed: `text<int>` -> `int` [lossy, patch]",
    },
    Case {
        what: "another type on the wire that is known",
        edits: &[
            ("acme/chat/message.yaml", "size: { type: int,", "size: { type: int, accepts: [string],"),
        ],
        forth: "acme/chat/message: type of field `size` changed: `int` -> `int, accepts string` [compatible, patch]",
        back: "acme/chat/message: type of field `size` changed: `int, accepts string` -> `int` [lossy, patch]",
    },
    Case {
        what: "an integer as a text",
        edits: &[
            ("acme/chat/message.yaml", "size: { type: int,", "size: { type: string,"),
        ],
        forth: "acme/chat/message: type of field `size` changed: `i64` -> `String` [lossy, major]",
        back: "acme/chat/message: type of field `size` changed: `String` -> `i64` [breaking, major]",
    },
    Case {
        what: "an integer as a number",
        edits: &[
            ("acme/chat/message.yaml", "size: { type: int,", "size: { type: float,"),
        ],
        forth: "acme/chat/message: type of field `size` changed: `i64` -> `f64` [compatible, major]",
        back: "acme/chat/message: type of field `size` changed: `f64` -> `i64` [breaking, major]",
    },
    Case {
        what: "an integer as a time",
        edits: &[
            ("acme/chat/message.yaml", "size: { type: int,", "size: { type: time<unix_s>,"),
        ],
        forth: "acme/chat/message: type of field `size` changed: `i64` -> `UnixSeconds` [compatible, major]",
        back: "acme/chat/message: type of field `size` changed: `UnixSeconds` -> `i64` [compatible, major]",
    },
    Case {
        what: "another unit of time",
        edits: &[
            ("acme/chat/message.yaml", "time<unix_s>", "time<unix_ms>"),
        ],
        forth: "acme/chat/message: type of field `sent_at` changed: `UnixSeconds` -> `UnixMillis` [breaking, major]",
        back: "acme/chat/message: type of field `sent_at` changed: `UnixMillis` -> `UnixSeconds` [breaking, major]",
    },
    Case {
        what: "a text as a list",
        edits: &[
            ("acme/chat/message.yaml", "note: { type: string, nullable: true,", "note: { type: list<string>, nullable: true,"),
        ],
        forth: "acme/chat/message: type of field `note` changed: `String` -> `Vec<String>` [breaking, major]",
        back: "acme/chat/message: type of field `note` changed: `Vec<String>` -> `String` [breaking, major]",
    },
    Case {
        what: "a text with a format",
        edits: &[
            ("acme/chat/message.yaml", "note: { type: string,", "note: { type: string, format: user_id,"),
        ],
        forth: "acme/chat/message: type of field `note` changed: `String` -> `acme::UserId` [compatible, major]",
        back: "acme/chat/message: type of field `note` changed: `acme::UserId` -> `String` [compatible, major]",
    },
    Case {
        what: "a text with known values",
        edits: &[
            ("acme/chat/message.yaml", "note: { type: string,", "note: { type: string, values: { a: A., b: B. },"),
        ],
        forth: "acme/chat/message: type of field `note` changed: `String` -> `V2MessageNote` [lossy, major]",
        back: "acme/chat/message: type of field `note` changed: `V2MessageNote` -> `String` [compatible, major]",
    },
    Case {
        what: "JSON in a text as it is",
        edits: &[
            ("acme/chat/message.yaml", "data: { type: json,", "data: { type: any,"),
        ],
        forth: "acme/chat/message: type of field `data` changed: `json` -> `any` [breaking, patch]",
        back: "acme/chat/message: type of field `data` changed: `any` -> `json` [breaking, patch]",
    },
    Case {
        what: "JSON in a text as the text",
        edits: &[
            ("acme/chat/message.yaml", "data: { type: json,", "data: { type: string,"),
        ],
        forth: "acme/chat/message: type of field `data` changed: `Json` -> `String` [compatible, major]",
        back: "acme/chat/message: type of field `data` changed: `String` -> `Json` [breaking, major]",
    },
    Case {
        what: "JSON in a text as shapes",
        edits: &[
            ("acme/chat/message.yaml", "data: { type: json, about: Anything. }", "data: { type: json, about: Anything., shape_by: kind, shapes: { text: Text } }"),
        ],
        forth: "acme/chat/message: type of field `data` changed: `Json` -> `V2MessageData` [lossy, major]",
        back: "acme/chat/message: type of field `data` changed: `V2MessageData` -> `Json` [compatible, major]",
    },
    Case {
        what: "an object as any JSON",
        edits: &[
            ("acme/chat/message.yaml", "extra: { type: Extra,", "extra: { type: any,"),
            ("acme/chat/message.yaml", "  Extra: { about: More., fields: { weight: { type: float, about: Weight. } } }\n", ""),
        ],
        forth: "
            acme/chat/message: type `Extra` removed: `acme::chat::v2_message::Extra` [compatible, major]
            acme/chat/message: type of field `extra` changed: `Extra` -> `Json` [compatible, major]",
        back: "
            acme/chat/message: type of field `extra` changed: `Json` -> `Extra` [breaking, major]
            acme/chat/message: type `Extra` added: `acme::chat::v2_message::Extra` [compatible, minor]",
    },
    Case {
        what: "an object of another type",
        edits: &[
            ("acme/chat/message.yaml", "extra: { type: Extra,", "extra: { type: Card,"),
            ("acme/chat/message.yaml", "  Extra: { about: More., fields: { weight: { type: float, about: Weight. } } }\n", ""),
        ],
        forth: "
            acme/chat/message: type `Extra` removed: `acme::chat::v2_message::Extra` [compatible, major]
            acme/chat/message: type of field `extra` changed: `Extra` -> `Card` [lossy, major]",
        back: "
            acme/chat/message: type of field `extra` changed: `Card` -> `Extra` [lossy, major]
            acme/chat/message: type `Extra` added: `acme::chat::v2_message::Extra` [compatible, minor]",
    },
];
