//! Filter over tools: words that are looked for in names and descriptions, and terms such as `effect:reads`.

use crate::domain::{ToolEffect, Untrusted, human_order};
use crate::filter::{self, Completions, ParsedFilter};
use crate::order::StableOrder as _;

/// Part of a tool that a term looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ToolField {
    Effect,
    Tool,
    Connection,
    Provider,
}

/// Names of the terms; the first name of a field is the one that is offered.
const NAMES: [(&str, ToolField); 6] = [
    ("effect", ToolField::Effect),
    ("tool", ToolField::Tool),
    ("connection", ToolField::Connection),
    ("provider", ToolField::Provider),
    ("connector", ToolField::Connection),
    ("on", ToolField::Connection),
];

/// Number of values of one kind that are offered at most while somebody types.
const OFFERED: usize = 200;

/// A filter, read. Terms of one kind widen each other, everything else narrows. `reads`, `writes`, `destroys` and
/// `unknown` alone mean effects as well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolFilter {
    /// Words, joined by spaces.
    pub words: String,
    /// Effects, of which a tool has one.
    pub effects: Vec<ToolEffect>,
    /// Parts of names in small letters, of which a tool's holds one.
    pub names: Vec<String>,
    /// Parts of the names of connections, in small letters.
    pub connections: Vec<String>,
    /// Parts of the names of providers, in small letters.
    pub providers: Vec<String>,
    /// Mistake in it, in words.
    pub slip: Option<String>,
}

impl ToolFilter {
    /// Reads a filter as it is typed.
    pub fn parse(text: &str) -> Self {
        let ParsedFilter { terms, words, unknown } = filter::parse(text, &NAMES);
        let mut wanted = Self { slip: unknown.map(|unknown| unknown.to_string()), ..Self::default() };
        for (field, value) in terms {
            // A term without a value is one that somebody is still typing.
            if value.is_empty() {
                continue;
            }
            match field {
                ToolField::Effect => match effects(&value) {
                    found if found.is_empty() => {
                        let words = ToolEffect::ALL.map(ToolEffect::word).join(", ");
                        let shown = Untrusted::from(value.as_str());
                        wanted.slip.get_or_insert(format!("Unknown effect “{shown}”. There are {words}."));
                    }
                    found => wanted.effects.extend(found),
                },
                ToolField::Tool => wanted.names.push(value.to_lowercase()),
                ToolField::Connection => wanted.connections.push(value.to_lowercase()),
                ToolField::Provider => wanted.providers.push(value.to_lowercase()),
            }
        }
        let (alone, words): (Vec<_>, Vec<_>) = words.into_iter().partition(|word| word.parse::<ToolEffect>().is_ok());
        wanted.effects.extend(alone.iter().filter_map(|word| word.parse::<ToolEffect>().ok()));
        wanted.words = words.join(" ");
        wanted
    }

    /// Whether it looks for nothing but words.
    pub fn has_no_terms(&self) -> bool {
        let Self { words: _, effects, names, connections, providers, slip: _ } = self;
        effects.is_empty() && names.is_empty() && connections.is_empty() && providers.is_empty()
    }
}

/// Names that a filter may hold in its terms.
#[derive(Debug, Default)]
pub struct ToolFilterNames<'a> {
    /// Names of the tools.
    pub tools: Vec<&'a str>,
    /// Names of the connections that they stand on.
    pub connections: Vec<&'a str>,
    /// Names of their providers.
    pub providers: Vec<&'a str>,
}

/// Ways to go on with a filter over tools; `names` is asked only where names are offered.
pub fn completions<'a>(text: &str, names: impl FnOnce() -> ToolFilterNames<'a>) -> Completions {
    filter::complete(text, &NAMES, |field, typed| {
        let chosen = match field {
            ToolField::Effect => return ToolEffect::ALL.map(|effect| effect.word().to_owned()).to_vec(),
            ToolField::Tool => names().tools,
            ToolField::Connection => names().connections,
            ToolField::Provider => names().providers,
        };
        let holding = chosen.into_iter().filter(|name| name.to_lowercase().contains(typed));
        let mut holding: Vec<&str> = holding.take(OFFERED).collect();
        holding.order_by(|a, b| human_order(a, b));
        holding.dedup();
        holding.into_iter().map(|name| Untrusted::from(name).to_string()).collect()
    })
}

/// The effects of which the word begins with `value`.
fn effects(value: &str) -> Vec<ToolEffect> {
    let value = value.to_lowercase();
    ToolEffect::ALL.into_iter().filter(|effect| effect.word().starts_with(&value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_words_and_terms() {
        let wanted = ToolFilter::parse(" writes issue  destroys get");
        assert_eq!(wanted.words, "issue get");
        assert_eq!(wanted.effects, [ToolEffect::Writes, ToolEffect::Destroys]);
        assert_eq!(ToolFilter::parse("write").words, "write");
        let wanted = ToolFilter::parse("effect:wr provider:LINEAR on:lin tool:issue title effect:");
        assert_eq!((wanted.effects, wanted.names), (vec![ToolEffect::Writes], vec!["issue".to_owned()]));
        assert_eq!((wanted.providers, wanted.connections), (vec!["linear".to_owned()], vec!["lin".to_owned()]));
        assert_eq!((wanted.words.as_str(), wanted.slip), ("title", None));
    }

    #[test]
    fn slips_are_told() {
        let told = |text: &str| ToolFilter::parse(text).slip.unwrap_or_default();
        assert_eq!(told("effect:reed"), "Unknown effect “reed”. There are reads, writes, destroys, unknown.");
        assert_eq!(told("efect:reads"), "There is no efect: filter. Did you mean effect:?");
        assert_eq!(told("effect:"), "");
    }

    #[test]
    fn names_are_offered() {
        let names = || ToolFilterNames { tools: vec!["b_issue", "a_issue", "x"], ..ToolFilterNames::default() };
        let offered = |text: &str| -> Vec<String> { completions(text, names).words().map(str::to_owned).collect() };
        assert_eq!(offered(""), ["effect:", "tool:", "connection:", "provider:"]);
        assert_eq!(offered("tool:iss"), ["a_issue", "b_issue"]);
        assert_eq!(offered("effect:d"), ["destroys", "reads"]);
    }
}
