//! Which containers of a document are folded: one bit each.

use super::{Document, NodeId};

/// A document with some of its containers folded. Its rows are walked from [`View::first`] on.
#[derive(Clone)]
pub struct View {
    document: Document,
    folded: Vec<u64>,
}

impl View {
    /// Everything unfolded.
    pub fn new(document: Document) -> Self {
        let folded = vec![0; document.container_count().div_ceil(64)];
        Self { document, folded }
    }

    /// What is shown.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Whether a value's inside is hidden. Scalars and empty containers never are.
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

    /// Unfolds everything.
    pub fn unfold_all(&mut self) {
        self.folded.fill(0);
    }

    /// Unfolds what stands in fewer than `level` containers and folds everything else. Costs the
    /// values that become visible.
    pub fn fold_to_level(&mut self, level: u32) {
        self.folded.fill(u64::MAX);
        let (mut at, mut depth) = (Some(self.document.root()), 0);
        while let Some(node) = at {
            if depth < level {
                self.unfold(node);
                if let Some(inside) = self.document.first_child(node) {
                    (at, depth) = (Some(inside), depth + 1);
                    continue;
                }
            }
            at = self.document.next_sibling(node);
            let mut outer = self.document.parent(node);
            while let (None, Some(container)) = (at, outer) {
                at = self.document.next_sibling(container);
                outer = self.document.parent(container);
                depth -= 1;
            }
        }
    }

    /// Whether there is anything to hide.
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
