//! Calls as commands of this program: nothing else knows the way to an environment of one's own.

use crate::backend::scalekit::Scalekit;
use crate::backend::{SnippetKind, SnippetModifiers, SnippetTarget, Snippets};
use crate::domain::{ProxyRequest, ToolCall};

/// Commands alone.
pub(super) struct LocalSnippets;

impl Snippets for LocalSnippets {
    fn forms(&self) -> &'static [SnippetKind] {
        &[SnippetKind::Jackfield]
    }

    // A command reads the same whatever kind of environment it is for.
    fn tool_call(&self, call: &ToolCall, form: SnippetKind, target: &SnippetTarget) -> Option<String> {
        Scalekit::SNIPPETS.tool_call(call, form, target).filter(|_| form == SnippetKind::Jackfield)
    }

    fn modified_tool_call(
        &self,
        call: &ToolCall,
        form: SnippetKind,
        target: &SnippetTarget,
        modifiers: SnippetModifiers<'_>,
    ) -> Option<String> {
        let written = Scalekit::SNIPPETS.modified_tool_call(call, form, target, modifiers);
        written.filter(|_| form == SnippetKind::Jackfield)
    }

    fn proxy_request(&self, request: &ProxyRequest, form: SnippetKind, target: &SnippetTarget) -> Option<String> {
        Scalekit::SNIPPETS.proxy_request(request, form, target).filter(|_| form == SnippetKind::Jackfield)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::snippets_of;
    use crate::domain::ProxyBody;

    #[test]
    fn a_request_is_a_command_and_nothing_else() {
        let request = ProxyRequest {
            connection: "linear".into(),
            identifier: "ada".into(),
            method: crate::domain::ProxyMethod::Get,
            path: "/me".into(),
            query: Vec::new(),
            headers: Vec::new(),
            body: ProxyBody::None,
        };
        let snippets = snippets_of("local").expect("the name tells the kind");
        let command =
            snippets.proxy_request(&request, SnippetKind::Jackfield, &SnippetTarget::Local).expect("a command");
        assert!(command.starts_with("jackfield") && command.contains("--local"), "{command}");
        assert_eq!(snippets.proxy_request(&request, SnippetKind::Curl, &SnippetTarget::Local), None);
        assert!(snippets_of("local:/home/ada/own").is_some_and(|own| own.forms().len() == 1));
    }
}
