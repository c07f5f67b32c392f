//! How types are spelled in the emitted code.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    emit::Context,
    model::{Field, FieldType, Owner, PlatformId, Presence, Role, Scalar, ScalarKind, TimeFormat, TypeId},
    names::Name,
};

/// The path of a type from a module: its bare name at home, else from the crate's root.
pub(super) fn path(cx: Context<'_>, home: &Owner, ty: TypeId) -> TokenStream {
    let of = &cx.model.types[ty.0];
    let name = cx.names.ty(ty);
    if of.owner == *home {
        return quote!(#name);
    }
    if of.role != Role::Part && modules(cx, ty) == cx.names.module_path(cx.model, home) {
        return quote!(#name);
    }
    absolute(cx, ty)
}

/// The path of a type from the crate's root.
pub(super) fn absolute(cx: Context<'_>, ty: TypeId) -> TokenStream {
    let (modules, name) = (modules(cx, ty), cx.names.ty(ty));
    quote!(crate::#(#modules::)*#name)
}

/// Where people find a type: bodies are re-exported by their domain.
fn modules<'m>(cx: Context<'m>, ty: TypeId) -> Vec<&'m Name> {
    let of = &cx.model.types[ty.0];
    let mut modules = cx.names.module_path(cx.model, &of.owner);
    if of.role != Role::Part {
        modules.pop();
    }
    modules
}

/// The type of a field, `Option` and the like included.
pub(super) fn field(cx: Context<'_>, home: &Owner, field: &Field) -> TokenStream {
    let ty = value(cx, home, &field.ty);
    match field.presence {
        Presence::Always => ty,
        Presence::Optional => quote!(::std::option::Option<#ty>),
        Presence::Nullable => quote!(rt::value::Nullable<#ty>),
    }
}

/// The type of a field, as people write it: `Option<Vec<UserId>>`.
pub(in crate::emit) fn spelled_field(cx: Context<'_>, home: &Owner, of: &Field) -> String {
    spelled(&field(cx, home, of))
}

/// The type of a value, as people write it.
pub(in crate::emit) fn spelled_value(cx: Context<'_>, home: &Owner, ty: &FieldType) -> String {
    spelled(&value(cx, home, ty))
}

/// A path without the modules that everybody imports.
fn spelled(tokens: &TokenStream) -> String {
    let text = tokens.to_string().replace(' ', "");
    let modules = [
        "::std::option::",
        "::std::string::",
        "::std::vec::",
        "rt::value::",
        "rt::time::",
        "rt::",
        "crate::",
    ];
    modules.iter().fold(text, |text, module| text.replace(module, ""))
}

/// The type of a value.
pub(super) fn value(cx: Context<'_>, home: &Owner, ty: &FieldType) -> TokenStream {
    match ty {
        FieldType::Scalar(of) => scalar(cx, home, of),
        FieldType::Any => quote!(rt::Json),
        FieldType::JsonText(inner) => value(cx, home, inner),
        FieldType::List(inner) => {
            let inner = value(cx, home, inner);
            quote!(::std::vec::Vec<#inner>)
        }
        FieldType::Map(inner) => {
            let inner = value(cx, home, inner);
            quote!(rt::Map<#inner>)
        }
        FieldType::Object(ty) | FieldType::Choice(ty) => path(cx, home, *ty),
    }
}

fn scalar(cx: Context<'_>, home: &Owner, of: &Scalar) -> TokenStream {
    if let Some(set) = of.set {
        return path(cx, home, set);
    }
    if let Some(format) = of.format {
        let platform = platform_of(cx, home);
        let name = cx.names.format(platform, format);
        let module = cx.names.platform_module(platform);
        return if *home == Owner::Platform(platform) {
            quote!(#name)
        } else {
            quote!(crate::#module::#name)
        };
    }
    match of.kind {
        ScalarKind::Text => quote!(::std::string::String),
        ScalarKind::Int => quote!(i64),
        ScalarKind::Float => quote!(f64),
        ScalarKind::Bool => quote!(bool),
        ScalarKind::Time(format) => {
            let name = time(format);
            quote!(rt::time::#name)
        }
    }
}

fn time(format: TimeFormat) -> TokenStream {
    match format {
        TimeFormat::UnixS => quote!(UnixSeconds),
        TimeFormat::UnixMs => quote!(UnixMillis),
        TimeFormat::UnixUs => quote!(UnixMicros),
        TimeFormat::UnixAuto => quote!(UnixAuto),
        TimeFormat::FractionalS => quote!(FractionalSeconds),
        TimeFormat::Rfc3339 => quote!(Rfc3339),
        TimeFormat::Datetime => quote!(LocalDateTime),
        TimeFormat::DatetimeMinute => quote!(LocalMinute),
        TimeFormat::Date => quote!(LocalDate),
        TimeFormat::CompactDate => quote!(CompactDate),
    }
}

/// The platform that a module belongs to.
pub(super) fn platform_of(cx: Context<'_>, home: &Owner) -> PlatformId {
    match home {
        Owner::Platform(platform) | Owner::Domain(platform, _) => *platform,
        Owner::Event(event) => cx.model.events[event.0].platform,
    }
}
