//! Credentials out of a model's answer, without what its server has signed.
//!
//! A block of thinking carries a signature over the whole turn: it is no credential of anybody's, looks like one, and is
//! worth nothing once something beside it was changed. So signatures are not looked at; and where anything else had to
//! be replaced, the thinking stays for the person to read and is not to be sent again.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::domain::JsonText;
use crate::redact;

/// Content of an answer as it is kept.
pub(super) struct KeptContent {
    /// Blocks, a JSON array.
    pub blocks: JsonText,
    /// True if something was replaced in it.
    pub altered: bool,
}

#[derive(Deserialize)]
struct Block {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    thinking: Option<String>,
}

/// Replaces credentials in the content of an answer, a JSON array of blocks.
pub(super) fn redacted(content: &JsonText) -> KeptContent {
    let Ok(blocks) = serde_json::from_slice::<Vec<&RawValue>>(content.bytes()) else {
        return KeptContent { blocks: redact::json(content).json, altered: true };
    };
    let mut kept = Vec::with_capacity(blocks.len());
    let mut altered = false;
    for block in &blocks {
        let text = block.get();
        let known: Option<Block> = serde_json::from_str(text).ok();
        match known {
            Some(Block { kind, .. }) if kind == "redacted_thinking" => kept.push((text.to_owned(), true, None)),
            Some(Block { kind, thinking: Some(thinking) }) if kind == "thinking" => {
                let shown = redact::text(&thinking).into_owned();
                altered |= shown != thinking;
                kept.push((text.to_owned(), true, Some(shown)));
            }
            _ => {
                let whole = JsonText::checked(text.to_owned().into());
                let redacted = redact::json(&whole);
                altered |= !redacted.hidden.is_empty();
                kept.push((redacted.json.raw().to_owned(), false, None));
            }
        }
    }
    let written: Vec<String> = kept
        .into_iter()
        .filter_map(|(text, signed, thinking)| match (altered && signed, thinking) {
            (false, _) => Some(text),
            (true, Some(thinking)) => Some(serde_json::json!({ "type": "thinking", "thinking": thinking }).to_string()),
            (true, None) => None,
        })
        .collect();
    let joined = format!("[{}]", written.join(","));
    match JsonText::parse(joined) {
        Ok(blocks) => KeptContent { blocks, altered },
        Err(_) => KeptContent { blocks: JsonText::empty_object(), altered: true },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shaped like a key of a provider.
    const KEY: &str = "lin_api_0123456789abcdefghijABCDEFGHIJ0123456789";

    fn kept(text: String) -> KeptContent {
        redacted(&JsonText::parse(text).unwrap())
    }

    #[test]
    fn what_holds_no_credential_stays_byte_for_byte() {
        let signature = "EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds".repeat(8);
        let text = format!(
            r#"[ {{"type":"thinking","thinking":"Hm.","signature":"{signature}"}},{{"type":"redacted_thinking","data":"{signature}"}},
               {{"type":"text","text":"Yes"}}, {{"type":"tool_use","id":"toolu_01A09q90qw90lq917835lq9","name":"x","input":{{"n":1.10}}}}]"#
        );
        let kept = kept(text.clone());
        assert!(!kept.altered, "{}", kept.blocks.raw());
        let tight = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(tight(kept.blocks.raw()), tight(&text));
    }

    #[test]
    fn where_something_was_replaced_no_signature_is_left() {
        let kept = kept(format!(
            r#"[{{"type":"thinking","thinking":"Their key is {KEY}.","signature":"abc"}},{{"type":"redacted_thinking","data":"d"}},
               {{"type":"text","text":"Done"}}]"#
        ));
        assert!(kept.altered);
        let raw = kept.blocks.raw();
        assert!(!raw.contains(KEY) && !raw.contains("signature") && !raw.contains("redacted_thinking"), "{raw}");
        assert!(raw.contains("Their key is"), "the person may read what was thought: {raw}");
    }

    #[test]
    fn an_input_is_redacted_too() {
        let kept = kept(format!(r#"[{{"type":"tool_use","id":"t","name":"x","input":{{"api_key":"{KEY}"}}}}]"#));
        assert!(kept.altered && !kept.blocks.raw().contains(KEY), "{}", kept.blocks.raw());
    }
}
