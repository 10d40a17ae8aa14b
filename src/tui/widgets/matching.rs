//! Finding things by a few letters: names fuzzily, prose by its words.
//!
//! Prose matched fuzzily would fit nearly anything, so descriptions are searched for whole words as
//! they are typed. The same rules say which letters of a name to point out.

use std::fmt;

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

/// Rows to search, prepared once as they arrive.
#[derive(Clone, Default)]
pub struct Corpus {
    rows: Vec<(Box<str>, Box<str>)>,
}

impl fmt::Debug for Corpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Corpus({} rows)", self.rows.len())
    }
}

impl Corpus {
    /// Adds a row: its name, and prose about it.
    pub fn push(&mut self, name: &str, prose: &str) {
        self.rows.push((head(name, NAME).into(), head(prose, PROSE).to_lowercase().into()));
    }

    /// Forgets all rows.
    pub fn clear(&mut self) {
        self.rows.clear();
    }

    /// Name of a row, as far as it is searched; nothing where there is no such row.
    pub fn name(&self, row: usize) -> &str {
        self.rows.get(row).map_or("", |(name, _)| name)
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows that fit, best first: those whose name fits, by how well it does, then those whose
    /// prose holds every word. Everything in its order when nothing is looked for.
    pub fn rank(&self, wanted: &str) -> Vec<usize> {
        if wanted.trim().is_empty() {
            return (0..self.rows.len()).collect();
        }
        let pattern = pattern(wanted);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let wanted = wanted.to_lowercase();
        let mut found: Vec<(u32, usize)> = Vec::new();
        for (row, (name, prose)) in self.rows.iter().enumerate() {
            let score = pattern.score(Utf32Str::new(name, &mut buffer), &mut matcher);
            let in_prose = || wanted.split_whitespace().all(|word| prose.contains(word) || holds(name, word));
            match score {
                // Above every row that only prose speaks for.
                Some(score) => found.push((score.saturating_add(1), row)),
                None if in_prose() => found.push((0, row)),
                None => {}
            }
        }
        found.sort_by_key(|(score, row)| (std::cmp::Reverse(*score), *row));
        found.into_iter().map(|(_, row)| row).collect()
    }
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
    let text = searched(text);
    if text.is_ascii() && word.is_ascii() {
        let (text, word) = (text.as_bytes(), word.as_bytes());
        return word.is_empty() || text.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word));
    }
    text.to_lowercase().contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus() -> Corpus {
        let mut corpus = Corpus::default();
        corpus.push("linear_issue_get", "One issue with its state.");
        corpus.push("linear_issue_create", "Files something new.");
        corpus.push("gmail_send_message", "Sends a mail. May create a draft.");
        corpus
    }

    #[test]
    fn a_few_letters_of_a_name_find_it() {
        assert_eq!(corpus().rank("licr"), [1]);
        assert_eq!(corpus().rank("issue get"), [0]);
        assert_eq!(corpus().rank(""), [0, 1, 2]);
    }

    #[test]
    fn names_come_before_prose_and_prose_is_searched_by_words() {
        assert_eq!(corpus().rank("create"), [1, 2]);
        assert_eq!(corpus().rank("draft"), [2]);
        assert_eq!(corpus().rank("drft"), [0; 0]);
    }

    #[test]
    fn of_an_endless_name_the_beginning_is_searched() {
        let name = format!("begin{}end", "日".repeat(1_000_000));
        assert!(holds(&name, "begin") && !holds(&name, "end"));
        let mut corpus = Corpus::default();
        corpus.push(&name, &name);
        assert_eq!((corpus.rank("begin"), corpus.rank("end")), (vec![0], vec![]));
        assert_eq!(spots(&[&name], "begin"), [[0, 1, 2, 3, 4]]);
    }

    #[test]
    fn the_letters_that_fit_are_pointed_out() {
        assert_eq!(spots(&["linear_issue_get", "other"], "get"), [vec![13, 14, 15], vec![]]);
    }
}
