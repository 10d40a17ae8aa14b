//! Accounts and tools that the palette finds: among a few at once, among many on another thread.

use std::sync::Arc;

use crate::domain::{Account, AccountId, ToolName};
use crate::tui::core::cx::Cx;
use crate::tui::core::state::catalogue::CatalogueTool;
use crate::tui::core::state::tool_usage::ToolUsage;
use crate::tui::shell::palette::entry::{Choice, Entry};
use crate::tui::shell::palette::ranking::{Fit, Texts, Wanted};
use crate::tui::widgets::matching::searched;

/// Things that are searched within a key press: a fraction of a millisecond.
const AT_ONCE: usize = 2_000;

/// Accounts, and tools, that are offered at most: more letters find the rest.
const OFFERED: usize = 100;

/// Account as it is searched: its id, its label, and other words for it in small letters.
#[derive(Debug)]
pub struct AccountTexts {
    id: AccountId,
    name: Box<str>,
    also: Box<str>,
}

impl AccountTexts {
    fn new(account: &Account) -> Self {
        let Account { connection, identifier, provider, id, status, .. } = account;
        let name = format!("{}/{}", searched(connection.raw()), searched(identifier.raw()));
        let also = format!("{} {} {} {}", status.word(), status.name(), searched(provider.raw()), searched(id.raw()));
        Self { id: id.clone(), name: name.to_lowercase().into(), also: also.to_lowercase().into() }
    }
}

/// The accounts as they are searched.
pub fn account_texts(accounts: &[Account]) -> Arc<Vec<AccountTexts>> {
    Arc::new(accounts.iter().map(AccountTexts::new).collect())
}

/// Search that may run elsewhere.
#[derive(Clone, Debug)]
pub struct ThingSearch {
    typed: String,
    accounts: Arc<Vec<AccountTexts>>,
    tools: Vec<Arc<Vec<CatalogueTool>>>,
    usage: Arc<ToolUsage>,
    size: usize,
}

/// Things that fit, the best of each kind first.
#[derive(Clone, Debug, Default)]
pub struct FoundThings {
    /// Best of the accounts, and where they stood in the list.
    pub accounts: Vec<(Fit, usize, AccountId)>,
    /// Best of the tools.
    pub tools: Vec<(Fit, ToolName, String)>,
    /// Number of accounts and tools that fit and are not among them.
    pub more: usize,
}

impl ThingSearch {
    /// Search for what is typed among these accounts and the tools that have arrived.
    pub fn new(typed: &str, accounts: Arc<Vec<AccountTexts>>, cx: &Cx) -> Self {
        let size = accounts.len() + cx.catalogue.len();
        Self {
            typed: typed.to_owned(),
            accounts,
            tools: cx.catalogue.pages().to_vec(),
            usage: Arc::clone(&cx.usage),
            size,
        }
    }

    /// Whether a key press need not wait for it.
    pub fn is_short(&self) -> bool {
        self.size <= AT_ONCE
    }

    /// Looks for it.
    pub fn run(&self) -> FoundThings {
        let mut wanted = Wanted::new(&self.typed);
        if wanted.is_empty() {
            return FoundThings::default();
        }
        let mut accounts: Vec<(Fit, usize)> = Vec::new();
        for (at, AccountTexts { name, also, .. }) in self.accounts.iter().enumerate() {
            accounts.extend(wanted.fit(Texts { name, also, sentence: "" }).map(|fit| (fit.without_tie(), at)));
        }
        let mut tools: Vec<(Fit, &CatalogueTool)> = Vec::new();
        for tool in self.tools.iter().flat_map(|page| page.iter()) {
            let texts = Texts { name: &tool.text, also: &tool.also, sentence: "" };
            // Those that somebody comes back to are before all that fit in the same way.
            let fit = wanted.fit(texts).map(|fit| match self.usage.is_preferred(&tool.name) {
                true => fit.without_tie(),
                false => fit,
            });
            tools.extend(fit.map(|fit| (fit, tool)));
        }
        accounts.sort();
        tools.sort_by_key(|(fit, tool)| (*fit, self.usage.rank(&tool.name)));
        // Letters count where nothing is written so.
        let literal =
            accounts.iter().map(|(fit, _)| fit).chain(tools.iter().map(|(fit, _)| fit)).any(|fit| !fit.by_letters());
        if literal {
            accounts.retain(|(fit, _)| !fit.by_letters());
            tools.retain(|(fit, _)| !fit.by_letters());
        }
        tools.dedup_by(|(_, a), (_, b)| a.name == b.name);
        let more = accounts.len().saturating_sub(OFFERED) + tools.len().saturating_sub(OFFERED);
        let account = |(fit, at): (Fit, usize)| Some((fit, at, self.accounts.get(at)?.id.clone()));
        FoundThings {
            accounts: accounts.into_iter().take(OFFERED).filter_map(account).collect(),
            tools: tools
                .into_iter()
                .take(OFFERED)
                .map(|(fit, tool)| (fit, tool.name.clone(), tool.provider.to_string()))
                .collect(),
            more,
        }
    }
}

impl FoundThings {
    /// The same as entries, with how well each fits. Accounts that are gone meanwhile are left out.
    pub fn entries<'a>(&'a self, cx: &'a Cx, blocked: Option<&'static str>) -> impl Iterator<Item = (Fit, Entry)> + 'a {
        let accounts = self.accounts.iter().filter_map(move |(fit, at, id)| {
            let row = cx.accounts.row(*at).filter(|account| account.id == *id);
            let account = row.or_else(|| cx.accounts.by_id(id))?;
            let choice = Choice::Account(id.clone());
            Some((*fit, entry(account.label(), "account", account.status.word(), choice, *fit, blocked)))
        });
        let tools = self.tools.iter().map(move |(fit, name, provider)| {
            let choice = Choice::Tool(name.clone());
            let star = if cx.usage.is_favourite(name) { "★ " } else { "" };
            (*fit, entry(name.to_string(), "tool", format!("{star}{provider}"), choice, *fit, blocked))
        });
        accounts.chain(tools)
    }
}

fn entry(label: String, kind: &str, note: String, choice: Choice, fit: Fit, blocked: Option<&'static str>) -> Entry {
    Entry {
        label: label.into(),
        key: kind.to_owned(),
        note: note.into(),
        reason: blocked.map(Into::into),
        choice,
        by_letters: fit.by_letters(),
    }
}
