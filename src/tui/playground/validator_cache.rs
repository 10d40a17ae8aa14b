//! Inputs held against their schemas, off the thread that draws.

use std::collections::VecDeque;

use crate::domain::JsonText;
use crate::schema::{CompiledSchema, InputCheck, Validator};

/// Compiled schemas that are kept, the ones last used.
const KEPT: usize = 16;

/// An input to be held against a schema.
#[derive(Clone, Debug)]
pub struct Check {
    /// Schema of the tool's input.
    pub schema: JsonText,
    /// Input to check.
    pub input: JsonText,
}

/// Outcome of an edit: work that is left to do.
#[derive(Debug)]
#[must_use]
pub enum Review {
    /// The input is what it was.
    Unchanged,
    /// The input is another one, and nothing more is to be found out about it.
    Settled,
    /// The input is another one, and is to be checked elsewhere.
    Due(Check),
}

/// Schemas compiled lately, the last used in front.
#[derive(Debug, Default)]
pub(crate) struct Validators {
    kept: VecDeque<(JsonText, CompiledSchema)>,
}

impl Validators {
    /// Checks an input, compiling its schema if that was not done lately. Takes milliseconds at best.
    pub(crate) fn check(&mut self, check: &Check) -> InputCheck {
        let at = self.kept.iter().position(|(known, _)| *known == check.schema);
        let entry = at.and_then(|at| self.kept.remove(at));
        let entry = entry.unwrap_or_else(|| (check.schema.clone(), Validator::compile(&check.schema)));
        let findings = entry.1.check(&check.input);
        self.kept.truncate(KEPT - 1);
        self.kept.push_front(entry);
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(n: usize) -> JsonText {
        JsonText::parse(format!(r#"{{"minProperties":{n}}}"#)).unwrap()
    }

    #[test]
    fn the_schemas_last_used_are_kept() {
        let mut validators = Validators::default();
        let input = JsonText::empty_object();
        for n in (1..=KEPT).chain([1]).chain([KEPT + 1]) {
            let found = validators.check(&Check { schema: schema(n), input: input.clone() });
            assert_eq!(found.problems.len(), 1, "{n}");
        }
        let kept: Vec<_> = validators.kept.iter().map(|(schema, _)| schema.clone()).collect();
        let expected: Vec<_> = [KEPT + 1, 1].into_iter().chain((3..=KEPT).rev()).map(schema).collect();
        assert_eq!(kept, expected);
    }
}
