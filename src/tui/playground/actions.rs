//! Actions of the playground: whether they apply, and what they do.

use std::sync::Arc;

use crossterm::event::KeyCode;
use url::Url;

use crate::backend::SnippetModifiers;
use crate::domain::{Account, Fault, FaultKind, JsonText, Mode};
use crate::flow::compare::why_never;
use crate::flow::explain::Question;
use crate::flow::preflight::{ObjectionKind, Waiver, granted_scopes};
use crate::flow::snippets::{self, Snippet};
use crate::journal::Preset;
use crate::json::pretty;
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::effect::{Effect, ExternalProgram};
use crate::tui::core::message::Message;
use crate::tui::core::messages::{
    Ask, AuthorizeAccount, CallBlocked, CompareForPeople, ExplainThis, OpenUnsent, Override, ShowSnippets, UseValue,
};
use crate::tui::core::state::subject::Subject;
use crate::tui::core::suggested_fix::SuggestedFix;
use crate::tui::core::toast::Level;
use crate::tui::explorer::actions as explorer;
use crate::tui::explorer::inspect::ask_to_open;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::input::typed::{Typed, is_letter};
use crate::tui::playground::component::{SendCall, too_long};
use crate::tui::playground::drift::tasks::CheckDefinition;
use crate::tui::playground::drift::{Definition, ShowDrift};
use crate::tui::playground::form_actions;
use crate::tui::playground::modifiers::tasks::{Aim, ModifyInput};
use crate::tui::playground::presets::Presets;
use crate::tui::playground::requests::SendRequest;
use crate::tui::playground::screen::{InputView, Output, Playground, areas};
use crate::tui::playground::tasks::{Recording, RunTool};
use crate::tui::playground::validator_cache::Review;
use crate::tui::widgets::typing::undo::Run;

/// Bytes of an input. A form of more takes longer than a frame to be made anew after each key.
const LONGEST_FORM: usize = 2_000_000;

/// Reason where there is no call to show as code.
const NO_CALL: &str = "No call yet.";

/// Whether an action applies. Neither input nor result is read for it.
pub(super) fn availability(playground: &Playground, action: Action, cx: &Cx) -> Availability {
    use Availability::{No, NotHere, Yes};
    let subject = playground.subject.as_ref();
    match action {
        Action::Back => Yes,
        Action::OpenRecent => Availability::here(playground.offers_recent(cx)),
        Action::Stop => Availability::here(cx.is_running(RunTool::SLOT)),
        Action::TypeInput => Availability::here(subject.is_some() && playground.focus == Pane::Side),
        Action::ContinueUnsent => Availability::here(subject.is_none() && playground.offered(cx).is_some()),
        Action::DropUnsent => Availability::here(playground.can_drop(cx)),
        Action::Presets if subject.is_some_and(Subject::is_request) => {
            No("Presets are inputs of tools; Activity sends a request again.".into())
        }
        Action::NextPane | Action::PreviousPane | Action::Edit | Action::Presets => {
            Availability::here(subject.is_some())
        }
        Action::AsCode => Availability::when(playground.draft().is_json, NO_CALL),
        Action::ApplyFix if playground.grant_page().is_some() => Yes,
        Action::ApplyFix => match playground.account_to_authorize(cx) {
            Some(_) => Availability::unless(cx.environment.refuses_writes().map(Into::into)),
            None => NotHere,
        },
        Action::ComparePeople => match subject {
            None => NotHere,
            Some(subject) if subject.is_request() => No("Only tools can be compared, not requests.".into()),
            Some(_) if playground.syntax.is_some() => No(playground.not_json().into()),
            Some(subject) => {
                Availability::unless(why_never(&subject.tool).or_else(|| cx.environment.refuses_call(&subject.tool)))
            }
        },
        Action::Explain => Availability::when(playground.failure().is_some(), "No call failed here."),
        Action::SwitchInputView => playground.no_other_view().map_or(Yes, |why| No(why.into())),
        Action::ToggleModifiers => playground.can_toggle_modifiers(),
        Action::ShowSent => playground.can_show_sent(),
        Action::SwitchResult => playground.can_switch_result(),
        Action::FillIn if playground.form.selected().is_none() => Availability::here(playground.form.is_there()),
        Action::FillIn
        | Action::Suggest
        | Action::LeaveOut
        | Action::PutNull
        | Action::PutEmpty
        | Action::Rename
        | Action::DuplicateItem
        | Action::MoveItemUp
        | Action::MoveItemDown => form_actions::availability(playground, action),
        Action::TakeCompletion => Availability::here(playground.completion.chosen().is_some()),
        Action::CloseCompletion => Availability::here(playground.completion.is_open()),
        Action::FormatInput => match (subject, &playground.syntax) {
            (None, _) => NotHere,
            (Some(_), None) => {
                Availability::when(!playground.editor.is_long(), "The input is too long to format here.")
            }
            (Some(_), Some(_)) => No(playground.not_json().into()),
        },
        Action::UseAs
        | Action::Query
        | Action::ToggleTable
        | Action::Page
        | Action::Copy
        | Action::CopyMenu
        | Action::Save
            if matches!(playground.output, Output::Coming(..)) =>
        {
            No("The result is still coming.".into())
        }
        Action::UseAs => match playground.output.view() {
            None => No(explorer::NO_RESULT.into()),
            Some(_) => playground.draft().takes_no_value().map_or(Yes, |why| No(why.into())),
        },
        Action::Sample => match subject {
            None => NotHere,
            Some(subject) => {
                Availability::when(subject.tool.input_schema.is_some(), "This tool declares no input schema.")
            }
        },
        Action::Run => match (subject, &playground.syntax) {
            (None, _) => No("No tool open. Choose one on Tools (2).".into()),
            (Some(_), _)
                if cx.is_running(RunTool::SLOT)
                    || cx.is_running(ModifyInput::SLOT)
                    || cx.is_running(CheckDefinition::SLOT) =>
            {
                No("Already running.".into())
            }
            (Some(_), None) => Availability::unless(playground.refused(cx).map(Into::into)),
            (Some(_), Some(_)) => No(playground.not_json().into()),
        },
        _ => playground.explores(action),
    }
}

impl Playground {
    /// Fault of the last call, or that its result reports.
    pub(super) fn failure(&self) -> Option<&Fault> {
        match &self.output {
            Output::Failed(fault, ..) => Some(fault),
            Output::Done(_, _, reported) => reported.as_ref(),
            _ => None,
        }
    }

    /// Has it found out why the last call failed.
    fn explain(&self, cx: &mut Cx) {
        if let (Some(subject), Some(fault)) = (&self.subject, self.failure()) {
            let tool = (!subject.is_request()).then(|| subject.tool.name.clone());
            let (identifier, connection) = (subject.identifier.clone(), subject.connection.clone());
            cx.send(ExplainThis(Box::new(Question::failure(identifier, connection, tool, fault))));
        }
    }

    /// Carries out an action that applies.
    pub(super) fn perform(&mut self, action: Action, cx: &mut Cx) {
        if action != Action::TakeCompletion {
            self.completion.close();
        }
        match action {
            Action::Back => self.back(cx),
            Action::Stop => self.stop_call(cx),
            Action::TypeInput => self.focus = Pane::List,
            Action::Explain => self.explain(cx),
            Action::ContinueUnsent => {
                if let Some(input) = self.offered(cx).cloned() {
                    self.open_unsent(OpenUnsent(Box::new(input)), cx);
                }
            }
            Action::DropUnsent => self.drop_unsent(cx),
            Action::OpenRecent => self.open_recent(cx),
            Action::NextPane | Action::PreviousPane => self.focus = self.focus.other(),
            Action::Edit => self.edit(cx),
            Action::Presets => {
                if let Some(subject) = &self.subject {
                    Presets::open(subject.tool.name.clone(), cx);
                }
            }
            Action::AsCode => match self.as_code(cx) {
                Some(Ok(forms)) => cx.send(ShowSnippets(forms)),
                Some(Err(fault)) => cx.say(Level::Reason, fault.to_string()),
                None => cx.say(Level::Reason, NO_CALL),
            },
            Action::ComparePeople => {
                if let (Some(subject), Ok(input)) = (&self.subject, JsonText::parse(self.input_text().to_owned())) {
                    let connection = Some(subject.connection.clone());
                    cx.send(CompareForPeople { tool: Box::new(subject.tool.clone()), input, connection });
                }
            }
            Action::ApplyFix => {
                if let Some(page) = self.grant_page() {
                    ask_to_open(page.clone(), cx);
                } else if let Some(account) = self.account_to_authorize(cx) {
                    let account = Box::new(account.clone());
                    cx.send(AuthorizeAccount(account));
                }
            }
            Action::SwitchInputView => self.turn(),
            Action::ToggleModifiers => self.toggle_modifiers(cx),
            Action::ShowSent => self.modify(Aim::Show, cx),
            Action::SwitchResult => self.switch_result(),
            Action::FillIn => self.fill_in(cx),
            Action::Suggest => self.suggest(cx),
            Action::LeaveOut | Action::PutNull | Action::PutEmpty => self.put(action, cx),
            Action::DuplicateItem | Action::MoveItemUp | Action::MoveItemDown => self.change_item(action, cx),
            Action::TakeCompletion => self.take_completion(cx),
            Action::CloseCompletion => {}
            Action::FormatInput => self.format(cx),
            Action::Rename => self.form.rename(),
            Action::UseAs => {
                if let Some(view) = self.output.view() {
                    cx.send(UseValue { document: view.document().clone(), node: view.node() });
                }
            }
            Action::Sample => {
                let review = self.sample();
                if matches!(review, Review::Unchanged) {
                    cx.say(Level::Note, "The sample stands there already: the schema has no more fields to fill in.");
                }
                self.follow_up(review, cx);
            }
            Action::Run => self.ask_to_run(false, cx),
            action => self.explore_by(action, cx),
        }
    }

    /// Stops waiting for the call, and with it for the answers that it asked for.
    pub(super) fn stop_call(&mut self, cx: &mut Cx) {
        self.stop(cx.now.uptime);
        cx.cancel(RunTool::SLOT);
        self.drop_questions(cx);
    }

    /// The call as code; none while the input is not JSON.
    fn as_code(&self, cx: &Cx) -> Option<Result<Vec<Snippet>, Fault>> {
        let open = cx.environment.open().map(|card| (card.recorded_as.as_str(), &card.source));
        let environment = self.environment();
        match self.request() {
            Some(request) => Some(request.and_then(|request| snippets::of_request(environment, open, &request))),
            None => self.call().map(|call| {
                let used = match self.modifiers.selection.modifiers.as_slice() {
                    [] => None,
                    some if self.modifiers.are_used() => Some(SnippetModifiers::TakePart(some)),
                    _ => Some(SnippetModifiers::Done),
                };
                snippets::of_tool_call(environment, open, &call, used)
            }),
        }
    }

    /// Out of a name, a search, a way to look; then to the input, then to the tools.
    fn back(&mut self, cx: &mut Cx) {
        if self.form.stop_renaming() {
            return;
        }
        let parts_are_shown = self.shown_content().is_some();
        let explored = self.output.view_mut().filter(|_| self.focus == Pane::Side && !parts_are_shown);
        if explored.is_some_and(|view| explorer::back(view, cx)) {
            return;
        }
        if self.focus == Pane::Side && self.back_to_content() {
            return;
        }
        match self.focus {
            // Whoever leaves a mode by habit leaves no screen: the text stays in sight.
            Pane::List if self.subject.is_some() => self.focus = Pane::Side,
            _ => cx.request(Request::Show(Tab::Tools)),
        }
    }

    /// Reason of the environment's mode against the call.
    fn refused(&self, cx: &Cx) -> Option<&'static str> {
        cx.environment.open()?.mode.refuses(self.subject.as_ref()?.tool.reading())
    }

    /// Reason why the input cannot be looked at the other way.
    fn no_other_view(&self) -> Option<&'static str> {
        let schema = self.subject.as_ref().and_then(|subject| subject.tool.input_schema.as_ref());
        match (self.view, schema) {
            (InputView::Form, _) => None,
            (InputView::Json, None) => Some("This tool declares no input schema, so it has no form."),
            (InputView::Json, Some(_)) => {
                (self.input_text().len() > LONGEST_FORM).then_some("The input is too long for a form.")
            }
        }
    }

    /// Sentence on the place where the input is not JSON.
    fn not_json(&self) -> String {
        let problem = self.syntax.as_ref();
        problem
            .map(|problem| format!("The input is not valid JSON. Line {}: {}", problem.line, problem.message))
            .unwrap_or_default()
    }

    /// Page on which the person grants what the last call lacked.
    pub(super) fn grant_page(&self) -> Option<&Url> {
        match &self.output {
            Output::Failed(fault, ..) if fault.kind == FaultKind::NotGranted => fault.page(),
            _ => None,
        }
    }

    /// Account whose authorization would have let the last call through.
    pub(super) fn account_to_authorize<'a>(&self, cx: &'a Cx) -> Option<&'a Account> {
        let needed = matches!(&self.output, Output::Failed(fault, ..) if fault.kind == FaultKind::NeedsAuthorization);
        let subject = self.subject.as_ref().filter(|_| needed && cx.environment.open().is_some())?;
        cx.accounts.by_id(&subject.account)
    }

    /// Takes what is typed, and says so where something is too long for that.
    pub(super) fn typed(&mut self, typed: &Typed, cx: &mut Cx) {
        let refused = self.refuses(typed);
        let was_open = self.form.cell.is_some();
        match self.typed_view() {
            Some(InputView::Json) => {
                let review = match typed {
                    Typed::Key(key) if self.completion.key(*key) => return,
                    Typed::Key(key) => self.key(*key),
                    Typed::Paste(text) => self.paste(text),
                };
                self.offer_completion(typed, &review);
                self.follow_up(review, cx);
            }
            Some(InputView::Form) => self.typed_in_form(typed, cx),
            None => return,
        }
        self.unsent |= !refused && changes(typed);
        // What was pasted into a line of the form is kept, however long; a line it is no more.
        let closed = was_open && self.form.cell.is_none() && matches!(typed, Typed::Paste(_));
        if refused {
            cx.say(Level::Reason, format!("Nothing is typed: {}", too_long(cx)));
        } else if closed {
            cx.say(Level::Note, format!("The whole text is kept: {}", too_long(cx)));
        }
    }

    /// Offers what the schema knows of what is being typed. Anything but typing closes the list.
    fn offer_completion(&mut self, typed: &Typed, review: &Review) {
        let typing = match typed {
            Typed::Key(key) => is_letter(*key) && key.code != KeyCode::Char(' ') || key.code == KeyCode::Backspace,
            Typed::Paste(_) => false,
        };
        self.completion.close();
        let schema = self.subject.as_ref().and_then(|subject| subject.tool.input_schema.as_ref());
        if let Some(schema) = schema.filter(|_| typing && !matches!(review, Review::Unchanged)) {
            self.completion.offer(schema, self.editor.text(), self.editor.offset());
        }
    }

    /// Puts what was chosen there.
    fn take_completion(&mut self, cx: &mut Cx) {
        let Some(insertion) = self.completion.insertion() else { return };
        self.completion.close();
        self.editor.put(insertion.range, &insertion.text, insertion.caret);
        let review = self.review();
        self.follow_up(review, cx);
    }

    /// Indents the input anew.
    fn format(&mut self, cx: &mut Cx) {
        let Ok(input) = JsonText::parse(self.input_text().to_owned()) else { return };
        if self.editor.fill(&pretty(&input), Run::Alone) {
            let review = self.review();
            self.follow_up(review, cx);
        } else {
            cx.say(Level::Note, "Already formatted.");
        }
    }

    /// The way to look at the input, where the keyboard is in it.
    fn typed_view(&self) -> Option<InputView> {
        (self.focus == Pane::List && self.subject.is_some()).then_some(self.view)
    }

    /// Whether the input, or the row of its form, is too long to take what is typed.
    fn refuses(&self, typed: &Typed) -> bool {
        let changes = changes(typed);
        let is_other_key = matches!(typed, Typed::Key(key) if !is_letter(*key));
        changes
            && match self.typed_view() {
                Some(InputView::Json) => self.editor.is_long(),
                Some(InputView::Form) => !is_other_key && self.form.is_too_long(),
                None => false,
            }
    }

    /// Lends a text of the form, or the whole input, to the person's own editor.
    fn edit(&mut self, cx: &mut Cx) {
        let text = (self.view == InputView::Form).then(|| self.form.long_text()).flatten();
        self.lent_field = text.is_some();
        let text = text.unwrap_or_else(|| self.input_text().to_owned());
        cx.effect(Effect::Lend(ExternalProgram::Edit(text)));
    }

    /// Puts a preset into the input. Undo brings back what stood there.
    pub(super) fn fill_in_preset(&mut self, preset: &Preset, cx: &mut Cx) {
        self.focus = Pane::List;
        let review = self.fill(&pretty(&preset.arguments.to_fill_in()));
        let said = match preset.arguments.hidden.is_empty() {
            true => format!("Filled in “{}”.", preset.name),
            false => format!("Filled in “{}”. Credentials are never saved: fill in the empty fields.", preset.name),
        };
        cx.say(Level::Note, said);
        self.follow_up(review, cx);
    }

    /// Sends the call, unless something speaks against it: then that is asked about, once. With an account that is
    /// not active it goes out only if somebody insists.
    pub(super) fn ask_to_run(&mut self, again: bool, cx: &mut Cx) {
        if self.editor.is_long() {
            // It was not looked at while it was typed.
            let review = self.look();
            if self.syntax.is_some() {
                cx.say(Level::Note, self.not_json());
                return self.follow_up(review, cx);
            }
        }
        // A request tells its method only now where its input was too long to be looked at.
        if let Some(reason) = self.refused(cx) {
            return cx.say(Level::Reason, reason);
        }
        if self.modifiers.are_used() && self.call().is_some() {
            return self.modify(Aim::Run { again }, cx);
        }
        self.ask_to_send(again, cx);
    }

    /// The same once the input is what is to be sent.
    pub(super) fn ask_to_send(&mut self, again: bool, cx: &mut Cx) {
        if self.checks_definition(again, cx) {
            return;
        }
        let mode = cx.environment.open().map_or(Mode::Ask, |card| card.mode);
        let account = self.subject.as_ref().and_then(|subject| cx.accounts.by_id(&subject.account));
        let granted = account.and_then(granted_scopes);
        let (objections, question) = self.objections(again, granted.as_deref(), mode);
        let lines = objections.iter().map(|objection| objection.sentence.clone());
        let has = |kind| objections.iter().any(|objection| objection.kind == kind);
        if has(ObjectionKind::Status) || has(ObjectionKind::Scope) {
            let scopes = self.subject.as_ref().zip(account);
            let scopes = scopes.and_then(|(subject, account)| SuggestedFix::for_scopes(&subject.tool, account, cx));
            let fix = scopes.or_else(|| account.cloned().map(|account| SuggestedFix::Authorize(Box::new(account))));
            let then = if has(ObjectionKind::Changed) { Message::new(ShowDrift) } else { Message::new(SendCall) };
            let overriding = Override { words: "send anyway", then };
            let (title, lines, overriding) = ("Not sent".to_owned(), lines.collect(), Some(overriding));
            cx.send(CallBlocked { title, lines, fix, overriding, tool: None });
            return;
        }
        if has(ObjectionKind::Changed) {
            let others = objections.iter().filter(|objection| objection.kind != ObjectionKind::Changed);
            let others = others.map(|objection| objection.sentence.clone()).collect();
            return self.show_drift(others, cx);
        }
        if objections.is_empty() {
            return self.send_call(cx);
        }
        let only_asks = objections.iter().all(|objection| objection.kind.waiver() == Waiver::Yes);
        let asked = [String::new(), question];
        cx.send(Ask {
            title: "Run this?".into(),
            lines: lines.chain(asked).collect(),
            yes: if only_asks { "run" } else { "run anyway" }.into(),
            then: Message::new(SendCall),
        });
    }

    /// Sends the call on the screen.
    pub(super) fn send_call(&mut self, cx: &mut Cx) {
        let request = match self.request() {
            Some(Err(fault)) => return cx.say(Level::Problem, fault.to_string()),
            request => request.and_then(Result::ok),
        };
        let call = self.call_to_send().zip(self.subject.as_ref().map(|subject| Box::new(subject.tool.clone())));
        if call.is_none() && request.is_none() {
            return;
        }
        self.modifiers_sent();
        self.begin(cx.now.uptime);
        // Where only one pane fits, it is the one in which something happens now.
        if areas(cx.body(), Pane::List, self.rows()).1.side.is_empty() {
            self.focus = Pane::Side;
        }
        let recording = if cx.recording { Recording::On } else { Recording::Off };
        let trusts = matches!(self.definition, Definition::Accepted);
        let number = self.number;
        if let Some(((call, modifiers), tool)) = call {
            if cx.recording {
                Arc::make_mut(&mut cx.usage).runs(&call);
            }
            cx.start(RunTool { call, tool, modifiers, recording, number, trusts });
        } else if let Some(request) = request {
            cx.start(SendRequest { request, recording, number });
        }
    }
}

/// Whether typing this changes a text.
fn changes(typed: &Typed) -> bool {
    match typed {
        Typed::Paste(_) => true,
        Typed::Key(key) => is_letter(*key) || matches!(key.code, KeyCode::Enter | KeyCode::Backspace | KeyCode::Delete),
    }
}
