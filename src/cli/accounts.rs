//! `jackfield accounts list` and `show`.

use std::collections::BTreeMap;

use clap::Args;
use jiff::Timestamp;

use super::listing::Listing;
use super::output::Output;
use super::target;
use crate::broker::{AccountFilter, Broker};
use crate::domain::{Account, AccountRef, Fault, Status, Untrusted};
use crate::flow::{accounts, nearest};

#[derive(Debug, Args)]
pub(super) struct List {
    /// Only accounts of this status, in the wire's word or ours; may be repeated
    #[arg(long, value_name = "STATUS")]
    status: Vec<String>,
    /// Only accounts on this connection
    #[arg(long, value_name = "CONNECTION")]
    connection: Option<String>,
    /// Only accounts of this identifier
    #[arg(long, value_name = "IDENTIFIER")]
    identifier: Option<String>,
}

impl List {
    pub(super) async fn perform(&self, broker: &dyn Broker, output: &Output) -> Result<u8, Fault> {
        let filter = AccountFilter {
            connection: self.connection.as_deref().map(Into::into),
            identifier: self.identifier.as_deref().map(Into::into),
        };
        let head = ["STATUS", "CONNECTION", "IDENTIFIER", "PROVIDER", "EXPIRES", "ID"];
        let mut listing = Listing::new(output, "connected_accounts", head);
        let over = listing.over();
        let wanted =
            |account: &Account| self.status.is_empty() || self.status.iter().any(|word| is(&account.status, word));
        let (mut shown, mut statuses) = (0, BTreeMap::new());
        let on_page = |mut page: Vec<Account>, _| {
            page.iter().for_each(|account| *statuses.entry(account.status.word()).or_insert(0_u64) += 1);
            page.retain(wanted);
            shown += page.len();
            listing.add(&page, |account| account.raw.clone(), row);
        };
        tokio::select! {
            biased;
            loaded = accounts::load(broker, &filter, on_page) => loaded?,
            () = over.cancelled() => {}
        }
        listing.end()?;
        if shown == 0 && !statuses.is_empty() {
            let statuses: Vec<_> = statuses.iter().map(|(word, count)| format!("{count} {word}")).collect();
            let wanted = Untrusted::from(self.status.join(" or "));
            output.remark(&format!("No account is {wanted}. There are: {}.", statuses.join(", ")));
        } else if shown == 0
            && let Some(cause) = nearest::why_no_accounts(broker, &filter).await
        {
            output.remark(&cause);
        }
        Ok(0)
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

fn is(status: &Status, word: &str) -> bool {
    [status.wire(), status.word()].iter().any(|name| name.eq_ignore_ascii_case(word))
}

fn moment(moment: Option<Timestamp>) -> String {
    moment.map_or_else(|| "-".to_owned(), |moment| moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// The account: its id (ca_…) or CONNECTION/IDENTIFIER
    #[arg(value_name = "ACCOUNT", value_parser = target::account)]
    account: AccountRef,
}

impl Show {
    pub(super) async fn perform(&self, broker: &dyn Broker, output: &Output) -> Result<u8, Fault> {
        let account = nearest::account(broker, &self.account).await?;
        print(&account, output)?;
        Ok(0)
    }
}

/// Prints one account.
pub(super) fn print(account: &Account, output: &Output) -> Result<(), Fault> {
    if output.is_json() {
        return output.document(&account.raw);
    }
    let facts = [
        ("status", format!("{} ({})", account.status.word(), account.status.wire())),
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
