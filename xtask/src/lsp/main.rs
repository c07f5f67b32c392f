//! The language server of the schemas: findings as you type, fixes, definitions, hover, completion.
//!
//! `cargo xtask lsp` builds and runs this. It speaks the Language Server Protocol over stdin and stdout; one thread reads, and all
//! else happens in the order in which the messages come.

mod abilities;
mod convert;
mod pages;
mod server;
mod transport;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;

use crate::server::Server;

/// Speaks to editors over stdin and stdout: findings as you type, fixes, definitions, hover, completion
#[derive(Debug, Parser)]
#[command(name = "cargo xtask lsp", bin_name = "cargo xtask lsp")]
struct Args {
    /// The schema folder [default: schemas/ of the repository]
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,
}

fn main() -> ExitCode {
    let own = folder("schemas");
    let schemas = Args::parse().schemas.unwrap_or_else(|| own.clone());
    // URIs of files are absolute.
    let folder = match std::path::absolute(&schemas) {
        Ok(folder) if folder.is_dir() => folder,
        _ => {
            let shown = schemas.display();
            eprintln!("error: {shown}: no such folder; give the schemas with `--schemas DIR`");
            return ExitCode::from(2);
        }
    };
    let is_own = folder.canonicalize().is_ok_and(|folder| own.canonicalize().is_ok_and(|own| own == folder));
    match transport::serve(Server::new(&folder, self::folder("generated"), is_own)) {
        Ok(true) => ExitCode::SUCCESS,
        // The editor left without a word.
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: stdout: {error}");
            ExitCode::from(3)
        }
    }
}

/// A folder of the repository.
fn folder(name: &str) -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).join(name)
}
