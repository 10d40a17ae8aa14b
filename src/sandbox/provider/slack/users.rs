//! The people of the team, and the application.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Slack, no, page};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::ProviderRefusal;

impl Slack {
    pub fn users(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        page("members", self.0.people.iter().map(|person| self.0.render_user(person)).collect(), arguments)
    }

    pub fn user(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let person = self.with_id(arguments.text("user")?.ok_or(no("user_not_found"))?)?;
        Ok(json!({"ok": true, "user": self.0.render_user(person)}))
    }

    /// Somebody's profile; one's own when nobody is named.
    pub fn profile(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let person = arguments.text("user")?.map_or(Ok(person), |id| self.with_id(id))?;
        Ok(json!({"ok": true, "profile": self.0.render_user(person).get("profile")}))
    }

    pub fn user_by_email(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let email = arguments.text("email")?.ok_or(no("users_not_found"))?;
        let person = self.0.people.with_email(email).ok_or(no("users_not_found"))?;
        Ok(json!({"ok": true, "user": self.0.render_user(person)}))
    }

    pub fn bot(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        match arguments.text("bot")? {
            Some(id) if id != self.0.bot_id() => Err(no("bot_not_found")),
            _ => Ok(json!({"ok": true, "bot": self.0.render_bot()})),
        }
    }

    pub fn with_id(&self, id: &str) -> Result<&Arc<Persona>, ProviderRefusal> {
        self.0.people.iter().find(|person| self.0.user_id(person) == id).ok_or(no("user_not_found"))
    }
}
