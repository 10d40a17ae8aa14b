//! Popup: a jq filter being typed, for the value under the cursor.

pub mod history;
mod tasks;
mod view;

use self::history::remember;
pub use self::tasks::{KeepQuery, QueryAnswered, QueryKept, RunQuery};
use crate::json::{Document, NodeId, NodeKind, excerpt};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::toast::Level;
use crate::tui::explorer::actions::PushDocument;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::typed::Line;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::typing::filter::Filter;

/// Filter that is typed or runs, and the value it is for.
pub struct Query {
    /// Filter as it is typed.
    pub input: Filter,
    /// The document, and the value in it that is asked.
    pub of: (Document, NodeId),
    /// Place of that value, as a jq path, safe to show.
    pub path: String,
    /// Whether the filter runs now.
    pub running: bool,
    /// Reason why there was no result.
    pub broken: Option<String>,
    /// Steps back in the history of filters.
    back: usize,
}

/// Names that are offered at most.
const OFFERED: usize = 50;

impl Query {
    /// A filter for this value, to be typed.
    pub fn new(document: Document, node: NodeId) -> Self {
        let path = document.jq_path(node).to_string();
        let input = Filter::being_typed();
        Self { input, of: (document, node), path, running: false, broken: None, back: 0 }
    }

    /// Has the filter run.
    fn ask(&mut self, cx: &mut Cx) {
        self.running = true;
        self.broken = None;
        let filter = self.input.text().to_owned();
        remember(&mut cx.queries, filter.clone());
        cx.start(RunQuery { filter: filter.clone(), of: self.of.clone() });
        if cx.recording {
            cx.start(KeepQuery(filter));
        }
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

impl Component for Query {
    fn context(&self) -> Context {
        Context::Query
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        match action {
            Action::RunQuery => Availability::when(!self.input.is_empty(), "Type a filter first."),
            Action::Complete | Action::OlderQuery | Action::NewerQuery => Availability::Yes,
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::RunQuery => self.ask(cx),
            Action::Complete => self.complete(),
            Action::OlderQuery => self.recall(&cx.queries, true),
            Action::NewerQuery => self.recall(&cx.queries, false),
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        if let Input::Typed(typed) = input {
            self.input.take(typed);
        }
    }

    fn line(&self) -> Option<Line> {
        Some(self.input.capacity())
    }

    /// A result takes the place of what was asked, until somebody goes back; a failure stays with the filter that is
    /// to be mended.
    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let QueryAnswered(result) = message.take()?;
        cx.jobs.finish(RunQuery::SLOT);
        self.running = false;
        match result {
            Err(fault) => self.broken = Some(fault.to_string()),
            Ok((document, broken)) => {
                cx.close();
                cx.send(PushDocument { filter: self.input.text().to_owned(), document });
                if let Some(why) = broken {
                    cx.say(Level::Problem, format!("The filter broke off: {why}"));
                }
            }
        }
        Ok(())
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn close(&mut self, cx: &mut Cx) {
        cx.cancel(RunQuery::SLOT);
    }
}

/// The path at the end of a filter, and what of the next name is typed: `.a[0].b.na` is `.a[0].b`
/// and `na`.
fn trailing_path(filter: &str) -> Option<(&str, &str)> {
    let in_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']');
    let start = filter.char_indices().rev().take_while(|(_, c)| in_path(*c)).last().map(|(at, _)| at)?;
    filter.get(start..)?.rsplit_once('.')
}

/// Value at a plain path, which takes the first item where the path goes into every one.
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
