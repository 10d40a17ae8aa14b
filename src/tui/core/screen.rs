//! What a screen can do beside what every component can.

use crate::domain::Identifier;
use crate::tui::core::component::Component;
use crate::tui::core::cx::Cx;
use crate::tui::core::environment::EnvironmentCard;
use crate::tui::runtime::session_file::Memory;

/// One of the four screens.
pub trait Screen: Component {
    /// Identifier as whom everything on this screen acts.
    fn acting_as<'a>(&'a self, cx: &'a Cx) -> Option<&'a Identifier> {
        cx.acting_as.as_ref()
    }

    /// It is shown from now on.
    fn enter(&mut self, _cx: &mut Cx) {}

    /// An environment is open from now on.
    fn environment_opened(&mut self, _card: &EnvironmentCard, _cx: &mut Cx) {}

    /// The environment is left: everything of it goes, but not what somebody typed. Its jobs are cancelled already.
    fn environment_left(&mut self, _cx: &mut Cx) {}

    /// Notes what the next run of the program should know.
    fn remember(&self, _session: &mut Memory, _cx: &Cx) {}

    /// Goes back to where the person was in this environment in an earlier run.
    fn restore(&mut self, _session: &Memory, _cx: &mut Cx) {}
}
