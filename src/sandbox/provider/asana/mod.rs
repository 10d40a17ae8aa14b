//! Asana's tools. Results look like its REST answers, `{"data": …}`.

mod workspace;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
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
        let arguments = Arguments { map: call.arguments, complain };
        let answer = match tool {
            "asana_me_get" => self.me(call.person, &arguments),
            "asana_projects_list" => self.projects(call.person, &arguments),
            "asana_tasks_list" => self.tasks(call.person, &arguments),
            "asana_task_create" => self.create(call, &arguments),
            "asana_task_get" => self.task(call.person, &arguments),
            "asana_task_delete" => self.delete(call.person, &arguments),
            _ => return None,
        };
        Some(answer.map(ProviderData::from))
    }
}

impl Asana {
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        AsanaWorkspace::open(ids, people, now).map(Self)
    }

    fn me(&self, person: &Persona, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let me = json!({
            "gid": self.0.user_gid(person),
            "resource_type": "user",
            "name": person.name,
            "email": person.email,
            "photo": null,
            "workspaces": [self.0.render_workspace()],
        });
        Ok(json!({"data": pick(me, arguments.text("opt_fields")?)}))
    }

    fn projects(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.check_workspace(arguments)?;
        let team = arguments.text("team")?;
        if team.is_some_and(|gid| !self.0.teams.iter().any(|team| team.gid == gid)) {
            return Err(unknown("team", team.unwrap_or_default()));
        }
        let fields = arguments.text("opt_fields")?.unwrap_or(COMPACT);
        let projects = self.0.projects.iter().filter(|project| project.shows_to(person));
        let projects = projects.filter(|project| team.is_none_or(|gid| project.team.gid == gid));
        let rows: Vec<_> = projects.map(|project| pick(self.0.render_project(project), Some(fields))).collect();
        Ok(json!({"data": rows, "next_page": null}))
    }

    fn tasks(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let project = arguments.text("project")?.map(|gid| self.project("project", gid, person)).transpose()?;
        let assignee = arguments.text("assignee")?.map(|who| self.user("assignee", who, person)).transpose()?;
        let workspace = self.check_workspace(arguments)?;
        if project.is_none() && !(assignee.is_some() && workspace) {
            return Err(input(
                "Must specify exactly one of project, tag, section, user task list, or assignee + workspace".into(),
            ));
        }
        let fields = arguments.text("opt_fields")?.unwrap_or(COMPACT);
        let tasks = self.0.tasks.iter().filter(|task| task.shows_to(person));
        let tasks =
            tasks.filter(|task| project.is_none_or(|project| task.projects.iter().any(|p| p.gid == project.gid)));
        let tasks = tasks.filter(|task| assignee.is_none_or(|assignee| task.assignee.as_ref() == Some(assignee)));
        let rows: Vec<_> = tasks.map(|task| pick(self.0.render_task(task), Some(fields))).collect();
        Ok(json!({"data": rows, "next_page": null}))
    }

    fn create(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let name = arguments.required_text("name")?;
        let gids =
            arguments.text("projects")?.unwrap_or_default().split(',').map(str::trim).filter(|gid| !gid.is_empty());
        let projects: Vec<_> = gids.map(|gid| self.project("projects", gid, call.person)).collect::<Result<_, _>>()?;
        if !self.check_workspace(arguments)? && projects.is_empty() {
            return Err(input("You should specify one of workspace, parent, projects".into()));
        }
        let names =
            arguments.text("followers")?.unwrap_or_default().split(',').map(str::trim).filter(|who| !who.is_empty());
        let followers: Vec<_> = names.map(|who| self.user("followers", who, call.person)).collect::<Result<_, _>>()?;
        let assignee = arguments.text("assignee")?.map(|who| self.user("assignee", who, call.person)).transpose()?;
        let task = AsanaTask {
            gid: self.0.next_task_gid(),
            name: name.into(),
            notes: arguments.text("notes")?.unwrap_or_default().into(),
            completed: false,
            start_on: date(arguments, "start_on")?,
            due_on: date(arguments, "due_on")?,
            assignee: assignee.cloned(),
            followers: followers.into_iter().cloned().collect(),
            projects: projects.into_iter().cloned().collect(),
            creator: Arc::clone(call.person),
            created_at: call.now,
        };
        let answer = json!({"data": pick(self.0.render_task(&task), arguments.text("opt_fields")?)});
        self.0.add(task);
        Ok(answer)
    }

    fn task(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let gid = arguments.required_text("task_gid")?;
        let seen = self.0.tasks.iter().find(|task| task.gid == gid && task.shows_to(person));
        let task = self.0.render_task(seen.ok_or_else(|| unknown("task", gid))?);
        Ok(json!({"data": pick(task, arguments.text("opt_fields")?)}))
    }

    fn delete(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let gid = arguments.required_text("task_gid")?;
        let seen = self.0.tasks.iter().position(|task| task.gid == gid && task.shows_to(person));
        self.0.tasks.remove(seen.ok_or_else(|| unknown("task", gid))?);
        Ok(json!({"data": {}}))
    }

    /// True if the workspace is named; a foreign one is refused.
    fn check_workspace(&self, arguments: &Arguments<'_>) -> Result<bool, ProviderRefusal> {
        match arguments.text("workspace_gid")? {
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

fn date(arguments: &Arguments<'_>, field: &str) -> Result<Option<Date>, ProviderRefusal> {
    let read = |text: &str| text.parse().map_err(|_| input(format!("{field}: Not a valid date: {text}")));
    arguments.text(field)?.map(read).transpose()
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
