//! Accounts as tests see them, and what tests do to them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};

use super::answer::{ControlError, Query};
use super::body::ControlBody;
use super::{Control, control};
use crate::backend::scalekit::words;
use crate::domain::{AccountRef, Status};
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::params::Params;
use crate::sandbox::people::Persona;
use crate::sandbox::world::{AccountRecord, World};

/// One account.
#[derive(Serialize)]
pub struct AccountView {
    id: String,
    connection_name: String,
    identifier: String,
    provider: String,
    status: String,
    /// Whose account it is at the provider, whoever the identifier means.
    acts_as: Option<PersonView>,
    /// The consent was taken back at the provider.
    revoked: bool,
    deny_next_consent: bool,
    token_expires_at: Option<String>,
    last_used_at: Option<String>,
    updated_at: String,
}

/// One person.
#[derive(Serialize)]
pub struct PersonView {
    name: String,
    email: String,
}

/// Some accounts.
#[derive(Serialize)]
pub struct AccountList {
    accounts: Vec<AccountView>,
    /// Accounts that fit, whether they are all listed or not.
    total: usize,
}

/// Fields of a change.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountChange {
    /// Email or key of a person.
    #[serde(rename = "as")]
    person: Option<String>,
}

impl AccountView {
    pub fn new(account: &AccountRecord, control: &Control) -> Self {
        let moment = |at: jiff::Timestamp| format!("{at:.6}");
        Self {
            id: account.id(),
            connection_name: account.connection.name.clone(),
            identifier: account.identifier.clone(),
            provider: account.connection.provider.key().into(),
            status: words::status_word(&account.status).to_owned(),
            acts_as: account.grant.as_ref().map(|grant| PersonView::new(&grant.person)),
            revoked: account.grant.as_ref().is_some_and(|grant| grant.refused),
            deny_next_consent: control.denies_next(account.number),
            token_expires_at: account.token_expires_at.map(moment),
            last_used_at: account.last_used_at.map(moment),
            updated_at: moment(account.updated_at),
        }
    }
}

impl PersonView {
    pub fn new(person: &Persona) -> Self {
        Self { name: person.name.clone(), email: person.email.clone() }
    }
}

pub async fn list(
    State(env): State<Arc<SandboxEnvironment>>,
    params: Params,
) -> Result<Json<AccountList>, ControlError> {
    let limit = Query::new(&params, &["connection", "identifier", "status", "limit"])?.limit()?;
    let control = control(&env)?;
    let is = |name, value: &str| params.one(name).is_none_or(|wanted| wanted == value);
    let wanted = |account: &&AccountRecord| {
        is("connection", &account.connection.name)
            && is("identifier", &account.identifier)
            && is("status", words::status_word(&account.status))
    };
    let world = env.world();
    let accounts = world.accounts().filter(wanted).take(limit).map(|account| AccountView::new(account, control));
    Ok(Json(AccountList { accounts: accounts.collect(), total: world.accounts().filter(wanted).count() }))
}

pub async fn get(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(named): Path<String>,
) -> Result<Json<AccountView>, ControlError> {
    let world = env.world();
    Ok(Json(AccountView::new(find(&world, &named)?, control(&env)?)))
}

/// `POST …/{account}:verb`.
pub async fn verb(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(path): Path<String>,
    ControlBody(change): ControlBody<AccountChange>,
) -> Result<Json<AccountView>, ControlError> {
    let (named, verb) = path.rsplit_once(':').unwrap_or((&path, ""));
    let (control, now) = (control(&env)?, env.now());
    let mut world = env.world();
    let account = find(&world, named)?;
    let number = account.number;
    let needs = |status: Status| match account.status == status {
        true => Ok(()),
        false => Err(ControlError::conflict(format!(
            "The account is {}, and only one that is {} can {verb}. Send :activate first.",
            words::status_word(&account.status),
            words::status_word(&status),
        ))),
    };
    if change.person.is_some() && verb != "activate" {
        return Err(ControlError::invalid(format!("{verb:?} takes no person. Leave the body out.")));
    }
    let changed = match verb {
        "expire" => {
            needs(Status::Active)?;
            world.expire_account(number, now)
        }
        "revoke" => {
            if account.grant.is_none() {
                return Err(ControlError::conflict("Nobody has authorized this account. Send :activate first."));
            }
            world.revoke_account(number)
        }
        "activate" => {
            let person = person(&world, change.person.as_deref(), account)?;
            world.activate_account(number, &person, now)
        }
        "deny_next_consent" => {
            if !account.connection.is_oauth() {
                let message = format!("{} asks for a key: there is no consent to deny.", account.connection.name);
                return Err(ControlError::conflict(message));
            }
            control.deny_next(number);
            Some(account)
        }
        _ => {
            let message = "Say what to do to the account: :expire, :revoke, :activate or :deny_next_consent.";
            return Err(ControlError::not_found(message));
        }
    };
    let changed = changed.ok_or_else(|| ControlError::not_found("The account is not there any more."))?;
    Ok(Json(AccountView::new(changed, control)))
}

/// The account of this id, or of `CONNECTION/IDENTIFIER`.
fn find<'a>(world: &'a World, named: &str) -> Result<&'a AccountRecord, ControlError> {
    let account = match named.split_once('/') {
        Some((connection, identifier)) => AccountRef::Pair(connection.into(), identifier.into()),
        None => AccountRef::Id(named.into()),
    };
    world.account(&account).ok_or_else(|| {
        ControlError::not_found(format!("There is no account {named:?}. Name it by its id or CONNECTION/IDENTIFIER."))
    })
}

/// The person of this email or key; whoever the account's identifier means where none is named.
pub fn person(world: &World, named: Option<&str>, account: &AccountRecord) -> Result<Arc<Persona>, ControlError> {
    let sought = named.unwrap_or(&account.identifier);
    if let Some(person) = world.people.with_email(sought).or_else(|| world.people.find(sought)) {
        return Ok(Arc::clone(person));
    }
    let known: Vec<_> = world.people.iter().map(|person| person.email.as_str()).collect();
    let message = format!("Nobody is called {sought:?}. Say who signs in, as {{\"as\": …}}: {}.", known.join(", "));
    Err(ControlError::invalid(message))
}
