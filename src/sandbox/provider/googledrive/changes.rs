//! Files that are made, changed and thrown away.

use std::sync::Arc;

use serde_json::Value;

use super::drive::{DriveFile, FOLDER, Role};
use super::{GoogleDrive, forbidden, input, unknown};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderCall, ProviderRefusal};

impl GoogleDrive {
    /// A new file; a folder where that is the tool. The API's own names for the same arguments are read as well.
    pub fn create(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
        mime: Option<&str>,
    ) -> Result<Value, ProviderRefusal> {
        let name = arguments.required_text("name")?.to_owned();
        let mime = match mime {
            Some(mime) => mime,
            None => arguments.text("mime_type")?.or(arguments.text("mimeType")?).unwrap_or("application/octet-stream"),
        };
        let parents = if arguments.map.contains_key("parents") { arguments.texts("parents")? } else { Vec::new() };
        let folder = self.target(call.person, arguments.text("parent_folder_id")?.or(parents.first().copied()))?;
        let mut file = self.0.blank(name, mime.into(), call.person, folder, call.now);
        file.description = arguments.text("description")?.unwrap_or_default().into();
        self.add(call.person, file)
    }

    pub fn copy(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let original = self.seen(call.person, arguments.required_text("file_id")?)?;
        if original.mime == FOLDER {
            return Err(forbidden("This file cannot be copied by the user."));
        }
        let name = arguments.text("name")?.map_or_else(|| format!("Copy of {}", original.name), Into::into);
        let (mime, content) = (original.mime.clone(), original.content.clone());
        let description = arguments.text("description")?.unwrap_or(&original.description).to_owned();
        // Where one may not write, the copy goes to one's own Drive.
        let beside = original.folder.clone();
        let folder = match arguments.text("parent_folder_id")? {
            Some(id) => self.target(call.person, Some(id))?,
            None => beside.filter(|id| self.place(call.person, id, Role::Writer).is_ok()),
        };
        let mut copy = self.0.blank(name, mime, call.person, folder, call.now);
        (copy.content, copy.description) = (content, description);
        self.add(call.person, copy)
    }

    pub fn move_file(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("file_id")?;
        let place = self.place(call.person, id, Role::Writer)?;
        let target = self.target(call.person, Some(arguments.required_text("new_parent_id")?))?;
        let leaves = arguments.text("old_parent_id")?;
        let name = arguments.text("name")?;
        let file = self.seen(call.person, id)?;
        if leaves.is_some_and(|id| self.0.parent(file, call.person).is_none_or(|parent| parent != id)) {
            return Err(input("The specified parent is not a parent of the file.", "parentNotFound"));
        }
        let inside = target.as_ref().and_then(|target| self.0.find(target));
        if inside.is_some_and(|folder| self.0.way_up(folder).any(|above| above.id == id)) {
            return Err(forbidden("A folder cannot be moved into itself or a folder in it."));
        }
        if target.is_none() && file.owner != *call.person {
            return Err(forbidden("Only what one owns can lie in one's My Drive."));
        }
        self.change(place, call, |file| {
            file.folder = target;
            file.name = name.map_or_else(|| std::mem::take(&mut file.name), Into::into);
        })
    }

    pub fn update(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("file_id")?;
        let (name, description) = (arguments.text("name")?, arguments.text("description")?);
        let (star, trashed) = (arguments.flag("starred")?, arguments.flag("trashed")?);
        // A star is one's own affair.
        let only_star = name.is_none() && description.is_none() && trashed.is_none();
        let place = self.place(call.person, id, if only_star { Role::Reader } else { Role::Writer })?;
        let person = Arc::clone(call.person);
        let mark = |file: &mut DriveFile| {
            if let Some(star) = star {
                file.starred_by.retain(|other| *other != person);
                file.starred_by.extend(star.then_some(person));
            }
        };
        if only_star {
            let file = self.0.files.get_mut(place).ok_or_else(|| unknown("File not found."))?;
            mark(file);
            return self.0.files.get(place).map(|file| self.0.render(file, call.person)).ok_or_else(|| unknown(id));
        }
        self.change(place, call, |file| {
            mark(file);
            file.name = name.map_or_else(|| std::mem::take(&mut file.name), Into::into);
            file.description = description.map_or_else(|| std::mem::take(&mut file.description), Into::into);
            file.trashed = trashed.unwrap_or(file.trashed);
        })
    }

    pub fn trash(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
        trashed: bool,
    ) -> Result<Value, ProviderRefusal> {
        let place = self.place(call.person, arguments.required_text("file_id")?, Role::Writer)?;
        self.change(place, call, |file| file.trashed = trashed)
    }

    /// Deletes for good, and with a folder everything in it.
    pub fn delete(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("file_id")?;
        self.place(person, id, Role::Owner)?;
        let inside = self.0.files.iter().filter(|file| self.0.way_up(file).any(|above| above.id == id));
        let gone: Vec<String> = inside.map(|file| file.id.clone()).collect();
        self.0.files.retain(|file| !gone.contains(&file.id));
        Ok(Value::Null)
    }

    /// Folder that something is to be put into; none for one's My Drive.
    fn target(&self, person: &Arc<Persona>, id: Option<&str>) -> Result<Option<String>, ProviderRefusal> {
        let Some(id) = id.filter(|id| *id != "root" && *id != self.0.root(person)) else { return Ok(None) };
        let place = self.place(person, id, Role::Writer)?;
        let folder = self.0.files.get(place).filter(|file| file.mime == FOLDER);
        let folder = folder.ok_or_else(|| forbidden("The specified parent is not a folder."))?;
        Ok(Some(folder.id.clone()))
    }

    pub fn add(&mut self, person: &Arc<Persona>, file: DriveFile) -> Result<Value, ProviderRefusal> {
        self.0.files.push(file);
        self.0.files.last().map(|file| self.0.render(file, person)).ok_or_else(|| unknown("File not found."))
    }

    fn change(
        &mut self,
        place: usize,
        call: &ProviderCall<'_>,
        change: impl FnOnce(&mut DriveFile),
    ) -> Result<Value, ProviderRefusal> {
        let gone = || unknown("File not found.");
        let file = self.0.files.get_mut(place).ok_or_else(gone)?;
        change(file);
        file.modified_at = call.now;
        file.modified_by = Arc::clone(call.person);
        self.0.files.get(place).map(|file| self.0.render(file, call.person)).ok_or_else(gone)
    }
}
