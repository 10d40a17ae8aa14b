//! Account that a tool runs with, decided from what is known: one rule for every front, without a request.

use super::preflight::{Claim, Claimant};
use crate::domain::{Account, AccountId, ConnectionName, Fault, Identifier, Status, Tool};

/// A tool to be run, and everything that says with which account.
#[derive(Clone, Copy, Debug)]
pub struct AccountQuestion<'a> {
    /// The tool, as a row of a list has it.
    pub tool: &'a Tool,
    /// Person whose tools were listed; none for the tools of the whole environment.
    pub listed_for: Option<&'a Identifier>,
    /// Connection whose tools were listed, where it was one.
    pub connection: Option<&'a ConnectionName>,
    /// Person to run it as; none where nobody was named.
    pub acting_as: Option<&'a Identifier>,
    /// Account that the row names, where it is known.
    pub named: Option<&'a Account>,
    /// Source of `named`, a noun in the singular with its article.
    pub witness: &'static str,
}

/// Answer to an [`AccountQuestion`].
#[derive(Clone, Debug, PartialEq)]
pub enum AccountChoice<'a> {
    /// The only account that fits, or the one that the row names.
    One(&'a Account),
    /// The only account that fits is not active.
    Inactive(&'a Account),
    /// Several fit: as whom a tool runs is never decided by chance.
    Several(Vec<&'a Account>),
    /// No known account fits.
    None,
    /// The row names an account that is not known.
    Unknown(&'a AccountId),
    /// The row names an account that is somebody else's.
    OtherAccount(Fault),
}

/// Chooses among `accounts`, which are all that are known.
pub fn resolve<'a>(question: &AccountQuestion<'a>, accounts: &'a [Account]) -> AccountChoice<'a> {
    if let Some(id) = &question.tool.account {
        return match question.named {
            None => AccountChoice::Unknown(id),
            Some(account) => match question.check(account) {
                Ok(()) => AccountChoice::One(account),
                Err(other) => AccountChoice::OtherAccount(other),
            },
        };
    }
    let may_act = |account: &&Account| question.acting_as.is_none_or(|who| account.identifier == *who);
    let candidates: Vec<_> = able(question.tool, accounts).filter(may_act).collect();
    let mut active = candidates.iter().filter(|account| account.status == Status::Active);
    let settled = question.acting_as.is_some() || candidates.len() == 1;
    match (active.next(), active.next(), candidates.as_slice()) {
        (Some(account), None, _) if settled => AccountChoice::One(account),
        (None, _, []) => AccountChoice::None,
        (None, _, [account]) => AccountChoice::Inactive(account),
        _ => AccountChoice::Several(candidates),
    }
}

/// Accounts that a tool could be run with, whoever they belong to.
pub fn able<'a>(tool: &Tool, accounts: &'a [Account]) -> impl Iterator<Item = &'a Account> {
    accounts.iter().filter(move |account| account.provider.raw().eq_ignore_ascii_case(tool.provider.raw()))
}

impl AccountQuestion<'_> {
    /// Holds what the row says, and what was asked for when it was listed, against the account.
    fn check(&self, account: &Account) -> Result<(), Fault> {
        let claim = |by, who: &Identifier, account: Option<&AccountId>| Claim {
            by,
            account: account.cloned(),
            identifier: who.clone(),
            connection: self.connection.cloned(),
        };
        if let Some(who) = self.tool.identifier.as_ref().or(self.listed_for) {
            claim(Claimant::ToolList, who, self.tool.account.as_ref()).check(account, self.witness)?;
        }
        self.listed_for.map_or(Ok(()), |who| claim(Claimant::Caller, who, None).check(account, self.witness))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::scalekit::words;
    use crate::domain::{FaultKind, JsonText};

    fn account(id: &str, identifier: &str, provider: &str, status: Status) -> Account {
        Account {
            id: id.into(),
            identifier: identifier.into(),
            connection: provider.to_lowercase().as_str().into(),
            connection_id: "conn_1".into(),
            provider: provider.into(),
            status,
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
            account("ca_1", "ada", "LINEAR", Status::Active),
            account("ca_2", "bob", "LINEAR", Status::Active),
            account("ca_3", "ada", "GITHUB", Status::Expired),
            account("ca_4", "bob", "SLACK", Status::Active),
            account("ca_5", "bob", "slack", Status::Expired),
        ]
    }

    fn tool(provider: &str) -> Tool {
        Tool { provider: provider.into(), ..Tool::unknown("x_get") }
    }

    /// Ids that the choice names, behind a word for its kind.
    fn chosen(tool: &Tool, acting_as: Option<&str>) -> String {
        let (accounts, who) = (accounts(), acting_as.map(Identifier::from));
        let named = tool.account.as_ref().and_then(|id| accounts.iter().find(|account| account.id == *id));
        let (listed_for, acting_as) = (tool.identifier.as_ref().and(who.as_ref()), who.as_ref());
        let witness = "the list of accounts";
        let question = AccountQuestion { tool, listed_for, connection: None, acting_as, named, witness };
        match resolve(&question, &accounts) {
            AccountChoice::One(account) => format!("one {}", account.id),
            AccountChoice::Inactive(account) => format!("inactive {}", account.id),
            AccountChoice::Several(several) => {
                let ids: Vec<_> = several.iter().map(|account| account.id.to_string()).collect();
                format!("several {}", ids.join(" "))
            }
            AccountChoice::None => "none".to_owned(),
            AccountChoice::Unknown(id) => format!("unknown {id}"),
            AccountChoice::OtherAccount(fault) => {
                assert_eq!(fault.kind, FaultKind::OtherAccount);
                fault.message.to_string()
            }
        }
    }

    #[test]
    fn as_whom_is_never_decided_by_chance() {
        assert_eq!(chosen(&tool("linear"), Some("ada")), "one ca_1");
        assert_eq!(chosen(&tool("linear"), None), "several ca_1 ca_2");
        assert_eq!(chosen(&tool("github"), None), "inactive ca_3");
        assert_eq!(chosen(&tool("github"), Some("ada")), "inactive ca_3");
        assert_eq!(chosen(&tool("github"), Some("bob")), "none");
        assert_eq!(chosen(&tool("slack"), Some("bob")), "one ca_4", "the active one of two");
        assert_eq!(chosen(&tool("slack"), None), "several ca_4 ca_5", "with nobody named, one of two is asked for");
    }

    #[test]
    fn an_account_that_a_row_names_is_held_against_the_row() {
        let row =
            |id: &str, who: &str| Tool { account: Some(id.into()), identifier: Some(who.into()), ..tool("linear") };
        assert_eq!(chosen(&row("ca_2", "bob"), Some("bob")), "one ca_2");
        assert_eq!(chosen(&row("ca_9", "bob"), Some("bob")), "unknown ca_9");
        let says = chosen(&row("ca_1", "bob"), Some("bob"));
        assert!(says.starts_with("The tool list says ca_1 is bob's; the list of accounts says it is ada's"), "{says}");
        let says = chosen(&row("ca_1", "ada"), Some("bob"));
        assert!(says.starts_with("You asked for an account that is bob's;"), "{says}");
    }
}
