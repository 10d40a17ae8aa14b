//! Motions, and the number that is typed before one: `5j`, `012G`.

use crate::tui::input::action::Action;
use crate::tui::input::key::Key;
use crate::tui::widgets::list::Move;

/// Digits that a count may have.
const DIGITS: u32 = 4;

/// Number that is being typed; nothing while none is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count(Option<(usize, u32)>);

impl Count {
    /// Takes a key if it is a digit of a number. Whether it was: the first digit is one that no other action has
    /// (`is_free`).
    pub fn take_digit(&mut self, key: Key, is_free: bool) -> bool {
        let Some(digit) = key.digit() else { return false };
        match self.0 {
            None if !is_free => return false,
            None => self.0 = Some((digit, 1)),
            Some((number, digits)) if digits < DIGITS => self.0 = Some((number * 10 + digit, digits + 1)),
            Some(_) => {}
        }
        true
    }

    /// Ends the number. None where none was typed.
    pub fn finish(&mut self) -> Option<usize> {
        self.0.take().map(|(number, _)| number)
    }

    /// Number so far, to be seen while it is typed.
    pub fn shown(self) -> Option<usize> {
        self.0.map(|(number, _)| number)
    }
}

/// Step of the cursor that an action is.
pub fn step(action: Action) -> Option<Move> {
    Some(match action {
        Action::Up => Move::By(-1),
        Action::Down => Move::By(1),
        Action::PageUp => Move::Pages(-1),
        Action::PageDown => Move::Pages(1),
        Action::HalfPageUp => Move::Halves(-1),
        Action::HalfPageDown => Move::Halves(1),
        Action::Top => Move::Top,
        Action::Bottom => Move::Bottom,
        _ => return None,
    })
}

/// Whether a number before an action repeats it: it leads from place to place in ways of its own.
pub fn repeats(action: Action) -> bool {
    matches!(
        action,
        Action::NextGroup
            | Action::PreviousGroup
            | Action::NextSibling
            | Action::PreviousSibling
            | Action::NextMatch
            | Action::PreviousMatch
            | Action::NextNeedy
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &str, is_free: impl Fn(char) -> bool) -> Option<usize> {
        let mut count = Count::default();
        for key in keys.chars() {
            let _ = count.take_digit(key.to_string().parse().unwrap(), is_free(key));
        }
        count.finish()
    }

    #[test]
    fn digits_that_are_free_begin_a_number_and_every_digit_goes_on_with_it() {
        let is_free = |key: char| !"1234".contains(key);
        assert_eq!(typed("12", is_free), None);
        assert_eq!(typed("52", is_free), Some(52));
        assert_eq!(typed("012", is_free), Some(12));
        assert_eq!(typed("99999999", is_free), Some(9_999), "no more than four");
        assert_eq!(typed("j", is_free), None);
    }
}
