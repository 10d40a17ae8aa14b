//! Drawing of the accounts.

use std::time::Duration;

use jiff::Timestamp;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::backend::Ability;
use crate::domain::{Account, FaultKind, Status};
use crate::tui::accounts::detail as account_detail;
use crate::tui::accounts::lines::{Heading, ShownLine};
use crate::tui::accounts::order::{Group, Order};
use crate::tui::accounts::proof::view as proof;
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
use crate::tui::widgets::columns::{Column, Columns};
use crate::tui::widgets::list::{draw_row, marked_bar};
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
    // The headings say by what as well, and a narrow frame has no room for it.
    if accounts.group != Group::Nothing && area.width >= 60 {
        facts.push(vec![Span::styled(format!("grouped by {}", accounts.group.name()), theme.muted)]);
    }
    facts.push(accounts.filter.spans(theme, pane::room_for_typing(area)));
    facts.retain(|fact| !fact.is_empty());
    let right = facts.join(&Span::raw("  "));
    let titles = Titles {
        title: vec!["Accounts".into()],
        right,
        foot: match &cx.accounts.proofs.sweep {
            Some(sweep) => proof::progress(sweep, cx, theme),
            None => vec![count(accounts, cx, theme)],
        },
        note: as_of(accounts, cx, theme),
    };
    let inner = pane::draw(canvas, area, Pane::List, accounts.focus == Pane::List, titles);
    if inner.is_empty() {
        return;
    }
    let said = said(accounts, usize::from(inner.width), theme);
    if let Some(empty) = emptiness(accounts, cx) {
        // What is wrong with the filter stands in the card, whole.
        if let Some(said) = said.filter(|_| accounts.slip().is_none()) {
            canvas.line(inner, said);
        }
        let below = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
        card::draw(canvas, below, &empty);
        return;
    }
    let columns = columns(accounts, cx, inner.width);
    match said {
        Some(said) => {
            canvas.line(inner, said);
        }
        None => {
            let head = Rect { x: inner.x + 2, width: inner.width.saturating_sub(2), ..inner };
            columns.draw_head(canvas, head, Some((accounts.by.column(), accounts.direction)), theme);
        }
    }
    let wanted = accounts.letters();
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
        let cursor = (at == accounts.cursor.row, accounts.focus == Pane::List);
        let bar = marked_bar(cursor, accounts.is_marked(account), theme);
        draw_row(canvas, line, row(&columns, account, &wanted, bar, cx), cursor);
        canvas.hit(line, Target::Row(Pane::List, at));
    }
}

/// Line in the place of the names of the columns: what is wrong with the filter, or how it could go on.
fn said(accounts: &Accounts, width: usize, theme: &Theme) -> Option<Line<'static>> {
    let room = width.saturating_sub(3);
    let mut spans = vec![Span::raw("  ")];
    match accounts.slip() {
        Some(slip) if !accounts.filter.typing || !accounts.filter.offers() => {
            spans.push(Span::styled(text::fit(slip, room).into_owned(), theme.warn));
        }
        _ if accounts.filter.typing && accounts.filter.offers() => {
            spans.extend(accounts.filter.offered_spans(theme, room));
        }
        _ => return None,
    }
    Some(Line::from(spans))
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

/// `2 marked · 3 of 17`, and whether more are on their way.
fn count(accounts: &Accounts, cx: &Cx, theme: &Theme) -> Span<'static> {
    let store = &cx.accounts;
    let (here, total) = (store.all().len(), store.total());
    let at = if accounts.shown() == 0 { 0 } else { accounts.place() };
    let text = match &store.load {
        Load::Running { fresh: None } => format!("loading {here} of {total}"),
        Load::Running { fresh: Some(fresh) } if !accounts.live.is_own() => {
            format!("reloading {} of {total}", fresh.len())
        }
        _ if accounts.shown() as u64 == total => format!("{at} of {total}"),
        _ => format!("{at} of {} shown · {total} in all", accounts.shown()),
    };
    let text = match accounts.marks() {
        0 => text,
        marks => format!("{marks} marked · {text}"),
    };
    if store.is_incomplete() {
        return Span::styled(format!("{text} · incomplete"), theme.warn);
    }
    Span::styled(text, theme.muted)
}

/// Age of a list that is no longer fresh, and of one that is too old to be relied upon.
const OLD: Duration = Duration::from_secs(60);
const TOO_OLD: Duration = Duration::from_secs(600);

/// `as of 13:52`, once the list is no longer fresh; louder, and with the key that helps, once it is old.
fn as_of(accounts: &Accounts, cx: &Cx, theme: &Theme) -> Vec<Span<'static>> {
    let is_seen = !cx.accounts.is_loading() || accounts.live.is_own();
    let Some(read) = cx.accounts.read_at.filter(|_| is_seen) else { return Vec::new() };
    let age = cx.now.wall.duration_since(read).unsigned_abs();
    let words = format!("as of {}", time::of_day(read));
    match cx.key_for(Action::Refresh) {
        _ if age < OLD => Vec::new(),
        key if age >= TOO_OLD && !key.is_empty() => vec![Span::styled(format!("{words}, {key} refreshes"), theme.warn)],
        _ if age >= TOO_OLD => vec![Span::styled(words, theme.warn)],
        _ => vec![Span::styled(words, theme.muted)],
    }
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
        (Environment::Asking, _) => card::Card::note("Nothing is open yet: answer the question first.", None, ""),
        (Environment::Opening, _) => card::Card::waiting("Opening the environment", cx.now.uptime),
        (_, Load::Idle | Load::Running { .. }) => card::Card::waiting("Loading accounts", cx.now.uptime),
        (_, Load::Complete(_)) if !cx.accounts.all().is_empty() => {
            // The whole of it; the line above has room for its beginning.
            let slip = accounts.slip().map(|slip| format!(" {slip}")).unwrap_or_default();
            card::Card::note(format!("No account matches.{slip}"), Some(Action::Back), "clear the filter")
                .and_key(Action::Explain, "find out why")
        }
        (_, Load::Complete(Some(mismatch))) => {
            card::Card::note(mismatch.told("account"), Some(Action::Refresh), "load again")
        }
        (_, Load::Complete(None)) => {
            let nobody = "This environment has no connected accounts yet.";
            match cx.environment.lacks(Ability::AccountAdmin) {
                Some(_) => card::Card::note(nobody, Some(Action::Refresh), "load again"),
                None if cx.environment.lacks(Ability::ConnectionAdmin).is_none() => card::Card::note(
                    nobody,
                    Some(Action::NewAccount),
                    "connect a provider",
                )
                .saying(
                    "Sign in to Linear, Asana, GitHub or another API, or paste a key. Secrets stay on this machine.",
                ),
                None => card::Card::note(nobody, Some(Action::NewAccount), "connect the first account")
                    .saying("It needs a connection, which is made in the environment's dashboard.")
                    .and_key(Action::Explain, "find out why")
                    .and_key(Action::Refresh, "load again"),
            }
        }
    })
}

/// Columns there is room for, in the order of their [`Order`]. They leave in this order: provider, used, expires, proof.
/// That of the proofs is there once there is one.
fn columns(accounts: &Accounts, cx: &Cx, width: u16) -> Columns {
    let widest = accounts.widest();
    let proofs = proof::width(&cx.accounts.proofs);
    let column = |name, least, widest, rank| Column { name, least, widest, rank };
    let all = [
        column("status", 13, 14, 0),
        column("connection", widest.connection.clamp(10, 12), widest.connection, 0),
        column("identifier", widest.identifier.clamp(10, 20), widest.identifier, 0),
        proofs.map_or(Column::absent("really"), |widest| column("really", 18, widest, 1)),
        column("provider", 8, widest.provider.max(8), 4),
        column("expires", 10, 11, 2),
        column("used", 9, 9, 3),
    ];
    let kept = Some(accounts.by).filter(|by| *by != Order::Proof || proofs.is_some()).map(Order::column);
    // Two for the bar and a mark.
    Columns::fitting(&all, kept, usize::from(width).saturating_sub(2))
}

fn row(columns: &Columns, account: &Account, wanted: &str, bar: [Span<'static>; 2], cx: &Cx) -> Line<'static> {
    let (now, theme) = (cx.server_now(), &cx.theme);
    let (glyph, style) = theme.status(&account.status);
    let mut spans = Vec::from(bar);
    let (status, style) = Some(&cx.accounts.proofs)
        .filter(|_| columns.width(3) == 0)
        .and_then(|proofs| proof::in_place_of_status(account, proofs, theme))
        .unwrap_or_else(|| (format!("{glyph} {}", account.status.word()), style));
    spans.push(Span::styled(columns.cell(0, &status), style));
    for (at, text) in [(1, account.connection.scrubbed()), (2, account.identifier.scrubbed())] {
        let (text, gap) = columns.fitted(at, &text);
        spans.extend(filter::pointed_out(&text, wanted, Style::new(), theme.found));
        spans.push(Span::raw(" ".repeat(gap)));
    }
    if columns.width(3) > 0 {
        spans.extend(proof::cell(account, &cx.accounts.proofs, columns.width(3), cx.now.wall, theme));
    }
    let used = time::since(account.last_used_at, now);
    spans.extend([
        Span::styled(columns.cell(4, &account.provider.scrubbed()), theme.muted),
        Span::styled(columns.cell(5, &expires(account, now)), expiry_style(account, now, theme)),
        Span::styled(columns.cell(6, &used), theme.muted),
    ]);
    Line::from(spans)
}

/// Seconds before a token expires from which its time stands out.
const SOON: i64 = 15 * 60;

fn expires(account: &Account, now: Timestamp) -> String {
    account.token_expires_at.map_or_else(|| "–".to_owned(), |moment| time::relative(moment, now))
}

fn expiry_style(account: &Account, now: Timestamp, theme: &Theme) -> Style {
    match (&account.status, account.token_expires_at) {
        // A claim of ACTIVE with a token that ran out: the two do not fit together.
        (Status::Active, Some(moment)) if moment < now => theme.warn,
        // What expires while somebody looks is not as far away as tomorrow.
        (Status::Active, Some(moment)) if moment.as_second() - now.as_second() < SOON => Style::new(),
        _ => theme.muted,
    }
}
