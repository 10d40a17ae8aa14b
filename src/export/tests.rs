//! Snippets and definitions, read as the shell and the languages read them.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::*;
use crate::domain::{EffectSource, JsonText, ProxyBody, ProxyMethod, ProxyRequest, Tool, ToolCall, ToolEffect};

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
    for form in SnippetKind::ALL.iter().copied() {
        let text = snippet(&call(INPUT), form);
        assert!(!text.contains("hunter2") && text.contains("INPUT_API_KEY"), "{text}");
        assert!(!text.contains('\u{2028}'), "{form:?}");
    }
}

/// Runs a program with `text` on its standard input; none where there is no such program.
fn run(program: &str, arguments: &[&str]) -> Option<String> {
    let output =
        Command::new(program).args(arguments).env("INPUT_API_KEY", "k").stderr(Stdio::inherit()).output().ok()?;
    assert!(output.status.success(), "{program} refuses what was written");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Words that the shell makes of a command, each on a line of its own.
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
    let Some(words) = words(&snippet(&call(INPUT), SnippetKind::Jackfield)) else { return };
    assert_eq!(words[..4], ["run", "linear_issue_create", "--as=o'hara@acme.dev", "--account=ca_1"]);
    let input = words[4].strip_prefix("--input=").unwrap();
    let sent: Value = serde_json::from_str(input).unwrap();
    let mut meant: Value = serde_json::from_str(INPUT).unwrap();
    meant["in"][2]["api_key"] = json!("k");
    assert_eq!(sent, meant);
    assert!(input.contains("1.10"), "numbers stay as they were written");
}

#[test]
fn literals_are_those_of_their_language() {
    let python = snippet(&call(INPUT), SnippetKind::Python);
    assert!(python.contains("\"ok\": True") && python.contains("\"none\": None"), "{python}");
    assert!(python.contains("\"api_key\": os.environ[\"INPUT_API_KEY\"]"));
    assert!(python.contains("connected_account_id=\"ca_1\""));
    let node = snippet(&call(INPUT), SnippetKind::Node);
    assert!(node.contains("\"ok\": true") && node.contains("\"api_key\": process.env.INPUT_API_KEY"), "{node}");
    let curl = snippet(&call(INPUT), SnippetKind::Curl);
    assert!(
        curl.contains("\"$SCALEKIT_ENVIRONMENT_URL/api/v1/execute_tool\"")
            && curl.contains("\"connected_account_id\": \"ca_1\"")
    );
    assert!(
        snippet(&call(&format!("{{\"a\":{}1{}}}", "[".repeat(100), "]".repeat(100))), SnippetKind::Python)
            .contains("1")
    );
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
        for form in SnippetKind::ALL.iter().copied() {
            let text = proxy_snippet(&request(body.clone()), form);
            assert!(!text.contains("hunter2") && text.contains("INPUT_X_API_KEY"), "{text}");
            assert!(text.contains("/search/$x"));
            let first = text.lines().find(|line| line.contains("set first:")).unwrap_or_default();
            let variables: Vec<&str> = first.rsplit(": ").next().unwrap_or_default().split(", ").collect();
            let mut wanted = vec!["INPUT_ACCESS_TOKEN", "INPUT_X_API_KEY"];
            wanted.extend(match body {
                ProxyBody::Json(_) => Some("INPUT_TOKEN"),
                ProxyBody::Form(_) => Some("INPUT_PASSWORD"),
                ProxyBody::None | ProxyBody::Raw(_) => None,
            });
            assert_eq!(variables, wanted, "{text}");
        }
    }
}

#[test]
fn a_shell_reads_the_request_as_it_was_meant() {
    let json = JsonText::parse(r#"{"a":"it's"}"#).unwrap();
    let Some(words) = words(&proxy_snippet(&request(ProxyBody::Json(json)), SnippetKind::Jackfield)) else { return };
    assert_eq!(words[..3], ["request", "POST", "/search/$x"]);
    assert!(
        words.contains(&"--query=q=a b&c".to_owned()) && words.contains(&"--header=Accept:text/plain".to_owned()),
        "{words:?}"
    );
    let body = words.last().unwrap().strip_prefix("--body=").unwrap();
    assert_eq!(serde_json::from_str::<Value>(body).unwrap(), json!({"a":"it's"}));
}

/// Control characters, an override of the direction, a tag beyond the first plane, and everything that
/// quotes.
const HIDING: &str = "-x\u{1b}[31m\u{7f}\u{9b}\u{202e}\u{200b}\u{e0041}'\\\n\"$é😀4";

/// True if everything in a text is seen by whoever reads it.
fn is_open(text: &str) -> bool {
    text.chars().all(|c| c == '\n' || !crate::domain::is_hostile(c))
}

#[test]
fn what_hides_is_written_openly_and_read_back_as_it_was() {
    let input = JsonText::parse(json!({ HIDING: HIDING }).to_string()).unwrap();
    let call = ToolCall {
        tool: HIDING.into(),
        account: HIDING.into(),
        identifier: HIDING.into(),
        agent_run: Some(HIDING.into()),
        ..call(input.raw())
    };
    let pair = || vec![(HIDING.into(), HIDING.into())];
    let body = || ProxyBody::Form(pair());
    let request = ProxyRequest {
        path: HIDING.into(),
        query: pair(),
        headers: pair(),
        identifier: HIDING.into(),
        ..request(body())
    };
    for form in SnippetKind::ALL.iter().copied() {
        for text in [snippet(&call, form), proxy_snippet(&request, form)] {
            assert!(is_open(&text), "{form:?} {text:?}");
        }
    }
    let read = |command: &str| {
        let script = format!("jackfield() {{ for word; do printf '%s\\0' \"$word\"; done; }}\n{command}");
        let out = run("bash", &["-c", &script])?;
        Some(out.split_terminator('\0').map(str::to_owned).collect::<Vec<_>>())
    };
    if let Some(words) = read(&snippet(&call, SnippetKind::Jackfield)) {
        let option = |name: &str| format!("--{name}={HIDING}");
        assert_eq!(words[..4], ["run".to_owned(), option("as"), option("account"), option("agent-run")]);
        assert_eq!(words[5..], ["--", HIDING], "a name is not taken for an option");
        let sent: Value = serde_json::from_str(words[4].strip_prefix("--input=").unwrap()).unwrap();
        assert_eq!(sent, json!({ HIDING: HIDING }));
    }
    if let Some(words) = read(&proxy_snippet(&request, SnippetKind::Jackfield)) {
        assert_eq!(words[..4], ["request", "POST", "--connection=github", &format!("--as={HIDING}")]);
        assert_eq!(
            words[4..7],
            [("query", '='), ("header", ':'), ("form", '=')]
                .map(|(option, between)| { format!("--{option}={HIDING}{between}{HIDING}") })
        );
        assert_eq!(words[7..], ["--", HIDING]);
    }
}

/// The literal that a language's form has for [`HIDING`], read by that language.
#[test]
fn python_and_node_read_what_hides_as_it_was() {
    let call = ToolCall { account: HIDING.into(), ..call("{}") };
    let literal = |form, name: &str| {
        let text = snippet(&call, form);
        let line = text.lines().find_map(|line| line.trim().strip_prefix(name)).unwrap().to_owned();
        line.trim_end_matches(',').to_owned()
    };
    let python = format!(
        "import sys; sys.stdout.buffer.write({}.encode())",
        literal(SnippetKind::Python, "connected_account_id=")
    );
    if let Some(read) = run("python3", &["-c", &python]) {
        assert_eq!(read, HIDING);
    }
    let node = format!("process.stdout.write({})", literal(SnippetKind::Node, "connectedAccountId: "));
    if let Some(read) = run("node", &["-e", &node]) {
        assert_eq!(read, HIDING);
    }
}

#[test]
fn a_variable_of_an_input_is_none_of_the_environments() {
    let input = r#"{"scalekit_client_secret":"a","SCALEKIT_TOKEN":"b","path":{"token":"c"},"more":[{"token":"d"},{"token_2":"e"}]}"#;
    let headers = vec![("Scalekit-Client-Secret".into(), "f".into())];
    let body = ProxyBody::Json(JsonText::parse(input.to_owned()).unwrap());
    let request = ProxyRequest { headers, query: Vec::new(), ..request(body) };
    for form in SnippetKind::ALL.iter().copied() {
        for text in [snippet(&call(input), form), proxy_snippet(&request, form)] {
            let first = text.lines().find(|line| line.contains("set first:")).unwrap();
            let names: Vec<&str> = first.rsplit(": ").next().unwrap().split(", ").collect();
            assert!(names.contains(&"INPUT_SCALEKIT_CLIENT_SECRET"), "{text}");
            assert!(names.iter().all(|name| name.starts_with("INPUT_")), "{names:?}");
            let own = text.lines().find(|line| line.contains("\"scalekit_client_secret\":")).unwrap();
            assert!(own.contains("INPUT_SCALEKIT_CLIENT_SECRET"), "{text}");
        }
    }
    let text = snippet(&call(input), SnippetKind::Python);
    for variable in ["INPUT_TOKEN", "INPUT_TOKEN_2", "INPUT_SCALEKIT_TOKEN"] {
        assert_eq!(text.matches(&format!("os.environ[\"{variable}\"]")).count(), 1, "{variable} {text}");
    }
}

#[test]
fn curl_takes_brackets_in_a_path_as_they_are() {
    let request = ProxyRequest { path: "/lists/{id}[1-3]".into(), ..request(ProxyBody::None) };
    let text = proxy_snippet(&request, SnippetKind::Curl);
    assert!(
        text.contains("curl -sS --globoff -X POST \"$SCALEKIT_ENVIRONMENT_URL\"'/proxy/lists/{id}[1-3]'"),
        "{text}"
    );
}

fn tool(name: &str, schema: &str) -> Tool {
    Tool {
        name: name.into(),
        title: "Title".into(),
        description: "Does it.".into(),
        provider: "LINEAR".into(),
        input_schema: Some(JsonText::parse(schema.to_owned()).unwrap()),
        effect: ToolEffect::Reads,
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
    assert!(tool_tokens(&tool).abs_diff(exact) <= 3, "{} {exact}", tool_tokens(&tool));
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

/// Flaws of a schema: `!` before what would be refused, the place, the sentence.
fn flaws(schema: &str, dialect: Dialect) -> Vec<String> {
    let complaints = lint(&[tool("x", schema)], dialect);
    let said = |one: &LintProblem| format!("{}{} {}", if one.refused { "!" } else { "" }, one.path.raw(), one.message);
    complaints.iter().map(said).collect()
}

/// A schema of older drafts and of none, which no model takes.
const OLD: &str = r##"{"type":"object","id":"http://x.example/s","properties":{
    "min":{"type":"integer","minimum":0,"exclusiveMinimum":true},
    "pair":{"type":"array","items":[{"type":"string"}],"additionalItems":false},
    "must":{"type":"string","required":true},
    "wrong":{"type":"string","maxLength":"9","description":["a"]},
    "when":{"dependencies":{"a":["b"]},"nullable":true},
    "ref":{"$ref":"#/definitions/d"}},"definitions":{"d":{"type":"string","pattern":"((("}}}"##;

#[test]
fn older_drafts_and_wrong_keywords_are_named_with_their_place() {
    for dialect in Dialect::ALL.iter().copied() {
        let said = flaws(OLD, dialect);
        for place in [
            "!/properties/min/exclusiveMinimum ",
            "!/properties/pair/items ",
            "!/properties/must/required ",
            "!/properties/wrong/maxLength ",
            "!/properties/wrong/description ",
            "!/definitions/d/pattern ",
            "/id ",
            "/properties/pair/additionalItems ",
            "/properties/when/dependencies ",
            "/properties/when/nullable ",
            "/definitions ",
        ] {
            assert_eq!(said.iter().filter(|line| line.starts_with(place)).count(), 1, "{place} {said:#?}");
        }
        assert_eq!(said.len(), 11, "{said:#?}");
    }
    let named = r#"{"type":"object","properties":{"id":{"type":"string"},"definitions":{},"nullable":{"const":1}}}"#;
    assert!(flaws(named, Dialect::Anthropic).is_empty(), "a property may be called like a keyword");
}

#[test]
fn patterns_are_held_against_what_each_model_reads() {
    let with =
        |pattern: &str| json!({"type":"object","properties":{"a":{"type":"string","pattern":pattern}}}).to_string();
    for pattern in ["^(?!x)", "a(?<=b)", r"[^\]]\\(?=x)"] {
        assert!(flaws(&with(pattern), Dialect::Anthropic).is_empty(), "{pattern}");
        assert!(
            flaws(&with(pattern), Dialect::OpenAi)[0].starts_with("!/properties/a/pattern The pattern looks"),
            "{pattern}"
        );
    }
    assert!(flaws(&with(r"^\p{L}+$"), Dialect::OpenAi)[0].contains(r"has `\p{…}`"));
    for pattern in ["^(?:x)(y)$", r"\(?=x", "[(?=]", r"\\p{2}"] {
        assert!(
            flaws(&with(pattern), Dialect::OpenAi).is_empty(),
            "{pattern} {:?}",
            flaws(&with(pattern), Dialect::OpenAi)
        );
    }
    let names = r#"{"type":"object","patternProperties":{"[z-a]":{}}}"#;
    assert_eq!(flaws(names, Dialect::Mcp), ["!/patternProperties/[z-a] The pattern cannot be read."]);
}

#[test]
fn what_is_mended_is_refused_no_more() {
    let top = r##"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],
        "oneOf":[{"properties":{"b":{"type":"integer"},"k":{"const":1}},"required":["b","k"]},
            {"$ref":"#/$defs/c"}],
        "allOf":[{"properties":{"a":{"minLength":1}},"required":["d"]}],
        "$defs":{"c":{"properties":{"c":{"type":"array"},"k":{"const":2}},"required":["c","k"]}}}"##;
    let names = r#"{"type":"object","properties":{"$filter":{},"ok":{"pattern":"^(?=a)\\p{L}"},"e":{"enum":[]}}}"#;
    let deep = r#"{"properties":{"far":{"$ref":"https://x.example/s"},"list":{"type":["array","null"]}},"anyOf":7}"#;
    for schema in [OLD, top, names, deep, "[]", r#"{"type":["object","null"],"not":{}}"#] {
        for dialect in Dialect::ALL.iter().copied() {
            let tool = tool("x", schema);
            let better = autofix(&tool, dialect).unwrap_or_else(|| tool.clone());
            let left: Vec<_> = lint(std::slice::from_ref(&better), dialect).iter().map(ToString::to_string).collect();
            assert_eq!(left, [""; 0], "{dialect:?} {schema}\n{}", better.input_schema.unwrap().raw());
            assert_eq!(autofix(&better, dialect).map(|tool| tool.input_schema), None, "once is enough");
        }
    }
    let better = |schema: &str| -> Value {
        serde_json::from_str(autofix(&tool("x", schema), Dialect::Anthropic).unwrap().input_schema.unwrap().raw())
            .unwrap()
    };
    let flat = better(top);
    assert_eq!(flat["required"], json!(["a", "k", "d"]), "what all of them ask for");
    assert_eq!(flat["properties"]["a"], json!({"allOf":[{"type":"string"},{"minLength":1}]}));
    assert_eq!(flat["properties"]["k"], json!({"anyOf":[{"const":1},{"const":2}]}));
    assert!(flat["properties"]["b"].is_object() && flat["properties"]["c"].is_object());
    assert_eq!(better(OLD)["properties"]["min"], json!({"type":"integer","exclusiveMinimum":0}));
    assert_eq!(better(OLD)["required"], json!(["must"]));
    assert_eq!(better(names)["properties"], json!({"ok":{"pattern":"^(?=a)\\p{L}"},"e":{}}));
}

#[test]
fn what_cannot_be_mended_stays_and_is_told() {
    let required = r#"{"type":"object","properties":{"$filter":{}},"required":["$filter"]}"#;
    assert!(autofix(&tool("x", required), Dialect::Anthropic).is_none());
    assert!(
        autofix(&tool("a.b", r#"{"type":"object"}"#), Dialect::Anthropic).is_none(),
        "a name is what it is called by"
    );
    let long = Tool { description: "d".repeat(2_000).into(), ..tool("x", r#"{"type":"object"}"#) };
    assert_eq!(autofix(&long, Dialect::OpenAi).unwrap().description.raw().chars().count(), 1024);
    assert!(autofix(&long, Dialect::Anthropic).is_none());
    assert!(autofix(&tool("x", r#"{"type":"object","properties":{"n":{"maximum":1.10}}}"#), Dialect::OpenAi).is_none());
}
