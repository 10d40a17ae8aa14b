//! The keys as they are in force: the action table's own, or others that a person has set.
//!
//! Key handling, footer, help, palette, detail and the key reference read this and nothing else, so
//! that a hint tells the truth whatever was set.

use crate::tui::input::action::Action;
use crate::tui::input::context::Context;
use crate::tui::input::key::Key;
use crate::tui::input::spec::Spec;

/// Keys and their actions. Has one row for each row of the action table, in its order.
#[derive(Clone, Debug)]
pub struct Keymap {
    rows: Vec<KeymapRow>,
}

#[derive(Clone, Debug)]
struct KeymapRow {
    spec: &'static Spec,
    keys: Vec<Key>,
    /// Keys as people write them.
    written: Vec<String>,
}

impl Keymap {
    /// The keys that these rows have by themselves.
    pub fn usual(rows: impl Iterator<Item = &'static Spec>) -> Self {
        Self::of(rows.map(|spec| (spec, spec.keys().collect())))
    }

    /// Keymap of these rows, which are all there are, with their keys.
    pub(crate) fn of(rows: impl Iterator<Item = (&'static Spec, Vec<Key>)>) -> Self {
        let row = |(spec, keys): (&'static Spec, Vec<Key>)| {
            let written = keys.iter().map(ToString::to_string).collect();
            KeymapRow { spec, keys, written }
        };
        Self { rows: rows.map(row).collect() }
    }

    /// Every row with its keys as people write them.
    pub fn rows(&self) -> impl Iterator<Item = (&'static Spec, &[String])> {
        self.rows.iter().map(|row| (row.spec, row.written.as_slice()))
    }

    /// Rows whose keys work in `context`, in table order.
    pub fn in_context(&self, context: Context) -> impl Iterator<Item = &'static Spec> {
        self.rows.iter().map(|row| row.spec).filter(move |spec| spec.contexts.contains(&context))
    }

    /// Rows that can be reached from `contexts`, innermost context first.
    pub fn reachable(&self, contexts: &[Context]) -> impl Iterator<Item = &'static Spec> {
        contexts.iter().flat_map(|context| self.in_context(*context))
    }

    /// One or two words for an action.
    pub fn hint(&self, action: Action) -> &'static str {
        self.rows.iter().map(|row| row.spec).find(|spec| spec.action == action).map_or("", |spec| spec.hint)
    }

    /// Actions that `key` names in any of `contexts`, in table order.
    pub fn bound(&self, contexts: &[Context], key: Key) -> impl Iterator<Item = &'static Spec> {
        let rows = self.rows.iter().filter(move |row| row.keys.contains(&key)).map(|row| row.spec);
        rows.filter(|spec| contexts.iter().any(|context| spec.contexts.contains(context)))
    }

    /// Rows of which this key, as people write it, works in any of `contexts`, in table order.
    pub fn claiming(&self, contexts: &[Context], written: &str) -> impl Iterator<Item = &'static Spec> {
        let rows = self.rows.iter().filter(move |row| row.written.iter().any(|key| key == written));
        let rows = rows.map(|row| row.spec);
        rows.filter(|spec| contexts.iter().any(|context| spec.contexts.contains(context)))
    }

    /// The keys of a row as people write them, the first one shown in hints; none if it is unbound.
    pub fn written(&self, spec: &Spec) -> &[String] {
        self.rows.iter().find(|row| row.spec.name == spec.name).map_or(&[], |row| row.written.as_slice())
    }

    /// The key that hints show for a row; empty if it has none.
    pub fn shown(&self, spec: &Spec) -> &str {
        self.written(spec).first().map_or("", String::as_str)
    }

    /// The key that does `action` in one of `contexts`, innermost first, else where it is at home;
    /// empty if no key does.
    pub fn key_for(&self, action: Action, contexts: &[Context]) -> &str {
        let bound = || self.rows.iter().filter(|row| row.spec.action == action && !row.keys.is_empty());
        let here = contexts.iter().find_map(|context| bound().find(|row| row.spec.contexts.contains(context)));
        here.or_else(|| bound().next()).and_then(|row| row.written.first()).map_or("", String::as_str)
    }
}
