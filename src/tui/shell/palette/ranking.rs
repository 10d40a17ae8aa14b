//! How well a thing fits what is typed: literally first, as a prefix, by other words for it, last by its letters.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Score a letter must have on average where only letters fit: scattered ones fit nearly anything.
const TIGHT: usize = 17;
/// Letters from which they are looked for apart from each other.
const ENOUGH: usize = 4;

/// How well something fits; the best is the smallest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fit {
    tier: Tier,
    tie: u32,
}

/// Kinds of fitting, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    /// The name begins with all that is typed.
    Beginning,
    /// Each word begins a word of the name.
    Words,
    /// Each word stands in the name.
    Inside,
    /// Each word begins a word of the name or another word for it.
    OtherWords,
    /// Each word stands in the name, or in another word for it.
    InsideOtherWords,
    /// Each word begins a word somewhere in the sentence too.
    Sentence,
    /// The letters stand in the name in this order, close together.
    Letters,
}

impl Fit {
    /// The same, as good as any other of its kind: of those the order of the list counts.
    pub fn without_tie(self) -> Self {
        if self.by_letters() { self } else { Self { tie: 0, ..self } }
    }

    /// Whether only the letters fit.
    pub fn by_letters(self) -> bool {
        self.tier == Tier::Letters
    }
}

/// Texts of a thing, in small letters.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    /// Its name.
    pub name: &'a str,
    /// Other words for it.
    pub also: &'a str,
    /// Sentence on it.
    pub sentence: &'a str,
}

/// What is typed, made ready for many comparisons.
pub struct Wanted {
    whole: String,
    words: Vec<String>,
    letters: usize,
    pattern: Pattern,
    matcher: Matcher,
    buffer: Vec<char>,
}

impl Wanted {
    /// Reads what is typed.
    pub fn new(typed: &str) -> Self {
        let whole = typed.trim().to_lowercase();
        let words: Vec<String> = whole.split_whitespace().map(str::to_owned).collect();
        let letters = words.iter().map(|word| word.chars().count()).sum();
        let pattern = Pattern::parse(&whole, CaseMatching::Ignore, Normalization::Smart);
        Self { whole, words, letters, pattern, matcher: Matcher::new(Config::DEFAULT), buffer: Vec::new() }
    }

    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How well something fits; none where it does not.
    pub fn fit(&mut self, Texts { name, also, sentence }: Texts<'_>) -> Option<Fit> {
        let all = |fits: &dyn Fn(&str) -> bool| self.words.iter().all(|word| fits(word));
        let length = u32::try_from(name.len()).unwrap_or(u32::MAX);
        let tier = if name.starts_with(&self.whole) {
            Tier::Beginning
        } else if all(&|word| begins_word(name, word)) {
            Tier::Words
        } else if all(&|word| name.contains(word)) {
            Tier::Inside
        } else if all(&|word| begins_word(name, word) || begins_word(also, word)) {
            Tier::OtherWords
        } else if all(&|word| name.contains(word) || also.contains(word)) {
            Tier::InsideOtherWords
        } else if all(&|word| [name, also, sentence].iter().any(|text| begins_word(text, word))) {
            Tier::Sentence
        } else {
            return self.by_letters(name);
        };
        Some(Fit { tier, tie: length })
    }

    fn by_letters(&mut self, name: &str) -> Option<Fit> {
        if self.letters < ENOUGH {
            return None;
        }
        let score = self.pattern.score(Utf32Str::new(name, &mut self.buffer), &mut self.matcher)?;
        let tight = usize::try_from(score).unwrap_or(usize::MAX) >= self.letters * TIGHT;
        tight.then_some(Fit { tier: Tier::Letters, tie: u32::MAX - score })
    }
}

/// Whether a word of `text` begins with `word`.
fn begins_word(text: &str, word: &str) -> bool {
    let at_start = |at: usize| text.get(..at).is_none_or(|before| !before.ends_with(char::is_alphanumeric));
    text.match_indices(word).any(|(at, _)| at_start(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(typed: &str, name: &str, also: &str, sentence: &str) -> Option<Tier> {
        Wanted::new(typed).fit(Texts { name, also, sentence }).map(|fit| fit.tier)
    }

    #[test]
    fn literal_fits_come_before_letters() {
        assert_eq!(fit("dis", "disconnect", "", ""), Some(Tier::Beginning));
        assert_eq!(fit("acc new", "new account", "", ""), Some(Tier::Words));
        assert_eq!(fit("connect", "disconnect", "", ""), Some(Tier::Inside));
        assert_eq!(fit("sort", "order accounts", "sort", ""), Some(Tier::OtherWords));
        assert_eq!(fit("credentials", "disconnect", "logout", "drop the credentials"), Some(Tier::Sentence));
        assert_eq!(fit("lcr", "linear_issue_create", "", ""), None, "so few stand in nearly anything");
        assert_eq!(fit("licr", "linear_issue_create", "", ""), Some(Tier::Letters));
        assert_eq!(fit("ada", "update credentials", "", ""), None);
        assert_eq!(fit("zz", "drizzle", "", ""), Some(Tier::Inside));
    }

    #[test]
    fn of_names_that_fit_alike_the_shorter_is_better() {
        let fit = |name| Wanted::new("issue").fit(Texts { name, also: "", sentence: "" });
        assert!(fit("linear_issue_get") < fit("linear_issue_comment_create"));
    }
}
