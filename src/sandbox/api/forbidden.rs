//! Routes that exist, and that no API client may call. Reference: section 1.8.

use std::sync::Arc;

use axum::Router;
use axum::routing::any;

use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::RpcError;

/// For the dashboard, the hosted pages and signed-in people.
const PATHS: [&str; 8] = [
    "/api/v1/connected_accounts/org_wide/authorize",
    "/api/v1/connected_accounts/portal/redirect_url",
    "/api/v1/environments/{id}/settings/agent-actions",
    "/api/v1/my-app-connections",
    "/api/v1/my-app-connections/{rest}",
    "/api/v1/my-connected-accounts",
    "/api/v1/my-connected-accounts/{rest}",
    "/api/v1/my-providers",
];

pub fn routes() -> Router<Arc<SandboxEnvironment>> {
    PATHS.iter().fold(Router::new(), |router, path| router.route(path, any(refuse)))
}

async fn refuse() -> RpcError {
    RpcError::forbidden("this route cannot be called with client credentials")
}
