//! Asana's tools. Results look like its REST answers, `{"data": …}`.

mod changes;
mod directory;
mod workspace;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use serde_json::{Value, json};

use self::workspace::{AsanaProject, AsanaTask, AsanaWorkspace};
use super::arguments::{Arguments, Problem};
use super::call::{MockProvider, ProviderCall, ProviderRefusal, ProviderRefusalKind};
use super::data::ProviderData;
use crate::sandbox::ids::Ids;
use crate::sandbox::people::{People, Persona};

/// Fields of a record in a list when `opt_fields` names nothing else.
const COMPACT: &str = "name,resource_type";

/// Asana, as one workspace.
pub struct Asana(AsanaWorkspace);

impl MockProvider for Asana {
    fn run(&mut self, tool: &str, call: &ProviderCall<'_>) -> Option<Result<ProviderData, ProviderRefusal>> {
        // Over REST the fields of a body stand under `data`.
        let inner = match call.arguments.get("data") {
            Some(Value::Object(data)) => Some(call.arguments.clone().into_iter().chain(data.clone()).collect()),
            _ => None,
        };
        let call = ProviderCall { arguments: inner.as_ref().unwrap_or(call.arguments), ..*call };
        Some(self.answer(tool, &call)?.map(ProviderData::from))
    }
}

impl Asana {
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        AsanaWorkspace::open(ids, people, now).map(Self)
    }

    /// Result of a tool; none when there is no such tool.
    fn answer(&mut self, tool: &str, call: &ProviderCall<'_>) -> Option<Result<Value, ProviderRefusal>> {
        let arguments = Arguments { map: call.arguments, complain };
        Some(match tool {
            "asana_me_get" => self.me(call.person, &arguments),
            "asana_projects_list" => self.projects(call.person, &arguments),
            "asana_tasks_list" => self.tasks(call.person, &arguments),
            "asana_task_create" => self.create(call, &arguments),
            "asana_task_get" => self.task(call.person, &arguments),
            "asana_task_delete" => self.delete(call.person, &arguments),
            "asana_task_update" => self.update(call, &arguments),
            "asana_task_search" => self.find(call.person, &arguments),
            "asana_subtask_create" => self.subtask_create(call, &arguments),
            "asana_task_subtasks_list" => self.subtasks(call.person, &arguments),
            "asana_task_add_followers" => self.followers_add(call, &arguments),
            "asana_task_add_project" => self.project_add(call, &arguments),
            "asana_task_remove_project" => self.project_remove(call, &arguments),
            "asana_story_create" => self.story_create(call, &arguments),
            "asana_task_stories_list" => self.stories(call.person, &arguments),
            "asana_workspaces_list" => self.workspaces(&arguments),
            "asana_workspace_teams_list" => self.teams(&arguments),
            "asana_users_list" => self.users(&arguments),
            "asana_user_get" => self.user_get(call.person, &arguments),
            "asana_typeahead_search" => self.typeahead(call.person, &arguments),
            "asana_team_projects_list" => self.team_projects(call.person, &arguments),
            "asana_project_get" => self.project_get(call.person, &arguments),
            "asana_project_create" => self.project_create(call, &arguments),
            "asana_project_tasks_list" => self.project_tasks(call.person, &arguments),
            "asana_sections_list" => self.sections(call.person, &arguments),
            "asana_section_create" => self.section_create(call, &arguments),
            "asana_section_tasks_list" => self.section_tasks(call.person, &arguments),
            "asana_section_add_task" => self.section_add(call, &arguments),
            _ => return None,
        })
    }

    fn me(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        Ok(json!({"data": pick(self.0.render_whole_user(person), arguments.text("opt_fields")?)}))
    }

    fn projects(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.check_workspace(arguments)?;
        let team = arguments.text("team")?.map(|gid| self.team(gid)).transpose()?;
        let fields = arguments.text("opt_fields")?.unwrap_or(COMPACT);
        let projects = self.0.projects.iter().filter(|project| project.shows_to(person));
        let projects = projects.filter(|project| team.is_none_or(|team| project.team.gid == team.gid));
        let rows: Vec<_> = projects.map(|project| pick(self.0.render_project(project), Some(fields))).collect();
        Ok(json!({"data": rows, "next_page": null}))
    }

    fn tasks(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let project = arguments.text("project")?.map(|gid| self.project("project", gid, person)).transpose()?;
        let section = arguments.text("section")?.map(|gid| self.section(gid, person)).transpose()?;
        let assignee = arguments.text("assignee")?.map(|who| self.user("assignee", who, person)).transpose()?;
        let workspace = self.check_workspace(arguments)?;
        if project.is_none() && section.is_none() && !(assignee.is_some() && workspace) {
            return Err(input(
                "Must specify exactly one of project, tag, section, user task list, or assignee + workspace".into(),
            ));
        }
        self.list(person, arguments, |task| {
            project.is_none_or(|project| task.projects.iter().any(|known| known.gid == project.gid))
                && section.is_none_or(|section| task.sections.iter().any(|known| known.gid == section.gid))
                && assignee.is_none_or(|assignee| task.assignee.as_ref() == Some(assignee))
        })
    }

    /// Tasks that fit, of those that this person sees. `completed_since` leaves out what was done before.
    fn list(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
        fits: impl Fn(&AsanaTask) -> bool,
    ) -> Result<Value, ProviderRefusal> {
        let since = match arguments.text("completed_since")? {
            None => None,
            Some("now") => Some(Timestamp::MAX),
            Some(text) => {
                let moment = text.parse::<Timestamp>().map_err(|_| not_a_date("completed_since", text));
                Some(moment.or_else(|bad| text.parse().map(start_of).map_err(|_| bad))?)
            }
        };
        let fields = arguments.text("opt_fields")?.unwrap_or(COMPACT);
        let open = |task: &AsanaTask| since.is_none_or(|since| task.completed_at.is_none_or(|at| at >= since));
        let tasks = self.0.tasks.iter().filter(|task| task.shows_to(person) && open(task) && fits(task));
        let rows: Vec<_> = tasks.map(|task| pick(self.0.render_task(task), Some(fields))).collect();
        Ok(json!({"data": rows, "next_page": null}))
    }

    fn create(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let name = arguments.required_text("name")?;
        let gids = list(arguments, "projects")?.into_iter();
        let projects: Vec<_> = gids.map(|gid| self.project("projects", gid, call.person)).collect::<Result<_, _>>()?;
        if !self.check_workspace(arguments)? && projects.is_empty() {
            return Err(input("You should specify one of workspace, parent, projects".into()));
        }
        let names = list(arguments, "followers")?.into_iter();
        let followers: Vec<_> = names.map(|who| self.user("followers", who, call.person)).collect::<Result<_, _>>()?;
        let assignee = arguments.text("assignee")?.map(|who| self.user("assignee", who, call.person)).transpose()?;
        let task = AsanaTask {
            gid: self.0.next_task_gid(),
            name: name.into(),
            notes: arguments.text("notes")?.unwrap_or_default().into(),
            completed_at: None,
            start_on: date(arguments, "start_on")?,
            due_on: date(arguments, "due_on")?,
            assignee: assignee.cloned(),
            followers: followers.into_iter().cloned().collect(),
            sections: projects.iter().filter_map(|project| self.0.first_section(project)).collect(),
            projects: projects.into_iter().cloned().collect(),
            seen_through: Vec::new(),
            parent: None,
            creator: Arc::clone(call.person),
            created_at: call.now,
        };
        let answer = json!({"data": pick(self.0.render_task(&task), arguments.text("opt_fields")?)});
        self.0.add(task);
        Ok(answer)
    }

    fn task(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let gid = arguments.required_text("task_gid")?;
        let task = self.0.render_task(self.seen(gid, person)?);
        Ok(json!({"data": pick(task, arguments.text("opt_fields")?)}))
    }

    fn delete(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let gid = arguments.required_text("task_gid")?;
        self.0.tasks.remove(self.place(gid, person)?);
        self.0.tasks.retain(|task| task.parent.as_ref().is_none_or(|(parent, _)| parent != gid));
        Ok(json!({"data": {}}))
    }

    /// A task that this person sees.
    fn seen(&self, gid: &str, person: &Arc<Persona>) -> Result<&AsanaTask, ProviderRefusal> {
        self.0.tasks.get(self.place(gid, person)?).ok_or_else(|| unknown("task", gid))
    }

    fn place(&self, gid: &str, person: &Arc<Persona>) -> Result<usize, ProviderRefusal> {
        let seen = self.0.tasks.iter().position(|task| task.gid == gid && task.shows_to(person));
        seen.ok_or_else(|| unknown("task", gid))
    }

    /// True if the workspace is named; a foreign one is refused.
    fn check_workspace(&self, arguments: &Arguments<'_>) -> Result<bool, ProviderRefusal> {
        match arguments.text("workspace_gid")?.map_or_else(|| arguments.text("workspace"), |gid| Ok(Some(gid)))? {
            Some(gid) if gid != self.0.gid => Err(unknown("workspace", gid)),
            named => Ok(named.is_some()),
        }
    }

    fn project(&self, field: &str, gid: &str, person: &Arc<Persona>) -> Result<&Arc<AsanaProject>, ProviderRefusal> {
        let seen = self.0.projects.iter().find(|project| project.gid == gid && project.shows_to(person));
        seen.ok_or_else(|| unknown(field, gid))
    }

    /// Somebody by gid or e-mail address, or `me`.
    fn user<'a>(&'a self, field: &str, who: &str, me: &'a Arc<Persona>) -> Result<&'a Arc<Persona>, ProviderRefusal> {
        if who == "me" {
            return Ok(me);
        }
        let meant = self.0.people.iter().find(|person| person.email == who || self.0.user_gid(person) == who);
        meant.ok_or_else(|| unknown(field, who))
    }
}

/// Only the fields asked for, and always the gid; the whole record when nothing is asked for. A path
/// such as `assignee.name` brings all of `assignee`.
fn pick(mut record: Value, fields: Option<&str>) -> Value {
    if let (Some(fields), Some(record)) = (fields, record.as_object_mut()) {
        let wanted: Vec<_> = fields.split(',').filter_map(|path| path.trim().split('.').next()).collect();
        record.retain(|name, _| name == "gid" || wanted.contains(&name.as_str()));
    }
    record
}

/// Texts separated by commas, or a list of them.
fn list<'a>(arguments: &Arguments<'a>, field: &str) -> Result<Vec<&'a str>, ProviderRefusal> {
    let texts = match arguments.map.get(field) {
        Some(Value::Array(_)) => arguments.texts(field)?,
        _ => arguments.text(field)?.unwrap_or_default().split(',').collect(),
    };
    Ok(texts.into_iter().map(str::trim).filter(|text| !text.is_empty()).collect())
}

fn date(arguments: &Arguments<'_>, field: &str) -> Result<Option<Date>, ProviderRefusal> {
    arguments.text(field)?.map(|text| text.parse().map_err(|_| not_a_date(field, text))).transpose()
}

/// The moment at which a day begins.
fn start_of(day: Date) -> Timestamp {
    Offset::UTC.to_timestamp(day.to_datetime(Time::midnight())).unwrap_or(Timestamp::MIN)
}

fn not_a_date(field: &str, text: &str) -> ProviderRefusal {
    input(format!("{field}: Not a valid date: {text}"))
}

fn input(message: String) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::Input, code: "BAD_REQUEST", message }
}

fn unknown(field: &str, gid: &str) -> ProviderRefusal {
    ProviderRefusal {
        kind: ProviderRefusalKind::NotFound,
        code: "NOT_FOUND",
        message: format!("{field}: Unknown object: {gid}"),
    }
}

fn complain(name: &str, problem: Problem) -> ProviderRefusal {
    let what = match problem {
        Problem::Missing => "Missing input",
        Problem::NotText => "Not a string",
        Problem::NotANumber => "Not a number",
        Problem::NotTexts => "Not a list of strings",
        Problem::NotAFlag => "Not a boolean",
    };
    input(format!("{name}: {what}"))
}
