//! GraphQL over what the tools do: the root fields are the tools', and of their results as much comes back as is
//! asked for. The schema holds what the tools know, and no more.

use serde_json::{Map, Value};

use super::document::{self, Field};
use super::{Linear, input};
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderCall, ProviderRefusal};

/// A root field: the tool behind it, and the tool's name for the argument `id`.
const ROOTS: [(&str, &str, &str); 22] = [
    ("viewer", "linear_viewer_get", ""),
    ("teams", "linear_teams_list", ""),
    ("team", "linear_team_get", "teamId"),
    ("users", "linear_users_list", ""),
    ("user", "linear_user_get", "userId"),
    ("workflowStates", "linear_workflow_states_list", ""),
    ("issueLabels", "linear_labels_list", ""),
    ("projects", "linear_projects_list", ""),
    ("project", "linear_project_get", "projectId"),
    ("issues", "linear_issues_list", ""),
    ("issue", "linear_issue_get", "issueId"),
    ("searchIssues", "linear_issue_search", ""),
    ("comment", "linear_comment_get", "commentId"),
    ("issueCreate", "linear_issue_create", ""),
    ("issueUpdate", "linear_issue_update", "issueId"),
    ("issueArchive", "linear_issue_archive", "issueId"),
    ("issueUnarchive", "linear_issue_unarchive", "issueId"),
    ("issueDelete", "linear_issue_delete", "issueId"),
    ("commentCreate", "linear_comment_create", ""),
    ("commentUpdate", "linear_comment_update", "commentId"),
    ("commentDelete", "linear_comment_delete", "commentId"),
    ("issueRelationCreate", "linear_issue_relation_create", ""),
];

/// Fields at the root of a document, at most: each is a call of its own.
const MOST_ROOTS: usize = 50;

impl Linear {
    pub(super) fn graphql(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let none = Map::new();
        let variables = match call.arguments.get("variables") {
            None | Some(Value::Null) => &none,
            Some(Value::Object(variables)) => variables,
            Some(_) => return Err(input("Variables must be an object.".into())),
        };
        let fields = document::read(arguments.required_text("query")?, variables).map_err(input)?;
        if fields.len() > MOST_ROOTS {
            return Err(input(format!("Query is too complex, at most {MOST_ROOTS} fields are read at the root.")));
        }
        let mut answer = Map::new();
        for field in &fields {
            answer.insert(field.alias.clone(), self.root(call, field)?);
        }
        Ok(answer.into())
    }

    fn root(&mut self, call: &ProviderCall<'_>, field: &Field) -> Result<Value, ProviderRefusal> {
        let found = ROOTS.iter().find(|(name, ..)| *name == field.name);
        let (name, tool, id) = found.ok_or_else(|| unknown_field(&field.name, "the root"))?;
        let mut arguments = Map::new();
        for (argument, value) in &field.arguments {
            match (argument.as_str(), value) {
                ("id", value) if !id.is_empty() => drop(arguments.insert((*id).into(), value.clone())),
                ("input", Value::Object(fields)) => arguments.extend(fields.clone()),
                ("term", value) => drop(arguments.insert("query".into(), value.clone())),
                ("first" | "after" | "before" | "teamId", value) => {
                    drop(arguments.insert(argument.clone(), value.clone()))
                }
                _ => return Err(input(format!("Unknown argument \"{argument}\" on field \"{name}\"."))),
            }
        }
        let call = ProviderCall { arguments: &arguments, ..*call };
        let mut answer = self.answer(tool, &call).ok_or_else(|| unknown_field(name, "the root"))??;
        select(answer.get_mut(*name).map(Value::take).unwrap_or_default(), field)
    }
}

/// As much of a value as a field asks for.
fn select(value: Value, field: &Field) -> Result<Value, ProviderRefusal> {
    match value {
        Value::Array(items) => items.into_iter().map(|item| select(item, field)).collect(),
        Value::Object(record) if field.fields.is_empty() => {
            let first = record.keys().next().map_or("id", String::as_str);
            let message = format!(
                "Field \"{0}\" must have a selection of subfields. Did you mean \"{0} {{ {first} }}\"?",
                field.name
            );
            Err(input(message))
        }
        Value::Object(record) => {
            let mut selected = Map::new();
            for inner in &field.fields {
                let value = record.get(&inner.name).cloned().ok_or_else(|| unknown_field(&inner.name, &field.name))?;
                selected.insert(inner.alias.clone(), select(value, inner)?);
            }
            Ok(selected.into())
        }
        Value::Null => Ok(Value::Null),
        _ if !field.fields.is_empty() => {
            Err(input(format!("Field \"{}\" must not have a selection since it has no subfields.", field.name)))
        }
        scalar => Ok(scalar),
    }
}

fn unknown_field(name: &str, of: &str) -> ProviderRefusal {
    input(format!("Cannot query field \"{name}\" on {of}."))
}
