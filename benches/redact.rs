//! What it costs to take credentials out of a value before it is written down.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jackfield::testing::domain::JsonText;
use jackfield::testing::redact;

const SIZE: usize = 10_000_000;

/// Issues as an API would list them, of 10 MB, with a credential in every hundredth.
fn realistic() -> String {
    let mut text = String::from(r#"{"data":{"next_page_token":"eyJvZmZzZXQiOjEwMH0","issues":["#);
    let mut n = 0_u32;
    while text.len() < SIZE {
        let comma = if n == 0 { "" } else { "," };
        write!(
            text,
            r#"{comma}{{"id":"a1b2c3d4-0000-4000-8000-{n:012}","key":"ENG-{n}","title":"API returns 500 on /users/{n}","#
        )
        .unwrap();
        write!(
            text,
            r#""url":"https://tracker.example/acme/issue/ENG-{n}?from=list#top","priority":{},"estimate":{}.5,"#,
            n % 5,
            n % 13
        )
        .unwrap();
        write!(
            text,
            r#""author":{{"id":"user-{}","name":"Ada \"L\" Lovelace","email":"ada{n}@acme.dev","token_type":null}},"#,
            n % 97
        )
        .unwrap();
        let body =
            if n.is_multiple_of(100) { "Set password=hunter2 and go on." } else { "The session ends: see the key." };
        write!(text, r#""body":"Steps:\n1. Open the page.\n2. Wait. {body}","createdAt":"2025-11-28T15:50:52.123Z","#)
            .unwrap();
        write!(text, r#""sha":"9f86d081884c7d659a2feaa0c55ad015{n:08x}","labels":["bug","backend"]}}"#).unwrap();
        n += 1;
    }
    text + "]}}"
}

/// Values that are made to be slow.
fn pathological() -> Vec<(&'static str, String)> {
    let repeated = |text: &str| format!("[\"{}\"]", text.repeat(SIZE / text.len()));
    let mut nested = "x".repeat(SIZE / 2) + " password=hunter2";
    for _ in 0..8 {
        nested = serde_json::json!({ "body": nested }).to_string();
    }
    let hidden: Vec<String> = (0..20_000).map(|n| format!(r#"{{"id":{n},"token":"hunter{n}"}}"#)).collect();
    let level = r#"{"a":["ghp_abcdefghijklmnopqrstuvwxyz","#;
    vec![
        ("one long word", repeated("x")),
        ("one text", repeated("The quick brown fox. ")),
        ("equals", repeated("=")),
        ("names without values", repeated("token ")),
        ("one long name", repeated("token")),
        ("names and signs", repeated("auth=")),
        ("names and colons", repeated("token: x, ")),
        ("open quotes", repeated("auth:'\\\"")),
        ("beginnings of shapes", repeated("eyJ-")),
        ("beginnings of elements", repeated("pwd>")),
        ("authorities", repeated("://a:b")),
        ("begin", repeated("-----BEGIN ")),
        ("dots", repeated("aaaaaaaaaaaaaaaaaaaaaaaa.")),
        ("Base64", repeated("iVBORw0KGgoAAAANSUhEUgAA")),
        ("short texts", format!("[{}]", vec!["\"ENG-1234, of whom nobody has heard yet\""; 200_000].join(","))),
        (
            "many names",
            format!("{{{}}}", (0..500_000).map(|n| format!("\"key{n}\":{n}")).collect::<Vec<_>>().join(",")),
        ),
        ("deep", format!("{}{}", "[".repeat(SIZE / 2), "]".repeat(SIZE / 2))),
        ("deep and hidden", format!("{}1{}", level.repeat(200_000), "]}".repeat(200_000))),
        ("texts in texts", nested),
        ("hidden values", format!("[{}]", hidden.join(","))),
    ]
}

fn json(text: String) -> JsonText {
    JsonText::parse(text).expect("JSON")
}

fn values(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("redact");
    group.sample_size(10);
    for (name, text) in [("10 MB as it comes", realistic())].into_iter().chain(pathological()) {
        let value = json(text);
        group.throughput(Throughput::Bytes(value.bytes().len() as u64));
        group.bench_function(name, |b| b.iter(|| redact::json(black_box(&value))));
    }
    group.finish();
}

fn emptied(criterion: &mut Criterion) {
    let rows: Vec<String> = (0..20_000).map(|n| format!(r#"{{"id":{n},"token":"hunter{n}"}}"#)).collect();
    let redacted = redact::json(&json(format!("[{}]", rows.join(","))));
    assert_eq!(redacted.hidden.len(), 20_000);
    criterion.bench_function("empty 20,000 places", |b| b.iter(|| black_box(&redacted).to_fill_in()));
}

criterion_group!(benches, values, emptied);
criterion_main!(benches);
