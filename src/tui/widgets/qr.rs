//! A link as a QR code, for a phone or another machine.

use fast_qr::{ECL, QRBuilder};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Line;
use url::{Host, Url};

use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::text;

/// White around the code, in modules; readers need some.
const QUIET: usize = 2;

/// A code, two modules a cell high.
pub struct Code {
    rows: Vec<String>,
    width: u16,
}

impl Code {
    /// The code for `url`; none where no other machine could open it, or it is too long for one.
    pub fn of(url: &Url) -> Option<Self> {
        let near = match url.host()? {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
        };
        if near {
            return None;
        }
        let code = QRBuilder::new(url.as_str()).ecl(ECL::L).build().ok()?;
        let dark = |row: Option<usize>, column: Option<usize>| match (row, column) {
            (Some(row), Some(column)) if row < code.size && column < code.size => {
                code.data.get(row * code.size + column).is_some_and(|module| module.value())
            }
            _ => false,
        };
        let side = code.size + 2 * QUIET;
        let rows = (0..side.div_ceil(2))
            .map(|pair| {
                let (upper, lower) = ((2 * pair).checked_sub(QUIET), (2 * pair + 1).checked_sub(QUIET));
                (0..side)
                    .map(|column| {
                        let column = column.checked_sub(QUIET);
                        match (dark(upper, column), dark(lower, column)) {
                            (true, true) => '█',
                            (true, false) => '▀',
                            (false, true) => '▄',
                            (false, false) => ' ',
                        }
                    })
                    .collect()
            })
            .collect();
        Some(Self { rows, width: u16::try_from(side).ok()? })
    }

    /// Width in columns.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Height in rows.
    pub fn height(&self) -> u16 {
        u16::try_from(self.rows.len()).unwrap_or(u16::MAX)
    }

    /// Draws it dark on light whatever the terminal's colours are: readers insist on it. Without
    /// colours, as light blocks turned over.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        if canvas.masked {
            let words = text::wrap("No QR code in screen-share mode: it is the link itself.", usize::from(self.width));
            for (at, line) in words.into_iter().enumerate() {
                canvas.line(nth_line(area, at), Line::styled(line, canvas.theme.muted));
            }
            return;
        }
        let style = if canvas.theme.ok.fg.is_some() {
            Style::new().fg(Color::Black).bg(Color::White)
        } else {
            Style::new().add_modifier(Modifier::REVERSED)
        };
        for (at, row) in self.rows.iter().enumerate() {
            canvas.line(nth_line(area, at), Line::styled(row.as_str(), style));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_only_this_machine_can_open_gets_no_code() {
        for near in ["http://127.0.0.1:4000/x", "http://localhost/x", "http://[::1]/x"] {
            assert!(Code::of(&near.parse().expect("a URL")).is_none(), "{near}");
        }
        let code = Code::of(&"https://acme.scalekit.dev/magicLink/fa138abe_o".parse().expect("a URL")).expect("a code");
        assert!(code.rows.iter().all(|row| row.chars().count() == usize::from(code.width())));
    }
}
