//! One request to a provider's own API, as something that can be run elsewhere.

use indexmap::IndexSet;

use super::shell::{option, word};
use super::tool_call::{authorization, command, hidden, in_quotes, node_client, python_client, set_first, variable};
use crate::backend::{SnippetKind, SnippetTarget};
use crate::domain::{ProxyBody, ProxyRequest, Untrusted};
use crate::json::{Document, HiddenValues, Language, literal};
use crate::redact;

/// A proxy request in this form. What looks like a credential becomes a variable. A raw body is
/// left to a file, `body`. Reference: section 7.
pub(super) fn proxy_request(request: &ProxyRequest, form: SnippetKind, target: &SnippetTarget) -> String {
    match form {
        SnippetKind::Jackfield => jackfield(request, target),
        SnippetKind::Curl => curl(request),
        SnippetKind::Python => python(request),
        SnippetKind::Node => node(request),
    }
}

/// A value on a shell's line, or the variable in its place, which is wanted then.
fn shell_value((name, value): &(Untrusted, Untrusted), hide: &mut Vec<String>) -> String {
    if !is_credential(name.raw(), value.raw()) {
        return word(value.raw());
    }
    let variable = variable(name.raw());
    hide.push(variable.clone());
    format!("\"${variable}\"")
}

fn is_credential(name: &str, value: &str) -> bool {
    redact::names_a_credential(name) || redact::text(value) != value
}

fn document(body: &ProxyBody) -> Option<(Document, HiddenValues)> {
    let ProxyBody::Json(json) = body else { return None };
    let document = Document::index(json.clone()).ok()?;
    let hidden = hidden(&document);
    Some((document, hidden))
}

fn jackfield(request: &ProxyRequest, target: &SnippetTarget) -> String {
    let mut options: Vec<_> = option(target).into_iter().collect();
    options.push(format!("--connection={}", word(request.connection.raw())));
    options.push(format!("--as={}", word(request.identifier.raw())));
    let mut hide = Vec::new();
    let mut pair = |option: &str, one: &(Untrusted, Untrusted), between: char| {
        format!("{option}={}{}", word(&format!("{}{between}", one.0.raw())), shell_value(one, &mut hide))
    };
    options.extend(request.query.iter().map(|one| pair("--query", one, '=')));
    options.extend(request.headers.iter().map(|one| pair("--header", one, ':')));
    match &request.body {
        ProxyBody::None => {}
        ProxyBody::Json(_) => {
            if let Some((document, hidden)) = document(&request.body) {
                options.push(format!("--body={}", in_quotes(&document, &hidden, 0)));
                hide.extend_from_slice(hidden.names());
            }
        }
        ProxyBody::Form(fields) => options.extend(fields.iter().map(|one| pair("--form", one, '='))),
        ProxyBody::Raw(_) => options.push("--body=@body".to_owned()),
    }
    let verb = format!("jackfield request {}", request.method.word());
    format!("{}{}\n", names(hide, "# "), command(&verb, request.path.raw(), options))
}

fn curl(request: &ProxyRequest) -> String {
    let mut lines = vec![
        format!(
            "curl -sS --globoff -X {} \"$SCALEKIT_ENVIRONMENT_URL\"{}",
            request.method.word(),
            word(&path(request))
        ),
        format!("-H {}", authorization()),
        format!("-H {}", word(&format!("connection_name: {}", request.connection.raw()))),
        format!("-H {}", word(&format!("identifier: {}", request.identifier.raw()))),
    ];
    let mut hide = Vec::new();
    let mut pair = |option: &str, one: &(Untrusted, Untrusted), between: &str| {
        format!("{option} {}{}", word(&format!("{}{between}", one.0.raw())), shell_value(one, &mut hide))
    };
    lines.extend(request.query.iter().map(|one| pair("--url-query", one, "=")));
    lines.extend(request.headers.iter().map(|one| pair("-H", one, ": ")));
    match &request.body {
        ProxyBody::None => {}
        ProxyBody::Json(_) => {
            if let Some((document, hidden)) = document(&request.body) {
                lines.push("-H 'Content-Type: application/json'".to_owned());
                lines.push(format!("-d {}", in_quotes(&document, &hidden, 0)));
                hide.extend_from_slice(hidden.names());
            }
        }
        ProxyBody::Form(fields) => lines.extend(fields.iter().map(|one| pair("--data-urlencode", one, "="))),
        ProxyBody::Raw(_) => lines.push("--data-binary @body".to_owned()),
    }
    format!("{}{}\n", names(hide, "# "), lines.join(" \\\n  "))
}

fn path(request: &ProxyRequest) -> String {
    format!("/proxy/{}", request.path.raw().trim_start_matches('/'))
}

/// `actions.request`, whose path begins with a slash.
fn python(request: &ProxyRequest) -> String {
    let mut arguments = vec![
        format!("connection_name={}", Language::PYTHON.text(request.connection.raw())),
        format!("identifier={}", Language::PYTHON.text(request.identifier.raw())),
        format!("path={}", Language::PYTHON.text(&format!("/{}", request.path.raw().trim_start_matches('/')))),
        format!("method=\"{}\"", request.method.word()),
    ];
    let mut hide = Vec::new();
    let mut named = |argument: &str, pairs: &[(Untrusted, Untrusted)], arguments: &mut Vec<String>| {
        if !pairs.is_empty() {
            arguments.push(format!("{argument}={}", object(pairs, &Language::PYTHON, &mut hide)));
        }
    };
    named("query_params", &request.query, &mut arguments);
    named("headers", &request.headers, &mut arguments);
    match &request.body {
        ProxyBody::None => {}
        ProxyBody::Form(fields) => named("form_data", fields, &mut arguments),
        ProxyBody::Raw(_) => arguments.push("raw_body=open(\"body\", \"rb\").read()".to_owned()),
        ProxyBody::Json(_) => {
            if let Some((document, hidden)) = document(&request.body) {
                arguments.push(format!("body={}", literal(&document, &hidden, &Language::PYTHON, 1)));
                hide.extend_from_slice(hidden.names());
            }
        }
    }
    let arguments: String = arguments.iter().map(|argument| format!("    {argument},\n")).collect();
    format!(
        "{}response = scalekit.actions.request(\n{arguments})\nprint(response.status_code)\nprint(response.text)\n",
        python_client(&names(hide, "# ")),
    )
}

/// `actions.request`, which sends a body or a form but no bytes.
fn node(request: &ProxyRequest) -> String {
    let mut arguments = vec![
        format!("connectionName: {}", Language::NODE.text(request.connection.raw())),
        format!("identifier: {}", Language::NODE.text(request.identifier.raw())),
        format!("path: {}", Language::NODE.text(&format!("/{}", request.path.raw().trim_start_matches('/')))),
        format!("method: \"{}\"", request.method.word()),
    ];
    let mut hide = Vec::new();
    let mut named = |argument: &str, pairs: &[(Untrusted, Untrusted)], arguments: &mut Vec<String>| {
        if !pairs.is_empty() {
            arguments.push(format!("{argument}: {}", object(pairs, &Language::NODE, &mut hide)));
        }
    };
    named("queryParams", &request.query, &mut arguments);
    named("headers", &request.headers, &mut arguments);
    match &request.body {
        ProxyBody::None => {}
        ProxyBody::Form(fields) => named("formData", fields, &mut arguments),
        ProxyBody::Raw(_) => arguments.push("body: (await import(\"node:fs\")).readFileSync(\"body\")".to_owned()),
        ProxyBody::Json(_) => {
            if let Some((document, hidden)) = document(&request.body) {
                arguments.push(format!("body: {}", literal(&document, &hidden, &Language::NODE, 1)));
                hide.extend_from_slice(hidden.names());
            }
        }
    }
    let arguments: String = arguments.iter().map(|argument| format!("  {argument},\n")).collect();
    format!(
        "{}const response = await scalekit.actions.request({{\n{arguments}}});\nconsole.log(response.status);\nconsole.log(response.data);\n",
        node_client(&names(hide, "// ")),
    )
}

/// Names and values as an object. Of a name that is there twice the SDKs send the last.
fn object(pairs: &[(Untrusted, Untrusted)], language: &Language, hide: &mut Vec<String>) -> String {
    let mut members = Vec::new();
    for (name, value) in pairs {
        let value = if is_credential(name.raw(), value.raw()) {
            let variable = variable(name.raw());
            hide.push(variable.clone());
            (language.variable)(&variable)
        } else {
            language.text(value.raw())
        };
        members.push(format!("{}: {value}", language.text(name.raw())));
    }
    format!("{{{}}}", members.join(", "))
}

/// A line that says which variables are wanted, each once.
fn names(hide: Vec<String>, comment: &str) -> String {
    let names: IndexSet<String> = hide.into_iter().collect();
    set_first(&names.into_iter().collect::<Vec<_>>(), comment)
}
