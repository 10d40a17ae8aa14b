//! `jackfield accounts list` and `show`.

use std::collections::HashMap;

use anstyle::Style;
use clap::Args;
use serde_json::Value;

use super::completions::{self, Known};
use super::output::CliOutput;
use super::prove::{Judged, ProofOptions};
use super::style;
use super::table::{Cell, Table};
use super::target::AccountArg;
use super::time::local_or_none;
use crate::backend::{AccountFilter, Backend};
use crate::domain::{Account, Fault, FaultKind, Status, Untrusted};
use crate::flow::environment::Opened;
use crate::flow::record::Recorder;
use crate::flow::suggest::WhyNone;
use crate::flow::{accounts, suggest};
use crate::order::StableOrder as _;

/// Statuses by the names of the API.
const STATUSES: [&str; 5] = ["active", "expired", "pending_auth", "pending_verification", "disconnected"];

#[derive(Debug, Args)]
pub(super) struct ListAccounts {
    /// Only accounts with this status; may be repeated
    #[arg(long, value_name = "STATUS", value_parser = Known(&STATUSES))]
    status: Vec<String>,
    /// Only accounts on this connection
    #[arg(long, value_name = "CONNECTION", add = completions::connections())]
    connection: Option<String>,
    /// Only accounts of this identifier
    #[arg(long, value_name = "IDENTIFIER", add = completions::identifiers())]
    identifier: Option<String>,
    /// Ask the providers who each account is
    #[arg(long)]
    prove: bool,
    #[command(flatten)]
    how: ProofOptions,
}

impl ListAccounts {
    pub(super) async fn perform(&self, opened: &Opened, recorder: &Recorder, output: &CliOutput) -> Result<u8, Fault> {
        if self.prove {
            return self.proven(opened, recorder, output).await;
        }
        let backend = opened.backend.as_ref();
        let filter = AccountFilter {
            connection: self.connection.as_deref().map(Into::into),
            identifier: self.identifier.as_deref().map(Into::into),
        };
        let head = ["STATUS", "CONNECTION", "IDENTIFIER", "PROVIDER", "EXPIRES", "ID"];
        let mut table = Table::new(output, "connected_accounts", head).in_order();
        let over = table.over();
        let wanted =
            |account: &Account| self.status.is_empty() || self.status.iter().any(|word| account.status.is_called(word));
        let (mut shown, mut statuses) = (0, HashMap::new());
        let on_page = |mut page: Vec<Account>, _| {
            page.iter().for_each(|account| *statuses.entry(account.status.clone()).or_insert(0_u64) += 1);
            page.retain(wanted);
            shown += page.len();
            table.add_by(&page, |account| account.raw.clone(), |account| row(account, output), need);
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
            statuses.order();
            let wanted = Untrusted::from(self.status.join(" or "));
            output.warning(&format!("No account is {wanted}. Accounts by status: {}.", statuses.join(", ")));
        }
        table.end_as(read, "account")?;
        unknown.map_or(Ok(0), Err)
    }

    /// The same list, with the providers' word on each account.
    async fn proven(&self, opened: &Opened, recorder: &Recorder, output: &CliOutput) -> Result<u8, Fault> {
        let filter = AccountFilter {
            connection: self.connection.as_deref().map(Into::into),
            identifier: self.identifier.as_deref().map(Into::into),
        };
        let (mut wanted, mut statuses) = (Vec::new(), HashMap::new());
        let on_page = |page: Vec<Account>, _| {
            page.iter().for_each(|account| *statuses.entry(account.status.clone()).or_insert(0_u64) += 1);
            wanted.extend(page.into_iter().filter(|account| {
                self.status.is_empty() || self.status.iter().any(|word| account.status.is_called(word))
            }));
        };
        let read = accounts::load(opened.backend.as_ref(), &filter, on_page).await;
        if let (Ok(_), Some(unknown)) = (&read, self.unknown_status(&statuses)) {
            return Err(unknown);
        }
        let proofs = self.how.prove(opened, recorder, wanted.clone(), output).await;
        let head = ["STATUS", "CONNECTION", "IDENTIFIER", "VERDICT", "REALLY", "EXPIRES", "ID"];
        let mut table = Table::new(output, "connected_accounts", head).in_order();
        let document = |account: &Account| {
            let mut document: Value = serde_json::from_slice(account.raw.bytes()).unwrap_or_default();
            if let (Some(fields), Some(judged)) = (document.as_object_mut(), Judged::new(&proofs, &account.id)) {
                fields.insert("proof".to_owned(), judged.document());
            }
            document
        };
        let cells = |account: &Account| {
            let [status, connection, identifier, _, expires, id] = row(account, output);
            let nothing = || [String::from("–").into(), String::from("–").into()];
            let [verdict, really] = Judged::new(&proofs, &account.id).map_or_else(nothing, |judged| judged.cells());
            [status, connection, identifier, verdict, really, expires, id]
        };
        table.add_by(&wanted, document, cells, need);
        table.end_as(read, "account").map(|()| 0)
    }

    /// That a status was asked for which neither this program nor any account here knows.
    fn unknown_status(&self, here: &HashMap<Status, u64>) -> Option<Fault> {
        let known = || Status::KNOWN.iter().chain(here.keys());
        let unknown = self.status.iter().find(|word| !known().any(|status| status.is_called(word)))?;
        let mut words: Vec<_> = known().map(Status::word).collect();
        words.order();
        words.dedup();
        let unknown = Untrusted::from(unknown.as_str());
        Some(Fault::new(FaultKind::Usage, format!("Unknown status “{unknown}”; known: {}.", words.join(", "))))
    }
}

fn row(account: &Account, output: &CliOutput) -> [Cell; 6] {
    let word = account.status.word();
    let (glyph, style) = style::status(&account.status);
    let text = if output.has_glyphs() { format!("{glyph} {word}") } else { word };
    [
        Cell { text, style },
        account.connection.to_string().into(),
        account.identifier.to_string().into(),
        account.provider.to_string().into(),
        local_or_none(account.token_expires_at).into(),
        Cell { text: account.id.to_string(), style: Style::new().dimmed() },
    ]
}

/// Key to order by: accounts that need attention first, then by name.
fn need(account: &Account) -> String {
    let urgency = match account.status {
        Status::Expired | Status::KeyRefused => 0,
        Status::PendingVerification => 1,
        Status::PendingAuth => 2,
        Status::Unspecified | Status::Other(_) => 3,
        Status::Disconnected => 4,
        Status::Active => 5,
    };
    let (identifier, connection) = (account.identifier.raw(), account.connection.raw());
    format!("{urgency}\0{}\0{identifier}\0{connection}", identifier.to_lowercase())
}

#[derive(Debug, Args)]
pub(super) struct ShowAccount {
    /// Account id (ca_…) or CONNECTION/IDENTIFIER
    #[arg(value_name = "ACCOUNT", value_parser = AccountArg::parse, add = completions::accounts())]
    account: AccountArg,
}

impl ShowAccount {
    pub(super) async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        let account = suggest::account(backend, &self.account.resolve(backend)?).await?;
        print(&account, output)?;
        Ok(0)
    }
}

/// Facts that an environment of one's own tells of an account: scopes, and what became of its credentials.
fn told(account: &Account) -> Vec<(&'static str, String)> {
    let Ok(document) = serde_json::from_slice::<Value>(account.raw.bytes()) else { return Vec::new() };
    let scopes = |key: &str| {
        let scopes: Vec<_> = document.get(key)?.as_array()?.iter().filter_map(Value::as_str).collect();
        (!scopes.is_empty()).then(|| Untrusted::from(scopes.join(" ")).to_string())
    };
    let text = |key: &str| Some(Untrusted::from(document.get(key)?.as_str()?).to_string());
    let facts = [
        ("scopes asked", scopes("scopes_asked")),
        ("scopes granted", scopes("scopes_granted")),
        ("provider user", text("provider_user")),
        ("server", account.server().map(|server| server.to_string())),
        ("reason", text("reason")),
    ];
    facts.into_iter().filter_map(|(name, fact)| fact.map(|fact| (name, fact))).collect()
}

/// Prints one account, as a list of its fields or as one JSON document.
pub(super) fn print(account: &Account, output: &CliOutput) -> Result<(), Fault> {
    if output.is_json() {
        return output.document(&account.raw);
    }
    let (glyph, painted) = style::status(&account.status);
    let glyph = if output.has_glyphs() { format!("{glyph} ") } else { String::new() };
    let status = format!("{glyph}{} (API: {})", account.status.word(), account.status.name());
    let mut facts = vec![
        ("status", style::painted(&status, painted, output.is_colored())),
        ("connection", format!("{} ({})", account.connection, account.connection_id)),
        ("identifier", account.identifier.to_string()),
        ("provider", account.provider.to_string()),
        ("authorization", account.authorization.to_string()),
        ("id", account.id.to_string()),
        ("token expires", local_or_none(account.token_expires_at)),
        ("last used", local_or_none(account.last_used_at)),
        ("updated", local_or_none(account.updated_at)),
    ];
    facts.extend(told(account));
    let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or_default() + 2;
    let lines: Vec<_> = facts.iter().map(|(name, value)| format!("{name:<width$}{value}")).collect();
    output.print(&format!("{}\n\n{}", lines.join("\n"), account.status.meaning()))
}
