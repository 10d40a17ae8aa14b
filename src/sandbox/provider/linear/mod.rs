//! Linear's tools. Results look like its GraphQL answers, refusals like its errors.

mod directory;
mod discussion;
mod document;
mod graphql;
mod page;
mod workspace;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use self::page::{LARGEST_PAGE, PAGE, connection};
use self::workspace::{LinearIssue, LinearWorkspace, PRIORITIES};
use super::arguments::{Arguments, Problem};
use super::call::{MockProvider, ProviderCall, ProviderRefusal, ProviderRefusalKind};
use super::data::ProviderData;
use crate::sandbox::ids::Ids;
use crate::sandbox::people::{People, Persona};

/// Kind of the states in which an issue counts as closed.
const COMPLETED: &str = "completed";

/// Linear, as one workspace.
pub struct Linear(LinearWorkspace);

impl MockProvider for Linear {
    fn run(&mut self, tool: &str, call: &ProviderCall<'_>) -> Option<Result<ProviderData, ProviderRefusal>> {
        Some(self.answer(tool, call)?.map(ProviderData::from))
    }
}

impl Linear {
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        LinearWorkspace::open(ids, people, now).map(Self)
    }

    /// Result of a tool; none when there is no such tool.
    fn answer(&mut self, tool: &str, call: &ProviderCall<'_>) -> Option<Result<Value, ProviderRefusal>> {
        let arguments = Arguments { map: call.arguments, complain };
        Some(match tool {
            "linear_viewer_get" => Ok(self.viewer(call.person)),
            "linear_issues_list" => self.list(call.person, &arguments),
            "linear_issue_create" => self.create(call, &arguments),
            "linear_issue_get" => self.get(call.person, &arguments),
            "linear_issue_search" => self.search(call.person, &arguments),
            "linear_issue_update" => self.update(call, &arguments),
            "linear_issue_archive" => self.put_away(call, &arguments, "issueArchive", (true, false)),
            "linear_issue_delete" => self.put_away(call, &arguments, "issueDelete", (true, true)),
            "linear_issue_unarchive" => self.put_away(call, &arguments, "issueUnarchive", (false, false)),
            "linear_comment_create" => self.comment(call, &arguments),
            "linear_comments_list" => self.comments(call.person, &arguments),
            "linear_comment_get" => self.comment_get(call.person, &arguments),
            "linear_comment_update" => self.comment_update(call, &arguments),
            "linear_comment_delete" => self.comment_delete(call.person, &arguments),
            "linear_issue_relation_create" => self.relate(call.person, &arguments),
            "linear_issue_relations_list" => self.relations(call.person, &arguments),
            "linear_issue_relation_delete" => self.unrelate(call.person, &arguments),
            "linear_teams_list" => self.teams(call.person, &arguments),
            "linear_team_get" => self.team(call.person, &arguments),
            "linear_users_list" => self.users(&arguments),
            "linear_user_get" => self.user_get(&arguments),
            "linear_workflow_states_list" => self.states(call.person, &arguments),
            "linear_labels_list" => self.labels(call.person, &arguments),
            "linear_projects_list" => self.projects(call.person, &arguments),
            "linear_project_get" => self.project_get(call.person, &arguments),
            "linear_graphql_query" => self.graphql(call, &arguments),
            _ => return None,
        })
    }

    fn viewer(&self, person: &Arc<Persona>) -> Value {
        let teams = self.0.teams.iter().filter(|team| team.members.contains(person));
        let teams: Vec<_> = teams.map(|team| team.render()).collect();
        json!({"viewer": {
            "id": self.0.user_id(person),
            "name": person.name,
            "displayName": person.key,
            "email": person.email,
            "active": true,
            "organization": self.0.render_organization(),
            "teams": {"nodes": teams},
        }})
    }

    /// Lists issues, newest first.
    fn list(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let assignee = arguments.text("assignee")?;
        let state = arguments.text("state")?;
        let project = arguments.text("project")?;
        let priority = arguments.number("priority")?;
        let labels = arguments.texts("labels")?;
        let wanted = |issue: &&LinearIssue| {
            issue.archived_at.is_none()
                && issue.team.shows_to(person)
                && assignee.is_none_or(|email| issue.assignee.as_ref().is_some_and(|person| person.email == email))
                && state.is_none_or(|name| issue.state.name == name)
                && project.is_none_or(|name| issue.project.as_ref().is_some_and(|project| project.name == name))
                && priority.is_none_or(|priority| issue.priority == priority)
                && (labels.is_empty() || issue.labels.iter().any(|label| labels.contains(&label.name.as_str())))
        };
        let found: Vec<_> = self.0.issues.iter().rev().filter(wanted).collect();
        let render = |issue: &&LinearIssue| self.0.render(issue);
        Ok(json!({"issues": connection(&found, |issue| &issue.id, render, arguments)?}))
    }

    fn create(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let team_id = arguments.required_text("teamId")?;
        let title = arguments.required_text("title")?;
        let world = &self.0;
        let team = self.seen_team(call.person, team_id)?;
        let priority = priority(arguments)?.unwrap_or(0);
        let state = match arguments.text("stateId")? {
            Some(id) => team.states.iter().find(|state| state.id == id),
            None => team.states.first(),
        };
        let user = |id| self.user(id);
        let project = |id| self.seen_project(call.person, id);
        let label = |id| world.labels.iter().find(|label| label.id == id).cloned().ok_or_else(|| unknown("IssueLabel"));
        let state = state.ok_or_else(|| unknown("WorkflowState"))?;
        let identifier = world.next_identifier(team);
        let issue = LinearIssue {
            id: world.issue_id(&identifier),
            identifier,
            team: Arc::clone(team),
            title: title.into(),
            description: arguments.text("description")?.map(Into::into),
            priority,
            estimate: arguments.number("estimate")?,
            state: Arc::clone(state),
            assignee: arguments.text("assigneeId")?.map(user).transpose()?.cloned(),
            creator: Arc::clone(call.person),
            project: arguments.text("projectId")?.map(project).transpose()?.cloned(),
            labels: arguments.texts("labelIds")?.into_iter().map(label).collect::<Result<_, _>>()?,
            created_at: call.now,
            completed_at: (state.kind == COMPLETED).then_some(call.now),
            archived_at: None,
            trashed: false,
        };
        let answer = json!({"issueCreate": {"success": true, "issue": world.render(&issue)}});
        self.0.issues.push(issue);
        Ok(answer)
    }

    fn get(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let issue = self.issue(person, arguments, "issueId")?;
        Ok(json!({"issue": self.0.render_whole(issue, person)}))
    }

    /// Every word must stand in the title or the description, or be the identifier.
    fn search(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let query = arguments.required_text("query")?.to_lowercase();
        let team = arguments.text("teamId")?;
        let first = arguments.number("first")?.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
        let found = self.0.issues.iter().rev().filter(|issue| {
            let description = issue.description.as_deref().unwrap_or_default();
            let text = format!("{} {description}", issue.title).to_lowercase();
            let identifier = issue.identifier.to_lowercase();
            issue.archived_at.is_none()
                && issue.team.shows_to(person)
                && team.is_none_or(|id| issue.team.id == id)
                && query.split_whitespace().all(|word| text.contains(word) || identifier == word)
        });
        let found: Vec<_> =
            found.take(usize::try_from(first).unwrap_or_default()).map(|issue| self.0.render(issue)).collect();
        Ok(json!({"searchIssues": {"totalCount": found.len(), "nodes": found}}))
    }

    fn update(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let place = self.place(call.person, arguments, "issueId")?;
        let priority = priority(arguments)?;
        let assignee = arguments.text("assigneeId")?.map(|id| self.user(id)).transpose()?.cloned();
        let (title, description) = (arguments.text("title")?, arguments.text("description")?);
        let state = arguments.text("stateId")?;
        let issue = self.0.issues.get_mut(place).ok_or_else(|| unknown("Issue"))?;
        if let Some(id) = state {
            let known = issue.team.states.iter().find(|state| state.id == id);
            issue.state = Arc::clone(known.ok_or_else(|| unknown("WorkflowState"))?);
            issue.completed_at = issue.completed_at.or(Some(call.now)).filter(|_| issue.state.kind == COMPLETED);
        }
        issue.priority = priority.unwrap_or(issue.priority);
        issue.title = title.map_or_else(|| std::mem::take(&mut issue.title), Into::into);
        issue.description = description.map(Into::into).or(issue.description.take());
        issue.assignee = assignee.or(issue.assignee.take());
        let issue = self.0.issues.get(place).map(|issue| self.0.render(issue));
        Ok(json!({"issueUpdate": {"success": true, "issue": issue}}))
    }

    fn issue(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
        field: &str,
    ) -> Result<&LinearIssue, ProviderRefusal> {
        self.0.issues.get(self.place(person, arguments, field)?).ok_or_else(|| unknown("Issue"))
    }

    /// Index of the issue that a field means, by its id or by its identifier, such as `ENG-4`.
    fn place(&self, person: &Arc<Persona>, arguments: &Arguments<'_>, field: &str) -> Result<usize, ProviderRefusal> {
        let id = arguments.required_text(field)?;
        let is_meant = |issue: &LinearIssue| (issue.id == id || issue.identifier == id) && issue.team.shows_to(person);
        self.0.issues.iter().position(is_meant).ok_or_else(|| unknown("Issue"))
    }

    fn user(&self, id: &str) -> Result<&Arc<Persona>, ProviderRefusal> {
        let meant = self.0.people.iter().find(|person| self.0.user_id(person) == id);
        meant.ok_or_else(|| unknown("User"))
    }
}

/// An optional priority in its bounds.
fn priority(arguments: &Arguments<'_>) -> Result<Option<i64>, ProviderRefusal> {
    let priority = arguments.number("priority")?;
    let known = |priority: i64| (0..).zip(PRIORITIES).any(|(known, _)| known == priority);
    if priority.is_some_and(|priority| !known(priority)) {
        return Err(input("Argument Validation Error - priority must be between 0 and 4".into()));
    }
    Ok(priority)
}

fn input(message: String) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::Input, code: "INPUT_ERROR", message }
}

fn forbidden(message: &str) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::Forbidden, code: "FORBIDDEN", message: message.into() }
}

fn unknown(entity: &str) -> ProviderRefusal {
    input(format!("Entity not found: {entity} - Could not find referenced {entity}."))
}

fn complain(name: &str, problem: Problem) -> ProviderRefusal {
    let expected = match problem {
        Problem::Missing => "must be set",
        Problem::NotText => "must be a string",
        Problem::NotANumber => "must be a whole number",
        Problem::NotTexts => "must be an array of strings",
        Problem::NotAFlag => "must be a boolean",
    };
    input(format!("Argument Validation Error - {name} {expected}"))
}
