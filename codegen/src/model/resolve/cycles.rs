//! Cycles: found, reported with every step, and cut, so that what follows ends.

use super::{Resolver, declare::Definition};
use crate::{
    diagnostic::{Code, Diagnostic},
    model::{TypeId, TypeKind},
    source::Span,
};

/// One thing needs another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    pub from: usize,
    pub to: usize,
    /// Where that is written.
    pub span: Span,
}

/// Where the search is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

struct Search {
    edges: Vec<Vec<Edge>>,
    state: Vec<State>,
    path: Vec<Edge>,
    cycles: Vec<Vec<Edge>>,
}

/// Cycles among `nodes` things, such that without the last edge of each there are none.
pub(super) fn find_cycles(nodes: usize, edges: &[Edge]) -> Vec<Vec<Edge>> {
    let mut by_source = vec![Vec::new(); nodes];
    for edge in edges {
        by_source[edge.from].push(*edge);
    }
    let state = vec![State::New; nodes];
    let mut search = Search { edges: by_source, state, path: Vec::new(), cycles: Vec::new() };
    for node in 0..nodes {
        if search.state[node] == State::New {
            search.visit(node);
        }
    }
    search.cycles
}

impl Search {
    fn visit(&mut self, node: usize) {
        self.state[node] = State::Open;
        for index in 0..self.edges[node].len() {
            let edge = self.edges[node][index];
            match self.state[edge.to] {
                State::New => {
                    self.path.push(edge);
                    self.visit(edge.to);
                    self.path.pop();
                }
                State::Open => {
                    let start = self.path.iter().position(|step| step.from == edge.to);
                    let mut cycle = self.path[start.unwrap_or(self.path.len())..].to_vec();
                    cycle.push(edge);
                    self.cycles.push(cycle);
                }
                State::Done => {}
            }
        }
        self.state[node] = State::Done;
    }
}

/// The report of a cycle: at its last step, with the others as labels.
pub(super) fn report(cycle: &[Edge], message: &str, label: impl Fn(usize) -> String) -> Option<Diagnostic> {
    let (last, others) = cycle.split_last()?;
    let mut chain: Vec<String> = cycle.iter().map(|edge| label(edge.from)).collect();
    chain.push(label(last.to));
    let mut report =
        Diagnostic::new(Code::TypeCycle, last.span, format!("{message}: {}", chain.join(" -> ")));
    if !others.is_empty() {
        report = report.label(format!("{} leads back to {}", label(last.from), label(last.to)));
    }
    for edge in others {
        report = report.also(edge.span, format!("{} leads to {}", label(edge.from), label(edge.to)));
    }
    Some(report)
}

impl Resolver<'_> {
    /// Reports cycles among types and empties one type of each.
    pub(super) fn cut_cycles(&mut self) {
        for cycle in find_cycles(self.model.types.len(), &self.edges) {
            let Some(last) = cycle.last() else { continue };
            let extends = |edge: &Edge| self.drafts[edge.from].extends == Some(TypeId(edge.to));
            let (message, help) = if cycle.iter().all(extends) {
                ("types extend each other", "remove one `extends`")
            } else {
                ("types form a cycle", "write `any` in one of these places: the value is then kept as JSON")
            };
            let report = report(&cycle, message, |node| self.label(TypeId(node)));
            if let Some(report) = report {
                self.report(report.help(help));
            }
            let (draft, ty) = (&mut self.drafts[last.from], &mut self.model.types[last.from]);
            draft.whole = false;
            draft.extends = None;
            match &mut ty.kind {
                TypeKind::Object(fields) => fields.clear(),
                TypeKind::Choice(choice) => choice.shapes.clear(),
                TypeKind::Texts(_) | TypeKind::Ints(_) | TypeKind::Flags(_) => {}
            }
        }
    }

    /// Reports events that have the body of each other. Those of a cycle keep an empty body.
    pub(super) fn find_same_as_cycles(&mut self, edges: &[Edge]) {
        for cycle in find_cycles(self.files.len(), edges) {
            let message = "events say `same_as` of each other";
            let report = report(&cycle, message, |node| self.files[node].source.name.clone());
            if let Some(report) = report {
                self.report(report.help("give one of them its `fields`"));
            }
            for edge in cycle {
                let body = self.files[edge.from].body;
                self.drafts[body.0].definition = Definition::Broken;
                self.drafts[body.0].whole = false;
            }
        }
    }
}
