//! Index of a document: the place of every value, as byte ranges over the text it came in.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use memchr::{memchr, memrchr};
use thiserror::Error;

use super::build::{Index, LONG};
use super::scan::Scan;
use crate::domain::JsonText;

/// One value of a [`Document`]. Numbers grow in document order. A number from another document
/// names some other value or none: accessors then answer with nothing, they do not panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// Kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// Object, `{…}`.
    Object,
    /// Array, `[…]`.
    Array,
    /// String, `"…"`.
    String,
    /// A number, of any size.
    Number,
    /// Boolean, `true` or `false`.
    Bool,
    /// Null, `null`.
    Null,
}

impl NodeKind {
    /// True for the kinds that hold values: objects and arrays.
    pub fn is_container(self) -> bool {
        matches!(self, Self::Object | Self::Array)
    }
}

/// Reason why a document cannot be indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum IndexFault {
    /// Offsets are 32 bits wide.
    #[error("this body has {bytes} bytes, and only bodies below 4 GiB can be shown")]
    TooLarge {
        /// Length of the body.
        bytes: usize,
    },
    /// The text is not JSON, or not all of it.
    #[error("this body is not JSON (byte {at})")]
    NotJson {
        /// Offset of the first byte that does not fit.
        at: usize,
    },
}

/// A JSON text and where everything in it stands. Nothing is copied out of the text and nothing is
/// decoded ahead of time, so numbers, key order and duplicate keys stay as they came. Any depth of
/// nesting is fine: nothing here recurses. Cheap to clone and to hand to another thread.
#[derive(Clone)]
pub struct Document {
    text: JsonText,
    index: Arc<Index>,
    /// Length of the text that came, where it was cut off and its brackets were closed here.
    cut: Option<usize>,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({} bytes)", self.text.bytes().len())
    }
}

impl Document {
    /// Indexes `text` in one pass: about a seventh of its bytes, and five bytes for each object and array.
    ///
    /// # Errors
    /// [`IndexFault::TooLarge`] from 4 GiB on.
    pub fn index(text: JsonText) -> Result<Self, IndexFault> {
        let mut scan = Scan::default();
        scan.read(text.bytes())?;
        scan.finish()?;
        Ok(Self::from_scan(text, scan))
    }

    /// The document that `scan` has read, all of it JSON.
    pub(super) fn from_scan(text: JsonText, scan: Scan) -> Self {
        Self { text, index: Arc::new(scan.into_index()), cut: None }
    }

    /// The document of a text of which only the first `came` bytes came.
    pub(super) fn from_part(text: Bytes, scan: Scan, came: usize) -> Self {
        Self { cut: Some(came), ..Self::from_scan(JsonText::checked(text), scan) }
    }

    /// Text that was indexed, unchanged.
    pub fn text(&self) -> &JsonText {
        &self.text
    }

    /// True if this is the same document, not one that only reads the same. O(1).
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.index, &other.index)
    }

    /// True where not all of the text came. O(1).
    pub fn is_part(&self) -> bool {
        self.cut.is_some_and(|came| came < self.text.bytes().len())
    }

    /// True for containers of which more was to come. O(1).
    pub fn is_cut(&self, node: NodeId) -> bool {
        self.cut.is_some_and(|came| self.container_end(node).is_some_and(|end| end > came))
    }

    /// Bytes that the index takes beside the text.
    pub fn index_size(&self) -> usize {
        self.index.size()
    }

    /// Number of values, containers included.
    pub fn len(&self) -> usize {
        self.index.starts.count() as usize
    }

    /// False: well-formed JSON has at least one value.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// Outermost value.
    pub fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// Kind of a value. O(log values) at most, like everything below that does not say otherwise.
    pub fn kind(&self, node: NodeId) -> NodeKind {
        self.start(node).map_or(NodeKind::Null, |start| self.kind_at(start))
    }

    /// Byte range of the value's text.
    pub fn range(&self, node: NodeId) -> Range<usize> {
        let Some(start) = self.start(node) else { return 0..0 };
        start..self.end(node, start)
    }

    /// The value's text as it came; strings with their quotes and escapes.
    pub fn raw(&self, node: NodeId) -> &[u8] {
        self.slice(self.range(node))
    }

    /// The text of the key the value stands under, with its quotes and escapes; none outside
    /// objects. Costs the white space around the key, not its length.
    pub fn key(&self, node: NodeId) -> Option<&[u8]> {
        self.key_before(node, self.start(node)?)
    }

    /// The values from this one on in document order, each with the offset at which it begins.
    pub(super) fn values_from(&self, node: NodeId) -> impl Iterator<Item = (NodeId, usize)> + '_ {
        let starts = self.start(node).map(|start| self.index.starts.from(offset(start)));
        (node.0..).map(NodeId).zip(starts.into_iter().flatten().map(|start| start as usize))
    }

    /// Kind of the value that begins here.
    pub(super) fn kind_at(&self, start: usize) -> NodeKind {
        match self.text.bytes().get(start) {
            Some(b'{') => NodeKind::Object,
            Some(b'[') => NodeKind::Array,
            Some(b'"') => NodeKind::String,
            Some(b't' | b'f') => NodeKind::Bool,
            Some(b'n') | None => NodeKind::Null,
            Some(_) => NodeKind::Number,
        }
    }

    /// Text of the scalar that begins here.
    pub(super) fn scalar_at(&self, start: usize) -> &[u8] {
        self.slice(start..self.index.scalar_end(self.text.bytes(), start))
    }

    /// The key of a value that begins here, see [`Document::key`].
    pub(super) fn key_before(&self, node: NodeId, start: usize) -> Option<&[u8]> {
        let colon = self.last_before(start)?;
        if self.text.bytes().get(colon) != Some(&b':') {
            return None;
        }
        let end = self.last_before(colon)?;
        let near = end.saturating_sub(LONG)..end;
        let from = match opening_quote(self.slice(near.clone())) {
            Some(at) => near.start + at,
            // A long one begins behind whatever stands before it.
            None => {
                let before = match self.prev_sibling(node) {
                    Some(prev) => self.range(prev).end,
                    None => self.range(self.parent(node)?).start + 1,
                };
                before + memchr(b'"', self.slice(before..end))?
            }
        };
        self.text.bytes().get(from..=end)
    }

    /// Number of values directly inside.
    pub fn count(&self, node: NodeId) -> u32 {
        self.container_number(node).map_or(0, |number| self.index.count(number))
    }

    /// Container around the value; none for the root.
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        // The last that begins before it and has not ended.
        let before = self.index.containers.rank(node.0) as usize;
        let start = self.start(node)?;
        self.container(self.index.ends.last_reaching(before, offset(start + 1))?)
    }

    /// The first value inside.
    pub fn first_child(&self, node: NodeId) -> Option<NodeId> {
        let inside = self.descendants(node);
        (inside.start < inside.end).then_some(inside.start)
    }

    /// The last value inside.
    pub fn last_child(&self, node: NodeId) -> Option<NodeId> {
        self.last_inside(node, self.descendants(node).end)
    }

    /// The next value in the same container. Costs the white space behind this one.
    pub fn next_sibling(&self, node: NodeId) -> Option<NodeId> {
        let behind = self.text.bytes().get(self.range(node).end..)?;
        let comma = behind.iter().find(|byte| !is_space(**byte))?;
        (*comma == b',').then(|| self.descendants(node).end)
    }

    /// The value before it in the same container.
    pub fn prev_sibling(&self, node: NodeId) -> Option<NodeId> {
        self.last_inside(self.parent(node)?, node)
    }

    /// The values directly inside, in order.
    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        self.siblings_until(self.first_child(node), self.descendants(node).end)
    }

    /// A value and those behind it in the same container, which ends before the value `end`.
    pub(super) fn siblings_until(&self, first: Option<NodeId>, end: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(first.filter(|first| *first < end), move |child| {
            Some(self.descendants(*child).end).filter(|next| *next < end)
        })
    }

    /// Numbers of the values inside, at any depth; nothing for scalars.
    pub fn descendants(&self, node: NodeId) -> Range<NodeId> {
        let first = NodeId(node.0.saturating_add(1));
        first..self.container_end(node).map_or(first, |end| NodeId(self.index.starts.rank(offset(end))))
    }

    /// Number of containers around the value. O(depth).
    pub fn depth(&self, node: NodeId) -> u32 {
        std::iter::successors(self.parent(node), |n| self.parent(*n)).fold(0, |depth, _| depth + 1)
    }

    /// The last value that starts at or before this byte. O(1).
    pub fn at_offset(&self, byte: usize) -> NodeId {
        NodeId(self.index.starts.rank(offset(byte.saturating_add(1))).saturating_sub(1))
    }

    /// Number of containers; they are numbered in document order.
    pub(super) fn container_count(&self) -> usize {
        self.index.ends.offsets().len()
    }

    /// The container's number among containers; none for scalars.
    pub(super) fn container_number(&self, node: NodeId) -> Option<usize> {
        self.index.containers.contains(node.0).then(|| self.index.containers.rank(node.0) as usize)
    }

    /// The numbers of the containers from this value on that end no later than it.
    pub(super) fn containers_within(&self, node: NodeId) -> Range<usize> {
        let Some(first) = self.container_number(node) else { return 0..0 };
        first..self.index.containers.rank(self.descendants(node).end.0) as usize
    }

    /// End of each container: whatever stands inside of it ends before.
    pub(super) fn container_ends(&self) -> impl Iterator<Item = u32> + '_ {
        self.index.ends.offsets().iter().copied()
    }

    /// True if the container of this number is not empty.
    pub(super) fn container_holds(&self, number: usize) -> bool {
        self.index.count(number) > 0
    }

    fn start(&self, node: NodeId) -> Option<usize> {
        self.index.starts.select(node.0).map(|start| start as usize)
    }

    fn end(&self, node: NodeId, start: usize) -> usize {
        self.container_end(node).unwrap_or_else(|| self.index.scalar_end(self.text.bytes(), start))
    }

    /// The byte after a container.
    fn container_end(&self, node: NodeId) -> Option<usize> {
        self.index.ends.get(self.container_number(node)?).map(|end| end as usize)
    }

    /// The last value directly inside `container` that begins before the value `end`.
    fn last_inside(&self, container: NodeId, end: NodeId) -> Option<NodeId> {
        let last = NodeId(end.0.checked_sub(1)?);
        if last <= container {
            return None;
        }
        if self.parent(last) == Some(container) {
            return Some(last);
        }
        // It lies deeper: of the containers inside, the one that ends last is that around it.
        let numbers = self.container_number(container)? + 1..self.index.containers.rank(end.0) as usize;
        let around = self.index.ends.last_to_end(numbers)?;
        self.container(around)
    }

    /// The container of this number.
    fn container(&self, number: usize) -> Option<NodeId> {
        self.index.containers.select(offset(number)).map(NodeId)
    }

    /// Offset of the last byte before this one that is no white space.
    fn last_before(&self, byte: usize) -> Option<usize> {
        self.slice(0..byte).iter().rposition(|byte| !is_space(*byte))
    }

    fn slice(&self, range: Range<usize>) -> &[u8] {
        self.text.bytes().get(range).unwrap_or_default()
    }
}

/// Number as the index keeps it; behind everything, where it is greater.
fn offset(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Offset of the quote that begins a string whose end is the end of `text`; none where it begins before.
fn opening_quote(text: &[u8]) -> Option<usize> {
    let mut end = text.len();
    loop {
        let quote = memrchr(b'"', text.get(..end)?)?;
        let before = text.get(..quote)?;
        let escapes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
        if escapes == before.len() {
            // The backslashes may go on.
            return None;
        }
        if escapes.is_multiple_of(2) {
            return Some(quote);
        }
        end = quote;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    use super::*;
    use crate::json::strategy::{DEEP, any_json, deep};

    fn document(text: &str) -> Document {
        Document::index(JsonText::parse(text.to_owned()).expect("JSON")).expect("indexed")
    }

    fn text(bytes: &[u8]) -> &str {
        std::str::from_utf8(bytes).expect("UTF-8")
    }

    /// Builds a value out of nothing but the index.
    fn value(doc: &Document, node: NodeId) -> Value {
        match doc.kind(node) {
            NodeKind::Object => Value::Object(doc.children(node).fold(Map::new(), |mut map, child| {
                let key = serde_json::from_slice(doc.key(child).expect("a key")).expect("a string");
                map.insert(key, value(doc, child));
                map
            })),
            NodeKind::Array => doc.children(node).map(|child| value(doc, child)).collect(),
            _ => serde_json::from_slice(doc.raw(node)).expect("a scalar"),
        }
    }

    #[test]
    fn everything_stays_as_it_came() {
        let doc = document(r#" {"b" : 1.10,"a":[123456789012345678901234567890 ,-0,1E+2], "b":null , "\"x\\":"\"}"} "#);
        let keys: Vec<_> = doc.children(doc.root()).map(|n| text(doc.key(n).expect("a key"))).collect();
        assert_eq!(keys, [r#""b""#, r#""a""#, r#""b""#, r#""\"x\\""#]);
        let raw: Vec<_> = doc.children(doc.root()).map(|n| text(doc.raw(n))).collect();
        assert_eq!(raw, ["1.10", "[123456789012345678901234567890 ,-0,1E+2]", "null", r#""\"}""#]);
        let array = doc.children(doc.root()).nth(1).expect("an array");
        let raw: Vec<_> = doc.children(array).map(|n| text(doc.raw(n))).collect();
        assert_eq!(raw, ["123456789012345678901234567890", "-0", "1E+2"]);
    }

    #[test]
    fn scalars_and_empty_containers_stand_alone() {
        for (text, kind) in
            [("\t7 ", NodeKind::Number), ("\"\"", NodeKind::String), ("{ }", NodeKind::Object), ("[]", NodeKind::Array)]
        {
            let doc = document(text);
            assert_eq!((doc.len(), doc.kind(doc.root()), doc.count(doc.root())), (1, kind, 0));
            assert_eq!(doc.raw(doc.root()), text.trim().as_bytes());
            assert_eq!((doc.first_child(doc.root()), doc.last_child(doc.root())), (None, None));
            assert_eq!((doc.next_sibling(doc.root()), doc.prev_sibling(doc.root())), (None, None));
        }
    }

    #[test]
    fn a_stranger_s_node_is_nothing_and_no_panic() {
        let doc = document("[[1],2]");
        for node in [NodeId(4), NodeId(77), NodeId(u32::MAX)] {
            assert_eq!(doc.raw(node), b"");
            assert_eq!((doc.key(node), doc.count(node), doc.depth(node)), (None, 0, 0));
            assert_eq!((doc.parent(node), doc.first_child(node), doc.last_child(node)), (None, None, None));
            assert_eq!((doc.next_sibling(node), doc.prev_sibling(node)), (None, None));
        }
    }

    #[test]
    fn depth_is_no_danger() {
        let doc = document(&deep());
        assert_eq!(doc.len(), 2 * DEEP + 1);
        let innermost = doc.at_offset(doc.text().bytes().len());
        assert_eq!(doc.depth(innermost) as usize, 2 * DEEP);
        assert_eq!(doc.range(doc.root()), 0..doc.text().bytes().len());
    }

    proptest! {
        #[test]
        fn the_index_agrees_with_serde(text in any_json()) {
            let doc = document(&text);
            prop_assert_eq!(value(&doc, doc.root()), serde_json::from_str::<Value>(&text).expect("JSON"));
        }

        #[test]
        fn neighbours_agree_with_each_other(text in any_json()) {
            let doc = document(&text);
            for node in (0..doc.len() as u32).map(NodeId) {
                let children: Vec<_> = doc.children(node).collect();
                prop_assert_eq!(children.len(), doc.count(node) as usize);
                prop_assert_eq!(children.first().copied(), doc.first_child(node));
                prop_assert_eq!(children.last().copied(), doc.last_child(node));
                for (i, child) in children.iter().enumerate() {
                    prop_assert_eq!(doc.parent(*child), Some(node));
                    prop_assert_eq!(doc.prev_sibling(*child), i.checked_sub(1).map(|i| children[i]));
                    prop_assert_eq!(doc.depth(*child), doc.depth(node) + 1);
                }
                prop_assert_eq!(doc.at_offset(doc.range(node).start), node);
            }
        }
    }
}
