//! Contracts in the list of tools.

use futures_util::TryStreamExt as _;
use jackfield::testing::backend::{Backend, ToolScope};
use jackfield::testing::domain::{Tool, ToolOrigin};
use jackfield::testing::flow::contracts::ContractLibrary;
use jackfield::testing::flow::tools;

use super::world::World;

async fn person(backend: &dyn Backend, identifier: &str) -> Vec<Tool> {
    let mut found = Vec::new();
    let gap = tools::load(backend, &identifier.into(), &["linear".into()], |page, _| found.extend(page)).await.unwrap();
    assert_eq!(gap, None, "neither too many nor too few");
    found
}

#[tokio::test]
async fn contracts_stand_beside_the_environments_tools_and_come_first_where_the_name_is_the_same() {
    let world = World::local("http://127.0.0.1:9");
    let found = person(&world, "ada").await;
    let named = |name: &str| found.iter().filter(|tool| tool.name.raw() == name).collect::<Vec<_>>();
    assert_eq!(named("linear_issue_get").len(), 1);
    assert_eq!(named("linear_issue_get")[0].origin, ToolOrigin::Contract("linear/issue_get.toml".into()));
    assert_eq!(named("linear_own")[0].origin, ToolOrigin::Environment);
    assert!(found.iter().all(|tool| tool.provider.raw() == "LINEAR" && tool.account == Some("1".into())));
    let one = tools::called(&world, &"ada".into(), &[], &"linear_viewer_get".into()).await.unwrap();
    assert_eq!(one.len(), 1);
}

#[tokio::test]
async fn accounts_that_cannot_run_anything_have_none() {
    let world = World::local("http://127.0.0.1:9");
    let rows: Vec<_> = world
        .tools()
        .stream(ToolScope::Person("bob".into(), vec!["linear".into()]), Vec::new())
        .try_collect()
        .await
        .unwrap();
    let contracts = rows.iter().flat_map(|batch| &batch.items).filter(|tool| tool.origin != ToolOrigin::Environment);
    assert_eq!(contracts.count(), 0, "bob's account has expired");
}

#[tokio::test]
async fn what_comes_with_the_program_is_for_local_environments_and_nothing_is_without_a_proxy() {
    for (kind, base, many) in
        [("local", "http://127.0.0.1:9", true), ("scalekit", "http://127.0.0.1:9", false), ("local", "", false)]
    {
        let world = World::new(kind, base).with(ContractLibrary::new(None, None));
        let mut found = Vec::new();
        tools::catalogue(&world, None, Vec::new(), |page, _| found.extend(page)).await.unwrap();
        let contracts = found.iter().filter(|tool| tool.origin != ToolOrigin::Environment).count();
        assert_eq!(contracts > 28, many, "{kind} {base}: {contracts}");
        let asana = found.iter().any(|tool| tool.provider.raw() == "ASANA");
        assert_eq!(asana, many);
    }
    let world = World::local("http://127.0.0.1:9");
    let mut found = Vec::new();
    tools::catalogue(&world, Some("ASANA".into()), Vec::new(), |page, _| found.extend(page)).await.unwrap();
    assert!(
        found.iter().filter(|tool| tool.origin != ToolOrigin::Environment).all(|tool| tool.provider.raw() == "ASANA")
    );
}
