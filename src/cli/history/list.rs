//! `jackfield history list`.

use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use super::{CallSelector, left_out};
use crate::cli::output::CliOutput;
use crate::cli::style;
use crate::cli::table::{Cell, Table};
use crate::cli::time::local;
use crate::domain::Fault;
use crate::flow::record::blocking;
use crate::journal::{CallKind, EntrySummary, Journal};

/// So many are read at a time.
const PAGE: usize = 500;

#[derive(Debug, Args)]
pub(in crate::cli) struct ListCalls {
    #[command(flatten)]
    which: CallSelector,
    /// Show at most N calls
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

impl ListCalls {
    pub(super) async fn perform(&self, journal: Journal, output: &CliOutput) -> Result<u8, Fault> {
        let filter = self.which.filter()?;
        let head = ["NUMBER", "WHEN", "OUTCOME", "CALL", "AS", "CONNECTION", "TOOK"];
        let mut table = Table::new(output, "calls", head);
        let (mut left, mut before, mut unreadable) = (self.limit, None, 0);
        while left > 0 && !table.over().is_cancelled() {
            let (journal, filter) = (journal.clone(), filter.clone());
            let wanted = left.min(PAGE);
            let page = match blocking(move || journal.list(&filter, before, wanted)).await {
                Ok(page) => page,
                Err(fault) => return table.end_as(Err(fault), "call").map(|()| 0),
            };
            unreadable += page.unreadable;
            table.add(&page.calls, document, |call| row(call, output));
            left -= page.calls.len();
            before = page.calls.last().map(|call| call.id);
            if page.calls.len() < wanted {
                break;
            }
        }
        left_out(output, unreadable);
        table.end_short_of(unreadable)?;
        Ok(0)
    }
}

fn row(call: &EntrySummary, output: &CliOutput) -> [Cell; 7] {
    let (glyph, style) = style::outcome(call.outcome);
    let word = call.outcome.word();
    [
        call.id.to_string().into(),
        local(call.began).into(),
        Cell { text: if output.has_glyphs() { format!("{glyph} {word}") } else { word.to_owned() }, style },
        call.name.to_string().into(),
        call.identifier.to_string().into(),
        call.connection.to_string().into(),
        call.took.map_or_else(|| "–".to_owned(), |took| format!("{} ms", took.as_millis())).into(),
    ]
}

/// Everything the list knows of a call.
pub(super) fn document(call: &EntrySummary) -> Value {
    json!({
        "number": call.id.0,
        "began": call.began.to_string(),
        "environment": call.environment.raw(),
        "kind": match call.kind { CallKind::Tool => "tool", CallKind::Proxy => "proxy" },
        "name": call.name.raw(),
        "connection": call.connection.raw(),
        "identifier": call.identifier.raw(),
        "connected_account_id": Some(call.account.raw()).filter(|id| !id.is_empty()),
        "outcome": call.outcome.word(),
        "fault": call.fault.as_ref().map(|(kind, message)| json!({ "kind": kind, "message": message.raw() })),
        "http_status": call.status,
        "execution_id": call.execution.as_ref().map(|id| id.raw()),
        "took_ms": call.took.map(milliseconds),
        "result_bytes": call.size,
        "agent_run_id": call.agent_run.as_ref().map(|run| run.raw()),
        "note": call.note.as_ref().map(|note| note.raw()),
        "probe": call.probe,
        "modifiers": call.modifiers.iter().map(|name| name.raw()).collect::<Vec<_>>(),
        "from": call.front.word(),
        "client": call.client.as_ref().map(|client| client.raw()),
    })
}

/// Milliseconds to the microsecond, which is what the journal keeps. Rounded last: a product of floats would print
/// as 1.8920000000000001.
fn milliseconds(took: Duration) -> f64 {
    (took.as_secs_f64() * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_printed_with_three_digits_at_most() {
        for micros in [0, 1, 999, 1_892, 20_071, 1_234_567, 86_400_000_001] {
            let printed = json!(milliseconds(Duration::from_micros(micros))).to_string();
            let digits = printed.split_once('.').map_or("", |(_, digits)| digits);
            assert!(digits.len() <= 3, "{micros} µs are {printed}");
            assert_eq!(printed.parse::<f64>().map(|ms| (ms * 1e3).round()), Ok(micros as f64), "{printed}");
        }
        assert_eq!(json!(milliseconds(Duration::from_micros(1_892))).to_string(), "1.892");
    }
}
