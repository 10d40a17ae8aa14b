//! Messages that were never set, written as `null` where that is switched on.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::sandbox::options::Unset;

/// Names to be written as `null`, flattened into a row.
#[derive(Default)]
pub struct Nulls(Vec<&'static str>);

impl Nulls {
    pub fn new(unset: Unset, names: impl Iterator<Item = &'static str>) -> Self {
        match unset {
            Unset::Absent => Self::default(),
            Unset::Null => Self(names.collect()),
        }
    }
}

impl Serialize for Nulls {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for name in &self.0 {
            map.serialize_entry(name, &())?;
        }
        map.end()
    }
}
