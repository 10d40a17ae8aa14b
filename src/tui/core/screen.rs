//! Abilities of a screen beside those of every component.

use crate::domain::Identifier;
use crate::tui::core::component::Component;
use crate::tui::core::cx::Cx;
use crate::tui::core::state::environment::EnvironmentCard;
use crate::tui::core::state::session::Session;

/// One of the screens.
pub trait Screen: Component {
    /// Identifier as whom everything on this screen acts.
    fn acting_as<'a>(&'a self, cx: &'a Cx) -> Option<&'a Identifier> {
        cx.acting_as.as_ref()
    }

    /// Takes note that it is shown from now on.
    fn enter(&mut self, _cx: &mut Cx) {}

    /// Takes note that another one is shown from now on.
    fn leave(&mut self, _cx: &mut Cx) {}

    /// Takes note that an environment is open from now on.
    fn environment_opened(&mut self, _card: &EnvironmentCard, _cx: &mut Cx) {}

    /// Forgets everything of the environment that is left, but not what somebody typed. Its jobs are cancelled
    /// already.
    fn environment_left(&mut self, _cx: &mut Cx) {}

    /// Takes what the person preferred in an earlier run.
    fn prefer(&mut self, _session: &Session) {}

    /// Goes back to where the person was in this environment in an earlier run.
    fn restore(&mut self, _session: &Session) {}

    /// Notes both for the next run; a place only while an environment is open.
    fn remember(&self, _session: &mut Session, _cx: &Cx) {}
}
