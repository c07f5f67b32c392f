//! Emitters: the model in, files out. None of them changes the model, and none writes.

mod json_schema;
mod markdown;
pub(crate) mod prose;
mod rust;
mod sample;

pub(crate) use self::rust::{built, separable};
pub use self::{json_schema::event_schema, rust::Preview};
use crate::{
    diagnostic::explain,
    model::{EventId, Field, FieldType, Model, Owner, PlatformId, TypeId},
    names::Names,
    output::HEADER,
    published,
};

/// A file to be written, by its path below the output folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutFile {
    /// With `/`, below the output folder.
    pub path: String,
    /// The whole text.
    pub body: String,
}

/// What the output depends on besides the schemas.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How the generated crate finds the runtime.
    pub home: Home,
    /// Version of the generated crate and of the runtime it asks for.
    pub version: String,
}

/// Where the generated crate lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Home {
    /// In this repository's workspace.
    Workspace,
    /// Anywhere: a workspace of its own, with the runtime at this path relative to it.
    Alone(String),
}

/// Why nothing was emitted.
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    /// The schemas have errors, so that nobody knows what they say.
    #[error("the schemas have errors")]
    Schemas,
    /// A mistake of the generator itself: what it wrote is no Rust.
    #[error(
        "the generator wrote `{path}`, which is no Rust: {error}. This is a bug of the generator, not of a schema"
    )]
    NoRust {
        /// The file.
        path: String,
        /// What the parser says.
        error: String,
    },
}

/// What every emitter reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'m> {
    pub(crate) model: &'m Model,
    pub(crate) names: &'m Names,
    pub(crate) settings: &'m Settings,
}

/// All files of the generated crate, by path.
///
/// # Errors
///
/// [`EmitError`].
pub fn emit(model: &Model, names: &Names, settings: &Settings) -> Result<Vec<OutFile>, EmitError> {
    let context = Context { model, names, settings };
    let mut files = rust::files(context)?;
    files.extend(markdown::files(context));
    files.push(published::file(model, names));
    // A crate in a folder of its own has no schema language to explain.
    if settings.home == Home::Workspace {
        let body = format!("<!-- {HEADER} -->\n\n{}", explain::page());
        files.push(OutFile { path: "docs/diagnostics.md".to_owned(), body });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// The page of one event, as Markdown.
#[must_use]
pub fn event_page(model: &Model, names: &Names, event: EventId) -> String {
    markdown::event_page(Context::of(model, names), event)
}

impl<'m> Context<'m> {
    /// For what does not depend on the settings.
    pub(crate) fn of(model: &'m Model, names: &'m Names) -> Self {
        static NONE: Settings = Settings { home: Home::Workspace, version: String::new() };
        Context { model, names, settings: &NONE }
    }

    /// The Cargo feature of a domain.
    pub(crate) fn feature(self, platform: PlatformId, domain: &str) -> String {
        rust::feature(self, platform, domain)
    }

    /// The Rust type of a field of a module, as people write it: `Option<Vec<UserId>>`.
    pub(crate) fn field_type(self, home: &Owner, field: &Field) -> String {
        rust::spelled_field(self, home, field)
    }

    /// The Rust type of a value of a module, as people write it.
    pub(crate) fn value_type(self, home: &Owner, ty: &FieldType) -> String {
        rust::spelled_value(self, home, ty)
    }
}

/// The Rust that a type becomes, or one of its fields, values or shapes by position. `None` if there is no such member.
#[must_use]
pub fn preview(model: &Model, names: &Names, ty: TypeId, member: Option<usize>) -> Option<Preview> {
    rust::preview_of(Context::of(model, names), ty, member)
}
