//! A conversation as it is sent to a model.
//!
//! Two rules of the API are kept here, whatever happens around: what the model said goes back unchanged, and every wish
//! of its last answer is answered in the one message that follows, results first, whatever the person says beside.

mod content;

use serde_json::json;

use super::event::CallReturn;
use crate::domain::JsonText;
use crate::model_api::{ModelMessage, Role};

pub(super) use content::{blocks, without_thinking};

/// A conversation, and what is to go out with the next message.
#[derive(Clone, Debug, Default)]
pub(super) struct Conversation {
    messages: Vec<ModelMessage>,
    results: Vec<ToolResult>,
    said: Vec<String>,
}

/// Result of one of its wishes, for a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ToolResult {
    id: String,
    told: String,
    note: Option<String>,
    is_error: bool,
}

impl ToolResult {
    pub fn new(id: &str, returned: &CallReturn) -> Self {
        Self {
            id: id.to_owned(),
            told: returned.told.raw().to_owned(),
            note: returned.cut.clone(),
            is_error: returned.is_error,
        }
    }

    fn block(&self) -> serde_json::Value {
        // A note is a block of its own: nothing that a tool returns can open one.
        let content = match &self.note {
            None => json!(self.told),
            Some(note) => json!([{ "type": "text", "text": self.told }, { "type": "text", "text": note }]),
        };
        let mut block = json!({ "type": "tool_result", "tool_use_id": self.id, "content": content });
        if let Some(members) = block.as_object_mut().filter(|_| self.is_error) {
            members.insert("is_error".into(), true.into());
        }
        block
    }
}

impl Conversation {
    /// The messages, those that were composed.
    pub fn messages(&self) -> &[ModelMessage] {
        &self.messages
    }

    /// Takes in a message of the person.
    pub fn say(&mut self, text: String) {
        if !text.trim().is_empty() {
            self.said.push(text);
        }
    }

    /// Whether the person said something that has not gone out.
    pub fn has_said(&self) -> bool {
        !self.said.is_empty()
    }

    /// Whether there is anything for the model to answer.
    pub fn is_open(&self) -> bool {
        self.has_said()
            || !self.results.is_empty()
            || self.messages.last().is_some_and(|message| message.role == Role::User)
    }

    /// Takes in an answer, a JSON array of blocks. One without blocks is no message, and one that goes on after a pause is
    /// a part of the one before.
    pub fn answered(&mut self, content: JsonText) {
        if !blocks(&content).is_empty() {
            self.push(Role::Assistant, content);
        }
    }

    /// Takes in what came of the last answer's wishes, in their order. Of several with one id the first counts.
    pub fn returned(&mut self, results: Vec<ToolResult>) {
        for result in results {
            if !self.results.iter().any(|known| known.id == result.id) {
                self.results.push(result);
            }
        }
    }

    /// Makes one message of all results and of what the person said since. A message that nobody has answered takes it in.
    pub fn compose(&mut self) {
        let said = std::mem::take(&mut self.said);
        let texts = said.iter().map(|text| json!({ "type": "text", "text": text }));
        let all: Vec<_> = self.results.drain(..).map(|result| result.block()).chain(texts).collect();
        if all.is_empty() {
            return;
        }
        self.push(Role::User, JsonText::checked(serde_json::Value::Array(all).to_string().into()));
    }

    /// Appends blocks, to the last message where that is of the same side.
    fn push(&mut self, role: Role, content: JsonText) {
        let content = match self.messages.pop_if(|last| last.role == role) {
            None => content,
            Some(last) => JsonText::checked(joined(last.content.raw(), content.raw()).into()),
        };
        self.messages.push(ModelMessage { role, content });
    }
}

/// The entries of two arrays in one.
fn joined(first: &str, second: &str) -> String {
    let first = first.trim_end().strip_suffix(']').unwrap_or(first);
    let second = second.trim_start().strip_prefix('[').unwrap_or(second);
    format!("{first},{second}")
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn result(id: &str, is_error: bool) -> ToolResult {
        ToolResult { id: id.into(), told: "{}".into(), note: is_error.then(|| "Note.".into()), is_error }
    }

    fn content(conversation: &Conversation, at: usize) -> Value {
        serde_json::from_str(conversation.messages()[at].content.raw()).unwrap()
    }

    #[test]
    fn results_come_first_in_one_message_and_each_wish_has_one() {
        let mut conversation = Conversation::default();
        conversation.say("Do it".into());
        conversation.compose();
        let answer = JsonText::parse(r#"[{"type":"tool_use","id":"a","name":"x","input":{}}]"#.to_owned()).unwrap();
        conversation.answered(answer.clone());
        conversation.say("  ".into());
        conversation.say("And that".into());
        conversation.returned(vec![result("a", false), result("b", true), result("a", true)]);
        conversation.compose();
        assert_eq!(conversation.messages()[1].content, answer);
        assert_eq!(
            content(&conversation, 2),
            json!([
                { "type": "tool_result", "tool_use_id": "a", "content": "{}" },
                { "type": "tool_result", "tool_use_id": "b", "is_error": true,
                  "content": [{ "type": "text", "text": "{}" }, { "type": "text", "text": "Note." }] },
                { "type": "text", "text": "And that" },
            ])
        );
    }

    #[test]
    fn an_answer_that_goes_on_after_a_pause_is_one_message() {
        let mut conversation = Conversation::default();
        for text in [r#"[{"type":"text","text":"a"}]"#, r#" [ {"type":"text","text":"b"} ] "#] {
            conversation.answered(JsonText::parse(text.to_owned()).unwrap());
        }
        assert_eq!(conversation.messages().len(), 1);
        assert_eq!(content(&conversation, 0)[1]["text"], "b");
    }

    #[test]
    fn a_message_that_nobody_answered_takes_in_the_next() {
        let mut conversation = Conversation::default();
        conversation.say("One".into());
        conversation.compose();
        conversation.compose();
        assert!(conversation.is_open());
        conversation.say("Two".into());
        conversation.compose();
        assert_eq!(conversation.messages().len(), 1);
        assert_eq!(content(&conversation, 0)[1]["text"], "Two");
        conversation.answered(JsonText::parse("[]".to_owned()).unwrap());
        assert!(conversation.is_open(), "an answer without a word is none");
    }
}
