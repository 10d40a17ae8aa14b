//! What the JSON explorer does to a large body: index it, whole and while it comes, draw a window of it, search it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::atomic::AtomicBool;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use jackfield::testing::domain::JsonText;
use jackfield::testing::json::{Document, DocumentSearch, Indexer, View, pretty};

/// About `megabytes` of issues as an API would list them.
fn body(megabytes: usize) -> JsonText {
    let mut text = String::from(r#"{"data":{"issues":{"nodes":["#);
    let mut n = 0_u32;
    while text.len() < megabytes * 1_000_000 {
        let comma = if n == 0 { "" } else { "," };
        write!(
            text,
            r#"{comma}{{"id":"issue-{n:08}","number":{n},"title":"API returns 500 on /users/{n}","priority":{},"#,
            n % 5
        )
        .unwrap();
        write!(
            text,
            r#""estimate":{}.5,"archived":{},"assignee":{{"id":"user-{}","name":"Ada \"L\" Lovelace","email":null}},"#,
            n % 13,
            n.is_multiple_of(3),
            n % 97
        )
        .unwrap();
        text.push_str(r#""labels":["bug","backend"],"position":[-122.41941,37.77493]}"#);
        n += 1;
    }
    text.push_str("]}}}");
    JsonText::parse(text).expect("JSON")
}

fn large_bodies(criterion: &mut Criterion) {
    for megabytes in [1, 10] {
        let text = body(megabytes);
        let document = Document::index(text.clone()).expect("indexed");
        let view = View::new(document.clone());
        let mut group = criterion.benchmark_group(format!("{megabytes} MB"));
        group.sample_size(20).throughput(Throughput::Bytes(text.bytes().len() as u64));
        group.bench_function("parse", |b| b.iter(|| JsonText::parse(black_box(text.bytes().clone()))));
        group.bench_function("index", |b| b.iter(|| Document::index(black_box(text.clone()))));
        group.bench_function("pretty", |b| b.iter(|| pretty(black_box(&text))));
        for wanted in ["lovelace", "Lovelace", "nowhere"] {
            let search = || DocumentSearch::new(document.clone(), wanted);
            group.bench_function(format!("search {wanted}"), |b| {
                b.iter_batched_ref(
                    search,
                    |search| search.run(usize::MAX, &AtomicBool::new(false), &mut Vec::new()),
                    BatchSize::SmallInput,
                );
            });
        }
        group.bench_function("fold all", |b| {
            b.iter_batched_ref(|| view.clone(), View::fold_all, BatchSize::SmallInput);
        });
        group.finish();

        let middle = view.at_fraction(0.5);
        criterion.bench_function(&format!("{megabytes} MB/window of 60"), |b| {
            b.iter(|| {
                view.window(black_box(middle), 60)
                    .map(|info| {
                        let key = info.key.map_or(0, |key| jackfield::testing::json::excerpt(key, 40).text.raw().len());
                        key + document.display_string(info.row.node, 80).text.raw().len()
                    })
                    .sum::<usize>()
            });
        });
    }
}

/// Indexes a body as a connection brings it: collected piece by piece, each read as soon as it is there.
fn index_in_pieces(body: &[u8], piece: usize) -> Document {
    let mut indexer = Indexer::default();
    let mut came = Vec::with_capacity(body.len());
    for piece in body.chunks(piece) {
        came.extend_from_slice(piece);
        indexer.read(&came).expect("JSON");
    }
    indexer.finish(came.into()).expect("all of it")
}

fn arriving_bodies(criterion: &mut Criterion) {
    let text = body(10);
    let bytes = text.bytes().len();
    let document = Document::index(text.clone()).expect("indexed");
    // No figure of time: room taken for each byte of the body.
    println!("index: {:.3} bytes a byte", document.index_size() as f64 / bytes as f64);
    let mut group = criterion.benchmark_group("10 MB in pieces");
    group.sample_size(20).throughput(Throughput::Bytes(bytes as u64));
    for piece in [1 << 10, 8 << 10, 400 << 10] {
        group.bench_function(format!("of {} KiB", piece >> 10), |b| {
            b.iter(|| index_in_pieces(black_box(text.bytes()), piece));
        });
    }
    group.bench_function("first rows of 8 KiB", |b| {
        let beginning = text.bytes().get(..8 << 10).unwrap();
        b.iter(|| Indexer::beginning(black_box(beginning)));
    });
    group.finish();
}

criterion_group!(benches, large_bodies, arriving_bodies);
criterion_main!(benches);
