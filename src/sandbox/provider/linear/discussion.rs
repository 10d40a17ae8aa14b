//! What is said about an issue, and what it has to do with others; and putting issues away.

use std::sync::Arc;

use serde_json::{Value, json};

use super::page::connection;
use super::workspace::{LinearComment, LinearIssue, LinearRelation};
use super::{Linear, forbidden, input, unknown};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderCall, ProviderRefusal};

/// Kinds of relations between two issues.
const RELATIONS: [&str; 4] = ["blocks", "duplicate", "related", "similar"];

impl Linear {
    pub(super) fn comment(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let issue = self.issue(call.person, arguments, "issueId")?;
        let comment = LinearComment {
            id: self.0.next_comment_id(),
            issue: issue.id.clone(),
            body: arguments.required_text("body")?.into(),
            author: Arc::clone(call.person),
            created_at: call.now,
            edited_at: None,
        };
        let answer = json!({"commentCreate": {"success": true, "comment": self.0.render_comment(&comment, issue)}});
        self.0.add_comment(comment);
        Ok(answer)
    }

    pub(super) fn comments(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let issue = self.issue(person, arguments, "issueId")?;
        let comments: Vec<_> = self.0.comments.iter().filter(|comment| comment.issue == issue.id).collect();
        let render = |comment: &&LinearComment| self.0.render_comment(comment, issue);
        Ok(json!({"comments": connection(&comments, |comment| &comment.id, render, arguments)?}))
    }

    pub(super) fn comment_get(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let (_, comment, issue) = self.seen_comment(person, arguments)?;
        let mut comment = self.0.render_comment(comment, issue);
        crate::sandbox::object::extend(&mut comment, [("issue", short(issue))]);
        Ok(json!({"comment": comment}))
    }

    pub(super) fn comment_update(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let place = self.own_comment(call.person, arguments)?;
        let body = arguments.required_text("body")?;
        if let Some(comment) = self.0.comments.get_mut(place) {
            comment.body = body.into();
            comment.edited_at = Some(call.now);
        }
        let (_, comment, issue) = self.seen_comment(call.person, arguments)?;
        Ok(json!({"commentUpdate": {"success": true, "comment": self.0.render_comment(comment, issue)}}))
    }

    pub(super) fn comment_delete(
        &mut self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let place = self.own_comment(person, arguments)?;
        self.0.comments.remove(place);
        Ok(json!({"commentDelete": {"success": true}}))
    }

    pub(super) fn relate(
        &mut self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let issue = self.issue(person, arguments, "issueId")?;
        let related = self.issue(person, arguments, "relatedIssueId")?;
        let kind = arguments.required_text("type")?;
        if !RELATIONS.contains(&kind) {
            return Err(input(format!("Argument Validation Error - type must be one of {}", RELATIONS.join(", "))));
        }
        if issue.id == related.id {
            return Err(input("Argument Validation Error - an issue cannot be related to itself".into()));
        }
        let relation = LinearRelation {
            id: self.0.next_relation_id(),
            kind: kind.into(),
            issue: issue.id.clone(),
            related: related.id.clone(),
        };
        let answer = json!({"issueRelationCreate": {"success": true, "issueRelation": {
            "id": relation.id, "type": kind, "issue": short(issue), "relatedIssue": short(related),
        }}});
        self.0.add_relation(relation);
        Ok(answer)
    }

    /// Relations in both directions.
    pub(super) fn relations(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let issue = self.0.render_whole(self.issue(person, arguments, "issueId")?, person);
        let part = |name: &str| issue.get(name).cloned().unwrap_or_default();
        Ok(json!({"issue": {
            "id": part("id"),
            "identifier": part("identifier"),
            "relations": part("relations"),
            "inverseRelations": part("inverseRelations"),
        }}))
    }

    pub(super) fn unrelate(
        &mut self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("relationId")?;
        let shows = |id: &str| self.0.issues.iter().any(|issue| issue.id == id && issue.team.shows_to(person));
        let is_meant =
            |relation: &LinearRelation| relation.id == id && shows(&relation.issue) && shows(&relation.related);
        let place = self.0.relations.iter().position(is_meant).ok_or_else(|| unknown("IssueRelation"))?;
        self.0.relations.remove(place);
        Ok(json!({"issueRelationDelete": {"success": true}}))
    }

    /// Puts an issue away, or brings it back. One that is deleted lies in the trash, which is the archive too.
    pub(super) fn put_away(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
        answer: &str,
        (away, trashed): (bool, bool),
    ) -> Result<Value, ProviderRefusal> {
        let place = self.place(call.person, arguments, "issueId")?;
        if let Some(issue) = self.0.issues.get_mut(place) {
            issue.archived_at = away.then(|| issue.archived_at.unwrap_or(call.now));
            issue.trashed = trashed;
        }
        Ok(Value::from_iter([(answer, json!({"success": true}))]))
    }

    /// A comment on an issue that this person sees, with its place.
    fn seen_comment(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<(usize, &LinearComment, &LinearIssue), ProviderRefusal> {
        let id = arguments.required_text("commentId")?;
        let found = self.0.comments.iter().enumerate().find(|(_, comment)| comment.id == id);
        let found = found.and_then(|(place, comment)| {
            let on = |issue: &&LinearIssue| issue.id == comment.issue && issue.team.shows_to(person);
            Some((place, comment, self.0.issues.iter().find(on)?))
        });
        found.ok_or_else(|| unknown("Comment"))
    }

    /// Place of a comment that this person wrote.
    fn own_comment(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<usize, ProviderRefusal> {
        let (place, comment, _) = self.seen_comment(person, arguments)?;
        if comment.author != *person {
            return Err(forbidden("You can only change comments that you wrote."));
        }
        Ok(place)
    }
}

fn short(issue: &LinearIssue) -> Value {
    json!({"id": issue.id, "identifier": issue.identifier})
}
