//! Failures that an answer with a good status reports in its body.
//!
//! Reference: section 3.3, the end: results of MCP servers, of GraphQL and of APIs like Slack's come as
//! successes whatever they say. Only the answer itself and its `data` are looked at: what lies deeper is
//! what somebody asked for, be it a list of errors.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{Document, NodeId, NodeKind};
use crate::domain::{JsonText, Untrusted};

/// Characters of the reported words that are kept.
const MAX_WORDS: usize = 500;

/// Levels of an error that are looked through for its words.
const DEEPEST: usize = 3;

/// A failure that stands in an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportedFailure {
    /// Its own words, where it has any.
    pub words: Option<Untrusted>,
}

/// The failure that `answer` reports of itself; none where it reports none. Reads the text twice at
/// most, and keeps none of it.
pub fn reported_failure(answer: &JsonText) -> Option<ReportedFailure> {
    let top = AnswerLevel::read(answer.raw())?;
    let failure = top.failure(AnswerDepth::Top).or_else(|| AnswerLevel::read(top.data?)?.failure(AnswerDepth::Data));
    failure.map(reported)
}

/// The same of an answer that is indexed. Reads the names of its members and what they say of a failure.
pub fn reported_in(answer: &Document) -> Option<ReportedFailure> {
    let top = AnswerLevel::of_object(answer, answer.root())?;
    let data = || {
        let members = answer.children(answer.root());
        let data = members.filter(|member| name(answer, *member).is_some_and(|name| name == "data")).last()?;
        AnswerLevel::of_object(answer, data)?.failure(AnswerDepth::Data)
    };
    top.failure(AnswerDepth::Top).or_else(data).map(reported)
}

fn reported(words: Option<String>) -> ReportedFailure {
    ReportedFailure { words: words.filter(|words| !words.is_empty()).map(cut) }
}

/// Name of a member.
fn name(document: &Document, member: NodeId) -> Option<Cow<'_, str>> {
    serde_json::from_slice(document.key(member)?).ok().map(|MemberKey(name)| name)
}

fn cut(words: String) -> Untrusted {
    words.chars().take(MAX_WORDS).collect::<String>().into()
}

/// Place of an object that may report a failure.
#[derive(Clone, Copy, PartialEq)]
enum AnswerDepth {
    Top,
    Data,
}

/// Names of the members whose text tells.
const TELLING: [&str; 8] = ["errors", "error", "message", "content", "ok", "success", "isError", "is_error"];

/// The members of one object that tell. Of a key that stands twice, the last counts.
#[derive(Default)]
struct AnswerLevel<'a> {
    data: Option<&'a str>,
    errors: Option<&'a str>,
    error: Option<&'a str>,
    message: Option<&'a str>,
    content: Option<&'a str>,
    /// `ok` as Slack has it, or `success`.
    ok: Option<bool>,
    is_error: bool,
    /// It describes a thing: an error in it is that thing's.
    has_id: bool,
    is_json_rpc: bool,
    /// It has members that no GraphQL response has.
    has_others: bool,
}

impl<'a> AnswerLevel<'a> {
    /// None for anything but an object.
    fn read(json: &'a str) -> Option<Self> {
        json.trim_start().starts_with('{').then(|| serde_json::from_str(json).ok()).flatten()
    }

    /// The same of a value of a document.
    fn of_object(document: &'a Document, node: NodeId) -> Option<Self> {
        if document.kind(node) != NodeKind::Object {
            return None;
        }
        let mut level = Self::default();
        for member in document.children(node) {
            let name = name(document, member)?;
            // The others may be large, and their text says nothing here.
            let tells = TELLING.contains(&name.as_ref());
            let text = if tells { std::str::from_utf8(document.raw(member)).ok()? } else { "" };
            level.take(&name, text);
        }
        Some(level)
    }

    fn take(&mut self, key: &str, value: &'a str) {
        self.has_others |= !matches!(key, "data" | "errors" | "extensions");
        match key {
            "data" => self.data = Some(value),
            "errors" => self.errors = Some(value),
            "error" => self.error = Some(value),
            "message" => self.message = Some(value),
            "content" => self.content = Some(value),
            "ok" | "success" => self.ok = parsed(value),
            "isError" | "is_error" => self.is_error = value == "true",
            "id" => self.has_id = true,
            "jsonrpc" => self.is_json_rpc = true,
            _ => {}
        }
    }

    /// Message of the failure, if it reports one; the inner option is empty where it has no words.
    fn failure(&self, depth: AnswerDepth) -> Option<Option<String>> {
        if let Some(errors) = self.errors.filter(|_| self.is_graphql(depth)).and_then(messages) {
            return Some(errors.into_iter().next());
        }
        let error = self.error.filter(|error| is_something(error));
        let about_itself = self.is_json_rpc || !self.has_id;
        let failed = self.is_error || self.ok == Some(false) || (error.is_some() && about_itself && self.ok.is_none());
        let words = |said: Option<&str>| words(said?, DEEPEST);
        failed.then(|| words(error).or_else(|| words(self.message)).or_else(|| content(self.content?)))
    }

    /// By the specification a response has nothing beside `data`, `errors` and `extensions`. Inside of
    /// another answer it must be whole, since a field may be called `errors` too.
    fn is_graphql(&self, depth: AnswerDepth) -> bool {
        let is_whole = self.data.is_some() || depth == AnswerDepth::Top;
        is_whole && !self.has_others
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for AnswerLevel<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LevelVisitor;
        impl<'de> Visitor<'de> for LevelVisitor {
            type Value = AnswerLevel<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AnswerLevel<'de>, A::Error> {
                let mut level = AnswerLevel::default();
                while let Some(MemberKey(key)) = map.next_key()? {
                    level.take(&key, map.next_value::<&RawValue>()?.get());
                }
                Ok(level)
            }
        }
        deserializer.deserialize_map(LevelVisitor)
    }
}

/// A key, borrowed where it holds no escape.
struct MemberKey<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for MemberKey<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = MemberKey<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<MemberKey<'de>, E> {
                Ok(MemberKey(Cow::Borrowed(text)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<MemberKey<'de>, E> {
                Ok(MemberKey(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

fn parsed<T: DeserializeOwned>(raw: &str) -> Option<T> {
    serde_json::from_str(raw).ok()
}

/// True if a value says anything: null, false, numbers and empty values do not.
fn is_something(json: &str) -> bool {
    let inside = |open, close| json.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    match json.as_bytes().first() {
        Some(b'{') => inside('{', '}').is_some_and(|inside| !inside.trim().is_empty()),
        Some(b'[') => inside('[', ']').is_some_and(|inside| !inside.trim().is_empty()),
        Some(b'"') => json != "\"\"",
        _ => json == "true",
    }
}

/// The messages of GraphQL errors: a list of objects that all have one. None where it is no such list.
fn messages(raw: &str) -> Option<Vec<String>> {
    #[derive(Deserialize)]
    struct Error {
        message: String,
    }
    let errors: Vec<Error> = parsed(raw)?;
    (!errors.is_empty()).then(|| errors.into_iter().map(|error| error.message).collect())
}

/// A text, the message of an object, or the words of the first item of a list, so many levels down.
fn words(raw: &str, levels: usize) -> Option<String> {
    let levels = levels.checked_sub(1)?;
    #[derive(Deserialize)]
    struct Error<'a> {
        #[serde(borrow)]
        message: &'a RawValue,
    }
    match raw.as_bytes().first() {
        Some(b'"') => parsed(raw),
        Some(b'{') => words(serde_json::from_str::<Error<'_>>(raw).ok()?.message.get(), levels),
        Some(b'[') => words(serde_json::from_str::<Vec<&RawValue>>(raw).ok()?.first()?.get(), levels),
        _ => None,
    }
}

/// The first text in the content of an MCP result.
fn content(raw: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct ContentPart {
        #[serde(default)]
        text: Option<String>,
    }
    parsed::<Vec<ContentPart>>(raw)?.into_iter().find_map(|part| part.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Option<String> {
        let text = JsonText::parse(json.to_owned()).unwrap();
        let document = Document::index(text.clone()).unwrap();
        assert_eq!(reported_in(&document), reported_failure(&text), "{json}");
        Some(reported_failure(&text)?.words.map(|words| words.raw().to_owned()).unwrap_or_default())
    }

    #[test]
    fn a_failure_is_known_by_every_custom_there_is() {
        for (json, words) in [
            (r#"{"errors":[{"message":"Entity not found","path":["issue"]}],"data":null}"#, "Entity not found"),
            (r#"{"data":{"a":1},"errors":[{"message":"half of it"}],"extensions":{}}"#, "half of it"),
            (r#"{"errors":[{"message":"alone"}]}"#, "alone"),
            (r#"{"data":{"data":null,"errors":[{"message":"one deeper"}]}}"#, "one deeper"),
            (r#"{"ok":false,"error":"channel_not_found"}"#, "channel_not_found"),
            (r#"{"ok":false}"#, ""),
            (r#"{"data":{"ok":false,"error":"not_in_channel"}}"#, "not_in_channel"),
            (r#"{"success":false,"errors":[{"code":10000}],"message":"no route"}"#, "no route"),
            (r#"{"content":[{"type":"image"},{"type":"text","text":"no such file"}],"isError":true}"#, "no such file"),
            (r#"{"is_error":true,"message":"snake"}"#, "snake"),
            (r#"{"error":"it broke"}"#, "it broke"),
            (r#"{"error":{"code":1,"message":"it \u0062roke"}}"#, "it broke"),
            (r#"{"data":{"error":{"message":{"message":"nested"}}}}"#, "nested"),
            (r#"{"error":["first","second"]}"#, "first"),
            (r#"{"error":true,"message":"said beside"}"#, "said beside"),
            (r#"{"jsonrpc":"2.0","id":7,"error":{"code":-32601,"message":"Method not found"}}"#, "Method not found"),
            (r#"{"ok":true,"\u006fk":false}"#, ""),
        ] {
            assert_eq!(of(json).as_deref(), Some(words), "{json}");
        }
    }

    #[test]
    fn what_only_speaks_of_errors_is_no_failure() {
        for json in [
            "{}",
            "[]",
            "\"error\"",
            "17",
            r#"{"errors":[]}"#,
            r#"{"errors":null,"data":{}}"#,
            r#"{"errors":7}"#,
            r#"{"error":null}"#,
            r#"{"error":""}"#,
            r#"{"error":false}"#,
            r#"{"error":0}"#,
            r#"{"error":{ },"data":1}"#,
            r#"{"error":[ ]}"#,
            r#"{"ok":true}"#,
            r#"{"ok":true,"error":"deprecated"}"#,
            r#"{"ok":"false"}"#,
            r#"{"isError":false,"content":[]}"#,
            r#"{"isError":"true"}"#,
            // A list of issues, each with an error of its own.
            r#"[{"error":"TypeError","ok":false}]"#,
            r#"{"issues":[{"error":"TypeError"}]}"#,
            r#"{"data":[{"error":"TypeError","errors":[{"message":"x"}]}]}"#,
            r#"{"data":{"issues":{"error":"TypeError","ok":false}}}"#,
            // What an error tracker lists.
            r#"{"errors":[{"id":"1","title":"TypeError"}],"total":1}"#,
            r#"{"errors":[{"id":"1","message":"TypeError"}],"next":"c"}"#,
            r#"{"data":{"errors":[{"message":"TypeError"}]}}"#,
            // A job that failed, shown.
            r#"{"id":"job_1","status":"failed","error":"timed out"}"#,
            r#"{"data":{"id":"job_1","error":{"message":"timed out"}}}"#,
            r#"{"message":"hello"}"#,
        ] {
            assert_eq!(of(json), None, "{json}");
        }
    }

    #[test]
    fn long_words_are_cut_and_deep_texts_are_no_trouble() {
        let long = format!(r#"{{"error":"{}"}}"#, "ä".repeat(MAX_WORDS + 9));
        assert_eq!(of(&long).unwrap().chars().count(), MAX_WORDS);
        let deep = format!(r#"{{"a":{}{},"ok":false}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(of(&deep).as_deref(), Some(""));
        let nested = format!(r#"{{"error":{}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(of(&nested).as_deref(), Some(""));
    }
}
