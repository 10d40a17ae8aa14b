//! Jumping: everything that can be clicked has a label of letters, and typing it is the click.

use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::Span;

use crate::tui::input::hit_test::{Hits, Target};
use crate::tui::widgets::canvas::Canvas;

/// Letters of labels, those under resting fingers first.
const LETTERS: &str = "asdfghjklqwertyuiopzxcvbnm";

/// Letters of a label that were typed so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jump {
    typed: String,
}

/// Meaning of letters that were typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// They are the label of this.
    Label(Target),
    /// They begin labels.
    Beginning,
    /// No label begins so.
    Nothing,
}

impl Jump {
    /// Meaning of what was typed with one more letter.
    pub fn with(&self, letter: char, hits: &Hits) -> Typed {
        let typed = format!("{}{letter}", self.typed);
        let labels = labels(hits);
        match labels.iter().find(|(label, ..)| *label == typed) {
            Some((_, _, target)) => Typed::Label(*target),
            None if labels.iter().any(|(label, ..)| label.starts_with(&typed)) => Typed::Beginning,
            None => Typed::Nothing,
        }
    }

    /// Takes one more letter.
    pub fn push(&mut self, letter: char) {
        self.typed.push(letter);
    }
}

/// Labels of everything that is drawn and can be clicked, each where it stands.
fn labels(hits: &Hits) -> Vec<(String, Rect, Target)> {
    let places: Vec<(Rect, Target)> = hits.uppermost().filter(|(_, target)| is_place(*target)).collect();
    let letters: Vec<char> = LETTERS.chars().collect();
    let one = |at: usize| letters.get(at % letters.len()).copied().unwrap_or('a');
    let label = |at: usize| match places.len() <= letters.len() {
        true => one(at).to_string(),
        false => [one(at / letters.len()), one(at)].iter().collect(),
    };
    places.iter().enumerate().map(|(at, (area, target))| (label(at), *area, *target)).collect()
}

/// Whether there is a reason to go there: the inside of a pane or a popup is none.
fn is_place(target: Target) -> bool {
    !matches!(target, Target::Pane(_) | Target::Popup)
}

/// Draws the labels of which the beginning was typed.
pub fn draw(canvas: &mut Canvas<'_>, jump: &Jump) {
    canvas.dim();
    let style = canvas.theme.accent.add_modifier(Modifier::REVERSED);
    for (label, area, _) in labels(&canvas.hits) {
        if let Some(rest) = label.strip_prefix(&jump.typed) {
            canvas.line(area, Span::styled(rest.to_owned(), style));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::input::tabs::Pane;

    fn hits(rows: usize) -> Hits {
        let mut hits = Hits::default();
        hits.add(Rect::new(0, 0, 40, 40), Target::Pane(Pane::List));
        for row in 0..rows {
            hits.add(Rect::new(1, u16::try_from(row).unwrap() + 1, 10, 1), Target::Row(Pane::List, row));
        }
        hits
    }

    #[test]
    fn a_label_leads_to_what_it_stands_on() {
        let few = hits(3);
        assert_eq!(Jump::default().with('s', &few), Typed::Label(Target::Row(Pane::List, 1)));
        assert_eq!(Jump::default().with('z', &few), Typed::Nothing);
        let many = hits(30);
        let mut jump = Jump::default();
        assert_eq!(jump.with('s', &many), Typed::Beginning);
        jump.push('s');
        assert_eq!(jump.with('a', &many), Typed::Label(Target::Row(Pane::List, 26)));
    }

    #[test]
    fn what_lies_under_a_popup_has_no_label() {
        let mut hits = hits(3);
        hits.add(Rect::new(0, 0, 40, 40), Target::Popup);
        hits.add(Rect::new(2, 2, 5, 1), Target::Entry(0));
        assert_eq!(Jump::default().with('a', &hits), Typed::Label(Target::Entry(0)));
        assert_eq!(Jump::default().with('s', &hits), Typed::Nothing);
    }
}
