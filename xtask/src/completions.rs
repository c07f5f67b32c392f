//! `completions` and `man`: the commands as shells and readers of manuals want them.

use clap::CommandFactory as _;
use clap_complete::{Shell, generate};
use clap_mangen::Man;

use crate::{
    Cli,
    term::{Done, Stop, print},
};

/// What `completions` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
    /// What the command is called there: shells complete no commands of two words, so give `cargo xtask` an alias
    #[arg(long, value_name = "NAME", default_value = "xtask")]
    name: String,
}

/// Prints completions for a shell.
pub(crate) fn run(args: &Args) -> Done {
    let mut out = Vec::new();
    let mut cli = Cli::command().bin_name(&args.name);
    generate(args.shell, &mut cli, &args.name, &mut out);
    print(&String::from_utf8_lossy(&out))
}

/// Prints the manual page: the commands, and below them what each takes.
pub(crate) fn man() -> Done {
    let mut cli = Cli::command();
    cli.build();
    let mut out = Vec::new();
    Man::new(cli.clone()).title("cargo-xtask").render(&mut out).map_err(Stop::internal)?;
    for command in cli.get_subcommands().filter(|command| command.get_name() != "help") {
        let page = Man::new(command.clone());
        page.render_name_section(&mut out).map_err(Stop::internal)?;
        page.render_synopsis_section(&mut out).map_err(Stop::internal)?;
        page.render_options_section(&mut out).map_err(Stop::internal)?;
    }
    print(&String::from_utf8_lossy(&out))
}
