//! The playground as a component of the screen.

use std::time::Duration;

use ratatui::layout::{Rect, Size};

use crate::backend::Arrival;
use crate::domain::{Fault, Identifier};
use crate::journal::SentArguments;
use crate::schema::InputCheck;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::layout::{self, Body};
use crate::tui::core::message::Message;
use crate::tui::core::messages::{
    AccountChanged, AccountRefreshed, AccountsLoaded, OpenInPlayground, OpenUnsent, QuestionOver, ReadToolUsage,
    ReplayInPlayground, StopCall, TextEdited, UseValue,
};
use crate::tui::core::screen::Screen;
use crate::tui::core::state::environment::EnvironmentCard;
use crate::tui::core::state::session::Session;
use crate::tui::core::state::subject::Subject;
use crate::tui::core::toast::Level;
use crate::tui::explorer::actions as explorer;
use crate::tui::explorer::content::actions as content;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::input::typed::Line;
use crate::tui::playground::drafts::earlier::InputNotKept;
use crate::tui::playground::drafts::tasks::ToolFound;
use crate::tui::playground::drift::tasks::{CheckDefinition, DefinitionChecked};
use crate::tui::playground::drift::{ShowDrift, TrustAndSend};
use crate::tui::playground::elicitation::ElicitationPopup;
use crate::tui::playground::elicitation::queue::ask_at_once;
use crate::tui::playground::modifiers::tasks::{InputModified, ModifiersAnswered, ModifiersRead};
use crate::tui::playground::modifiers::{AnsweredModifiers, Usage};
use crate::tui::playground::prefill::Prefill;
use crate::tui::playground::presets::{FillInPreset, PresetsReport, SaveInput};
use crate::tui::playground::recent::ToolRead;
use crate::tui::playground::screen::{InputView, Playground, areas};
use crate::tui::playground::suggestions::FillRow;
use crate::tui::playground::tasks::{
    CallEnded, CallSent, CheckInput, InputChecked, LastArguments, NotRecorded, ReadLastArguments, ResultArrived,
    RunResult, RunTool,
};
use crate::tui::playground::validator_cache::Review;
use crate::tui::playground::{actions, view};
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};

/// Said where a call that is out loses the place for its result.
const GIVEN_UP: &str = "Cancelled while waiting. The call may still have run.";

/// Send the call although something speaks against it.
#[derive(Debug)]
pub(super) struct SendCall;

impl Component for Playground {
    fn context(&self) -> Context {
        match self.focus {
            Pane::Side if self.output.view().is_some_and(|view| view.find.input.typing) => Context::Find,
            Pane::List if self.subject.is_some() => match self.view {
                InputView::Json => Context::Input,
                InputView::Form => Context::InputForm,
            },
            _ => Context::Output,
        }
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        actions::availability(self, action, cx)
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        self.tell_time(cx);
        self.perform(action, cx);
        cx.draft = self.draft();
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        self.tell_time(cx);
        let finds = self.context() == Context::Find;
        match input {
            Input::Typed(typed) if !finds => self.typed(typed, cx),
            Input::Step(step) if self.subject.is_none() => {
                let rows = cx.usage.recent().len();
                self.recent.step(*step, rows, rows);
            }
            Input::Click(Target::Row(Pane::Side, row)) if self.subject.is_none() => self.recent.row = *row,
            Input::Step(step) if self.focus == Pane::List => self.step_in_form(*step),
            Input::Typed(_) | Input::Step(_) => self.explore(input, cx),
            Input::Click(_) if self.completion.is_open() => self.completion.close(),
            Input::Click(Target::Pane(pane)) => self.focus = *pane,
            Input::Click(Target::Row(Pane::List, row)) => {
                self.focus = Pane::List;
                self.form.select(*row);
            }
            Input::Click(Target::Row(Pane::Side, _)) => {
                self.focus = Pane::Side;
                self.explore(input, cx);
            }
            // Turning the wheel looks at a pane without moving the keyboard into it.
            Input::Scroll(Target::Row(Pane::List, _) | Target::Pane(Pane::List), rows) => {
                self.step_in_form(Move::By(*rows));
            }
            Input::Scroll(Target::Row(Pane::Side, _) | Target::Pane(Pane::Side), _) => self.explore(input, cx),
            Input::Click(_) | Input::Scroll(..) => {}
        }
        cx.draft = self.draft();
    }

    fn line(&self) -> Option<Line> {
        match self.context() {
            Context::Find => self.output.view().map(|view| view.find.input.capacity()),
            Context::InputForm => self.form.name().map(|name| name.capacity(false)),
            _ => None,
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        self.tell_time(cx);
        let taken = self.receive_request(message, cx).or_else(|message| self.receive_report(message, cx));
        cx.draft = self.draft();
        let taken = taken.or_else(|message| self.receive_news(message, cx));
        // Another screen may explore something of its own.
        let explores = cx.tab == Tab::Playground;
        let taken = taken.or_else(|message| content::receive(message, cx));
        taken.or_else(|message| match explores {
            true => explorer::receive(self.output.view_mut(), message, cx),
            false => Err(message),
        })
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.form_rows = layout::inner_rows(areas(body, Pane::List, self.rows()).1.list);
        let side = areas(body, Pane::Side, self.rows()).1.side;
        self.output_size = Size::new(side.width.saturating_sub(2), side.height.saturating_sub(2));
        let place = self.output.place(Rect::new(0, 0, self.output_size.width, self.output_size.height));
        if let Some(view) = self.output.view_mut() {
            view.fit(place.as_size());
        }
        if let Some(face) = &mut self.content {
            face.view.fit(place.as_size());
        }
    }

    fn settle(&mut self, cx: &mut Cx) {
        self.ask_next(cx);
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn holds_back_quit(&self, cx: &Cx) -> Option<&'static str> {
        // The key that stops a call is the one that quits: whoever pressed it a moment too late meant the call.
        let just_ended = self.ended.is_some_and(|ended| cx.now.uptime.saturating_sub(ended) < JUST_NOW);
        match (self.unsent, just_ended) {
            (true, _) => Some("The input in the playground has not been sent."),
            (false, true) => Some("The call has just ended."),
            (false, false) => None,
        }
    }
}

/// Time after a call in which its key to stop may still be on its way.
const JUST_NOW: Duration = Duration::from_secs(1);

impl Screen for Playground {
    /// The person that the tool was opened for.
    fn acting_as<'a>(&'a self, cx: &'a Cx) -> Option<&'a Identifier> {
        self.subject.as_ref().map(|subject| &subject.identifier).or(cx.acting_as.as_ref())
    }

    fn environment_opened(&mut self, card: &EnvironmentCard, cx: &mut Cx) {
        self.tell_time(cx);
        let review = self.arrive(card.recorded_as.clone(), card.name.clone());
        self.follow_up(review, cx);
        self.read_modifiers(cx);
        self.tell_of_unsent(cx);
        cx.draft = self.draft();
    }

    fn enter(&mut self, cx: &mut Cx) {
        if self.subject.is_none() {
            cx.send(ReadToolUsage);
        }
        self.follow_call(cx);
    }

    fn environment_left(&mut self, cx: &mut Cx) {
        self.recent = Cursor::default();
        self.drop_questions(cx);
        if self.output.since().is_some() {
            cx.say(Level::Note, GIVEN_UP);
        }
        if let Some((subject, environment)) = self.leave() {
            let tool = subject.tool.name;
            cx.say(Level::Note, format!("What you typed for {tool} is kept until you are back in {environment}."));
        }
        cx.draft = self.draft();
    }

    fn remember(&self, session: &mut Session, _cx: &Cx) {
        session.form = self.preferred == InputView::Form;
    }

    fn prefer(&mut self, session: &Session) {
        self.preferred = if session.form { InputView::Form } else { InputView::Json };
    }
}

impl Playground {
    fn tell_time(&mut self, cx: &Cx) {
        (self.form.now, self.wall) = (cx.server_now(), cx.now.wall);
    }

    /// Takes what other features and the popups of this one ask for.
    fn receive_request(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let taken = message.take().map(|OpenInPlayground(subject)| self.show(*subject, cx));
        let taken = taken.or_else(|message| message.take().map(|call: ReplayInPlayground| self.replay(call, cx)));
        let taken = taken.or_else(|message| {
            message.take().map(|UseValue { document, node }| self.offer_places(&document, node, cx))
        });
        let taken = taken.or_else(|message| message.take().map(|TextEdited(text)| self.take_edited(&text, cx)));
        let taken = taken.or_else(|message| message.take().map(|SendCall| self.send_call(cx)));
        let taken = taken.or_else(|message| message.take().map(|StopCall| self.stop_call(cx)));
        let taken = taken.or_else(|message| message.take().map(|question| ask_at_once(question, cx)));
        let taken = taken.or_else(|message| message.take().map(|QuestionOver| cx.close_popup::<ElicitationPopup>()));
        let taken = taken.or_else(|message| message.take().map(|TrustAndSend| self.trust_and_send(cx)));
        let taken = taken.or_else(|message| message.take().map(|ShowDrift| self.show_drift(Vec::new(), cx)));
        let taken = taken.or_else(|message| message.take().map(|row: FillRow| self.fill_row(row, cx)));
        let taken =
            taken.or_else(|message| message.take().map(|FillInPreset(preset)| self.fill_in_preset(&preset, cx)));
        let taken = taken.or_else(|message| message.take().map(|open: OpenUnsent| self.open_unsent(open, cx)));
        let taken = taken
            .or_else(|message| message.take().map(|answered: AnsweredModifiers| self.answer_modifiers(answered, cx)));
        taken.or_else(|message| {
            message.take().map(|save: SaveInput| save.start(self.subject.as_ref(), self.input_text(), cx))
        })
    }

    /// Takes what the tasks report.
    fn receive_report(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let taken = message.take().map(|InputChecked(result)| self.input_checked(result, cx));
        let taken = taken.or_else(|message| message.take().map(|LastArguments(result)| self.prefilled(result, cx)));
        let taken = taken.or_else(|message| message.take().map(|read: ToolRead| self.tool_read(read, cx)));
        let taken = taken.or_else(|message| message.take().map(|CallSent(number)| self.goes_out(number)));
        let taken = taken
            .or_else(|message| message.take().map(|checked: DefinitionChecked| self.definition_checked(checked, cx)));
        let taken = taken.or_else(|message| {
            message.take().map(|CallEnded(result)| {
                cx.jobs.finish(RunTool::SLOT);
                self.drop_questions(cx);
                if let Ok(RunResult { shown: Some(Err(fault)), .. }) = &result {
                    cx.say(Level::Problem, format!("{fault} The result is shown as it came."));
                }
                self.follow_call(cx);
                let find = self.end(result, cx.now.uptime);
                find.into_iter().for_each(|find| cx.start(find));
            })
        });
        let taken = taken.or_else(|message| {
            message.take().map(|ResultArrived(number, arrival)| {
                let arrival = match arrival {
                    Arrival::Asked(elicitation, reply) => return self.asked(number, elicitation, reply, cx),
                    arrival => arrival,
                };
                let find = self.arrived(number, arrival);
                find.into_iter().for_each(|find| cx.start(find));
            })
        });
        let taken = taken.or_else(|message| {
            message.take().map(|NotRecorded(fault)| cx.say(Level::Problem, format!("Not recorded: {fault}")))
        });
        let taken = taken.or_else(|message| message.take().map(|read: ModifiersRead| self.modifiers_read(read, cx)));
        let taken = taken.or_else(|message| message.take().map(|input: InputModified| self.input_modified(input, cx)));
        let taken =
            taken.or_else(|message| message.take().map(|done: ModifiersAnswered| self.modifiers_answered(done, cx)));
        let taken = taken.or_else(|message| message.take().map(|found: ToolFound| self.tool_found(found, cx)));
        let taken = taken.or_else(|message| message.take().map(|why: InputNotKept| self.not_kept(why, cx)));
        taken.or_else(|message| message.take().map(|report: PresetsReport| report.after_closing(cx)))
    }

    fn explore(&mut self, input: &Input, cx: &mut Cx) {
        self.explore_input(input, cx);
    }

    fn take_edited(&mut self, text: &str, cx: &mut Cx) {
        let review = self.edited(text);
        self.follow_up(review, cx);
    }

    fn input_checked(&mut self, result: Result<InputCheck, Fault>, cx: &mut Cx) {
        cx.jobs.finish(CheckInput::SLOT);
        match result {
            Ok(findings) => self.found(&findings),
            Err(fault) => cx.say(Level::Problem, fault.to_string()),
        }
    }

    /// Takes the arguments that were sent last. A journal that cannot be read is told of where somebody looks into
    /// it.
    fn prefilled(&mut self, result: Result<Option<SentArguments>, Fault>, cx: &mut Cx) {
        cx.jobs.finish(ReadLastArguments::SLOT);
        let Ok(Some(sent)) = result else { return };
        let review = self.recall(&sent);
        if !matches!(review, Review::Unchanged) && !sent.arguments.hidden.is_empty() {
            cx.say(Level::Note, "As last sent. Credentials are never saved: fill in the empty fields first.");
        }
        self.follow_up(review, cx);
    }

    /// Hears what everybody is told, and passes it on.
    fn receive_news(&mut self, message: Message, cx: &Cx) -> Result<(), Message> {
        if let Some(AccountChanged(account)) = message.peek() {
            self.account_changed(account);
        }
        if let Some(AccountRefreshed(account)) = message.peek() {
            self.account_changed(account);
        }
        if message.is::<AccountsLoaded>() {
            let id = self.subject.as_ref().map(|subject| &subject.account);
            if let Some(account) = id.and_then(|id| cx.accounts.by_id(id)) {
                self.account_changed(account);
            }
        }
        Err(message)
    }

    /// Opens a tool, unless it is the one that is here.
    pub(super) fn show(&mut self, subject: Subject, cx: &mut Cx) {
        cx.request(Request::Show(Tab::Playground));
        if self.subject.as_ref().is_some_and(|old| old.is_same(&subject)) {
            self.focus = Pane::List;
            return;
        }
        self.begin_with(subject, cx);
        // What was typed in this run is newer.
        if !self.prefill.waits() {
            return;
        }
        match self.give_back(cx) {
            Some(review) => {
                self.prefill = Prefill::default();
                self.follow_up(review, cx);
            }
            None => self.ask_for_last_arguments(cx),
        }
    }

    fn begin_with(&mut self, subject: Subject, cx: &mut Cx) {
        // A call that is still out has nowhere to show its result any more.
        if cx.is_running(RunTool::SLOT) {
            cx.say(Level::Note, GIVEN_UP);
            cx.cancel(RunTool::SLOT);
            self.drop_questions(cx);
        }
        cx.cancel(CheckDefinition::SLOT);
        let review = self.open(subject);
        self.follow_up(review, cx);
        self.read_modifiers(cx);
    }

    /// Asks what was sent last, where nothing was typed for this tool yet.
    fn ask_for_last_arguments(&self, cx: &mut Cx) {
        let (Some(subject), Some(card)) = (&self.subject, cx.environment.open()) else { return };
        let task = ReadLastArguments {
            environment: card.recorded_as.clone(),
            tool: subject.tool.name.clone(),
            account: subject.account.clone(),
            identifier: subject.identifier.clone(),
        };
        if self.prefill.waits() && !subject.is_request() {
            cx.start(task);
        }
    }

    /// Puts a past call here. One with credentials waits for them to be filled in.
    fn replay(&mut self, ReplayInPlayground { subject, input, is_whole, at_once }: ReplayInPlayground, cx: &mut Cx) {
        cx.request(Request::Show(Tab::Playground));
        self.begin_with(*subject, cx);
        let review = self.edited(&input);
        self.follow_up(review, cx);
        // What was sent is sent: nothing changes it a second time.
        self.modifiers.usage = Usage::Replay;
        if !is_whole {
            cx.say(Level::Note, "Credentials are never saved: fill in the empty fields first.");
        } else if at_once {
            self.ask_to_run(true, cx);
        }
    }

    /// Has the input checked elsewhere, if it changed. What is still being found out about an older one does not
    /// count any more.
    pub(super) fn follow_up(&self, review: Review, cx: &mut Cx) {
        match review {
            Review::Due(check) => cx.start(CheckInput { check, validators: self.validators.clone() }),
            Review::Settled if cx.is_running(CheckInput::SLOT) => cx.cancel(CheckInput::SLOT),
            Review::Settled | Review::Unchanged => {}
        }
    }
}

/// Message where something is too long for a key to change it here.
pub(super) fn too_long(cx: &Cx) -> String {
    match cx.key_for(Action::Edit) {
        "" => "too long to edit here, use your own editor.".to_owned(),
        key => format!("too long to edit here, {key} opens it in your editor."),
    }
}
