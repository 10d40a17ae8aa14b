//! One call as several people, and who sees what.

use std::sync::Mutex;
use std::time::Duration;

use jackfield::testing::domain::{Fault, FaultKind, Identifier, JsonText};
use jackfield::testing::flow::authorize::Verification;
use jackfield::testing::flow::compare::{
    Comparison, ComparisonRequest, Everybody, PersonResult, Refusal, Step, everybody, run,
};
use jackfield::testing::flow::record::Recorder;
use jackfield::testing::journal::Front;
use jackfield::testing::sandbox::VerifyMode;

use super::{World, pair};
use crate::browser::visit;

fn request(tool: &str, people: &[&str]) -> ComparisonRequest {
    ComparisonRequest {
        tool: tool.into(),
        input: JsonText::parse("{}").unwrap(),
        connection: None,
        people: people.iter().map(|who| Identifier::from(format!("{who}@acme.dev").as_str())).collect(),
        at_once: 4,
        anyway: false,
        label: "compare-1".into(),
    }
}

/// What comes of it, with every step on the way as words.
async fn compared(world: &World, request: &ComparisonRequest) -> (Result<Vec<PersonResult>, Refusal>, Vec<String>) {
    let steps = Mutex::new(Vec::new());
    let report = |at: usize, step| {
        let word = match step {
            Step::Resolving => "resolving".to_owned(),
            Step::Ready => "ready".to_owned(),
            Step::Calling => "calling".to_owned(),
            Step::Waiting(wait) => format!("waiting {}", wait > Duration::ZERO),
            Step::Ended(_) => "ended".to_owned(),
        };
        steps.lock().unwrap().push(format!("{at} {word}"));
    };
    let recorder = Recorder::new("test", Front::CommandLine, None);
    let result = run(world.backend.as_ref(), &recorder, request, report).await;
    (result, steps.into_inner().unwrap())
}

#[tokio::test]
async fn the_leadership_board_is_seen_by_those_who_are_in_it() {
    let world = World::start(VerifyMode::None).await;
    let mut following = world.authorize(pair("asana", "linus@acme.dev"), Verification::None);
    visit(&following.link().await, Some("linus"), "allow").await;
    following.outcome().await.0.unwrap();
    let request = ComparisonRequest { anyway: true, ..request("asana_projects_list", &["linus", "ada", "grace"]) };
    let people = compared(&world, &request).await.0.unwrap();
    let comparison = Comparison::compare(people);
    assert_eq!(
        comparison.summary(),
        "ada@acme.dev sees 1 record that linus@acme.dev does not: Leadership. No result for grace@acme.dev \
         (needs authorization)."
    );
    assert!(!comparison.is_same());
    let facts: Vec<_> = (0..3).map(|at| comparison.facts(at).map(|facts| (facts.records, facts.lacks.len()))).collect();
    assert_eq!(facts, [Some((Some(3), 1)), Some((Some(4), 0)), None]);
    let grace = &comparison.people[2];
    assert!(!grace.sent && grace.fault.as_ref().unwrap().message.contains("asana/grace@acme.dev"));
}

#[tokio::test]
async fn people_without_an_account_are_rows_and_the_same_is_the_same() {
    let world = World::start(VerifyMode::None).await;
    let (people, steps) = compared(&world, &request("github_user_repos_list", &["ada", "grace", "linus"])).await;
    let comparison = Comparison::compare(people.unwrap());
    let kinds: Vec<_> = comparison.people.iter().map(|person| person.fault.as_ref().map(|fault| fault.kind)).collect();
    assert_eq!(kinds, [None, Some(FaultKind::NotFound), None]);
    assert!(comparison.records.is_same() && !comparison.is_same(), "somebody has nothing");
    assert!(
        comparison.summary().starts_with("ada@acme.dev and linus@acme.dev see the same"),
        "{}",
        comparison.summary()
    );
    for at in [0, 2] {
        let own: Vec<_> = steps.iter().filter_map(|step| step.strip_prefix(&format!("{at} "))).collect();
        assert_eq!(own, ["resolving", "ready", "calling", "ended"]);
    }
    assert_eq!(steps.iter().filter(|step| step.starts_with("1 ")).count(), 2, "{steps:?}");
    let alone = compared(&world, &request("github_user_repos_list", &["ada", "linus"])).await.0.unwrap();
    assert!(Comparison::compare(alone).is_same());
}

#[tokio::test]
async fn a_tool_that_is_not_declared_to_read_is_refused_before_anything_is_sent() {
    let world = World::start(VerifyMode::None).await;
    let (refused, steps) = compared(&world, &request("asana_projects_list", &["ada", "linus"])).await;
    let Err(Refusal::Insist(fault)) = refused else { panic!("{refused:?}") };
    assert!(fault.kind == FaultKind::Usage && fault.message.contains("is not declared to read only"), "{fault}");
    assert!(steps.iter().all(|step| step.ends_with("resolving")), "{steps:?}");

    let delete = ComparisonRequest { anyway: true, ..request("asana_task_delete", &["ada", "linus"]) };
    let (refused, steps) = compared(&world, &delete).await;
    let Err(Refusal::Final(fault)) = refused else { panic!("{refused:?}") };
    assert!(fault.message.contains("never run for several people"), "{fault}");
    assert!(steps.iter().all(|step| step.ends_with("resolving")), "{steps:?}");

    let (refused, _) = compared(&world, &request("slack_fetch_conversation_history", &["ada", "linus"])).await;
    let Err(Refusal::Insist(fault)) = refused else { panic!("{refused:?}") };
    assert_eq!(fault.kind, FaultKind::InvalidInput, "{fault}");
    let (refused, _) = compared(&world, &request("github_repos", &["ada", "linus"])).await;
    let Err(Refusal::Final(fault)) = refused else { panic!("{refused:?}") };
    assert!(fault.kind == FaultKind::NotFound && fault.message.contains("Did you mean"), "{fault}");
}

#[tokio::test]
async fn a_limit_is_waited_out_and_no_more_calls_are_out_than_allowed() {
    let limit = |kind, wait| Fault { retry_after: Some(Duration::from_millis(wait)), ..Fault::new(kind, "Slow down.") };
    let world = World::meddled(VerifyMode::None, |backend| {
        let faults = [limit(FaultKind::ProviderLimited, 20), limit(FaultKind::RateLimited, 30)];
        *backend.turned_away.get_mut().unwrap() = faults.to_vec();
    })
    .await;
    let people = ["ada", "linus", "radia"];
    let request = ComparisonRequest { at_once: 2, ..request("github_user_get_authenticated", &people) };
    let (people, steps) = compared(&world, &request).await;
    assert!(people.unwrap().iter().all(|person| person.answer().is_some() && person.execution.is_some()));
    assert!(steps.iter().filter(|step| step.contains("waiting true")).count() >= 2, "{steps:?}");
    let (out, most) = *world.backend.out.lock().unwrap();
    assert!(out == 0 && (1..=2).contains(&most), "{most}");
}

#[tokio::test]
async fn a_failure_of_one_is_theirs_alone() {
    let world = World::meddled(VerifyMode::None, |backend| {
        *backend.turned_away.get_mut().unwrap() = vec![Fault::new(FaultKind::ProviderFailed, "It broke.")];
    })
    .await;
    let request = ComparisonRequest { at_once: 1, ..request("github_user_repos_list", &["ada", "linus"]) };
    let comparison = Comparison::compare(compared(&world, &request).await.0.unwrap());
    let failed: Vec<_> = comparison.people.iter().map(|person| (person.sent, person.fault.is_some())).collect();
    assert_eq!(failed, [(true, true), (true, false)]);
    assert_eq!(
        comparison.summary(),
        "Only linus@acme.dev was answered: nothing to compare with. No result for ada@acme.dev (failed at the provider)."
    );
}

#[tokio::test]
async fn everybody_is_whoever_has_an_account_that_works() {
    let world = World::start(VerifyMode::None).await;
    let github = Some("github".into());
    let names = |people: &Everybody| people.people.iter().map(|who| who.raw().to_owned()).collect::<Vec<_>>();
    let tool = "github_user_repos_list".into();
    let all = everybody(world.backend.as_ref(), &tool, github.as_ref(), 50).await.unwrap();
    assert_eq!((names(&all), all.left_out), (vec!["ada@acme.dev".to_owned(), "linus@acme.dev".to_owned()], 0));
    let some = everybody(world.backend.as_ref(), &tool, None, 2).await.unwrap();
    assert_eq!((some.people.len(), some.left_out), (2, 1), "of every connection to the provider");
    let nobody = everybody(world.backend.as_ref(), &tool, Some(&"hubspot".into()), 50).await.unwrap_err();
    assert_eq!(nobody.kind, FaultKind::NotFound);
}
