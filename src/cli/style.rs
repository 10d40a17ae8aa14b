//! Colours and glyphs, on a terminal alone.

use std::io::{self, IsTerminal as _};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use strum::{IntoStaticStr, VariantArray};

use crate::domain::{CredentialOutcome, Status};
use crate::journal::CallOutcome;

/// When colours and glyphs are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub(super) enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` or `TERM` says otherwise.
    #[default]
    Auto,
    Always,
    Never,
}

impl ColorWhen {
    pub(super) const ALL: &'static [Self] = Self::VARIANTS;

    /// Word on the command line.
    pub(super) fn word(self) -> &'static str {
        self.into()
    }

    /// True if standard output takes colours.
    pub(super) fn on_output(self) -> bool {
        self.says().unwrap_or_else(|| AutoStream::choice(&io::stdout()) != ColorChoice::Never)
    }

    /// True if standard error takes colours.
    pub(super) fn on_error(self) -> bool {
        self.says().unwrap_or_else(|| AutoStream::choice(&io::stderr()) != ColorChoice::Never)
    }

    fn says(self) -> Option<bool> {
        match self {
            Self::Auto => None,
            Self::Always => Some(true),
            Self::Never => Some(false),
        }
    }
}

/// True if a person reads standard output.
pub(super) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Style of what is proven.
pub(super) const GOOD: Style = AnsiColor::Green.on_default();

/// Style of what calls for a second look.
pub(super) const WARN: Style = AnsiColor::Yellow.on_default();
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(super) const MUTED: Style = Style::new().dimmed();
/// The head line of a table.
pub(super) const HEAD: Style = Style::new().bold();

/// Glyph and style of a status, the same glyphs as on the screen.
pub(super) fn status(status: &Status) -> (&'static str, Style) {
    match status {
        Status::Active => ("●", GOOD),
        Status::Expired | Status::KeyRefused => ("✖", BAD),
        Status::PendingAuth | Status::PendingVerification => ("◐", WARN),
        Status::Disconnected => ("◌", MUTED),
        Status::Unspecified | Status::Other(_) => ("?", WARN),
    }
}

/// The same of what came of a call.
pub(super) fn outcome(outcome: CallOutcome) -> (&'static str, Style) {
    match outcome {
        CallOutcome::Running => ("◐", WARN),
        CallOutcome::Succeeded => ("●", GOOD),
        CallOutcome::Reported => ("▲", WARN),
        CallOutcome::Failed => ("✖", BAD),
        CallOutcome::Stopped => ("◌", MUTED),
        CallOutcome::Unknown => ("?", WARN),
    }
}

/// The same of what came of a use of a credential.
pub(super) fn credential_outcome(outcome: CredentialOutcome) -> (&'static str, Style) {
    match outcome {
        CredentialOutcome::Success => ("●", GOOD),
        CredentialOutcome::Denied | CredentialOutcome::Failure => ("✖", BAD),
        CredentialOutcome::NotGranted => ("◐", WARN),
        CredentialOutcome::Unknown => ("?", WARN),
    }
}

/// Text in a style, where `on`.
pub(super) fn painted(text: &str, style: Style, on: bool) -> String {
    if on { format!("{style}{text}{style:#}") } else { text.to_owned() }
}
