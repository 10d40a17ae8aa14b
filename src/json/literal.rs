//! JSON values as literals of other languages. No recursion: values of any depth will do.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use super::{Document, NodeId, NodeKind};
use crate::domain::is_hostile;

/// Notation of values in a language.
pub struct Language {
    /// Words for true and false.
    pub truth: [&'static str; 2],
    /// Word for nothing.
    pub null: &'static str,
    /// Indentation of members, in spaces.
    pub indent: usize,
    /// Expression that reads the variable in the place of a credential.
    pub variable: fn(&str) -> String,
    /// True if half a surrogate pair is a character of its own, so that a pair is none.
    pub halves: bool,
}

impl Language {
    /// JSON itself, inside a shell's quotes.
    pub const SHELL: Self = Self {
        truth: ["true", "false"],
        null: "null",
        indent: 2,
        variable: |name| format!("\"'\"${name}\"'\""),
        halves: false,
    };
    /// Python.
    pub const PYTHON: Self = Self {
        truth: ["True", "False"],
        null: "None",
        indent: 4,
        variable: |name| format!("os.environ[\"{name}\"]"),
        halves: true,
    };
    /// JavaScript.
    pub const NODE: Self = Self { indent: 2, variable: |name| format!("process.env.{name}"), ..Self::SHELL };

    /// A string, in which nothing hides. One of JSON is one of Python and of JavaScript too, once no escape
    /// is of JSON alone (`\/`).
    pub fn text(&self, text: &str) -> String {
        let json = serde_json::Value::from(text).to_string();
        if !self.halves {
            return crate::json::escaped(&json).into_owned();
        }
        let mut out = String::with_capacity(json.len());
        for c in json.chars() {
            if is_hostile(c) && c.len_utf16() == 2 {
                // Writing to a String cannot fail.
                let _ = write!(out, r"\U{:08x}", c as u32);
            } else {
                out.push(c);
            }
        }
        crate::json::escaped(&out).into_owned()
    }
}

/// The credentials of a document, and the variables that stand in their places.
#[derive(Default)]
pub struct HiddenValues {
    places: HashMap<NodeId, usize>,
    names: Vec<String>,
    taken: HashSet<String>,
    /// Last number given to the variables of a name.
    numbered: HashMap<String, u32>,
}

impl HiddenValues {
    /// A variable of this name stands in the place of `node`; a numbered one where it is taken.
    pub fn hide(&mut self, node: NodeId, name: String) {
        let mut own = name.clone();
        while !self.taken.insert(own.clone()) {
            let number = self.numbered.entry(name.clone()).or_insert(1);
            *number += 1;
            own = format!("{name}_{number}");
        }
        self.places.insert(node, self.names.len());
        self.names.push(own);
    }

    /// The variables, in the order of their places.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    fn at(&self, node: NodeId) -> Option<&str> {
        self.names.get(*self.places.get(&node)?).map(String::as_str)
    }
}

/// Writes a document on as many lines as it has values, set in by `level` steps after the first line.
pub fn literal(document: &Document, hidden: &HiddenValues, language: &Language, level: usize) -> String {
    let mut out = String::new();
    let mut depth = level;
    let mut node = document.root();
    loop {
        if let Some(key) = document.key(node) {
            out.push_str(&string(key, language));
            out.push_str(": ");
        }
        let is_hidden = hidden.at(node);
        let first = if is_hidden.is_some() { None } else { document.first_child(node) };
        match (is_hidden, first) {
            (Some(name), _) => out.push_str(&(language.variable)(name)),
            (None, Some(_)) => out.push_str(if document.kind(node) == NodeKind::Object { "{" } else { "[" }),
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
            out.push_str(if document.kind(parent) == NodeKind::Object { "}" } else { "]" });
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
        NodeKind::Object => "{}".to_owned(),
        NodeKind::Array => "[]".to_owned(),
        NodeKind::String => string(raw, language),
        NodeKind::Bool if raw == b"true" => yes.to_owned(),
        NodeKind::Bool => no.to_owned(),
        NodeKind::Null => language.null.to_owned(),
        NodeKind::Number => String::from_utf8_lossy(raw).into_owned(),
    }
}

/// A string without half a surrogate pair in it.
fn string(raw: &[u8], language: &Language) -> String {
    let text: String = serde_json::from_slice(raw).unwrap_or_else(|_| "\u{fffd}".to_owned());
    language.text(&text)
}
