//! `jackfield audit verify`.

use clap::Args;
use serde_json::json;

use crate::cli::output::CliOutput;
use crate::domain::{Fault, pluralize};
use crate::flow::record::blocking;
use crate::journal::{AuditVerdict, ChainHash, ChainProblem, Journal};

/// Exit code where something is not as it was written.
const DIFFERS: u8 = 9;

#[derive(Debug, Args)]
pub(in crate::cli) struct VerifyChain {
    /// Check as well that this head, noted earlier, is still in the chain
    #[arg(long, value_name = "HASH", value_parser = hash)]
    head: Option<ChainHash>,
}

fn hash(digits: &str) -> Result<ChainHash, String> {
    ChainHash::from_digits(digits)
        .ok_or_else(|| "expected the 64 hexadecimal digits that jackfield audit verify printed as the head".to_owned())
}

impl VerifyChain {
    pub(super) async fn perform(&self, journal: Journal, output: &CliOutput) -> Result<u8, Fault> {
        let noted = self.head;
        let verdict = blocking(move || journal.verify_audit(noted.as_ref())).await?;
        let is_lost = noted.is_some() && verdict.noted.is_none();
        let is_whole = verdict.problem.is_none() && verdict.is_guarded && !is_lost;
        if output.is_json() {
            output.document(&json!({
                "whole": is_whole,
                "good": verdict.good,
                "head": verdict.head.to_string(),
                "problem": verdict.problem.map(document),
                "guarded": verdict.is_guarded,
                "noted_head": noted.map(|noted| json!({ "hash": noted.to_string(), "line": verdict.noted })),
            }))?;
        } else {
            say(&verdict, noted, output)?;
        }
        Ok(if is_whole { 0 } else { DIFFERS })
    }
}

fn say(verdict: &AuditVerdict, noted: Option<ChainHash>, output: &CliOutput) -> Result<(), Fault> {
    match verdict.problem {
        None => output.print(&format!("{}, as they were written.", pluralize(verdict.good, "line")))?,
        Some(problem) => {
            output.print(&problem.to_string())?;
            output.print(&format!("Before that: {}, as they were written.", pluralize(verdict.good, "line")))?;
        }
    }
    if !verdict.is_guarded {
        output.print("The triggers that refuse changes are not all there: something else has changed the file.")?;
    }
    match (noted, verdict.noted) {
        (Some(_), Some(0)) => output.print("The head that you noted is that of an empty chain.")?,
        (Some(_), Some(line)) => output.print(&format!("The head that you noted is that of line {line}."))?,
        (Some(_), None) => output.print(
            "The head that you noted is not in this chain: lines were written anew, or it belongs to another file.",
        )?,
        (None, _) => {}
    }
    output.print(&format!("head: {}", verdict.head))
}

fn document(problem: ChainProblem) -> serde_json::Value {
    let (kind, line) = match problem {
        ChainProblem::Changed(line) => ("changed", Some(line)),
        ChainProblem::Missing(line) => ("missing", Some(line)),
        ChainProblem::Inserted(line) => ("inserted", Some(line)),
        ChainProblem::OutOfPlace(line, _) => ("out_of_place", Some(line)),
        ChainProblem::CutOff(first, _) => ("cut_off", Some(first)),
        ChainProblem::NoHead => ("no_head", None),
        ChainProblem::OtherHead => ("other_head", None),
    };
    json!({ "kind": kind, "line": line, "message": problem.to_string() })
}
