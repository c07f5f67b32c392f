//! Every kind of finding.

use std::fmt;

use heck::ToKebabCase;

use super::Severity;
use crate::syntax::RawLevel;

/// Defines [`Code`]: a line per code with its name, its title and its explanation. Numbers are stable: a new code is added at the
/// end of its family, a number is never used again.
macro_rules! codes {
    ($( $number:literal $name:ident $title:literal $explanation:literal )+) => {
        /// A kind of finding.
        ///
        /// The first two digits are the family: 01 text and YAML, 02 structure, 03 names, 04 types, 05 values, 06 permissions, 07
        /// examples, 08 style.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $( #[doc = $title] $name, )+
        }

        impl Code {
            /// All codes.
            pub const ALL: &'static [Code] = &[$(Code::$name),+];

            /// Its stable spelling, such as `WE0101`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $( Code::$name => concat!("WE", $number), )+ }
            }

            /// Its name, such as `unknown-key`.
            #[must_use]
            pub fn name(self) -> String {
                match self { $( Code::$name => stringify!($name), )+ }.to_kebab_case()
            }

            /// One line that says what is wrong.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $( Code::$name => $title, )+ }
            }

            /// Why that is wrong, and how to mend it.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self { $( Code::$name => $explanation, )+ }
            }
        }
    };
}

codes! {
    "0101" InvalidYaml "the file is no valid YAML"
        "YAML cannot be read further from this place. What stands before it was checked, what comes after it was not."
    "0102" NotUtf8 "the file is not UTF-8"
        "Schemas and examples are UTF-8. Save the file in that encoding; the message names the first byte that does not fit."
    "0103" ByteOrderMark "the file begins with a byte order mark"
        "The mark is three invisible bytes that some editors write. Other tools take them for a part of the first key. Save the file as UTF-8 without a byte order mark."
    "0104" CarriageReturn "the file has carriage returns at its line ends"
        "Lines end with a line feed alone, so that the same file gives the same output on every machine. Convert the file, or let git do it (`git add --renormalize`)."
    "0105" Tab "a tab where YAML wants spaces"
        "YAML forbids tabs in indentation. Replace the tab with spaces, two per level."
    "0106" Unclosed "a bracket, brace or quote is not closed"
        "What is opened by `[`, `{`, `'` or `\"` must be closed. The message shows where it was opened."
    "0107" Anchor "anchors and aliases are not allowed"
        "`&name` and `*name` make a file hard to read and can blow it up. Write the value out, or give a type a name under `types`. A text that begins with `&` or `*` is quoted."
    "0108" Tag "tags are not allowed"
        "The schema decides what a value is, so `!tag` has no meaning here. Remove it; a text that begins with `!` is quoted."
    "0109" MergeKey "merge keys are not allowed"
        "`<<` is not part of YAML 1.2. Use `extends` to take over the fields of another type."
    "0110" SecondDocument "a file holds one document"
        "`---` begins another document, and only the first would be used. Give every event a file of its own."
    "0111" TooDeep "nested too deeply"
        "No schema needs more than 32 levels. Usually a bracket was repeated by mistake."
    "0112" CutAtComma "a text was cut at a comma"
        "Inside `{ }` a comma ends the value, so that the rest of an unquoted text becomes a key of its own. Quote the text."
    "0113" CutAtHash "a text was cut at a `#`"
        "After a space `#` begins a comment, so that the rest of an unquoted text is lost. Quote the text; if a comment is meant, put a space after the `#`."
    "0114" DuplicateKey "a key is written twice"
        "Only one of the two values could be used. Remove one of them."
    "0115" ComplexKey "a key is no text"
        "Keys are plain texts, not lists or maps. A key that begins with `[` or `{` is quoted."
    "0116" EmptyFile "the file is empty"
        "An empty schema describes nothing. Fill the file or delete it."
    "0117" Invisible "an invisible character"
        "Control characters, line separators, zero-width spaces and marks that turn the direction of writing are not seen but change what a text is. Remove the character, or write it as an escape inside double quotes."

    "0201" UnknownKey "an unknown key"
        "The schema language has no such key in this place. `schemas/README.md` lists the keys."
    "0202" MissingKey "a required key is missing"
        "Add the key. `schemas/README.md` says what it means."
    "0203" WrongType "a value of the wrong type"
        "The key takes another kind of value: a text, a number, a boolean, a list or a map."
    "0204" NoValue "a key without a value"
        "A key without a value is null, and no key takes null. Write the value, or leave the key out."
    "0205" NotQuoted "a text that YAML takes for something else"
        "Without quotes `1.10` is a number and `true` a boolean. Quote the text."
    "0206" UnknownWord "a word that is not one of the allowed ones"
        "The key takes one of a few words, which the message lists."
    "0207" EmptyText "an empty text"
        "A text that says nothing helps nobody. Fill it, or leave the key out."
    "0208" BadNumber "a number that cannot be used"
        "Numbers are decimal and within the range that the message names."
    "0209" UnexpectedFile "a file or folder that does not belong here"
        "Everything in the schema folder means something, so that no file is ignored by mistake. The message says what may stand here."
    "0210" MissingPlatform "a platform without `platform.yaml`"
        "Each folder in the schema folder is a platform, and its `platform.yaml` says how its events arrive."
    "0211" Unreadable "a file or folder that cannot be read"
        "The operating system refused it; the message says why."
    "0212" FileName "the file is not named after its event"
        "The file of an event is `<event>.yaml`. Rename the file, or mend the `event` key; a name that cannot be a file name goes into `wire`."

    "0213" UnusedWaiver "a waiver that nothing needs"
        "What `allow` lets pass is not there any more. Remove the waiver, so that it does not hide the next finding."

    "0301" NameCollision "two things have the same Rust name"
        "Two derived names are equal. Give one of them a `rust_name`."
    "0302" BadName "a name that Rust or the schema language does not allow"
        "Types are CamelCase, fields and methods snake_case, and both must be Rust identifiers."
    "0303" Renamed "a published name would change"
        "Whoever uses the name would no longer compile. Keep it by `rust_name`, or say `renamed_from` with the published name."
    "0304" DuplicateEvent "an event is described twice"
        "Each event of a platform has one file."
    "0305" UnknownForm "an unknown wire form"
        "Wire forms are declared under `forms` in `platform.yaml`."
    "0306" UnknownProtocol "an unknown protocol"
        "Protocols are declared under `protocols` in `platform.yaml`. An event without `protocol` needs one that says `default: true`."
    "0307" UnknownAppKind "an unknown kind of app"
        "Kinds of app are declared under `app_kinds` in `platform.yaml`."
    "0308" UnknownDelivery "an unknown way of delivery"
        "Ways of delivery are declared under `deliveries` in `platform.yaml`."
    "0309" UnknownFormat "an unknown format"
        "Formats are declared under `formats` in `platform.yaml`."
    "0310" UnknownDomain "an unknown domain"
        "The domains of a platform are its folders."
    "0311" UnknownEvent "an unknown event"
        "The events of a platform are the files in its domains; `same_as` and groups stay within one domain."
    "0312" UnknownPath "a path that leads nowhere"
        "A path is keys joined by dots, each declared in the body, and it ends at a scalar."
    "0313" ControlEvent "an event that is control traffic"
        "The runtime answers it before any handler sees it, so an event file for it would never be used."
    "0314" KeyTwice "two fields have the same key in one wire form"
        "Nobody could tell which of the two a value belongs to. Mend `keys`."
    "0315" TwoDefaults "more than one default protocol"
        "Only one protocol can belong to events that name none."
    "0316" UnclearGroup "a group whose members do not fit together"
        "A group has two or more events of one domain, and an event is in one group at most."
    "0317" TooManyForms "more wire forms than a platform can have"
        "A form is a byte in the generated tables. No platform needs so many."

    "0318" UnknownLint "an unknown lint"
        "`lints` and `allow` take the codes or names of lints: the family 08. Everything else is always an error."

    "0401" TypeSyntax "a type that cannot be read"
        "A type is a name or one of `list<T>`, `map<T>`, `text<T>`, `json<T>` and `time<format>`; `schemas/README.md` lists them all."
    "0402" UnknownType "an unknown type"
        "Types are looked up in the file's `types`, then in the `_types.yaml` of the domain, then in that of the platform."
    "0403" TypeCycle "types that contain themselves"
        "Types form no cycle. Use `any` where a value nests without end."
    "0404" NotAnObject "a type that should be an object"
        "Only a type with `fields` can be extended, be a shape, or be a body."
    "0405" AlwaysNotAllowed "`always` where it is not allowed"
        "Only texts, lists, maps and objects have a value to stand in when the platform breaks its promise, and what `requires` permissions may be missing."
    "0406" NoSibling "`shape_by` names no sibling"
        "The choice is made by the value of another field of the same object."
    "0407" SiblingNotText "`shape_by` names a field that is no text"
        "The choice is made by a text."
    "0408" ResponseOfEvent "an answer on an event that takes none"
        "Only an event of `kind: callback` has `response` and `answer_within`."
    "0409" UnclearType "a type that is not exactly one thing"
        "A type is an object (`fields`, `extends`), a named set (`type` with `values` or `flags`) or a choice (`shapes`)."
    "0410" UnclearBody "a body that is not exactly one thing"
        "The body of an event is `fields` and `extends`, or `same_as`, or `shapes`."
    "0411" UnclearShapes "`shape_by` and `shapes` that do not fit together"
        "On a field both are needed, and its type is `json` or `any`."
    "0412" UnlistedShape "a shape for a value that is not listed"
        "Where the field that decides lists its `values`, a shape belongs to one of them."

    "0501" ValuesNotAllowed "`values` where they are not allowed"
        "Known values belong to a text or an integer, alone or inside lists and maps."
    "0502" FlagsNotAllowed "`flags` where they are not allowed"
        "Bits belong to an integer, alone or inside lists and maps."
    "0503" ValueNeedsName "an integer value without a name"
        "From an integer no Rust name can be derived. Add `name`."
    "0504" ValuesAndFormat "`values`, `flags` and `format` together"
        "Each of them makes a type of its own, so a field has one of them."
    "0505" BadValue "a value of the wrong kind"
        "The keys of `values` on an integer are integers; the keys of `flags` are positive masks."
    "0506" BadPattern "a regular expression that cannot be read"
        "The pattern is matched against the whole text. The message says what is wrong in it."
    "0507" BadBounds "bounds that no value meets"
        "The lower bound is not above the upper one, and each fits the type."
    "0508" BadDuration "a duration that cannot be read"
        "Durations are whole seconds or minutes: `3s`, `2m`."
    "0509" ConstraintNotAllowed "a constraint that does not fit the type"
        "Lengths and patterns belong to texts, numbers of entries to lists and maps, `min` and `max` to numbers."
    "0510" FormatNotAllowed "`format` where it is not allowed"
        "A format is a kind of text, alone or inside lists and maps."
    "0511" AcceptsNotAllowed "`accepts` where it is not allowed"
        "Other wire types are accepted for a scalar, and only others than its own."

    "0601" UnknownPermission "an unknown permission"
        "Permissions are declared under `permissions` in `platform.yaml`, by the platform's id."
    "0602" UnknownPermissionSet "an unknown permission set"
        "Permission sets are declared under `permission_sets` in `platform.yaml`."
    "0603" UnclearPermissions "permissions that are not exactly one thing"
        "Permissions are either `any_of` with a list or `set` with a name."

    "0701" ExampleOfNothing "an example of no event"
        "An example is named `<event>[.<scenario>].json` after an event of its domain."
    "0702" ExampleNotJson "an example that is no JSON"
        "An example is one JSON document, as it arrives after decryption."
    "0703" ExampleDrifts "an example that does not fit its schema"
        "Either the schema is wrong, or the example. A payload that is there to show drift has a scenario that begins with `drift-`."
    "0704" ExampleConstraint "an example that breaks a constraint"
        "The platform sent what the schema says it never sends: mend the constraint, or the example."
    "0705" ExampleWithoutDrift "an example that should drift but does not"
        "A scenario that begins with `drift-` shows a payload that does not fit. This one fits: rename it."
    "0706" ExampleNotOpened "an example that is no payload of its event"
        "The envelope is read by the `forms` of `platform.yaml`; it must match one of them and carry the event's name."

    "0801" TitleTooLong "a title of more than six words"
        "Titles stand in lists and tables of contents. Put the rest into `about`."
    "0802" UnusedType "a type that nothing uses"
        "The types of an event file serve that event alone. A type for others belongs into `_types.yaml`."
    "0803" DocsLink "a link that leads somewhere else"
        "Links lead to the platform's own documentation by `https`. Its hosts are listed under `doc_hosts` in `platform.yaml`."
    "0804" AboutRepeatsName "an `about` that repeats the name"
        "Whoever reads it knows the name already. Say what the field is, when it is absent, its unit. Off until `platform.yaml` turns it on, for some names do say all: the city of an address."
    "0805" MissingExample "an event without a payload"
        "A payload is the arbiter of its schema and the test of its event. Off until `platform.yaml` turns it on."
    "0806" ValuesDifferByCase "values that differ only by case"
        "Most often one of the two was mistyped. If the platform sends both, say so in a waiver."
    "0807" MissingAbout "a type without `about`"
        "The documentation of the type would be empty. Say what it is. Off until `platform.yaml` turns it on."
    "0808" NamingStyle "a name that is not in Rust's style"
        "Types and values are CamelCase with abbreviations as words (`UserId`, not `UserID`), fields snake_case, as everything else in the crate."
    "0809" ChangedName "a name that Rust takes only with an underscore"
        "No Rust name begins with a digit or is `self`, `super` or `crate`. The generator puts an underscore there; a name of your own reads better. Off until `platform.yaml` turns it on."
    "0810" UsedOnce "a type that one place alone uses"
        "A set of one field is written at the field, and a type of one event in its file; so readers need not look elsewhere. Off until `platform.yaml` turns it on."
    "0811" RepeatsShared "a type or set that repeats a shared one"
        "Two types for one thing do not fit together in Rust. Use the shared one; if they are equal by chance, say so in a waiver."
    "0812" UntestedConstraint "a constraint that no example breaks"
        "Nothing shows that a wrong value is found. Put one into an example whose scenario begins with `drift-`. Off until `platform.yaml` turns it on."
}

impl Code {
    /// A code by its spelling or its name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(text) || code.name() == text)
    }

    /// Whether it is a lint, whose level `platform.yaml` sets and which `allow` waives.
    #[must_use]
    pub fn is_lint(self) -> bool {
        self.as_str().starts_with("WE08")
    }

    /// The level of a lint where `platform.yaml` sets none.
    #[must_use]
    pub fn level(self) -> RawLevel {
        match self {
            Code::AboutRepeatsName
            | Code::MissingExample
            | Code::MissingAbout
            | Code::ChangedName
            | Code::UsedOnce
            | Code::UntestedConstraint => RawLevel::Allow,
            lint if lint.is_lint() => RawLevel::Warn,
            _ => RawLevel::Error,
        }
    }

    /// How bad such a finding is.
    #[must_use]
    pub fn severity(self) -> Severity {
        if self.is_lint() { Severity::Warning } else { Severity::Error }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_in_order() {
        let spelt: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert!(spelt.is_sorted_by(|a, b| a < b), "{spelt:?}");
        assert!(spelt.iter().all(|code| code.len() == 6 && code[2..].bytes().all(|c| c.is_ascii_digit())));
    }

    #[test]
    fn codes_are_found_by_their_spelling() {
        assert!(Code::ALL.iter().all(|code| Code::parse(code.as_str()) == Some(*code)));
        assert_eq!(Code::parse("we0101"), Some(Code::InvalidYaml));
        assert_eq!(Code::parse("WE9999"), None);
    }

    #[test]
    fn titles_are_phrases_and_explanations_sentences() {
        for code in Code::ALL {
            assert!(!code.title().ends_with('.') && code.title().len() < 80, "{code}: {}", code.title());
            assert!(code.explanation().ends_with('.'), "{code}: {}", code.explanation());
        }
    }

    #[test]
    fn style_warns_and_all_else_is_an_error() {
        assert_eq!(Code::TitleTooLong.severity(), Severity::Warning);
        assert_eq!(Code::ExampleDrifts.severity(), Severity::Error);
    }
}
