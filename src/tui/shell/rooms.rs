//! The components that stand on screen, and what they ask of the shell.

use std::any::Any;

use crate::tui::core::component::Component;
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::effect::Effect;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::screen::Screen;
use crate::tui::input::tabs::Tab;
use crate::tui::shell::model::Model;
use crate::tui::shell::perform;
use crate::tui::shell::popup::Popup;

impl Model {
    /// The screens in the order of their tabs.
    pub fn screens(&self) -> [Option<&dyn Screen>; 4] {
        [None, Some(&self.tools), Some(&self.playground), Some(&self.activity)]
    }

    fn screens_mut(&mut self) -> ([Option<&mut dyn Screen>; 4], &mut Cx) {
        let Self { tools, playground, activity, cx, .. } = self;
        ([None, Some(tools), Some(playground), Some(activity)], cx)
    }

    /// The screen that is shown.
    pub fn screen(&self) -> Option<&dyn Screen> {
        self.screens().into_iter().nth(self.cx.tab as usize).flatten()
    }

    /// Does something with it.
    fn in_screen<T>(&mut self, work: impl FnOnce(&mut dyn Screen, &mut Cx) -> T) -> Option<T> {
        let tab = self.cx.tab as usize;
        let (screens, cx) = self.screens_mut();
        screens.into_iter().nth(tab).flatten().map(|screen| work(screen, cx))
    }

    /// The component that has the keyboard.
    pub fn room(&self) -> Option<&dyn Component> {
        match self.popups.last() {
            Some(Popup::Room(room)) => Some(room.as_ref()),
            Some(_) => None,
            None => self.screen().map(|screen| screen as &dyn Component),
        }
    }

    /// Does something with it.
    pub fn in_room<T>(&mut self, work: impl FnOnce(&mut dyn Component, &mut Cx) -> T) -> Option<T> {
        match self.popups.last_mut() {
            Some(Popup::Room(room)) => Some(work(room.as_mut(), &mut self.cx)),
            Some(_) => None,
            None => self.in_screen(|screen, cx| work(screen, cx)),
        }
    }

    /// Every component that is seen, those that lie on top first.
    pub fn rooms(&self) -> impl Iterator<Item = &dyn Component> {
        let popups = self.popups.iter().rev().filter_map(|popup| match popup {
            Popup::Room(room) => Some(room.as_ref()),
            _ => None,
        });
        popups.chain(self.screen().map(|screen| screen as &dyn Component))
    }

    /// Lets the screen follow its cursor.
    pub fn settle(&mut self) {
        self.in_screen(|screen, cx| screen.settle(cx));
    }

    /// Shows a screen.
    fn enter(&mut self, tab: Tab) {
        self.cx.tab = tab;
        self.in_screen(|screen, cx| screen.enter(cx));
    }

    /// Tells everybody where the keyboard is.
    pub fn note_place(&mut self) {
        self.cx.contexts = self.contexts();
        self.cx.is_covered = !self.popups.is_empty();
    }

    /// Fits everything into the terminal as it is now.
    pub fn lay_out(&mut self) {
        let (whole, body) = (self.whole(), self.cx.body());
        let (screens, cx) = self.screens_mut();
        screens.into_iter().flatten().for_each(|screen| screen.layout(body, cx));
        for popup in &mut self.popups {
            if let Popup::Room(room) = popup {
                room.layout(whole, &self.cx);
            }
        }
    }

    fn whole(&self) -> Body {
        Body { area: self.cx.screen, zoomed: false }
    }

    /// Does what the features have asked of the shell, in their order, until nobody asks any more.
    pub fn fulfil(&mut self) -> Vec<Effect> {
        let mut effects = self.cx.take_effects();
        while let Some(request) = self.cx.next_request() {
            match request {
                Request::Open(mut popup) => {
                    popup.layout(self.whole(), &self.cx);
                    self.popups.push(Popup::Room(popup));
                }
                Request::Close => {
                    self.popups.pop();
                }
                Request::CloseType(id) => {
                    let is_it = |room: &dyn Component| (room as &dyn Any).type_id() == id;
                    self.popups.retain(|popup| !matches!(popup, Popup::Room(room) if is_it(room.as_ref())));
                }
                Request::CloseAll => self.popups.clear(),
                Request::Send(message) => effects.extend(self.deliver(message)),
                Request::Do(action) => effects.extend(perform::attempt(self, std::iter::once(action))),
                Request::Show(tab) => self.enter(tab),
            }
            self.note_place();
            effects.extend(self.cx.take_effects());
        }
        effects
    }

    /// Gives a message to whoever understands it: popups from the top down, then the screens, then the shell.
    /// A message that nobody understands any more is dropped: its popup is gone.
    pub fn deliver(&mut self, mut message: Message) -> Vec<Effect> {
        for popup in self.popups.iter_mut().rev() {
            if let Popup::Room(room) = popup {
                match room.receive(message, &mut self.cx) {
                    Ok(()) => return Vec::new(),
                    Err(other) => message = other,
                }
            }
        }
        let (screens, cx) = self.screens_mut();
        for screen in screens.into_iter().flatten() {
            match screen.receive(message, cx) {
                Ok(()) => return Vec::new(),
                Err(other) => message = other,
            }
        }
        match self.opener.receive(message, &mut self.cx) {
            Ok(()) => Vec::new(),
            Err(message) => self.deliver_elsewhere(message).unwrap_or_default(),
        }
    }
}
