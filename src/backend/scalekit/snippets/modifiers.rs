//! Modifiers of a call as code.
//!
//! The Python SDK has such hooks, `pre_modifier` and `post_modifier` of `actions`: each is a function of one value, for
//! tools of exactly these names, and those of a client follow one another in the order in which they were registered
//! (`scalekit-sdk-python` 2.21, `actions/modifier.py`). The jq in them is run by the package `jq`. The other forms have
//! nothing like it. Reference: docs/scalekit-api.md, 9.

use crate::backend::SnippetKind;
use crate::domain::{ToolCall, Untrusted};
use crate::json::Language;
use crate::modifier::Modifier;

/// Line of a Python program that the call begins with.
const CALL: &str = "result = scalekit.actions.execute_tool(";

/// `plain`, the call in this form, with the modifiers that take part in it.
pub(super) fn modified(plain: String, call: &ToolCall, form: SnippetKind, modifiers: &[Modifier]) -> String {
    match form {
        SnippetKind::Python => python(&plain, call, modifiers),
        // It applies them itself.
        SnippetKind::Jackfield => plain,
        SnippetKind::Curl => remarked(&plain, "# ", modifiers),
        SnippetKind::Node => remarked(&plain, "// ", modifiers),
    }
}

/// The call below a remark: it goes out as it was typed.
fn remarked(plain: &str, comment: &str, modifiers: &[Modifier]) -> String {
    let names: Vec<_> = modifiers.iter().map(|modifier| modifier.name.to_string()).collect();
    format!("{comment}without these modifiers: {}\n{plain}", names.join(", "))
}

fn python(plain: &str, call: &ToolCall, modifiers: &[Modifier]) -> String {
    let Some((client, rest)) = plain.split_once(CALL) else { return plain.to_owned() };
    let client = client.replacen("pip install scalekit-sdk-python", "pip install scalekit-sdk-python jq", 1);
    let client = client.replacen("import os\n\n", "import os\n\nimport jq\n", 1);
    let tool = Language::PYTHON.text(call.tool.raw());
    let sides = [
        ("before", "pre_modifier", "data", modifiers.iter().map(|modifier| &modifier.before).collect::<Vec<_>>()),
        ("after", "post_modifier", "data", modifiers.iter().map(|modifier| &modifier.after).collect()),
    ];
    let mut hooks = String::new();
    for (side, hook, argument, filters) in sides {
        for (at, (modifier, filter)) in modifiers.iter().zip(filters).enumerate() {
            let Some(filter) = filter else { continue };
            let (number, name) = (at + 1, modifier.name.to_string());
            let lines: String = filter.trim().lines().map(|line| format!("#   {}\n", escaped(line))).collect();
            hooks.push_str(&format!(
                "\n# modifier {name}, {side}:\n{lines}@scalekit.actions.{hook}(tool_names=[{tool}])\ndef {side}_{number}({argument}):\n    \
                 return jq.compile({}).input_value({argument}).first()\n",
                Language::PYTHON.text(filter.trim())
            ));
        }
    }
    format!("{client}{hooks}\n{CALL}{rest}")
}

/// One line of a comment, in which nothing hides.
fn escaped(line: &str) -> String {
    Untrusted::from(line).to_string()
}
