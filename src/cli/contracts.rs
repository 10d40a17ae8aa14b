//! `jackfield contracts`: tools that are written down as files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;

use super::environment_args::EnvironmentArgs;
use super::history;
use super::objections::Waivers;
use super::output::CliOutput;
use super::table::Table;
use super::{completions, exit, input, wait_notice};
use crate::contract::{Contract, ContractProblem, Draft, write};
use crate::domain::{Fault, FaultKind, Tool, ToolEffect, Untrusted, decode_utf8, pluralize};
use crate::flow::contracts::{self, ChildJq, ContractFolder, ContractLibrary, Shelf, new};
use crate::flow::record::{Records, blocking};
use crate::flow::sources::Sources;
use crate::flow::target;
use crate::journal::EntryId;
use crate::json::{escaped, pretty};
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(super) enum ContractsCommand {
    /// List contracts: those that come with the program, your own and the project's
    List,
    /// Check contract files
    Check(CheckContracts),
    /// Print a new contract, made of a curl line or of a request in the history
    New(NewContract),
    /// Print a contract that comes with the program
    Show(ShowContract),
    /// Allow the contracts in this folder's .jackfield, as they are now
    Trust(TrustContracts),
}

#[derive(Debug, Args)]
pub(super) struct CheckContracts {
    /// Files to check
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Also run the contract once, in the environment
    #[arg(long = "try", requires = "identifier")]
    once: bool,
    /// Identifier to act as
    #[arg(long = "as", value_name = "IDENTIFIER", requires = "once", add = completions::identifiers())]
    identifier: Option<String>,
    /// Connection (if several fit)
    #[arg(long, value_name = "CONNECTION", requires = "once", add = completions::connections())]
    connection: Option<String>,
    /// Input: JSON, @FILE, or - for standard input
    #[arg(long, value_name = "JSON", default_value = "{}", requires = "once")]
    input: String,
    #[command(flatten)]
    waivers: Waivers,
}

#[derive(Debug, Args)]
pub(super) struct NewContract {
    /// A curl line, @FILE, or - for standard input; credentials are left out
    #[arg(
        long,
        value_name = "LINE",
        required_unless_present = "call",
        conflicts_with = "call",
        allow_hyphen_values = true
    )]
    curl: Option<String>,
    /// Number of a request in the history
    #[arg(long = "from-call", value_name = "NUMBER", value_parser = history::number)]
    call: Option<EntryId>,
    /// Name of the tool
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Provider it is for, such as LINEAR
    #[arg(long, value_name = "PROVIDER")]
    provider: String,
}

#[derive(Debug, Args)]
pub(super) struct ShowContract {
    /// Name of the tool
    name: String,
}

#[derive(Debug, Args)]
pub(super) struct TrustContracts {
    /// Do not allow them, and do not ask again
    #[arg(long)]
    no: bool,
}

impl ContractsCommand {
    /// Carries out the command; needs an environment only to try a contract.
    pub(super) async fn perform(
        &self,
        environment: &EnvironmentArgs,
        settings: &Settings,
        records: &Arc<Records>,
        output: &CliOutput,
    ) -> Result<u8, Fault> {
        match self {
            Self::List => list(output).await,
            Self::Check(check) => check.perform(environment, settings, records, output).await,
            Self::New(new) => new.perform(records, output).await,
            Self::Show(show) => show.perform(output),
            Self::Trust(trust) => trust.perform(output).await,
        }
    }
}

async fn shelf() -> Result<(Arc<ContractLibrary>, Arc<Shelf>), Fault> {
    let sources = Sources::from_process()?;
    blocking(move || {
        let library = Arc::new(sources.contracts());
        let shelf = library.current();
        Ok((library, shelf))
    })
    .await
}

async fn list(output: &CliOutput) -> Result<u8, Fault> {
    let (_, shelf) = shelf().await?;
    let mut table = Table::new(output, "contracts", ["TOOL", "PROVIDER", "EFFECT", "FROM", "FILE"]);
    let place = |folder: ContractFolder| match folder {
        ContractFolder::BuiltIn => "program",
        ContractFolder::Settings => "settings",
        ContractFolder::Project => "project",
    };
    let document = |(folder, contract): &(ContractFolder, Contract)| {
        let scopes: Vec<_> = contract.scopes().iter().map(Untrusted::raw).collect();
        json!({
            "tool": contract.name().raw(),
            "provider": contract.provider().raw(),
            "effect": contract.effect().word(),
            "scopes": scopes,
            "from": place(*folder),
            "file": contract.file().raw(),
        })
    };
    table.add(&shelf.contracts, document, |(folder, contract)| {
        [
            contract.name().to_string(),
            contract.provider().to_string(),
            contract.effect().word().to_owned(),
            place(*folder).to_owned(),
            contract.file().to_string(),
        ]
    });
    table.end()?;
    for problem in &shelf.problems {
        output.warning(&format!("{}: {}", problem.file, problem.problem));
    }
    if let Some(question) = shelf.question.as_ref().filter(|question| question.agreed != Some(true)) {
        let files = pluralize(question.files.len() as u64, "contract");
        output
            .remark(&format!("{files} of this folder not in use. “jackfield contracts trust” allows what it has now."));
    }
    Ok(0)
}

/// Result for one file.
#[derive(Serialize)]
struct CheckedFile {
    file: String,
    tool: Option<String>,
    problems: Vec<CheckedProblem>,
}

#[derive(Serialize)]
struct CheckedProblem {
    line: Option<usize>,
    problem: String,
}

impl CheckContracts {
    async fn perform(
        &self,
        environment: &EnvironmentArgs,
        settings: &Settings,
        records: &Arc<Records>,
        output: &CliOutput,
    ) -> Result<u8, Fault> {
        if self.once && self.files.len() > 1 {
            return Err(Fault::new(FaultKind::Usage, "--try runs one contract. Name one file."));
        }
        let (mut checked, mut good) = (Vec::new(), None);
        for path in &self.files {
            let file = path.to_string_lossy().into_owned();
            let found = match read(path).await? {
                Ok(text) => contracts::check(&text, &file, &ChildJq::default()).await?,
                Err(problem) => Err(vec![problem]),
            };
            let (tool, problems) = match found {
                Ok(contract) => {
                    let tool = contract.name().raw().to_owned();
                    good = Some(contract);
                    (Some(tool), Vec::new())
                }
                Err(problems) => (None, problems),
            };
            let problem = |problem: &ContractProblem| CheckedProblem {
                line: problem.line,
                problem: problem.sentence.to_string(),
            };
            checked.push(CheckedFile { file, tool, problems: problems.iter().map(problem).collect() });
        }
        let is_wrong = checked.iter().any(|file| !file.problems.is_empty());
        match good.filter(|_| self.once && !is_wrong) {
            Some(contract) => self.try_once(contract, environment, settings, records, output).await,
            None => {
                report(&checked, output)?;
                Ok(if is_wrong { exit::code(FaultKind::InvalidInput) } else { 0 })
            }
        }
    }

    /// Runs the contract as any other tool is run, and writes it down.
    async fn try_once(
        &self,
        contract: Contract,
        environment: &EnvironmentArgs,
        settings: &Settings,
        records: &Arc<Records>,
        output: &CliOutput,
    ) -> Result<u8, Fault> {
        let input = input::object(&self.input)?;
        let (tool, effect) = (contract.name().clone(), contract.effect());
        if effect != ToolEffect::Reads && !self.waivers.yes {
            let message = format!("{tool} changes something ({}). Use --yes to try it.", effect.word());
            return Err(Fault::new(FaultKind::Usage, message));
        }
        let opened = environment.open(settings, None, output).await?;
        let _told = wait_notice::tell_of_network(&opened, output);
        let opened = opened.with_contracts(ContractLibrary::of(contract));
        let backend = opened.backend.as_ref();
        let wanted = target::CallRequest {
            tool: tool.clone(),
            identifier: self.identifier.as_deref().unwrap_or_default().into(),
            connection: self.connection.as_deref().map(Into::into),
            account: None,
        };
        let target::ResolvedCall { account, tool: found } = target::find(backend, &wanted, self.waivers.anyway).await?;
        let tool = found.unwrap_or_else(|| Tool::unknown(tool.raw()));
        self.waivers.settle(backend, &tool, &account, &input, false, output).await?;
        let about = account.pair();
        let call = account.call(backend, &tool, input, None)?;
        let recorder = environment.recorder(&opened, settings, records);
        let recorded = recorder.run(backend, &call).await;
        history::mention(output, recorded.writing.end().await.as_ref());
        let execution = recorded.result.map_err(|fault| fault.about(about))?;
        match output.is_json() {
            true => output.document(&json!({ "data": execution.data }))?,
            false => output.print(&escaped(&pretty(&execution.data)))?,
        }
        Ok(exit::reported(output, recorded.reported.as_ref()))
    }
}

fn report(checked: &[CheckedFile], output: &CliOutput) -> Result<(), Fault> {
    if output.is_json() {
        return output.document(&json!({ "files": checked }));
    }
    let mut lines = Vec::new();
    for CheckedFile { file, tool, problems } in checked {
        let file = Untrusted::from(file.as_str());
        lines.extend(tool.iter().map(|tool| format!("{file}: good ({tool})")));
        for CheckedProblem { line, problem } in problems {
            let line = line.map(|line| format!(":{line}")).unwrap_or_default();
            lines.push(format!("{file}{line}: {problem}"));
        }
    }
    output.print(&lines.join("\n"))
}

/// Text of a file, or why it cannot be one.
async fn read(path: &Path) -> Result<Result<String, ContractProblem>, Fault> {
    let path = path.to_owned();
    blocking(move || {
        let name = Untrusted::from(path.to_string_lossy().as_ref());
        let bytes = crate::files::read(&path)
            .map_err(|error| Fault::new(FaultKind::InvalidInput, format!("Cannot read {name}.")).because(error))?;
        Ok(decode_utf8(&bytes).map(str::to_owned).map_err(|why| ContractProblem::of_file(why.to_string())))
    })
    .await
}

impl NewContract {
    async fn perform(&self, records: &Arc<Records>, output: &CliOutput) -> Result<u8, Fault> {
        let draft = match (&self.curl, self.call) {
            (Some(line), _) => {
                let bytes = input::bytes(line, "The curl line")?;
                let text = decode_utf8(&bytes)
                    .map_err(|why| Fault::new(FaultKind::InvalidInput, format!("The curl line is no text: {why}.")))?;
                new::of_curl(text)?
            }
            (None, Some(call)) => new::of_entry(&history::entry(&records.journal().await?, call).await?)?,
            (None, None) => return Err(Fault::new(FaultKind::Usage, "Name a curl line or a call.")),
        };
        let name = self.name.clone().unwrap_or_default();
        let text = write(&Draft { name, provider: self.provider.clone(), ..draft });
        match output.is_json() {
            true => output.document(&json!({ "contract": text }))?,
            false => output.print(text.trim_end())?,
        }
        if let Err(problems) = Contract::parse(&text, "the new contract") {
            problems.iter().for_each(|problem| output.warning(&problem.to_string()));
        }
        Ok(0)
    }
}

impl ShowContract {
    fn perform(&self, output: &CliOutput) -> Result<u8, Fault> {
        let Some(text) = crate::contract::built_in_text(&self.name.as_str().into()) else {
            let name = Untrusted::from(self.name.as_str());
            let message =
                format!("No contract named {name} comes with the program. “jackfield contracts list” lists them.");
            return Err(Fault::new(FaultKind::NotFound, message));
        };
        match output.is_json() {
            true => output.document(&json!({ "contract": text }))?,
            false => output.print(text.trim_end())?,
        }
        Ok(0)
    }
}

impl TrustContracts {
    async fn perform(&self, output: &CliOutput) -> Result<u8, Fault> {
        let (library, shelf) = shelf().await?;
        let Some(question) = shelf.question.clone() else {
            let message = "This folder has no contracts: there is nothing in .jackfield/contracts.";
            return Err(Fault::new(FaultKind::NotFound, message));
        };
        let agreed = !self.no;
        let files: Vec<_> = question.files.iter().map(ToString::to_string).collect();
        let now = blocking(move || {
            library.answer(&question, agreed)?;
            Ok(library.current())
        })
        .await?;
        let verb = if agreed { "Allowed" } else { "Not allowed" };
        let document = json!({ "allowed": agreed, "files": files });
        output.done(&document, &format!("{verb}, as they are now: {}.", files.join(", ")))?;
        for problem in &now.problems {
            output.warning(&format!("{}: {}", problem.file, problem.problem));
        }
        Ok(0)
    }
}
