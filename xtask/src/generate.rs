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

use glob::{MatchOptions, Pattern};

use crate::{
    alone,
    repository::{Schemas, check_published, folder, quoted, report, without_errors},
    term::{Done, Stop, detail, doing, note, print, say},
    watch,
};

/// What `gen` takes.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Args {
    /// Writes nothing; prints what would change, and fails if anything would
    #[arg(long)]
    pub(crate) check: bool,
    #[command(flatten)]
    pub(crate) schemas: Schemas,
    /// A folder for a crate of its own, outside of the workspace [default: generated/ of the repository]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Only generated files with such a path, as `src/lark/im/**`; the others stay as they are. May be given again
    #[arg(long, value_name = "GLOB")]
    pub(crate) only: Vec<Pattern>,
    /// Generates again whenever a schema changes
    #[arg(long, conflicts_with = "check")]
    pub(crate) watch: bool,
}

/// Generates the crate, or prints what would change.
pub(crate) fn run(args: &Args) -> Done {
    if args.watch { watch::run(&args.schemas.folder(), || once(args)) } else { once(args) }
}

fn once(args: &Args) -> Done {
    let start = Instant::now();
    let mut compiled = args.schemas.compile()?;
    let read = start.elapsed();
    detail(|| {
        let (events, files) = (compiled.model.events.len(), compiled.sources.iter().count());
        format!("read: {events} events of {files} files in {:.1} s", read.as_secs_f64())
    });
    check_published(&mut compiled, args.out.as_deref().unwrap_or(&folder("generated")))?;
    let compiled = without_errors(compiled)?;
    if !args.check && !compiled.diagnostics.is_empty() {
        report(&compiled);
    }
    let writing = doing("writing the crate");
    let mut plans = match &args.out {
        Some(out) => vec![plan_alone(&compiled, out)?],
        None => plans(&compiled, &args.schemas)?,
    };
    if !args.only.is_empty() {
        limit(&mut plans, &args.only)?;
    }
    drop(writing);
    if args.check {
        return check(args, &plans);
    }
    for plan in &plans {
        plan.apply().map_err(Stop::internal)?;
        let paths = plan.changes();
        paths.for_each(|(what, path)| detail(|| format!("{what}: {path}")));
    }
    if args.watch && plans.iter().all(Plan::is_current) {
        return Ok(());
    }
    let [created, updated, deleted, unchanged] = counts(&plans);
    say(&format!(
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

/// Leaves everything as it is but files with such paths.
fn limit(plans: &mut [Plan], only: &[Pattern]) -> Done {
    // A star stays within a folder, as in a shell.
    let options = MatchOptions { require_literal_separator: true, ..MatchOptions::new() };
    let wanted = |path: &str| only.iter().any(|pattern| pattern.matches_with(path, options));
    if !plans.iter().flat_map(Plan::paths).any(wanted) {
        let globs: Vec<_> = only.iter().map(|pattern| format!("`{pattern}`")).collect();
        return Err(Stop::usage(format!(
            "no generated file is called {}; paths begin below the crate's folder, as `docs/lark/im/*.md`",
            globs.join(" or ")
        )));
    }
    plans.iter_mut().for_each(|plan| plan.limit(wanted));
    Ok(())
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
        sum(|plan| plan.unchanged.len()),
    ]
}

/// The command that writes what this one only compares.
fn command(args: &Args) -> String {
    let out = args.out.as_deref().map_or(String::new(), |out| format!(" --out {}", quoted(out)));
    let only: String = args.only.iter().map(|pattern| format!(" --only '{pattern}'")).collect();
    format!("cargo xtask gen{}{out}{only}", args.schemas.option())
}
