//! Tables as Rust expressions.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::types;
use crate::{
    emit::Context,
    model::{
        Choice, Constraints, Field, FieldType, FormKey, Owner, Presence, Scalar, ScalarKind, Selector, Shape,
        TimeFormat, TypeId, TypeKind, When, WireType,
    },
};

/// `TypeTable { .. }` of an object.
pub(super) fn object(cx: Context<'_>, home: &Owner, name: &str, fields: &[Field]) -> TokenStream {
    let rows = fields.iter().map(|field| field_row(cx, home, field));
    quote!(rt::table::TypeTable { name: #name, fields: &[#(#rows),*] })
}

/// `ChoiceTable { .. }` of a choice. `siblings` are the fields beside the one that holds it.
pub(super) fn choice(
    cx: Context<'_>,
    home: &Owner,
    name: &str,
    of: &Choice,
    siblings: &[Field],
) -> TokenStream {
    let by = match &of.by {
        Selector::Sibling(key) => {
            // The model has checked that the sibling is there.
            let index = siblings.iter().position(|field| field.key == *key).unwrap_or_default();
            let index = Literal::usize_unsuffixed(index);
            quote!(rt::table::Selector::Sibling(#index))
        }
        Selector::Own(key) => quote!(rt::table::Selector::Own(#key)),
        Selector::Keys => quote!(rt::table::Selector::Keys),
    };
    let shapes = of.shapes.iter().map(|shape| shape_row(cx, home, of, shape));
    quote!(rt::table::ChoiceTable { name: #name, by: #by, shapes: &[#(#shapes),*] })
}

fn shape_row(cx: Context<'_>, home: &Owner, of: &Choice, shape: &Shape) -> TokenStream {
    let ty = types::path(cx, home, shape.ty);
    let Shape { arrives, present, absent, .. } = shape;
    let value = (of.by != Selector::Keys).then_some(&shape.key).map(|key| quote!(value: #key,));
    let arrives: Vec<_> = arrives.iter().map(|form| Literal::u8_unsuffixed(*form)).collect();
    let arrives = (!arrives.is_empty()).then(|| quote!(arrives: &[#(rt::table::Form(#arrives)),*],));
    let present = (!present.is_empty()).then(|| quote!(present: &[#(#present),*],));
    let absent = (!absent.is_empty()).then(|| quote!(absent: &[#(#absent),*],));
    quote!(rt::table::ShapeTable {
        #value #arrives #present #absent
        table: <#ty as rt::value::Typed>::TABLE,
        ..rt::table::ShapeTable::DEFAULT
    })
}

fn field_row(cx: Context<'_>, home: &Owner, field: &Field) -> TokenStream {
    let Field { key, requires, .. } = field;
    let encoding = encoding(cx, home, &field.ty);
    let keys = field.keys.iter().map(|key| match key {
        FormKey::Own => quote!(rt::table::FormKey::Own),
        FormKey::Key(key) => quote!(rt::table::FormKey::Key(#key)),
        FormKey::Absent => quote!(rt::table::FormKey::Absent),
    });
    let keys = (!field.keys.is_empty()).then(|| quote!(keys: &[#(#keys),*],));
    let escaped = field.has_escaped_key().then(|| quote!(escaped: true,));
    let presence = match field.presence {
        Presence::Optional => None,
        Presence::Always => Some(quote!(presence: rt::table::Presence::Always,)),
        Presence::Nullable => Some(quote!(presence: rt::table::Presence::Nullable,)),
    };
    let constraints = (field.constraints != Constraints::default()).then(|| {
        let rows = constraints(&field.constraints);
        quote!(constraints: ::std::option::Option::Some(&#rows),)
    });
    let requires = (!requires.is_empty()).then(|| quote!(requires: &[#(#requires),*],));
    quote!(rt::table::Field {
        key: #key,
        #keys #escaped
        encoding: #encoding,
        #presence #constraints #requires
        ..rt::table::Field::DEFAULT
    })
}

fn constraints(of: &Constraints) -> TokenStream {
    let mut rows = Vec::new();
    let numbers = [
        (quote!(min_len), of.min_len),
        (quote!(max_len), of.max_len),
        (quote!(min_items), of.min_items),
        (quote!(max_items), of.max_items),
    ];
    for (name, value) in numbers {
        let value = value.map(Literal::u64_unsuffixed);
        rows.extend(value.map(|value| quote!(#name: ::std::option::Option::Some(#value))));
    }
    for (name, value) in [(quote!(min), of.min), (quote!(max), of.max)] {
        rows.extend(value.map(|value| quote!(#name: ::std::option::Option::Some(#value))));
    }
    for (name, value) in [(quote!(pattern), &of.pattern), (quote!(constant), &of.constant)] {
        rows.extend(value.as_ref().map(|value| quote!(#name: ::std::option::Option::Some(#value))));
    }
    quote!(rt::table::Constraints { #(#rows,)* ..rt::table::Constraints::DEFAULT })
}

fn encoding(cx: Context<'_>, home: &Owner, ty: &FieldType) -> TokenStream {
    match ty {
        FieldType::Scalar(of) => scalar(cx, home, of),
        FieldType::Any => quote!(rt::table::Encoding::Any),
        FieldType::JsonText(inner) => {
            let inner = encoding(cx, home, inner);
            quote!(rt::table::Encoding::JsonText(&#inner))
        }
        FieldType::List(inner) => {
            let inner = encoding(cx, home, inner);
            quote!(rt::table::Encoding::List(&#inner))
        }
        FieldType::Map(inner) => {
            let inner = encoding(cx, home, inner);
            quote!(rt::table::Encoding::Map(&#inner))
        }
        FieldType::Object(ty) => {
            let ty = types::path(cx, home, *ty);
            quote!(rt::table::Encoding::Object(<#ty as rt::value::Typed>::TABLE))
        }
        FieldType::Choice(ty) => {
            let ty = types::path(cx, home, *ty);
            quote!(rt::table::Encoding::Choice(<#ty as rt::value::Chosen>::TABLE))
        }
    }
}

fn scalar(cx: Context<'_>, home: &Owner, of: &Scalar) -> TokenStream {
    let base = match of.kind {
        ScalarKind::Text => quote!(TEXT),
        ScalarKind::Int => quote!(INT),
        ScalarKind::Float => quote!(FLOAT),
        ScalarKind::Bool => quote!(BOOL),
        ScalarKind::Time(format) => {
            let format = time(format);
            quote!(time(rt::table::TimeFormat::#format))
        }
    };
    let base = quote!(rt::table::Scalar::#base);
    let in_text = of.in_text.then(|| quote!(in_text: true,));
    let accepts = of.accepts.iter().map(|wire| {
        let wire = wire_type(*wire);
        quote!(rt::table::WireType::#wire)
    });
    let accepts = (!of.accepts.is_empty()).then(|| quote!(accepts: &[#(#accepts),*],));
    let values = of.set.map(|set| values(cx, home, set));
    if in_text.is_none() && accepts.is_none() && values.is_none() {
        return quote!(rt::table::Encoding::Scalar(#base));
    }
    quote!(rt::table::Encoding::Scalar(rt::table::Scalar { #in_text #accepts #values ..#base }))
}

fn values(cx: Context<'_>, home: &Owner, set: TypeId) -> TokenStream {
    let path = types::path(cx, home, set);
    let kind = match &cx.model.types[set.0].kind {
        TypeKind::Ints(_) => quote!(Ints),
        TypeKind::Flags(_) => quote!(Flags),
        // The model gives a scalar no other kind of type.
        TypeKind::Texts(_) | TypeKind::Object(_) | TypeKind::Choice(_) => quote!(Texts),
    };
    quote!(values: rt::table::Values::#kind(<#path>::VALUES),)
}

fn time(format: TimeFormat) -> TokenStream {
    match format {
        TimeFormat::UnixS => quote!(UnixS),
        TimeFormat::UnixMs => quote!(UnixMs),
        TimeFormat::UnixUs => quote!(UnixUs),
        TimeFormat::UnixAuto => quote!(UnixAuto),
        TimeFormat::FractionalS => quote!(FractionalS),
        TimeFormat::Rfc3339 => quote!(Rfc3339),
        TimeFormat::Datetime => quote!(Datetime),
        TimeFormat::DatetimeMinute => quote!(DatetimeMinute),
        TimeFormat::Date => quote!(Date),
        TimeFormat::CompactDate => quote!(CompactDate),
    }
}

fn wire_type(wire: WireType) -> TokenStream {
    match wire {
        WireType::Null => quote!(Null),
        WireType::Bool => quote!(Bool),
        WireType::Int => quote!(Int),
        WireType::Float => quote!(Float),
        WireType::Text => quote!(Text),
        WireType::List => quote!(List),
        WireType::Object => quote!(Object),
    }
}

/// `When { .. }`.
pub(super) fn when(of: &When) -> TokenStream {
    let When { present, absent, equals } = of;
    if present.is_empty() && absent.is_empty() && equals.is_empty() {
        return quote!(rt::table::When::DEFAULT);
    }
    let pairs = equals.iter().map(|(path, values)| quote!((#path, &[#(#values),*])));
    let present = (!present.is_empty()).then(|| quote!(present: &[#(#present),*],));
    let absent = (!absent.is_empty()).then(|| quote!(absent: &[#(#absent),*],));
    let equals = (!equals.is_empty()).then(|| quote!(equals: &[#(#pairs),*],));
    quote!(rt::table::When { #present #absent #equals ..rt::table::When::DEFAULT })
}
