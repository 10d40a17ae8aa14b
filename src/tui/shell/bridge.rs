//! For features that are no components yet.

use crate::tui::accounts::perform as accounts;
use crate::tui::core::component::Component as _;
use crate::tui::core::cx::Cx;
use crate::tui::core::effect::Effect;
use crate::tui::core::message::Message;
use crate::tui::core::toast::Level;
use crate::tui::explorer::actions as explorer;
use crate::tui::explorer::json_view::JsonView;
use crate::tui::input::tabs::Tab;
use crate::tui::shell::desktop::tasks::OpenBrowser;
use crate::tui::shell::model::Model;
use crate::tui::shell::perform;
use crate::tui::tools::blocked::Blocked;

impl Model {
    /// Does something with the JSON on screen, if there is any.
    pub fn in_explorer(&mut self, work: impl FnOnce(&mut JsonView, &mut Cx)) {
        let view = match self.cx.tab {
            Tab::Activity => self.activity.view_mut(),
            Tab::Accounts | Tab::Tools | Tab::Playground => None,
        };
        if let Some(view) = view {
            work(view, &mut self.cx);
        }
    }

    /// For features that are no components yet.
    pub(super) fn deliver_elsewhere(&mut self, message: Message) -> Result<Vec<Effect>, Message> {
        use crate::tui::core::messages as m;
        let message = match message.take::<m::CallBlocked>() {
            Ok(call) => {
                self.cx.open(Blocked::from(call));
                return Ok(Vec::new());
            }
            Err(other) => other,
        };
        let message = match message.take::<m::EnvironmentOpened>() {
            Ok(m::EnvironmentOpened) => return Ok(self.environment_opened()),
            Err(other) => other,
        };
        let message = match message.take::<m::LeaveEnvironment>() {
            Ok(m::LeaveEnvironment) => return Ok(self.leave_environment()),
            Err(other) => other,
        };
        let message = match message.take::<m::BrowserOpened>() {
            Ok(m::BrowserOpened(result)) => {
                let uptime = self.cx.now.uptime;
                self.cx.jobs.finish(OpenBrowser::SLOT);
                match (perform::authorize_popup(self), result) {
                    (Some(popup), result) => popup.browser(result, uptime),
                    (None, Err(fault)) => self.cx.say(Level::Problem, fault.to_string()),
                    (None, Ok(())) => {}
                }
                return Ok(Vec::new());
            }
            Err(other) => other,
        };
        let message = match message.take::<m::GoToAccount>() {
            Ok(m::GoToAccount(id)) => {
                self.cx.tab = Tab::Accounts;
                self.accounts.reveal();
                let effects = self.rearrange();
                let height = self.page_height();
                self.accounts.go_to(&self.cx.accounts, &id, height);
                return Ok(effects);
            }
            Err(other) => other,
        };
        let message = match message.take::<m::AuthorizeAccount>() {
            Ok(m::AuthorizeAccount(account)) => return Ok(accounts::authorize_this(self, &account)),
            Err(other) => other,
        };
        let message = match message.take::<m::ConnectAccount>() {
            Ok(m::ConnectAccount { identifier, like }) => {
                return Ok(accounts::ask_for_account(self, identifier.as_ref(), like.as_ref()));
            }
            Err(other) => other,
        };
        let message = match message.take::<m::LoadAccounts>() {
            Ok(m::LoadAccounts) => return Ok(perform::load_accounts(self)),
            Err(other) => other,
        };
        let view = match self.cx.tab {
            Tab::Activity => self.activity.view_mut(),
            Tab::Accounts | Tab::Tools | Tab::Playground => None,
        };
        explorer::receive(view, message, &mut self.cx)
            .or_else(|message| self.desktop.receive(message, &mut self.cx))
            .map(|()| Vec::new())
    }
}
