//! Facts on an account, one by one: shown in the detail, gone through and copied there.

use jiff::Timestamp;

use crate::domain::{Account, Status, Untrusted, listed};
use crate::flow::preflight::AccountScopes;
use crate::tui::accounts::detail::extra::Extra;
use crate::tui::accounts::proof::view as proof;
use crate::tui::core::cx::Cx;
use crate::tui::core::messages::CopyText;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::time;

/// Facts that a page of the cursor goes past.
const PAGE: usize = 8;

/// One fact.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// Name, safe to show; empty where it belongs to the fact above.
    pub name: String,
    /// Text as it is shown, line by line.
    pub lines: Vec<String>,
    /// Whether the lines stand below the name, each cut off where it is long.
    pub is_below: bool,
    /// Whether lines below the name are sentences, which run on where they are long.
    pub is_prose: bool,
    /// Text that is copied, as the environment has it; none where there is nothing to copy.
    pub copied: Option<String>,
    /// Name for the message on copying.
    pub what: String,
}

impl Fact {
    fn new(name: &str, shown: String, copied: Option<&str>, what: &str) -> Self {
        let copied = copied.filter(|text| !text.is_empty()).map(str::to_owned);
        Self { name: name.to_owned(), lines: vec![shown], copied, what: what.to_owned(), ..Self::default() }
    }

    /// A moment, relative and absolute; copied as RFC 3339 in UTC.
    fn moment(name: &str, moment: Option<Timestamp>, otherwise: &str, now: Timestamp, what: &str) -> Self {
        let shown = |at: Timestamp| format!("{} ({})", time::relative(at, now), time::absolute(at));
        let copied = moment.map(|moment| moment.to_string());
        Self::new(name, moment.map_or_else(|| otherwise.to_owned(), shown), copied.as_deref(), what)
    }

    /// Order to copy it.
    pub fn copy(&self) -> Option<CopyText> {
        Some(CopyText { text: self.copied.clone()?, what: self.what.clone() })
    }
}

/// Facts on an account: those that have a word of their own, then everything else the wire says, in its own words.
pub fn facts(account: &Account, extra: &Extra, cx: &Cx) -> Vec<Fact> {
    let now = cx.server_now();
    let both = |ours: String, wire: String| if ours == wire { wire } else { format!("{ours} (API: {wire})") };
    let status = match &account.status {
        Status::Other(word) => format!("{word} (unknown to jackfield)"),
        known => both(known.word(), known.name()),
    };
    let kind = account.authorization.own_word();
    let shared = if account.org_wide { "one credential for the whole organization" } else { "no, one user's own" };
    let named = |name: &str, raw: &str, what: &str| Fact::new(name, Untrusted::from(raw).to_string(), Some(raw), what);
    let mut facts = vec![
        named("id", account.id.raw(), "the account's id"),
        Fact::new("status", status, Some(&account.status.name()), "the status"),
        named("identifier", account.identifier.raw(), "the identifier"),
        named("connection", account.connection.raw(), "the connection's name"),
        named("", account.connection_id.raw(), "the connection's id"),
        named("provider", account.provider.raw(), "the provider"),
        Fact::new("type", both(account.authorization.to_string(), kind.clone()), Some(&kind), "the type"),
        Fact::moment("expires", account.token_expires_at, "–", now, "the time of expiry"),
        Fact::moment("last used", account.last_used_at, "never", now, "the time of the last use"),
        Fact::moment("updated", account.updated_at, "–", now, "the time of the last change"),
        Fact::new("shared", shared.to_owned(), Some(if account.org_wide { "true" } else { "false" }), "the value"),
    ];
    if let Some(server) = account.server() {
        facts.insert(6, named("server", server.raw(), "the server's name"));
    }
    if let Some(lines) = proof::fact(account, &cx.accounts.proofs, cx.now.wall) {
        let proven = Fact { what: "the proof".to_owned(), is_prose: true, ..below("really", &lines) };
        facts.insert(3, proven);
    }
    facts.extend(AccountScopes::of(account).iter().flat_map(scopes));
    let tools = match account.status {
        Status::Active | Status::Other(_) | Status::Unspecified => None,
        _ => Some(Fact::new("tools", format!("none while it is {}", account.status.word()), None, "")),
    };
    facts.extend(tools);
    let authorization = cx.authorizations.of_account(account).and_then(|id| cx.authorizations.get(id));
    if let Some(link) = authorization.and_then(|authorization| authorization.link.as_ref()) {
        facts.push(Fact::new(
            "link",
            Untrusted::from(link.url.as_str()).to_string(),
            Some(link.url.as_str()),
            "the link",
        ));
    }
    if !extra.settings.is_empty() {
        facts.push(below("settings (API: api_config)", &extra.settings));
    }
    for (at, (name, lines)) in extra.others.iter().enumerate() {
        let mut fact = match lines.as_slice() {
            [one] => Fact::new(name, one.clone(), Some(one), &format!("“{name}”")),
            several => below(name, several),
        };
        fact.what = format!("“{name}”");
        if at == 0 {
            facts.push(Fact { name: "other API fields".to_owned(), is_below: true, ..Fact::default() });
        }
        facts.push(fact);
    }
    facts
}

/// Scopes that were asked for, those that were not granted marked; and those that were.
fn scopes(scopes: &AccountScopes) -> [Fact; 2] {
    let shown = |scope: &Untrusted| match scopes.is_missing(scope) {
        true => format!("{scope} (not granted)"),
        false => scope.to_string(),
    };
    let raw = |scopes: &[Untrusted]| scopes.iter().map(Untrusted::raw).collect::<Vec<_>>().join(" ");
    let none = |text: String| if text.is_empty() { "none".to_owned() } else { text };
    let asked = none(scopes.asked.iter().map(shown).collect::<Vec<_>>().join(", "));
    let granted = match &scopes.granted {
        Some(granted) => none(listed(granted, ", ")),
        None => "–".to_owned(),
    };
    let copied = scopes.granted.as_deref().map(raw);
    [
        Fact::new("asked", asked, Some(&raw(&scopes.asked)), "the scopes that were asked for"),
        Fact::new("granted", granted, copied.as_deref(), "the scopes that were granted"),
    ]
}

fn below(name: &str, lines: &[String]) -> Fact {
    let copied = Some(lines.join("\n"));
    Fact {
        name: name.to_owned(),
        lines: lines.to_vec(),
        is_below: true,
        copied,
        what: "the settings".to_owned(),
        ..Fact::default()
    }
}

/// Moves the cursor among facts; headings are passed by.
pub fn step(at: usize, step: Move, facts: &[Fact]) -> usize {
    let mut cursor = Cursor { row: at, top: 0 };
    cursor.step(step, facts.len(), PAGE);
    let is_heading = |row: usize| facts.get(row).is_some_and(|fact| fact.lines.is_empty());
    if is_heading(cursor.row) {
        let by = if cursor.row >= at { 1 } else { -1 };
        cursor.step(Move::By(by), facts.len(), PAGE);
    }
    cursor.row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_passed_by() {
        let fact = |name: &str| Fact::new(name, "x".into(), Some("x"), "x");
        let facts = [fact("a"), Fact { name: "heading".into(), ..Fact::default() }, fact("b")];
        assert_eq!((step(0, Move::By(1), &facts), step(2, Move::By(-1), &facts)), (2, 0));
        assert_eq!(
            (step(2, Move::By(1), &facts), step(0, Move::Bottom, &facts), step(2, Move::Top, &facts)),
            (2, 2, 0)
        );
    }
}
