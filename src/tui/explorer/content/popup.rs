//! Popup: a resource, or the messages of a prompt, to read.

use ratatui::layout::{Rect, Size};
use ratatui::text::Span;

use crate::domain::{Fault, ServerAccount};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::explorer::actions as explorer;
use crate::tui::explorer::content::ContentView;
use crate::tui::explorer::content::actions::{self as content, PartOpening};
use crate::tui::explorer::content::tasks::{ContentArrived, ContentRead, ReadContent, Wanted};
use crate::tui::explorer::json_view::JsonView;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::typed::Line;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::card::{self, Card};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;

/// State of the popup.
pub struct ContentPopup {
    whose: ServerAccount,
    wanted: Wanted,
    /// The content, once it is here.
    pub state: ContentState,
    /// A value of it that is explored.
    pub explored: Option<Box<JsonView>>,
    room: Size,
}

/// State of what is read.
pub enum ContentState {
    /// It is on its way.
    Waiting,
    /// It is here.
    Here(ContentView),
    /// It could not be read.
    Failed(Fault),
}

impl ContentPopup {
    /// Reads something with an account, and shows it.
    pub fn open(whose: ServerAccount, wanted: Wanted, cx: &mut Cx) {
        cx.start(ReadContent { whose: whose.clone(), wanted: wanted.clone() });
        let room = Size::default();
        cx.open(Self { whose, wanted, state: ContentState::Waiting, explored: None, room });
    }

    fn title(&self) -> String {
        match &self.wanted {
            Wanted::Resource(uri) => uri.to_string(),
            Wanted::Prompt(name, _) => format!("Prompt {name}"),
        }
    }

    /// Name for files, without ending.
    fn name(&self) -> String {
        let raw = match &self.wanted {
            Wanted::Resource(uri) => uri.raw(),
            Wanted::Prompt(name, _) => name.raw(),
        };
        let last = raw.split(['/', ':', '?', '#']).rfind(|part| !part.is_empty()).unwrap_or("resource");
        let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
        let plain = |c: char| if c.is_ascii_alphanumeric() || "-_".contains(c) { c } else { '-' };
        let name: String = stem.chars().take(60).map(plain).collect();
        if name.trim_matches('-').is_empty() { "resource".to_owned() } else { name }
    }

    fn view(&self) -> Option<&ContentView> {
        match &self.state {
            ContentState::Here(view) => Some(view),
            ContentState::Waiting | ContentState::Failed(_) => None,
        }
    }

    fn arrived(&mut self, ContentArrived(result): ContentArrived, cx: &mut Cx) {
        cx.jobs.finish(ReadContent::SLOT);
        let name = self.name();
        self.state = match result {
            Ok(ContentRead::Resource(contents)) => ContentState::Here(ContentView::of_resource(contents, &name)),
            Ok(ContentRead::Prompt(messages)) => ContentState::Here(ContentView::of_messages(&messages, &name)),
            Err(fault) => ContentState::Failed(fault),
        };
    }

    fn open_part(&mut self, cx: &mut Cx) {
        match self.view().and_then(content::open) {
            Some(PartOpening::Explore(_, document)) => {
                self.explored = Some(Box::new(JsonView::new(document).named(&self.name())));
            }
            Some(PartOpening::Read(uri)) => Self::open(self.whose.clone(), Wanted::Resource(uri), cx),
            None => {}
        }
    }

    fn again(&mut self, cx: &mut Cx) {
        self.state = ContentState::Waiting;
        cx.start(ReadContent { whose: self.whose.clone(), wanted: self.wanted.clone() });
    }
}

/// Place of the popup: all but the edge of the terminal.
fn place(screen: Rect) -> Rect {
    let above = Rect { height: screen.height.saturating_sub(1), ..screen };
    pane::centred(above, above.width.saturating_sub(4), above.height.saturating_sub(2))
}

impl Component for ContentPopup {
    fn context(&self) -> Context {
        match &self.explored {
            Some(view) if view.find.input.typing => Context::Find,
            Some(_) => Context::Entry,
            None => Context::Content,
        }
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        if let Some(view) = &self.explored {
            return match action {
                Action::Back => Availability::Yes,
                action => explorer::availability(Some(view), action),
            };
        }
        match (action, self.view()) {
            (Action::Refresh, _) => Availability::when(!cx.is_running(ReadContent::SLOT), "It is being read already."),
            (action, Some(view)) => content::availability(view, action),
            (_, None) => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        if let Some(view) = &mut self.explored {
            match action {
                Action::Back if !explorer::back(view, cx) => self.explored = None,
                Action::Back => {}
                action => explorer::act(view, action, cx),
            }
            return;
        }
        match action {
            Action::Refresh => self.again(cx),
            Action::OpenPart => self.open_part(cx),
            action => {
                if let Some(view) = self.view() {
                    content::act(view, action, cx);
                }
            }
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match (&mut self.explored, &mut self.state) {
            (Some(view), _) => explorer::input(view, input, cx),
            (None, ContentState::Here(view)) => content::input(view, input),
            (None, ContentState::Waiting | ContentState::Failed(_)) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        let view = self.explored.as_ref().filter(|view| view.find.input.typing)?;
        Some(view.find.input.capacity())
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let taken = message.take().map(|arrived: ContentArrived| self.arrived(arrived, cx));
        let taken = taken.or_else(|message| content::receive(message, cx));
        taken.or_else(|message| match &mut self.explored {
            Some(view) => explorer::receive(Some(view), message, cx),
            None => Err(message),
        })
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        let area = place(body.area);
        self.room = Size::new(area.width.saturating_sub(2), area.height.saturating_sub(2));
        if let ContentState::Here(view) = &mut self.state {
            view.fit(self.room);
        }
        if let Some(view) = &mut self.explored {
            view.fit(self.room);
        }
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        let theme = &cx.theme;
        let area = place(cx.screen);
        canvas.clear(area);
        canvas.hit(area, Target::Popup);
        let room = usize::from(area.width.saturating_sub(6));
        let mut title: Vec<Span<'_>> = vec![text::fit(&self.title(), room).into_owned().into()];
        let mut foot = String::new();
        if let Some(view) = &self.explored {
            title.extend(view.find_spans(theme, pane::room_for_typing(area)));
            foot = text::fit(&view.path(), room).into_owned();
        } else if let Some(view) = self.view() {
            foot = view.place();
        }
        let ServerAccount { connection, identifier, .. } = &self.whose;
        let whom = text::fit(&format!("{connection} as {identifier}"), room / 2).into_owned();
        let foot = if foot.is_empty() { Vec::new() } else { vec![Span::styled(foot, theme.muted)] };
        let titles = Titles { title, foot, note: vec![Span::styled(whom, theme.muted)], ..Titles::default() };
        let inner = pane::framed(canvas, area, true, titles);
        match (&self.explored, &self.state) {
            (Some(view), _) => view.draw(canvas, inner, true),
            (None, ContentState::Here(view)) => view.draw(canvas, inner, true),
            (None, ContentState::Waiting) => card::draw(canvas, inner, &Card::waiting("Reading", cx.now.uptime)),
            (None, ContentState::Failed(fault)) => {
                card::draw(canvas, inner, &Card::fault(fault, Some(Action::Refresh)));
            }
        }
    }

    fn close(&mut self, cx: &mut Cx) {
        cx.cancel(ReadContent::SLOT);
    }
}
