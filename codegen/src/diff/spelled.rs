//! How things are called in the text of a change.

use super::Side;
use crate::{
    emit::{Context, prose},
    model::{Field, FieldType, Role, ScalarKind, TypeId, TypeName, WireType},
};

impl<'m> Side<'m> {
    pub(super) fn context(self) -> Context<'m> {
        Context::of(self.model, self.names)
    }

    /// A type as its schema calls it: by name, or by the field that it was made for.
    pub(super) fn label(self, id: TypeId) -> String {
        let ty = &self.model[id];
        match (&ty.name, ty.role) {
            (TypeName::Named(name), _) => name.clone(),
            (TypeName::Field(owner, key), _) => self.member(*owner, key),
            (TypeName::Event, Role::Response) => "response".to_owned(),
            (TypeName::Event, _) => "body".to_owned(),
        }
    }

    /// What is in a type: `Message.chat_type`, of a body `message` alone.
    pub(super) fn member(self, owner: TypeId, key: &str) -> String {
        match self.model[owner].role {
            Role::Body => key.to_owned(),
            Role::Response | Role::Part => format!("{}.{key}", self.label(owner)),
        }
    }

    /// The path of a type within the crate.
    pub(super) fn path(self, id: TypeId) -> String {
        self.names.type_path(self.model, id)
    }

    /// The path of a field, variant or flag, by its position: `ChatType::Group`.
    pub(super) fn member_path(self, id: TypeId, index: usize) -> String {
        format!("{}::{}", self.names.ty(id), self.names.member(id, index))
    }

    /// The Rust type of a field.
    pub(super) fn field_type(self, owner: TypeId, field: &Field) -> String {
        self.context().field_type(&self.model[owner].owner, field)
    }

    /// The Rust type of a value in a type.
    pub(super) fn value_type(self, owner: TypeId, ty: &FieldType) -> String {
        self.context().value_type(&self.model[owner].owner, ty)
    }

    /// A type as its schema writes it, and what else it accepts.
    pub(super) fn schema_type(self, ty: &FieldType) -> String {
        match ty {
            FieldType::Scalar(of) => {
                let name = of.set.map_or_else(|| prose::scalar(of.kind), |set| self.label(set));
                let name = if of.in_text { format!("text<{name}>") } else { name };
                let accepts: Vec<_> = of.accepts.iter().map(|wire| schema_wire(*wire)).collect();
                if accepts.is_empty() { name } else { format!("{name}, accepts {}", accepts.join(", ")) }
            }
            FieldType::Any => "any".to_owned(),
            FieldType::JsonText(inner) if **inner == FieldType::Any => "json".to_owned(),
            FieldType::JsonText(inner) => format!("json<{}>", self.schema_type(inner)),
            FieldType::List(inner) => format!("list<{}>", self.schema_type(inner)),
            FieldType::Map(inner) => format!("map<{}>", self.schema_type(inner)),
            FieldType::Object(id) | FieldType::Choice(id) => self.label(*id),
        }
    }
}

fn schema_wire(wire: WireType) -> String {
    match wire {
        WireType::Text => prose::scalar(ScalarKind::Text),
        WireType::Int => prose::scalar(ScalarKind::Int),
        WireType::Float => prose::scalar(ScalarKind::Float),
        WireType::Bool => prose::scalar(ScalarKind::Bool),
        other => other.to_string(),
    }
}
