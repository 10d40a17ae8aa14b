//! Places on the screen, from the size of the terminal alone, so that drawing and updating agree.

use ratatui::layout::Rect;

use crate::tui::input::tabs::Pane;

/// The smallest terminal that is drawn as usual.
pub const SMALLEST: (u16, u16) = (40, 12);

/// The largest part of a terminal that is drawn: more than the largest screen shows in the smallest letters.
/// Beyond it a terminal stays empty.
pub const LARGEST: (u16, u16) = (1_000, 400);

/// The part of a terminal of this size that is drawn.
pub fn screen(columns: u16, rows: u16) -> Rect {
    Rect::new(0, 0, columns.min(LARGEST.0), rows.min(LARGEST.1))
}

/// The parts of every screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Environment, identity, what needs attention.
    pub header: Rect,
    /// Line of the tabs.
    pub tabs: Rect,
    /// Line on where one is, while there is something to say and rows enough; else empty.
    pub notice: Rect,
    /// Place of the screen itself.
    pub body: Body,
    /// Hints, or a message.
    pub footer: Rect,
}

/// Place of a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Body {
    /// All cells between header and footer.
    pub area: Rect,
    /// Whether the focused pane has it alone, whatever the room.
    pub zoomed: bool,
}

impl Body {
    /// Whether there is room for both panes.
    pub fn fits_two(self) -> bool {
        self.area.width >= BESIDE || self.area.width >= SMALL && self.area.height >= BELOW
    }
}

/// Columns from which panes stand side by side, and below which only one is shown; rows from which
/// one stands below the other.
const BESIDE: u16 = 100;
const SMALL: u16 = 60;
const BELOW: u16 = 14;

/// Rows from which one can be spared.
const SPARE: u16 = 20;

/// Cuts the terminal into its parts.
pub fn frame(screen: Rect, zoomed: bool, noticed: bool) -> Frame {
    let line = |y: u16| Rect { y: screen.y + y.min(screen.height), height: 1.min(screen.height), ..screen };
    let notice = u16::from(noticed && !zoomed && screen.height >= SPARE);
    let height = screen.height.saturating_sub(3 + notice);
    Frame {
        header: line(0),
        tabs: line(1),
        notice: Rect { height: notice, ..line(2) },
        body: Body { area: Rect { y: screen.y + 2 + notice, height, ..screen }, zoomed },
        footer: line(screen.height.saturating_sub(1)),
    }
}

/// The two panes of a screen; one has no area where only the other fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panes {
    /// The list, or the input.
    pub list: Rect,
    /// Pane beside or below the list.
    pub side: Rect,
}

/// Side by side, one above the other, or only the focused one, as there is room.
/// `share` is the list's part of the whole, in percent.
pub fn panes(body: Body, focus: Pane, share: u16) -> Panes {
    let alone = body.zoomed || !body.fits_two();
    let body = body.area;
    let none = Rect { width: 0, height: 0, ..body };
    if alone {
        return match focus {
            Pane::List => Panes { list: body, side: none },
            Pane::Side => Panes { list: none, side: body },
        };
    }
    if body.width >= BESIDE {
        let width = percent(body.width, share);
        return Panes {
            list: Rect { width, ..body },
            side: Rect { x: body.x + width, width: body.width - width, ..body },
        };
    }
    let height = percent(body.height, share.clamp(40, 60));
    Panes { list: Rect { height, ..body }, side: Rect { y: body.y + height, height: body.height - height, ..body } }
}

fn percent(whole: u16, share: u16) -> u16 {
    u16::try_from(u32::from(whole) * u32::from(share) / 100).unwrap_or(whole)
}

/// The palette's place: near the top, so that it does not jump as its list grows shorter.
pub fn palette(screen: Rect) -> Rect {
    let (width, height) = (screen.width.min(88), screen.height.saturating_sub(4).min(20));
    Rect { x: screen.x + (screen.width - width) / 2, y: screen.y + screen.height.min(2), width, height }
}

/// Rows of the palette's list.
pub fn palette_rows(screen: Rect) -> usize {
    inner_rows(palette(screen)).saturating_sub(1)
}

/// The place of a value that is looked at, and the room in it below a line and some air.
pub fn looks(screen: Rect) -> (Rect, Rect) {
    let area = difference(screen);
    let (across, above) = (area.width.saturating_sub(4), if area.height < 12 { 1 } else { 2 });
    let height = area.height.saturating_sub(2 + above);
    (area, Rect { x: area.x + area.width.min(2), y: area.y + area.height.min(1 + above), width: across, height })
}

/// Lines that one difference takes: where, then both values.
pub const DIFFERENCE: usize = 3;

/// The place of a comparison.
pub fn difference(screen: Rect) -> Rect {
    let (width, height) = (screen.width.saturating_sub(4), screen.height.saturating_sub(4));
    Rect { x: screen.x + (screen.width - width) / 2, y: screen.y + (screen.height - height) / 2, width, height }
}

/// Number of differences that fit.
pub fn difference_rows(screen: Rect) -> usize {
    inner_rows(difference(screen)) / DIFFERENCE
}

/// Rows inside a framed pane.
pub fn inner_rows(pane: Rect) -> usize {
    usize::from(pane.height.saturating_sub(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_the_terminal_at_every_size() {
        for width in 0..130 {
            for height in 0..45 {
                let screen = Rect::new(0, 0, width, height);
                for (focus, zoomed, noticed) in [
                    (Pane::List, false, false),
                    (Pane::Side, false, true),
                    (Pane::List, true, false),
                    (Pane::Side, true, true),
                ] {
                    let parts = frame(screen, zoomed, noticed);
                    let panes = panes(parts.body, focus, 60);
                    let area = panes.list.area() + panes.side.area();
                    let rows = parts.body.area.height + parts.notice.height;
                    assert_eq!(rows, height.saturating_sub(3), "{width}x{height}");
                    assert_eq!(area, parts.body.area.area(), "{width}x{height}");
                    assert!(parts.header.bottom() <= screen.bottom().max(1));
                }
            }
        }
    }

    #[test]
    fn a_wide_terminal_is_shared_as_any_other() {
        for width in [1_057, 1_058, 1_100, 5_000, 32_768, u16::MAX] {
            let body = Body { area: Rect::new(0, 0, width, 50), zoomed: false };
            let panes = panes(body, Pane::List, 62);
            assert_eq!(u32::from(panes.list.width), u32::from(width) * 62 / 100);
            assert_eq!(panes.list.width + panes.side.width, width);
        }
    }

    #[test]
    fn of_a_terminal_larger_than_any_screen_the_rest_stays_empty() {
        for (size, drawn) in [
            ((1, 1), (1, 1)),
            ((1_000, 50), (1_000, 50)),
            ((1_100, 50), (1_000, 50)),
            ((5_000, 5_000), LARGEST),
            ((32_768, 32_768), LARGEST),
        ] {
            assert_eq!(screen(size.0, size.1), Rect::new(0, 0, drawn.0, drawn.1));
        }
    }

    #[test]
    fn a_narrow_terminal_shows_only_the_focused_pane() {
        let body = frame(Rect::new(0, 0, 40, 12), false, false).body;
        assert!(panes(body, Pane::List, 60).side.is_empty());
        assert!(panes(body, Pane::Side, 60).list.is_empty());
    }

    #[test]
    fn a_zoomed_pane_has_the_screen_alone() {
        for (columns, rows) in [(120, 36), (80, 24)] {
            let body = frame(Rect::new(0, 0, columns, rows), true, false).body;
            assert_eq!(
                panes(body, Pane::Side, 60),
                Panes { list: Rect { width: 0, height: 0, ..body.area }, side: body.area }
            );
        }
    }
}
