//! Words of the wire that stand for one of a few things, in both directions. A word that nobody has
//! heard of is kept as it came.

use std::sync::LazyLock;

use crate::domain::{AuthorizationType, AuthorizedBy, CallSource, CallStatus, ConnectionStatus, InputKind, Status};

/// ConnectionStatus of accounts, in the order of the reference (section 4.2, the complete enum).
const STATUSES: [(&str, Status); 6] = [
    ("CONNECTION_STATUS_UNSPECIFIED", Status::Unspecified),
    ("ACTIVE", Status::Active),
    ("EXPIRED", Status::Expired),
    ("PENDING_AUTH", Status::PendingAuth),
    ("PENDING_VERIFICATION", Status::PendingVerification),
    ("DISCONNECTED", Status::Disconnected),
];

/// Status of an account.
pub fn status(word: &str) -> Status {
    let known = STATUSES.into_iter().find(|(known, _)| *known == word).map(|(_, status)| status);
    known.unwrap_or_else(|| if word.is_empty() { Status::Unspecified } else { Status::Other(word.into()) })
}

/// The wire's word for a status.
pub fn status_word(status: &Status) -> &str {
    match status {
        Status::Other(word) => word.raw(),
        status => STATUSES.iter().find(|(_, known)| known == status).map_or("", |(word, _)| *word),
    }
}

/// Ways to authorize that are known (section 4.3), with the names that their credentials have in `static_auth` (section
/// 4.1). Connections, accounts and providers spell some of them differently (section 3.2); those have one name.
const AUTHORIZATIONS: [(&str, AuthorizedBy, &str); 15] = [
    ("OAUTH", AuthorizedBy::Consent, "OAuth"),
    ("TRELLO_OAUTH1", AuthorizedBy::Consent, "OAuth 1"),
    ("SMART_FHIR", AuthorizedBy::Consent, "SMART on FHIR"),
    ("API_KEY", AuthorizedBy::Fields(&["api_key"]), "API key"),
    ("BASIC", AuthorizedBy::Fields(&["username", "password"]), "basic"),
    ("BASIC_AUTH", AuthorizedBy::Fields(&["username", "password"]), "basic"),
    ("BEARER", AuthorizedBy::Fields(&["token"]), "bearer"),
    ("BEARER_TOKEN", AuthorizedBy::Fields(&["token"]), "bearer"),
    ("CUSTOM", AuthorizedBy::Fields(&[""]), "custom"),
    ("OAUTH_M2M", AuthorizedBy::Service, "OAuth M2M"),
    ("GOOGLE_DWD", AuthorizedBy::Service, "Google delegation"),
    ("TRUSTED_IDP", AuthorizedBy::Service, "trusted IdP"),
    ("NO_AUTH", AuthorizedBy::Nothing, "none"),
    ("", AuthorizedBy::Unknown, "unknown"),
    ("CONNECTION_TYPE_UNSPECIFIED", AuthorizedBy::Unknown, "unknown"),
];

/// Way an account authorizes. All accounts of a known one share it.
pub fn authorization(word: &str) -> AuthorizationType {
    static KNOWN: LazyLock<[AuthorizationType; AUTHORIZATIONS.len()]> =
        LazyLock::new(|| AUTHORIZATIONS.map(|(word, by, name)| AuthorizationType::new(by, Some(name), word)));
    let known = AUTHORIZATIONS.iter().zip(KNOWN.iter()).find(|((known, ..), _)| *known == word);
    // The wire has another way for every kind that is not typed in (section 4.1).
    known.map_or_else(
        || AuthorizationType::new(AuthorizedBy::Fields(&[""]), None, word),
        |(_, authorization)| authorization.clone(),
    )
}

/// State of a connection's configuration (section 3.2, ConnectionStatus).
pub fn connection_status(word: &str) -> ConnectionStatus {
    match word {
        "COMPLETED" => ConnectionStatus::Completed,
        "IN_PROGRESS" => ConnectionStatus::InProgress,
        "DRAFT" => ConnectionStatus::Draft,
        other => ConnectionStatus::Other(other.into()),
    }
}

/// Kind of input of a field (section 3.4, `input_type`); nothing is plain text.
pub fn input_kind(word: &str) -> InputKind {
    match word {
        "" | "text" => InputKind::Text,
        "password" => InputKind::Password,
        "select" => InputKind::Select,
        "textarea" => InputKind::TextArea,
        other => InputKind::Other(other.into()),
    }
}

/// Outcome of a logged call (section 3.6).
pub fn call_status(word: &str) -> CallStatus {
    match word {
        "success" => CallStatus::Success,
        "provider_error" => CallStatus::ProviderError,
        "platform_error" => CallStatus::PlatformError,
        other => CallStatus::Other(other.into()),
    }
}

/// Source of a logged call (section 3.6).
pub fn call_source(word: &str) -> CallSource {
    match word {
        "API" => CallSource::Api,
        "MCP" => CallSource::Mcp,
        "PROXY" => CallSource::Proxy,
        "GATEWAY" => CallSource::Gateway,
        other => CallSource::Other(other.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_status_survives_the_wire_and_an_unknown_one_is_kept() {
        for known in Status::KNOWN.into_iter().filter(|known| *known != Status::KeyRefused) {
            assert_eq!(status(status_word(&known)), known);
        }
        let unknown = status("REVOKED\x1b[0m");
        assert_eq!((unknown.word(), status_word(&unknown)), ("REVOKED␛[0m".to_owned(), "REVOKED\x1b[0m"));
        assert!(unknown.needs_you());
        assert_eq!(status(""), Status::Unspecified);
    }

    #[test]
    fn the_spellings_of_a_type_are_one() {
        let [basic, long, key] = ["BASIC", "BASIC_AUTH", "API_KEY"].map(authorization);
        assert!(basic.is_like(&long) && long.is_like(&basic) && !basic.is_like(&key));
        assert!(authorization("NEW").is_like(&authorization("NEW")) && !authorization("NEW").is_like(&key));
    }

    #[test]
    fn what_a_person_types_in() {
        let typed = ["API_KEY", "BASIC", "BEARER_TOKEN", "CUSTOM", "NEW"];
        assert!(typed.iter().all(|word| authorization(word).is_typed_in()));
        let otherwise = ["OAUTH", "SMART_FHIR", "OAUTH_M2M", "NO_AUTH", "GOOGLE_DWD", ""];
        assert!(!otherwise.iter().any(|word| authorization(word).is_typed_in()));
    }

    #[test]
    fn unknown_words_of_the_log_are_no_success() {
        for word in ["", "SUCCESS", "timeout"] {
            assert_eq!(call_status(word), CallStatus::Other(word.into()));
            assert_eq!(call_source(word).name(), word);
        }
        assert_eq!(CallSource::KNOWN.map(|source| call_source(source.name())), CallSource::KNOWN);
    }
}
