//! What one identifier may call, and why that may be nothing.

use jackfield::testing::domain::ConnectionName;
use jackfield::testing::flow::tools::{self, ToolsGap};
use jackfield::testing::sandbox::VerifyMode;

use super::World;
use crate::sandbox::tools::ASANA;

/// The names that are listed, and the cause where there are none.
async fn load(world: &World, identifier: &str, connections: &[&str]) -> (Vec<String>, Option<ToolsGap>) {
    let connections: Vec<ConnectionName> = connections.iter().map(|name| (*name).into()).collect();
    let mut names = Vec::new();
    let page =
        |page: Vec<jackfield::testing::domain::Tool>, _| names.extend(page.iter().map(|tool| tool.name.to_string()));
    let cause = tools::load(world.backend.as_ref(), &identifier.into(), &connections, page).await.unwrap();
    (names, cause)
}

#[tokio::test]
async fn an_active_account_lists_its_tools() {
    let world = World::start(VerifyMode::Custom).await;
    let ada = world.account("asana", "ada@acme.dev").await;
    let mut listed = Vec::new();
    let page = |page, total| listed.push((page, total));
    let cause = tools::load(world.backend.as_ref(), &"ada@acme.dev".into(), &["asana".into()], page).await.unwrap();
    let [(page, total)] = &listed[..] else { panic!("one page") };
    assert_eq!((cause, total), (None, &Some(28)));
    assert_eq!(page.iter().map(|tool| tool.name.raw()).collect::<Vec<_>>(), ASANA);
    assert!(page.iter().all(|tool| tool.account.as_ref() == Some(&ada.id)), "each says with which account");
}

#[tokio::test]
async fn no_connection_named_means_every_one_there_is_an_account_on() {
    let world = World::start(VerifyMode::Custom).await;
    let providers = async |identifier| {
        let (names, cause) = load(&world, identifier, &[]).await;
        assert_eq!(cause, None);
        let mut providers: Vec<String> =
            names.iter().filter_map(|name| name.split('_').next()).map(str::to_owned).collect();
        providers.dedup();
        providers
    };
    assert_eq!(providers("ada@acme.dev").await, ["asana", "gmail", "slack", "github"]);
    assert_eq!(providers("grace@acme.dev").await, ["linear", "gmail"]);
}

#[tokio::test]
async fn nothing_has_its_cause() {
    let world = World::start(VerifyMode::Custom).await;
    world.client.create_account(&"linear".into(), &"zoe@acme.dev".into(), None).await.unwrap();
    let causes = [
        ("nobody@acme.dev", vec![], "nobody@acme.dev has no connected account in this environment."),
        ("Ada@acme.dev", vec![], "Ada@acme.dev has no connected account in this environment, but ada@acme.dev has."),
        ("nobody@acme.dev", vec!["linear"], "nobody@acme.dev has no connected account in this environment."),
        (
            "ada@acme.dev",
            vec!["Asana"],
            "There is no connection named Asana, but there is one named asana. Case matters.",
        ),
        ("ada@acme.dev", vec!["zoom"], "There is no connection named zoom in this environment."),
        ("ada@acme.dev", vec!["linear"], "linear/ada@acme.dev is expired, not active."),
        ("linus@acme.dev", vec!["linear"], "linear/linus@acme.dev is to authorize, not active."),
        ("margaret@acme.dev", vec!["linear"], "linear/margaret@acme.dev is REVOKED, not active."),
        ("zoe@acme.dev", vec!["asana"], "zoe@acme.dev has no account on asana."),
    ];
    for (identifier, connections, expected) in causes {
        let (names, cause) = load(&world, identifier, &connections).await;
        assert!(names.is_empty(), "{identifier} {connections:?}: {names:?}");
        let cause = cause.unwrap_or_else(|| panic!("{identifier} {connections:?} has no cause"));
        let cause = cause.to_string();
        assert!(cause.starts_with(expected), "{identifier} {connections:?}: {cause}");
    }
}

#[tokio::test]
async fn a_connection_that_is_switched_off_is_named() {
    let world = World::meddled(VerifyMode::Custom, |backend| backend.switched_off = true).await;
    let (_, cause) = load(&world, "ada@acme.dev", &["linear"]).await;
    assert_eq!(cause, Some(ToolsGap::SwitchedOff("linear".into())));
}

#[tokio::test]
async fn an_active_account_without_tools_is_a_cause_of_its_own() {
    let world = World::meddled(VerifyMode::Custom, |backend| backend.hides_tools = true).await;
    assert_eq!(load(&world, "ada@acme.dev", &["asana"]).await, (vec![], Some(ToolsGap::NothingListed)));
    let cause = tools::catalogue(world.backend.as_ref(), None, Vec::new(), |_, _| {}).await.unwrap();
    assert_eq!(cause, Some(ToolsGap::EmptyCatalogue));
}

#[tokio::test]
async fn a_missing_page_is_told_and_costs_nothing_that_did_arrive() {
    let world = World::meddled(VerifyMode::Custom, |backend| backend.missing_tools = 3).await;
    let (names, cause) = load(&world, "ada@acme.dev", &["asana"]).await;
    let cause = cause.unwrap();
    assert_eq!((names.len(), cause.is_incomplete()), (28, true));
    assert_eq!(cause.to_string(), "The environment speaks of 31 tools, but its pages held only 28: 3 are missing.");
}

#[tokio::test]
async fn the_whole_environment_lists_tools_that_belong_to_nobody() {
    let world = World::start(VerifyMode::Custom).await;
    let mut listed = Vec::new();
    let cause =
        tools::catalogue(world.backend.as_ref(), None, Vec::new(), |page, _| listed.extend(page)).await.unwrap();
    assert_eq!(cause, None);
    assert!(listed.iter().any(|tool| tool.name.raw() == "linear_issue_create"));
    assert!(listed.iter().all(|tool| tool.account.is_none() && tool.identifier.is_none()));
}
