//! Drawing of the accounts.

use std::borrow::Cow;

use jiff::Timestamp;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::{Account, FaultKind, Status};
use crate::tui::accounts::detail as account_detail;
use crate::tui::accounts::filter::{Advice, HINT};
use crate::tui::accounts::lines::{Heading, ShownLine};
use crate::tui::accounts::order::{Group, Order};
use crate::tui::accounts::screen::{Accounts, SHARE};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::core::state::account_store::Load;
use crate::tui::core::state::environment::Environment;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::bar;
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::typing::filter;
use crate::tui::widgets::{card, text, time};

/// Draws the screen into `body`.
pub(super) fn draw(canvas: &mut Canvas<'_>, accounts: &Accounts, cx: &Cx) {
    let body = cx.body();
    let panes = layout::panes(body, accounts.focus, SHARE);
    if !panes.list.is_empty() {
        table(canvas, accounts, cx, panes.list);
    }
    if !panes.side.is_empty() {
        account_detail::draw(canvas, accounts, cx, panes.side);
    }
}

fn table(canvas: &mut Canvas<'_>, accounts: &Accounts, cx: &Cx, area: Rect) {
    let theme = canvas.theme;
    let mut facts: Vec<Vec<Span<'static>>> = Vec::new();
    if let Some(status) = &accounts.status {
        let (glyph, style) = theme.status(status);
        facts.push(vec![Span::styled(format!("only {glyph} {}", status.word()), style)]);
    }
    if accounts.by != Order::default() {
        facts.push(vec![Span::styled(format!("by {}", accounts.by.name()), theme.muted)]);
    }
    // The headings say by what as well, and a narrow frame has no room for it.
    if accounts.group != Group::Nothing && area.width >= 60 {
        facts.push(vec![Span::styled(format!("grouped by {}", accounts.group.name()), theme.muted)]);
    }
    facts.push(accounts.filter.spans(theme, pane::room_for_typing(area)));
    facts.retain(|fact| !fact.is_empty());
    let right = facts.join(&Span::raw("  "));
    let titles =
        Titles { title: vec!["Accounts".into()], right, foot: vec![count(accounts, cx, theme)], ..Titles::default() };
    let inner = pane::draw(canvas, area, Pane::List, accounts.focus == Pane::List, titles);
    if inner.is_empty() {
        return;
    }
    let advice = advice(accounts, usize::from(inner.width), theme);
    if let Some(empty) = emptiness(accounts, cx) {
        // What is wrong with the filter stands in the card, whole.
        if let Some(hint) = advice.filter(|_| !matches!(accounts.advice(), Some(Advice::Slip(_)))) {
            canvas.line(inner, hint);
        }
        let below = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
        card::draw(canvas, below, &empty);
        return;
    }
    let columns = Columns::fitting(inner.width);
    let wanted = accounts.letters();
    canvas.line(inner, advice.unwrap_or_else(|| columns.head(theme)));
    let rows = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
    for (at, shown) in accounts.lines_from(&cx.accounts, accounts.cursor.top).take(usize::from(rows.height)) {
        let line = nth_line(rows, at - accounts.cursor.top);
        let account = match shown {
            ShownLine::Account(account) => account,
            ShownLine::Heading(over) => {
                canvas.line(line, heading(over, usize::from(line.width), theme));
                continue;
            }
        };
        let selected = at == accounts.cursor.row;
        let focused = accounts.focus == Pane::List;
        canvas.line(line, columns.row(account, &wanted, (selected, focused), cx.server_now(), theme));
        canvas.hit(line, Target::Row(Pane::List, at));
    }
}

/// Line with the advice on the filter, in the place of the names of the columns.
fn advice(accounts: &Accounts, width: usize, theme: &Theme) -> Option<Line<'static>> {
    let (words, style) = match accounts.advice() {
        Some(Advice::Slip(words)) => (words.as_str(), theme.warn),
        Some(Advice::Hint(words)) if accounts.filter.typing => (words.as_str(), theme.muted),
        _ if accounts.filter.typing => (HINT, theme.muted),
        _ => return None,
    };
    let words = text::fit(words, width.saturating_sub(3)).into_owned();
    Some(Line::from(vec![Span::raw("  "), Span::styled(words, style)]))
}

/// `linear  12  ✖ 2`
fn heading(heading: &Heading, width: usize, theme: &Theme) -> Line<'static> {
    let mut counts = vec![Span::styled(format!("  {}", heading.count), theme.muted)];
    for (status, count) in &heading.needy {
        let (glyph, style) = theme.status(status);
        counts.push(Span::styled(format!("  {glyph} {count}"), style));
    }
    let room = width.saturating_sub(counts.iter().map(Span::width).sum::<usize>() + 1);
    let title = text::fit(&heading.title, room.saturating_sub(1)).into_owned();
    let mut spans = vec![Span::raw(" "), Span::styled(title, theme.accent)];
    spans.extend(counts);
    Line::from(spans)
}

/// `3 of 17`, and whether more are on their way.
fn count(accounts: &Accounts, cx: &Cx, theme: &Theme) -> Span<'static> {
    let store = &cx.accounts;
    let (here, total) = (store.all().len(), store.total());
    let at = if accounts.shown() == 0 { 0 } else { accounts.place() };
    let text = match &store.load {
        Load::Running { fresh: None } => format!("loading {here} of {total}"),
        Load::Running { fresh: Some(fresh) } => format!("reloading {} of {total}", fresh.len()),
        _ if accounts.shown() as u64 == total => format!("{at} of {total}"),
        _ => format!("{at} of {} shown · {total} in all", accounts.shown()),
    };
    if store.is_incomplete() {
        return Span::styled(format!("{text} · incomplete"), theme.warn);
    }
    Span::styled(text, theme.muted)
}

/// Card in the table's place when there is no row to show.
fn emptiness(accounts: &Accounts, cx: &Cx) -> Option<card::Card> {
    if accounts.shown() > 0 {
        return None;
    }
    Some(match (&cx.environment, &cx.accounts.load) {
        (Environment::Failed(fault), _) if fault.kind == FaultKind::Cancelled => {
            card::Card::note(fault.message.clone(), Some(Action::Refresh), "try again")
                .and_key(Action::Environments, "another environment")
        }
        (Environment::Failed(fault), _) | (_, Load::Failed(fault)) => {
            card::Card::fault(fault, Some(Action::Refresh)).and_key(Action::Environments, "another environment")
        }
        (Environment::AtKeychain(name), _) => {
            let what = format!("Waiting for your keychain (profile {name})");
            card::Card::waiting(&what, cx.now.uptime).with_key(Action::StopLoading, "stop waiting")
        }
        (Environment::Asking, _) => card::Card::note("Nothing is open until you have said what you want.", None, ""),
        (Environment::Opening, _) => card::Card::waiting("Opening the environment", cx.now.uptime),
        (_, Load::Idle | Load::Running { .. }) => card::Card::waiting("Asking for accounts", cx.now.uptime),
        (_, Load::Complete(_)) if !cx.accounts.all().is_empty() => {
            // The whole of it; the line above has room for its beginning.
            let slip = match accounts.advice() {
                Some(Advice::Slip(words)) => format!(" {words}"),
                _ => String::new(),
            };
            card::Card::note(format!("No account fits the filter.{slip}"), Some(Action::Back), "forget the filter")
        }
        (_, Load::Complete(Some(mismatch))) => {
            card::Card::note(mismatch.told("account"), Some(Action::Refresh), "ask again")
        }
        (_, Load::Complete(None)) => {
            card::Card::note("This environment has no connected accounts yet.", Some(Action::Refresh), "ask again")
        }
    })
}

/// Columns there is room for. They leave in this order: provider, used, expires.
struct Columns {
    status: usize,
    connection: usize,
    identifier: usize,
    provider: Option<usize>,
    expires: Option<usize>,
    used: Option<usize>,
}

impl Columns {
    fn fitting(width: u16) -> Self {
        // One for the bar, one for the right edge.
        let room = usize::from(width).saturating_sub(2);
        let (status, connection) = if room >= 44 { (16, 14) } else { (14, 9) };
        let mut columns = Self { status, connection, identifier: 0, provider: None, expires: None, used: None };
        let mut left = room.saturating_sub(columns.status + columns.connection);
        let mut take = |wide: usize| {
            let fits = left >= 22 + wide;
            if fits {
                left -= wide;
            }
            fits.then_some(wide)
        };
        columns.expires = take(12);
        columns.used = take(10);
        columns.provider = take(12);
        columns.identifier = room
            - columns.status.min(room)
            - columns.connection.min(room.saturating_sub(columns.status))
            - columns.provider.unwrap_or(0)
            - columns.expires.unwrap_or(0)
            - columns.used.unwrap_or(0);
        columns
    }

    fn head(&self, theme: &Theme) -> Line<'static> {
        let cells = [
            Some(("status", self.status)),
            Some(("connection", self.connection)),
            Some(("identifier", self.identifier)),
            self.provider.map(|w| ("provider", w)),
            self.expires.map(|w| ("expires", w)),
            self.used.map(|w| ("used", w)),
        ];
        let text: String = cells.into_iter().flatten().map(|(name, wide)| cell(name, wide)).collect();
        Line::from(vec![Span::raw("  "), Span::styled(text, theme.muted)])
    }

    fn row(
        &self,
        account: &Account,
        wanted: &str,
        (selected, focused): (bool, bool),
        now: Timestamp,
        theme: &Theme,
    ) -> Line<'static> {
        let (glyph, style) = theme.status(&account.status);
        // Only the person is lifted: every cell whose style changes is sent to the terminal again.
        let lift = if selected { theme.strong } else { Style::new() };
        let mut spans = vec![
            bar(selected, focused, theme),
            Span::styled(cell(&format!("{glyph} {}", account.status.word()), self.status), style),
        ];
        let connection = (account.connection.scrubbed(), self.connection, Style::new());
        for (text, wide, style) in [connection, (account.identifier.scrubbed(), self.identifier, lift)] {
            let (text, gap) = fitted(&text, wide);
            spans.extend(filter::pointed_out(&text, wanted, style, theme.found));
            spans.push(Span::raw(gap));
        }
        if let Some(wide) = self.provider {
            spans.push(Span::styled(cell(&account.provider.scrubbed(), wide), theme.muted));
        }
        if let Some(wide) = self.expires {
            spans.push(Span::styled(cell(&expires(account, now), wide), expiry_style(account, now, theme)));
        }
        if let Some(wide) = self.used {
            spans.push(Span::styled(cell(&time::since(account.last_used_at, now), wide), theme.muted));
        }
        Line::from(spans)
    }
}

/// `text` in a column of `wide`, with a gap to the next.
fn cell(text: &str, wide: usize) -> String {
    let (text, gap) = fitted(text, wide);
    format!("{text}{gap}")
}

fn fitted(text: &str, wide: usize) -> (Cow<'_, str>, String) {
    let text = text::fit(text, wide.saturating_sub(1));
    let gap = " ".repeat(wide.saturating_sub(text::width(&text)));
    (text, gap)
}

fn expires(account: &Account, now: Timestamp) -> String {
    account.token_expires_at.map_or_else(|| "–".to_owned(), |moment| time::relative(moment, now))
}

fn expiry_style(account: &Account, now: Timestamp, theme: &Theme) -> Style {
    match (&account.status, account.token_expires_at) {
        // A claim of ACTIVE with a token that ran out: the two do not fit together.
        (Status::Active, Some(moment)) if moment < now => theme.warn,
        _ => theme.muted,
    }
}
