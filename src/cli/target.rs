//! Names of accounts on the command line.

use crate::backend::Backend;
use crate::domain::{AccountRef, ConnectionName, Fault, Identifier, Untrusted};
use crate::flow::target;

/// Name of an account as it was typed. Whether a single word can be an id, only the environment tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum AccountArg {
    /// `CONNECTION/IDENTIFIER`.
    Pair(ConnectionName, Identifier),
    /// A single word.
    Word(String),
}

impl AccountArg {
    /// Reads an id or `CONNECTION/IDENTIFIER`.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text.split_once('/') {
            Some((connection, identifier)) if !connection.is_empty() && !identifier.is_empty() => {
                Ok(Self::Pair(connection.into(), identifier.into()))
            }
            None if !text.is_empty() => Ok(Self::Word(text.to_owned())),
            _ => Err("an account is named by its id or as CONNECTION/IDENTIFIER".to_owned()),
        }
    }

    /// The account that is meant in this environment, which is not asked for it.
    ///
    /// # Errors
    /// [`FaultKind::Usage`](crate::domain::FaultKind::Usage): a word that is no id there.
    pub(super) fn resolve(&self, backend: &dyn Backend) -> Result<AccountRef, Fault> {
        match self {
            Self::Pair(connection, identifier) => Ok(AccountRef::Pair(connection.clone(), identifier.clone())),
            Self::Word(word) => target::account_by_id(backend, word),
        }
    }
}

/// An account as an argument, quoted where a shell would read it otherwise.
pub(super) fn argument(account: &AccountRef) -> String {
    quoted(&account.to_string())
}

/// A word of a shell's line, scrubbed.
pub(super) fn quoted(word: &str) -> String {
    let word = Untrusted::from(word).to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.@/+:=,".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_named_by_a_word_or_a_pair() {
        assert_eq!(AccountArg::parse("ca_1"), Ok(AccountArg::Word("ca_1".into())));
        assert_eq!(AccountArg::parse("linear/a/b"), Ok(AccountArg::Pair("linear".into(), "a/b".into())));
        assert_eq!(AccountArg::parse("ca_x/ada"), Ok(AccountArg::Pair("ca_x".into(), "ada".into())));
        for wrong in ["", "/ada", "linear/"] {
            assert!(AccountArg::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
