//! Reads a text into flat lists of values, in one pass and without recursion.

use memchr::memchr2;

/// "No such node"; bodies are kept short enough that no real node has this number.
pub(super) const NONE: u32 = u32::MAX;

/// One value. 16 bytes, because a body of 100 MB holds some seven million of them.
#[derive(Clone, Copy)]
pub(super) struct Node {
    /// Offset of the first byte.
    pub(super) start: u32,
    /// Scalars: the byte after the last. Containers: their place in `containers`.
    pub(super) end: u32,
    pub(super) parent: u32,
    /// The sibling before; for a first child the *last* one, so that both ends are one step away.
    pub(super) prev: u32,
}

/// Part of a node that only objects and arrays have.
#[derive(Clone, Copy)]
pub(super) struct Container {
    /// The byte after the closing bracket.
    pub(super) end: u32,
    /// The node after the last one inside. While the container is being read: its last child so far.
    pub(super) next: u32,
    pub(super) count: u32,
}

pub(super) const NOWHERE: Node = Node { start: 0, end: 0, parent: NONE, prev: NONE };

/// Reads the text once. The chain of parents is the stack.
struct Builder {
    nodes: Vec<Node>,
    containers: Vec<Container>,
    /// The innermost container that is not closed yet.
    open: u32,
}

/// All values of a well-formed text of fewer than 2³² - 1 bytes, in document order.
pub(super) fn build(bytes: &[u8]) -> (Vec<Node>, Vec<Container>) {
    let mut builder = Builder { nodes: Vec::new(), containers: Vec::new(), open: NONE };
    builder.read(bytes);
    builder.nodes.shrink_to_fit();
    builder.containers.shrink_to_fit();
    (builder.nodes, builder.containers)
}

impl Builder {
    fn read(&mut self, bytes: &[u8]) {
        let mut in_object = false;
        let mut key_comes = false;
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b' ' | b'\n' | b'\r' | b'\t' | b':' => at += 1,
                b',' => {
                    key_comes = in_object;
                    at += 1;
                }
                b'"' => {
                    let end = string_end(bytes, at);
                    if !std::mem::take(&mut key_comes) {
                        self.push(at, end);
                    }
                    at = end;
                }
                b'{' | b'[' => {
                    let number = self.containers.len();
                    self.containers.push(Container { end: 0, next: NONE, count: 0 });
                    self.open = self.push(at, number);
                    in_object = byte == b'{';
                    key_comes = in_object;
                    at += 1;
                }
                b'}' | b']' => {
                    at += 1;
                    let outer = self.close(at);
                    in_object = outer.and_then(|start| bytes.get(start)) == Some(&b'{');
                    key_comes = false;
                }
                _ => {
                    let end = scalar_end(bytes, at);
                    self.push(at, end);
                    at = end;
                }
            }
        }
    }

    /// Lengths and counts were checked to fit before reading began.
    #[allow(clippy::cast_possible_truncation)]
    fn push(&mut self, start: usize, end: usize) -> u32 {
        let id = self.nodes.len() as u32;
        let mut prev = NONE;
        if let Some(outer) = self.nodes.get(self.open as usize).and_then(|n| self.containers.get_mut(n.end as usize)) {
            prev = std::mem::replace(&mut outer.next, id);
            outer.count += 1;
        }
        self.nodes.push(Node { start: start as u32, end: end as u32, parent: self.open, prev });
        id
    }

    /// Ends the open container before byte `end`; gives the start of the one around it.
    #[allow(clippy::cast_possible_truncation)]
    fn close(&mut self, end: usize) -> Option<usize> {
        let next = self.nodes.len() as u32;
        let node = self.nodes.get(self.open as usize).copied()?;
        let container = self.containers.get_mut(node.end as usize)?;
        container.end = end as u32;
        let last = std::mem::replace(&mut container.next, next);
        if let (true, Some(first)) = (last != NONE, self.nodes.get_mut(self.open as usize + 1)) {
            first.prev = last;
        }
        self.open = node.parent;
        self.nodes.get(self.open as usize).map(|outer| outer.start as usize)
    }
}

/// The byte after the closing quote of the string that opens at `at`.
pub(super) fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(rest) = bytes.get(at..) {
        match rest.first() {
            Some(b'"') => return at + 1,
            // One escape often follows another.
            Some(b'\\') => at += 2,
            _ => match memchr2(b'"', b'\\', rest) {
                Some(hit) => at += hit,
                None => break,
            },
        }
    }
    bytes.len()
}

/// The byte after the number or literal that starts at `at`.
pub(super) fn scalar_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let stop = |b: &u8| matches!(b, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t');
    at + rest.iter().position(stop).unwrap_or(rest.len())
}
