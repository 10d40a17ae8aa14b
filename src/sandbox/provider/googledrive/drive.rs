//! One company's Drive: folders and files, each with an owner and whoever it was shared with.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Value, json};

use crate::sandbox::ids::Ids;
use crate::sandbox::object::extend;
use crate::sandbox::people::{People, Persona};
use crate::sandbox::refs::resolve;

const DATA: &str = include_str!("../../../../assets/sandbox/data/googledrive.json");

pub const FOLDER: &str = "application/vnd.google-apps.folder";
pub const DOCUMENT: &str = "application/vnd.google-apps.document";
pub const SPREADSHEET: &str = "application/vnd.google-apps.spreadsheet";
pub const PRESENTATION: &str = "application/vnd.google-apps.presentation";

/// How deep folders lie in each other at most; whatever lies deeper is nobody's.
const DEEPEST: usize = 64;

pub struct Drive {
    ids: Ids,
    pub people: People,
    /// Files and folders, in the order they were made.
    pub files: Vec<DriveFile>,
    /// How many things got an id.
    made: u64,
}

pub struct DriveFile {
    pub id: String,
    pub name: String,
    pub description: String,
    pub mime: String,
    /// Id of the folder it lies in; none for the owner's My Drive.
    pub folder: Option<String>,
    pub owner: Arc<Persona>,
    pub shares: Vec<Share>,
    pub content: Vec<u8>,
    pub starred_by: Vec<Arc<Persona>>,
    pub trashed: bool,
    pub created_at: Timestamp,
    pub modified_at: Timestamp,
    pub modified_by: Arc<Persona>,
    pub comments: Vec<DriveComment>,
}

/// Permission beside the owner's.
pub struct Share {
    pub id: String,
    pub with: Grantee,
    pub role: Role,
}

#[derive(Clone, PartialEq)]
pub enum Grantee {
    Person(Arc<Persona>),
    /// Somebody outside of the company.
    Stranger(String),
    Domain(String),
    Anyone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Reader,
    Commenter,
    Writer,
    Owner,
}

pub struct DriveComment {
    pub id: String,
    pub author: Arc<Persona>,
    pub content: String,
    pub created_at: Timestamp,
}

/// The data file. People go by their keys, folders by their names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DriveData {
    files: Vec<DriveFileData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DriveFileData {
    name: String,
    kind: String,
    folder: Option<String>,
    owner: String,
    #[serde(default)]
    shared: BTreeMap<String, String>,
    /// Role of everybody in the company.
    company: Option<String>,
    #[serde(default)]
    starred: Vec<String>,
    #[serde(default)]
    trashed: bool,
    #[serde(default)]
    text: String,
    #[serde(default)]
    comments: Vec<DriveCommentData>,
    created: SignedDuration,
    modified: SignedDuration,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DriveCommentData {
    author: String,
    text: String,
    made: SignedDuration,
}

const ROLES: [(&str, Role); 4] =
    [("reader", Role::Reader), ("commenter", Role::Commenter), ("writer", Role::Writer), ("owner", Role::Owner)];

impl Role {
    pub fn read(name: &str) -> Option<Self> {
        ROLES.iter().find(|(known, _)| *known == name).map(|(_, role)| *role)
    }

    pub fn name(self) -> &'static str {
        ROLES.iter().find(|(_, role)| *role == self).map_or("", |(name, _)| name)
    }
}

impl Grantee {
    fn is(&self, person: &Arc<Persona>) -> bool {
        match self {
            Self::Person(other) => other == person,
            Self::Stranger(_) => false,
            Self::Domain(domain) => person.email.rsplit_once('@').is_some_and(|(_, theirs)| theirs == domain),
            Self::Anyone => true,
        }
    }
}

impl DriveFile {
    /// Native formats have no bytes of their own; they are exported.
    pub fn is_native(&self) -> bool {
        self.mime.starts_with("application/vnd.google-apps.")
    }

    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.content)
    }
}

impl Drive {
    /// Reads the data file; times count from `now`.
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        let data: DriveData = serde_json::from_str(DATA)?;
        let at = |offset: SignedDuration| now.checked_add(offset).map_err(serde_json::Error::custom);
        let role = |name: &String| resolve(ROLES.iter().copied(), |(known, _)| known == name, name).map(|(_, r)| r);
        let mut drive = Self { ids, people: people.clone(), files: Vec::new(), made: 0 };
        for data in data.files {
            let folder = |name: &String| {
                resolve(drive.files.iter(), |file| file.name == *name && file.mime == FOLDER, name)
                    .map(|folder| folder.id.clone())
            };
            let folder = data.folder.as_ref().map(folder).transpose()?;
            let owner = people.named(&data.owner)?;
            let mime = match data.kind.as_str() {
                "folder" => FOLDER,
                "document" => DOCUMENT,
                "spreadsheet" => SPREADSHEET,
                "presentation" => PRESENTATION,
                other => other,
            };
            let mut file = drive.blank(data.name, mime.into(), &owner, folder, at(data.created)?);
            for (key, name) in &data.shared {
                let share = drive.share(Grantee::Person(people.named(key)?), role(name)?);
                file.shares.push(share);
            }
            if let Some(name) = &data.company {
                let domain = owner.email.rsplit_once('@').map_or("", |(_, domain)| domain).into();
                file.shares.push(drive.share(Grantee::Domain(domain), role(name)?));
            }
            for DriveCommentData { author, text, made } in data.comments {
                let comment = drive.comment(people.named(&author)?, text, at(made)?);
                file.comments.push(comment);
            }
            file.content = data.text.into_bytes();
            file.trashed = data.trashed;
            file.starred_by = data.starred.iter().map(|key| people.named(key)).collect::<Result<_, _>>()?;
            file.modified_at = at(data.modified)?;
            drive.files.push(file);
        }
        Ok(drive)
    }

    fn next_id(&mut self, kind: &str) -> String {
        self.made += 1;
        format!("1{}", self.ids.uuid(&format!("drive/{kind}/{}", self.made)).replace('-', ""))
    }

    /// A file nobody has put anything into.
    pub fn blank(
        &mut self,
        name: String,
        mime: String,
        owner: &Arc<Persona>,
        folder: Option<String>,
        now: Timestamp,
    ) -> DriveFile {
        DriveFile {
            id: self.next_id("file"),
            name,
            description: String::new(),
            mime,
            folder,
            owner: Arc::clone(owner),
            shares: Vec::new(),
            content: Vec::new(),
            starred_by: Vec::new(),
            trashed: false,
            created_at: now,
            modified_at: now,
            modified_by: Arc::clone(owner),
            comments: Vec::new(),
        }
    }

    pub fn share(&mut self, with: Grantee, role: Role) -> Share {
        let id = match &with {
            Grantee::Person(person) => self.permission_id(person),
            Grantee::Anyone => "anyoneWithLink".into(),
            Grantee::Stranger(_) | Grantee::Domain(_) => {
                self.made += 1;
                self.number(&format!("permission/{}", self.made))
            }
        };
        Share { id, with, role }
    }

    pub fn comment(&mut self, author: Arc<Persona>, content: String, now: Timestamp) -> DriveComment {
        DriveComment { id: self.next_id("comment"), author, content, created_at: now }
    }

    fn number(&self, name: &str) -> String {
        format!("{:020}", self.ids.number(&format!("drive/{name}")))
    }

    pub fn permission_id(&self, person: &Persona) -> String {
        self.number(&format!("user/{}", person.key))
    }

    /// Id of somebody's My Drive.
    pub fn root(&self, person: &Persona) -> String {
        format!("0A{}", self.ids.code("", &format!("drive/mine/{}", person.key)))
    }

    pub fn find(&self, id: &str) -> Option<&DriveFile> {
        self.files.iter().find(|file| file.id == id)
    }

    /// The file and the folders it lies in, from the inside out.
    pub fn way_up<'a>(&'a self, file: &'a DriveFile) -> impl Iterator<Item = &'a DriveFile> {
        std::iter::successors(Some(file), |file| self.find(file.folder.as_ref()?)).take(DEEPEST)
    }

    /// What a person may do with a file; folders hand it down.
    pub fn role(&self, file: &DriveFile, person: &Arc<Persona>) -> Option<Role> {
        let here = |file: &DriveFile| {
            let shares = file.shares.iter().filter(|share| share.with.is(person)).map(|share| share.role);
            shares.chain((file.owner == *person).then_some(Role::Owner)).max()
        };
        self.way_up(file)
            .enumerate()
            // Owning a folder lets one change what others put into it, and no more.
            .filter_map(|(depth, file)| here(file).map(|role| if depth > 0 { role.min(Role::Writer) } else { role }))
            .max()
    }

    /// In the trash itself, or in a folder that is.
    pub fn is_trashed(&self, file: &DriveFile) -> bool {
        self.way_up(file).any(|file| file.trashed)
    }

    /// Folder as `parents` names it; one that the person may not see is not named.
    pub fn parent(&self, file: &DriveFile, person: &Arc<Persona>) -> Option<String> {
        match &file.folder {
            None => (file.owner == *person).then(|| self.root(person)),
            Some(id) => self.find(id).filter(|folder| self.role(folder, person).is_some()).map(|_| id.clone()),
        }
    }

    pub fn render_user(&self, user: &Persona, person: &Persona) -> Value {
        json!({
            "kind": "drive#user",
            "displayName": user.name,
            "me": user == person,
            "permissionId": self.permission_id(user),
            "emailAddress": user.email,
        })
    }

    pub fn render(&self, file: &DriveFile, person: &Arc<Persona>) -> Value {
        let role = self.role(file, person).unwrap_or(Role::Reader);
        let mut row = json!({
            "kind": "drive#file",
            "id": file.id,
            "name": file.name,
            "mimeType": file.mime,
            "description": file.description,
            "starred": file.starred_by.contains(person),
            "trashed": self.is_trashed(file),
            "explicitlyTrashed": file.trashed,
            "parents": self.parent(file, person).into_iter().collect::<Vec<_>>(),
            "webViewLink": format!("https://drive.google.com/file/d/{}/view", file.id),
            "createdTime": time(file.created_at),
            "modifiedTime": time(file.modified_at),
            "owners": [self.render_user(&file.owner, person)],
            "lastModifyingUser": self.render_user(&file.modified_by, person),
            "shared": self.way_up(file).any(|file| !file.shares.is_empty()),
            "ownedByMe": file.owner == *person,
            "capabilities": {
                "canComment": role >= Role::Commenter,
                "canEdit": role >= Role::Writer,
                "canShare": role >= Role::Writer,
                "canTrash": role >= Role::Writer,
                "canDelete": role == Role::Owner,
            },
        });
        if !file.is_native() {
            extend(&mut row, [("size", file.content.len().to_string().into())]);
        }
        row
    }

    pub fn render_owner(&self, file: &DriveFile) -> Value {
        json!({
            "kind": "drive#permission",
            "id": self.permission_id(&file.owner),
            "type": "user",
            "role": "owner",
            "emailAddress": file.owner.email,
            "displayName": file.owner.name,
        })
    }
}

/// Permission as a row.
pub fn render_share(Share { id, with, role }: &Share) -> Value {
    let mut row = json!({"kind": "drive#permission", "id": id, "role": role.name()});
    match with {
        Grantee::Person(person) => extend(
            &mut row,
            [
                ("type", "user".into()),
                ("emailAddress", person.email.as_str().into()),
                ("displayName", person.name.as_str().into()),
            ],
        ),
        Grantee::Stranger(email) => {
            extend(&mut row, [("type", "user".into()), ("emailAddress", email.as_str().into())]);
        }
        Grantee::Domain(domain) => extend(&mut row, [("type", "domain".into()), ("domain", domain.as_str().into())]),
        Grantee::Anyone => extend(&mut row, [("type", "anyone".into())]),
    }
    row
}

/// A time as Drive writes it.
pub fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}
