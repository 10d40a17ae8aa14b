//! Objections to a call, put to the person at the terminal or answered by options.

use clap::Args;

use super::output::CliOutput;
use super::prompt;
use super::target::quoted;
use crate::backend::{Abilities, Ability, Backend};
use crate::domain::{Account, Fault, JsonText, Mode, Tool, Untrusted};
use crate::flow::preflight::{self, Objection, ProposedCall, Waiver};
use crate::flow::tool_trust;
use crate::schema::{InputCheck, Validator};

/// Answers given in advance.
#[derive(Debug, Args)]
pub(super) struct Waivers {
    /// Do not ask before a destructive tool runs, or a call is sent again
    #[arg(long)]
    pub(super) yes: bool,
    /// Send even if the account is not active, the tool is not listed or has changed, or the input is invalid
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
        let change = tool_trust::change(backend, connection, tool).await?;
        let changed = change.as_ref();
        let call =
            ProposedCall { tool, connection, identifier, status, granted, changed, input, problems, again, mode };
        let mut open = preflight::objections(&call);
        open.retain(|objection| !self.answers(objection));
        if let Some(change) = changed {
            output.remark(&format!("Changes of {}:", tool.name));
            change.diff().iter().for_each(|line| output.remark(&format!("  {line}")));
        }
        let settled = match preflight::refusal(&open) {
            None => Ok(()),
            Some(_) if prompt::is_someone_there() => {
                let command = granted.and_then(|granted| more_scopes(backend, tool, account, granted));
                let lines = open.iter().map(|objection| objection.sentence.as_str()).chain(command.as_deref());
                let question = preflight::question(&call, &open);
                let question: Vec<_> = lines.chain([question.as_str()]).collect();
                prompt::ask(question.join("\n"), "Nothing was sent.").await
            }
            Some(mut refusal) => {
                if let Some(command) = granted.and_then(|granted| more_scopes(backend, tool, account, granted)) {
                    refusal.message = format!("{} {command}", refusal.message).into();
                }
                Err(refusal.about(account.pair()))
            }
        };
        if settled.is_ok() && changed.is_some() {
            tool_trust::trust(backend, connection, tool).await?;
        }
        settled
    }

    fn answers(&self, objection: &Objection) -> bool {
        match objection.kind.waiver() {
            Waiver::Yes => self.yes,
            Waiver::Anyway => self.anyway,
        }
    }
}

/// Sentence with the command that authorizes an account with the scopes that a tool needs; none where it has them, or they
/// are given elsewhere.
fn more_scopes(backend: &dyn Backend, tool: &Tool, account: &Account, granted: &[Untrusted]) -> Option<String> {
    if !Abilities::new(backend).has(Ability::ConnectionAdmin) {
        return None;
    }
    Some(connect_command(account, &preflight::scopes_to_ask(tool, granted)?))
}

fn connect_command(account: &Account, scopes: &[Untrusted]) -> String {
    let mut command = format!("jackfield --local connect {}", quoted(&account.provider.raw().to_lowercase()));
    for (option, value) in [("--name", account.connection.raw()), ("--as", account.identifier.raw())] {
        command = format!("{command} {option} {}", quoted(value));
    }
    for scope in scopes {
        command = format!("{command} --scope {}", quoted(scope.raw()));
    }
    format!("Authorize it again: {command}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AuthorizationType, Status};

    #[test]
    fn the_command_names_the_account_and_every_scope_as_a_shell_reads_them() {
        let account = Account {
            id: "la_1".into(),
            identifier: "ada l".into(),
            connection: "linear".into(),
            connection_id: "".into(),
            provider: "LINEAR".into(),
            status: Status::Active,
            authorization: AuthorizationType::unknown(),
            token_expires_at: None,
            updated_at: None,
            last_used_at: None,
            org_wide: false,
            raw: JsonText::empty_object(),
        };
        let command = connect_command(&account, &["read".into(), "issues:create".into()]);
        let words = "jackfield --local connect linear --name linear --as 'ada l' --scope read --scope issues:create";
        assert_eq!(command, format!("Authorize it again: {words}"));
    }
}
