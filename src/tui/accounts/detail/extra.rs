//! Members of an account that the program has no words for.

use indexmap::IndexMap;
use serde_json::value::RawValue;

use crate::domain::{Account, JsonText, Untrusted, pluralize};
use crate::flow::preflight::{ASKED, GRANTED};
use crate::json::{escaped, pretty};

/// Members that have a place and a word of their own.
const KNOWN: [&str; 9] = [
    "id",
    "identifier",
    "provider",
    "connector",
    "connection_id",
    "status",
    "authorization_type",
    "is_org_wide_credential",
    "server",
];

/// The connection's settings for this account. Reference: section 4.1.
const SETTINGS: &str = "api_config";

/// Lines of one member that are kept: a person reads them.
const LINES: usize = 200;

/// Members of an account as it came, each with its text line by line, all safe to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extra {
    /// Settings of the connector, if there are any.
    pub settings: Vec<String>,
    /// Other members, by the wire's names.
    pub others: Vec<(String, Vec<String>)>,
}

impl Extra {
    /// Members of `account` that are not shown elsewhere.
    pub fn of(account: &Account) -> Self {
        let members: IndexMap<String, &RawValue> = serde_json::from_str(account.raw.raw()).unwrap_or_default();
        let mut extra = Self::default();
        for (name, value) in members {
            // A moment has its own place where it could be read, and where there is none.
            let moment = match name.as_str() {
                "token_expires_at" => Some(account.token_expires_at),
                "updated_at" => Some(account.updated_at),
                "last_used_at" => Some(account.last_used_at),
                _ => None,
            };
            let told = moment.is_some_and(|moment| moment.is_some() || value.get().starts_with("\"0001-"));
            let told = told || [ASKED, GRANTED].contains(&name.as_str());
            if KNOWN.contains(&name.as_str()) || told || is_nothing(value) {
                continue;
            }
            let lines = lines(value);
            if name == SETTINGS {
                extra.settings = lines;
            } else {
                extra.others.push((Untrusted::from(name).to_string(), lines));
            }
        }
        extra
    }

    /// Number of lines.
    pub fn len(&self) -> usize {
        self.settings.len() + self.others.iter().map(|(_, lines)| lines.len()).sum::<usize>()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn is_nothing(value: &RawValue) -> bool {
    matches!(value.get(), "null" | "\"\"" | "{}" | "[]")
}

/// A text as it is, a list of texts and numbers on one line, anything else as JSON.
fn lines(value: &RawValue) -> Vec<String> {
    let plain = |value: &RawValue| match serde_json::from_str::<String>(value.get()) {
        Ok(text) => Some(Untrusted::from(text).to_string()),
        Err(_) => (!value.get().starts_with(['{', '['])).then(|| value.get().to_owned()),
    };
    if let Some(text) = plain(value) {
        return vec![text];
    }
    if let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(value.get())
        && let Some(texts) = list.into_iter().map(plain).collect::<Option<Vec<_>>>()
    {
        return vec![texts.join(", ")];
    }
    let Ok(json) = JsonText::parse(value.get().to_owned()) else { return Vec::new() };
    let text = pretty(&json);
    let text = escaped(&text);
    let mut lines: Vec<String> = text.lines().take(LINES).map(str::to_owned).collect();
    let left = text.lines().count().saturating_sub(LINES);
    if left > 0 {
        lines.push(format!("… and {} more", pluralize(left as u64, "line")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::scalekit::words;
    use crate::domain::Status;

    fn extra(json: &str) -> Extra {
        Extra::of(&Account {
            id: "ca_1".into(),
            identifier: "ada".into(),
            connection: "linear".into(),
            connection_id: "conn_1".into(),
            provider: "LINEAR".into(),
            status: Status::Active,
            authorization: words::authorization("OAUTH"),
            token_expires_at: None,
            updated_at: Some(jiff::Timestamp::UNIX_EPOCH),
            last_used_at: None,
            org_wide: false,
            raw: JsonText::parse(json.to_owned()).expect("JSON"),
        })
    }

    #[test]
    fn only_what_has_no_place_of_its_own_is_kept() {
        let extra = extra(
            r#"{"id":"ca_1","status":"ACTIVE","updated_at":"1970-01-01T00:00:00Z","last_used_at":"0001-01-01T00:00:00Z",
            "token_expires_at":"tomorrow","api_config":{"rate":1.10},"scopes":["read","write"],
            "created_at":"2026-01-01T00:00:00Z","empty":null,"deep":[{"a":1}]}"#,
        );
        assert_eq!(extra.settings, ["{", "  \"rate\": 1.10", "}"]);
        let others: Vec<(&str, Vec<&str>)> = extra
            .others
            .iter()
            .map(|(name, lines)| (name.as_str(), lines.iter().map(String::as_str).collect()))
            .collect();
        assert_eq!(
            others,
            [
                ("token_expires_at", vec!["tomorrow"]),
                ("scopes", vec!["read, write"]),
                ("created_at", vec!["2026-01-01T00:00:00Z"]),
                ("deep", vec!["[", "  {", "    \"a\": 1", "  }", "]"]),
            ]
        );
    }

    #[test]
    fn nothing_hostile_comes_through() {
        let extra =
            extra("{\"n\\u001b[2J\":\"\\u202e\",\"o\":{\"\\u009b\":\"\\u001b]0;x\\u0007\",\"p\":\"\u{202e}\"}}");
        let shown = format!("{extra:?}");
        assert!(!shown.chars().any(crate::domain::is_hostile), "{shown}");
        assert_eq!(extra.others.len(), 2);
    }

    #[test]
    fn much_is_cut() {
        let many: Vec<String> = (0..500).map(|n| format!("\"k{n}\":[{{}}]")).collect();
        let extra = extra(&format!("{{\"api_config\":{{{}}}}}", many.join(",")));
        assert_eq!(extra.settings.len(), LINES + 1);
        assert!(extra.settings.last().is_some_and(|line| line.starts_with("… and ")));
    }
}
