//! Objections to a call, put to the person at the terminal or answered by options.

use clap::Args;

use super::output::CliOutput;
use super::prompt;
use crate::backend::Backend;
use crate::domain::{Account, Fault, JsonText, Mode, Tool};
use crate::flow::preflight::{self, Objection, ProposedCall, Waiver};
use crate::schema::{InputCheck, Validator};

/// Answers given in advance.
#[derive(Debug, Args)]
pub(super) struct Waivers {
    /// Do not ask before a destructive tool runs, or a call is sent again
    #[arg(long)]
    pub(super) yes: bool,
    /// Send even if the account is not active, the tool is not listed or the input is invalid
    #[arg(long)]
    pub(super) anyway: bool,
}

impl Waivers {
    /// Examines a call of `tool` with `account` and `input`, which may have been sent before, and returns where nothing speaks against it any more:
    /// nothing does, an option answers it, or the person at the terminal says yes.
    ///
    /// # Errors
    /// [`FaultKind::ReadOnly`](crate::domain::FaultKind) where the mode refuses it; the fault of the first objection where
    /// there is no terminal; [`FaultKind::Cancelled`](crate::domain::FaultKind) for a no.
    pub(super) async fn settle(
        &self,
        backend: &dyn Backend,
        tool: &Tool,
        account: &Account,
        input: &JsonText,
        again: bool,
        output: &CliOutput,
    ) -> Result<(), Fault> {
        // No option answers it, so nothing is asked either.
        preflight::permit_tool(backend, tool)?;
        let schema = tool.input_schema.as_ref().filter(|_| !self.anyway);
        let InputCheck { problems, dropped } =
            schema.map(|schema| Validator::compile(schema).check(input)).unwrap_or_default();
        if !dropped.is_empty() {
            let dropped: Vec<_> = dropped.iter().map(ToString::to_string).collect();
            output.warning(&format!("Not checked: {}.", dropped.join("; ")));
        }
        let Account { connection, identifier, status, .. } = account;
        let status = Some(status);
        // Whoever names the tool on a command line has been asked enough.
        let mode = Mode::Free;
        let (granted, problems) = (preflight::granted_scopes(account), problems.as_slice());
        let granted = granted.as_deref();
        let call = ProposedCall { tool, connection, identifier, status, granted, input, problems, again, mode };
        let mut open = preflight::objections(&call);
        open.retain(|objection| !self.answers(objection));
        match preflight::refusal(&open) {
            None => Ok(()),
            Some(_) if prompt::is_someone_there() => {
                let lines = open.iter().map(|objection| objection.sentence.as_str());
                let question = preflight::question(&call, &open);
                let question: Vec<_> = lines.chain([question.as_str()]).collect();
                prompt::ask(question.join("\n"), "Nothing was sent.").await
            }
            Some(refusal) => Err(refusal.about(account.pair())),
        }
    }

    fn answers(&self, objection: &Objection) -> bool {
        match objection.kind.waiver() {
            Waiver::Yes => self.yes,
            Waiver::Anyway => self.anyway,
        }
    }
}
