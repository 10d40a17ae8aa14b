//! Pages of a connection: the nodes between two cursors. A cursor is the id of a node.

use serde_json::{Value, json};

use super::{input, unknown};
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::ProviderRefusal;

/// Nodes on a page when `first` is left out, and at most.
pub const PAGE: i64 = 50;
pub const LARGEST_PAGE: i64 = 250;

/// The page of `rows` that `first`, `after` and `before` ask for.
pub fn connection<T>(
    rows: &[T],
    id: impl Fn(&T) -> &str,
    render: impl Fn(&T) -> Value,
    arguments: &Arguments<'_>,
) -> Result<Value, ProviderRefusal> {
    let first = arguments.number("first")?.unwrap_or(PAGE);
    if !(1..=LARGEST_PAGE).contains(&first) {
        return Err(input(format!("Argument Validation Error - first must be between 1 and {LARGEST_PAGE}")));
    }
    let place = |name| {
        let find = |cursor| rows.iter().position(|row| id(row) == cursor).ok_or_else(|| unknown("Cursor"));
        arguments.text(name)?.map(find).transpose()
    };
    let size = usize::try_from(first).unwrap_or(usize::MAX);
    let (start, end) = match (place("after")?, place("before")?) {
        (Some(after), _) => (after + 1, (after + 1).saturating_add(size).min(rows.len())),
        (None, Some(before)) => (before.saturating_sub(size), before),
        (None, None) => (0, size.min(rows.len())),
    };
    let page = rows.get(start..end).unwrap_or_default();
    Ok(json!({
        "nodes": page.iter().map(render).collect::<Vec<_>>(),
        "pageInfo": {
            "hasNextPage": end < rows.len(),
            "hasPreviousPage": start > 0,
            "startCursor": page.first().map(&id),
            "endCursor": page.last().map(&id),
        },
    }))
}
