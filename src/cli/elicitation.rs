//! Questions of a server in the middle of a call, put to the person at the terminal.

use std::sync::Arc;

use serde_json::{Map, Number, Value};
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::AbortOnDropHandle;
use url::Url;

use super::output::CliOutput;
use super::prompt;
use crate::backend::{Arrival, Watch};
use crate::domain::{
    Account, Elicitation, ElicitationAnswer, ElicitationRequest, Fault, FaultKind, JsonText, Untrusted,
};
use crate::flow::browser;
use crate::schema::Validator;

/// Fields of one form.
const MOST_FIELDS: usize = 100;

/// Choices of one field that are listed.
const MOST_CHOICES: usize = 100;

/// Attempts at one field.
const ATTEMPTS: usize = 5;

type Question = (Elicitation, oneshot::Sender<ElicitationAnswer>);

/// Listener that puts the questions of a call as `account` to whoever is at the terminal, one after the other. Where
/// nobody is, they are declined. Questions end with the handle.
pub(super) fn listen(account: &Account, output: &CliOutput) -> (Watch, AbortOnDropHandle<()>) {
    let (sender, mut questions) = mpsc::unbounded_channel::<Question>();
    let (whom, output) = (account.label(), output.clone());
    let asking = tokio::spawn(async move {
        while let Some((question, answer)) = questions.recv().await {
            let _ = answer.send(ask(question, &whom, &output).await);
        }
    });
    let watch = move |arrival| match arrival {
        Arrival::Asked(question, answer) => drop(sender.send((*question, answer))),
        Arrival::Coming { .. } | Arrival::Broken { .. } | Arrival::Progress { .. } => {}
    };
    (Arc::new(watch), AbortOnDropHandle::new(asking))
}

async fn ask(question: Elicitation, whom: &str, output: &CliOutput) -> ElicitationAnswer {
    let Elicitation { server, message, request } = question;
    output.remark(&format!("The server {server} asks, in a call as {whom}:"));
    for line in message.whole_lines() {
        output.remark(&format!("  {line}"));
    }
    if !prompt::is_someone_there() {
        output.remark("Declined: this is not a terminal, and nobody can be asked.");
        return ElicitationAnswer::Decline;
    }
    let answered = match request {
        ElicitationRequest::Url(url) => visit(url, output).await,
        ElicitationRequest::Form(schema) => prompt::asking(move || fill_in(&schema)).await,
    };
    answered.unwrap_or_else(|fault| match fault.kind {
        FaultKind::Cancelled => ElicitationAnswer::Decline,
        _ => {
            output.remark(&fault.to_string());
            ElicitationAnswer::Cancel
        }
    })
}

async fn visit(url: Url, output: &CliOutput) -> Result<ElicitationAnswer, Fault> {
    let host = Untrusted::from(url.host_str().unwrap_or_default());
    output.remark(&format!("It wants you to visit a page on this host: {host}"));
    output.remark(&format!("  {}", Untrusted::from(url.as_str())));
    prompt::ask("Open it?".to_owned(), "Nothing was opened.").await?;
    let is_local = browser::is_local(|name| std::env::var(name).ok());
    if !is_local || browser::open(&url).await.is_err() {
        output.remark("No browser could be started here: open the address above.");
    }
    Ok(ElicitationAnswer::Accept(None))
}

/// Asks for each field of a form in turn. Blocks.
fn fill_in(schema: &JsonText) -> Result<ElicitationAnswer, Fault> {
    let form: Value = serde_json::from_slice(schema.bytes()).unwrap_or_default();
    let empty = Map::new();
    let fields = form.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    if fields.len() > MOST_FIELDS {
        let message = format!("The server asks for {} values at once, which is too much.", fields.len());
        return Err(Fault::new(FaultKind::TooLarge, message));
    }
    if !prompt::yes("Answer it?") {
        return Ok(ElicitationAnswer::Decline);
    }
    let required = |name: &str| {
        let list = form.get("required").and_then(Value::as_array);
        list.is_some_and(|list| list.iter().any(|required| required.as_str() == Some(name)))
    };
    let mut values = Map::new();
    for (name, field) in fields {
        let Some(value) = one_field(name, field, required(name))? else { continue };
        values.insert(name.clone(), value);
    }
    let text = Value::Object(values).to_string();
    let filled = JsonText::parse(text).map_err(|_| Fault::new(FaultKind::Local, "The values are no JSON."))?;
    let problems = Validator::compile(schema).check(&filled).problems;
    if let Some(problem) = problems.first() {
        return Err(Fault::new(FaultKind::InvalidInput, format!("The values do not fit the form: {problem}.")));
    }
    Ok(ElicitationAnswer::Accept(Some(filled)))
}

fn one_field(name: &str, field: &Value, is_required: bool) -> Result<Option<Value>, Fault> {
    let text = |key: &str| field.get(key).and_then(Value::as_str).map(Untrusted::from);
    let title = text("title").unwrap_or_else(|| name.into());
    let mut words = title.to_string();
    if let Some(description) = text("description") {
        words = format!("{words} ({description})");
    }
    let choices = choices(field);
    let default = field.get("default").filter(|value| !value.is_null());
    let hint = match (default, is_required) {
        (Some(default), _) => format!(" [{}]", shown(default, &choices)),
        (None, true) => String::new(),
        (None, false) => " (may be left empty)".to_owned(),
    };
    words.push_str(&hint);
    for (at, (_, label)) in choices.iter().enumerate() {
        words = format!("{words}\n  {}  {label}", at + 1);
    }
    if !choices.is_empty() {
        words.push_str(if is_list(field) { "\nSome of these, with commas between" } else { "\nOne of these" });
    }
    for _ in 0..ATTEMPTS {
        let typed = prompt::answer(&words)?;
        let value = match (typed.trim(), default) {
            ("", Some(default)) => default.clone(),
            ("", None) if is_required => {
                prompt::tell("A value is needed here.");
                continue;
            }
            ("", None) => return Ok(None),
            (typed, _) => match read(typed, field, &choices) {
                Some(value) => value,
                None => {
                    prompt::tell(&format!("That is not {}.", wanted(field, &choices)));
                    continue;
                }
            },
        };
        match problem(field, &value) {
            None => return Ok(Some(value)),
            Some(problem) => prompt::tell(&problem),
        }
    }
    prompt::tell(&format!("No value was given for {title}: the question is declined."));
    Err(Fault::new(FaultKind::Cancelled, format!("No value was given for {title}.")))
}

/// A value as a person reads it: by the words for it, where it is a choice.
fn shown(value: &Value, choices: &[(Value, Untrusted)]) -> String {
    if let Value::Array(items) = value {
        return items.iter().map(|item| shown(item, choices)).collect::<Vec<_>>().join(", ");
    }
    let label = choices.iter().find(|(known, _)| known == value).map(|(_, label)| label.to_string());
    let plain = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    label.unwrap_or_else(|| Untrusted::from(plain()).to_string())
}

/// Values that a field may have, with the words for them.
fn choices(field: &Value) -> Vec<(Value, Untrusted)> {
    let field = if is_list(field) { field.get("items").unwrap_or(field) } else { field };
    let label = |value: &Value| value.as_str().map_or_else(|| value.to_string().into(), Untrusted::from);
    let plain = field.get("enum").and_then(Value::as_array);
    let names = field.get("enumNames").and_then(Value::as_array);
    if let Some(values) = plain {
        let name = |at: usize| names.and_then(|names| names.get(at)).and_then(Value::as_str).map(Untrusted::from);
        let named =
            values.iter().enumerate().map(|(at, value)| (value.clone(), name(at).unwrap_or_else(|| label(value))));
        return named.take(MOST_CHOICES).collect();
    }
    let titled = ["oneOf", "anyOf"].into_iter().find_map(|key| field.get(key)?.as_array());
    let choice = |choice: &Value| {
        let value = choice.get("const")?.clone();
        let title = choice.get("title").and_then(Value::as_str).map_or_else(|| label(&value), Untrusted::from);
        Some((value, title))
    };
    titled.into_iter().flatten().filter_map(choice).take(MOST_CHOICES).collect()
}

fn is_list(field: &Value) -> bool {
    field.get("type").and_then(Value::as_str) == Some("array")
}

/// What was typed, as the field wants it: a choice by its number or its words.
fn read(typed: &str, field: &Value, choices: &[(Value, Untrusted)]) -> Option<Value> {
    if is_list(field) {
        let items: Option<Vec<_>> =
            typed.split(',').map(|item| one(item.trim(), field.get("items")?, choices)).collect();
        return items.map(Value::Array);
    }
    one(typed, field, choices)
}

fn one(typed: &str, field: &Value, choices: &[(Value, Untrusted)]) -> Option<Value> {
    if !choices.is_empty() {
        let by_number = typed.parse::<usize>().ok().and_then(|at| choices.get(at.checked_sub(1)?));
        let by_words = || choices.iter().find(|(value, label)| value.as_str() == Some(typed) || label.raw() == typed);
        return by_words().or(by_number).map(|(value, _)| value.clone());
    }
    match field.get("type").and_then(Value::as_str).unwrap_or("string") {
        "boolean" => match typed.to_ascii_lowercase().as_str() {
            "y" | "yes" | "true" => Some(Value::Bool(true)),
            "n" | "no" | "false" => Some(Value::Bool(false)),
            _ => None,
        },
        "integer" => typed.parse::<i64>().ok().map(Value::from),
        "number" => typed.parse::<Number>().ok().map(Value::Number),
        _ => Some(Value::from(typed)),
    }
}

fn wanted(field: &Value, choices: &[(Value, Untrusted)]) -> &'static str {
    match field.get("type").and_then(Value::as_str) {
        _ if !choices.is_empty() => "one of the choices: its number, or its name",
        Some("boolean") => "yes or no",
        Some("integer") => "a whole number",
        Some("number") => "a number",
        _ => "a value for it",
    }
}

fn problem(field: &Value, value: &Value) -> Option<String> {
    let schema = JsonText::parse(field.to_string()).ok()?;
    let input = JsonText::parse(value.to_string()).ok()?;
    Validator::compile(&schema).check(&input).problems.first().map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn typed(text: &str, field: &Value) -> Option<Value> {
        read(text, field, &choices(field))
    }

    #[test]
    fn what_is_typed_becomes_what_the_field_wants() {
        assert_eq!(typed("yes", &json!({"type": "boolean"})), Some(json!(true)));
        assert_eq!(typed("maybe", &json!({"type": "boolean"})), None);
        assert_eq!(typed("7", &json!({"type": "integer"})), Some(json!(7)));
        assert_eq!(typed("7.5", &json!({"type": "integer"})), None);
        assert_eq!(typed("7.5", &json!({"type": "number"})), Some(json!(7.5)));
        assert_eq!(typed("7", &json!({"type": "string"})), Some(json!("7")));
        let named = json!({"type": "string", "oneOf": [{"const": "r", "title": "Red"}, {"const": "g"}]});
        assert_eq!(
            [typed("Red", &named), typed("2", &named), typed("g", &named)].map(Option::unwrap),
            [json!("r"), json!("g"), json!("g")]
        );
        assert_eq!(typed("3", &named), None);
        let plain = json!({"enum": ["a", "b"], "enumNames": ["A", "B"]});
        assert_eq!((typed("B", &plain), typed("1", &plain)), (Some(json!("b")), Some(json!("a"))));
        let many = json!({"type": "array", "items": {"anyOf": [{"const": "x", "title": "X"}, {"const": "y"}]}});
        assert_eq!(typed("X, 2", &many), Some(json!(["x", "y"])));
        assert_eq!(typed("X, z", &many), None);
    }

    #[test]
    fn a_default_is_shown_in_the_words_of_its_choice() {
        let field = json!({"oneOf": [{"const": "r", "title": "Red"}, {"const": "g", "title": "Green"}]});
        let choices = choices(&field);
        assert_eq!(shown(&json!(["r", "g"]), &choices), "Red, Green");
        assert_eq!(shown(&json!("plain"), &[]), "plain");
        assert_eq!(shown(&json!(7), &[]), "7");
    }

    #[test]
    fn a_value_is_held_against_its_field() {
        let field = json!({"type": "string", "minLength": 3});
        assert!(problem(&field, &json!("ab")).is_some());
        assert_eq!(problem(&field, &json!("abc")), None);
    }
}
