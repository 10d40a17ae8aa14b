//! GitHub's tools. Results look like the REST API's.

mod gists;
mod hub;
mod issues;
mod picture;
mod pulls;
mod repositories;
mod reviews;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use self::hub::{Hub, Repository};
use super::arguments::{Arguments, Problem};
use super::call::{MockProvider, ProviderCall, ProviderRefusal, ProviderRefusalKind};
use super::data::ProviderData;
use super::rest::{RestAnswer, RestRequest};
use super::usual_status;
use crate::order::StableOrder as _;
use crate::sandbox::ids::Ids;
use crate::sandbox::object::extend;
use crate::sandbox::people::{People, Persona};

/// Codes of refusals that have a status of their own.
const NOT_MERGEABLE: &str = "NOT_MERGEABLE";
const CONFLICT: &str = "CONFLICT";

/// GitHub, as one organization.
pub struct GitHub(Hub);

impl MockProvider for GitHub {
    fn run(&mut self, tool: &str, call: &ProviderCall<'_>) -> Option<Result<ProviderData, ProviderRefusal>> {
        let arguments = Arguments { map: call.arguments, complain };
        let answer = match tool {
            "github_user_get_authenticated" => Ok(self.me(call.person)),
            "github_user_repos_list" => self.repositories(call.person, &arguments),
            "github_issues_list" => self.issues(call.person, &arguments),
            "github_issue_get" => self.issue(call.person, &arguments),
            "github_issue_create" => self.create(call, &arguments),
            "github_issue_update" => self.update(call, &arguments),
            "github_issue_comments_list" => self.comments(call.person, &arguments),
            "github_issue_comment_create" => self.comment(call, &arguments),
            "github_issue_comment_delete" => self.delete_comment(call.person, &arguments),
            "github_search_issues" => self.search(call.person, &arguments),
            "github_labels_list" => self.all_labels(call.person, &arguments),
            "github_issue_labels_add" => self.label(call, &arguments, false),
            "github_issue_labels_set" => self.label(call, &arguments, true),
            "github_repo_get" => {
                self.repository(call.person, &arguments).map(|repository| self.0.render_repository(repository))
            }
            "github_search_repos" => self.search_repositories(call.person, &arguments),
            "github_repo_star" => self.star(call.person, &arguments, true),
            "github_repo_unstar" => self.star(call.person, &arguments, false),
            "github_starred_repos_list" => self.starred(call.person, &arguments),
            "github_stargazers_list" => self.stargazers(call.person, &arguments),
            "github_user_get_by_username" => self.user(&arguments),
            "github_branches_list" => self.branches(call.person, &arguments),
            "github_branch_get" => self.branch(call.person, &arguments),
            "github_branch_create" => self.create_branch(call.person, &arguments),
            "github_pull_requests_list" => self.pulls(call.person, &arguments),
            "github_pull_request_get" => self.pull(call.person, &arguments),
            "github_pull_request_files_list" => self.files(call.person, &arguments),
            "github_pull_request_create" => self.create_pull(call, &arguments),
            "github_pull_request_merge" => self.merge(call, &arguments),
            "github_pull_request_reviews_list" => self.reviews(call.person, &arguments),
            "github_pull_request_review_create" => self.review(call, &arguments),
            "github_gists_list" => self.gists(call.person, &arguments),
            "github_gist_get" => self.gist(call.person, &arguments),
            "github_gist_create" => self.create_gist(call, &arguments),
            "github_gist_delete" => self.delete_gist(call.person, &arguments),
            _ => return None,
        };
        Some(answer.map(ProviderData::from))
    }

    /// A pull request as a diff, and somebody's picture at the address that their profile names.
    fn rest(&mut self, person: &Arc<Persona>, request: &RestRequest<'_>, _: Timestamp) -> Option<RestAnswer> {
        if let Some(answer) = self.diff(person, request) {
            return Some(answer);
        }
        let (_, named) = request.fits("/u/{id}").filter(|_| request.method == "GET")?;
        let id: i64 = named.get("id")?.as_str()?.parse().ok()?;
        let person = self.0.people.iter().find(|person| self.0.user_id(person) == id)?;
        let body = picture::png(self.0.id(&person.key).unsigned_abs() << 20 | id.unsigned_abs()).ok()?.into();
        Some(RestAnswer::new(200, "image/png", body))
    }
}

impl GitHub {
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        Hub::open(ids, people, now).map(Self)
    }

    fn me(&self, person: &Arc<Persona>) -> Value {
        let mut me = self.0.render_user(person);
        let private =
            self.0.repositories.iter().filter(|repository| repository.is_private() && repository.shows_to(person));
        let more = [
            ("name", person.name.as_str().into()),
            ("email", person.email.as_str().into()),
            ("company", format!("@{}", self.0.organization).into()),
            ("total_private_repos", private.count().into()),
        ];
        extend(&mut me, more);
        me
    }

    fn repositories(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let kind = arguments.text("type")?.unwrap_or("all");
        let own = |repository: &&Arc<Repository>| repository.shows_to(person) && !repository.is_foreign();
        let mut seen: Vec<_> = self.0.repositories.iter().filter(own).collect();
        seen.retain(|repository| match kind {
            "public" => !repository.is_private(),
            "private" => repository.is_private(),
            _ => true,
        });
        match arguments.text("sort")? {
            Some("created") => seen.order_by_key(|repository| repository.created_at),
            _ => seen.order_by(|a, b| a.name.cmp(&b.name)),
        }
        if arguments.text("direction")? == Some("desc") {
            seen.reverse();
        }
        let page = arguments.page(seen.into_iter())?;
        Ok(page.into_iter().map(|repository| self.0.render_repository(repository)).collect())
    }

    /// The repository that is meant. Case does not matter here.
    fn repository(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<&Arc<Repository>, ProviderRefusal> {
        let (owner, name) = (arguments.required_text("owner")?, arguments.required_text("repo")?);
        let is_meant = |repository: &&Arc<Repository>| {
            repository.name.eq_ignore_ascii_case(name)
                && self.0.owner(repository).eq_ignore_ascii_case(owner)
                && repository.shows_to(person)
        };
        self.0.repositories.iter().find(is_meant).ok_or_else(unknown)
    }

    /// The same, for something that is about to change.
    fn writable(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Arc<Repository>, ProviderRefusal> {
        let repository = self.repository(person, arguments)?;
        if repository.archived {
            return Err(forbidden("Repository was archived so is read-only."));
        }
        Ok(Arc::clone(repository))
    }
}

/// As GitHub words it over REST.
pub fn refusal(trouble: &ProviderRefusal) -> (u16, Value) {
    let status = match trouble.kind {
        ProviderRefusalKind::Input if trouble.code == NOT_MERGEABLE => 405,
        ProviderRefusalKind::Input if trouble.code == CONFLICT => 409,
        ProviderRefusalKind::Input => 422,
        kind => usual_status(kind),
    };
    let message = match trouble.kind {
        ProviderRefusalKind::Unauthorized => "Bad credentials",
        _ => &trouble.message,
    };
    let body =
        json!({"message": message, "documentation_url": "https://docs.github.com/rest", "status": status.to_string()});
    (status, body)
}

fn input(message: String) -> ProviderRefusal {
    ProviderRefusal {
        kind: ProviderRefusalKind::Input,
        code: "VALIDATION_FAILED",
        message: format!("Validation Failed: {message}"),
    }
}

fn forbidden(message: &str) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::Forbidden, code: "FORBIDDEN", message: message.into() }
}

fn unknown() -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::NotFound, code: "NOT_FOUND", message: "Not Found".into() }
}

fn complain(name: &str, problem: Problem) -> ProviderRefusal {
    let what = match problem {
        Problem::Missing => "is missing",
        Problem::NotText => "is not a string",
        Problem::NotANumber => "is not an integer",
        Problem::NotTexts => "is not an array of strings",
        Problem::NotAFlag => "is not a boolean",
    };
    input(format!("{name} {what}"))
}
