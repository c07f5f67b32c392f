//! `Cargo.toml`.

use std::fmt::Write as _;

use super::domain;
use crate::{
    emit::{Context, Home, OutFile, prose},
    model::{Platform, PlatformId},
    output::HEADER,
};

/// A feature of the runtime that is passed through under its name.
pub(in crate::emit) struct Passed {
    pub name: &'static str,
    /// The feature it builds on.
    base: Option<&'static str>,
    /// What it adds.
    pub about: &'static str,
}

pub(in crate::emit) const PASSED: &[Passed] = &[
    passed("dispatch", None, "handlers and the dispatcher; needs tokio"),
    passed(
        "webhook",
        Some("dispatch"),
        "receivers: signature, decryption and answers of webhook requests; on by default",
    ),
    passed(
        "tower",
        Some("webhook"),
        "receivers are services of tower: for axum, hyper and what else speaks it",
    ),
    passed("axum", Some("tower"), "an extractor for those who write the route themselves"),
    passed("actix", Some("webhook"), "a handler for actix-web"),
    passed(
        "lark-websocket",
        Some("webhook"),
        "the long connection of Feishu/Lark: events without a public URL",
    ),
    passed("dingtalk-stream", Some("webhook"), "Stream mode of DingTalk: events without a public URL"),
    passed("metrics", Some("dispatch"), "counters and histograms through the crate metrics"),
    passed(
        "testing",
        Some("dispatch"),
        "payloads of every event for your tests: changed, handed to a dispatcher, sealed as the platform does",
    ),
    passed(
        "gateway",
        Some("testing"),
        "a local server for tests that long connections connect to, as part of the testing kit",
    ),
    passed("chrono", None, "times as those of the crate chrono"),
    passed("jiff", None, "times as those of the crate jiff"),
    passed("time", None, "times as those of the crate time"),
];

const fn passed(name: &'static str, base: Option<&'static str>, about: &'static str) -> Passed {
    Passed { name, base, about }
}

pub(super) fn file(cx: Context<'_>) -> OutFile {
    let mut text = format!("# {HEADER}\n\n");
    text.push_str(&package(cx));
    text.push_str(&features(cx));
    text.push_str(&dependencies(cx));
    text.push_str(
        "\n[package.metadata.docs.rs]\nall-features = true\nrustdoc-args = [\"--cfg\", \"docsrs\"]\n",
    );
    if cx.settings.home == Home::Workspace {
        text.push_str("\n[lints]\nworkspace = true\n");
    } else {
        text.push_str("\n[workspace]\n");
    }
    OutFile { path: "Cargo.toml".to_owned(), body: text }
}

fn package(cx: Context<'_>) -> String {
    let titles: Vec<_> = cx.model.platforms.iter().map(title).collect();
    let description =
        format!("Typed events of {} with dispatch, webhook security and a catalogue", prose::list(&titles));
    let inherited = match cx.settings.home {
        Home::Workspace => {
            "edition.workspace = true\nrust-version.workspace = true\nlicense.workspace = true\n".to_owned()
        }
        // What the workspace has: the generator inherits it.
        Home::Alone(_) => format!(
            "edition = \"2024\"\nrust-version = {:?}\nlicense = {:?}\n",
            env!("CARGO_PKG_RUST_VERSION"),
            env!("CARGO_PKG_LICENSE")
        ),
    };
    format!(
        "[package]\nname = \"workplace-events\"\nversion = {:?}\ndescription = {}\n{inherited}keywords = {:?}\n\
         categories = [\"api-bindings\", \"web-programming\"]\n\n",
        cx.settings.version,
        // Escapes of JSON are escapes of TOML.
        serde_json::Value::from(description),
        keywords(&titles)
    )
}

/// The title of a platform on one line.
fn title(platform: &Platform) -> String {
    platform.title.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words of the titles, as far as a registry takes them: five keywords of at most 20 characters.
fn keywords(titles: &[String]) -> Vec<String> {
    let words = titles.iter().flat_map(|title| title.split(|c: char| !c.is_alphanumeric()));
    let fits = |word: &str| {
        word.len() <= 20 && word.is_ascii() && word.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    let mut keywords: Vec<String> = Vec::new();
    for word in words.filter(|word| fits(word)).map(str::to_lowercase) {
        if keywords.len() < 3 && !keywords.contains(&word) {
            keywords.push(word);
        }
    }
    keywords.extend(["webhook", "events"].map(str::to_owned));
    keywords
}

fn features(cx: Context<'_>) -> String {
    let mut text = "[features]\ndefault = [\"webhook\"]\n# Every domain of every platform.\n".to_owned();
    let platforms = &cx.model.platforms;
    let list = |items: Vec<String>| format!("{items:?}");
    let _ =
        writeln!(text, "full = {}", list(platforms.iter().map(|platform| platform.name.clone()).collect()));
    for (i, platform) in platforms.iter().enumerate() {
        let domains: Vec<_> =
            platform.domains.iter().map(|d| domain::feature(cx, PlatformId(i), &d.name)).collect();
        let _ = writeln!(text, "\n# {}\n{} = {}", title(platform), platform.name, list(domains.clone()));
        for feature in domains {
            let _ = writeln!(text, "{feature} = []");
        }
    }
    text.push_str(
        "\n# An enum over all events of a platform. It forces code for every type.\nany-event = []\n",
    );
    text.push_str("\n# Features of the runtime\n");
    for Passed { name, base, .. } in PASSED {
        let base = base.map(|base| format!("\"{base}\", ")).unwrap_or_default();
        let _ = writeln!(text, "{name} = [{base}\"workplace-events-runtime/{name}\"]");
    }
    text
}

fn dependencies(cx: Context<'_>) -> String {
    let (runtime, own) = match &cx.settings.home {
        Home::Workspace => ("{ workspace = true }".to_owned(), "."),
        Home::Alone(path) => (format!("{{ path = {path:?} }}"), "."),
    };
    let mut all = vec!["full", "any-event"];
    all.extend(PASSED.iter().map(|passed| passed.name));
    let all: Vec<_> = all.iter().map(|feature| format!("{feature:?}")).collect();
    format!(
        "\n[dependencies]\nworkplace-events-runtime = {runtime}\n\n\
         [dev-dependencies]\n# Itself, so that its tests and examples see everything.\n\
         workplace-events = {{ path = {own:?}, features = [{}] }}\n",
        all.join(", ")
    )
}
