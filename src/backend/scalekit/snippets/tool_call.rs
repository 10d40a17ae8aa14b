//! One tool call, as something that can be run elsewhere.

use super::shell::{inside_single_quotes, option, word};
use crate::backend::{SnippetKind, SnippetTarget};
use crate::domain::ToolCall;
use crate::json::{Document, HiddenValues, Language, literal};
use crate::redact;

/// A tool call in this form. Credentials of the environment are always variables, and so is what
/// looks like a credential in the input.
pub(super) fn tool_call(call: &ToolCall, form: SnippetKind, target: &SnippetTarget) -> String {
    let Ok(document) = Document::index(call.input.clone()) else { return String::new() };
    let hidden = hidden(&document);
    match form {
        SnippetKind::Jackfield => jackfield(call, target, &document, &hidden, &[]),
        SnippetKind::Curl => curl(call, &document, &hidden),
        SnippetKind::Python => python(call, &document, &hidden),
        SnippetKind::Node => node(call, &document, &hidden),
    }
}

/// The same of a call whose input is as it is sent: no modifier may change it once more.
pub(super) fn as_sent(call: &ToolCall, form: SnippetKind, target: &SnippetTarget) -> String {
    match (form, Document::index(call.input.clone())) {
        (SnippetKind::Jackfield, Ok(document)) => {
            jackfield(call, target, &document, &hidden(&document), &["--no-modifiers"])
        }
        _ => tool_call(call, form, target),
    }
}

fn jackfield(
    call: &ToolCall,
    target: &SnippetTarget,
    document: &Document,
    hidden: &HiddenValues,
    more: &[&str],
) -> String {
    let mut options: Vec<_> = option(target).into_iter().collect();
    options.extend(more.iter().map(|option| (*option).to_owned()));
    options.push(format!("--as={}", word(call.identifier.raw())));
    options.push(format!("--account={}", word(call.account.raw())));
    options.extend(call.agent_run.as_ref().map(|run| format!("--agent-run={}", word(run.raw()))));
    options.push(format!("--input={}", in_quotes(document, hidden, 0)));
    format!("{}{}\n", needed(hidden, "# "), command("jackfield run", call.tool.raw(), options))
}

/// A command with one operand and its options, each on a line of its own. An operand that could be
/// taken for an option goes last, behind the `--` that ends those.
pub(super) fn command(verb: &str, operand: &str, mut lines: Vec<String>) -> String {
    if operand.starts_with('-') {
        lines.push(format!("-- {}", word(operand)));
        lines.insert(0, verb.to_owned());
    } else {
        lines.insert(0, format!("{verb} {}", word(operand)));
    }
    lines.join(" \\\n  ")
}

/// Reference: sections 1.2 and 3.3.
fn curl(call: &ToolCall, document: &Document, hidden: &HiddenValues) -> String {
    let text = |value: &str| inside_single_quotes(&Language::SHELL.text(value));
    let run = call.agent_run.as_ref();
    let run = run.map(|run| format!(",\n  \"agent_run_id\": {}", text(run.raw()))).unwrap_or_default();
    format!(
        r#"{}curl -sS --globoff "$SCALEKIT_ENVIRONMENT_URL/api/v1/execute_tool" \
  -H {} \
  -H 'Content-Type: application/json' \
  -d '{{
  "tool_name": {},
  "connected_account_id": {},
  "params": {}{run}
}}'
"#,
        needed(hidden, "# "),
        authorization(),
        text(call.tool.raw()),
        text(call.account.raw()),
        inside_quotes(document, hidden, 1),
    )
}

/// `actions.execute_tool`, which knows no run of an agent.
fn python(call: &ToolCall, document: &Document, hidden: &HiddenValues) -> String {
    format!(
        r#"{}result = scalekit.actions.execute_tool(
    tool_name={},
    connected_account_id={},
    tool_input={},
)
print(result.execution_id)
print(result.data)
"#,
        python_client(&needed(hidden, "# ")),
        Language::PYTHON.text(call.tool.raw()),
        Language::PYTHON.text(call.account.raw()),
        literal(document, hidden, &Language::PYTHON, 1),
    )
}

/// `actions.executeTool`, which knows no run of an agent.
fn node(call: &ToolCall, document: &Document, hidden: &HiddenValues) -> String {
    format!(
        r#"{}const result = await scalekit.actions.executeTool({{
  toolName: {},
  connectedAccountId: {},
  toolInput: {},
}});
console.log(result.executionId);
console.log(result.data);
"#,
        node_client(&needed(hidden, "// ")),
        Language::NODE.text(call.tool.raw()),
        Language::NODE.text(call.account.raw()),
        literal(document, hidden, &Language::NODE, 1),
    )
}

/// The header with a token, which is asked for on the way: shells differ in how a variable is set, but not in
/// how the output of a command is put in. Reference: section 1.2.
pub(super) fn authorization() -> &'static str {
    r#""Authorization: Bearer $(curl -sS --globoff "$SCALEKIT_ENVIRONMENT_URL/oauth/token" \
    -d grant_type=client_credentials \
    --data-urlencode "client_id=$SCALEKIT_CLIENT_ID" \
    --data-urlencode "client_secret=$SCALEKIT_CLIENT_SECRET" |
    sed 's/.*"access_token" *: *"\([^"]*\)".*/\1/')""#
}

/// The client of the Python SDK.
pub(super) fn python_client(first: &str) -> String {
    format!(
        r#"# pip install scalekit-sdk-python
{first}import os

from scalekit import ScalekitClient

scalekit = ScalekitClient(
    os.environ["SCALEKIT_ENVIRONMENT_URL"],
    os.environ["SCALEKIT_CLIENT_ID"],
    os.environ["SCALEKIT_CLIENT_SECRET"],
)
"#
    )
}

/// The client of the Node SDK.
pub(super) fn node_client(first: &str) -> String {
    format!(
        r#"// npm install @scalekit-sdk/node
{first}import {{ ScalekitClient }} from "@scalekit-sdk/node";

const scalekit = new ScalekitClient(
  process.env.SCALEKIT_ENVIRONMENT_URL,
  process.env.SCALEKIT_CLIENT_ID,
  process.env.SCALEKIT_CLIENT_SECRET,
);
"#
    )
}

/// Credentials in the input, each with a variable of its own that holds it.
pub(super) fn hidden(document: &Document) -> HiddenValues {
    let mut hidden = HiddenValues::default();
    for node in redact::find_credentials(document) {
        let pointer = document.pointer(node);
        hidden.hide(node, variable(pointer.raw().rsplit('/').next().unwrap_or_default()));
    }
    hidden
}

/// The variable for a credential of an input, by the name it has there. The prefix keeps it apart from
/// the variables of the shell and of this program: an input that has a `scalekit_client_secret` must not
/// be sent the one of the environment.
pub(super) fn variable(name: &str) -> String {
    let name = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    format!("INPUT_{}", name.collect::<String>())
}

/// A line that says which variables are wanted.
pub(super) fn needed(hidden: &HiddenValues, comment: &str) -> String {
    set_first(hidden.names(), comment)
}

/// The same for any names.
pub(super) fn set_first(names: &[String], comment: &str) -> String {
    if names.is_empty() { String::new() } else { format!("{comment}set first: {}\n", names.join(", ")) }
}

pub(super) fn in_quotes(document: &Document, hidden: &HiddenValues, level: usize) -> String {
    format!("'{}'", inside_quotes(document, hidden, level))
}

/// For the inside of a shell's single quotes, which end where a variable is.
fn inside_quotes(document: &Document, hidden: &HiddenValues, level: usize) -> String {
    // The variables bring quotes of their own, which must not be doubled: the text goes first.
    let marked = Language { variable: |name| format!("\u{1}{name}\u{2}"), ..Language::SHELL };
    let text = inside_single_quotes(&literal(document, hidden, &marked, level));
    text.replace('\u{1}', "\"'\"$").replace('\u{2}', "\"'\"")
}
