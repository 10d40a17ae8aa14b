//! What tests ask of a sandbox and do to it, below `/__jackfield`. Described in `docs/sandbox-control.md`.
//!
//! Nothing of this is the vendor's. It is there only where it was asked for, and neither latency nor faults apply.

mod accounts;
mod answer;
mod body;
mod calls;
mod consent;
mod deliveries;
mod faults;
mod gate;
mod start;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{Method, Uri};
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get, post};
use axum::{Extension, Json, Router};
use serde_json::{Value, json};

use self::answer::{ControlError, Query};
pub use self::calls::Call;
use self::calls::{CallFilter, CallLog, CallPage};
use super::environment::SandboxEnvironment;
use super::fault_injection::FaultInjection;
use super::options::Options;
use super::params::Params;

/// Bytes of a request.
const LARGEST_BODY: usize = 64 << 10;

/// What tests may see and what they have asked for.
pub struct Control {
    pub calls: CallLog,
    /// Numbers of the accounts whose next consent is denied.
    denials: Mutex<BTreeSet<u64>>,
    /// What the sandbox started with, to go back to it.
    options: Options,
}

impl Control {
    pub fn new(options: &Options) -> Self {
        Self { calls: CallLog::default(), denials: Mutex::default(), options: options.clone() }
    }

    /// The next consent for this account is denied, whatever the person says.
    fn deny_next(&self, account: u64) {
        self.denials.lock().unwrap_or_else(PoisonError::into_inner).insert(account);
    }

    fn denies_next(&self, account: u64) -> bool {
        self.denials.lock().unwrap_or_else(PoisonError::into_inner).contains(&account)
    }

    fn forget_denials(&self) {
        self.denials.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whether this consent is the one to be denied; the one after it is not.
    pub fn takes_denial(&self, account: u64) -> bool {
        self.denials.lock().unwrap_or_else(PoisonError::into_inner).remove(&account)
    }
}

/// Routes for tests; none where nobody asked for them.
pub fn routes(env: &Arc<SandboxEnvironment>, injection: &Arc<FaultInjection>) -> Router<Arc<SandboxEnvironment>> {
    if env.control.is_none() {
        return Router::new();
    }
    // A verb behind a colon belongs to the path's last part; an account's name may hold slashes.
    Router::new()
        .route("/__jackfield/calls", get(list_calls).delete(forget_calls))
        .route("/__jackfield/accounts", get(accounts::list))
        .route("/__jackfield/accounts/{*account}", get(accounts::get).post(accounts::verb))
        .route("/__jackfield/links:consent", post(consent::by_url))
        .route("/__jackfield/links/{link}", post(consent::by_id))
        .route("/__jackfield/webhooks", get(deliveries::list))
        .route("/__jackfield/webhooks/{delivery}", post(deliveries::verb))
        .route("/__jackfield/clock", get(start::clock).post(start::advance))
        .route("/__jackfield/reset", post(start::reset))
        .route("/__jackfield/faults", get(faults::list).post(faults::add).delete(faults::clear))
        .route("/__jackfield", any(unknown))
        .route("/__jackfield/{*path}", any(unknown))
        .method_not_allowed_fallback(unknown)
        .layer(Extension(Arc::clone(injection)))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .route_layer(from_fn_with_state(Arc::clone(env), gate::admit))
}

/// The part of the environment that all of these routes are about.
fn control(env: &SandboxEnvironment) -> Result<&Control, ControlError> {
    env.control.as_ref().ok_or_else(|| ControlError::not_found("This sandbox was started without its control."))
}

async fn list_calls(
    State(env): State<Arc<SandboxEnvironment>>,
    params: Params,
) -> Result<Json<CallPage>, ControlError> {
    let query =
        Query::new(&params, &["tool", "connection", "identifier", "run", "source", "status", "since", "limit"])?;
    let filter = CallFilter {
        tool: params.one("tool"),
        connection: params.one("connection"),
        identifier: params.one("identifier"),
        run: params.one("run"),
        source: params.one("source"),
        status: params.one("status"),
        since: query.number("since")?.unwrap_or_default(),
    };
    Ok(Json(control(&env)?.calls.find(&filter, query.limit()?)))
}

async fn forget_calls(State(env): State<Arc<SandboxEnvironment>>) -> Result<Json<Value>, ControlError> {
    Ok(Json(json!({"forgotten": control(&env)?.calls.clear()})))
}

async fn unknown(method: Method, uri: Uri) -> ControlError {
    let path = uri.path();
    ControlError::not_found(format!("There is no {method} {path}. docs/sandbox-control.md lists what there is."))
}
