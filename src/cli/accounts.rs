//! `jackfield accounts list` and `show`.

use std::collections::HashMap;

use clap::Args;
use jiff::Timestamp;

use super::completions::Known;
use super::output::CliOutput;
use super::table::Table;
use super::target::AccountArg;
use crate::backend::{AccountFilter, Backend};
use crate::domain::{Account, Fault, FaultKind, Status, Untrusted};
use crate::flow::suggest::WhyNone;
use crate::flow::{accounts, suggest};

/// The wire's words for those that this program knows.
const STATUSES: [&str; 5] = ["active", "expired", "pending_auth", "pending_verification", "disconnected"];

#[derive(Debug, Args)]
pub(super) struct ListAccounts {
    /// Only accounts of this status, in the wire's word, in any case, or ours; may be repeated
    #[arg(long, value_name = "STATUS", value_parser = Known(&STATUSES))]
    status: Vec<String>,
    /// Only accounts on this connection
    #[arg(long, value_name = "CONNECTION")]
    connection: Option<String>,
    /// Only accounts of this identifier
    #[arg(long, value_name = "IDENTIFIER")]
    identifier: Option<String>,
}

impl ListAccounts {
    pub(super) async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        let filter = AccountFilter {
            connection: self.connection.as_deref().map(Into::into),
            identifier: self.identifier.as_deref().map(Into::into),
        };
        let head = ["STATUS", "CONNECTION", "IDENTIFIER", "PROVIDER", "EXPIRES", "ID"];
        let mut table = Table::new(output, "connected_accounts", head);
        let over = table.over();
        let wanted =
            |account: &Account| self.status.is_empty() || self.status.iter().any(|word| account.status.is_called(word));
        let (mut shown, mut statuses) = (0, HashMap::new());
        let on_page = |mut page: Vec<Account>, _| {
            page.iter().for_each(|account| *statuses.entry(account.status.clone()).or_insert(0_u64) += 1);
            page.retain(wanted);
            shown += page.len();
            table.add(&page, |account| account.raw.clone(), row);
        };
        let read = tokio::select! {
            biased;
            read = accounts::load(backend, &filter, on_page) => read,
            () = over.cancelled() => return table.end().map(|()| 0),
        };
        if shown == 0 && statuses.is_empty() && matches!(read, Ok(None)) {
            match suggest::why_no_accounts(backend, &filter).await {
                Some(WhyNone::NoSuchThing(cause)) => return Err(Fault::new(FaultKind::NotFound, cause)),
                Some(WhyNone::Nothing(cause)) => output.warning(&cause),
                None => {}
            }
        }
        // A list that broke off may have held it.
        let unknown = read.is_ok().then(|| self.unknown_status(&statuses)).flatten();
        if shown == 0
            && let Some(unknown) = unknown
        {
            return Err(unknown);
        }
        if shown == 0 && !statuses.is_empty() {
            let mut statuses: Vec<_> =
                statuses.iter().map(|(status, count)| format!("{count} {}", status.word())).collect();
            statuses.sort();
            let wanted = Untrusted::from(self.status.join(" or "));
            output.warning(&format!("No account is {wanted}. There are: {}.", statuses.join(", ")));
        }
        table.end_as(read, "account")?;
        unknown.map_or(Ok(0), Err)
    }

    /// That a status was asked for which neither this program nor any account here knows.
    fn unknown_status(&self, here: &HashMap<Status, u64>) -> Option<Fault> {
        let known = || Status::KNOWN.iter().chain(here.keys());
        let unknown = self.status.iter().find(|word| !known().any(|status| status.is_called(word)))?;
        let mut words: Vec<_> = known().map(Status::word).collect();
        words.sort();
        words.dedup();
        let unknown = Untrusted::from(unknown.as_str());
        Some(Fault::new(FaultKind::Usage, format!("No status is called {unknown}. There are {}.", words.join(", "))))
    }
}

fn row(account: &Account) -> [String; 6] {
    [
        account.status.word(),
        account.connection.to_string(),
        account.identifier.to_string(),
        account.provider.to_string(),
        moment(account.token_expires_at),
        account.id.to_string(),
    ]
}

fn moment(moment: Option<Timestamp>) -> String {
    moment.map_or_else(|| "-".to_owned(), |moment| moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[derive(Debug, Args)]
pub(super) struct ShowAccount {
    /// The account: its id (ca_…) or CONNECTION/IDENTIFIER
    #[arg(value_name = "ACCOUNT", value_parser = AccountArg::parse)]
    account: AccountArg,
}

impl ShowAccount {
    pub(super) async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        let account = suggest::account(backend, &self.account.resolve(backend)?).await?;
        print(&account, output)?;
        Ok(0)
    }
}

/// Prints one account, as a list of its fields or as one JSON document.
pub(super) fn print(account: &Account, output: &CliOutput) -> Result<(), Fault> {
    if output.is_json() {
        return output.document(&account.raw);
    }
    let facts = [
        ("status", format!("{} ({})", account.status.word(), account.status.name())),
        ("connection", format!("{} ({})", account.connection, account.connection_id)),
        ("identifier", account.identifier.to_string()),
        ("provider", account.provider.to_string()),
        ("authorizes by", account.authorization.to_string()),
        ("id", account.id.to_string()),
        ("token expires", moment(account.token_expires_at)),
        ("last used", moment(account.last_used_at)),
        ("updated", moment(account.updated_at)),
    ];
    let lines: Vec<_> = facts.iter().map(|(name, value)| format!("{name:<14}{value}")).collect();
    output.print(&format!("{}\n\n{}", lines.join("\n"), account.status.meaning()))
}
