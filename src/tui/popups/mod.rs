//! What lies on top of a screen: the state of each popup, one a file.

pub mod as_code;
pub mod authorize;
pub mod chooser;
pub mod confirm;
pub mod credential_field;
pub mod credentials;
pub mod difference;
pub mod env_file;
pub mod environments;
pub mod export;
pub mod help;
pub mod looks;
pub mod messages;
pub mod new_account;
pub mod obstacle;
pub mod palette;
pub mod picker;
pub mod presets;
pub mod profile_form;
pub mod query;
pub mod requests;
pub mod whole_link;

use super::context::Context;

/// One popup.
pub enum Popup {
    /// An authorization being followed.
    Authorize(Box<authorize::Authorize>),
    /// One link, alone.
    WholeLink(whole_link::WholeLink),
    /// What the keys do.
    Help(help::Help),
    /// Everything that was said so far.
    Messages(messages::Messages),
    /// What went over the wire.
    Requests(requests::Requests),
    /// A new account.
    NewAccount(Box<new_account::NewAccount>),
    /// Credentials being typed in.
    Credentials(Box<credentials::CredentialsForm>),
    /// Everything by name.
    Palette(Box<palette::Palette>),
    /// In what two calls differ.
    Difference(Box<difference::Difference>),
    /// Tools as definitions.
    Export(Box<export::Export>),
    /// A call as code.
    AsCode(as_code::AsCode),
    /// The presets of a tool.
    Presets(Box<presets::Presets>),
    /// A jq filter.
    Query(Box<query::Query>),
    /// A value looked at as what it is.
    Looks(Box<looks::Looks>),
    /// A question.
    Confirm(confirm::Confirm),
    /// A person, or an account, to be chosen.
    Chooser(Box<chooser::Chooser>),
    /// A value for a field, or a field for a value.
    Picker(Box<picker::Picker>),
    /// Something in the way of a call.
    Obstacle(Box<obstacle::Obstacle>),
    /// The question about a `.env`.
    EnvFile(Box<env_file::EnvFile>),
    /// What environments can come from.
    Environments(Box<environments::Environments>),
    /// A new profile.
    ProfileForm(Box<profile_form::ProfileForm>),
}

impl Popup {
    /// Where the keyboard is while this one is uppermost.
    pub fn context(&self) -> Context {
        match self {
            Self::Authorize(_) => Context::Authorize,
            Self::WholeLink(_) => Context::WholeLink,
            Self::Help(_) => Context::Help,
            Self::Messages(_) | Self::Requests(_) => Context::Help,
            Self::NewAccount(_) => Context::NewAccount,
            Self::Credentials(_) => Context::Credentials,
            Self::Palette(_) => Context::Palette,
            Self::Confirm(_) => Context::Confirm,
            Self::Chooser(_) => Context::Chooser,
            Self::Picker(_) => Context::Picker,
            Self::Obstacle(_) => Context::Obstacle,
            Self::Difference(_) => Context::Difference,
            Self::Export(_) => Context::Export,
            Self::AsCode(_) => Context::AsCode,
            Self::Presets(popup) if popup.naming.is_some() => Context::PresetName,
            Self::Presets(_) => Context::Presets,
            Self::Query(_) => Context::Query,
            Self::Looks(_) => Context::Looks,
            Self::EnvFile(_) => Context::EnvFile,
            Self::Environments(_) => Context::Environments,
            Self::ProfileForm(_) => Context::ProfileForm,
        }
    }
}
