//! Google Drive's tools. Results look like the Drive API's, third version.

mod changes;
mod drive;
mod fields;
mod query;
mod sharing;
mod transfer;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use self::drive::{Drive, DriveFile, FOLDER, Role};
use self::fields::FieldMask;
use self::query::{FileCondition, holds_words};
use super::arguments::{Arguments, Problem};
use super::call::{MockProvider, ProviderCall, ProviderRefusal, ProviderRefusalKind};
use super::data::ProviderData;
use super::rest::{RestAnswer, RestRequest};
use super::usual_status;
use crate::order::StableOrder as _;
use crate::sandbox::ids::Ids;
use crate::sandbox::object::extend;
use crate::sandbox::people::{People, Persona};

/// Rows on a page when nobody says how many, and at most.
const PAGE: i64 = 100;
const LARGEST_PAGE: i64 = 1000;

/// Google Drive, as one company's files.
pub struct GoogleDrive(Drive);

impl MockProvider for GoogleDrive {
    fn run(&mut self, tool: &str, call: &ProviderCall<'_>) -> Option<Result<ProviderData, ProviderRefusal>> {
        let arguments = &Arguments { map: call.arguments, complain };
        let person = call.person;
        let answer = match tool {
            "googledrive_get_about" => self.about(person, arguments),
            "googledrive_search_files" => self.search(person, arguments),
            "googledrive_search_content" => self.search_content(person, arguments),
            "googledrive_list_folder_contents" => self.folder(person, arguments),
            "googledrive_get_file_metadata" => self.get(person, arguments),
            "googledrive_export_file" => self.export(person, arguments),
            "googledrive_create_file" => self.create(call, arguments, None),
            "googledrive_create_folder" => self.create(call, arguments, Some(FOLDER)),
            "googledrive_copy_file" => self.copy(call, arguments),
            "googledrive_move_file" => self.move_file(call, arguments),
            "googledrive_update_file_metadata" => self.update(call, arguments),
            "googledrive_trash_file" => self.trash(call, arguments, true),
            "googledrive_untrash_file" => self.trash(call, arguments, false),
            "googledrive_delete_file" => self.delete(person, arguments),
            "googledrive_list_permissions" => self.permissions(person, arguments),
            "googledrive_share_file" => self.share(call, arguments),
            "googledrive_delete_permission" => self.unshare(person, arguments),
            "googledrive_list_comments" => self.comments(person, arguments),
            "googledrive_create_comment" => self.comment(call, arguments),
            _ => return None,
        };
        Some(answer.map(ProviderData::from))
    }

    /// The bytes of files, in both directions.
    fn rest(&mut self, person: &Arc<Persona>, request: &RestRequest<'_>, now: Timestamp) -> Option<RestAnswer> {
        self.transfer(person, request, now)
    }
}

impl GoogleDrive {
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        Drive::open(ids, people, now).map(Self)
    }

    fn about(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let own = self.0.files.iter().filter(|file| file.owner == *person);
        let (all, trash) = own.fold((0, 0), |(all, trash), file| {
            let size = file.content.len();
            (all + size, if self.0.is_trashed(file) { trash + size } else { trash })
        });
        let about = json!({
            "kind": "drive#about",
            "user": self.0.render_user(person, person),
            "storageQuota": {
                "limit": "16106127360",
                "usage": all.to_string(),
                "usageInDrive": all.to_string(),
                "usageInDriveTrash": trash.to_string(),
            },
        });
        narrow(about, None, arguments)
    }

    /// The API's own names for the same arguments are read as well.
    fn search(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let query = arguments.text("query")?.or(arguments.text("q")?);
        let read = |text| FileCondition::read(text).ok_or_else(|| input("Invalid Value", "invalid"));
        let condition = query.map(read).transpose()?;
        let fits = |file: &DriveFile| condition.as_ref().is_none_or(|wanted| wanted.holds(&self.0, file, person));
        self.list(person, arguments, fits)
    }

    fn search_content(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let words = arguments.required_text("search_term")?.to_lowercase();
        let mime = arguments.text("mime_type")?;
        let fits = |file: &DriveFile| {
            !self.0.is_trashed(file) && mime.is_none_or(|mime| file.mime == mime) && holds_words(file, &words)
        };
        self.list(person, arguments, fits)
    }

    fn folder(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("folder_id")?;
        let root = self.0.root(person);
        let id = if id == "root" { root.as_str() } else { id };
        if id != root {
            self.seen(person, id)?;
        }
        let lies_there =
            |file: &DriveFile| !file.trashed && self.0.parent(file, person).is_some_and(|parent| parent == id);
        self.list(person, arguments, lies_there)
    }

    fn list(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
        fits: impl Fn(&DriveFile) -> bool,
    ) -> Result<Value, ProviderRefusal> {
        let mut found: Vec<_> =
            self.0.files.iter().filter(|file| self.0.role(file, person).is_some() && fits(file)).collect();
        found.order_by(|a, b| b.modified_at.cmp(&a.modified_at));
        let order = arguments.text("order_by")?.or(arguments.text("orderBy")?).unwrap_or_default();
        // The last key counts least, so it is sorted by first.
        for key in order.split(',').rev().map(str::trim).filter(|key| !key.is_empty()) {
            let (name, down) = key.split_once(' ').map_or((key, false), |(name, way)| (name, way.trim() == "desc"));
            let compare = |a: &&DriveFile, b: &&DriveFile| match name {
                "name" | "name_natural" => Some(a.name.to_lowercase().cmp(&b.name.to_lowercase())),
                "createdTime" => Some(a.created_at.cmp(&b.created_at)),
                "modifiedTime" | "modifiedByMeTime" | "viewedByMeTime" | "recency" => {
                    Some(a.modified_at.cmp(&b.modified_at))
                }
                "folder" => Some((a.mime != FOLDER).cmp(&(b.mime != FOLDER))),
                "starred" => Some(b.starred_by.contains(person).cmp(&a.starred_by.contains(person))),
                "quotaBytesUsed" => Some(a.content.len().cmp(&b.content.len())),
                _ => None,
            };
            if found.first().is_some_and(|file| compare(file, file).is_none()) {
                return Err(input(&format!("Invalid field {name} in orderBy"), "invalid"));
            }
            found.order_by(|a, b| {
                let order = compare(a, b).unwrap_or(std::cmp::Ordering::Equal);
                if down { order.reverse() } else { order }
            });
        }
        let rows = found.into_iter().map(|file| self.0.render(file, person)).collect();
        page("drive#fileList", "files", rows, arguments)
    }

    fn get(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let file = self.seen(person, arguments.required_text("file_id")?)?;
        narrow(self.0.render(file, person), None, arguments)
    }

    /// A file that the person may see; for others there is none.
    fn seen(&self, person: &Arc<Persona>, id: &str) -> Result<&DriveFile, ProviderRefusal> {
        let found = self.0.find(id).filter(|file| self.0.role(file, person).is_some());
        found.ok_or_else(|| unknown(&format!("File not found: {id}.")))
    }

    /// Index of a file that the person may do this much with.
    fn place(&self, person: &Arc<Persona>, id: &str, least: Role) -> Result<usize, ProviderRefusal> {
        let file = self.seen(person, id)?;
        if self.0.role(file, person).is_none_or(|role| role < least) {
            return Err(forbidden("The user does not have sufficient permissions for this file."));
        }
        self.0.files.iter().position(|known| known.id == id).ok_or_else(|| unknown(&format!("File not found: {id}.")))
    }
}

/// One page of rows; the token says how many came before it.
fn page(kind: &str, name: &str, rows: Vec<Value>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
    let size = arguments.number("page_size")?.or(arguments.number("pageSize")?).unwrap_or(PAGE);
    if !(1..=LARGEST_PAGE).contains(&size) {
        return Err(input(&format!("Invalid value '{size}'. Values must be within the range: [1, 1000]"), "invalid"));
    }
    let token = arguments.text("page_token")?.or(arguments.text("pageToken")?);
    let start: usize = token.map_or(Ok(0), str::parse).map_err(|_| input("Invalid Value", "invalid"))?;
    let end = start.saturating_add(usize::try_from(size).unwrap_or_default());
    let more = end < rows.len();
    let rows: Vec<_> = rows.into_iter().skip(start).take(end - start).collect();
    let mut answer = json!({"kind": kind, "incompleteSearch": false, name: rows});
    if more {
        extend(&mut answer, [("nextPageToken", end.to_string().into())]);
    }
    narrow(answer, Some(name), arguments)
}

/// What `fields` asks for. Of a list it may name the fields of the answer or those of a row.
fn narrow(answer: Value, rows: Option<&str>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
    let Some(text) = arguments.text("fields")? else { return Ok(answer) };
    let invalid = || input(&format!("Invalid field selection {text}"), "invalidParameter");
    let mask = FieldMask::read(text).ok_or_else(invalid)?;
    let of_row = rows.filter(|name| !["*", "kind", "nextPageToken", name].iter().any(|known| mask.names(known)));
    let mut answer = answer;
    match of_row {
        None => return Ok(mask.select(answer)),
        Some(name) => {
            if let Some(rows) = answer.get_mut(name) {
                *rows = mask.select(rows.take());
            }
        }
    }
    Ok(answer)
}

/// As the Drive API words it over REST.
pub fn refusal(trouble: &ProviderRefusal) -> (u16, Value) {
    let status = usual_status(trouble.kind);
    let ProviderRefusal { code, message, .. } = trouble;
    let errors = [json!({"message": message, "domain": "global", "reason": code})];
    (status, json!({"error": {"code": status, "message": message, "errors": errors}}))
}

fn input(message: &str, code: &'static str) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::Input, code, message: message.into() }
}

fn forbidden(message: &str) -> ProviderRefusal {
    ProviderRefusal {
        kind: ProviderRefusalKind::Forbidden,
        code: "insufficientFilePermissions",
        message: message.into(),
    }
}

fn unknown(message: &str) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::NotFound, code: "notFound", message: message.into() }
}

fn complain(name: &str, problem: Problem) -> ProviderRefusal {
    let what = match problem {
        Problem::Missing => return input(&format!("Required parameter: {name}"), "required"),
        Problem::NotText => "must be a string",
        Problem::NotANumber => "must be an integer",
        Problem::NotTexts => "must be a list of strings",
        Problem::NotAFlag => "must be a boolean",
    };
    input(&format!("{name} {what}"), "invalid")
}
