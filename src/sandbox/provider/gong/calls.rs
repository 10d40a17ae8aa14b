//! One company's sales calls, some private, and the people whose calls are recorded.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Value, json};

use crate::order::StableOrder as _;
use crate::sandbox::ids::Ids;
use crate::sandbox::people::{People, Persona};
use crate::sandbox::refs::resolve;

const DATA: &str = include_str!("../../../../assets/sandbox/data/gong.json");

/// Characters that somebody says in a second, about; sentences get their times from it.
const SPEED: i64 = 15;

pub struct Calls {
    ids: Ids,
    workspace: String,
    pub users: Vec<CallUser>,
    outcomes: Vec<String>,
    /// Calls, oldest first.
    pub calls: Vec<Call>,
    pub library: Vec<LibraryFolder>,
}

pub struct CallUser {
    pub person: Arc<Persona>,
    title: String,
    created_at: Timestamp,
}

pub struct Call {
    pub id: String,
    pub title: String,
    pub lead: Arc<Persona>,
    pub parties: Vec<Party>,
    pub is_private: bool,
    pub direction: String,
    pub purpose: Option<String>,
    pub language: String,
    /// The id under which the caller entered it.
    pub client_id: Option<String>,
    pub brief: String,
    pub key_points: Vec<String>,
    pub outline: Vec<String>,
    pub said: Vec<Utterance>,
    pub scheduled_at: Timestamp,
    pub began_at: Timestamp,
    pub seconds: i64,
}

/// Somebody of the company, or a stranger.
#[derive(Clone, PartialEq)]
pub enum Party {
    Person(Arc<Persona>),
    Stranger { name: String, email: String },
}

pub struct Utterance {
    who: Party,
    topic: String,
    text: String,
}

pub struct LibraryFolder {
    pub id: String,
    pub name: String,
    calls: Vec<String>,
}

/// The data file. People go by their keys, strangers by name and address, calls by their titles.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallsData {
    workspace: String,
    users: Vec<CallUserData>,
    outcomes: Vec<String>,
    calls: Vec<CallData>,
    library: Vec<LibraryFolderData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallUserData {
    person: String,
    title: String,
    created: SignedDuration,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallData {
    title: String,
    lead: String,
    with: Vec<String>,
    started: SignedDuration,
    minutes: i64,
    #[serde(default)]
    private: bool,
    direction: Option<String>,
    purpose: Option<String>,
    brief: String,
    key_points: Vec<String>,
    outline: Vec<String>,
    /// Who, on what, and what they said.
    said: Vec<(String, String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LibraryFolderData {
    name: String,
    calls: Vec<String>,
}

impl Party {
    fn read(text: &str, people: &People) -> Result<Self, serde_json::Error> {
        match text.strip_suffix('>').and_then(|text| text.split_once(" <")) {
            Some((name, email)) => Ok(Self::Stranger { name: name.into(), email: email.into() }),
            None => people.named(text).map(Self::Person),
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Self::Person(person) => &person.name,
            Self::Stranger { name, .. } => name,
        }
    }

    pub fn email(&self) -> &str {
        match self {
            Self::Person(person) => &person.email,
            Self::Stranger { email, .. } => email,
        }
    }
}

impl Call {
    /// Private calls show to those who took part.
    pub fn shows_to(&self, person: &Arc<Persona>) -> bool {
        !self.is_private || self.parties.contains(&Party::Person(Arc::clone(person)))
    }
}

impl Calls {
    /// Reads the data file; times count from `now`.
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        let data: CallsData = serde_json::from_str(DATA)?;
        let at = |offset: SignedDuration| now.checked_add(offset).map_err(serde_json::Error::custom);
        let who = |text: &String| Party::read(text, people);
        let user = |CallUserData { person, title, created }| {
            Ok(CallUser { person: people.named(&person)?, title, created_at: at(created)? })
        };
        let mut calls: Vec<Call> = Vec::new();
        for data in data.calls {
            let said =
                data.said.into_iter().map(|(speaker, topic, text)| Ok(Utterance { who: who(&speaker)?, topic, text }));
            let lead = people.named(&data.lead)?;
            let mut parties = vec![Party::Person(Arc::clone(&lead))];
            for text in &data.with {
                parties.push(who(text)?);
            }
            calls.push(Call {
                id: id(ids, &data.title),
                title: data.title,
                lead,
                parties,
                is_private: data.private,
                direction: data.direction.unwrap_or_else(|| "Conference".into()),
                purpose: data.purpose,
                language: "eng".into(),
                client_id: None,
                brief: data.brief,
                key_points: data.key_points,
                outline: data.outline,
                said: said.collect::<Result<_, serde_json::Error>>()?,
                scheduled_at: at(data.started)?,
                began_at: at(data.started)?,
                seconds: data.minutes * 60,
            });
        }
        calls.order_by_key(|call| call.began_at);
        let mut library = Vec::new();
        for LibraryFolderData { name, calls: titles } in data.library {
            let found =
                |title: &String| resolve(calls.iter(), |call| call.title == *title, title).map(|call| call.id.clone());
            let inside = titles.iter().map(found).collect::<Result<_, _>>()?;
            library.push(LibraryFolder { id: id(ids, &format!("folder/{name}")), name, calls: inside });
        }
        let users = data.users.into_iter().map(user).collect::<Result<_, serde_json::Error>>()?;
        Ok(Self { ids, workspace: data.workspace, users, outcomes: data.outcomes, calls, library })
    }

    pub fn next_id(&self) -> String {
        id(self.ids, &format!("entered/{}", self.calls.len()))
    }

    pub fn workspace_id(&self) -> String {
        id(self.ids, "workspace")
    }

    pub fn user_id(&self, person: &Persona) -> String {
        id(self.ids, &format!("user/{}", person.key))
    }

    /// Id of this answer; each call of the API has one of its own.
    pub fn request_id(&self, what: &str) -> String {
        self.ids.code("", &format!("gong/request/{what}/{}", self.calls.len())).to_lowercase()
    }

    fn speaker_id(&self, party: &Party) -> String {
        id(self.ids, &format!("speaker/{}", party.email()))
    }

    pub fn render_workspace(&self) -> Value {
        json!({"id": self.workspace_id(), "name": self.workspace, "description": ""})
    }

    pub fn render_outcomes(&self) -> Value {
        let row = |name: &String| json!({"id": id(self.ids, &format!("outcome/{name}")), "name": name});
        self.outcomes.iter().map(row).collect()
    }

    pub fn render_user(&self, CallUser { person, title, created_at }: &CallUser) -> Value {
        let (first, last) = person.name.split_once(' ').unwrap_or((&person.name, ""));
        json!({
            "id": self.user_id(person),
            "emailAddress": person.email,
            "firstName": first,
            "lastName": last,
            "title": title,
            "active": true,
            "created": time(*created_at),
            "settings": {"webConferencesRecorded": true, "telephonyCallsImported": true, "emailsImported": false},
        })
    }

    /// A call as lists have it.
    pub fn render(&self, call: &Call) -> Value {
        json!({
            "id": call.id,
            "url": format!("https://app.gong.io/call?id={}", call.id),
            "title": call.title,
            "scheduled": time(call.scheduled_at),
            "started": time(call.began_at),
            "duration": call.seconds,
            "primaryUserId": self.user_id(&call.lead),
            "direction": call.direction,
            "system": if call.client_id.is_some() { "Telephony" } else { "Zoom" },
            "scope": if call.parties.iter().any(|party| matches!(party, Party::Stranger { .. })) { "External" } else { "Internal" },
            "media": "Audio",
            "language": call.language,
            "workspaceId": self.workspace_id(),
            "purpose": call.purpose,
            "clientUniqueId": call.client_id,
            "isPrivate": call.is_private,
        })
    }

    /// A call with who took part and what it was about.
    pub fn render_whole(&self, call: &Call) -> Value {
        let party = |party: &Party| {
            let (affiliation, user) = match party {
                Party::Person(person) => ("Internal", Some(self.user_id(person))),
                Party::Stranger { .. } => ("External", None),
            };
            json!({
                "id": self.speaker_id(party),
                "speakerId": self.speaker_id(party),
                "userId": user,
                "name": party.name(),
                "emailAddress": party.email(),
                "affiliation": affiliation,
            })
        };
        let topics = call.outline.iter().map(|topic| json!({"name": topic}));
        json!({
            "metaData": self.render(call),
            "parties": call.parties.iter().map(party).collect::<Vec<_>>(),
            "content": {"topics": topics.collect::<Vec<_>>(), "brief": call.brief, "keyPoints": key_points(call)},
        })
    }

    pub fn render_transcript(&self, call: &Call) -> Value {
        let mut began = 0;
        let part = |Utterance { who, topic, text }: &Utterance| {
            let sentences: Vec<_> = sentences(text)
                .map(|text| {
                    let length = i64::try_from(text.chars().count()).unwrap_or_default() * 1000 / SPEED;
                    let row = json!({"start": began, "end": began + length, "text": text});
                    began += length;
                    row
                })
                .collect();
            json!({"speakerId": self.speaker_id(who), "topic": topic, "sentences": sentences})
        };
        json!({"callId": call.id, "transcript": call.said.iter().map(part).collect::<Vec<_>>()})
    }

    pub fn render_folder(&self, folder: &LibraryFolder) -> Value {
        json!({"id": folder.id, "name": folder.name, "parentFolderId": null, "createdBy": null, "updated": null})
    }

    /// A folder with the calls that the person may see.
    pub fn render_content(&self, folder: &LibraryFolder, person: &Arc<Persona>) -> Value {
        let calls = self.calls.iter().filter(|call| folder.calls.contains(&call.id) && call.shows_to(person));
        let row = |call: &Call| json!({"id": call.id, "title": call.title, "url": format!("https://app.gong.io/call?id={}", call.id)});
        json!({"id": folder.id, "name": folder.name, "calls": calls.map(row).collect::<Vec<_>>()})
    }
}

/// What the machine wrote about a call; `wanted` says which parts.
pub fn render_ai_content(call: &Call, wanted: impl Fn(&str) -> bool) -> Value {
    let outline: Vec<_> = call.outline.iter().map(|section| json!({"section": section, "items": []})).collect();
    let parts = [
        ("brief", Value::from(call.brief.as_str())),
        ("outline", outline.into()),
        ("highlights", json!([])),
        ("keyPoints", key_points(call)),
        ("callSummary", format!("{} {}", call.title, call.brief).into()),
    ];
    let parts = parts.into_iter().filter(|(name, _)| wanted(name)).map(|(name, part)| (name.to_owned(), part));
    json!({"callId": call.id, "content": Value::Object(parts.collect())})
}

fn key_points(call: &Call) -> Value {
    call.key_points.iter().map(|text| json!({"text": text})).collect()
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['.', '?', '!']).map(str::trim).filter(|sentence| !sentence.is_empty())
}

/// Gong's kind of id: a number of eighteen digits or so, as text.
fn id(ids: Ids, name: &str) -> String {
    (1_000_000_000_000_000_000 + ids.number(&format!("gong/{name}")) % 8_000_000_000_000_000_000).to_string()
}

/// A time as Gong writes it.
pub fn time(at: Timestamp) -> String {
    format!("{at:.0}")
}
