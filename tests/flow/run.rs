//! Running a tool, and whose fault it was.

use jackfield::testing::domain::{Execution, Fault, FaultKind, JsonText, ToolCall};
use jackfield::testing::flow::run::run;
use jackfield::testing::sandbox::VerifyMode;
use serde_json::{Value, json};

use super::{World, pair};

async fn call(world: &World, tool: &str, connection: &str, identifier: &str, input: Value) -> Result<Execution, Fault> {
    let account = world.account(connection, identifier).await;
    let call = ToolCall {
        tool: tool.into(),
        account: account.id,
        identifier: account.identifier,
        connection: account.connection,
        input: JsonText::parse(input.to_string()).unwrap(),
        agent_run: None,
    };
    run(world.backend.as_ref(), &call).await
}

#[tokio::test]
async fn a_call_brings_back_what_the_provider_said() {
    let world = World::start(VerifyMode::Custom).await;
    let execution = call(&world, "asana_me_get", "asana", "ada@acme.dev", json!({})).await.unwrap();
    let data: Value = serde_json::from_slice(execution.data.bytes()).unwrap();
    assert_eq!((&data["data"]["name"], execution.http_status), (&json!("Ada Marlow"), 200));
    assert!(execution.id.unwrap().raw().starts_with("exec_"));
}

#[tokio::test]
async fn an_account_that_is_not_active_is_named() {
    let world = World::start(VerifyMode::Custom).await;
    let cases = [
        ("linear", "ada@acme.dev", "linear/ada@acme.dev is expired"),
        ("linear", "linus@acme.dev", "linear/linus@acme.dev is to authorize"),
        ("asana", "grace@acme.dev", "asana/grace@acme.dev is to verify"),
        ("asana", "linus@acme.dev", "asana/linus@acme.dev is disconnected"),
        ("linear", "margaret@acme.dev", "linear/margaret@acme.dev is REVOKED"),
    ];
    for (connection, identifier, named) in cases {
        let tool = if connection == "linear" { "linear_viewer_get" } else { "asana_me_get" };
        let fault = call(&world, tool, connection, identifier, json!({})).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::NeedsAuthorization);
        assert!(fault.message.starts_with(named), "{fault}");
        assert!(fault.said.unwrap().raw().contains("not active"), "the environment's words stay");
    }
}

#[tokio::test]
async fn an_account_that_claims_to_be_active_and_is_refused_needs_authorization() {
    let world = World::start(VerifyMode::Custom).await;
    let fault = call(&world, "linear_viewer_get", "linear", "grace@acme.dev", json!({})).await.unwrap_err();
    assert_eq!((fault.kind, fault.code.unwrap().raw()), (FaultKind::NeedsAuthorization, "UNAUTHORIZED"));
    assert_eq!(fault.said.unwrap().raw(), "Linear does not accept this access token any more");
    assert!(fault.execution_id.unwrap().raw().starts_with("exec_"), "it did reach the provider");
}

#[tokio::test]
async fn a_tool_that_fails_is_the_providers_fault() {
    let world = World::start(VerifyMode::Custom).await;
    let input = json!({"project": "17"});
    let fault = call(&world, "asana_tasks_list", "asana", "ada@acme.dev", input).await.unwrap_err();
    assert_eq!((fault.kind, fault.code.unwrap().raw()), (FaultKind::ProviderFailed, "NOT_FOUND"));
    assert_eq!(fault.said.unwrap().raw(), "project: Unknown object: 17");
}

#[tokio::test]
async fn somebody_elses_account_explains_nothing() {
    let honest = World::start(VerifyMode::Custom).await;
    let ada = honest.account("asana", "ada@acme.dev").await;
    // An expired one, of somebody else.
    let world =
        World::meddled(VerifyMode::Custom, |backend| backend.impostor = Some(pair("linear", "ada@acme.dev"))).await;
    let call = ToolCall {
        tool: "asana_tasks_list".into(),
        account: ada.id,
        identifier: ada.identifier,
        connection: ada.connection,
        input: JsonText::parse(json!({"project": "17"}).to_string()).unwrap(),
        agent_run: None,
    };
    let fault = run(world.backend.as_ref(), &call).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::ProviderFailed, "{fault}");
}

#[tokio::test]
async fn a_tool_that_does_not_exist_is_not_found() {
    let world = World::start(VerifyMode::Custom).await;
    let fault = call(&world, "asana_me_got", "asana", "ada@acme.dev", json!({})).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NotFound);
}

#[tokio::test]
async fn an_account_that_is_gone_meanwhile_leaves_the_first_fault() {
    let world = World::start(VerifyMode::Custom).await;
    let call = ToolCall {
        tool: "asana_me_get".into(),
        account: "ca_1".into(),
        identifier: "ada@acme.dev".into(),
        connection: "asana".into(),
        input: JsonText::empty_object(),
        agent_run: None,
    };
    let fault = run(world.backend.as_ref(), &call).await.unwrap_err();
    assert_eq!((&fault.kind, &fault), (&FaultKind::NotFound, &world.client.execute(&call).await.unwrap_err()));
}
