use crate::{
    compile::{Compiled, compile_files},
    diagnostic::Code,
    model::{
        EventId, Field, FieldType, FormKey, Model, Owner, Presence, Role, Selector, TypeId, TypeKind,
        TypeName,
    },
};

const PLATFORM: &str = "\
title: Acme
about: For tests.
protocols: { v1: { prefix: V1, default: true } }
permissions: { a: { about: A. }, b: { about: B. } }
permission_sets: { both: [a, b] }
forms:
  legacy: { when: { present: [Type] }, event: Type, envelope: [Type] }
  push: { event: type, envelope: [type] }
";

fn compile(files: &[(&str, &str)]) -> Compiled {
    let platform = ("platform.yaml", PLATFORM);
    let all = files.iter().chain((!files.iter().any(|(path, _)| *path == platform.0)).then_some(&platform));
    compile_files(
        all.map(|(path, text)| (format!("schemas/acme/{path}").into(), text.as_bytes().to_vec()))
            .collect::<Vec<_>>(),
    )
}

/// The model of schemas without a mistake.
fn model(files: &[(&str, &str)]) -> Model {
    let compiled = compile(files);
    assert!(compiled.diagnostics.is_empty(), "{:#?}", compiled.diagnostics);
    compiled.model
}

/// What is wrong with one event, as codes in the order of the file.
fn codes(event: &str) -> Vec<Code> {
    codes_of(&[("chat/ping.yaml", event)])
}

fn codes_of(files: &[(&str, &str)]) -> Vec<Code> {
    compile(files).diagnostics.iter().map(|found| found.code).collect()
}

fn event(name: &str, rest: &str) -> String {
    format!("event: {name}\ntitle: Ping\nabout: Somebody pinged.\n{rest}")
}

fn id(model: &Model, name: &str) -> EventId {
    EventId(model.events.iter().position(|event| event.name == name).unwrap())
}

fn fields(model: &Model, ty: TypeId) -> &[Field] {
    match &model[ty].kind {
        TypeKind::Object(fields) => fields,
        other => panic!("{other:?}"),
    }
}

fn keys(model: &Model, ty: TypeId) -> Vec<&str> {
    fields(model, ty).iter().map(|field| field.key.as_str()).collect()
}

fn object(field: &Field) -> TypeId {
    match &field.ty {
        FieldType::Object(id) => *id,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_nearest_type_of_a_name_is_meant() {
    let types = |key: &str| {
        format!("types:\n  T: {{ about: T., fields: {{ {key}: {{ type: int, about: X. }} }} }}\n")
    };
    let body = "fields: { t: { type: T, about: T. } }\n";
    let model = model(&[
        ("_types.yaml", &types("platform")),
        ("chat/_types.yaml", &types("domain")),
        ("chat/ping.yaml", &event("ping", &format!("{body}{}", types("file")))),
        ("chat/pong.yaml", &event("pong", body)),
        ("room/poke.yaml", &event("poke", body)),
    ]);
    let found = |name| {
        let body = model[id(&model, name)].body;
        keys(&model, object(&fields(&model, body)[0]))
    };
    assert_eq!(found("ping"), ["file"]);
    assert_eq!(found("pong"), ["domain"]);
    assert_eq!(found("poke"), ["platform"]);
}

#[test]
fn inherited_fields_come_first_and_share_their_sets() {
    let model = model(&[(
        "chat/ping.yaml",
        &event(
            "ping",
            "extends: Middle\nfields: { own: { type: int, about: X. }, base: { type: Base, about: X. } }\ntypes:\n  \
             Middle: { extends: Base, fields: { middle: { type: int, about: X. } } }\n  \
             Base: { fields: { kind: { type: string, about: X., values: { a: A. } } } }\n",
        ),
    )]);
    let body = model[id(&model, "ping")].body;
    assert_eq!(keys(&model, body), ["kind", "middle", "own", "base"]);
    let base = object(&fields(&model, body)[3]);
    assert_eq!(fields(&model, body)[0].ty, fields(&model, base)[0].ty);
    let sets: Vec<_> = model.types.iter().filter(|ty| matches!(ty.kind, TypeKind::Texts(_))).collect();
    assert_eq!(sets.len(), 1);
    assert_eq!(sets[0].name, TypeName::Field(base, "kind".to_owned()));
}

#[test]
fn an_event_that_is_the_same_has_a_body_of_its_own() {
    let model = model(&[
        ("chat/ping.yaml", &event("ping", "same_as: pong\n")),
        ("chat/pong.yaml", &event("pong", "same_as: poke\n")),
        (
            "chat/poke.yaml",
            &event("poke", "fields: { p: { type: P, about: P. } }\ntypes: { P: { fields: {} } }\n"),
        ),
    ]);
    let [ping, pong, poke] = ["ping", "pong", "poke"].map(|name| id(&model, name));
    assert_eq!(model[ping].same_as, Some(pong));
    assert_ne!(model[ping].body, model[poke].body);
    assert_eq!(model[model[ping].body].kind, model[model[poke].body].kind);
    assert_eq!(model[model[ping].body].owner, Owner::Event(ping));
}

#[test]
fn members_of_a_group_share_the_body_that_they_name() {
    let groups = |members: &str| {
        format!(
            "{PLATFORM}groups:\n  all: {{ method: on_all, rust_name: All, members: [{members}], title: All, about: All. }}\n"
        )
    };
    let events = [
        ("chat/ping.yaml", event("ping", "same_as: pong\n")),
        (
            "chat/pong.yaml",
            event("pong", "fields: { kind: { type: string, about: Kind., values: { a: A. } } }\n"),
        ),
        ("chat/poke.yaml", event("poke", "fields: {}\n")),
    ];
    let with = |groups: &str| {
        let files = events.iter().map(|(path, text)| (*path, text.as_str()));
        model(&files.chain([("platform.yaml", groups)]).collect::<Vec<_>>())
    };
    let shared = with(&groups("ping, pong"));
    let pong = id(&shared, "pong");
    assert_eq!(shared.platforms[0].groups[0].body, Some(shared[pong].body));
    assert_eq!(shared[id(&shared, "ping")].body, shared[pong].body);
    assert_eq!(shared[shared[pong].body].owner, Owner::Event(pong));
    assert_eq!(shared.types.iter().filter(|ty| ty.role == Role::Body).count(), 2);
    let set = shared.types.iter().find(|ty| matches!(ty.kind, TypeKind::Texts(_))).unwrap();
    assert_eq!(set.name, TypeName::Field(shared[pong].body, "kind".to_owned()));

    let apart = with(&groups("ping, poke"));
    assert_eq!(apart.platforms[0].groups[0].body, None);
    assert_ne!(apart[id(&apart, "ping")].body, apart[id(&apart, "pong")].body);
}

#[test]
fn keys_permissions_and_presence_are_resolved() {
    let model = model(&[(
        "chat/ping.yaml",
        &event(
            "ping",
            "permissions: { set: both }\nfields:\n  \
             a: { type: string, about: X., always: true, keys: { legacy: A } }\n  \
             b: { type: string, about: X., nullable: true, keys: { push: none } }\n  \
             c: { type: string, about: X., requires: { any_of: [b] }, keys: { push: c } }\n",
        ),
    )]);
    let ping = &model.events[0];
    assert_eq!(ping.permissions, ["a", "b"]);
    let fields = fields(&model, ping.body);
    assert_eq!(fields[0].keys, [FormKey::Key("A".to_owned()), FormKey::Own]);
    assert_eq!(fields[1].keys, [FormKey::Own, FormKey::Absent]);
    assert_eq!(fields[2].keys, []);
    assert_eq!(fields[2].requires, ["b"]);
    let presence: Vec<_> = fields.iter().map(|field| field.presence).collect();
    assert_eq!(presence, [Presence::Always, Presence::Nullable, Presence::Optional]);
}

#[test]
fn the_choice_of_a_field_is_a_type_of_its_own() {
    let model = model(&[(
        "chat/ping.yaml",
        &event(
            "ping",
            "fields:\n  data: { type: json, about: X., shape_by: kind, shapes: { a: A } }\n  \
             kind: { type: string, about: X. }\ntypes: { A: { fields: {} } }\n",
        ),
    )]);
    let body = model.events[0].body;
    let FieldType::JsonText(inner) = &fields(&model, body)[0].ty else { panic!() };
    let FieldType::Choice(choice) = **inner else { panic!() };
    assert_eq!(model[choice].name, TypeName::Field(body, "data".to_owned()));
    let TypeKind::Choice(of) = &model[choice].kind else { panic!() };
    assert_eq!(of.by, Selector::Sibling("kind".to_owned()));
}

#[test]
fn one_mistake_makes_no_others() {
    // An unknown type: neither `always`, nor the path, nor the sibling can be judged.
    assert_eq!(
        codes(&event(
            "ping",
            "dedup_by: [kind, kind.x]\nfields:\n  kind: { type: Kind, always: true, max_len: 5, about: X. }\n  \
             data: { type: json, about: X., shape_by: kind, shapes: { a: A } }\ntypes: { A: { fields: {} } }\n"
        )),
        [Code::UnknownType]
    );
    // An unknown base: any key may be in it.
    assert_eq!(
        codes(&event(
            "ping",
            "extends: Base\ndedup_by: id\nfields: { data: { type: any, about: X., shape_by: kind, shapes: { a: A } } }\n\
             types: { A: { fields: {} } }\n"
        )),
        [Code::UnknownType]
    );
    // A broken file of types: any name may be in it.
    assert_eq!(
        codes_of(&[
            ("chat/_types.yaml", "types:\n  A: { about: A., fields: {} }\n  B: {\n"),
            ("chat/ping.yaml", &event("ping", "fields: { b: { type: B, about: X. } }\n")),
        ]),
        [Code::Unclosed]
    );
    // A broken platform: any permission, format and form may be in it.
    assert_eq!(
        codes_of(&[
            ("platform.yaml", "title: Acme\nabout: For tests.\nforms: {\n"),
            (
                "chat/ping.yaml",
                &event(
                    "ping",
                    "protocol: v1\napps: [x]\ndelivery: [y]\npermissions: { set: z }\nfields:\n  \
                     a: { type: string, format: f, about: X., keys: { push: A }, requires: { any_of: [a] } }\n"
                )
            ),
        ]),
        [Code::Unclosed]
    );
}

#[test]
fn every_mistake_is_found_in_one_run() {
    let found = codes(&event(
        "ping",
        "protocol: v2\nwire: ''\ndedup_by: nothing\nfields:\n  a: { type: Nothing, about: X. }\n  \
         b: { type: int, always: true, about: X. }\n  c: { type: string, pattern: '(', about: X. }\n  \
         d: { type: int, max_len: 1, about: X. }\n",
    ));
    use Code::{AlwaysNotAllowed, BadPattern, ConstraintNotAllowed, EmptyText, UnknownProtocol, UnknownType};
    assert_eq!(
        found,
        // The file has a mistake of syntax, so that a missing type and a missing field prove nothing.
        [UnknownProtocol, EmptyText, AlwaysNotAllowed, BadPattern, ConstraintNotAllowed]
    );
    let found = codes(&event("ping", "fields:\n  a: { type: A, about: X. }\n  b: { type: B, about: X. }\n"));
    assert_eq!(found, [UnknownType, UnknownType]);
}

#[test]
fn the_order_of_files_does_not_matter() {
    let ping = event("ping", "same_as: pong\n");
    let pong = event(
        "pong",
        "fields: { t: { type: T, about: X. }, u: { type: U, about: X. } }\ntypes: { U: { fields: {} } }\n",
    );
    let types = "types: { T: { type: string, about: T., values: { a: A. } } }\n";
    let mut files = vec![
        ("chat/ping.yaml", ping.as_str()),
        ("chat/pong.yaml", pong.as_str()),
        ("_types.yaml", types),
        ("platform.yaml", PLATFORM),
    ];
    let first = format!("{:?}", model(&files));
    for _ in 0..files.len() {
        files.rotate_left(1);
        assert_eq!(format!("{:?}", model(&files)), first);
        files.swap(0, 2);
        assert_eq!(format!("{:?}", model(&files)), first);
    }
}
