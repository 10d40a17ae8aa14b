//! What issues refer to: teams, people, states, labels and projects.

use std::sync::Arc;

use serde_json::{Value, json};

use super::page::connection;
use super::workspace::{LinearProject, LinearTeam, WorkflowState};
use super::{Linear, unknown};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::ProviderRefusal;

impl Linear {
    pub(super) fn teams(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let teams: Vec<_> = self.0.teams.iter().filter(|team| team.shows_to(person)).collect();
        let page = connection(&teams, |team| &team.id, |team| self.0.render_team(team), arguments)?;
        Ok(json!({"teams": page}))
    }

    /// A team with its people and the states that its issues go through.
    pub(super) fn team(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("teamId")?;
        Ok(json!({"team": self.0.render_team(self.seen_team(person, id)?)}))
    }

    pub(super) fn users(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let users: Vec<_> = self.0.people.iter().map(|person| (self.0.user_id(person), person)).collect();
        let page = connection(&users, |(id, _)| id, |(_, person)| self.0.render_member(person), arguments)?;
        Ok(json!({"users": page}))
    }

    pub(super) fn user_get(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let user = self.user(arguments.required_text("userId")?)?;
        Ok(json!({"user": self.0.render_member(user)}))
    }

    pub(super) fn states(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let only = self.only_team(person, arguments)?;
        let teams = self.0.teams.iter().filter(|team| team.shows_to(person));
        let teams = teams.filter(|team| only.is_none_or(|only| only.id == team.id));
        let states: Vec<(&Arc<LinearTeam>, &Arc<WorkflowState>)> =
            teams.flat_map(|team| team.states.iter().map(move |state| (team, state))).collect();
        let render = |(team, state): &(&Arc<LinearTeam>, &Arc<WorkflowState>)| json!({"id": state.id, "name": state.name, "type": state.kind, "team": team.render()});
        Ok(json!({"workflowStates": connection(&states, |(_, state)| &state.id, render, arguments)?}))
    }

    /// Labels belong to the whole workspace, so that every team has all of them.
    pub(super) fn labels(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.only_team(person, arguments)?;
        let render = |label: &Arc<super::workspace::Label>| json!({"id": label.id, "name": label.name});
        Ok(json!({"issueLabels": connection(&self.0.labels, |label| &label.id, render, arguments)?}))
    }

    pub(super) fn projects(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let projects: Vec<_> = self.0.projects.iter().filter(|project| project.team.shows_to(person)).collect();
        let render = |project: &&Arc<LinearProject>| self.render_project(project);
        Ok(json!({"projects": connection(&projects, |project| &project.id, render, arguments)?}))
    }

    pub(super) fn project_get(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("projectId")?;
        Ok(json!({"project": self.render_project(self.seen_project(person, id)?)}))
    }

    pub(super) fn seen_team(&self, person: &Arc<Persona>, id: &str) -> Result<&Arc<LinearTeam>, ProviderRefusal> {
        let seen = self.0.teams.iter().find(|team| team.id == id && team.shows_to(person));
        seen.ok_or_else(|| unknown("Team"))
    }

    pub(super) fn seen_project(&self, person: &Arc<Persona>, id: &str) -> Result<&Arc<LinearProject>, ProviderRefusal> {
        let seen = self.0.projects.iter().find(|project| project.id == id && project.team.shows_to(person));
        seen.ok_or_else(|| unknown("Project"))
    }

    fn only_team(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Option<&Arc<LinearTeam>>, ProviderRefusal> {
        arguments.text("teamId")?.map(|id| self.seen_team(person, id)).transpose()
    }

    /// How far a project is follows from its issues.
    fn render_project(&self, project: &LinearProject) -> Value {
        let issues = self.0.issues.iter().filter(|issue| issue.archived_at.is_none());
        let issues = issues.filter(|issue| issue.project.as_ref().is_some_and(|of| of.id == project.id));
        let (all, done) =
            issues.fold((0_u32, 0_u32), |(all, done), issue| (all + 1, done + u32::from(issue.completed_at.is_some())));
        let (state, progress) = match (all, done) {
            (0, _) => ("backlog", 0.0),
            (all, done) if all == done => ("completed", 1.0),
            (all, done) => ("started", f64::from(done) / f64::from(all)),
        };
        json!({
            "id": project.id,
            "name": project.name,
            "state": state,
            "progress": progress,
            "url": self.0.url(&format!("project/{}", project.id)),
            "teams": {"nodes": [project.team.render()]},
        })
    }
}
