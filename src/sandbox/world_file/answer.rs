//! Answers of a tool: when each is given, and what it is.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Map, Value};

use super::collections::CollectionEntry;
use super::error_answer::ErrorAnswer;
use super::fields::{Fields, unknown};
use super::mistakes::Mistakes;
use super::template::Template;
use super::template_reader::{Standing, TemplateReader};
use crate::domain::nearest_name;

/// Longest delay of an answer.
const LONGEST_DELAY: SignedDuration = SignedDuration::from_mins(10);

/// Calls after which an answer may be used up, at most.
const MOST_TIMES: u64 = 1_000_000;

/// What is done with a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Create,
    List,
    Get,
    Update,
    Delete,
}

const VERBS: [(&str, Verb); 5] = [
    ("create", Verb::Create),
    ("list", Verb::List),
    ("get", Verb::Get),
    ("update", Verb::Update),
    ("delete", Verb::Delete),
];

/// One answer of a list, of which the first that fits is given.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Identifiers that it is for; everybody's where none are named.
    identifiers: Option<Vec<String>>,
    /// Part of the input that must be there.
    when: Option<Value>,
    /// Calls that it answers, before it is used up.
    pub times: Option<u64>,
    pub delay: Duration,
    pub reply: Reply,
    /// HTTP status of a success over the proxy.
    pub status: Option<u16>,
}

/// What an answer is.
#[derive(Clone, Debug)]
pub enum Reply {
    Result(Template),
    Error(ErrorAnswer),
    Collection(CollectionReply),
}

/// Something done with a collection, and the result.
#[derive(Clone, Debug)]
pub struct CollectionReply {
    pub collection: String,
    pub verb: Verb,
    /// Member of the input that holds the id.
    pub key: String,
    /// Members of a new or changed item; those of the input where none are named.
    pub item: Option<Template>,
    /// Members of the input that items must have too.
    pub filter: Vec<String>,
    /// The item, or all of them, where none is named.
    pub result: Option<Template>,
}

/// What answers may speak of.
pub struct AnswerScope<'s> {
    pub collections: &'s BTreeMap<String, CollectionEntry>,
    /// Members of the input by its schema; none where that is not known.
    pub input: Option<&'s [&'s str]>,
    /// Over the proxy a result may have a status.
    pub is_rest: bool,
    pub mistakes: &'s Mistakes,
}

impl Answer {
    /// Whether it is meant for this call.
    pub fn fits(&self, identifier: &str, input: &Map<String, Value>) -> bool {
        let is_theirs = self.identifiers.as_ref().is_none_or(|all| all.iter().any(|known| known == identifier));
        is_theirs && self.when.as_ref().is_none_or(|when| holds_object(input, when))
    }

    /// Reads one answer.
    pub fn read(fields: Fields<'_>, scope: &AnswerScope<'_>) -> Option<Self> {
        let identifiers = fields.texts("as").map(|all| all.into_iter().map(str::to_owned).collect());
        let when = fields.object("when");
        for name in when.into_iter().flat_map(Map::keys) {
            scope.check_input(&fields, "when", name);
        }
        let times = fields.count("times", MOST_TIMES);
        let delay = fields.duration("delay").unwrap_or_default();
        if delay.is_negative() || delay > LONGEST_DELAY {
            fields.tell("delay", "“delay” is at most 10m.");
        }
        let status = match scope.is_rest {
            true => fields.count("status", 299).and_then(|status| u16::try_from(status).ok()),
            false => None,
        };
        if status.is_some_and(|status| status < 200) {
            fields.tell("status", "“status” of a result is 200 to 299; a failure is an “error”.");
        }
        let reply = reply(&fields, scope);
        fields.end();
        Some(Self {
            identifiers,
            when: when.cloned().map(Value::Object),
            times,
            delay: Duration::try_from(delay).unwrap_or_default(),
            reply: reply?,
            status,
        })
    }
}

impl AnswerScope<'_> {
    /// Tells where a name is none of the input's.
    fn check_input(&self, fields: &Fields<'_>, key: &str, name: &str) {
        let Some(known) = self.input else { return };
        if !known.contains(&name) {
            let meant = nearest_name(name, known.iter().copied());
            fields.tell(key, unknown(&format!("The input schema has no “{name}”"), meant, known));
        }
    }

    fn templates(&self, standing: Standing) -> TemplateReader<'_> {
        TemplateReader { standing, input: self.input, mistakes: self.mistakes }
    }
}

fn reply(fields: &Fields<'_>, scope: &AnswerScope<'_>) -> Option<Reply> {
    let named: Vec<_> = VERBS.into_iter().filter(|(word, _)| fields.has(word)).collect();
    let has_error = fields.has("error");
    let place = fields.place();
    match (named.as_slice(), has_error, fields.has("result")) {
        ([], true, false) => {
            let error = fields.fields("error")?;
            ErrorAnswer::read(error, &scope.templates(Standing::Plain)).map(Reply::Error)
        }
        ([], false, true) => {
            let result = fields.json("result")?;
            let fits = result.is_object() || result.is_array() || result.is_null() || is_slot(&result);
            if !(fits || scope.is_rest) {
                fields.tell("result", "The result of a tool is a table or a list.");
            }
            Some(Reply::Result(scope.templates(Standing::Plain).read(&result, &place.key("result"))))
        }
        ([(word, verb)], false, _) => collection(fields, scope, word, *verb).map(Reply::Collection),
        _ => {
            let words: Vec<_> = VERBS.iter().map(|(word, _)| *word).collect();
            let sentence = format!(
                "An answer is one of: “result”, “error”, or “{}” with the name of a collection.",
                words.join("”, “")
            );
            fields.tell_here(sentence);
            None
        }
    }
}

/// Whether a value is a placeholder, which may stand for a table.
fn is_slot(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with("{{"))
}

fn collection(fields: &Fields<'_>, scope: &AnswerScope<'_>, word: &'static str, verb: Verb) -> Option<CollectionReply> {
    let name = fields.text(word)?;
    let entry = scope.collections.get(name);
    if entry.is_none() {
        let known: Vec<_> = scope.collections.keys().map(String::as_str).collect();
        let meant = nearest_name(name, known.iter().copied());
        fields.tell(word, unknown(&format!("There is no collection “{name}”"), meant, &known));
    }
    let place = fields.place();
    let mut key = entry.map(|entry| entry.id_field.clone()).unwrap_or_default();
    if matches!(verb, Verb::Get | Verb::Update | Verb::Delete) {
        if let Some(named) = fields.text("key") {
            key = named.to_owned();
        }
        scope.check_input(fields, if fields.has("key") { "key" } else { word }, &key);
    }
    let item = match verb {
        Verb::Create | Verb::Update => fields.object("item").map(|members| {
            let standing = if verb == Verb::Update { Standing::Item } else { Standing::Plain };
            scope.templates(standing).read(&Value::Object(members.clone()), &place.key("item"))
        }),
        _ => None,
    };
    let mut filter = Vec::new();
    if verb == Verb::List {
        for name in fields.texts("filter").unwrap_or_default() {
            scope.check_input(fields, "filter", name);
            filter.push(name.to_owned());
        }
    }
    let standing = if verb == Verb::List { Standing::Items } else { Standing::Item };
    let result = fields.json("result").map(|result| scope.templates(standing).read(&result, &place.key("result")));
    Some(CollectionReply { collection: name.to_owned(), verb, key, item, filter, result })
}

/// Whether everything expected stands in a value: members of objects by name, all else as a whole. Null stands for
/// what is not there, too.
pub fn holds(value: &Value, expected: &Value) -> bool {
    match (value, expected) {
        (Value::Object(members), Value::Object(_)) => holds_object(members, expected),
        (Value::Array(items), Value::Array(wanted)) => {
            items.len() == wanted.len() && items.iter().zip(wanted).all(|(item, wanted)| holds(item, wanted))
        }
        // 1 and 1.0 are one number: those on this wire go through a double.
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        _ => value == expected,
    }
}

fn holds_object(members: &Map<String, Value>, expected: &Value) -> bool {
    let mut wanted = expected.as_object().into_iter().flatten();
    wanted.all(|(key, wanted)| match members.get(key) {
        Some(value) => holds(value, wanted),
        None => wanted.is_null(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_part_of_the_input_is_enough() {
        let input = json!({"title": "a", "n": 1.0, "labels": ["x", "y"], "inner": {"a": 1, "b": null}});
        for part in [
            json!({}),
            json!({"title": "a"}),
            json!({"n": 1, "inner": {"a": 1}}),
            json!({"labels": ["x", "y"], "gone": null, "inner": {"b": null, "c": null}}),
        ] {
            assert!(holds(&input, &part), "{part}");
        }
        for other in [
            json!({"title": "b"}),
            json!({"gone": 1}),
            json!({"labels": ["x"]}),
            json!({"inner": {"a": "1"}}),
            json!({"title": null}),
        ] {
            assert!(!holds(&input, &other), "{other}");
        }
    }
}
