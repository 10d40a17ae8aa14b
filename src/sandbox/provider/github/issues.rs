//! Issues and their comments.

use std::sync::Arc;

use serde_json::{Value, json};

use super::hub::{Comment, GitHubIssue};
use super::{GitHub, forbidden, input, unknown};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderCall, ProviderRefusal};

impl GitHub {
    pub fn issues(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let repository = self.repository(person, arguments)?;
        let state = arguments.text("state")?.unwrap_or("open");
        let (assignee, creator) = (arguments.text("assignee")?, arguments.text("creator")?);
        let labels: Vec<&str> = arguments.text("labels")?.unwrap_or_default().split(',').map(str::trim).collect();
        let is = |person: &Arc<Persona>, login: &str| self.0.login(person).eq_ignore_ascii_case(login);
        let wanted = |issue: &&GitHubIssue| {
            issue.repository.name == repository.name
                && (state == "all" || issue.open == (state == "open"))
                && creator.is_none_or(|login| is(&issue.author, login))
                && labels.iter().all(|label| label.is_empty() || issue.labels.iter().any(|known| known == label))
                && match assignee {
                    None => true,
                    Some("none") => issue.assignees.is_empty(),
                    Some("*") => !issue.assignees.is_empty(),
                    Some(login) => issue.assignees.iter().any(|person| is(person, login)),
                }
        };
        let mut found: Vec<_> = self.0.issues.iter().filter(wanted).collect();
        if arguments.text("direction")? != Some("asc") {
            found.reverse();
        }
        let page = arguments.page(found.into_iter())?;
        Ok(page.into_iter().map(|issue| self.0.render_issue(issue)).collect())
    }

    pub fn issue(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.0.issues.get(self.place(person, arguments)?).map(|issue| self.0.render_issue(issue)).ok_or_else(unknown)
    }

    pub fn create(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let repository = self.writable(call.person, arguments)?;
        let issue = GitHubIssue {
            number: self.0.next_number(&repository),
            repository,
            title: arguments.required_text("title")?.into(),
            body: arguments.text("body")?.map(Into::into),
            open: true,
            reason: None,
            author: Arc::clone(call.person),
            assignees: self.people(&arguments.texts("assignees")?)?,
            labels: self.labels(&arguments.texts("labels")?)?,
            comments: Vec::new(),
            created_at: call.now,
            updated_at: call.now,
        };
        let answer = self.0.render_issue(&issue);
        self.0.issues.push(issue);
        Ok(answer)
    }

    pub fn update(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.writable(call.person, arguments)?;
        let place = self.place(call.person, arguments)?;
        let (title, body) = (arguments.text("title")?, arguments.text("body")?);
        let open = match arguments.text("state")? {
            None => None,
            Some(state @ ("open" | "closed")) => Some(state == "open"),
            Some(other) => return Err(input(format!("state {other} is not a state"))),
        };
        let reason = arguments.text("state_reason")?;
        let labels = arguments.optional_texts("labels")?.map(|names| self.labels(&names)).transpose()?;
        let assignees = arguments.optional_texts("assignees")?.map(|logins| self.people(&logins)).transpose()?;
        let issue = self.0.issues.get_mut(place).ok_or_else(unknown)?;
        issue.title = title.map_or_else(|| std::mem::take(&mut issue.title), Into::into);
        issue.body = body.map(Into::into).or(issue.body.take());
        if let Some(open) = open.filter(|open| *open != issue.open) {
            issue.open = open;
            issue.reason = Some(reason.unwrap_or(if open { "reopened" } else { "completed" }).into());
        }
        issue.labels = labels.unwrap_or_else(|| std::mem::take(&mut issue.labels));
        issue.assignees = assignees.unwrap_or_else(|| std::mem::take(&mut issue.assignees));
        issue.updated_at = call.now;
        self.0.issues.get(place).map(|issue| self.0.render_issue(issue)).ok_or_else(unknown)
    }

    pub fn comments(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let comments = match self.pull_place(person, arguments, "issue_number") {
            Ok(place) => self.0.pulls.get(place).map(|pull| &pull.comments),
            Err(_) => self.0.issues.get(self.place(person, arguments)?).map(|issue| &issue.comments),
        };
        let page = arguments.page(comments.ok_or_else(unknown)?.iter())?;
        Ok(page.into_iter().map(|comment| self.0.render_comment(comment)).collect())
    }

    pub fn comment(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.writable(call.person, arguments)?;
        let pull = self.pull_place(call.person, arguments, "issue_number").ok();
        let place = if pull.is_some() { 0 } else { self.place(call.person, arguments)? };
        let body = arguments.required_text("body")?.into();
        let id = self.0.next_comment();
        let comment = Comment { id, author: Arc::clone(call.person), body, created_at: call.now };
        let answer = self.0.render_comment(&comment);
        if let Some(pull) = pull.and_then(|place| self.0.pulls.get_mut(place)) {
            pull.updated_at = call.now;
            pull.comments.push(comment);
            return Ok(answer);
        }
        let issue = self.0.issues.get_mut(place).ok_or_else(unknown)?;
        issue.updated_at = call.now;
        issue.comments.push(comment);
        Ok(answer)
    }

    /// Labels of a repository; all have the same.
    pub fn all_labels(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.repository(person, arguments)?;
        let page = arguments.page(self.0.labels.iter())?;
        Ok(page.into_iter().map(|name| self.0.render_label(name)).collect())
    }

    /// Puts labels on an issue, beside those it bears or in their place.
    pub fn label(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
        replace: bool,
    ) -> Result<Value, ProviderRefusal> {
        self.writable(call.person, arguments)?;
        let place = self.place(call.person, arguments)?;
        let labels = arguments.optional_texts("labels")?.ok_or_else(|| input("labels is missing".into()))?;
        let labels = self.labels(&labels)?;
        let issue = self.0.issues.get_mut(place).ok_or_else(unknown)?;
        if replace {
            issue.labels.clear();
        }
        for label in labels {
            if !issue.labels.contains(&label) {
                issue.labels.push(label);
            }
        }
        issue.updated_at = call.now;
        let issue = self.0.issues.get(place).ok_or_else(unknown)?;
        Ok(issue.labels.iter().map(|name| self.0.render_label(name)).collect())
    }

    /// One's own, or anybody's in a repository one was let into. Public ones let nobody into more
    /// than their own.
    pub fn delete_comment(
        &mut self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let repository = self.writable(person, arguments)?;
        let id = arguments.required_number("comment_id")?;
        let issues = self.0.issues.iter_mut().filter(|issue| issue.repository.name == repository.name);
        let found = issues.into_iter().find_map(|issue| {
            let place = issue.comments.iter().position(|comment| comment.id == id)?;
            Some((issue, place))
        });
        let (issue, place) = found.ok_or_else(unknown)?;
        let own = issue.comments.get(place).is_some_and(|comment| comment.author == *person);
        if !own && !repository.is_private() {
            return Err(forbidden("Must have admin rights to Repository."));
        }
        issue.comments.remove(place);
        Ok(Value::Null)
    }

    /// Every word and every qualifier must fit.
    pub fn search(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let query = arguments.required_text("q")?.to_lowercase();
        let is = |person: &Arc<Persona>, login: &str| self.0.login(person).eq_ignore_ascii_case(login);
        let fits = |issue: &GitHubIssue, word: &str| match word.split_once(':') {
            Some(("repo", name)) => self.0.full_name(&issue.repository).eq_ignore_ascii_case(name),
            Some(("is" | "state", state)) => {
                matches!((state, issue.open), ("open", true) | ("closed", false) | ("issue", _))
            }
            Some(("author", login)) => is(&issue.author, login),
            Some(("assignee", login)) => issue.assignees.iter().any(|person| is(person, login)),
            Some(("label", label)) => issue.labels.iter().any(|known| known == label),
            _ => format!("{} {}", issue.title, issue.body.as_deref().unwrap_or_default()).to_lowercase().contains(word),
        };
        let found: Vec<_> = self
            .0
            .issues
            .iter()
            .rev()
            .filter(|issue| issue.repository.shows_to(person) && query.split_whitespace().all(|word| fits(issue, word)))
            .collect();
        let total = found.len();
        let items: Vec<_> =
            arguments.page(found.into_iter())?.into_iter().map(|issue| self.0.render_issue(issue)).collect();
        Ok(json!({"total_count": total, "incomplete_results": false, "items": items}))
    }

    /// Index of the issue that is meant.
    fn place(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<usize, ProviderRefusal> {
        let repository = self.repository(person, arguments)?;
        let number = arguments.required_number("issue_number")?;
        let is_meant = |issue: &GitHubIssue| issue.repository.name == repository.name && issue.number == number;
        self.0.issues.iter().position(is_meant).ok_or_else(unknown)
    }

    fn people(&self, logins: &[&str]) -> Result<Vec<Arc<Persona>>, ProviderRefusal> {
        let find = |login: &&str| {
            self.0.with_login(login).cloned().ok_or_else(|| input(format!("assignees {login} is invalid")))
        };
        logins.iter().map(find).collect()
    }

    fn labels(&self, names: &[&str]) -> Result<Vec<String>, ProviderRefusal> {
        let find = |name: &&str| {
            let known = self.0.labels.iter().find(|label| label.eq_ignore_ascii_case(name));
            known.cloned().ok_or_else(|| input(format!("labels {name} does not exist")))
        };
        names.iter().map(find).collect()
    }
}
