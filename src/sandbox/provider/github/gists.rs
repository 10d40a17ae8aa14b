//! Gists: files outside of repositories.

use std::sync::Arc;

use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Map, Value, json};

use super::hub::{Hub, time};
use super::{GitHub, input, unknown};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderCall, ProviderRefusal};

pub struct Gist {
    id: String,
    owner: Arc<Persona>,
    description: String,
    public: bool,
    /// Content by name.
    files: IndexMap<String, String>,
    created_at: Timestamp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GistData {
    owner: String,
    description: String,
    #[serde(default)]
    public: bool,
    files: IndexMap<String, String>,
    created: SignedDuration,
}

impl Hub {
    pub fn read_gist(&mut self, data: GistData, now: Timestamp) -> Result<(), serde_json::Error> {
        let gist = Gist {
            id: self.next_gist(),
            owner: self.people.named(&data.owner)?,
            description: data.description,
            public: data.public,
            files: data.files,
            created_at: now.checked_add(data.created).map_err(serde_json::Error::custom)?,
        };
        self.gists.push(gist);
        Ok(())
    }

    fn next_gist(&mut self) -> String {
        let number = self.next_comment();
        self.sha(&format!("gist/{number}")).chars().take(32).collect()
    }

    /// A gist; lists leave out what is in the files.
    fn render_gist(&self, gist: &Gist, whole: bool) -> Value {
        let file = |(name, content): (&String, &String)| {
            let mut row = json!({"filename": name, "type": "text/plain", "size": content.len()});
            if let Some(row) = row.as_object_mut().filter(|_| whole) {
                row.insert("truncated".into(), false.into());
                row.insert("content".into(), content.as_str().into());
            }
            (name.clone(), row)
        };
        json!({
            "id": gist.id,
            "description": gist.description,
            "public": gist.public,
            "owner": self.render_user(&gist.owner),
            "files": gist.files.iter().map(file).collect::<Map<_, _>>(),
            "comments": 0,
            "html_url": format!("https://gist.github.com/{}/{}", self.login(&gist.owner), gist.id),
            "created_at": time(gist.created_at),
            "updated_at": time(gist.created_at),
        })
    }
}

impl GitHub {
    pub fn gists(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let since = arguments.text("since")?.map(str::parse::<Timestamp>).transpose();
        let since = since.map_err(|_| input("since is not a timestamp".into()))?;
        let own = self.0.gists.iter().rev().filter(|gist| gist.owner == *person);
        let own = own.filter(|gist| since.is_none_or(|since| gist.created_at > since));
        Ok(arguments.page(own)?.into_iter().map(|gist| self.0.render_gist(gist, false)).collect())
    }

    /// Whoever knows the id of a gist may read it.
    pub fn gist(&self, _: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("gist_id")?;
        let gist = self.0.gists.iter().find(|gist| gist.id == id);
        gist.map(|gist| self.0.render_gist(gist, true)).ok_or_else(unknown)
    }

    pub fn create_gist(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let files = arguments.map.get("files").and_then(Value::as_object);
        let files = files.filter(|files| !files.is_empty()).ok_or_else(|| input("files is missing".into()))?;
        let content = |(name, file): (&String, &Value)| {
            let content = file.get("content").or(Some(file)).and_then(Value::as_str).filter(|text| !text.is_empty());
            let content = content.ok_or_else(|| input(format!("files {name} has no content")))?;
            Ok((name.clone(), content.to_owned()))
        };
        let gist = Gist {
            files: files.iter().map(content).collect::<Result<_, ProviderRefusal>>()?,
            id: self.0.next_gist(),
            owner: Arc::clone(call.person),
            description: arguments.text("description")?.unwrap_or_default().into(),
            public: arguments.flag("public")?.unwrap_or(false),
            created_at: call.now,
        };
        let answer = self.0.render_gist(&gist, true);
        self.0.gists.push(gist);
        Ok(answer)
    }

    pub fn delete_gist(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("gist_id")?;
        let place = self.0.gists.iter().position(|gist| gist.id == id && gist.owner == *person);
        self.0.gists.remove(place.ok_or_else(unknown)?);
        Ok(Value::Null)
    }
}
