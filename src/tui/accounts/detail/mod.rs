//! Drawing of one account: what it needs, what can be done, and everything the wire says of it.

pub(super) mod extra;
pub(super) mod facts;
pub mod loader;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::{Account, Status};
use crate::tui::accounts::detail::facts::{Fact, facts as account_facts};
use crate::tui::accounts::proof::view as proof;
use crate::tui::accounts::screen::Accounts;
use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{text, time};

/// Draws the pane of the account beside the list.
pub fn draw(canvas: &mut Canvas<'_>, accounts: &Accounts, cx: &Cx, area: Rect) {
    let title = accounts
        .beside(&cx.accounts)
        .map_or_else(|| "Account".to_owned(), |account| format!("{} · {}", account.connection, account.identifier));
    let title = text::fit(&title, usize::from(area.width.saturating_sub(6))).into_owned();
    let titles = Titles { title: vec![title.into()], ..Titles::default() };
    let inner = pane::draw(canvas, area, Pane::Side, accounts.focus == Pane::Side, titles);
    let Some(account) = accounts.beside(&cx.accounts) else { return };
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let lines = lines(account, accounts, cx, usize::from(inner.width));
    let focused = accounts.focus == Pane::Side;
    let rows = usize::from(inner.height);
    let of_cursor = |line: &DetailLine| focused && line.fact == Some(accounts.fact);
    // What the wheel shows stays until the cursor moves; then its fact is in sight.
    let first = lines.iter().position(of_cursor).unwrap_or(0);
    let last = lines.iter().rposition(of_cursor).unwrap_or(0);
    let followed = (last + 1).saturating_sub(rows).min(first);
    let top = if accounts.detail_top > 0 { accounts.detail_top } else { followed };
    let top = top.min(lines.len().saturating_sub(rows));
    for (at, line) in lines.into_iter().skip(top).take(rows).enumerate() {
        let row = nth_line(inner, at);
        if let Some(fact) = line.fact {
            canvas.hit(row, Target::Row(Pane::Side, fact));
        }
        if of_cursor(&line) {
            let margin = Rect { x: row.x.saturating_sub(1), width: 1, ..row };
            canvas.line(margin, Line::from(Span::styled("▌", canvas.theme.accent)));
        }
        canvas.line(row, line.text);
        for (from, wide, action) in line.hits {
            let place = Rect { x: row.x.saturating_add(from), width: wide, ..row };
            canvas.hit(place.intersection(row), Target::Action(action));
        }
    }
}

/// Line of the detail, with its targets for the mouse: first column, columns, action.
#[derive(Default)]
struct DetailLine {
    text: Line<'static>,
    hits: Vec<(u16, u16, Action)>,
    /// Place of the fact that it tells.
    fact: Option<usize>,
}

impl From<Line<'static>> for DetailLine {
    fn from(text: Line<'static>) -> Self {
        Self { text, hits: Vec::new(), fact: None }
    }
}

/// Lines of the detail: the problem and its remedy, then the other actions, then the facts.
fn lines(account: &Account, accounts: &Accounts, cx: &Cx, width: usize) -> Vec<DetailLine> {
    let mut lines = verdict(account, accounts, cx, width);
    lines.push(DetailLine::default());
    lines.extend(offers(account, accounts, cx, width));
    lines.push(DetailLine::default());
    lines.extend(facts(&account_facts(account, accounts.looking.extra(), cx), width, &cx.theme));
    lines
}

fn said(text: &str, style: Style, width: usize) -> impl Iterator<Item = DetailLine> {
    text::paragraph(text, width).into_iter().map(move |line| Line::styled(line, style).into())
}

fn verdict(account: &Account, accounts: &Accounts, cx: &Cx, width: usize) -> Vec<DetailLine> {
    let (theme, now) = (&cx.theme, cx.server_now());
    let (glyph, style) = theme.status(&account.status);
    let mut head =
        vec![Span::styled(format!("{glyph} {}", account.status.word().to_uppercase()), style.patch(theme.strong))];
    if let (Status::Expired, Some(moment)) = (&account.status, account.token_expires_at) {
        head.push(Span::styled(format!("  {}", time::relative(moment, now)), theme.muted));
    }
    let strange = matches!(account.status, Status::Other(_) | Status::Unspecified);
    let mut lines: Vec<DetailLine> = vec![Line::from(head).into()];
    lines.extend(said(account.status.meaning(), if strange { theme.warn } else { Style::new() }, width));
    if account.status == Status::Active && account.token_expires_at.is_some_and(|moment| moment < now) {
        let doubt = "But its token has expired. The environment may renew it on the next call, or fail to.";
        lines.extend(said(doubt, theme.warn, width));
    }
    if let Some(sentence) = proof::sentence(account, &cx.accounts.proofs) {
        lines.extend(said(&sentence, theme.bad, width));
    }
    if let Some(fault) = accounts.looking.fault() {
        lines.extend(said(&format!("Its details could not be read. {fault}"), theme.warn, width));
    }
    lines
}

/// Lines with the actions that apply and their keys: the helpful ones on lines of their own, the rest side by side.
fn offers(account: &Account, accounts: &Accounts, cx: &Cx, width: usize) -> Vec<DetailLine> {
    let theme = &cx.theme;
    let (typed_in, active) = (account.authorization.is_typed_in(), account.status == Status::Active);
    let never = account.status == Status::PendingAuth;
    let authorize = match (typed_in, never) {
        (true, _) => "create a link to a form",
        (false, true) => "authorize",
        (false, false) => "re-authorize",
    };
    let credentials = if never { "enter the credentials" } else { "replace the credentials" };
    let doubted = cx.accounts.proofs.needs_you(account);
    let first: &[(Action, &str)] = match (active && !doubted, typed_in) {
        (true, _) => &[(Action::BrowseTools, "act as this user, see the tools")],
        (false, true) => &[(Action::UpdateCredentials, credentials), (Action::Authorize, authorize)],
        (false, false) => &[(Action::Authorize, authorize)],
    };
    let rest = [
        (Action::UpdateCredentials, credentials),
        (Action::Authorize, authorize),
        (Action::Prove, "prove who it is"),
        (Action::ActAs, "act as"),
        (Action::Copy, if accounts.focus == Pane::Side { "copy fact" } else { "copy id" }),
        (Action::CopyLink, "copy a link"),
        (Action::Disconnect, "disconnect"),
        (Action::Delete, "delete"),
    ];
    let fits = |action: &Action| match action {
        // The cursor may have run ahead to an account of another kind.
        Action::UpdateCredentials => typed_in,
        // There is nothing to drop yet.
        Action::Disconnect => !never,
        _ => true,
    };
    let offered = |action: &Action| fits(action) && accounts.offers(*action, cx);
    let mut lines = Vec::new();
    for (action, words) in first.iter().filter(|(action, _)| offered(action)) {
        let key = cx.key_for(*action);
        let text = Line::from(vec![Span::styled(format!("  {key}"), theme.accent), Span::raw(format!("  {words}"))]);
        lines.push(DetailLine { text, hits: vec![(0, u16::MAX, *action)], fact: None });
    }
    let mut line = DetailLine::default();
    for (action, words) in rest.iter().filter(|(action, _)| offered(action) && !first.iter().any(|(a, _)| a == action))
    {
        let key = cx.key_for(*action);
        let wide = text::width(key) + 2 + text::width(words);
        if !line.hits.is_empty() && line.text.width() + 3 + wide > width {
            lines.push(std::mem::take(&mut line));
        }
        line.text.push_span(Span::raw(if line.hits.is_empty() { "  " } else { "   " }));
        let from = u16::try_from(line.text.width()).unwrap_or(u16::MAX);
        line.hits.push((from, u16::try_from(wide).unwrap_or(u16::MAX), *action));
        line.text.push_span(Span::styled(key.to_owned(), theme.accent));
        line.text.push_span(Span::raw(format!("  {words}")));
    }
    lines.push(line);
    lines
}

/// Lines of the facts, each with the place of its fact.
fn facts(facts: &[Fact], width: usize, theme: &Theme) -> Vec<DetailLine> {
    let mut lines = Vec::new();
    for (at, shown) in facts.iter().enumerate() {
        let of_fact: Vec<DetailLine> = match shown.lines.as_slice() {
            [one] if !shown.is_below => fact(&shown.name, one, width, theme),
            several => below(shown, several, width, theme),
        };
        lines.extend(of_fact.into_iter().map(|line| DetailLine { fact: Some(at), ..line }));
    }
    lines
}

/// A name, and lines below it.
fn below(shown: &Fact, lines: &[String], width: usize, theme: &Theme) -> Vec<DetailLine> {
    let title = DetailLine::from(Line::styled(shown.name.clone(), theme.muted));
    let room = width.saturating_sub(2);
    let parts = lines.iter().flat_map(|line| match shown.is_prose {
        true => text::wrap(line, room),
        false => vec![text::fit(line, room).into_owned()],
    });
    let indented = parts.map(|line| format!("  {line}"));
    [title].into_iter().chain(indented.map(|line| Line::from(line).into())).collect()
}

/// A name and a value, which runs on below itself where it is long.
fn fact(name: &str, value: &str, width: usize, theme: &Theme) -> Vec<DetailLine> {
    const NAMES: usize = 12;
    let room = width.saturating_sub(NAMES);
    let mut lines = Vec::new();
    let mut name = text::fit(name, width).into_owned();
    if text::width(&name) >= NAMES {
        lines.push(DetailLine::from(Line::styled(std::mem::take(&mut name), theme.muted)));
    }
    for part in text::wrap(value, room) {
        let name = Span::styled(format!("{:<NAMES$}", std::mem::take(&mut name)), theme.muted);
        lines.push(Line::from(vec![name, Span::raw(part)]).into());
    }
    lines
}
