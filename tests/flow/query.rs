//! jq in a process of its own, with the real program as the child.

use std::path::Path;

use jackfield::domain::{Fault, FaultKind};
use jackfield::flow::query::{Answer, LARGEST, query_in};

async fn query(filter: &str, value: &str) -> Result<Answer, Fault> {
    query_in(Path::new(env!("CARGO_BIN_EXE_jackfield")), filter, value.as_bytes()).await
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
    assert!(fault.message.contains("ends where") && fault.message.contains("(at"), "{fault}");
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
