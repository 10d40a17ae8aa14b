//! What lies on top of a screen: the state of each popup, one a file.

pub use crate::tui::accounts::authorize::state as authorize;
pub use crate::tui::accounts::authorize::whole_link::state as whole_link;
pub use crate::tui::accounts::credentials::field as credential_field;
pub use crate::tui::accounts::credentials::state as credentials;
pub use crate::tui::accounts::new_account::state as new_account;
pub use crate::tui::shell::confirm::state as confirm;

use crate::tui::core::component::Component;
use crate::tui::input::context::Context;

/// One popup.
pub enum Popup {
    /// A popup that is a room of its own.
    Room(Box<dyn Component>),
    /// An authorization being followed.
    Authorize(Box<authorize::Authorize>),
    /// One link, alone.
    WholeLink(whole_link::WholeLink),
    /// A new account.
    NewAccount(Box<new_account::NewAccount>),
    /// Credentials being typed in.
    Credentials(Box<credentials::CredentialsForm>),
    /// A question.
    Confirm(confirm::Confirm),
}

impl Popup {
    /// Where the keyboard is while this one is uppermost.
    pub fn context(&self) -> Context {
        match self {
            Self::Room(room) => room.context(),
            Self::Authorize(_) => Context::Authorize,
            Self::WholeLink(_) => Context::WholeLink,
            Self::NewAccount(_) => Context::NewAccount,
            Self::Credentials(_) => Context::Credentials,
            Self::Confirm(_) => Context::Confirm,
        }
    }
}
