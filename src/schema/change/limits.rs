//! Limits of one place: the tightest that any part sets.

use super::super::flatten::FlatSchema;
use super::super::tree::Tree;

/// A limit, its flag of draft 4, and the words for it.
pub(super) struct Limit {
    keyword: &'static str,
    /// Keyword for the same limit with the value itself left out.
    exclusive: Option<&'static str>,
    is_lower: bool,
    pub(super) words: &'static str,
}

/// Every limit that a schema can set.
pub(super) const LIMITS: [Limit; 8] = [
    Limit { keyword: "minimum", exclusive: Some("exclusiveMinimum"), is_lower: true, words: "The smallest value" },
    Limit { keyword: "maximum", exclusive: Some("exclusiveMaximum"), is_lower: false, words: "The largest value" },
    Limit { keyword: "minLength", exclusive: None, is_lower: true, words: "The shortest text" },
    Limit { keyword: "maxLength", exclusive: None, is_lower: false, words: "The longest text" },
    Limit { keyword: "minItems", exclusive: None, is_lower: true, words: "The least number of items" },
    Limit { keyword: "maxItems", exclusive: None, is_lower: false, words: "The largest number of items" },
    Limit { keyword: "minProperties", exclusive: None, is_lower: true, words: "The least number of members" },
    Limit { keyword: "maxProperties", exclusive: None, is_lower: false, words: "The largest number of members" },
];

/// Value of a limit, and whether the value itself is beyond it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bound {
    value: f64,
    is_exclusive: bool,
}

impl Limit {
    /// The tightest bound of all parts.
    pub(super) fn bound(&self, flat: &FlatSchema<'_, '_>) -> Option<Bound> {
        let bounds = flat.parts().iter().flat_map(|part| self.bounds(part));
        bounds.reduce(|a, b| if self.is_tighter(b, a) { b } else { a })
    }

    fn bounds(&self, part: &Tree<'_>) -> impl Iterator<Item = Bound> {
        let exclusive = self.exclusive.and_then(|keyword| part.get(keyword));
        let flag = exclusive.and_then(Tree::bool) == Some(true);
        let inclusive = part.get(self.keyword).and_then(Tree::number);
        let beside = exclusive.and_then(Tree::number).map(|value| Bound { value, is_exclusive: true });
        inclusive.map(|value| Bound { value, is_exclusive: flag }).into_iter().chain(beside)
    }

    /// True if fewer values lie within `one` than within `other`.
    pub(super) fn is_tighter(&self, one: Bound, other: Bound) -> bool {
        if one.value == other.value {
            return one.is_exclusive && !other.is_exclusive;
        }
        (one.value > other.value) == self.is_lower
    }

    /// The bound in words.
    pub(super) fn told(&self, bound: Bound) -> String {
        match (bound.is_exclusive, self.is_lower) {
            (false, _) => bound.value.to_string(),
            (true, true) => format!("above {}", bound.value),
            (true, false) => format!("below {}", bound.value),
        }
    }
}
