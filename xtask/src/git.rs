//! Schemas as they were, read through the command `git` into memory.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
};

use workplace_events_codegen::load;

use crate::term::{Done, Stop};

/// The files of a folder at a revision, by paths that begin with the folder's name.
pub(crate) fn files(folder: &Path, revision: &str) -> Done<Vec<(PathBuf, Vec<u8>)>> {
    let commit = commit(folder, revision)?;
    let listed = told(&run(folder, &["ls-tree", "-r", "-z", &commit])?)?;
    let blobs: Vec<_> = listed.split('\0').filter_map(blob).collect();
    if blobs.is_empty() {
        return Err(Stop::Usage(format!("`{revision}` has no {}; give another revision", folder.display())));
    }
    let name = PathBuf::from(load::name(folder));
    let bodies = bodies(folder, &blobs)?;
    Ok(blobs.iter().zip(bodies).map(|((_, path), body)| (name.join(path), body)).collect())
}

/// The commit that a revision means.
fn commit(folder: &Path, revision: &str) -> Done<String> {
    let inside = run(folder, &["rev-parse", "--is-inside-work-tree"])?;
    if !inside.status.success() {
        let shown = folder.display();
        return Err(Stop::Usage(format!(
            "there is no folder `{revision}`, and {shown} is in no git repository that could have such a revision"
        )));
    }
    let wanted = format!("{revision}^{{commit}}");
    let found = run(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
    if !found.status.success() {
        return Err(Stop::Usage(format!(
            "there is no revision and no folder `{revision}`; `git log --oneline` lists revisions"
        )));
    }
    Ok(told(&found)?.trim().to_owned())
}

/// Id and path of a row of `git ls-tree`; nothing for links and other repositories, and for what is hidden.
fn blob(row: &str) -> Option<(&str, &Path)> {
    let (about, path) = row.split_once('\t')?;
    let mut about = about.split(' ');
    let file = about.next()?.starts_with("100");
    let id = about.nth(1)?;
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    (file && !hidden).then_some((id, Path::new(path)))
}

/// What is in files, all read by one process.
fn bodies(folder: &Path, blobs: &[(&str, &Path)]) -> Done<Vec<Vec<u8>>> {
    let mut command = git(folder);
    command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(Stop::internal)?;
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Stop::internal("git: no pipes"));
    };
    let ids: String = blobs.iter().map(|(id, _)| format!("{id}\n")).collect();
    // Beside the reader: neither pipe holds everything.
    let bodies = thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(ids.as_bytes()));
        let mut reader = io::BufReader::new(stdout);
        blobs.iter().map(|_| body(&mut reader)).collect::<io::Result<Vec<_>>>()
    });
    let bodies = bodies.map_err(|error| Stop::Internal(format!("git cat-file: {error}")));
    child.wait().map_err(Stop::internal)?;
    bodies
}

/// One answer of `git cat-file --batch`: a line with id, type and size, so many bytes, a line end.
fn body(reader: &mut impl io::BufRead) -> io::Result<Vec<u8>> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let size = line.trim_end().rsplit(' ').next().and_then(|size| size.parse().ok());
    let size: usize = size.ok_or_else(|| io::Error::other(format!("`{}`", line.trim_end())))?;
    let mut body = vec![0; size + 1];
    reader.read_exact(&mut body)?;
    body.pop();
    Ok(body)
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    // A hook of git has these set for the folder it runs in.
    command.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
    command.arg("-C").arg(folder).stderr(Stdio::piped());
    command
}

fn run(folder: &Path, args: &[&str]) -> Done<Output> {
    git(folder).args(args).output().map_err(|error| {
        Stop::Usage(format!("git cannot be run: {error}; give a folder with schemas instead"))
    })
}

/// What git printed; what it complains about where it failed.
fn told(output: &Output) -> Done<String> {
    if output.status.success() {
        return String::from_utf8(output.stdout.clone())
            .map_err(|_| Stop::internal("git: a path is not UTF-8"));
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(Stop::Internal(format!("git: {}", complaint.lines().next().unwrap_or_default())))
}
