//! Tools, results and questions as the protocol has them.

use std::sync::Arc;

use rmcp::model::{
    CallToolResult, ContentBlock, ElicitRequestParams, ElicitResult, ElicitationAction, JsonObject, Tool,
    ToolAnnotations,
};
use serde_json::Value;

use super::host::{HostRefusal, OfferedTool, ToolAnswer};
use super::peer::Question;
use crate::domain::{ElicitationAnswer, ElicitationRequest, Fault, FaultKind, JsonText, SafeMessage};

/// A tool with the name that clients see.
pub(super) fn tool(name: String, offered: &OfferedTool) -> Tool {
    let description = (!offered.description.is_empty()).then(|| offered.description.raw().to_owned().into());
    let mut tool = Tool::new_with_raw(name, description, Arc::new(input_schema(offered.input_schema.as_ref())));
    tool.title = (!offered.title.is_empty()).then(|| offered.title.raw().to_owned());
    tool.output_schema = offered.output_schema.as_ref().and_then(object).map(Arc::new);
    let hints = offered.hints;
    tool.annotations =
        Some(ToolAnnotations::from_raw(None, hints.read_only, hints.destructive, hints.idempotent, hints.open_world));
    tool
}

/// The schema, which the protocol wants to be one of an object whatever a definition says.
fn input_schema(schema: Option<&JsonText>) -> JsonObject {
    let mut schema = schema.and_then(object).unwrap_or_default();
    if schema.get("type").and_then(Value::as_str) != Some("object") {
        schema.insert("type".into(), "object".into());
    }
    schema
}

fn object(text: &JsonText) -> Option<JsonObject> {
    serde_json::from_str(text.raw()).ok()
}

/// The answer to a call.
pub(super) fn result(answer: &ToolAnswer) -> CallToolResult {
    let mut result = own_kind(&answer.result).unwrap_or_else(|| plain(&answer.result));
    if let Some(words) = &answer.reported {
        result.is_error = Some(true);
        result.content.insert(0, ContentBlock::text(words.clone()));
    }
    result.content.extend(answer.remarks.iter().map(ContentBlock::text));
    result
}

/// A result that is one of the protocol already, as it came.
fn own_kind(text: &JsonText) -> Option<CallToolResult> {
    let value: Value = serde_json::from_str(text.raw()).ok()?;
    let object = value.as_object()?;
    let content = object.get("content")?.as_array()?;
    let known =
        |key: &String| matches!(key.as_str(), "content" | "structuredContent" | "isError" | "_meta" | "resultType");
    if content.is_empty() && !object.contains_key("structuredContent") || !object.keys().all(known) {
        return None;
    }
    let mut result: CallToolResult = serde_json::from_value(value).ok()?;
    result.result_type = CallToolResult::default().result_type;
    result.is_error.get_or_insert(false);
    Some(result)
}

/// Any other result: its text, and the value where it is an object.
fn plain(text: &JsonText) -> CallToolResult {
    let words = match serde_json::from_str::<Value>(text.raw()) {
        Ok(Value::String(words)) => words,
        Ok(_) | Err(_) => text.raw().to_owned(),
    };
    let mut result = CallToolResult::success(vec![ContentBlock::text(words)]);
    // One that is nested too deeply to be read stays a text.
    result.structured_content = object(text).map(Value::Object);
    result
}

/// A refusal or failure in words for a model.
pub(super) fn refusal(fault: &Fault, next: &str) -> CallToolResult {
    let mut words = format!("{} ({}): {}", fault.headline(), fault.whose(), fault.message);
    if let Some(said) = &fault.said {
        words.push_str(&format!("\nIn its own words: {said}"));
    }
    for violation in &fault.violations {
        words.push_str(&format!("\n{}: {}", violation.field, violation.description));
    }
    if let Some(wait) = fault.retry_after {
        words.push_str(&format!("\nIt asks to wait for {} s.", wait.as_secs().max(1)));
    }
    if !next.is_empty() {
        words.push('\n');
        words.push_str(next);
    }
    CallToolResult::error(vec![ContentBlock::text(words)])
}

/// A refusal as an answer, or as an error of the protocol.
pub(super) fn refused(refusal_: HostRefusal) -> Result<CallToolResult, rmcp::ErrorData> {
    match refusal_ {
        HostRefusal::Failed { fault, next } => Ok(refusal(&fault, &next)),
        HostRefusal::InvalidRequest(message) => Err(rmcp::ErrorData::invalid_params(message, None)),
    }
}

/// A question as a client is asked it.
///
/// # Errors
/// The form is none that the protocol can ask for.
pub(super) fn question(question: Question) -> Result<ElicitRequestParams, Fault> {
    let params = match question.request {
        ElicitationRequest::Form(schema) => serde_json::json!({
            "mode": "form",
            "message": question.message,
            "requestedSchema": serde_json::from_str::<Value>(schema.raw()).unwrap_or_default(),
        }),
        ElicitationRequest::Url(url) => serde_json::json!({
            "mode": "url",
            "message": question.message,
            "url": url.as_str(),
            "elicitationId": super::shared::random_word(),
        }),
    };
    serde_json::from_value(params).map_err(|error| {
        let message = SafeMessage::from("The question cannot be put as a form of the protocol.");
        Fault::new(FaultKind::Local, message).caused_by(error)
    })
}

/// The answer that a client brought.
///
/// # Errors
/// [`FaultKind::Unfinished`]: its values are not JSON.
pub(super) fn answer(result: ElicitResult) -> Result<ElicitationAnswer, Fault> {
    Ok(match result.action {
        ElicitationAction::Accept => {
            let values = result.content.map(|values| JsonText::parse(values.to_string()));
            let values = values.transpose().map_err(|error| not_understood().caused_by(error))?;
            ElicitationAnswer::Accept(values)
        }
        ElicitationAction::Decline => ElicitationAnswer::Decline,
        ElicitationAction::Cancel => ElicitationAnswer::Cancel,
        _ => return Err(not_understood()),
    })
}

/// An answer that is none.
pub(super) fn not_understood() -> Fault {
    Fault::new(FaultKind::Unfinished, "The client's answer to the question cannot be understood.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> JsonText {
        JsonText::parse(text.to_owned()).unwrap()
    }

    fn sent(answer: &ToolAnswer) -> Value {
        serde_json::to_value(result(answer)).unwrap()
    }

    #[test]
    fn an_object_is_structured_and_a_text_at_once_with_all_digits_in_the_text() {
        let value = sent(&ToolAnswer::new(json(r#"{"n": 12345678901234567890123}"#)));
        assert_eq!(value["content"][0]["text"], r#"{"n": 12345678901234567890123}"#);
        assert!(value["structuredContent"]["n"].is_number());
        assert_eq!(value["isError"], false);
        let list = sent(&ToolAnswer::new(json("[1]")));
        assert_eq!((list["content"][0]["text"].as_str(), list.get("structuredContent")), (Some("[1]"), None));
        assert_eq!(sent(&ToolAnswer::new(json(r#""plain""#)))["content"][0]["text"], "plain");
    }

    #[test]
    fn a_result_of_the_protocols_own_kind_is_passed_through() {
        let image = r#"{"content":[{"type":"image","data":"aGk=","mimeType":"image/png"}],"isError":true}"#;
        let value = sent(&ToolAnswer::new(json(image)));
        assert_eq!((value["content"][0]["type"].as_str(), value["isError"].as_bool()), (Some("image"), Some(true)));
        // A provider's answer that happens to have the word in it is none.
        let other = sent(&ToolAnswer::new(json(r#"{"content":[{"id":1}]}"#)));
        assert_eq!(other["structuredContent"]["content"][0]["id"], 1);
        let more = sent(&ToolAnswer::new(json(r#"{"content":[{"type":"text","text":"x"}],"id":7}"#)));
        assert_eq!(more["structuredContent"]["id"], 7);
    }

    #[test]
    fn what_a_result_reports_of_itself_is_an_error_with_the_result_behind_it() {
        let answer = ToolAnswer {
            reported: Some("The tool reports a failure.".into()),
            ..ToolAnswer::new(json(r#"{"ok":false}"#))
        };
        let value = sent(&answer);
        assert_eq!((value["isError"].as_bool(), value["content"].as_array().unwrap().len()), (Some(true), 2));
    }

    #[test]
    fn a_refusal_says_whose_fault_it_is_and_what_to_do() {
        let fault = Fault::new(FaultKind::ProviderFailed, "The tool failed.").said("no such issue\u{1b}[2J");
        let value = serde_json::to_value(refusal(&fault, "Try another id.")).unwrap();
        let text = value["content"][0]["text"].as_str().unwrap();
        assert!(
            text.starts_with(
                "Failed at the provider (the provider): The tool failed.\nIn its own words: no such issue"
            ),
            "{text}"
        );
        assert!(text.ends_with("\nTry another id.") && !text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn a_schema_is_always_one_of_an_object() {
        let offered = OfferedTool { input_schema: Some(json(r#"{"properties":{"a":{}}}"#)), ..OfferedTool::default() };
        let value = serde_json::to_value(tool("a".into(), &offered)).unwrap();
        assert_eq!(
            (value["inputSchema"]["type"].as_str(), value["inputSchema"]["properties"]["a"].is_object()),
            (Some("object"), true)
        );
    }
}
