//! Each constraint is broken by an example, which shows that it is checked.

use std::collections::BTreeSet;

use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics},
    model::{Constraints, Model, TypeKind},
    source::Span,
};

/// Reports the fields whose constraints no example breaks, given the places of those that some does.
pub(super) fn check(model: &Model, mut broken: BTreeSet<Span>, diagnostics: &mut Diagnostics) {
    for ty in &model.types {
        let TypeKind::Object(fields) = &ty.kind else { continue };
        for field in fields.iter().filter(|field| field.constraints != Constraints::default()) {
            // A field that other types take over is said once.
            if broken.insert(field.span) {
                let message = format!("no example breaks what is demanded of `{}`", field.key);
                let help = "put a wrong value into an example whose scenario begins with `drift-`";
                diagnostics.push(Diagnostic::new(Code::UntestedConstraint, field.span, message).help(help));
            }
        }
    }
}
