//! The program itself at standard input and output.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::cli::process::{jackfield, run, signal};

struct Program {
    child: Child,
    out: BufReader<ChildStdout>,
    _home: tempfile::TempDir,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let line = ["--sandbox", "serve", "mcp", "--as", "ada@acme.dev"];
        let mut command = jackfield(home.path(), &[&line, arguments].concat());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out, _home: home }
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
