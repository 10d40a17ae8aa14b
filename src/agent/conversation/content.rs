//! The blocks of an answer that was kept.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::domain::{JsonText, Untrusted};
use crate::model_api::{ContentBlock, ToolUse};

#[derive(Deserialize)]
struct Known {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    thinking: Option<String>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    name: Option<String>,
}

/// Kinds of blocks that a signature covers.
const SIGNED: [&str; 2] = ["thinking", "redacted_thinking"];

/// Stands in the place of an answer of which nothing can be sent again.
const NOTHING_LEFT: &str = r#"[{"type":"text","text":"(not kept)"}]"#;

fn raw(content: &JsonText) -> Vec<&RawValue> {
    serde_json::from_slice(content.bytes()).unwrap_or_default()
}

/// Blocks of an answer's content, for a person. What a wish asks for is kept elsewhere.
pub(in crate::agent) fn blocks(content: &JsonText) -> Vec<ContentBlock> {
    let block = |raw: &RawValue| {
        let other = || ContentBlock::Other(Untrusted::from(raw.get()));
        let Ok(known) = serde_json::from_str::<Known>(raw.get()) else { return other() };
        match known {
            Known { kind, text: Some(text), .. } if kind == "text" => ContentBlock::Text(text.into()),
            Known { kind, thinking: Some(text), .. } if kind == "thinking" => ContentBlock::Thinking(text.into()),
            Known { kind, id: Some(id), name: Some(name), .. } if kind == "tool_use" => {
                ContentBlock::ToolUse(ToolUse { id: id.into(), name: name.into(), input: Err(Untrusted::default()) })
            }
            _ => other(),
        }
    };
    raw(content).into_iter().map(block).collect()
}

/// Content without blocks that a signature covers: something beside them is not what it was.
pub(in crate::agent) fn without_thinking(content: &JsonText) -> JsonText {
    let is_signed = |block: &&RawValue| {
        serde_json::from_str::<Known>(block.get()).is_ok_and(|known| SIGNED.contains(&known.kind.as_str()))
    };
    let kept: Vec<_> = raw(content).into_iter().filter(|block| !is_signed(block)).map(RawValue::get).collect();
    let text = if kept.is_empty() { NOTHING_LEFT.to_owned() } else { format!("[{}]", kept.join(",")) };
    JsonText::parse(text).unwrap_or_else(|_| JsonText::checked(NOTHING_LEFT.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> JsonText {
        JsonText::parse(text.to_owned()).unwrap()
    }

    #[test]
    fn known_kinds_are_told_apart_and_others_stay() {
        let content = json(
            r#"[{"type":"text","text":"a"},{"type":"thinking","thinking":"b","signature":"s"},
                {"type":"tool_use","id":"t","name":"n","input":{}},{"type":"new","x":1},7]"#,
        );
        let found = blocks(&content);
        assert_eq!(found[0], ContentBlock::Text("a".into()));
        assert_eq!(found[1], ContentBlock::Thinking("b".into()));
        assert!(matches!(&found[2], ContentBlock::ToolUse(wish) if wish.id.raw() == "t"));
        assert_eq!(found[3], ContentBlock::Other(r#"{"type":"new","x":1}"#.into()));
        assert_eq!(found.len(), 5);
    }

    #[test]
    fn without_thinking_the_rest_stays_byte_for_byte() {
        let content = json(r#"[{"type":"thinking","thinking":"b"},{"type":"text", "text":"a"}]"#);
        assert_eq!(without_thinking(&content).raw(), r#"[{"type":"text", "text":"a"}]"#);
        assert_eq!(without_thinking(&json(r#"[{"type":"redacted_thinking"}]"#)).raw(), NOTHING_LEFT);
    }
}
