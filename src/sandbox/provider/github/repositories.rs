//! Repositories beside their issues: stars, branches, whoever looks for them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::hub::{Repository, Star};
use super::pulls::Branch;
use super::{GitHub, input, unknown};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::ProviderRefusal;

impl GitHub {
    pub fn user(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let person = self.0.with_login(arguments.required_text("username")?).ok_or_else(unknown)?;
        Ok(self.me(person))
    }

    /// Every word and every qualifier must fit.
    pub fn search_repositories(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let query = arguments.required_text("q")?.to_lowercase();
        let fits = |repository: &Repository, word: &str| match word.split_once(':') {
            Some(("org" | "user", owner)) => self.0.owner(repository).eq_ignore_ascii_case(owner),
            Some(("repo", name)) => self.0.full_name(repository).eq_ignore_ascii_case(name),
            Some(("language", language)) => repository.language.eq_ignore_ascii_case(language),
            Some(("is", "private")) => repository.is_private(),
            Some(("is", "public")) => !repository.is_private(),
            Some(("archived", flag)) => repository.archived == (flag == "true"),
            _ => format!("{} {}", self.0.full_name(repository), repository.description).to_lowercase().contains(word),
        };
        let found: Vec<_> = self
            .0
            .repositories
            .iter()
            .filter(|known| known.shows_to(person) && query.split_whitespace().all(|word| fits(known, word)))
            .collect();
        let total = found.len();
        let page = arguments.page(found.into_iter())?;
        let items: Vec<_> = page.into_iter().map(|repository| self.0.render_repository(repository)).collect();
        Ok(json!({"total_count": total, "incomplete_results": false, "items": items}))
    }

    /// Star or no star; both may be said twice.
    pub fn star(
        &mut self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
        star: bool,
    ) -> Result<Value, ProviderRefusal> {
        let repository = Arc::clone(self.repository(person, arguments)?);
        let is_it = |known: &Star| known.repository.name == repository.name && known.person == *person;
        let starred = self.0.stars.iter().any(is_it);
        match (star, starred) {
            (true, false) => self.0.stars.push(Star { repository, person: Arc::clone(person) }),
            (false, true) => self.0.stars.retain(|known| !is_it(known)),
            _ => {}
        }
        Ok(Value::Null)
    }

    pub fn starred(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let own = self.0.stars.iter().filter(|star| star.person == *person && star.repository.shows_to(person));
        let mut own: Vec<_> = own.collect();
        if arguments.text("direction")? != Some("asc") {
            own.reverse();
        }
        let page = arguments.page(own.into_iter())?;
        Ok(page.into_iter().map(|star| self.0.render_repository(&star.repository)).collect())
    }

    pub fn stargazers(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let repository = self.repository(person, arguments)?;
        let stars = self.0.stars.iter().filter(|star| star.repository.name == repository.name);
        Ok(arguments.page(stars)?.into_iter().map(|star| self.0.render_user(&star.person)).collect())
    }

    pub fn branches(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let repository = self.repository(person, arguments)?;
        let protected = arguments.flag("protected")?;
        let branches = self.0.branches.iter().filter(|branch| {
            branch.repository == repository.name && protected.is_none_or(|wanted| branch.is_protected() == wanted)
        });
        Ok(arguments.page(branches)?.into_iter().map(Branch::render).collect())
    }

    pub fn branch(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let repository = self.repository(person, arguments)?;
        let name = arguments.required_text("branch")?;
        self.0.branch(repository, name).map(Branch::render).ok_or_else(unknown)
    }

    /// A branch that begins where another one stands.
    pub fn create_branch(
        &mut self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let repository = self.writable(person, arguments)?;
        let (name, sha) = (arguments.required_text("branch_name")?, arguments.required_text("sha")?);
        if self.0.branch(&repository, name).is_some() {
            return Err(input("Reference already exists".into()));
        }
        let bad = |sign: char| sign.is_whitespace() || sign.is_control() || "~^:?*[\\".contains(sign);
        if name.contains(bad) || name.contains("..") || name.starts_with('/') || name.ends_with('/') {
            return Err(input(format!("refs/heads/{name} is not a valid ref name.")));
        }
        if !self.0.branches.iter().any(|branch| branch.repository == repository.name && branch.sha == sha) {
            return Err(input("Object does not exist".into()));
        }
        let branch = Branch { repository: repository.name.clone(), name: name.into(), sha: sha.into() };
        let kind = json!({"type": "commit", "sha": branch.sha});
        let answer = json!({"ref": format!("refs/heads/{name}"), "object": kind});
        self.0.branches.push(branch);
        Ok(answer)
    }
}
