//! Popup: a jq filter being typed, for the value under the cursor, with its result below.

mod complete;
pub mod history;
mod tasks;
mod view;

use std::time::Duration;

use ratatui::layout::Rect;

use self::complete::keys;
use self::history::remember;
pub use self::tasks::{KeepQuery, QueryAnswer, QueryAnswered, QueryKept, RunQuery};
use crate::json::{Document, NodeId};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::toast::Level;
use crate::tui::explorer::actions::PushDocument;
use crate::tui::explorer::json_view::JsonView;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::typed::Line;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::typing::filter::Filter;

/// Time without a letter after which the filter is run.
const REST: Duration = Duration::from_millis(150);

/// Filter that is typed, what it gives, and the value that it is for.
pub struct Query {
    /// Filter as it is typed.
    pub input: Filter,
    /// The document, and the value in it that is asked.
    pub of: (Document, NodeId),
    /// Place of that value, as a jq path, safe to show.
    pub path: String,
    /// Whether the filter that stands there runs, or is about to.
    pub running: bool,
    /// Reason why it gave nothing.
    pub broken: Option<String>,
    /// Result of the last filter that gave one.
    preview: Option<Preview>,
    /// Whether the result is kept as soon as it is there.
    keeps: bool,
    /// Whether somebody wanted to keep the result of what stands there.
    insisted: bool,
    /// Keys that could follow what is typed, and the bytes of one that are typed.
    offered: (Vec<String>, usize),
    /// Steps back in the history of filters.
    back: usize,
}

/// Result of a filter.
struct Preview {
    filter: String,
    view: JsonView,
    count: usize,
    /// Reason why there are no more results.
    cut_short: Option<String>,
}

impl Query {
    /// A filter for this value, to be typed.
    pub fn new(document: Document, node: NodeId) -> Self {
        let path = document.jq_path(node).to_string();
        let offered = keys(&document, node, "");
        Self {
            input: Filter::being_typed(),
            of: (document, node),
            path,
            running: false,
            broken: None,
            preview: None,
            keeps: false,
            insisted: false,
            offered,
            back: 0,
        }
    }

    /// Takes note of another filter, and has it run once nobody types any more.
    fn changed(&mut self, cx: &mut Cx) {
        self.offered = keys(&self.of.0, self.of.1, self.input.text());
        self.broken = None;
        (self.keeps, self.insisted) = (false, false);
        self.running = !self.input.text().trim().is_empty();
        match self.running {
            true => self.run(REST, cx),
            false => {
                self.preview = None;
                cx.cancel(RunQuery::SLOT);
            }
        }
    }

    fn run(&self, rest: Duration, cx: &mut Cx) {
        cx.start(RunQuery { filter: self.input.text().to_owned(), of: self.of.clone(), rest });
    }

    /// Keeps the result of the filter that stands there: at once where it is known, else when it comes.
    fn keep(&mut self, cx: &mut Cx) {
        let is_current = |preview: &Preview| preview.filter == self.input.text();
        if !self.running && self.preview.as_ref().is_some_and(is_current) {
            return self.push(cx);
        }
        (self.running, self.keeps, self.insisted, self.broken) = (true, true, true, None);
        self.run(Duration::ZERO, cx);
    }

    /// Shows the result in the place of what was asked, until somebody goes back.
    fn push(&mut self, cx: &mut Cx) {
        let Some(Preview { filter, view, count, cut_short }) = self.preview.take() else { return };
        remember(&mut cx.queries, filter.clone());
        if cx.recording {
            cx.start(KeepQuery(filter.clone()));
        }
        cx.close();
        cx.send(PushDocument { filter, count, document: view.document().clone() });
        if let Some(why) = cut_short {
            cx.say(Level::Problem, format!("The filter stopped early: {why}"));
        }
    }

    /// An older filter, or a newer one. Whether there was one.
    pub fn recall(&mut self, history: &[String], older: bool) -> bool {
        let back = if older { self.back + 1 } else { self.back.saturating_sub(1) };
        if back > history.len() || back == self.back {
            return false;
        }
        self.back = back;
        self.input = Filter::being_typed();
        if let Some(filter) = back.checked_sub(1).and_then(|back| history.iter().rev().nth(back)) {
            self.input.paste(&filter.as_str().into());
        }
        true
    }

    /// The keys that could follow what is typed.
    pub fn names(&self) -> &[String] {
        &self.offered.0
    }

    /// Types as much as all keys that could follow have in common. Whether that is anything.
    pub fn complete(&mut self) -> bool {
        let (names, begun) = &self.offered;
        let Some(first) = names.first() else { return false };
        let common = names.iter().fold(first.as_str(), |common, name| {
            let same = common.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
            common.get(..same).unwrap_or_default()
        });
        let rest = common.get(*begun..).unwrap_or_default().to_owned();
        if rest.is_empty() {
            return false;
        }
        self.input.paste(&rest.as_str().into());
        true
    }
}

impl Component for Query {
    fn context(&self) -> Context {
        Context::Query
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        match action {
            Action::RunQuery => Availability::when(!self.input.is_empty(), "Type a filter first."),
            Action::Complete => Availability::when(!self.offered.0.is_empty(), "No key to complete here."),
            Action::OlderQuery => Availability::here(self.back < cx.queries.len()),
            Action::NewerQuery => Availability::here(self.back > 0),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        let changes = match action {
            Action::RunQuery => {
                self.keep(cx);
                false
            }
            Action::Complete => self.complete(),
            Action::OlderQuery => self.recall(&cx.queries, true),
            Action::NewerQuery => self.recall(&cx.queries, false),
            _ => false,
        };
        if changes {
            self.changed(cx);
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Typed(typed) => {
                if self.input.take(typed) {
                    self.changed(cx);
                }
            }
            Input::Step(step) => self.preview.iter_mut().for_each(|preview| preview.view.step(*step)),
            Input::Scroll(_, rows) => {
                let step = crate::tui::widgets::list::Move::By(*rows);
                self.preview.iter_mut().for_each(|preview| preview.view.step(step));
            }
            Input::Click(_) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        Some(self.input.capacity())
    }

    /// Takes the newest answer. A failure leaves the result of the filter before in sight.
    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let QueryAnswered(result) = message.take()?;
        cx.jobs.finish(RunQuery::SLOT);
        self.running = false;
        let keeps = std::mem::take(&mut self.keeps);
        match result {
            Err(fault) => self.broken = Some(fault.to_string()),
            Ok(QueryAnswer { document, count, cut_short }) => {
                let filter = self.input.text().to_owned();
                self.preview = Some(Preview { filter, view: JsonView::new(document), count, cut_short });
                self.fit(cx.screen);
                if keeps {
                    self.push(cx);
                }
            }
        }
        Ok(())
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.fit(body.area);
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn close(&mut self, cx: &mut Cx) {
        cx.cancel(RunQuery::SLOT);
    }
}

impl Query {
    fn fit(&mut self, screen: Rect) {
        let size = view::preview(screen).as_size();
        self.preview.iter_mut().for_each(|preview| preview.view.fit(size));
    }
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
        query.offered = keys(&query.of.0, query.of.1, typed);
        query
    }

    #[test]
    fn completion_types_what_all_have_in_common() {
        for (typed, completed) in [
            (".i", ".issues"),
            (".issues[].t", ".issues[].t"),
            (".issues[].team.i", ".issues[].team.id"),
            (".issues[] | {ti", ".issues[] | {title"),
        ] {
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
