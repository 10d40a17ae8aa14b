//! A part of the screen that can have the keyboard: a screen, or a popup over it.

use std::any::Any;
use std::time::Duration;

use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::typed::{Line, Typed};
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};

/// Everything the shell knows of a feature. State changes only here, without I/O; what has to be done outside is
/// asked of [`Cx`].
pub trait Component: Any {
    /// Place of the keyboard while this has it. It gives the rows of the action table that may apply.
    fn context(&self) -> Context;

    /// Whether one of these rows applies now. An action that this does not know is [`Availability::NotHere`]; the
    /// shell is asked next. Asked for each hint in each frame: allocates nothing and reads no long text.
    fn availability(&self, action: Action, cx: &Cx) -> Availability;

    /// Carries out an action that applies.
    fn act(&mut self, action: Action, cx: &mut Cx);

    /// Takes what is typed, clicked and scrolled.
    fn input(&mut self, _input: &Input, _cx: &mut Cx) {}

    /// One-line field that has the keyboard; none where texts of any length are typed, or nothing is.
    fn line(&self) -> Option<Line> {
        None
    }

    /// Takes a message, or gives it back if it is for somebody else.
    ///
    /// # Errors
    /// The message, for whoever understands it.
    fn receive(&mut self, message: Message, _cx: &mut Cx) -> Result<(), Message> {
        Err(message)
    }

    /// Fits what is shown into its place: all of the terminal for a popup, what lies between header and footer for a
    /// screen. Called when it opens and after every event, before anything is drawn; sizes are told here and nowhere
    /// else.
    fn layout(&mut self, _body: Body, _cx: &Cx) {}

    /// Lets what stands beside the cursor follow it, and asks for what has to be read for that. Called after every
    /// event, while this is on screen.
    fn settle(&mut self, _cx: &mut Cx) {}

    /// Draws itself and all that lies within its place.
    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx);

    /// Reason against ending the program now, such as text that was typed and not sent yet.
    fn holds_back_quit(&self, _cx: &Cx) -> Option<&'static str> {
        None
    }

    /// Time until something here moves by itself; none while nothing does.
    fn wakes_in(&self, _cx: &Cx) -> Option<Duration> {
        None
    }

    /// Ends what it has begun, once it was left by the way back.
    fn close(&mut self, _cx: &mut Cx) {}
}

/// Input to a component beside actions.
#[derive(Debug)]
pub enum Input {
    /// Key or pasted text, where letters are text.
    Typed(Typed),
    /// A step of the cursor.
    Step(Move),
    /// A click on something that it drew.
    Click(Target),
    /// Turns of the wheel over something that it drew, in rows; negative is up.
    Scroll(Target, isize),
}

impl Input {
    /// Moves the cursor of a popup that is a list of `rows` rows, of which `height` are shown.
    pub fn move_in_list(&self, cursor: &mut Cursor, rows: usize, height: usize) {
        match self {
            Self::Step(step) => cursor.step(*step, rows, height),
            Self::Scroll(_, by) => cursor.step(Move::By(*by), rows, height),
            Self::Click(Target::Entry(row)) => cursor.row = *row,
            Self::Click(_) | Self::Typed(_) => {}
        }
    }
}

impl dyn Component {
    /// The component as what it is, if it is a `T`.
    pub fn downcast_ref<T: Component>(&self) -> Option<&T> {
        (self as &dyn Any).downcast_ref()
    }

    /// The component as what it is, to be changed.
    pub fn downcast_mut<T: Component>(&mut self) -> Option<&mut T> {
        (self as &mut dyn Any).downcast_mut()
    }
}
