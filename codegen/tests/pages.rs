//! Pages of a documentation, in the forms that are in use, and the schemas that are begun from them. `UPDATE_EXPECT=1` accepts
//! what comes out.
#![cfg(test)]

use std::path::{Path, PathBuf};

use expect_test::expect_file;
use workplace_events_codegen::{
    compile::{Compiled, compile_files},
    diagnostic::{Code, render},
    scaffold::{self, Page, PageError, Scaffold, Wanted},
};

const PLATFORM: &str = r#"
title: Depot
rust_name: Depot
about: A platform that nobody knows.
doc_hosts: [docs.depot.example]
protocols: { p1: { prefix: P1 }, p2: { prefix: P2, default: true } }
app_kinds: { custom: An own app., isv: A store app. }
deliveries: { webhook: A request. }
formats:
  open_id: { about: Id of a user. }
  parcel_id: { about: Id of a parcel. }
permissions:
  "depot:parcel": { about: A word. }
  "depot:parcel:readonly": { about: A word. }
  "depot:locker": { about: A word. }
  "depot:locker:readonly": { about: A word. }
  "depot:stop": { about: A word. }
  "depot:stop:readonly": { about: A word. }
  "contact:user.employee_id:readonly": { about: A word. }
forms:
  p2: { protocol: p2, when: { present: [schema] }, body: event, event: header.event_type, header: { id: header.event_id } }
  p1: { protocol: p1, when: { present: [uuid] }, body: event, event: event.type, header: { id: uuid }, envelope: [app_id, tenant_key, type] }
"#;

const TYPES: &str = "types:\n  UserId:\n    about: Ids.\n    fields:\n      user_id: { type: string, about: A word. }\n      \
                     union_id: { type: string, about: A word. }\n      open_id: { type: string, format: open_id, about: A word. }\n";

/// The platform, and what is given beside it.
fn compiled(more: &[(String, String)]) -> Compiled {
    let file = |path: &str, text: &str| (Path::new("schemas/depot").join(path), text.as_bytes().to_vec());
    let mut files = vec![file("platform.yaml", PLATFORM), file("_types.yaml", TYPES)];
    files.extend(more.iter().map(|(path, text)| (Path::new("schemas").join(path), text.as_bytes().to_vec())));
    compile_files(files)
}

fn page(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn begun(page: &Page) -> Scaffold {
    let event = page.event.as_deref().unwrap();
    let wanted =
        Wanted { platform: "depot", event, domain: Some("yard"), page: Some(page), ..Wanted::default() };
    scaffold::begin(&compiled(&[]), &wanted).unwrap()
}

/// What `check` says once its words and names are there.
fn findings(begun: &Scaffold) -> String {
    let mut text = begun.text.replace("docs: \"\"", "# docs:");
    let mut number = 0;
    while let Some(at) = text.find("name: \"\"") {
        number += 1;
        text.replace_range(at..at + 8, &format!("name: Name{number}"));
    }
    let path = Path::new(&begun.path);
    let example = path.with_file_name("examples").join(path.with_extension("json").file_name().unwrap());
    let example = (example.to_str().unwrap().to_owned(), begun.examples[0].clone());
    let compiled = compiled(&[(begun.path.clone(), text.replace("\"\"", "A word")), example]);
    let unused = |line: &&str| !line.contains(Code::UnusedType.as_str());
    render::short(&compiled.diagnostics, &compiled.sources)
        .lines()
        .filter(unused)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_page_in_chinese_is_a_schema_that_fits_its_sample() {
    let begun = begun(&Page::read(&page("chinese.md"), None).unwrap());
    assert_eq!(begun.path, "depot/yard/depot.parcel.stored_v1.yaml");
    expect_file!["pages/chinese.yaml"].assert_eq(&begun.text);
    assert_eq!((findings(&begun).as_str(), &begun.notes[..]), ("", &[][..]));
}

#[test]
fn where_page_and_sample_disagree_the_page_wins_and_a_comment_says_so() {
    let begun = begun(&Page::read(&page("english.md"), None).unwrap());
    expect_file!["pages/english.yaml"].assert_eq(&begun.text);
    // The sample is the arbiter: what does not fit it is asked for.
    let findings = findings(&begun);
    assert_eq!(findings.lines().count(), 2, "{findings}");
    assert!(findings.contains("`locker_no`: expected an integer"), "{findings}");
    assert!(findings.contains("`reason`: expected a known value"), "{findings}");
}

#[test]
fn a_flat_table_is_nested_as_the_sample_is() {
    let begun = begun(&Page::read(&page("flat.md"), None).unwrap());
    expect_file!["pages/flat.yaml"].assert_eq(&begun.text);
    assert_eq!(findings(&begun), "");
    assert!(!begun.examples[0].contains("//  ") && begun.examples[0].contains("Hill // Road"));
}

#[test]
fn no_word_of_a_description_is_taken_over() {
    for name in ["chinese.md", "flat.md"] {
        let begun = begun(&Page::read(&page(name), None).unwrap());
        let title = |line: &&str| line.starts_with("title_zh: ");
        let rest: String = begun.text.lines().filter(|line| !title(line)).collect();
        assert!(rest.is_ascii(), "{rest}");
    }
}

#[test]
fn a_type_that_events_share_is_used_for_the_same_keys_with_the_same_ids() {
    let ty = |ids: &str| {
        let payload = format!("{{ \"by\": {ids} }}");
        let wanted = Wanted { platform: "depot", event: "a.b", payloads: &[&payload], ..Wanted::default() };
        let text = scaffold::begin(&compiled(&[]), &wanted).unwrap().text;
        text.split("by: { type: ").nth(1).unwrap().split(',').next().unwrap().to_owned()
    };
    assert_eq!(ty("{ \"open_id\": \"ou_1\", \"union_id\": \"x\", \"user_id\": \"y\" }"), "UserId");
    assert_eq!(
        ty("{ \"open_id\": \"ou_1\", \"union_id\": \"x\" }"),
        "ByData",
        "another object has other keys"
    );
    assert_eq!(
        ty("{ \"open_id\": \"zz\", \"union_id\": \"x\", \"user_id\": \"y\" }"),
        "ByData",
        "no id says so"
    );
}

#[test]
fn what_is_no_page_of_the_event_is_refused() {
    let read = |text: &str, event: Option<&str>| Page::read(text, event).unwrap_err();
    assert_eq!(read("# Title\n\nWords.\n", None), PageError::NoTables);
    assert_eq!(read("| a | b |\n| --- | --- |\n| c | d |\n", None), PageError::NoBody);
    assert_eq!(
        read(&page("chinese.md"), Some("depot.parcel.lost_v1")).to_string(),
        "this is the page of `depot.parcel.stored_v1`, not of `depot.parcel.lost_v1`"
    );
    let flat = page("flat.md").replace("```json", "").replace("```", "");
    assert_eq!(read(&flat, None), PageError::Flat);
}

#[test]
fn of_a_page_about_several_events_the_wanted_one_is_read() {
    let both = format!("{}\n{}", page("chinese.md"), page("english.md").replace("---\ntitle", "title"));
    let scopes = |event| begun(&Page::read(&both, Some(event)).unwrap()).text;
    assert!(scopes("depot.locker.broken_v1").contains("\n  locker_no: "));
    assert!(scopes("depot.parcel.stored_v1").contains("\n  parcel: "));
}

#[test]
fn a_sample_that_is_no_json_is_left_out_and_that_is_said() {
    let broken = page("chinese.md").replace("\"fragile\"]", "\"fragile\"");
    let begun = begun(&Page::read(&broken, None).unwrap());
    assert_eq!(begun.examples, [""; 0]);
    assert!(
        begun.notes[0].starts_with("the sample of the page is no JSON, and was left out: "),
        "{:?}",
        begun.notes
    );
    assert!(begun.text.contains("\n  tags: { type: list<string>, about: \"\" }\n"), "{}", begun.text);
}

#[test]
fn whatever_is_on_a_page_the_schema_is_yaml() {
    const HOSTILE: [&str; 5] = [
        "",
        "\" # { } [ ] : , & * ! | > %",
        "' \\ \\n \u{2028} \u{feff}",
        "`- : ?`",
        "<br>- `a\"b: c`: d - `#`: e",
    ];
    let mut read = 0;
    for name in ["chinese.md", "english.md", "flat.md"] {
        let text = page(name);
        let lines: Vec<&str> = text.lines().collect();
        for (at, hostile) in
            (0..lines.len()).flat_map(|at| [0, 2].map(|next| (at, HOSTILE[(at + next) % HOSTILE.len()])))
        {
            let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            // A cell, a key or a line is replaced.
            changed[at] = match lines[at].rsplit_once(" | ") {
                Some((start, _)) if at % 2 == 0 => format!("{start} | {hostile} |"),
                Some((_, end)) => format!("| {hostile} | string | {end}"),
                None => hostile.to_owned(),
            };
            let Ok(mut page) = Page::read(&changed.join("\n"), None) else { continue };
            page.event = Some("depot.any".to_owned());
            read += 1;
            let begun = begun(&page);
            let compiled = compiled(&[(begun.path.clone(), begun.text.clone())]);
            let broken = compiled.diagnostics.iter().find(|found| found.code.as_str().starts_with("WE01"));
            assert_eq!(broken.map(|found| &found.message), None, "{}", begun.text);
        }
    }
    assert!(read > 150, "{read}");
}
