//! Checks the promises that a playbook declares, as far as that is possible before an incident. Whether one may be
//! made at some moment is not decided here.

use crate::check::playbook::linter::Linter;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::config::promise_kind::{
    ATTESTED, Amount, LASTING, NEXT_STATEMENT, Per, PromiseKind, UP,
};
use crate::domain::ledger::due::is_path;

/// The functions that a due time may be reckoned with.
const FUNCTIONS: [&str; 3] = ["at", "days", "working_days"];

impl Linter<'_> {
    pub(super) fn check_promises(&mut self) {
        for (name, kind) in &self.subject.file.promises {
            let path = format!("promises.{name}");
            let has_it = matches!(kind.per, Per::Link | Per::Region);
            for (i, e) in kind.needs.iter().enumerate() {
                self.check_expression(&format!("{path}.needs[{i}]"), e, has_it);
            }
            if kind.owner.trim().is_empty() {
                self.fault(
                    format!("{path}.owner"),
                    "no owner, no promise: name the role that keeps it",
                );
            }
            if !kind.names.is_empty() {
                self.check_complete(&format!("{path}.names"), &kind.names);
            }
            self.check_due(&path, kind, has_it);
            self.check_kept_when(&path, kind, has_it);
            self.check_uses(&path, kind, has_it);
            if let Some(fallback) = &kind.fallback
                && self.subject.whole.find_line(fallback).is_none()
            {
                let lines = self.subject.whole.file.lines.iter().map(|l| l.id.as_str());
                let near = suggest_nearest(fallback, lines);
                self.fault(
                    format!("{path}.fallback"),
                    format!("there is no line \"{fallback}\"{near}"),
                );
            }
            for (i, a) in kind.audiences.iter().enumerate() {
                // A workspace need not have every audience of a shipped base; one that is missing is promised nothing.
                let workspace = &self.books.workspace;
                let known = workspace.audiences.keys().map(String::as_str);
                let near = suggest_nearest(a, known);
                if workspace.find_audience(a).is_none() && !near.is_empty() {
                    self.fault(
                        format!("{path}.audiences[{i}]"),
                        format!("saydo.yaml has no audience \"{a}\"{near}"),
                    );
                }
            }
        }
    }

    fn check_due(&mut self, path: &str, kind: &PromiseKind, has_it: bool) {
        let path = format!("{path}.due");
        if is_path(&kind.due) {
            let due = kind.due.strip_suffix(".latest").unwrap_or(&kind.due);
            self.check_name(&path, due, has_it);
            if let Some(found) = self.kind_of(due)
                && !["instant", "date", "window"].contains(&found)
            {
                self.fault(path, format!("{due} is a {found}; a promise falls due at an instant, a date or the end of a window"));
            }
            return;
        }
        if has_it {
            self.fault(
                path,
                "a promise about a link or region falls due when a fact says; reckoned times are for the others",
            );
            return;
        }
        match self.voice.list_names(&kind.due, false) {
            Ok(names) => {
                for name in names.iter().filter(|n| !FUNCTIONS.contains(&n.as_str())) {
                    self.check_name(&path, name, false);
                }
            }
            Err(error) => self.fault(path, error.what),
        }
    }

    fn check_kept_when(&mut self, path: &str, kind: &PromiseKind, has_it: bool) {
        let path = format!("{path}.kept_when");
        match kind.kept_when.as_deref() {
            None | Some(NEXT_STATEMENT | UP | ATTESTED | LASTING) => {}
            Some(expression) => self.check_expression(&path, expression, has_it),
        }
        let is_next = kind.kept_when() == NEXT_STATEMENT;
        if is_next != (kind.per == Per::Statement) {
            self.fault(
                path,
                "`next-statement` keeps what is promised `per: statement`, and nothing else",
            );
        }
    }

    fn check_uses(&mut self, path: &str, kind: &PromiseKind, has_it: bool) {
        for (i, used) in kind.uses.iter().enumerate() {
            let at = format!("{path}.uses[{i}]");
            let resources = &self.books.workspace.resources;
            let near = suggest_nearest(&used.resource, resources.keys().map(String::as_str));
            // A workspace need not have every resource of a shipped base; the promise is then withheld.
            if !resources.contains_key(&used.resource) && !near.is_empty() {
                self.fault(
                    format!("{at}.resource"),
                    format!("saydo.yaml has no resource \"{}\"{near}", used.resource),
                );
            }
            if let Amount::Fact(name) = &used.amount {
                self.check_name(&format!("{at}.amount"), name, has_it);
                if let Some(found) = self.kind_of(name)
                    && found != "count"
                {
                    self.fault(
                        format!("{at}.amount"),
                        format!("{name} is a {found}; an amount is a count"),
                    );
                }
            }
        }
        if kind.per == Per::Statement && !kind.uses.is_empty() {
            self.fault(
                format!("{path}.uses"),
                "a promise of each statement uses nothing: it would be used up by talking",
            );
        }
    }
}
