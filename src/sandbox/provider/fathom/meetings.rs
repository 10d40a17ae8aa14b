//! One company's recorded meetings: who recorded them, and which teams they are shown to.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Value, json};

use crate::order::StableOrder as _;
use crate::sandbox::ids::Ids;
use crate::sandbox::people::{People, Persona};

const DATA: &str = include_str!("../../../../assets/sandbox/data/fathom.json");

pub struct Meetings {
    ids: Ids,
    pub people: People,
    pub admins: Vec<Arc<Persona>>,
    pub teams: Vec<MeetingTeam>,
    pub kinds: Vec<String>,
    /// Meetings, newest first.
    pub meetings: Vec<Meeting>,
    pub webhooks: Vec<MeetingWebhook>,
    webhooks_made: u64,
}

pub struct MeetingTeam {
    pub name: String,
    pub members: Vec<Arc<Persona>>,
    pub created_at: Timestamp,
}

pub struct Meeting {
    pub recording: i64,
    title: String,
    pub kind: String,
    pub recorded_by: Arc<Persona>,
    /// Teams whose members see it as well.
    shared_with: Vec<String>,
    invitees: Vec<Attendee>,
    customer: Option<String>,
    pub summary: String,
    actions: Vec<ActionItemData>,
    lines: Vec<(Attendee, String, String)>,
    pub began_at: Timestamp,
    ended_at: Timestamp,
}

/// Somebody of the company, or a stranger.
#[derive(Clone)]
pub struct Attendee {
    name: String,
    email: String,
    is_external: bool,
}

pub struct MeetingWebhook {
    pub id: String,
    pub owner: Arc<Persona>,
    pub url: String,
    pub secret: String,
    pub triggers: Vec<String>,
    /// The four kinds of content, as the arguments name them.
    pub includes: Vec<(&'static str, bool)>,
    pub created_at: Timestamp,
}

/// The data file. People go by their keys, strangers by name and address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeetingsData {
    admins: Vec<String>,
    teams: Vec<MeetingTeamData>,
    meeting_types: Vec<String>,
    meetings: Vec<MeetingData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeetingTeamData {
    name: String,
    members: Vec<String>,
    created: SignedDuration,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeetingData {
    title: String,
    kind: String,
    recorded_by: String,
    #[serde(default)]
    shared_with: Vec<String>,
    started: SignedDuration,
    minutes: i64,
    invitees: Vec<String>,
    customer: Option<String>,
    summary: String,
    actions: Vec<ActionItemData>,
    /// Who, when from the beginning, what.
    lines: Vec<(String, String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionItemData {
    who: String,
    what: String,
    at: String,
    #[serde(default)]
    done: bool,
}

impl Attendee {
    fn read(text: &str, people: &People) -> Result<Self, serde_json::Error> {
        match text.strip_suffix('>').and_then(|text| text.split_once(" <")) {
            Some((name, email)) => Ok(Self { name: name.into(), email: email.into(), is_external: true }),
            None => people.named(text).map(|person| Self::of(&person)),
        }
    }

    fn of(person: &Persona) -> Self {
        Self { name: person.name.clone(), email: person.email.clone(), is_external: false }
    }

    fn domain(&self) -> &str {
        self.email.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl Meeting {
    pub fn is_internal(&self) -> bool {
        !self.invitees.iter().any(|invitee| invitee.is_external)
    }

    pub fn has_domain(&self, domains: &[&str]) -> bool {
        self.invitees.iter().any(|invitee| domains.contains(&invitee.domain()))
    }
}

impl Meetings {
    /// Reads the data file; times count from `now`.
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        let data: MeetingsData = serde_json::from_str(DATA)?;
        let at = |offset: SignedDuration| now.checked_add(offset).map_err(serde_json::Error::custom);
        let all = |keys: &[String]| keys.iter().map(|key| people.named(key)).collect::<Result<Vec<_>, _>>();
        let who = |text: &String| Attendee::read(text, people);
        let team = |MeetingTeamData { name, members, created }| {
            Ok(MeetingTeam { name, members: all(&members)?, created_at: at(created)? })
        };
        let mut meetings = Vec::new();
        for data in data.meetings {
            let lines = data.lines.into_iter().map(|(speaker, time, text)| Ok((who(&speaker)?, time, text)));
            let length = SignedDuration::from_mins(data.minutes);
            meetings.push(Meeting {
                recording: i64::try_from(ids.number(&format!("fathom/{}", data.title)) % 900_000_000)
                    .unwrap_or_default()
                    + 100_000_000,
                title: data.title,
                kind: data.kind,
                recorded_by: people.named(&data.recorded_by)?,
                shared_with: data.shared_with,
                invitees: data.invitees.iter().map(who).collect::<Result<_, _>>()?,
                customer: data.customer,
                summary: data.summary,
                actions: data.actions,
                lines: lines.collect::<Result<_, serde_json::Error>>()?,
                began_at: at(data.started)?,
                ended_at: at(data.started + length)?,
            });
        }
        meetings.order_by(|a, b| b.began_at.cmp(&a.began_at));
        Ok(Self {
            ids,
            people: people.clone(),
            admins: all(&data.admins)?,
            teams: data.teams.into_iter().map(team).collect::<Result<_, serde_json::Error>>()?,
            kinds: data.meeting_types,
            meetings,
            webhooks: Vec::new(),
            webhooks_made: 0,
        })
    }

    /// Those one recorded, and those shown to a team one is in.
    pub fn seen_by(&self, person: &Arc<Persona>) -> impl Iterator<Item = &Meeting> {
        self.meetings.iter().filter(move |meeting| {
            let mut teams = self.teams.iter().filter(|team| meeting.shared_with.contains(&team.name));
            meeting.recorded_by == *person || teams.any(|team| team.members.contains(person))
        })
    }

    pub fn team_of(&self, person: &Arc<Persona>) -> Option<&MeetingTeam> {
        self.teams.iter().find(|team| team.members.contains(person))
    }

    /// Id and secret of the next webhook.
    pub fn next_webhook(&mut self) -> (String, String) {
        use base64::Engine as _;
        self.webhooks_made += 1;
        let code = |what: &str| self.ids.uuid(&format!("fathom/{what}/{}", self.webhooks_made));
        (code("webhook"), format!("whsec_{}", base64::prelude::BASE64_STANDARD.encode(code("secret"))))
    }

    /// A meeting as the list has it; `includes` says which parts of the content to add.
    pub fn render(&self, meeting: &Meeting, includes: impl Fn(&str) -> bool) -> Value {
        let Meeting { recording, title, recorded_by, customer, summary, began_at, ended_at, .. } = meeting;
        let host = Attendee::of(recorded_by);
        let (began, ended) = (time(*began_at), time(*ended_at));
        let part = |name: &str, value: Value| if includes(name) { value } else { Value::Null };
        let crm = json!({
            "contacts": meeting.invitees.iter().filter(|invitee| invitee.is_external && customer.is_some())
                .map(|invitee| json!({"name": invitee.name, "email": invitee.email})).collect::<Vec<_>>(),
            "companies": customer.iter().map(|name| json!({"name": name})).collect::<Vec<_>>(),
            "deals": [],
        });
        json!({
            "title": title,
            "meeting_title": title,
            "meeting_type": meeting.kind,
            "recording_id": recording,
            "url": format!("https://fathom.video/calls/{recording}"),
            "share_url": format!("https://fathom.video/share/{}", self.ids.uuid(&format!("fathom/share/{title}"))),
            "created_at": ended,
            "scheduled_start_time": began,
            "scheduled_end_time": ended,
            "recording_start_time": began,
            "recording_end_time": ended,
            "calendar_invitees_domains_type": if meeting.is_internal() { "only_internal" } else { "one_or_more_external" },
            "transcript_language": "en",
            "calendar_invitees": meeting.invitees.iter().map(|invitee| json!({
                "name": invitee.name,
                "email": invitee.email,
                "email_domain": invitee.domain(),
                "is_external": invitee.is_external,
                "matched_speaker_display_name": meeting.lines.iter().find(|(who, ..)| who.email == invitee.email)
                    .map(|(who, ..)| &who.name),
            })).collect::<Vec<_>>(),
            "recorded_by": {
                "name": host.name,
                "email": host.email,
                "email_domain": host.domain(),
                "team": self.team_of(recorded_by).map(|team| &team.name),
            },
            "transcript": part("include_transcript", render_transcript(meeting)),
            "default_summary": part("include_summary", render_summary(summary)),
            "action_items": part("include_action_items", self.render_actions(meeting)),
            "highlights": part("include_highlights", json!([])),
            "crm_matches": part("include_crm_matches", crm),
        })
    }

    fn render_actions(&self, meeting: &Meeting) -> Value {
        let row = |ActionItemData { who, what, at, done }: &ActionItemData| {
            let assignee = self.people.find(who);
            json!({
                "description": what,
                "user_generated": false,
                "completed": done,
                "recording_timestamp": at,
                "assignee": assignee.map(|person| json!({"name": person.name, "email": person.email})),
            })
        };
        meeting.actions.iter().map(row).collect()
    }
}

pub fn render_summary(markdown: &str) -> Value {
    json!({"template_name": "general", "markdown_formatted": markdown})
}

pub fn render_transcript(meeting: &Meeting) -> Value {
    let row = |(who, at, text): &(Attendee, String, String)| {
        let speaker = json!({"display_name": who.name, "matched_calendar_invitee_email": who.email});
        json!({"speaker": speaker, "text": text, "timestamp": at})
    };
    meeting.lines.iter().map(row).collect()
}

/// A time as Fathom writes it.
pub fn time(at: Timestamp) -> String {
    format!("{at:.0}")
}
