//! Floor 1: modifiers, which change the input of a tool before it is sent, and its result before it is shown.
//!
//! They stand in [`FILE`], in the order in which they apply, and are jq filters. Reading and selecting is all that
//! happens here; what an entry says wrongly is a [problem](file::ModifierProblem) with its line and costs that entry alone.

mod file;
pub mod footer;
mod pattern;

pub use file::ModifierFile;

pub use pattern::ToolPattern;

use crate::domain::{ToolName, Untrusted};

/// Name of the file, in the folder of what a person may edit and in the `.jackfield` folder of a project.
pub const FILE: &str = "modifiers.toml";

/// One modifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modifier {
    /// Name to show and to record; no two of a file have the same.
    pub name: Untrusted,
    /// Tools and environments that it is for.
    pub scope: Scope,
    /// jq filter over the input, before it is checked and sent.
    pub before: Option<String>,
    /// jq filter over the result, before it is shown.
    pub after: Option<String>,
}

/// Calls that a modifier is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Names of tools, or patterns of names. Any of them fits.
    pub tools: Vec<ToolPattern>,
    /// Name of the profile that the environment must come from; none fits every environment.
    pub profile: Option<String>,
}

impl Scope {
    /// Whether calls of `tool` are meant, in the environment of `profile` or in one without a profile.
    pub fn fits(&self, tool: &ToolName, profile: Option<&str>) -> bool {
        self.profile.as_deref().is_none_or(|wanted| Some(wanted) == profile)
            && self.tools.iter().any(|pattern| pattern.fits(tool.raw()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_any_of_its_tools_in_the_profile_that_it_names() {
        let scope = |profile: Option<&str>| Scope {
            tools: ["linear_*", "gmail_fetch_mails"].map(ToolPattern::new).to_vec(),
            profile: profile.map(str::to_owned),
        };
        let (linear, other) = ("linear_issue_get".into(), "gmail_fetch_mails_all".into());
        assert!(scope(None).fits(&linear, None) && scope(None).fits(&linear, Some("acme")));
        assert!(scope(Some("acme")).fits(&linear, Some("acme")));
        assert!(!scope(Some("acme")).fits(&linear, None) && !scope(Some("acme")).fits(&linear, Some("Acme")));
        assert!(!scope(None).fits(&other, None));
    }
}
