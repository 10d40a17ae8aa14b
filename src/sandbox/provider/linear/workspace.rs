//! One Linear workspace: teams, some private, and their issues.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Value, json};

use crate::order::StableOrder as _;
use crate::sandbox::ids::Ids;
use crate::sandbox::object::extend;
use crate::sandbox::people::{People, Persona};
use crate::sandbox::refs::resolve;

const DATA: &str = include_str!("../../../../assets/sandbox/data/linear.json");

/// Names of the priorities, from 0.
pub const PRIORITIES: [&str; 5] = ["No priority", "Urgent", "High", "Medium", "Low"];

pub struct LinearWorkspace {
    ids: Ids,
    organization: Organization,
    pub people: People,
    pub teams: Vec<Arc<LinearTeam>>,
    pub labels: Vec<Arc<Label>>,
    pub projects: Vec<Arc<LinearProject>>,
    /// Issues, oldest first.
    pub issues: Vec<LinearIssue>,
    /// Comments, oldest first.
    pub comments: Vec<LinearComment>,
    /// Relations, oldest first.
    pub relations: Vec<LinearRelation>,
    /// Comments and relations made so far; the next id follows from it.
    made: usize,
}

pub struct LinearTeam {
    pub id: String,
    key: String,
    name: String,
    private: bool,
    pub members: Vec<Arc<Persona>>,
    /// The first is where new issues start.
    pub states: Vec<Arc<WorkflowState>>,
}

pub struct WorkflowState {
    pub id: String,
    pub name: String,
    pub kind: String,
}

pub struct Label {
    pub id: String,
    pub name: String,
}

pub struct LinearProject {
    pub id: String,
    pub name: String,
    pub team: Arc<LinearTeam>,
}

pub struct LinearIssue {
    pub id: String,
    pub identifier: String,
    pub team: Arc<LinearTeam>,
    pub title: String,
    pub description: Option<String>,
    pub priority: i64,
    pub estimate: Option<i64>,
    pub state: Arc<WorkflowState>,
    pub assignee: Option<Arc<Persona>>,
    pub creator: Arc<Persona>,
    pub project: Option<Arc<LinearProject>>,
    pub labels: Vec<Arc<Label>>,
    pub created_at: Timestamp,
    /// Moment at which it came into a state of the kind `completed`.
    pub completed_at: Option<Timestamp>,
    /// Moment at which it was put away.
    pub archived_at: Option<Timestamp>,
    /// Put away to be deleted.
    pub trashed: bool,
}

pub struct LinearComment {
    pub id: String,
    /// Id of its issue.
    pub issue: String,
    pub body: String,
    pub author: Arc<Persona>,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
}

/// Relation of one issue to another, by their ids.
pub struct LinearRelation {
    pub id: String,
    pub kind: String,
    pub issue: String,
    pub related: String,
}

impl LinearWorkspace {
    pub fn user_id(&self, person: &Persona) -> String {
        self.ids.uuid(&format!("linear/user/{}", person.key))
    }

    pub fn issue_id(&self, identifier: &str) -> String {
        self.ids.uuid(&format!("linear/issue/{identifier}"))
    }

    pub fn next_identifier(&self, team: &LinearTeam) -> String {
        let taken = self.issues.iter().filter(|issue| issue.team.id == team.id).count();
        format!("{}-{}", team.key, taken + 1)
    }

    pub fn render_organization(&self) -> Value {
        let Organization { name, url_key } = &self.organization;
        json!({"id": self.ids.uuid("linear/organization"), "name": name, "urlKey": url_key})
    }

    /// Address of something in the workspace.
    pub fn url(&self, path: &str) -> String {
        format!("https://linear.app/{}/{path}", self.organization.url_key)
    }

    /// A team with its people, states and labels.
    pub fn render_team(&self, team: &LinearTeam) -> Value {
        let members: Vec<_> = team.members.iter().map(|member| self.render_user(member)).collect();
        let state = |state: &Arc<WorkflowState>| json!({"id": state.id, "name": state.name, "type": state.kind});
        let label = |label: &Arc<Label>| json!({"id": label.id, "name": label.name});
        let mut whole = team.render();
        let lists = [
            ("private", team.private.into()),
            ("members", json!({"nodes": members})),
            ("states", json!({"nodes": team.states.iter().map(state).collect::<Vec<_>>()})),
            ("labels", json!({"nodes": self.labels.iter().map(label).collect::<Vec<_>>()})),
        ];
        extend(&mut whole, lists);
        whole
    }

    /// Somebody with the teams that everybody may know of.
    pub fn render_member(&self, person: &Arc<Persona>) -> Value {
        let teams = self.teams.iter().filter(|team| !team.private && team.members.contains(person));
        let mut whole = self.render_user(person);
        let more = [
            ("displayName", person.key.as_str().into()),
            ("active", true.into()),
            ("teams", json!({"nodes": teams.map(|team| team.render()).collect::<Vec<_>>()})),
        ];
        extend(&mut whole, more);
        whole
    }

    fn render_user(&self, person: &Persona) -> Value {
        json!({"id": self.user_id(person), "name": person.name, "email": person.email})
    }

    pub fn render(&self, issue: &LinearIssue) -> Value {
        let labels: Vec<_> = issue.labels.iter().map(|label| json!({"id": label.id, "name": label.name})).collect();
        json!({
            "id": issue.id,
            "identifier": issue.identifier,
            "title": issue.title,
            "description": issue.description,
            "priority": issue.priority,
            "priorityLabel": usize::try_from(issue.priority).ok().and_then(|at| PRIORITIES.get(at)),
            "estimate": issue.estimate,
            "url": self.url(&format!("issue/{}", issue.identifier)),
            "createdAt": format!("{:.3}", issue.created_at),
            "completedAt": issue.completed_at.map(|at| format!("{at:.3}")),
            "archivedAt": issue.archived_at.map(|at| format!("{at:.3}")),
            "trashed": issue.trashed,
            "state": {"id": issue.state.id, "name": issue.state.name, "type": issue.state.kind},
            "team": issue.team.render(),
            "project": issue.project.as_ref().map(|project| json!({"id": project.id, "name": project.name})),
            "assignee": issue.assignee.as_ref().map(|person| self.render_user(person)),
            "creator": self.render_user(&issue.creator),
            "labels": {"nodes": labels},
        })
    }

    /// An issue with what belongs to it, as it is shown alone to somebody. Relations to issues that they may not see do
    /// not exist for them.
    pub fn render_whole(&self, issue: &LinearIssue, person: &Arc<Persona>) -> Value {
        let mut whole = self.render(issue);
        let comments = self.comments.iter().filter(|comment| comment.issue == issue.id);
        let comments: Vec<_> = comments.map(|comment| self.render_comment(comment, issue)).collect();
        let other = |id: &str| {
            let shown = self.issues.iter().find(|other| other.id == id && other.team.shows_to(person))?;
            Some(json!({"id": shown.id, "identifier": shown.identifier, "title": shown.title}))
        };
        let related = |(from, to): (&str, &str), relation: &LinearRelation, name: &str| {
            let relation = (from == issue.id).then(|| Some((other(to)?, relation)))??;
            Some(json!({"id": relation.1.id, "type": relation.1.kind, name: relation.0}))
        };
        let relations = self.relations.iter().filter_map(|r| related((&r.issue, &r.related), r, "relatedIssue"));
        let inverse = self.relations.iter().filter_map(|r| related((&r.related, &r.issue), r, "issue"));
        let lists = [
            ("comments", json!({"nodes": comments})),
            ("relations", json!({"nodes": relations.collect::<Vec<_>>()})),
            ("inverseRelations", json!({"nodes": inverse.collect::<Vec<_>>()})),
        ];
        extend(&mut whole, lists);
        whole
    }

    pub fn render_comment(&self, comment: &LinearComment, issue: &LinearIssue) -> Value {
        let number: String = comment.id.chars().take(8).collect();
        json!({
            "id": comment.id,
            "body": comment.body,
            "url": self.url(&format!("issue/{}#comment-{number}", issue.identifier)),
            "createdAt": format!("{:.3}", comment.created_at),
            "editedAt": comment.edited_at.map(|at| format!("{at:.3}")),
            "user": self.render_user(&comment.author),
        })
    }

    pub fn next_comment_id(&self) -> String {
        self.ids.uuid(&format!("linear/comment/{}", self.made))
    }

    pub fn add_comment(&mut self, comment: LinearComment) {
        self.comments.push(comment);
        self.made += 1;
    }

    pub fn next_relation_id(&self) -> String {
        self.ids.uuid(&format!("linear/relation/{}", self.made))
    }

    pub fn add_relation(&mut self, relation: LinearRelation) {
        self.relations.push(relation);
        self.made += 1;
    }
}

impl LinearTeam {
    /// A private team does not exist for those who are not in it.
    pub fn shows_to(&self, person: &Arc<Persona>) -> bool {
        !self.private || self.members.contains(person)
    }

    pub fn render(&self) -> Value {
        json!({"id": self.id, "key": self.key, "name": self.name})
    }
}

/// The data file. People and teams go by their keys, everything else by its name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinearData {
    organization: Organization,
    states: Vec<WorkflowStateData>,
    labels: Vec<String>,
    teams: Vec<LinearTeamData>,
    projects: Vec<LinearProjectData>,
    issues: Vec<LinearIssueData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Organization {
    name: String,
    url_key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkflowStateData {
    name: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinearTeamData {
    key: String,
    name: String,
    #[serde(default)]
    private: bool,
    members: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinearProjectData {
    name: String,
    team: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinearIssueData {
    team: String,
    title: String,
    description: Option<String>,
    state: String,
    #[serde(default)]
    priority: i64,
    estimate: Option<i64>,
    assignee: Option<String>,
    creator: String,
    project: Option<String>,
    #[serde(default)]
    labels: Vec<String>,
    created: SignedDuration,
    completed: Option<SignedDuration>,
}

impl LinearWorkspace {
    /// Reads the data file; `created` and `completed` count from `now`.
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        let data: LinearData = serde_json::from_str(DATA)?;
        let teams = data.teams.into_iter().map(|team| LinearTeam::build(team, &data.states, ids, people).map(Arc::new));
        let label = |name: String| Arc::new(Label { id: ids.uuid(&format!("linear/label/{name}")), name });
        let mut world = Self {
            ids,
            organization: data.organization,
            people: people.clone(),
            teams: teams.collect::<Result<_, _>>()?,
            labels: data.labels.into_iter().map(label).collect(),
            projects: Vec::new(),
            issues: Vec::new(),
            comments: Vec::new(),
            relations: Vec::new(),
            made: 0,
        };
        for LinearProjectData { name, team } in data.projects {
            let id = ids.uuid(&format!("linear/project/{name}"));
            let team = resolve(world.teams.iter().cloned(), |known| known.key == team, &team)?;
            world.projects.push(Arc::new(LinearProject { id, name, team }));
        }
        for issue in data.issues {
            let issue = world.build(issue, now)?;
            world.issues.push(issue);
        }
        world.issues.order_by_key(|issue| issue.created_at);
        Ok(world)
    }

    fn build(&self, data: LinearIssueData, now: Timestamp) -> Result<LinearIssue, serde_json::Error> {
        let team = resolve(self.teams.iter().cloned(), |team| team.key == data.team, &data.team)?;
        let identifier = self.next_identifier(&team);
        let label = |name: &String| resolve(self.labels.iter().cloned(), |label| label.name == *name, name);
        let project = |name: String| resolve(self.projects.iter().cloned(), |project| project.name == name, &name);
        let from_now = |offset: SignedDuration| now.checked_add(offset).map_err(serde_json::Error::custom);
        Ok(LinearIssue {
            id: self.issue_id(&identifier),
            identifier,
            state: resolve(team.states.iter().cloned(), |state| state.name == data.state, &data.state)?,
            team,
            title: data.title,
            description: data.description,
            priority: data.priority,
            estimate: data.estimate,
            assignee: data.assignee.map(|key| self.people.named(&key)).transpose()?,
            creator: self.people.named(&data.creator)?,
            project: data.project.map(project).transpose()?,
            labels: data.labels.iter().map(label).collect::<Result<_, _>>()?,
            created_at: from_now(data.created)?,
            completed_at: data.completed.map(from_now).transpose()?,
            archived_at: None,
            trashed: false,
        })
    }
}

impl LinearTeam {
    fn build(
        data: LinearTeamData,
        states: &[WorkflowStateData],
        ids: Ids,
        people: &People,
    ) -> Result<Self, serde_json::Error> {
        let LinearTeamData { key, name, private, members } = data;
        let state = |state: &WorkflowStateData| {
            let id = ids.uuid(&format!("linear/state/{key}/{}", state.name));
            Arc::new(WorkflowState { id, name: state.name.clone(), kind: state.kind.clone() })
        };
        Ok(Self {
            id: ids.uuid(&format!("linear/team/{key}")),
            states: states.iter().map(state).collect(),
            members: members.iter().map(|member| people.named(member)).collect::<Result<_, _>>()?,
            key,
            name,
            private,
        })
    }
}
