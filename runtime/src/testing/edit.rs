//! Changes to JSON that leave alone what they do not name.

use serde_json::{Map, Value};

use super::PayloadError;

/// Changes what a path leads to; what is missing on the way is made. A step through a text leads into the JSON in it.
pub(super) fn edit(json: &str, path: &str, change: impl FnOnce(&mut Value)) -> Result<String, PayloadError> {
    let mut whole: Value = serde_json::from_str(json)?;
    let steps: Vec<&str> = path.split('.').filter(|step| !step.is_empty()).collect();
    at(&mut whole, &steps, 0, change)?;
    Ok(whole.to_string())
}

fn at(
    value: &mut Value,
    steps: &[&str],
    taken: usize,
    change: impl FnOnce(&mut Value),
) -> Result<(), PayloadError> {
    // A body in a text is changed within it, also as a whole.
    if let Value::String(text) = value
        && let Ok(mut inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text)
    {
        at(&mut inner, steps, taken, change)?;
        *value = match inner {
            Value::Object(_) | Value::Array(_) => Value::String(inner.to_string()),
            other => other,
        };
        return Ok(());
    }
    let Some(step) = steps.get(taken) else {
        change(value);
        return Ok(());
    };
    if value.is_null() {
        *value = Value::Object(Map::new());
    }
    let found = kind(value);
    let next = match value {
        Value::Object(fields) => Some(fields.entry(*step).or_insert(Value::Null)),
        Value::Array(items) => step.parse::<usize>().ok().and_then(|index| items.get_mut(index)),
        _ => None,
    };
    match next {
        Some(next) => at(next, steps, taken + 1, change),
        None => Err(PayloadError::Path {
            path: steps.join("."),
            at: steps[..taken].join("."),
            found,
            step: (*step).to_owned(),
        }),
    }
}

/// Puts `after` in the place of `value`, where it differs from `before`: what a type does not know, and spellings that
/// it reads but does not write, stay.
pub(super) fn replace_changed(value: &mut Value, before: &Value, after: Value) {
    match (value, before, after) {
        (Value::Object(fields), Value::Object(before), Value::Object(after)) => {
            fields.retain(|key, _| after.contains_key(key) || !before.contains_key(key));
            for (key, after) in after {
                match (fields.get_mut(&key), before.get(&key)) {
                    (Some(value), Some(before)) => replace_changed(value, before, after),
                    _ => drop(fields.insert(key, after)),
                }
            }
        }
        (value, before, after) if *before != after => *value = after,
        _ => {}
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list without that place",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn set(json: &Value, path: &str, to: Value) -> Result<Value, String> {
        let edited = edit(&json.to_string(), path, |place| *place = to).map_err(|error| error.to_string())?;
        Ok(serde_json::from_str(&edited).unwrap())
    }

    #[test]
    fn a_path_leads_through_objects_lists_and_json_in_texts() {
        let json = json!({ "rows": [{ "data": r#"{"id":"e-1","n":1}"# }] });
        let edited = set(&json, "rows.0.data.id", "e-2".into()).unwrap();
        assert_eq!(edited, json!({ "rows": [{ "data": r#"{"id":"e-2","n":1}"# }] }));
    }

    #[test]
    fn what_is_missing_on_the_way_is_made() {
        assert_eq!(set(&json!({}), "a.b", 1.into()).unwrap(), json!({ "a": { "b": 1 } }));
    }

    #[test]
    fn a_path_through_a_value_without_parts_says_where_it_ends() {
        let error = set(&json!({ "a": { "b": 1 } }), "a.b.c", 1.into()).unwrap_err();
        assert_eq!(
            error,
            "`a.b.c`: `a.b` is a number, and has no `c`; give the path of an object, a list or JSON in a text"
        );
        let error = set(&json!({ "a": [] }), "a.0", 1.into()).unwrap_err();
        assert!(error.contains("`a` is a list without that place, and has no `0`"), "{error}");
    }

    #[test]
    fn only_what_changed_is_replaced() {
        let mut value = json!({ "known": "7", "odd": "01", "unknown": true, "gone": 1 });
        let before = json!({ "known": 7, "odd": 1, "gone": 1 });
        replace_changed(&mut value, &before, json!({ "known": 8, "odd": 1, "new": 2 }));
        assert_eq!(value, json!({ "known": 8, "odd": "01", "unknown": true, "new": 2 }));
    }
}
