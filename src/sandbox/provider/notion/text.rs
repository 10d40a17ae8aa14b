//! Rich text, blocks, and what they look like as Markdown.

use serde_json::{Map, Value, json};

/// Kinds of blocks that hold text.
const TEXTS: [&str; 11] = [
    "paragraph",
    "heading_1",
    "heading_2",
    "heading_3",
    "bulleted_list_item",
    "numbered_list_item",
    "to_do",
    "toggle",
    "quote",
    "callout",
    "code",
];

/// Rich text of one plain run.
pub fn rich(text: &str) -> Value {
    json!([{
        "type": "text",
        "text": {"content": text, "link": null},
        "annotations": {
            "bold": false, "italic": false, "strikethrough": false, "underline": false, "code": false, "color": "default",
        },
        "plain_text": text,
        "href": null,
    }])
}

/// Rich text as callers write it, made whole: a text, one run, or a list of runs; none where it is something else.
pub fn read_rich(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => Some(rich(text)),
        Value::Array(runs) => {
            let whole = runs.iter().map(|run| {
                let content = run.pointer("/text/content").or(run.get("plain_text")).or(run.get("content"));
                let mut whole = rich(content?.as_str()?).get_mut(0)?.take();
                let link = run.pointer("/text/link").filter(|link| link.is_object());
                if let (Some(link), Some(text)) = (link, whole.pointer_mut("/text/link")) {
                    *text = link.clone();
                }
                if let (Some(Value::Object(given)), Some(Value::Object(all))) =
                    (run.get("annotations"), whole.get_mut("annotations"))
                {
                    all.extend(given.clone().into_iter().filter(|(name, _)| name != "type"));
                }
                Some(whole)
            });
            whole.collect()
        }
        Value::Object(_) => read_rich(&json!([value])),
        _ => None,
    }
}

/// What a rich text says.
pub fn plain(rich: &Value) -> String {
    let runs = rich.as_array().map(Vec::as_slice).unwrap_or_default();
    runs.iter().filter_map(|run| run.get("plain_text")?.as_str()).collect()
}

/// Kind and content of a block: as the API writes it, or in short with `type` and `text`.
///
/// # Errors
/// What is wrong, in words.
pub fn read_block(block: &Value) -> Result<(String, Value), String> {
    let kind = block.get("type").and_then(Value::as_str).map(str::to_owned);
    let named = || TEXTS.iter().find(|kind| block.get(**kind).is_some()).map(|kind| (*kind).to_owned());
    let kind = kind.or_else(named).ok_or("body failed validation: a block needs a type")?;
    if kind == "divider" {
        return Ok((kind, json!({})));
    }
    if !TEXTS.contains(&kind.as_str()) {
        return Err(format!("body failed validation: block type {kind} is not supported"));
    }
    let given = block.get(&kind).and_then(Value::as_object).cloned().unwrap_or_default();
    let text = given.get("rich_text").or(given.get("text")).or(block.get("text")).or(block.get("rich_text"));
    let text = text.and_then(read_rich).ok_or_else(|| format!("body failed validation: {kind} needs a text"))?;
    let mut content = Map::from_iter([("rich_text".to_owned(), text), ("color".to_owned(), "default".into())]);
    match kind.as_str() {
        "code" => {
            let language = given.get("language").or(block.get("language")).and_then(Value::as_str);
            content.insert("language".into(), language.unwrap_or("plain text").into());
        }
        "to_do" => {
            let checked = given.get("checked").or(block.get("checked")).and_then(Value::as_bool);
            content.insert("checked".into(), checked.unwrap_or(false).into());
        }
        _ => {}
    }
    Ok((kind, content.into()))
}

/// One block as a line of Markdown.
pub fn markdown(kind: &str, content: &Value) -> String {
    let text = content.get("rich_text").map(plain).unwrap_or_default();
    let field = |name: &str| content.get(name);
    match kind {
        "heading_1" => format!("# {text}"),
        "heading_2" => format!("## {text}"),
        "heading_3" => format!("### {text}"),
        "bulleted_list_item" | "toggle" => format!("- {text}"),
        "numbered_list_item" => format!("1. {text}"),
        "to_do" if field("checked") == Some(&true.into()) => format!("- [x] {text}"),
        "to_do" => format!("- [ ] {text}"),
        "quote" | "callout" => format!("> {text}"),
        "code" => {
            let language = field("language").and_then(Value::as_str).unwrap_or_default();
            format!("```{language}\n{text}\n```")
        }
        "divider" => "---".into(),
        _ => text,
    }
}
