//! `trigger`.

use std::{process::ExitCode, time::Instant};

use serde_json::{Value, json};
use workplace_events_codegen::{compile::compile, find};
use workplace_events_runtime::{
    dingtalk::RobotCredential,
    envelope,
    table::{FormTable, PlatformTable},
    testing::{self, Seals},
    webhook::Scheme,
};

use crate::{Done, GATEWAY, dingtalk_credential, lark_credential, print};

/// What `trigger` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    event: Sample,
    /// Where to post it, such as http://127.0.0.1:3000/lark
    #[arg(long, value_name = "URL", required_unless_present = "through", conflicts_with = "through")]
    to: Option<String>,
    /// Deliver it through the gateway at this address
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = GATEWAY)]
    through: Option<String>,
    /// Sends it again, late, out of order and corrupted, and says what came of each
    #[arg(long, requires = "to")]
    chaos: bool,
}

/// Which payload.
#[derive(Debug, clap::Args)]
pub(crate) struct Sample {
    /// The event, by its own name, its Rust type or its method
    event: String,
    /// The sample, by the name of its file [default: the plain one that comes this way]
    #[arg(long, value_name = "FILE")]
    sample: Option<String>,
    /// Sets a value: `event.message.chat_type=p2p`; numbers, `true`, lists and objects are JSON, the rest is text
    #[arg(long = "set", value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Leaves the event its id, so that a bot that has seen it recognises it
    #[arg(long)]
    keep_id: bool,
}

/// A payload to send.
pub(crate) struct Payload {
    platform: String,
    json: String,
    /// Where the verification token stands.
    token: Option<String>,
}

pub(crate) async fn run(args: Args) -> Done<ExitCode> {
    match (&args.through, &args.to) {
        (Some(gateway), _) => {
            let payload = args.event.payload(true)?;
            through(gateway, &payload.json).await
        }
        (None, Some(url)) => {
            let payload = args.event.payload(false)?;
            if args.chaos { chaos(url, &payload).await } else { once(url, &payload).await }
        }
        (None, None) => Err("say where to send it: `--to URL` or `--through`".into()),
    }
}

impl Sample {
    /// A sample from a line of words: the event, then `path=value`.
    pub(crate) fn of_words<'w>(mut words: impl Iterator<Item = &'w str>) -> Option<Self> {
        let event = words.next()?.to_owned();
        Some(Sample { event, sample: None, set: words.map(str::to_owned).collect(), keep_id: false })
    }

    /// The payload that comes by long connection, or else by HTTP.
    pub(crate) fn payload(&self, connected: bool) -> Done<Payload> {
        let schemas = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
        let compiled = compile(&schemas);
        if compiled.diagnostics.has_errors() {
            return Err("the schemas have errors; `cargo xtask check` shows them".into());
        }
        let (model, names) = (&compiled.model, &compiled.names);
        let found = find::events(model, names, &self.event);
        let id = *found.first().ok_or_else(|| find::none(model, &self.event))?;
        let event = &model[id];
        model.with_tables(names, |tables| {
            let platform = tables.platform(event.platform);
            // A platform without forms of its own for connections sends the same by both.
            let of_connections =
                |form: &FormTable<'_>| !["", RobotCredential::TRANSPORT].contains(&form.transport);
            let own = connected && platform.forms.iter().any(of_connections);
            let suits =
                |form: &FormTable<'_>| if own { of_connections(form) } else { form.transport.is_empty() };
            let fits = |text: &str| form_of(platform, text).is_some_and(suits);
            let mut samples = event.examples.iter().filter(|example| !example.response && !example.drifts);
            let sample = match &self.sample {
                Some(name) => samples.find(|example| example.file == *name || example.scenario == *name),
                None => samples.find(|example| fits(&example.text)),
            };
            let sample = sample.ok_or_else(|| {
                let all: Vec<_> =
                    event.examples.iter().filter(|e| !e.response).map(|e| format!("`{}`", e.file)).collect();
                format!("no sample of `{}` comes this way; there are {}", event.name, all.join(", "))
            })?;
            self.made(platform, &sample.text)
        })
    }

    fn made(&self, platform: &PlatformTable<'_>, sample: &str) -> Done<Payload> {
        let form = form_of(platform, sample).ok_or("the sample has no form of the platform")?;
        let within = |path: &str| {
            if form.rows.is_empty() { path.to_owned() } else { format!("{}.0.{path}", form.rows) }
        };
        let mut json = sample.to_owned();
        if let (false, Some(id)) = (self.keep_id, form.header.id.first()) {
            json = testing::set(&json, &within(id), fresh_id())?;
        }
        for set in &self.set {
            let (path, value) = set.split_once('=').ok_or_else(|| format!("`{set}` is not `path=value`"))?;
            let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
            json = testing::set(&json, path, value)?;
        }
        let token = form.header.token.first().map(|path| within(path));
        Ok(Payload { platform: platform.name.to_owned(), json, token })
    }
}

fn form_of<'p>(platform: &'p PlatformTable<'p>, text: &str) -> Option<&'p FormTable<'p>> {
    let opened = envelope::events(platform, None, text.as_bytes()).ok()?;
    platform.forms.get(usize::from(opened.first()?.form.0))
}

/// An id that no event had before: the time.
fn fresh_id() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    format!("triggered-{:x}", now.as_nanos())
}

/// Delivers a payload through a gateway that runs.
async fn through(gateway: &str, json: &str) -> Done<ExitCode> {
    let answer = http()?.post(format!("http://{gateway}/deliver")).body(json.to_owned()).send().await;
    let answer = answer.map_err(|_| format!("no gateway at {gateway}; `cargo xtask gateway` runs one"))?;
    let told: Value = answer.json().await?;
    print(&told);
    Ok(if told["code"] == 200 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn once(url: &str, payload: &Payload) -> Done<ExitCode> {
    let told = post(url, payload.sealed()?, false).await?;
    print(&told);
    Ok(if told["status"] == 200 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What a receiver has to bear: each line says what was sent, and what it answered.
async fn chaos(url: &str, payload: &Payload) -> Done<ExitCode> {
    let (mut failed, later) = (false, payload.sealed()?);
    for (what, times, corrupt, expected) in [
        ("once", 1, false, 200),
        ("three times at once", 3, false, 200),
        ("with a byte changed", 1, true, 401),
        ("again, sealed anew", 1, false, 200),
    ] {
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..times {
            let (url, request) = (url.to_owned(), payload.sealed()?);
            all.spawn(async move { post(&url, request, corrupt).await.map_err(|error| error.to_string()) });
        }
        while let Some(told) = all.join_next().await {
            let told = told??;
            // One that is being handled is asked for again.
            let fine = told["status"] == expected || (times > 1 && told["status"] == 500);
            failed |= !fine;
            print(&json!({ "sent": what, "fine": fine, "answer": told }));
        }
    }
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let told = post(url, later, false).await?;
    failed |= told["status"] != 200;
    print(&json!({ "sent": "late, as it was sealed first", "fine": told["status"] == 200, "answer": told }));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

impl Payload {
    pub(crate) fn json(self) -> String {
        self.json
    }

    /// Encrypted and signed as the settings say.
    fn sealed(&self) -> Done<http::Request<bytes::Bytes>> {
        if self.platform == "dingtalk" {
            let need = "set DINGTALK_TOKEN, DINGTALK_AES_KEY and DINGTALK_OWNER_KEY";
            return Ok(dingtalk_credential()?.ok_or(need)?.seal(self.json.as_bytes())?);
        }
        let mut json = self.json.clone();
        let credential = lark_credential().unwrap_or_default();
        if let (Some(token), Some(path)) = (credential.token(), &self.token) {
            json = testing::set(&json, path, token)?;
        }
        Ok(credential.seal(json.as_bytes())?)
    }
}

async fn post(url: &str, sealed: http::Request<bytes::Bytes>, corrupt: bool) -> Done<Value> {
    let (head, body) = sealed.into_parts();
    let mut url = reqwest::Url::parse(url)?;
    if let Some(query) = head.uri.query() {
        url.set_query(Some(query));
    }
    let mut body = body.to_vec();
    if corrupt && let Some(byte) = body.iter_mut().rev().nth(8) {
        *byte = if *byte == b'A' { b'B' } else { b'A' };
    }
    let began = Instant::now();
    let answer = http()?.post(url).headers(head.headers).body(body).send().await?;
    let (status, text) = (answer.status().as_u16(), answer.text().await?);
    Ok(json!({ "status": status, "body": text, "took_ms": began.elapsed().as_millis() as u64 }))
}

fn http() -> Done<reqwest::Client> {
    // The first provider that is installed is used.
    drop(rustls::crypto::ring::default_provider().install_default());
    Ok(reqwest::Client::builder().timeout(std::time::Duration::from_secs(60)).build()?)
}
