//! Drawing of a value as what it is.

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use url::Url;

use crate::domain::Untrusted;
use crate::json::{InspectionKind, Moment};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::explorer::inspect::{Face, Inspect, Pane, across};
use crate::tui::input::hit_test::Target;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{spinner, text, time};

/// Draws the ways to look above, the value below.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &Inspect) {
    let theme = &cx.theme;
    let (area, below) = layout::looks(cx.screen);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let path = text::fit(&popup.path, usize::from(area.width.saturating_sub(20))).into_owned();
    let fact = popup.face().map(Face::fact).unwrap_or_default();
    let titles = Titles {
        title: vec!["View".into()],
        right: vec![Span::styled(format!("{path} "), theme.muted)],
        foot: vec![Span::styled(text::fit(&fact, usize::from(area.width.saturating_sub(6))).into_owned(), theme.muted)],
        ..Titles::default()
    };
    let inner = pane::framed(canvas, area, true, titles);
    let mut x = inner.x + 1;
    for (at, (chosen, name)) in popup.names().enumerate() {
        let style = if chosen { theme.accent.add_modifier(Modifier::UNDERLINED) } else { theme.muted };
        let place = Rect { x, width: inner.right().saturating_sub(x), ..nth_line(inner, 0) };
        let used = canvas.line(place, Line::styled(name, style));
        canvas.hit(Rect { width: used, ..place }, Target::Entry(at));
        x = x.saturating_add(used + 3);
    }
    let Some(face) = popup.face() else {
        let words = format!("{} Decoding", spinner::frame(cx.now.uptime));
        canvas.line(nth_line(inner, 0), Line::styled(format!(" {words}"), theme.muted));
        return;
    };
    match (&face.pane, &face.look.what) {
        (Pane::Text(view), _) => {
            view.draw(canvas, below, Style::new(), (0..0, Style::new()));
        }
        (Pane::Facts, InspectionKind::Link(url)) => facts(canvas, below, &of_link(url), theme),
        (Pane::Facts, InspectionKind::Moment(moment)) => facts(canvas, below, &of_moment(moment, cx), theme),
        (Pane::Dump(top), InspectionKind::Bytes(bytes, _)) => {
            let bytes_across = across(below.width);
            let rows = bytes.chunks(bytes_across).enumerate().skip(top.top).take(usize::from(below.height));
            for (n, (at, row)) in rows.enumerate() {
                canvas.line(nth_line(below, n), dumped(at * bytes_across, row, bytes_across, theme));
            }
        }
        _ => {}
    }
}

/// Names and values, the values wrapped.
fn facts(canvas: &mut Canvas<'_>, area: Rect, facts: &[(String, String, bool)], theme: &Theme) {
    let names = facts.iter().map(|(name, ..)| text::width(name)).max().unwrap_or(0).min(usize::from(area.width) / 3);
    let room = usize::from(area.width).saturating_sub(names + 2);
    let mut down = 0;
    for (name, value, strong) in facts {
        let style = if *strong { theme.strong } else { Style::new() };
        for (at, line) in text::wrap(value, room).into_iter().enumerate() {
            let name = if at == 0 { text::fit(name, names).into_owned() } else { String::new() };
            let gap = " ".repeat(names.saturating_sub(text::width(&name)) + 2);
            let spans = vec![Span::styled(format!("{name}{gap}"), theme.muted), Span::styled(line, style)];
            canvas.line(nth_line(area, down), Line::from(spans));
            down += 1;
        }
    }
}

/// The parts of an address, decoded.
fn of_link(url: &Url) -> Vec<(String, String, bool)> {
    let shown = |text: &str| Untrusted::from(text).to_string();
    let decoded = |text: &str| shown(&percent_encoding::percent_decode_str(text).decode_utf8_lossy());
    let mut facts = vec![("host".to_owned(), shown(url.host_str().unwrap_or_default()), true)];
    let mut say = |name: &str, value: String| facts.push((name.to_owned(), value, false));
    say("scheme", url.scheme().to_owned());
    if let Some(port) = url.port() {
        say("port", port.to_string());
    }
    if !url.username().is_empty() || url.password().is_some() {
        say("user", format!("{} (not part of the host)", decoded(url.username())));
    }
    say("path", decoded(url.path()));
    for (name, value) in url.query_pairs() {
        say(&format!("?{}", shown(&name)), shown(&value));
    }
    if let Some(fragment) = url.fragment() {
        say("fragment", decoded(fragment));
    }
    facts.push((String::new(), String::new(), false));
    facts.push(("whole".to_owned(), shown(url.as_str()), false));
    facts
}

/// The moment here, in UTC, and how far away it is.
fn of_moment(moment: &Moment, cx: &Cx) -> Vec<(String, String, bool)> {
    let here = moment.at.to_zoned(TimeZone::system());
    let fact = |name: &str, value: String, strong| (name.to_owned(), value, strong);
    vec![
        fact("", time::relative(moment.at, cx.server_now()), true),
        fact("here", here.strftime("%A, %Y-%m-%d %H:%M:%S%.f %Z").to_string(), false),
        fact("UTC", moment.at.to_zoned(TimeZone::UTC).strftime("%A, %Y-%m-%d %H:%M:%S%.f").to_string(), false),
        fact("since 1970", format!("{} s", moment.at.as_second()), false),
        fact("read as", moment.form.words().to_owned(), false),
    ]
}

/// Row of a dump: the offset, the bytes in hexadecimal, and as letters.
fn dumped(at: usize, row: &[u8], bytes_across: usize, theme: &Theme) -> Line<'static> {
    let mut hex = String::new();
    for byte in row {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x} ");
    }
    let letter = |byte: &u8| if (0x20..0x7f).contains(byte) { char::from(*byte) } else { '·' };
    let letters: String = row.iter().map(letter).collect();
    Line::from(vec![
        Span::styled(format!("{at:08x}  "), theme.muted),
        Span::raw(format!("{hex:<width$} ", width = bytes_across * 3)),
        Span::styled(letters, theme.json_string),
    ])
}
