//! Pages as a reader uses them: every link leads somewhere, every table holds together.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::text::slug;
use crate::{
    compile::{Compiled, compile, compile_files},
    emit::{Home, Settings, event_page},
    model::EventId,
};

/// Texts that Markdown would take for markup, in every place that takes a text.
const PLATFORM: &str = r#"
title: "Acme | [x](y) <b>"
rust_name: Acme
about: "Sells *things* with under_scores | and <tags>. See https://acme.example/a_b."
app_kinds: { own: "An own_app | or <two>." }
deliveries: { push_to: "A | push." }
domains: { chat: { title: "Chat | [talk]", about: "Talk_ing." } }
formats: { pipe_id: { about: "An id | with `a|b`." } }
permissions: { "chat:read|all": { about: "Read | all.", tokens: [bot] } }
forms:
  plain: { when: { present: [kind] }, event: kind, header: { id: [id, "meta.id"] }, envelope: [kind, id] }
  old: { transport: socket, when: { present: [data] }, body: data, event: name }
control:
  hello: { about: "Says | hello.", when: { equals: { type: ["a|b", c] } } }
groups:
  both:
    { method: on_both, rust_name: Both, members: [ping, pong], title: Both, about: "Either | one." }
"#;

const TYPES: &str = r#"
types:
  Person:
    about: "A person | with <name>."
    fields:
      id: { type: string, format: pipe_id, about: "Id." }
      pet: { type: Pet, about: "A pet." }
  Pet:
    about: A pet.
    fields: { name: { type: string, about: "Name_of it." } }
"#;

const PING: &str = r#"
event: ping
title: "Pinged_ | [now]"
title_zh: "敲 | 门"
about: "Somebody | pinged `a|b` <i>. An odd ` one."
docs: https://acme.example/a|b
apps: [own]
delivery: { own: [push_to] }
permissions: { any_of: ["chat:read|all"] }
dedup_by: who.id
related: { pong: "comes | after" }
deprecated: { use: pong, note: "Old | one." }
fields:
  who: { type: Person, always: true, about: "Who | did, an odd ` one." }
  kinds: { type: "list<map<string>>", about: "Kinds.", values: { "a|b": "A | b.", "": { name: None, about: Nothing. } } }
  marks: { type: int, about: Marks., flags: { 1: { name: One, about: "One | mark." } } }
  code: { type: string, about: A code., pattern: "a|b`c", keys: { old: "Co|de", plain: none } }
  body: { type: json, about: What., shape_by: code, shapes: { "x|y": Cat, z: { type: Dog, about: "A | dog." } } }
types:
  Cat: { about: "A | cat.", fields: { lives: { type: int, about: Lives., min: 1, max: 9 } } }
  Dog: { about: A dog., fields: { bark: { type: "json<Cat>", about: "Bark." } } }
"#;

const PONG: &str = r#"
event: pong
wire: /v1/pong|all
title: Ponged
about: Somebody ponged.
related: { ping: comes before }
same_as: ping
"#;

/// A callback whose name is that of a page.
const TAKEN: &str = r#"
event: types
kind: callback
title: Types asked
about: Somebody asked.
shapes:
  a: { type: A, arrives: [old], when: { present: [a] } }
  rest: { type: B }
response:
  fields: { yes: { type: Answer, always: true, about: The answer. } }
types:
  A: { about: A., fields: { a: { type: string, about: A. } } }
  B: { about: B., fields: { b: { type: Person, about: B. } } }
  Answer: { about: An answer., fields: { text: { type: string, about: The text. } } }
"#;

fn invented() -> Compiled {
    let many = "    { \"k\": \"a|b\" },\n".repeat(90);
    let who = r#""who": { "id": "```" }"#;
    let long = format!("{{\n  \"kind\": \"ping\",\n  {who},\n  \"kinds\": [\n{many}    {{}}\n  ]\n}}\n");
    let files = [
        ("schemas/acme/platform.yaml", PLATFORM),
        ("schemas/acme/_types.yaml", TYPES),
        ("schemas/acme/chat/ping.yaml", PING),
        ("schemas/acme/chat/pong.yaml", PONG),
        ("schemas/acme/chat/types.yaml", TAKEN),
        ("schemas/acme/chat/examples/ping.a b.made.json", long.as_str()),
        ("schemas/acme/chat/examples/types.response.json", "{ \"yes\": {} }"),
    ];
    compile_files(files.map(|(path, text)| (PathBuf::from(path), text.trim_start().as_bytes().to_vec())))
}

fn repository() -> Compiled {
    compile(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas"))
}

fn files(of: &Compiled) -> BTreeMap<String, String> {
    let settings = Settings { home: Home::Workspace, version: "1.2.3".to_owned() };
    let files = of.emit(&settings).unwrap().into_iter();
    files.map(|file| (file.path, file.body)).collect()
}

/// The lines of a page without those of code blocks, and without code spans.
fn prose(page: &str) -> Vec<String> {
    let mut fence: Option<String> = None;
    let mut lines = Vec::new();
    for line in page.lines() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => lines.push(line.to_owned()),
        }
    }
    assert_eq!(fence, None, "a block is not closed");
    lines
}

/// A line without its code spans.
fn without_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        out.push_str(&rest[..start]);
        if rest[..start].ends_with('\\') {
            rest = &rest[start + 1..];
            continue;
        }
        let fence: String = rest[start..].chars().take_while(|c| *c == '`').collect();
        let after = &rest[start + fence.len()..];
        let end = after
            .match_indices(&fence)
            .map(|(at, _)| at)
            .find(|at| !after[..*at].ends_with('`') && !after[at + fence.len()..].starts_with('`'));
        let end = end.unwrap_or_else(|| panic!("a code span is not closed: {line}"));
        out.push('~');
        rest = &after[end + fence.len()..];
    }
    out + rest
}

fn anchors(page: &str) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let headings = prose(page).into_iter().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let shown = line.trim_start_matches('#').trim().replace(['\\', '`'], "");
            let anchor = slug(&shown);
            let count = seen.entry(anchor.clone()).or_default();
            *count += 1;
            if *count == 1 { anchor } else { format!("{anchor}-{}", *count - 1) }
        })
        .collect()
}

/// The targets of the links of a page.
fn links(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in prose(page) {
        let line = without_code(&line);
        for (at, _) in line.match_indices("](") {
            if !line[..at].ends_with('\\') {
                let target = &line[at + 2..];
                found.push(target[..target.find(')').expect("a link ends")].to_owned());
            }
        }
    }
    found
}

fn decoded(target: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = target.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        if *first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&more[..2]).unwrap(), 16).unwrap());
            rest = &more[2..];
        } else {
            bytes.push(*first);
            rest = more;
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn resolve(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            ".." => assert!(parts.pop().is_some(), "{target} leads out of the output folder"),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn check(files: &BTreeMap<String, String>) -> usize {
    let pages: Vec<_> = files.iter().filter(|(path, _)| path.ends_with(".md")).collect();
    let mut count = 0;
    for (path, page) in &pages {
        for link in links(page).iter().filter(|link| !link.starts_with("https://")) {
            let (target, anchor) = link.split_once('#').map_or((link.as_str(), None), |(a, b)| (a, Some(b)));
            let target = if target.is_empty() { (*path).clone() } else { resolve(path, &decoded(target)) };
            let there = files.get(&target);
            assert!(there.is_some(), "{path}: `{link}` leads to `{target}`, which is not emitted");
            if let (Some(anchor), Some(there)) = (anchor, there) {
                assert!(anchors(there).contains(anchor), "{path}: `{link}` leads to no heading");
            }
            count += 1;
        }
        for table in prose(page).split(|line| !line.starts_with('|')).filter(|table| !table.is_empty()) {
            let columns = |line: &String| line.replace("\\|", "").matches('|').count();
            assert!(table[1].starts_with("| ---"), "{path}: {table:?}");
            assert!(table.iter().all(|line| columns(line) == columns(&table[0])), "{path}: {table:?}");
        }
    }
    count
}

#[test]
fn links_of_an_invented_platform_lead_somewhere() {
    let compiled = invented();
    assert!(!compiled.diagnostics.has_errors(), "{:?}", compiled.diagnostics);
    assert!(check(&files(&compiled)) > 40);
}

#[test]
fn links_of_the_repository_lead_somewhere() {
    let checked = check(&files(&repository()));
    assert!(checked > 500, "{checked}");
}

#[test]
fn texts_stay_what_they_are() {
    let files = files(&invented());
    let page = &files["docs/acme/chat/ping.md"];
    for expected in [
        "# Pinged\\_ \\| \\[now\\]\n",
        "Somebody \\| pinged `a|b` \\<i\\>. An odd \\` one.",
        "| Title of the platform | 敲 \\| 门 |",
        "`chat:read\\|all`",
        "<https://acme.example/a%7Cb>",
        "| `list<map<string>>`, [values](#bothkinds) |",
        "| [Person](../types.md#person) |",
        "| json\\<[Cat](#cat)\\> |",
        "> Deprecated. Use [`pong`](pong.md) instead. Old \\| one.\n",
        "| `\"\"` | `None` | Nothing. |",
        "Matches ``a\\|b`c``.",
        "| `code` | not there | `Co\\|de` |",
        "[`ping.a b.made.json`](../../../payloads/acme/chat/ping.a%20b.made.json), built",
        "<summary>97 lines</summary>",
        "````json\n",
    ] {
        assert!(page.contains(expected), "no {expected:?} in\n{page}");
    }
    assert!(files["docs/acme/chat/types.event.md"].starts_with("<!-- @generated"));
    assert!(!files.contains_key("docs/acme/chat/types.md"), "the domain has no types of its own");
}

#[test]
fn the_page_that_is_shown_is_the_one_that_is_written() {
    let compiled = invented();
    let shown = event_page(&compiled.model, &compiled.names, EventId(0));
    let written = &files(&compiled)["docs/acme/chat/ping.md"];
    assert_eq!(written.split_once("\n\n").unwrap().1, shown);
}
