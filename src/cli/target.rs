//! Names of accounts on the command line.

use crate::domain::AccountRef;

/// Reads `ca_…` or `CONNECTION/IDENTIFIER`.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub(super) fn account(text: &str) -> Result<AccountRef, String> {
    match text.split_once('/') {
        Some((connection, identifier)) if !connection.is_empty() && !identifier.is_empty() => {
            Ok(AccountRef::Pair(connection.into(), identifier.into()))
        }
        None if text.starts_with("ca_") => Ok(AccountRef::Id(text.into())),
        _ => Err("an account is named by its id (ca_…) or as CONNECTION/IDENTIFIER".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_named_by_id_or_pair() {
        assert_eq!(account("ca_1"), Ok(AccountRef::Id("ca_1".into())));
        assert_eq!(account("linear/a/b"), Ok(AccountRef::Pair("linear".into(), "a/b".into())));
        assert_eq!(account("ca_x/ada"), Ok(AccountRef::Pair("ca_x".into(), "ada".into())));
        for wrong in ["", "linear", "/ada", "linear/"] {
            assert!(account(wrong).is_err(), "{wrong:?}");
        }
    }
}
