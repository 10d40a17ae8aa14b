//! What is written for others to run, read as they read it.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::*;
use crate::domain::{Effect, EffectSource, JsonText, ProxyBody, ProxyMethod, ProxyRequest, Tool, ToolCall};

fn call(input: &str) -> ToolCall {
    ToolCall {
        tool: "linear_issue_create".into(),
        account: "ca_1".into(),
        identifier: "o'hara@acme.dev".into(),
        connection: "linear".into(),
        input: JsonText::parse(input.to_owned()).unwrap(),
        agent_run: None,
    }
}

const INPUT: &str = r#"{"title":"It's \"broken\" \u2028 $HOME `x` \\","n":1.10,"ok":true,"none":null,"in":[{},[],{"api_key":"hunter2"}]}"#;

#[test]
fn no_credential_is_written_in_any_form() {
    for form in Form::ALL {
        let text = snippet(&call(INPUT), form);
        assert!(!text.contains("hunter2") && text.contains("API_KEY"), "{text}");
        assert!(!text.contains('\u{2028}'), "{form:?}");
    }
}

/// Runs a program with `text` on its standard input; none where there is no such program.
fn run(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).env("API_KEY", "k").stderr(Stdio::inherit()).output().ok()?;
    assert!(output.status.success(), "{program} refuses what was written");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// What the shell makes of a command: each word on a line of its own.
fn words(command: &str) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("call.sh");
    std::fs::write(&script, format!("jackfield() {{ for word; do printf '%s\\0' \"$word\"; done; }}\n{command}"))
        .unwrap();
    let out = run("/bin/sh", &[script.to_str().unwrap()])?;
    Some(out.split_terminator('\0').map(str::to_owned).collect())
}

#[test]
fn a_shell_reads_the_command_as_it_was_meant() {
    let Some(words) = words(&snippet(&call(INPUT), Form::Jackfield)) else { return };
    assert_eq!(words[..6], ["run", "linear_issue_create", "--as", "o'hara@acme.dev", "--account", "ca_1"]);
    let sent: Value = serde_json::from_str(&words[7]).unwrap();
    let mut meant: Value = serde_json::from_str(INPUT).unwrap();
    meant["in"][2]["api_key"] = json!("k");
    assert_eq!(sent, meant);
    assert!(words[7].contains("1.10"), "numbers stay as they were written");
}

#[test]
fn literals_are_those_of_their_language() {
    let python = snippet(&call(INPUT), Form::Python);
    assert!(python.contains("\"ok\": True") && python.contains("\"none\": None"), "{python}");
    assert!(python.contains("\"api_key\": os.environ[\"API_KEY\"]"));
    assert!(python.contains("connected_account_id=\"ca_1\""));
    let node = snippet(&call(INPUT), Form::Node);
    assert!(node.contains("\"ok\": true") && node.contains("\"api_key\": process.env.API_KEY"), "{node}");
    let curl = snippet(&call(INPUT), Form::Curl);
    assert!(
        curl.contains("\"$SCALEKIT_ENVIRONMENT_URL/api/v1/execute_tool\"")
            && curl.contains("\"connected_account_id\": \"ca_1\"")
    );
    assert!(snippet(&call(&format!("{{\"a\":{}1{}}}", "[".repeat(100), "]".repeat(100))), Form::Python).contains("1"));
}

fn request(body: ProxyBody) -> ProxyRequest {
    ProxyRequest {
        connection: "github".into(),
        identifier: "o'hara@acme.dev".into(),
        method: ProxyMethod::Post,
        path: "/search/$x".into(),
        query: vec![("q".into(), "a b&c".into()), ("access_token".into(), "hunter2".into())],
        headers: vec![("X-Api-Key".into(), "hunter2".into()), ("Accept".into(), "text/plain".into())],
        body,
    }
}

#[test]
fn proxy_requests_are_written_in_every_form_without_credentials() {
    let json = JsonText::parse(r#"{"a":true,"token":"hunter2"}"#).unwrap();
    let fields = vec![("password".into(), "hunter2".into()), ("b".into(), "it's".into())];
    for body in [ProxyBody::None, ProxyBody::Json(json), ProxyBody::Form(fields), ProxyBody::Raw("hunter2".into())] {
        for form in Form::ALL {
            let text = proxy_snippet(&request(body.clone()), form);
            assert!(!text.contains("hunter2") && text.contains("X_API_KEY"), "{text}");
            assert!(text.contains("/search/$x"));
            let first = text.lines().find(|line| line.contains("set first:")).unwrap_or_default();
            let variables: Vec<&str> = first.rsplit(": ").next().unwrap_or_default().split(", ").collect();
            let mut wanted = vec!["ACCESS_TOKEN", "X_API_KEY"];
            wanted.extend(match body {
                ProxyBody::Json(_) => Some("TOKEN"),
                ProxyBody::Form(_) => Some("PASSWORD"),
                ProxyBody::None | ProxyBody::Raw(_) => None,
            });
            assert_eq!(variables, wanted, "{text}");
        }
    }
}

#[test]
fn a_shell_reads_the_request_as_it_was_meant() {
    let json = JsonText::parse(r#"{"a":"it's"}"#).unwrap();
    let Some(words) = words(&proxy_snippet(&request(ProxyBody::Json(json)), Form::Jackfield)) else { return };
    assert_eq!(words[..3], ["request", "POST", "/search/$x"]);
    assert!(words.contains(&"q=a b&c".to_owned()) && words.contains(&"Accept:text/plain".to_owned()), "{words:?}");
    assert_eq!(serde_json::from_str::<Value>(words.last().unwrap()).unwrap(), json!({"a":"it's"}));
}

fn tool(name: &str, schema: &str) -> Tool {
    Tool {
        name: name.into(),
        title: "Title".into(),
        description: "Does it.".into(),
        provider: "LINEAR".into(),
        input_schema: Some(JsonText::parse(schema.to_owned()).unwrap()),
        effect: Effect::Reads,
        effect_source: EffectSource::Declared,
        account: None,
        identifier: None,
        raw: JsonText::empty_object(),
    }
}

#[test]
fn definitions_are_what_each_dialect_wants() {
    let schema = r#"{"type":"object","properties":{"b":{},"a":{"default":1.10}}}"#;
    let tools = [tool("x", schema), Tool { input_schema: None, ..tool("y", "{}") }];
    let parsed = |dialect| serde_json::from_str::<Value>(&definitions(&tools, dialect)).unwrap();
    let wanted: Value = serde_json::from_str(schema).unwrap();
    assert_eq!(parsed(Dialect::Anthropic)[0], json!({"name":"x","description":"Does it.","input_schema":wanted}));
    assert_eq!(parsed(Dialect::OpenAi)[0]["function"]["parameters"], wanted);
    let mcp = &parsed(Dialect::Mcp)[0];
    assert_eq!((&mcp["inputSchema"], &mcp["annotations"]), (&wanted, &json!({"readOnlyHint":true})));
    assert_eq!(parsed(Dialect::Mcp)[1]["inputSchema"]["type"], "object");
    assert!(definitions(&tools, Dialect::Anthropic).contains(schema), "byte for byte");
    assert_eq!(definitions(&[], Dialect::Mcp), "[]");
}

#[test]
fn a_tool_weighs_about_as_much_as_its_definition() {
    let schema = r#"{"type":"object","properties":{"b":{"description":"Wie heißt es?"},"a":{"default":1.10}}}"#;
    let tool = tool("linear_issue_create", schema);
    let exact = tokens(definitions(std::slice::from_ref(&tool), Dialect::Anthropic).as_bytes());
    assert!(weight(&tool).abs_diff(exact) <= 3, "{} {exact}", weight(&tool));
}

#[test]
fn what_would_be_refused_is_named_with_its_place() {
    let bad = r##"{"type":"object","oneOf":[],"properties":{"a b":{"type":"file"},"list":{"type":"array"},
        "to":{"$ref":"#/$defs/none"},"far":{"$ref":"https://x.example/s"},"e":{"enum":[]},"r":{"required":true}}}"##;
    let said = |schema: &str, name: &str, dialect| {
        lint(&[tool(name, schema)], dialect).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let anthropic = said(bad, "x", Dialect::Anthropic).join("\n");
    for place in
        ["/oneOf", "/properties/a b:", "/properties/a b/type", "/to/$ref", "/far/$ref", "/e/enum", "/r/required"]
    {
        assert!(anthropic.contains(place), "{place}\n{anthropic}");
    }
    assert!(!anthropic.contains("items"));
    assert!(said(bad, "x", Dialect::OpenAi).join("\n").contains("x at /properties/list: An array must say"));
    let long = "n".repeat(65);
    assert_eq!(said(r#"{"type":"object"}"#, &long, Dialect::OpenAi).len(), 1);
    assert!(said(r#"{"type":"object"}"#, "a.b", Dialect::Anthropic)[0].contains("`.`"));
    assert!(said(r#"{"type":"object"}"#, "a.b", Dialect::Mcp).is_empty());
    assert!(said("{}", "x", Dialect::Mcp)[0].contains("no `type`"));
    assert!(said("[]", "x", Dialect::Mcp)[0].contains("no object"));
    let twice = [tool("x", r#"{"type":"object"}"#), tool("x", r#"{"type":"object"}"#)];
    assert!(lint(&twice, Dialect::Mcp)[0].message.contains("same name"));
}
