//! `jackfield audit list`.

use clap::Args;
use serde_json::value::RawValue;

use super::{UseSelector, left_out};
use crate::cli::output::CliOutput;
use crate::cli::style;
use crate::cli::table::{Cell, Table};
use crate::cli::time::local;
use crate::domain::Fault;
use crate::flow::record::blocking;
use crate::journal::{AuditLine, Journal};

/// So many are read at a time.
const PAGE: usize = 500;

#[derive(Debug, Args)]
pub(in crate::cli) struct ListUses {
    #[command(flatten)]
    which: UseSelector,
    /// Show at most N uses
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

impl ListUses {
    pub(super) async fn perform(&self, journal: Journal, output: &CliOutput) -> Result<u8, Fault> {
        let filter = self.which.filter()?;
        let head = ["NUMBER", "WHEN", "OUTCOME", "EVENT", "APPLICATION", "ON BEHALF OF", "CONNECTION", "FOR", "SCOPES"];
        let mut table = Table::new(output, "uses", head);
        let (mut left, mut before, mut unreadable) = (self.limit, None, 0);
        while left > 0 && !table.over().is_cancelled() {
            let (journal, filter) = (journal.clone(), filter.clone());
            let wanted = left.min(PAGE);
            let page = match blocking(move || journal.audit(&filter, before, wanted)).await {
                Ok(page) => page,
                Err(fault) => return table.end_as(Err(fault), "use").map(|()| 0),
            };
            unreadable += page.unreadable;
            table.add(&page.lines, document, |line| row(line, output));
            left -= page.lines.len();
            before = page.last;
            if page.lines.len() < wanted {
                break;
            }
        }
        left_out(output, unreadable);
        table.end_short_of(unreadable)?;
        Ok(0)
    }
}

fn row(line: &AuditLine, output: &CliOutput) -> [Cell; 9] {
    let used = &line.used;
    let (glyph, style) = style::credential_outcome(used.outcome);
    let word = used.outcome.word();
    let or_none = |text: Option<String>| Cell::from(text.unwrap_or_else(|| "–".to_owned()));
    let tool = used.purpose.tool.as_ref().map(ToString::to_string);
    [
        line.number.to_string().into(),
        local(used.at).into(),
        Cell { text: if output.has_glyphs() { format!("{glyph} {word}") } else { word.to_owned() }, style },
        used.event.word().to_owned().into(),
        or_none(used.application.as_ref().map(ToString::to_string)),
        used.person.to_string().into(),
        used.connection.to_string().into(),
        or_none(tool.or_else(|| used.resource.as_ref().map(ToString::to_string))),
        or_none(used.scopes()),
    ]
}

/// The line as it is exported.
pub(super) fn document(line: &AuditLine) -> Box<RawValue> {
    RawValue::from_string(line.exported()).unwrap_or_default()
}
