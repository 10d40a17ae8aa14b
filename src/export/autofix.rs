//! A tool as a model's interface takes it, where that is near to what it says.

use serde_json::{Map, Value, json};

use super::definitions::Dialect;
use super::flaws::{holds, is_name};
use super::lint::{DialectRules, lint, rules};
use crate::domain::{JsonText, Tool};
use crate::schema::{is_pattern, upgrade, visit};

/// The tool with everything mended that can be: the schema in the words of draft 2020-12, without what is
/// not understood. It may take more than before, never less, but for properties whose names are refused:
/// those go where they may be left out. None where there is nothing to fix. Names of tools are what they
/// are called by, and stay.
pub fn autofix(tool: &Tool, dialect: Dialect) -> Option<Tool> {
    if lint(std::slice::from_ref(tool), dialect).is_empty() {
        return None;
    }
    let rules = rules(dialect);
    let mut better = tool.clone();
    if let Some(longest) = rules.longest_description {
        let description = tool.description.raw();
        if description.chars().count() > longest {
            let kept: String = description.chars().take(longest.saturating_sub(1)).collect();
            better.description = format!("{kept}…").into();
        }
    }
    let schema = tool.input_schema.as_ref().and_then(|schema| serde_json::from_slice::<Value>(schema.bytes()).ok());
    if let Some(schema) = schema {
        let mut whole = schema.clone();
        on_top(&mut whole, &rules);
        upgrade(&mut whole);
        visit(&mut whole, &mut |part| one(part, &rules));
        if whole != schema {
            better.input_schema = JsonText::parse(whole.to_string()).ok();
        }
    }
    (better.description != tool.description || better.input_schema != tool.input_schema).then_some(better)
}

/// One object on top, whatever alternatives it was put together from.
fn on_top(schema: &mut Value, rules: &DialectRules) {
    if !schema.is_object() {
        *schema = json!({});
    }
    let root = schema.clone();
    let Value::Object(top) = schema else { return };
    for keyword in rules.not_on_top {
        let Some(alternatives) = top.remove(*keyword) else { continue };
        if !keyword.ends_with("Of") {
            continue;
        }
        let parts: Vec<&Map<String, Value>> =
            alternatives.as_array().into_iter().flatten().filter_map(|part| object(&root, part)).collect();
        if *keyword == "allOf" {
            for part in parts {
                take_over(top, part, "allOf");
                require(top, names(part));
            }
        } else {
            // What one of them asks for is not asked for by all.
            let mut common = parts.first().map(|part| names(part)).unwrap_or_default();
            common.retain(|name| parts.iter().all(|part| names(part).contains(name)));
            parts.iter().for_each(|part| take_over(top, part, "anyOf"));
            require(top, common);
        }
    }
    top.insert("type".into(), "object".into());
}

/// Keywords of a part, with the reference that it consists of followed once.
fn object<'v>(root: &'v Value, part: &'v Value) -> Option<&'v Map<String, Value>> {
    let target = part.get("$ref").and_then(Value::as_str).and_then(|target| root.pointer(target.strip_prefix('#')?));
    target.unwrap_or(part).as_object()
}

fn names(part: &Map<String, Value>) -> Vec<Value> {
    part.get("required").and_then(Value::as_array).cloned().unwrap_or_default()
}

fn require(top: &mut Map<String, Value>, more: Vec<Value>) {
    if more.is_empty() {
        return;
    }
    if let Value::Array(required) = top.entry("required").or_insert_with(|| json!([])) {
        more.into_iter().for_each(|name| {
            if !required.contains(&name) {
                required.push(name)
            }
        });
    }
}

/// Adds the properties of a part; one that is there already is one of both, or both at once, by `keyword`.
fn take_over(top: &mut Map<String, Value>, part: &Map<String, Value>, keyword: &str) {
    let Some(Value::Object(more)) = part.get("properties") else { return };
    let Value::Object(properties) = top.entry("properties").or_insert_with(|| json!({})) else { return };
    for (name, schema) in more {
        let there = properties.entry(name).or_insert_with(|| schema.clone());
        if there == schema {
            continue;
        }
        let only = there.as_object_mut().filter(|there| there.len() == 1);
        match only.and_then(|there| there.get_mut(keyword)).and_then(Value::as_array_mut) {
            Some(all) if all.contains(schema) => {}
            Some(all) => all.push(schema.clone()),
            None => *there = json!({ keyword: [there.take(), schema] }),
        }
    }
}

/// Removes keywords that the dialect does not understand from one schema.
fn one(part: &mut Map<String, Value>, rules: &DialectRules) {
    let reads =
        |pattern: &str| is_pattern(pattern) && !rules.not_in_patterns.iter().any(|(part, _)| holds(pattern, *part));
    if part.get("pattern").and_then(Value::as_str).is_some_and(|pattern| !reads(pattern)) {
        part.remove("pattern");
    }
    if let Some(Value::Object(named)) = part.get_mut("patternProperties") {
        let before = named.len();
        named.retain(|pattern, _| reads(pattern));
        if named.len() < before {
            // They would be refused as names that nothing speaks of.
            part.remove("additionalProperties");
        }
    }
    if part.get("enum").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        part.remove("enum");
    }
    let is_array = match part.get("type") {
        Some(Value::Array(types)) => types.iter().any(|kind| kind == "array"),
        kind => kind.is_some_and(|kind| kind == "array"),
    };
    if rules.items && is_array && !part.contains_key("items") {
        part.insert("items".into(), json!({}));
    }
    let required = names(part);
    if let (Some(longest), Some(Value::Object(properties))) = (rules.longest_property, part.get_mut("properties")) {
        properties.retain(|name, _| is_name(name, longest) || required.iter().any(|one| one == name));
    }
}
