//! Servers that are programs.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use jackfield::testing::domain::{Fault, FaultKind, Secret};
use jackfield::testing::mcp::client::{
    ClientLimits, Endpoint, Era, McpClient, MessageSource, NoListener, ProcessEndpoint,
};

use super::peer::{Heard, json};
use crate::waiting::{soon, until};

/// A server in the shell: `CALL` is what it does with a call, whose id is in `$id`.
const SERVER: &str = r#"
echo "hello on stderr" >&2
echo "Welcome to the server"
while read -r line; do
  id=$(printf '%s' "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')
  case "$line" in
    *'"server/discover"'*) echo '{"jsonrpc":"2.0","id":'$id',"error":{"code":-32601,"message":"Method not found"}}' ;;
    *'"initialize"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"shell","version":"1"}}}' ;;
    *'"tools/list"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"tools":[{"name":"echo"}]}}' ;;
    *'"tools/call"'*) CALL ;;
  esac
done
"#;

fn shell(script: &str) -> (McpClient, Heard) {
    shell_with(script, ClientLimits::default())
}

fn shell_with(script: &str, limits: ClientLimits) -> (McpClient, Heard) {
    let endpoint = ProcessEndpoint {
        program: "/bin/sh".to_owned(),
        arguments: vec!["-c".to_owned(), script.to_owned()],
        environment: vec![("GREETING".to_owned(), Secret::new("hi there".to_owned()))],
        folder: None,
        title: None,
    };
    let heard = Heard::default();
    (McpClient::new(Endpoint::Process(endpoint), heard.options(limits)), heard)
}

fn server(call: &str) -> (McpClient, Heard) {
    shell(&SERVER.replace("CALL", call))
}

async fn call(client: &McpClient) -> Result<String, Fault> {
    let arguments = json("{}");
    let call = client.call("echo", &arguments, Arc::new(NoListener));
    soon("the end of the call", call).await.map(|answer| answer.result.raw().to_owned()).map_err(Fault::from)
}

/// State of a process in letters; empty once it is gone.
fn state(pid: &str) -> String {
    let output = Command::new("ps").args(["-o", "stat=", "-p", pid]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn pid(file: &Path) -> String {
    until("a process", || std::fs::read_to_string(file).ok().filter(|pid| pid.ends_with('\n'))).trim().to_owned()
}

#[tokio::test]
async fn a_program_is_started_when_it_is_needed_and_knows_what_it_is_told() {
    let echo = r#"echo '{"jsonrpc":"2.0","id":'$id',"result":{"greeting":"'$GREETING'","names":"'$(env | sed 's/=.*//' | sort | tr '\n' ' ')'"}}'"#;
    let (client, heard) = server(echo);
    assert!(heard.messages.lock().unwrap().is_empty(), "nothing runs yet");
    assert_eq!(client.server().await.unwrap().era, Era::Sessions);
    assert_eq!(client.tools().await.unwrap().len(), 1);
    let answer = call(&client).await.unwrap();
    assert!(answer.contains(r#""greeting":"hi there""#) && answer.contains("PATH "), "{answer}");
    assert!(!answer.contains("CARGO"), "{answer}");
    let said = |source| {
        let messages = heard.messages.lock().unwrap().clone();
        messages.into_iter().find(|message| message.source == source).map(|message| message.text.raw().to_owned())
    };
    assert_eq!(said(MessageSource::Stdout).unwrap(), "Welcome to the server");
    assert_eq!(until("stderr", || said(MessageSource::Stderr)), "hello on stderr");
    let exchanges = heard.exchanges.lock().unwrap();
    assert!(exchanges.iter().all(|exchange| exchange.origin == "sh" && exchange.status.is_none()));
}

#[tokio::test]
async fn a_program_that_cannot_start_or_ends_at_once_says_why() {
    let (client, _) = shell("echo 'starting' >&2; echo 'no API key' >&2; exit 3");
    let fault = Fault::from(soon("the end", client.server()).await.unwrap_err());
    assert_eq!((fault.kind, fault.said.as_ref().unwrap().raw()), (FaultKind::Local, "no API key"));
    assert!(fault.message.contains("sh ended with exit code 3"), "{fault}");
    for (program, folder, says) in [
        ("/no/such/program", None, "There is no program /no/such/program."),
        ("/bin/sh", Some("/no/such/folder".into()), "there is no folder /no/such/folder"),
        ("/etc/passwd", None, "may not be run"),
    ] {
        let endpoint = ProcessEndpoint {
            program: program.to_owned(),
            arguments: vec![],
            environment: vec![],
            folder,
            title: None,
        };
        let client = McpClient::new(Endpoint::Process(endpoint), Heard::default().options(ClientLimits::default()));
        let fault = Fault::from(client.tools().await.unwrap_err());
        assert_eq!(fault.kind, FaultKind::Local);
        assert!(fault.message.contains(says), "{fault}");
    }
}

#[tokio::test]
async fn a_program_that_dies_in_a_call_is_started_by_the_next_request() {
    let (client, heard) = server("echo 'out of memory' >&2; exit 137");
    let fault = call(&client).await.unwrap_err();
    assert_eq!((fault.kind, fault.said.as_ref().unwrap().raw()), (FaultKind::Local, "out of memory"));
    assert!(fault.may_have_been_carried_out() && fault.message.contains("exit code 137"), "{fault}");
    assert_eq!(client.tools().await.unwrap().len(), 1);
    let exchanges = heard.exchanges.lock().unwrap();
    let count = |method: &str| exchanges.iter().filter(|exchange| exchange.method == method).count();
    // It is known what it speaks.
    assert_eq!((count("server/discover"), count("initialize"), count("tools/call")), (1, 2, 1));
}

#[tokio::test]
async fn a_program_that_talks_nonsense_is_understood_as_far_as_it_goes() {
    for (does, kind, says) in [
        ("echo '{nonsense'", FaultKind::BadAnswer, "text that is not JSON"),
        (r#"echo '{"jsonrpc":"2.0","id":4711,"result":{}}'"#, FaultKind::BadAnswer, "request 4711"),
        (
            r#"echo '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}'"#,
            FaultKind::ProviderFailed,
            "answered tools/call with an error",
        ),
        (r#"echo '{"jsonrpc":"1.0","id":'$id',"result":{}}'"#, FaultKind::BadAnswer, "not of JSON-RPC 2.0"),
    ] {
        let (client, _) = server(does);
        let fault = call(&client).await.unwrap_err();
        assert_eq!(fault.kind, kind, "{does}: {fault}");
        assert!(fault.message.contains(says), "{does}: {fault}");
        assert_eq!(client.tools().await.unwrap().len(), 1, "{does}");
    }
    let whatever = r#"echo; echo not json; echo '[1]'; echo '{"jsonrpc":"2.0","id":"'$id'","result":{"ok":1}}'"#;
    let (client, heard) = server(whatever);
    assert_eq!(call(&client).await.unwrap(), r#"{"ok":1}"#);
    assert!(heard.texts().iter().any(|text| text == "not json") && heard.texts().iter().any(|text| text == "[1]"));
    let limits = ClientLimits { message: 1 << 20, ..ClientLimits::default() };
    let endless = SERVER.replace("CALL", "head -c 2000000 /dev/zero | tr '\\0' 'x'");
    let (client, _) = shell_with(&endless, limits);
    let fault = call(&client).await.unwrap_err();
    assert_eq!((fault.kind, fault.may_have_been_carried_out()), (FaultKind::TooLarge, true));
}

#[tokio::test]
async fn a_program_that_says_nothing_is_not_waited_for_forever() {
    let limits = ClientLimits { opening: Duration::from_millis(50), ..ClientLimits::default() };
    let (client, _) = shell_with("while read -r line; do :; done", limits);
    let fault = Fault::from(soon("the end", client.tools()).await.unwrap_err());
    assert_eq!(fault.kind, FaultKind::TimedOut);
}

#[tokio::test]
async fn a_program_goes_with_everything_that_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let (own, child) = (folder.path().join("own"), folder.path().join("child"));
    let script =
        format!("trap '' TERM; echo $$ > {}; sleep 1000 & echo $! > {}; {SERVER}", own.display(), child.display());
    let (client, _) = shell(&script.replace("CALL", ":"));
    client.server().await.unwrap();
    let pids = [pid(&own), pid(&child)];
    assert!(pids.iter().all(|pid| !state(pid).is_empty()));
    drop(client);
    tokio::task::spawn_blocking(move || {
        // The child belongs to whoever takes in orphans, which may take its time to bury it.
        until("its end", || state(&pids[0]).is_empty().then_some(()));
        until("the end of its child", || {
            (state(&pids[1]).is_empty() || state(&pids[1]).starts_with('Z')).then_some(())
        });
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_program_may_end_in_good_order() {
    let folder = tempfile::tempdir().unwrap();
    let (own, farewell) = (folder.path().join("own"), folder.path().join("farewell"));
    let script = format!("echo $$ > {}; {SERVER}\necho bye > {}", own.display(), farewell.display());
    let (client, _) = shell(&script.replace("CALL", ":"));
    client.server().await.unwrap();
    let own = pid(&own);
    client.close().await;
    assert_eq!((std::fs::read_to_string(farewell).unwrap().trim(), state(&own).as_str()), ("bye", ""));
    // The next request starts another.
    assert_eq!(client.tools().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_program_of_the_new_era_hears_of_a_call_that_nobody_waits_for() {
    let folder = tempfile::tempdir().unwrap();
    let heard = folder.path().join("heard");
    let discovered = r#"echo '{"jsonrpc":"2.0","id":'$id',"result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"ttlMs":0,"cacheScope":"private"}}'"#;
    let script = format!(
        r#"while read -r line; do
  printf '%s\n' "$line" >> {}
  id=$(printf '%s' "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')
  case "$line" in *'"server/discover"'*) {discovered} ;; esac
done"#,
        heard.display()
    );
    let (client, _) = shell(&script);
    assert_eq!(client.server().await.unwrap().era, Era::Stateless);
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.call("echo", &json("{\n}"), Arc::new(NoListener)).await }
    });
    let line = move |part: &'static str| {
        let heard = heard.clone();
        tokio::task::spawn_blocking(move || {
            until(part, || std::fs::read_to_string(&heard).ok()?.lines().find(|l| l.contains(part)).map(str::to_owned))
        })
    };
    let sent: serde_json::Value = serde_json::from_str(&line("tools/call").await.unwrap()).unwrap();
    assert_eq!(sent["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"], "2026-07-28");
    call.abort();
    let cancelled: serde_json::Value = serde_json::from_str(&line("notifications/cancelled").await.unwrap()).unwrap();
    assert_eq!(cancelled["params"]["requestId"], sent["id"]);
}
