//! The sandbox as any client sees it: plain HTTP over loopback, answers compared as raw JSON.

mod account_changes;
mod accounts;
mod catalogue;
mod connections;
mod connectors;
mod consent;
mod control;
mod custom_providers;
mod door;
mod execute;
mod faults;
mod form;
#[cfg(feature = "sdk")]
mod grpc;
mod links;
mod logs;
mod mcp_auth_state;
mod mcp_client;
mod mcp_configs;
mod mcp_instances;
mod mcp_servers;
mod mcp_tokens;
mod model;
mod options;
mod people;
#[cfg(feature = "sdk")]
mod port;
mod provider_calls;
mod provider_fathom;
mod provider_freshdesk;
mod provider_github;
mod provider_gmail;
mod provider_gong;
mod provider_googledrive;
mod provider_slack;
mod provider_snowflake;
mod providers;
mod proxy;
pub mod tools;
mod troubles;
mod webhook;
mod world_file;

use jackfield::testing::sandbox::{Options, Sandbox, VerifyMode};
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Client, Method, RequestBuilder, redirect};
use serde_json::{Value, json};

use crate::browser;

/// A running sandbox and a client with a token for it.
pub struct Env {
    pub sandbox: Sandbox,
    pub http: Client,
    token: String,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub fn location(&self) -> &str {
        assert_eq!(self.status, 302, "{}", self.text);
        self.headers[LOCATION].to_str().unwrap()
    }

    /// Asserts a refusal in the wire's form and returns its one detail.
    pub fn refused(&self, status: u16, code: i64, error_code: &str) -> Value {
        let body = self.json();
        assert_eq!((self.status, &body["code"]), (status, &json!(code)), "{body}");
        assert!(body["message"].as_str().is_some_and(|message| !message.is_empty()), "{body}");
        let detail = &body["details"][0];
        assert_eq!(detail["@type"], "type.googleapis.com/scalekit.v1.errdetails.ErrorInfo");
        assert_eq!(detail["error_code"], error_code);
        detail.clone()
    }

    /// Asserts that exactly these fields were refused.
    pub fn violates(&self, fields: &[&str]) {
        let detail = self.refused(400, 3, "INVALID_ARGUMENT");
        let violations = detail["validation_error_info"]["field_violations"].as_array().expect("violations").clone();
        let got: Vec<_> = violations.iter().map(|violation| violation["field"].as_str().unwrap()).collect();
        assert_eq!(got, fields);
        assert!(violations.iter().all(|violation| violation["description"].as_str().is_some_and(|d| !d.is_empty())));
    }
}

pub fn client() -> Client {
    // Nothing between us and loopback: no proxy, no certificates to look for, no redirects followed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().tls_certs_only([]).redirect(redirect::Policy::none()).build().unwrap()
}

pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, text: response.text().await.unwrap() }
}

impl Env {
    pub async fn start() -> Self {
        Self::with(Options::default()).await
    }

    pub async fn without_verification() -> Self {
        Self::with(Options { verify: VerifyMode::None, ..Options::default() }).await
    }

    pub async fn with(options: Options) -> Self {
        let sandbox = Sandbox::start(options).await.unwrap();
        let mut env = Self { sandbox, http: client(), token: String::new() };
        let (id, secret) = (env.sandbox.client_id(), env.sandbox.client_secret().expose());
        let answer = env.token("client_credentials", id, secret).await;
        env.token = answer.json()["access_token"].as_str().unwrap().to_owned();
        env
    }

    pub async fn token(&self, grant: &str, id: &str, secret: &str) -> Answer {
        let form = [("grant_type", grant), ("client_id", id), ("client_secret", secret)];
        send(self.http.post(self.at("/oauth/token")).form(&form)).await
    }

    pub fn at(&self, path: &str) -> String {
        self.sandbox.url().join(path).unwrap().into()
    }

    /// `GET /api/v1/…` with the token; the query may repeat names.
    pub async fn get(&self, path: &str, query: &[(&str, &str)]) -> Answer {
        send(self.http.get(self.at(&format!("/api/v1/{path}"))).query(query).bearer_auth(&self.token)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        send(self.http.post(self.at(&format!("/api/v1/{path}"))).json(&body).bearer_auth(&self.token)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        send(self.http.put(self.at(&format!("/api/v1/{path}"))).json(&body).bearer_auth(&self.token)).await
    }

    pub async fn patch(&self, path: &str) -> Answer {
        send(self.http.patch(self.at(&format!("/api/v1/{path}"))).bearer_auth(&self.token)).await
    }

    /// As [`Self::patch`], with a body.
    pub async fn patch_with(&self, path: &str, body: Value) -> Answer {
        send(self.http.patch(self.at(&format!("/api/v1/{path}"))).json(&body).bearer_auth(&self.token)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        send(self.http.delete(self.at(&format!("/api/v1/{path}"))).bearer_auth(&self.token)).await
    }

    /// A request to the proxy for an account.
    pub fn proxy(&self, method: Method, path: &str, connector: &str, identifier: &str) -> RequestBuilder {
        let request = self.http.request(method, self.at(&format!("/proxy{path}"))).bearer_auth(&self.token);
        request.header("connection_name", connector).header("identifier", identifier)
    }

    /// As a browser: no token.
    pub async fn open(&self, url: &str) -> Answer {
        send(self.http.get(self.at(url))).await
    }

    pub async fn account(&self, connector: &str, identifier: &str) -> Value {
        let answer =
            self.get("connected_accounts/details", &[("connector", connector), ("identifier", identifier)]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["connected_account"].clone()
    }

    /// A link for an account; `extra` is merged into the request.
    pub async fn link(&self, connector: &str, identifier: &str, extra: Value) -> String {
        let mut body = json!({"connector": connector, "identifier": identifier});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let answer = self.post("connected_accounts/magic_link", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["link"].as_str().unwrap().to_owned()
    }

    /// Walks from a link through the provider's page as a browser would, and decides there.
    /// Returns what the broker's callback answers.
    pub async fn decide(&self, link: &str, person: Option<&str>, decision: &str) -> Answer {
        browser::decide(&self.http, link, person, decision).await
    }

    /// Makes `connector` of `identifier` ACTIVE, with `person` signing in. Needs an environment
    /// without verification.
    pub async fn connect(&self, connector: &str, identifier: &str, person: &str) {
        let link = self.link(connector, identifier, json!({})).await;
        let answer = self.decide(&link, Some(person), "allow").await;
        assert!(answer.location().ends_with("/done"), "{}", answer.location());
    }

    pub async fn execute(&self, tool: &str, connector: &str, identifier: &str, params: Value) -> Answer {
        let body = json!({"tool_name": tool, "connector": connector, "identifier": identifier, "params": params});
        self.post("execute_tool", body).await
    }

    /// The result of a call that must succeed.
    pub async fn run(&self, tool: &str, identifier: &str, params: Value) -> Value {
        let connector = tool.split('_').next().unwrap();
        let answer = self.execute(tool, connector, identifier, params).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["data"].clone()
    }
}

/// The value of an attribute of the first tag that starts with `tag`, unescaped as far as we need.
pub fn attribute(html: &str, tag: &str, name: &str) -> String {
    let (_, rest) = html.split_once(tag).unwrap_or_else(|| panic!("no {tag} in {html}"));
    let (_, rest) = rest.split_once(&format!("{name}=\"")).unwrap();
    rest.split('"').next().unwrap().replace("&amp;", "&")
}

/// The one value of a name in a URL's query.
pub fn query(url: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(url).unwrap();
    let values: Vec<_> = url.query_pairs().filter(|(n, _)| n == name).map(|(_, value)| value.into_owned()).collect();
    assert!(values.len() < 2, "{name} comes {} times", values.len());
    values.into_iter().next()
}
