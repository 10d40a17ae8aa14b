//! `jackfield accounts add`, `update`, `disconnect` and `delete`.

use clap::Args;
use serde_json::json;

use super::input::InputSource;
use super::output::CliOutput;
use super::target::AccountArg;
use super::{accounts, input, prompt};
use crate::backend::{Ability, Backend};
use crate::domain::{Account, Fault};
use crate::flow::{account_changes, suggest};

#[derive(Debug, Args)]
pub(super) struct AddAccount {
    /// The connection it is made on
    #[arg(long, value_name = "CONNECTION")]
    connection: String,
    /// Whose account it is
    #[arg(long, value_name = "IDENTIFIER")]
    identifier: String,
    /// What a person would type in, as a JSON object: @FILE, or - for standard input
    #[arg(long, value_name = "@FILE")]
    credentials: Option<InputSource>,
}

impl AddAccount {
    pub(super) async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        Ability::AccountAdmin.require(backend)?;
        let credentials = self.credentials.as_ref().map(input::credentials).transpose()?;
        let (connection, identifier) = (self.connection.as_str().into(), self.identifier.as_str().into());
        let account = account_changes::create(backend, &connection, &identifier, credentials.as_ref()).await?;
        accounts::print(&account, output).map(|()| 0)
    }
}

#[derive(Debug, Args)]
pub(super) struct Update {
    /// The account: its id (ca_…) or CONNECTION/IDENTIFIER
    #[arg(value_name = "ACCOUNT", value_parser = AccountArg::parse)]
    account: AccountArg,
    /// What replaces its credentials, as a JSON object: @FILE, or - for standard input
    #[arg(long, value_name = "@FILE")]
    credentials: InputSource,
}

impl Update {
    pub(super) async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        Ability::AccountAdmin.require(backend)?;
        let account = self.account.resolve(backend)?;
        let credentials = input::credentials(&self.credentials)?;
        let account = account_changes::update(backend, &account, &credentials).await?;
        accounts::print(&account, output).map(|()| 0)
    }
}

/// Account to delete or disconnect, and the consent to it.
#[derive(Debug, Args)]
pub(super) struct AccountSelector {
    /// The account: its id (ca_…) or CONNECTION/IDENTIFIER
    #[arg(value_name = "ACCOUNT", value_parser = AccountArg::parse)]
    account: AccountArg,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl AccountSelector {
    pub(super) async fn disconnect(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        let account = self.agreed(backend, "Drop the credentials of").await?;
        let account = account_changes::disconnect(backend, &account.id).await?;
        accounts::print(&account, output)?;
        Ok(0)
    }

    pub(super) async fn delete(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        let account = self.agreed(backend, "Delete, for good,").await?;
        account_changes::delete(backend, &account.id).await?;
        let document = json!({
            "deleted": {
                "id": account.id.raw(),
                "connector": account.connection.raw(),
                "identifier": account.identifier.raw(),
            },
        });
        output.done(&document, &format!("{} ({}) is deleted.", account.label(), account.id))?;
        Ok(0)
    }

    /// The very account that was agreed to, so that what is done next goes by its id.
    async fn agreed(&self, backend: &dyn Backend, what: &str) -> Result<Account, Fault> {
        Ability::AccountAdmin.require(backend)?;
        let account = self.account.resolve(backend)?;
        if !self.yes {
            prompt::someone_is_there(prompt::YES)?;
        }
        let account = suggest::account(backend, &account).await?;
        if !self.yes {
            let question = format!("{what} {} ({}, {})?", account.label(), account.id, account.status.word());
            prompt::ask(question, prompt::UNCHANGED).await?;
        }
        Ok(account)
    }
}
