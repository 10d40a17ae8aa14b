//! Which account and tool a call means.

use jackfield::testing::domain::{Fault, FaultKind, Status};
use jackfield::testing::flow::target::{CallRequest, ResolvedCall, find};
use jackfield::testing::flow::tools::called;
use jackfield::testing::sandbox::VerifyMode;

use super::World;

fn wanted(tool: &str, identifier: &str) -> CallRequest {
    CallRequest { tool: tool.into(), identifier: identifier.into(), connection: None, account: None }
}

async fn on(world: &World, connection: &str, wanted: CallRequest) -> Result<ResolvedCall, Fault> {
    find(world.backend.as_ref(), &CallRequest { connection: Some(connection.into()), ..wanted }, false).await
}

#[tokio::test]
async fn the_tool_alone_is_enough_where_one_account_offers_it() {
    let world = World::start(VerifyMode::Custom).await;
    let found = find(world.backend.as_ref(), &wanted("asana_me_get", "ada@acme.dev"), false).await.unwrap();
    assert_eq!(*found.account, world.account("asana", "ada@acme.dev").await);
    assert_eq!(found.tool.unwrap().name.raw(), "asana_me_get");
}

#[tokio::test]
async fn an_account_is_named_by_its_id_or_its_connection() {
    let world = World::start(VerifyMode::Custom).await;
    let ada = world.account("asana", "ada@acme.dev").await;
    let by_id = CallRequest { account: Some(ada.id.clone()), ..wanted("asana_me_get", "ada@acme.dev") };
    let by_connection = CallRequest { connection: Some("asana".into()), ..wanted("asana_me_get", "ada@acme.dev") };
    let by_both = CallRequest { connection: Some("asana".into()), ..by_id.clone() };
    for wanted in [by_id, by_connection, by_both] {
        let found = find(world.backend.as_ref(), &wanted, false).await.unwrap();
        assert_eq!((&*found.account, found.tool.unwrap().name.raw()), (&ada, "asana_me_get"));
    }
}

#[tokio::test]
async fn what_contradicts_itself_is_refused() {
    let world = World::start(VerifyMode::Custom).await;
    let grace = world.account("linear", "grace@acme.dev").await;
    let others = CallRequest { account: Some(grace.id.clone()), ..wanted("linear_viewer_get", "ada@acme.dev") };
    let fault = find(world.backend.as_ref(), &others, false).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Ambiguous);
    assert!(fault.message.contains("belongs to grace@acme.dev, not to ada@acme.dev"), "{fault}");

    let elsewhere = CallRequest { account: Some(grace.id), ..wanted("linear_viewer_get", "grace@acme.dev") };
    let fault = on(&world, "asana", elsewhere).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Ambiguous);
    assert!(fault.message.contains("on linear, not on asana"), "{fault}");
}

#[tokio::test]
async fn several_accounts_are_all_named_and_none_is_guessed() {
    // The same in every world, since ids follow from the seed.
    let other = World::start(VerifyMode::Custom).await.account("linear", "grace@acme.dev").await.id;
    let world = World::meddled(VerifyMode::Custom, |backend| backend.twin = Some(other)).await;
    let fault = find(world.backend.as_ref(), &wanted("asana_me_get", "ada@acme.dev"), false).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Ambiguous);
    for named in ["asana/ada@acme.dev (ca_", "linear/grace@acme.dev (ca_", "Name a connection or an account: "] {
        assert!(fault.message.contains(named), "{named}: {fault}");
    }
    let found = on(&world, "asana", wanted("asana_me_get", "ada@acme.dev")).await.unwrap();
    assert_eq!(found.account.label(), "asana/ada@acme.dev");
}

#[tokio::test]
async fn an_account_that_is_not_active_is_found_without_its_tool() {
    let world = World::start(VerifyMode::Custom).await;
    let unnamed = find(world.backend.as_ref(), &wanted("linear_viewer_get", "ada@acme.dev"), false).await.unwrap();
    let named = on(&world, "linear", wanted("linear_viewer_get", "ada@acme.dev")).await.unwrap();
    for found in [unnamed, named] {
        assert_eq!(
            (found.account.label().as_str(), found.account.status.clone()),
            ("linear/ada@acme.dev", Status::Expired)
        );
        assert!(found.tool.is_none());
    }
}

#[tokio::test]
async fn near_names_are_offered() {
    let world = World::start(VerifyMode::Custom).await;
    let unnamed = find(world.backend.as_ref(), &wanted("asana_task_list", "ada@acme.dev"), false).await.unwrap_err();
    let named = on(&world, "asana", wanted("asana_task_list", "ada@acme.dev")).await.unwrap_err();
    for fault in [unnamed, named] {
        assert_eq!(fault.kind, FaultKind::NotFound);
        assert!(fault.message.contains("Did you mean asana_tasks_list or "), "{fault}");
    }
    let fault = find(world.backend.as_ref(), &wanted("zzz", "ada@acme.dev"), false).await.unwrap_err();
    assert_eq!(fault.message, "ada@acme.dev may not call a tool named zzz.");
}

#[tokio::test]
async fn where_nothing_can_be_called_the_cause_is_said() {
    let world = World::start(VerifyMode::Custom).await;
    let fault = find(world.backend.as_ref(), &wanted("asana_me_get", "nobody@acme.dev"), false).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NotFound);
    assert!(fault.message.contains("nobody@acme.dev has no connected account"), "{fault}");
    for connection in ["Asana", "zoom"] {
        assert_eq!(
            on(&world, connection, wanted("asana_me_get", "ada@acme.dev")).await.unwrap_err().kind,
            FaultKind::NotFound
        );
    }
}

#[tokio::test]
async fn a_tool_that_is_not_listed_goes_through_only_when_asked_for_and_the_account_is_named() {
    let world = World::start(VerifyMode::Custom).await;
    let unlisted = wanted("asana_beta_get", "ada@acme.dev");
    assert_eq!(find(world.backend.as_ref(), &unlisted, true).await.unwrap_err().kind, FaultKind::NotFound);
    let named = CallRequest { connection: Some("asana".into()), ..unlisted };
    let found = find(world.backend.as_ref(), &named, true).await.unwrap();
    assert_eq!(found.account.label(), "asana/ada@acme.dev");
    assert!(found.tool.is_none());
    assert_eq!(find(world.backend.as_ref(), &named, false).await.unwrap_err().kind, FaultKind::NotFound);
}

#[tokio::test]
async fn several_accounts_that_could_be_authorized_are_all_named() {
    let world = World::start(VerifyMode::Custom).await;
    for connection in ["github", "Github"] {
        world.client.create_account(&connection.into(), &"new@acme.dev".into(), None).await.unwrap();
    }
    let fault = find(world.backend.as_ref(), &wanted("github_user_get_authenticated", "new@acme.dev"), false).await;
    let fault = fault.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Ambiguous);
    for named in ["github/new@acme.dev (ca_", "Github/new@acme.dev (ca_", "to authorize"] {
        assert!(fault.message.contains(named), "{named}: {fault}");
    }
}

#[tokio::test]
async fn one_tool_is_asked_for_and_not_all_there_are() {
    let world = World::start(VerifyMode::Custom).await;
    let tools = called(world.backend.as_ref(), &"ada@acme.dev".into(), &[], &"asana_me_get".into()).await.unwrap();
    assert_eq!(tools.len(), 1);
    let found = find(world.backend.as_ref(), &wanted("asana_me_get", "ada@acme.dev"), false).await.unwrap();
    assert_eq!(found.tool, tools.into_iter().next());
    let asked = world.backend.asked_for_tools.lock().unwrap().clone();
    assert!(!asked.is_empty() && asked.iter().all(|names| *names == ["asana_me_get".into()]), "{asked:?}");
}

#[tokio::test]
async fn a_broker_that_does_not_go_by_names_is_asked_for_all() {
    let world = World::meddled(VerifyMode::Custom, |backend| backend.knows_no_names = true).await;
    let found = find(world.backend.as_ref(), &wanted("asana_me_get", "ada@acme.dev"), false).await.unwrap();
    assert_eq!(found.tool.unwrap().name.raw(), "asana_me_get");
}
