//! Footer of created texts: the modifier that ships, off until a file says `footer = true`.

use super::{Modifier, Scope, ToolPattern};
use crate::domain::{Identifier, Untrusted};

/// Name that it is shown and recorded by.
pub const NAME: &str = "footer";

/// Tools that create texts which somebody else reads.
const TOOLS: [&str; 14] = [
    "asana_task_create",
    "asana_subtask_create",
    "asana_story_create",
    "asana_comment_create",
    "freshdesk_ticket_create",
    "freshdesk_tickets_reply",
    "github_issue_create",
    "github_issue_comment_create",
    "gmail_send_message",
    "linear_issue_create",
    "linear_comment_create",
    "linear_*_comment_create",
    "slack_send_message",
    "slack_send_rich_message",
];

/// The filter, with names in braces that [`signed`] puts in. The first of these members that is a text gets the footer as
/// its last paragraph, unless it ends with it already. An input without any of them stays as it is.
const FILTER: &str = r#""Submitted by {application} on behalf of {person}" as $footer
| def signed: if type != "string" or endswith($footer) then . elif . == "" then $footer else . + "\n\n" + $footer end;
if type != "object" then .
elif (.body | type) == "string" then .body |= signed
elif (.description | type) == "string" then .description |= signed
elif (.notes | type) == "string" then .notes |= signed
elif (.text | type) == "string" then .text |= signed
else . end"#;

/// The modifier, without names.
pub(super) fn modifier() -> Modifier {
    Modifier {
        name: NAME.into(),
        scope: Scope { tools: TOOLS.map(ToolPattern::new).to_vec(), profile: None },
        before: Some(FILTER.to_owned()),
        after: None,
    }
}

/// Whether a filter is the footer's, which needs names.
pub fn needs_names(filter: &str) -> bool {
    filter == FILTER
}

/// The footer's filter for this application and this person.
pub fn signed(application: &Untrusted, person: &Identifier) -> String {
    let put_in = |text: String| {
        // As it stands within the quotes of a jq string: `\(` cannot begin there, for each `\` is doubled.
        let quoted = serde_json::Value::from(text).to_string();
        quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or_default().to_owned()
    };
    let head = put_in(application.to_string());
    // One after the other from the front: a name may hold the other's braces.
    let (before, after) = FILTER.split_once("{application}").unwrap_or((FILTER, ""));
    let (between, end) = after.split_once("{person}").unwrap_or((after, ""));
    format!("{before}{head}{between}{}{end}", put_in(person.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_texts() {
        let filter = signed(&r#"a" | empty | "\(1)"#.into(), &"{application}".into());
        assert!(filter.starts_with(r#""Submitted by a\" | empty | \"\\(1) on behalf of {application}" as $footer"#));
        assert!(needs_names(FILTER) && !needs_names(&filter));
    }

    #[test]
    fn it_is_for_tools_that_create_texts() {
        let fits = |tool: &str| modifier().scope.fits(&tool.into(), None);
        assert!(fits("linear_issue_create") && fits("slack_send_message"));
        assert!(!fits("linear_issue_get") && !fits("github_issue_update"));
    }
}
