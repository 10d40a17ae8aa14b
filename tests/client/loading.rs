//! Reading every account of a large environment.

use std::collections::BTreeMap;
use std::sync::Arc;

use jackfield::testing::backend::AccountFilter;
use jackfield::testing::backend::scalekit::Scalekit;
use jackfield::testing::domain::FaultKind;
use jackfield::testing::flow::accounts::{AT_ONCE, FEW_PAGES, load};
use jackfield::testing::flow::tally::Mismatch;
use tokio::sync::Semaphore;

use super::everything;
use super::server::{Reply, Seen, Server};

/// How many accounts stand on a page here.
const PAGE: usize = 2;

/// An environment: how many accounts each connection has, and whether the connection is listed.
#[derive(Clone)]
struct World(Vec<(&'static str, usize, bool)>);

impl World {
    fn accounts(&self, connection: Option<&str>) -> Vec<String> {
        let wanted = |name: &str| connection.is_none_or(|connection| connection == name);
        let of = |(name, count, _): &(&'static str, usize, bool)| {
            let name = *name;
            (0..*count).map(move |n| format!(r#"{{"id":"ca_{name}_{n}","connector":"{name}"}}"#))
        };
        self.0.iter().filter(|(name, ..)| wanted(name)).flat_map(of).collect()
    }

    fn answer(&self, seen: &Seen) -> Reply {
        if seen.target.contains("/connections/app") {
            let listed = self.0.iter().filter(|(.., listed)| *listed);
            let rows: Vec<_> = listed.map(|(name, ..)| format!(r#"{{"key_id":"{name}"}}"#)).collect();
            return Reply::json(200, &format!(r#"{{"connections":[{}],"total_size":{}}}"#, rows.join(","), rows.len()));
        }
        let parameter = parameters(seen);
        let rows = self.accounts(parameter.get("connector").copied());
        let from: usize = parameter.get("page_token").map_or(0, |token| token.parse().expect("our token"));
        let to = (from + PAGE).min(rows.len());
        let next = if to < rows.len() { to.to_string() } else { String::new() };
        let (page, total) = (rows[from..to].join(","), rows.len());
        Reply::json(
            200,
            &format!(r#"{{"connected_accounts":[{page}],"total_size":{total},"next_page_token":"{next}"}}"#),
        )
    }
}

fn parameters(seen: &Seen) -> BTreeMap<&str, &str> {
    let query = seen.target.split_once('?').map_or("", |(_, query)| query);
    query.split('&').filter_map(|pair| pair.split_once('=')).collect()
}

fn connector(seen: &Seen) -> Option<&str> {
    parameters(seen).get("connector").copied()
}

/// What came: ids, sorted, and every total that was told; and why it ended early.
async fn loaded(server: &Server, filter: &AccountFilter) -> (Vec<String>, Vec<Option<u64>>, Option<FaultKind>) {
    let (ids, totals, end) = read(server, filter).await;
    assert!(!matches!(end, Ok(Some(_))), "{end:?}");
    (ids, totals, end.err())
}

/// The same, and in what it differs from its total.
async fn read(
    server: &Server,
    filter: &AccountFilter,
) -> (Vec<String>, Vec<Option<u64>>, Result<Option<Mismatch>, FaultKind>) {
    let (mut ids, mut totals) = (Vec::new(), Vec::new());
    let backend = Scalekit::new(server.client());
    let end = load(&backend, filter, |page, total| {
        ids.extend(page.into_iter().map(|account| account.id.raw().to_owned()));
        totals.push(total);
    })
    .await;
    ids.sort_unstable();
    (ids, totals, end.map_err(|fault| fault.kind))
}

fn ids(world: &World) -> Vec<String> {
    let name = |row: String| row.split('"').nth(3).expect("an id").to_owned();
    let mut ids: Vec<_> = world.accounts(None).into_iter().map(name).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn a_short_list_is_read_page_by_page() {
    let count = FEW_PAGES as usize * PAGE;
    let world = World(vec![("a", count - 1, true), ("b", 1, true)]);
    let answers = world.clone();
    let server = Server::with_tokens(move |seen, _| answers.answer(seen)).await;
    let (got, _, end) = loaded(&server, &everything()).await;
    assert_eq!((got, end), (ids(&world), None));
    assert!(server.calls().iter().all(|call| connector(call).is_none()));
    assert_eq!(server.calls().len(), FEW_PAGES as usize);
}

#[tokio::test]
async fn a_long_list_is_read_by_connection_and_nothing_comes_twice() {
    let world = World(vec![("a", 9, true), ("b", 5, true), ("c", 0, true), ("d", 4, true)]);
    let answers = world.clone();
    let server = Server::with_tokens(move |seen, _| answers.answer(seen)).await;
    let (got, totals, end) = loaded(&server, &everything()).await;
    assert_eq!((got, end), (ids(&world), None));
    assert!(totals.iter().all(|total| *total == Some(18)), "the total is that of the whole: {totals:?}");
    let whole =
        server.calls().iter().filter(|call| call.target.contains("accounts") && connector(call).is_none()).count();
    assert_eq!(whole, 1, "the whole list was begun and not read on");
}

#[tokio::test]
async fn no_more_than_so_many_are_read_at_once() {
    let world = World(["a", "b", "c", "d", "e", "f", "g"].map(|name| (name, 3, true)).to_vec());
    let gate = Arc::new(Semaphore::new(0));
    let (answers, behind) = (world.clone(), Arc::clone(&gate));
    let server = Server::with_tokens(move |seen, _| match connector(seen) {
        Some(_) => answers.answer(seen).behind(&behind),
        None => answers.answer(seen),
    })
    .await;
    let filter = everything();
    let mut loading = Box::pin(loaded(&server, &filter));
    let requests = world.0.len() * 2;
    for answered in 0..requests {
        let under_way = (answered + AT_ONCE).min(requests);
        loop {
            let seen = server.calls().iter().filter(|call| connector(call).is_some()).count();
            assert!(seen <= answered + AT_ONCE, "{seen} requests after {answered} answers");
            // Near the end fewer connections are left than could be read at once.
            if seen >= under_way.min(requests - AT_ONCE) {
                break;
            }
            tokio::select! {
                biased;
                _ = &mut loading => panic!("it cannot be done yet"),
                () = tokio::task::yield_now() => {}
            }
        }
        gate.add_permits(1);
    }
    let (got, _, end) = loading.await;
    assert_eq!((got, end), (ids(&world), None));
}

#[tokio::test]
async fn accounts_of_a_connection_that_is_not_listed_are_not_lost() {
    let world = World(vec![("a", 6, true), ("hidden", 5, false), ("b", 4, true)]);
    let answers = world.clone();
    let server = Server::with_tokens(move |seen, _| answers.answer(seen)).await;
    let (got, totals, end) = loaded(&server, &everything()).await;
    assert_eq!((got, end), (ids(&world), None));
    assert!(totals.iter().all(|total| *total == Some(15)), "{totals:?}");
}

#[tokio::test]
async fn connections_that_do_not_help_are_done_without() {
    let world = World(vec![("a", 8, true), ("b", 7, true), ("c", 1, true)]);
    let not_listed = |seen: &Seen| seen.target.contains("/connections");
    let not_filtered = |seen: &Seen| connector(seen) == Some("b");
    for refuses in [not_listed, not_filtered] {
        let answers = world.clone();
        let server = Server::with_tokens(move |seen, _| match refuses(seen) {
            true => Reply::json(400, r#"{"code":3,"message":"invalid connector"}"#),
            false => answers.answer(seen),
        })
        .await;
        let (got, _, end) = loaded(&server, &everything()).await;
        assert_eq!((got, end), (ids(&world), None));
    }
    let many = World((0..20).map(|_| ("a", 1, true)).collect());
    let server = Server::with_tokens(move |seen, _| many.answer(seen)).await;
    let _ = read(&server, &everything()).await;
    let filtered = server.calls().iter().filter(|call| connector(call).is_some()).count();
    assert_eq!(filtered, 0, "as many connections as pages save nothing");
}

#[tokio::test]
async fn one_connection_is_read_by_itself() {
    let world = World(vec![("a", 30, true), ("b", 7, true)]);
    let answers = world.clone();
    let server = Server::with_tokens(move |seen, _| answers.answer(seen)).await;
    let filter = AccountFilter { connection: Some("a".into()), identifier: None };
    let (got, _, end) = loaded(&server, &filter).await;
    assert_eq!((got.len(), end), (30, None));
    assert!(server.calls().iter().all(|call| connector(call) == Some("a")));
}

#[tokio::test]
async fn a_list_that_stays_short_of_its_total_says_so() {
    let page = |rows: &str, next: &str| {
        format!(r#"{{"connected_accounts":[{rows}],"total_size":9,"next_page_token":"{next}"}}"#)
    };
    let (first, second) = (page(r#"{"id":"ca_1"},{"id":"ca_2"}"#, "2"), page(r#"{"id":"ca_2"},{"id":"ca_3"}"#, ""));
    let server = Server::with_tokens(move |seen, _| match seen.target.contains("page_token") {
        false => Reply::json(200, &first),
        true => Reply::json(200, &second),
    })
    .await;
    let (got, _, end) = read(&server, &everything()).await;
    assert_eq!(got, ["ca_1", "ca_2", "ca_3"]);
    let mismatch = end.unwrap().unwrap();
    assert_eq!((mismatch.missing(), mismatch.repeated, mismatch.overlaps), (5, 1, true));
}

#[tokio::test]
async fn a_failure_on_the_way_ends_it_and_keeps_what_came() {
    let world = World(vec![("a", 8, true), ("b", 8, true)]);
    let answers = world.clone();
    let server = Server::with_tokens(move |seen, _| match (connector(seen), parameters(seen).get("page_token")) {
        (Some("b"), Some(_)) => Reply::json(401, super::UNAUTHENTICATED),
        _ => answers.answer(seen),
    })
    .await;
    let (got, _, end) = loaded(&server, &everything()).await;
    assert_eq!(end, Some(FaultKind::KeyRefused));
    assert!(!got.is_empty() && got.len() < 16, "{got:?}");
}
