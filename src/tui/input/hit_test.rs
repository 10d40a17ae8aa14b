//! Targets of the mouse, and the places where the last frame drew them.

use ratatui::layout::{Position, Rect};

use crate::tui::input::action::Action;
use crate::tui::input::tabs::{Pane, Tab};

/// Target of a click or of the wheel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A hint, or a line that stands for an action.
    Action(Action),
    /// Number of accounts in the header: of a status, by its place among the statuses there are, or of all that need
    /// somebody.
    Status(Option<usize>),
    /// Tab in the header.
    Tab(Tab),
    /// A row of the list in a pane, counted from the first row there is.
    Row(Pane, usize),
    /// Name of a column, by the column's number.
    Head(usize),
    /// A pane, away from its rows.
    Pane(Pane),
    /// An entry of the palette.
    Entry(usize),
    /// The inside of a popup: swallowed, so that nothing under it is hit.
    Popup,
}

/// Places of the targets in the last frame. Later entries lie on top of earlier ones.
#[derive(Debug, Default)]
pub struct Hits(Vec<(Rect, Target)>);

impl Hits {
    /// `area` stands for `target`.
    pub fn add(&mut self, area: Rect, target: Target) {
        self.0.push((area, target));
    }

    /// Places that the inside of a popup takes.
    pub fn popups(&self) -> impl Iterator<Item = Rect> {
        self.0.iter().filter(|(_, target)| *target == Target::Popup).map(|(area, _)| *area)
    }

    /// Every target once, with the first place where it can be hit.
    pub fn uppermost(&self) -> impl Iterator<Item = (Rect, Target)> {
        let can_be_hit = |(area, target): &(Rect, Target)| !area.is_empty() && self.at(area.x, area.y) == Some(*target);
        let mut seen: Vec<Target> = Vec::new();
        self.0.iter().copied().filter(can_be_hit).filter(move |(_, target)| {
            let is_first = !seen.contains(target);
            seen.push(*target);
            is_first
        })
    }

    /// Target at this cell.
    pub fn at(&self, column: u16, row: u16) -> Option<Target> {
        let position = Position::new(column, row);
        self.0.iter().rev().find(|(area, _)| area.contains(position)).map(|(_, target)| *target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_drawn_last_is_hit_first() {
        let mut hits = Hits::default();
        hits.add(Rect::new(0, 0, 10, 10), Target::Pane(Pane::List));
        hits.add(Rect::new(0, 2, 10, 1), Target::Row(Pane::List, 7));
        assert_eq!(hits.at(3, 2), Some(Target::Row(Pane::List, 7)));
        assert_eq!(hits.at(3, 3), Some(Target::Pane(Pane::List)));
        assert_eq!(hits.at(10, 0), None);
    }
}
