//! The routes about connected accounts. Reference: sections 3.1 and 5.

use bytes::Bytes;
use serde_json::value::RawValue;
use url::Url;

use super::api::Api;
use super::convert;
use super::route::{Kind, Limits, Refusal, Route, When};
use super::transport::{Answer, parse};
use crate::broker::{AccountFilter, AuthRequestId, AuthorizationLink, LinkRequest, Page, PageToken};
use crate::domain::{Account, AccountRef, ConnectionName, Fault, FaultKind, Identifier};
use crate::wire::accounts::{
    AccountResponse, CreateAccountRequest, ListAccountsResponse, MAX_PAGE_SIZE, MagicLinkRequest, MagicLinkResponse,
    NewAccount, VerifyUserRequest, VerifyUserResponse,
};

const LIST: Route = Route {
    kind: Kind::Read,
    path: "/api/v1/connected_accounts",
    patience: |limits: &Limits| limits.control,
    expects: "a page of accounts",
    refusals: &[],
};

const NO_SUCH_ACCOUNT: Refusal =
    Refusal { when: When::Status(404), kind: FaultKind::NotFound, message: "There is no such account." };

const DETAILS: Route =
    Route { path: "/api/v1/connected_accounts/details", expects: "an account", refusals: &[NO_SUCH_ACCOUNT], ..LIST };

const CREATE: Route = Route {
    kind: Kind::Act,
    expects: "the account that was created",
    refusals: &[
        Refusal { when: When::Status(404), kind: FaultKind::NotFound, message: "There is no such connection." },
        Refusal { when: When::Status(409), kind: FaultKind::Conflict, message: "This account exists already." },
    ],
    ..LIST
};

const LINK: Route = Route {
    kind: Kind::Act,
    path: "/api/v1/connected_accounts/magic_link",
    expects: "an authorization link",
    refusals: &[NO_SUCH_ACCOUNT],
    ..LIST
};

const VERIFY: Route = Route {
    kind: Kind::Act,
    path: "/api/v1/connected_accounts/user/verify",
    expects: "a verification",
    refusals: &[
        Refusal {
            when: When::Status(403),
            kind: FaultKind::Denied,
            message: "The authorization was begun for somebody else, so it was not confirmed.",
        },
        Refusal {
            when: When::Status(404),
            kind: FaultKind::NotFound,
            message: "This authorization no longer waits to be confirmed: it is unknown or was confirmed already.",
        },
    ],
    ..LIST
};

pub(super) async fn list(api: &Api, filter: &AccountFilter, page: Option<&PageToken>) -> Result<Page<Account>, Fault> {
    let size = MAX_PAGE_SIZE.to_string();
    let mut query = vec![("page_size", size.as_str())];
    query.extend(page.map(|token| ("page_token", token.raw())));
    query.extend(filter.connection.as_ref().map(|connection| ("connector", connection.raw())));
    query.extend(filter.identifier.as_ref().map(|identifier| ("identifier", identifier.raw())));
    let answer = api.get(&LIST, &query).await?;
    let body = Bytes::from(answer.body);
    let wire: ListAccountsResponse<&RawValue> = parse(&LIST, answer.status, &body)?;
    let account = |raw| convert::account(&body, raw);
    Ok(convert::page(wire.connected_accounts, account, wire.next_page_token, wire.total_size))
}

pub(super) async fn details(api: &Api, account: &AccountRef) -> Result<Account, Fault> {
    let query = match account {
        AccountRef::Id(id) => vec![("id", id.raw())],
        AccountRef::Pair(connection, identifier) => {
            vec![("connector", connection.raw()), ("identifier", identifier.raw())]
        }
    };
    one(&DETAILS, api.get(&DETAILS, &query).await?)
}

fn one(route: &Route, answer: Answer) -> Result<Account, Fault> {
    let body = Bytes::from(answer.body);
    let wire: AccountResponse<&RawValue> = parse(route, answer.status, &body)?;
    Ok(convert::account(&body, wire.connected_account))
}

pub(super) async fn create(api: &Api, connection: &ConnectionName, identifier: &Identifier) -> Result<Account, Fault> {
    let request = CreateAccountRequest {
        connector: connection.raw().to_owned(),
        identifier: identifier.raw().to_owned(),
        connected_account: NewAccount::default(),
    };
    one(&CREATE, api.post(&CREATE, &request).await?)
}

pub(super) async fn link(api: &Api, request: &LinkRequest) -> Result<AuthorizationLink, Fault> {
    let verify = request.verify.as_ref();
    let request = MagicLinkRequest {
        id: Some(request.account.raw().to_owned()),
        state: verify.map(|verify| verify.state.expose().to_owned()),
        user_verify_url: verify.map(|verify| verify.url.to_string()),
        ..MagicLinkRequest::default()
    };
    let answer = api.post(&LINK, &request).await?;
    let wire: MagicLinkResponse = parse(&LINK, answer.status, &answer.body)?;
    let url = convert::web_url(&wire.link)
        .ok_or_else(|| Fault::new(FaultKind::BadAnswer, "The broker's authorization link is not a web address."))?;
    Ok(AuthorizationLink { url, expires_at: convert::timestamp(wire.expiry) })
}

/// A confirmed authorization stays confirmed even where its answer names no usable next page.
pub(super) async fn verify(api: &Api, request: &AuthRequestId, identifier: &Identifier) -> Result<Option<Url>, Fault> {
    let request =
        VerifyUserRequest { auth_request_id: request.raw().to_owned(), identifier: identifier.raw().to_owned() };
    let answer = api.post(&VERIFY, &request).await?;
    let wire: VerifyUserResponse = parse(&VERIFY, answer.status, &answer.body)?;
    Ok(convert::web_url(&wire.post_user_verify_redirect_url))
}
