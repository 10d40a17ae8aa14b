//! Keymap from the keys that a person has set, with the problems of those that are not in force.
//!
//! Nothing that is set wrongly is in force by half: a row that is told about here keeps the keys of
//! the action table.

use crate::domain::{Untrusted, nearest_name};
use crate::order::StableOrder as _;
use crate::settings::{Rebinding, SettingsProblem};
use crate::tui::input::action::Action;
use crate::tui::input::context::Context;
use crate::tui::input::key::Key;
use crate::tui::input::keymap::Keymap;
use crate::tui::input::spec::Spec;

/// Actions that keep a key wherever they are possible: whoever cannot go back or leave is caught.
const NEEDED: [(Action, &str); 3] = [(Action::Quit, "quit"), (Action::Back, "go back"), (Action::No, "say no")];

/// The keys of `rows` in force once `wanted` was applied, and everything that was not, in the order of its lines.
pub fn remap(rows: impl Iterator<Item = &'static Spec>, wanted: &[Rebinding]) -> (Keymap, Vec<SettingsProblem>) {
    let mut plan = Plan { rows: rows.map(RebindRow::usual).collect(), problems: Vec::new() };
    for rebinding in wanted {
        plan.set(rebinding);
    }
    // A row that gets its usual keys back may claim one that another was given.
    while plan.give_back_claimed() || plan.give_back_needed() {}
    plan.problems.order_by_key(|problem| problem.line);
    (Keymap::of(plan.rows.into_iter().map(|row| (row.spec, row.keys))), plan.problems)
}

struct Plan {
    rows: Vec<RebindRow>,
    problems: Vec<SettingsProblem>,
}

struct RebindRow {
    spec: &'static Spec,
    keys: Vec<Key>,
    /// The line that changed it.
    line: Option<usize>,
}

impl RebindRow {
    fn usual(spec: &'static Spec) -> Self {
        Self { spec, keys: spec.keys().collect(), line: None }
    }

    /// Takes the usual keys; tells which line counts no more.
    fn give_back(&mut self) -> Option<usize> {
        let line = self.line;
        *self = Self::usual(self.spec);
        line
    }
}

impl Plan {
    fn problem(&mut self, line: usize, sentence: String) {
        self.problems.push(SettingsProblem { line: Some(line), sentence });
    }

    fn set(&mut self, rebinding: &Rebinding) {
        let line = rebinding.line;
        let Some(row) = self.rows.iter_mut().find(|row| row.spec.name == rebinding.name) else {
            let meant = nearest_name(&rebinding.name, self.rows.iter().map(|row| row.spec.name));
            let meant = meant.map(|name| format!(" Is “{name}” meant?")).unwrap_or_default();
            let name = Untrusted::from(rebinding.name.as_str());
            return self.problem(line, format!("There is no action “{name}”.{meant}"));
        };
        let name = row.spec.name;
        let mut keys = Vec::new();
        for text in &rebinding.keys {
            let key = match text.parse::<Key>() {
                Ok(key) => key,
                Err(why) => {
                    let text = Untrusted::from(text.as_str());
                    return self
                        .problem(line, format!("“{text}” is not a key: {why}. “{name}” keeps its default keys."));
                }
            };
            if let Some(context) = typing(row.spec).filter(|_| key.types()) {
                let place = context.title().to_lowercase();
                let sentence = format!(
                    "“{name}” works where text is typed ({place}), and {key} is text there. It keeps its default keys."
                );
                return self.problem(line, sentence);
            }
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        (row.keys, row.line) = (keys, Some(line));
    }

    /// Finds two rows that claim one key in one place although they do not do so by themselves.
    /// Whichever was changed gets its usual keys back.
    fn give_back_claimed(&mut self) -> bool {
        let found = self.rows.iter().enumerate().find_map(|(at, row)| {
            let others = self.rows.iter().enumerate().skip(at + 1);
            others.filter(|(_, other)| row.line.is_some() || other.line.is_some()).find_map(|(also, other)| {
                let key = row.keys.iter().find(|key| other.keys.contains(key))?;
                let context = meet(row.spec, other.spec).filter(|_| !share(row.spec, other.spec))?;
                Some((at, also, *key, context))
            })
        });
        let Some((at, also, key, context)) = found else { return false };
        let names: Vec<_> = [at, also].iter().filter_map(|at| self.rows.get(*at)).map(|row| row.spec.name).collect();
        for (at, other) in [at, also].into_iter().zip(names.iter().rev()) {
            let Some(row) = self.rows.get_mut(at) else { continue };
            let name = row.spec.name;
            if let Some(line) = row.give_back() {
                let place = context.title().to_lowercase();
                let sentence =
                    format!("{key} would be both “{name}” and “{other}” ({place}). “{name}” keeps its default keys.");
                self.problem(line, sentence);
            }
        }
        true
    }

    /// Finds a place that nothing leads out of any more, and gives what does its usual keys back.
    fn give_back_needed(&mut self) -> bool {
        let lacks = |(action, _): &(Action, &str)| {
            let rows = || self.rows.iter().filter(|row| row.spec.action == *action);
            rows().flat_map(|row| row.spec.contexts).copied().find(|context| {
                !rows().any(|row| !row.keys.is_empty() && row.spec.contexts.iter().any(|c| reaches(*c, *context)))
            })
        };
        let found = NEEDED.into_iter().find_map(|needed| Some((needed, lacks(&needed)?)));
        let Some(((action, what), context)) = found else { return false };
        for at in 0..self.rows.len() {
            let Some(row) = self.rows.get_mut(at).filter(|row| row.spec.action == action) else { continue };
            let name = row.spec.name;
            if let Some(line) = row.give_back() {
                let place = context.title().to_lowercase();
                let sentence = format!("No key would {what} ({place}). “{name}” keeps its default keys.");
                self.problem(line, sentence);
            }
        }
        true
    }
}

/// Context in which text is typed while this row's keys are looked up, if there is one.
fn typing(spec: &Spec) -> Option<Context> {
    spec.contexts.iter().copied().find(|context| context.types() || *context == Context::Everywhere)
}

/// Whether two rows share a key by themselves: then which of them applies never is in doubt.
fn share(a: &Spec, b: &Spec) -> bool {
    a.action == b.action || (meet(a, b).is_some() && a.keys().any(|key| b.keys().any(|other| other == key)))
}

/// A place where the keys of both rows are looked up, the more particular of their two.
fn meet(a: &Spec, b: &Spec) -> Option<Context> {
    let pairs = a.contexts.iter().flat_map(|a| b.contexts.iter().map(move |b| (*a, *b)));
    pairs.into_iter().find_map(|(a, b)| match (reaches(a, b), reaches(b, a)) {
        (true, _) => Some(b),
        (_, true) => Some(a),
        _ => None,
    })
}

/// Whether keys of `outer` work while the keyboard is in `inner`.
fn reaches(outer: Context, inner: Context) -> bool {
    outer == inner || outer == Context::Everywhere || (outer == Context::Screen && inner.is_pane())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tui::shell::action_table::rows;

    type Lines<'a> = &'a [(&'a str, &'a [&'a str])];

    fn wanted(lines: Lines<'_>) -> Vec<Rebinding> {
        let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
        let lines = lines.iter().enumerate();
        lines.map(|(at, (name, k))| Rebinding { name: (*name).to_owned(), keys: keys(k), line: at + 1 }).collect()
    }

    fn keys(keymap: &Keymap, name: &str) -> String {
        keymap.rows().find(|(spec, _)| spec.name == name).unwrap().1.join(" ")
    }

    /// Keymap after these lines, and the problems that were told.
    fn after(lines: Lines<'_>) -> (Keymap, Vec<String>) {
        let (keymap, problems) = remap(rows(), &wanted(lines));
        (keymap, problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn nothing_set_is_the_table() {
        let (keymap, problems) = remap(rows(), &[]);
        assert_eq!(problems, []);
        for (spec, written) in keymap.rows() {
            assert_eq!(written, spec.keys, "{}", spec.name);
        }
    }

    #[test]
    fn keys_are_moved_added_swapped_and_taken_away() {
        let (keymap, said) = after(&[
            ("authorize", &["t", "F6"]),
            ("browse-tools", &["a"]),
            ("mouse", &[]),
            ("refresh", &["ctrl-g", "Ctrl-G"]),
            ("quit", &[]),
        ]);
        assert_eq!(said, [""; 0]);
        assert_eq!(keys(&keymap, "authorize"), "t F6");
        assert_eq!(keys(&keymap, "browse-tools"), "a");
        assert_eq!(keys(&keymap, "refresh"), "Ctrl-G");
        assert_eq!((keys(&keymap, "mouse"), keys(&keymap, "quit")), (String::new(), String::new()));
        let contexts = [Context::Accounts, Context::Screen, Context::Everywhere];
        assert_eq!(keymap.key_for(Action::Quit, &contexts), "Ctrl-C", "another row still does it");
        assert_eq!(keymap.key_for(Action::ToggleMouse, &contexts), "");
    }

    #[test]
    fn what_cannot_be_done_is_told_and_the_usual_keys_stay() {
        let cases: [(Lines<'_>, &[&str]); 9] = [
            (&[("athorize", &["x"])], &["line 1: There is no action “athorize”. Is “authorize” meant?"]),
            (&[("zzz", &["x"])], &["line 1: There is no action “zzz”."]),
            (&[("authorize", &["Hyper-x"])], &["line 1: “Hyper-x” is not a key: no key has that name."]),
            (&[("run", &["x"])], &["line 1: “run” works where text is typed (input), and x is text there."]),
            (&[("mouse", &["x"])], &["line 1: “mouse” works where text is typed (everywhere), and x is text there."]),
            (&[("authorize", &["d"])], &["line 1: d would be both “authorize” and “disconnect” (accounts)."]),
            (&[("authorize", &["R"])], &["line 1: R would be both “authorize” and “refresh” (accounts)."]),
            (
                &[("authorize", &["x"]), ("refresh", &["x"])],
                &[
                    "line 1: x would be both “authorize” and “refresh” (accounts). “authorize” keeps",
                    "line 2: x would be both “refresh” and “authorize” (accounts). “refresh” keeps",
                ],
            ),
            (&[("quit-anywhere", &[])], &["line 1: No key would quit"]),
        ];
        for (lines, expected) in cases {
            let (keymap, said) = after(lines);
            assert_eq!(said.len(), expected.len(), "{lines:?}: {said:?}");
            for (said, expected) in said.iter().zip(expected) {
                assert!(said.contains(expected), "{lines:?}: {said}");
            }
            for (spec, written) in keymap.rows() {
                assert_eq!(written, spec.keys, "{lines:?}: {}", spec.name);
            }
        }
    }

    #[test]
    fn a_row_that_gets_its_keys_back_takes_them_from_whoever_was_given_them() {
        // “disconnect” cannot have R, so d is its own again, and not free for “authorize”.
        let (keymap, said) = after(&[("authorize", &["d"]), ("disconnect", &["R"])]);
        assert_eq!((keys(&keymap, "authorize"), keys(&keymap, "disconnect")), ("a".into(), "d".into()));
        assert_eq!(said.len(), 2, "{said:?}");
    }

    #[test]
    fn rows_that_share_a_key_by_themselves_may_share_another() {
        let (keymap, said) = after(&[("stop", &["F11"]), ("back", &["F11"]), ("stop-loading", &["F11"])]);
        assert_eq!(said, [""; 0]);
        assert_eq!(keys(&keymap, "back"), "F11");
    }

    #[test]
    fn one_key_may_do_different_things_in_different_places() {
        let (_, said) = after(&[("authorize", &["F11"]), ("try-tool", &["F11"]), ("renew-link", &["F11"])]);
        assert_eq!(said, [""; 0]);
    }

    fn any_rebindings() -> impl Strategy<Value = Vec<Rebinding>> {
        let keys = ["a", "d", "R", "t", "Esc", "Enter", "Ctrl-C", "F6", "Ctrl-G", "1", "nonsense"];
        let line = (0..rows().count(), prop::collection::vec(0..keys.len(), 0..3));
        prop::collection::vec(line, 0..12).prop_map(move |lines| {
            let mut seen = std::collections::HashSet::new();
            let lines = lines.into_iter().filter(|(at, _)| seen.insert(*at)).enumerate();
            let row = |(line, (at, which)): (usize, (usize, Vec<usize>))| Rebinding {
                name: rows().nth(at).unwrap().name.to_owned(),
                keys: which.into_iter().map(|at| keys[at].to_owned()).collect(),
                line: line + 1,
            };
            lines.map(row).collect()
        })
    }

    proptest! {
        /// Whatever is set: every line is either in force or told about, no key is claimed twice, no
        /// letter is taken from text, and there is always a way out.
        #[test]
        fn every_keymap_can_be_lived_with(wanted in any_rebindings()) {
            let (keymap, problems) = remap(rows(), &wanted);
            let rows: Vec<(&Spec, Vec<Key>)> = keymap
                .rows()
                .map(|(spec, written)| (spec, written.iter().map(|key| key.parse().unwrap()).collect()))
                .collect();
            for rebinding in &wanted {
                let told = problems.iter().any(|problem| problem.line == Some(rebinding.line));
                let (spec, written) = keymap.rows().find(|(spec, _)| spec.name == rebinding.name).unwrap();
                let mut expected: Vec<String> = rebinding.keys.clone();
                let mut seen = std::collections::HashSet::new();
                expected.retain(|key| seen.insert(key.clone()));
                if told {
                    prop_assert_eq!(written, spec.keys);
                } else {
                    prop_assert_eq!(written, &expected[..]);
                }
            }
            for (at, (a, a_keys)) in rows.iter().enumerate() {
                prop_assert!(typing(a).is_none() || a_keys.iter().all(|key| !key.types()), "{}", a.name);
                for (b, b_keys) in rows.iter().skip(at + 1) {
                    let clash = a_keys.iter().any(|key| b_keys.contains(key));
                    prop_assert!(!clash || meet(a, b).is_none() || share(a, b), "{} {}", a.name, b.name);
                }
            }
            prop_assert!(!keymap.key_for(Action::Quit, &[Context::Everywhere]).is_empty());
            for context in [Context::Filter, Context::Help, Context::Authorize, Context::Palette] {
                let leads_back = |(spec, keys): &(&Spec, Vec<Key>)| {
                    spec.action == Action::Back && spec.contexts.contains(&context) && !keys.is_empty()
                };
                prop_assert!(rows.iter().any(leads_back), "{:?}", context);
            }
        }
    }
}
