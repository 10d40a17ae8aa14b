//! Who may see a file, and what they write beside it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::drive::{DriveComment, Grantee, Role, render_share, time};
use super::{GoogleDrive, forbidden, input, page, unknown};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderCall, ProviderRefusal};

impl GoogleDrive {
    pub fn permissions(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("file_id")?;
        self.place(person, id, Role::Writer)?;
        let file = self.seen(person, id)?;
        let rows = file.shares.iter().map(render_share).chain([self.0.render_owner(file)]).collect();
        page("drive#permissionList", "permissions", rows, arguments)
    }

    /// The API's own names for the same arguments are read as well.
    pub fn share(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let place = self.place(call.person, arguments.required_text("file_id")?, Role::Writer)?;
        let role = arguments.required_text("role")?;
        let role =
            Role::read(role).ok_or_else(|| input(&format!("The specified role is invalid: {role}"), "invalid"))?;
        let required = |name: &str, other: &str| -> Result<&str, ProviderRefusal> {
            let text = arguments.text(name)?.or(arguments.text(other)?);
            text.ok_or_else(|| input(&format!("The {other} field is required for this permission type."), "required"))
        };
        let with = match arguments.required_text("type")? {
            "user" | "group" => {
                let email = required("email_address", "emailAddress")?;
                match self.0.people.with_email(email) {
                    Some(person) => Grantee::Person(Arc::clone(person)),
                    None if email.contains('@') => Grantee::Stranger(email.into()),
                    None => return Err(input("The specified emailAddress is invalid.", "invalid")),
                }
            }
            "domain" => Grantee::Domain(required("domain", "domain")?.into()),
            "anyone" => Grantee::Anyone,
            other => return Err(input(&format!("The specified type is invalid: {other}"), "invalid")),
        };
        if role == Role::Owner {
            return self.hand_over(place, call, arguments, &with);
        }
        let share = self.0.share(with, role);
        let answer = render_share(&share);
        let file = self.0.files.get_mut(place).ok_or_else(|| unknown("File not found."))?;
        file.shares.retain(|known| known.with != share.with);
        if share.with != Grantee::Person(Arc::clone(&file.owner)) {
            file.shares.push(share);
        }
        Ok(answer)
    }

    fn hand_over(
        &mut self,
        place: usize,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
        with: &Grantee,
    ) -> Result<Value, ProviderRefusal> {
        let transfer = arguments.flag("transfer_ownership")?.or(arguments.flag("transferOwnership")?);
        if transfer != Some(true) {
            let message = "The transferOwnership parameter must be enabled when the permission role is 'owner'.";
            return Err(input(message, "forbidden"));
        }
        let Grantee::Person(person) = with else {
            return Err(input("Only somebody of the company can own a file here.", "invalidSharingRequest"));
        };
        let stays = self.0.share(Grantee::Person(Arc::clone(call.person)), Role::Writer);
        let file = self.0.files.get_mut(place).ok_or_else(|| unknown("File not found."))?;
        if file.owner != *call.person {
            return Err(forbidden("The user does not have sufficient permissions for this file."));
        }
        file.shares.retain(|known| known.with != *with);
        if person != call.person {
            file.shares.push(stays);
        }
        file.owner = Arc::clone(person);
        self.0.files.get(place).map(|file| self.0.render_owner(file)).ok_or_else(|| unknown("File not found."))
    }

    /// One's own permission may be given up by anybody.
    pub fn unshare(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("permission_id")?;
        let own = self.0.permission_id(person) == id;
        let least = if own { Role::Reader } else { Role::Writer };
        let place = self.place(person, arguments.required_text("file_id")?, least)?;
        let file = self.0.files.get_mut(place).ok_or_else(|| unknown("File not found."))?;
        let before = file.shares.len();
        file.shares.retain(|share| share.id != id);
        if file.shares.len() == before {
            return Err(unknown(&format!("Permission not found: {id}.")));
        }
        Ok(Value::Null)
    }

    pub fn comments(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let file = self.seen(person, arguments.required_text("file_id")?)?;
        let rows = file.comments.iter().map(|comment| self.render_comment(comment, person)).collect();
        page("drive#commentList", "comments", rows, arguments)
    }

    pub fn comment(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let place = self.place(call.person, arguments.required_text("file_id")?, Role::Commenter)?;
        let content = arguments.required_text("content")?.into();
        let comment = self.0.comment(Arc::clone(call.person), content, call.now);
        let answer = self.render_comment(&comment, call.person);
        self.0.files.get_mut(place).ok_or_else(|| unknown("File not found."))?.comments.push(comment);
        Ok(answer)
    }

    fn render_comment(&self, comment: &DriveComment, person: &Persona) -> Value {
        json!({
            "kind": "drive#comment",
            "id": comment.id,
            "content": comment.content,
            "author": self.0.render_user(&comment.author, person),
            "createdTime": time(comment.created_at),
            "modifiedTime": time(comment.created_at),
            "resolved": false,
            "deleted": false,
            "replies": [],
        })
    }
}
