//! Lists that arrive piece by piece.

use futures_util::stream::BoxStream;

use crate::domain::Fault;

/// A list on its way. It ends after the first fault. How it is cut into batches, and that it ends, is
/// the back-end's business; dropping it stops the reading.
pub type Batches<'a, T> = BoxStream<'a, Result<Batch<T>, Fault>>;

/// Rows that arrived together.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch<T> {
    /// Rows; some of them may have come before.
    pub items: Vec<T>,
    /// Number of rows in the whole list, where the other side states it.
    pub total: Option<u64>,
    /// Another batch follows, and has to be waited for.
    pub more: bool,
    /// Parts of the list that could not be read, such as those of one server among several: why, each with its account.
    pub left_out: Vec<Fault>,
}

impl<T> Batch<T> {
    /// A whole list in one batch.
    pub fn whole(items: Vec<T>) -> Self {
        Self { total: Some(items.len() as u64), items, more: false, left_out: Vec::new() }
    }
}
