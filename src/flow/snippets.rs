//! Calls as code for other programs.
//!
//! An environment is named as the journal calls it: a call can be written down long after it was made, and
//! without its environment being open.

use super::proxy_journal;
use crate::backend::{Ability, SnippetKind, Snippets, snippets_of};
use crate::domain::{Fault, FaultKind, ProxyRequest, ToolCall};
use crate::journal::{CallKind, JournalEntry, StoredBody};

/// A call in one form.
pub type Snippet = (SnippetKind, String);

/// A tool call in every form that its environment knows.
///
/// # Errors
/// [`FaultKind::NotOffered`]: its environment knows none.
pub fn of_tool_call(environment: &str, call: &ToolCall) -> Result<Vec<Snippet>, Fault> {
    let snippets = snippets(environment)?;
    Ok(forms(snippets, |form| snippets.tool_call(call, form)))
}

/// An entry's call in every form that its environment knows.
///
/// # Errors
/// As [`of_entry_in`].
pub fn of_entry(entry: &JournalEntry) -> Result<Vec<Snippet>, Fault> {
    let snippets = snippets(entry.summary.environment.raw())?;
    let call = RecordedCall::new(entry)?;
    Ok(forms(snippets, |form| call.snippet(snippets, form)))
}

/// An entry's call in one form.
///
/// # Errors
/// [`FaultKind::NotOffered`]: its environment knows none, or not this one. [`FaultKind::NotFound`]: what went
/// along is not kept. [`FaultKind::Local`]: the entry holds something else.
pub fn of_entry_in(entry: &JournalEntry, form: SnippetKind) -> Result<String, Fault> {
    let snippets = snippets(entry.summary.environment.raw())?;
    let unknown = || Fault::new(FaultKind::NotOffered, format!("Its environment has no calls as {}.", form.name()));
    RecordedCall::new(entry)?.snippet(snippets, form).ok_or_else(unknown)
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
    Proxy(ProxyRequest),
}

impl RecordedCall {
    fn new(entry: &JournalEntry) -> Result<Self, Fault> {
        let call = &entry.summary;
        let StoredBody::Kept(arguments) = &entry.arguments else {
            return Err(Fault::new(FaultKind::NotFound, "Of this call no input is kept."));
        };
        Ok(match call.kind {
            CallKind::Tool => Self::Tool(ToolCall {
                tool: call.name.raw().into(),
                account: call.account.clone(),
                identifier: call.identifier.clone(),
                connection: call.connection.clone(),
                input: arguments.clone(),
                agent_run: call.agent_run.clone(),
            }),
            CallKind::Proxy => {
                let names = (call.name.raw(), call.connection.raw(), call.identifier.raw());
                Self::Proxy(proxy_journal::request(names.0, names.1, names.2, arguments)?)
            }
        })
    }

    fn snippet(&self, snippets: &dyn Snippets, form: SnippetKind) -> Option<String> {
        match self {
            Self::Tool(call) => snippets.tool_call(call, form),
            Self::Proxy(request) => snippets.proxy_request(request, form),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::Backend as _;
    use crate::backend::scalekit::Scalekit;
    use crate::domain::{Environment, EnvironmentUrl, JsonText, Secret};
    use crate::profile::Source;

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
            let forms: Vec<_> = of_tool_call(name, &call()).unwrap().into_iter().map(|(form, _)| form).collect();
            assert_eq!((forms.as_slice(), refusal(name)), (SnippetKind::ALL, None), "{name}");
        }
        for name in ["toy:one", "local", ""] {
            let fault = of_tool_call(name, &call()).unwrap_err();
            assert_eq!((fault.kind, refusal(name)), (FaultKind::NotOffered, Some(&*fault.message)), "{name}");
        }
    }
}
