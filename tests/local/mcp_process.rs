//! MCP servers that are programs of this machine.

use std::path::PathBuf;

use jackfield::testing::backend::local::{ConnectionAuth, GivenValue, ServerNeeds, ServerPlace, ServerSpec};
use jackfield::testing::backend::{ConnectTarget, ConnectionDraft};
use jackfield::testing::domain::{FaultKind, Status};
use jackfield::testing::flow::connect::guide;

use super::environment::Own;
use super::mcp::{connected, person, run, tools};
use crate::waiting::soon;

/// A server in a few lines of shell. `die` ends it.
pub const SCRIPT: &str = r#"
echo "started with $MODE" >&2
while read -r line; do
  id=$(printf '%s' "$line" | sed -n 's/.*"id":\([0-9][0-9]*\).*/\1/p')
  case "$line" in
    *'"initialize"'*) result='{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"files","version":"0.1"}}' ;;
    *'"tools/list"'*) result='{"tools":[{"name":"mode","inputSchema":{"type":"object"}},{"name":"die","inputSchema":{"type":"object"}}]}' ;;
    *'"die"'*) echo "I give up" >&2; exit 3 ;;
    *'"tools/call"'*) result='{"content":[{"type":"text","text":"mode is '$MODE'"}],"isError":false}' ;;
    *) [ -n "$id" ] && printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"unknown"}}\n' "$id"; continue ;;
  esac
  printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done
"#;

/// The server as a file.
pub fn script(folder: &std::path::Path) -> PathBuf {
    let path = folder.join("server.sh");
    std::fs::write(&path, SCRIPT).unwrap();
    path
}

async fn draft(own: &Own) -> ConnectionDraft {
    let path = script(own.folder.path());
    let mut server = ServerSpec::process(vec!["/bin/sh".into(), path.to_str().unwrap().into()]);
    if let ServerPlace::Process { environment, .. } = &mut server.place {
        environment.push(("MODE".into(), GivenValue::Plain("quick".into())));
    }
    let target = ConnectTarget::Server(server);
    let found = guide(own.opened.backend.as_ref(), &target, Some(&"files".into())).await.unwrap();
    assert!(found.server == Some(ServerNeeds::Started) && found.ways == [ConnectionAuth::Mcp]);
    ConnectionDraft { spec: found.spec, client_secret: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_started_listed_and_called_and_its_words_are_in_the_log() {
    let own = Own::new().await;
    let draft = draft(&own).await;
    let account = connected(&own, draft, "ada", None).await.unwrap();
    assert_eq!((account.status.clone(), account.provider.raw()), (Status::Active, "MCP.FILES"));
    let listed = tools(&own.opened, person("ada", &["files"])).await.unwrap();
    assert_eq!(listed.iter().map(|tool| tool.name.raw()).collect::<Vec<_>>(), ["mode", "die"]);
    let answer = run(&own.opened, &account, "mode").await.unwrap();
    assert!(answer.data.raw().contains("mode is quick"), "{}", answer.data.raw());
    let mut changes = own.log.subscribe();
    let told = || own.log.after(0).iter().any(|kept| kept.method == "STDERR" && kept.target == "started with quick");
    while !told() {
        soon("a line", changes.changed()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_dies_in_a_call_is_told_and_started_again_by_the_next() {
    let own = Own::new().await;
    let draft = draft(&own).await;
    let account = connected(&own, draft, "ada", None).await.unwrap();
    let fault = run(&own.opened, &account, "die").await.unwrap_err();
    assert!(fault.may_have_been_carried_out(), "{fault}");
    let answer = run(&own.opened, &account, "mode").await.unwrap();
    assert!(answer.data.raw().contains("mode is quick"), "{}", answer.data.raw());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_not_there_is_said_and_the_account_waits() {
    let own = Own::new().await;
    let server = ServerSpec::process(vec!["no-such-program-anywhere".into()]);
    let target = ConnectTarget::Server(server);
    let spec = guide(own.opened.backend.as_ref(), &target, None).await.unwrap().spec;
    assert_eq!(spec.name.raw(), "no-such-program-anywhere");
    let draft = ConnectionDraft { spec, client_secret: None };
    let fault = connected(&own, draft, "ada", None).await.unwrap_err();
    assert_ne!(fault.kind, FaultKind::NeedsAuthorization, "{fault}");
    assert_eq!(own.account("no-such-program-anywhere").await.status, Status::PendingAuth);
}
