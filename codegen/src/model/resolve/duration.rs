//! Durations such as `3s`.

/// The seconds of a duration.
///
/// # Errors
///
/// What is wrong with it, and what to write.
pub(super) fn seconds(text: &str) -> Result<u64, (String, String)> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let (number, unit) = (digits.parse::<u64>().ok(), &text[digits.len()..]);
    let scale = match unit {
        "s" => Some(1),
        "m" => Some(60),
        _ => None,
    };
    match (number, scale) {
        (Some(0), _) => Err((format!("`{text}` is no time at all"), "write at least `1s`".to_owned())),
        (Some(number), Some(scale)) => number
            .checked_mul(scale)
            .ok_or_else(|| (format!("`{text}` is too long"), "write fewer minutes".to_owned())),
        (Some(number), None) if unit == "ms" => Err((
            format!("`{text}` is finer than a second"),
            format!("write whole seconds: `{}s`", number.div_ceil(1000)),
        )),
        (Some(number), None) if unit.is_empty() => Err((
            format!("`{text}` has no unit"),
            format!("write `{number}s` for seconds or `{number}m` for minutes"),
        )),
        _ => Err((
            format!("`{text}` is no duration"),
            "write whole seconds or minutes, such as `3s`".to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn reads_seconds_and_minutes() {
        assert_eq!(seconds("3s"), Ok(3));
        assert_eq!(seconds("2m"), Ok(120));
    }

    #[test]
    fn says_what_to_write_instead() {
        let help = |text| seconds(text).expect_err(text).1;
        assert_eq!(help("500ms"), "write whole seconds: `1s`");
        assert_eq!(help("3"), "write `3s` for seconds or `3m` for minutes");
        assert_eq!(help("0s"), "write at least `1s`");
        assert_eq!(help("99999999999999999999s"), "write whole seconds or minutes, such as `3s`");
        assert_eq!(help("soon"), "write whole seconds or minutes, such as `3s`");
        assert_eq!(help("9999999999999999999m"), "write fewer minutes");
    }
}
