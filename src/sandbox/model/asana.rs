//! Stories about tasks and boards at Asana, where everybody sees something else.

use serde_json::{Map, Value, json};

use super::clause::Clause;
use super::play::{Play, Scene};
use super::returned::{Returned, holder, rows, text};

/// Words that are no part of a name.
const FILLING: [&str; 14] = [
    "the", "a", "my", "our", "project", "projects", "board", "boards", "asana", "please", "called", "named", "for",
    "me",
];

/// Rows that a sentence names.
const NAMED: usize = 12;

/// Who acts, and what they see.
struct View {
    me: Returned,
    projects: Returned,
}

impl View {
    /// Asks for both at once; for the projects once more with the workspace, if they are refused without one.
    fn look(play: &mut Play<'_>) -> Scene<Self> {
        play.say("I look up who you are at Asana, and which projects you see.");
        let mut returned =
            play.call_all(&[("asana_me_get", json!({})), ("asana_projects_list", json!({}))])?.into_iter();
        let mut next = |tool: &str| returned.next().unwrap_or_else(|| Returned::NotOffered(tool.into()));
        let (me, mut projects) = (next("asana_me_get"), next("asana_projects_list"));
        let workspace = me.data().and_then(workspace);
        if let (Returned::Failed(_), true, Some(gid)) = (&projects, projects.may_try_another_way(), workspace) {
            play.say("The projects were refused. I try again with your workspace.");
            projects = play.call("asana_projects_list", json!({"workspace_gid": gid}))?;
        }
        Ok(Self { me, projects })
    }

    /// The person's name; empty where nobody told it.
    fn name(&self) -> &str {
        self.me.data().and_then(|value| holder(value, "email")).map_or("", |me| text(me, &["name"]))
    }

    fn seen(&self) -> Vec<&Map<String, Value>> {
        self.projects.data().map(rows).unwrap_or_default()
    }

    /// The project whose name has these words.
    fn project(&self, words: &str) -> Option<&Map<String, Value>> {
        self.seen().into_iter().find(|project| text(project, &["name"]).to_lowercase().contains(&words.to_lowercase()))
    }

    /// Why there is no such project.
    fn missing(&self, words: &str) -> String {
        let who = if self.name().is_empty() { "This account".to_owned() } else { format!("As {}, I", self.name()) };
        let see = if self.name().is_empty() { "sees" } else { "see" };
        if self.projects.data().is_none() {
            return self.projects.trouble("Listing the projects");
        }
        let names: Vec<_> = self.seen().iter().take(NAMED).map(|project| text(project, &["name"]).to_owned()).collect();
        let cut = if self.projects.is_cut() { " The list was cut short, so there may be more." } else { "" };
        match names.is_empty() {
            true => format!("{who} {see} no projects at all.{cut}"),
            false => {
                format!("{who} {see} no project with “{words}” in its name. What there is: {}.{cut}", names.join(", "))
            }
        }
    }
}

fn workspace(me: &Value) -> Option<&str> {
    let workspaces = holder(me, "workspaces")?.get("workspaces").map(rows)?;
    workspaces.first().map(|workspace| text(workspace, &["gid"])).filter(|gid| !gid.is_empty())
}

/// Creates a task, for the person who asks if they say so.
pub fn create(play: &mut Play<'_>, clause: &Clause) -> Scene<()> {
    let view = View::look(play)?;
    let said = clause.behind(&["called", "named", "to"], 12).join(" ");
    let name = clause.quoted.first().cloned().or(Some(said).filter(|said| !said.is_empty()));
    let name = name.unwrap_or_else(|| "Task from the script".into());
    let sought = clause.behind(&["in"], 3).into_iter().find(|word| !FILLING.contains(word));
    let project = match sought.map(|words| (words, view.project(words))) {
        Some((words, None)) => {
            let missing = view.missing(&as_written(&play.prompt, words));
            play.report.push(format!("No task was created. {missing}"));
            return Ok(());
        }
        Some((_, project)) => project,
        None => None,
    };
    let for_me = clause.has(&["me", "myself"]);
    let me = view.me.data().and_then(|value| holder(value, "email")).map(|me| text(me, &["gid"]));
    let input = json!({
        "name": name,
        "projects": project.map(|project| text(project, &["gid"])),
        "workspace_gid": view.me.data().and_then(workspace),
        // The word works where nobody told the number.
        "assignee": for_me.then(|| me.unwrap_or("me")),
    });
    play.say(format!("I create the task “{name}”."));
    let returned = play.call("asana_task_create", input)?;
    let task = returned.data().and_then(|value| holder(value, "gid"));
    play.report.push(match task {
        None => returned.trouble("Creating the task"),
        Some(task) => {
            let place = project.map_or_else(String::new, |project| format!(" in {}", text(project, &["name"])));
            let assignee = text(task, &["assignee", "name"]);
            let assignee = if assignee.is_empty() { String::new() } else { format!(", for {assignee}") };
            format!(
                "Created the task “{}”{place}{assignee}. Its gid is {}.",
                text(task, &["name"]),
                text(task, &["gid"])
            )
        }
    });
    Ok(())
}

/// Tells what is on a board, if the person sees it.
pub fn board(play: &mut Play<'_>, clause: &Clause) -> Scene<()> {
    let view = View::look(play)?;
    let words = sought(clause);
    let written = as_written(&play.prompt, &words);
    if words.is_empty() {
        let names: Vec<_> = view.seen().iter().take(NAMED).map(|project| text(project, &["name"]).to_owned()).collect();
        play.report.push(match names.is_empty() {
            true => view.missing(""),
            false => format!("The projects that this account sees: {}.", names.join(", ")),
        });
        return Ok(());
    }
    let Some(project) = view.project(&words) else {
        play.report.push(view.missing(&written));
        return Ok(());
    };
    let (gid, name) = (text(project, &["gid"]), text(project, &["name"]));
    play.say(format!("There is {name}. I look at its tasks."));
    let input = json!({"project": gid, "opt_fields": "name,completed,assignee.name"});
    let returned = play.call("asana_tasks_list", input)?;
    let who =
        if view.name().is_empty() { "This account sees".to_owned() } else { format!("As {}, I see", view.name()) };
    play.report.push(match returned.data() {
        None => format!("{who} the board {name}. {}", returned.trouble("Listing its tasks")),
        Some(value) => {
            let tasks: Vec<_> = rows(value).into_iter().map(task).collect();
            let cut = if returned.is_cut() { " The list was cut short, so there may be more." } else { "" };
            match tasks.is_empty() {
                true => format!("{who} the board {name}. It is empty.{cut}"),
                false => format!("{who} the board {name}. On it: {}.{cut}", tasks.join(", ")),
            }
        }
    });
    Ok(())
}

fn task(row: &Map<String, Value>) -> String {
    let name = text(row, &["name"]);
    match text(row, &["assignee", "name"]) {
        "" => name.to_owned(),
        assignee => format!("{name} ({assignee})"),
    }
}

/// The name that stands beside the word for a board.
fn sought(clause: &Clause) -> String {
    if let Some(quoted) = clause.quoted.first() {
        return quoted.clone();
    }
    let is_board = |word: &String| matches!(word.as_str(), "board" | "boards" | "project" | "projects");
    let Some(at) = clause.words.iter().position(is_board) else { return String::new() };
    let ahead = clause.words.iter().take(at).rev().take_while(|word| !FILLING.contains(&word.as_str()));
    let has_article = clause.words.iter().take(at).any(|word| matches!(word.as_str(), "the" | "a" | "my" | "our"));
    let mut ahead: Vec<_> = ahead.map(String::as_str).collect();
    ahead.reverse();
    if has_article && !ahead.is_empty() {
        return ahead.join(" ");
    }
    let behind = clause.words.iter().skip(at + 1).find(|word| !FILLING.contains(&word.as_str()));
    behind.cloned().unwrap_or_default()
}

/// A word as the person wrote it.
fn as_written(prompt: &str, words: &str) -> String {
    let bare = |word: &str| word.trim_matches(|c: char| c.is_ascii_punctuation()).to_owned();
    prompt.split_whitespace().map(bare).find(|word| word.to_lowercase() == words).unwrap_or_else(|| words.to_owned())
}
