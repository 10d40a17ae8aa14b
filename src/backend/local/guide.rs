//! Making a connection: what a person needs for it, and saving it.

use std::sync::Arc;

use async_trait::async_trait;
use url::{Host, Url};

use super::connection_spec::{ConnectionAuth, ConnectionSpec};
use super::connections_file::ConnectionEntry;
use super::mcp::{ServerNeeds, redirect};
use super::resolved::ResolvedConnection;
use super::server_spec::{GivenValue, ServerPlace, ServerSpec};
use super::{Inner, Local};
use crate::backend::{ConnectGuide, ConnectOffer, ConnectTarget, ConnectionAdmin, ConnectionDraft};
use crate::domain::{Connection, ConnectionName, Fault, FaultKind, Provider, Secret};
use crate::oauth::discover;
use crate::provider::{ProviderSpec, SecretNeed};
use crate::secrets::SecretKey;

impl Inner {
    fn guide(&self, spec: ConnectionSpec, server: Option<ServerNeeds>, is_known: bool) -> ConnectGuide {
        let known = self.providers.get(&spec.provider).filter(|_| spec.server.is_none());
        let resolved = ResolvedConnection::new(Arc::new(spec.clone()), &self.providers);
        let quirks = if spec.server.is_some() { redirect(&spec) } else { resolved.quirks() };
        ConnectGuide {
            title: known.map_or_else(|| server_title(&spec, server.as_ref()), |known| known.title.clone()),
            ways: match &spec.server {
                Some(place) => server_ways(place, server.as_ref()),
                None => ways(known, &resolved),
            },
            mcp_url: known.and_then(|known| known.mcp.clone()),
            server,
            register_app: known.and_then(|known| known.register_app.clone()),
            redirect_uris: quirks.redirect_uris(),
            secret: if spec.server.is_some() { SecretNeed::Optional } else { resolved.secret_need() },
            get_key: known.and_then(|known| known.get_key.clone()),
            scopes: known.map(|known| known.scopes.clone()).unwrap_or_default(),
            actors: quirks.actors,
            is_known,
            spec,
        }
    }

    fn save(&self, draft: ConnectionDraft) -> Result<Connection, Fault> {
        let ConnectionDraft { mut spec, client_secret } = draft;
        spec.is_confidential = client_secret.is_some() || spec.is_confidential;
        self.keep_headers(&mut spec)?;
        let connection = ResolvedConnection::new(Arc::new(spec), &self.providers);
        let spec = &connection.spec;
        if spec.auth == ConnectionAuth::Exchange {
            self.check_exchange(&connection)?;
        } else if spec.server.is_some() {
            return self.save_server(spec, client_secret);
        } else if spec.auth.field().is_none() {
            connection.endpoints()?.check()?;
            let has_secret = spec.is_confidential || spec.client_secret.is_some();
            // The device flow is for clients that cannot keep one.
            let needs_secret = spec.auth == ConnectionAuth::OAuth && connection.secret_need() == SecretNeed::Required;
            if needs_secret && !has_secret {
                let message =
                    format!("Apps of {} have a client secret, and without it no account is connected.", spec.provider);
                return Err(Fault::new(FaultKind::InvalidInput, message));
            }
            connection.client_id()?;
        } else {
            connection.api()?;
        }
        if let Some(secret) = &client_secret {
            self.secrets.set(&connection.client_key()?, secret)?;
        }
        self.connections.put(spec)?;
        Ok(self.shown_connection(&ConnectionEntry::Good(Arc::clone(spec))))
    }

    /// Holds a connection with token exchange against what the file could hold.
    fn check_exchange(&self, connection: &ResolvedConnection) -> Result<(), Fault> {
        let spec = &connection.spec;
        if spec.server.is_none() {
            connection.api()?;
        }
        ConnectionSpec::read(spec.name.raw(), &spec.to_table())
            .map(drop)
            .map_err(|why| Fault::new(FaultKind::InvalidInput, format!("The connection cannot be saved: {why}.")))
    }

    /// Keeps the values of headers that were typed in; the file says no more than that there are some.
    fn keep_headers(&self, spec: &mut ConnectionSpec) -> Result<(), Fault> {
        let Some(ServerSpec { place: ServerPlace::Http { url, headers }, .. }) = &mut spec.server else {
            return Ok(());
        };
        for (name, value) in headers {
            if let GivenValue::Typed(typed) = value {
                self.secrets.set(&SecretKey::header(url.as_str(), spec.name.raw(), name), &typed.0)?;
                *value = GivenValue::Kept;
            }
        }
        Ok(())
    }

    fn save_server(&self, spec: &Arc<ConnectionSpec>, client_secret: Option<Secret>) -> Result<Connection, Fault> {
        if let Some(secret) = &client_secret {
            let (Some(issuer), Some(client_id)) = (&spec.issuer, &spec.client_id) else {
                let message = "A client secret is kept for a client id at an authorization server, and one of them is not \
                               known.";
                return Err(Fault::new(FaultKind::InvalidInput, message));
            };
            self.secrets.set(&SecretKey::client(issuer, client_id), secret)?;
        }
        self.connections.put(spec)?;
        Ok(self.shown_connection(&ConnectionEntry::Good(Arc::clone(spec))))
    }
}

/// Name for people: what the server calls itself, or the key that follows from it.
fn server_title(spec: &ConnectionSpec, needs: Option<&ServerNeeds>) -> String {
    match needs {
        Some(ServerNeeds::Nothing { title, .. }) if !title.is_empty() => title.to_string(),
        _ => spec.server.as_ref().map_or_else(|| spec.provider.to_string(), ServerSpec::origin),
    }
}

fn server_ways(server: &ServerSpec, needs: Option<&ServerNeeds>) -> Vec<ConnectionAuth> {
    match needs {
        _ if server.url().is_none() => vec![ConnectionAuth::Mcp],
        Some(ServerNeeds::Unknown(_)) => vec![ConnectionAuth::Token, ConnectionAuth::Mcp, ConnectionAuth::Exchange],
        _ => vec![ConnectionAuth::Mcp, ConnectionAuth::Token, ConnectionAuth::Exchange],
    }
}

/// True if both lead to the same server.
fn is_same_server(one: &ServerSpec, other: &ServerSpec) -> bool {
    match (one.url(), other.url()) {
        (Some(one), Some(other)) => one == other,
        (None, None) => true,
        _ => false,
    }
}

/// Name for a connection to a server.
fn server_name(server: &ServerSpec) -> Option<String> {
    let ServerPlace::Process { command, .. } = &server.place else { return server.url().and_then(name_of) };
    // The package that a program runs tells more than the program.
    let word = command.iter().skip(1).find(|word| !word.starts_with('-')).or(command.first())?;
    let last = word.rsplit(['/', '\\']).next()?;
    let last = last.split('@').next()?.trim_start_matches("mcp-").trim_start_matches("server-");
    let name: String = last.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    (!name.is_empty()).then_some(name)
}

fn ways(known: Option<&ProviderSpec>, resolved: &ResolvedConnection) -> Vec<ConnectionAuth> {
    use ConnectionAuth::{ApiKey, Device, Exchange, OAuth, Token};
    let (oauth, key) = match known {
        Some(known) => (known.oauth.is_some(), known.key_form.is_some()),
        None => (resolved.endpoints().is_ok(), true),
    };
    let device = oauth && resolved.endpoints().is_ok_and(|endpoints| endpoints.device.is_some());
    let ways = [(oauth, OAuth), (device, Device), (key, ApiKey), (true, Token), (true, Exchange)];
    ways.into_iter().filter_map(|(is_there, way)| is_there.then_some(way)).collect()
}

/// Name for a connection to a server that is known by nothing but its URL.
fn name_of(url: &Url) -> Option<String> {
    match url.host()? {
        Host::Domain(host) => {
            let labels: Vec<_> =
                host.split('.').filter(|label| !["www", "api", "app", "auth", "mcp"].contains(label)).collect();
            labels.first().map(|label| (*label).to_owned())
        }
        Host::Ipv4(address) => Some(address.to_string()),
        Host::Ipv6(_) => Some("local".to_owned()),
    }
}

impl Local {
    /// The guide of a server. With `anew`, what is said of the way to it takes the place of what was known.
    async fn server_guide(
        &self,
        server: ServerSpec,
        needs: ServerNeeds,
        name: Option<&ConnectionName>,
        anew: bool,
    ) -> Result<ConnectGuide, Fault> {
        let own_name = server_name(&server).unwrap_or_else(|| "mcp".to_owned());
        let wanted = name.cloned();
        self.blocking(move |inner| {
            // Beside a connection to the provider's API there is room for one to its server.
            let names = match &wanted {
                Some(name) => vec![name.clone()],
                None => vec![own_name.as_str().into(), format!("{own_name}-mcp").as_str().into()],
            };
            let mut taken = None;
            for name in names {
                let known = match inner.connections.get(&name) {
                    Ok(known) => known,
                    Err(fault) if fault.kind == FaultKind::NotFound => {
                        let mut spec = ConnectionSpec::of_server(name, server);
                        if let ServerNeeds::Consent { issuer, .. } = &needs {
                            spec.issuer = Some(issuer.clone());
                        }
                        return Ok(inner.guide(spec, Some(needs), false));
                    }
                    Err(fault) => return Err(fault),
                };
                match &known.server {
                    Some(there) if is_same_server(there, &server) => {
                        let mut spec = ConnectionSpec::clone(&known);
                        if anew && let Some(there) = &mut spec.server {
                            there.place = server.place;
                        }
                        return Ok(inner.guide(spec, Some(needs), true));
                    }
                    _ => taken = Some(known),
                }
            }
            let (name, provider) = taken.map(|known| (known.name.clone(), known.provider.clone())).unzip();
            let (name, provider) = (name.unwrap_or_default(), provider.unwrap_or_default());
            let message = format!("There is a connection {name} already, to {provider}. Choose another name.");
            Err(Fault::new(FaultKind::Conflict, message))
        })
        .await
    }
}

#[async_trait]
impl ConnectionAdmin for Local {
    fn offers(&self) -> Vec<ConnectOffer> {
        let connectable = self.0.providers.all().into_iter().filter(|known| known.is_connectable());
        let mut offers: Vec<_> = connectable
            .map(|known| {
                let name = known.key.raw().to_lowercase();
                let spec = ConnectionSpec::new(name.as_str().into(), known.key.clone(), ConnectionAuth::OAuth);
                let resolved = ResolvedConnection::new(Arc::new(spec), &self.0.providers);
                let ways = ways(Some(known), &resolved);
                let mcp_url = known.mcp.clone();
                ConnectOffer { provider: known.key.clone(), title: known.title.clone(), ways, mcp_url }
            })
            .collect();
        // Those that are known best come first: an app is registered there, or consent is.
        offers.sort_by_key(|offer| (!offer.ways.contains(&ConnectionAuth::OAuth), offer.title.to_lowercase()));
        offers
    }

    async fn guide(&self, target: &ConnectTarget, name: Option<&ConnectionName>) -> Result<ConnectGuide, Fault> {
        let (server, is_sure) = match target {
            ConnectTarget::Provider(_) => (None, false),
            ConnectTarget::Url(url) => {
                crate::oauth::endpoint("URL", url.as_str())?;
                (Some(ServerSpec::at(url.clone())), false)
            }
            ConnectTarget::Server(server) => (Some(server.clone()), true),
        };
        if let Some(server) = server
            && let Some(needs) = self.server_needs(&server, is_sure).await?
        {
            return self.server_guide(server, needs, name, is_sure).await;
        }
        let mut spec = match target {
            ConnectTarget::Server(_) => return Err(Fault::new(FaultKind::InvalidInput, "That is no MCP server.")),
            ConnectTarget::Provider(provider) => {
                let key = self
                    .0
                    .providers
                    .get(provider)
                    .map_or_else(|| provider.raw().to_uppercase().as_str().into(), |known| known.key.clone());
                let name = provider.raw().to_lowercase();
                ConnectionSpec::new(name.as_str().into(), key, ConnectionAuth::OAuth)
            }
            ConnectTarget::Url(url) => {
                let name =
                    name_of(url).ok_or_else(|| Fault::new(FaultKind::InvalidInput, "The URL names no server."))?;
                let provider: Provider = name.to_uppercase().as_str().into();
                // A host that is called as a known provider is not that provider: it gets a key of its own.
                let known = self.0.providers.get(&provider);
                let is_stranger =
                    known.is_some_and(|known| known.api.as_ref().is_none_or(|api| api.host_str() != url.host_str()));
                let provider: Provider = match url.host_str().filter(|_| is_stranger) {
                    Some(host) => host.to_uppercase().as_str().into(),
                    None => provider,
                };
                let mut spec = ConnectionSpec::new(name.as_str().into(), provider, ConnectionAuth::OAuth);
                // A server that tells nothing of its endpoints is an API that takes a key, or they are given by hand.
                match discover(url, &self.0.http).await {
                    Ok(found) => {
                        let endpoints = found.endpoints;
                        spec.authorize_url = Some(endpoints.authorize);
                        spec.token_url = Some(endpoints.token);
                        spec.revoke_url = endpoints.revoke;
                        spec.device_url = endpoints.device;
                        spec.issuer = endpoints.issuer;
                        spec.announces_iss = endpoints.announces_iss;
                        spec.client_auth = Some(found.client_auth);
                    }
                    // What names another server as its own is not believed, and no reason against a key.
                    Err(fault) if matches!(fault.kind, FaultKind::NotFound | FaultKind::BadAnswer) => {}
                    Err(fault) => return Err(fault),
                }
                spec.api_url = Some(url.clone());
                spec
            }
        };
        if let Some(name) = name {
            spec.name.clone_from(name);
        }
        // Whoever says the name of a connection to a server means that one.
        let may_be_server = name.is_none() && matches!(target, ConnectTarget::Provider(_));
        let api = spec.api_url.clone();
        let is_same_api = move |known: &ConnectionSpec| api.is_none() || known.api_url == api;
        self.blocking(move |inner| match inner.connections.get(&spec.name) {
            Ok(known) if may_be_server && known.server.is_some() => {
                Ok(inner.guide(ConnectionSpec::clone(&known), None, true))
            }
            Ok(known) if known.provider == spec.provider && is_same_api(&known) => {
                Ok(inner.guide(ConnectionSpec::clone(&known), None, true))
            }
            Ok(known) => {
                let message = format!(
                    "There is a connection {} already, to {}. Choose another name.",
                    known.name, known.provider
                );
                Err(Fault::new(FaultKind::Conflict, message))
            }
            Err(fault) if fault.kind == FaultKind::NotFound => Ok(inner.guide(spec, None, false)),
            Err(fault) => Err(fault),
        })
        .await
    }

    async fn save(&self, draft: ConnectionDraft) -> Result<Connection, Fault> {
        self.blocking(move |inner| inner.save(draft)).await
    }

    async fn forget_registration(&self, spec: &ConnectionSpec) -> Result<bool, Fault> {
        self.forget_registrations(spec).await
    }
}
