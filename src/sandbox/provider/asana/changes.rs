//! Work on tasks: finding and changing them, dividing them up, moving them, and talking about them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::workspace::{AsanaStory, AsanaTask};
use super::{Asana, COMPACT, date, input, pick, unknown};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderCall, ProviderRefusal};

/// Word that empties a field, where leaving it out keeps it.
const NOTHING: &str = "null";

impl Asana {
    pub(super) fn update(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let place = self.place(arguments.required_text("task_gid")?, call.person)?;
        let assignee = match arguments.text("assignee")? {
            None => None,
            Some(NOTHING) => Some(None),
            Some(who) => Some(Some(Arc::clone(self.user("assignee", who, call.person)?))),
        };
        let day = |field| match arguments.text(field)? {
            Some(NOTHING) => Ok(Some(None)),
            _ => Ok(date(arguments, field)?.map(Some)),
        };
        let (start_on, due_on) = (day("start_on")?, day("due_on")?);
        let (name, notes) = (arguments.text("name")?, arguments.text("notes")?);
        let completed = arguments.flag("completed")?;
        let fields = arguments.text("opt_fields")?;
        let task = self.0.tasks.get_mut(place).ok_or_else(|| unknown("task", ""))?;
        if let Some(completed) = completed {
            task.completed_at = completed.then(|| task.completed_at.unwrap_or(call.now));
        }
        task.assignee = assignee.unwrap_or_else(|| task.assignee.take());
        task.start_on = start_on.unwrap_or(task.start_on);
        task.due_on = due_on.unwrap_or(task.due_on);
        task.name = name.map_or_else(|| std::mem::take(&mut task.name), Into::into);
        task.notes = notes.map_or_else(|| std::mem::take(&mut task.notes), Into::into);
        self.rendered(place, fields)
    }

    /// Tasks of the workspace whose name or notes hold a text, newest first.
    pub(super) fn find(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        if !self.check_workspace(arguments)? {
            return Err(input("workspace: Missing input".into()));
        }
        let assignee = arguments.text("assignee")?.map(|who| self.user("assignee", who, person)).transpose()?;
        let completed = arguments.flag("completed")?;
        let text = arguments.text("text")?.unwrap_or_default().to_lowercase();
        let fields = arguments.text("opt_fields")?.unwrap_or(COMPACT);
        let wanted = |task: &&AsanaTask| {
            task.shows_to(person)
                && assignee.is_none_or(|assignee| task.assignee.as_ref() == Some(assignee))
                && completed.is_none_or(|completed| task.completed_at.is_some() == completed)
                && format!("{} {}", task.name, task.notes).to_lowercase().contains(&text)
        };
        let found = self.0.tasks.iter().rev().filter(wanted);
        Ok(json!({"data": found.map(|task| pick(self.0.render_task(task), Some(fields))).collect::<Vec<_>>()}))
    }

    /// A task below another. It shows to those who see that one.
    pub(super) fn subtask_create(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let parent = self.seen(arguments.required_text("task_gid")?, call.person)?;
        let assignee = arguments.text("assignee")?.map(|who| self.user("assignee", who, call.person)).transpose()?;
        let task = AsanaTask {
            gid: self.0.next_task_gid(),
            name: arguments.required_text("name")?.into(),
            notes: arguments.text("notes")?.unwrap_or_default().into(),
            completed_at: None,
            start_on: None,
            due_on: date(arguments, "due_on")?,
            assignee: assignee.cloned(),
            followers: parent.audience(),
            projects: Vec::new(),
            sections: Vec::new(),
            seen_through: parent.projects.iter().chain(&parent.seen_through).cloned().collect(),
            parent: Some((parent.gid.clone(), parent.name.clone())),
            creator: Arc::clone(call.person),
            created_at: call.now,
        };
        let answer = json!({"data": pick(self.0.render_task(&task), arguments.text("opt_fields")?)});
        self.0.add(task);
        Ok(answer)
    }

    pub(super) fn subtasks(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let parent = self.seen(arguments.required_text("task_gid")?, person)?;
        let below = |task: &&AsanaTask| task.parent.as_ref().is_some_and(|(gid, _)| *gid == parent.gid);
        let fields = arguments.text("opt_fields")?.unwrap_or(COMPACT);
        let found = self.0.tasks.iter().filter(below).filter(|task| task.shows_to(person));
        let rows: Vec<_> = found.map(|task| pick(self.0.render_task(task), Some(fields))).collect();
        Ok(json!({"data": rows, "next_page": null}))
    }

    pub(super) fn project_tasks(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let project = self.project("project", arguments.required_text("project_gid")?, person)?;
        self.list(person, arguments, |task| task.projects.iter().any(|known| known.gid == project.gid))
    }

    pub(super) fn section_tasks(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let section = self.section(arguments.required_text("section_gid")?, person)?;
        self.list(person, arguments, |task| task.sections.iter().any(|known| known.gid == section.gid))
    }

    /// Moves a task into a section, and into its project where it was not there yet.
    pub(super) fn section_add(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let section = Arc::clone(self.section(arguments.required_text("section_gid")?, call.person)?);
        // The API itself calls the task so.
        let gid = arguments.text("task_gid")?.map_or_else(|| arguments.required_text("task"), Ok)?;
        let place = self.place(gid, call.person)?;
        if let Some(task) = self.0.tasks.get_mut(place) {
            task.move_to(section);
        }
        Ok(json!({"data": {}}))
    }

    pub(super) fn project_add(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let place = self.place(arguments.required_text("task_gid")?, call.person)?;
        let project = self.project("project", arguments.required_text("project")?, call.person)?;
        let section = match arguments.text("section")? {
            Some(gid) => Some(self.section(gid, call.person)?),
            None => self.0.sections.iter().find(|section| section.project.gid == project.gid),
        };
        let section = section.filter(|section| section.project.gid == project.gid);
        let section = Arc::clone(section.ok_or_else(|| input("section: Not a section of this project".into()))?);
        if let Some(task) = self.0.tasks.get_mut(place) {
            task.move_to(section);
        }
        Ok(json!({"data": {}}))
    }

    pub(super) fn project_remove(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let place = self.place(arguments.required_text("task_gid")?, call.person)?;
        let gid = self.project("project", arguments.required_text("project")?, call.person)?.gid.clone();
        if let Some(task) = self.0.tasks.get_mut(place) {
            task.projects.retain(|project| project.gid != gid);
            task.sections.retain(|section| section.project.gid != gid);
        }
        Ok(json!({"data": {}}))
    }

    pub(super) fn followers_add(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let place = self.place(arguments.required_text("task_gid")?, call.person)?;
        let names = super::list(arguments, "followers")?;
        if names.is_empty() {
            return Err(input("followers: Missing input".into()));
        }
        let found = names.into_iter().map(|who| self.user("followers", who, call.person).cloned());
        let found: Vec<_> = found.collect::<Result<_, _>>()?;
        let fields = arguments.text("opt_fields")?;
        if let Some(task) = self.0.tasks.get_mut(place) {
            for person in found {
                if !task.followers.contains(&person) {
                    task.followers.push(person);
                }
            }
        }
        self.rendered(place, fields)
    }

    /// A comment on a task.
    pub(super) fn story_create(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let task = self.seen(arguments.required_text("task_gid")?, call.person)?;
        let story = AsanaStory {
            gid: self.0.next_gid("story"),
            task: task.gid.clone(),
            text: arguments.required_text("text")?.into(),
            author: Arc::clone(call.person),
            created_at: call.now,
        };
        let answer = json!({"data": pick(self.0.render_story(&story), arguments.text("opt_fields")?)});
        self.0.add_story(story);
        Ok(answer)
    }

    pub(super) fn stories(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let task = self.seen(arguments.required_text("task_gid")?, person)?;
        let fields = arguments.text("opt_fields")?;
        let stories = self.0.stories.iter().filter(|story| story.task == task.gid);
        let rows: Vec<_> = stories.map(|story| pick(self.0.render_story(story), fields)).collect();
        Ok(json!({"data": rows, "next_page": null}))
    }

    fn rendered(&self, place: usize, fields: Option<&str>) -> Result<Value, ProviderRefusal> {
        let task = self.0.tasks.get(place).ok_or_else(|| unknown("task", ""))?;
        Ok(json!({"data": pick(self.0.render_task(task), fields)}))
    }
}
