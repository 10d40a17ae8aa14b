//! Popup: one call of a tool through a server, as the person the server was opened as.

pub mod tasks;
mod view;

use bytes::Bytes;
use ratatui::layout::{Rect, Size};

use self::tasks::{CallThrough, CalledThrough, ThroughServer};
use crate::domain::{AccessLevel, Fault, Identifier, JsonText, ServerConfig, Untrusted};
use crate::flow::mcp_servers::trial::{Trial, TriedTool};
use crate::json::{escaped, pretty};
use crate::schema::{SampleScope, sample};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::Ask;
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::typed::Typed;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::Move;
use crate::tui::widgets::text_view::TextView;
use crate::tui::widgets::typing::editor::Editor;

/// Bytes of a result that are shown here; the journal has the rest.
const SHOWN: usize = 1 << 20;

/// Bytes of a schema from which a sample is made at once.
const SAMPLED: usize = 64 << 10;

/// A call and its result.
pub struct CallPopup {
    config: ServerConfig,
    identifier: Identifier,
    access: AccessLevel,
    tried: TriedTool,
    input: Editor,
    /// Result of the last call; none before the first, and while one is under way.
    result: Option<Result<CallResult, Fault>>,
    screen: Rect,
}

/// Result of a call.
struct CallResult {
    text: TextView,
    /// Time that it took, and its size, in words.
    facts: String,
    /// Failure that it reports of itself, in words.
    reported: Option<String>,
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
            config: trial.config.clone(),
            identifier: trial.identifier.clone(),
            access: trial.access,
            tried,
            input: Editor::new(&text),
            result: None,
            screen: Rect::default(),
        });
    }

    fn send(&mut self, input: JsonText, insists: bool, cx: &mut Cx) {
        self.result = None;
        let call = ThroughServer {
            config: self.config.clone(),
            identifier: self.identifier.clone(),
            access: self.access,
            tried: self.tried.clone(),
            input,
        };
        cx.start(CallThrough { call: Box::new(call), insists, recording: cx.recording });
    }

    fn take(&mut self, report: CalledThrough, cx: &mut Cx) {
        cx.jobs.finish(CallThrough::SLOT);
        match report {
            CalledThrough::Objected { lines, input } => cx.send(Ask {
                title: format!("Call {}", self.tried.tool.name),
                lines,
                yes: "send it".into(),
                then: Message::new(SendAnyway(input)),
            }),
            CalledThrough::Ended(Err(fault)) => self.result = Some(Err(*fault)),
            CalledThrough::Ended(Ok(ended)) => {
                let shown = Untrusted::from(escaped(&pretty(&ended.data)).into_owned());
                let mut text: String = shown.whole_lines().flat_map(|line| [line, "\n".into()]).collect();
                text.truncate(text.floor_char_boundary(SHOWN));
                self.result = Some(Ok(CallResult {
                    text: TextView::new(Bytes::from(text)),
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
            (Action::PageUp, Some(Ok(result))) => {
                result.text.step(Move::Pages(-1), size);
            }
            (Action::PageDown, Some(Ok(result))) => {
                result.text.step(Move::Pages(1), size);
            }
            (Action::Back, _) => {
                cx.cancel(CallThrough::SLOT);
                cx.say(Level::Note, "Stopped waiting. The call may have run; the history has it.");
            }
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        let size = self.result_size();
        match input {
            Input::Typed(Typed::Key(key)) if !cx.is_running(CallThrough::SLOT) => drop(self.input.key(*key)),
            Input::Typed(Typed::Paste(text)) => self.input.paste(text),
            Input::Step(step) => {
                if let Some(Ok(result)) = &mut self.result {
                    result.text.step(*step, size);
                }
            }
            Input::Scroll(_, rows) => {
                if let Some(Ok(result)) = &mut self.result {
                    result.text.step(Move::By(*rows), size);
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
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.screen = body.area;
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn close(&mut self, cx: &mut Cx) {
        if cx.is_running(CallThrough::SLOT) {
            cx.cancel(CallThrough::SLOT);
        }
    }
}
