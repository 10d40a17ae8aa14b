//! What is done to the call that is selected, and to the list that it stands in.

use crate::agent::RunId;
use crate::filter::term;
use crate::flow::explain::{FailedCall, Question};
use crate::journal::{CallOutcome, EntryOrder, FilterNames, Front};
use crate::json::pretty;
use crate::tui::activity::logged;
use crate::tui::activity::replay;
use crate::tui::activity::screen::{Activity, Call, Shown};
use crate::tui::activity::tasks::{ReadLog, ReadPage};
use crate::tui::core::component::Input;
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::message::Message;
use crate::tui::core::messages::{ApplyFilter, GoToCalls, ReplayInPlayground, SaveList};
use crate::tui::core::toast::Level;
use crate::tui::explorer::actions as explorer;
use crate::tui::input::action::Availability;
use crate::tui::input::tabs::{Pane, Tab};

impl Activity {
    /// Question about the call under the cursor; none where it did not fail.
    pub(super) fn question(&self) -> Option<Question> {
        let question = match self.selected()? {
            Call::Ours(ours) => Question::entry(ours),
            Call::Theirs(theirs) => Question::logged(theirs),
        };
        Some(question).filter(|question| question.call.as_ref().is_some_and(FailedCall::failed))
    }

    /// Whether it can be found out why the call under the cursor failed.
    pub(super) fn why_not_explained(&self, cx: &Cx) -> Availability {
        let failed = match self.selected() {
            None => return Availability::No("No call is selected.".into()),
            Some(Call::Ours(ours)) => !matches!(ours.outcome, CallOutcome::Succeeded | CallOutcome::Running),
            Some(Call::Theirs(theirs)) => theirs.error_code.is_some(),
        };
        let here = cx.environment.open().map(|card| card.recorded_as.as_str());
        let elsewhere = match self.selected() {
            Some(Call::Ours(ours)) => here != Some(ours.environment.raw()),
            _ => here.is_none(),
        };
        match (failed, elsewhere) {
            (false, _) => Availability::No("This call did not fail.".into()),
            (true, true) => Availability::No("This call went to another environment: open that first (O).".into()),
            (true, false) => Availability::Yes,
        }
    }

    /// Reads the newest page again, and what others called meanwhile.
    pub(super) fn read_again(&mut self, cx: &mut Cx) {
        let page = self.begin(cx.environment.open());
        cx.start(ReadPage(page));
        if cx.environment.open().is_some_and(|card| card.abilities.call_log) {
            cx.start(ReadLog);
        }
    }

    /// Reads what other processes wrote. What is not on screen is read when it comes up, and whoever has gone back in time
    /// is left there.
    pub(super) fn calls_written(&mut self, cx: &mut Cx) {
        self.is_stale = cx.is_running(ReadPage::SLOT);
        if cx.tab == Tab::Activity && self.has_one_page() && !self.is_stale {
            let page = self.begin(cx.environment.open());
            self.reads_news = true;
            cx.start(ReadPage(page));
        }
    }

    /// The calls that are loaded, as rows to save.
    pub(super) fn list_to_save(&self, cx: &Cx) -> SaveList {
        let rows = self.calls().map(|call| {
            let (outcome, execution, environment) = match call {
                Call::Ours(ours) => (ours.outcome, ours.execution.as_ref(), ours.environment.raw()),
                Call::Theirs(theirs) => (logged::outcome(theirs), theirs.execution.as_ref(), ""),
            };
            vec![
                call.began(cx.clock.offset).to_string(),
                outcome.word().to_owned(),
                call.name().to_owned(),
                call.identifier().to_owned(),
                call.connection().to_owned(),
                call.took().map(|took| took.as_millis().to_string()).unwrap_or_default(),
                execution.map(|id| id.raw().to_owned()).unwrap_or_default(),
                environment.to_owned(),
            ]
        });
        let heads = &["began", "outcome", "tool", "identifier", "connection", "took_ms", "execution_id", "environment"];
        SaveList { name: "calls.csv".to_owned(), heads, rows: rows.collect() }
    }

    /// Takes a filter of this screen; one of another is given back.
    pub(super) fn apply_filter(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        match message.peek::<ApplyFilter>().map(|filter| filter.tab) {
            Some(Tab::Activity) => message.take().map(|ApplyFilter { text, .. }| {
                self.filter.set(&text);
                self.filter.typing = false;
                self.focus = Pane::List;
                self.search(cx);
            }),
            _ => Err(message),
        }
    }

    /// Shows the calls of one run alone.
    pub(super) fn show_run(&mut self, GoToCalls { run, entry }: &GoToCalls, cx: &mut Cx) {
        self.filter.set(&term("run", run));
        (self.filter.typing, self.focus, self.sought) = (false, Pane::List, *entry);
        // The first page is read as the screen is shown.
        self.look(cx.now.wall, cx.environment.open());
        cx.request(Request::Show(Tab::Activity));
    }

    /// Run of the agent here that the call under the cursor belongs to.
    pub(super) fn agent_run(&self) -> Option<RunId> {
        let calls = match self.selected_group() {
            Some(group) => self.calls_of(group),
            None => self.calls_on(self.cursor.row),
        };
        calls.iter().find_map(|call| match call {
            Call::Ours(ours) if ours.front == Front::Agent => {
                ours.agent_run.as_ref().map(|run| RunId::known(run.raw()))
            }
            _ => None,
        })
    }

    /// Orders by something else, and reads the first page of that.
    pub(super) fn reorder(&mut self, by: EntryOrder, cx: &mut Cx) {
        self.order_by(by);
        let page = self.begin(cx.environment.open());
        cx.start(ReadPage(page));
    }

    /// Offers ways to go on with the filter: names of past calls and of the accounts.
    pub(super) fn offer_names(&mut self, cx: &Cx) {
        let accounts = cx.accounts.all();
        self.offer(|| FilterNames {
            identifiers: accounts.iter().map(|account| account.identifier.to_string()).collect(),
            connections: accounts.iter().map(|account| account.connection.to_string()).collect(),
            ..FilterNames::default()
        });
    }

    /// Reads what fits the filter.
    pub(super) fn search(&mut self, cx: &mut Cx) {
        if let Some(page) = self.look(cx.now.wall, cx.environment.open()) {
            cx.start(ReadPage(page));
        }
    }

    pub(super) fn explore(&mut self, input: &Input, cx: &mut Cx) {
        if let Some(view) = self.view_mut() {
            explorer::input(view, input, cx);
        }
    }

    /// Text to copy of the call under the cursor, and its name.
    pub(super) fn copied(&self) -> Option<(String, &'static str)> {
        match self.selected()? {
            Call::Ours(ours) => Some((ours.name.raw().to_owned(), "the tool's name")),
            Call::Theirs(theirs) => theirs.execution.as_ref().map(|id| (id.raw().to_owned(), "the execution's id")),
        }
    }

    /// The run under the cursor to copy, or the call.
    pub(super) fn copied_line(&self) -> Option<(String, &'static str)> {
        let run = self.selected_group().map(|group| (group.id.raw().to_owned(), "the run's id"));
        run.or_else(|| self.copied())
    }

    /// Reason why the call under the cursor is not sent again right now: it came there by itself, and the key may have
    /// been meant for the one before.
    pub(super) fn why_not_at_once(&self, cx: &Cx) -> Option<&'static str> {
        let just_came = self.following.has_just_moved(cx.now.uptime);
        just_came.then_some("Another call has just come in here: press the key again if you mean it.")
    }

    /// Out of whatever is innermost: the explorer, the filter, the pane, the screen.
    pub(super) fn back(&mut self, cx: &mut Cx) {
        let explored = self.focus == Pane::Side && self.view_mut().is_some_and(|view| explorer::back(view, cx));
        if explored {
            return;
        }
        if self.filter.typing || !self.filter.is_empty() {
            self.filter.clear();
            self.search(cx);
        } else if self.focus == Pane::Side {
            self.focus = Pane::List;
        } else {
            cx.request(Request::Show(Tab::Accounts));
        }
    }

    /// Puts the call back into the playground, as it was. Credentials were never kept: their places are empty, and
    /// the call waits for them.
    pub(super) fn replay(&self, at_once: bool, as_acting: bool, cx: &mut Cx) {
        if let Some(shown) = self.whole() {
            replay_entry(shown, at_once, as_acting, cx);
        }
    }
}

/// Puts a call into the playground that somebody else asks for, unless something speaks against it.
pub(super) fn open_call(shown: &Shown, cx: &mut Cx) {
    match replay::objection(Some(shown), cx, false) {
        Some(reason) => cx.say(Level::Problem, reason),
        None => replay_entry(shown, false, false, cx),
    }
}

fn replay_entry(shown: &Shown, at_once: bool, as_acting: bool, cx: &mut Cx) {
    let entry = &shown.entry;
    let (input, whole) = match replay::input(entry) {
        Ok(found) => found,
        Err(fault) => return cx.say(Level::Problem, fault.to_string()),
    };
    let Some(subject) = replay::subject(cx, entry, as_acting) else { return };
    cx.send(ReplayInPlayground {
        subject: Box::new(subject),
        input: pretty(&input),
        is_whole: whole,
        at_once: at_once && whole,
    });
}
