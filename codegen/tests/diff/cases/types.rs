//! Types, values and shapes.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        what: "a type that is shared now",
        edits: &[
            ("acme/chat/message.yaml", "  Extra: { about: More., fields: { weight: { type: float, about: Weight. } } }\n", ""),
            ("acme/chat/_types.yaml", "types:\n", "types:\n  Extra: { about: More., fields: { weight: { type: float, about: Weight. } } }\n"),
        ],
        forth: "acme/chat: type `Extra` renamed: `acme::chat::v2_message::Extra` -> `acme::chat::Extra` (in acme/chat/message) [compatible, major]",
        back: "acme/chat/message: type `Extra` renamed: `acme::chat::Extra` -> `acme::chat::v2_message::Extra` [compatible, major]",
    },
    Case {
        what: "a type",
        edits: &[
            ("acme/chat/message.yaml", "types:\n", "types:\n  Place: { about: A place., fields: { name: { type: string, about: Its name. } } }\n"),
            ("acme/chat/message.yaml", "fields:\n  message_id", "fields:\n  place: { type: Place, about: Where. }\n  message_id"),
        ],
        forth: "
            acme/chat/message: field `place` added: `place: Option<Place>` [compatible, minor]
            acme/chat/message: type `Place` added: `acme::chat::v2_message::Place` [compatible, minor]",
        back: "
            acme/chat/message: type `Place` removed: `acme::chat::v2_message::Place` [compatible, major]
            acme/chat/message: field `place` removed: `place: Option<Place>` [lossy, major]",
    },
    Case {
        what: "a type's name, announced",
        edits: &[
            ("acme/chat/message.yaml", "extra: { type: Extra,", "extra: { type: More,"),
            ("acme/chat/message.yaml", "  Extra: { about: More.,", "  More: { renamed_from: Extra, about: More.,"),
        ],
        forth: "acme/chat/message: type `More` renamed: `acme::chat::v2_message::Extra` -> `acme::chat::v2_message::More` [compatible, major]",
        back: "
            acme/chat/message: type `More` removed: `acme::chat::v2_message::More` [compatible, major]
            acme/chat/message: type of field `extra` changed: `More` -> `Extra` [compatible, major]
            acme/chat/message: type `Extra` added: `acme::chat::v2_message::Extra` [compatible, minor]",
    },
    Case {
        what: "a set as an object",
        edits: &[
            ("acme/chat/_types.yaml", "    type: string\n    values: { group: A group., topic: A group of topics. }\n", "    fields: { name: { type: string, about: Its name. } }\n"),
        ],
        forth: "acme/chat: kind of type `Mode` changed: `enum of texts` -> `struct` (in acme/chat/message) [breaking, major]",
        back: "acme/chat: kind of type `Mode` changed: `struct` -> `enum of texts` (in acme/chat/message) [breaking, major]",
    },
    Case {
        what: "a type that is in an answer",
        edits: &[
            ("acme/chat/ask.yaml", "    toast:", "    member: { type: Member, about: Who. }\n    toast:"),
        ],
        forth: "
            acme: `new` and `with_*` of type `Member` added (in 2 events) [compatible, minor]
            acme/chat/ask: field `response.member` added: `member: Option<acme::Member>` [compatible, minor]",
        back: "
            acme: `new` and `with_*` of type `Member` removed (in acme/chat/message) [compatible, major]
            acme/chat/ask: field `response.member` removed: `member: Option<acme::Member>` [lossy, major]",
    },
    Case {
        what: "a value",
        edits: &[
            ("acme/chat/_types.yaml", "topic: A group of topics.", "topic: A group of topics., p2p: Two people."),
        ],
        forth: "acme/chat: value `Mode.p2p` added: `Mode::P2p` (in acme/chat/message) [compatible, minor]",
        back: "acme/chat: value `Mode.p2p` removed: `Mode::P2p` (in acme/chat/message) [lossy, major]",
    },
    Case {
        what: "a value's Rust name",
        edits: &[
            ("acme/chat/_types.yaml", "topic: A group of topics.", "topic: { name: Threads, about: A group of topics. }"),
        ],
        forth: "acme/chat: value `Mode.topic` renamed: `Mode::Topic` -> `Mode::Threads` (in acme/chat/message) [compatible, major]",
        back: "acme/chat: value `Mode.topic` renamed: `Mode::Threads` -> `Mode::Topic` (in acme/chat/message) [compatible, major]",
    },
    Case {
        what: "a value on the wire, under the same Rust name",
        edits: &[
            ("acme/chat/message.yaml", "1: { name: New,", "2: { name: New,"),
        ],
        forth: "acme/chat/message: value `state.2` changed on the wire: `1` -> `2` [breaking, patch]",
        back: "acme/chat/message: value `state.1` changed on the wire: `2` -> `1` [breaking, patch]",
    },
    Case {
        what: "a bit",
        edits: &[
            ("acme/chat/_types.yaml", "about: On a computer. }", "about: On a computer. }, 2: { name: Phone, about: On a phone. }"),
        ],
        forth: "acme/chat: value `Devices.2` added: `Devices::PHONE` (in acme/chat/message) [compatible, minor]",
        back: "acme/chat: value `Devices.2` removed: `Devices::PHONE` (in acme/chat/message) [lossy, major]",
    },
    Case {
        what: "a shape",
        edits: &[
            ("acme/chat/message.yaml", "card: Card }", "card: Card, picture: Picture }"),
            ("acme/chat/message.yaml", "types:\n", "types:\n  Picture: { about: A picture., fields: { key: { type: string, about: Its key. } } }\n"),
        ],
        forth: "
            acme/chat/message: type `Picture` added: `acme::chat::v2_message::Picture` [compatible, minor]
            acme/chat/message: shape `content.picture` added: `V2MessageContent::Picture(Picture)` [compatible, minor]",
        back: "
            acme/chat/message: type `Picture` removed: `acme::chat::v2_message::Picture` [compatible, major]
            acme/chat/message: shape `content.picture` removed: `V2MessageContent::Picture` [lossy, major]",
    },
    Case {
        what: "a shape's Rust name",
        edits: &[
            ("acme/chat/message.yaml", "card: Card }", "card: { type: Card, name: Cards } }"),
        ],
        forth: "acme/chat/message: shape `content.card` renamed: `V2MessageContent::Card` -> `V2MessageContent::Cards` [compatible, major]",
        back: "acme/chat/message: shape `content.card` renamed: `V2MessageContent::Cards` -> `V2MessageContent::Card` [compatible, major]",
    },
    Case {
        what: "a shape's key, under the same Rust name",
        edits: &[
            ("acme/chat/message.yaml", "card: Card }", "CARD: { type: Card, name: Card } }"),
        ],
        forth: "acme/chat/message: key of shape `content.CARD` changed: `card` -> `CARD` [breaking, patch]",
        back: "acme/chat/message: key of shape `content.card` changed: `CARD` -> `card` [breaking, patch]",
    },
    Case {
        what: "a shape's type",
        edits: &[
            ("acme/chat/message.yaml", "card: Card }", "card: Text }"),
            ("acme/chat/message.yaml", "  Card: { about: A card., fields: { title: { type: string, about: The title. } } }\n", ""),
        ],
        forth: "
            acme/chat/message: type `Card` removed: `acme::chat::v2_message::Card` [compatible, major]
            acme/chat/message: `From` of shape `content.text` removed [compatible, major]
            acme/chat/message: type of shape `content.card` changed: `acme::chat::v2_message::Card` -> `acme::chat::v2_message::Text` [lossy, major]
            acme/chat/message: `From` of shape `content.card` removed [compatible, major]",
        back: "
            acme/chat/message: type `Card` added: `acme::chat::v2_message::Card` [compatible, minor]
            acme/chat/message: `From` of shape `content.text` added [compatible, minor]
            acme/chat/message: type of shape `content.card` changed: `acme::chat::v2_message::Text` -> `acme::chat::v2_message::Card` [lossy, major]
            acme/chat/message: `From` of shape `content.card` added [compatible, minor]",
    },
    Case {
        what: "a shape tried before others",
        edits: &[
            ("acme/chat/changed.yaml", "shapes:\n", "shapes:\n  closed: { type: Other, when: { present: [what, name] }, about: Closed. }\n"),
        ],
        forth: "
            acme/chat/changed: shape `body.closed` added: `V2Changed::Closed(Other)` [breaking, minor]
            acme/chat/changed: `From` of shape `body.other` removed [compatible, major]",
        back: "
            acme/chat/changed: shape `body.closed` removed: `V2Changed::Closed` [lossy, major]
            acme/chat/changed: `From` of shape `body.other` added [compatible, minor]",
    },
    Case {
        what: "shapes in another order",
        edits: &[
            ("acme/chat/changed.yaml", "  other: { type: Other, about: All else. }\n", ""),
            ("acme/chat/changed.yaml", "shapes:\n", "shapes:\n  other: { type: Other, when: { present: [what] }, about: All else. }\n"),
        ],
        forth: "
            acme/chat/changed: shapes of type `body` tried in another order [breaking, patch]
            acme/chat/changed: condition of shape `body.other` changed: `always` -> `with what` [breaking, patch]",
        back: "
            acme/chat/changed: shapes of type `body` tried in another order [breaking, patch]
            acme/chat/changed: condition of shape `body.other` changed: `with what` -> `always` [breaking, patch]",
    },
    Case {
        what: "a choice by a key",
        edits: &[
            ("acme/chat/changed.yaml", "shapes:\n  named: { type: Named, when: { present: [name] }, about: Another name. }", "shape_by: kind\nshapes:\n  named: { type: Named, about: Another name. }"),
        ],
        forth: "
            acme/chat/changed: what decides the shape of type `body` changed: `form and keys` -> `its key kind` [breaking, patch]
            acme/chat/changed: condition of shape `body.named` changed: `with name` -> `always` [breaking, patch]",
        back: "
            acme/chat/changed: what decides the shape of type `body` changed: `its key kind` -> `form and keys` [breaking, patch]
            acme/chat/changed: condition of shape `body.named` changed: `always` -> `with name` [breaking, patch]",
    },
];
