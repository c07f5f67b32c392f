//! Leaves out bodies that no event has, as its group has one for all members.

use crate::model::{FieldType, Model, Role, TypeId, TypeKind, TypeName};

pub(super) fn compact(model: &mut Model) {
    let mut needed: Vec<bool> = model.types.iter().map(|ty| ty.role != Role::Body).collect();
    for event in &model.events {
        needed[event.body.0] = true;
    }
    let mut kept = 0;
    let new: Vec<TypeId> = needed
        .iter()
        .map(|needed| {
            let id = TypeId(kept);
            kept += usize::from(*needed);
            id
        })
        .collect();
    let mut needed = needed.into_iter();
    model.types.retain(|_| needed.next().unwrap_or(true));
    renumber(model, |id| *id = new[id.0]);
}

/// Changes every id of a type in the model.
fn renumber(model: &mut Model, change: impl Fn(&mut TypeId)) {
    for ty in &mut model.types {
        if let TypeName::Field(owner, _) = &mut ty.name {
            change(owner);
        }
        match &mut ty.kind {
            TypeKind::Object(fields) => {
                fields.iter_mut().for_each(|field| renumber_type(&mut field.ty, &change))
            }
            TypeKind::Choice(choice) => choice.shapes.iter_mut().for_each(|shape| change(&mut shape.ty)),
            TypeKind::Texts(_) | TypeKind::Ints(_) | TypeKind::Flags(_) => {}
        }
    }
    for event in &mut model.events {
        change(&mut event.body);
        event.response.iter_mut().for_each(&change);
    }
    for group in model.platforms.iter_mut().flat_map(|platform| &mut platform.groups) {
        group.body.iter_mut().for_each(&change);
    }
}

fn renumber_type(ty: &mut FieldType, change: &impl Fn(&mut TypeId)) {
    match ty {
        FieldType::Scalar(scalar) => scalar.set.iter_mut().for_each(change),
        FieldType::Any => {}
        FieldType::JsonText(inner) | FieldType::List(inner) | FieldType::Map(inner) => {
            renumber_type(inner, change)
        }
        FieldType::Object(id) | FieldType::Choice(id) => change(id),
    }
}
