//! Folded containers of a document: one bit each.

use super::{Document, NodeId};

/// A document with some of its containers folded. Its rows are walked from [`View::first`] on.
#[derive(Clone)]
pub struct View {
    document: Document,
    folded: Vec<u64>,
}

impl View {
    /// View with everything unfolded.
    pub fn new(document: Document) -> Self {
        let folded = vec![0; document.container_count().div_ceil(64)];
        Self { document, folded }
    }

    /// Views a document that begins with this one instead. What is folded stays so; of what is new, everything from
    /// `level` on is folded, if one is given. Costs the containers there are.
    pub fn grow(&mut self, document: Document, level: Option<u32>) {
        let known = self.document.container_count();
        self.folded.resize(document.container_count().div_ceil(64), 0);
        self.document = document;
        let Some(level) = level else { return };
        for (number, depth) in depths(&self.document).skip(known) {
            if depth >= level
                && let Some(word) = self.folded.get_mut(number / 64)
            {
                *word |= 1 << (number % 64);
            }
        }
    }

    /// Document that is viewed.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// True if a value's inside is hidden. Scalars and empty containers never are.
    pub fn is_folded(&self, node: NodeId) -> bool {
        let Some(number) = self.document.container_number(node) else { return false };
        let bit = self.folded.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1);
        bit && self.can_fold(node)
    }

    /// Hides what is inside.
    pub fn fold(&mut self, node: NodeId) {
        self.set_folded(node, true);
    }

    /// Shows what is inside.
    pub fn unfold(&mut self, node: NodeId) {
        self.set_folded(node, false);
    }

    /// Folds what is unfolded and unfolds what is folded.
    pub fn toggle(&mut self, node: NodeId) {
        self.set_folded(node, !self.is_folded(node));
    }

    /// Folds everything inside the outermost value, which itself stays open.
    pub fn fold_all(&mut self) {
        self.fold_to_level(1);
    }

    /// Unfolds all containers. O(containers).
    pub fn unfold_all(&mut self) {
        self.folded.fill(0);
    }

    /// Unfolds what stands in fewer than `level` containers and folds everything else. Costs the
    /// containers there are.
    pub fn fold_to_level(&mut self, level: u32) {
        self.folded.fill(0);
        for (number, depth) in depths(&self.document) {
            if depth >= level
                && let Some(word) = self.folded.get_mut(number / 64)
            {
                *word |= 1 << (number % 64);
            }
        }
    }

    /// Greatest nesting of containers: 1 for `[1]`, 0 where nothing can be folded. Costs the containers
    /// there are.
    pub fn levels(&self) -> u32 {
        let deepest = depths(&self.document).filter(|(number, _)| self.document.container_holds(*number));
        deepest.map(|(_, depth)| depth + 1).max().unwrap_or(0)
    }

    /// Unfolds a value and everything inside it. Costs the containers inside, 64 at a time.
    pub fn unfold_below(&mut self, node: NodeId) {
        let numbers = self.document.containers_within(node);
        for word in numbers.start / 64..numbers.end.div_ceil(64) {
            let from = numbers.start.saturating_sub(word * 64).min(64);
            let to = numbers.end.saturating_sub(word * 64).min(64);
            let below = |bit: usize| u64::MAX.checked_shl(bit as u32).map_or(u64::MAX, |rest| !rest);
            if let Some(bits) = self.folded.get_mut(word) {
                *bits &= !(below(to) & !below(from));
            }
        }
    }

    /// True for containers with something inside.
    pub(super) fn can_fold(&self, node: NodeId) -> bool {
        self.document.count(node) > 0
    }

    fn set_folded(&mut self, node: NodeId, folded: bool) {
        let Some(number) = self.document.container_number(node) else { return };
        if let Some(word) = self.folded.get_mut(number / 64) {
            let bit = 1 << (number % 64);
            *word = if folded { *word | bit } else { *word & !bit };
        }
    }
}

/// The containers in document order, by their numbers, each with how many it stands in.
fn depths(document: &Document) -> impl Iterator<Item = (usize, u32)> + '_ {
    // Where those end that are open, outermost first: whatever ends no later stands inside.
    let mut open: Vec<u32> = Vec::new();
    document.container_ends().enumerate().map(move |(number, end)| {
        while open.last().is_some_and(|outer| *outer < end) {
            open.pop();
        }
        let depth = u32::try_from(open.len()).unwrap_or(u32::MAX);
        open.push(end);
        (number, depth)
    })
}
