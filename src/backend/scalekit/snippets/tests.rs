//! Snippets, read as the shell and the languages read them.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::*;

const VARIABLES: &SnippetTarget = &SnippetTarget::Variables;
use crate::domain::{JsonText, ProxyBody, ProxyMethod};

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

const INPUT: &str = r#"{"title":"It's \"broken\" \u2028 $HOME `x` \\","n":1.10,"ok":true,"none":null,"in":[{},[],{"api_key":"hunter2"},"\\\\n\\'"]}"#;

#[test]
fn no_credential_is_written_in_any_form() {
    for form in SnippetKind::ALL.iter().copied() {
        let text = tool_call(&call(INPUT), form, VARIABLES);
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

/// Shells that a command may be pasted into, each with a function that tells the words it is called with.
const SHELLS: [(&str, &str); 4] = [
    ("sh", "jackfield() { for word; do printf '%s\\0' \"$word\"; done; }"),
    ("bash", "jackfield() { for word; do printf '%s\\0' \"$word\"; done; }"),
    ("zsh", "jackfield() { for word; do printf '%s\\0' \"$word\"; done; }"),
    ("fish", "function jackfield; for word in $argv; printf '%s\\0' \"$word\"; end; end"),
];

/// Words that each shell of this machine makes of a command.
fn words(command: &str) -> Vec<Vec<String>> {
    let read = |(shell, function): &(&str, &str)| {
        let out = run(shell, &["-c", &format!("{function}\n{command}")])?;
        Some(out.split_terminator('\0').map(str::to_owned).collect())
    };
    SHELLS.iter().filter_map(read).collect()
}

#[test]
fn a_shell_reads_the_command_as_it_was_meant() {
    for words in words(&tool_call(&call(INPUT), SnippetKind::Jackfield, VARIABLES)) {
        assert_eq!(words[..4], ["run", "linear_issue_create", "--as=o'hara@acme.dev", "--account=ca_1"]);
        let input = words[4].strip_prefix("--input=").unwrap();
        let sent: Value = serde_json::from_str(input).unwrap();
        let mut meant: Value = serde_json::from_str(INPUT).unwrap();
        meant["in"][2]["api_key"] = json!("k");
        assert_eq!(sent, meant);
        assert!(input.contains("1.10"), "numbers stay as they were written");
    }
}

#[test]
fn literals_are_those_of_their_language() {
    let python = tool_call(&call(INPUT), SnippetKind::Python, VARIABLES);
    assert!(python.contains("\"ok\": True") && python.contains("\"none\": None"), "{python}");
    assert!(python.contains("\"api_key\": os.environ[\"INPUT_API_KEY\"]"));
    assert!(python.contains("connected_account_id=\"ca_1\""));
    let node = tool_call(&call(INPUT), SnippetKind::Node, VARIABLES);
    assert!(node.contains("\"ok\": true") && node.contains("\"api_key\": process.env.INPUT_API_KEY"), "{node}");
    let curl = tool_call(&call(INPUT), SnippetKind::Curl, VARIABLES);
    assert!(
        curl.contains("\"$SCALEKIT_ENVIRONMENT_URL/api/v1/execute_tool\"")
            && curl.contains("\"connected_account_id\": \"ca_1\"")
    );
    assert!(
        tool_call(&call(&format!("{{\"a\":{}1{}}}", "[".repeat(100), "]".repeat(100))), SnippetKind::Python, VARIABLES)
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
            let text = proxy_request(&request(body.clone()), form, VARIABLES);
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
    for words in words(&proxy_request(&request(ProxyBody::Json(json)), SnippetKind::Jackfield, VARIABLES)) {
        assert_eq!(words[..3], ["request", "POST", "/search/$x"]);
        assert!(
            words.contains(&"--query=q=a b&c".to_owned()) && words.contains(&"--header=Accept:text/plain".to_owned()),
            "{words:?}"
        );
        let body = words.last().unwrap().strip_prefix("--body=").unwrap();
        assert_eq!(serde_json::from_str::<Value>(body).unwrap(), json!({"a":"it's"}));
    }
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
        for text in [tool_call(&call, form, VARIABLES), proxy_request(&request, form, VARIABLES)] {
            assert!(is_open(&text), "{form:?} {text:?}");
        }
    }
    for words in words(&tool_call(&call, SnippetKind::Jackfield, VARIABLES)) {
        let option = |name: &str| format!("--{name}={HIDING}");
        assert_eq!(words[..4], ["run".to_owned(), option("as"), option("account"), option("agent-run")]);
        assert_eq!(words[5..], ["--", HIDING], "a name is not taken for an option");
        let sent: Value = serde_json::from_str(words[4].strip_prefix("--input=").unwrap()).unwrap();
        assert_eq!(sent, json!({ HIDING: HIDING }));
    }
    for words in words(&proxy_request(&request, SnippetKind::Jackfield, VARIABLES)) {
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
        let text = tool_call(&call, form, VARIABLES);
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
        for text in [tool_call(&call(input), form, VARIABLES), proxy_request(&request, form, VARIABLES)] {
            let first = text.lines().find(|line| line.contains("set first:")).unwrap();
            let names: Vec<&str> = first.rsplit(": ").next().unwrap().split(", ").collect();
            assert!(names.contains(&"INPUT_SCALEKIT_CLIENT_SECRET"), "{text}");
            assert!(names.iter().all(|name| name.starts_with("INPUT_")), "{names:?}");
            let own = text.lines().find(|line| line.contains("\"scalekit_client_secret\":")).unwrap();
            assert!(own.contains("INPUT_SCALEKIT_CLIENT_SECRET"), "{text}");
        }
    }
    let text = tool_call(&call(input), SnippetKind::Python, VARIABLES);
    for variable in ["INPUT_TOKEN", "INPUT_TOKEN_2", "INPUT_SCALEKIT_TOKEN"] {
        assert_eq!(text.matches(&format!("os.environ[\"{variable}\"]")).count(), 1, "{variable} {text}");
    }
}

#[test]
fn curl_takes_brackets_in_a_path_as_they_are() {
    let request = ProxyRequest { path: "/lists/{id}[1-3]".into(), ..request(ProxyBody::None) };
    let text = proxy_request(&request, SnippetKind::Curl, VARIABLES);
    assert!(
        text.contains("curl -sS --globoff -X POST \"$SCALEKIT_ENVIRONMENT_URL\"'/proxy/lists/{id}[1-3]'"),
        "{text}"
    );
}

/// Modifiers of a file's text.
fn modifiers(text: &str) -> Vec<crate::modifier::Modifier> {
    let file = crate::modifier::ModifierFile::parse(text);
    assert_eq!(file.problems, []);
    file.modifiers
}

const MODIFIERS: &str = r##"
[[modifier]]
name = "short"
tools = "linear_*"
before = '.limit = (.limit // 10)'
after = """
# keep "it" short
{ id }"""
[[modifier]]
name = "more\u2028"
tools = "*"
before = ".x = \"it's\""
"##;

fn modified(form: SnippetKind, modifiers: SnippetModifiers<'_>) -> String {
    ScalekitSnippets.modified_tool_call(&call(INPUT), form, VARIABLES, modifiers).unwrap()
}

#[test]
fn modifiers_are_hooks_of_the_python_client_in_their_order() {
    let modifiers = modifiers(MODIFIERS);
    let text = modified(SnippetKind::Python, SnippetModifiers::TakePart(&modifiers));
    let places = [
        "# pip install scalekit-sdk-python jq\n",
        "import jq\n",
        "scalekit = ScalekitClient(",
        "# modifier short, before:\n#   .limit = (.limit // 10)\n\
         @scalekit.actions.pre_modifier(tool_names=[\"linear_issue_create\"])\ndef before_1(data):\n    \
         return jq.compile(\".limit = (.limit // 10)\").input_value(data).first()\n",
        "def before_2(data):",
        "#   # keep \"it\" short\n#   { id }\n@scalekit.actions.post_modifier(",
        "def after_1(data):",
        "result = scalekit.actions.execute_tool(",
    ];
    let found: Vec<_> = places.iter().map(|part| text.find(part).unwrap_or_else(|| panic!("{part}: {text}"))).collect();
    assert!(found.is_sorted(), "{text}");
    assert!(!text.contains('\u{2028}') && !text.contains("def after_2"), "{text}");
}

/// Stands in for the SDK: hooks as its `actions` has them, and a jq that tells what it was asked.
const STAND_IN: &str = r#"
import sys, types, json
class Actions:
    def __init__(self): self.hooks = []
    def _hook(self, side, names):
        def decorator(func):
            self.hooks.append((side, names, func))
            return func
        return decorator
    def pre_modifier(self, tool_names): return self._hook("pre", tool_names)
    def post_modifier(self, tool_names): return self._hook("post", tool_names)
    def execute_tool(self, tool_name, connected_account_id, tool_input):
        seen = [tool_input.get("title", "")]
        for side in ("pre", "post"):
            for at, names, func in self.hooks:
                if at == side and tool_name in names: seen = func(seen)
        return types.SimpleNamespace(execution_id="exec_1", data=json.dumps(seen[1:]))
class Client:
    def __init__(self, *_): self.actions = Actions()
class Filter:
    def __init__(self, text): self.text = text
    def input_value(self, value): return types.SimpleNamespace(first=lambda: value + [self.text])
sys.modules["scalekit"] = types.SimpleNamespace(ScalekitClient=Client)
sys.modules["jq"] = types.SimpleNamespace(compile=Filter)
import os
for name in ("ENVIRONMENT_URL", "CLIENT_ID", "CLIENT_SECRET"): os.environ["SCALEKIT_" + name] = "x"
"#;

#[test]
fn python_runs_the_filters_in_the_order_in_which_they_apply() {
    let modifiers = modifiers(MODIFIERS);
    let text = modified(SnippetKind::Python, SnippetModifiers::TakePart(&modifiers));
    let Some(out) = run("python3", &["-c", &format!("{STAND_IN}{text}")]) else { return };
    let filters: Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    assert_eq!(filters, json!([".limit = (.limit // 10)", ".x = \"it's\"", "# keep \"it\" short\n{ id }"]));
}

#[test]
fn forms_without_modifiers_say_so_and_what_was_sent_is_not_changed_again() {
    let modifiers = modifiers(MODIFIERS);
    let part = SnippetModifiers::TakePart(&modifiers);
    assert!(modified(SnippetKind::Curl, part).contains("# without these modifiers: short, more"));
    assert!(modified(SnippetKind::Node, part).contains("// without these modifiers: short, more"));
    assert!(!modified(SnippetKind::Jackfield, part).contains("modifiers"), "it applies them itself");
    assert!(modified(SnippetKind::Jackfield, SnippetModifiers::Done).contains(" --no-modifiers "));
    for form in [SnippetKind::Curl, SnippetKind::Python, SnippetKind::Node] {
        let plain = ScalekitSnippets.tool_call(&call(INPUT), form, VARIABLES).unwrap();
        assert_eq!(modified(form, SnippetModifiers::Done), plain, "{form:?}");
    }
}
