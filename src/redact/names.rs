//! Names that mean that a credential stands under them.

use std::collections::HashSet;

use super::rules::Strings;

/// Verdict that a name gives on the value under it, from harmless to certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Judgement {
    /// No credential is expected.
    Plain,
    /// A credential in the query of a URL, if it has the look of one.
    InQueryIfRandom,
    /// A credential in the query of a URL.
    InQuery,
    /// A credential if it has the look of one; in the query of a URL in any case.
    IfRandom,
    /// A credential, but a number is a count.
    Plural,
    /// A credential, whatever it looks like.
    Always,
}

/// The longest name that is looked at, in bytes. What is longer is a text, not a name.
pub(super) const LONGEST: usize = 128;

/// Words that make a name the name of a credential; see `assets/redaction/names.toml`.
pub(super) struct CredentialNames {
    credential: HashSet<String>,
    endings: Vec<String>,
    beginnings: Vec<String>,
    innocent: HashSet<String>,
    last: HashSet<String>,
    token_of: HashSet<String>,
    key_of: HashSet<String>,
    no_key: HashSet<String>,
    code_of: HashSet<String>,
    pairs: HashSet<String>,
    about: HashSet<String>,
    if_random: HashSet<String>,
    in_query: HashSet<String>,
    in_query_if_random: HashSet<String>,
}

impl CredentialNames {
    pub(super) fn read(data: &Strings) -> Option<Self> {
        let set = |name: &str| data.get(name).map(|words| words.into_iter().collect::<HashSet<_>>());
        Some(Self {
            credential: set("credential")?,
            endings: data.get("endings")?,
            beginnings: data.get("beginnings")?,
            innocent: set("innocent")?,
            last: set("last")?,
            token_of: set("token_of")?,
            key_of: set("key_of")?,
            no_key: set("no_key")?,
            code_of: set("code_of")?,
            pairs: set("pairs")?,
            about: set("about")?,
            if_random: set("if_random")?,
            in_query: set("in_query")?,
            in_query_if_random: set("in_query_if_random")?,
        })
    }

    /// Verdict of this name, however it is written: `client_secret`, `X-Api-Key`, `accessToken`.
    pub(super) fn judge(&self, name: &str) -> Judgement {
        if name.len() > LONGEST {
            return Judgement::Plain;
        }
        let words = words(name);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let Some(last) = words.last() else { return Judgement::Plain };
        if words.windows(2).any(|pair| self.pairs.contains(&pair.join(" "))) {
            return Judgement::Always;
        }
        let speaks_about = words.len() > 1 && self.about.contains(*last);
        let found = (0..words.len()).filter(|_| !speaks_about).find(|at| self.is_credential(&words, *at));
        if let Some(at) = found {
            let plural = words.get(at).is_some_and(|word| word.ends_with('s') && *word != "pass");
            return if plural { Judgement::Plural } else { Judgement::Always };
        }
        if self.if_random.contains(*last)
            || (!speaks_about && words.iter().any(|word| matches!(*word, "auth" | "oauth")))
        {
            return Judgement::IfRandom;
        }
        if self.in_query.contains(*last) {
            return Judgement::InQuery;
        }
        if self.in_query_if_random.contains(*last) { Judgement::InQueryIfRandom } else { Judgement::Plain }
    }

    fn is_credential(&self, words: &[&str], at: usize) -> bool {
        let word = words.get(at).copied().unwrap_or_default();
        let before = at.checked_sub(1).and_then(|at| words.get(at)).copied().unwrap_or_default();
        if self.innocent.contains(word) {
            return false;
        }
        match word {
            "token" | "tokens" => !self.token_of.contains(before),
            "key" | "keys" => {
                !self.no_key.contains(before)
                    && words.iter().enumerate().any(|(other, word)| other != at && self.key_of.contains(*word))
            }
            "code" | "codes" => self.code_of.contains(before),
            _ if self.credential.contains(word) => true,
            _ if self.last.contains(word) => at + 1 == words.len(),
            _ => {
                let stem = self.endings.iter().find_map(|ending| word.strip_suffix(ending.as_str()));
                stem.is_some_and(|stem| !self.token_of.contains(stem))
                    || self.beginnings.iter().any(|beginning| word.starts_with(beginning.as_str()))
            }
        }
    }
}

/// `X-Api-Key`, `apiKey` and `API_KEY` are all `api key`; `password2` is `password`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        let small_next = chars.peek().is_some_and(|next| next.is_lowercase());
        let starts =
            c.is_uppercase() && (before.is_lowercase() || before.is_numeric() || (before.is_uppercase() && small_next));
        if !c.is_alphanumeric() || starts {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    for word in &mut words {
        word.truncate(word.trim_end_matches(|c: char| c.is_ascii_digit()).len());
    }
    words.retain(|word| !word.is_empty());
    words
}

/// True if a value that is expected to be a credential has the look of one: no word, no date, no id in the
/// usual form.
pub(super) fn looks_random(value: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| value.iter().any(is);
    let is_uuid = value.len() == 36 && value.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-');
    let is_pin = (4..=12).contains(&value.len()) && value.iter().all(u8::is_ascii_digit);
    let is_long = value.len() >= 16 && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    let is_pair = value.iter().filter(|b| **b == b':').count() == 1
        && value.first() != Some(&b':')
        && value.last() != Some(&b':')
        && !value.windows(3).any(|three| three == b"://");
    !is_uuid && !has(u8::is_ascii_whitespace) && (is_pin || is_long || is_pair)
}

#[cfg(test)]
mod tests {
    use crate::redact::names_a_credential;

    #[test]
    fn names_of_credentials_are_known_however_they_are_written() {
        for name in [
            "password",
            "clientSecret",
            "client_secret",
            "X-Api-Key",
            "apiKey",
            "APIKey",
            "Authorization",
            "Set-Cookie",
            "access_token",
            "refreshToken",
            "X-Auth-Token",
            "aws_secret_access_key",
            "private-key",
            "token",
            "bot_tokens",
            "secretValue",
            "password2",
            "private_key_pem",
            "tokens",
            "auth_key",
            "X-Auth-Key",
            "Ocp-Apim-Subscription-Key",
            "session_id",
            "db.password",
            "user[password]",
            "dbpassword",
            "apikey",
            "clientsecret",
            "SharedAccessSignature",
            "client-key-data",
            "PASSWORD_HASH",
            "secret_id",
            "smtp_pass",
            "proxy-authorization",
            "_authToken",
            "key_secret",
            "oauth_verifier",
            "encryptionKey1",
            "csrfmiddlewaretoken",
            "contraseña",
            "backup_codes",
        ] {
            assert!(names_a_credential(name), "{name}");
        }
    }

    #[test]
    fn other_names_are_not() {
        for name in [
            "next_page_token",
            "pageToken",
            "nextpagetoken",
            "max_tokens",
            "title",
            "key",
            "primary_key",
            "monkey",
            "author",
            "tokenize",
            "secretary",
            "total_tokens",
            "",
            "__",
            "token_type",
            "token_count",
            "secret_name",
            "password_changed_at",
            "public_key",
            "issue_key",
            "keyboard",
            "authored_by",
            "access_key_id",
            "passenger",
            "compass",
            "bypass",
            "pass_rate",
            "sessions_count",
            "idempotency_key",
            "authorization_url",
            "code",
            "error_code",
            "status",
            "token_endpoint",
            "cookie_policy",
            "signature",
            "id",
            "number",
        ] {
            assert!(!names_a_credential(name), "{name}");
        }
        assert!(!names_a_credential(&"password ".repeat(40)), "a text is no name");
    }
}
