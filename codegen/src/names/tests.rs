//! Names that would not compile are findings.

use std::path::PathBuf;

use crate::compile::{Compiled, compile_files};

const PLATFORM: &str = "title: Acme\nabout: A platform.\nforms: { push: { event: name } }\n";
const EVENT: &str = "title: Ping\nabout: Somebody pinged.\n";

fn compiled(files: &[(&str, String)]) -> Compiled {
    compile_files(
        files.iter().map(|(path, text)| (PathBuf::from("schemas").join(path), text.clone().into_bytes())),
    )
}

/// The messages about names.
fn messages(files: &[(&str, String)]) -> Vec<String> {
    let compiled = compiled(files);
    let names = compiled.diagnostics.iter().filter(|found| found.code.as_str().starts_with("WE03"));
    names.map(|found| found.message.clone()).collect()
}

/// The messages about an event of a usual platform.
fn of_event(name: &str, rest: &str) -> Vec<String> {
    let path = format!("acme/chat/{name}.yaml");
    messages(&[
        ("acme/platform.yaml", PLATFORM.into()),
        (path.as_str(), format!("event: {name}\n{EVENT}{rest}\n")),
    ])
}

fn of_folders(platform: &str, domain: &str) -> Vec<String> {
    let (of_platform, of_event) =
        (format!("{platform}/platform.yaml"), format!("{platform}/{domain}/ping.yaml"));
    messages(&[
        (of_platform.as_str(), PLATFORM.into()),
        (of_event.as_str(), format!("event: ping\n{EVENT}fields: {{}}\n")),
    ])
}

#[test]
fn usual_names_are_fine() {
    assert!(of_folders("acme", "chat").is_empty());
    assert!(of_folders("acme-2", "loop_and_type").is_empty());
    assert!(
        of_event("3d.ready", "fields: { type: { type: int, about: A. }, 2fa: { type: int, about: B. } }")
            .is_empty()
    );
}

#[test]
fn folders_are_modules_and_features() {
    for taken in ["catalogue", "full", "time", "drift", "std", "lib"] {
        assert_eq!(of_folders(taken, "chat"), [format!("`{taken}` is taken by the generated code")]);
    }
    for taken in ["any_event", "mod", "rt"] {
        assert_eq!(of_folders("acme", taken), [format!("`{taken}` is taken by the generated code")]);
    }
    for bad in ["My Chat", "chät", "2chat", "Chat"] {
        assert_eq!(of_folders("acme", bad)[0], format!("a folder cannot be called `{bad}`"));
    }
}

#[test]
fn two_folders_have_two_features() {
    let found = messages(&[
        ("a/platform.yaml", PLATFORM.into()),
        ("a/b_c/ping.yaml", format!("event: ping\n{EVENT}fields: {{}}\n")),
        ("a_b/platform.yaml", PLATFORM.into()),
        ("a_b/c/ping.yaml", format!("event: ping\n{EVENT}fields: {{}}\n")),
    ]);
    assert_eq!(found, ["two modules are called `a_b_c` in Rust"]);
}

#[test]
fn events_do_not_take_names_of_the_generated_code() {
    for (event, taken) in
        [("custom", "on_custom"), ("event", "Event"), ("h", "H"), ("rt", "rt"), ("mod", "mod")]
    {
        assert_eq!(of_event(event, "fields: {}"), [format!("`{taken}` is taken by the generated code")]);
        assert!(of_event(event, "rust_name: Other\nfields: {}").is_empty());
    }
}

#[test]
fn given_names_have_the_case_of_their_use() {
    let no_name = |name: &str| vec![format!("`{name}` is no name for Rust here")];
    for bad in ["ping", "i64", "Ping_Pong", "Ping!", "2Ping"] {
        assert_eq!(of_event("ping", &format!("rust_name: {bad}\nfields: {{}}"))[0], no_name(bad)[0]);
    }
    for bad in ["userId", "user id", "2fa"] {
        let field = format!("fields: {{ a: {{ type: int, about: A., rust_name: {bad} }} }}");
        assert_eq!(of_event("ping", &field), no_name(bad));
    }
}

#[test]
fn members_have_names_of_their_own() {
    let values = |values: &str| {
        of_event("ping", &format!("fields: {{ a: {{ type: string, about: A., values: {{ {values} }} }} }}"))
    };
    assert_eq!(values("unknown: One."), ["`Unknown` is taken by the generated code"]);
    assert_eq!(values("yes: One., YES: Two."), ["two variants are called `Yes` in Rust"]);
    assert_eq!(values("'!': One."), ["no Rust name can be made of `!`"]);
    assert!(
        values("'!': { about: One., name: Wow }, YES: { about: Two., name: Shout }, 完成: Done.").is_empty()
    );
    let twins = "fields: { User: { type: int, about: A. }, user: { type: int, about: B. } }";
    assert_eq!(of_event("ping", twins), ["two fields are called `user` in Rust"]);
}

#[test]
fn a_set_is_called_like_its_field_in_rust() {
    let set = "fields: { '#': { type: string, about: A., rust_name: number_sign, values: { a: A. } } }";
    let compiled = compiled(&[
        ("acme/platform.yaml", PLATFORM.into()),
        ("acme/chat/ping.yaml", format!("event: ping\n{EVENT}{set}\n")),
    ]);
    let names: Vec<_> = (0..compiled.model.types.len())
        .map(|i| compiled.names.ty(crate::model::TypeId(i)).as_str())
        .collect();
    assert_eq!(names, ["Ping", "PingNumberSign"]);
}
