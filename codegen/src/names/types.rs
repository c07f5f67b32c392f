//! The order in which names are claimed: platforms, their events and groups, types, and what is in the types.

use std::collections::BTreeMap;

use super::{
    EventNames, GroupNames, Name, Names, PlatformNames, Scope, TypeNames, Use, camel, event_type, snake,
};
use crate::{
    diagnostic::Diagnostics,
    model::{EventId, Model, Owner, PlatformId, Role, Type, TypeId, TypeKind, TypeName},
};

/// What stands in the crate's root, or beside it as a file.
const CRATE: &[&str] = &["alloc", "catalogue", "core", "drift", "envelope", "lib", "main", "runtime", "std"];

/// Features of every generated crate. As modules too they are taken, where the root re-exports the runtime's.
const FEATURES: &[&str] =
    &["any_event", "chrono", "default", "dispatch", "full", "jiff", "testing", "time", "webhook"];

/// What stands in every platform's module; `mod` would be its own file.
const PLATFORM: &[&str] = &[
    "AnyEvent",
    "Credential",
    "EventDispatcher",
    "EventDispatcherBuilder",
    "Webhook",
    "any_event",
    "mod",
    "rt",
];

/// What stands in every domain's module. `Event` and `EventDispatcher` stand beside bodies in handlers, the letters are
/// parameters of methods.
const DOMAIN: &[&str] = &["EVENTS", "Event", "EventDispatcher", "H", "M", "S", "mod", "rt"];

/// What stands in every event's module.
const EVENT: &[&str] = &["EVENT", "rt"];

/// What every named set has.
const SET: &[&str] = &["Unknown", "VALUES"];

/// What every dispatcher's builder has.
const METHODS: &[&str] = &["build", "on_custom", "on_decode_error", "on_drift", "on_unhandled"];

pub(super) struct Claims<'m> {
    model: &'m Model,
    diagnostics: &'m mut Diagnostics,
    /// Types and modules of each module.
    modules: BTreeMap<Owner, Scope>,
    /// Registration methods of each platform.
    methods: Vec<Scope>,
}

impl<'m> Claims<'m> {
    pub(super) fn new(model: &'m Model, diagnostics: &'m mut Diagnostics) -> Self {
        Claims { model, diagnostics, modules: BTreeMap::new(), methods: Vec::new() }
    }

    pub(super) fn run(mut self) -> Names {
        let mut modules = Scope::with_reserved(CRATE);
        let mut features = Scope::with_reserved(FEATURES);
        let platforms: Vec<_> = (0..self.model.platforms.len())
            .map(|i| self.platform(PlatformId(i), &mut modules, &mut features))
            .collect();
        let events: Vec<_> =
            (0..self.model.events.len()).map(|i| self.event(EventId(i), &platforms)).collect();
        let mut names: Vec<Option<Name>> = vec![None; self.model.types.len()];
        for i in 0..names.len() {
            self.ty(TypeId(i), &mut names);
        }
        let types = names
            .into_iter()
            .zip(&self.model.types)
            .map(|(name, ty)| TypeNames {
                // The loop above named every type.
                name: name.unwrap_or_else(|| unreachable!()),
                members: self.members(ty),
            })
            .collect();
        Names { events, types, platforms }
    }

    fn platform(&mut self, id: PlatformId, modules: &mut Scope, features: &mut Scope) -> PlatformNames {
        let platform = &self.model.platforms[id.0];
        let span = platform.span;
        let module = modules.claim(&platform.name, None, Use::Folder, span, self.diagnostics);
        let mut feature = |name: &str, diagnostics: &mut Diagnostics| {
            // What is no folder was reported as a module.
            if Use::Folder.fits(name, false) {
                features.claim(name, None, Use::Folder, span, diagnostics);
            }
        };
        feature(&platform.name, self.diagnostics);
        let mut scope = Scope::with_reserved(PLATFORM);
        let ty =
            scope.claim(&platform.rust_name, Some(&platform.rust_name), Use::Type, span, self.diagnostics);
        let domains = platform.domains.iter().map(|domain| {
            let name = scope.claim(&domain.name, None, Use::Folder, span, self.diagnostics);
            feature(&format!("{}_{}", platform.name, domain.name), self.diagnostics);
            (domain.name.clone(), name)
        });
        let domains = domains.collect();
        let formats = platform.formats.iter().map(|format| {
            scope.claim(&format.name, format.rust_name.as_deref(), Use::Type, format.span, self.diagnostics)
        });
        let formats = formats.collect();
        self.modules.insert(Owner::Platform(id), scope);
        let mut methods = Scope::with_reserved(METHODS);
        let groups = platform.groups.iter().map(|group| self.group(id, group, &mut methods)).collect();
        self.methods.push(methods);
        PlatformNames { module, ty, domains, formats, groups }
    }

    fn group(&mut self, id: PlatformId, group: &crate::model::Group, methods: &mut Scope) -> GroupNames {
        let model = self.model;
        let domain =
            group.members.first().map(|member| model.events[member.0].domain.clone()).unwrap_or_default();
        let scope = self.modules.entry(Owner::Domain(id, domain)).or_insert_with(domain_scope);
        let ty =
            scope.claim(&group.rust_name, Some(&group.rust_name), Use::Type, group.span, self.diagnostics);
        let method =
            methods.claim(&group.method, Some(&group.method), Use::Method, group.span, self.diagnostics);
        let mut variants = Scope::default();
        let variants = group.members.iter().map(|member| {
            let event = &model.events[member.0];
            variants.claim(&event.name, None, Use::Variant, event.span, self.diagnostics)
        });
        GroupNames { ty, method, variants: variants.collect() }
    }

    fn event(&mut self, id: EventId, platforms: &[PlatformNames]) -> EventNames {
        let model = self.model;
        let event = &model.events[id.0];
        let ty = event_type(&model.platforms[event.platform.0], model, id);
        let owner = Owner::Domain(event.platform, event.domain.clone());
        // The domain re-exports the body and the answer, so they are claimed there too.
        let scope = self.modules.entry(owner).or_insert_with(domain_scope);
        let mut claim = |name: &str, given: Option<&str>, usage: Use| {
            scope.claim(name, given, usage, event.span, self.diagnostics)
        };
        let module = claim(&ty, None, Use::Module);
        if event.response.is_some() {
            claim(&response(&ty), Some(&response(&ty)), Use::Type);
        }
        let group = model.platforms[event.platform.0].groups.iter().find(|group| group.members.contains(&id));
        let body = match group.filter(|group| group.body.is_some()) {
            // The group claimed the name already.
            Some(group) => group.rust_name.clone(),
            None => claim(&ty, Some(&ty), Use::Type).to_string(),
        };
        let methods = &mut self.methods[event.platform.0];
        let mut claim = |name: String| methods.claim(&name, None, Use::Method, event.span, self.diagnostics);
        let method = claim(format!("on_{}", snake(&ty)));
        if matches!(model.types[event.body.0].kind, TypeKind::Choice(_)) {
            claim(format!("on_{}_as", snake(&ty)));
        }
        let names = &platforms[event.platform.0];
        let domain = names.domains.get(&event.domain).map_or(event.domain.clone(), Name::to_string);
        let path = format!("{}::{domain}::{body}", names.module);
        // Two events of a platform have two methods, so their variants differ as well.
        let mut variants = Scope::with_reserved(&["Unknown"]);
        let variant = variants.claim(&ty, Some(&ty), Use::Type, event.span, self.diagnostics);
        EventNames { module, method, path, variant }
    }

    fn group_of(&self, id: EventId) -> Option<&'m crate::model::Group> {
        let platform = &self.model.platforms[self.model.events[id.0].platform.0];
        platform.groups.iter().find(|group| group.members.contains(&id))
    }

    fn ty(&mut self, id: TypeId, names: &mut Vec<Option<Name>>) -> String {
        if let Some(name) = &names[id.0] {
            return name.as_str().to_owned();
        }
        let ty = &self.model.types[id.0];
        let text = match (&ty.name, &ty.owner) {
            (TypeName::Named(name), _) => name.clone(),
            (TypeName::Event, Owner::Event(event)) => self.body_name(id, *event),
            (TypeName::Event, _) => ty.rust_name.clone().unwrap_or_default(),
            (TypeName::Field(owner, key), _) => {
                format!("{}{}", self.ty(*owner, names), camel(self.field_name(*owner, key)))
            }
        };
        let given = if ty.name == TypeName::Event { Some(text.as_str()) } else { ty.rust_name.as_deref() };
        let scope = self.modules.entry(ty.owner.clone()).or_insert_with(|| match &ty.owner {
            Owner::Event(_) => Scope::with_reserved(EVENT),
            Owner::Domain(..) => domain_scope(),
            Owner::Platform(_) => Scope::with_reserved(PLATFORM),
        });
        let name = scope.claim(&text, given, Use::Type, ty.span, self.diagnostics);
        let spelled = name.as_str().to_owned();
        names[id.0] = Some(name);
        spelled
    }

    fn body_name(&self, id: TypeId, event: EventId) -> String {
        let platform = &self.model.platforms[self.model.events[event.0].platform.0];
        let name = match self.group_of(event) {
            Some(group) if group.body == Some(id) => group.rust_name.clone(),
            _ => event_type(platform, self.model, event),
        };
        if self.model.types[id.0].role == Role::Response { response(&name) } else { name }
    }

    /// What a field is called by its schema.
    fn field_name(&self, owner: TypeId, key: &'m str) -> &'m str {
        match &self.model.types[owner.0].kind {
            TypeKind::Object(fields) => {
                let field = fields.iter().find(|field| field.key == key);
                field.and_then(|field| field.rust_name.as_deref()).unwrap_or(key)
            }
            _ => key,
        }
    }

    fn members(&mut self, ty: &Type) -> Vec<Name> {
        let mut scope = Scope::default();
        let diagnostics = &mut *self.diagnostics;
        match &ty.kind {
            TypeKind::Object(fields) => fields
                .iter()
                .map(|f| scope.claim(&f.key, f.rust_name.as_deref(), Use::Field, f.span, diagnostics))
                .collect(),
            TypeKind::Texts(values) => {
                let mut scope = Scope::with_reserved(SET);
                let claim = |v: &crate::model::Value<String>| {
                    scope.claim(&v.wire, v.name.as_deref(), Use::Variant, v.span, diagnostics)
                };
                values.iter().map(claim).collect()
            }
            TypeKind::Ints(values) => {
                let mut scope = Scope::with_reserved(SET);
                let claim = |v: &crate::model::Value<i64>| {
                    scope.claim(
                        v.name.as_deref().unwrap_or_default(),
                        v.name.as_deref(),
                        Use::Variant,
                        v.span,
                        diagnostics,
                    )
                };
                values.iter().map(claim).collect()
            }
            TypeKind::Flags(values) => {
                let mut scope = Scope::with_reserved(SET);
                let claim = |v: &crate::model::Value<i64>| {
                    scope.claim(v.name.as_deref().unwrap_or_default(), None, Use::Flag, v.span, diagnostics)
                };
                values.iter().map(claim).collect()
            }
            TypeKind::Choice(choice) => {
                let mut scope = Scope::with_reserved(&["Unknown"]);
                let shapes = choice.shapes.iter();
                shapes
                    .map(|s| scope.claim(&s.key, s.name.as_deref(), Use::Variant, s.span, diagnostics))
                    .collect()
            }
        }
    }
}

/// The type of a callback's answer.
fn response(event: &str) -> String {
    format!("{event}Response")
}

fn domain_scope() -> Scope {
    Scope::with_reserved(DOMAIN)
}
