//! Files of this program, and the variables it reads.

use std::path::PathBuf;

use crate::flow::log;
use crate::profile::{ANSWERS, FILE_ANSWERS, Home};
use crate::settings::{FILE, ScreenReference};

/// Folder that a file lies in.
#[derive(Clone, Copy)]
enum Folder {
    Config,
    State,
}

/// A file of ours.
pub(super) struct OwnFile {
    /// Name in lists.
    pub(super) what: &'static str,
    /// Contents.
    pub(super) about: &'static str,
    folder: Folder,
    name: &'static str,
}

impl OwnFile {
    /// Path of the file in this home.
    pub(super) fn path(&self, home: &Home) -> PathBuf {
        match self.folder {
            Folder::Config => home.config.join(self.name),
            Folder::State => home.state.join(self.name),
        }
    }

    /// Path with the folders of most systems.
    pub(super) fn usual_path(&self) -> String {
        let folder = match self.folder {
            Folder::Config => "~/.config/jackfield",
            Folder::State => "~/.local/state/jackfield",
        };
        format!("{folder}/{}", self.name)
    }
}

/// Every file of ours.
pub(super) fn own_files(screen: &ScreenReference) -> [OwnFile; 16] {
    let file = |what, folder, name, about| OwnFile { what, about, folder, name };
    [
        file("settings", Folder::Config, FILE, "your settings; jackfield only reads it"),
        file("profiles", Folder::Config, "profiles.toml", "saved environments without their secrets"),
        file(
            "providers",
            Folder::Config,
            crate::provider::FOLDER,
            "your own calls that ask a provider who an account is",
        ),
        file(
            "modifiers",
            Folder::Config,
            crate::modifier::FILE,
            "your filters over inputs and results of tools; those of a project lie in its .jackfield folder",
        ),
        file(
            "contracts",
            Folder::Config,
            crate::contract::FOLDER,
            "your own tools, one file each (jackfield contracts)",
        ),
        file("session", Folder::State, screen.session_file, "where you were, for the next start"),
        file(
            "journal",
            Folder::State,
            "journal",
            "past calls and notes on them, the audit, runs of agents, presets, favourite tools, proofs of who accounts are, snapshots of environments, \
             without credentials (SQLite)",
        ),
        file(
            "local",
            Folder::State,
            "local",
            "your own environment: connections.toml, which you may edit, accounts.sqlite, and without a keychain vault.age",
        ),
        file("jq-history", Folder::State, screen.jq_history_file, "the last 200 jq filters, without credentials"),
        file("filters", Folder::State, screen.filters_file, "filters that you saved"),
        file(
            "drafts",
            Folder::State,
            screen.drafts_file,
            "input and messages to the agent that were not sent, without credentials, for 30 days",
        ),
        file("env-answers", Folder::State, ANSWERS, "the .env files you accepted or refused: folder and URL"),
        file(
            "file-answers",
            Folder::State,
            FILE_ANSWERS,
            "the contracts and modifiers of projects that you agreed to or refused: the files and their texts",
        ),
        file("texts", Folder::State, "texts", "a text that is open in your editor or pager right now"),
        file(
            "approval",
            Folder::State,
            "approval.sock",
            "where serve asks the full-screen program to allow a call; beside it approval.lock",
        ),
        file("log", Folder::State, log::FILE, "the log, if --log or the settings ask for one"),
    ]
}

/// Every variable that is read, and what it does.
pub(super) const VARIABLES: [(&str, &str); 25] = [
    ("SCALEKIT_ENVIRONMENT_URL", "URL of the environment. All three SCALEKIT_ variables or none."),
    ("SCALEKIT_CLIENT_ID", "Client id, skc_…"),
    ("SCALEKIT_CLIENT_SECRET", "Client secret. Child processes do not inherit it."),
    ("JACKFIELD_HOME", "Folder for all files of jackfield, instead of the usual places."),
    ("JACKFIELD_SANDBOX_STATE", "File that the embedded sandbox is kept in, as with --sandbox-state."),
    (
        "JACKFIELD_SANDBOX_CLIENT_SECRET",
        "Client secret of jackfield sandbox, as with --client-secret. Child processes do not inherit it.",
    ),
    (
        "JACKFIELD_SANDBOX_WEBHOOK_SECRET",
        "Secret that jackfield sandbox signs webhooks with, as with --webhook-secret. Child processes do not inherit it.",
    ),
    (
        "JACKFIELD_VAULT_PASSPHRASE_FILE",
        "File with the passphrase of the vault that keeps the secrets of your own environment without a keychain.",
    ),
    ("JACKFIELD_MODE", "Mode (read, ask or free) that environments are opened in, unless theirs is stricter."),
    ("JACKFIELD_SERVE_TOKEN", "Token that clients of serve mcp --http bring. Child processes do not inherit it."),
    (
        "ANTHROPIC_API_KEY",
        "Key for the models of jackfield agent. It goes to the server of ANTHROPIC_BASE_URL and to no other; child \
         processes do not inherit it.",
    ),
    ("ANTHROPIC_AUTH_TOKEN", "The same as a bearer token, where there is no key."),
    ("ANTHROPIC_BASE_URL", "Server of the models, instead of the vendor's: https://, or http:// on this machine."),
    ("HTTPS_PROXY", "Proxy for requests; ALL_PROXY if it is not set."),
    ("ALL_PROXY", "Proxy for requests: http://, https://, socks5:// or socks5h://."),
    ("NO_PROXY", "Hosts that are reached without a proxy."),
    ("SSL_CERT_FILE", "Certificates to trust instead of the system's, as a PEM file (Linux)."),
    ("SSL_CERT_DIR", "The same as a folder (Linux)."),
    ("BROWSER", "Browser to open links with."),
    ("VISUAL", "Editor for long texts; EDITOR if it is not set."),
    ("EDITOR", "Editor for long texts."),
    ("PAGER", "Pager for results."),
    ("NO_COLOR", "No colors, if set. --color always overrides it for commands."),
    ("COLORFGBG", "Tells whether the terminal is light or dark; COLORTERM=truecolor gives finer colors."),
    ("TZ", "Time zone of the times shown."),
];
