//! Making a connection: what a person needs for it, and saving it.

use std::sync::Arc;

use async_trait::async_trait;
use url::{Host, Url};

use super::connection_spec::{ConnectionAuth, ConnectionSpec};
use super::connections_file::ConnectionEntry;
use super::resolved::ResolvedConnection;
use super::{Inner, Local};
use crate::backend::{ConnectGuide, ConnectOffer, ConnectTarget, ConnectionAdmin, ConnectionDraft};
use crate::domain::{Connection, ConnectionName, Fault, FaultKind, Provider};
use crate::oauth::discover;
use crate::provider::{ProviderSpec, SecretNeed};

impl Inner {
    fn guide(&self, spec: ConnectionSpec, is_known: bool) -> ConnectGuide {
        let known = self.providers.get(&spec.provider);
        let resolved = ResolvedConnection::new(Arc::new(spec.clone()), &self.providers);
        let quirks = resolved.quirks();
        ConnectGuide {
            title: known.map_or_else(|| spec.provider.to_string(), |known| known.title.clone()),
            ways: ways(known, &resolved),
            register_app: known.and_then(|known| known.register_app.clone()),
            redirect_uris: quirks.redirect_uris(),
            secret: resolved.secret_need(),
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
        let connection = ResolvedConnection::new(Arc::new(spec), &self.providers);
        let spec = &connection.spec;
        if spec.auth.field().is_none() {
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
}

fn ways(known: Option<&ProviderSpec>, resolved: &ResolvedConnection) -> Vec<ConnectionAuth> {
    use ConnectionAuth::{ApiKey, Device, OAuth, Token};
    let (oauth, key) = match known {
        Some(known) => (known.oauth.is_some(), known.key_form.is_some()),
        None => (resolved.endpoints().is_ok(), true),
    };
    let device = oauth && resolved.endpoints().is_ok_and(|endpoints| endpoints.device.is_some());
    let ways = [(oauth, OAuth), (device, Device), (key, ApiKey), (true, Token)];
    ways.into_iter().filter_map(|(is_there, way)| is_there.then_some(way)).collect()
}

/// Name for a connection to a server that is known by nothing but its URL.
fn name_of(url: &Url) -> Option<String> {
    match url.host()? {
        Host::Domain(host) => {
            let labels: Vec<_> =
                host.split('.').filter(|label| !["www", "api", "app", "auth"].contains(label)).collect();
            labels.first().map(|label| (*label).to_owned())
        }
        Host::Ipv4(address) => Some(address.to_string()),
        Host::Ipv6(_) => Some("local".to_owned()),
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
                ConnectOffer { provider: known.key.clone(), title: known.title.clone(), ways }
            })
            .collect();
        // Those that are known best come first: an app is registered there, or consent is.
        offers.sort_by_key(|offer| (!offer.ways.contains(&ConnectionAuth::OAuth), offer.title.to_lowercase()));
        offers
    }

    async fn guide(&self, target: &ConnectTarget, name: Option<&ConnectionName>) -> Result<ConnectGuide, Fault> {
        let mut spec = match target {
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
                crate::oauth::endpoint("URL", url.as_str())?;
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
        let api = spec.api_url.clone();
        let is_same_api = move |known: &ConnectionSpec| api.is_none() || known.api_url == api;
        self.blocking(move |inner| match inner.connections.get(&spec.name) {
            Ok(known) if known.provider == spec.provider && is_same_api(&known) => {
                Ok(inner.guide(ConnectionSpec::clone(&known), true))
            }
            Ok(known) => {
                let message = format!(
                    "There is a connection {} already, to {}. Choose another name.",
                    known.name, known.provider
                );
                Err(Fault::new(FaultKind::Conflict, message))
            }
            Err(fault) if fault.kind == FaultKind::NotFound => Ok(inner.guide(spec, false)),
            Err(fault) => Err(fault),
        })
        .await
    }

    async fn save(&self, draft: ConnectionDraft) -> Result<Connection, Fault> {
        self.blocking(move |inner| inner.save(draft)).await
    }
}
