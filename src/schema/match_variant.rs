//! Choice of the alternative that a value was made for.

use super::flatten::{Alternatives, FlatSchema};
use super::tree::Tree;
use crate::json::{Document, NodeId, NodeKind};

/// The alternative that a value looks most like; none where it looks like none of them.
pub(super) fn match_variant<'t, 'a>(
    root: &'t Tree<'a>,
    merged: &FlatSchema<'t, 'a>,
    value: &Document,
    node: NodeId,
) -> Option<usize> {
    let likeness = |variant: &&'t Tree<'a>| {
        let whole = FlatSchema::new(root, &[*variant], &merged.trail, Alternatives::List);
        likeness(root, &whole, value, node)
    };
    let scored = merged.variants.iter().map(likeness).enumerate();
    // Of those that fit alike, the first.
    let best = scored.filter_map(|(at, score)| Some((at, score?)));
    best.fold(None, |best: Option<(usize, u32)>, one| match best {
        Some(best) if best.1 >= one.1 => Some(best),
        _ => Some(one),
    })
    .map(|(at, _)| at)
}

/// Score of a schema for a value: the more of it the schema speaks of, the higher. None where the value
/// cannot be meant for it.
fn likeness<'t, 'a>(root: &'t Tree<'a>, merged: &FlatSchema<'t, 'a>, value: &Document, node: NodeId) -> Option<u32> {
    let kind = value.kind(node);
    let raw = value.raw(node);
    let types = merged.types();
    let word = match kind {
        NodeKind::Object => "object",
        NodeKind::Array => "array",
        NodeKind::String => "string",
        NodeKind::Bool => "boolean",
        NodeKind::Null => "null",
        NodeKind::Number
            if !types.contains(&"number") && !raw.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E')) =>
        {
            "integer"
        }
        NodeKind::Number => "number",
    };
    let implied = merged.implied_type().filter(|_| types.is_empty());
    if (!types.is_empty() && !types.contains(&word)) || implied.is_some_and(|implied| implied != word) {
        return None;
    }
    let mut score = u32::from(!types.is_empty() || implied.is_some());
    let same = |tree: &Tree<'_>| equals(tree, raw);
    if let Some(constant) = merged.get("const") {
        score += same(constant).then_some(8)?;
    }
    if let Some(values) = merged.get("enum") {
        score += values.items().iter().any(same).then_some(8)?;
    }
    if kind == NodeKind::Object {
        let properties = merged.properties();
        let required = merged.required();
        let mut there = Vec::new();
        for child in value.children(node) {
            let name = value.key(child).and_then(|key| serde_json::from_slice::<String>(key).ok()).unwrap_or_default();
            let schemas = properties.get(name.as_str());
            there.push(name);
            let Some(schemas) = schemas else { continue };
            score += 1;
            let member = FlatSchema::new(root, schemas, &merged.trail, Alternatives::List);
            // A member that must be one certain value tells alternatives apart.
            if let Some(constant) = member.get("const") {
                score += equals(constant, value.raw(child)).then_some(8)?;
            }
        }
        score += u32::from(!required.is_empty() && required.iter().all(|name| there.iter().any(|known| known == name)));
    }
    Some(score)
}

fn equals(tree: &Tree<'_>, raw: &[u8]) -> bool {
    std::str::from_utf8(raw).is_ok_and(|raw| tree.equals(raw))
}
