//! Opening without reading the body twice.

use bytes::Bytes;
use bytestring::ByteString;

use super::{Envelope, Opened, candidates, open_one};
use crate::{
    json::reader::{Kind, Members, Raw, Reader},
    table::PlatformTable,
};

/// Opens a payload without reading the body, where the body seems to be the last of its keys: it is read when it is
/// decoded, and need not be passed over before. Until then it is not known to be one value, nor the payload to be JSON:
/// an event is to be used only if it was decoded, or is [`proven`](Opened::proven); else, and where this gives
/// the payload back, [`open`] says what it is.
pub(crate) fn open_ahead(
    platform: &PlatformTable<'_>,
    transport: Option<&str>,
    payload: Bytes,
) -> Result<Opened, Bytes> {
    let Ok(raw) = ByteString::try_from(payload.clone()) else { return Err(payload) };
    ahead(platform, transport, &raw).ok_or(payload)
}

fn ahead(platform: &PlatformTable<'_>, transport: Option<&str>, raw: &ByteString) -> Option<Opened> {
    let envelope = Envelope::read_ahead(raw, platform, transport)?;
    if envelope.control(platform).is_some() {
        return None;
    }
    let (form, table) = envelope.form(platform, transport).ok()?;
    // Of another form that key is not the body, and what stands behind it would be missed.
    envelope.top.iter().next_back().filter(|(key, _)| *key == table.body && table.rows.is_empty())?;
    open_one(form, table, raw, &envelope).ok()
}

impl Opened {
    /// The payload, to be opened once more.
    pub(crate) fn payload(&self) -> Bytes {
        self.raw.as_bytes().clone()
    }

    /// Whether its body is one value.
    pub(crate) fn proven(&self) -> bool {
        let mut body = Reader::new(self.body());
        body.skip().is_ok() && body.end().is_ok()
    }
}

impl<'a> Envelope<'a> {
    /// The keys up to the one under which a form of the platform has its body, whose value is taken to be the rest.
    fn read_ahead(text: &'a str, platform: &PlatformTable<'_>, transport: Option<&str>) -> Option<Self> {
        let forms = || candidates(platform, transport).map(|(_, form)| form);
        let bodies = || forms().filter(|form| form.rows.is_empty()).map(|form| form.body);
        if bodies().all(str::is_empty) {
            return None;
        }
        let (mut reader, mut top, mut inner) = (Reader::new(text), Members::with_capacity(4), Vec::new());
        let mut entries = reader.enter(Kind::Object).ok()?;
        while let Some(key) = reader.key(&mut entries).ok()? {
            if bodies().any(|body| body == key) {
                let body = reader.rest().trim_ascii().strip_suffix('}')?.trim_ascii_end();
                let object = body.starts_with('{') && body.ends_with('}');
                top.push(key, Raw::new(body));
                return object.then(|| Envelope::of(top, inner));
            }
            if top.get(&key).is_some() {
                return None;
            }
            if reader.peek().ok()? == Kind::Object {
                // It will be asked for what stands in it: that is the header.
                let (members, json) = reader.spanned(Reader::members).ok()?;
                inner.push((key.clone(), Some(members)));
                top.push(key, Raw::new(json));
            } else {
                top.push(key, reader.raw().ok()?);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        envelope::{Opening, open},
        table::{ControlTable, FormTable, HeaderTable, When},
    };

    const PLATFORM: PlatformTable<'static> = PlatformTable {
        name: "p",
        forms: &[
            FormTable {
                name: "boxed",
                when: When { present: &["head"], absent: &["no"], ..When::DEFAULT },
                body: "event",
                event: &["head.type", "event.type"],
                header: HeaderTable {
                    id: &["head.id"],
                    tenant: &["event.tenant"],
                    extra: "head",
                    ..HeaderTable::DEFAULT
                },
                ..FormTable::DEFAULT
            },
            FormTable { name: "flat", event: &["type"], ..FormTable::DEFAULT },
        ],
        control: &[ControlTable { name: "hello", when: When { present: &["hello"], ..When::DEFAULT } }],
        ..PlatformTable::DEFAULT
    };

    fn shown(opened: &Opened) -> String {
        format!("{opened:?} {} {}", opened.body(), opened.raw())
    }

    /// Opens a payload both ways; whether it could be opened ahead.
    #[track_caller]
    fn both(payload: &str) -> bool {
        let payload = Bytes::copy_from_slice(payload.as_bytes());
        let Some(ahead) = open_ahead(&PLATFORM, None, payload.clone()).ok().filter(Opened::proven) else {
            return false;
        };
        let events = match open(&PLATFORM, None, payload) {
            Ok(Opening::Events(events)) => events,
            _ => Vec::new(),
        };
        let shown_all: Vec<_> = events.iter().flatten().map(shown).collect();
        assert_eq!(shown_all, [shown(&ahead)]);
        true
    }

    #[test]
    fn an_event_is_opened_ahead_of_a_body_that_comes_last() {
        assert!(both(r#"{"head":{"type":"t","id":"1"},"event":{"a":[{}],"tenant":"x"}}"#));
        assert!(both(" { \"head\" : { \"type\" : \"t\" } , \"event\" : { } } \n"));
        assert!(both(r#"{"head":{},"event":{"type":"t"}}"#));
    }

    #[test]
    fn whatever_else_a_payload_is_it_is_not_opened_ahead() {
        for payload in [
            r#"{"head":{"type":"t"},"event":{"a":1},"more":{}}"#,
            r#"{"head":{"type":"t"},"event":{"a":1},"event":{"a":2}}"#,
            r#"{"head":{"type":"t"},"event":{"a":1},"head":{"type":"other"}}"#,
            r#"{"head":{"type":"t"},"event":{"a":1},"no":{}}"#,
            r#"{"head":{"type":"t"},"event":{"a":1},"hello":{}}"#,
            r#"{"event":{"a":1},"head":{"type":"t"}}"#,
            r#"{"hello":1,"head":{"type":"t"},"event":{"a":1}}"#,
            r#"{"head":{"type":"t"},"event":"{\"a\":1}"}"#,
            r#"{"head":{"type":"t"},"event":{"a":}}"#,
            r#"{"head":{"type":"t"},"event":{"a":1}"#,
            r#"{"head":{"type":"t"},"event":{"a":1}}}"#,
            r#"{"head":{"type":"t"},"event":{"a":1}]}"#,
            r#"{"type":"t"}"#,
            "{}",
            "",
        ] {
            assert!(!both(payload), "{payload}");
        }
    }

    /// Objects of the keys that count, in any order and number, some of them broken.
    fn payload() -> impl Strategy<Value = String> {
        let value = prop::sample::select(vec![
            "1",
            "null",
            "{}",
            r#"{"type":"t","id":"1","tenant":"x"}"#,
            r#"{"type":"t"},"more":{}"#,
            r#""{\"type\":\"t\"}""#,
            "{",
            "}",
            "[]",
        ]);
        let key = prop::sample::select(vec!["head", "event", "type", "no", "hello", "ev\\u0065nt", "x"]);
        prop::collection::vec((key, value), 0..5).prop_map(|members| {
            let members: Vec<_> = members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
            format!("{{{}}}", members.join(","))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn what_is_opened_ahead_is_what_is_opened(payload in payload()) {
            both(&payload);
        }
    }
}
