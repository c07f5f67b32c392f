//! What stands in a cell: kinds of app, permissions, and what a description says about values. The words themselves are not kept.

/// What a description states.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// All values that it lists.
    pub(crate) values: Vec<String>,
    /// Least and greatest length, as written: of a text, or of a list.
    pub(crate) length: (Option<String>, Option<String>),
    /// Least and greatest number, as written.
    pub(crate) range: (Option<String>, Option<String>),
    /// Whether the length counts characters.
    pub(crate) characters: bool,
    /// Permissions of which any one makes the platform fill the field.
    pub(crate) scopes: Vec<String>,
    /// The unit of a time.
    pub(crate) unit: Option<Unit>,
    /// Whether it says that it is a point in time.
    pub(crate) timestamp: bool,
}

/// The unit of a time since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Seconds.
    S,
    /// Milliseconds.
    Ms,
    /// Microseconds.
    Us,
}

/// What a label announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Values,
    Rules,
    Scopes,
}

/// Labels in Chinese and English, in lower case; the longer of two comes first.
const LABELS: &[(&str, Section)] = &[
    ("可选值", Section::Values),
    ("可能值", Section::Values),
    ("枚举值有", Section::Values),
    ("optional values", Section::Values),
    ("possible values", Section::Values),
    ("数据校验规则", Section::Rules),
    ("data validation rules", Section::Rules),
    ("字段权限要求", Section::Scopes),
    ("required field scopes", Section::Scopes),
];

impl Facts {
    /// Reads a description.
    pub(super) fn of(text: &str) -> Facts {
        let lower = text.to_ascii_lowercase();
        let mut starts: Vec<(usize, usize, Section)> = Vec::new();
        for (label, section) in LABELS {
            starts.extend(lower.match_indices(label).map(|(at, _)| (at, at + label.len(), *section)));
        }
        starts.sort_by_key(|(at, ..)| *at);
        let mut facts = Facts::default();
        let prose = &lower[..starts.first().map_or(lower.len(), |(at, ..)| *at)];
        facts.timestamp = ["时间戳", "timestamp", "unix"].iter().any(|word| prose.contains(word));
        facts.unit = unit(prose);
        for (index, (_, from, section)) in starts.iter().enumerate() {
            let to = starts.get(index + 1).map_or(text.len(), |(at, ..)| *at);
            facts.take(*section, section_text(&text[*from..to]));
        }
        facts
    }

    fn take(&mut self, section: Section, text: &str) {
        match section {
            Section::Values if self.values.is_empty() => self.values = values(text),
            Section::Values => {}
            Section::Scopes => self.scopes.extend(scopes(text)),
            Section::Rules => {
                self.characters |= text.contains("字符") || text.to_ascii_lowercase().contains("character");
                for line in text.split(['\n', '-']) {
                    self.rule(&line.to_ascii_lowercase());
                }
            }
        }
    }

    /// A rule of a line: what it bounds, and by what.
    fn rule(&mut self, line: &str) {
        let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
        let numbers = numbers(line);
        let both = || (numbers.first().cloned(), numbers.get(1).cloned());
        if has(&["长度范围", "length range"]) {
            self.length = both();
        } else if has(&["取值范围", "value range"]) {
            self.range = both();
        } else if has(&["最小长度", "minimum length"]) {
            self.length.0 = both().0;
        } else if has(&["最大长度", "maximum length"]) {
            self.length.1 = both().0;
        } else if has(&["最小值", "minimum value"]) {
            self.range.0 = both().0;
        } else if has(&["最大值", "maximum value"]) {
            self.range.1 = both().0;
        }
    }
}

/// What belongs to a label: without the rest of the label, up to the next words in bold.
fn section_text(text: &str) -> &str {
    // The label may go on, as in `可选值有` or `Optional values are`, and end with a colon or bold.
    let head = text.char_indices().find(|(_, c)| matches!(c, '\n' | '-' | '`'));
    let rest = text.get(head.map_or(0, |(at, _)| at)..).unwrap_or_default();
    rest.split("**").next().unwrap_or_default()
}

/// Values as items of a list: in code; where none is, plain words before a colon.
fn values(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let in_code = text.contains("- `");
    let mut rest = text;
    while let Some(at) = rest.find("- ") {
        let begins = rest[..at].chars().next_back().is_none_or(char::is_whitespace);
        rest = &rest[at + 2..];
        let item = rest.trim_start();
        let value = match item.strip_prefix('`') {
            Some(code) => code.split_once('`').map(|(value, _)| value),
            None if in_code => None,
            None => {
                let word = item.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.'));
                let (word, after) = item.split_at(word.unwrap_or(item.len()));
                let after = after.trim_start();
                let ends = after.is_empty() || after.starts_with([':', '：', '(', '（', '-']);
                (ends && !word.is_empty()).then_some(word)
            }
        };
        let value = value.map(|value| value.replace('\\', "").trim().to_owned());
        if let Some(value) = value.filter(|value| begins && !value.is_empty() && !found.contains(value)) {
            found.push(value);
        }
    }
    found
}

/// Permissions: words with a colon inside, whether as code, in parentheses or plain.
pub(super) fn scopes(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, ':' | '.' | '_' | '-')) {
        let scope = word.trim_matches(['.', '-']);
        let named = scope.split(':').all(|part| part.starts_with(|c: char| c.is_ascii_lowercase()));
        if named && scope.contains(':') && !found.iter().any(|known| known == scope) {
            found.push(scope.to_owned());
        }
    }
    found
}

/// Kinds of app, as Lark's schemas name them.
pub(super) fn apps(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase();
    let kinds = [("custom", ["custom", "自建"]), ("isv", ["isv", "商店"])];
    let store = text.contains("store");
    let named = kinds
        .iter()
        .filter(|(kind, words)| words.iter().any(|word| text.contains(word)) || (*kind == "isv" && store));
    named.map(|(kind, _)| *kind).collect()
}

/// Numbers as they are written; `～` and the like stand between them.
fn numbers(line: &str) -> Vec<String> {
    let words = line.split(|c: char| !c.is_ascii_digit() && !matches!(c, '.'));
    words.map(|word| word.trim_matches('.')).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn unit(prose: &str) -> Option<Unit> {
    let has = |words: &[&str]| words.iter().any(|word| prose.contains(word));
    if has(&["微秒", "microsecond"]) {
        Some(Unit::Us)
    } else if has(&["毫秒", "millisecond", "in ms", "(ms)"]) {
        Some(Unit::Ms)
    } else if has(&["秒", "second"]) {
        Some(Unit::S)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Facts, Unit, apps, scopes};

    #[test]
    fn values_are_items_in_code_or_before_a_colon() {
        let values = |text: &str| Facts::of(text).values;
        assert_eq!(values("Kind.\n**Optional values are**：\n- `a`: One - `b`: Two\n"), ["a", "b"]);
        assert_eq!(
            values("x\n**可选值有**：\n- `1`: 甲 - `10`: 乙\n**数据校验规则**：\n- 长度范围：`1` ～ `9`"),
            ["1", "10"]
        );
        assert_eq!(values("x。可能值有： - OPEN：开 - SHUT：关\n**说明**：只有 - `no`"), ["OPEN", "SHUT"]);
        assert_eq!(values("**Possible values are**: - `By a user.`: - said - once"), ["By a user."]);
        assert_eq!(values("One of - `a`, - `b`"), [""; 0], "nothing announces them");
    }

    #[test]
    fn limits_are_those_of_the_rules() {
        let facts = Facts::of(
            "x\n**数据校验规则**：\n- 长度范围：`22` ～ `27` 字符\n**字段权限要求**： `a:b` 某 `c:d.e:readonly` 某",
        );
        assert_eq!(facts.length, (Some("22".to_owned()), Some("27".to_owned())));
        assert!(facts.characters);
        assert_eq!(facts.scopes, ["a:b", "c:d.e:readonly"]);
        let facts = Facts::of("x **Data validation rules**: - Value range: `0` ～ `1.5`");
        assert_eq!(facts.range, (Some("0".to_owned()), Some("1.5".to_owned())));
        let facts = Facts::of("x\n**数据校验规则**：\n- 最大长度：`64` 字符");
        assert_eq!(facts.length, (None, Some("64".to_owned())));
    }

    #[test]
    fn permissions_are_found_in_every_form() {
        assert_eq!(scopes("`im:message` 某 `im:message:readonly` 某"), ["im:message", "im:message:readonly"]);
        assert_eq!(scopes("某(im:chat)\n某(im:chat:read)"), ["im:chat", "im:chat:read"]);
        assert_eq!(scopes("无"), [""; 0]);
        assert_eq!(scopes("see https://open.feishu.cn/x"), [""; 0]);
    }

    #[test]
    fn kinds_of_app_are_found_in_both_languages() {
        assert_eq!(apps("custom,isv"), ["custom", "isv"]);
        assert_eq!(apps("Custom App、Store App"), ["custom", "isv"]);
        assert_eq!(apps("仅自建应用"), ["custom"]);
        assert_eq!(apps("商店应用"), ["isv"]);
    }

    #[test]
    fn units_are_found_in_both_languages() {
        assert_eq!(Facts::of("时间戳（单位：毫秒）").unit, Some(Unit::Ms));
        assert_eq!(Facts::of("Unix timestamp, in seconds").unit, Some(Unit::S));
        assert!(!Facts::of("时长，单位：秒").timestamp);
    }
}
