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

/// `text` in at most `columns`, cut between characters with an ellipsis. Looks at no more of it than that takes.
pub fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    if beginning(text, columns).0.len() == text.len() {
        return Cow::Borrowed(text);
    }
    let mut out = beginning(text, columns.saturating_sub(1)).0.to_owned();
    if columns > 0 {
        out.push('…');
    }
    Cow::Owned(out)
}

/// Beginning of `text` that fits into `columns`, and the columns it takes.
fn beginning(text: &str, columns: usize) -> (&str, usize) {
    let plain = text.bytes().take(columns + 1).take_while(u8::is_ascii).count();
    if plain == text.len() || plain > columns {
        let end = columns.min(text.len());
        return (text.get(..end).unwrap_or(text), end);
    }
    let mut taken = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        let wide = cells(grapheme);
        if taken + wide > columns {
            return (text.get(..at).unwrap_or(text), taken);
        }
        taken += wide;
    }
    (text, taken)
}

/// The part of a line around the caret in at most `columns`, and the caret's column in it: `before` and
/// `after` the caret, each made safe to show by `show`. What is left out on either side is an ellipsis.
/// Looks at no more of the line than that takes.
pub fn around_caret(before: &str, after: &str, columns: usize, show: impl Fn(&str) -> String) -> (String, usize) {
    let room = columns.saturating_sub(1);
    // A character may be shown as nothing, but not many in a row.
    let most = columns.saturating_mul(8);
    let from = before.char_indices().rev().take(most).last().map_or(before.len(), |(at, _)| at);
    let shown = show(before.get(from..).unwrap_or_default());
    let whole = (from == 0).then(|| ending(&shown, room)).filter(|(kept, _)| kept.len() == shown.len());
    let (mark, (kept, cursor)) = match whole {
        Some(whole) => ("", whole),
        None => {
            let (kept, wide) = ending(&shown, room.saturating_sub(1));
            ("…", (kept, wide + 1))
        }
    };
    let to = after.char_indices().nth(most).map_or(after.len(), |(at, _)| at);
    let rest = show(after.get(..to).unwrap_or_default());
    let rest = fit(&rest, columns.saturating_sub(cursor));
    (format!("{mark}{kept}{rest}"), cursor)
}

/// `text` in two, so many columns from its beginning.
pub fn split(text: &str, columns: usize) -> (&str, &str) {
    text.split_at_checked(beginning(text, columns).0.len()).unwrap_or((text, ""))
}

/// End of `text` that fits into `columns`, and the columns it takes.
fn ending(text: &str, columns: usize) -> (&str, usize) {
    let mut taken = 0;
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        let wide = cells(grapheme);
        if taken + wide > columns {
            return (text.get(at + grapheme.len()..).unwrap_or(text), taken);
        }
        taken += wide;
    }
    (text, taken)
}

/// The first of these that fit into so many columns, with a dot between each two.
pub fn as_many_as_fit(mut facts: Vec<String>, columns: usize) -> String {
    while !facts.is_empty() && width(&facts.join(" · ")) > columns {
        facts.pop();
    }
    facts.join(" · ")
}

/// More lines than any screen shows.
const LINES: usize = 500;

/// `text` in lines of at most `columns`, broken between words where it can be; as many as a screen may show.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    wrap_in(text, columns, LINES)
}

/// Lines that one paragraph among others has at most.
const PARAGRAPH: usize = 12;

/// Lines of a paragraph that leaves room to others, however much a stranger wrote.
pub fn paragraph(text: &str, columns: usize) -> Vec<String> {
    wrap_in(text, columns, PARAGRAPH)
}

/// Lines of `text` like [`wrap`], `most` of them at most, with an ellipsis at the end of the last one where that is
/// not all. Looks at no more of the text than that takes.
pub fn wrap_in(text: &str, columns: usize, most: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = vec![String::new()];
    let mut taken = 0;
    'words: for word in text.split(' ') {
        let (head, wide) = beginning(word, columns);
        if let (true, true, Some(line)) =
            (taken > 0, head.len() == word.len() && taken + 1 + wide <= columns, lines.last_mut())
        {
            line.push(' ');
            line.push_str(word);
            taken += 1 + wide;
            continue;
        }
        if taken > 0 {
            lines.push(String::new());
        }
        let mut rest = word;
        while lines.len() <= most {
            let (head, wide) = beginning(rest, columns);
            // A character that is wider than the line has one for itself.
            let (head, wide) = match rest.graphemes(true).next() {
                Some(first) if head.is_empty() => (first, columns),
                _ => (head, wide),
            };
            if let Some(line) = lines.last_mut() {
                line.push_str(head);
            }
            taken = wide;
            rest = rest.get(head.len()..).unwrap_or_default();
            if rest.is_empty() {
                continue 'words;
            }
            lines.push(String::new());
        }
        break;
    }
    cut_off(lines, most, columns)
}

/// The first lines, the last of them with an ellipsis where there are more.
pub fn cut_off(mut lines: Vec<String>, most: usize, columns: usize) -> Vec<String> {
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push('…');
            *last = fit(last, columns).into_owned();
        }
    }
    lines
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

/// Words for a weight with its unit: `~1 token`, `~412 tokens`.
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

    #[test]
    fn what_is_cut_ends_in_an_ellipsis() {
        assert_eq!(wrap_in("the access token ran out", 10, 2), ["the access", "token ran…"]);
        assert_eq!(wrap_in("the access token ran out", 10, 3).len(), 3);
        let long = "日".repeat(1_000_000);
        assert_eq!(wrap_in(&long, 5, 2), ["日日", "日日…"]);
        assert_eq!(wrap(&long, 5).len(), LINES);
        assert_eq!(fit(&"\u{1f469}".repeat(1_000_000), 5), "\u{1f469}\u{1f469}…");
    }

    #[test]
    fn a_line_is_shown_around_its_caret() {
        let plain = |text: &str| text.to_owned();
        assert_eq!(around_caret("abc", "", 10, plain), ("abc".into(), 3));
        assert_eq!(around_caret("abcdef", "", 4, plain), ("…ef".into(), 3));
        assert_eq!(around_caret("abcdef", "gh", 4, plain), ("…ef…".into(), 3));
        assert_eq!(around_caret("", "abcdef", 4, plain), ("abc…".into(), 0));
        assert_eq!(around_caret("日本語", "", 4, plain), ("…語".into(), 3));
        let long = "日".repeat(1_000_000);
        assert_eq!(around_caret(&long, &long, 8, plain), ("…日日日…".into(), 7));
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
