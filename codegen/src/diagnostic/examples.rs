//! A wrong and a right example per code: the keys of an event that matter. `examples.txt` holds them, one after the other.

use super::Code;

const TEXT: &str = include_str!("examples.txt");

/// What gives a finding, and what gives none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example {
    /// Keys of an event that give the finding and no other.
    pub wrong: &'static str,
    /// The same as it should be.
    pub right: &'static str,
}

/// The example of a code; codes about whole files have none.
#[must_use]
pub fn example(code: Code) -> Option<Example> {
    let (_, rest) = TEXT.split_once(&format!("=== {code}\n"))?;
    let own = rest.split("=== ").next()?;
    let (wrong, right) = own.split_once("--- right\n")?;
    Some(Example { wrong, right })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile_files;

    const PLATFORM: &str = "title: Acme\nabout: For tests.\napp_kinds: { own: An app of its own. }\n\
        deliveries: { push: A request. }\nformats: { user_id: { about: Id of a user. } }\n\
        permissions: { \"chat:read\": { about: Read. } }\npermission_sets: { readers: [\"chat:read\"] }\n\
        forms: { push: { event: type, envelope: [type] } }\nlints: { about-repeats-name: warn }\n";

    /// Shown by fixtures alone, for they need more than the keys of one event.
    const WITHOUT: &[&str] = &[
        "WE0102", "WE0103", "WE0104", "WE0109", "WE0111", "WE0115", "WE0116", "WE0117", "WE0209", "WE0210",
        "WE0211", "WE0212", "WE0303", "WE0304", "WE0305", "WE0306", "WE0310", "WE0313", "WE0314", "WE0315",
        "WE0316", "WE0317", "WE0410", "WE0701", "WE0702", "WE0703", "WE0704", "WE0705", "WE0706", "WE0805",
    ];

    /// The codes that keys give in an event that is whole without them.
    fn codes(keys: &str) -> Vec<&'static str> {
        let has = |key: &str| keys.lines().any(|line| line.starts_with(&format!("{key}:")));
        let mut event = "event: ping\nabout: Somebody pinged.\n".to_owned();
        if !has("title") {
            event.push_str("title: Ping\n");
        }
        if !["fields", "extends", "same_as"].into_iter().any(has) {
            event.push_str("fields: {}\n");
        }
        let compiled = compile_files([
            ("schemas/acme/platform.yaml".into(), PLATFORM.into()),
            ("schemas/acme/chat/ping.yaml".into(), format!("{event}{keys}").into()),
        ]);
        let mut codes: Vec<_> = compiled.diagnostics.iter().map(|found| found.code.as_str()).collect();
        codes.dedup();
        codes
    }

    #[test]
    fn wrong_examples_give_their_code_and_right_ones_nothing() {
        let all = Code::ALL.iter().filter_map(|code| Some((*code, example(*code)?)));
        let given: Vec<_> = all.map(|(code, of)| (code.as_str(), codes(of.wrong), codes(of.right))).collect();
        let bad: Vec<_> =
            given.iter().filter(|(code, wrong, right)| *wrong != [*code] || !right.is_empty()).collect();
        assert!(bad.is_empty(), "{bad:#?}");
    }

    #[test]
    fn every_code_that_one_event_can_show_has_an_example() {
        let without: Vec<_> =
            Code::ALL.iter().filter(|code| example(**code).is_none()).map(|code| code.as_str()).collect();
        assert_eq!(without, WITHOUT);
    }
}
