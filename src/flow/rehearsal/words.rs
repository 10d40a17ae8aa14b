//! A rehearsal as a document, and as a checklist to show somebody.

use serde_json::{Value, json};

use super::{Rehearsal, Remains};

/// The rehearsal as programs read it.
pub fn document(rehearsal: &Rehearsal) -> Value {
    let checks = rehearsal.checks.iter().map(|check| {
        json!({
            "name": check.name,
            "passed": check.passed,
            "took_ms": u64::try_from(check.took.as_millis()).unwrap_or(u64::MAX),
            "sent": check.sent,
            "came": check.came,
        })
    });
    json!({
        "environment": rehearsal.environment,
        "connection": rehearsal.connection.raw(),
        "identifier": rehearsal.identifier.raw(),
        "began": rehearsal.began.to_string(),
        "passed": rehearsal.passed(),
        "verdict": rehearsal.verdict(),
        "fault": rehearsal.fault.as_ref().map(|fault| json!({ "kind": fault.kind.slug(), "message": fault.message })),
        "checks": checks.collect::<Vec<_>>(),
        "account": match &rehearsal.remains {
            Remains::NotMade => "not_made",
            Remains::Deleted => "deleted",
            Remains::Left(_) => "left",
        },
    })
}

/// The rehearsal as a list of tasks in Markdown.
pub fn markdown(rehearsal: &Rehearsal) -> String {
    let Rehearsal { connection, environment, began, .. } = rehearsal;
    let mut text = format!("**Verification of {connection} in {environment}, rehearsed {began:.0}**\n\n");
    for check in &rehearsal.checks {
        let tick = if check.passed { 'x' } else { ' ' };
        let took = check.took.as_secs_f64();
        text.push_str(&format!("- [{tick}] {} ({took:.1} s): {} → {}\n", check.name, check.sent, check.came));
    }
    text.push_str(&format!("\n{} {}\n", rehearsal.verdict(), rehearsal.remains()));
    text
}
