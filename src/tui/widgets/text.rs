//! Text in a given number of columns.

use std::borrow::Cow;

use ratatui::buffer::CellWidth as _;
use unicode_segmentation::UnicodeSegmentation as _;

/// Columns that `text` takes on screen: character by character, as it is put into cells. As a whole some
/// scripts would be narrower.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(cells).sum() }
}

/// Columns of one character.
fn cells(grapheme: &str) -> usize {
    usize::from(grapheme.cell_width())
}

/// `text` in at most `columns`, cut between characters with an ellipsis.
pub fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(columns + 3);
    let mut taken = 0;
    for grapheme in text.graphemes(true) {
        let wide = cells(grapheme);
        if taken + wide + 1 > columns {
            break;
        }
        out.push_str(grapheme);
        taken += wide;
    }
    if columns > 0 {
        out.push('…');
    }
    Cow::Owned(out)
}

/// The first of these that fit into so many columns, with a dot between each two.
pub fn as_many_as_fit(mut facts: Vec<String>, columns: usize) -> String {
    while !facts.is_empty() && width(&facts.join(" · ")) > columns {
        facts.pop();
    }
    facts.join(" · ")
}

/// `text` in lines of at most `columns`, broken between words where it can be.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = vec![String::new()];
    let mut taken = 0;
    for word in text.split(' ') {
        let mut word = Cow::Borrowed(word);
        if taken > 0 && taken + 1 + width(&word) <= columns {
            push(&mut lines, " ", false);
            taken += 1;
        } else if taken > 0 {
            push(&mut lines, "", true);
            taken = 0;
        }
        while width(&word) > columns - taken {
            let mut cut = 0;
            let mut used = taken;
            for (at, grapheme) in word.grapheme_indices(true) {
                let wide = cells(grapheme);
                if used + wide > columns && at > 0 {
                    break;
                }
                used += wide;
                cut = at + grapheme.len();
                if used >= columns {
                    break;
                }
            }
            let (head, tail) = word.split_at(cut);
            push(&mut lines, head, false);
            if tail.is_empty() {
                word = Cow::Borrowed("");
                break;
            }
            push(&mut lines, "", true);
            word = Cow::Owned(tail.to_owned());
            taken = 0;
        }
        push(&mut lines, &word, false);
        taken += width(&word);
    }
    lines
}

fn push(lines: &mut Vec<String>, text: &str, new_line: bool) {
    if new_line {
        lines.push(String::new());
    }
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

/// A number of bytes in its largest fitting unit.
pub fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// An estimated number of tokens, with no more digits than it is worth: `~412`, `~9,800`, `~1.2 M`.
pub fn weight(tokens: u64) -> String {
    let rounded = if tokens < 1_000 { tokens } else { (tokens + 50) / 100 * 100 };
    match rounded {
        0..1_000 => format!("~{rounded}"),
        1_000..1_000_000 => format!("~{},{:03}", rounded / 1_000, rounded % 1_000),
        _ => format!("~{:.1} M", tokens as f64 / 1e6),
    }
}

/// The same with its unit: `~1 token`, `~412 tokens`.
pub fn tokens(count: u64) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} token{s}", weight(count))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;
    use crate::domain::Untrusted;

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(fit("linear", 6), "linear");
        assert_eq!(fit("linear", 5), "line…");
        assert_eq!(fit("日本語", 4), "日…");
        assert_eq!(fit("abc", 0), "");
    }

    #[test]
    fn weights_have_few_digits() {
        let told = [0, 412, 999, 1_049, 9_849, 999_951, 1_234_567].map(weight);
        assert_eq!(told, ["~0", "~412", "~999", "~1,000", "~9,800", "~1.0 M", "~1.2 M"]);
        assert_eq!([0, 1, 2].map(tokens), ["~0 tokens", "~1 token", "~2 tokens"]);
    }

    #[test]
    fn words_are_kept_together_where_they_fit() {
        assert_eq!(wrap("the access token ran out", 10), ["the access", "token ran", "out"]);
        assert_eq!(wrap("abcdefghij xy", 4), ["abcd", "efgh", "ij", "xy"]);
        assert_eq!(wrap("", 4), [""]);
    }

    proptest! {
        #[test]
        fn it_takes_as_many_cells_as_are_counted(
            text in "([a ]|日|é|e\u{301}|ﾊﾞ|لا|\u{2764}\u{fe0f}?|\u{1f44d}\u{1f3fd}?|\u{200d}|\u{1f1e9}|क्ष|1\u{fe0f}\u{20e3}|\\PC){0,20}"
        ) {
            let text = Untrusted::from(text).to_string();
            let mut cells = Buffer::empty(Rect::new(0, 0, 400, 1));
            let (end, _) = cells.set_stringn(0, 0, &text, usize::MAX, Style::new());
            prop_assert_eq!(usize::from(end), width(&text));
            let sequence = cells.content().iter().any(|cell| cell.symbol().contains(['\u{fe0f}', '\u{200d}']));
            prop_assert!(!sequence);
        }

        #[test]
        fn nothing_is_wider_than_asked(text in "[a-z 日é]{0,40}", columns in 2_usize..20) {
            prop_assert!(width(&fit(&text, columns)) <= columns);
            for line in wrap(&text, columns) {
                prop_assert!(width(&line) <= columns, "{line:?}");
            }
        }

        #[test]
        fn wrapping_loses_no_letter(text in "[a-z 日é]{0,40}", columns in 2_usize..20) {
            let kept: String = wrap(&text, columns).concat().replace(' ', "");
            prop_assert_eq!(kept, text.replace(' ', ""));
        }
    }
}
