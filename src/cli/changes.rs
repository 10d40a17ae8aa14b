//! `jackfield changes`: what differs since an earlier look.

use anstyle::Style;
use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::output::CliOutput;
use super::style;
use super::table::{Cell, Table};
use super::time::local;
use crate::backend::Backend;
use crate::domain::{Fault, FaultKind, pluralize};
use crate::flow::changes::{self, Change, Changes};
use crate::flow::record::{Recorder, blocking};
use crate::flow::snapshot;
use crate::journal::JournalFilter;
use crate::schema::Judgement;

#[derive(Debug, Args)]
pub(super) struct ShowChanges {
    /// Compare with the state at this time: 2h, 3d, a date or a timestamp (default: the last one of another day)
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Timestamp>,
}

/// Reads a time as filters do.
fn moment(text: &str) -> Result<Timestamp, String> {
    let wanted = || "expected 30m, 2h, 3d, 1w, or a date such as 2026-11-20".to_owned();
    if text.contains('"') {
        return Err(wanted());
    }
    let filter = JournalFilter::parse(&format!("since:\"{text}\""), Timestamp::now());
    filter.ok().and_then(|filter| filter.since).ok_or_else(wanted)
}

impl ShowChanges {
    pub(super) async fn perform(
        &self,
        backend: &dyn Backend,
        recorder: &Recorder,
        output: &CliOutput,
    ) -> Result<u8, Fault> {
        let unkept = || Fault::new(FaultKind::Usage, "Changes are told from the history, which is not kept here.");
        let records = recorder.records().ok_or_else(unkept)?;
        let journal = records.journal().await?;
        let reading = snapshot::read(backend, |_| ()).await;
        if let Some(fault) = reading.refusal() {
            return Err(fault.clone());
        }
        let (environment, since) = (recorder.environment().to_owned(), self.since);
        let (at, state) = (reading.at, reading.state());
        let found = blocking(move || {
            let before = snapshot::baseline(&journal, &environment, since, at)?;
            let now = journal.save_snapshot(&environment, at, state)?;
            before.map(|before| changes::between(&journal, &environment, &before, &now)).transpose()
        })
        .await?;
        print(found.as_ref(), self.since, output)?;
        // What did arrive was compared; the rest is told as of any other list.
        let faults = [
            reading.accounts.fault.as_ref(),
            reading.connections.as_ref().and_then(|listed| listed.fault.as_ref()),
            reading.tools.fault.as_ref(),
        ];
        match faults.into_iter().flatten().find(|fault| fault.kind != FaultKind::NotOffered) {
            Some(fault) => Err(fault.clone()),
            None => Ok(0),
        }
    }
}

fn print(found: Option<&Changes>, since: Option<Timestamp>, output: &CliOutput) -> Result<(), Fault> {
    if output.is_json() {
        return output.document(&found.map_or_else(|| json!({ "since": null, "changes": [] }), document));
    }
    let Some(found) = found else {
        output.remark("This is the first look at this environment. Changes are told from now on.");
        return Ok(());
    };
    if !found.changes.is_empty() {
        let mut table = Table::new(output, "changes", ["EFFECT", "SUBJECT", "CHANGE"]);
        table.add(&found.changes, change, |change| row(change, output));
        table.end()?;
    }
    let when = local(found.since);
    match found.changes.len() as u64 {
        0 => output.remark(&format!("Nothing changed since {when}.")),
        count => output.remark(&format!("{} since {when}.", pluralize(count, "change"))),
    }
    if since.is_some_and(|since| since < found.since) {
        output.remark("There is no older snapshot.");
    }
    if !found.unknown.is_empty() {
        output.warning(&format!("Not compared, since they were not read whole: {}.", found.unknown.join(", ")));
    }
    Ok(())
}

fn row(change: &Change, output: &CliOutput) -> [Cell; 3] {
    let (glyph, style) = judgement(change.judgement);
    let words = change.judgement.words();
    let plain = |text: String| Cell { text, style: Style::new() };
    [
        Cell { text: if output.has_glyphs() { format!("{glyph} {words}") } else { words.to_owned() }, style },
        plain(change.subject.to_string()),
        plain(change.sentence.clone()),
    ]
}

/// Glyph and style of a judgement.
pub(super) fn judgement(judgement: Judgement) -> (&'static str, Style) {
    match judgement {
        Judgement::Breaks => ("✖", style::BAD),
        Judgement::MayBreak => ("▲", style::WARN),
        Judgement::Harmless => ("●", style::GOOD),
    }
}

/// All changes as programs read them.
pub(super) fn document(found: &Changes) -> Value {
    json!({
        "since": found.since.to_string(),
        "until": found.until.to_string(),
        "not_compared": found.unknown,
        "changes": found.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

/// One change as programs read it.
pub(super) fn change(change: &Change) -> Value {
    let account = change.account.as_ref().map(|(id, connection, identifier)| {
        json!({ "id": id.raw(), "connection": connection.raw(), "identifier": identifier.raw() })
    });
    let schema = change.schema.iter().map(|change| {
        json!({
            "path": change.path.raw(),
            "effect": change.judgement.slug(),
            "message": change.sentence,
        })
    });
    json!({
        "kind": change.kind.slug(),
        "effect": change.judgement.slug(),
        "subject": change.subject.raw(),
        "message": change.sentence,
        "account": account,
        "tool": change.tool.as_ref().map(|tool| tool.raw()),
        "schema": schema.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_in_filters_and_nothing_else_is() {
        let day: Timestamp = "2026-11-28T12:00:00Z".parse().unwrap();
        assert_eq!(moment("2026-11-28T12:00:00Z"), Ok(day));
        assert!(moment("2h").is_ok_and(|since| since < Timestamp::now()));
        for wrong in ["", "yesterday", "2h tool:x", "\"", "2h\" as:\"x"] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
    }
}
