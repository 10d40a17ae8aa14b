//! The program itself at standard input and output.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::cli::process::{Running, Served, jackfield, run, signal};
use crate::waiting::until;

struct Program {
    child: Child,
    out: BufReader<ChildStdout>,
    _home: Option<tempfile::TempDir>,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let line = ["--sandbox", "serve", "mcp", "--as", "ada@acme.dev"];
        let command = jackfield(home.path(), &[&line, arguments].concat());
        Self { _home: Some(home), ..Self::of(command) }
    }

    fn of(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out, _home: None }
    }

    fn send(&mut self, message: &Value) {
        let mut input = self.child.stdin.as_ref().unwrap();
        input.write_all(format!("{message}\n").as_bytes()).unwrap();
        input.flush().unwrap();
    }

    fn answer(&mut self) -> Value {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    fn hello(&mut self) {
        self.send(&json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "raw", "version": "0"}}}));
        assert_eq!(self.answer()["result"]["serverInfo"]["name"], "jackfield");
        self.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
    }

    fn call(&mut self, id: u64) {
        let params = json!({"name": "asana_me_get", "arguments": {}});
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}));
    }
}

#[test]
fn nothing_but_the_protocol_comes_out_and_the_end_of_the_input_is_the_end() {
    let mut program = Program::start(&["--mode", "free"]);
    program.hello();
    program.call(2);
    let answer = program.answer();
    assert!(answer["result"]["content"][0]["text"].as_str().unwrap().contains("Ada Marlow"), "{answer}");
    drop(program.child.stdin.take());
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut program.out, &mut rest).unwrap();
    assert_eq!(rest, "");
    let ended = program.child.wait_with_output().unwrap();
    assert!(ended.status.success());
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.contains("Serving tools of sandbox as ada@acme.dev."), "{said}");
}

#[test]
fn a_signal_ends_it_while_the_client_still_listens() {
    for name in ["INT", "TERM"] {
        let mut program = Program::start(&[]);
        program.hello();
        signal(program.child.id(), name);
        assert!(program.child.wait().unwrap().success(), "{name}");
    }
}

#[test]
fn what_is_no_client_is_told_so() {
    let home = tempfile::tempdir().unwrap();
    let line = ["--sandbox", "serve", "mcp", "--as", "ada@acme.dev"];
    let ran = run(jackfield(home.path(), &line), "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n");
    assert_ne!(ran.code, 0);
    assert!(ran.err.contains("does not begin as the protocol does"), "{}", ran.err);
}

fn serve(served: &Served) -> Program {
    let mut program = Program::of(served.command(&["serve", "mcp", "--as", "ada@acme.dev", "--mode", "free"]));
    program.hello();
    program
}

#[test]
fn a_call_whose_server_is_killed_is_of_unknown_outcome_and_not_sent_again() {
    let served = Served::start(&["--fault", "POST /api/v1/execute_tool hang"]);
    let listed = |filter: &str| {
        let list = served.run(&["history", "list", filter, "--json"]).json();
        list["calls"].as_array().expect("calls").len()
    };
    let mut program = serve(&served);
    program.call(2);
    until("a call under way", || (listed("status:running") == 1).then_some(()));
    signal(program.child.id(), "KILL");
    program.child.wait().unwrap();
    assert_eq!((listed("status:running"), listed("status:unknown")), (0, 1));
    let mut again = serve(&served);
    again.send(&json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list"}));
    assert!(again.answer()["result"]["tools"].is_array());
    drop(again.child.stdin.take());
    assert!(again.child.wait().unwrap().success());
    assert_eq!((listed("front:serve"), listed("status:unknown")), (1, 1), "nothing was sent again");
}

#[test]
fn an_interrupt_ends_the_server_over_http_and_settles_its_calls() {
    let served = Served::start(&["--fault", "POST /api/v1/execute_tool hang"]);
    let mut command = served.command(&["serve", "mcp", "--as", "ada@acme.dev", "--mode", "free", "--http", "0"]);
    command.env("JACKFIELD_SERVE_TOKEN", "token-of-this-test-0123");
    let server = Running::start(command);
    let said = server.wait_err(|text| text.contains("Listening at ") && text.ends_with('\n'));
    let url = said.lines().find_map(|line| line.split_once("Listening at ")).unwrap().1.to_owned();
    let port = url.rsplit_once(':').unwrap().1.trim_end_matches("/mcp").parse::<u16>().unwrap();
    let params = json!({"name": "asana_me_get", "arguments": {}, "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "raw", "version": "0"},
        "io.modelcontextprotocol/clientCapabilities": {}}});
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).to_string();
    let mut client = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    let head = format!(
        "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer token-of-this-test-0123\r\n\
         Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n\
         MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: asana_me_get\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    client.write_all(head.as_bytes()).unwrap();
    let listed = |filter: &str| {
        let list = served.run(&["history", "list", filter, "--json"]).json();
        list["calls"].as_array().expect("calls").len()
    };
    until("a call under way", || (listed("status:running") == 1).then_some(()));
    server.signal("INT");
    assert_eq!(server.ended().code, 0);
    assert_eq!((listed("status:running"), listed("status:stopped")), (0, 1));
}
