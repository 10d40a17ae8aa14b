//! The people of the company, as contacts.

use serde_json::{Value, json};

use super::{Gmail, page};
use crate::sandbox::object::extend;
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::ProviderRefusal;

impl Gmail {
    pub fn contacts(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let people: Vec<_> = self.0.people.iter().collect();
        let total = people.len();
        let (page, next) = page(people, |person| &person.key, arguments)?;
        let rows: Vec<_> = page.into_iter().map(|person| render(person)).collect();
        let mut answer = json!({"connections": rows, "totalPeople": total, "totalItems": total});
        if let Some(next) = next {
            extend(&mut answer, [("nextPageToken", next.into())]);
        }
        Ok(answer)
    }

    pub fn search_people(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let query = arguments.required_text("query")?.to_lowercase();
        let size = arguments.number("page_size")?.unwrap_or(10).clamp(1, 30);
        let fits = |person: &Persona| {
            let mut words = person.name.split(' ').chain([person.email.as_str(), person.name.as_str()]);
            words.any(|word| word.to_lowercase().starts_with(&query))
        };
        let found = self.0.people.iter().filter(|person| fits(person)).take(usize::try_from(size).unwrap_or_default());
        Ok(json!({"results": found.map(|person| json!({"person": render(person)})).collect::<Vec<_>>()}))
    }
}

fn render(person: &Persona) -> Value {
    let (given, family) = person.name.split_once(' ').unwrap_or((&person.name, ""));
    json!({
        "resourceName": format!("people/{}", person.key),
        "names": [{"displayName": person.name, "givenName": given, "familyName": family}],
        "emailAddresses": [{"value": person.email, "type": "work"}],
        "organizations": [{"name": "Acme"}],
    })
}
