//! `jackfield connect`: a provider, connected to an environment of one's own.

use std::io::{self, IsTerminal as _};

use clap::Args;
use tokio::sync::mpsc;
use url::Url;
use zeroize::Zeroizing;

use super::connect_exchange::{ApplicationArgs, ExchangeArgs};
use super::connect_server::{self, ServerArgs, ServerClientArgs};
use super::output::CliOutput;
use super::{authorize, prompt, receipts};
use crate::backend::local::{ConnectionAuth, ME, checked_url};
use crate::domain::{AccountRef, Fault, FaultKind, Secret, Untrusted};
use crate::flow::authorize::{Pasted, Progress, Verification};
use crate::flow::browser;
use crate::flow::connect::{self, ConnectGuide, ConnectRequest, ConnectStep, ConnectTarget, ConnectionDraft};
use crate::flow::environment::Opened;
use crate::flow::record::Recorder;
use crate::provider::SecretNeed;
use crate::secrets::{PASSPHRASE_FILE, StoreKind};
use crate::settings::TimeLimit;

#[derive(Debug, Args)]
pub(super) struct ConnectCommand {
    /// Provider (linear, asana, github, …), the URL of an MCP server, an API or an authorization server, or a name for
    /// the command of an MCP server
    #[arg(value_name = "PROVIDER|URL|NAME", value_parser = target)]
    target: ConnectTarget,
    /// Name of the connection (default: the provider's)
    #[arg(long)]
    name: Option<String>,
    /// Identifier of the account
    #[arg(long = "as", value_name = "IDENTIFIER", default_value = ME)]
    identifier: String,
    /// Client id of your app at the provider
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// Read the app's client secret from standard input
    #[arg(long, conflicts_with_all = ["key_stdin", "token_stdin"])]
    client_secret_stdin: bool,
    /// Use an API key, read from standard input
    #[arg(long, conflicts_with_all = ["client_id", "device", "token_stdin"])]
    key_stdin: bool,
    /// Use a bearer token, read from standard input
    #[arg(long, conflicts_with_all = ["client_id", "device"])]
    token_stdin: bool,
    /// Authorize by a code, typed on whatever device
    #[arg(long)]
    device: bool,
    /// Scope to ask for; may be repeated (default: the provider's usual ones)
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// Actor that tokens are for, where the provider knows several: user or app
    #[arg(long, value_name = "ACTOR")]
    actor: Option<String>,
    /// Authorization page, in place of the provider's
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    authorize_url: Option<Url>,
    /// Token endpoint, in place of the provider's
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    token_url: Option<Url>,
    /// Revocation endpoint, in place of the provider's
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    revoke_url: Option<Url>,
    /// Device endpoint, in place of the provider's
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    device_url: Option<Url>,
    /// Base URL of the API, in place of the provider's
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    api_url: Option<Url>,
    /// Local port that the browser returns to (default: those of the redirect URIs)
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    callback_port: Option<u16>,
    /// Print the link instead of opening a browser
    #[arg(long)]
    no_browser: bool,
    /// Time to wait for consent: 90s, 5m, or none
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = super::time_limit)]
    timeout: TimeLimit,
    #[command(flatten)]
    exchange: ExchangeArgs,
    #[command(flatten)]
    server: ServerArgs,
}

fn target(text: &str) -> Result<ConnectTarget, String> {
    if text.contains("://") {
        return checked_url("URL", text).map(ConnectTarget::Url);
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if text.is_empty() || !text.chars().all(plain) {
        return Err("expected the name of a provider, or a URL that begins with https://".to_owned());
    }
    Ok(ConnectTarget::Provider(text.into()))
}

fn endpoint(text: &str) -> Result<Url, String> {
    checked_url("URL", text)
}

impl ConnectCommand {
    pub(super) async fn perform(&self, opened: &Opened, recorder: &Recorder, output: &CliOutput) -> Result<u8, Fault> {
        let (target, named) = match self.server.server(&self.target, self.server.typed_header().await?)? {
            Some((server, named)) => (server, named),
            None => (self.target.clone(), None),
        };
        let name = self.name.clone().or(named).map(|name| name.as_str().into());
        let guide = connect::guide(opened.backend.as_ref(), &target, name.as_ref()).await?;
        let is_server = guide.spec.server.is_some();
        let local = !self.no_browser && browser::is_local(|name| std::env::var(name).ok());
        let application = ApplicationArgs {
            client_id: self.client_id.as_deref(),
            client_secret_stdin: self.client_secret_stdin,
            scopes: &self.scopes,
            names_other_way: self.key_stdin || self.token_stdin || self.device,
        };
        let request = if self.exchange.applies(&guide, &application) {
            self.by_exchange(&guide, &application, output).await?
        } else if is_server {
            self.at_server(guide, output).await?
        } else {
            self.fill_in(guide, output).await?
        };
        if self.server.register_again {
            let forgot = connect::forget_registration(opened.backend.as_ref(), &request.draft.spec).await?;
            output.remark(if forgot { "The registration is forgotten." } else { "There was no registration." });
        }
        let account = AccountRef::Pair(request.draft.spec.name.clone(), request.identifier.clone());
        let may_paste = request.typed.is_none() && !local && !output.is_json() && prompt::is_someone_there();
        if may_paste && let Some(secrets) = opened.secrets.clone() {
            // Two readers of one terminal would take each other's keys: what asks for a passphrase does so first.
            prompt::asking(move || secrets.open_ahead()).await?;
        }
        let pasted = may_paste.then(paste);
        let (steps, mut progress) = mpsc::unbounded_channel();
        let follow = connect::connect(opened, recorder, request, pasted, |step| {
            let _ = steps.send(step);
        });
        let follow = async {
            match self.timeout.0 {
                Some(limit) => tokio::time::timeout(limit, follow).await,
                None => Ok(follow.await),
            }
        };
        tokio::pin!(follow);
        let mut strays = 0;
        let result = loop {
            tokio::select! {
                biased;
                Some(step) = progress.recv() => say(step, local, may_paste, &mut strays, output).await,
                result = &mut follow => break result,
            }
        };
        while let Ok(step) = progress.try_recv() {
            say(step, local, may_paste, &mut strays, output).await;
        }
        let late = |_| Err(Fault::new(FaultKind::Unfinished, format!("{account} was not authorized in time.")));
        let (account, receipt) = result.unwrap_or_else(late).map_err(|fault| fault.about(account.clone()))?;
        let code = receipts::print(&account, &receipt, output)?;
        if is_server {
            connect_server::say_next(&account, output);
        }
        Ok(code)
    }

    /// The same as [`ConnectCommand::fill_in`] where tokens are exchanged.
    async fn by_exchange(
        &self,
        guide: &ConnectGuide,
        application: &ApplicationArgs<'_>,
        output: &CliOutput,
    ) -> Result<ConnectRequest, Fault> {
        let mut draft = self.exchange.fill_in(guide, application, output).await?;
        if let Some(url) = &self.api_url {
            draft.spec.api_url = Some(url.clone());
        }
        Ok(ConnectRequest {
            draft,
            identifier: self.identifier.as_str().into(),
            typed: None,
            verification: Verification::ThisMachine(self.callback_port),
        })
    }

    /// The same as [`ConnectCommand::fill_in`] for an MCP server.
    async fn at_server(&self, guide: ConnectGuide, output: &CliOutput) -> Result<ConnectRequest, Fault> {
        let of_api = [
            ("--device", self.device),
            ("--key-stdin", self.key_stdin),
            ("--actor", self.actor.is_some()),
            ("--authorize-url", self.authorize_url.is_some()),
            ("--token-url", self.token_url.is_some()),
            ("--revoke-url", self.revoke_url.is_some()),
            ("--device-url", self.device_url.is_some()),
            ("--api-url", self.api_url.is_some()),
        ];
        if let Some((option, _)) = of_api.into_iter().find(|(_, is_given)| *is_given) {
            let message = format!("{} is an MCP server, for which {option} means nothing.", guide.title);
            return Err(Fault::new(FaultKind::Usage, message));
        }
        let line = ServerClientArgs {
            client_id: self.client_id.as_deref(),
            client_secret_stdin: self.client_secret_stdin,
            token_stdin: self.token_stdin,
            scopes: &self.scopes,
            identifier: &self.identifier,
        };
        let (draft, typed) = connect_server::fill_in(guide, line, output).await?;
        Ok(ConnectRequest {
            draft,
            identifier: self.identifier.as_str().into(),
            typed,
            verification: Verification::ThisMachine(self.callback_port),
        })
    }

    /// The connection, the account and its secret: from the line, from what is known, and from whoever can be asked.
    async fn fill_in(&self, guide: ConnectGuide, output: &CliOutput) -> Result<ConnectRequest, Fault> {
        let mut spec = guide.spec.clone();
        let own = |own: &Option<Url>, known: &mut Option<Url>| {
            if own.is_some() {
                known.clone_from(own);
            }
        };
        own(&self.authorize_url, &mut spec.authorize_url);
        own(&self.token_url, &mut spec.token_url);
        own(&self.revoke_url, &mut spec.revoke_url);
        own(&self.device_url, &mut spec.device_url);
        own(&self.api_url, &mut spec.api_url);
        if self.actor.is_some() {
            spec.actor.clone_from(&self.actor);
        }
        if self.client_id.as_ref().is_some_and(|id| spec.client_id.as_ref() != Some(id)) {
            // Another app, and so another secret.
            spec.client_id.clone_from(&self.client_id);
            (spec.client_secret, spec.is_confidential) = (None, false);
        }
        let was_consent = guide.is_known && guide.spec.auth.field().is_none();
        spec.authorize_by(self.way(&guide, &spec.client_id)?);
        if !self.scopes.is_empty() {
            spec.scopes.clone_from(&self.scopes);
        } else if spec.auth.field().is_none() && !was_consent {
            let usual = guide.scopes.iter().filter(|scope| scope.default);
            spec.scopes = usual.map(|scope| scope.name.clone()).collect();
        }
        let mut client_secret = None;
        let mut typed = None;
        if spec.auth.field().is_some() {
            // A key that is typed in takes the place of one that the file refers to.
            let is_holder = spec.key_holder().raw() == self.identifier;
            if is_holder && (self.key_stdin || self.token_stdin) {
                spec.key = None;
            }
            if spec.key.is_none() || !is_holder {
                typed = Some(self.key(&guide, spec.auth, output).await?);
            }
        } else {
            if spec.client_id.is_none() {
                self.tell_of_app(&guide, output);
                spec.client_id = Some(ask("Client id of your app", &needs(&guide)).await?);
            }
            let has_secret = spec.is_confidential || spec.client_secret.is_some();
            if self.client_secret_stdin {
                client_secret = Some(prompt::asking(prompt::secret_from_input).await?);
            } else if guide.secret == SecretNeed::Required && spec.auth == ConnectionAuth::OAuth && !has_secret {
                let otherwise = "Use --client-secret-stdin to read the client secret from standard input.";
                let question = move || prompt::secret("Client secret of your app", otherwise);
                client_secret = Some(prompt::asking(question).await?);
            }
        }
        Ok(ConnectRequest {
            draft: ConnectionDraft { spec, client_secret },
            identifier: self.identifier.as_str().into(),
            typed,
            verification: Verification::ThisMachine(self.callback_port),
        })
    }

    /// Way that the line asks for, else the one that the connection has, else the best that is known.
    fn way(&self, guide: &ConnectGuide, client_id: &Option<String>) -> Result<ConnectionAuth, Fault> {
        let way = match (self.key_stdin, self.token_stdin, self.device) {
            (true, ..) => ConnectionAuth::ApiKey,
            (_, true, _) => ConnectionAuth::Token,
            (.., true) => ConnectionAuth::Device,
            _ if guide.is_known && self.client_id.is_none() => guide.spec.auth,
            _ if client_id.is_some() || self.token_url.is_some() => ConnectionAuth::OAuth,
            _ if prompt::is_someone_there() => guide.ways.first().copied().unwrap_or(ConnectionAuth::Token),
            _ => return Err(Fault::new(FaultKind::Usage, needs(guide))),
        };
        Ok(way)
    }

    /// Key or token, from standard input or typed unseen.
    async fn key(&self, guide: &ConnectGuide, auth: ConnectionAuth, output: &CliOutput) -> Result<Secret, Fault> {
        if self.key_stdin || self.token_stdin {
            return prompt::asking(prompt::secret_from_input).await;
        }
        if let Some(page) = &guide.get_key {
            output.remark(&format!("Make a key on this page: {page}"));
        }
        let what = if auth == ConnectionAuth::Token { "Token" } else { "API key" };
        let question = format!("{what} of {}", Untrusted::from(guide.title.as_str()));
        prompt::asking(move || prompt::secret(&question, "Use --key-stdin to read the key from standard input.")).await
    }

    fn tell_of_app(&self, guide: &ConnectGuide, output: &CliOutput) {
        let title = Untrusted::from(guide.title.as_str());
        match &guide.register_app {
            Some(page) => output.remark(&format!("Register an app with {title}: {page}")),
            None => output.remark(&format!("Register an app with {title}.")),
        }
        output.remark("with these redirect URIs:");
        guide.redirect_uris.iter().for_each(|uri| output.remark(&format!("  {uri}")));
    }
}

/// Everything that is needed, for a line that brings none of it.
fn needs(guide: &ConnectGuide) -> String {
    let title = Untrusted::from(guide.title.as_str());
    let mut words = format!("{title} needs one of these.");
    if guide.ways.contains(&ConnectionAuth::OAuth) {
        let page = guide.register_app.as_ref().map(|page| format!(" ({page})")).unwrap_or_default();
        let secret = if guide.secret == SecretNeed::Required { " --client-secret-stdin" } else { "" };
        let uris = guide.redirect_uris.join(", ");
        words.push_str(&format!(" An app{page} with the redirect URIs {uris}: --client-id ID{secret}."));
    }
    if guide.ways.contains(&ConnectionAuth::ApiKey) {
        let page = guide.get_key.as_ref().map(|page| format!(" ({page})")).unwrap_or_default();
        words.push_str(&format!(" An API key{page}: --key-stdin."));
    }
    words.push_str(" A token: --token-stdin.");
    words
}

async fn ask(question: &'static str, otherwise: &str) -> Result<String, Fault> {
    let otherwise = otherwise.to_owned();
    prompt::asking(move || prompt::line(question, &otherwise)).await
}

/// Lines that are typed from here on: each may be the URL that the browser ended at.
fn paste() -> Pasted {
    let (sender, receiver) = mpsc::unbounded_channel();
    // Nothing ends a read of the terminal but the end of the program.
    std::thread::spawn(move || {
        loop {
            let mut line = Zeroizing::new(String::with_capacity(1 << 12));
            match io::stdin().read_line(&mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) if line.trim().is_empty() => {}
                Ok(_) => {
                    if sender.send(Secret::new(line.trim().to_owned())).is_err() {
                        return;
                    }
                }
            }
        }
    });
    receiver
}

async fn say(step: ConnectStep, local: bool, may_paste: bool, strays: &mut u64, output: &CliOutput) {
    match step {
        ConnectStep::Saved(connection) => output.remark(&format!("Connection {} is saved.", connection.name)),
        ConnectStep::Authorizing(progress) => {
            let takes_paste = matches!(progress, Progress::TakesPaste);
            authorize::say(progress, local, true, strays, output).await;
            if takes_paste && may_paste {
                output.remark("If the browser cannot return here, paste the address that it ended at:");
            }
        }
        ConnectStep::Active(account, kept) => {
            output.remark(&format!("{} is {}.", account.label(), account.status.word()));
            match kept {
                Some(StoreKind::Vault) => output.remark("Its secrets are in the vault of this environment."),
                Some(StoreKind::Memory) => output.warning(&format!(
                    "This machine has no keychain: the secrets are gone when this command ends. {PASSPHRASE_FILE} can \
                     name a file with a passphrase, which keeps them in an encrypted vault."
                )),
                Some(StoreKind::Keychain) | None => {}
            }
            if io::stderr().is_terminal() {
                output.remark("Asking who it is, and for its tools …");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_name_or_a_url_that_secrets_may_go_to() {
        assert_eq!(target("linear"), Ok(ConnectTarget::Provider("linear".into())));
        assert!(matches!(target("https://tracker.acme.dev/api"), Ok(ConnectTarget::Url(_))));
        for wrong in ["", "a b", "http://evil.dev", "ftp://a.dev", "https://u:p@a.dev", "lin/ear"] {
            assert!(target(wrong).is_err(), "{wrong}");
        }
    }
}
