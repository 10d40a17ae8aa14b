//! Search through a document, a piece at a time.

use std::sync::atomic::{AtomicBool, Ordering};

use super::pattern::Pattern;
use super::{Document, NodeId};

/// Values that are looked at between two looks at the stop flag.
const STRIDE: usize = 1024;

/// State of a search after a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchProgress {
    /// There is more to look at; run it again.
    Paused,
    /// Everything was looked at.
    Finished,
}

/// A search in keys and scalars, as people read them (escapes decoded).
pub struct DocumentSearch {
    document: Document,
    pattern: Pattern,
    next: usize,
    decoded: String,
}

impl DocumentSearch {
    /// A search that has not begun.
    pub fn new(document: Document, pattern: impl Into<Pattern>) -> Self {
        Self { document, pattern: pattern.into(), next: 0, decoded: String::new() }
    }

    /// Looks at up to `values` further values and appends those whose key or scalar matches, in
    /// document order, each once. Returns early soon after `stop` is set, and can be run again.
    pub fn run(&mut self, values: usize, stop: &AtomicBool, found: &mut Vec<NodeId>) -> SearchProgress {
        let end = self.document.len().min(self.next.saturating_add(values));
        while self.next < end && !stop.load(Ordering::Relaxed) {
            let stride = end.min(self.next + STRIDE);
            let from = NodeId(u32::try_from(self.next).unwrap_or(u32::MAX));
            for (node, start) in self.document.values_from(from).take(stride - self.next) {
                let key = self.document.key_before(node, start);
                let is_scalar = !self.document.kind_at(start).is_container();
                if key.is_some_and(|raw| self.pattern.is_in(raw, &mut self.decoded))
                    || is_scalar && self.pattern.is_in(self.document.scalar_at(start), &mut self.decoded)
                {
                    found.push(node);
                }
            }
            self.next = stride;
        }
        if self.next < self.document.len() { SearchProgress::Paused } else { SearchProgress::Finished }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::JsonText;
    use crate::json::excerpt::Excerpt;
    use crate::json::strategy::{any_json, deep};

    fn document(text: &str) -> Document {
        Document::index(JsonText::parse(text.to_owned()).expect("JSON")).expect("indexed")
    }

    fn all(text: &str, wanted: &str) -> Vec<u32> {
        let mut found = Vec::new();
        let mut search = DocumentSearch::new(document(text), wanted);
        assert_eq!(search.run(usize::MAX, &AtomicBool::new(false), &mut found), SearchProgress::Finished);
        found.into_iter().map(|node| node.0).collect()
    }

    #[test]
    fn keys_and_scalars_each_once() {
        let text = r#"{"name":"a name","id":[12,true,null,"x"],"rename":{"deep":"No \"Name\" "}}"#;
        assert_eq!(all(text, "name"), [1, 7, 8]);
        assert_eq!(all(text, "Name"), [8]);
        assert_eq!(all(text, "12"), [3]);
        assert_eq!(all(text, "tru"), [4]);
        assert_eq!(all(text, "\"name"), [8]);
        assert_eq!(all(text, ""), [0; 0]);
        assert_eq!(all(text, "[12"), [0; 0]);
    }

    #[test]
    fn escapes_and_other_scripts_are_read_as_people_read_them() {
        let text = r#"["Gr\u00fc\u00dfe","GRÜSSE","ГРОМ","a\nb","a\\nb"]"#;
        assert_eq!(all(text, "grü"), [1, 2]);
        assert_eq!(all(text, "GRÜ"), [2]);
        assert_eq!(all(text, "гром"), [3]);
        assert_eq!(all(text, "a\nb"), [4]);
        assert_eq!(all(text, "\\n"), [5]);
    }

    #[test]
    fn expressions_are_held_against_each_key_and_scalar() {
        let document = document(r#"{"id":"ENG-12","n":12,"note":"Gr\u00fcn\nENG","x":["eng-7"]}"#);
        let all = |text: &str| {
            let mut found = Vec::new();
            let pattern = Pattern::regex(text).expect("an expression");
            DocumentSearch::new(document.clone(), pattern).run(usize::MAX, &AtomicBool::new(false), &mut found);
            found.into_iter().map(|node| node.0).collect::<Vec<_>>()
        };
        assert_eq!(all(r"^eng-\d+$"), [1, 5]);
        assert_eq!(all(r"ENG-\d"), [1]);
        assert_eq!(all(r"^\d+$"), [2]);
        assert_eq!(all("grün"), [3]);
        assert_eq!(all("(?m)^ENG$"), [3]);
        assert_eq!(all("^n"), [2, 3]);
    }

    #[test]
    fn a_search_stops_and_goes_on() {
        let stop = AtomicBool::new(true);
        let mut found = Vec::new();
        let mut search = DocumentSearch::new(document(&format!("[{}1]", "1,".repeat(5_000))), "1");
        assert_eq!(search.run(usize::MAX, &stop, &mut found), SearchProgress::Paused);
        assert_eq!(found, []);
        stop.store(false, Ordering::Relaxed);
        assert_eq!(search.run(1_500, &stop, &mut found), SearchProgress::Paused);
        assert_eq!(found.len(), 1_499);
        assert_eq!(search.run(usize::MAX, &stop, &mut found), SearchProgress::Finished);
        assert_eq!(found.len(), 5_001);
        assert_eq!(search.run(usize::MAX, &stop, &mut found), SearchProgress::Finished);
        assert!(found.windows(2).all(|pair| pair[0] < pair[1]) && found.len() == 5_001);
    }

    #[test]
    fn depth_is_no_danger() {
        assert_eq!(all(&deep(), "1").len(), 1);
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_reads_so(text in any_json(), wanted in "[ab_é1]{1,2}|[A-C]|\\PC") {
            let doc = document(&text);
            let smart = |text: &str| match wanted.to_lowercase() {
                lower if lower == wanted => text.to_lowercase().contains(&lower),
                _ => text.contains(&wanted),
            };
            let read = |raw: &[u8]| {
                let Excerpt { text, .. } = crate::json::excerpt(raw, usize::MAX);
                smart(text.raw())
            };
            let expected: Vec<_> = (0..doc.len() as u32)
                .filter(|n| {
                    let node = NodeId(*n);
                    doc.key(node).is_some_and(read) || !doc.kind(node).is_container() && read(doc.raw(node))
                })
                .collect();
            prop_assert_eq!(all(&text, &wanted), expected);
        }
    }
}
