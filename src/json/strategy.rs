//! Arbitrary JSON texts for property tests: raw, so that escapes, number spellings, duplicate keys
//! and white space vary too.

use proptest::prelude::*;

/// Half the nesting of [`deep`]: so many objects, each with one array inside.
pub(super) const DEEP: usize = 100_000;

/// A document nested 200,000 levels deep.
pub(super) fn deep() -> String {
    format!("{}1{}", r#"{"k":["#.repeat(DEEP), "]}".repeat(DEEP))
}

#[derive(Clone, Debug)]
enum ArbitraryJson {
    Scalar(String),
    Array(Vec<ArbitraryJson>),
    Object(Vec<(String, ArbitraryJson)>),
}

/// Any JSON text that serde_json can read into a value: up to 64 levels deep, no number out of
/// range, no half surrogate pairs.
pub(super) fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![6 => scalar().prop_map(ArbitraryJson::Scalar), 1 => Just(ArbitraryJson::Array(vec![])), 1 => Just(ArbitraryJson::Object(vec![]))];
    let tree = leaf.prop_recursive(4, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(ArbitraryJson::Array),
            prop::collection::vec((key(), inner), 0..6).prop_map(ArbitraryJson::Object),
        ]
    });
    let levels = prop_oneof![4 => Just(Vec::new()), 1 => prop::collection::vec(any::<bool>(), 0..60)];
    let gap = prop_oneof![6 => Just(""), 2 => Just(" "), 1 => Just("\n  "), 1 => Just("\r\n\t")];
    (tree, levels, prop::collection::vec(gap, 1..20)).prop_map(|(tree, levels, gaps)| {
        let tree = levels.into_iter().fold(tree, |tree, in_array| match in_array {
            true => ArbitraryJson::Array(vec![ArbitraryJson::Scalar("0".into()), tree]),
            false => ArbitraryJson::Object(vec![
                ("\"k\"".into(), tree),
                ("\"after\"".into(), ArbitraryJson::Scalar("null".into())),
            ]),
        });
        let mut tokens = Vec::new();
        write(&tree, &mut tokens);
        let gaps = gaps.into_iter().cycle();
        tokens.iter().map(String::as_str).zip(gaps).flat_map(|(token, gap)| [gap, token]).collect()
    })
}

/// The text of any string, in its quotes.
pub(super) fn string() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Z ]{0,6}",
        1 => any::<char>().prop_filter("needs an escape", |c| *c >= ' ' && !"\"\\".contains(*c)).prop_map(String::from),
        1 => prop::sample::select(vec![r"\n", r"\t", r"\\", r#"\""#, r"\/", r"\u00e9", r"\u202E", r"\ud83d\ude00"])
            .prop_map(String::from),
        1 => prop::sample::select(vec!["\u{7f}", "\u{9b}", "\u{202e}", "\u{e0041}", "é", "😀", "}", "],", ":"])
            .prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

/// Few names, so that some come twice.
fn key() -> impl Strategy<Value = String> {
    prop_oneof![3 => "\"[ab_]{0,2}\"", 1 => string()]
}

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?",
        2 => prop::sample::select(vec!["true", "false", "null"]).prop_map(String::from),
        4 => string(),
    ]
}

fn write(tree: &ArbitraryJson, out: &mut Vec<String>) {
    let (open, close) = match tree {
        ArbitraryJson::Scalar(text) => return out.push(text.clone()),
        ArbitraryJson::Array(_) => ("[", "]"),
        ArbitraryJson::Object(_) => ("{", "}"),
    };
    out.push(open.into());
    let comma = |i: usize, out: &mut Vec<String>| (i > 0).then(|| out.push(",".into()));
    match tree {
        ArbitraryJson::Scalar(_) => {}
        ArbitraryJson::Array(items) => items.iter().enumerate().for_each(|(i, item)| {
            comma(i, out);
            write(item, out);
        }),
        ArbitraryJson::Object(members) => members.iter().enumerate().for_each(|(i, (key, value))| {
            comma(i, out);
            out.extend([key.clone(), ":".into()]);
            write(value, out);
        }),
    }
    out.push(close.into());
}
