//! Popup: something stands in the way of a call, and the ways around it.

mod view;

use crate::flow::account_resolution::able;
use crate::tui::core::component::Component;
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::messages::CallBlocked;
use crate::tui::core::state::environment::NOT_OPEN;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::tools::account_picker::AccountPicker;
use crate::tui::widgets::canvas::Canvas;

/// Popup: something in the way of a call.
pub struct Blocked(CallBlocked);

impl From<CallBlocked> for Blocked {
    fn from(call: CallBlocked) -> Self {
        Self(call)
    }
}

impl Component for Blocked {
    fn context(&self) -> Context {
        Context::BlockedCall
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        let is_open = cx.environment.open().is_some();
        match action {
            Action::ChoosePerson if !is_open => Availability::No(NOT_OPEN.into()),
            Action::ChoosePerson => Availability::here(self.0.tool.is_some()),
            Action::ApplyFix => match &self.0.fix {
                Some(fix) if is_open => {
                    let refused = cx.environment.refuses_writes().filter(|_| fix.writes());
                    Availability::unless(refused.map(Into::into))
                }
                _ => Availability::NotHere,
            },
            Action::Override => Availability::here(self.0.overriding.is_some()),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        cx.close();
        match action {
            Action::ChoosePerson => {
                if let Some(tool) = &self.0.tool {
                    let picker = AccountPicker::accounts(tool, able(tool, cx.accounts.all()));
                    cx.open(picker);
                }
            }
            Action::ApplyFix => {
                if let Some(fix) = self.0.fix.take() {
                    fix.apply(cx);
                }
            }
            Action::Override => {
                if let Some(overriding) = self.0.overriding.take() {
                    cx.request(Request::Send(overriding.then));
                }
            }
            _ => {}
        }
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, &self.0);
    }
}
