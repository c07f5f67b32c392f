//! What is to be said about a place: above all, the Rust it becomes.

use super::{
    cursor::{self, At},
    definition::{event, target},
    grammar::Spot,
    home::{Home, about},
    reference::{self, Named, Reference},
};
use crate::{
    compile::Compiled,
    diagnostic::{Code, explain::explain},
    emit::{self, Preview},
    model::{Event, EventId, PlatformId, TypeId, TypeKind, TypeName},
    source::{FileId, Span},
};

/// What is to be said about a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub span: Span,
    /// What is said, as Markdown.
    pub markdown: String,
}

/// What is to be said about what stands at a byte.
#[must_use]
pub fn hover(compiled: &Compiled, file: FileId, byte: usize) -> Option<Hover> {
    let home = Home::of(&compiled.sources, file)?;
    let tree = home.tree()?;
    let cursor = cursor::find(&tree, byte)?;
    let spot = Spot::top(home.kind).below(&cursor.steps);
    if let Some(reference) = reference::at(&home, &cursor, &spot, byte)
        && let Some(markdown) = meaning(compiled, &home, &reference)
    {
        return Some(Hover { span: reference.span, markdown });
    }
    let span = match cursor.at {
        At::Key(key, _) => key.span,
        At::Scalar(node, _) => node.span,
    };
    // What stands in a declaration is about what is declared.
    let around = cursor.keys.iter().rev().copied();
    let markdown = std::iter::once(span).chain(around).find_map(|span| declared(compiled, span))?;
    Some(Hover { span, markdown })
}

/// What a name means.
fn meaning(compiled: &Compiled, home: &Home<'_>, reference: &Reference) -> Option<String> {
    let name = &reference.name;
    match reference.named {
        Named::Event | Named::Sibling => event(compiled, home, name).map(|of| of_event(compiled, of)),
        Named::Type | Named::TypeExpression => declared(compiled, target(compiled, home, reference)?),
        Named::Lint => Code::parse(name).map(explain),
        Named::Entry(map) => {
            let entries = home.of_platform(map);
            let (_, entry) = entries.iter().find(|(key, _)| key.value == *name)?;
            let text = about(entry);
            let newtype = (map == "formats").then(|| newtype(compiled, home, name)).flatten();
            Some(match newtype {
                Some(newtype) => page(&newtype, text),
                None => format!("`{name}`\n\n{text}"),
            })
        }
    }
}

/// The Rust type of a format.
fn newtype(compiled: &Compiled, home: &Home<'_>, name: &str) -> Option<String> {
    let platforms = &compiled.model.platforms;
    let platform = platforms.iter().position(|platform| platform.name == home.platform_name())?;
    let format = platforms[platform].formats.iter().position(|format| format.name == name)?;
    let id = PlatformId(platform);
    let module = compiled.names.platform_module(id);
    Some(format!("// {module}\npub struct {}(String);", compiled.names.format(id, format)))
}

/// What is declared by the key or value at a place.
fn declared(compiled: &Compiled, span: Span) -> Option<String> {
    let model = &compiled.model;
    if let Some(event) = model.events.iter().find(|event| event.span == span) {
        return Some(of_event(compiled, event));
    }
    let types = || model.types.iter().enumerate().map(|(index, ty)| (TypeId(index), ty));
    let named = types().find(|(_, ty)| ty.span == span && matches!(ty.name, TypeName::Named(_)));
    if let Some((id, _)) = named {
        return of_type(compiled, id, None);
    }
    // Fields that are inherited stand in several types, in the one that declares them first of all.
    let members = types().filter_map(|(id, ty)| Some((id, ty, member(&ty.kind, span)?)));
    let (id, _, member) = members.min_by_key(|(_, ty, _)| ty.span.file != span.file)?;
    of_type(compiled, id, Some(member))
}

/// The field, value or shape that stands at a place.
fn member(kind: &TypeKind, span: Span) -> Option<usize> {
    match kind {
        TypeKind::Object(fields) => fields.iter().position(|field| field.span == span),
        TypeKind::Texts(values) => values.iter().position(|value| value.span == span),
        TypeKind::Ints(values) | TypeKind::Flags(values) => {
            values.iter().position(|value| value.span == span)
        }
        TypeKind::Choice(choice) => choice.shapes.iter().position(|shape| shape.span == span),
    }
}

fn of_event(compiled: &Compiled, event: &Event) -> String {
    let Some(index) = compiled.model.events.iter().position(|other| std::ptr::eq(other, event)) else {
        return String::new();
    };
    let id = EventId(index);
    let (path, method) = (compiled.names.rust_path(id), compiled.names.method(id));
    let code = format!("// {path}\nEventDispatcher::builder().{method}(handler)");
    let ty = of_type(compiled, event.body, None).unwrap_or_default();
    format!("{}\n\n{ty}", page(&code, &event.title))
}

fn of_type(compiled: &Compiled, id: TypeId, member: Option<usize>) -> Option<String> {
    let Preview { code, docs } = emit::preview(&compiled.model, &compiled.names, id, member)?;
    let path = compiled.names.type_path(&compiled.model, id);
    let module = path.rsplit_once("::").map_or("", |(module, _)| module);
    Some(page(&format!("// {module}\n{code}"), &docs))
}

/// Rust, and words on it.
fn page(code: &str, docs: &str) -> String {
    format!("```rust\n{}\n```\n\n{}", code.trim_end(), docs.trim_end())
}
