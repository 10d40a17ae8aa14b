//! Outcome of a run: on its way, while it comes, and at its end.

pub mod content_face;

use std::time::Duration;

use ratatui::layout::Rect;

use crate::backend::Arrival;
use crate::domain::{Execution, Fault, FaultKind};
use crate::json::Document;
use crate::tui::explorer::json_find::Find;
use crate::tui::explorer::json_view::JsonView;
use crate::tui::input::tabs::Pane;
use crate::tui::playground::modifiers::OtherResult;
use crate::tui::playground::screen::Playground;
use crate::tui::playground::tasks::RunResult;
use crate::tui::widgets::call_progress::CallProgress;

/// Outcome of the last run.
#[derive(Debug, Default)]
pub enum Output {
    /// No run yet.
    #[default]
    Empty,
    /// A call is out, since this uptime.
    Running(Duration),
    /// A call is out since this uptime, and the beginning of its result is there.
    Coming(Duration, Box<JsonView>),
    /// The person stopped waiting after so long. If the call had gone out, the provider may have carried
    /// it out all the same.
    Stopped {
        /// Time that the call took until then.
        after: Duration,
        /// Whether it had gone out.
        gone: bool,
        /// What had come of the result.
        part: Option<Box<JsonView>>,
    },
    /// A result, with the failure that it reports.
    Done(Box<JsonView>, Execution, Option<Fault>),
    /// A failure, after so long, and the body of the answer, where there was one, or what had come of the result.
    Failed(Fault, Duration, Option<Box<JsonView>>),
}

impl Output {
    /// The result, where there is one.
    pub fn view(&self) -> Option<&JsonView> {
        match self {
            Self::Done(view, ..) | Self::Failed(_, _, Some(view)) | Self::Coming(_, view) => Some(view),
            Self::Stopped { part, .. } => part.as_deref(),
            _ => None,
        }
    }

    /// The result, to move in.
    pub fn view_mut(&mut self) -> Option<&mut JsonView> {
        match self {
            Self::Done(view, ..) | Self::Failed(_, _, Some(view)) | Self::Coming(_, view) => Some(view),
            Self::Stopped { part, .. } => part.as_deref_mut(),
            _ => None,
        }
    }

    /// Uptime at which the call was sent that is out.
    pub fn since(&self) -> Option<Duration> {
        match self {
            Self::Running(since) | Self::Coming(since, _) => Some(*since),
            _ => None,
        }
    }

    /// Place of the result inside the pane: below the words on a failure, which come first where there is little room.
    pub(super) fn place(&self, inner: Rect) -> Rect {
        let above = match self {
            Self::Failed(..) => (inner.height - inner.height * 9 / 20).max(WORDS.min(inner.height)),
            _ => 0,
        };
        Rect { y: inner.y + above, height: inner.height - above, ..inner }
    }
}

/// Rows that the words on a failure need with their keys.
const WORDS: u16 = 7;

impl Playground {
    /// Takes note that a call is about to go out, once its account is known to be the one that is meant.
    pub fn begin(&mut self, uptime: Duration) {
        self.output = Output::Running(uptime);
        self.unsent = false;
        self.calling = Some(self.editor.text().to_owned());
        self.gone = false;
        self.came = 0;
        (self.progress, self.content) = (None, None);
        self.number += 1;
    }

    /// The call of this run goes out, or went out just before somebody stopped waiting for it.
    pub fn goes_out(&mut self, number: u64) {
        if number != self.number {
            return;
        }
        self.gone = true;
        if let Some(sent) = self.calling.take() {
            self.origin.settle(&sent);
            self.revision += 1;
        }
        if let Output::Stopped { gone, .. } = &mut self.output {
            *gone = true;
        }
    }

    /// Takes what has come of the result of this run. The search to run again, where rows have joined those that are
    /// searched.
    pub fn arrived(&mut self, number: u64, arrival: Arrival) -> Option<Find> {
        if number != self.number {
            return None;
        }
        let (document, bytes) = match arrival {
            Arrival::Coming { beginning, bytes } => (beginning, bytes),
            Arrival::Broken { part, bytes } => (part, bytes),
            Arrival::Progress { done, total, message } => {
                self.progress = CallProgress::new(done, total, message).or(self.progress.take());
                return None;
            }
            // The component takes these out before: they need more than the output.
            Arrival::Asked(..) => return None,
        };
        self.came = bytes;
        let document = document?;
        if let Some(view) = self.output.view_mut() {
            return view.grow(document);
        }
        let view = Box::new(self.explored(document));
        match &mut self.output {
            Output::Running(since) => {
                self.output = Output::Coming(*since, view);
                self.focus = Pane::Side;
            }
            Output::Stopped { part, .. } => *part = Some(named_part(view)),
            _ => {}
        }
        None
    }

    /// Takes the result of a call. The keyboard goes where the keys are that help now. The search to run again, as
    /// above.
    pub fn end(&mut self, result: Result<RunResult, Fault>, uptime: Duration) -> Option<Find> {
        self.ended = Some(uptime);
        let waited = self.waited(uptime);
        let coming = match std::mem::take(&mut self.output) {
            Output::Coming(_, view) => Some(view),
            _ => None,
        };
        let was_seen = coming.is_some();
        let mut find = None;
        self.output = match result {
            Ok(RunResult { execution, document, reported, shown }) => {
                let came = match coming {
                    Some(mut view) => {
                        find = view.grow(document);
                        view
                    }
                    None => Box::new(self.explored(document)),
                };
                let view = match shown.and_then(Result::ok) {
                    Some(shown) => {
                        self.modifiers.other = Some(OtherResult { view: came, came: true });
                        Box::new(self.explored(shown))
                    }
                    None => came,
                };
                Output::Done(view, execution, reported)
            }
            Err(fault) => {
                // At most a megabyte, which is indexed in no time.
                let document = fault.answer.as_ref().and_then(|answer| Document::index(answer.0.clone()).ok());
                let answer = document.map(|document| Box::new(self.explored(document)));
                Output::Failed(fault, waited, answer.or(coming.map(named_part)))
            }
        };
        self.read_content();
        let repairable = matches!(
            &self.output,
            Output::Failed(fault, ..) if fault.kind == FaultKind::NeedsAuthorization || fault.page().is_some()
        );
        // Who has been looking at the beginning has gone where they wanted to be.
        if repairable || !was_seen && matches!(self.output, Output::Done(..)) {
            self.focus = Pane::Side;
        }
        find
    }

    /// Bytes of the result in the form that is shown.
    pub(super) fn shown_bytes<'a>(&'a self, execution: &'a Execution) -> &'a [u8] {
        match (&self.output, &self.modifiers.other) {
            (Output::Done(view, ..), Some(_)) => view.document().text().bytes(),
            _ => execution.data.bytes(),
        }
    }

    /// A result to explore, named after the tool.
    fn explored(&self, document: Document) -> JsonView {
        let tool = self.subject.as_ref().map_or("tool", |subject| subject.tool.name.raw());
        JsonView::new(document).named(&format!("{tool}-result"))
    }

    /// The person stops waiting, and keeps what has come.
    pub fn stop(&mut self, uptime: Duration) {
        let after = self.waited(uptime);
        let part = match std::mem::take(&mut self.output) {
            Output::Coming(_, view) => Some(named_part(view)),
            _ => None,
        };
        self.output = Output::Stopped { after, gone: self.gone, part };
    }

    fn waited(&self, uptime: Duration) -> Duration {
        self.output.since().map_or(Duration::ZERO, |since| uptime.saturating_sub(since))
    }
}

/// What came of a result, under a name that does not promise all of it.
fn named_part(view: Box<JsonView>) -> Box<JsonView> {
    let name = format!("{}-part", view.name());
    Box::new(view.named(&name))
}
