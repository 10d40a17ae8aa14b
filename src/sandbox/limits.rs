//! Limits on request fields. Reference: section 3.1, "Request field limits"; sections 3.2 to 3.6.

use jiff::Timestamp;
use url::Url;

use super::error::RpcError;
use super::params::Params;
use crate::backend::scalekit::wire::error::FieldViolation;

/// The rule for one field. An unset field breaks a rule only where it is required.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    required: bool,
    min: usize,
    max: usize,
    shape: FieldShape,
}

#[derive(Clone, Copy, Debug)]
enum FieldShape {
    Any,
    ConnectionName,
    AccountId,
    WebUrl,
    ProviderKey,
    ServerName,
    DisplayName,
    SecureUrl,
    Moment,
}

pub const CONNECTOR: Rule = Rule { shape: FieldShape::ConnectionName, ..up_to(400) };
pub const CONNECTION_NAMES_ITEM: Rule = CONNECTOR;
pub const IDENTIFIER: Rule = up_to(100);
pub const ACCOUNT_ID: Rule = Rule { shape: FieldShape::AccountId, ..up_to(32) };
pub const ORGANIZATION_ID: Rule = up_to(32);
pub const USER_ID: Rule = up_to(32);
pub const PROVIDER: Rule = up_to(50);
pub const ACCOUNT_QUERY: Rule = up_to(100);
pub const CONNECTION_QUERY: Rule = Rule { min: 3, ..up_to(100) };
pub const ACCOUNT_PAGE_TOKEN: Rule = up_to(100);
pub const STATE: Rule = up_to(512);
pub const USER_VERIFY_URL: Rule = Rule { shape: FieldShape::WebUrl, ..up_to(2048) };
pub const AUTH_REQUEST_ID: Rule = required(up_to(1000));
pub const VERIFY_IDENTIFIER: Rule = required(up_to(200));
pub const TOOL_NAME: Rule = required(up_to(usize::MAX));
pub const EXECUTE_ACCOUNT_ID: Rule = up_to(100);
pub const AGENT_RUN_ID: Rule = up_to(255);
pub const ACCOUNT_SEARCH: Rule = required(Rule { min: 3, ..up_to(200) });
pub const CONNECTION_ID: Rule = up_to(32);
pub const PROVIDER_IDENTIFIER: Rule = Rule { shape: FieldShape::ProviderKey, ..up_to(255) };
pub const TOOL_QUERY: Rule = Rule { min: 3, ..up_to(100) };
pub const TOOL_SEARCH: Rule = required(up_to(256));
pub const EXECUTION_ID: Rule = up_to(64);
pub const LOG_WORD: Rule = up_to(255);
pub const SERVER_NAME: Rule = required(Rule { shape: FieldShape::ServerName, ..up_to(100) });
pub const INSTANCE_NAME: Rule = up_to(100);
pub const SERVER_SEARCH: Rule = up_to(100);
pub const SERVER_URL: Rule = up_to(2048);
pub const SERVER_PERSON: Rule = up_to(255);
pub const SESSION_IDENTIFIER: Rule = required(SERVER_PERSON);
pub const DISPLAY_NAME: Rule = required(Rule { shape: FieldShape::DisplayName, ..up_to(200) });
pub const PROXY_URL: Rule = required(Rule { shape: FieldShape::SecureUrl, ..up_to(2048) });
pub const ICON_SRC: Rule = Rule { shape: FieldShape::SecureUrl, ..up_to(2048) };
pub const METADATA_KEY: Rule = required(Rule { min: 3, ..up_to(25) });
pub const METADATA_VALUE: Rule = required(up_to(256));
pub const MOMENT: Rule = Rule { shape: FieldShape::Moment, ..up_to(64) };

const fn up_to(max: usize) -> Rule {
    Rule { required: false, min: 0, max, shape: FieldShape::Any }
}

/// The same rule for a field that must be set.
pub const fn required(rule: Rule) -> Rule {
    Rule { required: true, ..rule }
}

/// Holds every field against its rule and refuses with all violations at once.
pub fn check<'n, 'v>(fields: impl IntoIterator<Item = (&'n str, Option<&'v str>, Rule)>) -> Result<(), RpcError> {
    let violations: Vec<_> =
        fields.into_iter().filter_map(|(field, value, rule)| rule.violation(field, value)).collect();
    if violations.is_empty() { Ok(()) } else { Err(RpcError::violations(violations)) }
}

/// Fields of a query with their rules.
pub fn of_query<'a>(
    params: &'a Params,
    rules: &'a [(&'static str, Rule)],
) -> impl Iterator<Item = (&'static str, Option<&'a str>, Rule)> {
    rules.iter().map(|(field, rule)| (*field, params.one(field), *rule))
}

impl Rule {
    fn violation(self, field: &str, value: Option<&str>) -> Option<FieldViolation> {
        let broken = |description: String, constraint: &str| {
            Some(FieldViolation { field: field.into(), description, constraint: constraint.into() })
        };
        let value = value.unwrap_or_default();
        let length = value.chars().count();
        match () {
            () if length == 0 && self.required => broken("value is required".into(), "required"),
            () if length == 0 => None,
            () if length < self.min => {
                broken(format!("value length must be at least {} characters", self.min), "string.min_len")
            }
            () if length > self.max => {
                broken(format!("value length must be at most {} characters", self.max), "string.max_len")
            }
            () => {
                self.shape.complaint(value).and_then(|(description, constraint)| broken(description.into(), constraint))
            }
        }
    }
}

impl FieldShape {
    fn complaint(self, value: &str) -> Option<(&'static str, &'static str)> {
        let name_character = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | ' ' | '-');
        match self {
            Self::ConnectionName if !value.chars().all(name_character) => {
                Some(("value does not match regex pattern `^[a-zA-Z0-9_: -]*$`", "string.pattern"))
            }
            Self::AccountId if !value.starts_with("ca_") => Some(("value does not have prefix `ca_`", "string.prefix")),
            // The browser is sent there, so it must also be a URL that can be built upon.
            Self::WebUrl
                if !value.starts_with("http://") && !value.starts_with("https://") || Url::parse(value).is_err() =>
            {
                Some(("value does not match regex pattern `^$|^https?://`", "string.pattern"))
            }
            Self::ProviderKey if !value.chars().all(|c| name_character(c) && c != ' ') => {
                Some(("value does not match regex pattern `^[a-zA-Z0-9_:-]*$`", "string.pattern"))
            }
            Self::ServerName
                if !value.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'_' | b'-')) =>
            {
                Some(("value does not match regex pattern `^[a-z0-9_-]+$`", "string.pattern"))
            }
            Self::DisplayName
                if value.trim().is_empty() || !value.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ') =>
            {
                Some(("value does not match regex pattern `^[a-zA-Z0-9 ]*[a-zA-Z0-9][a-zA-Z0-9 ]*$`", "string.pattern"))
            }
            Self::SecureUrl if !value.starts_with("https://") => {
                Some(("value does not match regex pattern `^https://`", "string.pattern"))
            }
            Self::Moment if value.parse::<Timestamp>().is_err() => {
                Some(("value must be a timestamp of RFC 3339", "timestamp"))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constraint(rule: Rule, value: &str) -> Option<String> {
        rule.violation("field", Some(value)).map(|violation| violation.constraint)
    }

    #[test]
    fn lengths_count_characters_and_include_their_ends() {
        assert_eq!(constraint(IDENTIFIER, &"ü".repeat(100)), None);
        assert_eq!(constraint(IDENTIFIER, &"ü".repeat(101)).as_deref(), Some("string.max_len"));
        assert_eq!(constraint(CONNECTION_QUERY, "ab").as_deref(), Some("string.min_len"));
        assert_eq!(constraint(CONNECTION_QUERY, ""), None, "unset");
        assert_eq!(constraint(required(IDENTIFIER), "").as_deref(), Some("required"));
    }

    #[test]
    fn shapes_are_checked() {
        assert_eq!(constraint(CONNECTOR, "Google: sheets_1-a"), None);
        assert_eq!(constraint(CONNECTOR, "a/b").as_deref(), Some("string.pattern"));
        assert_eq!(constraint(PROVIDER_IDENTIFIER, "GOOGLEWORKSPACE:12345"), None);
        assert_eq!(constraint(PROVIDER_IDENTIFIER, "A B").as_deref(), Some("string.pattern"));
        assert_eq!(constraint(SERVER_NAME, "email-agent_2"), None);
        assert_eq!(constraint(SERVER_NAME, "My agent").as_deref(), Some("string.pattern"));
        assert_eq!(constraint(SERVER_NAME, "").as_deref(), Some("required"));
        assert_eq!(constraint(DISPLAY_NAME, " Warehouse 2 "), None);
        assert_eq!(constraint(DISPLAY_NAME, "  ").as_deref(), Some("string.pattern"));
        assert_eq!(constraint(DISPLAY_NAME, "Ware-house").as_deref(), Some("string.pattern"));
        assert_eq!(constraint(PROXY_URL, "http://mcp.example").as_deref(), Some("string.pattern"));
        assert_eq!(constraint(MOMENT, "2026-10-12T09:30:00Z"), None);
        assert_eq!(constraint(MOMENT, "yesterday").as_deref(), Some("timestamp"));
        assert_eq!(constraint(ACCOUNT_ID, "conn_1").as_deref(), Some("string.prefix"));
        assert_eq!(constraint(USER_VERIFY_URL, "https://app.example/verify?a=b"), None);
        for bad in ["ftp://app.example", "javascript:alert(1)", "http://", "app.example"] {
            assert_eq!(constraint(USER_VERIFY_URL, bad).as_deref(), Some("string.pattern"), "{bad}");
        }
    }
}
