//! One Notion workspace: pages, databases, blocks and comments, some of them shared with few.

use std::sync::Arc;

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Map, Value};

use super::property::Column;
use super::text::{plain, read_block, rich};
use crate::sandbox::ids::Ids;
use crate::sandbox::people::{People, Persona};

const DATA: &str = include_str!("../../../../assets/sandbox/data/notion.json");

pub struct NotionWorkspace {
    pub ids: Ids,
    pub name: String,
    pub people: People,
    /// In the order they were made.
    pub pages: Vec<Page>,
    pub databases: Vec<Database>,
    /// In the order in which they stand.
    pub blocks: Vec<Block>,
    /// Oldest first.
    pub comments: Vec<Comment>,
    /// Whatever was made so far; the next id follows from it.
    made: usize,
}

/// What something is a part of.
#[derive(Clone, Debug, PartialEq)]
pub enum Parent {
    Workspace,
    Page(String),
    Database(String),
}

pub struct Page {
    pub id: String,
    pub parent: Parent,
    /// Values by the names of the columns.
    pub values: Map<String, Value>,
    pub icon: Value,
    pub cover: Value,
    pub archived: bool,
    pub stamp: Stamp,
    /// People who see it; like its parent when none.
    shared_with: Option<Vec<Arc<Persona>>>,
}

pub struct Database {
    pub id: String,
    pub data_source: String,
    pub title: Value,
    pub parent: Parent,
    pub columns: Vec<Column>,
    pub stamp: Stamp,
    shared_with: Option<Vec<Arc<Persona>>>,
}

pub struct Block {
    pub id: String,
    /// Id of the page or block that it stands in.
    pub within: String,
    pub kind: String,
    pub content: Value,
    pub stamp: Stamp,
}

pub struct Comment {
    pub id: String,
    pub page: String,
    pub discussion: String,
    pub text: Value,
    pub stamp: Stamp,
}

/// Who made something, and when it changed.
#[derive(Clone)]
pub struct Stamp {
    pub creator: Arc<Persona>,
    pub editor: Arc<Persona>,
    pub created_at: Timestamp,
    pub edited_at: Timestamp,
}

impl Stamp {
    pub fn new(creator: &Arc<Persona>, at: Timestamp) -> Self {
        Self { creator: Arc::clone(creator), editor: Arc::clone(creator), created_at: at, edited_at: at }
    }

    pub fn edit(&mut self, editor: &Arc<Persona>, at: Timestamp) {
        (self.editor, self.edited_at) = (Arc::clone(editor), at);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkspaceData {
    name: String,
    databases: Vec<DatabaseData>,
    pages: Vec<PageData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DatabaseData {
    title: String,
    creator: String,
    created: SignedDuration,
    shared_with: Option<Vec<String>>,
    columns: Map<String, Value>,
}

/// One page of the data file. People go by their keys, the rest by titles.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PageData {
    title: String,
    creator: String,
    created: SignedDuration,
    database: Option<String>,
    under: Option<String>,
    shared_with: Option<Vec<String>>,
    /// Plain values by the names of the columns; a date is an offset.
    #[serde(default)]
    values: Map<String, Value>,
    #[serde(default)]
    blocks: Vec<Value>,
}

impl NotionWorkspace {
    /// Reads the data file; times count from `now`.
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        let data: WorkspaceData = serde_json::from_str(DATA)?;
        let mut world = Self {
            ids,
            name: data.name,
            people: people.clone(),
            pages: Vec::new(),
            databases: Vec::new(),
            blocks: Vec::new(),
            comments: Vec::new(),
            made: 0,
        };
        let from_now = |offset: SignedDuration| now.checked_add(offset).map_err(serde_json::Error::custom);
        let all = |keys: Option<Vec<String>>| -> Result<Option<Vec<Arc<Persona>>>, serde_json::Error> {
            keys.map(|keys| keys.iter().map(|key| people.named(key)).collect()).transpose()
        };
        for DatabaseData { title, creator, created, shared_with, columns } in data.databases {
            let stamp = Stamp::new(&people.named(&creator)?, from_now(created)?);
            let columns = world.columns(&columns).map_err(serde_json::Error::custom)?;
            world.add_database(rich(&title), Parent::Workspace, columns, stamp, all(shared_with)?);
        }
        for data in data.pages {
            let stamp = Stamp::new(&people.named(&data.creator)?, from_now(data.created)?);
            let unknown = |name: &str| serde_json::Error::custom(format_args!("nothing is called {name}"));
            let (parent, mut columns) = match (&data.database, &data.under) {
                (Some(name), _) => {
                    let found = world.databases.iter().find(|database| plain(&database.title) == *name);
                    let found = found.ok_or_else(|| unknown(name))?;
                    (Parent::Database(found.id.clone()), found.columns.clone())
                }
                (None, Some(title)) => {
                    let found = world.pages.iter().find(|page| world.title(page) == *title);
                    (Parent::Page(found.ok_or_else(|| unknown(title))?.id.clone()), vec![Column::title("title")])
                }
                (None, None) => (Parent::Workspace, vec![Column::title("title")]),
            };
            let mut values = Map::new();
            for column in &mut columns {
                let given = match (column.kind.as_str(), data.values.get(&column.name)) {
                    ("title", _) => Value::from(data.title.as_str()),
                    (_, None) => continue,
                    ("date", Some(offset)) => {
                        let offset: SignedDuration = serde_json::from_value(offset.clone())?;
                        Offset::UTC.to_datetime(from_now(offset)?).date().to_string().into()
                    }
                    ("people", Some(Value::Array(keys))) => {
                        let id =
                            |key: &Value| Ok(world.user_id(&*people.named(key.as_str().unwrap_or_default())?).into());
                        Value::Array(keys.iter().map(id).collect::<Result<_, serde_json::Error>>()?)
                    }
                    (_, Some(value)) => value.clone(),
                };
                let user = |id: &str| world.render_user_of(id);
                let value = column.write(&given, user).map_err(serde_json::Error::custom)?;
                values.insert(column.name.clone(), value);
            }
            let page = world.add_page(parent, values, stamp.clone(), all(data.shared_with)?);
            for block in &data.blocks {
                let (kind, content) = read_block(block).map_err(serde_json::Error::custom)?;
                world.add_block(&page, kind, content, stamp.clone());
            }
        }
        Ok(world)
    }

    /// Columns as callers define them.
    pub fn columns(&self, definitions: &Map<String, Value>) -> Result<Vec<Column>, String> {
        let id =
            |name: &str| format!("{:04x}", self.ids.number(&format!("notion/column/{}/{name}", self.made)) % 0x1_0000);
        definitions.iter().map(|(name, definition)| Column::read(name, definition, id(name))).collect()
    }

    pub fn next_id(&mut self, kind: &str) -> String {
        self.made += 1;
        self.ids.uuid(&format!("notion/{kind}/{}", self.made))
    }

    pub fn add_page(
        &mut self,
        parent: Parent,
        values: Map<String, Value>,
        stamp: Stamp,
        shared_with: Option<Vec<Arc<Persona>>>,
    ) -> String {
        let id = self.next_id("page");
        let (icon, cover) = (Value::Null, Value::Null);
        self.pages.push(Page { id: id.clone(), parent, values, icon, cover, archived: false, stamp, shared_with });
        id
    }

    pub fn add_database(
        &mut self,
        title: Value,
        parent: Parent,
        columns: Vec<Column>,
        stamp: Stamp,
        shared_with: Option<Vec<Arc<Persona>>>,
    ) -> String {
        let (id, data_source) = (self.next_id("database"), self.next_id("source"));
        self.databases.push(Database { id: id.clone(), data_source, title, parent, columns, stamp, shared_with });
        id
    }

    pub fn add_block(&mut self, within: &str, kind: String, content: Value, stamp: Stamp) -> String {
        let id = self.next_id("block");
        self.blocks.push(Block { id: id.clone(), within: within.into(), kind, content, stamp });
        id
    }

    pub fn user_id(&self, person: &Persona) -> String {
        self.ids.uuid(&format!("notion/user/{}", person.key))
    }

    pub fn page_shows(&self, page: &Page, person: &Arc<Persona>) -> bool {
        match &page.shared_with {
            Some(people) => people.contains(person),
            None => self.parent_shows(&page.parent, person),
        }
    }

    pub fn database_shows(&self, database: &Database, person: &Arc<Persona>) -> bool {
        match &database.shared_with {
            Some(people) => people.contains(person),
            None => self.parent_shows(&database.parent, person),
        }
    }

    /// What is in something shows to whoever sees that, up to what says itself who sees it.
    fn parent_shows<'a>(&'a self, mut parent: &'a Parent, person: &Arc<Persona>) -> bool {
        loop {
            let above = match parent {
                Parent::Workspace => return true,
                Parent::Page(id) => {
                    self.pages.iter().find(|page| page.id == *id).map(|page| (&page.shared_with, &page.parent))
                }
                Parent::Database(id) => {
                    let found = self.databases.iter().find(|database| database.id == *id);
                    found.map(|database| (&database.shared_with, &database.parent))
                }
            };
            match above {
                None => return false,
                Some((Some(people), _)) => return people.contains(person),
                Some((None, above)) => parent = above,
            }
        }
    }

    pub fn title(&self, page: &Page) -> String {
        let columns = self.columns_of(page);
        let title =
            columns.iter().find(|column| column.kind == "title").and_then(|column| page.values.get(&column.name));
        title.map(plain).unwrap_or_default()
    }

    /// Columns that a page's values stand under.
    pub fn columns_of(&self, page: &Page) -> Vec<Column> {
        let database = match &page.parent {
            Parent::Database(id) => self.databases.iter().find(|database| database.id == *id),
            _ => None,
        };
        database.map_or_else(|| vec![Column::title("title")], |database| database.columns.clone())
    }
}
