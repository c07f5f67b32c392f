//! How the platform wants to be connected to.

use std::{sync::Mutex, time::Duration};

use super::PoisonError;

/// Seconds, and a number of attempts, as the platform last said, within limits that keep a connection alive whatever it
/// says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Config {
    /// How many attempts in a row may fail; `None` for any number.
    attempts: Option<u32>,
    /// The longest wait between attempts.
    interval: Duration,
    /// The longest wait before the first, by chance.
    nonce: Duration,
    /// How often a ping is due.
    ping: Duration,
}

impl Default for Config {
    /// Those of the official SDKs, but that nobody waits long before the platform has ever said so.
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Config { attempts: None, interval: seconds(120), nonce: seconds(1), ping: seconds(120) }
    }
}

impl Config {
    /// Takes over what is there and makes sense, field by field.
    pub(super) fn merge(&mut self, json: &serde_json::Value) {
        let seconds = |key: &str, least: u64, most: u64| {
            let said = json.get(key)?.as_i64()?;
            let said = u64::try_from(said).ok().filter(|said| *said > 0 || least == 0)?;
            Some(Duration::from_secs(said.clamp(least, most)))
        };
        self.interval = seconds("ReconnectInterval", 1, 600).unwrap_or(self.interval);
        self.nonce = seconds("ReconnectNonce", 0, 300).unwrap_or(self.nonce);
        self.ping = seconds("PingInterval", 1, 600).unwrap_or(self.ping);
        if let Some(count) = json.get("ReconnectCount").and_then(serde_json::Value::as_i64) {
            self.attempts = u32::try_from(count).ok();
        }
    }

    pub(super) fn ping(&self) -> Duration {
        self.ping
    }

    /// Nothing before attempt 0, which the platform asked for; then a time by chance, as it wants; then one that doubles
    /// up to its interval.
    pub(super) fn delay(&self, attempt: u32, jitter: fn(Duration) -> Duration) -> Option<Duration> {
        if self.attempts.is_some_and(|most| attempt > most.max(1)) {
            return None;
        }
        Some(match attempt {
            0 => Duration::ZERO,
            1 => jitter(self.nonce),
            more => {
                let doubled = Duration::from_secs(1 << (more - 2).min(10)).min(self.interval);
                doubled + jitter(doubled / 2)
            }
        })
    }
}

/// Uses a shared configuration.
pub(super) fn with<R>(config: &Mutex<Config>, of: impl FnOnce(&mut Config) -> R) -> R {
    of(&mut config.lock().unwrap_or_else(PoisonError::into_inner))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn merged(json: serde_json::Value) -> Config {
        let mut config = Config::default();
        config.merge(&json);
        config
    }

    #[test]
    fn what_makes_no_sense_is_left_as_it_was() {
        let before = Config::default();
        for said in [
            json!({}),
            json!(null),
            json!({ "PingInterval": 0, "ReconnectInterval": -5 }),
            json!({ "PingInterval": "90" }),
        ] {
            assert_eq!(merged(said), before);
        }
        let clamped =
            merged(json!({ "PingInterval": 1_000_000, "ReconnectNonce": 0, "ReconnectInterval": 90 }));
        assert_eq!(
            clamped,
            Config {
                ping: Duration::from_secs(600),
                nonce: Duration::ZERO,
                interval: Duration::from_secs(90),
                ..before
            }
        );
    }

    #[test]
    fn attempts_are_counted_where_the_platform_says_how_many() {
        let delay =
            |count: i64, attempt| merged(json!({ "ReconnectCount": count })).delay(attempt, |most| most);
        assert_eq!(delay(-1, 1_000_000), Some(Duration::from_secs(180)));
        assert_eq!(delay(3, 3), Some(Duration::from_secs(3)));
        assert_eq!(delay(3, 4), None);
    }

    #[test]
    fn waits_double_up_to_the_interval_of_the_platform() {
        let config = merged(json!({ "ReconnectInterval": 5, "ReconnectNonce": 2 }));
        let waits: Vec<_> = (0..7)
            .map(|attempt| config.delay(attempt, |_| Duration::ZERO).unwrap_or_default().as_secs())
            .collect();
        assert_eq!(waits, [0, 0, 1, 2, 4, 5, 5]);
        assert_eq!(config.delay(1, |most| most), Some(Duration::from_secs(2)));
    }
}
