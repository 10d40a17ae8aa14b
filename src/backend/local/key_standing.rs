//! Standing of a key or token that a person typed in, by what the provider answers to it.
//!
//! A 401 alone says nothing: whatever lies between here and the provider may have sent it. It counts where its body has
//! the shape in which this provider tells of errors, and names a code for a refused credential where such codes are known.

use reqwest::StatusCode;

use super::account_store::{AccountFacts, StoredAccount};
use super::resolved::ResolvedConnection;
use super::{Inner, Local};
use crate::domain::{AccountRef, Fault, Secret, Status};
use crate::provider::ErrorShape;

/// Reason that stands with an account whose key was refused.
const REFUSED: &str = "The provider refused its key. Replace it with a new one.";

/// What an answer tells of the key that it came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyVerdict {
    /// The provider refuses it.
    Refused,
    /// The provider takes it.
    Taken,
    /// Nothing.
    Unknown,
}

fn verdict(shape: &ErrorShape, status: StatusCode, body: &[u8]) -> KeyVerdict {
    let error = shape.read(body);
    let is_refused = error.is_some_and(|error| {
        error.is_refused || (status == StatusCode::UNAUTHORIZED && shape.refused.is_empty() && !error.is_limit)
    });
    match is_refused {
        true => KeyVerdict::Refused,
        false if status.is_success() => KeyVerdict::Taken,
        false => KeyVerdict::Unknown,
    }
}

impl Local {
    /// Notes what an answer says of an account's key. What is noted is about that key: another that took its place
    /// meanwhile is left alone.
    pub(super) async fn note_key(
        &self,
        connection: &std::sync::Arc<ResolvedConnection>,
        account: &StoredAccount,
        key: &Secret,
        status: StatusCode,
        body: &[u8],
    ) -> Result<(), Fault> {
        let standing = match verdict(connection.errors(), status, body) {
            KeyVerdict::Refused => Status::KeyRefused,
            KeyVerdict::Taken => Status::Active,
            KeyVerdict::Unknown => return Ok(()),
        };
        if standing == account.status {
            return Ok(());
        }
        let (connection, account, key) = (std::sync::Arc::clone(connection), account.clone(), key.clone());
        self.blocking(move |inner| inner.note_key(&connection, &account, &key, &standing)).await
    }
}

impl Inner {
    fn note_key(
        &self,
        connection: &ResolvedConnection,
        account: &StoredAccount,
        key: &Secret,
        standing: &Status,
    ) -> Result<(), Fault> {
        if self.typed_in(connection, account)?.expose() != key.expose() {
            return Ok(());
        }
        let now = self.find(&AccountRef::Id(account.id.clone()))?;
        let follows = matches!(
            (&now.status, standing),
            (Status::Active, Status::KeyRefused) | (Status::KeyRefused, Status::Active)
        );
        if !follows {
            return Ok(());
        }
        let reason = (*standing == Status::KeyRefused).then(|| REFUSED.to_owned());
        self.accounts()?.update(&now.id, standing, &AccountFacts { reason, ..now.facts }).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::ProviderTable;

    fn read(provider: &str, status: u16, body: &str) -> KeyVerdict {
        let table = ProviderTable::built_in();
        let shape = table.get(&provider.into()).map(|known| known.errors.clone()).unwrap_or_default();
        verdict(&shape, StatusCode::from_u16(status).unwrap(), body.as_bytes())
    }

    #[test]
    fn a_key_is_refused_where_the_provider_says_so_in_its_own_words() {
        use KeyVerdict::{Refused, Taken, Unknown};
        let linear = r#"{"errors":[{"message":"no","extensions":{"code":"AUTHENTICATION_ERROR"}}]}"#;
        for (provider, status, body, says) in [
            ("LINEAR", 401, linear, Refused),
            ("LINEAR", 200, linear, Refused),
            ("LINEAR", 401, r#"{"errors":[{"message":"no","extensions":{"code":"FORBIDDEN"}}]}"#, Unknown),
            ("LINEAR", 200, r#"{"data":{"viewer":{"id":"1"}}}"#, Taken),
            ("GITHUB", 401, r#"{"message":"Bad credentials","status":"401"}"#, Refused),
            ("GITHUB", 403, r#"{"message":"Resource not accessible","status":"403"}"#, Unknown),
            ("ASANA", 401, r#"{"errors":[{"message":"Not Authorized"}]}"#, Refused),
            ("NOTION", 401, r#"{"object":"error","status":401,"code":"unauthorized","message":"no"}"#, Refused),
            ("SLACK", 200, r#"{"ok":false,"error":"invalid_auth"}"#, Refused),
            ("SLACK", 200, r#"{"ok":false,"error":"channel_not_found"}"#, Taken),
            ("GITHUB", 401, "<html>Proxy login</html>", Unknown),
            ("ASANA", 401, "", Unknown),
            ("ASANA", 407, r#"{"errors":[{"message":"Proxy"}]}"#, Unknown),
            ("NOBODY", 401, r#"{"message":"no"}"#, Unknown),
            ("NOBODY", 204, "", Taken),
        ] {
            assert_eq!(read(provider, status, body), says, "{provider} {status} {body}");
        }
    }
}
