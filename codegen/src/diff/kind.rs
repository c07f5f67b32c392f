//! Every kind of change.

/// Where a change stands in a changelog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// `### Added`
    Added,
    /// `### Changed`
    Changed,
    /// `### Deprecated`
    Deprecated,
    /// `### Removed`
    Removed,
    /// Nowhere: words only.
    Nowhere,
}

/// Defines [`Kind`]: a line per kind with its section, its stable code, what changed and what happened to it.
macro_rules! kinds {
    ($( $name:ident $section:ident $code:literal $noun:literal $verb:literal )+) => {
        /// A kind of change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $( #[doc = concat!($noun, " ", $verb)] $name, )+
        }

        impl Kind {
            /// All kinds.
            pub const ALL: &'static [Kind] = &[$(Kind::$name),+];

            /// Its stable spelling, such as `field-added`.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $( Kind::$name => $code, )+ }
            }

            /// Where it stands in a changelog.
            #[must_use]
            pub fn section(self) -> Section {
                match self { $( Kind::$name => Section::$section, )+ }
            }

            /// What changed.
            pub(super) fn noun(self) -> &'static str {
                match self { $( Kind::$name => $noun, )+ }
            }

            /// What happened to it.
            pub(super) fn verb(self) -> &'static str {
                match self { $( Kind::$name => $verb, )+ }
            }
        }
    };
}

kinds! {
    PlatformAdded Added "platform-added" "platform" "added"
    PlatformRemoved Removed "platform-removed" "platform" "removed"
    PlatformRenamed Changed "platform-renamed" "platform" "renamed"
    ReceiverAdded Added "receiver-added" "receiver" "added"
    ReceiverRemoved Removed "receiver-removed" "receiver" "removed"
    ReceiverChanged Changed "receiver-changed" "receiver" "changed"
    FormAdded Added "form-added" "wire form" "added"
    FormRemoved Removed "form-removed" "wire form" "removed"
    FormChanged Changed "form-changed" "wire form" "changed"
    FormOrder Changed "form-order" "wire forms" "tried in another order"
    ControlAdded Added "control-added" "control traffic" "added"
    ControlRemoved Removed "control-removed" "control traffic" "removed"
    ControlChanged Changed "control-changed" "control traffic" "changed"
    FormatAdded Added "format-added" "format" "added"
    FormatRemoved Removed "format-removed" "format" "removed"
    FormatRenamed Changed "format-renamed" "format" "renamed"
    GroupAdded Added "group-added" "group" "added"
    GroupRemoved Removed "group-removed" "group" "removed"
    GroupRenamed Changed "group-renamed" "group" "renamed"
    GroupBody Changed "group-body" "body of group" "changed"
    MemberAdded Added "member-added" "group member" "added"
    MemberRemoved Removed "member-removed" "group member" "removed"
    MemberRenamed Changed "member-renamed" "group member" "renamed"
    DomainAdded Added "domain-added" "domain" "added"
    DomainRemoved Removed "domain-removed" "domain" "removed"
    EventAdded Added "event-added" "event" "added"
    EventRemoved Removed "event-removed" "event" "removed"
    EventRenamed Changed "event-renamed" "event" "renamed"
    EventWire Changed "event-wire" "name on the wire" "changed"
    EventKind Changed "event-kind" "kind" "changed"
    EventPermissions Changed "event-permissions" "permissions" "changed"
    EventDelivery Changed "event-delivery" "apps and delivery" "changed"
    EventIdentity Changed "event-identity" "`dedup_by`" "changed"
    EventOrder Changed "event-order" "`order_by`" "changed"
    EventDeadline Changed "event-deadline" "time to answer" "changed"
    EventStability Changed "event-stability" "stability" "changed"
    SampleAdded Added "sample-added" "payloads for tests" "added"
    SampleRemoved Removed "sample-removed" "payloads for tests" "removed"
    TypeAdded Added "type-added" "type" "added"
    TypeRemoved Removed "type-removed" "type" "removed"
    TypeRenamed Changed "type-renamed" "type" "renamed"
    TypeKind Changed "type-kind" "kind of type" "changed"
    BuilderAdded Added "builder-added" "`new` and `with_*` of type" "added"
    BuilderRemoved Removed "builder-removed" "`new` and `with_*` of type" "removed"
    FieldAdded Added "field-added" "field" "added"
    FieldRemoved Removed "field-removed" "field" "removed"
    FieldRenamed Changed "field-renamed" "field" "renamed"
    FieldKey Changed "field-key" "key of field" "changed"
    FieldType Changed "field-type" "type of field" "changed"
    FieldPresence Changed "field-presence" "presence of field" "changed"
    FieldConstraints Changed "field-constraints" "constraints of field" "changed"
    FieldPermissions Changed "field-permissions" "permissions of field" "changed"
    FieldSecret Changed "field-secret" "secrecy of field" "changed"
    ValueAdded Added "value-added" "value" "added"
    ValueRemoved Removed "value-removed" "value" "removed"
    ValueRenamed Changed "value-renamed" "value" "renamed"
    ValueWire Changed "value-wire" "value" "changed on the wire"
    ShapeAdded Added "shape-added" "shape" "added"
    ShapeRemoved Removed "shape-removed" "shape" "removed"
    ShapeRenamed Changed "shape-renamed" "shape" "renamed"
    ShapeKey Changed "shape-key" "key of shape" "changed"
    ShapeType Changed "shape-type" "type of shape" "changed"
    ShapeWhen Changed "shape-when" "condition of shape" "changed"
    ShapeOrder Changed "shape-order" "shapes of type" "tried in another order"
    ConversionAdded Added "conversion-added" "`From` of shape" "added"
    ConversionRemoved Removed "conversion-removed" "`From` of shape" "removed"
    ChoiceBy Changed "choice-by" "what decides the shape of type" "changed"
    Deprecated Deprecated "deprecated" "" "deprecated"
    Undeprecated Changed "undeprecated" "" "no longer deprecated"
    Described Nowhere "described" "" "documented otherwise"
}
