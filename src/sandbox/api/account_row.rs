//! An account in its wire forms. Reference: section 4.1.

use crate::backend::scalekit::words;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::json_body::timestamp;
use super::nulls::Nulls;
use crate::backend::scalekit::wire::accounts::ConnectedAccount;
use crate::sandbox::options::Unset;
use crate::sandbox::world::AccountRecord;

/// One account as it is answered.
#[derive(Serialize)]
pub struct AccountRow {
    #[serde(flatten)]
    account: ConnectedAccount,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_details: Option<Value>,
    #[serde(flatten)]
    nulls: Nulls,
}

impl AccountRow {
    /// As lists have it, without settings.
    pub fn listed(account: &AccountRecord, unset: Unset) -> Self {
        Self::build(wire(account, None), None, unset, &["token_expires_at", "last_used_at"])
    }

    /// As everything else has it.
    pub fn full(account: &AccountRecord, unset: Unset) -> Self {
        Self::with_secrets(account, None, unset)
    }

    /// With the credentials of the account.
    pub fn with_secrets(account: &AccountRecord, authorization_details: Option<Value>, unset: Unset) -> Self {
        let settings = account.api_config.as_ref().and_then(|settings| to_raw_value(settings).ok());
        let names = ["token_expires_at", "last_used_at", "api_config", "authorization_details"];
        Self::build(wire(account, settings), authorization_details, unset, &names)
    }

    fn build(account: ConnectedAccount, details: Option<Value>, unset: Unset, names: &[&'static str]) -> Self {
        let is_unset = |name: &&str| match *name {
            "token_expires_at" => account.token_expires_at.is_none(),
            "last_used_at" => account.last_used_at.is_none(),
            "api_config" => account.api_config.is_none(),
            _ => details.is_none(),
        };
        let nulls = Nulls::new(unset, names.iter().copied().filter(is_unset));
        Self { account, authorization_details: details, nulls }
    }
}

fn wire(account: &AccountRecord, api_config: Option<Box<RawValue>>) -> ConnectedAccount {
    ConnectedAccount {
        id: account.id(),
        identifier: account.identifier.clone(),
        provider: account.connection.provider.key().into(),
        connector: account.connection.name.clone(),
        connection_id: account.connection.id(),
        status: words::status_word(&account.status).to_owned(),
        authorization_type: account.connection.authorization_type().into(),
        token_expires_at: account.token_expires_at.map(timestamp),
        updated_at: Some(timestamp(account.updated_at)),
        last_used_at: account.last_used_at.map(timestamp),
        api_config,
        is_org_wide_credential: false,
    }
}
