//! `listen`.

use std::{
    io::Write as _,
    path::PathBuf,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use workplace_events::{
    RawEvent,
    dingtalk::{self, Stream},
    dispatch::HandlerError,
    lark::{self, LongConnection},
};

use crate::{Done, dingtalk_credential, lark_credential, setting};

/// What `listen` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to listen for webhooks
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:3000")]
    listen: String,
    /// Saves each payload as a file in this folder, for `verify` and `new --from`
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
    /// Ends after so many events
    #[arg(long, value_name = "EVENTS")]
    until: Option<usize>,
}

/// Where events go.
#[derive(Clone)]
struct Sink {
    save: Option<PathBuf>,
    seen: Arc<AtomicUsize>,
    enough: Arc<tokio::sync::Semaphore>,
    until: Option<usize>,
}

pub(crate) async fn run(args: Args) -> Done<ExitCode> {
    if let Some(folder) = &args.save {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let enough = Arc::new(tokio::sync::Semaphore::new(0));
    let sink = Sink { save: args.save, seen: Arc::default(), enough: enough.clone(), until: args.until };
    let lark = {
        let sink = sink.clone();
        lark::EventDispatcher::builder().on_any(async move |event: RawEvent| sink.take(&event)).build()?
    };
    let dingtalk = dingtalk::EventDispatcher::builder()
        .on_any(async move |event: RawEvent| sink.take(&event))
        .build()?;
    let mut tasks = tokio::task::JoinSet::new();
    if let Some((id, secret)) = setting("LARK_APP_ID").zip(setting("LARK_APP_SECRET")) {
        let mut client = LongConnection::builder(lark.clone()).app(id, secret);
        if let Some(domain) = setting("LARK_DOMAIN") {
            client = client.domain(domain);
        }
        let client = client.build()?;
        eprintln!("lark: connecting");
        tasks.spawn(async move {
            client.run_until(std::future::pending()).await.map_err(|error| error.to_string())
        });
    }
    if let Some((id, secret)) = setting("DINGTALK_CLIENT_ID").zip(setting("DINGTALK_CLIENT_SECRET")) {
        let mut client = Stream::builder(dingtalk.clone()).client(id, secret);
        if let Some(endpoint) = setting("DINGTALK_ENDPOINT") {
            client = client.endpoint(endpoint);
        }
        let client = client.build()?;
        eprintln!("dingtalk: connecting");
        tasks.spawn(async move {
            client.run_until(std::future::pending()).await.map_err(|error| error.to_string())
        });
    }
    let webhooks = (lark_webhook(lark)?, dingtalk_webhook(dingtalk)?);
    if webhooks.0.is_some() || webhooks.1.is_some() {
        let listener = tokio::net::TcpListener::bind(&args.listen)
            .await
            .map_err(|error| format!("{}: {error}", args.listen))?;
        eprintln!("listening on http://{}", listener.local_addr()?);
        tasks.spawn(serve(listener, webhooks));
    }
    if tasks.is_empty() {
        return Err("nothing to listen to; `cargo xtask listen --help` names the settings".into());
    }
    tokio::select! {
        Some(ended) = tasks.join_next() => Err(ended?.err().unwrap_or_else(|| "it ended".to_owned()).into()),
        stop = tokio::signal::ctrl_c() => Ok(stop.map(|()| ExitCode::SUCCESS)?),
        _ = enough.acquire() => {
            // The answer to the last one is still on its way.
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            Ok(ExitCode::SUCCESS)
        }
    }
}

impl Sink {
    fn take(&self, event: &RawEvent) -> Result<(), HandlerError> {
        let number = self.seen.fetch_add(1, Ordering::SeqCst) + 1;
        let payload: Value = serde_json::from_str(event.raw())?;
        let line = json!({
            "platform": event.platform(),
            "event_type": event.header().event(),
            "event_id": event.header().id(),
            "form": event.form_name(),
            "payload": payload,
        });
        writeln!(std::io::stdout().lock(), "{line}")?;
        if let Some(folder) = &self.save {
            let name = event
                .header()
                .event()
                .replace(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c), "_");
            let text = serde_json::to_string_pretty(&payload)?;
            std::fs::write(folder.join(format!("{}.{number}.json", name.trim_matches('_'))), text + "\n")?;
        }
        if self.until.is_some_and(|until| number >= until) {
            self.enough.add_permits(1);
        }
        Ok(())
    }
}

fn lark_webhook(dispatcher: lark::EventDispatcher) -> Done<Option<lark::Webhook>> {
    let Some(credential) = lark_credential() else { return Ok(None) };
    Ok(Some(lark::Webhook::builder(dispatcher).credential(credential).build()?))
}

fn dingtalk_webhook(dispatcher: dingtalk::EventDispatcher) -> Done<Option<dingtalk::Webhook>> {
    let Some(credential) = dingtalk_credential()? else { return Ok(None) };
    Ok(Some(dingtalk::Webhook::builder(dispatcher).credential(credential).build()?))
}

type Webhooks = (Option<lark::Webhook>, Option<dingtalk::Webhook>);

async fn serve(listener: tokio::net::TcpListener, webhooks: Webhooks) -> Result<(), String> {
    loop {
        let (stream, _) = listener.accept().await.map_err(|error| error.to_string())?;
        let webhooks = webhooks.clone();
        let answer = move |request: http::Request<hyper::body::Incoming>| {
            let (lark, dingtalk) = webhooks.clone();
            async move {
                let (head, body) = request.into_parts();
                let body = body.collect().await?.to_bytes();
                let request = http::Request::from_parts(head, body);
                let response = match (request.uri().path(), lark, dingtalk) {
                    ("/lark", Some(webhook), _) => webhook.receive(request).await,
                    ("/dingtalk", _, Some(webhook)) => webhook.receive(request).await,
                    _ => http::Response::builder().status(404).body(bytes::Bytes::new()).unwrap_or_default(),
                };
                Ok::<_, hyper::Error>(response.map(Full::new))
            }
        };
        let service = hyper::service::service_fn(answer);
        tokio::spawn(
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
        );
    }
}
