//! Popup: a value looked at as what it is: text, link, moment, JSON, bytes.

mod view;

use async_trait::async_trait;
use bytes::Bytes;
use ratatui::layout::{Rect, Size};
use url::Url;

use crate::domain::{Fault, Untrusted};
use crate::json::{self, Document, Inspection, InspectionKind, Moment, NodeId, NodeKind, pretty};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::{self, Body};
use crate::tui::core::message::Message;
use crate::tui::core::messages::{Ask, CopyText, OpenInBrowser, SaveFile};
use crate::tui::core::toast::Level;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, compute};
use crate::tui::explorer::actions::PushDocument;
use crate::tui::explorer::json_view::JsonView;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::text;
use crate::tui::widgets::text_view::TextView;

/// A value to be looked at, which is done elsewhere.
#[derive(Clone)]
pub struct InspectValue {
    /// The document, and the value in it.
    pub of: (Document, NodeId),
}

impl std::fmt::Debug for InspectValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "InspectValue({} bytes)", self.of.0.raw(self.of.1).len())
    }
}

/// The ways to look at a value, the most telling first.
#[derive(Debug)]
pub struct Inspected(pub Result<Vec<Face>, Fault>);

#[async_trait]
impl Task for InspectValue {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(Inspected(Err(fault)))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        reporter.send(Inspected(Ok(compute(move || self.faces()).await)));
    }
}

impl InspectValue {
    /// Place of the value that is looked at.
    pub const SLOT: Slot = Slot::new("inspect").shown();

    /// Every way to look at it. Takes a while for a large value.
    pub fn faces(&self) -> Vec<Face> {
        json::inspect(&self.of.0, self.of.1).into_iter().map(Face::of).collect()
    }
}

/// Larger JSON is shown as it came, in bytes: indenting it would take as much memory again.
const INDENTED: usize = 1 << 20;

/// Bytes in one row of a dump, where there is room; half of them where there is not.
const ACROSS: usize = 16;

/// Way to look at the value, ready to be drawn.
#[derive(Debug)]
pub struct Face {
    /// Reading of the value.
    pub look: Inspection,
    /// Part of it that is on screen.
    pub pane: Pane,
}

/// Form in which a reading is drawn.
#[derive(Debug)]
pub enum Pane {
    /// As a text, line by line.
    Text(TextView),
    /// As facts, a line each.
    Facts,
    /// As bytes, from this row on.
    Dump(Cursor),
}

impl Face {
    fn of(look: Inspection) -> Self {
        let pane = match &look.what {
            InspectionKind::Text(text) => Pane::Text(TextView::new(without_returns(text))),
            InspectionKind::Json(document) if document.text().bytes().len() > INDENTED => {
                Pane::Text(TextView::new(document.text().bytes().clone()))
            }
            InspectionKind::Json(document) => Pane::Text(TextView::new(pretty(document.text()).into())),
            InspectionKind::Link(_) | InspectionKind::Moment(_) => Pane::Facts,
            InspectionKind::Bytes(..) => Pane::Dump(Cursor::default()),
        };
        Self { look, pane }
    }

    /// Name among the other ways to look at the value.
    pub fn name(&self) -> &'static str {
        match (&self.look.what, self.look.decoded) {
            (InspectionKind::Text(_), false) => "text",
            (InspectionKind::Text(_), true) => "base64: text",
            (InspectionKind::Link(_), _) => "link",
            (InspectionKind::Moment(_), _) => "time",
            (InspectionKind::Json(_), false) => "JSON",
            (InspectionKind::Json(_), true) => "base64: JSON",
            (InspectionKind::Bytes(..), _) => "base64: bytes",
        }
    }

    /// Fact about the whole of it: size, kind or form.
    pub fn fact(&self) -> String {
        match &self.look.what {
            InspectionKind::Text(text) => {
                let lines = memchr::memchr_iter(b'\n', text).count() + usize::from(!text.ends_with(b"\n"));
                format!("{} · {lines} {}", text::size(text.len()), if lines == 1 { "line" } else { "lines" })
            }
            InspectionKind::Json(document) => text::size(document.text().bytes().len()),
            InspectionKind::Bytes(bytes, kind) => {
                format!(
                    "{} · {}",
                    text::size(bytes.len()),
                    kind.map_or("unknown kind".to_owned(), |kind| format!("looks like {kind}"))
                )
            }
            InspectionKind::Link(_) => String::new(),
            InspectionKind::Moment(moment) => moment.form.words().to_owned(),
        }
    }

    /// The text that is copied, and what to call it; none for bytes.
    pub fn copied(&self) -> Option<(String, &'static str)> {
        let words = |bytes: &Bytes| String::from_utf8_lossy(bytes).into_owned();
        Some(match &self.look.what {
            InspectionKind::Text(text) => (words(text), "the text"),
            InspectionKind::Json(document) => (pretty(document.text()), "the JSON"),
            InspectionKind::Link(url) => (url.to_string(), "the link"),
            InspectionKind::Moment(Moment { at, .. }) => (at.to_string(), "the time"),
            InspectionKind::Bytes(..) => return None,
        })
    }

    /// Whether there is a text to copy.
    fn can_be_copied(&self) -> bool {
        !matches!(self.look.what, InspectionKind::Bytes(..))
    }

    /// Name of a file for it, and the file's content.
    pub fn saved(&self) -> (&'static str, Bytes) {
        match &self.look.what {
            InspectionKind::Text(text) => ("value.txt", text.clone()),
            InspectionKind::Json(document) => ("value.json", document.text().bytes().clone()),
            InspectionKind::Link(url) => ("value.txt", url.to_string().into()),
            InspectionKind::Moment(moment) => ("value.txt", moment.at.to_string().into()),
            InspectionKind::Bytes(bytes, _) => ("value.bin", bytes.clone()),
        }
    }
}

/// Mails end their lines in two characters, of which one would be seen.
fn without_returns(text: &Bytes) -> Bytes {
    match std::str::from_utf8(text) {
        Ok(words) if words.contains("\r\n") => words.replace("\r\n", "\n").into(),
        _ => text.clone(),
    }
}

/// Popup: a value looked at as what it is.
pub struct Inspect {
    /// Place of the value, as a jq path, safe to show.
    pub path: String,
    /// The ways to look at it; none while they are being found out.
    pub faces: Option<Vec<Face>>,
    at: usize,
}

impl Inspect {
    /// A page for the value under the cursor of the explorer, and the task that fills it.
    pub fn open(view: &JsonView, cx: &mut Cx) {
        cx.open(Self { path: view.path(), faces: None, at: 0 });
        cx.start(InspectValue { of: (view.document().clone(), view.node()) });
    }

    /// The ways to look at it, the one that is chosen first told.
    pub fn names(&self) -> impl Iterator<Item = (bool, &'static str)> + '_ {
        self.faces.iter().flatten().enumerate().map(|(at, face)| (at == self.at, face.name()))
    }

    /// Way in which the value is looked at now.
    pub fn face(&self) -> Option<&Face> {
        self.faces.as_ref()?.get(self.at)
    }

    /// Whether there are several ways.
    pub fn has_others(&self) -> bool {
        self.faces.as_ref().is_some_and(|faces| faces.len() > 1)
    }

    /// Turns to the next way, or to the one before.
    pub fn turn(&mut self, by: isize) {
        if let Some(faces) = &self.faces {
            let count = isize::try_from(faces.len()).unwrap_or(1).max(1);
            let at = isize::try_from(self.at).unwrap_or(0);
            self.at = usize::try_from((at + by).rem_euclid(count)).unwrap_or(0);
        }
    }

    /// The way of this place in the list.
    pub fn choose(&mut self, at: usize) {
        if self.faces.as_ref().is_some_and(|faces| at < faces.len()) {
            self.at = at;
        }
    }

    /// The address, where it is looked at as one.
    pub fn link(&self) -> Option<&Url> {
        match &self.face()?.look.what {
            InspectionKind::Link(url) => Some(url),
            _ => None,
        }
    }

    /// The document inside, where it is looked at as one, and the filter that gives it.
    pub fn inside(&self) -> Option<(Document, &'static str)> {
        let face = self.face()?;
        match &face.look.what {
            InspectionKind::Json(document) if face.look.decoded => Some((document.clone(), "@base64d | fromjson")),
            InspectionKind::Json(document) => Some((document.clone(), "fromjson")),
            _ => None,
        }
    }

    /// Scrolls what is on screen.
    pub fn step(&mut self, step: Move, screen: Rect) {
        let size = size(screen);
        let at = self.at;
        let Some(face) = self.faces.as_mut().and_then(|faces| faces.get_mut(at)) else { return };
        match (&mut face.pane, &face.look.what) {
            (Pane::Text(text), _) => text.step(step, size),
            (Pane::Dump(top), InspectionKind::Bytes(bytes, _)) => {
                let (rows, height) = (bytes.len().div_ceil(across(size.width)), usize::from(size.height));
                let by = match step.in_rows(height) {
                    Move::By(by) | Move::Pages(by) | Move::Halves(by) => by,
                    Move::Top => isize::MIN,
                    Move::Bottom => isize::MAX,
                };
                top.scroll(by, rows, height);
            }
            _ => {}
        }
    }

    /// Makes what is seen fit a screen of another size.
    pub fn fit(&mut self, screen: Rect) {
        for face in self.faces.iter_mut().flatten() {
            if let Pane::Text(text) = &mut face.pane {
                text.fit(size(screen));
            }
        }
        self.step(Move::By(0), screen);
    }
}

impl Component for Inspect {
    fn context(&self) -> Context {
        Context::Inspect
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        match action {
            Action::NextDisplay | Action::PreviousDisplay => Availability::here(self.has_others()),
            Action::ExploreText => Availability::here(self.inside().is_some()),
            Action::OpenLink => Availability::here(self.link().is_some()),
            Action::Save => Availability::here(self.face().is_some()),
            Action::Copy => Availability::when(
                self.face().is_some_and(Face::can_be_copied),
                "Binary data cannot be copied; save it to a file.",
            ),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::NextDisplay => self.turn(1),
            Action::PreviousDisplay => self.turn(-1),
            Action::ExploreText => {
                if let Some((document, filter)) = self.inside() {
                    cx.close();
                    cx.send(PushDocument { filter: format!("{} | {filter}", self.path), count: 1, document });
                }
            }
            Action::OpenLink => self.link().cloned().into_iter().for_each(|url| ask_to_open(url, cx)),
            Action::Save => {
                if let Some((name, bytes)) = self.face().map(Face::saved) {
                    cx.send(SaveFile { name: name.to_owned(), bytes });
                }
            }
            Action::Copy => {
                if let Some((text, what)) = self.face().and_then(Face::copied) {
                    cx.send(CopyText { text, what: what.to_owned() });
                }
            }
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Step(step) => self.step(*step, cx.screen),
            Input::Scroll(_, rows) => self.step(Move::By(*rows), cx.screen),
            Input::Click(Target::Entry(at)) => self.choose(*at),
            Input::Click(_) | Input::Typed(_) => {}
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let Inspected(result) = message.take()?;
        cx.jobs.finish(InspectValue::SLOT);
        match result {
            Ok(faces) => {
                self.faces = Some(faces);
                self.fit(cx.screen);
            }
            Err(fault) => {
                cx.close();
                cx.say(Level::Problem, fault.to_string());
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
        cx.cancel(InspectValue::SLOT);
    }
}

impl Inspect {}

/// Asks whether a link is to be opened whose address a stranger chose: the host is named before anything opens.
pub(in crate::tui) fn ask_to_open(url: Url, cx: &mut Cx) {
    let shown = |text: &str| Untrusted::from(text).to_string();
    let mut lines = vec![
        format!("Open {} in the browser?", shown(url.host_str().unwrap_or_default())),
        String::new(),
        shown(url.as_str()),
    ];
    if !cx.browser_is_local {
        lines.push(String::new());
        lines.push("The browser would open on the machine that jackfield runs on.".to_owned());
    }
    let title = "Open a link".to_owned();
    cx.send(Ask { title, lines, yes: "open it".into(), then: Message::new(OpenInBrowser(url)) });
}

/// Reason why a value cannot be inspected; none where it can.
pub fn why_not(document: &Document, node: NodeId) -> Option<&'static str> {
    if json::can_inspect(document, node) {
        return None;
    }
    Some(match document.kind(node) {
        NodeKind::Object | NodeKind::Array => "Objects and arrays are shown already. Select a text or a timestamp.",
        NodeKind::Number => "This number does not look like a timestamp.",
        _ => "Nothing more to show for this value.",
    })
}

/// Bytes in a row of a dump of this width, in columns.
pub fn across(width: u16) -> usize {
    let needed = |bytes: usize| 11 + bytes * 4;
    [ACROSS, ACROSS / 2].into_iter().find(|bytes| needed(*bytes) <= usize::from(width)).unwrap_or(ACROSS / 4)
}

/// The room below the names of the ways to look.
pub fn size(screen: Rect) -> Size {
    layout::looks(screen).1.as_size()
}
