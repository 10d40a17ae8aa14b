//! Differences between two documents, value by value.
//!
//! The order of keys and white space do not count; numbers and strings count as they are written,
//! escapes aside. Items of arrays are matched by what names them (`id`, `key` …) where everything
//! in both arrays has such a name, else by the longest run of equal items in the same order.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::excerpt::{unescaped, unquoted};
use super::{Document, NodeId, NodeKind};

/// Rules for what does not count as a difference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ignore {
    /// Values under keys of these names; a `*` stands for anything.
    pub names: Vec<String>,
    /// Times: strings that are moments (`2026-11-20T12:02:11Z`, dates as in mails), and numbers and nulls under the
    /// usual names of times (`updated_at`, `createdAt`, `timestamp`). Days alone count.
    pub moments: bool,
    /// Values under `id`, `uuid`, `gid` and names that end so.
    pub ids: bool,
    /// Order of items in arrays, those without names included.
    pub order: bool,
}

/// Names of values that say how to read on, or which answer this is, rather than anything of its content.
const CURSORS: [&str; 14] = [
    "cursor",
    "*_cursor",
    "*Cursor",
    "next_page*",
    "nextPage*",
    "prev_page*",
    "*_page_token",
    "*PageToken",
    "*SyncToken",
    "etag",
    "request_id",
    "requestId",
    "trace_id",
    "traceId",
];

impl Ignore {
    /// Rules for the results of one call made by several people: times, cursors and the order of lists do not count.
    pub fn between_people() -> Self {
        let names = CURSORS.map(str::to_owned).to_vec();
        Self { names, moments: true, ids: false, order: true }
    }
}

/// Difference at one place of the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffEntry {
    /// Only in the left document.
    Removed(NodeId),
    /// Only in the right document.
    Added(NodeId),
    /// In both, with another value.
    Changed(NodeId, NodeId),
}

/// Members that name the item they stand in, the surest first.
pub(super) const NAMES: [&str; 9] = ["id", "gid", "uuid", "key", "ts", "node_id", "identifier", "number", "name"];

/// Member of an edge of a graph that is the item itself: `edges[].node`.
const EDGE: &str = "node";

/// Arrays whose item counts multiply to more than this are compared place by place.
const MATCHED: usize = 4_000_000;

/// Everything in which `right` differs from `left`, in document order, the outermost value of what
/// came or went only. Works without recursion, whatever the depth; takes about as long as reading
/// both documents, plus matching the items of arrays that differ.
pub fn diff(left: &Document, right: &Document, ignore: &Ignore) -> Vec<DiffEntry> {
    let (left, right) = (DiffSide::new(left, ignore), DiffSide::new(right, ignore));
    left.diff(left.document.root(), &right, right.document.root())
}

/// The same for one value of each document.
fn diff_values(left: &DiffSide<'_>, l: NodeId, right: &DiffSide<'_>, r: NodeId) -> Vec<DiffEntry> {
    let mut found = Vec::new();
    // What is still to be looked at, the next on top.
    let mut open = vec![DiffStep::Pair(l, r)];
    while let Some(step) = open.pop() {
        match step {
            DiffStep::Found(difference) => found.push(difference),
            DiffStep::Pair(l, r) if left.print(l) == right.print(r) => {}
            DiffStep::Pair(l, r) => {
                let steps = match (left.document.kind(l), right.document.kind(r)) {
                    (NodeKind::Object, NodeKind::Object) => members(left, l, right, r),
                    (NodeKind::Array, NodeKind::Array) => items(left, l, right, r),
                    _ => vec![DiffStep::Found(DiffEntry::Changed(l, r))],
                };
                open.extend(steps.into_iter().rev());
            }
        }
    }
    found
}

enum DiffStep {
    Pair(NodeId, NodeId),
    Found(DiffEntry),
}

/// A document with the fingerprint of each of its values: equal values have equal ones.
pub(super) struct DiffSide<'a> {
    pub(super) document: &'a Document,
    ignore: &'a Ignore,
    prints: Vec<u128>,
}

impl<'a> DiffSide<'a> {
    pub(super) fn new(document: &'a Document, ignore: &'a Ignore) -> Self {
        let mut side = Self { document, ignore, prints: vec![0; document.len()] };
        // What stands inside a value comes after it.
        for node in (0..document.len()).rev().filter_map(|at| u32::try_from(at).ok()).map(NodeId) {
            let print = side.fingerprint(node);
            if let Some(place) = side.prints.get_mut(node.0 as usize) {
                *place = print;
            }
        }
        side
    }

    /// Differences of the value `r` of `right` from `l`; see [`diff`].
    pub(super) fn diff(&self, l: NodeId, right: &DiffSide<'_>, r: NodeId) -> Vec<DiffEntry> {
        diff_values(self, l, right, r)
    }

    /// Fingerprint of a value: equal where nothing that counts differs.
    pub(super) fn print(&self, node: NodeId) -> u128 {
        self.prints.get(node.0 as usize).copied().unwrap_or_default()
    }

    fn fingerprint(&self, node: NodeId) -> u128 {
        match self.document.kind(node) {
            NodeKind::Object => {
                // In any order: the sum of what each member is.
                let members = self.document.children(node).filter(|child| self.counts(*child));
                let each = members
                    .map(|child| hashed(b'm', &[&self.key(child).into_bytes(), &self.print(child).to_le_bytes()]));
                hashed(b'{', &[&each.fold(0_u128, u128::wrapping_add).to_le_bytes()])
            }
            NodeKind::Array => {
                let each =
                    |sum: u128, child: NodeId| hashed(b',', &[&sum.to_le_bytes(), &self.print(child).to_le_bytes()]);
                let items = self.document.children(node).filter(|child| self.counts(*child));
                if self.ignore.order {
                    let items = items.map(|child| hashed(b',', &[&self.print(child).to_le_bytes()]));
                    return hashed(b'[', &[&items.fold(0_u128, u128::wrapping_add).to_le_bytes()]);
                }
                hashed(b'[', &[&items.fold(0, each).to_le_bytes()])
            }
            NodeKind::String => hashed(b'"', &[decoded(self.document.raw(node)).as_bytes()]),
            _ => hashed(b'0', &[self.document.raw(node)]),
        }
    }

    pub(super) fn key(&self, node: NodeId) -> String {
        self.document.key(node).map(decoded).unwrap_or_default()
    }

    /// True unless the rules say that this value does not count.
    fn counts(&self, node: NodeId) -> bool {
        let ignore = self.ignore;
        if ignore.moments && self.is_time(node) {
            return false;
        }
        if !ignore.ids && ignore.names.is_empty() {
            return true;
        }
        let key = self.key(node);
        !(ignore.names.iter().any(|name| fits(name, &key)) || ignore.ids && is_id(&key))
    }

    fn is_time(&self, node: NodeId) -> bool {
        match self.document.kind(node) {
            NodeKind::String => is_moment(self.document.raw(node)),
            NodeKind::Number | NodeKind::Null => is_name_of_time(&self.key(node)),
            _ => false,
        }
    }

    fn counting(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        self.document.children(node).filter(|child| self.counts(*child))
    }

    /// Items of an array by the value of their member `name`; none unless every item is an object with a
    /// name of its own.
    fn named(&self, array: NodeId, name: &str) -> Option<HashMap<u128, NodeId>> {
        let mut named = HashMap::new();
        for item in self.document.children(array) {
            if named.insert(self.identity(item, name)?, item).is_some() {
                return None;
            }
        }
        Some(named)
    }

    /// Fingerprint of the member `name` of an item, or of the node that an edge leads to; none where it has no such
    /// name. Not the stored fingerprint: what is ignored still names.
    pub(super) fn identity(&self, item: NodeId, name: &str) -> Option<u128> {
        let value = self.member(item, name).or_else(|| self.member(self.member(item, EDGE)?, name))?;
        let scalar = !self.document.kind(value).is_container() && self.document.kind(value) != NodeKind::Null;
        scalar.then(|| hashed(b'n', &[self.document.raw(value)]))
    }

    /// The record in an item: the node, where it is an edge of a graph.
    pub(super) fn record(&self, item: NodeId) -> NodeId {
        let node = self.member(item, EDGE).filter(|node| self.document.kind(*node) == NodeKind::Object);
        node.unwrap_or(item)
    }

    /// Value of the first member of this name.
    pub(super) fn member(&self, object: NodeId, name: &str) -> Option<NodeId> {
        let is_object = self.document.kind(object) == NodeKind::Object;
        let mut members = is_object.then(|| self.document.children(object)).into_iter().flatten();
        members.find(|member| self.key(*member) == name)
    }
}

fn members(left: &DiffSide<'_>, l: NodeId, right: &DiffSide<'_>, r: NodeId) -> Vec<DiffStep> {
    // Of a key that is there twice, the second is matched with the second.
    let mut theirs: HashMap<(String, usize), NodeId> = HashMap::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let numbered = |seen: &mut HashMap<String, usize>, key: String| {
        let count = seen.entry(key.clone()).or_default();
        *count += 1;
        (key, *count)
    };
    let mut order = Vec::new();
    for member in right.counting(r) {
        let key = numbered(&mut seen, right.key(member));
        theirs.insert(key.clone(), member);
        order.push(key);
    }
    seen.clear();
    let mut steps = Vec::new();
    for member in left.counting(l) {
        steps.push(match theirs.remove(&numbered(&mut seen, left.key(member))) {
            Some(other) => DiffStep::Pair(member, other),
            None => DiffStep::Found(DiffEntry::Removed(member)),
        });
    }
    let added = order.into_iter().filter_map(|key| theirs.remove(&key));
    steps.extend(added.map(|member| DiffStep::Found(DiffEntry::Added(member))));
    steps
}

fn items(left: &DiffSide<'_>, l: NodeId, right: &DiffSide<'_>, r: NodeId) -> Vec<DiffStep> {
    // Without an item that could have a name there is none to look for.
    let first = left.document.first_child(l).filter(|first| left.document.kind(*first) == NodeKind::Object);
    for name in NAMES.into_iter().filter(|name| first.is_some_and(|first| left.identity(first, name).is_some())) {
        if let (Some(ours), Some(mut theirs)) = (left.named(l, name), right.named(r, name))
            && !ours.is_empty()
            && !theirs.is_empty()
        {
            let mut print_of: HashMap<NodeId, u128> = ours.into_iter().map(|(print, item)| (item, print)).collect();
            let mut steps = Vec::new();
            for item in left.document.children(l) {
                let print = print_of.remove(&item).unwrap_or_default();
                steps.push(match theirs.remove(&print) {
                    Some(other) => DiffStep::Pair(item, other),
                    None => DiffStep::Found(DiffEntry::Removed(item)),
                });
            }
            let mut added: Vec<NodeId> = theirs.into_values().collect();
            added.sort_unstable();
            steps.extend(added.into_iter().map(|item| DiffStep::Found(DiffEntry::Added(item))));
            return steps;
        }
    }
    let ours: Vec<NodeId> = left.counting(l).collect();
    let theirs: Vec<NodeId> = right.counting(r).collect();
    if left.ignore.order {
        return as_sets(left, &ours, right, &theirs);
    }
    aligned(left, &ours, right, &theirs)
}

/// Equal items go together wherever they stand; what is left is paired off in its order.
fn as_sets(left: &DiffSide<'_>, ours: &[NodeId], right: &DiffSide<'_>, theirs: &[NodeId]) -> Vec<DiffStep> {
    let mut counts: HashMap<u128, usize> = HashMap::new();
    theirs.iter().for_each(|node| *counts.entry(right.print(*node)).or_default() += 1);
    let mut common: HashMap<u128, usize> = HashMap::new();
    let mut take = |counts: &mut HashMap<u128, usize>, print| match counts.get_mut(&print) {
        Some(count) if *count > 0 => {
            *count -= 1;
            *common.entry(print).or_default() += 1;
            true
        }
        _ => false,
    };
    let ours: Vec<NodeId> = ours.iter().copied().filter(|node| !take(&mut counts, left.print(*node))).collect();
    let stays = |node: &NodeId| match common.get_mut(&right.print(*node)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    let theirs: Vec<NodeId> = theirs.iter().copied().filter(stays).collect();
    let mut steps = Vec::new();
    pair_off(Some(&ours), Some(&theirs), &mut steps);
    steps
}

/// Equal items in the same order stay; between them, what went and what came is paired off.
fn aligned(left: &DiffSide<'_>, ours: &[NodeId], right: &DiffSide<'_>, theirs: &[NodeId]) -> Vec<DiffStep> {
    let alike = |(l, r): &(&NodeId, &NodeId)| left.print(**l) == right.print(**r);
    let head = ours.iter().zip(theirs).take_while(alike).count();
    let (ours, theirs) = (ours.get(head..).unwrap_or_default(), theirs.get(head..).unwrap_or_default());
    let tail = ours.iter().rev().zip(theirs.iter().rev()).take_while(alike).count();
    let ours = ours.get(..ours.len() - tail).unwrap_or_default();
    let theirs = theirs.get(..theirs.len() - tail).unwrap_or_default();
    let mut steps = Vec::new();
    let (mut l, mut r) = (0, 0);
    let common = if ours.len().saturating_mul(theirs.len()) > MATCHED {
        Vec::new()
    } else {
        common(&prints(left, ours), &prints(right, theirs))
    };
    for (at_left, at_right) in common.into_iter().chain([(ours.len(), theirs.len())]) {
        pair_off(ours.get(l..at_left), theirs.get(r..at_right), &mut steps);
        (l, r) = (at_left + 1, at_right + 1);
    }
    steps
}

fn prints(side: &DiffSide<'_>, nodes: &[NodeId]) -> Vec<u128> {
    nodes.iter().map(|node| side.print(*node)).collect()
}

fn pair_off(ours: Option<&[NodeId]>, theirs: Option<&[NodeId]>, steps: &mut Vec<DiffStep>) {
    let (ours, theirs) = (ours.unwrap_or_default(), theirs.unwrap_or_default());
    steps.extend(ours.iter().zip(theirs).map(|(l, r)| DiffStep::Pair(*l, *r)));
    steps.extend(ours.iter().skip(theirs.len()).map(|l| DiffStep::Found(DiffEntry::Removed(*l))));
    steps.extend(theirs.iter().skip(ours.len()).map(|r| DiffStep::Found(DiffEntry::Added(*r))));
}

/// Places of a longest common subsequence.
fn common(ours: &[u128], theirs: &[u128]) -> Vec<(usize, usize)> {
    let width = theirs.len() + 1;
    // How long it is from each pair of places on.
    let mut lengths = vec![0_u32; (ours.len() + 1) * width];
    let at = |l: usize, r: usize| l * width + r;
    let length = |lengths: &[u32], l, r| lengths.get(at(l, r)).copied().unwrap_or(0);
    for (l, our) in ours.iter().enumerate().rev() {
        for (r, their) in theirs.iter().enumerate().rev() {
            let best = if our == their {
                length(&lengths, l + 1, r + 1) + 1
            } else {
                length(&lengths, l + 1, r).max(length(&lengths, l, r + 1))
            };
            if let Some(place) = lengths.get_mut(at(l, r)) {
                *place = best;
            }
        }
    }
    let mut places = Vec::new();
    let (mut l, mut r) = (0, 0);
    while l < ours.len() && r < theirs.len() {
        if ours.get(l) == theirs.get(r) {
            places.push((l, r));
            (l, r) = (l + 1, r + 1);
        } else if length(&lengths, l + 1, r) >= length(&lengths, l, r + 1) {
            l += 1;
        } else {
            r += 1;
        }
    }
    places
}

/// A string without its quotes and escapes.
fn decoded(raw: &[u8]) -> String {
    unescaped(unquoted(raw).unwrap_or(raw)).collect()
}

fn hashed(kind: u8, parts: &[&[u8]]) -> u128 {
    let half = |seed: u8| {
        let mut hasher = DefaultHasher::new();
        (seed, kind, parts).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

fn is_id(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    matches!(lower.as_str(), "id" | "gid" | "uuid" | "guid")
        || lower.ends_with("_id")
        || lower.ends_with("_gid")
        || key.ends_with("Id")
}

/// Whether a number or a null under this name is a time.
fn is_name_of_time(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    matches!(lower.as_str(), "ts" | "timestamp" | "internaldate")
        || lower.ends_with("_at")
        || lower.ends_with("_ts")
        || lower.ends_with("timestamp")
        || key.strip_suffix("At").is_some_and(|rest| rest.ends_with(|last: char| last.is_ascii_lowercase()))
}

/// A date and time of day, as JSON APIs and mails write them.
fn is_moment(raw: &[u8]) -> bool {
    let text = unquoted(raw).unwrap_or_default();
    if text.len() < 16 || text.len() >= 40 {
        return false;
    }
    let Ok(text) = std::str::from_utf8(text) else { return false };
    match text.chars().take(2).all(|char| char.is_ascii_digit()) {
        true => text.parse::<jiff::Timestamp>().is_ok() || text.parse::<jiff::civil::DateTime>().is_ok(),
        // `Wed, 04 Mar 2026 12:00:00 +0000`
        false => text.contains(", ") && jiff::fmt::rfc2822::parse(text).is_ok(),
    }
}

/// True if a key matches this name, in which `*` stands for anything.
fn fits(name: &str, key: &str) -> bool {
    match name.split_once('*') {
        None => name == key,
        Some((before, after)) => {
            key.len() >= before.len() + after.len() && key.starts_with(before) && key.ends_with(after)
        }
    }
}

#[cfg(test)]
mod tests;
