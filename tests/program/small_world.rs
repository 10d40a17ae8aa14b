//! An environment with one account and one tool, which answers as a test wants where that matters.

use std::path::Path;

use super::terminal::Terminal;
use crate::cli::process::{Ran, against, run};
use crate::client::server::{Reply, Seen, Server};

/// Whose account it is.
pub const WHO: &str = "ada@acme.dev";

/// The account as the broker writes it.
pub const ACCOUNT: &str = r#"{"id":"ca_1","identifier":"ada@acme.dev","provider":"LINEAR","connector":"linear","connection_id":"conn_1","status":"ACTIVE","authorization_type":"OAUTH","updated_at":"2026-03-04T11:00:00Z"}"#;

/// The one tool.
pub const TOOL: &str = r#"{"tool":{"id":"tol_1","provider":"LINEAR","definition":{"name":"linear_viewer_get","description":"Who I am","input_schema":{"type":"object","properties":{"note":{"type":"string"}}}}},"identifier":"ada@acme.dev","connected_account_id":"ca_1"}"#;

/// The environment.
pub struct SmallWorld {
    pub server: Server,
}

impl SmallWorld {
    /// One that says what `answer` says, and where that says nothing, what is usual.
    pub async fn start(answer: impl Fn(&Seen, usize) -> Option<Reply> + Send + Sync + 'static) -> Self {
        let server =
            Server::start(move |seen, before| answer(seen, before).unwrap_or_else(|| usual(seen, before))).await;
        Self { server }
    }

    /// What leads there.
    pub fn variables(&self) -> [(&str, &str); 3] {
        [
            ("SCALEKIT_ENVIRONMENT_URL", self.server.url.as_str()),
            ("SCALEKIT_CLIENT_ID", "skc_1"),
            ("SCALEKIT_CLIENT_SECRET", "sks_1"),
        ]
    }

    /// The full-screen program on it, which asks no questions that are not about what a test is about.
    pub fn terminal(&self, size: (u16, u16), home: &Path) -> Terminal {
        Terminal::start(size, home, &["--mode", "free"], &self.variables())
    }

    /// The same with the tool open and this typed as its input.
    pub fn playground(&self, size: (u16, u16), home: &Path, input: &str) -> Terminal {
        let mut terminal = self.terminal(size, home);
        Self::open_playground(&mut terminal, input);
        terminal
    }

    /// Opens the tool in a program that has just started, and types this as its input.
    pub fn open_playground(terminal: &mut Terminal, input: &str) {
        terminal.wait_for("1 of 1");
        terminal.send("t");
        terminal.wait_for("linear_viewer_get");
        terminal.send("\r\r");
        terminal.wait_for("Not run yet.");
        terminal.send(&format!("\x01{input}"));
        terminal.wait_for(input);
    }

    /// One call of the headless program on it.
    pub fn run(&self, home: &Path, arguments: &[&str]) -> Ran {
        run(against(&self.server.url, home, arguments), "")
    }
}

/// The path without its query.
pub fn path(seen: &Seen) -> &str {
    seen.target.split('?').next().unwrap_or_default()
}

fn usual(seen: &Seen, before: usize) -> Reply {
    let json = match path(seen) {
        "/oauth/token" => return Reply::token(&format!("token-{before}")),
        "/api/v1/connected_accounts" => format!(r#"{{"connected_accounts":[{ACCOUNT}],"total_size":1}}"#),
        "/api/v1/connected_accounts/details" => format!(r#"{{"connected_account":{ACCOUNT}}}"#),
        "/api/v1/tools/scoped" => format!(r#"{{"tools":[{TOOL}],"total_size":1}}"#),
        "/api/v1/execute_tool" => r#"{"data":{"viewer":"Ada"},"execution_id":"exec_1"}"#.into(),
        _ => return Reply::json(404, r#"{"code":5,"message":"Not Found","details":[]}"#),
    };
    Reply::json(200, &json)
}
