//! Names of tools for a model, two ways.
//!
//! A model's API takes letters, digits, `_` and `-`, 64 of them, and no name twice; a tool may be called anything, and two
//! connections may have the same one. A name that was given stays what it was for the rest of the run: a conversation is
//! full of it, and the model would call one account and mean another.

use std::collections::HashMap;
use std::hash::Hasher as _;

use crate::domain::{ConnectionName, ToolName};
use crate::flow::offer::Offer;

/// Characters of a name.
const LONGEST: usize = 64;

/// Names that were given.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    given: HashMap<String, (ToolName, ConnectionName)>,
    of: HashMap<(ToolName, ConnectionName), String>,
}

impl Names {
    /// Names that were given before. Of two that contradict each other, the first counts.
    pub fn known(names: impl IntoIterator<Item = (String, ToolName, ConnectionName)>) -> Self {
        let mut known = Self::default();
        for (name, tool, connection) in names {
            if fits(&name) {
                known.give(name, tool, connection);
            }
        }
        known
    }

    /// The tools with their names, in the order of the names.
    pub fn assign(&mut self, offers: Vec<Offer>) -> Vec<(String, Offer)> {
        let mut plain: HashMap<String, usize> = HashMap::new();
        for offer in offers.iter().filter(|offer| self.of(offer).is_none()) {
            *plain.entry(safe(offer.tool.name.raw())).or_default() += 1;
        }
        let mut named: Vec<_> = offers
            .into_iter()
            .map(|offer| {
                let name = match self.of(&offer) {
                    Some(name) => name.clone(),
                    None => self.new_name(&offer, &plain),
                };
                (name, offer)
            })
            .collect();
        named.sort_by(|(a, _), (b, _)| a.cmp(b));
        // A list may name one tool of one account twice.
        named.dedup_by(|(a, _), (b, _)| a == b);
        named
    }

    fn of(&self, offer: &Offer) -> Option<&String> {
        self.of.get(&(offer.tool.name.clone(), offer.connection.clone()))
    }

    fn new_name(&mut self, offer: &Offer, plain: &HashMap<String, usize>) -> String {
        let (tool, connection) = (offer.tool.name.clone(), offer.connection.clone());
        let own = safe(tool.raw());
        // Where several have it, none of them is called by it alone.
        let is_alone = plain.get(&own).is_none_or(|count| *count < 2);
        let with_connection = format!("{own}__{}", safe(connection.raw()));
        let digest = digest(&tool, &connection);
        let numbered = (0_u32..).map(|number| cut(&own, &format!("_{:016x}", digest.wrapping_add(u64::from(number)))));
        let first = [(is_alone, own.clone()), (true, with_connection)];
        let names = first.into_iter().filter(|(is_meant, _)| *is_meant).map(|(_, name)| name).chain(numbered);
        let free = |name: &String| fits(name) && !self.given.contains_key(name);
        let name = names.into_iter().find(free).unwrap_or(own);
        self.give(name.clone(), tool, connection);
        name
    }

    fn give(&mut self, name: String, tool: ToolName, connection: ConnectionName) {
        let pair = (tool, connection);
        if !self.given.contains_key(&name) && !self.of.contains_key(&pair) {
            self.of.insert(pair.clone(), name.clone());
            self.given.insert(name, pair);
        }
    }
}

/// A name with every other sign replaced.
fn safe(name: &str) -> String {
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    if name.is_empty() { "tool".to_owned() } else { name }
}

fn fits(name: &str) -> bool {
    (1..=LONGEST).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// As much of the beginning as leaves room for the end.
fn cut(begin: &str, end: &str) -> String {
    let kept = begin.get(..begin.len().min(LONGEST.saturating_sub(end.len()))).unwrap_or_default();
    format!("{kept}{end}")
}

/// The same number for the same tool in every version of this program: FNV-1a over both names.
fn digest(tool: &ToolName, connection: &ConnectionName) -> u64 {
    struct Fnv(u64);
    impl std::hash::Hasher for Fnv {
        fn finish(&self) -> u64 {
            self.0
        }
        fn write(&mut self, bytes: &[u8]) {
            for byte in bytes {
                self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    let mut fnv = Fnv(0xcbf2_9ce4_8422_2325);
    fnv.write(tool.raw().as_bytes());
    fnv.write(&[0]);
    fnv.write(connection.raw().as_bytes());
    fnv.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::{Strategy, any};

    use super::*;
    use crate::domain::Tool;

    fn offer(tool: &str, connection: &str) -> Offer {
        Offer { tool: Tool::unknown(tool), connection: connection.into() }
    }

    fn names(assigned: &[(String, Offer)]) -> Vec<&str> {
        assigned.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn a_name_that_fits_stays_and_others_are_made_to() {
        let mut names_given = Names::default();
        let assigned = names_given.assign(vec![
            offer("linear_issue_get", "linear"),
            offer("files.read", "files"),
            offer("search", "eu"),
            offer("search", "us"),
            offer(&"x".repeat(100), "a"),
        ]);
        let found = names(&assigned);
        assert_eq!(found[..4], ["files_read", "linear_issue_get", "search__eu", "search__us"]);
        assert!(found[4].len() == LONGEST && found[4].starts_with("xxx"), "{found:?}");
    }

    #[test]
    fn a_name_that_was_given_is_never_anothers() {
        let mut given = Names::default();
        given.assign(vec![offer("search", "us")]);
        // A connection that stands before it came later.
        let assigned = given.assign(vec![offer("search", "eu"), offer("search", "us")]);
        let of: HashMap<_, _> = assigned.iter().map(|(name, offer)| (name.as_str(), offer.connection.raw())).collect();
        assert_eq!(of, HashMap::from([("search", "us"), ("search__eu", "eu")]));
        // The same after the run was read back.
        let mut known = Names::known([("search".to_owned(), "search".into(), "us".into())]);
        assert_eq!(names(&known.assign(vec![offer("search", "eu"), offer("search", "us")])), ["search", "search__eu"]);
    }

    fn offers() -> impl Strategy<Value = Vec<(String, String)>> {
        let tool = proptest::prop_oneof!["[a-c._ ]{0,3}", "[a-b]{60,70}", any::<String>()];
        proptest::collection::vec((tool, "[a-b.]{0,2}"), 0..40)
    }

    proptest::proptest! {
        #[test]
        fn every_name_fits_is_unique_and_leads_back(first in offers(), second in offers()) {
            let of = |pairs: &[(String, String)]| pairs.iter().map(|(tool, on)| offer(tool, on)).collect::<Vec<_>>();
            let mut given = Names::default();
            let before = given.assign(of(&first));
            let all: Vec<_> = second.iter().chain(&first).cloned().collect();
            let after = given.assign(of(&all));
            for assigned in [&before, &after] {
                let unique: HashSet<_> = assigned.iter().map(|(name, _)| name).collect();
                proptest::prop_assert_eq!(unique.len(), assigned.len());
                for (name, offer) in assigned {
                    proptest::prop_assert!(fits(name), "{}", name);
                    proptest::prop_assert_eq!(
                        given.given.get(name), Some(&(offer.tool.name.clone(), offer.connection.clone()))
                    );
                }
            }
            let tools: HashSet<_> = all.iter().cloned().collect();
            proptest::prop_assert_eq!(after.len(), tools.len());
            let later: HashMap<_, _> = after.iter().map(|(name, offer)| (name.as_str(), offer)).collect();
            for (name, offer) in &before {
                let same = later.get(name.as_str()).map(|later| (later.tool.name.clone(), later.connection.clone()));
                proptest::prop_assert_eq!(same, Some((offer.tool.name.clone(), offer.connection.clone())));
            }
        }
    }
}
