//! Platforms.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        what: "a format",
        edits: &[
            ("acme/platform.yaml", "formats:\n", "formats:\n  chat_id: { about: Id of a chat. }\n"),
        ],
        forth: "acme: format `chat_id` added: `acme::ChatId` [compatible, minor]",
        back: "acme: format `chat_id` removed: `acme::ChatId` [compatible, major]",
    },
    Case {
        what: "a format's Rust name",
        edits: &[
            ("acme/platform.yaml", "user_id: { about", "user_id: { rust_name: Uid, about"),
        ],
        forth: "acme: format `user_id` renamed: `acme::UserId` -> `acme::Uid` [compatible, major]",
        back: "acme: format `user_id` renamed: `acme::Uid` -> `acme::UserId` [compatible, major]",
    },
    Case {
        what: "a wire form behind the others",
        edits: &[
            ("acme/platform.yaml", "control:\n", "  old: { transport: old, event: type, envelope: [type] }\ncontrol:\n"),
            ("acme/platform.yaml", "  plain: { event: kind,", "  plain: { when: { present: [kind] }, event: kind,"),
        ],
        forth: "
            acme: wire form `plain` changed [breaking, patch]
            acme: wire form `old` added [compatible, patch]",
        back: "
            acme: wire form `old` removed [breaking, patch]
            acme: wire form `plain` changed [breaking, patch]",
    },
    Case {
        what: "a wire form before others",
        edits: &[
            ("acme/platform.yaml", "forms:\n", "forms:\n  old: { transport: old, event: type, envelope: [type] }\n"),
        ],
        forth: "acme: wire form `old` added [breaking, patch]",
        back: "acme: wire form `old` removed [breaking, patch]",
    },
    Case {
        what: "wire forms in another order",
        edits: &[
            ("acme/platform.yaml", "  plain: { event: kind, envelope: [kind] }\n", ""),
            ("acme/platform.yaml", "forms:\n", "forms:\n  plain: { event: kind, envelope: [kind] }\n"),
        ],
        forth: "acme: wire forms tried in another order [breaking, patch]",
        back: "acme: wire forms tried in another order [breaking, patch]",
    },
    Case {
        what: "one more place of the id",
        edits: &[
            ("acme/platform.yaml", "header: { id: header.id }", "header: { id: [header.id, uuid] }"),
        ],
        forth: "acme: wire form `push` changed [compatible, patch]",
        back: "acme: wire form `push` changed [breaking, patch]",
    },
    Case {
        what: "control traffic",
        edits: &[
            ("acme/platform.yaml", "control:\n", "control:\n  ping: { about: Asks for a sign of life., when: { equals: { type: [ping] } } }\n"),
        ],
        forth: "acme: control traffic `ping` added [compatible, patch]",
        back: "acme: control traffic `ping` removed [breaking, patch]",
    },
    Case {
        what: "how control traffic is recognised",
        edits: &[
            ("acme/platform.yaml", "type: [check]", "type: [check, verify]"),
        ],
        forth: "acme: control traffic `check` changed [breaking, patch]",
        back: "acme: control traffic `check` changed [breaking, patch]",
    },
    Case {
        what: "no receiver",
        edits: &[
            ("acme/platform.yaml", "runtime: lark\n", ""),
        ],
        forth: "acme: receiver removed: `lark` [compatible, major]",
        back: "acme: receiver added: `lark` [compatible, minor]",
    },
    Case {
        what: "another receiver",
        edits: &[
            ("acme/platform.yaml", "runtime: lark", "runtime: dingtalk"),
        ],
        forth: "acme: receiver changed: `lark` -> `dingtalk` [compatible, major]",
        back: "acme: receiver changed: `dingtalk` -> `lark` [compatible, major]",
    },
    Case {
        what: "a platform's Rust name",
        edits: &[
            ("acme/platform.yaml", "rust_name: Acme", "rust_name: AcmeCorp"),
        ],
        forth: "acme: platform renamed: `Acme` -> `AcmeCorp` [compatible, major]",
        back: "acme: platform renamed: `AcmeCorp` -> `Acme` [compatible, major]",
    },
    Case {
        what: "a group",
        edits: &[
            ("acme/platform.yaml", "groups:\n", "groups:\n  talk: { method: on_talk, rust_name: Talk, members: [message, changed], title: Talk, about: Something was said. }\n"),
        ],
        forth: "acme: group `talk` added: `on_talk` [compatible, minor]",
        back: "acme: group `talk` removed: `on_talk` [compatible, major]",
    },
    Case {
        what: "a group's method",
        edits: &[
            ("acme/platform.yaml", "on_seen", "on_sight"),
        ],
        forth: "acme: group `seen` renamed: `on_seen, Seen` -> `on_sight, Seen` [compatible, major]",
        back: "acme: group `seen` renamed: `on_sight, Seen` -> `on_seen, Seen` [compatible, major]",
    },
    Case {
        what: "a member",
        edits: &[
            ("acme/platform.yaml", "[entered, left]", "[entered, left, message]"),
        ],
        forth: "acme: group member `seen.message` added [compatible, minor]",
        back: "acme: group member `seen.message` removed [breaking, major]",
    },
    Case {
        what: "a member's name, the same on the wire",
        edits: &[
            ("acme/chat/entered.yaml", "*", ""),
            ("acme/chat/came.yaml", "", "event: came\nwire: entered\ntitle: Somebody entered\nabout: Somebody entered.\ndelivery: [push]\nfields:\n  entered_at: { type: int, about: When. }\n"),
            ("acme/platform.yaml", "[entered, left]", "[came, left]"),
        ],
        forth: "
            acme: group member `seen.came` renamed: `Entered` -> `Came` [compatible, major]
            acme/chat/came: event renamed: `acme::chat::V2Entered, on_v2_entered` -> `acme::chat::V2Came, on_v2_came` [compatible, major]",
        back: "
            acme: group member `seen.entered` renamed: `Came` -> `Entered` [compatible, major]
            acme/chat/entered: event renamed: `acme::chat::V2Came, on_v2_came` -> `acme::chat::V2Entered, on_v2_entered` [compatible, major]",
    },
    Case {
        what: "one body for a group",
        edits: &[
            ("acme/chat/left.yaml", "fields:\n  left_at: { type: int, about: When. }\n", "same_as: entered\n"),
        ],
        forth: "
            acme: body of group `seen` changed: `an enum of bodies` -> `one struct` [compatible, major]
            acme/chat/entered: event renamed: `acme::chat::V2Entered` -> `acme::chat::Seen` [compatible, major]
            acme/chat/left: event renamed: `acme::chat::V2Left` -> `acme::chat::Seen` [lossy, major]",
        back: "
            acme: body of group `seen` changed: `one struct` -> `an enum of bodies` [compatible, major]
            acme/chat/entered: event renamed: `acme::chat::Seen` -> `acme::chat::V2Entered` [compatible, major]
            acme/chat/left: event renamed: `acme::chat::Seen` -> `acme::chat::V2Left` [lossy, major]",
    },
    Case {
        what: "a platform",
        edits: &[
            ("zeta/platform.yaml", "", "title: Zeta\nabout: Another platform.\nforms: { push: { event: type, envelope: [type] } }\n"),
        ],
        forth: "zeta: platform added: `zeta` [compatible, minor]",
        back: "zeta: platform removed: `zeta` [breaking, major]",
    },
];
