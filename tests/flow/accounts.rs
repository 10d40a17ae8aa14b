//! Reading every account there is.

use jackfield::testing::backend::AccountFilter;
use jackfield::testing::domain::FaultKind;
use jackfield::testing::flow::accounts;
use jackfield::testing::sandbox::VerifyMode;

use super::World;

/// How many are missing, what came page by page, and every total that was told.
async fn load(world: &World, filter: &AccountFilter) -> (Result<u64, FaultKind>, Vec<Vec<String>>, Vec<Option<u64>>) {
    let (mut pages, mut totals) = (Vec::new(), Vec::new());
    let result = accounts::load(world.backend.as_ref(), filter, |page, total| {
        pages.push(page.iter().map(|account| account.label()).collect());
        totals.push(total);
    })
    .await;
    let missing = result.map(|mismatch| mismatch.map_or(0, |mismatch| mismatch.missing()));
    (missing.map_err(|fault| fault.kind), pages, totals)
}

#[tokio::test]
async fn all_accounts_come_page_by_page() {
    let world = World::start(VerifyMode::Custom).await;
    for n in 0..100 {
        world.client.create_account(&"linear".into(), &format!("user-{n}").as_str().into(), None).await.unwrap();
    }
    let (result, pages, totals) = load(&world, &AccountFilter::default()).await;
    assert_eq!((result, totals), (Ok(0), vec![Some(123); 2]));
    let mut labels = pages.concat();
    assert_eq!(labels.len(), 123);
    labels.sort();
    labels.dedup();
    assert_eq!(labels.len(), 123, "nobody comes twice");
}

#[tokio::test]
async fn filters_reach_the_broker() {
    let world = World::start(VerifyMode::Custom).await;
    let filter = AccountFilter { connection: Some("asana".into()), identifier: Some("ada@acme.dev".into()) };
    let (result, pages, totals) = load(&world, &filter).await;
    assert_eq!((result, pages.concat(), totals), (Ok(0), vec!["asana/ada@acme.dev".to_owned()], vec![Some(1)]));
}

#[tokio::test]
async fn a_list_that_is_shorter_than_it_says_is_given_and_told() {
    let world = World::meddled(VerifyMode::Custom, |backend| backend.missing = 1).await;
    let (missing, pages, _) = load(&world, &AccountFilter::default()).await;
    assert_eq!((missing, pages.concat().len()), (Ok(1), 23));
}

#[tokio::test]
async fn whom_a_call_means_is_not_decided_by_half_a_list() {
    let world = World::meddled(VerifyMode::Custom, |backend| backend.missing = 1).await;
    let fault = accounts::of_person(world.backend.as_ref(), &"ada@acme.dev".into()).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::BadAnswer);
    assert!(fault.message.ends_with("1 is missing."), "{fault}");
}
