//! Sorting of whatever the program has to sort, by one machine for all types.
//!
//! The library's sort is compiled for every type and every order anew, five kilobytes each time. Where thousands of
//! rows are sorted at a key press it is worth them; anything else is sorted as quickly by its places.

use std::cmp::Ordering;

/// Sorts by places. What is equal stays in the order it stood in.
pub(crate) trait StableOrder<T> {
    /// Sorts by a comparison.
    fn order_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// Sorts by a key, which is made for every comparison.
    fn order_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.order_by(|a, b| key(a).cmp(&key(b)));
    }

    /// Sorts by the order that the values have.
    fn order(&mut self)
    where
        T: Ord,
    {
        self.order_by(T::cmp);
    }
}

impl<T> StableOrder<T> for [T] {
    fn order_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        let places = sorted(self.len(), &mut |a, b| match (self.get(a), self.get(b)) {
            (Some(a), Some(b)) => compare(a, b),
            _ => a.cmp(&b),
        });
        arrange(places, &mut |a, b| self.swap(a, b));
    }
}

/// The places in their order.
fn sorted(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|a, b| compare(*a, *b));
    places
}

/// Swaps values until each stands where its place does.
fn arrange(mut places: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..places.len() {
        let mut at = start;
        while let Some(place) = places.get_mut(at) {
            let from = std::mem::replace(place, at);
            if from == start {
                break;
            }
            swap(at, from);
            at = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn it_sorts_as_the_library_does(mut values: Vec<(u8, u32)>) {
            let mut sorted = values.clone();
            sorted.sort_by_key(|(key, _)| key / 16);
            values.order_by_key(|(key, _)| key / 16);
            proptest::prop_assert_eq!(&values, &sorted);
            sorted.sort();
            values.order();
            proptest::prop_assert_eq!(&values, &sorted);
            sorted.sort_by(|a, b| b.cmp(a));
            values.order_by(|a, b| b.cmp(a));
            proptest::prop_assert_eq!(&values, &sorted);
        }
    }
}
