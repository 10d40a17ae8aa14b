//! A connection together with what is known of its provider.

use std::sync::{Arc, LazyLock};

use url::Url;

use super::connection_spec::{ConnectionAuth, ConnectionSpec};
use super::exchange_spec::{ExchangeSpec, SecretForm};
use super::server_spec::ServerSpec;
use crate::domain::{EnvironmentUrl, Fault, FaultKind, Provider};
use crate::oauth::{Endpoints, Quirks, ServerAuth};
use crate::provider::{ErrorShape, HeaderForm, OAuthSpec, ProviderSpec, ProviderTable, SecretNeed};
use crate::secrets::SecretKey;

/// A connection, its overrides laid over the provider's data.
pub(super) struct ResolvedConnection {
    pub spec: Arc<ConnectionSpec>,
    provider: Option<ProviderSpec>,
}

impl ResolvedConnection {
    pub fn new(spec: Arc<ConnectionSpec>, providers: &ProviderTable) -> Self {
        let provider = providers.get(&spec.provider).cloned();
        Self { spec, provider }
    }

    fn oauth(&self) -> Option<&OAuthSpec> {
        self.provider.as_ref().and_then(|provider| provider.oauth.as_ref())
    }

    /// Token exchange of the connection.
    ///
    /// # Errors
    /// [`FaultKind::NoEnvironment`] for a connection of another kind.
    pub fn exchange(&self) -> Result<&ExchangeSpec, Fault> {
        self.spec.exchange.as_ref().ok_or_else(|| self.lacks("what is exchanged (auth = \"exchange\")"))
    }

    /// Authorization server that a person signs in to, for connections with token exchange.
    ///
    /// # Errors
    /// [`FaultKind::NoEnvironment`] where none is named, [`FaultKind::InvalidInput`] where nothing may be sent to it.
    pub fn issuer(&self) -> Result<Url, Fault> {
        let issuer =
            self.spec.issuer.as_deref().ok_or_else(|| self.lacks("the URL of its authorization server (issuer)"))?;
        crate::oauth::endpoint("issuer", issuer)
    }

    /// Place that credentials of the connection are sent to: the base of an API, or the URL of a server.
    fn target(&self) -> Result<String, Fault> {
        match self.spec.server.as_ref().and_then(ServerSpec::url) {
            Some(url) => Ok(url.to_string()),
            None => self.api().map(|api| api.as_str().to_owned()),
        }
    }

    /// Base of the API, which requests stay below.
    ///
    /// # Errors
    /// [`FaultKind::NoEnvironment`] where nobody names one.
    pub fn api(&self) -> Result<EnvironmentUrl, Fault> {
        if self.spec.server.is_some() {
            let message = format!(
                "Connection {} leads to an MCP server, which has tools and takes no other requests.",
                self.spec.name
            );
            return Err(Fault::new(FaultKind::InvalidInput, message));
        }
        let known = self.provider.as_ref().and_then(|provider| provider.api.as_ref());
        let url = self.spec.api_url.as_ref().or(known).ok_or_else(|| self.lacks("the URL of its API (api_url)"))?;
        EnvironmentUrl::parse(url.as_str()).map_err(|_| {
            let message = format!("The api_url of connection {} is no base of an API: {url}.", self.spec.name);
            Fault::new(FaultKind::NoEnvironment, message)
        })
    }

    /// Endpoints of its authorization server.
    ///
    /// # Errors
    /// [`FaultKind::NoEnvironment`] where nobody names one that is needed.
    pub fn endpoints(&self) -> Result<Endpoints, Fault> {
        let known = self.oauth().map(|oauth| &oauth.endpoints);
        let spec = &self.spec;
        let own = |own: &Option<Url>, known: Option<&Url>| own.clone().or_else(|| known.cloned());
        let token = own(&spec.token_url, known.map(|known| &known.token));
        let token = token.ok_or_else(|| self.lacks("the URL of its token endpoint (token_url)"))?;
        let authorize = match own(&spec.authorize_url, known.map(|known| &known.authorize)) {
            Some(url) => url,
            // The device flow has no use for it.
            None if spec.auth == ConnectionAuth::Device => token.clone(),
            None => return Err(self.lacks("the URL of its authorization page (authorize_url)")),
        };
        // What the provider says of itself does not hold for another server.
        let is_elsewhere = known.is_some_and(|known| known.token != token);
        let known = known.filter(|_| !is_elsewhere);
        Ok(Endpoints {
            authorize,
            token,
            revoke: own(&spec.revoke_url, known.and_then(|known| known.revoke.as_ref())),
            device: own(&spec.device_url, known.and_then(|known| known.device.as_ref())),
            issuer: spec.issuer.clone().or_else(|| known.and_then(|known| known.issuer.clone())),
            announces_iss: spec.announces_iss || known.is_some_and(|known| known.announces_iss),
        })
    }

    /// Ways in which its authorization server differs from others.
    pub fn quirks(&self) -> Quirks {
        let mut quirks = match self.spec.auth {
            // The provider has no part in the sign-in.
            ConnectionAuth::Exchange => ServerAuth::quirks(),
            _ => self.oauth().map(|oauth| oauth.quirks.clone()).unwrap_or_default(),
        };
        if !self.spec.ports.is_empty() {
            quirks.redirect_ports.clone_from(&self.spec.ports);
        }
        if let Some(way) = self.spec.client_auth {
            quirks.client_auth = way;
        }
        quirks
    }

    /// Id of one's own app.
    ///
    /// # Errors
    /// [`FaultKind::NoEnvironment`] where there is none.
    pub fn client_id(&self) -> Result<&str, Fault> {
        self.spec.client_id.as_deref().ok_or_else(|| self.lacks("the id of your app at the provider (client_id)"))
    }

    /// Server that the app's secret and refresh tokens are sent to, in the names of secrets. Not the issuer: that is only
    /// what a server says of itself, and the file can name another endpoint beside it.
    fn token_server(&self) -> Result<String, Fault> {
        if self.spec.auth == ConnectionAuth::Exchange {
            // The file names no endpoint beside it.
            return Ok(self.issuer()?.to_string());
        }
        Ok(self.endpoints()?.token.origin().ascii_serialization())
    }

    /// Place of the app's secret.
    pub fn client_key(&self) -> Result<SecretKey, Fault> {
        Ok(SecretKey::client(&self.token_server()?, self.client_id()?))
    }

    /// Place of an account's credential. It goes nowhere but to the API that it was given for, whatever the file says
    /// later.
    pub fn account_key(&self, account: &str) -> Result<SecretKey, Fault> {
        match self.spec.auth {
            ConnectionAuth::OAuth | ConnectionAuth::Device => {
                Ok(SecretKey::oauth(&self.token_server()?, self.client_id()?, self.api()?.as_str(), account))
            }
            ConnectionAuth::ApiKey | ConnectionAuth::Token => Ok(SecretKey::key(&self.target()?, account)),
            ConnectionAuth::Exchange => {
                let (issuer, target) = (self.issuer()?, self.target()?);
                Ok(SecretKey::sign_in(issuer.as_str(), self.client_id()?, &target, account))
            }
            ConnectionAuth::Mcp => Err(self.lacks("an account that was authorized at its server")),
        }
    }

    /// Shape in which its provider tells of errors; one that finds none where that is not known.
    pub fn errors(&self) -> &ErrorShape {
        static UNKNOWN: LazyLock<ErrorShape> = LazyLock::new(ErrorShape::default);
        self.provider.as_ref().map_or(&UNKNOWN, |provider| &provider.errors)
    }

    /// Headers that each request bears.
    pub fn headers(&self) -> &[(String, String)] {
        self.provider.as_ref().map_or(&[], |provider| &provider.headers)
    }

    /// Need of a client secret.
    pub fn secret_need(&self) -> SecretNeed {
        match self.spec.auth {
            ConnectionAuth::Exchange => SecretNeed::Optional,
            _ => self.oauth().map_or(SecretNeed::Optional, |oauth| oauth.secret),
        }
    }

    /// Form in which the credential goes out.
    pub fn header_form(&self) -> HeaderForm {
        let of_keys = || {
            let known = self.provider.as_ref().and_then(|provider| provider.key_form.as_ref());
            known.map_or(HeaderForm::Bearer, |key| key.form.clone())
        };
        match self.spec.auth {
            ConnectionAuth::ApiKey => of_keys(),
            ConnectionAuth::Exchange => match self.spec.exchange.as_ref().map(|exchange| exchange.secret_form) {
                Some(SecretForm::Key) => of_keys(),
                Some(SecretForm::Bearer) | None => HeaderForm::Bearer,
            },
            ConnectionAuth::OAuth | ConnectionAuth::Device | ConnectionAuth::Token | ConnectionAuth::Mcp => {
                HeaderForm::Bearer
            }
        }
    }

    fn lacks(&self, what: &str) -> Fault {
        let message = format!("Connection {} lacks {what}.", self.spec.name);
        Fault::new(FaultKind::NoEnvironment, message)
    }
}

/// Name for people: the provider's own, or its key.
pub(super) fn title(providers: &ProviderTable, provider: &Provider) -> String {
    providers.get(provider).map_or_else(|| provider.to_string(), |known| known.title.clone())
}
