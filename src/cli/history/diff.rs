//! `jackfield history diff`.

use clap::Args;
use serde::Serialize;

use super::{entry, number};
use crate::cli::output::CliOutput;
use crate::domain::{Fault, FaultKind, JsonText};
use crate::journal::{EntryId, Journal, JournalEntry, StoredBody};
use crate::json::{self, DiffEntry, Document, Ignore, NodeId};

/// So much of a value is shown on a line.
const SHOWN: usize = 60;

#[derive(Debug, Args)]
pub(in crate::cli) struct Diff {
    /// Number of the first call
    #[arg(value_name = "LEFT", value_parser = number)]
    left: EntryId,
    /// Number of the second call
    #[arg(value_name = "RIGHT", value_parser = number)]
    right: EntryId,
    /// Compare inputs instead of results
    #[arg(long)]
    arguments: bool,
    /// Ignore values under this key (* matches anything); may be repeated
    #[arg(long, value_name = "KEY")]
    ignore: Vec<String>,
    /// Ignore timestamps
    #[arg(long)]
    ignore_times: bool,
    /// Ignore ids
    #[arg(long)]
    ignore_ids: bool,
}

#[derive(Serialize)]
struct DiffReport {
    equal: bool,
    differences: Vec<DiffLine>,
}

#[derive(Serialize)]
struct DiffLine {
    change: &'static str,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<JsonText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    right: Option<JsonText>,
}

impl Diff {
    pub(super) async fn perform(&self, journal: Journal, output: &CliOutput) -> Result<u8, Fault> {
        let left = self.body(entry(&journal, self.left).await?)?;
        let right = self.body(entry(&journal, self.right).await?)?;
        let ignore =
            Ignore { names: self.ignore.clone(), moments: self.ignore_times, ids: self.ignore_ids, order: false };
        let found = json::diff(&left, &right, &ignore);
        if output.is_json() {
            let lines: Vec<DiffLine> = found.into_iter().map(|difference| line(difference, &left, &right)).collect();
            output.document(&DiffReport { equal: lines.is_empty(), differences: lines })?;
            return Ok(0);
        }
        if found.is_empty() {
            output.remark("No differences.");
        }
        for difference in found {
            output.print(&prose(difference, &left, &right))?;
        }
        Ok(0)
    }

    fn body(&self, entry: JournalEntry) -> Result<Document, Fault> {
        let (body, name) = if self.arguments { (entry.arguments, "arguments") } else { (entry.result, "result") };
        let StoredBody::Kept(json) = body else {
            let message =
                format!("Call {} has no stored {}.", entry.summary.id, if self.arguments { "input" } else { name });
            return Err(Fault::new(FaultKind::NotFound, message));
        };
        Document::index(json).map_err(|fault| Fault::new(FaultKind::TooLarge, fault.to_string()))
    }
}

fn line(difference: DiffEntry, left: &Document, right: &Document) -> DiffLine {
    let (change, path, l, r) = match difference {
        DiffEntry::Removed(node) => ("removed", left.pointer(node), Some(node), None),
        DiffEntry::Added(node) => ("added", right.pointer(node), None, Some(node)),
        DiffEntry::Changed(l, r) => ("changed", left.pointer(l), Some(l), Some(r)),
    };
    let value = |document: &Document, node: Option<NodeId>| {
        node.and_then(|node| JsonText::parse(document.raw(node).to_vec()).ok())
    };
    DiffLine { change, path: path.raw().to_owned(), left: value(left, l), right: value(right, r) }
}

fn prose(difference: DiffEntry, left: &Document, right: &Document) -> String {
    let value = |document: &Document, node| {
        let excerpt = document.display_string(node, SHOWN);
        format!("{}{}", excerpt.text, if excerpt.cut { "…" } else { "" })
    };
    match difference {
        DiffEntry::Removed(node) => format!("- {}: {}", left.jq_path(node), value(left, node)),
        DiffEntry::Added(node) => format!("+ {}: {}", right.jq_path(node), value(right, node)),
        DiffEntry::Changed(l, r) => format!("~ {}: {} → {}", left.jq_path(l), value(left, l), value(right, r)),
    }
}
