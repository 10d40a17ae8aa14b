//! What records refer to: the account, the people who own them, pipelines, and what belongs together.

use std::sync::Arc;

use serde_json::{Value, json};

use super::records::Record;
use super::{HubSpot, answer, id, input, kinds, not_found, page, unknown};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::ProviderRefusal;

impl HubSpot {
    /// The two records that an association joins.
    fn pair(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
        (id_name, kind_name): (&str, &str),
    ) -> Result<(&Record, &Record), ProviderRefusal> {
        let one = |id_name: &str, kind_name: &str| {
            let name = arguments.required_text(kind_name)?;
            let kind = kinds::named(name).ok_or_else(|| input(format!("Unable to infer object type from: {name}")))?;
            let id = id(arguments, id_name)?;
            let place = self.place(kind, person, &id)?;
            self.0.records.get(place).ok_or_else(|| unknown(kind, &id))
        };
        Ok((one(id_name, kind_name)?, one("to_object_id", "to_object_type")?))
    }

    pub(super) fn associate(
        &mut self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let (from, to) = self.pair(person, arguments, ("from_object_id", "from_object_type"))?;
        let (from, to) = (from.id.clone(), to.id.clone());
        let answer = json!({
            "status": "COMPLETE",
            "results": [{"from": {"id": from}, "to": {"id": to}, "associationSpec": {"associationCategory": "HUBSPOT_DEFINED"}}],
        });
        let known = |(a, b): &(String, String)| (*a == from && *b == to) || (*a == to && *b == from);
        if !self.0.associations.iter().any(known) {
            self.0.associations.push((from, to));
        }
        Ok(answer)
    }

    pub(super) fn part(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let (from, to) = self.pair(person, arguments, ("object_id", "object_type"))?;
        let (from, to) = (from.id.clone(), to.id.clone());
        self.0.associations.retain(|(a, b)| !((*a == from && *b == to) || (*a == to && *b == from)));
        Ok(Value::Null)
    }

    pub(super) fn account(&self) -> Value {
        json!({
            "portalId": self.0.portal_id(),
            "accountType": "STANDARD",
            "timeZone": "UTC",
            "companyCurrency": "EUR",
            "additionalCurrencies": [],
            "uiDomain": "app-eu1.hubspot.com",
            "dataHostingLocation": "eu1",
        })
    }

    pub(super) fn owners(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let email = arguments.text("email")?;
        let people: Vec<_> =
            self.0.people.iter().filter(|person| email.is_none_or(|email| person.email == email)).collect();
        let (page, next) = page(&people, arguments)?;
        Ok(answer(page.iter().map(|person| self.0.render_owner(person)).collect(), next))
    }

    pub(super) fn owner(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = id(arguments, "owner_id")?;
        let owner = self.0.people.iter().find(|person| self.0.owner_id(person) == id);
        owner.map(|person| self.0.render_owner(person)).ok_or_else(not_found)
    }
}

pub fn pipelines(kind: &str) -> Result<Value, ProviderRefusal> {
    kinds::named(kind).and_then(|kind| kinds::pipelines(kind.many)).ok_or_else(not_found)
}
