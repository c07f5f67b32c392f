//! A wrong and a right example per code: the keys of the event `ping` that matter, and of other files behind their paths
//! as comments. `examples.txt` holds them, one after the other. What cannot be seen is written as `<U+200B>` or `<0xFF>`.

use super::Code;

const TEXT: &str = include_str!("examples.txt");

/// What gives a finding, and what gives none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example {
    /// What gives the finding and no other.
    pub wrong: &'static str,
    /// The same as it should be.
    pub right: &'static str,
}

/// The example of a code; what takes hundreds of lines or a broken disk has none.
#[must_use]
pub fn example(code: Code) -> Option<Example> {
    let (_, rest) = TEXT.split_once(&format!("=== {code}\n"))?;
    let own = rest.split("=== ").next()?;
    let (wrong, right) = own.split_once("--- right\n")?;
    Some(Example { wrong, right })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{compile::compile_files, published};

    const PLATFORM: &str = "title: Acme\nabout: For tests.\napp_kinds: { own: An app of its own. }\n\
        deliveries: { push: A request. }\nformats: { user_id: { about: Id of a user. } }\n\
        permissions: { \"chat:read\": { about: Read. } }\npermission_sets: { readers: [\"chat:read\"] }\n\
        forms: { push: { event: type, envelope: [type] } }\nlints: { about-repeats-name: warn }\n";

    /// Shown by a fixture or a test alone: a folder that cannot be read, and hundreds of wire forms.
    const WITHOUT: &[&str] = &["WE0211", "WE0317"];

    /// What every event has that does not say so itself.
    const EVENT: &str = "title: Ping\nabout: Somebody pinged.\nfields: {}\n";

    /// The files of an example by their paths: of the platform `acme`, the event `ping`, and those that it names.
    fn files(example: &str) -> BTreeMap<String, String> {
        let mut files = BTreeMap::from([("acme/platform.yaml".to_owned(), String::new())]);
        let mut path = "acme/chat/ping.yaml".to_owned();
        files.insert(path.clone(), String::new());
        for line in example.split_inclusive('\n') {
            match line.trim_end().strip_prefix("# ") {
                Some(next) => path = next.to_owned(),
                None => files.entry(path.clone()).or_default().push_str(line),
            }
            files.entry(path.clone()).or_default();
        }
        for (path, text) in &mut files {
            match path.as_str() {
                "acme/platform.yaml" => complete(text, PLATFORM),
                "acme/chat/ping.yaml" => complete(text, &format!("event: ping\n{EVENT}")),
                _ if text.starts_with("event:") => complete(text, EVENT),
                _ => {}
            }
        }
        files
    }

    /// Puts the keys in front of a file that it does not have.
    fn complete(text: &mut String, keys: &str) {
        let has = |key: &str| text.lines().any(|line| line.starts_with(&format!("{key}:")));
        let body = ["extends", "same_as", "shapes"].into_iter().any(has);
        let there = |key: &str| has(key) || (key == "fields" && body);
        let missing = |line: &&str| !there(line.split(':').next().unwrap_or_default());
        let keys: String = keys.split_inclusive('\n').filter(missing).collect();
        // A mark stays where it is.
        let at = if text.starts_with("<U+FEFF>") { "<U+FEFF>".len() } else { 0 };
        text.insert_str(at, &keys);
    }

    /// What is meant by `<U+200B>` and `<0xFF>`.
    fn bytes(text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (index, part) in text.split('<').enumerate() {
            let (sign, rest) = part.split_once('>').unwrap_or(("", part));
            let number = |prefix| sign.strip_prefix(prefix).and_then(|hex| u32::from_str_radix(hex, 16).ok());
            if let Some(c) = number("U+").and_then(char::from_u32) {
                bytes.extend(c.to_string().bytes().chain(rest.bytes()));
            } else if let Some(byte) = number("0x").and_then(|byte| u8::try_from(byte).ok()) {
                bytes.extend([byte].into_iter().chain(rest.bytes()));
            } else {
                bytes.extend((index > 0).then_some(b'<').into_iter().chain(part.bytes()));
            }
        }
        bytes
    }

    fn codes(example: &str) -> Vec<&'static str> {
        let mut files = files(example);
        let lock = files.remove(published::PATH);
        let mut compiled =
            compile_files(files.iter().map(|(path, text)| (format!("schemas/{path}").into(), bytes(text))));
        if let Some(lock) = lock {
            compiled.check_published(&lock);
        }
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
    fn every_code_has_an_example() {
        let without: Vec<_> =
            Code::ALL.iter().filter(|code| example(**code).is_none()).map(|code| code.as_str()).collect();
        assert_eq!(without, WITHOUT);
    }
}
