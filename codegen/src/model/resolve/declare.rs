//! Gives every type and event its id, before anything refers to them.

use std::collections::BTreeSet;

use super::{Resolver, scope::ScopeId};
use crate::{
    diagnostic::{Code, Diagnostic},
    load::{DomainSource, EventSource},
    model::{Deprecated, EventId, Owner, PlatformId, Role, Type, TypeId, TypeKind, TypeName},
    source::{Span, Spanned},
    syntax::{OrderedMap, RawDeprecated, RawEvent, RawField, RawShape, RawTypeDef, RawValue, TypeExpr},
};

/// A type while it is resolved.
#[derive(Debug)]
pub(super) struct Draft<'s> {
    /// Where its names are looked up.
    pub scope: ScopeId,
    pub definition: Definition<'s>,
    /// The type whose fields it takes over.
    pub extends: Option<TypeId>,
    /// Whether all its parts are known. Otherwise a key that is not found proves nothing.
    pub whole: bool,
    /// The keys of fields whose type is not known, as a mistake in it was reported.
    pub broken: BTreeSet<String>,
}

/// What a schema says about a type.
#[derive(Debug, Clone, Copy)]
pub(super) enum Definition<'s> {
    Object {
        extends: Option<&'s Spanned<String>>,
        fields: Option<&'s OrderedMap<RawField>>,
    },
    Set(RawSet<'s>),
    Choice {
        by: Option<&'s Spanned<String>>,
        shapes: &'s OrderedMap<RawShape>,
        event: bool,
    },
    SameAs(&'s Spanned<String>),
    /// The set or choice of a field, made together with the field.
    Made,
    /// It was reported.
    Broken,
}

/// A named set.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawSet<'s> {
    pub name: &'s Spanned<String>,
    pub ty: &'s TypeExpr,
    pub known: Known<'s>,
}

/// The known values of a set.
#[derive(Debug, Clone, Copy)]
pub(super) enum Known<'s> {
    Values(&'s OrderedMap<RawValue>),
    Flags(&'s OrderedMap<RawValue>),
}

/// The file of an event.
#[derive(Debug)]
pub(super) struct EventFile<'s> {
    pub platform: PlatformId,
    pub domain: &'s DomainSource,
    pub source: &'s EventSource,
    pub body: TypeId,
    pub response: Option<TypeId>,
}

impl<'s> Draft<'s> {
    /// What begins `whole` and may turn out not to be.
    pub(super) fn new(scope: ScopeId, definition: Definition<'s>, whole: bool) -> Self {
        Draft { scope, definition, extends: None, whole, broken: BTreeSet::new() }
    }
}

impl<'s> EventFile<'s> {
    pub(super) fn raw(&self) -> &'s RawEvent {
        &self.source.parsed.raw
    }
}

impl<'s> Resolver<'s> {
    pub(super) fn declare(&mut self) {
        for (index, source) in self.platforms.clone().into_iter().enumerate() {
            let platform = PlatformId(index);
            let file = source.types.as_ref();
            let scope = self.scopes.open(platform, None, file.is_none_or(|file| file.whole));
            let types = file.map(|file| &file.raw.types);
            self.declare_types(scope, &Owner::Platform(platform), types, file.is_none_or(|file| file.whole));
            let mut domains: Vec<_> = source.domains.iter().collect();
            domains.sort_by_key(|domain| &domain.name);
            for domain in domains {
                self.declare_domain(platform, scope, domain);
            }
        }
    }

    fn declare_domain(&mut self, platform: PlatformId, parent: ScopeId, domain: &'s DomainSource) {
        let file = domain.types.as_ref();
        let whole = file.is_none_or(|file| file.whole);
        let scope = self.scopes.open(platform, Some(parent), whole);
        let owner = Owner::Domain(platform, domain.name.clone());
        self.declare_types(scope, &owner, file.map(|file| &file.raw.types), whole);
        let mut events: Vec<_> = domain.events.iter().collect();
        events.sort_by_key(|event| &event.name);
        for event in events {
            self.declare_event(platform, scope, domain, event);
        }
    }

    fn declare_event(
        &mut self,
        platform: PlatformId,
        parent: ScopeId,
        domain: &'s DomainSource,
        source: &'s EventSource,
    ) {
        let (raw, whole) = (&source.parsed.raw, source.parsed.whole);
        let scope = self.scopes.open(platform, Some(parent), whole);
        let owner = Owner::Event(EventId(self.files.len()));
        let draft = |definition| Draft::new(scope, definition, whole);
        let body = empty_type(&owner, Role::Body, TypeName::Event, &raw.about, raw.event.span);
        let definition = self.body_definition(raw);
        let body = self.add_type(body, draft(definition));
        let response = raw.response.as_ref().map(|response| {
            let about = response.about.as_ref().map_or("", |about| about);
            let ty = empty_type(&owner, Role::Response, TypeName::Event, about, raw.event.span);
            let (extends, fields) = (response.extends.as_ref(), response.fields.as_ref());
            self.add_type(ty, draft(Definition::Object { extends, fields }))
        });
        self.declare_types(scope, &owner, raw.types.as_ref(), whole);
        self.files.push(EventFile { platform, domain, source, body, response });
    }

    fn declare_types(
        &mut self,
        scope: ScopeId,
        owner: &Owner,
        types: Option<&'s OrderedMap<RawTypeDef>>,
        whole: bool,
    ) {
        for (name, raw) in types.into_iter().flatten() {
            self.check_type_name(name);
            let definition = self.type_definition(name, raw);
            let about = raw.about.as_ref().map_or("", |about| about);
            let mut ty = empty_type(owner, Role::Part, TypeName::Named(name.value.clone()), about, name.span);
            ty.rust_name = raw.rust_name.as_ref().map(|name| name.value.clone());
            ty.renamed_from = raw.renamed_from.as_ref().map(|name| name.value.clone());
            ty.deprecated = raw.deprecated.as_ref().map(deprecated);
            let id = self.add_type(ty, Draft::new(scope, definition, whole));
            self.scopes.add(scope, name, id);
        }
    }

    fn check_type_name(&mut self, name: &Spanned<String>) {
        let camel_case = name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.chars().all(|c| c.is_ascii_alphanumeric());
        if camel_case {
            return;
        }
        let better = heck::AsUpperCamelCase(&name.value).to_string();
        let message = format!("the type `{}` is not named in CamelCase", name.value);
        self.report(Diagnostic::new(Code::BadName, name.span, message).help(format!("call it `{better}`")));
    }

    /// Which of the three kinds of type it is.
    fn type_definition(&mut self, name: &'s Spanned<String>, raw: &'s RawTypeDef) -> Definition<'s> {
        let object = raw.fields.is_some() || raw.extends.is_some();
        let set = raw.ty.is_some() || raw.values.is_some() || raw.flags.is_some();
        let choice = raw.shapes.is_some() || raw.shape_by.is_some();
        let found = match (object, set, choice) {
            (true, false, false) => {
                Ok(Definition::Object { extends: raw.extends.as_ref(), fields: raw.fields.as_ref() })
            }
            (false, true, false) => named_set(name, raw),
            (false, false, true) => named_choice(raw),
            (false, false, false) => Err((
                "has nothing that says what it is",
                "add `fields`, or `type` with `values` or `flags`, or `shape_by` with `shapes`",
            )),
            _ => {
                let message = format!("the type `{}` is several things at once", name.value);
                let help = "keep `fields`, or `type` with `values` or `flags`, or `shape_by` with `shapes`";
                self.report(Diagnostic::new(Code::UnclearType, name.span, message).help(help));
                return Definition::Broken;
            }
        };
        found.unwrap_or_else(|(problem, help)| {
            let message = format!("the type `{}` {problem}", name.value);
            self.report_missing(Diagnostic::new(Code::UnclearType, name.span, message).help(help));
            Definition::Broken
        })
    }

    /// Which kind of body it is.
    fn body_definition(&mut self, raw: &'s RawEvent) -> Definition<'s> {
        let object = raw.fields.is_some() || raw.extends.is_some();
        let choice = raw.shapes.is_some() || raw.shape_by.is_some();
        match (object, &raw.same_as, &raw.shapes) {
            (true, None, None) if !choice => {
                return Definition::Object { extends: raw.extends.as_ref(), fields: raw.fields.as_ref() };
            }
            (false, Some(same_as), None) if !choice => return Definition::SameAs(same_as),
            (false, None, Some(shapes)) => {
                return Definition::Choice { by: raw.shape_by.as_ref(), shapes, event: true };
            }
            _ => {}
        }
        let event = &raw.event;
        let report = |place, message: String| Diagnostic::new(Code::UnclearBody, place, message);
        match (object, &raw.same_as, &raw.shape_by) {
            (false, None, None) => self.report_missing(
                report(event.span, format!("nothing says what the body of `{}` is", event.value))
                    .help("add `fields`; if the body is empty or nobody knows it, `fields: {}`"),
            ),
            (false, None, Some(by)) => self.report_missing(
                report(by.span, "`shape_by` without `shapes`".to_owned())
                    .help("add `shapes`: a type for each value"),
            ),
            (_, same_as, by) => {
                let place = same_as.as_ref().or(by.as_ref()).map_or(event.span, |place| place.span);
                let message = format!("the body of `{}` is several things at once", event.value);
                self.report(
                    report(place, message).help("keep `fields` and `extends`, or `same_as`, or `shapes`"),
                );
            }
        }
        Definition::Broken
    }
}

/// What is wrong with a type, and what to do.
type Problem = (&'static str, &'static str);

fn named_set<'s>(name: &'s Spanned<String>, raw: &'s RawTypeDef) -> Result<Definition<'s>, Problem> {
    let known = match (&raw.values, &raw.flags) {
        (Some(values), None) => Known::Values(values),
        (None, Some(flags)) => Known::Flags(flags),
        (Some(_), Some(_)) => return Err(("has both `values` and `flags`", "remove one of the two")),
        (None, None) => {
            return Err((
                "has a `type` but no `values` or `flags`",
                "add the known values, or write the type where the name is used",
            ));
        }
    };
    let ty = raw.ty.as_ref().ok_or(("is a set without `type`", "add `type: string` or `type: int`"))?;
    Ok(Definition::Set(RawSet { name, ty, known }))
}

fn named_choice(raw: &RawTypeDef) -> Result<Definition<'_>, Problem> {
    match (&raw.shape_by, &raw.shapes) {
        (Some(by), Some(shapes)) => Ok(Definition::Choice { by: Some(by), shapes, event: false }),
        (None, _) => {
            Err(("has `shapes` but no `shape_by`", "add `shape_by`: the key of the object that decides"))
        }
        (_, None) => {
            Err(("has `shape_by` but no `shapes`", "add `shapes`: a type for each value of that key"))
        }
    }
}

pub(super) fn deprecated(raw: &RawDeprecated) -> Deprecated {
    let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
    Deprecated { since: text(&raw.since), replacement: text(&raw.instead), note: text(&raw.note) }
}

/// A type that is not defined yet.
pub(super) fn empty_type(owner: &Owner, role: Role, name: TypeName, about: &str, span: Span) -> Type {
    Type {
        owner: owner.clone(),
        role,
        name,
        rust_name: None,
        renamed_from: None,
        about: about.to_owned(),
        deprecated: None,
        kind: TypeKind::Object(Vec::new()),
        span,
    }
}
