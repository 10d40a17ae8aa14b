//! `jackfield audit show`.

use clap::Args;

use super::list::document;
use crate::cli::output::CliOutput;
use crate::cli::time::local;
use crate::domain::{Fault, FaultKind, Untrusted, listed};
use crate::flow::record::blocking;
use crate::journal::Journal;

#[derive(Debug, Args)]
pub(in crate::cli) struct ShowUse {
    /// Number of the line in the list
    number: u64,
}

impl ShowUse {
    pub(super) async fn perform(&self, journal: Journal, output: &CliOutput) -> Result<u8, Fault> {
        let number = self.number;
        let line = blocking(move || journal.audit_line(number)).await?.ok_or_else(|| {
            let message =
                format!("There is no line {number} in the audit that can be read. jackfield audit verify tells more.");
            Fault::new(FaultKind::NotFound, message)
        })?;
        if output.is_json() {
            output.document(&document(&line))?;
            return Ok(0);
        }
        let used = &line.used;
        output.print(&used.sentence())?;
        let facts =
            [used.outcome.word(), used.event.word(), &local(used.at), &line.environment.to_string()].join(" · ");
        output.print(&facts)?;
        let untrusted = |text: &Option<Untrusted>| text.as_ref().map(ToString::to_string);
        let asked: Vec<String> = used.asked.iter().map(|scope| Untrusted::from(scope.as_str()).to_string()).collect();
        let given = used.given.as_ref().map(|given| listed(given, " "));
        for (name, value) in [
            ("reason", untrusted(&used.reason)),
            ("connection", Some(used.connection.to_string())),
            ("account", (!used.account.is_empty()).then(|| used.account.to_string())),
            ("issuer", untrusted(&used.issuer)),
            ("resource", untrusted(&used.resource)),
            ("asked", (!asked.is_empty()).then(|| asked.join(" "))),
            ("given", given),
            ("token", used.token.as_ref().map(|mark| mark.digits().to_owned())),
            ("expires", used.expires_at.map(local)),
            ("tool", used.purpose.tool.as_ref().map(ToString::to_string)),
            ("call", used.purpose.call.map(|call| call.to_string())),
            ("run", untrusted(&used.purpose.run)),
            ("hash", Some(line.hash.to_string())),
        ] {
            if let Some(value) = value {
                output.print(&format!("{name:<12}{value}"))?;
            }
        }
        Ok(0)
    }
}
