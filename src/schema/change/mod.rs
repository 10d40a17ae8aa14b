//! Differences of two versions of an input schema, each judged by what it does to calls that fitted before.
//!
//! Judged for inputs that name only what the old version names: a field that is new and optional is harmless,
//! although a value of another kind under that name may have been let through before. Whatever is not
//! understood is never called harmless.

mod compare;
mod limits;
mod rules;
#[cfg(test)]
mod tests;
mod values;

use std::fmt;

use strum::{IntoStaticStr, VariantArray};

use self::compare::Comparison;
use super::flatten::{Alternatives, FlatSchema, Trail};
use super::tree::Tree;
use crate::domain::{JsonText, Untrusted};

/// Effect of a change on calls that fitted the old version. Later ones are worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Judgement {
    /// Every call that fitted still fits.
    Harmless,
    /// Some calls may be refused, or do something else.
    MayBreak,
    /// Calls that fitted are refused.
    Breaks,
}

impl Judgement {
    /// Words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Harmless => "harmless",
            Self::MayBreak => "may break",
            Self::Breaks => "breaks calls",
        }
    }

    /// Stable name for programs.
    pub fn slug(self) -> &'static str {
        self.into()
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaChange {
    /// Field of the input: `filter.team[].id`; empty for the input as a whole.
    pub path: Untrusted,
    /// The difference in one sentence, safe to show.
    pub sentence: String,
    /// Effect on calls that fitted before.
    pub judgement: Judgement,
    /// True if more inputs fit than before, where it is harmless; false where only words differ.
    is_wider: bool,
}

impl fmt::Display for SchemaChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.is_empty() {
            true => f.write_str(&self.sentence),
            false => write!(f, "{}: {}", self.path, self.sentence),
        }
    }
}

/// Differences between two versions of a tool's input schema, the worst first, each place in the schema's order.
/// None for equal ones, however they are spaced. A missing schema accepts anything.
pub fn schema_changes(old: Option<&JsonText>, new: Option<&JsonText>) -> Vec<SchemaChange> {
    if old.map(JsonText::raw) == new.map(JsonText::raw) {
        return Vec::new();
    }
    let anything = JsonText::empty_object();
    let (old, new) = (old.unwrap_or(&anything), new.unwrap_or(&anything));
    let (Some(old_root), Some(new_root)) = (Tree::schema(old), Tree::schema(new)) else {
        return vec![unread()];
    };
    let mut comparison = Comparison::new(&old_root, &new_root);
    let flat = |root| FlatSchema::new(root, &[root], &Trail::new(), Alternatives::List);
    let mut changes = comparison.place(&flat(&old_root), &flat(&new_root), "");
    if comparison.is_exhausted() && changes.iter().all(|change| change.judgement < Judgement::MayBreak) {
        changes.push(unread());
    }
    // Stable: places stay in their order.
    changes.sort_by_key(|change| std::cmp::Reverse(change.judgement));
    changes.dedup();
    changes
}

/// Judgement of all changes together; none where there are none.
pub fn worst(changes: &[SchemaChange]) -> Option<Judgement> {
    changes.iter().map(|change| change.judgement).max()
}

fn unread() -> SchemaChange {
    SchemaChange {
        path: Untrusted::default(),
        sentence: "The schema changed, and is too large to be compared as a whole.".into(),
        judgement: Judgement::MayBreak,
        is_wider: false,
    }
}
