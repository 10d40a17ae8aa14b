//! A connection with token exchange, from the command line.

use clap::Args;
use url::Url;

use super::output::CliOutput;
use super::prompt;
use crate::domain::{Fault, FaultKind, Secret};
use crate::flow::connect::{
    ConnectGuide, ConnectionAuth, ConnectionDraft, ConnectionSpec, SecretForm, checked_url, sign_in_redirects,
};
use crate::secrets::SecretReference;

#[derive(Debug, Default, Args)]
pub(super) struct ExchangeArgs {
    /// Exchange a sign-in at this authorization server for a token of each call (RFC 8693)
    #[arg(long = "exchange", value_name = "ISSUER", value_parser = issuer,
        conflicts_with_all = ["key_stdin", "token_stdin", "device", "actor", "authorize_url", "token_url", "revoke_url", "device_url"])]
    issuer: Option<String>,
    /// Resource to exchange for, letter by letter as the issuer has it
    #[arg(long, value_name = "NAME", requires = "issuer")]
    resource: Option<String>,
    /// Resource that the sign-in itself is for, where the issuer wants one named
    #[arg(long, value_name = "URL", requires = "issuer")]
    sign_in_resource: Option<String>,
    /// Variable with the private key (PEM) that your application signs its assertions with
    #[arg(long, value_name = "VARIABLE", requires = "issuer", conflicts_with = "client_secret_stdin")]
    client_key_env: Option<String>,
    /// Page on which a person grants the resource, where the issuer names none
    #[arg(long, value_name = "URL", value_parser = page, requires = "issuer")]
    grant_url: Option<Url>,
    /// The exchange gives a stored key: send it as the provider takes its keys, not as a bearer token
    #[arg(long, requires = "issuer")]
    stored_key: bool,
}

fn issuer(text: &str) -> Result<String, String> {
    checked_url("issuer", text).map(|_| text.to_owned())
}

fn page(text: &str) -> Result<Url, String> {
    checked_url("page", text)
}

/// What the line says of the application at the issuer.
pub(super) struct ApplicationArgs<'a> {
    pub client_id: Option<&'a str>,
    pub client_secret_stdin: bool,
    pub scopes: &'a [String],
    /// True where the line names another way of authorization.
    pub names_other_way: bool,
}

impl ExchangeArgs {
    /// True if the connection is, or becomes, one with token exchange.
    pub(super) fn applies(&self, guide: &ConnectGuide, line: &ApplicationArgs<'_>) -> bool {
        let is_kept = guide.is_known && guide.spec.auth == ConnectionAuth::Exchange && !line.names_other_way;
        self.issuer.is_some() || is_kept
    }

    /// The connection, from the line, from what is known, and from whoever can be asked.
    pub(super) async fn fill_in(
        &self,
        guide: &ConnectGuide,
        line: &ApplicationArgs<'_>,
        output: &CliOutput,
    ) -> Result<ConnectionDraft, Fault> {
        let mut spec = guide.spec.clone();
        let known = spec.exchange.clone();
        let issuer = self.issuer.as_deref().or(spec.issuer.as_deref().filter(|_| known.is_some()));
        let issuer = issuer.map(str::to_owned).ok_or_else(|| lacks("--exchange ISSUER"))?;
        let resource = match (&self.resource, known) {
            (Some(resource), _) => resource.clone(),
            (None, Some(known)) => known.resource,
            (None, None) => {
                let question = || prompt::line("Resource, by its name at the issuer", "Use --resource to name it.");
                prompt::asking(question).await?
            }
        };
        let is_other_issuer = spec.issuer.as_deref() != Some(&*issuer);
        spec.exchange_at(&issuer, resource.trim());
        if line.client_id.is_some_and(|id| spec.client_id.as_deref() != Some(id)) || is_other_issuer {
            // Another application, and so another secret.
            spec.forget_application();
        }
        if let Some(id) = line.client_id {
            spec.client_id = Some(id.to_owned());
        }
        if !line.scopes.is_empty() {
            spec.scopes = line.scopes.to_vec();
        }
        self.lay_over(&mut spec)?;
        if spec.client_id.is_none() {
            output.remark("Register an application at the issuer, with these redirect URIs:");
            sign_in_redirects(&spec).iter().for_each(|uri| output.remark(&format!("  {uri}")));
            let question = || prompt::line("Client id of your application", "Use --client-id to name it.");
            spec.client_id = Some(prompt::asking(question).await?);
        }
        let client_secret: Option<Secret> = match line.client_secret_stdin {
            true => Some(prompt::asking(prompt::secret_from_input).await?),
            false => None,
        };
        if client_secret.is_some()
            && let Some(exchange) = &mut spec.exchange
        {
            (exchange.client_key, exchange.client_key_id, exchange.client_assertion) = (None, None, None);
            spec.client_secret = None;
        }
        Ok(ConnectionDraft { spec, client_secret })
    }

    /// Lays over what the line says of the exchange itself.
    fn lay_over(&self, spec: &mut ConnectionSpec) -> Result<(), Fault> {
        let Some(exchange) = &mut spec.exchange else { return Ok(()) };
        if let Some(text) = &self.sign_in_resource {
            exchange.sign_in_resource = Some(crate::oauth::ResourceIndicator::parse(text)?);
        }
        if let Some(page) = &self.grant_url {
            exchange.grant_url = Some(page.clone());
        }
        if self.stored_key {
            exchange.secret_form = SecretForm::Key;
        }
        if let Some(name) = &self.client_key_env {
            exchange.client_key = Some(SecretReference::Env(name.clone()));
            exchange.client_assertion = None;
            (spec.client_secret, spec.is_confidential, spec.client_auth) = (None, false, None);
        }
        Ok(())
    }
}

fn lacks(what: &str) -> Fault {
    Fault::new(FaultKind::Usage, format!("The connection exchanges tokens, and {what} is missing."))
}
