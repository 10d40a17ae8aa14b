//! An authorization finished without a browser.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};

use super::accounts::{AccountView, PersonView, person};
use super::answer::ControlError;
use super::body::ControlBody;
use super::control;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::options::VerifyMode;
use crate::sandbox::paths;
use crate::sandbox::people::Persona;
use crate::sandbox::world::{Landing, LinkError, World, made_up_details};

/// Consent to a link that is named by its whole URL, or by its id.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentTo {
    link: String,
    #[serde(rename = "as")]
    person: Option<String>,
    #[serde(default)]
    verify: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Email or key of the person who consents; whoever the account's identifier means where none is named.
    #[serde(rename = "as")]
    person: Option<String>,
    /// Whether the verification is done as well, in place of whoever it waits for.
    #[serde(default)]
    verify: bool,
}

/// What became of it.
#[derive(Serialize)]
pub struct Consented {
    outcome: ConsentOutcome,
    /// Person who was asked.
    person: PersonView,
    account: AccountView,
    /// Where a browser would go next; the application's verification waits there, or is told of the denial.
    #[serde(skip_serializing_if = "Option::is_none")]
    continue_at: Option<String>,
    /// Consent that `user/verify` is to verify.
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_request_id: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum ConsentOutcome {
    Active,
    PendingVerification,
    Denied,
}

/// A flow so far.
struct Step {
    outcome: ConsentOutcome,
    continue_at: Option<String>,
    auth_request_id: Option<String>,
}

impl Step {
    fn active() -> Self {
        Self { outcome: ConsentOutcome::Active, continue_at: None, auth_request_id: None }
    }
}

pub async fn by_url(
    State(env): State<Arc<SandboxEnvironment>>,
    ControlBody(ConsentTo { link, person, verify }): ControlBody<ConsentTo>,
) -> Result<Json<Consented>, ControlError> {
    let path = link.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let id = path.rsplit('/').next().unwrap_or_default();
    consent(&env, id, &Consent { person, verify }).map(Json)
}

/// `POST …/links/{id}:consent`.
pub async fn by_id(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(path): Path<String>,
    ControlBody(body): ControlBody<Consent>,
) -> Result<Json<Consented>, ControlError> {
    let Some(id) = path.strip_suffix(":consent") else {
        return Err(ControlError::not_found("Say what to do to the link: :consent."));
    };
    consent(&env, id, &body).map(Json)
}

fn consent(env: &SandboxEnvironment, id: &str, wanted: &Consent) -> Result<Consented, ControlError> {
    let (control, now) = (control(env)?, env.now());
    let mut world = env.world();
    // The lookup borrows the whole world, so what is needed of it is taken along.
    let account = world.link(id, now).map_err(dead)?.1.number;
    let known = world.accounts().find(|known| known.number == account).ok_or_else(gone)?;
    let person = person(&world, wanted.person.as_deref(), known)?;
    let step = if known.connection.is_oauth() {
        if control.takes_denial(account) {
            deny(&mut world, id, now)?
        } else {
            sign_in(env, &mut world, id, &person, wanted.verify)?
        }
    } else {
        let details = made_up_details(&known.connection, &person);
        world.fill_in(id, details, now).map_err(dead)?;
        Step::active()
    };
    let Step { outcome, continue_at, auth_request_id } = step;
    let account = world.accounts().find(|known| known.number == account).ok_or_else(gone)?;
    let account = AccountView::new(account, control);
    Ok(Consented { outcome, person: PersonView::new(&person), account, continue_at, auth_request_id })
}

/// The provider sends the browser back with a denial; the link goes on working.
fn deny(world: &mut World, id: &str, now: jiff::Timestamp) -> Result<Step, ControlError> {
    let (link, _) = world.link(id, now).map_err(dead)?;
    let told = [("error", "access_denied"), ("error_description", "The person denied access.")];
    let continue_at = link.return_to.as_ref().map(|back| back.with(&told).into());
    Ok(Step { outcome: ConsentOutcome::Denied, continue_at, auth_request_id: None })
}

/// The whole way from the link to the callback, as a browser walks it.
fn sign_in(
    env: &SandboxEnvironment,
    world: &mut World,
    id: &str,
    person: &Arc<Persona>,
    verify: bool,
) -> Result<Step, ControlError> {
    let now = env.now();
    let (link, account) = world.link(id, now).map_err(dead)?;
    let (state, connection, identifier) =
        (link.provider_state.clone(), account.connection.id(), account.identifier.clone());
    // Nobody verifies at an address that was not given; a test that verifies itself needs none.
    let mode = match env.verify {
        VerifyMode::Custom if verify && link.return_to.is_none() => VerifyMode::None,
        mode => mode,
    };
    let code = world.allow(&state, person, now).map_err(dead)?;
    let (waiting, continue_at) = match world.exchange(&connection, &state, &code, mode, now).map_err(dead)? {
        Landing::Done { .. } => return Ok(Step::active()),
        Landing::Verify(url) => {
            let waiting = url.query_pairs().find(|(name, _)| name == "auth_request_id");
            (waiting.map(|(_, value)| value.into_owned()).unwrap_or_default(), url.into())
        }
        Landing::SignIn { auth_request_id } => {
            let url = env.at(&format!("{}?request={auth_request_id}", paths::SIGN_IN));
            (auth_request_id, url)
        }
        Landing::NowhereToVerify => {
            return Err(ControlError::conflict(
                "The link names no address to verify at. Make it with user_verify_url, send \"verify\": true, or start \
                 the sandbox with --verify none.",
            ));
        }
    };
    if verify {
        world.verify(&waiting, &identifier, now).map_err(|_| gone())?;
        return Ok(Step::active());
    }
    Ok(Step {
        outcome: ConsentOutcome::PendingVerification,
        continue_at: Some(continue_at),
        auth_request_id: Some(waiting),
    })
}

fn dead(error: LinkError) -> ControlError {
    match error {
        LinkError::Unknown => ControlError::not_found("There is no such link. Send the one that magic_link returned."),
        LinkError::Expired => ControlError::conflict("This link has expired. Ask for a new one."),
        LinkError::Used => ControlError::conflict("This link has been used. Ask for a new one."),
    }
}

fn gone() -> ControlError {
    ControlError::not_found("The account is not there any more.")
}
