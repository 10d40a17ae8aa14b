//! Values without what stood in the place of credentials, to be filled in again.

use std::collections::HashMap;

use crate::domain::{JsonText, Untrusted};
use crate::json::{Document, NodeId, NodeKind};

/// The places to be emptied, by the steps that lead there.
#[derive(Default)]
struct Steps {
    /// For each step, what is below it, by its number.
    below: HashMap<String, usize>,
    is_place: bool,
}

/// The value with empty texts where credentials were replaced.
pub fn blank_credentials(value: &JsonText, hidden: &[Untrusted]) -> JsonText {
    let (Ok(document), false) = (Document::index(value.clone()), hidden.is_empty()) else { return value.clone() };
    let steps = steps(hidden);
    let mut places = Vec::new();
    // Values on the way to a place, the next one last, each with what is below it.
    let mut open: Vec<(NodeId, usize)> = vec![(document.root(), 0)];
    while let Some((node, number)) = open.pop() {
        let Some(here) = steps.get(number) else { continue };
        if here.is_place {
            places.push((document.range(node), "\"\""));
            continue;
        }
        let inside = open.len();
        for (place, child) in document.children(node).enumerate() {
            let step = match document.kind(node) {
                NodeKind::Array => place.to_string(),
                _ => serde_json::from_slice(document.key(child).unwrap_or_default()).unwrap_or_default(),
            };
            open.extend(here.below.get(&step).map(|number| (child, *number)));
        }
        if let Some(inside) = open.get_mut(inside..) {
            inside.reverse();
        }
    }
    value.with(places)
}

fn steps(hidden: &[Untrusted]) -> Vec<Steps> {
    let mut all = vec![Steps::default()];
    for pointer in hidden {
        let mut at = 0;
        for step in pointer.raw().split('/').skip(1) {
            let new = all.len();
            let Some(here) = all.get_mut(at) else { break };
            at = *here.below.entry(step.replace("~1", "/").replace("~0", "~")).or_insert(new);
            if at == new {
                all.push(Steps::default());
            }
        }
        if let Some(here) = all.get_mut(at) {
            here.is_place = true;
        }
    }
    all
}
