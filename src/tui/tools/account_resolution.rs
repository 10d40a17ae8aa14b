//! With which account a tool is tried, and what is in the way.

use crate::domain::{Account, AccountId, Fault, FaultKind, Status, Tool};
use crate::flow::account_resolution::{AccountChoice, AccountQuestion, able, resolve};
use crate::flow::preflight;
use crate::tui::input::tabs::Tab;
use crate::tui::playground::screen::{Output, Subject};
use crate::tui::shell::model::{Environment, Model};
use crate::tui::shell::popup::Popup;
use crate::tui::tools::account_picker::state::Chooser;
use crate::tui::tools::blocked::state::{Insist, Obstacle};
use crate::tui::tools::screen::{Load, Scope};
use crate::tui::tools::suggested_fix::Remedy;

/// What comes of trying a tool.
pub enum Trial {
    /// It opens.
    Ready(Box<Subject>),
    /// Several accounts fit.
    Choose(Chooser),
    /// It cannot be called as things are.
    Obstacle(Obstacle),
    /// The account may yet come.
    NotYet,
}

impl Model {
    /// What trying the tool under the cursor comes to.
    pub fn trial(&self) -> Option<Trial> {
        let tool = self.tools.selected(&self.cx.tools)?;
        let (listed_for, connection) = match self.tools.scope() {
            Scope::Person(who, connection) => (Some(who), connection.as_ref()),
            Scope::Environment => (None, None),
        };
        let named = tool.account.as_ref().and_then(|id| self.cx.accounts.by_id(id));
        let (acting_as, witness) = (self.cx.acting_as.as_ref(), "the list of accounts");
        let question = AccountQuestion { tool, listed_for, connection, acting_as, named, witness };
        Some(match resolve(&question, self.cx.accounts.all()) {
            AccountChoice::One(account) => Trial::Ready(Box::new(subject(tool, account))),
            AccountChoice::None | AccountChoice::Unknown(_) if self.cx.accounts.is_loading() => Trial::NotYet,
            AccountChoice::None => Trial::Obstacle(self.no_account(tool)),
            AccountChoice::Unknown(id) => Trial::Obstacle(unknown_account(tool, id)),
            AccountChoice::OtherAccount(other) => Trial::Obstacle(somebody_elses(tool, &other)),
            AccountChoice::Inactive(account) => Trial::Obstacle(inactive(tool, account)),
            AccountChoice::Several(several) => Trial::Choose(Chooser::accounts(tool, several.into_iter())),
        })
    }

    /// The accounts that `tool` could be tried with, whoever they belong to.
    pub fn able<'a>(&'a self, tool: &'a Tool) -> impl Iterator<Item = &'a Account> {
        able(tool, self.cx.accounts.all())
    }

    fn no_account(&self, tool: &Tool) -> Obstacle {
        let others = self.able(tool).count();
        let (title, missing, remedy) = match &self.cx.acting_as {
            Some(who) => (
                format!("{who} cannot call {}", tool.name),
                format!("{who} has no account at {}.", tool.provider),
                Remedy::Connect(Some(who.clone()), tool.provider.raw().into()),
            ),
            None => (
                format!("Nobody can call {}", tool.name),
                format!("Nobody has an account at {} in this environment.", tool.provider),
                Remedy::Connect(None, tool.provider.raw().into()),
            ),
        };
        let mut lines = vec![missing];
        if others > 0 {
            let have = if others == 1 { "account of somebody else exists" } else { "accounts of others exist" };
            lines.push(format!("{others} {have} there."));
        }
        let tool = (others > 0).then(|| Box::new(tool.clone()));
        Obstacle { title, lines, remedy: Some(remedy), insist: None, tool }
    }

    /// Notes which of the person's accounts have no tools in the list, because they are not active.
    pub fn note_unlisted(&mut self) {
        let Scope::Person(who, connection) = self.tools.scope() else { return };
        let listed = |account: &&Account| {
            account.identifier == *who
                && account.status != Status::Active
                && connection.as_ref().is_none_or(|connection| account.connection == *connection)
        };
        let unlisted = self.cx.accounts.all().iter().filter(listed);
        self.tools.unlisted = unlisted.map(|account| account.id.clone()).collect();
    }

    /// Takes over what the list of accounts says of the account that the playground's tool runs with.
    pub fn status_of_subject(&mut self) {
        let id = self.playground.subject.as_ref().map(|subject| &subject.account);
        if let Some(account) = id.and_then(|id| self.cx.accounts.by_id(id)) {
            self.playground.account_changed(&account.clone());
        }
    }

    /// What helps where the keyboard is, in one step.
    pub fn remedy(&self) -> Option<Remedy> {
        if !matches!(self.cx.environment, Environment::Open(_)) {
            return None;
        }
        match (self.popups.last(), self.cx.tab) {
            (Some(Popup::Obstacle(obstacle)), _) => obstacle.remedy.clone(),
            (Some(_), _) => None,
            (None, Tab::Tools) => match (&self.cx.tools.load, self.tools.scope()) {
                (Load::Complete(Some(cause)), Scope::Person(who, _)) if self.cx.tools.rows().len() == 0 => {
                    Remedy::of(cause, who)
                }
                _ => {
                    let unlisted = self.tools.unlisted.iter().filter_map(|id| self.cx.accounts.by_id(id)).next();
                    unlisted.map(|account| Remedy::Authorize(Box::new(account.clone())))
                }
            },
            (None, Tab::Playground) => match (&self.playground.output, &self.playground.subject) {
                (Output::Failed(fault, _), Some(subject)) if fault.kind == FaultKind::NeedsAuthorization => {
                    self.repair(subject)
                }
                _ => None,
            },
            (None, Tab::Accounts | Tab::Activity) => None,
        }
    }

    /// What helps against an account that is not active.
    pub fn repair(&self, subject: &Subject) -> Option<Remedy> {
        self.cx.accounts.by_id(&subject.account).map(|account| Remedy::Authorize(Box::new(account.clone())))
    }
}

/// `tool`, to be tried with `account`.
pub fn subject(tool: &Tool, account: &Account) -> Subject {
    Subject {
        tool: tool.clone(),
        account: account.id.clone(),
        identifier: account.identifier.clone(),
        connection: account.connection.clone(),
        status: Some(account.status.clone()),
    }
}

/// The list of tools and the list of accounts speak of two people. Nobody can insist on that.
fn somebody_elses(tool: &Tool, other: &Fault) -> Obstacle {
    Obstacle {
        title: format!("As whom {} would run is not certain", tool.name),
        lines: vec![other.message.to_string()],
        remedy: Some(Remedy::LoadAccounts),
        insist: None,
        tool: None,
    }
}

/// The list of accounts does not hold the one that a tool is listed for.
fn unknown_account(tool: &Tool, id: &AccountId) -> Obstacle {
    let message = format!(
        "The tool list says it runs with {id}, and the list of accounts holds no such account. So whose it is, and \
         on which connection, is not known."
    );
    Obstacle {
        title: format!("As whom {} would run is not known", tool.name),
        lines: vec![message],
        remedy: Some(Remedy::LoadAccounts),
        insist: None,
        tool: None,
    }
}

/// The one account that could be used is not active.
pub fn inactive(tool: &Tool, account: &Account) -> Obstacle {
    let Account { connection, identifier, status, .. } = account;
    Obstacle {
        title: format!("{identifier} cannot call {}", tool.name),
        lines: vec![preflight::inactive(connection, identifier, status)],
        remedy: Some(Remedy::Authorize(Box::new(account.clone()))),
        insist: Some(Insist::Open(Box::new(subject(tool, account)))),
        tool: None,
    }
}
