//! The table of the body as a tree.

use serde_json::Value;

use super::{PageError, cell::Facts};

/// A key of the body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// The key on the wire.
    pub(crate) key: String,
    /// Its type as the page writes it.
    pub(crate) ty: String,
    /// What its description states.
    pub(crate) facts: Facts,
    /// Whether nothing but its neighbours says where it belongs.
    pub(crate) guessed: bool,
    /// The keys below it.
    pub(crate) rows: Vec<Row>,
}

/// Whether a table lists keys: its head names a column of types.
pub(super) fn is_body(table: &[Vec<String>]) -> bool {
    type_column(table).is_some()
}

fn type_column(table: &[Vec<String>]) -> Option<usize> {
    let head = table.first()?;
    let is_type = |cell: &String| cell.contains("类型") || cell.to_lowercase().contains("type");
    head.iter().skip(1).position(is_type).map(|at| at + 1)
}

/// The keys with their types and facts, nested as the marks in the first column say, or as the sample does.
pub(super) fn tree(table: &[Vec<String>], sample: Option<&Value>) -> Result<Vec<Row>, PageError> {
    let types = type_column(table).unwrap_or(1);
    let mut flat = Vec::new();
    for cells in table.iter().skip(1) {
        let cell = |at: usize| cells.get(at).map_or("", String::as_str);
        let (depth, key) = key(cell(0));
        if key.is_empty() {
            continue;
        }
        let facts = Facts::of(cells.last().filter(|_| cells.len() > types + 1).map_or("", String::as_str));
        let ty = cell(types).replace(['`', '\\', ' '], "");
        flat.push((depth, Row { key, ty, facts, guessed: false, rows: Vec::new() }));
    }
    if flat.iter().any(|(depth, _)| *depth > 0) {
        return Ok(nest(&mut flat.into_iter().peekable(), 0));
    }
    let rows: Vec<Row> = flat.into_iter().map(|(_, row)| row).collect();
    match sample {
        Some(sample) => Ok(nest(&mut by_sample(rows, sample).into_iter().peekable(), 0)),
        None if rows.iter().all(|row| is_scalar(&row.ty)) => Ok(rows),
        None => Err(PageError::Flat),
    }
}

/// How far a key is indented, and the key.
fn key(cell: &str) -> (usize, String) {
    const DEEPEST: usize = 64;

    let mark = |c: char| c.is_whitespace() || matches!(c, '└' | '∟' | '├' | '─' | '│');
    let depth = cell.chars().take_while(|c| mark(*c)).take(DEEPEST).count();
    let key = cell.trim_start_matches(mark).replace(['`', '\\', '*'], "");
    (depth, key.trim().to_owned())
}

/// The rows that are indented at least so far, each with those below it.
fn nest(flat: &mut std::iter::Peekable<std::vec::IntoIter<(usize, Row)>>, depth: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    while let Some((own, mut row)) = flat.next_if(|(own, _)| *own >= depth) {
        row.rows = nest(flat, own + 1);
        rows.push(row);
    }
    rows
}

/// An object of the sample whose keys are being listed.
struct Open<'s> {
    keys: Vec<&'s str>,
    values: Vec<&'s Value>,
    listed: Vec<bool>,
}

impl<'s> Open<'s> {
    /// The object, or what is in the list; nothing where it is neither.
    fn of(value: &'s Value) -> Option<Open<'s>> {
        match value {
            Value::Object(object) => Some(Open {
                keys: object.keys().map(String::as_str).collect(),
                values: object.values().collect(),
                listed: vec![false; object.len()],
            }),
            Value::Array(items) => items.iter().find_map(Open::of),
            _ => None,
        }
    }

    /// The value of a key that was not listed yet.
    fn list(&mut self, key: &str) -> Option<&'s Value> {
        let at = self.keys.iter().position(|known| *known == key)?;
        let first = !std::mem::replace(&mut self.listed[at], true);
        first.then(|| self.values[at])
    }
}

/// Rows of a flat table with their depths: a key belongs to the innermost object of the sample that has it and that is not
/// past it.
fn by_sample(rows: Vec<Row>, sample: &Value) -> Vec<(usize, Row)> {
    let mut open: Vec<Open<'_>> = Open::of(sample).into_iter().collect();
    let mut placed = Vec::new();
    for mut row in rows {
        let found = (0..open.len()).rev().find_map(|at| Some((at, open[at].list(&row.key)?)));
        match found {
            Some((at, value)) => {
                open.truncate(at + 1);
                placed.push((at, row));
                open.extend(Open::of(value));
            }
            None => {
                // An object that is whole takes no more keys.
                while open.len() > 1
                    && open.last().is_some_and(|open| open.listed.iter().all(|listed| *listed))
                {
                    open.pop();
                }
                row.guessed = true;
                placed.push((open.len().saturating_sub(1), row));
            }
        }
    }
    placed
}

/// Whether a type has nothing below it.
fn is_scalar(ty: &str) -> bool {
    let ty = ty.trim_end_matches("[]").to_lowercase();
    ["string", "int", "int32", "int64", "long", "float", "double", "number", "bool", "boolean", "text"]
        .contains(&ty.as_str())
}
