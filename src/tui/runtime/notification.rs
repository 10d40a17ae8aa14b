//! Notifications on the desktop, which the terminal is asked for.

use crate::settings::NotifyChoice;
use crate::tui::widgets::text;

/// Title of a notification, where it has one.
const TITLE: &str = "jackfield";

/// Columns of its text: desktops cut what is longer, and some terminals drop it.
const LONGEST: usize = 200;

/// Bytes that ask the terminal for a notification with this text; none where that is off. Whatever could end the
/// sequence, or begin a part of it, is left out.
pub(super) fn sequence(way: NotifyChoice, words: &str) -> String {
    let plain: String = words.chars().map(|c| if c.is_control() || c == ';' { ' ' } else { c }).collect();
    let plain = text::fit(&plain, LONGEST);
    match way {
        NotifyChoice::Off => String::new(),
        NotifyChoice::Osc9 => format!("\x1b]9;{TITLE}: {plain}\x07"),
        NotifyChoice::Osc777 => format!("\x1b]777;notify;{TITLE};{plain}\x07"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_the_sequence() {
        let words = "linear/\x1b]9;4;1\x07ada\u{9c}: expired → active; 6 tools\n";
        let told = sequence(NotifyChoice::Osc9, words);
        assert_eq!(told, "\x1b]9;jackfield: linear/ ]9 4 1 ada : expired → active  6 tools \x07");
        let told = sequence(NotifyChoice::Osc777, words);
        assert_eq!(told.matches(';').count(), 3, "{told:?}");
        assert_eq!((told.matches('\x1b').count(), told.matches('\x07').count()), (1, 1));
        assert_eq!(sequence(NotifyChoice::Off, words), "");
        assert!(sequence(NotifyChoice::Osc9, &"x".repeat(9_000)).len() < 300);
    }
}
