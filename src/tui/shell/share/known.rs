//! Identifiers and ids of the open environment, found again wherever they stand on screen: whole, cut, or in a URL.

use crate::order::StableOrder as _;

use std::collections::HashMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::hash::{Hash as _, Hasher as _};

use url::form_urlencoded::byte_serialize;

use super::mask::{Found, Mask};

/// Known texts, and the number of each person. Numbers are given in the order in which people come and hold until the
/// program ends, so that the same person is the same number on every screen.
#[derive(Default)]
pub struct Known {
    /// Makes the short names of addresses that belong to no account impossible to compute from outside.
    pub salt: u64,
    texts: HashMap<String, Mask>,
    people: u32,
    /// Texts by their beginning, as [`head`] cuts it, the longest first.
    by_head: HashMap<String, Vec<String>>,
    /// Texts in order, for what is cut at its end.
    forward: Vec<String>,
    /// Given and family names that addresses tell of, and whose they are; none where several share one.
    names: HashMap<String, Option<Mask>>,
}

/// Characters of a text below which it is not looked for: two letters are in every word.
const SHORTEST: usize = 3;

/// Local parts of addresses that name a task and no person.
const ROLES: [&str; 24] = [
    "info", "support", "admin", "test", "team", "sales", "hello", "contact", "office", "user", "users", "account",
    "accounts", "tool", "tools", "activity", "help", "mail", "email", "noreply", "service", "agent", "staging", "prod",
];

impl Known {
    /// Takes identifiers of people and ids of things. Costs little where all of them are known already.
    pub fn learn<'a>(&mut self, people: impl Iterator<Item = &'a str>, ids: impl Iterator<Item = &'a str>) {
        let before = self.texts.len();
        people.filter(|text| text.chars().count() >= SHORTEST).for_each(|person| self.person(person));
        ids.filter(|text| text.chars().count() >= SHORTEST).for_each(|id| self.add(id, Mask::id(id)));
        if self.texts.len() > before {
            self.sort();
        }
    }

    /// Takes addresses of others, so that they are known where they are cut.
    pub fn learn_addresses<'a>(&mut self, addresses: impl Iterator<Item = &'a str>) {
        let before = self.texts.len();
        for address in addresses {
            let mask = self.address(address);
            self.add(address, mask);
        }
        if self.texts.len() > before {
            self.sort();
        }
    }

    fn person(&mut self, identifier: &str) {
        if self.texts.contains_key(identifier) {
            return;
        }
        self.people += 1;
        let mask = Mask::Person(self.people);
        self.add(identifier, mask.clone());
        let Some((local, _)) = identifier.split_once('@') else { return };
        for name in local.split(|c: char| !c.is_alphabetic()).filter(|name| name.chars().count() >= SHORTEST) {
            if ROLES.contains(&name.to_lowercase().as_str()) {
                continue;
            }
            match self.names.entry(capitalized(name)) {
                Entry::Vacant(vacant) => {
                    vacant.insert(Some(mask.clone()));
                }
                Entry::Occupied(mut occupied) => {
                    occupied.insert(None);
                }
            }
        }
    }

    /// Adds a text, and the same as it stands in a URL.
    fn add(&mut self, text: &str, mask: Mask) {
        if self.texts.contains_key(text) {
            return;
        }
        let encoded: String = byte_serialize(text.as_bytes()).collect();
        for text in [text.to_owned(), encoded] {
            if let Entry::Vacant(vacant) = self.texts.entry(text) {
                vacant.insert(mask.clone());
            }
        }
    }

    fn sort(&mut self) {
        self.by_head.clear();
        for text in self.texts.keys() {
            self.by_head.entry(head(text).to_owned()).or_default().push(text.clone());
        }
        self.by_head.values_mut().for_each(|texts| texts.order_by_key(|text| std::cmp::Reverse(text.len())));
        self.forward = self.texts.keys().cloned().collect();
        self.forward.sort_unstable();
    }

    /// Number of the person of this address, if they have an account here; else a short name that is always the same
    /// in this run.
    pub fn address(&self, address: &str) -> Mask {
        let known = self.texts.get(address).or_else(|| self.texts.get(&address.to_lowercase()));
        known.cloned().unwrap_or_else(|| {
            let mut hasher = DefaultHasher::new();
            (self.salt, address.to_lowercase()).hash(&mut hasher);
            Mask::address(hasher.finish())
        })
    }

    /// Everything known that stands in `text`. `is_cut` says of its beginning and its end whether it may go on there.
    pub fn find(&self, text: &str, is_cut: (bool, bool), found: &mut Vec<Found>) {
        if self.texts.is_empty() {
            return;
        }
        for (at, rest) in word_starts(text) {
            let word = head(rest);
            let whole = self.by_head.get(word).into_iter().flatten().find(|known| is_whole(rest, known));
            if let Some((known, mask)) = whole.and_then(|known| Some((known, self.texts.get(known)?))) {
                found.push(Found { place: at..at + known.len(), mask: mask.clone() });
            } else if let Some(mask) = self.names.get(word) {
                let mask = mask.clone().unwrap_or(Mask::Value);
                found.push(Found { place: at..at + word.len() + family_name(rest, word), mask });
            }
        }
        for (at, mark) in text.match_indices(['…', '‹', '›']) {
            if mark != "‹" {
                self.beginning(text, at, 2, found);
            }
            if mark != "›" {
                self.rest(text, at + mark.len(), SHORTEST, found);
            }
        }
        if is_cut.1 {
            self.beginning(text, text.len(), SHORTEST, found);
        }
        if is_cut.0 {
            self.rest(text, 0, SHORTEST + 1, found);
        }
    }

    /// The beginning of a known text that ends at `end`, at least so many characters of it.
    fn beginning(&self, text: &str, end: usize, least: usize, found: &mut Vec<Found>) {
        let Some(before) = text.get(..end) else { return };
        let mut starts: Vec<usize> = word_starts(before).map(|(at, _)| at).collect();
        starts.reverse();
        let mut longest = None;
        for start in starts.into_iter().take(LOOK_BACK) {
            let Some(part) = before.get(start..).filter(|part| part.chars().count() >= least) else { continue };
            if let Some(mask) = self.meant(part) {
                longest = Some(Found { place: start..end, mask });
            }
        }
        found.extend(longest);
    }

    /// A part of a known text that begins at `start`, where what was before it is cut off; at least so many characters.
    fn rest(&self, text: &str, start: usize, least: usize, found: &mut Vec<Found>) {
        let after = text.get(start..).unwrap_or_default();
        let end = after.find(|c: char| c.is_whitespace() || "…›\"'<>,;()".contains(c)).unwrap_or(after.len());
        let part = after.get(..end).unwrap_or_default().trim_end_matches(['.', ':', '?', '!']);
        if part.chars().count() < least {
            return;
        }
        let mut whose = self.texts.iter().filter(|(known, _)| known.contains(part)).map(|(_, mask)| mask);
        if let Some(first) = whose.next() {
            let mask = if whose.take(LOOK_BACK).all(|mask| mask == first) { first.clone() } else { Mask::Value };
            found.push(Found { place: start..start + part.len(), mask });
        }
    }

    /// Mask of the one known text that begins with `part`, or one that says nothing where there are several.
    fn meant(&self, part: &str) -> Option<Mask> {
        let from = self.forward.partition_point(|known| known.as_str() < part);
        let mut fitting = self.forward.get(from..)?.iter().take_while(|known| known.starts_with(part));
        let first = self.texts.get(fitting.next()?)?;
        let is_one = fitting.take(LOOK_BACK).all(|known| self.texts.get(known) == Some(first));
        Some(if is_one { first.clone() } else { Mask::Value })
    }
}

/// Words before a cut at which a known text may begin, and texts that a part is compared with.
const LOOK_BACK: usize = 24;

/// Beginning of a text by which it is looked up: its letters and digits up to the first other character, or that.
fn head(text: &str) -> &str {
    let end = text.char_indices().find(|(_, c)| !c.is_alphanumeric()).map_or(text.len(), |(at, _)| at);
    let end = if end == 0 { text.chars().next().map_or(0, char::len_utf8) } else { end };
    text.get(..end).unwrap_or_default()
}

/// Places at which something may begin, and the text from there.
fn word_starts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut before = false;
    text.char_indices().filter_map(move |(at, c)| {
        let inside = std::mem::replace(&mut before, c.is_alphanumeric());
        (!(c.is_whitespace() || inside && c.is_alphanumeric())).then(|| Some((at, text.get(at..)?)))?
    })
}

/// Whether `known` stands at the beginning of `text` and does not go on behind it.
fn is_whole(text: &str, known: &str) -> bool {
    let goes_on = |rest: &str| rest.starts_with(char::is_alphanumeric) && known.ends_with(char::is_alphanumeric);
    text.strip_prefix(known).is_some_and(|rest| !goes_on(rest))
}

/// Bytes of the name behind a given name, with its space.
fn family_name(text: &str, given: &str) -> usize {
    let after = text.get(given.len()..).and_then(|rest| rest.strip_prefix(' ')).unwrap_or_default();
    let family = head(after);
    if family.starts_with(char::is_uppercase) && family.chars().nth(1).is_some_and(char::is_lowercase) {
        1 + family.len()
    } else {
        0
    }
}

fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;

    /// The parts of `text` that are found, with their masks.
    fn taken(known: &Known, text: &str, is_cut: (bool, bool)) -> Vec<String> {
        let mut found = Vec::new();
        known.find(text, is_cut, &mut found);
        let part = |place: Range<usize>| text.get(place).unwrap_or_default().to_owned();
        found.into_iter().map(|found| format!("{}={}", part(found.place), found.mask.words(20))).collect()
    }

    fn known() -> Known {
        let mut known = Known::default();
        let people = ["ada@acme.dev", "grace@acme.dev", "auth0|5f7c", "Kunde 7", "x", "info@acme.dev"];
        known.learn(people.into_iter(), ["ca_101"].into_iter());
        known
    }

    #[test]
    fn known_texts_are_found_whole_wherever_they_stand() {
        let none = (false, false);
        assert_eq!(taken(&known(), "as ada@acme.dev on", none), ["ada@acme.dev=user-1"]);
        assert_eq!(taken(&known(), "linear/grace@acme.dev, ca_101.", none), ["grace@acme.dev=user-2", "ca_101=ca_•••"]);
        assert_eq!(taken(&known(), "(auth0|5f7c) Kunde 7!", none), ["auth0|5f7c=user-3", "Kunde 7=user-4"]);
        assert_eq!(taken(&known(), "?identifier=ada%40acme.dev&x=1", none), ["ada%40acme.dev=user-1"]);
        assert_eq!(taken(&known(), "x ca_1011 Kunde 77 info", none), [""; 0], "nothing that only looks alike");
    }

    #[test]
    fn known_texts_are_found_cut() {
        let none = (false, false);
        assert_eq!(taken(&known(), "│ gra… │", none), ["gra=user-2"]);
        assert_eq!(taken(&known(), "linear grace@ac…", none), ["grace@ac=user-2"]);
        assert_eq!(taken(&known(), "…th0|5f7c ", none), ["th0|5f7c=user-3"]);
        assert_eq!(taken(&known(), "3‹race@acme.dev\": \"ada@ac›", none), ["race@acme.dev=user-2", "ada@ac=user-1"]);
        assert_eq!(taken(&known(), "as grac", (false, true)), ["grac=user-2"]);
        assert_eq!(taken(&known(), "as grac", none), [""; 0]);
        assert_eq!(taken(&known(), "acme.dev", (true, false)), ["acme.dev=•••"], "of whom is not known");
        assert_eq!(taken(&known(), "uth0|5… ", (true, false)), ["uth0|5=user-3"], "cut on both sides");
    }

    #[test]
    fn names_that_addresses_tell_are_found() {
        let none = (false, false);
        assert_eq!(taken(&known(), "Ada Marlow wrote to Grace.", none), ["Ada Marlow=user-1", "Grace=user-2"]);
        assert_eq!(taken(&known(), "Info, Adam, graceful", none), [""; 0]);
    }

    #[test]
    fn people_keep_their_numbers_and_other_addresses_get_a_name() {
        let mut known = known();
        known.learn(["new@acme.dev", "ada@acme.dev"].into_iter(), std::iter::empty());
        assert_eq!(known.address("ADA@acme.dev").words(20), "user-1");
        assert_eq!(known.address("new@acme.dev").words(20), "user-6");
        let [one, same, other] = ["eve@else.where", "Eve@else.where", "bob@else.where"].map(|who| known.address(who));
        assert!(one == same && one != other, "{one:?} {other:?}");
        known.salt = 1;
        assert_ne!(known.address("eve@else.where"), one, "in another run it is another");
    }
}
