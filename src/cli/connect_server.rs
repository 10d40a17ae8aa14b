//! `jackfield connect` for MCP servers: by a URL, or by the command that starts one.

use clap::Args;

use super::output::CliOutput;
use super::prompt;
use super::target::quoted;
use crate::domain::{Account, Fault, FaultKind, Secret, Untrusted};
use crate::flow::connect::{
    ConnectGuide, ConnectTarget, ConnectionAuth, ConnectionDraft, GivenValue, ServerNeeds, ServerPlace, ServerSpec,
    TypedValue,
};
use crate::secrets::SecretReference;

/// Options of an MCP server.
#[derive(Debug, Args)]
pub(super) struct ServerArgs {
    /// Take the URL for that of an MCP server, whatever it answers
    #[arg(long)]
    mcp: bool,
    /// Header of an MCP server, whose value the environment variable VAR holds; may be repeated
    #[arg(long = "header-env", value_name = "NAME=VAR", value_parser = header)]
    headers: Vec<(String, String)>,
    /// Header of an MCP server, whose value is read from standard input and kept with your secrets
    #[arg(long, value_name = "NAME", value_parser = header_name, conflicts_with_all = ["key_stdin", "token_stdin", "client_secret_stdin"])]
    header_stdin: Option<String>,
    /// Variable that an MCP server gets, by default the one of the same name here; may be repeated
    #[arg(long = "env", value_name = "NAME[=VAR]", value_parser = variable, requires = "command")]
    variables: Vec<(String, String)>,
    /// Register this program with the server's authorization server again, which does not know it any more
    #[arg(long, conflicts_with_all = ["client_id", "token_stdin"])]
    pub(super) register_again: bool,
    /// Program that is an MCP server, and its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, variable) =
        text.split_once('=').ok_or("expected NAME=VAR, the header and the variable with its value")?;
    if variable.is_empty() || !ServerSpec::is_header(name) {
        return Err("expected a header that can be set, and the name of a variable".to_owned());
    }
    Ok((name.to_owned(), variable.to_owned()))
}

fn header_name(text: &str) -> Result<String, String> {
    if ServerSpec::is_header(text) { Ok(text.to_owned()) } else { Err("expected a header that can be set".to_owned()) }
}

fn variable(text: &str) -> Result<(String, String), String> {
    let (name, variable) = text.split_once('=').unwrap_or((text, text));
    if name.is_empty() || variable.is_empty() {
        return Err("expected NAME, or NAME=VAR".to_owned());
    }
    Ok((name.to_owned(), variable.to_owned()))
}

fn referred(values: &[(String, String)]) -> Vec<(String, GivenValue)> {
    let refer = |(name, variable): &(String, String)| {
        (name.clone(), GivenValue::Secret(SecretReference::Env(variable.clone())))
    };
    values.iter().map(refer).collect()
}

impl ServerArgs {
    fn has_headers(&self) -> bool {
        !self.headers.is_empty() || self.header_stdin.is_some()
    }

    /// Value of the header that is read from standard input.
    ///
    /// # Errors
    /// Those of reading it.
    pub(super) async fn typed_header(&self) -> Result<Option<Secret>, Fault> {
        match self.header_stdin {
            Some(_) => prompt::asking(prompt::secret_from_input).await.map(Some),
            None => Ok(None),
        }
    }

    /// The server that the line speaks of, and the name of its connection where that stands in the place of the target;
    /// none where nothing but the target tells.
    ///
    /// # Errors
    /// [`FaultKind::Usage`] for options that do not go together.
    /// `typed` is what was read for `--header-stdin`.
    pub(super) fn server(
        &self,
        target: &ConnectTarget,
        typed: Option<Secret>,
    ) -> Result<Option<(ConnectTarget, Option<String>)>, Fault> {
        let usage = |message: &str| Err(Fault::new(FaultKind::Usage, message.to_owned()));
        match target {
            ConnectTarget::Provider(name) if !self.command.is_empty() => {
                if self.mcp || self.has_headers() {
                    return usage("--mcp, --header-env and --header-stdin are for a server with a URL.");
                }
                let mut server = ServerSpec::process(self.command.clone());
                if let ServerPlace::Process { environment, .. } = &mut server.place {
                    *environment = referred(&self.variables);
                }
                Ok(Some((ConnectTarget::Server(server), Some(name.raw().to_owned()))))
            }
            _ if !self.command.is_empty() => usage("Before -- stands the name of the connection, and no URL."),
            ConnectTarget::Url(url) if self.mcp || self.has_headers() => {
                let mut server = ServerSpec::at(url.clone());
                if let ServerPlace::Http { headers, .. } = &mut server.place {
                    *headers = referred(&self.headers);
                    let typed = typed.map(|value| GivenValue::Typed(TypedValue(value)));
                    headers.extend(self.header_stdin.clone().zip(typed));
                }
                Ok(Some((ConnectTarget::Server(server), None)))
            }
            ConnectTarget::Url(_) => Ok(None),
            _ if self.mcp || self.has_headers() => usage("--mcp, --header-env and --header-stdin go with a URL."),
            ConnectTarget::Provider(_) | ConnectTarget::Server(_) => Ok(None),
        }
    }
}

/// What the line says of a client, beside the server.
pub(super) struct ServerClientArgs<'a> {
    pub client_id: Option<&'a str>,
    pub client_secret_stdin: bool,
    pub token_stdin: bool,
    pub scopes: &'a [String],
    pub identifier: &'a str,
}

/// The connection to a server, and the token of its account where that is one that is typed in.
pub(super) async fn fill_in(
    guide: ConnectGuide,
    line: ServerClientArgs<'_>,
    output: &CliOutput,
) -> Result<(ConnectionDraft, Option<Secret>), Fault> {
    let mut spec = guide.spec.clone();
    if let Some(id) = line.client_id.filter(|id| spec.client_id.as_deref() != Some(id)) {
        spec.client_id = Some(id.to_owned());
        (spec.client_secret, spec.is_confidential) = (None, false);
    }
    if !line.scopes.is_empty() {
        spec.scopes = line.scopes.to_vec();
    }
    spec.authorize_by(way(&guide, &line)?);
    let mut client_secret = None;
    let mut typed = None;
    if spec.auth == ConnectionAuth::Token {
        let is_holder = spec.key_holder().raw() == line.identifier;
        if line.token_stdin {
            typed = Some(prompt::asking(prompt::secret_from_input).await?);
            spec.key = spec.key.filter(|_| !is_holder);
        } else if spec.key.is_none() || !is_holder {
            let question = format!("Token for {}", Untrusted::from(guide.title.as_str()));
            let otherwise = "Use --token-stdin to read the token from standard input.";
            typed = Some(prompt::asking(move || prompt::secret(&question, otherwise)).await?);
        }
    } else {
        let needs_app = matches!(&guide.server, Some(ServerNeeds::Consent { registers_itself: false, .. }))
            && spec.server.as_ref().is_some_and(|server| server.client_metadata.is_none());
        if needs_app && spec.client_id.is_none() {
            output.remark(&format!(
                "{} does not let programs register themselves.",
                Untrusted::from(guide.title.as_str())
            ));
            output.remark("Register an app there, with these redirect URIs:");
            guide.redirect_uris.iter().for_each(|uri| output.remark(&format!("  {uri}")));
            let otherwise = "Use --client-id to name your app.";
            let question = move || prompt::line("Client id of your app", otherwise);
            spec.client_id = Some(prompt::asking(question).await?);
        }
        if line.client_secret_stdin {
            client_secret = Some(prompt::asking(prompt::secret_from_input).await?);
            spec.is_confidential = true;
        }
    }
    Ok((ConnectionDraft { spec, client_secret }, typed))
}

fn way(guide: &ConnectGuide, line: &ServerClientArgs<'_>) -> Result<ConnectionAuth, Fault> {
    let is_process = guide.spec.server.as_ref().is_some_and(|server| server.url().is_none());
    if is_process {
        let odd = line.token_stdin || line.client_id.is_some();
        let message = "A server that is started here takes no token and no client id. Name what it needs by --env.";
        return if odd { Err(Fault::new(FaultKind::Usage, message)) } else { Ok(ConnectionAuth::Mcp) };
    }
    if line.token_stdin {
        return Ok(ConnectionAuth::Token);
    }
    if line.client_id.is_some() {
        return Ok(ConnectionAuth::Mcp);
    }
    match &guide.server {
        _ if guide.is_known => Ok(guide.spec.auth),
        Some(ServerNeeds::Unknown(why)) if !prompt::is_someone_there() => {
            let message = format!("{why} A token that was made by hand is read with --token-stdin.");
            Err(Fault::new(FaultKind::Usage, message))
        }
        _ => Ok(guide.ways.first().copied().unwrap_or(ConnectionAuth::Mcp)),
    }
}

/// Says what can be done next with an account of a server.
pub(super) fn say_next(account: &Account, output: &CliOutput) {
    let (connection, identifier) = (quoted(account.connection.raw()), quoted(account.identifier.raw()));
    output.next(&format!("jackfield tools list --as {identifier} --connection {connection}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(command: &[&str], headers: &[(&str, &str)]) -> ServerArgs {
        ServerArgs {
            mcp: false,
            headers: headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            header_stdin: None,
            register_again: false,
            variables: vec![("TOKEN".into(), "MY_TOKEN".into())],
            command: command.iter().map(|word| (*word).into()).collect(),
        }
    }

    #[test]
    fn a_line_names_a_server_by_command_or_url() {
        let named = ConnectTarget::Provider("files".into());
        let (target, name) = args(&["npx", "files"], &[]).server(&named, None).unwrap().unwrap();
        assert_eq!(name.as_deref(), Some("files"));
        let ConnectTarget::Server(ServerSpec { place: ServerPlace::Process { command, environment, .. }, .. }) = target
        else {
            panic!("a process")
        };
        let referred = GivenValue::Secret(SecretReference::Env("MY_TOKEN".into()));
        assert_eq!((command.len(), environment), (2, vec![("TOKEN".to_owned(), referred)]));
        let url = ConnectTarget::Url("https://a.dev/mcp".parse().unwrap());
        assert_eq!(args(&[], &[]).server(&url, None).unwrap(), None);
        assert!(matches!(args(&[], &[("X-Key", "K")]).server(&url, None), Ok(Some((ConnectTarget::Server(_), None)))));
        assert!(args(&["npx"], &[]).server(&url, None).is_err());
        assert!(args(&["npx"], &[("X-Key", "K")]).server(&named, None).is_err());
        assert!(args(&[], &[("X-Key", "K")]).server(&named, None).is_err());
    }

    #[test]
    fn a_value_is_named_and_never_given() {
        assert_eq!(header("X-Api-Key=ACME_KEY"), Ok(("X-Api-Key".into(), "ACME_KEY".into())));
        assert!(header("X-Api-Key").is_err() && header("Host=H").is_err() && header("A b=V").is_err());
        assert_eq!(variable("TOKEN"), Ok(("TOKEN".into(), "TOKEN".into())));
        assert!(variable("=x").is_err() && variable("x=").is_err());
    }
}
