//! jq in a process of its own, with the real program as the child.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use jackfield::testing::domain::{Fault, FaultKind};
use jackfield::testing::flow::query::{COMMAND, LARGEST, QueryResult, query_in};

use crate::cli::process::{jackfield, script};
use crate::waiting::{PATIENCE, until};

async fn query(filter: &str, value: &str) -> Result<QueryResult, Fault> {
    query_in(Path::new(env!("CARGO_BIN_EXE_jackfield")), filter, value.as_bytes(), PATIENCE).await
}

#[tokio::test]
async fn one_result_stands_for_itself_and_several_in_an_array() {
    let value = r#"{"a":[1.10,2],"n":123456789012345678901234567890}"#;
    for (filter, result, count) in [
        (".a", "[1.10,2]", 1),
        (".a[]", "[1.10,2]", 2),
        (".n", "123456789012345678901234567890", 1),
        ("empty", "[]", 0),
        ("nan", "\"NaN\"", 1),
    ] {
        let answer = query(filter, value).await.unwrap();
        assert_eq!((answer.value.raw(), answer.count, answer.broken), (result, count, None), "{filter}");
    }
}

#[tokio::test]
async fn a_filter_that_breaks_off_keeps_what_it_gave() {
    let answer = query("1, error(\"no more\")", "null").await.unwrap();
    assert_eq!((answer.value.raw(), answer.count), ("1", 1));
    assert!(answer.broken.unwrap().contains("no more"));
    let fault = query(".a |", "{}").await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::InvalidInput);
    assert!(fault.message.contains("at the end") && fault.message.contains("(column 5)"), "{fault}");
}

#[tokio::test]
async fn it_sees_no_environment_and_can_end_nothing_but_itself() {
    assert_eq!(query("env | length", "null").await.unwrap().value.raw(), "0");
    assert_eq!(query("1, halt", "null").await.unwrap().value.raw(), "1");
    assert!(
        query("halt_error", "\"x\"").await.is_ok_and(|answer| answer.count == 0)
            || query("halt_error", "1").await.is_err()
    );
}

#[tokio::test]
async fn what_would_take_everything_is_ended() {
    let fault = query("def f: 1 + f; f", "null").await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::InvalidInput);
    assert!(fault.message.contains("more memory or time"), "{fault}");
    let fault = query(".", &format!("\"{}\"", "x".repeat(LARGEST))).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::TooLarge);
}

#[tokio::test]
async fn what_a_filter_says_of_a_long_value_is_short_and_ends() {
    let value = format!("{{\"rows\":[{}1]}}", "{\"name\":\"x\"},".repeat(50_000));
    let fault = query(".rows.name", &value).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::InvalidInput);
    assert!(fault.message.chars().count() <= 200 && fault.message.contains("name"), "{fault}");
    let answer = query(".rows[0].name, .rows.name", &value).await.unwrap();
    assert!(answer.value.raw() == "\"x\"" && answer.broken.unwrap().chars().count() <= 200);
}

#[tokio::test]
async fn a_child_that_says_nothing_is_not_waited_for_beyond_its_limit() {
    let folder = tempfile::tempdir().unwrap();
    let (program, ended) = (folder.path().join("mute"), folder.path().join("pid"));
    script(&program, &format!("echo $$ > {}\nexec sleep 600", ended.display()));
    let fault = query_in(&program, ".", b"1", Duration::from_millis(300)).await.unwrap_err();
    assert!(fault.message.contains("more memory or time"), "{fault}");
    // It may have been stopped before it came to say who it is.
    if let Ok(process) = std::fs::read_to_string(&ended) {
        until("its end", || gone(process.trim().parse().ok()?).then_some(()));
    }
}

#[test]
fn the_child_ends_with_whoever_asked() {
    let home = tempfile::tempdir().unwrap();
    let mut command = jackfield(home.path(), &[COMMAND]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let filter = "last(range(1e15))";
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(format!("{} 4\n{filter}null", filter.len()).as_bytes()).unwrap();
    assert!(child.try_wait().unwrap().is_none(), "it is at work");
    // The same as the death of whoever holds it.
    drop(stdin);
    let status = until("its end", || child.try_wait().unwrap());
    assert!(!status.success());
}

/// Whether no such process is left.
fn gone(process: u32) -> bool {
    let asked = std::process::Command::new("/bin/sh").args(["-c", &format!("kill -s 0 {process}")]).output();
    !asked.unwrap().status.success()
}
