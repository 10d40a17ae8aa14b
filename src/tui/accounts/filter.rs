//! Filter over the accounts: words that may stand anywhere, and tokens such as `status:expired` that look in one
//! place.

use std::collections::HashSet;

use crate::domain::{Account, Status, Untrusted, human_order, nearest_name};
use crate::filter::{self, Completions, ParsedFilter};
use crate::flow::identity::Verdict;
use crate::order::StableOrder as _;
use crate::tui::core::state::account_store::AccountStore;
use crate::tui::core::state::proof_store::ProofStore;
use crate::tui::widgets::typing::filter::stands_in;

/// Part of an account that a token looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Status,
    Connection,
    Identifier,
    Provider,
    Proof,
}

/// Names of the tokens; the first name of a place is the one that is hinted at.
const NAMES: [(&str, Place); 8] = [
    ("status", Place::Status),
    ("connection", Place::Connection),
    ("as", Place::Identifier),
    ("provider", Place::Provider),
    ("proof", Place::Proof),
    ("identifier", Place::Identifier),
    ("connector", Place::Connection),
    ("on", Place::Connection),
];

/// Number of names that are told at most where none of them is meant.
const TOLD: usize = 8;

/// Number of values of one kind that are offered at most while somebody types.
const OFFERED: usize = 200;

/// Value of a status token that means every status that calls for attention.
pub const NEEDS_YOU: &str = "needs-you";

/// A filter, read. Tokens of one kind widen each other, everything else narrows.
#[derive(Debug, Default)]
pub struct Criteria {
    tokens: Vec<(Place, String)>,
    /// Statuses that its status tokens mean; none where there are no such tokens.
    statuses: Option<Vec<Status>>,
    words: Vec<String>,
    slip: Option<String>,
}

impl Criteria {
    /// Reads what was typed, over accounts of these statuses.
    pub fn read<'a>(text: &str, statuses: impl Iterator<Item = &'a Status>) -> Self {
        let ParsedFilter { terms, words, unknown } = filter::parse(text, &NAMES);
        // Identifiers have colons too, so what is like no name at all is nothing to remark on.
        let slip = unknown.filter(|unknown| unknown.near().is_some()).map(|unknown| unknown.to_string());
        let mut criteria = Self { tokens: terms, statuses: None, words, slip };
        let named = criteria.values(Place::Status).next().is_some();
        let means = |status: &&Status| criteria.values(Place::Status).any(|value| is_meant(status, value));
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

    /// Connection and identifier that are asked for, as far as the filter names them. A bare word is taken for an
    /// identifier where it looks like one, else for a connection.
    pub fn names(&self) -> (Option<&str>, Option<&str>) {
        let is_identifier = |word: &&String| word.contains(|c: char| c == '@' || c.is_ascii_digit());
        let word = || self.words.first().filter(|_| self.words.len() == 1);
        let connection = self.values(Place::Connection).next();
        let identifier = self.values(Place::Identifier).next();
        let connection = connection.or_else(|| word().filter(|word| !is_identifier(word)).map(String::as_str));
        (connection, identifier.or_else(|| word().filter(is_identifier).map(String::as_str)))
    }

    /// The letters that are looked for in names, to point them out.
    pub fn letters(&self) -> String {
        let values = self.tokens.iter().filter(|(place, _)| *place != Place::Status).map(|(_, value)| value.as_str());
        values.chain(self.words.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
    }

    /// Whether this account is asked for.
    pub fn fits(&self, account: &Account, proofs: &ProofStore) -> bool {
        let in_place = |place: Place| {
            let mut values = self.values(place).peekable();
            values.peek().is_none() || values.any(|value| place.holds(account, value, proofs))
        };
        let has_status = |statuses: &Vec<Status>| {
            statuses.contains(&account.status) || self.wants_needy() && proofs.needs_you(account)
        };
        self.statuses.as_ref().is_none_or(has_status)
            && [Place::Connection, Place::Identifier, Place::Provider, Place::Proof].into_iter().all(in_place)
            && self.words.iter().all(|word| {
                let Account { identifier, connection, provider, id, status, .. } = account;
                let names = [identifier.raw(), connection.raw(), provider.raw(), id.raw()];
                stands_in(word, &names) || stands_in(word, &[&status.word()])
            })
    }

    /// Whether what calls for attention is asked for.
    fn wants_needy(&self) -> bool {
        self.values(Place::Status).any(is_needy)
    }

    /// Mistake in it: a token that no account has, or a name that is like that of a token.
    pub fn slip(&self, accounts: &[Account], proofs: &ProofStore) -> Option<String> {
        let nobody = |(place, value): &&(Place, String)| {
            let is_known = *place == Place::Status && is_needy(value);
            !value.is_empty() && !is_known && !accounts.iter().any(|account| place.holds(account, value, proofs))
        };
        let slip = self.tokens.iter().find(nobody).map(|(place, value)| place.slip(value, accounts, proofs));
        slip.or_else(|| self.slip.clone())
    }
}

/// A filter with this status and no other; of any status where the word is empty.
pub fn with_status(text: &str, word: &str) -> String {
    let rest = filter::without(text, &NAMES, Place::Status);
    match (rest.is_empty(), word.is_empty()) {
        (_, true) => rest,
        (true, false) => format!("status:{word}"),
        (false, false) => format!("{rest} status:{word}"),
    }
}

/// Ways to go on with a filter over these accounts.
pub fn completions(text: &str, store: &AccountStore) -> Completions {
    let (accounts, proofs) = (store.all(), &store.proofs);
    filter::complete(text, &NAMES, |place, typed| {
        let held = accounts.iter().filter(|account| place.holds(account, typed, proofs));
        let mut values = place.names(held, OFFERED, proofs);
        if place == Place::Status && store.needing_you() > 0 {
            values.insert(0, NEEDS_YOU.to_owned());
        }
        values
    })
}

impl Place {
    fn holds(self, account: &Account, value: &str, proofs: &ProofStore) -> bool {
        match self {
            Self::Status => is_meant(&account.status, value),
            Self::Proof => verdict(account, proofs).starts_with(&value.to_lowercase().replace([' ', '_'], "-")),
            _ => stands_in(value, &[self.name(account)]),
        }
    }

    /// Values that these accounts have in this place, safe to show and in order; `most` of them at most.
    fn names<'a>(self, accounts: impl Iterator<Item = &'a Account>, most: usize, proofs: &ProofStore) -> Vec<String> {
        if self == Self::Status {
            let statuses: HashSet<&Status> = accounts.map(|account| &account.status).collect();
            let mut words: Vec<_> = statuses.into_iter().map(|status| status.word().replace(' ', "-")).collect();
            words.order_by(|a, b| human_order(a, b));
            return words;
        }
        if self == Self::Proof {
            let held: HashSet<String> = accounts.map(|account| verdict(account, proofs)).collect();
            return VERDICTS.iter().map(|word| word.replace(' ', "-")).filter(|word| held.contains(word)).collect();
        }
        // Many accounts have few names, and a name is made ready for the screen only once.
        let names: HashSet<&str> = accounts.map(|account| self.name(account)).collect();
        let mut names: Vec<&str> = names.into_iter().collect();
        if names.len() > most {
            names.select_nth_unstable_by(most, |a, b| human_order(a, b));
            names.truncate(most);
        }
        names.order_by(|a, b| human_order(a, b));
        names.into_iter().map(|name| Untrusted::from(name).to_string()).collect()
    }

    /// Name in this place; nothing for a status.
    fn name(self, account: &Account) -> &str {
        match self {
            Self::Status | Self::Proof => "",
            Self::Connection => account.connection.raw(),
            Self::Identifier => account.identifier.raw(),
            Self::Provider => account.provider.raw(),
        }
    }

    fn slip(self, value: &str, accounts: &[Account], proofs: &ProofStore) -> String {
        if self == Self::Proof && proofs.is_empty() {
            return "Nothing is proven yet.".to_owned();
        }
        let names = self.names(accounts.iter(), usize::MAX, proofs);
        let shown = Untrusted::from(value);
        let near = nearest_name(value, names.iter().map(String::as_str));
        let instead = match near {
            Some(near) => format!("Did you mean {near}?"),
            None if names.len() <= TOLD => format!("There are {}.", names.join(", ")),
            None => String::new(),
        };
        let what = match self {
            Self::Status => "status",
            Self::Connection => "connection",
            Self::Identifier => "identifier",
            Self::Provider => "provider",
            Self::Proof => "verdict",
        };
        format!("Unknown {what} “{shown}”. {instead}").trim_end().to_owned()
    }
}

/// Words of the verdicts, and the one for an account that nobody asked about.
const VERDICTS: [&str; 10] = {
    let [a, b, c, d, e, f, g, h, i] = Verdict::WORDS;
    [a, b, c, d, e, f, g, h, i, "none"]
};

/// Verdict on an account as the filter spells it.
fn verdict(account: &Account, proofs: &ProofStore) -> String {
    proofs.verdict(account).map_or("none", |verdict| verdict.word()).replace(' ', "-")
}

/// Whether a status is meant by the value of a status token.
fn is_meant(status: &Status, value: &str) -> bool {
    is_status(status, value) || is_needy(value) && status.needs_you()
}

/// Whether the value of a status token means every status that calls for attention.
fn is_needy(value: &str) -> bool {
    value.len() > 1 && NEEDS_YOU.starts_with(&value.to_lowercase().replace([' ', '_'], "-"))
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

    fn store() -> AccountStore {
        let mut store = AccountStore::default();
        store.page(accounts(), None);
        store
    }

    fn read(text: &str) -> Criteria {
        Criteria::read(text, accounts().iter().map(|account| &account.status))
    }

    fn found(text: &str) -> Vec<usize> {
        let accounts = accounts();
        let criteria = read(text);
        accounts
            .iter()
            .enumerate()
            .filter(|(_, account)| criteria.fits(account, &ProofStore::default()))
            .map(|(at, _)| at)
            .collect()
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
        let told = |text: &str| read(text).slip(&accounts(), &ProofStore::default()).unwrap_or_default();
        assert_eq!(told("status:expird"), "Unknown status “expird”. Did you mean expired?");
        assert_eq!(told("connection:liner"), "Unknown connection “liner”. Did you mean linear?");
        assert_eq!(told("status:xyz"), "Unknown status “xyz”. There are active, expired, to-verify.");
        assert_eq!(told("statsu:expired"), "There is no statsu: filter. Did you mean status:?");
        assert_eq!((told("tenant:7"), told("status:needs")), (String::new(), String::new()));
    }

    #[test]
    fn what_needs_you_is_a_status() {
        assert_eq!((found("status:needs-you"), found("status:needs")), (vec![0, 1], vec![0, 1]));
        assert_eq!(found("status:needs-you as:ada status:active"), [0, 1]);
    }

    #[test]
    fn values_are_offered_while_typing() {
        let offered = |text: &str| -> Vec<String> { completions(text, &store()).words().map(str::to_owned).collect() };
        assert_eq!(offered("connection:"), ["Github", "linear"]);
        assert_eq!(offered("status:e"), ["expired", "needs-you"]);
        assert_eq!(offered("status:exp"), ["expired"]);
        assert_eq!(offered(""), ["status:", "connection:", "as:", "provider:", "proof:"]);
        assert!(offered("ada").is_empty());
    }
}
