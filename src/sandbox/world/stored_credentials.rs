//! Credentials of an account in the wire's form.

use serde_json::{Value, json};

use super::accounts::AccountRecord;
use crate::sandbox::ids::Ids;

/// The credentials of an account as the wire has them; none when there never were any. Tokens that
/// consent brought are made up here, and change whenever the token is renewed.
pub fn wire(account: &AccountRecord, ids: Ids) -> Option<Value> {
    if let Some(credentials) = &account.credentials {
        return Some(credentials.wire());
    }
    account.grant.as_ref()?;
    let made = account.token_expires_at.map_or(0, |at| at.as_second());
    let token = |kind: &str| {
        let text = ids.uuid(&format!("{kind}/{}/{made}", account.number)).replace('-', "");
        format!("{}{text}", account.connection.provider.token_prefix)
    };
    let scopes: Vec<&str> = account.scopes().collect();
    Some(json!({"oauth_token": {
        "access_token": token("access"),
        "refresh_token": token("refresh"),
        "scopes": scopes,
        "domain": "",
    }}))
}
