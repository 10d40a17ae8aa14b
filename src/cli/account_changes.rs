//! `jackfield accounts add`, `update`, `disconnect` and `delete`.

use clap::Args;
use serde_json::json;

use super::input::InputSource;
use super::output::CliOutput;
use super::target::{self, AccountArg};
use super::{accounts, completions, embedded, input, prompt};
use crate::backend::{Ability, Backend};
use crate::domain::{Account, AuthorizedBy, Fault, Status};
use crate::flow::authorize::make_link;
use crate::flow::environment::Opened;
use crate::flow::{account_changes, suggest};

#[derive(Debug, Args)]
pub(super) struct AddAccount {
    /// Connection to create it on
    #[arg(long, value_name = "CONNECTION", add = completions::connections())]
    connection: String,
    /// User's id in your application
    #[arg(long, value_name = "IDENTIFIER", add = completions::identifiers())]
    identifier: String,
    /// Credentials as a JSON object: @FILE, or - for standard input
    #[arg(long, value_name = "@FILE")]
    credentials: Option<InputSource>,
    /// Print an authorization link for the account, and nothing else
    #[arg(long, conflicts_with = "credentials")]
    link: bool,
}

impl AddAccount {
    pub(super) async fn perform(&self, opened: &Opened, output: &CliOutput) -> Result<u8, Fault> {
        let backend = opened.backend.as_ref();
        Ability::AccountAdmin.require(backend)?;
        let credentials = self.credentials.as_ref().map(input::credentials).transpose()?;
        let (connection, identifier) = (self.connection.as_str().into(), self.identifier.as_str().into());
        let account = account_changes::create(backend, &connection, &identifier, credentials.as_ref()).await?;
        if self.link {
            let (account, link) = make_link(backend, &account.pair(), opened.user_verify_url.clone()).await?;
            let expiry = link.expires_at.map(|moment| moment.to_string());
            let document = json!({ "connected_account": account.raw, "link": link.url.as_str(), "expiry": expiry });
            if output.is_json() {
                output.document(&document)?;
            } else {
                output.print(link.url.as_str())?;
            }
        } else {
            accounts::print(&account, output)?;
            next(&account, output);
        }
        embedded::tell_of_loss(opened, output);
        Ok(0)
    }
}

/// Says how a new account becomes one that works.
fn next(account: &Account, output: &CliOutput) {
    if account.status == Status::Active || output.is_json() {
        return;
    }
    let name = target::argument(&account.pair());
    let step = match account.authorization.by() {
        AuthorizedBy::Consent | AuthorizedBy::Unknown => format!("jackfield accounts authorize {name}"),
        _ => format!("jackfield accounts update {name} --credentials @FILE"),
    };
    output.next(&step);
}

#[derive(Debug, Args)]
pub(super) struct Update {
    /// Account id (ca_…) or CONNECTION/IDENTIFIER
    #[arg(value_name = "ACCOUNT", value_parser = AccountArg::parse, add = completions::accounts())]
    account: AccountArg,
    /// New credentials as a JSON object: @FILE, or - for standard input
    #[arg(long, value_name = "@FILE")]
    credentials: InputSource,
}

impl Update {
    pub(super) async fn perform(&self, opened: &Opened, output: &CliOutput) -> Result<u8, Fault> {
        let backend = opened.backend.as_ref();
        Ability::AccountAdmin.require(backend)?;
        let account = self.account.resolve(backend)?;
        let credentials = input::credentials(&self.credentials)?;
        let account = account_changes::update(backend, &account, &credentials).await?;
        accounts::print(&account, output)?;
        embedded::tell_of_loss(opened, output);
        Ok(0)
    }
}

/// Account to delete or disconnect, and the consent to it.
#[derive(Debug, Args)]
pub(super) struct AccountSelector {
    /// Account id (ca_…) or CONNECTION/IDENTIFIER
    #[arg(value_name = "ACCOUNT", value_parser = AccountArg::parse, add = completions::accounts())]
    account: AccountArg,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
}

impl AccountSelector {
    pub(super) async fn disconnect(&self, opened: &Opened, output: &CliOutput) -> Result<u8, Fault> {
        let backend = opened.backend.as_ref();
        let account = self.agreed(backend, "Remove the credentials of").await?;
        let account = account_changes::disconnect(backend, &account.id).await?;
        accounts::print(&account, output)?;
        embedded::tell_of_loss(opened, output);
        Ok(0)
    }

    pub(super) async fn delete(&self, opened: &Opened, output: &CliOutput) -> Result<u8, Fault> {
        let backend = opened.backend.as_ref();
        let account = self.agreed(backend, "Permanently delete").await?;
        account_changes::delete(backend, &account.id).await?;
        let document = json!({
            "deleted": {
                "id": account.id.raw(),
                "connector": account.connection.raw(),
                "identifier": account.identifier.raw(),
            },
        });
        output.done(&document, &format!("Deleted {} ({}).", account.label(), account.id))?;
        embedded::tell_of_loss(opened, output);
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
