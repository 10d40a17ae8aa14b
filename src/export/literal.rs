//! JSON values as literals of other languages. No recursion: values of any depth will do.

use crate::json::{Document, Kind, NodeId};

/// How a language writes values.
pub(super) struct Language {
    pub(super) truth: [&'static str; 2],
    pub(super) null: &'static str,
    /// How far members are set in, in spaces.
    pub(super) indent: usize,
    /// What stands in the place of a credential.
    pub(super) variable: fn(&str) -> String,
}

/// What stands in the place of one credential.
pub(super) struct Hidden {
    pub(super) node: NodeId,
    /// The variable that holds it.
    pub(super) name: String,
}

/// Writes a document on as many lines as it has values, set in by `level` steps after the first line.
pub(super) fn literal(document: &Document, hidden: &[Hidden], language: &Language, level: usize) -> String {
    let mut out = String::new();
    let mut depth = level;
    let mut node = document.root();
    loop {
        if let Some(key) = document.key(node) {
            out.push_str(&string(key));
            out.push_str(": ");
        }
        let is_hidden = hidden.iter().find(|hidden| hidden.node == node);
        let first = if is_hidden.is_some() { None } else { document.first_child(node) };
        match (is_hidden, first) {
            (Some(hidden), _) => out.push_str(&(language.variable)(&hidden.name)),
            (None, Some(_)) => out.push_str(if document.kind(node) == Kind::Object { "{" } else { "[" }),
            (None, None) => out.push_str(&scalar(document, node, language)),
        }
        if let Some(first) = first {
            depth += 1;
            line(&mut out, depth, language);
            node = first;
            continue;
        }
        // On to what follows, closing whatever ends here.
        loop {
            if let Some(next) = document.next_sibling(node) {
                out.push(',');
                line(&mut out, depth, language);
                node = next;
                break;
            }
            let Some(parent) = document.parent(node) else { return out };
            depth -= 1;
            line(&mut out, depth, language);
            out.push_str(if document.kind(parent) == Kind::Object { "}" } else { "]" });
            node = parent;
        }
    }
}

fn line(out: &mut String, depth: usize, language: &Language) {
    out.push('\n');
    out.push_str(&" ".repeat(depth * language.indent));
}

fn scalar(document: &Document, node: NodeId, language: &Language) -> String {
    let raw = document.raw(node);
    let [yes, no] = language.truth;
    match document.kind(node) {
        Kind::Object => "{}".to_owned(),
        Kind::Array => "[]".to_owned(),
        Kind::String => string(raw),
        Kind::Bool if raw == b"true" => yes.to_owned(),
        Kind::Bool => no.to_owned(),
        Kind::Null => language.null.to_owned(),
        Kind::Number => String::from_utf8_lossy(raw).into_owned(),
    }
}

/// A JSON string is a string of Python and of JavaScript too, once no escape is of JSON alone
/// (`\/`), no half of a surrogate pair stands there, and nothing hides in it.
fn string(raw: &[u8]) -> String {
    let text: String = serde_json::from_slice(raw).unwrap_or_else(|_| "\u{fffd}".to_owned());
    crate::json::escaped(&serde_json::Value::from(text).to_string()).into_owned()
}
