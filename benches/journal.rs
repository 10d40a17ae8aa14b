//! What the Activity screen asks of a journal of a hundred thousand calls: a page and a count, for
//! filters of every kind.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use jackfield::testing::journal::{EntryId, Journal, JournalFilter, Retention};
use jiff::Timestamp;
use rusqlite::Connection;

const CALLS: i64 = 100_000;

/// Calls of the last eighty days, evenly: six providers, forty tools each, five hundred people, every tenth
/// failed, a few hundred bytes of text. One in ten thousand is about a walrus.
fn fill(folder: &Path) {
    let connection = Connection::open(folder.join("journal.sqlite")).expect("a file");
    let now = Timestamp::now().as_millisecond();
    connection
        .execute_batch(&format!(
            "BEGIN;
            CREATE TEMP TABLE n AS
                WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {CALLS}) SELECT n FROM n;
            INSERT INTO entry (id, began, environment, kind, name, connection, identifier, account, outcome, fault_kind,
                               fault, status, execution, took, size, front, program)
                SELECT n, {now} - ({CALLS} - n) * 69120, 'https://acme.scalekit.dev', 0,
                       substr('linear_asana__gmail__slack__github_notion_', n % 6 * 7 + 1, 7) || 'thing_verb_' || (n % 40),
                       substr('linearasana gmail slack githubnotion', n % 6 * 6 + 1, 6),
                       'person-' || (n % 500) || '@acme.dev', 'ca_' || (n % 3000), iif(n % 10 = 0, 2, 1),
                       iif(n % 10 = 0, 'provider_failed', NULL), iif(n % 10 = 0, 'The provider failed.', NULL), 200,
                       'exec_' || n, 412000, 1300, n % 2, 'bench'
                FROM n;
            INSERT INTO body (entry, arguments, arguments_too_large, hidden, result)
                SELECT n, zeroblob(200), 0, '[]', zeroblob(400) FROM n;
            INSERT INTO words (rowid, text)
                SELECT n, 'issue ' || n || ' login is broken for person ' || (n % 500) || ' again title description team '
                       || hex(randomblob(8)) || ' ' || hex(randomblob(8)) || ' priority state project labels cycle '
                       || iif(n % 10000 = 0, 'walrus ', '') || 'created updated assignee creator number ENG-' || n
                FROM n;
            COMMIT;"
        ))
        .expect("filled");
}

fn pages(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    drop(Journal::open(folder.path(), Retention::default()).expect("a journal"));
    fill(folder.path());
    criterion.bench_function("100,000 calls/open", |b| {
        b.iter(|| Journal::open(folder.path(), Retention::default()).expect("a journal"));
    });
    let journal = Journal::open(folder.path(), Retention::default()).expect("a journal");
    for text in [
        "",
        "tool:linear_",
        "tool:linear_thing_verb_6",
        "tool:nothing",
        "as:person-7@",
        "as:nobody",
        "status:failed",
        "status:unknown",
        "connection:linear",
        "account:ca_7",
        "env:acme",
        "from:cli",
        "id:exec_77",
        "since:2h",
        "since:30d until:29d",
        "login",
        "walrus",
        "i",
        "\"login is broken\" walrus",
        "tool:linear_ status:failed as:person- since:20d login",
    ] {
        let filter = JournalFilter::parse(text, Timestamp::now()).expect("a filter");
        let named = if text.is_empty() { "everything" } else { text };
        let page = |before| {
            let found = journal.list(black_box(&filter), before, 200).expect("read");
            found.calls.len()
        };
        criterion.bench_function(&format!("100,000 calls/{named}/page"), |b| b.iter(|| page(None)));
        criterion.bench_function(&format!("100,000 calls/{named}/page far back"), |b| {
            b.iter(|| page(Some(EntryId(CALLS / 10))));
        });
        criterion.bench_function(&format!("100,000 calls/{named}/count"), |b| {
            b.iter(|| journal.count(black_box(&filter)).expect("read"));
        });
    }
    criterion.bench_function("100,000 calls/what was sent last", |b| {
        let (tool, account) = ("linear_thing_verb_6".into(), "ca_6".into());
        let identifier = "person-6@acme.dev".into();
        b.iter(|| {
            journal.last_arguments("https://acme.scalekit.dev", black_box(&tool), &account, &identifier).expect("read")
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_millis(500));
    targets = pages
}
criterion_main!(benches);
