//! What tasks refer to: the workspace, its people and teams, projects, and their sections.

use std::sync::Arc;

use serde_json::{Value, json};

use super::workspace::{AsanaProject, AsanaSection, AsanaTeam};
use super::{Asana, COMPACT, input, pick, unknown};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderCall, ProviderRefusal};

/// Matches of a search by the first letters, when `count` is left out, and at most.
const MATCHES: i64 = 20;
const MOST_MATCHES: i64 = 100;

impl Asana {
    pub(super) fn workspaces(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let fields = arguments.text("opt_fields")?.unwrap_or(COMPACT);
        Ok(json!({"data": [pick(self.0.render_workspace(), Some(fields))], "next_page": null}))
    }

    pub(super) fn users(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.require_workspace(arguments)?;
        let fields = arguments.text("opt_fields")?.unwrap_or(COMPACT);
        let rows: Vec<_> =
            self.0.people.iter().map(|person| pick(self.0.render_whole_user(person), Some(fields))).collect();
        Ok(json!({"data": rows, "next_page": null}))
    }

    pub(super) fn user_get(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let user = self.user("user", arguments.required_text("user_gid")?, person)?;
        Ok(json!({"data": pick(self.0.render_whole_user(user), arguments.text("opt_fields")?)}))
    }

    pub(super) fn teams(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.require_workspace(arguments)?;
        let fields = arguments.text("opt_fields")?.unwrap_or(COMPACT);
        let rows: Vec<_> = self.0.teams.iter().map(|team| pick(team.render(), Some(fields))).collect();
        Ok(json!({"data": rows, "next_page": null}))
    }

    pub(super) fn team_projects(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let team = self.team(arguments.required_text("team_gid")?)?;
        let fields = arguments.text("opt_fields")?.unwrap_or(COMPACT);
        let projects = self.0.projects.iter().filter(|project| project.shows_to(person));
        let projects = projects.filter(|project| project.team.gid == team.gid);
        let rows: Vec<_> = projects.map(|project| pick(self.0.render_project(project), Some(fields))).collect();
        Ok(json!({"data": rows, "next_page": null}))
    }

    pub(super) fn project_get(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let project = self.project("project", arguments.required_text("project_gid")?, person)?;
        Ok(json!({"data": pick(self.0.render_project(project), arguments.text("opt_fields")?)}))
    }

    /// A new project. One that is private shows only to whoever made it.
    pub(super) fn project_create(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let name = arguments.required_text("name")?;
        self.require_workspace(arguments)?;
        let team = match arguments.text("team")? {
            Some(gid) => self.team(gid)?,
            None => self.0.teams.first().ok_or_else(|| unknown("team", ""))?,
        };
        let members = match arguments.text("privacy_setting")?.unwrap_or("public_to_workspace") {
            "public_to_workspace" => None,
            "private" | "private_to_team" => Some(vec![Arc::clone(call.person)]),
            other => return Err(input(format!("privacy_setting: Not a valid value: {other}"))),
        };
        let project = Arc::new(AsanaProject {
            gid: self.0.next_gid("project"),
            name: name.into(),
            team: Arc::clone(team),
            members,
        });
        let answer = json!({"data": pick(self.0.render_project(&project), arguments.text("opt_fields")?)});
        self.0.add_project(project, &["Untitled section".into()]);
        Ok(answer)
    }

    pub(super) fn sections(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let project = self.project("project", arguments.required_text("project_gid")?, person)?;
        let fields = arguments.text("opt_fields")?.unwrap_or(COMPACT);
        let sections = self.0.sections.iter().filter(|section| section.project.gid == project.gid);
        let rows: Vec<_> = sections.map(|section| pick(section.render(), Some(fields))).collect();
        Ok(json!({"data": rows, "next_page": null}))
    }

    pub(super) fn section_create(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let project = self.project("project", arguments.required_text("project_gid")?, call.person)?;
        let section = AsanaSection {
            gid: self.0.next_gid("section"),
            name: arguments.required_text("name")?.into(),
            project: Arc::clone(project),
        };
        let answer = json!({"data": pick(section.render(), arguments.text("opt_fields")?)});
        self.0.add_section(section);
        Ok(answer)
    }

    /// Whatever of one kind has a word that begins like the query.
    pub(super) fn typeahead(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.require_workspace(arguments)?;
        let query = arguments.required_text("query")?.to_lowercase();
        let fields = arguments.text("opt_fields")?.unwrap_or(COMPACT);
        let rows: Vec<Value> = match arguments.text("resource_type")?.unwrap_or("task") {
            "user" => self.0.people.iter().map(|person| self.0.render_whole_user(person)).collect(),
            "team" => self.0.teams.iter().map(|team| team.render()).collect(),
            "project" => {
                let seen = self.0.projects.iter().filter(|project| project.shows_to(person));
                seen.map(|project| self.0.render_project(project)).collect()
            }
            "task" => {
                let seen = self.0.tasks.iter().filter(|task| task.shows_to(person));
                seen.map(|task| self.0.render_task(task)).collect()
            }
            other => return Err(input(format!("resource_type: Not a recognized type: {other}"))),
        };
        let name = |row: &Value| row.get("name").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        let fits = |name: &str| {
            name.starts_with(&query) || name.split_whitespace().any(|word| word.starts_with(query.as_str()))
        };
        let count = arguments.number("count")?.unwrap_or(MATCHES).clamp(1, MOST_MATCHES);
        let found = rows.into_iter().filter(|row| fits(&name(row))).take(usize::try_from(count).unwrap_or_default());
        Ok(json!({"data": found.map(|row| pick(row, Some(fields))).collect::<Vec<_>>()}))
    }

    pub(super) fn team(&self, gid: &str) -> Result<&Arc<AsanaTeam>, ProviderRefusal> {
        self.0.teams.iter().find(|team| team.gid == gid).ok_or_else(|| unknown("team", gid))
    }

    /// A section of a project that this person sees.
    pub(super) fn section(&self, gid: &str, person: &Arc<Persona>) -> Result<&Arc<AsanaSection>, ProviderRefusal> {
        let seen = self.0.sections.iter().find(|section| section.gid == gid && section.project.shows_to(person));
        seen.ok_or_else(|| unknown("section", gid))
    }

    fn require_workspace(&self, arguments: &Arguments<'_>) -> Result<(), ProviderRefusal> {
        if self.check_workspace(arguments)? { Ok(()) } else { Err(input("workspace: Missing input".into())) }
    }
}
