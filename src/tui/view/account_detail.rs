//! How one account is drawn: what it needs, what can be done, and everything the wire says of it.

use jiff::Timestamp;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::{Account, Status};
use crate::tui::action::Action;
use crate::tui::availability;
use crate::tui::hits::Target;
use crate::tui::model::Model;
use crate::tui::place::Pane;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::{text, time};

/// Draws the pane.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, area: Rect) {
    let accounts = &model.accounts;
    let theme = canvas.theme;
    let title = accounts
        .beside()
        .map_or_else(|| "Account".to_owned(), |account| format!("{} · {}", account.connection, account.identifier));
    let title = text::fit(&title, usize::from(area.width.saturating_sub(6))).into_owned();
    let titles = Titles { title: vec![title.into()], ..Titles::default() };
    let inner = pane::draw(canvas, area, Pane::Side, accounts.focus == Pane::Side, titles);
    let Some(account) = accounts.beside() else { return };
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let lines = detail_lines(account, model, theme, usize::from(inner.width));
    let top = accounts.detail_top.min(lines.len().saturating_sub(usize::from(inner.height)));
    for (at, (line, target)) in lines.into_iter().skip(top).take(usize::from(inner.height)).enumerate() {
        let row = nth_line(inner, at);
        canvas.line(row, line);
        if let Some(action) = target {
            canvas.hit(row, Target::Action(action));
        }
    }
}

type DetailLine = (Line<'static>, Option<Action>);

/// The sentence and the key that repairs first, then the facts.
fn detail_lines(account: &Account, model: &Model, theme: &Theme, width: usize) -> Vec<DetailLine> {
    let now = model.now.wall;
    let (glyph, style) = theme.status(&account.status);
    let mut head = vec![Span::styled(format!("{glyph} {}", account.status.wire()), style.patch(theme.strong))];
    if let (Status::Expired, Some(moment)) = (&account.status, account.token_expires_at) {
        head.push(Span::styled(format!("  since {}", time::since(Some(moment), now)), theme.muted));
    }
    let mut lines: Vec<DetailLine> = vec![(Line::from(head), None)];
    lines.extend(text::wrap(account.status.meaning(), width).into_iter().map(|line| (Line::from(line), None)));
    if account.status == Status::Active && account.token_expires_at.is_some_and(|moment| moment < now) {
        let doubt = "Yet its token ran out. The broker may renew it on the next call, or fail to.";
        lines.extend(text::wrap(doubt, width).into_iter().map(|line| (Line::styled(line, theme.warn), None)));
    }
    lines.push((Line::default(), None));
    for (action, words) in [
        (Action::Authorize, if account.status == Status::PendingAuth { "authorize" } else { "re-authorize" }),
        (Action::BrowseTools, "act as this person, see the tools"),
    ] {
        if availability::of(action, model).is_yes() {
            let key = availability::key_for(action, model);
            let hint = vec![Span::styled(format!("  {key}"), theme.accent), Span::raw(format!("  {words}"))];
            lines.push((Line::from(hint), Some(action)));
        }
    }
    lines.push((Line::default(), None));
    let moment = |moment: Option<Timestamp>| match moment {
        Some(moment) => format!("{} ({})", time::relative(moment, now), time::absolute(moment)),
        None => "–".to_owned(),
    };
    let facts = [
        ("id", account.id.to_string(), Some(Action::Copy)),
        ("status", account.status.word(), None),
        ("identifier", account.identifier.to_string(), None),
        ("connection", account.connection.to_string(), None),
        ("", account.connection_id.to_string(), None),
        ("provider", format!("{}  {}", account.provider, account.authorization), None),
        ("expires", moment(account.token_expires_at), None),
        ("last used", account.last_used_at.map_or_else(|| "never".to_owned(), |at| moment(Some(at))), None),
        ("updated", moment(account.updated_at), None),
    ];
    for (name, value, action) in facts {
        lines.push((fact(name, &value, width, theme), action));
    }
    if account.org_wide {
        lines.push((fact("shared", "one credential for the whole organization", width, theme), None));
    }
    lines
}

fn fact(name: &str, value: &str, width: usize, theme: &Theme) -> Line<'static> {
    let value = text::fit(value, width.saturating_sub(12)).into_owned();
    Line::from(vec![Span::styled(format!("{name:<12}"), theme.muted), Span::raw(value)])
}
