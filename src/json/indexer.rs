//! Index of a value that is still coming.

use bytes::Bytes;

use super::index::{Document, IndexFault};
use super::scan::Scan;
use crate::domain::JsonText;

/// Indexes one JSON value while it comes, in pieces cut anywhere. The text stays with whoever collects it.
#[derive(Default)]
pub struct Indexer {
    scan: Scan,
    /// Bytes that are known to be UTF-8.
    text: usize,
}

impl Indexer {
    /// Reads on. `text` is all that has come of the value so far, and perhaps more behind it; what was read before is
    /// not looked at again.
    ///
    /// # Errors
    /// Where this is no JSON, or from 4 GiB on. The indexer must not be used again.
    pub fn read(&mut self, text: &[u8]) -> Result<(), IndexFault> {
        self.scan.read(text)?;
        let until = self.scan.end().unwrap_or(text.len());
        let unknown = text.get(self.text..until).unwrap_or_default();
        match std::str::from_utf8(unknown) {
            Ok(_) => self.text = until,
            // The rest of the character is still to come.
            Err(error) if error.error_len().is_none() => self.text += error.valid_up_to(),
            Err(error) => return Err(IndexFault::NotJson { at: self.text + error.valid_up_to() }),
        }
        Ok(())
    }

    /// Length of the value, once all of it has been read; an outermost number ends with what stands behind it.
    pub fn end(&self) -> Option<usize> {
        self.scan.end()
    }

    /// The document, once all of the value has been read. `text` is the value.
    ///
    /// # Errors
    /// Where the value is not whole.
    pub fn finish(mut self, text: Bytes) -> Result<Document, IndexFault> {
        self.scan.finish()?;
        if self.text < text.len() {
            return Err(IndexFault::NotJson { at: self.text });
        }
        Ok(Document::from_scan(JsonText::checked(text), self.scan))
    }

    /// What has come, as a document of its own: up to the last value that is whole, with its brackets closed. The text
    /// is `body` from byte `start` on. None where no value has begun.
    pub fn cut(mut self, mut body: Vec<u8>, start: usize) -> Option<Document> {
        let (came, brackets) = self.scan.cut()?;
        body.truncate(start + came);
        body.extend_from_slice(&brackets);
        body.shrink_to_fit();
        Some(Document::from_part(Bytes::from(body).slice(start..), self.scan, came))
    }

    /// The beginning of a text that is still coming, as [`Indexer::cut`] makes it; a copy.
    pub fn beginning(text: &[u8]) -> Option<Document> {
        let mut indexer = Self::default();
        indexer.read(text).ok()?;
        indexer.cut(text.to_vec(), 0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::json::strategy::{DEEP, any_json, deep};
    use crate::json::{NodeId, View};

    /// Reads a text in pieces that end at these places.
    fn in_pieces(text: &[u8], ends: &[usize]) -> Result<Indexer, IndexFault> {
        let mut indexer = Indexer::default();
        for end in ends.iter().copied().chain([text.len()]) {
            indexer.read(&text[..end])?;
        }
        Ok(indexer)
    }

    /// Everything that an index says.
    fn told(document: &Document) -> Vec<String> {
        let nodes = (0..document.len() as u32).map(NodeId);
        let facts = nodes.map(|node| {
            let around = (document.parent(node), document.next_sibling(node), document.prev_sibling(node));
            let inside = (document.first_child(node), document.last_child(node), document.count(node));
            format!(
                "{:?} {:?} {around:?} {inside:?} {:?}",
                document.range(node),
                document.kind(node),
                document.key(node)
            )
        });
        facts.collect()
    }

    fn ends(text: &str, at: &[prop::sample::Index]) -> Vec<usize> {
        let mut ends: Vec<_> = at.iter().map(|at| at.index(text.len() + 1)).collect();
        ends.sort_unstable();
        ends
    }

    #[test]
    fn what_has_come_is_closed_behind_the_last_whole_value() {
        for (came, shown) in [
            (r#"{"a":[1,2,{"b":"par"#, r#"{"a":[1,2,{}]}"#),
            (r#"{"a":[1,2"#, r#"{"a":[1]}"#),
            (r#"{"a":[1,2,"#, r#"{"a":[1,2]}"#),
            (r#"[true,fal"#, "[true]"),
            (r#"[{"k":1},{"k"#, r#"[{"k":1},{}]"#),
            ("[", "[]"),
            ("[[1]]", "[[1]]"),
        ] {
            let document = Indexer::beginning(came.as_bytes()).expect(came);
            assert_eq!(document.text().raw(), shown, "{came}");
            assert_eq!(document.is_cut(document.root()), came != shown, "{came}");
        }
        for nothing in ["", "  ", "1", "\"a", "tr"] {
            assert!(Indexer::beginning(nothing.as_bytes()).is_none(), "{nothing:?}");
        }
    }

    #[test]
    fn what_stands_behind_the_value_is_not_read() {
        let text = br#"{"a":1} , nonsense"#;
        let mut indexer = Indexer::default();
        indexer.read(text).expect("a value");
        assert_eq!(indexer.end(), Some(7));
        assert_eq!(indexer.finish(Bytes::from_static(&text[..7])).expect("whole").len(), 2);
        let mut number = Indexer::default();
        number.read(b"12").expect("a number");
        assert_eq!(number.end(), None);
        number.read(b"12.5,").expect("a number");
        assert_eq!(number.end(), Some(4));
    }

    #[test]
    fn a_character_may_come_in_two_pieces_and_half_a_one_is_no_text() {
        let text = "[\"é😀\"]".as_bytes();
        for at in 0..text.len() {
            let indexer = in_pieces(text, &[at]).expect("JSON");
            assert!(indexer.finish(Bytes::from_static(text)).is_ok());
        }
        assert_eq!(Indexer::default().read(b"[\"\xff\"]"), Err(IndexFault::NotJson { at: 2 }));
        assert!(Indexer::default().read(b"[\"\xc3\"]").is_err());
    }

    #[test]
    fn depth_is_no_danger() {
        let text = deep();
        let document = Indexer::beginning(&text.as_bytes()[..6 * DEEP]).expect("a part");
        assert_eq!(document.text().bytes().len(), document.range(document.root()).end);
        assert!(document.len() > DEEP && document.is_cut(document.root()));
        assert_eq!(View::new(document).levels() as usize, 2 * DEEP - 1);
    }

    proptest! {
        #[test]
        fn pieces_make_the_same_index_as_the_whole(
            text in any_json(), at in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let text = text.trim();
            let whole = Document::index(JsonText::parse(text.to_owned()).expect("JSON")).expect("indexed");
            let pieces = in_pieces(text.as_bytes(), &ends(text, &at)).expect("JSON");
            let pieces = pieces.finish(Bytes::from(text.to_owned())).expect("whole");
            prop_assert_eq!(told(&pieces), told(&whole));
            prop_assert_eq!(pieces.index_size(), whole.index_size());
        }

        #[test]
        fn a_part_has_the_numbers_of_the_whole(text in any_json(), at in any::<prop::sample::Index>()) {
            let whole = Document::index(JsonText::parse(text.clone()).expect("JSON")).expect("indexed");
            let came = &text.as_bytes()[..at.index(text.len() + 1)];
            if let Some(part) = Indexer::beginning(came) {
                prop_assert!(JsonText::parse(part.text().bytes().clone()).is_ok());
                for node in (0..part.len() as u32).map(NodeId) {
                    prop_assert_eq!(part.range(node).start, whole.range(node).start);
                    prop_assert_eq!((part.parent(node), part.key(node)), (whole.parent(node), whole.key(node)));
                    if !part.is_cut(node) {
                        prop_assert_eq!(part.raw(node), whole.raw(node));
                    }
                }
            }
        }

        #[test]
        fn it_takes_what_serde_takes(
            text in any_json(),
            at in any::<prop::sample::Index>(),
            put in prop::sample::select(vec!["", "0", "1", "-", ".", "e", "\"", "\\", "\\u12", "{", "}", "[", "]", ",", ":", "t", "\n", "\u{1}"]),
            taken in 0_usize..3,
        ) {
            let mut bytes = text.into_bytes();
            let at = at.index(bytes.len());
            let end = (at + taken).min(bytes.len());
            bytes.splice(at..end, put.bytes());
            let taken = JsonText::parse(bytes.clone()).is_ok();
            let mut indexer = Indexer::default();
            let read = indexer.read(&bytes).and_then(|()| indexer.scan.finish());
            let rest = indexer.end().map_or(&[][..], |end| &bytes[end..]);
            let is_text = std::str::from_utf8(&bytes).is_ok();
            prop_assert_eq!(read.is_ok() && is_text && rest.trim_ascii().is_empty(), taken);
        }
    }
}
