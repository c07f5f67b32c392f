//! Payloads that may be shown: what can be a secret or says who somebody is becomes something else of the same shape.
//!
//! Every text is masked, word by word, except what the schemas list, times, and words under keys like `type`: what is not known
//! to be harmless is taken for a secret. Length, prefixes of ids (`ou_`), digits, case and punctuation stay, and so does which
//! values are equal. A mask follows from the shape of a word and how many came before it, and from nothing else of it.

mod tree;

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase as _;
use serde_json::Number;

use self::tree::Node;

/// What ids begin with; it says of which kind they are.
const PREFIXES: &[&str] =
    &["ou_", "on_", "oc_", "om_", "omt_", "cli_", "od-", "img_", "file_", "ding", "LWCP_v1"];
/// Words that are in many texts and belong to nobody.
const PLAIN: &[&str] = &["http", "https", "true", "false", "_all"];
/// Under such keys stands one of a few words.
const CHOICES: &[&str] = &["type", "status", "kind", "action", "mode", "state"];
/// Words of keys under which times stand.
const TIMES: &[&str] = &[
    "time",
    "date",
    "datetime",
    "timestamp",
    "ts",
    "at",
    "start",
    "end",
    "expire",
    "expires",
    "born",
    "since",
    "until",
    "deadline",
];
/// Letters beyond ASCII become these.
const LETTERS: &[char] = &['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸'];

/// Masks a payload, and lays it out over lines. `keep` are texts, numbers and keys that belong to nobody.
///
/// # Errors
///
/// A text that is no JSON.
pub fn mask(json: &str, keep: &BTreeSet<String>) -> serde_json::Result<String> {
    let mut node: Node = serde_json::from_str(json)?;
    Masker { keep, masks: BTreeMap::new(), used: BTreeSet::new() }.node("", &mut node);
    Ok(serde_json::to_string_pretty(&node)? + "\n")
}

struct Masker<'k> {
    keep: &'k BTreeSet<String>,
    /// The mask of every word that came.
    masks: BTreeMap<String, String>,
    used: BTreeSet<String>,
}

impl Masker<'_> {
    /// Masks a value; those of a list stand under the list's key.
    fn node(&mut self, key: &str, node: &mut Node) {
        match node {
            Node::Null | Node::Bool(_) => {}
            Node::Number(number) => *number = self.number(key, number),
            Node::Text(text) => *text = self.text(key, text),
            Node::List(list) => list.iter_mut().for_each(|item| self.node(key, item)),
            Node::Object(object) => {
                for (key, value) in object {
                    self.node(key, value);
                    if is_id(key) && !self.keep.contains(key) {
                        *key = self.words(key);
                    }
                }
            }
        }
    }

    fn text(&mut self, key: &str, text: &str) -> String {
        if self.keep.contains(text) || is_time(key, text) || is_choice(key, text) {
            return text.to_owned();
        }
        if text.trim_start().starts_with(['{', '['])
            && let Ok(mut inner) = serde_json::from_str::<Node>(text)
        {
            self.node(key, &mut inner);
            return serde_json::to_string(&inner).unwrap_or_default();
        }
        self.words(text)
    }

    fn words(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(is_part) {
            let end = rest[start..].find(|c| !is_part(c)).map_or(rest.len(), |length| start + length);
            out.push_str(&rest[..start]);
            out.push_str(&self.word(&rest[start..end]));
            rest = &rest[end..];
        }
        out + rest
    }

    fn word(&mut self, word: &str) -> String {
        let is_short_number = word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
        if is_short_number || PLAIN.contains(&word) || is_placeholder(word) {
            return word.to_owned();
        }
        let (prefix, rest) = split_prefix(word);
        format!("{prefix}{}", self.masked(rest))
    }

    /// The mask of a word: the same for the same word, and another one for another word as long as there are any.
    fn masked(&mut self, word: &str) -> String {
        if let Some(known) = self.masks.get(word) {
            return known.clone();
        }
        const TRIES: u64 = 16;
        let number = self.masks.len() as u64;
        let mut masks = (0..TRIES).map(|attempt| disguised(word, number * TRIES + attempt));
        let mask = masks.find(|mask| mask != word && !self.used.contains(mask));
        let mask = mask.unwrap_or_else(|| disguised(word, number * TRIES));
        self.used.insert(mask.clone());
        self.masks.insert(word.to_owned(), mask.clone());
        mask
    }

    fn number(&mut self, key: &str, number: &Number) -> Number {
        let text = number.to_string();
        let (sign, digits) = text.split_at(usize::from(text.starts_with('-')));
        if self.keep.contains(&text) || is_time(key, &text) {
            return number.clone();
        }
        let masked = match digits.split_once('.') {
            // Many digits after the point are a place on earth.
            Some((whole, fraction)) if is_number(fraction) && fraction.len() > 3 => {
                format!("{sign}{whole}.{}", self.masked(fraction))
            }
            None if is_number(digits) && digits.len() >= if names_id(key) { 3 } else { 6 } => {
                format!("{sign}{}", self.masked(digits))
            }
            _ => return number.clone(),
        };
        serde_json::from_str(&masked).unwrap_or_else(|_| Number::from(0))
    }
}

/// Another word of the same shape. The first digit is no zero where it was none, so that a number keeps its length.
fn disguised(word: &str, seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
    let mut next = |below: u8| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % u64::from(below)) as u8
    };
    let one = |(at, c): (usize, char)| match c {
        '0' if at == 0 => c,
        '0'..='9' if at == 0 => char::from(b'1' + next(8)),
        '0'..='9' => char::from(b'0' + next(10)),
        // Digits of hexadecimal numbers stay such.
        'a'..='z' => char::from(b'a' + next(6)),
        'A'..='Z' => char::from(b'A' + next(6)),
        c if c.is_alphabetic() => LETTERS.get(usize::from(next(10))).copied().unwrap_or(c),
        c => c,
    };
    word.chars().enumerate().map(one).collect()
}

/// Whether a character is part of a word.
fn is_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// What stands for a mention in a text of Lark, such as `@_user_1`.
fn is_placeholder(word: &str) -> bool {
    word.strip_prefix("_user_").is_some_and(is_number)
}

fn split_prefix(word: &str) -> (&str, &str) {
    let known = PREFIXES.iter().filter(|prefix| word.starts_with(**prefix));
    word.split_at(known.map(|prefix| prefix.len()).max().unwrap_or_default())
}

/// Whether a key is no name of a field, but an id or a name of somebody: keys of maps are.
fn is_id(key: &str) -> bool {
    let (prefix, rest) = split_prefix(key);
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    digits >= 4 || !key.is_ascii() || key.contains('@') || (prefix.ends_with(['_', '-']) && !rest.is_empty())
}

/// Whether a key says that an id stands there.
fn names_id(key: &str) -> bool {
    let snake = key.to_snake_case();
    ["id", "ids", "no", "number", "code"].iter().any(|word| snake.ends_with(word))
        || snake.split('_').any(|word| matches!(word, "id" | "ids"))
}

/// Whether a text is one of a few words, by its key.
fn is_choice(key: &str, text: &str) -> bool {
    let key = key.to_lowercase();
    CHOICES.iter().any(|choice| key.ends_with(choice))
        && text.len() <= 40
        && text.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_')
}

/// Whether a text is a date, or a number that is a time by its key and size.
fn is_time(key: &str, text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_date = text.len() >= 10
        && digits >= 8
        && text.starts_with(['1', '2'])
        && text.bytes().enumerate().all(|(at, b)| match b {
            b'-' => at == 4 || at == 7 || at > 18,
            b'0'..=b'9' | b':' | b' ' | b'T' | b'Z' | b'+' | b'.' => at != 4 && at != 7,
            _ => false,
        });
    let key = key.to_snake_case();
    let is_of_time = || key.split('_').any(|word| TIMES.contains(&word));
    let is_recent = |value: f64| [1e9, 1e12, 1e15].iter().any(|from| (*from..4.2 * from).contains(&value));
    let is_day = || text.len() == 8 && digits == 8 && text.starts_with(['1', '2']);
    is_date || (is_of_time() && (is_day() || text.parse().is_ok_and(is_recent)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::mask;

    fn masked(value: &Value) -> Value {
        let keep = ["im.chat.updated_v1", "p2p", "user", "1001001"].map(str::to_owned);
        let masked = mask(&value.to_string(), &keep.into()).unwrap();
        serde_json::from_str(&masked).unwrap()
    }

    /// The mask of a text under a key that says nothing.
    fn of(text: &str) -> String {
        masked(&json!({ "x": text }))["x"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn keeps(value: Value) {
        assert_eq!(masked(&value), value);
    }

    /// `0` for digits, `a` and `A` for letters, `文` for others, and all else as it is.
    fn shape(text: &str) -> String {
        let one = |c: char| match c {
            '0'..='9' => '0',
            'a'..='z' => 'a',
            'A'..='Z' => 'A',
            c if c.is_alphabetic() => '文',
            c => c,
        };
        text.chars().map(one).collect()
    }

    #[test]
    fn secrets_and_names_become_others_of_the_same_shape() {
        for text in [
            "rvaYgkND1GOiu5MM0E1rncYC6PLtF7JV",
            "2ca1d211f64f6438",
            "zhangsan@gmail.com",
            "+8613800138000",
            "张三",
            "San Zhang",
            "Meet me at 17:30, room 401!",
            "bbb381b6-f01d-4e21-9d2d-58daac58daac",
        ] {
            let masked = of(text);
            assert_eq!(shape(&masked), shape(text), "{masked}");
            for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2) {
                assert!(!masked.contains(word), "{word} in {masked}");
            }
        }
    }

    #[test]
    fn real_payloads_say_nothing_of_anybody() {
        let user = include_str!("../../schemas/lark/contact/examples/contact.user.created_v3.json");
        let message = include_str!("../../schemas/dingtalk/bot/examples/bot_message.stream.json");
        let of_user = [
            "rvaYgkND",
            "2ca1d211",
            "7dab8a3d",
            "e33ggbyz",
            "张三",
            "Zhang",
            "zhangsan",
            "12345678910",
            "杭州",
        ];
        let of_message = ["452523285939877041", "c610ee93", "小钉", "统一应用", "你好", "dabddc", "cidjMOsz"];
        for (payload, secrets) in [(user, &of_user[..]), (message, &of_message[..])] {
            let masked = mask(payload, &BTreeSet::new()).unwrap();
            for secret in secrets {
                assert!(payload.contains(secret), "{secret} is not in the payload");
                assert!(!masked.contains(secret), "{secret} in {masked}");
            }
            assert_eq!(masked.lines().count(), payload.lines().count(), "{masked}");
        }
    }

    #[test]
    fn prefixes_say_which_kind_an_id_is() {
        for (id, prefix) in [
            ("ou_84aad35d084aa403a838cf73ee18467", "ou_"),
            ("oc_5ce6d572455d361153b7xx51da133945", "oc_"),
            ("om_5ce6d572455d361153b7cb51da133945", "om_"),
            ("on_8ed6aa67826108097d9ee143816345", "on_"),
            ("cli_9f5343c580712544", "cli_"),
            ("od-4e6ac4d14bcd5071a37a39de902c7141", "od-"),
            ("ding9f50b15bccd16741", "ding"),
        ] {
            let masked = of(id);
            assert!(masked.starts_with(prefix) && masked.len() == id.len(), "{masked}");
            assert_ne!(masked, id);
        }
        let hook = of("https://oapi.dingtalk.com/robot/sendBySession?session=5c3a");
        assert!(hook.starts_with("https://") && !hook.contains("5c3a"), "{hook}");
    }

    #[test]
    fn the_same_stays_the_same_and_others_stay_others() {
        let all = masked(&json!({
            "sender": "ou_1111aaaa", "other": "ou_2222bbbb", "again": ["ou_1111aaaa"],
            "text": "<at user_id=\"ou_1111aaaa\">Tom</at>", "name": "Tom",
            "mobile": 13_800_138_000_u64, "mobile_text": "13800138000",
        }));
        assert_eq!(all["sender"], all["again"][0]);
        assert_ne!(all["sender"], all["other"]);
        let text = all["text"].as_str().unwrap();
        assert!(text.contains(all["sender"].as_str().unwrap()), "{text}");
        assert!(text.contains(all["name"].as_str().unwrap()), "{text}");
        assert_eq!(all["mobile"].to_string(), all["mobile_text"].as_str().unwrap());
        let many: BTreeSet<String> = (0..40).map(|n| format!("{n:04}")).collect();
        let masks = masked(&json!(many));
        let masks: BTreeSet<&str> = masks.as_array().unwrap().iter().map(|of| of.as_str().unwrap()).collect();
        assert_eq!(masks.len(), many.len());
    }

    #[test]
    fn what_the_schemas_list_and_times_stay() {
        keeps(
            json!({ "event_type": "im.chat.updated_v1", "chat": "p2p", "kinds": ["user"], "code": 1_001_001 }),
        );
        keeps(
            json!({ "create_time": "1608725989000", "ts": "1502199207.7171419", "eventBornTime": 1_683_533_823_336_i64 }),
        );
        keeps(
            json!({ "day": "2024-05-01", "from": "2024-05-01 08:00:00", "to": "2024-05-01T08:00:00+08:00" }),
        );
        keeps(
            json!({ "deviceStatus": "online", "msgtype": "richText", "schema": "2.0", "ok": true, "none": null }),
        );
        keeps(json!({ "x": "", "y": "1", "z": 7, "size": 2048, "share": 0.25 }));
        keeps(json!({ "key": "@_user_1", "x": "@_all" }));
    }

    #[test]
    fn numbers_that_are_ids_or_places_keep_their_digits_count() {
        let all = masked(
            &json!({ "agentId": 237_910_101, "deptid": 4711, "labelIdList": [1881], "latitude": 30.285_230_848, "big": u64::MAX }),
        );
        assert_eq!(all["agentId"].to_string().len(), 9);
        assert_ne!(all["agentId"], 237_910_101);
        assert_eq!(all["deptid"].to_string().len(), 4);
        assert_ne!((&all["deptid"], &all["labelIdList"][0]), (&json!(4711), &json!(1881)));
        assert!(all["latitude"].to_string().starts_with("30.") && all["latitude"] != 30.285_230_848);
        assert_ne!(all["big"], u64::MAX);
    }

    #[test]
    fn json_inside_a_text_is_masked_inside() {
        let text = of(r#"{"text": "Hi Tom", "create_time": "1608725989000"}"#);
        let inner: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(inner["create_time"], "1608725989000");
        assert_eq!(shape(inner["text"].as_str().unwrap()), "Aa Aaa");
        assert_ne!(inner["text"], "Hi Tom");
    }

    #[test]
    fn keys_that_name_somebody_are_masked_and_their_order_stays() {
        let json = r#"{ "zebra": 1, "ou_84aad35d": { "a1": 2 }, "王": 3, "avatar_72": 4 }"#;
        let text = mask(json, &BTreeSet::new()).unwrap();
        let keys: Vec<&str> = text.split('"').skip(1).step_by(2).collect();
        assert_eq!((keys[0], keys[2], keys[4]), ("zebra", "a1", "avatar_72"));
        assert!(keys[1].starts_with("ou_") && keys[1] != "ou_84aad35d", "{text}");
        assert!(!text.contains('王'), "{text}");
    }

    #[test]
    fn what_is_no_json_is_an_error() {
        assert!(mask("{\"a\":", &BTreeSet::new()).is_err());
    }
}
