//! People who ask, and their companies.

use serde_json::Value;

use super::desk::{Contact, render_company, render_contact};
use super::{Freshdesk, input, missing};
use crate::order::StableOrder as _;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderCall, ProviderRefusal, ProviderRefusalKind};

impl Freshdesk {
    pub fn contacts(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let (email, company) = (arguments.text("email")?, arguments.number("company_id")?);
        let (phone, mobile) = (arguments.text("phone")?, arguments.text("mobile")?);
        let since = self.moment(arguments, "updated_since")?;
        let wanted = |contact: &&Contact| {
            email.is_none_or(|email| contact.email == email)
                && company.is_none_or(|company| contact.company == Some(company))
                && phone.is_none_or(|phone| contact.phone.as_deref() == Some(phone))
                && mobile.is_none_or(|mobile| contact.mobile.as_deref() == Some(mobile))
                && since.is_none_or(|since| contact.updated_at >= since)
        };
        let mut found: Vec<_> = self.0.contacts.iter().filter(wanted).collect();
        found.order_by(|a, b| a.name.cmp(&b.name));
        Ok(arguments.page(found.into_iter())?.into_iter().map(render_contact).collect())
    }

    pub fn contact(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.contact_with(arguments.required_number("contact_id")?).map(render_contact)
    }

    pub fn contact_with(&self, id: i64) -> Result<&Contact, ProviderRefusal> {
        self.0.contacts.iter().find(|contact| contact.id == id).ok_or_else(|| missing("contact"))
    }

    pub fn create_contact(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let (name, email) = (arguments.required_text("name")?, arguments.required_text("email")?);
        self.free(email)?;
        let mut contact = self.0.contact(name.into(), email.into(), call.now);
        self.fill(&mut contact, arguments)?;
        let answer = render_contact(&contact);
        self.0.contacts.push(contact);
        Ok(answer)
    }

    pub fn update_contact(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_number("contact_id")?;
        let before = self.contact_with(id)?.email.clone();
        if let Some(email) = arguments.text("email")?.filter(|email| !email.eq_ignore_ascii_case(&before)) {
            self.free(email)?;
        }
        let place = self.0.contacts.iter().position(|contact| contact.id == id).ok_or_else(|| missing("contact"))?;
        let mut contact = self.0.contacts.remove(place);
        let filled = self.fill(&mut contact, arguments);
        if filled.is_ok() {
            contact.updated_at = call.now;
        }
        let answer = render_contact(&contact);
        // Their tickets go with them under a new address.
        for ticket in self.0.tickets.iter_mut().filter(|ticket| ticket.requester == before) {
            ticket.requester.clone_from(&contact.email);
        }
        self.0.contacts.insert(place, contact);
        filled.map(|()| answer)
    }

    pub fn delete_contact(&mut self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_number("contact_id")?;
        self.contact_with(id)?;
        self.0.contacts.retain(|contact| contact.id != id);
        Ok(Value::Null)
    }

    pub fn companies(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        Ok(arguments.page(self.0.companies.iter())?.into_iter().map(render_company).collect())
    }

    pub fn company(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_number("company_id")?;
        self.0.companies.iter().find(|company| company.id == id).map(render_company).ok_or_else(|| missing("company"))
    }

    /// Nobody has this address yet.
    fn free(&self, email: &str) -> Result<(), ProviderRefusal> {
        if !email.contains('@') {
            return Err(input("email: It should be in the 'valid email address' format".into()));
        }
        match self.0.with_email(email) {
            None => Ok(()),
            Some(_) => {
                let message = "email: It should be a unique value".into();
                Err(ProviderRefusal { kind: ProviderRefusalKind::Input, code: "duplicate_value", message })
            }
        }
    }

    /// What the arguments say; what they leave out stays. Nothing changes where one of them is wrong.
    fn fill(&self, contact: &mut Contact, arguments: &Arguments<'_>) -> Result<(), ProviderRefusal> {
        let text = |name: &str| arguments.text(name);
        let (name, email) = (text("name")?, text("email")?);
        let (phone, mobile) = (text("phone")?, text("mobile")?);
        let (job_title, description) = (text("job_title")?, text("description")?);
        let tags = arguments.optional_texts("tags")?;
        let company = arguments.number("company_id")?;
        if company.is_some_and(|id| !self.0.companies.iter().any(|company| company.id == id)) {
            return Err(input("company_id: There is no company matching the given company_id".into()));
        }
        let fields = [
            (&mut contact.phone, phone),
            (&mut contact.mobile, mobile),
            (&mut contact.job_title, job_title),
            (&mut contact.description, description),
        ];
        for (field, value) in fields {
            *field = value.map(Into::into).or(field.take());
        }
        contact.name = name.map_or_else(|| std::mem::take(&mut contact.name), Into::into);
        contact.email = email.map_or_else(|| std::mem::take(&mut contact.email), Into::into);
        contact.company = company.or(contact.company);
        if let Some(tags) = tags {
            contact.tags = tags.into_iter().map(Into::into).collect();
        }
        Ok(())
    }
}
