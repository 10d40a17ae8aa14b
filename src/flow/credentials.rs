//! Credentials that a person types in: what is asked for, and handing them over.

use futures_util::{StreamExt as _, pin_mut};

use crate::backend::{AccountUpdate, Backend, pages};
use crate::domain::{
    Account, AccountRef, AuthPattern, AuthorizationType, ConnectionName, Credentials, Fault, Identifier, Provider,
    ProviderInfo, Untrusted,
};

/// What a provider asks of a person.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// It declares what.
    Declared {
        /// Its name for people.
        provider: Untrusted,
        /// The way to authorize, with its fields.
        pattern: AuthPattern,
    },
    /// Nobody says; why, in a sentence that is safe to show.
    Unknown(String),
}

/// Finds out what `provider` asks for where accounts authorize by `authorization`. Where that cannot be
/// found out, the reason is an answer too: whoever knows the names can type them.
pub async fn asked(backend: &dyn Backend, provider: &Provider, authorization: &AuthorizationType) -> Asked {
    let info = match find(backend, provider).await {
        Ok(Some(info)) => info,
        Ok(None) => return Asked::Unknown(format!("The broker's catalogue does not list {provider}.")),
        Err(fault) => return Asked::Unknown(format!("What {provider} asks for could not be found out. {fault}")),
    };
    let asks = |pattern: &&AuthPattern| !pattern.fields.is_empty() || !pattern.account_fields.is_empty();
    let fitting = info.patterns.iter().filter(|pattern| pattern.authorization.is_like(authorization)).find(asks);
    match fitting {
        Some(pattern) => {
            let title = if info.title.is_empty() { Untrusted::from(info.key.raw()) } else { info.title.clone() };
            Asked::Declared { provider: title, pattern: pattern.clone() }
        }
        None => Asked::Unknown(format!("{provider} declares no fields for accounts of the type {authorization}.")),
    }
}

async fn find(backend: &dyn Backend, provider: &Provider) -> Result<Option<ProviderInfo>, Fault> {
    let pages = pages::all(|token| async move { backend.providers(token.as_ref()).await });
    pin_mut!(pages);
    while let Some(page) = pages.next().await {
        if let Some(info) = page?.items.into_iter().find(|info| info.key == *provider) {
            return Ok(Some(info));
        }
    }
    Ok(None)
}

/// Whose credentials they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Of an account that is made with them.
    New(ConnectionName, Identifier),
    /// Of this one, in the place of those it has.
    Known(AccountRef),
}

/// Hands credentials over; none make an account that has none.
///
/// # Errors
/// The broker refused, or could not be reached. Whatever it says, the credentials are not in it.
pub async fn hand_over(backend: &dyn Backend, holder: &Holder, credentials: Credentials) -> Result<Account, Fault> {
    let given = (!credentials.is_empty()).then(|| credentials.clone());
    let account = match holder {
        Holder::New(connection, identifier) => backend.create_account(connection, identifier, given.as_ref()).await,
        Holder::Known(account) => {
            let update = AccountUpdate { credentials: given, ..AccountUpdate::default() };
            backend.update_account(account, &update).await
        }
    };
    account.map_err(|fault| without(fault, &credentials))
}

/// Shorter values would take letters out of ordinary words, and are no secret worth the name.
const SHORTEST: usize = 4;

/// The fault without any of these credentials, should the other side have repeated one.
fn without(mut fault: Fault, credentials: &Credentials) -> Fault {
    let hidden = |text: &str| {
        let values = credentials.iter().map(|(_, value)| value.expose().trim());
        values
            .filter(|value| value.chars().count() >= SHORTEST)
            .fold(text.to_owned(), |text, value| text.replace(value, "•••"))
    };
    fault.message = hidden(&fault.message);
    for text in [&mut fault.said, &mut fault.code].into_iter().flatten() {
        *text = hidden(text.raw()).into();
    }
    for violation in &mut fault.violations {
        violation.description = hidden(violation.description.raw()).into();
    }
    fault
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{FaultKind, Secret, Violation};

    #[test]
    fn what_the_other_side_repeats_is_taken_out() {
        let credentials = [("api_key", "hunter22"), ("pin", "12")].map(|(n, v)| (n, Secret::new(v.into())));
        let mut fault = Fault::new(FaultKind::InvalidInput, "Refused hunter22.").said("key hunter22 is bad, 12 of 12");
        fault.violations = Box::new([Violation { field: "api_key".into(), description: "hunter22?".into() }]);
        let fault = without(fault, &credentials.into_iter().collect());
        assert_eq!(fault.to_string(), "Refused •••. It said: key ••• is bad, 12 of 12");
        assert_eq!(fault.violations[0].description.raw(), "•••?");
    }
}
