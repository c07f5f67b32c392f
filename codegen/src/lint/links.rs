//! Links lead to the platform's own documentation.

use super::events;
use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics},
    load::Sources,
    source::Spanned,
    syntax::lower::list_of,
};

pub(super) fn check(sources: &Sources, diagnostics: &mut Diagnostics) {
    for platform in &sources.platforms {
        let raw = &platform.platform.raw;
        let hosts: Vec<&str> = raw.doc_hosts.iter().flatten().map(|host| host.as_str()).collect();
        let of_events =
            events(platform).flat_map(|event| event.docs.iter().chain(event.see_also.iter().flatten()));
        for link in raw.docs.iter().chain(of_events) {
            diagnostics.extend(astray(link, &hosts));
        }
    }
}

fn astray(link: &Spanned<String>, hosts: &[&str]) -> Option<Diagnostic> {
    let report =
        |message: String, help: String| Some(Diagnostic::new(Code::DocsLink, link.span, message).help(help));
    let Some(rest) = link.strip_prefix("https://") else {
        return report(
            "a link that does not begin with `https://`".to_owned(),
            "write the whole address of the page".to_owned(),
        );
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if hosts.is_empty() || hosts.contains(&host) {
        return None;
    }
    let help = format!("link to {}, or add `{host}` to `doc_hosts` in `platform.yaml`", list_of(hosts, "or"));
    report(format!("`{host}` is not where the platform's documentation is"), help)
}
