//! The routes about connected accounts. Reference: section 3.1.

use bytes::Bytes;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::answer::{HttpAnswer, parse};
use super::api::Api;
use super::convert;
use super::pages::{ListPage, PageToken};
use super::route::{Kind, Limits, Refusal, Route, When};
use crate::backend::AccountFilter;
use crate::backend::scalekit::wire::account_changes::{AccountBody, UpdateAccountBody};
use crate::backend::scalekit::wire::accounts::{
    AccountResponse, CreateAccountRequest, ListAccountsResponse, MAX_PAGE_SIZE, MAX_SEARCH_PAGE_SIZE,
};
use crate::backend::scalekit::wire::credentials::SelectAccountRequest;
use crate::domain::{Account, AccountId, AccountRef, ConnectionName, Credentials, Fault, FaultKind, Identifier};

const LIST: Route = Route {
    kind: Kind::Read,
    path: "/api/v1/connected_accounts",
    patience: |limits: &Limits| Some(limits.control),
    expects: "a page of accounts",
    refusals: &[],
};

const SEARCH: Route = Route { path: "/api/v1/connected_accounts:search", ..LIST };

pub(super) const NO_SUCH_ACCOUNT: Refusal =
    Refusal { when: When::Status(404), kind: FaultKind::NotFound, message: "There is no such account." };

const DETAILS: Route =
    Route { path: "/api/v1/connected_accounts/details", expects: "an account", refusals: &[NO_SUCH_ACCOUNT], ..LIST };

const CREATE: Route = Route {
    kind: Kind::Act,
    expects: "the account that was created",
    refusals: &[
        Refusal { when: When::Status(404), kind: FaultKind::NotFound, message: "There is no such connection." },
        Refusal { when: When::Status(409), kind: FaultKind::Conflict, message: "This account exists already." },
        Refusal {
            when: When::Status(403),
            kind: FaultKind::Forbidden,
            message: "This environment's key may not create accounts.",
        },
    ],
    ..LIST
};

const UPDATE: Route = Route {
    kind: Kind::Act,
    expects: "the account that was changed",
    refusals: &[
        NO_SUCH_ACCOUNT,
        Refusal {
            when: When::Status(400),
            kind: FaultKind::InvalidInput,
            message: "The environment refused the change, so the account is as it was.",
        },
        Refusal {
            when: When::Status(403),
            kind: FaultKind::Forbidden,
            message: "This environment's key may not change accounts.",
        },
    ],
    ..LIST
};

const DISCONNECT: Route = Route {
    kind: Kind::Act,
    path: "/api/v1/connected_accounts/{}:disconnect",
    expects: "the account that was disconnected",
    // A route the vendor calls a preview: it may be missing (section 13).
    refusals: &[
        Refusal { when: When::Coded(404), kind: FaultKind::NotFound, message: "There is no such account." },
        Refusal {
            when: When::Coded(403),
            kind: FaultKind::Forbidden,
            message: "This environment's key may not disconnect accounts.",
        },
        Refusal {
            when: When::Missing,
            kind: FaultKind::NotOffered,
            message: "This environment does not disconnect accounts, or does not know this one.",
        },
    ],
    ..LIST
};

const DELETE: Route = Route {
    kind: Kind::Act,
    path: "/api/v1/connected_accounts:delete",
    expects: "a deletion",
    refusals: &[
        Refusal {
            when: When::Status(404),
            kind: FaultKind::NotFound,
            message: "There is no such account; it may be deleted already.",
        },
        Refusal {
            when: When::Status(403),
            kind: FaultKind::Forbidden,
            message: "This environment's key may not delete accounts.",
        },
    ],
    ..LIST
};

pub(super) async fn list(
    api: &Api,
    filter: &AccountFilter,
    page: Option<&PageToken>,
) -> Result<ListPage<Account>, Fault> {
    let size = MAX_PAGE_SIZE.to_string();
    let mut query = vec![("page_size", size.as_str())];
    query.extend(page.map(|token| ("page_token", token.raw())));
    query.extend(filter.connection.as_ref().map(|connection| ("connector", connection.raw())));
    query.extend(filter.identifier.as_ref().map(|identifier| ("identifier", identifier.raw())));
    several(&LIST, api.get(&LIST, &query).await?)
}

pub(super) async fn search(api: &Api, words: &str, page: Option<&PageToken>) -> Result<ListPage<Account>, Fault> {
    if !(3..=200).contains(&words.chars().count()) {
        return Err(Fault::new(FaultKind::InvalidInput, "A search for accounts takes 3 to 200 characters."));
    }
    let size = MAX_SEARCH_PAGE_SIZE.to_string();
    let mut query = vec![("query", words), ("page_size", size.as_str())];
    query.extend(page.map(|token| ("page_token", token.raw())));
    several(&SEARCH, api.get(&SEARCH, &query).await?)
}

fn several(route: &Route, answer: HttpAnswer) -> Result<ListPage<Account>, Fault> {
    let body = Bytes::from(answer.body);
    let wire: ListAccountsResponse<&RawValue> = parse(route, answer.status, &body)?;
    Ok(convert::page(&body, wire.connected_accounts, convert::account, wire.paging))
}

pub(super) async fn details(api: &Api, account: &AccountRef) -> Result<Account, Fault> {
    one(&DETAILS, api.get(&DETAILS, &selection(account)).await?)
}

pub(super) async fn create(
    api: &Api,
    connection: &ConnectionName,
    identifier: &Identifier,
    credentials: Option<&Credentials>,
) -> Result<Account, Fault> {
    let request = CreateAccountRequest {
        connector: connection.raw().to_owned(),
        identifier: identifier.raw().to_owned(),
        connected_account: AccountBody::with(credentials),
    };
    one(&CREATE, api.post(&CREATE, &request).await.map_err(|fault| without(credentials, fault))?)
}

pub(super) async fn update(api: &Api, account: &AccountRef, credentials: &Credentials) -> Result<Account, Fault> {
    if credentials.is_empty() {
        return Err(Fault::new(FaultKind::InvalidInput, "The update changes nothing: it holds no credentials."));
    }
    let (id, connector, identifier) = parts(account);
    let changes = AccountBody::with(Some(credentials));
    let request = UpdateAccountBody { id, connector, identifier, connected_account: changes };
    one(&UPDATE, api.put(&UPDATE, &request).await.map_err(|fault| without(Some(credentials), fault))?)
}

pub(super) async fn disconnect(api: &Api, account: &AccountId) -> Result<Account, Fault> {
    // In this place the wire also takes words that mean "the one who asks" (section 3.1).
    if !account.raw().starts_with("ca_") {
        return Err(Fault::new(FaultKind::InvalidInput, "This is not the id of an account."));
    }
    one(&DISCONNECT, api.post_one(&DISCONNECT, account.raw()).await?)
}

pub(super) async fn delete(api: &Api, account: &AccountRef) -> Result<(), Fault> {
    let (id, connector, identifier) = parts(account);
    let own = |text: Option<&str>| text.map(str::to_owned);
    let request = SelectAccountRequest {
        id: own(id),
        connector: own(connector),
        identifier: own(identifier),
        ..SelectAccountRequest::default()
    };
    api.post(&DELETE, &request).await.map(drop)
}

/// A refusal may quote what it refuses.
fn without(credentials: Option<&Credentials>, fault: Fault) -> Fault {
    fault.without(credentials.into_iter().flat_map(Credentials::values))
}

/// The answer to a change may hold what was changed, so it is wiped when it is done with.
fn one(route: &Route, answer: HttpAnswer) -> Result<Account, Fault> {
    let body = Bytes::from_owner(Zeroizing::new(answer.body));
    let wire: AccountResponse<&RawValue> = parse(route, answer.status, &body)?;
    Ok(convert::account(&body, wire.connected_account))
}

/// Id, connection and identifier, as far as they are known.
fn parts(account: &AccountRef) -> (Option<&str>, Option<&str>, Option<&str>) {
    match account {
        AccountRef::Id(id) => (Some(id.raw()), None, None),
        AccountRef::Pair(connection, identifier) => (None, Some(connection.raw()), Some(identifier.raw())),
    }
}

fn selection(account: &AccountRef) -> Vec<(&str, &str)> {
    let (id, connector, identifier) = parts(account);
    let named = [("id", id), ("connector", connector), ("identifier", identifier)];
    named.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
