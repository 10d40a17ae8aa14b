//! The popup: first whom, then who sees what, then one result.

use std::borrow::Cow;

use ratatui::layout::{Rect, Size};

use crate::domain::{ConnectionName, Identifier, JsonText, Tool, pluralize};
use crate::flow::compare::{self, AT_ONCE, Comparison, ComparisonRequest, PersonResult, Refusal};
use crate::json::Ignore;
use crate::tui::comparison::people::{MOST, People, likeliest_connection};
use crate::tui::comparison::results::Results;
use crate::tui::comparison::tasks::{CompareSoFar, ComparisonEnded, ComparisonStep, RunComparison};
use crate::tui::comparison::{people_view, results_view};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{Ask, CompareForPeople, ShowDifference};
use crate::tui::core::toast::Level;
use crate::tui::explorer::actions as explorer;
use crate::tui::explorer::json_view::JsonView;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::typed::Line;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::Move;
use crate::tui::widgets::pane;

/// A call that several people make.
pub struct ComparePopup {
    /// The tool.
    pub tool: Box<Tool>,
    /// Its input, the same for everybody.
    pub input: JsonText,
    /// Connection of everybody's account; none where nobody has one that could call the tool.
    pub connection: Option<ConnectionName>,
    /// Choice of the people.
    pub people: People,
    /// The run; none before the first, and while others are chosen.
    pub results: Option<Results>,
    /// Reason why nothing was sent, safe to show.
    pub broken: Option<String>,
    screen: Rect,
}

/// Run it although nobody declares that the tool reads only, or the input does not fit.
#[derive(Debug)]
pub struct InsistOnComparison;

impl ComparePopup {
    /// The choice of people for this call; whoever is acted as is chosen already.
    pub fn new(call: CompareForPeople, cx: &Cx) -> Self {
        let CompareForPeople { tool, input, connection } = call;
        let connection = connection.or_else(|| likeliest_connection(&tool, &cx.accounts));
        let of = |connection| People::new(connection, &cx.accounts, cx.acting_as.as_ref());
        let people = connection.as_ref().map(of).unwrap_or_default();
        Self { tool, input, connection, people, results: None, broken: None, screen: cx.screen }
    }

    /// Place of the popup: the footer tells its keys.
    pub(super) fn area(&self) -> Rect {
        let Rect { width, height, .. } = self.screen;
        let above = Rect { height: height.saturating_sub(1), ..self.screen };
        let (columns, rows) = if width < 60 { (width, height) } else { (width.saturating_sub(6).min(116), 34) };
        pane::centred(above, columns, rows)
    }

    fn run(&mut self, anyway: bool, cx: &mut Cx) {
        let people: Vec<Identifier> = self.people.chosen().map(|row| row.identifier.clone()).collect();
        self.broken = None;
        self.results = Some(Results::new(&people, cx.now.uptime));
        let label = compare::label(cx.now.wall);
        let (tool, input, connection) = (self.tool.name.clone(), self.input.clone(), self.connection.clone());
        let request = ComparisonRequest { tool, input, connection, people, at_once: AT_ONCE, anyway, label };
        cx.start(RunComparison { request, recorded: cx.recording });
    }

    fn ended(&mut self, result: Result<Box<Comparison>, Refusal>, cx: &mut Cx) {
        cx.jobs.finish(RunComparison::SLOT);
        match result {
            Ok(comparison) => {
                let unrecorded = comparison.people.iter().find_map(|person| person.unrecorded.as_ref());
                if let Some(fault) = unrecorded {
                    cx.say(Level::Problem, format!("Not recorded: {fault}"));
                }
                if let Some(results) = &mut self.results {
                    results.comparison = Some(Ok(comparison));
                }
            }
            Err(Refusal::Insist(fault)) => {
                self.results = None;
                let users = pluralize(self.people.chosen().count() as u64, "user");
                cx.send(Ask {
                    title: format!("Run {} as {users}", self.tool.name),
                    lines: vec![fault.message.to_string()],
                    yes: "run it anyway".into(),
                    then: Message::new(InsistOnComparison),
                });
            }
            Err(Refusal::Final(fault)) => {
                self.results = None;
                self.broken = Some(fault.to_string());
            }
        }
    }

    /// Opens the result under the cursor, or says why there is none.
    fn look(&mut self, name: &str, cx: &mut Cx) {
        let Some(results) = &mut self.results else { return };
        match results.selected() {
            Some(PersonResult { result: None, fault: Some(fault), .. }) => cx.say(Level::Problem, fault.to_string()),
            _ => results.look(name),
        }
    }

    fn view_mut(&mut self) -> Option<&mut JsonView> {
        let (_, view) = self.results.as_mut()?.looked_at.as_mut()?;
        Some(view)
    }

    fn view(&self) -> Option<&JsonView> {
        self.results.as_ref()?.looked_at.as_ref().map(|(_, view)| view.as_ref())
    }

    fn why_not_run(&self) -> Option<Cow<'static, str>> {
        match self.people.chosen().count() {
            _ if self.people.all() == 0 => Some("Nobody has an account that could call this tool.".into()),
            0 | 1 => Some("Choose at least two users.".into()),
            more if more > MOST => Some(format!("At most {MOST} users at once; {more} are chosen.").into()),
            _ => None,
        }
    }

    fn step(&mut self, step: Move) {
        let area = self.area();
        match &mut self.results {
            Some(results) => {
                let height = results_view::height(area, results);
                results.cursor.step(step, results.rows.len(), height);
            }
            None => {
                let height = people_view::height(area, self);
                self.people.cursor.step(step, self.people.len(), height);
            }
        }
    }
}

impl Component for ComparePopup {
    fn context(&self) -> Context {
        match (&self.results, self.view()) {
            (_, Some(view)) if view.find.input.typing => Context::Find,
            (_, Some(_)) => Context::Entry,
            (Some(_), None) => Context::Comparison,
            (None, _) if self.people.filter.typing => Context::Filter,
            (None, _) => Context::ComparePeople,
        }
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        if let Some(view) = self.view() {
            return match action {
                Action::Back => Availability::Yes,
                explored => explorer::availability(Some(view), explored),
            };
        }
        let Some(results) = &self.results else {
            return match action {
                Action::Submit => Availability::unless(self.why_not_run()),
                Action::Mark | Action::MarkShown => Availability::when(self.people.len() > 0, "Nobody is shown."),
                Action::Filter => Availability::Yes,
                Action::AcceptFilter => Availability::here(self.people.filter.typing),
                Action::Back => Availability::here(self.people.filter.typing || !self.people.filter.is_empty()),
                _ => Availability::NotHere,
            };
        };
        let is_running = cx.is_running(RunComparison::SLOT);
        match action {
            Action::Stop => Availability::here(is_running && results.ended() < results.rows.len()),
            Action::Detail => match results.selected() {
                None => Availability::No("This call is not over yet.".into()),
                Some(_) => Availability::Yes,
            },
            Action::Mark => Availability::when(
                results.selected().is_some_and(|person| person.result.is_some()),
                "Only results can be marked, and this user has none.",
            ),
            Action::Compare => Availability::when(
                results.pair().is_some(),
                "Mark one result, and put the cursor on another or mark that too.",
            ),
            Action::Run | Action::ComparePeople => Availability::when(!is_running, "Still running."),
            Action::Save => Availability::when(results.compared().is_some(), "Still running."),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        let area = self.area();
        if let Some(view) = self.view_mut() {
            match action {
                Action::Back => {
                    if !explorer::back(view, cx)
                        && let Some(results) = &mut self.results
                    {
                        results.looked_at = None;
                    }
                }
                explored => explorer::act(view, explored, cx),
            }
            return;
        }
        let name = self.tool.name.raw().to_owned();
        match action {
            Action::Submit => self.run(false, cx),
            Action::MarkShown => self.people.choose_shown(),
            Action::Filter => self.people.filter.typing = true,
            Action::AcceptFilter => self.people.filter.typing = false,
            Action::Back => {
                self.people.forget_filter();
            }
            // Whoever insisted once is asked again: the input is the same, the moment is not.
            Action::Run => self.run(false, cx),
            Action::ComparePeople => self.results = None,
            Action::Mark => match &mut self.results {
                Some(results) => results.mark(),
                None => {
                    let height = people_view::height(area, self);
                    self.people.choose(height);
                }
            },
            Action::Stop => {
                if let Some(results) = &mut self.results {
                    let people = results.stop();
                    cx.cancel(RunComparison::SLOT);
                    cx.start(CompareSoFar(people));
                }
            }
            Action::Detail => self.look(&name, cx),
            Action::Compare => {
                if let Some([left, right]) = self.results.as_ref().and_then(Results::pair) {
                    let ignore = Ignore::between_people();
                    cx.send(ShowDifference { left, right, inputs: false, ignore });
                }
            }
            Action::Save => {
                if let Some(results) = &self.results {
                    cx.send(results.to_save(&name));
                }
            }
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        if let Some(view) = self.view_mut() {
            return explorer::input(view, input, cx);
        }
        match input {
            Input::Typed(typed) if self.people.filter.typing => self.people.take(typed),
            Input::Step(step) => self.step(*step),
            Input::Scroll(_, rows) => self.step(Move::By(*rows)),
            Input::Click(Target::Entry(row)) => match &mut self.results {
                Some(results) => results.cursor.row = *row,
                None => self.people.cursor.row = *row,
            },
            Input::Click(_) | Input::Typed(_) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        match self.view() {
            Some(view) => view.find.input.typing.then(|| view.find.input.capacity()),
            None => self.people.filter.typing.then(|| self.people.filter.capacity()),
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let taken = message.take().map(|ComparisonStep(at, step)| {
            self.results.iter_mut().for_each(|results| results.step(at, step.clone()));
        });
        let taken = taken.or_else(|message| message.take().map(|ComparisonEnded(result)| self.ended(result, cx)));
        let taken = taken.or_else(|message| message.take().map(|InsistOnComparison| self.run(true, cx)));
        match (taken, self.view_mut()) {
            (Ok(()), _) => Ok(()),
            (Err(message), Some(view)) => explorer::receive(Some(view), message, cx),
            (Err(message), None) => Err(message),
        }
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.screen = body.area;
        let area = self.area();
        let size = Size::new(area.width.saturating_sub(4), area.height.saturating_sub(2));
        if let Some(view) = self.view_mut() {
            view.fit(size);
        }
        self.step(Move::By(0));
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        match &self.results {
            Some(results) => results_view::draw(canvas, cx, self, results),
            None => people_view::draw(canvas, cx, self),
        }
    }

    fn close(&mut self, cx: &mut Cx) {
        if cx.is_running(RunComparison::SLOT) {
            cx.cancel(RunComparison::SLOT);
        }
    }
}
