//! A token service on loopback (RFC 8693): an authorization server that people sign in to, and that exchanges what they got
//! there for tokens of single resources.
//!
//! It takes an exchange only in the exact form, and records what it could not take. Its world: Linear with three scopes,
//! of which everybody has all; GitHub, which nobody has granted until [`TokenService::grant`]; a payroll that a policy
//! denies; and a vault that gives a stored secret.

use std::collections::{HashMap, HashSet};
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use super::client_proof::Clients;
pub use super::client_proof::Expected;
use super::oauth_server::{Extension, OAuthServer, Received, Reply};

pub const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
pub const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

pub const LINEAR: &str = "https://api.linear.app";
pub const GITHUB: &str = "https://api.github.com";
pub const PAYROLL: &str = "https://payroll.example";
pub const VAULT: &str = "https://vault.example/stripe";
pub const STORED_SECRET: &str = "sk_live_stored_hunter2";

/// Scopes of Linear.
pub const SCOPES: [&str; 3] = ["read", "write", "issues:create"];

/// Words of the policy that denies the payroll.
pub const DENIAL: &str = "Denied by policy no-payroll of policy set acme, version 3";

/// Private keys of the applications that sign.
pub const RSA_KEY: &str = include_str!("keys/rsa_pkcs8.pem");
pub const EC_KEY: &str = include_str!("keys/p256_pkcs8.pem");

/// Fields that an exchange may have.
const FIELDS: [&str; 11] = [
    "grant_type",
    "resource",
    "audience",
    "scope",
    "requested_token_type",
    "subject_token",
    "subject_token_type",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
];

/// Token that was given for a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    pub token: String,
    pub person: String,
    pub application: String,
    pub resource: String,
    pub scopes: Vec<String>,
}

#[derive(Default)]
struct World {
    url: String,
    clients: Clients,
    /// Whoever signs in next.
    person: String,
    /// People by the access token of their sign-in.
    subjects: HashMap<String, String>,
    expired: HashSet<String>,
    /// Pairs of person and resource.
    granted: HashSet<(String, String)>,
    /// Page on which a person grants, as some servers name it in their refusal.
    names_page: bool,
    /// Scopes of the next answers, whatever is asked.
    gives: Option<Value>,
    issued: Vec<Issued>,
    complaints: Vec<String>,
}

struct Rules(Mutex<World>);

/// A running service; gone when dropped. What an authorization server can, it can.
pub struct TokenService {
    server: OAuthServer,
    rules: Arc<Rules>,
}

impl Deref for TokenService {
    type Target = OAuthServer;

    fn deref(&self) -> &OAuthServer {
        &self.server
    }
}

impl TokenService {
    pub async fn start() -> Self {
        let server = OAuthServer::start().await;
        let url = server.url("/").as_str().trim_end_matches('/').to_owned();
        let methods = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
        server.describe("grant_types_supported", json!(["authorization_code", "refresh_token", EXCHANGE]));
        server.describe("token_endpoint_auth_methods_supported", json!(methods));
        server.describe("token_endpoint_auth_signing_alg_values_supported", json!(["RS256", "ES256"]));
        server.describe("scopes_supported", json!(SCOPES));
        server.name_itself();
        let known = [
            ("app-public", Expected::Public),
            ("app-basic", Expected::Basic("hunter2-basic")),
            ("app-post", Expected::Post("hunter2-post")),
            ("app-rsa", Expected::Signed(RSA_KEY)),
            ("app-ec", Expected::Signed(EC_KEY)),
            ("app-workload", Expected::Assertion("platform.hunter2.token")),
        ];
        let mut clients = Clients::default();
        clients.known.extend(known.map(|(id, proof)| (id.to_owned(), proof)));
        let world = World { url, clients, person: "ada".to_owned(), ..World::default() };
        let rules = Arc::new(Rules(Mutex::new(world)));
        server.extend(Arc::clone(&rules) as Arc<dyn Extension>);
        Self { server, rules }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.rules.0.lock().unwrap()
    }

    /// Adds an application, or changes its proof.
    pub fn know_application(&self, id: &str, proof: Expected) {
        self.world().clients.known.insert(id.to_owned(), proof);
    }

    /// Takes an access token as one of this person's sign-in.
    pub fn know_subject(&self, token: &str, person: &str) {
        self.world().subjects.insert(token.to_owned(), person.to_owned());
    }

    /// Ends the sign-in of an access token.
    pub fn expire(&self, token: &str) {
        self.world().expired.insert(token.to_owned());
    }

    /// The person grants a resource.
    pub fn grant(&self, person: &str, resource: &str) {
        self.world().granted.insert((person.to_owned(), resource.to_owned()));
    }

    /// Names a page in its refusal where nothing is granted.
    pub fn name_page(&self) {
        self.world().names_page = true;
    }

    /// Gives these scopes in the next answers, whatever is asked; `null` tells none.
    pub fn give(&self, scopes: Value) {
        self.world().gives = Some(scopes);
    }

    /// Tokens that were given, in order.
    pub fn issued(&self) -> Vec<Issued> {
        self.world().issued.clone()
    }

    /// Token that a request brought, if this service gave it.
    pub fn issued_as(&self, token: &str) -> Option<Issued> {
        self.world().issued.iter().find(|issued| issued.token == token).cloned()
    }

    /// What was wrong with the form of requests, in order.
    pub fn complaints(&self) -> Vec<String> {
        self.world().complaints.clone()
    }

    /// Headers and claims of the assertions that were accepted.
    pub fn assertions(&self) -> Vec<(Value, Value)> {
        let world = self.world();
        world.clients.headers.iter().cloned().zip(world.clients.claims.iter().cloned()).collect()
    }
}

impl Extension for Rules {
    fn issued(&self, access: &str) {
        let mut world = self.0.lock().unwrap();
        let person = world.person.clone();
        world.subjects.insert(access.to_owned(), person);
    }

    fn answer(&self, received: &Received) -> Option<Reply> {
        let form: Vec<_> = url::form_urlencoded::parse(received.body.as_bytes()).into_owned().collect();
        let is_exchange = form.iter().any(|(name, value)| name == "grant_type" && value == EXCHANGE);
        is_exchange.then(|| {
            let mut world = self.0.lock().unwrap();
            let answer = world.read(received, form).and_then(|form| world.exchange(received, &form));
            answer.unwrap_or_else(|refusal| refusal)
        })
    }
}

impl World {
    /// Fields of an exchange, if they are exactly those of RFC 8693.
    fn read(&mut self, received: &Received, form: Vec<(String, String)>) -> Result<HashMap<String, String>, Reply> {
        let mut wrong = Vec::new();
        let mut fields = HashMap::new();
        if received.content_type.as_deref() != Some("application/x-www-form-urlencoded") {
            wrong.push(format!("content type {:?}", received.content_type));
        }
        if received.method != "POST"
            || received.target.contains('?')
            || received.accept.as_deref() != Some("application/json")
        {
            wrong.push(format!("{} {} for {:?}", received.method, received.target, received.accept));
        }
        for (name, value) in form {
            if !FIELDS.contains(&&*name) {
                wrong.push(format!("{name} is unknown"));
            }
            if value.is_empty() || value.trim() != value {
                wrong.push(format!("{name} is empty or torn"));
            }
            if fields.insert(name.clone(), value).is_some() {
                wrong.push(format!("{name} came twice"));
            }
        }
        for name in ["subject_token", "subject_token_type", "resource"] {
            if !fields.contains_key(name) {
                wrong.push(format!("{name} is missing"));
            }
        }
        for name in ["subject_token_type", "requested_token_type"] {
            if fields.get(name).is_some_and(|kind| kind != ACCESS_TOKEN) {
                wrong.push(format!("{name} is not {ACCESS_TOKEN}"));
            }
        }
        if wrong.is_empty() {
            return Ok(fields);
        }
        self.complaints.extend(wrong.iter().cloned());
        Err(Reply::error(400, "invalid_request", &wrong.join(", ")))
    }

    fn exchange(&mut self, received: &Received, form: &HashMap<String, String>) -> Result<Reply, Reply> {
        let audiences = [self.url.clone(), format!("{}/token", self.url)];
        let client = self.clients.check(received, form, &audiences);
        let application = client.map_err(|why| Reply::error(401, "invalid_client", &why))?;
        let subject = &form["subject_token"];
        let known = self.subjects.get(subject).filter(|_| !self.expired.contains(subject));
        let person = known.cloned().ok_or_else(|| Reply::error(400, "invalid_grant", "The subject token expired"))?;
        let resource = &form["resource"];
        let scopes: Vec<String> =
            form.get("scope").into_iter().flat_map(|scope| scope.split(' ')).map(str::to_owned).collect();
        match &**resource {
            LINEAR | VAULT => {}
            GITHUB if self.granted.contains(&(person.clone(), resource.clone())) => {}
            GITHUB => {
                let mut said =
                    json!({ "error": "insufficient_authorization", "error_description": "No grant for this resource" });
                if self.names_page {
                    said["authorization_url"] = json!(format!("{}/connect?resource={resource}", self.url));
                }
                return Err(Reply::json(400, &said));
            }
            PAYROLL => return Err(Reply::error(403, "access_denied", DENIAL)),
            _ => return Err(Reply::error(400, "invalid_target", "No such resource")),
        }
        if scopes.iter().any(|scope| !SCOPES.contains(&&**scope)) {
            return Err(Reply::error(400, "invalid_scope", "No such scope"));
        }
        let number = self.issued.len() + 1;
        let (token, kind) = match &**resource {
            VAULT => (STORED_SECRET.to_owned(), "N_A"),
            _ => (format!("exchanged-{number}-hunter2"), "Bearer"),
        };
        let given = self.gives.clone().unwrap_or_else(|| json!(scopes.join(" ")));
        let mut answer = json!({
            "access_token": token, "issued_token_type": ACCESS_TOKEN, "token_type": kind, "expires_in": 3600,
            "refresh_token": "never-hunter2",
        });
        if given.as_str().is_some_and(|scope| !scope.is_empty()) {
            answer["scope"] = given;
        }
        self.issued.push(Issued { token, person, application, resource: resource.clone(), scopes });
        Ok(Reply::json(200, &answer))
    }
}
