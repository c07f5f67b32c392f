//! Times as the platforms write them.
//!
//! Each type keeps the form it came in, so that nothing is lost when it is written again, and converts on request:
//! `to_system_time()`, and with the features of the same names `to_jiff()`, `to_chrono()` and `to_time()`. Forms
//! without an offset ask for one.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use workplace_events_runtime::time::{LocalDateTime, UnixAuto, UnixMillis};
//!
//! let millis = UnixMillis(1_608_725_989_000);
//! let seconds = UnixAuto(1_608_725_989);
//! assert_eq!(millis.to_system_time(), seconds.to_system_time());
//!
//! // Local forms: the offset from UTC in seconds.
//! let local = LocalDateTime::from("2020-12-23 20:19:49");
//! assert_eq!(local.to_system_time(8 * 3600), millis.to_system_time());
//! # assert_eq!(millis.to_system_time(), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_608_725_989)));
//! ```

use std::time::{Duration, SystemTime};

use crate::table::TimeFormat;

/// A conversion for every time type: from nanoseconds since 1970.
macro_rules! conversions {
    ($(#[$offset_doc:meta])* $($offset:ident: $offset_type:ty)?) => {
        /// The point in time; `None` where the text is no time or out of range.
        #[must_use]
        pub fn to_system_time(&self $(, $offset: $offset_type)?) -> Option<SystemTime> {
            system_time(self.nanos($($offset)?)?)
        }

        /// As a `jiff` timestamp.
        #[cfg(feature = "jiff")]
        #[must_use]
        pub fn to_jiff(&self $(, $offset: $offset_type)?) -> Option<::jiff::Timestamp> {
            ::jiff::Timestamp::try_from(self.to_system_time($($offset)?)?).ok()
        }

        /// As a `chrono` time in UTC.
        #[cfg(feature = "chrono")]
        #[must_use]
        pub fn to_chrono(&self $(, $offset: $offset_type)?) -> Option<::chrono::DateTime<::chrono::Utc>> {
            let nanos = self.nanos($($offset)?)?;
            let seconds = i64::try_from(nanos.div_euclid(SECOND)).ok()?;
            ::chrono::DateTime::from_timestamp(seconds, u32::try_from(nanos.rem_euclid(SECOND)).ok()?)
        }

        /// As a `time` date and time in UTC.
        #[cfg(feature = "time")]
        #[must_use]
        pub fn to_time(&self $(, $offset: $offset_type)?) -> Option<::time::OffsetDateTime> {
            ::time::OffsetDateTime::from_unix_timestamp_nanos(self.nanos($($offset)?)?).ok()
        }
    };
}

macro_rules! numeric {
    ($($(#[$doc:meta])* $name:ident = $nanos:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub i64);

        impl $name {
            fn nanos(&self) -> Option<i128> {
                let nanos: fn(i64) -> i128 = $nanos;
                Some(nanos(self.0))
            }

            conversions!();
        }

        crate::int_value!($name);
    )*};
}

macro_rules! textual {
    ($($(#[$doc:meta])* $name:ident $(($offset:ident: $offset_type:ty))? = $nanos:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(String);

        impl $name {
            fn nanos(&self $(, $offset: $offset_type)?) -> Option<i128> {
                let nanos: fn(&str) -> Option<i128> = $nanos;
                nanos(&self.0) $(.map(|nanos| nanos - i128::from($offset) * SECOND))?
            }

            conversions!($($offset: $offset_type)?);
        }

        crate::text_value!($name);
    )*};
}

const SECOND: i128 = 1_000_000_000;

numeric! {
    /// Seconds since 1970.
    UnixSeconds = |s| i128::from(s) * SECOND;
    /// Milliseconds since 1970.
    UnixMillis = |ms| i128::from(ms) * 1_000_000;
    /// Microseconds since 1970.
    UnixMicros = |us| i128::from(us) * 1_000;
    /// Seconds, milliseconds or microseconds since 1970: up to 11, 14 or more digits.
    UnixAuto = |n| i128::from(n) * match n.unsigned_abs() {
        0..=99_999_999_999 => SECOND,
        100_000_000_000..=99_999_999_999_999 => 1_000_000,
        _ => 1_000,
    };
}

textual! {
    /// Seconds since 1970 with a fraction, such as `1502199207.7171419`; all digits are kept.
    FractionalSeconds = fractional;
    /// A time with an offset, such as `2024-05-01T08:00:00+08:00`.
    Rfc3339 = rfc3339;
    /// A local time such as `2024-05-01 08:00:00`; the offset from UTC is in seconds.
    LocalDateTime(offset: i32) = |text| local(text, 19);
    /// A local time such as `2024-05-01 08:00`; the offset from UTC is in seconds.
    LocalMinute(offset: i32) = |text| local(text, 16);
    /// A day such as `2024-05-01`, at its start; the offset from UTC is in seconds.
    LocalDate(offset: i32) = |text| local(text, 10);
    /// A day such as `20240501`, at its start; the offset from UTC is in seconds.
    CompactDate(offset: i32) = compact;
}

fn system_time(nanos: i128) -> Option<SystemTime> {
    let distance = nanos.unsigned_abs();
    let second = SECOND.unsigned_abs();
    let distance =
        Duration::new(u64::try_from(distance / second).ok()?, u32::try_from(distance % second).ok()?);
    if nanos < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    }
}

/// Whether a text has a format.
pub(crate) fn fits(format: TimeFormat, text: &str) -> bool {
    match format {
        TimeFormat::Rfc3339 => rfc3339(text).is_some(),
        TimeFormat::Datetime => local(text, 19).is_some(),
        TimeFormat::DatetimeMinute => local(text, 16).is_some(),
        TimeFormat::Date => local(text, 10).is_some(),
        TimeFormat::CompactDate => compact(text).is_some(),
        TimeFormat::FractionalS => fractional(text).is_some(),
        TimeFormat::UnixS | TimeFormat::UnixMs | TimeFormat::UnixUs | TimeFormat::UnixAuto => {
            text.parse::<i64>().is_ok()
        }
    }
}

fn digits(text: &str) -> Option<i128> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Nanoseconds of the digits behind a point.
fn fraction(text: &str) -> Option<i128> {
    digits(text)?;
    format!("{:0<9}", text.get(..text.len().min(9))?).parse().ok()
}

fn fractional(text: &str) -> Option<i128> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (seconds, nanos) = match text.split_once('.') {
        Some((seconds, rest)) => (seconds, fraction(rest)?),
        None => (text, 0),
    };
    if seconds.len() > 18 {
        return None;
    }
    Some(sign * (digits(seconds)? * SECOND + nanos))
}

/// `2024-05-01 08:00:00` or the first 16 or 10 characters of it.
fn local(text: &str, length: usize) -> Option<i128> {
    if text.len() != length || !text.is_ascii() {
        return None;
    }
    let part = |from: usize, to: usize| digits(text.get(from..to)?);
    let separators = [(4, b'-'), (7, b'-'), (10, b' '), (13, b':'), (16, b':')];
    if separators.iter().any(|(at, byte)| text.as_bytes().get(*at).is_some_and(|found| found != byte)) {
        return None;
    }
    let hour = if length > 10 { part(11, 13)? } else { 0 };
    let minute = if length > 10 { part(14, 16)? } else { 0 };
    let second = if length > 16 { part(17, 19)? } else { 0 };
    civil(part(0, 4)?, part(5, 7)?, part(8, 10)?, hour, minute, second)
}

fn compact(text: &str) -> Option<i128> {
    if text.len() != 8 || !text.is_ascii() {
        return None;
    }
    civil(digits(&text[..4])?, digits(&text[4..6])?, digits(&text[6..])?, 0, 0, 0)
}

fn rfc3339(text: &str) -> Option<i128> {
    let (moment, rest) = text.is_ascii().then(|| text.split_at_checked(19))??;
    if !matches!(moment.as_bytes().get(10), Some(b'T' | b't' | b' ')) {
        return None;
    }
    let start = local(&format!("{} {}", &moment[..10], &moment[11..]), 19)?;
    let (nanos, offset) = match rest.strip_prefix('.') {
        Some(rest) => {
            let end = rest.find(|c: char| !c.is_ascii_digit())?;
            (fraction(&rest[..end])?, &rest[end..])
        }
        None => (0, rest),
    };
    let seconds = match offset.as_bytes() {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let seconds = digits(&offset[1..3])? * 3600 + digits(&offset[4..6])? * 60;
            if *sign == b'-' { -seconds } else { seconds }
        }
        _ => return None,
    };
    Some(start + nanos - seconds * SECOND)
}

/// Nanoseconds since 1970 of a moment in the Gregorian calendar.
fn civil(year: i128, month: i128, day: i128, hour: i128, minute: i128, second: i128) -> Option<i128> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=days).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Years that begin in March put the leap day last.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days =
        365 * y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (153 * m + 2) / 5 + day - 719_469;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(time: Option<SystemTime>) -> Option<u64> {
        time?.duration_since(SystemTime::UNIX_EPOCH).ok().map(|d| d.as_secs())
    }

    #[test]
    fn every_form_of_one_moment_is_that_moment() {
        const MOMENT: u64 = 1_608_725_989;
        assert_eq!(seconds(UnixSeconds(1_608_725_989).to_system_time()), Some(MOMENT));
        assert_eq!(seconds(UnixMillis(1_608_725_989_000).to_system_time()), Some(MOMENT));
        assert_eq!(seconds(UnixMicros(1_608_725_989_000_000).to_system_time()), Some(MOMENT));
        for auto in [1_608_725_989, 1_608_725_989_000, 1_608_725_989_000_000] {
            assert_eq!(seconds(UnixAuto(auto).to_system_time()), Some(MOMENT), "{auto}");
        }
        for text in ["2020-12-23T12:19:49Z", "2020-12-23T20:19:49+08:00", "2020-12-23T07:19:49.250-05:00"] {
            assert_eq!(seconds(Rfc3339::from(text).to_system_time()), Some(MOMENT), "{text}");
        }
        assert_eq!(seconds(FractionalSeconds::from("1608725989.7171419").to_system_time()), Some(MOMENT));
        assert_eq!(seconds(LocalDateTime::from("2020-12-23 20:19:49").to_system_time(28_800)), Some(MOMENT));
        assert_eq!(seconds(LocalMinute::from("2020-12-23 20:19").to_system_time(28_800)), Some(MOMENT - 49));
        assert_eq!(seconds(LocalDate::from("2020-12-23").to_system_time(0)), Some(1_608_681_600));
        assert_eq!(seconds(CompactDate::from("20201223").to_system_time(0)), Some(1_608_681_600));
    }

    #[test]
    fn what_is_no_time_is_none_and_never_a_panic() {
        for text in [
            "",
            "x",
            "2020-13-01",
            "2020-02-30",
            "20201301x",
            "2020-12-23T20:19:49",
            "２０２０-１２-２３",
            "1.",
            "-",
            ".",
            "99999999999999999999.1",
        ] {
            assert_eq!(Rfc3339::from(text).to_system_time(), None, "{text}");
            assert_eq!(LocalDate::from(text).to_system_time(0), None, "{text}");
            assert_eq!(CompactDate::from(text).to_system_time(0), None, "{text}");
            assert_eq!(FractionalSeconds::from(text).to_system_time(), None, "{text}");
        }
        for extreme in [i64::MIN, i64::MAX] {
            let _ = UnixSeconds(extreme).to_system_time();
            let _ = UnixAuto(extreme).to_system_time();
        }
    }

    #[test]
    fn days_before_1970_and_leap_days_count_right() {
        assert_eq!(civil(1969, 12, 31, 23, 59, 59), Some(-SECOND));
        assert_eq!(civil(2000, 2, 29, 0, 0, 0), Some(951_782_400 * SECOND));
        assert_eq!(civil(1900, 2, 29, 0, 0, 0), None);
    }
}
