//! Popup: one call of a tool through a server, as the person the server was opened as.

pub mod tasks;
mod view;

use std::collections::VecDeque;

use bytes::Bytes;
use ratatui::layout::{Rect, Size};
use tokio::sync::oneshot;

use self::tasks::{CallHeard, CallThrough, CalledThrough, ThroughServer};
use crate::backend::Arrival;
use crate::domain::{AccessLevel, Elicitation, ElicitationAnswer, Fault, Identifier, JsonText, Untrusted};
use crate::flow::mcp_servers::ProvisionedServer;
use crate::flow::mcp_servers::trial::{Trial, TriedTool};
use crate::json::{escaped, pretty};
use crate::schema::{SampleScope, sample};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{Ask, QuestionOver, ServerQuestion, StopCall};
use crate::tui::core::toast::Level;
use crate::tui::explorer::content::ContentView;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::typed::Typed;
use crate::tui::widgets::call_progress::CallProgress;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::Move;
use crate::tui::widgets::text_view::TextView;
use crate::tui::widgets::typing::editor::Editor;

/// Bytes of a result that are shown here; the journal has the rest.
const SHOWN: usize = 1 << 20;

/// Bytes of a schema from which a sample is made at once.
const SAMPLED: usize = 64 << 10;

/// Questions that wait at once. Whoever asks more gets no answer to those.
const MOST_QUESTIONS: usize = 32;

/// A call and its result.
pub struct CallPopup {
    server: ProvisionedServer,
    identifier: Identifier,
    access: AccessLevel,
    tried: TriedTool,
    input: Editor,
    /// Result of the last call; none before the first, and while one is under way.
    result: Option<Result<CallResult, Fault>>,
    /// How far the call under way is, as far as it is told.
    progress: Option<CallProgress>,
    /// Questions of the server that came while something else had the keyboard.
    questions: VecDeque<(Box<Elicitation>, Reply)>,
    screen: Rect,
}

/// Way back to the call that waits for an answer.
type Reply = oneshot::Sender<ElicitationAnswer>;

/// Result of a call.
struct CallResult {
    face: ResultFace,
    /// Time that it took, and its size, in words.
    facts: String,
    /// Failure that it reports of itself, in words.
    reported: Option<String>,
}

/// Look of a result.
enum ResultFace {
    /// Part by part, where it has parts.
    Content(ContentView),
    /// As it came.
    Text(TextView),
}

impl ResultFace {
    fn step(&mut self, step: Move, size: Size) {
        match self {
            Self::Content(view) => view.step(step),
            Self::Text(text) => text.step(step, size),
        }
    }
}

/// Send the call in spite of what was asked about.
#[derive(Debug)]
struct SendAnyway(JsonText);

impl CallPopup {
    /// Begins with a sample of the tool's input.
    pub(super) fn open(trial: &Trial, tried: TriedTool, cx: &mut Cx) {
        let schema = tried.tool.input_schema.as_ref().filter(|schema| schema.bytes().len() <= SAMPLED);
        let now = cx.server_now();
        let text = schema.map_or_else(|| "{}".to_owned(), |schema| sample(schema, SampleScope::RequiredOnly, now));
        cx.open(Self {
            server: trial.provisioned.clone(),
            identifier: trial.identifier.clone(),
            access: trial.access,
            tried,
            input: Editor::new(&text),
            result: None,
            progress: None,
            questions: VecDeque::new(),
            screen: Rect::default(),
        });
    }

    fn send(&mut self, input: JsonText, insists: bool, cx: &mut Cx) {
        (self.result, self.progress) = (None, None);
        let call = ThroughServer {
            server: self.server.clone(),
            identifier: self.identifier.clone(),
            access: self.access,
            tried: self.tried.clone(),
            input,
        };
        cx.start(CallThrough { call: Box::new(call), insists, recording: cx.recording });
    }

    fn hear(&mut self, CallHeard(arrival): CallHeard, cx: &mut Cx) {
        match arrival {
            Arrival::Progress { done, total, message } => {
                self.progress = CallProgress::new(done, total, message).or(self.progress.take());
            }
            Arrival::Asked(elicitation, reply) => {
                if self.questions.len() < MOST_QUESTIONS {
                    self.questions.push_back((elicitation, reply));
                }
                if !self.ask_next(cx) {
                    cx.say(Level::Note, "The server asks you something; the popup of its call shows it.");
                }
            }
            Arrival::Coming { .. } | Arrival::Broken { .. } => {}
        }
    }

    /// Shows the next question, if this popup has the keyboard. Whether none is left over.
    fn ask_next(&mut self, cx: &mut Cx) -> bool {
        self.questions.retain(|(_, reply)| !reply.is_closed());
        if cx.contexts.first() == Some(&Context::ServerCall)
            && let Some((elicitation, reply)) = self.questions.pop_front()
        {
            cx.send(ServerQuestion { elicitation, whom: self.whom(), reply });
            return true;
        }
        self.questions.is_empty()
    }

    /// As whom it is called, safe to show.
    fn whom(&self) -> String {
        match &self.tried.connection {
            Some(connection) => format!("as {} on {connection}", self.identifier),
            None => format!("as {}", self.identifier),
        }
    }

    /// Nobody waits for the call any more, nor does it for answers.
    fn over(&mut self, cx: &mut Cx) {
        self.questions.clear();
        cx.send(QuestionOver);
    }

    fn stop(&mut self, cx: &mut Cx) {
        cx.cancel(CallThrough::SLOT);
        self.over(cx);
        cx.say(Level::Note, "Stopped waiting. The call may have run; the history has it.");
    }

    fn take(&mut self, report: CalledThrough, cx: &mut Cx) {
        cx.jobs.finish(CallThrough::SLOT);
        self.over(cx);
        match report {
            CalledThrough::Objected { lines, input } => cx.send(Ask {
                title: format!("Call {}", self.tried.tool.name),
                lines,
                yes: "send it".into(),
                then: Message::new(SendAnyway(input)),
            }),
            CalledThrough::Ended(Err(fault)) => self.result = Some(Err(*fault)),
            CalledThrough::Ended(Ok(ended)) => {
                let name = self.tried.tool.name.to_string();
                let content = ended.document.as_ref().and_then(|document| ContentView::of_result(document, &name));
                let face = content.map_or_else(|| ResultFace::Text(as_text(&ended.data)), ResultFace::Content);
                self.result = Some(Ok(CallResult {
                    face,
                    facts: ended.facts,
                    reported: ended.reported.map(|fault| fault.to_string()),
                }));
            }
        }
    }

    fn result_size(&self) -> Size {
        view::result_area(self.screen).as_size()
    }
}

fn as_text(data: &JsonText) -> TextView {
    let shown = Untrusted::from(escaped(&pretty(data)).into_owned());
    let mut text: String = shown.whole_lines().flat_map(|line| [line, "\n".into()]).collect();
    text.truncate(text.floor_char_boundary(SHOWN));
    TextView::new(Bytes::from(text))
}

impl Component for CallPopup {
    fn context(&self) -> Context {
        Context::ServerCall
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        match action {
            Action::Run => Availability::when(!cx.is_running(CallThrough::SLOT), "A call is under way.")
                .unless_lacking(|| cx.environment.open()?.mode.refuses(self.tried.tool.reading())),
            Action::PageUp | Action::PageDown => Availability::here(matches!(self.result, Some(Ok(_)))),
            // Whoever leaves stops waiting for a call that is under way first.
            Action::Back => Availability::here(cx.is_running(CallThrough::SLOT)),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        let size = self.result_size();
        match (action, &mut self.result) {
            (Action::Run, _) => match JsonText::parse(self.input.text().to_owned()) {
                Ok(input) => self.send(input, false, cx),
                Err(error) => cx.say(Level::Reason, format!("The input is not valid JSON: {error}.")),
            },
            (Action::PageUp, Some(Ok(result))) => result.face.step(Move::Pages(-1), size),
            (Action::PageDown, Some(Ok(result))) => result.face.step(Move::Pages(1), size),
            (Action::Back, _) => self.stop(cx),
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        let size = self.result_size();
        self.ask_next(cx);
        match input {
            Input::Typed(Typed::Key(key)) if !cx.is_running(CallThrough::SLOT) => drop(self.input.key(*key)),
            Input::Typed(Typed::Paste(text)) => self.input.paste(text),
            Input::Step(step) => {
                if let Some(Ok(result)) = &mut self.result {
                    result.face.step(*step, size);
                }
            }
            Input::Scroll(_, rows) => {
                if let Some(Ok(result)) = &mut self.result {
                    result.face.step(Move::By(*rows), size);
                }
            }
            Input::Typed(_) | Input::Click(_) => {}
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        message
            .take()
            .map(|report| self.take(report, cx))
            .or_else(|message| message.take().map(|SendAnyway(input)| self.send(input, true, cx)))
            .or_else(|message| message.take().map(|heard: CallHeard| self.hear(heard, cx)))
            .or_else(|message| message.take().map(|StopCall| self.stop(cx)))
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.screen = body.area;
        let size = self.result_size();
        if let Some(Ok(CallResult { face: ResultFace::Content(view), .. })) = &mut self.result {
            view.fit(size);
        }
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn close(&mut self, cx: &mut Cx) {
        if cx.is_running(CallThrough::SLOT) {
            cx.cancel(CallThrough::SLOT);
            self.over(cx);
        }
    }
}
