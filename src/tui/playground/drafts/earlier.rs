//! Inputs that outlive the program: those of this run to be kept, those of earlier runs to be given back.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::{Fault, Tool};
use crate::flow::request_input::as_tool;
use crate::journal::CallKind;
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::messages::OpenUnsent;
use crate::tui::core::state::unsent::{Unsent, UnsentInput};
use crate::tui::core::toast::Level;
use crate::tui::input::action::Action;
use crate::tui::input::tabs::Tab;
use crate::tui::playground::drafts::tasks::{FindTool, ToolFound};
use crate::tui::playground::screen::Playground;
use crate::tui::playground::validator_cache::Review;
use crate::tui::widgets::time;

/// Longest text that is left to the next run, in bytes. Longer ones come from files and are there again.
const LONGEST: usize = 256 << 10;

/// Message: an unsent input could not be written.
#[derive(Debug)]
pub struct InputNotKept(pub Fault);

/// Source of the text in an input.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Text that needs no keeping: the sample it began with, or what was sent last.
    pub(super) settled: String,
    /// Time of the last change, by the clock of this machine.
    pub(super) changed: Timestamp,
    /// The text is still the one that an earlier run left.
    pub(super) earlier: Option<Earlier>,
}

/// Text that an earlier run left, untouched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Earlier {
    /// Whether credentials were left out of it.
    left_out: bool,
}

impl Origin {
    /// An input that begins with this text.
    pub(in crate::tui::playground) fn begin(text: &str) -> Self {
        Self { settled: text.to_owned(), ..Self::default() }
    }

    /// Takes note that the text was changed.
    pub(in crate::tui::playground) fn change(&mut self, now: Timestamp) {
        (self.changed, self.earlier) = (now, None);
    }

    /// Takes note that this text was sent, or comes from what was.
    pub(in crate::tui::playground) fn settle(&mut self, text: &str) {
        self.settled = text.to_owned();
        self.earlier = None;
    }

    /// Time of the last change, where an earlier run left the text.
    pub(in crate::tui::playground) fn earlier_change(&self) -> Option<Timestamp> {
        self.earlier.map(|_| self.changed)
    }
}

impl Playground {
    /// Number that is another one once what [`Self::unsent`] gives may be.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Inputs that stand unsent in this run; none while calls are not recorded. Costs the length of the input on
    /// screen.
    pub fn unsent(&self, cx: &Cx) -> Unsent {
        let inputs = match cx.recording {
            true => self.drafts.unsent().cloned().chain(self.unsent_here().map(Arc::new)).collect(),
            false => Vec::new(),
        };
        Unsent { inputs, used: self.used.clone(), ..Unsent::default() }
    }

    /// The input on screen, if it was changed and not sent.
    pub(in crate::tui::playground) fn unsent_here(&self) -> Option<UnsentInput> {
        let subject = self.subject.as_ref()?;
        let (text, environment) = (self.input_text(), self.environment());
        let differs = text != self.origin.settled && text.len() <= LONGEST && !environment.is_empty();
        differs.then(|| UnsentInput {
            environment: environment.to_owned(),
            kind: subject.kind,
            tool: if subject.is_request() { as_tool(None).name } else { subject.tool.name.clone() },
            account: subject.account.clone(),
            identifier: subject.identifier.clone(),
            connection: subject.connection.clone(),
            changed: self.origin.changed,
            text: text.to_owned(),
            left_out: self.origin.earlier.is_some_and(|earlier| earlier.left_out),
            run: String::new(),
        })
    }

    /// Gives back what an earlier run left for the tool on screen. One step back brings the sample.
    pub(in crate::tui::playground) fn give_back(&mut self, cx: &mut Cx) -> Option<Review> {
        let subject = self.subject.as_ref()?;
        let at = cx.unsent.iter().position(|input| input.is_for(self.environment(), subject))?;
        let input = cx.unsent.remove(at);
        let review = self.fill(&input.text);
        self.origin.changed = input.changed;
        self.origin.earlier = Some(Earlier { left_out: input.left_out });
        if input.left_out {
            cx.say(Level::Note, "Unsent input. Credentials are never saved: fill in the empty fields first.");
        }
        self.use_up(input);
        Some(review)
    }

    /// The newest input that an earlier run left in the open environment.
    pub(in crate::tui::playground) fn offered<'a>(&self, cx: &'a Cx) -> Option<&'a UnsentInput> {
        cx.unsent.iter().find(|input| input.environment == self.environment())
    }

    /// Says that there is something from last time.
    pub(in crate::tui::playground) fn tell_of_unsent(&self, cx: &mut Cx) {
        let Some(newest) = self.offered(cx) else { return };
        let count = cx.unsent.iter().filter(|input| input.environment == self.environment()).count();
        let what = match count {
            1 => format!("Unsent input from last time: {}.", newest.label()),
            _ => format!("{count} unsent inputs from last time, the newest: {}.", newest.label()),
        };
        let with = match cx.key_for(Action::GoPlayground) {
            "" => String::new(),
            key => format!(" {key} goes there."),
        };
        cx.say(Level::Note, format!("{what}{with}"));
    }

    /// Opens the tool of an unsent input, once it is found.
    pub(in crate::tui::playground) fn open_unsent(&self, OpenUnsent(input): OpenUnsent, cx: &mut Cx) {
        cx.request(Request::Show(Tab::Playground));
        let known = cx.tools.rows().iter().find(|tool| {
            tool.name == input.tool && tool.account.as_ref().is_none_or(|account| *account == input.account)
        });
        let request = (input.kind == CallKind::Proxy).then(|| as_tool(None));
        match request.or_else(|| known.cloned()) {
            Some(tool) => self.found_at_once(*input, tool, cx),
            None => cx.start(FindTool(*input)),
        }
    }

    fn found_at_once(&self, input: UnsentInput, tool: Tool, cx: &mut Cx) {
        cx.send(ToolFound(input, Ok(Some(tool))));
    }

    /// Opens what was found; where it is not known what the tool takes, the input is there all the same.
    pub(in crate::tui::playground) fn tool_found(&mut self, ToolFound(input, found): ToolFound, cx: &mut Cx) {
        cx.jobs.finish(FindTool::SLOT);
        let tool = match found {
            Ok(Some(tool)) => Some(tool),
            Ok(None) => {
                cx.say(Level::Problem, format!("{} is not offered any more.", input.label()));
                None
            }
            Err(fault) => {
                cx.say(Level::Problem, fault.to_string());
                None
            }
        };
        let status = cx.accounts.by_id(&input.account).map(|account| account.status.clone());
        let subject = input.subject(tool);
        self.show(crate::tui::core::state::subject::Subject { status, ..subject }, cx);
    }

    /// Whether the text is still the one that an earlier run left, or one is offered.
    pub(in crate::tui::playground) fn can_drop(&self, cx: &Cx) -> bool {
        match self.subject {
            Some(_) => self.origin.earlier.is_some(),
            None => self.offered(cx).is_some(),
        }
    }

    /// Drops it: the sample stands there again, and undo brings the text back.
    pub(in crate::tui::playground) fn drop_unsent(&mut self, cx: &mut Cx) {
        if self.subject.is_some() {
            let settled = self.origin.settled.clone();
            let review = self.fill(&settled);
            return self.follow_up(review, cx);
        }
        let Some(input) = self.offered(cx).cloned() else { return };
        cx.unsent.retain(|other| !other.is_same(&input));
        cx.say(Level::Done, format!("Dropped the unsent input of {}.", input.label()));
        self.use_up(input);
    }

    /// Says once that something could not be kept.
    pub(in crate::tui::playground) fn not_kept(&mut self, InputNotKept(fault): InputNotKept, cx: &mut Cx) {
        if !std::mem::replace(&mut self.told_not_kept, true) {
            cx.say(Level::Problem, format!("Unsent input is not kept: {fault}"));
        }
    }

    fn use_up(&mut self, input: UnsentInput) {
        self.used.push(Arc::new(UnsentInput { text: String::new(), ..input }));
        self.revision += 1;
    }
}

/// Words on an input that an earlier run left: its age, and the key that drops it.
pub(in crate::tui::playground) fn words(cx: &Cx, changed: Timestamp) -> (String, String) {
    let words = format!("unsent, from {}", time::relative(changed, cx.now.wall));
    let with_key = match cx.key_for(Action::DropUnsent) {
        "" => words.clone(),
        key => format!("{words}; {key} drops it"),
    };
    (words, with_key)
}
