//! Finding things by a few letters: names fuzzily, prose by its words.
//!
//! Prose matched fuzzily would fit nearly anything, so descriptions are searched for whole words as
//! they are typed. The same rules say which letters of a name to point out.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Bytes of a name that are searched: more than any screen shows of it.
const NAME: usize = 4 << 10;

/// Bytes of prose that are searched.
const PROSE: usize = 64 << 10;

/// The beginning of a text, at most so many bytes of it.
fn head(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}

/// The part of a name that is searched.
pub fn searched(name: &str) -> &str {
    head(name, NAME)
}

/// Row as it is searched. Borrowed: thousands of rows that are kept a second time, for being searched, are megabytes.
#[derive(Clone, Copy, Debug)]
pub struct SearchedRow<'a> {
    /// Name of the row, found by a few of its letters.
    pub name: &'a str,
    /// Prose about it, found by its words.
    pub prose: [&'a str; 2],
}

/// The rows that fit, best first: those whose name fits, by how well it does, then those whose prose holds every word.
/// Everything in its order when nothing is looked for.
pub fn rank<'a>(rows: impl ExactSizeIterator<Item = SearchedRow<'a>>, wanted: &str) -> Vec<usize> {
    if wanted.trim().is_empty() {
        return (0..rows.len()).collect();
    }
    let pattern = pattern(wanted);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let wanted = wanted.to_lowercase();
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let mut found: Vec<(u32, usize)> = Vec::new();
    for (at, row) in rows.enumerate() {
        let score = pattern.score(Utf32Str::new(searched(row.name), &mut buffer), &mut matcher);
        let in_prose =
            |word: &&str| row.prose.iter().any(|prose| is_in(head(prose, PROSE), word)) || holds(row.name, word);
        match score {
            // Above every row that only prose speaks for.
            Some(score) => found.push((score.saturating_add(1), at)),
            None if words.iter().all(in_prose) => found.push((0, at)),
            None => {}
        }
    }
    found.sort_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
    found.into_iter().map(|(_, at)| at).collect()
}

fn pattern(wanted: &str) -> Pattern {
    Pattern::parse(wanted, CaseMatching::Smart, Normalization::Smart)
}

/// Positions of the characters in each name that fit the text looked for, in order; none where the name does not
/// fit.
pub fn spots(names: &[&str], wanted: &str) -> Vec<Vec<u32>> {
    let pattern = pattern(wanted);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut spots_of = |name: &str| {
        let mut spots = Vec::new();
        pattern.indices(Utf32Str::new(searched(name), &mut buffer), &mut matcher, &mut spots);
        spots.sort_unstable();
        spots.dedup();
        spots
    };
    names.iter().map(|name| spots_of(name)).collect()
}

/// Whether `text`, as far as it is searched, holds `word`, which is in small letters, in any case.
pub fn holds(text: &str, word: &str) -> bool {
    is_in(searched(text), word)
}

/// Whether `text` holds `word`, which is in small letters, in any case.
fn is_in(text: &str, word: &str) -> bool {
    holds_ascii(text.as_bytes(), word.as_bytes()) || (!text.is_ascii() && text.to_lowercase().contains(word))
}

/// The same, where no letters but those of ASCII have a case.
fn holds_ascii(text: &[u8], word: &[u8]) -> bool {
    let Some(first) = word.first() else { return true };
    memchr::memchr2_iter(*first, first.to_ascii_uppercase(), text)
        .any(|at| text.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: [SearchedRow<'static>; 3] = [
        SearchedRow { name: "linear_issue_get", prose: ["", "One issue with its state."] },
        SearchedRow { name: "linear_issue_create", prose: ["File", "Files something new."] },
        SearchedRow { name: "gmail_send_message", prose: ["", "Sends a mail. May create a draft."] },
    ];

    fn ranked(wanted: &str) -> Vec<usize> {
        rank(ROWS.into_iter(), wanted)
    }

    #[test]
    fn a_few_letters_of_a_name_find_it() {
        assert_eq!(ranked("licr"), [1]);
        assert_eq!(ranked("issue get"), [0]);
        assert_eq!(ranked(""), [0, 1, 2]);
    }

    #[test]
    fn names_come_before_prose_and_prose_is_searched_by_words() {
        assert_eq!(ranked("create"), [1, 2]);
        assert_eq!(ranked("draft"), [2]);
        assert_eq!(ranked("drft"), [0; 0]);
        assert_eq!(ranked("new file"), [1], "words stand in any order, in a title or behind it");
    }

    #[test]
    fn a_word_is_found_in_any_case_of_any_alphabet() {
        for (text, word) in
            [("Files NEW", "new"), ("Ändern", "än"), ("ÄNDERN", "ändern"), ("\u{212a}elvin", "kelvin"), ("", "")]
        {
            assert!(holds(text, word), "{text} {word}");
        }
        assert!(!holds("new", "news") && !holds("ne\u{e9}w", "new"));
    }

    #[test]
    fn of_an_endless_name_the_beginning_is_searched() {
        let name = format!("begin{}end", "日".repeat(1_000_000));
        assert!(holds(&name, "begin") && !holds(&name, "end"));
        let rows = [SearchedRow { name: &name, prose: ["", &name] }];
        assert_eq!((rank(rows.into_iter(), "begin"), rank(rows.into_iter(), "end")), (vec![0], vec![]));
        assert_eq!(spots(&[&name], "begin"), [[0, 1, 2, 3, 4]]);
    }

    #[test]
    fn the_letters_that_fit_are_pointed_out() {
        assert_eq!(spots(&["linear_issue_get", "other"], "get"), [vec![13, 14, 15], vec![]]);
    }
}
