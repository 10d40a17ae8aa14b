//! Tools that may run for several people at once.

use std::borrow::Cow;

use crate::domain::{EffectSource, Tool, ToolEffect};

/// Whether a tool may run for several people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permission {
    /// It is declared to read.
    Granted,
    /// Nobody declares it to read: only if somebody insists, for this reason.
    Insist(String),
    /// It takes something away, or seems to: never, for this reason. Whoever means it can run it for each person.
    Never(String),
}

/// Permission for `tool`. Guesses from its name or its HTTP method count against it, never for it.
pub fn permission(tool: &Tool) -> Permission {
    let is_declared =
        matches!(tool.effect_source, EffectSource::Declared | EffectSource::TrustedServer | EffectSource::Protocol);
    let reason = tool.effect_reason();
    match tool.effect {
        ToolEffect::Reads if is_declared => Permission::Granted,
        ToolEffect::Destroys => Permission::Never(format!(
            "{} takes something away ({reason}), so it is never run for several people at once.",
            tool.name
        )),
        ToolEffect::Reads => {
            Permission::Insist(format!("{} is not declared to read only: that it does is {reason}.", tool.name))
        }
        ToolEffect::Writes => {
            Permission::Insist(format!("{} changes something ({reason}), once for each person.", tool.name))
        }
        ToolEffect::Unknown => Permission::Insist(format!("{} is not declared to read only: {reason}.", tool.name)),
    }
}

/// Reason why `tool` is not run for several people, whoever insists.
pub fn why_never(tool: &Tool) -> Option<Cow<'static, str>> {
    match permission(tool) {
        Permission::Never(reason) => Some(reason.into()),
        Permission::Granted | Permission::Insist(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(effect: ToolEffect, effect_source: EffectSource) -> Tool {
        Tool { effect, effect_source, ..Tool::unknown("x") }
    }

    #[test]
    fn only_what_is_declared_to_read_runs_for_many() {
        use EffectSource::{Declared, Method, Name, Protocol};
        use ToolEffect::{Destroys, Reads, Unknown, Writes};
        let granted = |effect, source| permission(&tool(effect, source)) == Permission::Granted;
        assert!(granted(Reads, Declared) && granted(Reads, Protocol));
        let insist = |effect, source| matches!(permission(&tool(effect, source)), Permission::Insist(_));
        assert!(insist(Reads, Name) && insist(Reads, Method) && insist(Writes, Declared) && insist(Unknown, Name));
        let never = |source| matches!(permission(&tool(Destroys, source)), Permission::Never(_));
        assert!(never(Declared) && never(Name) && never(Method) && never(Protocol));
    }
}
