//! Effects of tools: what a definition declares, or a guess.

use strum::{EnumString, IntoStaticStr};

/// Effect of a tool on the provider's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum ToolEffect {
    /// Looks, and leaves everything as it is.
    Reads,
    /// Creates or changes something.
    Writes,
    /// Takes something away that a person may miss.
    Destroys,
    /// Nobody said, and the name does not tell.
    Unknown,
}

/// Source from which a tool's [`ToolEffect`] is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr)]
pub enum EffectSource {
    /// The definition's annotations say so.
    #[strum(serialize = "declared by the vendor")]
    Declared,
    /// The server that runs it says so, and nobody checks it.
    #[strum(serialize = "declared by the server")]
    Server,
    /// The server that runs it says so, and the person trusts it in that.
    #[strum(serialize = "declared by the server, which you trust")]
    TrustedServer,
    /// The contract that runs it says so.
    #[strum(serialize = "declared by its contract")]
    Contract,
    /// A guess from the HTTP method of the call behind it.
    #[strum(serialize = "a guess from its HTTP method")]
    Method,
    /// The HTTP method of the request itself, which is what is sent.
    #[strum(serialize = "by the rules of HTTP")]
    Protocol,
    /// A guess from the verb in its name.
    #[strum(serialize = "a guess from its name")]
    Name,
}

impl ToolEffect {
    /// All effects, from the most harmless on; last the one that nobody knows.
    pub const ALL: [Self; 4] = [Self::Reads, Self::Writes, Self::Destroys, Self::Unknown];

    /// Our word for it.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl EffectSource {
    /// Whether it is more than a guess.
    pub fn is_known(self) -> bool {
        matches!(self, Self::Declared | Self::TrustedServer | Self::Contract | Self::Protocol)
    }

    /// Source in words that go behind the effect's own.
    pub fn words(self) -> &'static str {
        self.into()
    }
}

/// Words that are hardly ever anything but a verb, and decide wherever they stand; the gravest wins.
const VERBS: [(ToolEffect, &[&str]); 3] = [
    (
        ToolEffect::Destroys,
        &["delete", "remove", "archive", "destroy", "purge", "erase", "wipe", "trash", "revoke", "uninstall", "cancel"],
    ),
    (
        ToolEffect::Writes,
        &[
            "create",
            "update",
            "add",
            "send",
            "insert",
            "upsert",
            "edit",
            "modify",
            "move",
            "upload",
            "assign",
            "unassign",
            "invite",
            "publish",
            "unarchive",
            "restore",
            "rename",
            "enable",
            "disable",
            "submit",
            "append",
            "replace",
            "close",
            "reopen",
            "mark",
        ],
    ),
    (
        ToolEffect::Reads,
        &["get", "list", "search", "fetch", "find", "read", "retrieve", "lookup", "describe", "query", "download"],
    ),
];

/// Words that are as often a noun; they count only when no plain verb stands in the name.
const VERBS_OR_NOUNS: [(ToolEffect, &[&str]); 3] = [
    (ToolEffect::Destroys, &["clear", "reset", "drop"]),
    (
        ToolEffect::Writes,
        &[
            "set", "post", "reply", "run", "execute", "start", "stop", "merge", "copy", "share", "import", "generate",
            "schedule", "save", "write", "change",
        ],
    ),
    (ToolEffect::Reads, &["check", "view", "count", "validate", "export", "browse", "show"]),
];

impl ToolEffect {
    /// Guess from the verb in a tool's name.
    pub fn from_name(name: &str) -> Self {
        let words = words(name);
        let verb = |words: &[String]| {
            let found = |verbs: &[&str]| words.iter().any(|word| verbs.contains(&word.as_str()));
            VERBS.iter().chain(&VERBS_OR_NOUNS).find(|(_, verbs)| found(verbs)).map(|(effect, _)| *effect)
        };
        // The first word mostly names the provider.
        words.get(1..).and_then(verb).or_else(|| verb(&words)).unwrap_or(Self::Unknown)
    }
}

/// The words of `linear_issue_create`, `fetch-docs` or `createIssue`, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        let starts = !c.is_alphanumeric() || (c.is_uppercase() && before.is_lowercase());
        if starts && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verb_in_the_name_tells() {
        let cases = [
            ("linear_issue_create", ToolEffect::Writes),
            ("trello_list_create", ToolEffect::Writes),
            ("gmail_fetch_mails", ToolEffect::Reads),
            ("twitter_get_post", ToolEffect::Reads),
            ("twitter_post", ToolEffect::Writes),
            ("asana_task_delete", ToolEffect::Destroys),
            ("c-myapifymcp_fetch-apify-docs", ToolEffect::Reads),
            ("c-jira_deleteIssue", ToolEffect::Destroys),
            ("gitlab_merge_request_get", ToolEffect::Reads),
            ("search", ToolEffect::Reads),
            ("send_email", ToolEffect::Writes),
            ("get_list_item_delete", ToolEffect::Destroys),
            ("acme_frobnicate", ToolEffect::Unknown),
            ("", ToolEffect::Unknown),
        ];
        for (name, expected) in cases {
            assert_eq!(ToolEffect::from_name(name), expected, "{name}");
        }
    }
}
