//! Rules of one value: its kinds, its values, its limits and its words.

use super::super::flatten::FlatSchema;
use super::super::tree::{Tree, TreeKind};
use super::compare::{change, wider};
use super::limits::LIMITS;
use super::values::{told, types, values};
use super::{Judgement, SchemaChange};
use crate::domain::Untrusted;

/// Characters of a value in a sentence.
const MAX_SHOWN: usize = 40;

/// Keywords that say something to people.
const WORDS: [(&str, &str); 7] = [
    ("description", "description"),
    ("title", "title"),
    ("examples", "examples"),
    ("example", "example"),
    ("deprecated", "mark “deprecated”"),
    ("readOnly", "mark “read-only”"),
    ("writeOnly", "mark “write-only”"),
];

pub(super) fn kinds(
    old: &FlatSchema<'_, '_>,
    new: &FlatSchema<'_, '_>,
    path: &str,
    is_root: bool,
    changes: &mut Vec<SchemaChange>,
) {
    let (before, now) = (types(old, is_root), types(new, is_root));
    if before == now {
        if old.nullable && !new.nullable && values(new).is_some() {
            changes.push(change(path, "Null is no longer accepted.", Judgement::MayBreak));
        }
        return;
    }
    let sentence = format!("The type changed from {} to {}.", told(&before), told(&now));
    match before.iter().all(|kind| now.contains(kind)) {
        true => changes.push(wider(path, &sentence)),
        false => changes.push(change(path, &sentence, Judgement::Breaks)),
    }
}

pub(super) fn enumerated(
    old: &FlatSchema<'_, '_>,
    new: &FlatSchema<'_, '_>,
    path: &str,
    changes: &mut Vec<SchemaChange>,
) {
    match (values(old), values(new)) {
        (None, None) => {}
        (Some(_), None) => changes.push(wider(path, "Values beyond the listed ones are accepted.")),
        (None, Some(now)) => {
            let told = list(&now);
            changes.push(change(path, &format!("Only listed values are accepted now: {told}."), Judgement::Breaks));
        }
        (Some(before), Some(now)) => {
            let gone: Vec<_> =
                before.iter().filter(|value| !now.iter().any(|n| n.equals(value.raw))).copied().collect();
            let added: Vec<_> =
                now.iter().filter(|value| !before.iter().any(|b| b.equals(value.raw))).copied().collect();
            if !gone.is_empty() {
                let sentence = format!("No longer accepted: {}.", list(&gone));
                changes.push(change(path, &sentence, Judgement::Breaks));
            }
            if !added.is_empty() {
                changes.push(wider(path, &format!("Accepted now: {}.", list(&added))));
            }
        }
    }
}

pub(super) fn limits(old: &FlatSchema<'_, '_>, new: &FlatSchema<'_, '_>, path: &str, changes: &mut Vec<SchemaChange>) {
    for limit in &LIMITS {
        let (before, now) = (limit.bound(old), limit.bound(new));
        let words = limit.words;
        match (before, now) {
            (None, None) => {}
            (Some(_), None) => changes.push(wider(path, &format!("{words} is no longer limited."))),
            (None, Some(now)) => {
                let sentence = format!("{words} is limited now: {}.", limit.told(now));
                changes.push(change(path, &sentence, Judgement::MayBreak));
            }
            (Some(before), Some(now)) if before != now => {
                let sentence = format!("{words} changed from {} to {}.", limit.told(before), limit.told(now));
                match limit.is_tighter(now, before) {
                    true => changes.push(change(path, &sentence, Judgement::MayBreak)),
                    false => changes.push(wider(path, &sentence)),
                }
            }
            _ => {}
        }
    }
}

pub(super) fn words(old: &FlatSchema<'_, '_>, new: &FlatSchema<'_, '_>, path: &str, changes: &mut Vec<SchemaChange>) {
    let differs = |keyword: &str| match (old.get(keyword), new.get(keyword)) {
        (None, None) => false,
        (Some(old), Some(new)) => !old.equals(new.raw),
        _ => true,
    };
    if differs("default") {
        let sentence = match new.get("default") {
            Some(value) => format!("The default is {} now.", shown(value)),
            None => "It has no default any more.".into(),
        };
        changes.push(change(path, &sentence, Judgement::MayBreak));
    }
    let named: Vec<_> = WORDS.iter().filter(|(keyword, _)| differs(keyword)).map(|(_, name)| *name).collect();
    if !named.is_empty() {
        changes.push(change(path, &format!("The {} changed.", named.join(" and the ")), Judgement::Harmless));
    }
}

/// Values in a sentence.
pub(super) fn list(values: &[&Tree<'_>]) -> String {
    const MOST: usize = 5;
    let mut told: Vec<_> = values.iter().take(MOST).map(|value| shown(value)).collect();
    if values.len() > MOST {
        told.push(format!("and {} more", values.len() - MOST));
    }
    told.join(", ")
}

/// A value, shortened and safe to show.
pub(super) fn shown(value: &Tree<'_>) -> String {
    let text = match &value.shape {
        TreeKind::String(text) => text.clone(),
        _ => value.raw.to_owned(),
    };
    let mut short: String = text.chars().take(MAX_SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    Untrusted::from(short).to_string()
}
