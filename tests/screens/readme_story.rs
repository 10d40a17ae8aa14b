//! The story that the first picture of the README tells: from an expired account to a result.

use std::time::Duration;

use jackfield::testing::domain::{Tool, ToolEffect};
use jackfield::testing::flow::authorize::Progress;
use jackfield::testing::tui::core::messages::{BROWSER, BrowserOpened};
use jackfield::testing::tui::playground::tasks::RunTool;
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded, ToolsPage};
use jackfield::testing::tui::widgets::debounced_cursor::REST;
use ratatui::buffer::Buffer;

use super::authorize::link;
use super::playground::ran;
use super::readme::coloured;
use super::stage::{Stage, account, accounts, tool};

/// One screen of the story.
pub struct Frame {
    pub screen: Buffer,
    /// Key that led to it, or what the person typed or did.
    pub key: &'static str,
    /// Effect of the key, in a few words.
    pub words: &'static str,
}

/// The story, told with the keys that a person presses.
pub fn frames(columns: u16, rows: u16) -> Vec<Frame> {
    let mut frames = Vec::new();
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    let mut tell = |stage: &mut Stage, key, words| frames.push(Frame { screen: coloured(stage), key, words });
    tell(&mut stage, "start", "Every connected account, the one that has expired on top");
    stage.press("a");
    stage.authorize_step(Progress::Link(link(60)));
    tell(&mut stage, "a", "A link for whoever the account belongs to");
    stage.press("Enter");
    stage.send(BROWSER, BrowserOpened(Ok(())));
    stage.wait(Duration::from_secs(6));
    tell(&mut stage, "Enter", "The browser opens, and the steps are followed");
    stage.authorize_step(Progress::Consented);
    stage.authorize_step(Progress::Verified);
    stage.wait(Duration::from_secs(1));
    stage.authorize_end(Ok(account("ca_101", "linear", "ada@acme.dev", "ACTIVE", Some(60), None)));
    tell(&mut stage, "allow", "Consent, identity, ACTIVE: proven, not claimed");
    stage.press("t");
    let total = tools().len() as u64;
    stage.send(LOADING, ToolsPage(tools(), Some(total)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage.press("G");
    stage.wait(REST);
    tell(&mut stage, "t", "The tools that this person may call");
    stage.press("Enter");
    tell(&mut stage, "Enter", "One of them, ready to be tried as this person");
    stage.type_in("login");
    tell(&mut stage, "login", "An input that fits its schema");
    stage.press("Ctrl-R");
    stage.send(RunTool::SLOT, ran(RESULT));
    tell(&mut stage, "Ctrl-R", "The result, to fold, search and ask with jq");
    frames
}

const RESULT: &str = r#"{"issues":{"nodes":[
    {"identifier":"ENG-142","title":"Login fails with SSO","priority":1,"state":{"name":"In Progress"},
     "assignee":{"name":"Ada Lovelace","email":"ada@acme.dev"},"estimate":1.50},
    {"identifier":"ENG-155","title":"Login page flickers","priority":3,"state":{"name":"Todo"},"assignee":null}],
    "pageInfo":{"hasNextPage":false,"endCursor":null}}}"#;

/// Tools of the account that was authorized.
fn tools() -> Vec<Tool> {
    let on_linear = |name, effect, schema| {
        let plain = tool(name, effect, schema);
        Tool { provider: "LINEAR".into(), account: Some("ca_101".into()), ..plain }
    };
    vec![
        on_linear(
            "linear_issue_create",
            ToolEffect::Writes,
            r#"{"type":"object","required":["teamId","title"],"properties":{"teamId":{"type":"string"},"title":{"type":"string"}}}"#,
        ),
        on_linear(
            "linear_issue_update",
            ToolEffect::Writes,
            r#"{"type":"object","required":["issueId"],"properties":{"issueId":{"type":"string"}}}"#,
        ),
        on_linear(
            "linear_issue_search",
            ToolEffect::Reads,
            r#"{"type":"object","required":["query"],"properties":{"query":{"type":"string","description":"Words to look for"},
                "first":{"type":"integer","description":"Issues to return","default":50}}}"#,
        ),
    ]
}
