//! `jackfield compare`.

mod document;
mod prose;

use std::io::{self, IsTerminal as _};
use std::num::NonZeroUsize;

use clap::Args;
use jiff::Timestamp;

use super::output::CliOutput;
use super::{completions, embedded, exit, history, input, waits_longer};
use crate::domain::{ConnectionName, Fault, FaultKind, Identifier, ToolName, pluralize};
use crate::flow::compare::{self, AT_ONCE, Comparison, ComparisonRequest, Everybody, Refusal, Step};
use crate::flow::environment::Opened;
use crate::flow::record::Recorder;
use crate::settings::TimeLimit;

/// Exit code where the results differ, or somebody has none.
const DIFFERENT: u8 = 9;

#[derive(Debug, Args)]
pub(super) struct Compare {
    /// Name of the tool; it must be declared to read
    #[arg(add = completions::tools())]
    tool: String,
    /// Identifier to run it as; to be repeated
    #[arg(long = "as", value_name = "IDENTIFIER", required_unless_present = "all", add = completions::identifiers())]
    people: Vec<String>,
    /// Run it as everybody with an active account
    #[arg(long, conflicts_with = "people")]
    all: bool,
    /// Number of users for --all, at most
    #[arg(long, value_name = "NUMBER", default_value = "50", requires = "all")]
    max: NonZeroUsize,
    /// Connection of the accounts (if several offer the tool)
    #[arg(long, value_name = "CONNECTION", add = completions::connections())]
    connection: Option<String>,
    /// Input: JSON, @FILE, or - for standard input
    #[arg(long, value_name = "JSON", default_value = "{}")]
    input: String,
    /// Number of calls that are sent at the same time
    #[arg(long, value_name = "NUMBER", default_value_t = NonZeroUsize::MIN.saturating_add(AT_ONCE - 1))]
    at_once: NonZeroUsize,
    /// Time to wait for each answer: 90s, 5m, or none for no limit [default: 1m]
    #[arg(long, value_name = "TIME", value_parser = super::time_limit)]
    pub(super) timeout: Option<TimeLimit>,
    /// Run a tool that is not declared to read, or an input that is invalid; never a destructive tool
    #[arg(long)]
    anyway: bool,
}

impl Compare {
    pub(super) async fn perform(&self, opened: &Opened, recorder: &Recorder, output: &CliOutput) -> Result<u8, Fault> {
        let backend = opened.backend.as_ref();
        let input = input::object(&self.input)?;
        let tool = ToolName::from(self.tool.as_str());
        let connection = self.connection.as_deref().map(ConnectionName::from);
        let Everybody { people, left_out } = match self.all {
            true => compare::everybody(backend, &tool, connection.as_ref(), self.max.get()).await?,
            false => Everybody { people: self.named(), left_out: 0 },
        };
        if left_out > 0 {
            let users = pluralize(left_out as u64, "more user");
            output.warning(&format!("{users} left out; --max {} takes all.", people.len() + left_out));
        }
        let request = ComparisonRequest {
            tool,
            input,
            connection,
            people,
            at_once: self.at_once.get(),
            anyway: self.anyway,
            label: compare::label(Timestamp::now()),
        };
        let told = Told { request: &request, output, is_watched: io::stderr().is_terminal() && !output.is_json() };
        let people = compare::run(backend, recorder, &request, |at, step| told.step(at, &step)).await;
        let comparison = Comparison::new(people.map_err(refused)?).await?;
        for person in &comparison.people {
            history::mention(output, person.unrecorded.as_ref());
        }
        match output.is_json() {
            true => output.document(&document::of(&comparison, &request, left_out))?,
            false => prose::print(&comparison, &request, output)?,
        }
        if self.anyway {
            embedded::tell_of_loss(opened, output);
        }
        Ok(code(&comparison))
    }

    /// Everybody who is named, each once.
    fn named(&self) -> Vec<Identifier> {
        let mut people: Vec<Identifier> = Vec::new();
        for identifier in self.people.iter().map(|identifier| Identifier::from(identifier.as_str())) {
            if !people.contains(&identifier) {
                people.push(identifier);
            }
        }
        people
    }
}

/// 0 for the same, 9 for a difference; where nobody was answered, the code of the first failure.
fn code(comparison: &Comparison) -> u8 {
    let fault = comparison.people.first().and_then(|person| person.fault.as_ref());
    match fault.filter(|_| comparison.answered().is_empty()) {
        Some(fault) => exit::code(fault.kind),
        None if comparison.is_same() => 0,
        None => DIFFERENT,
    }
}

fn refused(refusal: Refusal) -> Fault {
    match refusal {
        Refusal::Final(fault) => waits_longer(fault),
        Refusal::Insist(mut fault) => {
            fault.message.push_str(match fault.kind {
                FaultKind::Usage => " Use --anyway to run it as each of them all the same.",
                _ => " Use --anyway to send it all the same.",
            });
            fault
        }
    }
}

/// What is told on the way.
struct Told<'a> {
    request: &'a ComparisonRequest,
    output: &'a CliOutput,
    /// Whether a person waits at a terminal.
    is_watched: bool,
}

impl Told<'_> {
    fn step(&self, at: usize, step: &Step) {
        let Some(person) = self.request.people.get(at) else { return };
        match step {
            Step::Waiting(wait) => {
                let seconds = wait.as_secs_f64().ceil();
                self.output.warning(&format!("{person}: turned away by a limit; sent again in {seconds} s."));
            }
            Step::Ended(result) if self.is_watched => {
                let outcome = result.fault.as_ref().map_or("answered", Fault::headline).to_lowercase();
                self.output.remark(&format!("{person}: {outcome}"));
            }
            Step::Resolving | Step::Ready | Step::Calling | Step::Ended(_) => {}
        }
    }
}
