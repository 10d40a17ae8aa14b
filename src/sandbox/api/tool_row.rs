//! A tool in its wire form. Reference: section 8.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::nulls::Nulls;
use crate::sandbox::options::Unset;
use crate::sandbox::world::ToolRecord;

/// With `is_default` and an empty `metadata`, which the types we read with leave out, and with the
/// definition as it stands in the data.
pub struct ToolRow {
    pub tool: Arc<ToolRecord>,
    pub unset: Unset,
}

impl Serialize for ToolRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct ToolFields<'a> {
            id: String,
            provider: &'a str,
            definition: &'a serde_json::value::RawValue,
            metadata: Empty,
            tags: &'a [String],
            is_default: bool,
            #[serde(flatten)]
            nulls: Nulls,
        }
        let ToolRecord { number, provider, definition, tags, is_default, .. } = &*self.tool;
        let row = ToolFields {
            id: format!("tol_{number}"),
            provider,
            definition,
            metadata: Empty {},
            tags,
            is_default: *is_default,
            nulls: Nulls::new(self.unset, ["updated_at"].into_iter()),
        };
        row.serialize(serializer)
    }
}

#[derive(Serialize)]
struct Empty {}
