//! `gen`.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use workplace_events_codegen::{
    compile::Compiled,
    emit::{self, Home, OutFile, Settings},
    output::Plan,
};

use crate::{
    alone,
    repository::{Schemas, check_published, folder, quoted, report, without_errors},
    term::{Done, Stop, note, print},
};

/// What `gen` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Writes nothing; prints what would change, and fails if anything would
    #[arg(long)]
    pub(crate) check: bool,
    #[command(flatten)]
    pub(crate) schemas: Schemas,
    /// A folder for a crate of its own, outside of the workspace [default: generated/ of the repository]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// Generates the crate, or prints what would change.
pub(crate) fn run(args: &Args) -> Done {
    let start = Instant::now();
    let mut compiled = args.schemas.compile()?;
    check_published(&mut compiled, args.out.as_deref().unwrap_or(&folder("generated")))?;
    let compiled = without_errors(compiled)?;
    if !args.check && !compiled.diagnostics.is_empty() {
        report(&compiled);
    }
    let plans = match &args.out {
        Some(out) => vec![plan_alone(&compiled, out)?],
        None => plans(&compiled, &args.schemas)?,
    };
    if args.check {
        return check(args, &plans);
    }
    for plan in &plans {
        plan.apply().map_err(Stop::internal)?;
    }
    let [created, updated, deleted, unchanged] = counts(&plans);
    note(&format!(
        "generated: {created} created, {updated} updated, {deleted} deleted, {unchanged} unchanged in {:.1} s",
        start.elapsed().as_secs_f64()
    ));
    Ok(())
}

/// The crate of the repository, and what editors need beside its schemas.
fn plans(compiled: &Compiled, schemas: &Schemas) -> Done<Vec<Plan>> {
    let mut plans = vec![plan(&folder("generated"), files(compiled, Home::Workspace)?)?];
    if schemas.are_own() {
        let schema = OutFile { path: "event.schema.json".to_owned(), body: emit::event_schema() };
        plans.push(plan(&folder("schemas"), vec![schema])?);
    }
    Ok(plans)
}

/// A crate in a folder of its own.
fn plan_alone(compiled: &Compiled, out: &Path) -> Done<Plan> {
    alone::check_folder(out)?;
    let plan = plan(out, files(compiled, Home::Alone(alone::path_to_runtime(out)?))?)?;
    alone::check_plan(out, &plan)?;
    Ok(plan)
}

fn files(compiled: &Compiled, home: Home) -> Done<Vec<OutFile>> {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    compiled.emit(&Settings { home, version }).map_err(Stop::internal)
}

fn plan(root: &Path, files: Vec<OutFile>) -> Done<Plan> {
    Plan::new(root, files).map_err(Stop::internal)
}

fn check(args: &Args, plans: &[Plan]) -> Done {
    if plans.iter().all(Plan::is_current) {
        return Ok(());
    }
    print(&plans.iter().map(Plan::diff).collect::<String>())?;
    let [create, update, delete, _] = counts(plans);
    note(&format!(
        "the generated files are not current: {create} to create, {update} to update, {delete} to delete; run `{}`",
        command(args)
    ));
    Err(Stop::Findings)
}

fn counts(plans: &[Plan]) -> [usize; 4] {
    let sum = |count: fn(&Plan) -> usize| plans.iter().map(count).sum();
    [
        sum(|plan| plan.create.len()),
        sum(|plan| plan.update.len()),
        sum(|plan| plan.delete.len()),
        sum(|plan| plan.unchanged),
    ]
}

/// The command that writes what this one only compares.
fn command(args: &Args) -> String {
    let out = args.out.as_deref().map_or(String::new(), |out| format!(" --out {}", quoted(out)));
    format!("cargo xtask gen{}{out}", args.schemas.option())
}
