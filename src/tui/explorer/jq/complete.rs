//! Keys that could follow in a jq filter: of the object that is the input where the caret is.
//!
//! The filter is read as far as it is typed, and a value is carried along that stands for what each part gives: paths
//! are followed, `map`, `select` and the like are known, and of everything else nothing is.

use crate::json::{Document, NodeId, NodeKind, excerpt};
use crate::order::StableOrder as _;

/// Keys that are offered at most.
const OFFERED: usize = 50;

/// Bytes of a filter that are read.
const LONGEST: usize = 4 << 10;

/// Value that a part of a filter gives.
#[derive(Clone, Debug)]
enum Given {
    /// This one, or one like it.
    Node(NodeId),
    /// An array of such.
    List(Box<Given>),
    Unknown,
}

/// Bracket that is open.
#[derive(Clone, Debug, PartialEq)]
enum Opened {
    Nothing,
    /// A parenthesis, behind the name of a function.
    Call(String),
    /// Brackets of an array.
    Array,
    /// Braces of an object, and whether a key comes next.
    Object(bool),
}

/// Part of the filter between brackets.
struct Level {
    opened: Opened,
    /// Input of the part.
    start: Given,
    /// Input behind the last `|`.
    input: Given,
    /// Output so far.
    out: Given,
}

impl Level {
    fn new(opened: Opened, start: Given) -> Self {
        Self { opened, input: start.clone(), out: start.clone(), start }
    }
}

/// Keys that could stand at the end of `filter`, which is run on a value of the document; and how many bytes of one
/// are typed.
pub fn keys(document: &Document, node: NodeId, filter: &str) -> (Vec<String>, usize) {
    if filter.len() > LONGEST {
        return (Vec::new(), 0);
    }
    let Some((Given::Node(object), begun)) = Reader::new(document, node, filter).read() else {
        return (Vec::new(), 0);
    };
    if document.kind(object) != NodeKind::Object {
        return (Vec::new(), 0);
    }
    let names = document.children(object).filter_map(|child| document.key(child));
    let names = names.map(|key| excerpt(key, 200).text.raw().to_owned());
    let plain = |name: &String| is_name(name) && name.starts_with(begun);
    let mut names: Vec<String> = names.filter(plain).take(OFFERED).collect();
    names.order();
    names.dedup();
    (names, begun.len())
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.chars().all(is_part)
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

struct Reader<'a> {
    document: &'a Document,
    rest: &'a str,
    levels: Vec<Level>,
    /// The name that was read just before, for the parenthesis behind it.
    name: &'a str,
}

impl<'a> Reader<'a> {
    fn new(document: &'a Document, node: NodeId, filter: &'a str) -> Self {
        Self { document, rest: filter, levels: vec![Level::new(Opened::Nothing, Given::Node(node))], name: "" }
    }

    /// The input at the end of the filter, and the part of a key that is typed there; none where no key can follow.
    fn read(mut self) -> Option<(Given, &'a str)> {
        // Whether a term ended just before, which a path goes on from.
        let mut goes_on = false;
        while let Some(c) = self.rest.chars().next() {
            let name = std::mem::take(&mut self.name);
            let ended = std::mem::take(&mut goes_on);
            match c {
                '"' => {
                    self.literal()?;
                    self.set(Given::Unknown);
                    goes_on = true;
                    continue;
                }
                '.' | '[' if c == '.' || ended => {
                    let level = self.levels.last()?;
                    let from = if ended { level.out.clone() } else { level.input.clone() };
                    if let Some(found) = self.path(from) {
                        return Some(found);
                    }
                    goes_on = true;
                    continue;
                }
                _ if is_part(c) => {
                    let word = self.word();
                    if self.rest.is_empty() {
                        return self.key_at_the_end(word);
                    }
                    self.named(word);
                    self.name = word;
                    goes_on = true;
                    continue;
                }
                '(' => self.open(Opened::Call(name.to_owned())),
                '[' => self.open(Opened::Array),
                '{' => self.open(Opened::Object(true)),
                ')' | ']' | '}' => {
                    self.close()?;
                    goes_on = true;
                }
                '?' => goes_on = ended,
                _ => self.sign(c)?,
            }
            self.rest = self.rest.get(c.len_utf8()..)?;
        }
        self.key_at_the_end("")
    }

    /// A key of an object that is made, where one is typed.
    fn key_at_the_end(&self, begun: &'a str) -> Option<(Given, &'a str)> {
        let level = self.levels.last()?;
        (level.opened == Opened::Object(true)).then(|| (level.start.clone(), begun))
    }

    fn word(&mut self) -> &'a str {
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        word
    }

    /// A text in quotes; none where it does not end.
    fn literal(&mut self) -> Option<&'a str> {
        let mut escaped = false;
        let inside = self.rest.get(1..)?;
        let end = inside.char_indices().find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        let (at, _) = end?;
        self.rest = inside.get(at + 1..)?;
        inside.get(..at)
    }

    /// A path from a value on; the place in it where the filter ends, if it does.
    fn path(&mut self, from: Given) -> Option<(Given, &'a str)> {
        let mut at = from;
        loop {
            if let Some(rest) = self.rest.strip_prefix('.') {
                self.rest = rest;
                let word = self.word();
                if self.rest.is_empty() {
                    return Some((at, word));
                }
                if !word.is_empty() {
                    at = self.member(&at, word);
                } else if self.rest.starts_with('"') {
                    at = self.literal().map_or(Given::Unknown, |key| self.member(&at, key));
                }
            } else if let Some(inside) = self.rest.strip_prefix('[') {
                let simple = |c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | ' ');
                let Some((index, rest)) = inside.split_once(']').filter(|(index, _)| index.chars().all(simple)) else {
                    // An index that is computed: read on inside of it.
                    self.set(Given::Unknown);
                    self.open(Opened::Call(String::new()));
                    self.rest = inside;
                    return None;
                };
                self.rest = rest;
                at = if index.contains(':') { at } else { self.item(&at, index.trim().parse().unwrap_or(0)) };
            } else if let Some(rest) = self.rest.strip_prefix('?') {
                self.rest = rest;
            } else {
                self.set(at);
                return None;
            }
        }
    }

    fn member(&self, of: &Given, name: &str) -> Given {
        let Given::Node(node) = of else { return Given::Unknown };
        let wanted = format!("\"{name}\"");
        let mut children = self.document.children(*node);
        let child = children.find(|child| self.document.key(*child) == Some(wanted.as_bytes()));
        child.map_or(Given::Unknown, Given::Node)
    }

    fn item(&self, of: &Given, index: usize) -> Given {
        match of {
            Given::Node(node) => self.document.children(*node).nth(index).map_or(Given::Unknown, Given::Node),
            Given::List(item) => (**item).clone(),
            Given::Unknown => Given::Unknown,
        }
    }

    fn set(&mut self, out: Given) {
        if let Some(level) = self.levels.last_mut() {
            level.out = out;
        }
    }

    /// A word that is no key: a function without arguments, or what belongs to an `if`.
    fn named(&mut self, word: &str) {
        let Some(level) = self.levels.last() else { return };
        if matches!(level.opened, Opened::Object(true)) {
            return;
        }
        let out = match word {
            "sort" | "reverse" | "unique" | "if" | "then" | "elif" | "else" | "and" | "or" => level.input.clone(),
            "first" | "last" => self.item(&level.input.clone(), 0),
            _ => Given::Unknown,
        };
        self.set(out);
    }

    fn open(&mut self, opened: Opened) {
        let Some(level) = self.levels.last() else { return };
        let of_items = matches!(
            &opened,
            Opened::Call(name) if matches!(
                name.as_str(),
                "map" | "sort_by" | "group_by" | "unique_by" | "min_by" | "max_by" | "any" | "all" | "map_values"
            )
        );
        let start = if of_items { self.item(&level.input.clone(), 0) } else { level.input.clone() };
        self.levels.push(Level::new(opened, start));
    }

    fn close(&mut self) -> Option<()> {
        let inner = self.levels.pop()?;
        let outer = self.levels.last()?;
        let out = match inner.opened {
            Opened::Array => Given::List(Box::new(inner.out)),
            Opened::Call(name) => match name.as_str() {
                "" | "first" | "last" | "limit" => inner.out,
                "map" => Given::List(Box::new(inner.out)),
                "select" | "sort_by" | "unique_by" | "map_values" | "with_entries" | "del" => outer.input.clone(),
                "group_by" => Given::List(Box::new(outer.input.clone())),
                "min_by" | "max_by" => inner.start,
                _ => Given::Unknown,
            },
            Opened::Object(_) | Opened::Nothing => Given::Unknown,
        };
        self.set(out);
        Some(())
    }

    /// Anything else: what joins two parts, or stands between them.
    fn sign(&mut self, c: char) -> Option<()> {
        let level = self.levels.last_mut()?;
        match (c, &mut level.opened) {
            ('|', _) => level.input = level.out.clone(),
            (',', Opened::Object(key)) => {
                *key = true;
                level.input = level.start.clone();
            }
            (':', Opened::Object(key)) => {
                *key = false;
                level.input = level.start.clone();
            }
            (';', _) => level.input = level.start.clone(),
            _ => {}
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::JsonText;

    fn offered(filter: &str) -> (String, usize) {
        let text = r#"{"issues":[{"title":"a","team":{"id":1,"identifier":"ENG"},"tags":[{"name":"x"}]}],"odd key":1}"#;
        let document = Document::index(JsonText::parse(text).unwrap()).unwrap();
        let (names, begun) = keys(&document, document.root(), filter);
        (names.join(" "), begun)
    }

    #[test]
    fn keys_are_those_of_the_input_where_the_caret_is() {
        for (typed, names, begun) in [
            (".", "issues", 0),
            (".issues[].", "tags team title", 0),
            (".issues[0].t", "tags team title", 1),
            (".issues | .[] | .te", "team", 2),
            (".issues[] | {", "tags team title", 0),
            (".issues[] | {title, te", "team", 2),
            (".issues[] | { title: .team.id, t", "tags team title", 1),
            (".issues[] | { x: .team.", "id identifier", 0),
            (".issues | map({t", "tags team title", 1),
            (".issues | map(.team.i", "id identifier", 1),
            (".issues | map(.team) | .[].", "id identifier", 0),
            (".issues[] | select(.title == \"a.b\") | .te", "team", 2),
            (".issues[] | select(.title == .te", "team", 2),
            (".issues | sort_by(.title) | first.te", "team", 2),
            ("[.issues[].team] | .[0].", "id identifier", 0),
            (".issues[]? | .tags[].n", "name", 1),
            ("(.issues[0]).te", "team", 2),
        ] {
            assert_eq!(offered(typed), (names.to_owned(), begun), "{typed}");
        }
    }

    #[test]
    fn nothing_is_offered_where_no_key_can_follow_or_nothing_is_known() {
        for typed in
            ["", "length", ".nothing.", ".issues[] | \"te", ".issues.", ".issues[] | {title: te", "$x.", ")))."]
        {
            assert_eq!(offered(typed).0, "", "{typed}");
        }
    }
}
