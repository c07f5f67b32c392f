//! The questions of editors, on a small platform.

use expect_test::expect;

use super::{complete, definition, hover};
use crate::{
    compile::{Compiled, compile_files},
    source::{FileId, Span},
};

const PLATFORM: &str = "title: Acme
rust_name: Acme
about: For tests.
app_kinds: { own: An app of its own. }
deliveries: { push: A request., pull: A question. }
formats: { chat_id: { about: Id of a chat. } }
domains: { chat: { title: Chat }, mail: { title: Mail } }
permissions:
  \"chat:read\": { about: Read chats. }
  \"chat:write\": { about: Write to chats. }
permission_sets: { all: [\"chat:read\"] }
forms: { plain: { event: kind, header: { id: id }, envelope: [kind, id] } }
";

const PLATFORM_TYPES: &str = "types:
  User: { about: A user., fields: { id: { type: string, about: Their id. } } }
";

const DOMAIN_TYPES: &str = "types:
  Chat: { about: A chat., fields: { id: { type: string, about: Its id., format: chat_id } } }
";

const PING: &str = "event: ping
title: Pinged
about: Somebody pinged.
apps: [own]
delivery: [push]
permissions: { any_of: [\"chat:read\"] }
related: { pong: fires as well }
fields:
  by: { type: User, about: Who pinged. }
  chats: { type: list<Chat>, about: Where. }
  parts: { type: list<Part>, about: What was said. }
  size:
    type: string
    about: How big.
    values: { small: Under one., large: All else. }
types:
  Part:
    about: A part.
    fields:
      text: { type: string, about: What it says., always: true }
";

const PONG: &str = "event: pong\ntitle: Ponged\nabout: Somebody ponged.\nsame_as: ping\n";
const LETTER: &str = "event: letter\ntitle: Letter\nabout: Somebody wrote.\nfields: {}\n";

const PING_PATH: &str = "schemas/acme/chat/ping.yaml";

/// The platform with one file that is different, in which `|` is the cursor; the file, and where the cursor is.
fn with(path: &str, marked: &str) -> (Compiled, FileId, usize) {
    let byte = marked.find('|').unwrap();
    let text = marked.replacen('|', "", 1);
    let files = [
        ("schemas/acme/platform.yaml", PLATFORM),
        ("schemas/acme/_types.yaml", PLATFORM_TYPES),
        ("schemas/acme/chat/_types.yaml", DOMAIN_TYPES),
        (PING_PATH, PING),
        ("schemas/acme/chat/pong.yaml", PONG),
        ("schemas/acme/mail/letter.yaml", LETTER),
    ];
    let others = files.into_iter().filter(|(other, _)| *other != path);
    let all = others.chain([(path, text.as_str())]);
    let compiled = compile_files(all.map(|(path, text)| (path.into(), text.into())));
    let file = compiled.sources.iter().find(|(_, file)| file.path.as_os_str() == path).unwrap().0;
    (compiled, file, byte)
}

/// `ping` with the cursor in it: `|` in a part of it that occurs once.
fn ping(marked: &str) -> (Compiled, FileId, usize) {
    let part = marked.replacen('|', "", 1);
    assert_eq!(PING.matches(&part).count(), 1, "{part}");
    with(PING_PATH, &PING.replace(&part, marked))
}

/// `ping` with a part of it replaced by something with the cursor in it.
fn edited(part: &str, marked: &str) -> (Compiled, FileId, usize) {
    assert_eq!(PING.matches(part).count(), 1, "{part}");
    with(PING_PATH, &PING.replace(part, marked))
}

fn written(compiled: &Compiled, span: Span) -> String {
    let file = compiled.sources.get(span.file).unwrap();
    let (line, _) = file.line_column(span.start);
    format!("{}:{line}: {}", file.path.display(), &file.text[span.start..span.end])
}

fn goes((compiled, file, byte): (Compiled, FileId, usize)) -> String {
    definition(&compiled, file, byte).map_or("nowhere".to_owned(), |found| written(&compiled, found))
}

#[test]
fn a_type_name_leads_to_the_nearest_declaration() {
    assert_eq!(goes(ping("type: list<Pa|rt>")), "schemas/acme/chat/ping.yaml:17: Part");
    assert_eq!(goes(ping("type: list<Chat|>")), "schemas/acme/chat/_types.yaml:2: Chat");
    assert_eq!(goes(ping("type: |User")), "schemas/acme/_types.yaml:2: User");
    assert_eq!(goes(ping("type: li|st<Part>")), "nowhere");
    assert_eq!(
        goes(edited("  Part:\n", "  Part: { extends: Ch|at }\n  Other:\n")),
        "schemas/acme/chat/_types.yaml:2: Chat"
    );
}

#[test]
fn what_the_platform_declares_leads_there() {
    assert_eq!(goes(ping("\"chat:re|ad\"")), "schemas/acme/platform.yaml:9: \"chat:read\"");
    assert_eq!(goes(ping("[pu|sh]")), "schemas/acme/platform.yaml:5: push");
    assert_eq!(goes(ping("[o|wn]")), "schemas/acme/platform.yaml:4: own");
    let types = DOMAIN_TYPES.replace("chat_id", "chat|_id");
    assert_eq!(goes(with("schemas/acme/chat/_types.yaml", &types)), "schemas/acme/platform.yaml:6: chat_id");
    let platform = PLATFORM.replace("all: [\"", "all: [\"|");
    assert_eq!(
        goes(with("schemas/acme/platform.yaml", &platform)),
        "schemas/acme/platform.yaml:9: \"chat:read\""
    );
}

#[test]
fn an_event_leads_to_its_file() {
    assert_eq!(goes(ping("po|ng: fires")), "schemas/acme/chat/pong.yaml:1: pong");
    assert_eq!(
        goes(with("schemas/acme/chat/pong.yaml", &PONG.replace("as: ping", "as: p|ing"))),
        "schemas/acme/chat/ping.yaml:1: ping"
    );
    assert_eq!(goes(ping("title: Pin|ged")), "nowhere");
}

fn says((compiled, file, byte): (Compiled, FileId, usize)) -> String {
    hover(&compiled, file, byte).map_or("nothing".to_owned(), |found| {
        format!("{}\n{}\n", written(&compiled, found.span), found.markdown)
    })
}

#[test]
fn a_field_shows_its_rust() {
    expect![[r#"
        schemas/acme/chat/ping.yaml:10: chats
        ```rust
        // acme::chat
        pub struct Ping {
            pub chats: Option<Vec<acme::chat::Chat>>,
        }
        ```

        Where.
    "#]]
    .assert_eq(&says(ping("cha|ts: {")));
}

#[test]
fn whatever_is_said_of_a_field_shows_its_rust() {
    for place in ["type: string, about: Wh|at it", "type: str|ing, about: What", "alw|ays: true"] {
        let text = says(ping(place));
        assert!(text.contains("pub text: String,"), "{place}: {text}");
    }
}

#[test]
fn a_type_shows_its_rust_with_documented_fields() {
    expect![[r#"
        schemas/acme/chat/ping.yaml:11: Part
        ```rust
        // acme::chat::ping
        pub struct Part {
            /// What it says.
            pub text: String,
        }
        ```

        A part.
    "#]]
    .assert_eq(&says(ping("list<Par|t>")));
}

#[test]
fn a_value_shows_its_variant() {
    expect![[r#"
        schemas/acme/chat/ping.yaml:15: large
        ```rust
        // acme::chat::ping
        pub enum PingSize {
            Large,
        }
        ```

        `large`: All else.
    "#]]
    .assert_eq(&says(ping("lar|ge: All")));
}

#[test]
fn an_event_shows_how_it_is_registered() {
    let text = says(ping("event: pi|ng\n"));
    expect![[r#"
        schemas/acme/chat/ping.yaml:1: ping
        ```rust
        // acme::chat::Ping
        EventDispatcher::builder().on_ping(handler)
        ```

        Pinged
    "#]]
    .assert_eq(&format!("{}\n", text.split("\n\n```rust").next().unwrap()));
    assert!(text.contains("pub struct Ping {") && text.contains("Somebody pinged."), "{text}");
    assert!(says(ping("po|ng: fires")).contains("on_pong(handler)"));
}

#[test]
fn what_the_platform_declares_shows_what_it_means() {
    assert_eq!(
        says(ping("\"chat:|read\"")),
        "schemas/acme/chat/ping.yaml:6: \"chat:read\"\n`chat:read`\n\nRead chats.\n"
    );
    let types = DOMAIN_TYPES.replace("chat_id", "chat|_id");
    assert!(says(with("schemas/acme/chat/_types.yaml", &types)).contains("pub struct ChatId(String);"));
    assert_eq!(says(ping("title: Pin|ged")), "nothing");
}

/// What could be written, each as the file would read from the line of the cursor.
fn offers((compiled, file, byte): (Compiled, FileId, usize)) -> Vec<String> {
    let text = &compiled.sources.get(file).unwrap().text;
    let line = text[..byte].rfind('\n').map_or(0, |at| at + 1);
    let end = text[byte..].find('\n').map_or(text.len(), |at| byte + at);
    let items = complete(&compiled, file, byte).into_iter();
    items
        .map(|item| {
            format!("{}{}{}", &text[line..item.replace.start], item.insert, &text[item.replace.end..end])
                .trim()
                .to_owned()
        })
        .collect()
}

#[track_caller]
fn offered(place: (Compiled, FileId, usize), expected: &[&str]) {
    let offers = offers(place);
    for expected in expected {
        assert!(offers.iter().any(|offer| offer == expected), "{expected}: {offers:#?}");
    }
}

#[test]
fn types_are_offered_inside_of_type_expressions() {
    let all = [
        "by: { type: Part, about: Who pinged. }",
        "by: { type: Chat, about: Who pinged. }",
        "by: { type: User, about: Who pinged. }",
        "by: { type: string, about: Who pinged. }",
        "by: { type: list<, about: Who pinged. }",
    ];
    offered(ping("type: User|"), &all);
    offered(edited("type: User", "type: |"), &all);
    offered(edited("type: list<Chat>", "type: list<Ch|>"), &["chats: { type: list<Chat>, about: Where. }"]);
    offered(edited("type: list<Chat>", "type: list<|"), &["chats: { type: list<Part, about: Where. }"]);
    offered(
        edited("type: User", "type: text<time<u|>>"),
        &["by: { type: text<time<unix_ms>>, about: Who pinged. }"],
    );
    offered(edited("    type: string\n", "    type: |\n"), &["type: Part", "type: int"]);
}

#[test]
fn permissions_are_offered_with_quotes() {
    let both = ["permissions: { any_of: [\"chat:read\"] }", "permissions: { any_of: [\"chat:write\"] }"];
    offered(ping("[\"chat:r|ead\"]"), &both);
    offered(edited("[\"chat:read\"]", "[|]"), &both);
    offered(edited("[\"chat:read\"]", "[chat:w|]"), &both);
    offered(edited("[\"chat:read\"] }\n", "[\"chat:|\n"), &["permissions: { any_of: [\"chat:write\""]);
    offered(edited("{ any_of: [\"chat:read\"] }\n", "{ set: |\n"), &["permissions: { set: all"]);
    offered(
        edited("permissions: { any_of: [\"chat:read\"] }", "permissions:\n  any_of:\n    - |"),
        &["- \"chat:read\""],
    );
}

#[test]
fn events_are_offered() {
    assert_eq!(
        offers(edited("related: { pong", "related: { |")),
        ["related: { pong: fires as well }", "related: { letter: fires as well }"]
    );
    let siblings = offers(with("schemas/acme/chat/pong.yaml", &PONG.replace("as: ping", "as: |")));
    assert_eq!(siblings, ["same_as: ping"]);
}

#[test]
fn lints_are_offered_and_explained() {
    offered(
        edited("title: Pinged\n", "title: Pinged\nallow: { titl| }\n"),
        &["allow: { title-too-long:  }", "allow: { missing-example:  }"],
    );
    let text = says(edited("title: Pinged\n", "title: Pinged\nallow: { title-|too-long: It is. }\n"));
    assert!(text.contains("The lint `title-too-long`"), "{text}");
}

#[test]
fn keys_are_offered_that_are_not_there_yet() {
    let offers = offers(edited("  chats:", "    |\n  chats:"));
    assert!(!offers.iter().any(|offer| offer.starts_with("event")), "a field takes no `event`: {offers:?}");
    offered(edited("title: Pinged\n", "title: Pinged\nord|\n"), &["order_by:"]);
    offered(edited("about: How big.\n", "about: How big.\n    |\n"), &["format:", "always:"]);
    offered(
        edited("about: Who pinged. }", "about: Who pinged., |}"),
        &["by: { type: User, about: Who pinged., always: }"],
    );
    let flow = self::offers(edited("about: Who pinged. }", "about: Who pinged., |}"));
    assert!(!flow.iter().any(|offer| offer.contains(", type")), "`type` is there: {flow:?}");
    offered(ping("tit|le: Pinged"), &["title: Pinged", "title_zh: Pinged"]);
    offered(with(PING_PATH, "|"), &["event:", "title:"]);
    offered(edited("types:\n", "  new:\n    |\ntypes:\n"), &["type:", "about:"]);
}

#[test]
fn keys_that_are_required_come_first() {
    assert_eq!(
        offers(edited("types:\n", "  new: { | }\ntypes:\n"))[..2],
        ["new: { about:  }", "new: { type:  }"]
    );
}

#[test]
fn words_are_offered_where_one_of_them_must_stand() {
    assert_eq!(
        offers(edited("title: Pinged\n", "title: Pinged\nkind: |\n")),
        ["kind: event", "kind: callback"]
    );
    assert_eq!(
        offers(ping("always: t|rue")),
        [
            "text: { type: string, about: What it says., always: true }",
            "text: { type: string, about: What it says., always: false }"
        ]
    );
    assert!(offers(ping("about: Somebody p|inged.")).is_empty(), "only people know");
}

#[test]
fn no_place_of_no_file_is_too_much() {
    for (byte, _) in PING.char_indices().chain([(PING.len(), ' ')]) {
        for text in [format!("{}|{}", &PING[..byte], &PING[byte..]), format!("{}|", &PING[..byte])] {
            let (compiled, file, byte) = with(PING_PATH, &text);
            drop((definition(&compiled, file, byte), hover(&compiled, file, byte)));
            for item in complete(&compiled, file, byte) {
                assert!(item.replace.start <= byte && byte <= item.replace.end, "{item:?}");
            }
        }
    }
}
