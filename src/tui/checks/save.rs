//! The findings as rows to save.

use crate::tui::checks::screen::Checks;
use crate::tui::core::messages::SaveList;

/// Names of the columns.
const HEADS: [&str; 5] = ["severity", "check", "subject", "finding", "evidence"];

/// The rows that are shown, in the order of the list.
pub(super) fn list(checks: &Checks) -> SaveList {
    let rows = checks.shown().map(|row| {
        vec![
            row.severity.word().to_owned(),
            row.check.word().to_owned(),
            row.subject.raw().to_owned(),
            row.sentence.clone(),
            row.evidence.join("; "),
        ]
    });
    SaveList { name: "checks.csv".to_owned(), heads: &HEADS, rows: rows.collect() }
}
