//! Pull requests, and the branches they are about.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Value, json};

use super::hub::{Comment, CommentData, Hub, Repository, time};
use super::reviews::Review;
use super::{CONFLICT, GitHub, NOT_MERGEABLE, input, unknown};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderCall, ProviderRefusal};
use crate::sandbox::provider::rest::{RestAnswer, RestRequest};
use crate::sandbox::refs::resolve;

pub struct Branch {
    /// Name of its repository.
    pub repository: String,
    pub name: String,
    pub sha: String,
}

pub struct PullRequest {
    pub repository: Arc<Repository>,
    pub number: i64,
    pub title: String,
    pub body: Option<String>,
    pub author: Arc<Persona>,
    pub head: String,
    pub base: String,
    pub draft: bool,
    pub open: bool,
    pub merged: Option<(Timestamp, Arc<Persona>)>,
    pub files: Vec<ChangedFile>,
    pub comments: Vec<Comment>,
    pub reviews: Vec<Review>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A file that a pull request changes; the patch is one of git's, without its header.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangedFile {
    name: String,
    patch: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PullRequestData {
    repository: String,
    title: String,
    body: Option<String>,
    author: String,
    head: String,
    #[serde(default)]
    draft: bool,
    files: Vec<ChangedFile>,
    #[serde(default)]
    comments: Vec<CommentData>,
    created: SignedDuration,
}

impl Branch {
    /// The branches that others are merged into.
    pub fn is_protected(&self) -> bool {
        self.name == "main"
    }

    pub fn render(&self) -> Value {
        json!({"name": self.name, "commit": {"sha": self.sha}, "protected": self.is_protected()})
    }
}

impl ChangedFile {
    fn count(&self, sign: char) -> usize {
        self.patch.lines().filter(|line| line.starts_with(sign)).count()
    }

    fn is_new(&self) -> bool {
        self.patch.starts_with("@@ -0,0 ")
    }

    fn diff(&self) -> String {
        let name = &self.name;
        let before = if self.is_new() { "/dev/null".into() } else { format!("a/{name}") };
        format!("diff --git a/{name} b/{name}\n--- {before}\n+++ b/{name}\n{}\n", self.patch)
    }
}

impl Hub {
    pub fn branch(&self, repository: &Repository, name: &str) -> Option<&Branch> {
        self.branches.iter().find(|branch| branch.repository == repository.name && branch.name == name)
    }

    pub fn add_branch(&mut self, repository: &Repository, name: &str) {
        let sha = self.sha(&format!("{}/{name}", repository.name));
        self.branches.push(Branch { repository: repository.name.clone(), name: name.into(), sha });
    }

    pub fn read_pull(&mut self, data: PullRequestData, now: Timestamp) -> Result<(), serde_json::Error> {
        let known = |known: &Arc<Repository>| known.name == data.repository;
        let repository = resolve(self.repositories.iter().cloned(), known, &data.repository)?;
        let created_at = now.checked_add(data.created).map_err(serde_json::Error::custom)?;
        self.add_branch(&repository, &data.head);
        let pull = PullRequest {
            number: self.next_number(&repository),
            repository,
            title: data.title,
            body: data.body,
            author: self.people.named(&data.author)?,
            head: data.head,
            base: "main".into(),
            draft: data.draft,
            open: true,
            merged: None,
            files: data.files,
            comments: self.read_comments(data.comments, now)?,
            reviews: Vec::new(),
            created_at,
            updated_at: created_at,
        };
        self.pulls.push(pull);
        Ok(())
    }

    pub fn render_pull(&self, pull: &PullRequest) -> Value {
        let repository = self.full_name(&pull.repository);
        let end = |name: &str| {
            let sha = self.branch(&pull.repository, name).map(|branch| &branch.sha);
            json!({"label": format!("{}:{name}", self.owner(&pull.repository)), "ref": name, "sha": sha})
        };
        json!({
            "id": self.id(&format!("pull/{repository}/{}", pull.number)),
            "number": pull.number,
            "title": pull.title,
            "body": pull.body,
            "state": if pull.open { "open" } else { "closed" },
            "draft": pull.draft,
            "user": self.render_user(&pull.author),
            "head": end(&pull.head),
            "base": end(&pull.base),
            "comments": pull.comments.len(),
            "review_comments": pull.reviews.iter().filter(|review| review.has_words()).count(),
            "commits": 1,
            "changed_files": pull.files.len(),
            "additions": pull.files.iter().map(|file| file.count('+')).sum::<usize>(),
            "deletions": pull.files.iter().map(|file| file.count('-')).sum::<usize>(),
            "merged": pull.merged.is_some(),
            "mergeable": pull.open && !pull.draft,
            "merged_at": pull.merged.as_ref().map(|(at, _)| time(*at)),
            "merged_by": pull.merged.as_ref().map(|(_, by)| self.render_user(by)),
            "html_url": format!("https://github.com/{repository}/pull/{}", pull.number),
            "diff_url": format!("https://github.com/{repository}/pull/{}.diff", pull.number),
            "created_at": time(pull.created_at),
            "updated_at": time(pull.updated_at),
        })
    }
}

impl GitHub {
    pub fn pulls(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let repository = self.repository(person, arguments)?;
        let state = arguments.text("state")?.unwrap_or("open");
        let (head, base) = (arguments.text("head")?, arguments.text("base")?);
        let mut found: Vec<_> = self
            .0
            .pulls
            .iter()
            .filter(|pull| {
                let from = format!("{}:{}", self.0.owner(repository), pull.head);
                pull.repository.name == repository.name
                    && (state == "all" || pull.open == (state == "open"))
                    && head.is_none_or(|head| head == from)
                    && base.is_none_or(|base| base == pull.base)
            })
            .collect();
        if arguments.text("direction")? != Some("asc") {
            found.reverse();
        }
        Ok(arguments.page(found.into_iter())?.into_iter().map(|pull| self.0.render_pull(pull)).collect())
    }

    pub fn pull(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let place = self.pull_place(person, arguments, "pull_number")?;
        self.0.pulls.get(place).map(|pull| self.0.render_pull(pull)).ok_or_else(unknown)
    }

    pub fn files(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let place = self.pull_place(person, arguments, "pull_number")?;
        let row = |file: &ChangedFile| {
            let (added, removed) = (file.count('+'), file.count('-'));
            json!({
                "sha": self.0.sha(&file.patch),
                "filename": file.name,
                "status": if file.is_new() { "added" } else { "modified" },
                "additions": added,
                "deletions": removed,
                "changes": added + removed,
                "patch": file.patch,
            })
        };
        let files = &self.0.pulls.get(place).ok_or_else(unknown)?.files;
        Ok(arguments.page(files.iter())?.into_iter().map(row).collect())
    }

    pub fn create_pull(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let repository = self.writable(call.person, arguments)?;
        let owner = format!("{}:", self.0.owner(&repository));
        let head = arguments.required_text("head")?;
        let head = head.strip_prefix(&owner).unwrap_or(head);
        let base = arguments.required_text("base")?;
        for (field, name) in [("head", head), ("base", base)] {
            if self.0.branch(&repository, name).is_none() {
                return Err(input(format!("{field} {name} is invalid")));
            }
        }
        if head == base {
            return Err(input(format!("No commits between {base} and {head}")));
        }
        let same = |pull: &PullRequest| {
            pull.open && pull.repository.name == repository.name && pull.head == head && pull.base == base
        };
        if self.0.pulls.iter().any(same) {
            return Err(input(format!("A pull request already exists for {owner}{head}.")));
        }
        let pull = PullRequest {
            number: self.0.next_number(&repository),
            repository,
            title: arguments.required_text("title")?.into(),
            body: arguments.text("body")?.map(Into::into),
            author: Arc::clone(call.person),
            head: head.into(),
            base: base.into(),
            draft: arguments.flag("draft")?.unwrap_or(false),
            open: true,
            merged: None,
            files: Vec::new(),
            comments: Vec::new(),
            reviews: Vec::new(),
            created_at: call.now,
            updated_at: call.now,
        };
        let answer = self.0.render_pull(&pull);
        self.0.pulls.push(pull);
        Ok(answer)
    }

    pub fn merge(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let repository = self.writable(call.person, arguments)?;
        let place = self.pull_place(call.person, arguments, "pull_number")?;
        let method = arguments.text("merge_method")?.unwrap_or("merge");
        if !matches!(method, "merge" | "squash" | "rebase") {
            return Err(input(format!("merge_method {method} is not one of merge, squash and rebase")));
        }
        let sha = arguments.text("sha")?;
        let pull = self.0.pulls.get(place).ok_or_else(unknown)?;
        if !pull.open || pull.draft {
            return Err(ProviderRefusal {
                code: NOT_MERGEABLE,
                message: "Pull Request is not mergeable".into(),
                ..input(String::new())
            });
        }
        let head = self.0.branch(&repository, &pull.head).map(|branch| branch.sha.as_str());
        if sha.is_some() && sha != head {
            let message = "Head branch was modified. Review and try the merge again.".into();
            return Err(ProviderRefusal { code: CONFLICT, message, ..input(String::new()) });
        }
        let merged = self.0.sha(&format!("merge/{}/{}", repository.name, pull.number));
        let base = pull.base.clone();
        for branch in &mut self.0.branches {
            if branch.repository == repository.name && branch.name == base {
                branch.sha.clone_from(&merged);
            }
        }
        let pull = self.0.pulls.get_mut(place).ok_or_else(unknown)?;
        pull.open = false;
        pull.merged = Some((call.now, Arc::clone(call.person)));
        pull.updated_at = call.now;
        Ok(json!({"sha": merged, "merged": true, "message": "Pull Request successfully merged"}))
    }

    /// Index of the pull request that is meant.
    pub fn pull_place(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
        name: &str,
    ) -> Result<usize, ProviderRefusal> {
        let repository = self.repository(person, arguments)?;
        let number = arguments.required_number(name)?;
        let is_meant = |pull: &PullRequest| pull.repository.name == repository.name && pull.number == number;
        self.0.pulls.iter().position(is_meant).ok_or_else(unknown)
    }

    /// A pull request for those who ask for a diff.
    pub fn diff(&self, person: &Arc<Persona>, request: &RestRequest<'_>) -> Option<RestAnswer> {
        let asked = request.method == "GET" && request.accept.contains("diff");
        let (_, map) = request.fits("/repos/{owner}/{repo}/pulls/{pull_number}").filter(|_| asked)?;
        let place = self.pull_place(person, &Arguments { map: &map, complain: super::complain }, "pull_number").ok()?;
        let diff: String = self.0.pulls.get(place)?.files.iter().map(ChangedFile::diff).collect();
        Some(RestAnswer::new(200, "application/vnd.github.diff; charset=utf-8", diff.into_bytes().into()))
    }
}
