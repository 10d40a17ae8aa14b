//! Calls as code for other programs.
//!
//! An environment is named as the journal calls it: a call can be written down long after it was made, and
//! without its environment being open.

use super::proxy_journal;
use crate::backend::local::{Local, USUAL};
use crate::backend::scalekit::EMBEDDED;
use crate::backend::{Ability, SnippetKind, SnippetModifiers, SnippetTarget, Snippets, snippets_of};
use crate::domain::{Fault, FaultKind, ProxyRequest, ToolCall};
use crate::journal::{CallKind, JournalEntry, StoredBody};
use crate::profile::{Profile, ProfileTarget, Saved, Source};

/// A call in one form.
pub type Snippet = (SnippetKind, String);

/// An environment that can be opened again: its name in the journal, and where it comes from.
pub type OpenSource<'a> = Option<(&'a str, &'a Source)>;

/// Source of the environment that the journal calls `environment`, among the saved profiles: the default one where
/// several have its URL.
pub fn saved_source(environment: &str, saved: &Saved) -> Option<Source> {
    let fits = |profile: &&Profile| match &profile.target {
        ProfileTarget::Scalekit(target) => target.url.as_str() == environment,
        ProfileTarget::Local(target) => {
            target.folder.as_deref().is_some_and(|folder| Local::recorded_as(folder) == environment)
        }
    };
    let fitting: Vec<_> = saved.profiles.iter().filter(fits).collect();
    let default = fitting.iter().find(|profile| saved.in_use.as_ref() == Some(&profile.name));
    default.or(fitting.first()).map(|profile| Source::Profile(profile.name.clone()))
}

/// Way to the environment of a call. What is open tells it only where the call belongs to that.
fn target(environment: &str, open: OpenSource<'_>) -> SnippetTarget {
    let source = open.filter(|(name, _)| *name == environment).map(|(_, source)| source);
    let path = |path: &std::path::Path| SnippetTarget::EnvFile(path.to_string_lossy().into_owned());
    match source {
        _ if environment == EMBEDDED => SnippetTarget::Sandbox,
        _ if environment == USUAL => SnippetTarget::Local,
        Some(Source::Profile(name)) => SnippetTarget::Profile(name.as_str().to_owned()),
        Some(Source::EnvFile(file) | Source::DotEnv(file)) => path(file),
        Some(Source::Sandbox | Source::Local | Source::Variables) | None => SnippetTarget::Variables,
    }
}

/// A tool call in every form that its environment knows, with the modifiers that take part in it.
///
/// # Errors
/// [`FaultKind::NotOffered`]: its environment knows none.
pub fn of_tool_call(
    environment: &str,
    open: OpenSource<'_>,
    call: &ToolCall,
    modifiers: Option<SnippetModifiers<'_>>,
) -> Result<Vec<Snippet>, Fault> {
    let snippets = snippets(environment)?;
    let target = target(environment, open);
    Ok(forms(snippets, |form| match modifiers {
        None => snippets.tool_call(call, form, &target),
        Some(modifiers) => snippets.modified_tool_call(call, form, &target, modifiers),
    }))
}

/// A request to a provider's own API in every form that its environment knows.
///
/// # Errors
/// [`FaultKind::NotOffered`]: its environment knows none.
pub fn of_request(environment: &str, open: OpenSource<'_>, request: &ProxyRequest) -> Result<Vec<Snippet>, Fault> {
    let snippets = snippets(environment)?;
    let target = target(environment, open);
    Ok(forms(snippets, |form| snippets.proxy_request(request, form, &target)))
}

/// An entry's call in every form that its environment knows.
///
/// # Errors
/// As [`of_entry_in`].
pub fn of_entry(entry: &JournalEntry, open: OpenSource<'_>) -> Result<Vec<Snippet>, Fault> {
    let environment = entry.summary.environment.raw();
    let (snippets, target) = (snippets(environment)?, target(environment, open));
    let call = RecordedCall::new(entry)?;
    Ok(forms(snippets, |form| call.snippet(snippets, form, &target)))
}

/// An entry's call in one form.
///
/// # Errors
/// [`FaultKind::NotOffered`]: its environment knows none, or not this one. [`FaultKind::NotFound`]: what went
/// along is not kept. [`FaultKind::Local`]: the entry holds something else.
pub fn of_entry_in(entry: &JournalEntry, form: SnippetKind, open: OpenSource<'_>) -> Result<String, Fault> {
    let environment = entry.summary.environment.raw();
    let (snippets, target) = (snippets(environment)?, target(environment, open));
    let unknown =
        || Fault::new(FaultKind::NotOffered, format!("Its environment does not write calls as {}.", form.name()));
    RecordedCall::new(entry)?.snippet(snippets, form, &target).ok_or_else(unknown)
}

/// Reason why the calls of an environment cannot be written as code, if so.
pub fn refusal(environment: &str) -> Option<&'static str> {
    snippets_of(environment).is_none().then(|| Ability::Snippets.refusal())
}

fn snippets(environment: &str) -> Result<&'static dyn Snippets, Fault> {
    snippets_of(environment).ok_or_else(|| Ability::Snippets.fault())
}

fn forms(snippets: &dyn Snippets, write: impl Fn(SnippetKind) -> Option<String>) -> Vec<Snippet> {
    snippets.forms().iter().filter_map(|form| Some((*form, write(*form)?))).collect()
}

/// The call of an entry.
enum RecordedCall {
    Tool(ToolCall),
    /// One that modifiers took part in.
    Modified(ToolCall),
    Proxy(ProxyRequest),
}

impl RecordedCall {
    fn new(entry: &JournalEntry) -> Result<Self, Fault> {
        let call = &entry.summary;
        let StoredBody::Kept(arguments) = &entry.arguments else {
            return Err(Fault::new(FaultKind::NotFound, "This call has no stored input."));
        };
        Ok(match call.kind {
            CallKind::Tool => {
                let sent = ToolCall {
                    tool: call.name.raw().into(),
                    account: call.account.clone(),
                    identifier: call.identifier.clone(),
                    connection: call.connection.clone(),
                    input: arguments.clone(),
                    agent_run: call.agent_run.clone(),
                };
                if call.modifiers.is_empty() { Self::Tool(sent) } else { Self::Modified(sent) }
            }
            CallKind::Proxy => {
                let names = (call.name.raw(), call.connection.raw(), call.identifier.raw());
                Self::Proxy(proxy_journal::request(names.0, names.1, names.2, arguments)?)
            }
        })
    }

    fn snippet(&self, snippets: &dyn Snippets, form: SnippetKind, target: &SnippetTarget) -> Option<String> {
        match self {
            Self::Tool(call) => snippets.tool_call(call, form, target),
            Self::Modified(call) => snippets.modified_tool_call(call, form, target, SnippetModifiers::Done),
            Self::Proxy(request) => snippets.proxy_request(request, form, target),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::Backend as _;
    use crate::backend::scalekit::Scalekit;
    use crate::domain::{Environment, EnvironmentUrl, JsonText, Secret};

    fn call() -> ToolCall {
        ToolCall {
            tool: "asana_me_get".into(),
            account: "ca_1".into(),
            identifier: "ada@acme.dev".into(),
            connection: "asana".into(),
            input: JsonText::empty_object(),
            agent_run: None,
        }
    }

    #[test]
    fn the_name_of_an_environment_tells_what_its_calls_can_be_written_as() {
        let environment = Environment {
            url: EnvironmentUrl::parse("https://acme.scalekit.dev").unwrap(),
            client_id: "skc_1".into(),
            client_secret: Secret::new("sks_1".into()),
        };
        let open = Scalekit::from(environment);
        assert!(open.snippets().is_some());
        for name in [&open.about().recorded_as, &Source::Sandbox.to_string()] {
            let forms: Vec<_> =
                of_tool_call(name, None, &call(), None).unwrap().into_iter().map(|(form, _)| form).collect();
            assert_eq!((forms.as_slice(), refusal(name)), (SnippetKind::ALL, None), "{name}");
        }
        let forms = of_tool_call("local", None, &call(), None).unwrap();
        assert!(matches!(forms.as_slice(), [(SnippetKind::Jackfield, _)]), "nothing but this program opens it");
        for name in ["toy:one", ""] {
            let fault = of_tool_call(name, None, &call(), None).unwrap_err();
            assert_eq!((fault.kind, refusal(name)), (FaultKind::NotOffered, Some(&*fault.message)), "{name}");
        }
    }

    #[test]
    fn the_command_opens_the_environment_that_the_call_was_made_in() {
        let command = |environment: &str, open: OpenSource<'_>| {
            let forms = of_tool_call(environment, open, &call(), None).unwrap();
            forms.into_iter().find(|(form, _)| *form == SnippetKind::Jackfield).unwrap().1
        };
        let url = "https://acme.scalekit.dev/";
        let profile = Source::Profile(crate::profile::ProfileName::parse("staging").unwrap());
        assert!(command("sandbox", None).contains(" --sandbox \\\n"));
        assert!(command(url, Some((url, &profile))).contains(" --profile=staging \\\n"));
        assert!(command(url, Some((url, &Source::EnvFile("my env".into())))).contains(" --env-file='my env' \\\n"));
        for open in [None, Some((url, &Source::Variables)), Some(("https://b.scalekit.dev/", &profile))] {
            let command = command(url, open);
            assert!(!command.contains("--profile") && !command.contains("--sandbox"), "{command}");
        }
    }
}
