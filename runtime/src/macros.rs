//! One macro per kind of generated type. Each writes the few lines that tie a type to its table; behaviour is elsewhere.

/// `impl`s of an object type whose [`Object`](crate::value::Object) and [`Typed`](crate::value::Typed) are written beside
/// it.
#[macro_export]
macro_rules! object {
    ($name:ident) => {
        impl $crate::value::Coded for $name {
            const ENCODING: $crate::table::Encoding<'static> =
                $crate::table::Encoding::Object(<Self as $crate::value::Typed>::TABLE);
        }
        impl $crate::value::Value for $name {
            #[inline]
            fn open(&mut self) -> $crate::value::Target<'_> {
                $crate::value::Target::Object(self)
            }
            #[inline]
            fn clear(&mut self) {
                *self = ::std::default::Default::default();
            }
            #[inline]
            fn view(&self) -> $crate::value::View<'_> {
                $crate::value::View::Object(self)
            }
        }
        $crate::coded_serde!($name);
    };
}

/// `impl`s of a choice `enum $name { $variant(..), ..., Unknown(Json) }` whose [`Chosen`](crate::value::Chosen) is written
/// beside it.
#[macro_export]
macro_rules! choice {
    ($name:ident { $($index:literal => $variant:ident),* $(,)? }) => {
        impl $crate::value::Coded for $name {
            const ENCODING: $crate::table::Encoding<'static> =
                $crate::table::Encoding::Choice(<Self as $crate::value::Chosen>::TABLE);
        }
        impl ::std::default::Default for $name {
            fn default() -> Self {
                $name::Unknown($crate::Json::NULL)
            }
        }
        impl $crate::value::Value for $name {
            #[inline]
            fn open(&mut self) -> $crate::value::Target<'_> {
                $crate::value::Target::Choice(self)
            }
            #[inline]
            fn clear(&mut self) {
                *self = ::std::default::Default::default();
            }
            #[inline]
            fn view(&self) -> $crate::value::View<'_> {
                $crate::value::View::Choice(self)
            }
        }
        impl $crate::value::Shaped for $name {
            #[inline]
            fn select(
                &mut self,
                index: usize,
            ) -> ::std::option::Option<&mut dyn $crate::value::Object> {
                *self = match index {
                    $($index => $name::$variant(::std::default::Default::default()),)*
                    _ => return ::std::option::Option::None,
                };
                match self {
                    $($name::$variant(object) => ::std::option::Option::Some(object),)*
                    $name::Unknown(_) => ::std::option::Option::None,
                }
            }
            #[inline]
            fn set_unknown(&mut self, json: $crate::Json) {
                *self = $name::Unknown(json);
            }
            #[inline]
            fn shape(&self) -> $crate::value::Shape<'_> {
                match self {
                    $($name::$variant(object) => $crate::value::Shape::Known($index, object),)*
                    $name::Unknown(json) => $crate::value::Shape::Unknown(json),
                }
            }
        }
        $crate::coded_serde!($name);
    };
}

/// `Deserialize` and `Serialize` of a type with an encoding.
#[doc(hidden)]
#[macro_export]
macro_rules! coded_serde {
    ($name:ident) => {
        impl<'de> $crate::reexport::serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: $crate::reexport::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::decode::deserialize(deserializer)
            }
        }
        impl $crate::reexport::serde::Serialize for $name {
            #[inline]
            fn serialize<S: $crate::reexport::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::encode::serialize(self, serializer)
            }
        }
    };
}

/// `Value`, `SetText` and serde of a type that is `From<String>` and has `as_str`.
#[doc(hidden)]
#[macro_export]
macro_rules! text_base {
    ($name:ident) => {
        impl ::std::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
        impl ::std::cmp::PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }
        impl ::std::cmp::PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }
        impl $crate::value::SetText for $name {
            fn set(&mut self, text: &str) {
                *self = ::std::convert::From::from(text);
            }
        }
        impl $crate::value::Value for $name {
            #[inline]
            fn open(&mut self) -> $crate::value::Target<'_> {
                $crate::value::Target::Text(self)
            }
            #[inline]
            fn clear(&mut self) {
                *self = ::std::default::Default::default();
            }
            #[inline]
            fn view(&self) -> $crate::value::View<'_> {
                $crate::value::View::Text(self.as_str())
            }
        }
        impl<'de> $crate::reexport::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::reexport::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                <::std::string::String as $crate::reexport::serde::Deserialize>::deserialize(deserializer)
                    .map(::std::convert::From::from)
            }
        }
        impl $crate::reexport::serde::Serialize for $name {
            fn serialize<S: $crate::reexport::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

/// `impl`s of a newtype `struct $name(String)`.
#[macro_export]
macro_rules! text_value {
    ($name:ident) => {
        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
            /// The text.
            #[must_use]
            pub fn into_string(self) -> ::std::string::String {
                self.0
            }
        }
        impl ::std::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                $name(text)
            }
        }
        impl ::std::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                $name(::std::string::String::from(text))
            }
        }
        impl ::std::convert::From<$name> for ::std::string::String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
        $crate::text_base!($name);
    };
}

/// `impl`s of an open enum of texts `enum $name { $variant, ..., Unknown(UnknownText) }`.
#[macro_export]
macro_rules! text_set {
    ($name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        impl $name {
            /// The known values, as they are on the wire.
            pub const VALUES: &'static [&'static str] = &[$($text),*];

            /// The value on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $($name::$variant => $text,)*
                    $name::Unknown(unknown) => unknown.as_str(),
                }
            }
        }
        impl ::std::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => $name::$variant,)*
                    _ => $name::Unknown($crate::sets::UnknownText::__new(::std::string::String::from(text))),
                }
            }
        }
        impl ::std::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                ::std::convert::From::from(text.as_str())
            }
        }
        impl ::std::default::Default for $name {
            fn default() -> Self {
                ::std::convert::From::from(::std::string::String::new())
            }
        }
        $crate::text_base!($name);
    };
}

/// `Value`, `SetInt` and serde of a type that is `From<i64>` and has `get`.
#[doc(hidden)]
#[macro_export]
macro_rules! int_base {
    ($name:ident) => {
        impl $crate::value::SetInt for $name {
            fn set(&mut self, int: i64) {
                *self = ::std::convert::From::from(int);
            }
        }
        impl $crate::value::Value for $name {
            #[inline]
            fn open(&mut self) -> $crate::value::Target<'_> {
                $crate::value::Target::Int(self)
            }
            #[inline]
            fn clear(&mut self) {
                *self = ::std::default::Default::default();
            }
            #[inline]
            fn view(&self) -> $crate::value::View<'_> {
                $crate::value::View::Int((*self).get())
            }
        }
        impl<'de> $crate::reexport::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::reexport::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                <i64 as $crate::reexport::serde::Deserialize>::deserialize(deserializer)
                    .map(::std::convert::From::from)
            }
        }
        impl $crate::reexport::serde::Serialize for $name {
            fn serialize<S: $crate::reexport::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_i64((*self).get())
            }
        }
    };
}

/// `impl`s of a newtype `struct $name(pub i64)`.
#[macro_export]
macro_rules! int_value {
    ($name:ident) => {
        impl $name {
            /// The number.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }
        impl ::std::convert::From<i64> for $name {
            fn from(int: i64) -> Self {
                $name(int)
            }
        }
        $crate::int_base!($name);
    };
}

/// `impl`s of an open enum of integers `enum $name { $variant, ..., Unknown(UnknownInt) }`.
#[macro_export]
macro_rules! int_set {
    ($name:ident { $($variant:ident = $int:literal),* $(,)? }) => {
        impl $name {
            /// The known values, as they are on the wire.
            pub const VALUES: &'static [i64] = &[$($int),*];

            /// The value on the wire.
            #[must_use]
            pub const fn get(self) -> i64 {
                match self {
                    $($name::$variant => $int,)*
                    $name::Unknown(unknown) => unknown.get(),
                }
            }
        }
        impl ::std::convert::From<i64> for $name {
            fn from(int: i64) -> Self {
                match int {
                    $($int => $name::$variant,)*
                    _ => $name::Unknown($crate::sets::UnknownInt::__new(int)),
                }
            }
        }
        impl ::std::default::Default for $name {
            fn default() -> Self {
                ::std::convert::From::from(0)
            }
        }
        $crate::int_base!($name);
    };
}

/// `impl`s of a bit set `struct $name(i64)`; unknown bits are kept.
#[macro_export]
macro_rules! flag_set {
    ($name:ident { $($(#[$($doc:tt)*])* $flag:ident = $mask:literal),* $(,)? }) => {
        $crate::reexport::bitflags::bitflags! {
            impl $name: i64 {
                $($(#[$($doc)*])* const $flag = $mask;)*
                const _ = !0;
            }
        }
        impl $name {
            /// The masks of the known bits.
            pub const VALUES: &'static [i64] = &[$($mask),*];

            /// The bits on the wire.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.bits()
            }
        }
        impl ::std::convert::From<i64> for $name {
            fn from(bits: i64) -> Self {
                $name::from_bits_retain(bits)
            }
        }
        $crate::int_base!($name);
    };
}
