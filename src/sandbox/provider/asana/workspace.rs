//! One Asana workspace: projects, some private, and their tasks.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Value, json};

use crate::sandbox::ids::Ids;
use crate::sandbox::object::extend;
use crate::sandbox::people::{People, Persona};
use crate::sandbox::refs::resolve;

const DATA: &str = include_str!("../../../../assets/sandbox/data/asana.json");

pub struct AsanaWorkspace {
    ids: Ids,
    pub gid: String,
    name: String,
    pub people: People,
    pub teams: Vec<Arc<AsanaTeam>>,
    pub projects: Vec<Arc<AsanaProject>>,
    /// In the order they were made.
    pub tasks: Vec<AsanaTask>,
    /// Sections, project by project.
    pub sections: Vec<Arc<AsanaSection>>,
    /// Comments on tasks, oldest first.
    pub stories: Vec<AsanaStory>,
    /// Tasks made so far; the next id follows from it.
    made: usize,
    /// Whatever else was made so far.
    others_made: usize,
}

pub struct AsanaTeam {
    pub gid: String,
    name: String,
}

pub struct AsanaProject {
    pub gid: String,
    pub name: String,
    pub team: Arc<AsanaTeam>,
    /// People who may see it; everybody when none.
    pub members: Option<Vec<Arc<Persona>>>,
}

pub struct AsanaTask {
    pub gid: String,
    pub name: String,
    pub notes: String,
    pub completed_at: Option<Timestamp>,
    pub start_on: Option<Date>,
    pub due_on: Option<Date>,
    pub assignee: Option<Arc<Persona>>,
    pub followers: Vec<Arc<Persona>>,
    pub projects: Vec<Arc<AsanaProject>>,
    /// Its section in each project.
    pub sections: Vec<Arc<AsanaSection>>,
    /// Projects of the task that it is a part of.
    pub seen_through: Vec<Arc<AsanaProject>>,
    /// Gid and name of the task that it is a part of.
    pub parent: Option<(String, String)>,
    pub creator: Arc<Persona>,
    pub created_at: Timestamp,
}

/// A column or heading of a project.
pub struct AsanaSection {
    pub gid: String,
    pub name: String,
    pub project: Arc<AsanaProject>,
}

/// Comment on a task.
pub struct AsanaStory {
    pub gid: String,
    /// Gid of its task.
    pub task: String,
    pub text: String,
    pub author: Arc<Persona>,
    pub created_at: Timestamp,
}

impl AsanaTeam {
    pub fn render(&self) -> Value {
        compact(&self.gid, "team", &self.name)
    }
}

impl AsanaSection {
    pub fn render(&self) -> Value {
        let mut section = compact(&self.gid, "section", &self.name);
        extend(&mut section, [("project", compact(&self.project.gid, "project", &self.project.name))]);
        section
    }
}

impl AsanaProject {
    /// A private project does not exist for those who are not in it.
    pub fn shows_to(&self, person: &Arc<Persona>) -> bool {
        self.members.as_ref().is_none_or(|members| members.contains(person))
    }
}

impl AsanaTask {
    /// Whoever sees one of its projects sees it, and so do those it concerns.
    pub fn shows_to(&self, person: &Arc<Persona>) -> bool {
        self.projects.iter().chain(&self.seen_through).any(|project| project.shows_to(person))
            || self.creator == *person
            || self.assignee.as_ref() == Some(person)
            || self.followers.contains(person)
    }

    /// People whom it concerns by name.
    pub fn audience(&self) -> Vec<Arc<Persona>> {
        let mut people = self.followers.clone();
        for person in self.assignee.iter().chain([&self.creator]) {
            if !people.contains(person) {
                people.push(Arc::clone(person));
            }
        }
        people
    }

    /// Puts it into a section, and into its project.
    pub fn move_to(&mut self, section: Arc<AsanaSection>) {
        self.sections.retain(|other| other.project.gid != section.project.gid);
        if !self.projects.iter().any(|project| project.gid == section.project.gid) {
            self.projects.push(Arc::clone(&section.project));
        }
        self.sections.push(section);
    }
}

impl AsanaWorkspace {
    pub fn user_gid(&self, person: &Persona) -> String {
        self.ids.gid(&format!("asana/user/{}", person.key))
    }

    pub fn next_task_gid(&self) -> String {
        self.ids.gid(&format!("asana/task/{}", self.made))
    }

    pub fn add(&mut self, task: AsanaTask) {
        self.tasks.push(task);
        self.made += 1;
    }

    pub fn next_gid(&self, kind: &str) -> String {
        self.ids.gid(&format!("asana/{kind}/{}", self.others_made))
    }

    pub fn add_story(&mut self, story: AsanaStory) {
        self.stories.push(story);
        self.others_made += 1;
    }

    pub fn add_section(&mut self, section: AsanaSection) {
        self.sections.push(Arc::new(section));
        self.others_made += 1;
    }

    pub fn add_project(&mut self, project: Arc<AsanaProject>, sections: &[String]) {
        for name in sections {
            let gid = self.ids.gid(&format!("asana/section/{}/{name}", project.gid));
            self.sections.push(Arc::new(AsanaSection { gid, name: name.clone(), project: Arc::clone(&project) }));
        }
        self.projects.push(project);
        self.others_made += 1;
    }

    /// Section of a project in which new tasks stand.
    pub fn first_section(&self, project: &AsanaProject) -> Option<Arc<AsanaSection>> {
        self.sections.iter().find(|section| section.project.gid == project.gid).cloned()
    }

    pub fn render_workspace(&self) -> Value {
        compact(&self.gid, "workspace", &self.name)
    }

    fn render_user(&self, person: &Persona) -> Value {
        compact(&self.user_gid(person), "user", &person.name)
    }

    /// Somebody as they are shown alone.
    pub fn render_whole_user(&self, person: &Persona) -> Value {
        let mut user = self.render_user(person);
        let workspaces = json!([self.render_workspace()]);
        extend(
            &mut user,
            [("email", person.email.as_str().into()), ("photo", Value::Null), ("workspaces", workspaces)],
        );
        user
    }

    pub fn render_story(&self, story: &AsanaStory) -> Value {
        json!({
            "gid": story.gid,
            "resource_type": "story",
            "resource_subtype": "comment_added",
            "type": "comment",
            "text": story.text,
            "created_by": self.render_user(&story.author),
            "created_at": format!("{:.3}", story.created_at),
        })
    }

    pub fn render_project(&self, project: &AsanaProject) -> Value {
        json!({
            "gid": project.gid,
            "resource_type": "project",
            "name": project.name,
            "archived": false,
            "privacy_setting": if project.members.is_some() { "private" } else { "public_to_workspace" },
            "team": compact(&project.team.gid, "team", &project.team.name),
            "workspace": self.render_workspace(),
            "permalink_url": format!("https://app.asana.com/0/{}/list", project.gid),
        })
    }

    pub fn render_task(&self, task: &AsanaTask) -> Value {
        let people = |people: &[Arc<Persona>]| people.iter().map(|person| self.render_user(person)).collect::<Vec<_>>();
        let projects: Vec<_> = task.projects.iter().map(|p| compact(&p.gid, "project", &p.name)).collect();
        let membership = |section: &Arc<AsanaSection>| {
            let project = compact(&section.project.gid, "project", &section.project.name);
            json!({"project": project, "section": compact(&section.gid, "section", &section.name)})
        };
        let memberships: Vec<_> = task.sections.iter().map(membership).collect();
        json!({
            "gid": task.gid,
            "resource_type": "task",
            "name": task.name,
            "notes": task.notes,
            "completed": task.completed_at.is_some(),
            "completed_at": task.completed_at.map(|at| format!("{at:.3}")),
            "start_on": task.start_on,
            "due_on": task.due_on,
            "assignee": task.assignee.as_ref().map(|person| self.render_user(person)),
            "created_by": self.render_user(&task.creator),
            "followers": people(&task.followers),
            "projects": projects,
            "memberships": memberships,
            "parent": task.parent.as_ref().map(|(gid, name)| compact(gid, "task", name)),
            "workspace": self.render_workspace(),
            "created_at": format!("{:.3}", task.created_at),
            "permalink_url": format!("https://app.asana.com/0/0/{}", task.gid),
        })
    }
}

/// The short form in which one record stands inside another.
fn compact(gid: &str, resource_type: &str, name: &str) -> Value {
    json!({"gid": gid, "resource_type": resource_type, "name": name})
}

/// The data file. People go by their keys, teams and projects by their names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AsanaData {
    workspace: String,
    teams: Vec<String>,
    projects: Vec<AsanaProjectData>,
    tasks: Vec<AsanaTaskData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AsanaProjectData {
    name: String,
    team: String,
    private_to: Option<Vec<String>>,
    sections: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AsanaTaskData {
    name: String,
    #[serde(default)]
    notes: String,
    project: String,
    /// The first one of the project when left out.
    section: Option<String>,
    completed: Option<SignedDuration>,
    due: Option<SignedDuration>,
    assignee: Option<String>,
    creator: String,
    created: SignedDuration,
}

impl AsanaWorkspace {
    /// Reads the data file; `created`, `completed` and `due` count from `now`.
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        let data: AsanaData = serde_json::from_str(DATA)?;
        let team = |name: String| Arc::new(AsanaTeam { gid: ids.gid(&format!("asana/team/{name}")), name });
        let mut world = Self {
            ids,
            gid: ids.gid("asana/workspace"),
            name: data.workspace,
            people: people.clone(),
            teams: data.teams.into_iter().map(team).collect(),
            projects: Vec::new(),
            tasks: Vec::new(),
            sections: Vec::new(),
            stories: Vec::new(),
            made: 0,
            others_made: 0,
        };
        for AsanaProjectData { name, team, private_to, sections } in data.projects {
            let members = private_to.map(|keys| keys.iter().map(|key| people.named(key)).collect::<Result<_, _>>());
            let project = AsanaProject {
                gid: ids.gid(&format!("asana/project/{name}")),
                team: resolve(world.teams.iter().cloned(), |known| known.name == team, &team)?,
                members: members.transpose()?,
                name,
            };
            world.add_project(Arc::new(project), &sections);
        }
        for task in data.tasks {
            let task = world.build(task, now)?;
            world.add(task);
        }
        Ok(world)
    }

    fn build(&self, data: AsanaTaskData, now: Timestamp) -> Result<AsanaTask, serde_json::Error> {
        let from_now = |offset| now.checked_add::<SignedDuration>(offset).map_err(serde_json::Error::custom);
        let day = |at| Offset::UTC.to_datetime(at).date();
        let project = resolve(self.projects.iter().cloned(), |project| project.name == data.project, &data.project)?;
        let section = match &data.section {
            Some(name) => Some(resolve(
                self.sections.iter().cloned(),
                |section| section.name == *name && section.project.gid == project.gid,
                name,
            )?),
            None => self.first_section(&project),
        };
        Ok(AsanaTask {
            gid: self.next_task_gid(),
            name: data.name,
            notes: data.notes,
            completed_at: data.completed.map(from_now).transpose()?,
            start_on: None,
            due_on: data.due.map(from_now).transpose()?.map(day),
            assignee: data.assignee.map(|key| self.people.named(&key)).transpose()?,
            followers: Vec::new(),
            projects: vec![project],
            sections: section.into_iter().collect(),
            seen_through: Vec::new(),
            parent: None,
            creator: self.people.named(&data.creator)?,
            created_at: from_now(data.created)?,
        })
    }
}
