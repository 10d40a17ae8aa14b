//! GitHub as one organization sees it: repositories, some private, and their issues.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Value, json};

use super::gists::{Gist, GistData};
use super::pulls::{Branch, PullRequest, PullRequestData};
use crate::order::StableOrder as _;
use crate::sandbox::ids::Ids;
use crate::sandbox::people::{People, Persona};
use crate::sandbox::refs::resolve;

const DATA: &str = include_str!("../../../../assets/sandbox/data/github.json");

pub struct Hub {
    ids: Ids,
    pub organization: String,
    pub people: People,
    logins: HashMap<String, String>,
    pub labels: Vec<String>,
    pub repositories: Vec<Arc<Repository>>,
    /// Issues, oldest first.
    pub issues: Vec<GitHubIssue>,
    /// Pull requests, oldest first.
    pub pulls: Vec<PullRequest>,
    pub branches: Vec<Branch>,
    /// Stars, oldest first.
    pub stars: Vec<Star>,
    /// Gists, oldest first.
    pub gists: Vec<Gist>,
    comments_made: usize,
}

pub struct Repository {
    /// Who owns it, where that is not the organization. Nobody here may push to it.
    owner: Option<String>,
    pub name: String,
    pub description: String,
    pub language: String,
    pub archived: bool,
    /// People who may see it and push to it; everybody when none.
    collaborators: Option<Vec<Arc<Persona>>>,
    pub created_at: Timestamp,
}

pub struct GitHubIssue {
    pub repository: Arc<Repository>,
    pub number: i64,
    pub title: String,
    pub body: Option<String>,
    pub open: bool,
    pub reason: Option<String>,
    pub author: Arc<Persona>,
    pub assignees: Vec<Arc<Persona>>,
    pub labels: Vec<String>,
    pub comments: Vec<Comment>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

pub struct Comment {
    pub id: i64,
    pub author: Arc<Persona>,
    pub body: String,
    pub created_at: Timestamp,
}

pub struct Star {
    pub repository: Arc<Repository>,
    pub person: Arc<Persona>,
}

/// The data file. People go by their keys, repositories by their names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HubData {
    organization: String,
    logins: HashMap<String, String>,
    labels: Vec<String>,
    repositories: Vec<RepositoryData>,
    issues: Vec<GitHubIssueData>,
    pulls: Vec<PullRequestData>,
    stars: HashMap<String, Vec<String>>,
    gists: Vec<GistData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RepositoryData {
    owner: Option<String>,
    name: String,
    description: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    archived: bool,
    collaborators: Option<Vec<String>>,
    created: SignedDuration,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GitHubIssueData {
    repository: String,
    title: String,
    body: Option<String>,
    #[serde(default)]
    state: String,
    author: String,
    #[serde(default)]
    assignees: Vec<String>,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    comments: Vec<CommentData>,
    created: SignedDuration,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommentData {
    author: String,
    body: String,
    created: SignedDuration,
}

impl Repository {
    /// A private repository does not exist for those who are not in it.
    pub fn shows_to(&self, person: &Arc<Persona>) -> bool {
        self.collaborators.as_ref().is_none_or(|collaborators| collaborators.contains(person))
    }

    pub fn is_private(&self) -> bool {
        self.collaborators.is_some()
    }

    /// Whether it belongs to somebody else than the organization.
    pub fn is_foreign(&self) -> bool {
        self.owner.is_some()
    }
}

impl Hub {
    /// Reads the data file; `created` counts from `now`.
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        let data: HubData = serde_json::from_str(DATA)?;
        let from_now = |offset: SignedDuration| now.checked_add(offset).map_err(serde_json::Error::custom);
        let all = |keys: &[String]| keys.iter().map(|key| people.named(key)).collect::<Result<Vec<_>, _>>();
        let mut hub = Self {
            ids,
            organization: data.organization,
            people: people.clone(),
            logins: data.logins,
            labels: data.labels,
            repositories: Vec::new(),
            issues: Vec::new(),
            pulls: Vec::new(),
            branches: Vec::new(),
            stars: Vec::new(),
            gists: Vec::new(),
            comments_made: 0,
        };
        for RepositoryData { owner, name, description, language, archived, collaborators, created } in data.repositories
        {
            hub.repositories.push(Arc::new(Repository {
                owner,
                name,
                description,
                language,
                archived,
                collaborators: collaborators.as_deref().map(all).transpose()?,
                created_at: from_now(created)?,
            }));
        }
        for GitHubIssueData { repository, title, body, state, author, assignees, labels, comments, created } in
            data.issues
        {
            let repository = resolve(hub.repositories.iter().cloned(), |known| known.name == repository, &repository)?;
            let mut issue = GitHubIssue {
                number: hub.next_number(&repository),
                repository,
                title,
                body,
                open: state != "closed",
                reason: None,
                author: people.named(&author)?,
                assignees: all(&assignees)?,
                labels,
                comments: Vec::new(),
                created_at: from_now(created)?,
                updated_at: from_now(created)?,
            };
            issue.comments = hub.read_comments(comments, now)?;
            hub.issues.push(issue);
        }
        hub.issues.order_by_key(|issue| issue.created_at);
        for repository in hub.repositories.clone() {
            hub.add_branch(&repository, "main");
        }
        for pull in data.pulls {
            hub.read_pull(pull, now)?;
        }
        for repository in hub.repositories.clone() {
            for key in data.stars.get(&repository.name).into_iter().flatten() {
                hub.stars.push(Star { repository: Arc::clone(&repository), person: people.named(key)? });
            }
        }
        for gist in data.gists {
            hub.read_gist(gist, now)?;
        }
        Ok(hub)
    }

    pub fn read_comments(
        &mut self,
        comments: Vec<CommentData>,
        now: Timestamp,
    ) -> Result<Vec<Comment>, serde_json::Error> {
        let read = |CommentData { author, body, created }| {
            let created_at = now.checked_add(created).map_err(serde_json::Error::custom)?;
            Ok(Comment { id: self.next_comment(), author: self.people.named(&author)?, body, created_at })
        };
        comments.into_iter().map(read).collect()
    }

    /// Issues and pull requests are counted together.
    pub fn next_number(&self, repository: &Repository) -> i64 {
        let issues = self.issues.iter().filter(|issue| issue.repository.name == repository.name);
        let pulls = self.pulls.iter().filter(|pull| pull.repository.name == repository.name);
        issues.map(|issue| issue.number).chain(pulls.map(|pull| pull.number)).max().unwrap_or(0) + 1
    }

    /// Login of whoever owns a repository.
    pub fn owner<'a>(&'a self, repository: &'a Repository) -> &'a str {
        repository.owner.as_deref().unwrap_or(&self.organization)
    }

    pub fn full_name(&self, repository: &Repository) -> String {
        format!("{}/{}", self.owner(repository), repository.name)
    }

    /// Forty hexadecimal digits.
    pub fn sha(&self, name: &str) -> String {
        let part = |at: u8| self.ids.number(&format!("github/sha/{at}/{name}"));
        format!("{:016x}{:016x}{:08x}", part(0), part(1), part(2) >> 32)
    }

    pub fn next_comment(&mut self) -> i64 {
        self.comments_made += 1;
        self.id(&format!("comment/{}", self.comments_made))
    }

    pub fn login<'a>(&'a self, person: &'a Persona) -> &'a str {
        self.logins.get(&person.key).map_or(&person.key, String::as_str)
    }

    pub fn with_login(&self, login: &str) -> Option<&Arc<Persona>> {
        self.people.iter().find(|person| self.login(person).eq_ignore_ascii_case(login))
    }

    /// GitHub's kind of id: a number of nine digits or so.
    pub fn id(&self, name: &str) -> i64 {
        i64::try_from(self.ids.number(&format!("github/{name}")) % 1_000_000_000).unwrap_or_default()
    }

    pub fn user_id(&self, person: &Persona) -> i64 {
        self.id(&format!("user/{}", person.key))
    }

    pub fn render_user(&self, person: &Persona) -> Value {
        let (login, id) = (self.login(person), self.user_id(person));
        json!({
            "login": login,
            "id": id,
            "avatar_url": format!("https://avatars.githubusercontent.com/u/{id}"),
            "html_url": format!("https://github.com/{login}"),
            "type": "User",
            "site_admin": false,
        })
    }

    pub fn render_repository(&self, repository: &Repository) -> Value {
        let full_name = self.full_name(repository);
        let kind = if repository.is_foreign() { "User" } else { "Organization" };
        let stars = self.stars.iter().filter(|star| star.repository.name == repository.name).count();
        let open = self.issues.iter().filter(|issue| issue.open && issue.repository.name == repository.name).count();
        json!({
            "id": self.id(&format!("repository/{}", repository.name)),
            "name": repository.name,
            "full_name": full_name,
            "private": repository.is_private(),
            "owner": {"login": self.owner(repository), "type": kind},
            "html_url": format!("https://github.com/{full_name}"),
            "description": repository.description,
            "language": repository.language,
            "archived": repository.archived,
            "open_issues_count": open,
            "stargazers_count": stars,
            "default_branch": "main",
            "created_at": time(repository.created_at),
        })
    }

    pub fn render_issue(&self, issue: &GitHubIssue) -> Value {
        let repository = self.full_name(&issue.repository);
        let labels: Vec<_> = issue.labels.iter().map(|name| self.render_label(name)).collect();
        let assignees: Vec<_> = issue.assignees.iter().map(|person| self.render_user(person)).collect();
        json!({
            "id": self.id(&format!("issue/{}/{}", issue.repository.name, issue.number)),
            "number": issue.number,
            "title": issue.title,
            "body": issue.body,
            "state": if issue.open { "open" } else { "closed" },
            "state_reason": issue.reason,
            "user": self.render_user(&issue.author),
            "labels": labels,
            "assignees": assignees,
            "comments": issue.comments.len(),
            "repository_url": format!("https://api.github.com/repos/{repository}"),
            "html_url": format!("https://github.com/{repository}/issues/{}", issue.number),
            "created_at": time(issue.created_at),
            "updated_at": time(issue.updated_at),
        })
    }

    pub fn render_label(&self, name: &str) -> Value {
        json!({"id": self.id(&format!("label/{name}")), "name": name})
    }

    pub fn render_comment(&self, comment: &Comment) -> Value {
        json!({
            "id": comment.id,
            "user": self.render_user(&comment.author),
            "body": comment.body,
            "created_at": time(comment.created_at),
            "updated_at": time(comment.created_at),
        })
    }
}

/// A time as GitHub writes it.
pub fn time(at: Timestamp) -> String {
    format!("{at:.0}")
}
