//! Calls that wait for a person: asked at the terminal, else at the screen that is open, else denied in words.

use std::time::{Duration, Instant};

use super::edit;
use super::lines::Lines;
use super::printer::Printer;
use crate::agent::{CallDecision, CallRow, Question, Transcript};
use crate::cli::authorize::{self, Watching};
use crate::cli::output::CliOutput;
use crate::cli::prompt;
use crate::domain::{AccountRef, Fault, Identifier, Untrusted, pluralize};
use crate::flow::approval::{self, ApprovalRequest, Decision, USUAL_LIMIT, Unasked};
use crate::flow::authorize::Verification;
use crate::flow::browser;
use crate::flow::environment::Opened;
use crate::flow::receipt::{self, Authorized};
use crate::flow::record::Recorder;
use crate::flow::sources;
use crate::json::{escaped, pretty};

/// Bytes of an input that a terminal is shown; nobody reads more, and what nobody can read is not allowed unread.
const LONGEST_SHOWN: usize = 64 << 10;

/// Name that the open screen is told.
const ASKER: &str = "jackfield agent";

/// Answers that a person may type.
const ANSWERS: &str = "y allow · a allow for this run · e edit · n deny (n WHY tells the model why)";

/// Reason for the model where nobody could be asked.
const NOBODY: &str = "Nobody could be asked whether this call may be sent. The person can allow it with --yes, or with \
                      the full-screen program open";

/// Environment, person and output of a question.
pub(super) struct Asking<'a> {
    pub(super) opened: &'a Opened,
    pub(super) identifier: &'a Identifier,
    pub(super) run: &'a Transcript,
    pub(super) output: &'a CliOutput,
    /// Whether `--yes` was given.
    pub(super) yes: bool,
    /// Whether a person is at the terminal.
    pub(super) someone: bool,
}

/// Decision on a call, and whether nobody could be asked for it.
pub(super) struct Decided {
    pub(super) decision: CallDecision,
    pub(super) unasked: bool,
}

impl Decided {
    fn by_a_person(decision: CallDecision) -> Self {
        Self { decision, unasked: false }
    }
}

impl Asking<'_> {
    /// Decision on a call that is not to be sent unasked.
    pub(super) async fn decide(
        &self,
        row: &CallRow,
        question: &Question,
        lines: &mut Lines,
        printer: &mut Printer,
    ) -> Result<Decided, Fault> {
        let reasons = question.reasons.as_slice();
        // Whoever said yes in advance meant the tool as it was.
        if self.yes && !question.is_changed {
            return Ok(Decided::by_a_person(CallDecision::Once));
        }
        if self.someone {
            return self.at_terminal(row, reasons, lines, printer).await.map(Decided::by_a_person);
        }
        let decided = match self.at_screen(row, reasons).await {
            Ok(Decision::Once) => Decided::by_a_person(CallDecision::Once),
            Ok(Decision::Run) => Decided::by_a_person(CallDecision::Run),
            Ok(Decision::Deny) => Decided::by_a_person(CallDecision::Deny(String::new())),
            Err(why) => {
                let told = match why {
                    Unasked::Nobody => NOBODY.to_owned(),
                    Unasked::Late => format!("Nobody allowed this call within {}", in_seconds(USUAL_LIMIT)),
                    Unasked::Closed => "The full-screen program was closed before anybody allowed this call".to_owned(),
                    Unasked::TooLarge => "The arguments are too large to be shown to a person whole".to_owned(),
                };
                let next = match question.is_changed {
                    true => "Its definition changed, which --yes does not allow: a person has to look at it.",
                    false => "Use --yes to allow it.",
                };
                self.output.warning(&format!("Not sent: {} {} {next}", row.tool, reasons.join(" ")));
                Decided { decision: CallDecision::Unasked(told), unasked: true }
            }
        };
        Ok(decided)
    }

    async fn at_terminal(
        &self,
        row: &CallRow,
        reasons: &[String],
        lines: &mut Lines,
        printer: &mut Printer,
    ) -> Result<CallDecision, Fault> {
        let Ok(input) = row.sent() else { return Ok(CallDecision::Deny(String::new())) };
        let environment = Untrusted::from(self.opened.about().name.as_str());
        printer.beside(&format!("? {} as {} on {} ({environment})", row.tool, self.identifier, row.connection))?;
        for reason in reasons {
            printer.beside(&format!("  {}", Untrusted::from(reason.as_str())))?;
        }
        let text = pretty(input);
        if text.len() > LONGEST_SHOWN {
            printer.beside("  The input is too large to be shown, so it cannot be allowed here.")?;
            return Ok(CallDecision::Unasked("The input is too large to be shown to the person".to_owned()));
        }
        for line in escaped(&text).lines() {
            printer.beside(&format!("  {line}"))?;
        }
        // Whoever typed before the question was there did not answer it.
        lines.forget();
        loop {
            printer.beside(ANSWERS)?;
            let Some(line) = lines.next().await else { return Ok(CallDecision::Deny(String::new())) };
            let (word, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
            match word.to_ascii_lowercase().as_str() {
                "y" | "yes" if rest.is_empty() => return Ok(CallDecision::Once),
                "a" | "all" if rest.is_empty() => return Ok(CallDecision::Run),
                "n" | "no" => return Ok(CallDecision::Deny(rest.trim().to_owned())),
                "e" | "edit" if rest.is_empty() => {
                    let input = input.clone();
                    match prompt::asking(move || edit::edited(&input)).await {
                        Ok(edited) => return Ok(CallDecision::Edited(edited)),
                        Err(fault) => printer.beside(&format!("{}: {fault}", fault.headline()))?,
                    }
                }
                _ => {}
            }
        }
    }

    async fn at_screen(&self, row: &CallRow, reasons: &[String]) -> Result<Decision, Unasked> {
        let Ok(home) = sources::home() else { return Err(Unasked::Nobody) };
        let request = ApprovalRequest {
            tool: row.tool.raw().to_owned(),
            identifier: self.identifier.raw().to_owned(),
            connection: row.connection.raw().to_owned(),
            environment: self.opened.about().name.clone(),
            client: ASKER.to_owned(),
            run: self.run.run.as_ref().map(|run| run.as_str().to_owned()).unwrap_or_default(),
            reasons: reasons.to_vec(),
            arguments: row.sent().map(|input| input.raw().to_owned()).unwrap_or_default(),
            limit_seconds: USUAL_LIMIT.as_secs(),
        };
        approval::ask(&home.state, &request, USUAL_LIMIT).await
    }
}

/// Has a person authorize an account at the terminal, with the receipt that every authorization has. True if the call may
/// be tried again.
pub(super) async fn authorize(
    opened: &Opened,
    recorder: &Recorder,
    account: &AccountRef,
    printer: &mut Printer,
    output: &CliOutput,
) -> Result<bool, Fault> {
    printer.beside(&format!("{account} has to be authorized before this call can be sent. Ctrl-C stops the run."))?;
    let local = browser::is_local(|name| std::env::var(name).ok());
    let watching = Watching { local, verifies: true, limit: None };
    let began = Instant::now();
    let verification = Verification::ThisMachine(None);
    let (before, result) = authorize::follow(opened.backend.as_ref(), account, verification, watching, output).await;
    if let Some(before) = before {
        let ended = Authorized { before, result: result.clone(), took: began.elapsed() };
        let (receipt, _) = receipt::make(opened, recorder, ended).await;
        printer.beside(&receipt.headline())?;
    }
    match result {
        Ok(_) => Ok(true),
        Err(fault) => {
            output.fault(&fault.about(account.clone()));
            Ok(false)
        }
    }
}

fn in_seconds(limit: Duration) -> String {
    pluralize(limit.as_secs(), "second")
}
