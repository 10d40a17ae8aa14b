//! Popup: a session token. It is masked, it can be copied, and it is gone when this closes.

mod view;

use std::time::Duration;

use jiff::SignedDuration;

use crate::domain::{AccessLevel, Fault, Identifier, SessionToken, TokenRequest, TokenTarget};
use crate::tui::core::component::Component;
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::messages::CopyText;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::mcp_servers::tasks::{MintToken, TokenMinted};
use crate::tui::widgets::canvas::Canvas;

/// A token before it is minted, while it is, and after that.
pub struct TokenPopup {
    /// Name of the server, safe to show.
    name: String,
    target: TokenTarget,
    identifier: Identifier,
    access: AccessLevel,
    /// The token, or why there is none; none before it was asked for.
    minted: Option<Result<SessionToken, Fault>>,
}

impl TokenPopup {
    /// Asks for the access first: nothing is minted yet.
    pub(super) fn open(name: String, target: TokenTarget, identifier: Identifier, cx: &mut Cx) {
        let access = usual_access(cx);
        cx.open(Self { name, target, identifier, access, minted: None });
    }

    /// The token, while it lives.
    fn token(&self, cx: &Cx) -> Option<&SessionToken> {
        let token = self.minted.as_ref()?.as_ref().ok()?;
        self.left(cx).is_none_or(|left| left.is_positive()).then_some(token)
    }

    /// Time that the token lives on; none where its end is not told.
    fn left(&self, cx: &Cx) -> Option<SignedDuration> {
        let token = self.minted.as_ref()?.as_ref().ok()?;
        Some(token.expires_at?.duration_since(cx.server_now()))
    }

    fn mint(&mut self, cx: &mut Cx) {
        self.minted = None;
        cx.start(MintToken(TokenRequest {
            target: self.target.clone(),
            identifier: self.identifier.clone(),
            lifetime: None,
            access: self.access,
        }));
    }
}

/// Access that is offered first: what the mode permits.
pub(super) fn usual_access(cx: &Cx) -> AccessLevel {
    if cx.environment.refuses_writes().is_some() { AccessLevel::ReadOnly } else { AccessLevel::Full }
}

/// Whether the access may be switched, and if not, why.
pub(super) fn may_switch(cx: &Cx) -> Availability {
    Availability::when(
        cx.environment.refuses_writes().is_none(),
        "This environment is open read-only: only access that reads is given.",
    )
}

/// The other access.
pub(super) fn switched(access: AccessLevel) -> AccessLevel {
    match access {
        AccessLevel::Full => AccessLevel::ReadOnly,
        AccessLevel::ReadOnly => AccessLevel::Full,
    }
}

impl Component for TokenPopup {
    fn context(&self) -> Context {
        Context::SessionToken
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        let is_minting = cx.is_running(MintToken::SLOT);
        match action {
            Action::MintToken if self.token(cx).is_some() => Availability::NotHere,
            Action::MintToken => Availability::when(!is_minting, "It is being minted."),
            Action::SwitchAccess if is_minting || self.token(cx).is_some() => Availability::NotHere,
            Action::SwitchAccess => may_switch(cx),
            Action::Copy => Availability::here(self.token(cx).is_some()),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::MintToken => self.mint(cx),
            Action::SwitchAccess => (self.access, self.minted) = (switched(self.access), None),
            Action::Copy => {
                let text = self.token(cx).map(|token| token.token.expose().to_owned());
                if let Some(text) = text {
                    cx.send(CopyText { text, what: "the session token".to_owned() });
                }
            }
            _ => {}
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let TokenMinted(result) = message.take()?;
        cx.jobs.finish(MintToken::SLOT);
        self.minted = Some(result);
        Ok(())
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn wakes_in(&self, cx: &Cx) -> Option<Duration> {
        self.left(cx).filter(|left| left.is_positive()).map(|_| Duration::from_secs(1))
    }

    fn close(&mut self, cx: &mut Cx) {
        if cx.is_running(MintToken::SLOT) {
            cx.cancel(MintToken::SLOT);
        }
    }
}
