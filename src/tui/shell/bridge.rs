//! For features that are no components yet.

use crate::tui::accounts::perform as accounts;
use crate::tui::core::cx::Cx;
use crate::tui::core::effect::{Effect, Saving, Slot, Task};
use crate::tui::core::message::Message;
use crate::tui::core::toast::Level;
use crate::tui::explorer::actions as explorer;
use crate::tui::explorer::jq::{KeepQuery, QueryKept};
use crate::tui::explorer::json_view::JsonView;
use crate::tui::input::tabs::Tab;
use crate::tui::shell::confirm::Question;
use crate::tui::shell::desktop;
use crate::tui::shell::model::Model;
use crate::tui::shell::perform;
use crate::tui::shell::picker::Picker;
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
        let message = match message.take::<m::Ask>() {
            Ok(ask) => {
                self.cx.open(Question::from(ask));
                return Ok(Vec::new());
            }
            Err(other) => other,
        };
        let message = match message.take::<m::Pick>() {
            Ok(pick) => {
                self.cx.open(Picker::from(pick));
                return Ok(Vec::new());
            }
            Err(other) => other,
        };
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
        let message = match message.take::<m::CopyText>() {
            Ok(m::CopyText { text, what }) => return Ok(desktop::put_on_clipboard(self, text, what)),
            Err(other) => other,
        };
        let message = match message.take::<m::SaveFile>() {
            Ok(m::SaveFile { name, bytes }) => {
                let task = Task::Save(Saving { name, bytes });
                return Ok(vec![self.cx.jobs.start(Slot::Save, task)]);
            }
            Err(other) => other,
        };
        let message = match message.take::<m::OpenInBrowser>() {
            Ok(m::OpenInBrowser(url)) => return Ok(vec![self.cx.jobs.start(Slot::Browser, Task::OpenBrowser(url))]),
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
        let message = match message.take::<QueryKept>() {
            Ok(QueryKept(kept)) => {
                self.cx.jobs.finish(KeepQuery::SLOT);
                if let Err(fault) = kept {
                    self.cx.say(Level::Problem, fault.to_string());
                }
                return Ok(Vec::new());
            }
            Err(other) => other,
        };
        let view = match self.cx.tab {
            Tab::Activity => self.activity.view_mut(),
            Tab::Accounts | Tab::Tools | Tab::Playground => None,
        };
        explorer::receive(view, message, &mut self.cx).map(|()| Vec::new())
    }
}
