//! Every finding, as its reader sees it: `diagnostics/<code>-<what>/` holds a schema folder and the messages that it gets,
//! for people (`expected.stderr`) and for machines (`expected.json`).
//! Where a change is certain, `expected.fix` holds what `check --fix` makes of the files, or why it refuses.
//! `UPDATE_EXPECT=1` accepts what is printed.
#![cfg(test)]

mod support;

use std::{
    collections::BTreeSet,
    fs,
    panic::catch_unwind,
    path::{Path, PathBuf},
};

use expect_test::{expect, expect_file};
use support::here;
use workplace_events_codegen::{
    compile::{Compiled, compile},
    diagnostic::{Code, Diagnostics, fix, render},
    load::load_from,
    model::TypeId,
    published,
    source::SourceMap,
};

/// Codes that are tested without a fixture.
const WITHOUT_FIXTURE: &[&str] = &[
    "WE0211", // tested below: a folder that cannot be read is no fixture
];

/// Checks a schema folder, against the names that a `names.lock` beside it says are published.
fn check(schemas: &Path) -> (SourceMap, Diagnostics) {
    let mut compiled = compile(schemas);
    if let Ok(lock) = fs::read_to_string(schemas.with_file_name(published::PATH)) {
        compiled.check_published(&lock);
    }
    (compiled.sources, compiled.diagnostics)
}

fn rendered(sources: &SourceMap, diagnostics: &Diagnostics) -> String {
    format!("{}{}\n", render::human(diagnostics, sources, false), render::summary(diagnostics))
}

fn fixtures() -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(here("diagnostics")).unwrap().map(|entry| entry.unwrap());
    let mut fixtures: Vec<_> =
        entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.path())).collect();
    fixtures.sort();
    fixtures
}

fn code_of(fixture: &str) -> Code {
    let code = fixture.split('-').next().and_then(Code::parse);
    code.unwrap_or_else(|| panic!("the fixture `{fixture}` begins with no code"))
}

#[test]
fn messages_are_as_expected() {
    let mut wrong = Vec::new();
    for (name, folder) in fixtures() {
        let (sources, diagnostics) = check(&folder.join("schemas"));
        let text = rendered(&sources, &diagnostics);
        let compare = || expect_file![folder.join("expected.stderr")].assert_eq(&text);
        if catch_unwind(compare).is_err() {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "not as expected: {wrong:?}");
}

#[test]
fn machines_are_told_the_same() {
    let mut wrong = Vec::new();
    for (name, folder) in fixtures() {
        let (sources, diagnostics) = check(&folder.join("schemas"));
        let text = render::json(&diagnostics, &sources);
        if catch_unwind(|| expect_file![folder.join("expected.json")].assert_eq(&text)).is_err() {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "not as expected: {wrong:?}");
}

#[test]
fn fixes_are_as_expected() {
    let mut wrong = Vec::new();
    for (name, folder) in fixtures() {
        let (sources, diagnostics) = check(&folder.join("schemas"));
        let certain = diagnostics.iter().filter_map(|found| found.suggestion.as_ref()).any(|it| it.certain);
        let expected = folder.join("expected.fix");
        if !certain {
            assert!(!expected.exists(), "{name}: nothing is certain, but a fix is expected");
            continue;
        }
        let text = match fix::fixes(&diagnostics, &sources) {
            Err(refused) => format!("{refused}\n"),
            Ok(fixes) => {
                fixes.files.iter().map(|(path, text)| format!("# {}\n{text}", path.display())).collect()
            }
        };
        // git writes line ends of its own choice.
        let text = text.replace('\r', "\\r");
        if catch_unwind(|| expect_file![expected].assert_eq(&text)).is_err() {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "not as expected: {wrong:?}");
}

#[test]
fn each_fixture_shows_its_code() {
    for (name, folder) in fixtures() {
        let (_, diagnostics) = check(&folder.join("schemas"));
        let code = code_of(&name);
        assert!(diagnostics.iter().any(|found| found.code == code), "{name} does not show {code}");
    }
}

#[test]
fn each_code_has_a_fixture() {
    let shown: BTreeSet<Code> = fixtures().iter().map(|(name, _)| code_of(name)).collect();
    let missing: Vec<&str> =
        Code::ALL.iter().filter(|code| !shown.contains(code)).map(|code| code.as_str()).collect();
    assert_eq!(missing, WITHOUT_FIXTURE);
}

/// `thirty/` holds three events, and behind each of their mistakes its code as a comment.
#[test]
fn thirty_mistakes_in_three_files_are_thirty_findings_at_their_places() {
    let (sources, diagnostics) = check(&here("thirty/schemas"));
    let marked = sources.iter().flat_map(|(_, file)| {
        let mark = |(line, text): (usize, &str)| {
            let (_, code) = text.rsplit_once(" # ").filter(|(_, code)| Code::parse(code).is_some())?;
            Some((file.path.clone(), line + 1, code.to_owned()))
        };
        file.text.lines().enumerate().filter_map(mark)
    });
    let marked: Vec<_> = marked.collect();
    let found = diagnostics.iter().map(|found| {
        let file = sources.get(found.primary.span.file).unwrap();
        let (line, _) = file.line_column(found.primary.span.start);
        (file.path.clone(), line, found.code.as_str().to_owned())
    });
    assert_eq!(found.collect::<Vec<_>>(), marked, "{}", render::short(&diagnostics, &sources));
    assert_eq!(marked.len(), 30);
}

#[test]
fn tables_of_a_wrong_schema_can_be_built() {
    for (_, folder) in fixtures() {
        let Compiled { model, names, .. } = compile(&folder.join("schemas"));
        model.with_tables(&names, |tables| {
            let types = (0..model.types.len()).filter_map(|id| tables.ty(TypeId(id)));
            let _: usize = types.map(|encoding| format!("{encoding:?}").len()).sum();
        });
    }
}

#[test]
fn a_missing_folder_is_an_error() {
    let (sources, diagnostics) = check(Path::new("nowhere/schemas"));
    expect![[r#"
        error[WE0211]: cannot be read: No such file or directory (os error 2)
        --> schemas
         = help: check that it is there and that you may read it

        1 error in 1 file
    "#]]
    .assert_eq(&rendered(&sources, &diagnostics));
}

#[test]
fn a_line_of_brackets_is_shown_in_part() {
    let (sources, _, diagnostics) = load_from([
        ("schemas/acme/platform.yaml", "title: Acme\nabout: For tests.\n".to_owned().into_bytes()),
        ("schemas/acme/chat/ping.yaml", "[".repeat(200_000).into_bytes()),
    ]);
    expect![[r#"
        error[WE0111]: nested more than 32 levels deep
         --> schemas/acme/chat/ping.yaml:1:33
          |
        1 | [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[...
          |                                 ^
          |
          = help: look for a bracket that is repeated by mistake

        1 error in 1 file
    "#]].assert_eq(&rendered(&sources, &diagnostics));
}

#[test]
fn machines_read_lines() {
    let (sources, _, diagnostics) = load_from([
        ("schemas/acme/platform.yaml", "title: Acme\nabout: 平台, abuot: x\n".to_owned().into_bytes()),
        (
            "schemas/acme/chat/ping.yaml",
            "event: ping\ntitel: Ping\nabout: 消息\n颜色: red\n".to_owned().into_bytes(),
        ),
    ]);
    expect![[r#"
        schemas/acme/chat/ping.yaml:2:1: error[WE0201]: unknown key `titel` in an event
        schemas/acme/chat/ping.yaml:4:1: error[WE0201]: unknown key `颜色` in an event
        schemas/acme/platform.yaml:2:17: error[WE0101]: a second `:` in one value
    "#]]
    .assert_eq(&render::short(&diagnostics, &sources));
    expect![[r#"
        {"code":"WE0201","severity":"error","file":"schemas/acme/chat/ping.yaml","line":2,"column":1,"end_line":2,"end_column":6,"message":"unknown key `titel` in an event","help":"did you mean `title`?","suggestion":{"file":"schemas/acme/chat/ping.yaml","line":2,"column":1,"end_line":2,"end_column":6,"text":"title","certain":true}}
        {"code":"WE0201","severity":"error","file":"schemas/acme/chat/ping.yaml","line":4,"column":1,"end_line":4,"end_column":3,"message":"unknown key `颜色` in an event","help":"an event takes `event`, `wire`, `protocol`, `kind`, `title`, `title_zh`, `about`, `docs`, `see_also`, `apps`, `delivery`, `permissions`, `dedup_by`, `order_by`, `also_known_as`, `fields`, `types`, `extends`, `same_as`, `shape_by`, `shapes`, `response`, `answer_within`, `since`, `deprecated`, `stability`, `related`, `evidence`, `allow`, `rust_name` and `renamed_from`"}
        {"code":"WE0101","severity":"error","file":"schemas/acme/platform.yaml","line":2,"column":17,"end_line":2,"end_column":18,"message":"a second `:` in one value","help":"quote a text that contains `: `"}
    "#]].assert_eq(&render::json(&diagnostics, &sources));
}
