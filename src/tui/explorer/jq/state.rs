//! A jq filter being typed, for the value under the cursor.

use crate::json::{Document, NodeId, NodeKind, excerpt};
use crate::tui::widgets::filter::Filter;

/// What was asked for, and how far it got.
pub struct Query {
    /// What is typed.
    pub input: Filter,
    /// The document, and the value in it that is asked.
    pub of: (Document, NodeId),
    /// Where that value stands, as a jq path, safe to show.
    pub path: String,
    /// Since when it runs, as an uptime; none while nothing runs.
    pub running: bool,
    /// Why there was no result.
    pub broken: Option<String>,
    /// How far back in the history of filters.
    back: usize,
}

/// A filter to be run elsewhere.
#[derive(Clone)]
pub struct Question {
    /// The filter.
    pub filter: String,
    /// The document, and the value in it.
    pub of: (Document, NodeId),
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Question({})", self.filter.len())
    }
}

/// So many names are offered.
const OFFERED: usize = 50;

impl Query {
    /// A filter for this value, to be typed.
    pub fn new(document: Document, node: NodeId) -> Self {
        let path = document.jq_path(node).to_string();
        let input = Filter::being_typed();
        Self { input, of: (document, node), path, running: false, broken: None, back: 0 }
    }

    /// The filter, to be run.
    pub fn ask(&mut self) -> Question {
        self.running = true;
        self.broken = None;
        Question { filter: self.input.text().to_owned(), of: self.of.clone() }
    }

    /// An older filter, or a newer one.
    pub fn recall(&mut self, history: &[String], older: bool) {
        let back = if older { self.back + 1 } else { self.back.saturating_sub(1) };
        if back > history.len() {
            return;
        }
        self.back = back;
        self.input = Filter::being_typed();
        if let Some(filter) = back.checked_sub(1).and_then(|back| history.iter().rev().nth(back)) {
            self.input.paste(&filter.as_str().into());
        }
    }

    /// The names that could follow what is typed: those of the object that the path before leads to.
    pub fn names(&self) -> Vec<String> {
        let Some((path, begun)) = trailing_path(self.input.text()) else { return Vec::new() };
        let Some(node) = walk(&self.of.0, self.of.1, path) else { return Vec::new() };
        if self.of.0.kind(node) != NodeKind::Object {
            return Vec::new();
        }
        let names = self.of.0.children(node).filter_map(|child| self.of.0.key(child));
        let names = names.map(|key| excerpt(key, 200).text.raw().to_owned());
        let plain =
            |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && name.starts_with(begun);
        let mut names: Vec<String> = names.filter(plain).take(OFFERED).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Types as much as all names that could follow have in common.
    pub fn complete(&mut self) {
        let names = self.names();
        let Some((_, begun)) = trailing_path(self.input.text()) else { return };
        let Some(first) = names.first() else { return };
        let common = names.iter().fold(first.as_str(), |common, name| {
            let same = common.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
            common.get(..same).unwrap_or_default()
        });
        if let Some(rest) = common.get(begun.len()..) {
            let rest = rest.to_owned();
            self.input.paste(&rest.as_str().into());
        }
    }
}

/// The path at the end of a filter, and what of the next name is typed: `.a[0].b.na` is `.a[0].b`
/// and `na`.
fn trailing_path(filter: &str) -> Option<(&str, &str)> {
    let in_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']');
    let start = filter.char_indices().rev().take_while(|(_, c)| in_path(*c)).last().map(|(at, _)| at)?;
    filter.get(start..)?.rsplit_once('.')
}

/// Where a plain path leads; into the first item where it goes into every one.
fn walk(document: &Document, from: NodeId, path: &str) -> Option<NodeId> {
    let mut node = from;
    for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
        node = match step.strip_suffix(']') {
            Some("") => document.first_child(node)?,
            Some(at) => document.children(node).nth(at.parse().ok()?)?,
            None => document
                .children(node)
                .find(|child| document.key(*child).is_some_and(|key| key == format!("\"{step}\"").as_bytes()))?,
        };
    }
    Some(node)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::JsonText;

    fn query(typed: &str) -> Query {
        let text = r#"{"issues":[{"title":"a","team":{"id":1,"identifier":"ENG"}}],"odd key":1}"#;
        let document = Document::index(JsonText::parse(text).unwrap()).unwrap();
        let root = document.root();
        let mut query = Query::new(document, root);
        query.input.paste(&typed.into());
        query
    }

    #[test]
    fn names_are_those_of_the_object_that_the_path_leads_to() {
        for (typed, names) in [
            (".", &["issues"][..]),
            (".issues[].", &["team", "title"]),
            (".issues[0].t", &["team", "title"]),
            ("map(.issues[].team.id", &["id", "identifier"]),
            (".nothing.", &[]),
            ("length", &[]),
        ] {
            assert_eq!(query(typed).names(), names, "{typed}");
        }
    }

    #[test]
    fn completion_types_what_all_have_in_common() {
        for (typed, completed) in
            [(".i", ".issues"), (".issues[].t", ".issues[].t"), (".issues[].team.i", ".issues[].team.id")]
        {
            let mut query = query(typed);
            query.complete();
            assert_eq!(query.input.text(), completed);
        }
    }

    #[test]
    fn older_filters_come_back() {
        let history = vec![".a".to_owned(), ".b".to_owned()];
        let mut query = query("");
        query.recall(&history, true);
        assert_eq!(query.input.text(), ".b");
        query.recall(&history, true);
        query.recall(&history, true);
        assert_eq!(query.input.text(), ".a");
        query.recall(&history, false);
        query.recall(&history, false);
        assert_eq!(query.input.text(), "");
    }
}
