//! Comparison place by place.

use super::super::flatten::{Alternatives, FlatSchema};
use super::super::tree::{Tree, TreeKind};
use super::rules::{enumerated, kinds, limits, shown, words};
use super::{Judgement, SchemaChange, worst};

/// Pairs of places that are compared at most. Real schemas need some hundreds.
const MAX_PAIRS: usize = 4_000;

/// Places nested deeper are not looked at.
const MAX_DEPTH: usize = 40;

/// Alternatives of one place that are held against each other.
const MAX_VARIANTS: usize = 24;

/// Keywords that ask something by themselves: taking one away only lets more through.
const ALONE: [(&str, &str); 8] = [
    ("pattern", "pattern"),
    ("format", "format"),
    ("multipleOf", "step"),
    ("uniqueItems", "rule that items differ"),
    ("propertyNames", "rule for names"),
    ("not", "`not`"),
    ("dependentRequired", "rule for fields that need others"),
    ("dependentSchemas", "rule for fields that need others"),
];

/// Keywords that mean something only together with others.
const TOGETHER: [(&str, &str); 17] = [
    ("patternProperties", "rule for fields by pattern"),
    ("unevaluatedProperties", "rule for other fields"),
    ("unevaluatedItems", "rule for other items"),
    ("additionalItems", "rule for other items"),
    ("prefixItems", "list of first items"),
    ("contains", "`contains`"),
    ("minContains", "`minContains`"),
    ("maxContains", "`maxContains`"),
    ("if", "condition"),
    ("then", "condition"),
    ("else", "condition"),
    ("dependencies", "rule for fields that need others"),
    ("$schema", "draft of JSON Schema"),
    ("$id", "`$id`"),
    ("$anchor", "`$anchor`"),
    ("$dynamicRef", "`$dynamicRef`"),
    ("$recursiveRef", "`$recursiveRef`"),
];

/// Schema of members that have no name, or none of their own.
enum Others<'t, 'a> {
    Anything,
    Nothing,
    Schema(&'t Tree<'a>),
}

/// Two schemas on their way to a list of changes.
pub(super) struct Comparison<'t, 'a, 'b> {
    old: &'t Tree<'a>,
    new: &'t Tree<'b>,
    /// True if the definitions that references lead to differ.
    definitions_differ: bool,
    pairs: usize,
    exhausted: bool,
    /// Pairs on the way to here: one that comes again is compared already.
    way: Vec<(Vec<usize>, Vec<usize>)>,
}

impl<'t, 'a, 'b> Comparison<'t, 'a, 'b> {
    pub(super) fn new(old: &'t Tree<'a>, new: &'t Tree<'b>) -> Self {
        let differs = |keyword: &&str| match (old.get(keyword), new.get(keyword)) {
            (Some(old), Some(new)) => !old.equals(new.raw),
            (old, new) => old.is_some() != new.is_some(),
        };
        let definitions_differ = ["$defs", "definitions"].iter().any(differs);
        Self { old, new, definitions_differ, pairs: 0, exhausted: false, way: Vec::new() }
    }

    /// True if not everything was looked at.
    pub(super) fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    /// Changes at a place and everywhere inside it.
    pub(super) fn place(
        &mut self,
        old: &FlatSchema<'t, 'a>,
        new: &FlatSchema<'t, 'b>,
        path: &str,
    ) -> Vec<SchemaChange> {
        let pair = (places(old), places(new));
        if self.way.contains(&pair) {
            return Vec::new();
        }
        self.pairs += 1;
        if self.pairs > MAX_PAIRS || self.way.len() >= MAX_DEPTH {
            self.exhausted = true;
            return Vec::new();
        }
        self.way.push(pair);
        let changes = match (old.never, new.never) {
            (true, true) => Vec::new(),
            (false, true) => vec![change(path, "No value is accepted any more.", Judgement::Breaks)],
            (true, false) => vec![wider(path, "Values are accepted where none was before.")],
            (false, false) => self.alternatives(old, new, path),
        };
        self.way.pop();
        changes
    }

    /// The same for every alternative of the old version, each held against the new one that takes it best.
    fn alternatives(&mut self, old: &FlatSchema<'t, 'a>, new: &FlatSchema<'t, 'b>, path: &str) -> Vec<SchemaChange> {
        let plain = |flat: &FlatSchema<'_, '_>| flat.variants.is_empty() || !flat.constants().is_empty();
        if plain(old) && plain(new) {
            return self.alone(old, new, path);
        }
        let (Some(olds), Some(news)) = (wholes(self.old, old), wholes(self.new, new)) else {
            return self.raw_alternatives(old, new, path);
        };
        let mut changes = Vec::new();
        let mut taken = vec![false; news.len()];
        for (at, old) in olds.iter().enumerate() {
            // The one in the same place first: of equals it is the one that is meant.
            let order = std::iter::once(at).filter(|at| *at < news.len()).chain((0..news.len()).filter(|n| *n != at));
            let mut best: Option<(usize, Vec<SchemaChange>)> = None;
            for n in order {
                let Some(new) = news.get(n) else { continue };
                let found = self.alone(old, new, path);
                let is_better = best.as_ref().is_none_or(|(_, best)| weight(&found) < weight(best));
                let is_same = found.is_empty();
                if is_better {
                    best = Some((n, found));
                }
                if is_same {
                    break;
                }
            }
            let Some((n, found)) = best else { continue };
            if let Some(taken) = taken.get_mut(n) {
                *taken = true;
            }
            changes.extend(found);
        }
        if olds.len() > 1 || news.len() > 1 {
            let added = taken.iter().filter(|taken| !**taken).count();
            if added > 0 {
                let told = crate::domain::pluralize(added as u64, "alternative");
                changes.push(wider(path, &format!("Accepts {told} more.")));
            }
        }
        // Of `oneOf` exactly one may fit: what lets more through may make two fit.
        if new.parts().iter().any(|part| part.get("oneOf").is_some()) && news.len() > 1 {
            for change in changes.iter_mut().filter(|change| change.is_wider) {
                change.judgement = change.judgement.max(Judgement::MayBreak);
            }
        }
        changes
    }

    /// Alternatives that stand in several places, or in each other.
    fn raw_alternatives(
        &mut self,
        old: &FlatSchema<'t, 'a>,
        new: &FlatSchema<'t, 'b>,
        path: &str,
    ) -> Vec<SchemaChange> {
        let mut changes = self.alone(old, new, path);
        let same = ["anyOf", "oneOf"].into_iter().all(|keyword| self.same(&old.all(keyword), &new.all(keyword)));
        if !same {
            changes.push(change(path, "The alternatives changed.", Judgement::MayBreak));
        }
        changes
    }

    /// Changes of a place whose alternatives are settled.
    fn alone(&mut self, old: &FlatSchema<'t, 'a>, new: &FlatSchema<'t, 'b>, path: &str) -> Vec<SchemaChange> {
        let mut changes = Vec::new();
        if old.unresolved != new.unresolved || (new.unresolved && old.reference != new.reference) {
            changes.push(change(path, "It refers to something that is not in the schema.", Judgement::MayBreak));
        }
        kinds(old, new, path, self.way.len() == 1, &mut changes);
        self.unread(old, new, path, &mut changes);
        enumerated(old, new, path, &mut changes);
        limits(old, new, path, &mut changes);
        self.rules(old, new, path, &mut changes);
        self.members(old, new, path, &mut changes);
        self.items(old, new, path, &mut changes);
        words(old, new, path, &mut changes);
        changes
    }

    /// What is nested too deeply to be taken apart, compared as it stands.
    fn unread(&self, old: &FlatSchema<'t, 'a>, new: &FlatSchema<'t, 'b>, path: &str, changes: &mut Vec<SchemaChange>) {
        fn closed(part: &&Tree<'_>) -> bool {
            matches!(part.shape, TreeKind::Closed)
        }
        if (old.parts().iter().any(closed) || new.parts().iter().any(closed)) && !self.same(old.parts(), new.parts()) {
            changes.push(change(path, "It changed, and is nested too deeply to be compared.", Judgement::MayBreak));
        }
    }

    /// Keywords that are compared as they stand.
    fn rules(&self, old: &FlatSchema<'t, 'a>, new: &FlatSchema<'t, 'b>, path: &str, changes: &mut Vec<SchemaChange>) {
        for (keyword, name) in ALONE {
            let (before, now) = (old.all(keyword), new.all(keyword));
            if self.same(&before, &now) {
                continue;
            }
            let kept = |value: &&Tree<'b>| before.iter().any(|old| old.equals(value.raw) && !self.is_moved(old));
            match now.iter().all(kept) {
                true => changes.push(wider(path, &format!("The {name} is no longer asked for."))),
                false => {
                    let asked = now.iter().find(|value| !kept(value)).map(|value| shown(value)).unwrap_or_default();
                    let sentence = match before.is_empty() {
                        true => format!("A {name} is asked for now: {asked}."),
                        false => format!("The {name} changed to {asked}."),
                    };
                    changes.push(change(path, &sentence, Judgement::MayBreak));
                }
            }
        }
        for (keyword, name) in TOGETHER {
            if !self.same(&old.all(keyword), &new.all(keyword)) {
                changes.push(change(path, &format!("The {name} changed."), Judgement::MayBreak));
            }
        }
        // In a list, each item may have its own schema.
        let tuple = |flat: &FlatSchema<'_, '_>| flat.all("items").iter().any(|items| !items.items().is_empty());
        if (tuple(old) || tuple(new)) && !self.same(&old.all("items"), &new.all("items")) {
            changes.push(change(path, "The list of items changed.", Judgement::MayBreak));
        }
    }

    fn members(
        &mut self,
        old: &FlatSchema<'t, 'a>,
        new: &FlatSchema<'t, 'b>,
        path: &str,
        changes: &mut Vec<SchemaChange>,
    ) {
        let (before, now) = (old.properties(), new.properties());
        let (others_before, others_now) = (others(old), others(new));
        let (required_before, required_now) = (old.required(), new.required());
        for name in required_now.iter().filter(|name| !required_before.contains(*name)) {
            let is_new = !before.contains_key(name);
            let sentence = if is_new { "It is new, and required." } else { "It is required now." };
            changes.push(change(&inside(path, name), sentence, Judgement::Breaks));
        }
        for name in required_before.iter().filter(|name| !required_now.contains(*name)) {
            if now.contains_key(name) {
                changes.push(wider(&inside(path, name), "It is no longer required."));
            }
        }
        for (name, schemas) in &before {
            let path = inside(path, name);
            let old = self.flat_old(schemas, old);
            match (now.get(name), &others_now) {
                (Some(schemas), _) => {
                    let new = self.flat_new(schemas, new);
                    changes.extend(self.place(&old, &new, &path));
                }
                (None, _) if old.never => {}
                (None, Others::Nothing) => {
                    changes.push(change(&path, "It was removed, and is refused now.", Judgement::Breaks));
                }
                (None, _) => changes.push(change(&path, "It was removed.", Judgement::MayBreak)),
            }
        }
        for (name, schemas) in now.iter().filter(|(name, _)| !before.contains_key(*name)) {
            let at = inside(path, name);
            // To ask for a field names it, and a schema for all others is one for it: what fitted is known.
            let fitted: Option<&[&Tree<'a>]> = match &others_before {
                Others::Schema(schema) => Some(std::slice::from_ref(schema)),
                Others::Anything if required_before.contains(name) => Some(&[]),
                Others::Anything | Others::Nothing => None,
            };
            if let Some(fitted) = fitted {
                let (old, new) = (self.flat_old(fitted, old), self.flat_new(schemas, new));
                changes.extend(self.place(&old, &new, &at));
            }
            if !required_now.contains(name) {
                changes.push(change(&at, "It is new, and optional.", Judgement::Harmless));
            }
        }
        let at = inside(path, "*");
        match (&others_before, &others_now) {
            (Others::Schema(before), Others::Schema(now)) => {
                let (old, new) = (self.flat_old(&[before], old), self.flat_new(&[now], new));
                changes.extend(self.place(&old, &new, &at));
            }
            (Others::Anything, Others::Anything) | (Others::Nothing, Others::Nothing) => {}
            (_, Others::Anything) | (Others::Nothing, Others::Schema(_)) => {
                changes.push(wider(&at, "More fields than those that are named are accepted."));
            }
            (Others::Anything, Others::Nothing) => {
                changes.push(change(&at, "Fields that are not named are refused now.", Judgement::MayBreak));
            }
            (Others::Anything, Others::Schema(_)) => {
                changes.push(change(&at, "Fields that are not named must fit a schema now.", Judgement::MayBreak));
            }
            (Others::Schema(_), Others::Nothing) => {
                changes.push(change(&at, "Fields that are not named are refused now.", Judgement::Breaks));
            }
        }
        // Each part that closes an object knows only the names beside it.
        let closers = |flat: &FlatSchema<'_, '_>| flat.all("additionalProperties").len();
        let parts =
            |flat: &FlatSchema<'_, '_>| flat.parts().iter().filter(|part| part.get("properties").is_some()).count();
        let is_split = |closers: usize, parts: usize| closers > 1 || (closers == 1 && parts > 1);
        if is_split(closers(new), parts(new)) && !self.same(&old.all("properties"), &new.all("properties")) {
            changes.push(change(path, "The parts that close this object changed.", Judgement::MayBreak));
        }
    }

    fn items(
        &mut self,
        old: &FlatSchema<'t, 'a>,
        new: &FlatSchema<'t, 'b>,
        path: &str,
        changes: &mut Vec<SchemaChange>,
    ) {
        let one =
            |list: Vec<&'t Tree<'a>>| list.into_iter().filter(|items| items.items().is_empty()).collect::<Vec<_>>();
        let before = one(old.all("items"));
        let now: Vec<_> = new.all("items").into_iter().filter(|items| items.items().is_empty()).collect();
        match (before.is_empty(), now.is_empty()) {
            (true, true) => {}
            (false, true) => changes.push(wider(&format!("{path}[]"), "Any items are accepted.")),
            (_, false) => {
                let (old, new) = (self.flat_old(&before, old), self.flat_new(&now, new));
                changes.extend(self.place(&old, &new, &format!("{path}[]")));
            }
        }
    }

    fn flat_old(&self, schemas: &[&'t Tree<'a>], around: &FlatSchema<'t, 'a>) -> FlatSchema<'t, 'a> {
        FlatSchema::new(self.old, schemas, &around.trail, Alternatives::List)
    }

    fn flat_new(&self, schemas: &[&'t Tree<'b>], around: &FlatSchema<'t, 'b>) -> FlatSchema<'t, 'b> {
        FlatSchema::new(self.new, schemas, &around.trail, Alternatives::List)
    }

    /// True if both say the same, and what they refer to is the same.
    fn same(&self, old: &[&Tree<'_>], new: &[&Tree<'_>]) -> bool {
        old.len() == new.len() && old.iter().zip(new).all(|(old, new)| old.equals(new.raw) && !self.is_moved(old))
    }

    /// True if a keyword refers to definitions that changed.
    fn is_moved(&self, value: &Tree<'_>) -> bool {
        self.definitions_differ && value.raw.contains("Ref\"") | value.raw.contains("$ref")
    }
}

/// Parts of a place, to know it again; references alone are left out for what they lead to.
fn places(flat: &FlatSchema<'_, '_>) -> Vec<usize> {
    let is_reference = |part: &Tree<'_>| part.get("$ref").is_some() && part.members().count() == 1;
    let parts = flat.parts().iter().filter(|part| flat.unresolved || !is_reference(part));
    parts.map(|part| std::ptr::from_ref::<Tree<'_>>(part).addr()).collect()
}

/// Schema of each alternative together with what applies anyway; the place itself where there are none. None where
/// the alternatives stand in several places or in each other, or are too many.
fn wholes<'t, 'a>(root: &'t Tree<'a>, flat: &FlatSchema<'t, 'a>) -> Option<Vec<FlatSchema<'t, 'a>>> {
    let again = |schemas: &[&'t Tree<'a>]| FlatSchema::without_alternatives(root, schemas, &flat.trail);
    if flat.variants.is_empty() || !flat.constants().is_empty() {
        return Some(vec![FlatSchema::new(root, flat.parts(), &flat.trail, Alternatives::List)]);
    }
    let sources = flat.parts().iter().flat_map(|part| [part.get("anyOf"), part.get("oneOf")]).flatten();
    let real = sources.filter(|list| list.items().len() > 1).count();
    if real != 1 || flat.variants.len() > MAX_VARIANTS {
        return None;
    }
    let mut found = Vec::new();
    for variant in &flat.variants {
        let inner = FlatSchema::new(root, &[*variant], &flat.trail, Alternatives::List);
        if !inner.variants.is_empty() {
            return None;
        }
        let parts: Vec<_> = flat.parts().iter().copied().chain([*variant]).collect();
        found.push(again(&parts));
    }
    Some(found)
}

/// Order of lists of changes: the worst change decides, then their number.
fn weight(changes: &[SchemaChange]) -> (Option<Judgement>, usize) {
    (worst(changes), changes.len())
}

fn others<'t, 'a>(flat: &FlatSchema<'t, 'a>) -> Others<'t, 'a> {
    let all = flat.all("additionalProperties");
    if all.iter().any(|others| others.bool() == Some(false)) {
        return Others::Nothing;
    }
    let schema = all.into_iter().find(|others| others.members().next().is_some());
    schema.map_or(Others::Anything, Others::Schema)
}

/// Path of a member.
fn inside(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

pub(super) fn change(path: &str, sentence: &str, judgement: Judgement) -> SchemaChange {
    SchemaChange { path: path.into(), sentence: sentence.into(), judgement, is_wider: false }
}

pub(super) fn wider(path: &str, sentence: &str) -> SchemaChange {
    SchemaChange { is_wider: true, ..change(path, sentence, Judgement::Harmless) }
}
