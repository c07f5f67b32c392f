//! Says what each declared type is made of.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Resolver,
    cycles::Edge,
    declare::{Definition, Known, RawSet},
    report,
};
use crate::{
    diagnostic::{Code, Diagnostic, Severity},
    model::{FieldType, Owner, Role, Scalar, ScalarKind, TypeId, TypeKind, TypeName},
    source::{FileId, Span, Spanned},
    syntax::{OrderedMap, RawField, TypeExpr, TypeKind as Expr},
};

/// Types without a declaration, which some write like a name.
const BUILTINS: &[&str] = &["string", "int", "float", "bool", "any", "json"];

impl<'s> Resolver<'s> {
    pub(super) fn define_types(&mut self) {
        // Sets and choices of fields are added meanwhile; they are complete when they are added.
        for id in (0..self.model.types.len()).map(TypeId) {
            match self.drafts[id.0].definition {
                Definition::Object { extends, fields } => self.define_object(id, extends, fields),
                Definition::Set(set) => self.define_set(id, set),
                Definition::Choice { by, shapes, event } => self.define_choice(id, by, shapes, event),
                Definition::Broken => self.drafts[id.0].whole = false,
                Definition::SameAs(_) | Definition::Made => {}
            }
        }
    }

    fn define_object(
        &mut self,
        id: TypeId,
        extends: Option<&'s Spanned<String>>,
        fields: Option<&'s OrderedMap<RawField>>,
    ) {
        if let Some(base) = extends {
            match self.object_type(id, base) {
                Some(base) => self.drafts[id.0].extends = Some(base),
                None => self.drafts[id.0].whole = false,
            }
        }
        let fields = fields.into_iter().flatten().map(|(key, raw)| self.field(id, key, raw)).collect();
        self.model.types[id.0].kind = TypeKind::Object(fields);
    }

    fn define_set(&mut self, id: TypeId, set: RawSet<'s>) {
        let flags = matches!(set.known, Known::Flags(_));
        match set_scalar(&set) {
            Some(scalar) => self.model.types[id.0].kind = self.set_kind(scalar.kind, set.known, set.name),
            None if matches!(set.ty.kind, Expr::Invalid) => {}
            None => {
                let (code, message, help) = if flags {
                    (Code::FlagsNotAllowed, "the type of a set of bits is `int`", "write `type: int`")
                } else {
                    (
                        Code::ValuesNotAllowed,
                        "the type of a set is `string` or `int`",
                        "write `type: string` or `type: int`",
                    )
                };
                self.report(Diagnostic::new(code, set.ty.span, message).help(help));
            }
        }
    }

    /// Reports types of event files that neither body nor answer needs.
    pub(super) fn report_unused(&mut self) {
        let errors = self.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        let doubtful: BTreeSet<FileId> = errors.map(|found| found.primary.span.file).collect();
        let needed = self.needed();
        for (ty, needed) in self.model.types.iter().zip(needed) {
            let (Owner::Event(_), TypeName::Named(name)) = (&ty.owner, &ty.name) else { continue };
            if needed || doubtful.contains(&ty.span.file) {
                continue;
            }
            let message = format!("nothing uses the type `{name}`");
            let help = "remove it, or name it as the type of a field";
            self.diagnostics.push(Diagnostic::new(Code::UnusedType, ty.span, message).help(help));
        }
    }

    /// Whether each type is a body or answer, or part of one.
    fn needed(&self) -> Vec<bool> {
        let mut needed: Vec<bool> = self.model.types.iter().map(|ty| ty.role != Role::Part).collect();
        let mut ahead: Vec<usize> = (0..needed.len()).filter(|id| needed[*id]).collect();
        let mut edges: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for edge in &self.edges {
            edges.entry(edge.from).or_default().push(edge.to);
        }
        while let Some(id) = ahead.pop() {
            for to in edges.get(&id).into_iter().flatten() {
                if !std::mem::replace(&mut needed[*to], true) {
                    ahead.push(*to);
                }
            }
        }
        needed
    }

    /// The object that a name means; needed by `of`.
    pub(super) fn object_type(&mut self, of: TypeId, name: &Spanned<String>) -> Option<TypeId> {
        let id = self.named_type(of, name)?;
        match self.drafts[id.0].definition {
            Definition::Object { .. } => Some(id),
            Definition::Set(_) | Definition::Choice { .. } => {
                let message = format!("`{}` is no object", name.value);
                let what = match self.drafts[id.0].definition {
                    Definition::Set(_) => "a set of values",
                    _ => "a choice",
                };
                let declared = self.model[id].span;
                self.report(
                    Diagnostic::new(Code::NotAnObject, name.span, message)
                        .also(declared, format!("this is {what}"))
                        .help("name a type that has `fields`"),
                );
                None
            }
            _ => None,
        }
    }

    /// The type that a name means; needed by `of`.
    pub(super) fn named_type(&mut self, of: TypeId, name: &Spanned<String>) -> Option<TypeId> {
        let scope = self.drafts[of.0].scope;
        let found = self.scopes.find(scope, name);
        if let Some(id) = found {
            self.edges.push(Edge { from: of.0, to: id.0, span: name.span });
        } else if self.scopes.is_whole(scope) && !name.is_empty() {
            let report = report::unknown(
                Code::UnknownType,
                "type",
                name,
                self.scopes.names(scope),
                "declare it under `types` of this file, or in a `_types.yaml` of the domain or platform",
            );
            self.report(report);
        }
        found
    }

    /// What a type expression of `of` means; `None` if that was reported.
    pub(super) fn resolve_type(&mut self, of: TypeId, expr: &TypeExpr) -> Option<FieldType> {
        let scalar = |kind| Some(FieldType::Scalar(free_scalar(kind)));
        match &expr.kind {
            Expr::String => scalar(ScalarKind::Text),
            Expr::Int => scalar(ScalarKind::Int),
            Expr::Float => scalar(ScalarKind::Float),
            Expr::Bool => scalar(ScalarKind::Bool),
            Expr::Time(format) => scalar(ScalarKind::Time(*format)),
            Expr::Any => Some(FieldType::Any),
            Expr::Json(None) => Some(FieldType::JsonText(Box::new(FieldType::Any))),
            Expr::Json(Some(inner)) => Some(FieldType::JsonText(Box::new(self.resolve_type(of, inner)?))),
            Expr::List(inner) => Some(FieldType::List(Box::new(self.resolve_type(of, inner)?))),
            Expr::Map(inner) => Some(FieldType::Map(Box::new(self.resolve_type(of, inner)?))),
            Expr::Text(inner) => match self.resolve_type(of, inner)? {
                FieldType::Scalar(scalar) => Some(FieldType::Scalar(Scalar { in_text: true, ..scalar })),
                // The parser lets nothing else pass.
                _ => None,
            },
            Expr::Name(name) => self.resolve_name(of, name, expr.span),
            Expr::Invalid => None,
        }
    }

    fn resolve_name(&mut self, of: TypeId, name: &str, span: Span) -> Option<FieldType> {
        if self.scopes.find(self.drafts[of.0].scope, name).is_none()
            && let Some(builtin) = BUILTINS.iter().find(|builtin| builtin.eq_ignore_ascii_case(name))
        {
            let report = Diagnostic::new(Code::UnknownType, span, format!("unknown type `{name}`"));
            self.report(report.help(format!("did you mean `{builtin}`?")).mend(span, *builtin));
            return None;
        }
        let id = self.named_type(of, &Spanned::new(name.to_owned(), span))?;
        match &self.drafts[id.0].definition {
            Definition::Object { .. } => Some(FieldType::Object(id)),
            Definition::Choice { .. } => Some(FieldType::Choice(id)),
            Definition::Set(set) => {
                set_scalar(set).map(|scalar| FieldType::Scalar(Scalar { set: Some(id), ..scalar }))
            }
            Definition::SameAs(_) | Definition::Made | Definition::Broken => None,
        }
    }

    /// A type as messages call it.
    pub(super) fn label(&self, id: TypeId) -> String {
        let ty = &self.model[id];
        match (&ty.name, &ty.owner, ty.role) {
            (TypeName::Named(name), _, _) => name.clone(),
            (TypeName::Field(owner, key), _, _) => format!("{}.{key}", self.label(*owner)),
            (TypeName::Event, Owner::Event(event), Role::Response) => {
                format!("the response of {}", self.files[event.0].source.name)
            }
            (TypeName::Event, Owner::Event(event), _) => self.files[event.0].source.name.clone(),
            (TypeName::Event, _, _) => "the body".to_owned(),
        }
    }
}

/// A scalar of which nothing but the kind is known.
fn free_scalar(kind: ScalarKind) -> Scalar {
    Scalar { kind, in_text: false, accepts: Vec::new(), set: None, format: None }
}

/// How the values of a named set are written; `None` if they cannot be a set.
fn set_scalar(set: &RawSet<'_>) -> Option<Scalar> {
    let flags = matches!(set.known, Known::Flags(_));
    match &set.ty.kind {
        Expr::String if !flags => Some(free_scalar(ScalarKind::Text)),
        Expr::Int => Some(free_scalar(ScalarKind::Int)),
        Expr::Text(inner) if inner.kind == Expr::Int => {
            Some(Scalar { in_text: true, ..free_scalar(ScalarKind::Int) })
        }
        _ => None,
    }
}

impl FieldType {
    /// The scalar inside of lists, maps and JSON texts.
    pub(super) fn innermost_mut(&mut self) -> Option<&mut Scalar> {
        match self {
            FieldType::Scalar(scalar) => Some(scalar),
            FieldType::JsonText(inner) | FieldType::List(inner) | FieldType::Map(inner) => {
                inner.innermost_mut()
            }
            FieldType::Any | FieldType::Object(_) | FieldType::Choice(_) => None,
        }
    }
}
