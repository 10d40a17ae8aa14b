//! `[[accounts]]`: which identifier has what on which connection, and whose it really is.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Map, Value};

use super::base::Base;
use super::connections::ConnectionEntry;
use super::fields::{Fields, unknown};
use super::people;
use crate::domain::nearest_name;
use crate::sandbox::people::Persona;

/// Statuses, as the wire has them. Reference: section 4.2; the last two are seen beside the enum.
const STATUSES: [&str; 7] = [
    "ACTIVE",
    "EXPIRED",
    "PENDING_AUTH",
    "PENDING_VERIFICATION",
    "DISCONNECTED",
    "CONNECTION_STATUS_UNSPECIFIED",
    "REVOKED",
];

/// Longest identifier in characters. Reference: section 3.1.
const LONGEST_IDENTIFIER: usize = 100;

/// An account as the file has it. Times count from the start.
#[derive(Clone, Debug)]
pub struct AccountEntry {
    pub connection: String,
    pub identifier: String,
    pub status: String,
    /// Key of whoever signed in at the provider.
    pub acts_as: Option<String>,
    /// The provider no longer accepts the token, and the broker has not noticed.
    pub refused: bool,
    /// Scopes that were granted, where they are not those of the connection.
    pub scopes: Option<Vec<String>>,
    /// What was typed in.
    pub static_auth: Option<Map<String, Value>>,
    pub api_config: Option<Map<String, Value>>,
    pub token_expires: Option<SignedDuration>,
    pub updated: SignedDuration,
    pub last_used: Option<SignedDuration>,
}

/// Reads the accounts.
pub fn read(
    root: &Fields<'_>,
    base: &Base,
    people: &[Arc<Persona>],
    connections: &[ConnectionEntry],
) -> Vec<AccountEntry> {
    let mut accounts: Vec<AccountEntry> = Vec::new();
    for row in root.rows("accounts") {
        let connection = row.required_text("connection").unwrap_or_default().to_owned();
        let own = connections.iter().find(|known| known.name == connection);
        let kind = own.map(|known| known.kind.as_str()).or_else(|| {
            base.connections.iter().find(|known| known.name == connection).map(|known| known.kind.as_str())
        });
        if kind.is_none() && !connection.is_empty() {
            let own = connections.iter().map(|known| known.name.as_str());
            let known: Vec<_> = own.chain(base.connections.iter().map(|known| known.name.as_str())).collect();
            let meant = nearest_name(&connection, known.iter().copied());
            row.tell("connection", unknown(&format!("There is no connection “{connection}”"), meant, &known));
        }
        let identifier = row.required_text("identifier").unwrap_or_default().to_owned();
        if identifier.chars().count() > LONGEST_IDENTIFIER {
            row.tell("identifier", format!("An “identifier” has at most {LONGEST_IDENTIFIER} characters."));
        }
        let is_taken = accounts.iter().any(|known| known.connection == connection && known.identifier == identifier)
            || base.accounts.iter().any(|(c, i)| *c == connection && *i == identifier);
        if is_taken {
            row.tell("identifier", format!("“{identifier}” has an account on “{connection}” already."));
        }
        let status = row.text("status").unwrap_or("ACTIVE").to_owned();
        if !STATUSES.contains(&status.as_str()) {
            let meant = nearest_name(&status, STATUSES);
            row.tell("status", unknown(&format!("There is no status “{status}”"), meant, &STATUSES));
        }
        let acts_as = people::named(&row, "acts_as", people, base);
        let static_auth = row.object("static_auth").cloned();
        if static_auth.is_some() && kind.is_some_and(|kind| kind == "OAUTH") {
            row.tell("static_auth", format!("“{connection}” is OAUTH: people consent there, and type nothing in."));
        }
        let scopes = row.texts("scopes").map(|all| all.into_iter().map(str::to_owned).collect::<Vec<_>>());
        let owner = owner(&row, acts_as, &identifier, static_auth.as_ref(), &status, people, base);
        let entry = AccountEntry {
            connection,
            identifier,
            acts_as: owner,
            refused: row.flag("refused").unwrap_or_default(),
            scopes,
            static_auth,
            api_config: row.object("api_config").cloned(),
            token_expires: row.duration("token_expires"),
            updated: row.duration("updated").unwrap_or_default(),
            last_used: row.duration("last_used"),
            status,
        };
        row.end();
        accounts.push(entry);
    }
    accounts
}

/// Whose account it is: whoever is named, then whoever the key belongs to, then whoever has the identifier as e-mail
/// address. Nobody has consented to one that waits.
fn owner(
    row: &Fields<'_>,
    acts_as: Option<String>,
    identifier: &str,
    static_auth: Option<&Map<String, Value>>,
    status: &str,
    people: &[Arc<Persona>],
    base: &Base,
) -> Option<String> {
    if row.has("acts_as") || matches!(status, "PENDING_AUTH" | "PENDING_VERIFICATION" | "CONNECTION_STATUS_UNSPECIFIED")
    {
        return acts_as;
    }
    let everybody = || people.iter().chain(&base.people);
    let keys = static_auth.into_iter().flatten().filter_map(|(_, value)| value.as_str());
    let by_key = keys.filter_map(|key| key.split('-').next());
    let by_key: Vec<_> = by_key.filter_map(|key| everybody().find(|person| person.key == key)).collect();
    let owner = by_key.first().copied().or_else(|| everybody().find(|person| person.email == identifier));
    if owner.is_none() && status == "ACTIVE" {
        row.tell_here(format!(
            "Nobody has the e-mail address “{identifier}”: say with “acts_as” whose account it is at the provider."
        ));
    }
    owner.map(|person| person.key.clone())
}
