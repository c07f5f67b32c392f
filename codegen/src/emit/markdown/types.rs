//! Types: a section each, with tables of fields, values or shapes.

use super::{
    page::Page,
    site::{ANSWER, BODY, FORMATS, FORMS},
    text::{Table, code, codes},
};
use crate::{
    emit::prose,
    model::{
        Choice, Field, FieldType, Owner, PlatformId, Presence, Role, Scalar, Selector, Shape, Type, TypeId,
        TypeKind, TypeName, Value,
    },
};

/// The sections of types, each under a heading of this level.
pub(super) fn sections(page: &mut Page<'_, '_>, level: usize, types: &[TypeId]) {
    for id in types {
        let (cx, ty) = (page.site.cx, &page.site.cx.model[*id]);
        page.heading(level, cx.names.ty(*id).as_str());
        match &ty.name {
            TypeName::Field(owner, key) => {
                page.text(&format!("What {} of {} holds.", code(key), owner_link(page, *owner)))
            }
            TypeName::Event | TypeName::Named(_) => page.text(&prose::sentence(&ty.about)),
        }
        let mut names = format!("In Rust `{}`.", cx.names.type_path(cx.model, *id));
        if let (Some(_), TypeName::Named(name)) = (&ty.rust_name, &ty.name) {
            names.push_str(&format!(" Called {} in the schema.", code(name)));
        }
        page.text(&names);
        page.text(&ty.deprecated.as_ref().map(prose::deprecation).unwrap_or_default());
        content(page, *id);
    }
}

/// What a type holds, without a heading.
pub(super) fn content(page: &mut Page<'_, '_>, id: TypeId) {
    let ty = &page.site.cx.model[id];
    match &ty.kind {
        TypeKind::Object(fields) => object(page, id, fields),
        TypeKind::Texts(values) => {
            values_table(page, id, "A text. Other values may come, and are kept.", values)
        }
        TypeKind::Ints(values) => {
            values_table(page, id, "An integer. Other values may come, and are kept.", values)
        }
        TypeKind::Flags(values) => {
            values_table(page, id, "Bits of an integer. Other bits may come, and are kept.", values)
        }
        TypeKind::Choice(choice) => shapes(page, ty, choice),
    }
}

fn owner_link(page: &Page<'_, '_>, owner: TypeId) -> String {
    let text = match page.site.cx.model[owner].role {
        Role::Body => BODY.to_lowercase(),
        Role::Response => ANSWER.to_lowercase(),
        Role::Part => page.site.cx.names.ty(owner).as_str().to_owned(),
    };
    page.type_link(&text, owner)
}

fn object(page: &mut Page<'_, '_>, id: TypeId, fields: &[Field]) {
    if fields.is_empty() {
        page.text("It has no fields.");
        return;
    }
    let platform = platform_of(page, &page.site.cx.model[id]);
    let mut table = Table::new(["field", "type", "description"]);
    for field in fields {
        table.row([code(&field.key), spell(page, platform, &field.ty).markdown(), description(field)]);
    }
    page.table(&table);
    keys(page, platform, fields);
}

fn description(field: &Field) -> String {
    let mut text = vec![prose::sentence(&field.about)];
    match field.presence {
        Presence::Optional => {}
        Presence::Always => text.push("Always there.".to_owned()),
        Presence::Nullable => text.push("`null` means something else than absent.".to_owned()),
    }
    text.extend(accepted(&field.ty));
    text.extend(prose::promises(field));
    text.extend(prose::life(field));
    if let Some(name) = field.rust_name.as_ref().filter(|name| **name != field.key) {
        text.push(format!("In Rust {}.", code(name)));
    }
    text.join(" ")
}

/// Other wire types that a scalar may have.
fn accepted(ty: &FieldType) -> Option<String> {
    match ty {
        FieldType::Scalar(Scalar { accepts, .. }) if !accepts.is_empty() => {
            let types: Vec<_> = accepts.iter().map(ToString::to_string).collect();
            Some(format!("May also come as {}.", types.join(" or ")))
        }
        FieldType::JsonText(inner) | FieldType::List(inner) | FieldType::Map(inner) => accepted(inner),
        _ => None,
    }
}

/// The keys of the fields that are called differently in some wire form.
fn keys(page: &mut Page<'_, '_>, platform: PlatformId, fields: &[Field]) {
    let forms = &page.site.cx.model[platform].forms;
    let mut table =
        Table::new(["field".to_owned()].into_iter().chain(forms.iter().map(|form| code(&form.name))));
    for field in fields.iter().filter(|field| !field.keys.is_empty()) {
        let keys =
            (0..forms.len()).map(|form| field.key_in(form).map_or_else(|| "not there".to_owned(), code));
        table.row([code(&field.key)].into_iter().chain(keys));
    }
    if !table.markdown().is_empty() {
        let forms = page.section_link("wire form", &page.site.platform(platform), FORMS);
        page.text(&format!("Keys that depend on the {forms}:"));
        page.table(&table);
    }
}

fn values_table<T: ToString>(page: &mut Page<'_, '_>, id: TypeId, intro: &str, values: &[Value<T>]) {
    let names = page.site.cx.names;
    let mut table = Table::new(["value", "in Rust", "meaning"]);
    for (index, value) in values.iter().enumerate() {
        let mut about = prose::sentence(&value.about);
        if let Some(deprecated) = &value.deprecated {
            about = format!("{about} {}", prose::deprecation(deprecated));
        }
        table.row([code(&value.wire.to_string()), code(names.member(id, index).as_str()), about]);
    }
    page.text(intro);
    page.table(&table);
}

fn shapes(page: &mut Page<'_, '_>, ty: &Type, choice: &Choice) {
    let cx = page.site.cx;
    let (head, intro) = match &choice.by {
        Selector::Sibling(key) => ("value", format!("The value of {} beside it decides.", code(key))),
        Selector::Own(key) => ("value", format!("The value of its key {} decides.", code(key))),
        Selector::Keys => ("shape", "The first shape that matches wins.".to_owned()),
    };
    let forms = &cx.model[platform_of(page, ty)].forms;
    let forms: Vec<&str> = forms.iter().map(|form| form.name.as_str()).collect();
    let mut table = Table::new([head, "when", "type", "description"]);
    for shape in &choice.shapes {
        let target = page.type_link(cx.names.ty(shape.ty).as_str(), shape.ty);
        let about = if shape.about.is_empty() { &cx.model[shape.ty].about } else { &shape.about };
        let when = if choice.by == Selector::Keys { conditions(shape, &forms) } else { String::new() };
        table.row([code(&shape.key), when, target, prose::sentence(about)]);
    }
    page.text(&format!("{intro} Anything else stays raw JSON, as `Unknown`."));
    page.table(&table);
}

fn conditions(shape: &Shape, forms: &[&str]) -> String {
    let arrives = shape.arrives.iter().filter_map(|form| forms.get(usize::from(*form)));
    let arrives: Vec<String> = arrives.map(|form| (*form).to_owned()).collect();
    let mut parts = Vec::new();
    if !arrives.is_empty() {
        parts.push(format!("in {}", prose::any_of(&arrives)));
    }
    if !shape.present.is_empty() {
        parts.push(format!("with {}", codes(&shape.present)));
    }
    if !shape.absent.is_empty() {
        parts.push(format!("without {}", codes(&shape.absent)));
    }
    if parts.is_empty() { "always".to_owned() } else { parts.join(", ") }
}

/// A type as a schema spells it: one name in it may be a link, and a text or integer may have a meaning of its own.
#[derive(Default)]
struct Spelled {
    before: String,
    link: String,
    after: String,
    meaning: String,
}

impl Spelled {
    fn inside(mut self, name: &str) -> Self {
        self.before.insert_str(0, &format!("{name}<"));
        self.after.push('>');
        self
    }

    fn markdown(&self) -> String {
        let Spelled { before, link, after, meaning } = self;
        let ty = if link.is_empty() {
            code(&format!("{before}{after}"))
        } else {
            format!("{}{link}{}", prose::markdown(before), prose::markdown(after))
        };
        if meaning.is_empty() { ty } else { format!("{ty}, {meaning}") }
    }
}

fn spell(page: &Page<'_, '_>, platform: PlatformId, ty: &FieldType) -> Spelled {
    let inside = |name: &str, inner: &FieldType| spell(page, platform, inner).inside(name);
    let plain = |name: &str| Spelled { before: name.to_owned(), ..Spelled::default() };
    let shapes = |name: &str, id| Spelled { meaning: page.type_link("shapes", id), ..plain(name) };
    match ty {
        FieldType::Scalar(of) => scalar(page, platform, of),
        FieldType::Any => plain("any"),
        FieldType::List(inner) => inside("list", inner),
        FieldType::Map(inner) => inside("map", inner),
        FieldType::JsonText(inner) => match &**inner {
            FieldType::Any => plain("json"),
            FieldType::Choice(id) if is_made(page, *id) => shapes("json", *id),
            inner => inside("json", inner),
        },
        FieldType::Choice(id) if is_made(page, *id) => shapes("any", *id),
        FieldType::Object(id) | FieldType::Choice(id) => named(page, *id),
    }
}

fn named(page: &Page<'_, '_>, id: TypeId) -> Spelled {
    Spelled { link: page.type_link(page.site.cx.names.ty(id).as_str(), id), ..Spelled::default() }
}

fn scalar(page: &Page<'_, '_>, platform: PlatformId, of: &Scalar) -> Spelled {
    let cx = page.site.cx;
    let mut spelled = match of.set {
        Some(set) if !is_made(page, set) => named(page, set),
        _ => Spelled { before: prose::scalar(of.kind), ..Spelled::default() },
    };
    if let Some(set) = of.set.filter(|set| is_made(page, *set)) {
        let flags = matches!(cx.model[set].kind, TypeKind::Flags(_));
        spelled.meaning = page.type_link(if flags { "bits" } else { "values" }, set);
    }
    if let Some(format) = of.format.and_then(|format| cx.model[platform].formats.get(format)) {
        spelled.meaning = page.section_link(&code(&format.name), &page.site.platform(platform), FORMATS);
    }
    if of.in_text { spelled.inside("text") } else { spelled }
}

/// Whether a type was made for one field and has no name in the schemas.
fn is_made(page: &Page<'_, '_>, id: TypeId) -> bool {
    matches!(page.site.cx.model[id].name, TypeName::Field(..))
}

fn platform_of(page: &Page<'_, '_>, ty: &Type) -> PlatformId {
    match &ty.owner {
        Owner::Platform(platform) | Owner::Domain(platform, _) => *platform,
        Owner::Event(event) => page.site.cx.model[*event].platform,
    }
}
