//! Calls as commands, as requests to the REST API, and as programs with the vendor's SDKs.
//!
//! No credential is ever written: those of the environment are always variables, and so is what looks like one
//! in the input.

mod modifiers;
mod proxy_request;
mod shell;
#[cfg(test)]
mod tests;
mod tool_call;

use self::proxy_request::proxy_request;
use self::tool_call::tool_call;
use crate::backend::{SnippetKind, SnippetModifiers, SnippetTarget, Snippets};
use crate::domain::{ProxyRequest, ToolCall};

/// Every form there is.
pub(super) struct ScalekitSnippets;

impl Snippets for ScalekitSnippets {
    fn forms(&self) -> &'static [SnippetKind] {
        SnippetKind::ALL
    }

    fn tool_call(&self, call: &ToolCall, form: SnippetKind, target: &SnippetTarget) -> Option<String> {
        Some(format!("{}{}", shell::remark(form, target), tool_call(call, form, target)))
    }

    fn modified_tool_call(
        &self,
        call: &ToolCall,
        form: SnippetKind,
        target: &SnippetTarget,
        modifiers: SnippetModifiers<'_>,
    ) -> Option<String> {
        let text = match modifiers {
            SnippetModifiers::TakePart(some) => modifiers::modified(tool_call(call, form, target), call, form, some),
            SnippetModifiers::Done => tool_call::as_sent(call, form, target),
        };
        Some(format!("{}{text}", shell::remark(form, target)))
    }

    fn proxy_request(&self, request: &ProxyRequest, form: SnippetKind, target: &SnippetTarget) -> Option<String> {
        Some(format!("{}{}", shell::remark(form, target), proxy_request(request, form, target)))
    }
}
