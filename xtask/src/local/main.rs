//! The commands that open sockets: a gateway in place of the platforms, events to order, and a receiver that prints.
//!
//! `cargo xtask gateway`, `trigger` and `listen` build and run this.

mod gateway;
mod listen;
mod trigger;

use std::{io::Write as _, process::ExitCode};

use clap::{Parser, Subcommand};
use workplace_events::{dingtalk, lark};

/// Why a command ends before its time.
type Done<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Where the gateway listens unless told otherwise.
const GATEWAY: &str = "127.0.0.1:7007";

/// Events without a platform.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs a local gateway that bots connect to instead of the platforms
    ///
    /// Both platforms' discovery and sockets, strict about acknowledgements. While it runs, standard input takes one order a
    /// line: `EVENT [path=value]...` delivers the event's sample, `parts=2,0,1 EVENT` in frames of this order, `twice EVENT`
    /// two times; `close CODE`, `drop`, `dead`, `leave`, `garbage` make something go wrong, `refuse STATUS` turns the next
    /// client away.
    Gateway(gateway::Args),
    /// Sends an event, made of its sample, to a URL or through the gateway
    ///
    /// To a URL it is encrypted and signed as the platform does, with LARK_ENCRYPT_KEY and LARK_VERIFICATION_TOKEN, or
    /// DINGTALK_TOKEN, DINGTALK_AES_KEY and DINGTALK_OWNER_KEY.
    Trigger(trigger::Args),
    /// Receives events, prints them as lines of JSON, and saves their payloads
    ///
    /// By webhook at `/lark` and `/dingtalk`, with the settings of `trigger`; by long connection with LARK_APP_ID and
    /// LARK_APP_SECRET, or DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET. What has no settings is left out.
    Listen(listen::Args),
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Gateway(args) => gateway::run(args).await,
        Command::Trigger(args) => trigger::run(args).await,
        Command::Listen(args) => listen::run(args).await,
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Prints a result as one line of JSON. Where nobody reads any more, nothing is to be said.
fn print(line: &serde_json::Value) {
    drop(writeln!(std::io::stdout().lock(), "{line}"));
}

/// What Lark's requests are sealed with; nothing where no setting says it.
fn lark_credential() -> Option<lark::Credential> {
    let (key, token) = (setting("LARK_ENCRYPT_KEY"), setting("LARK_VERIFICATION_TOKEN"));
    if key.is_none() && token.is_none() {
        return None;
    }
    let mut credential = lark::Credential::new();
    if let Some(key) = key {
        credential = credential.encrypt_key(key);
    }
    if let Some(token) = token {
        // Old cards are signed with it.
        credential = credential.verification_token(token).accept_old_cards();
    }
    Some(credential)
}

/// What DingTalk's requests are sealed with; nothing where a setting is missing.
fn dingtalk_credential() -> Done<Option<dingtalk::Credential>> {
    let settings = (setting("DINGTALK_TOKEN"), setting("DINGTALK_AES_KEY"), setting("DINGTALK_OWNER_KEY"));
    let (Some(token), Some(key), Some(owner)) = settings else { return Ok(None) };
    Ok(Some(dingtalk::Credential::new(token, key, owner)?))
}

/// A setting from the environment; unset and empty are the same.
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
