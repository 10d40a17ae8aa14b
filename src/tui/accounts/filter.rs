//! Filter over the accounts: words that may stand anywhere, and tokens such as `status:expired` that look in one
//! place.

use std::collections::{BTreeSet, HashSet};

use crate::domain::{Account, Status, Untrusted, nearest_name};
use crate::filter::{self, ParsedFilter};
use crate::tui::widgets::typing::filter::stands_in;

/// Part of an account that a token looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Status,
    Connection,
    Identifier,
    Provider,
}

/// Names of the tokens; the first name of a place is the one that is hinted at.
const NAMES: [(&str, Place); 7] = [
    ("status", Place::Status),
    ("connection", Place::Connection),
    ("as", Place::Identifier),
    ("provider", Place::Provider),
    ("identifier", Place::Identifier),
    ("connector", Place::Connection),
    ("on", Place::Connection),
];

/// Hint at the tokens, shown while nothing is typed.
pub const HINT: &str = "status:  connection:  as:  provider:  or any words";

/// Half the number of names that are suggested at most.
const SUGGESTED: usize = 4;

/// A filter, read. Tokens of one kind widen each other, everything else narrows.
#[derive(Debug, Default)]
pub struct Criteria {
    tokens: Vec<(Place, String)>,
    /// Statuses that its status tokens mean; none where there are no such tokens.
    statuses: Option<Vec<Status>>,
    words: Vec<String>,
    slip: Option<String>,
}

/// Advice beside a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Mistake in the filter, in words.
    Slip(String),
    /// Continuation that is possible where somebody is still typing.
    Hint(String),
}

impl Criteria {
    /// Reads what was typed, over accounts of these statuses.
    pub fn read<'a>(text: &str, statuses: impl Iterator<Item = &'a Status>) -> Self {
        let ParsedFilter { terms, words, unknown } = filter::parse(text, &NAMES);
        // Identifiers have colons too, so what is like no name at all is nothing to remark on.
        let slip = unknown.filter(|unknown| unknown.near().is_some()).map(|unknown| unknown.to_string());
        let mut criteria = Self { tokens: terms, statuses: None, words, slip };
        let named = criteria.values(Place::Status).next().is_some();
        let means = |status: &&Status| criteria.values(Place::Status).any(|value| is_status(status, value));
        criteria.statuses = named.then(|| statuses.filter(means).cloned().collect());
        criteria
    }

    /// Values of the tokens of this kind, the empty one that is still being typed left out.
    fn values(&self, place: Place) -> impl Iterator<Item = &str> {
        let values = self.tokens.iter().filter(move |(other, value)| *other == place && !value.is_empty());
        values.map(|(_, value)| value.as_str())
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.tokens.iter().all(|(_, value)| value.is_empty()) && self.words.is_empty()
    }

    /// The letters that are looked for in names, to point them out.
    pub fn letters(&self) -> String {
        let values = self.tokens.iter().filter(|(place, _)| *place != Place::Status).map(|(_, value)| value.as_str());
        values.chain(self.words.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
    }

    /// Whether this account is asked for.
    pub fn fits(&self, account: &Account) -> bool {
        let in_place = |place: Place| {
            let mut values = self.values(place).peekable();
            values.peek().is_none() || values.any(|value| place.holds(account, value))
        };
        self.statuses.as_ref().is_none_or(|statuses| statuses.contains(&account.status))
            && [Place::Connection, Place::Identifier, Place::Provider].into_iter().all(in_place)
            && self.words.iter().all(|word| {
                let Account { identifier, connection, provider, id, status, .. } = account;
                let names = [identifier.raw(), connection.raw(), provider.raw(), id.raw()];
                stands_in(word, &names) || stands_in(word, &[&status.word()])
            })
    }

    /// Advice on it: a token that no account has, or the values that a token at the end could hold.
    pub fn advice(&self, accounts: &[Account]) -> Option<Advice> {
        let nobody = |(place, value): &&(Place, String)| {
            !value.is_empty() && !accounts.iter().any(|account| place.holds(account, value))
        };
        if let Some((place, value)) = self.tokens.iter().find(nobody) {
            return Some(Advice::Slip(place.slip(value, accounts)));
        }
        if let Some(slip) = &self.slip {
            return Some(Advice::Slip(slip.clone()));
        }
        let (place, value) = self.tokens.last()?;
        let names = place.names(accounts.iter().filter(|account| value.is_empty() || place.holds(account, value)));
        let (shown, more) = (names.iter().take(2 * SUGGESTED), names.len().saturating_sub(2 * SUGGESTED));
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let shown: Vec<&str> = shown.map(String::as_str).collect();
        Some(Advice::Hint(format!("{}: {}{more}", place.name(), shown.join("  "))))
    }
}

impl Place {
    fn name(self) -> &'static str {
        NAMES.iter().find(|(_, place)| *place == self).map_or("", |(name, _)| name)
    }

    fn holds(self, account: &Account, value: &str) -> bool {
        match self {
            Self::Status => is_status(&account.status, value),
            Self::Connection => stands_in(value, &[account.connection.raw()]),
            Self::Identifier => stands_in(value, &[account.identifier.raw()]),
            Self::Provider => stands_in(value, &[account.provider.raw()]),
        }
    }

    /// Values that these accounts have in this place, safe to show.
    fn names<'a>(self, accounts: impl Iterator<Item = &'a Account>) -> BTreeSet<String> {
        let named = |name: fn(&Account) -> &str, accounts| {
            // Many accounts have few names, and a name is made ready for the screen only once.
            let names: BTreeSet<&str> = Iterator::map(accounts, name).collect();
            names.into_iter().map(|name| Untrusted::from(name).to_string()).collect()
        };
        match self {
            Self::Status => {
                let statuses: HashSet<&Status> = accounts.map(|account| &account.status).collect();
                statuses.into_iter().map(|status| status.word().replace(' ', "-")).collect()
            }
            Self::Connection => named(|account| account.connection.raw(), accounts),
            Self::Identifier => named(|account| account.identifier.raw(), accounts),
            Self::Provider => named(|account| account.provider.raw(), accounts),
        }
    }

    fn slip(self, value: &str, accounts: &[Account]) -> String {
        let names = self.names(accounts.iter());
        let shown = Untrusted::from(value);
        let near = nearest_name(value, names.iter().map(String::as_str));
        let instead = match near {
            Some(near) => format!("Did you mean {near}?"),
            None if names.len() <= 2 * SUGGESTED => {
                format!("There are {}.", names.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
            }
            None => String::new(),
        };
        let what = match self {
            Self::Status => "No account here is",
            Self::Connection => "No account is on a connection called",
            Self::Identifier => "No account belongs to",
            Self::Provider => "No account's provider is",
        };
        format!("{what} {shown}. {instead}").trim_end().to_owned()
    }
}

/// Whether a status is meant by `word`: our word or its name, its beginning, or the beginning of
/// one of its parts. `to-verify`, `to_v`, `PENDING_VERIFICATION` and `verif` are all one.
fn is_status(status: &Status, word: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace([' ', '_'], "-");
    let word = plain(word);
    [status.word(), status.name()].iter().map(|name| plain(name)).any(|name| {
        name.starts_with(&word)
            || name.match_indices('-').any(|(at, _)| name.get(at + 1..).is_some_and(|part| part.starts_with(&word)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::scalekit::words;
    use crate::domain::JsonText;

    fn account(connection: &str, identifier: &str, status: &str) -> Account {
        Account {
            id: "ca_1".into(),
            identifier: identifier.into(),
            connection: connection.into(),
            connection_id: "conn_1".into(),
            provider: connection.to_uppercase().as_str().into(),
            status: words::status(status),
            authorization: words::authorization("OAUTH"),
            token_expires_at: None,
            updated_at: None,
            last_used_at: None,
            org_wide: false,
            raw: JsonText::empty_object(),
        }
    }

    fn accounts() -> Vec<Account> {
        vec![
            account("linear", "ada@acme.dev", "EXPIRED"),
            account("Github", "ada@acme.dev", "PENDING_VERIFICATION"),
            account("linear", "tenant:7", "ACTIVE"),
        ]
    }

    fn read(text: &str) -> Criteria {
        Criteria::read(text, accounts().iter().map(|account| &account.status))
    }

    fn found(text: &str) -> Vec<usize> {
        let accounts = accounts();
        let criteria = read(text);
        accounts.iter().enumerate().filter(|(_, account)| criteria.fits(account)).map(|(at, _)| at).collect()
    }

    #[test]
    fn tokens_look_in_one_place_and_words_everywhere() {
        assert_eq!(found("status:expired"), [0]);
        assert_eq!(found("connection:lin as:ada"), [0]);
        assert_eq!(found("connection:github"), [1]);
        assert_eq!(found("provider:linear expired"), [0]);
        assert_eq!(found("status:expired status:active"), [0, 2], "tokens of one kind widen each other");
        assert_eq!(found("status:"), [0, 1, 2], "a token that is not finished yet narrows nothing");
        assert_eq!(found("tenant:7"), [2], "a colon does not make a token");
        assert_eq!(found("conn:lin on:lin"), [0, 2], "names may be short");
        assert_eq!(found(r#"as:"tenant:7""#), [2]);
        assert_eq!(found(r#"status:"to verify""#), [1], "quotes hold together");
        assert_eq!((found("ada linear"), found(r#""ada linear""#)), (vec![0], vec![]), "also words");
    }

    #[test]
    fn a_status_goes_by_both_its_names() {
        for name in ["to-verify", "to_v", "PENDING_VERIFICATION", "verif", "pending"] {
            assert_eq!(found(&format!("status:{name}")), [1], "{name}");
        }
        assert_eq!(found("status:ctive"), [0; 0]);
    }

    #[test]
    fn slips_are_told() {
        let told = |text: &str| read(text).advice(&accounts());
        let slip = |words: &str| Some(Advice::Slip(words.to_owned()));
        assert_eq!(told("status:expird"), slip("No account here is expird. Did you mean expired?"));
        assert_eq!(told("connection:liner"), slip("No account is on a connection called liner. Did you mean linear?"));
        assert_eq!(told("status:xyz"), slip("No account here is xyz. There are active, expired, to-verify."));
        assert_eq!(told("statsu:expired"), slip("There is no statsu: filter. Did you mean status:?"));
        assert_eq!(told("tenant:7"), None);
    }

    #[test]
    fn what_could_follow_is_told_while_typing() {
        let told = |text: &str| read(text).advice(&accounts());
        assert_eq!(told("connection:"), Some(Advice::Hint("connection: Github  linear".into())));
        assert_eq!(told("status:e"), Some(Advice::Hint("status: expired".into())));
        assert_eq!(told("ada"), None);
    }
}
