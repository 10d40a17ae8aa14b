//! Servers as configuration of the programs that use them.
//!
//! A secret stands in none of these texts: each program has a way to refer to one that lies elsewhere, and where it has
//! none the text says what to put there.

use serde_json::{Map, Value, json};
use strum::{IntoStaticStr, VariantArray};
use url::Url;

/// Program that a server is handed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum ClientProgram {
    /// Claude Code, on the command line and in `.mcp.json`.
    ClaudeCode,
    /// Claude Desktop.
    ClaudeDesktop,
    /// Cursor.
    Cursor,
    /// Visual Studio Code.
    #[strum(serialize = "vscode")]
    VsCode,
    /// Any other that reads `mcpServers`.
    Json,
}

impl ClientProgram {
    /// All programs, in the order they are offered.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Name to show.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClaudeCode => "Claude Code",
            Self::ClaudeDesktop => "Claude Desktop",
            Self::Cursor => "Cursor",
            Self::VsCode => "VS Code",
            Self::Json => "plain JSON",
        }
    }

    /// Word for it on a command line.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Server to be handed over.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientServer {
    /// Name that the program lists it by; whatever else than letters, digits, `-` and `_` becomes `-`.
    pub name: String,
    /// The way to it.
    pub access: ServerAccess,
}

/// Way to a server.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerAccess {
    /// Streamable HTTP.
    Http {
        /// Its URL, which is no secret.
        url: Url,
        /// Token that it wants as a bearer.
        bearer: Option<SecretVariable>,
    },
    /// Program that is started, and speaks over its standard input and output.
    Process {
        /// Name or path of the program.
        program: String,
        /// Its arguments, none of them a secret.
        arguments: Vec<String>,
        /// Variables of its environment.
        environment: Vec<SecretVariable>,
    },
}

/// Secret by the name of the variable that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretVariable {
    /// Name of the variable.
    pub variable: String,
    /// Words for a person who is asked for it.
    pub title: String,
}

/// Text for one place of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientConfig {
    /// The place: a file, or `shell`.
    pub place: &'static str,
    /// The text.
    pub text: String,
    /// Sentence on what is left to do; none where the text is enough.
    pub note: Option<String>,
}

/// Configuration of `server` for a program: a text for each place that it can go to.
pub fn client_configs(server: &ClientServer, program: ClientProgram) -> Vec<ClientConfig> {
    let name = plain_name(&server.name);
    let server = &ClientServer { access: without_references(&server.access, program), ..server.clone() };
    let note = references(server, program);
    let file = |place, text| ClientConfig { place, text, note: note.clone() };
    match program {
        ClientProgram::ClaudeCode => vec![
            file("shell", claude_mcp_add(&name, &server.access)),
            file(".mcp.json", servers(&name, entry(&server.access, &Form::CLAUDE_CODE))),
        ],
        ClientProgram::ClaudeDesktop => {
            vec![file("claude_desktop_config.json", servers(&name, desktop_entry(&server.access)))]
        }
        ClientProgram::Cursor => vec![file(".cursor/mcp.json", servers(&name, entry(&server.access, &Form::CURSOR)))],
        ClientProgram::VsCode => vec![file(".vscode/mcp.json", vs_code(&name, &server.access))],
        ClientProgram::Json => vec![file("mcp.json", servers(&name, entry(&server.access, &Form::CLAUDE_CODE)))],
    }
}

/// Way in which a program writes an entry.
struct Form {
    /// Refers to a variable.
    reference: fn(&SecretVariable) -> String,
    /// Word for streamable HTTP; none where a URL says enough.
    http: Option<&'static str>,
    /// Word for standard input and output; none where a command says enough.
    stdio: Option<&'static str>,
}

impl Form {
    const CLAUDE_CODE: Self =
        Self { reference: |secret| format!("${{{}}}", secret.variable), http: Some("http"), stdio: None };
    const CURSOR: Self = Self { reference: |secret| format!("${{env:{}}}", secret.variable), http: None, stdio: None };
    const VS_CODE: Self = Self {
        reference: |secret| format!("${{input:{}}}", input_id(secret)),
        http: Some("http"),
        stdio: Some("stdio"),
    };
    const DESKTOP: Self =
        Self { reference: |secret| format!("<put the {} here>", secret.title), http: None, stdio: None };
}

fn entry(access: &ServerAccess, form: &Form) -> Value {
    let mut entry = Map::new();
    match access {
        ServerAccess::Http { url, bearer } => {
            entry.extend(form.http.map(|word| ("type".to_owned(), word.into())));
            entry.insert("url".into(), literal(url.as_str()).into());
            let bearer = bearer.as_ref().map(|secret| format!("Bearer {}", (form.reference)(secret)));
            entry.extend(bearer.map(|value| ("headers".to_owned(), json!({ "Authorization": value }))));
        }
        ServerAccess::Process { program, arguments, environment } => {
            entry.extend(form.stdio.map(|word| ("type".to_owned(), word.into())));
            entry.insert("command".into(), program.as_str().into());
            entry.insert("args".into(), arguments.as_slice().into());
            let variables = environment.iter().map(|secret| (secret.variable.clone(), (form.reference)(secret).into()));
            let variables: Map<String, Value> = variables.collect();
            if !variables.is_empty() {
                entry.insert("env".into(), variables.into());
            }
        }
    }
    entry.into()
}

/// It starts programs only, and hands them no variables of its own: another program goes between it and a URL.
fn desktop_entry(access: &ServerAccess) -> Value {
    let ServerAccess::Http { url, bearer } = access else { return entry(access, &Form::DESKTOP) };
    let mut arguments = vec!["-y".to_owned(), "mcp-remote".to_owned(), literal(url.as_str())];
    // A space in an argument is lost on the way there under Windows, so the word before the token is in the variable.
    let header = bearer.as_ref().map(|secret| format!("Authorization:${{{}}}", secret.variable));
    arguments.extend(header.into_iter().flat_map(|header| ["--header".to_owned(), header]));
    let mut entry = json!({ "command": "npx", "args": arguments });
    if let (Some(secret), Some(members)) = (bearer, entry.as_object_mut()) {
        let value = format!("Bearer {}", (Form::DESKTOP.reference)(secret));
        members.insert("env".into(), json!({ secret.variable.clone(): value }));
    }
    entry
}

fn servers(name: &str, entry: Value) -> String {
    pretty(&json!({ "mcpServers": { name: entry } }))
}

fn vs_code(name: &str, access: &ServerAccess) -> String {
    let input = |secret: &SecretVariable| json!({ "type": "promptString", "id": input_id(secret), "description": secret.title, "password": true });
    let inputs: Vec<_> = secrets(access).into_iter().map(input).collect();
    let mut document = Map::new();
    if !inputs.is_empty() {
        document.insert("inputs".into(), inputs.into());
    }
    document.insert("servers".into(), json!({ name: entry(access, &Form::VS_CODE) }));
    pretty(&document.into())
}

fn claude_mcp_add(name: &str, access: &ServerAccess) -> String {
    let add = "claude mcp add --scope project";
    match access {
        ServerAccess::Http { url, bearer } => {
            let line = format!("{add} --transport http {name} {}", quoted(&literal(url.as_str())));
            let header = |secret| format!("Authorization: Bearer {}", (Form::CLAUDE_CODE.reference)(secret));
            // In single quotes the reference is stored, and not what it stands for.
            bearer.as_ref().map_or(line.clone(), |secret| format!("{line} \\\n  --header {}", quoted(&header(secret))))
        }
        ServerAccess::Process { program, arguments, environment } => {
            let mut line = format!("{add} {name}");
            for secret in environment {
                let pair = format!("{}={}", secret.variable, (Form::CLAUDE_CODE.reference)(secret));
                line = format!("{line} --env {}", quoted(&pair));
            }
            let words: Vec<_> = std::iter::once(program).chain(arguments).map(|word| quoted(word)).collect();
            format!("{line} -- {}", words.join(" "))
        }
    }
}

/// Sentence on the variables that the text refers to.
fn references(server: &ClientServer, program: ClientProgram) -> Option<String> {
    let secrets = secrets(&server.access);
    let first = secrets.first()?;
    let names: Vec<_> = secrets.iter().map(|secret| secret.variable.as_str()).collect();
    Some(match program {
        ClientProgram::ClaudeCode | ClientProgram::Cursor => {
            format!("{} is read from the environment that {} is started in.", names.join(", "), program.name())
        }
        ClientProgram::Json => format!("{} stands for a variable: not every program reads one.", names.join(", ")),
        ClientProgram::VsCode => format!("VS Code asks for the {} when the server starts.", first.title),
        ClientProgram::ClaudeDesktop => {
            format!("Claude Desktop reads no variables: put the {} into its file, which then holds it.", first.title)
        }
    })
}

fn secrets(access: &ServerAccess) -> Vec<&SecretVariable> {
    match access {
        ServerAccess::Http { bearer, .. } => bearer.iter().collect(),
        ServerAccess::Process { environment, .. } => environment.iter().collect(),
    }
}

/// A text of which these programs take nothing for a reference: `$` begins one, which would hand a variable of this
/// machine to whoever made up the URL.
fn literal(url: &str) -> String {
    url.replace('$', "%24")
}

/// The same way to a server in words that `program` takes nothing of for a reference to a variable. There is no other way
/// to write a `${` in an argument than to have a shell put it together.
fn without_references(access: &ServerAccess, program: ClientProgram) -> ServerAccess {
    let ServerAccess::Process { program: started, arguments, environment } = access else { return access.clone() };
    let words: Vec<_> = std::iter::once(started).chain(arguments).collect();
    let reads_variables = match program {
        ClientProgram::ClaudeCode | ClientProgram::Cursor | ClientProgram::VsCode | ClientProgram::Json => true,
        ClientProgram::ClaudeDesktop => false,
    };
    if !reads_variables || !words.iter().any(|word| word.contains("${")) {
        return access.clone();
    }
    let words: Vec<_> = words.iter().map(|word| quoted(word).replace("${", "$''{")).collect();
    ServerAccess::Process {
        program: "sh".to_owned(),
        arguments: vec!["-c".to_owned(), format!("exec {}", words.join(" "))],
        environment: environment.clone(),
    }
}

fn input_id(secret: &SecretVariable) -> String {
    secret.variable.to_lowercase().replace('_', "-")
}

/// A name that every program takes, and no shell reads otherwise.
fn plain_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    let name: String = name.chars().map(plain).collect();
    match name.trim_start_matches('-') {
        "" => "server".to_owned(),
        name => name.to_owned(),
    }
}

/// Name of the variable for the token of a server of this name: `EMAIL_AGENT_TOKEN`.
pub fn token_variable(name: &str) -> String {
    let name = plain_name(name).to_ascii_uppercase().replace('-', "_");
    let first = if name.starts_with(|c: char| c.is_ascii_digit()) { "_" } else { "" };
    format!("{first}{name}_TOKEN")
}

/// A word of a shell's line.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.@/+:=,%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn pretty(document: &Value) -> String {
    serde_json::to_string_pretty(document).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(url: &str) -> ClientServer {
        let bearer = SecretVariable { variable: "MAIL_TOKEN".into(), title: "session token of mail".into() };
        let access = ServerAccess::Http { url: url.parse().unwrap(), bearer: Some(bearer) };
        ClientServer { name: "mail".into(), access }
    }

    fn process() -> ClientServer {
        let environment = vec![SecretVariable { variable: "KEY".into(), title: "key".into() }];
        let arguments = ["serve", "mcp", "--as", "ada's"].map(str::to_owned).to_vec();
        ClientServer {
            name: "my server".into(),
            access: ServerAccess::Process { program: "jackfield".into(), arguments, environment },
        }
    }

    fn texts(server: &ClientServer, program: ClientProgram) -> Vec<(&'static str, String)> {
        client_configs(server, program).into_iter().map(|config| (config.place, config.text)).collect()
    }

    #[test]
    fn a_remote_server_refers_to_its_token_in_every_program() {
        let server = remote("https://acme.dev/mcp/v3/servers/1");
        insta::assert_snapshot!(
            ClientProgram::ALL
                .iter()
                .flat_map(|program| texts(&server, *program))
                .map(|(place, text)| format!("# {place}\n{text}\n"))
                .collect::<String>()
        );
    }

    #[test]
    fn a_program_is_started_with_words_that_a_shell_reads_as_they_are() {
        let server = process();
        insta::assert_snapshot!(
            ClientProgram::ALL
                .iter()
                .flat_map(|program| texts(&server, *program))
                .map(|(place, text)| format!("# {place}\n{text}\n"))
                .collect::<String>()
        );
    }

    #[test]
    fn an_argument_gets_no_variable_of_this_machine_either_and_arrives_as_it_is() {
        let ServerAccess::Process { program: started, .. } = process().access else { panic!("a program") };
        let wild = "it's ${HOME} ${input:x} $${y";
        let access = ServerAccess::Process {
            program: started,
            arguments: vec!["--as".into(), wild.into()],
            environment: Vec::new(),
        };
        for program in [ClientProgram::ClaudeCode, ClientProgram::Cursor, ClientProgram::VsCode, ClientProgram::Json] {
            for (place, text) in texts(&ClientServer { name: "x".into(), access: access.clone() }, program) {
                assert!(!text.contains("${"), "{place}: {text}");
            }
        }
        let ServerAccess::Process { program, arguments, .. } = without_references(&access, ClientProgram::Json) else {
            panic!("a program")
        };
        let line = arguments[1].replace("exec jackfield", "printf %s:");
        let ran = std::process::Command::new(program).args(["-c", &line]).output().unwrap();
        assert_eq!(String::from_utf8(ran.stdout).unwrap(), format!("--as:{wild}:"));
    }

    #[test]
    fn a_url_that_was_made_up_gets_no_variable_of_this_machine() {
        let server = remote("https://evil.dev/$HOME?x=${AWS_SECRET_ACCESS_KEY}&y=$(id)");
        for program in ClientProgram::ALL {
            for (place, text) in texts(&server, *program) {
                assert!(!text.contains("${AWS") && !text.contains("$HOME") && !text.contains("$("), "{place}: {text}");
            }
        }
    }

    #[test]
    fn json_is_json_and_names_are_plain() {
        for server in [remote("https://acme.dev/x"), process()] {
            for program in ClientProgram::ALL {
                for (place, text) in texts(&server, *program).into_iter().filter(|(place, _)| place.ends_with("json")) {
                    assert!(serde_json::from_str::<Value>(&text).is_ok(), "{place}: {text}");
                }
            }
        }
        for (name, plain) in [("a b", "a-b"), ("--x", "x"), ("", "server"), ("x\u{1b}[2J;rm", "x--2J-rm")] {
            assert_eq!(plain_name(name), plain);
        }
        assert_eq!(token_variable("email-agent"), "EMAIL_AGENT_TOKEN");
        assert_eq!(token_variable("2nd"), "_2ND_TOKEN");
    }
}
