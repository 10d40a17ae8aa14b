//! Places of the values of a text, in as little room as they take: their starts as bits, their ends only where
//! finding them again would take long.

use memchr::memchr2;

use super::bits::Bits;
use super::ends::Ends;

/// Bytes from which on the end of a scalar is kept.
pub(super) const LONG: usize = 256;

/// Places of all values. About a seventh of the text, and five bytes for each container.
#[derive(Clone, Default)]
pub(super) struct Index {
    /// Offsets at which values begin; the nth is that of the value of this number.
    pub(super) starts: Bits,
    /// Numbers of the values that are containers.
    pub(super) containers: Bits,
    /// The byte after the closing bracket of each container.
    pub(super) ends: Ends,
    /// Number of values in each container, [`u8::MAX`] where it stands in `crowds`.
    counts: Vec<u8>,
    /// Containers with many values, and how many.
    crowds: Vec<(u32, u32)>,
    /// Start and end of each scalar of [`LONG`] bytes or more.
    long: Vec<(u32, u32)>,
    /// Ends while there are more to come.
    offsets: Vec<u32>,
}

/// Offsets and numbers were checked to fit before reading began.
#[allow(clippy::cast_possible_truncation)]
impl Index {
    pub fn is_empty(&self) -> bool {
        self.starts.count() == 0
    }

    #[inline(always)]
    pub fn push_scalar(&mut self, start: usize, end: usize) {
        self.starts.push(start as u32);
        if end - start >= LONG {
            self.long.push((start as u32, end as u32));
        }
    }

    /// Number of a container that begins here, among containers.
    pub fn push_container(&mut self, start: usize) -> u32 {
        self.containers.push(self.starts.count());
        self.starts.push(start as u32);
        self.offsets.push(0);
        self.counts.push(0);
        self.offsets.len() as u32 - 1
    }

    pub fn close(&mut self, number: u32, end: usize, count: u32) {
        if let (Some(offset), Some(kept)) =
            (self.offsets.get_mut(number as usize), self.counts.get_mut(number as usize))
        {
            *offset = end as u32;
            *kept = count.min(u32::from(u8::MAX)) as u8;
        }
        if count >= u32::from(u8::MAX) {
            self.crowds.push((number, count));
        }
    }

    /// The same once every container is closed, ready to be asked.
    pub fn finished(mut self) -> Self {
        self.ends = Ends::new(std::mem::take(&mut self.offsets));
        self.crowds.sort_unstable();
        self.starts.shrink_to_fit();
        self.containers.shrink_to_fit();
        self.counts.shrink_to_fit();
        self.crowds.shrink_to_fit();
        self.long.shrink_to_fit();
        self
    }

    /// Number of values directly inside a container. O(1), and O(log containers) where they are many.
    pub fn count(&self, number: usize) -> u32 {
        match self.counts.get(number) {
            Some(&u8::MAX) => {
                let place = self.crowds.binary_search_by_key(&number, |(crowd, _)| *crowd as usize);
                place.ok().and_then(|at| self.crowds.get(at)).map_or(0, |(_, count)| *count)
            }
            Some(&count) => u32::from(count),
            None => 0,
        }
    }

    /// The byte after the scalar that begins at `start`.
    pub fn scalar_end(&self, bytes: &[u8], start: usize) -> usize {
        let near = bytes.get(..start + LONG).unwrap_or(bytes);
        let end = match near.get(start) {
            Some(b'"') => string_end(near, start),
            _ => scalar_end(near, start),
        };
        if end < near.len() {
            return end;
        }
        let place = self.long.binary_search_by_key(&start, |(long, _)| *long as usize);
        place.ok().and_then(|at| self.long.get(at)).map_or(end, |(_, end)| *end as usize)
    }

    /// Bytes that it takes.
    pub fn size(&self) -> usize {
        let pairs = (self.crowds.len() + self.long.len()) * 8;
        self.starts.size() + self.containers.size() + self.ends.size() + self.counts.len() + pairs
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
