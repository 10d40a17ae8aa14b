//! Fathom's tools: recorded meetings, their summaries and transcripts. Results look like its API's.

mod meetings;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use self::meetings::{Meeting, MeetingWebhook, Meetings, render_summary, render_transcript, time};
use super::arguments::{Arguments, Problem};
use super::call::{MockProvider, ProviderCall, ProviderRefusal, ProviderRefusalKind};
use super::data::ProviderData;
use super::usual_status;
use crate::sandbox::ids::Ids;
use crate::sandbox::people::{People, Persona};

/// Rows on a page.
const PAGE: usize = 10;

/// Content that a list or a webhook may carry.
const INCLUDES: [&str; 4] = ["include_transcript", "include_summary", "include_action_items", "include_crm_matches"];

const TRIGGERS: [&str; 4] =
    ["my_recordings", "shared_external_recordings", "my_shared_with_team_recordings", "shared_team_recordings"];

/// Fathom, as one company's meetings.
pub struct Fathom(Meetings);

impl MockProvider for Fathom {
    fn run(&mut self, tool: &str, call: &ProviderCall<'_>) -> Option<Result<ProviderData, ProviderRefusal>> {
        let arguments = &Arguments { map: call.arguments, complain };
        let person = call.person;
        let answer = match tool {
            "fathom_list_meetings" => self.meetings(person, arguments),
            "fathom_get_recording_summary" => {
                self.recording(person, arguments, |meeting| json!({"summary": render_summary(&meeting.summary)}))
            }
            "fathom_get_recording_transcript" => {
                self.recording(person, arguments, |meeting| json!({"transcript": render_transcript(meeting)}))
            }
            "fathom_request_recording_download" => self.request_download(person, arguments),
            "fathom_get_recording_download_status" => self.download(person, arguments),
            "fathom_list_meeting_types" => {
                page(self.0.kinds.iter().map(|name| json!({"name": name})).collect(), arguments)
            }
            "fathom_list_teams" => {
                let row =
                    |team: &meetings::MeetingTeam| json!({"name": team.name, "created_at": time(team.created_at)});
                page(self.0.teams.iter().map(row).collect(), arguments)
            }
            "fathom_list_team_members" => self.members(arguments),
            "fathom_list_users" => self.users(person, arguments),
            "fathom_create_webhook" => self.create_webhook(call, arguments),
            "fathom_delete_webhook" => self.delete_webhook(person, arguments),
            _ => return None,
        };
        Some(answer.map(ProviderData::from))
    }
}

impl Fathom {
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        Meetings::open(ids, people, now).map(Self)
    }

    fn meetings(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let moment = |name: &str| -> Result<Option<Timestamp>, ProviderRefusal> {
            let read = |text: &str| text.parse().map_err(|_| input(format!("{name} must be an ISO 8601 timestamp")));
            arguments.text(name)?.map(read).transpose()
        };
        let (after, before) = (moment("created_after")?, moment("created_before")?);
        let domains = list(arguments, "calendar_invitees_domains")?;
        let recorders = list(arguments, "recorded_by")?;
        let teams = list(arguments, "teams")?;
        let kind = arguments.text("meeting_type")?;
        let internal = match arguments.text("calendar_invitees_domains_type")? {
            None | Some("all") => None,
            Some("only_internal") => Some(true),
            Some("one_or_more_external") => Some(false),
            Some(other) => {
                return Err(input(format!("calendar_invitees_domains_type {other} is not one of its values")));
            }
        };
        let mut includes = Vec::new();
        for name in INCLUDES.into_iter().chain(["include_highlights"]) {
            if arguments.flag(name)?.unwrap_or(false) {
                includes.push(name);
            }
        }
        let wanted = |meeting: &&Meeting| {
            let team = self.0.team_of(&meeting.recorded_by);
            after.is_none_or(|after| meeting.began_at > after)
                && before.is_none_or(|before| meeting.began_at < before)
                && (domains.is_empty() || meeting.has_domain(&domains))
                && (recorders.is_empty() || recorders.contains(&meeting.recorded_by.email.as_str()))
                && (teams.is_empty() || team.is_some_and(|team| teams.contains(&team.name.as_str())))
                && kind.is_none_or(|kind| meeting.kind == kind)
                && internal.is_none_or(|internal| meeting.is_internal() == internal)
        };
        let rows = self.0.seen_by(person).filter(wanted);
        page(rows.map(|meeting| self.0.render(meeting, |name| includes.contains(&name))).collect(), arguments)
    }

    /// A part of one recording. The sandbox sends nothing anywhere, so it takes no other destination.
    fn recording(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
        part: impl Fn(&Meeting) -> Value,
    ) -> Result<Value, ProviderRefusal> {
        let meeting = self.seen(person, arguments)?;
        match arguments.text("destination_url")? {
            Some(_) => Err(input("The sandbox sends nothing to a destination_url: leave it out".into())),
            None => Ok(part(meeting)),
        }
    }

    /// Nobody filmed these meetings, so there is nothing to download.
    fn request_download(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.seen(person, arguments)?;
        Err(ProviderRefusal { code: "unprocessable", ..input("This recording has no downloadable media".into()) })
    }

    fn download(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        arguments.required_text("download_id")?;
        self.seen(person, arguments)?;
        Err(unknown("Download"))
    }

    fn seen(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<&Meeting, ProviderRefusal> {
        let id = arguments.required_number("recording_id")?;
        self.0.seen_by(person).find(|meeting| meeting.recording == id).ok_or_else(|| unknown("Recording"))
    }

    fn members(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let wanted = arguments.text("team")?;
        let teams = self.0.teams.iter().filter(|team| wanted.is_none_or(|wanted| team.name == wanted));
        let members = teams.flat_map(|team| team.members.iter().map(|person| (person, team.created_at)));
        let row = |(person, created): (&Arc<Persona>, Timestamp)| json!({"name": person.name, "email": person.email, "created_at": time(created)});
        page(members.map(row).collect(), arguments)
    }

    fn users(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        if !self.0.admins.contains(person) {
            let message = "Only account admins may list users".into();
            return Err(ProviderRefusal { kind: ProviderRefusalKind::Forbidden, code: "forbidden", message });
        }
        let (team, status) = (arguments.text("team")?, arguments.text("status")?);
        let access = arguments.text("settings_access")?;
        if status == Some("invited") && access.is_some() {
            return Err(input("status invited cannot be combined with settings_access".into()));
        }
        let row = |user: &Arc<Persona>| {
            let theirs = self.0.team_of(user).map(|team| team.name.as_str());
            let may = if self.0.admins.contains(user) { "account_admin" } else { "none" };
            let wanted = team.is_none_or(|team| theirs == Some(team))
                && status.is_none_or(|status| status == "active")
                && access.is_none_or(|access| access == may);
            wanted.then(|| {
                json!({
                    "name": user.name,
                    "email": user.email,
                    "team": theirs,
                    "status": "active",
                    "settings_access": may,
                    "permissions": {"view_meetings": if may == "none" { "team" } else { "all" }},
                })
            })
        };
        page(self.0.people.iter().filter_map(row).collect(), arguments)
    }

    fn create_webhook(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let url = arguments.required_text("destination_url")?;
        if !Url::parse(url).is_ok_and(|url| url.scheme() == "https" && url.has_host()) {
            return Err(input("destination_url must be an HTTPS URL".into()));
        }
        let triggers = arguments.texts("triggered_for")?;
        if triggers.is_empty() {
            return Err(complain("triggered_for", Problem::Missing));
        }
        if let Some(other) = triggers.iter().find(|trigger| !TRIGGERS.contains(trigger)) {
            return Err(input(format!("triggered_for: {other} is not one of its values")));
        }
        let mut includes = Vec::new();
        for name in INCLUDES {
            includes.push((name, arguments.flag(name)?.unwrap_or(false)));
        }
        if !includes.iter().any(|(_, wanted)| *wanted) {
            return Err(input("At least one of include_transcript, include_summary, include_action_items or include_crm_matches must be true".into()));
        }
        let (id, secret) = self.0.next_webhook();
        let webhook = MeetingWebhook {
            id,
            owner: Arc::clone(call.person),
            url: url.into(),
            secret,
            triggers: triggers.into_iter().map(Into::into).collect(),
            includes,
            created_at: call.now,
        };
        let MeetingWebhook { id, url, secret, triggers, includes, created_at, .. } = &webhook;
        let mut row = json!({
            "id": id, "url": url, "secret": secret, "created_at": time(*created_at), "triggered_for": triggers,
        });
        if let Some(row) = row.as_object_mut() {
            row.extend(includes.iter().map(|(name, wanted)| ((*name).to_owned(), Value::from(*wanted))));
        }
        self.0.webhooks.push(webhook);
        Ok(row)
    }

    fn delete_webhook(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("id")?;
        let place = self.0.webhooks.iter().position(|webhook| webhook.id == id && webhook.owner == *person);
        self.0.webhooks.remove(place.ok_or_else(|| unknown("Webhook"))?);
        Ok(Value::Null)
    }
}

/// Texts of a list; over REST the name ends in brackets, and one value is no list yet.
fn list<'a>(arguments: &Arguments<'a>, name: &str) -> Result<Vec<&'a str>, ProviderRefusal> {
    let brackets = format!("{name}[]");
    let name = if arguments.map.contains_key(&brackets) { &brackets } else { name };
    match arguments.map.get(name) {
        Some(Value::String(one)) => Ok(vec![one]),
        _ => arguments.texts(name),
    }
}

/// A page of rows; the cursor says how many came before it.
fn page(rows: Vec<Value>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
    let start: usize =
        arguments.text("cursor")?.map_or(Ok(0), str::parse).map_err(|_| input("Invalid cursor".into()))?;
    let end = start.saturating_add(PAGE);
    let next = (end < rows.len()).then(|| end.to_string());
    let rows: Vec<_> = rows.into_iter().skip(start).take(PAGE).collect();
    Ok(json!({"limit": PAGE, "next_cursor": next, "items": rows}))
}

/// As Fathom words it over REST.
pub fn refusal(trouble: &ProviderRefusal) -> (u16, Value) {
    let status = if trouble.code == "unprocessable" { 422 } else { usual_status(trouble.kind) };
    (status, json!({"error": trouble.message}))
}

fn input(message: String) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::Input, code: "bad_request", message }
}

fn unknown(what: &str) -> ProviderRefusal {
    let message = format!("{what} not found");
    ProviderRefusal { kind: ProviderRefusalKind::NotFound, code: "not_found", message }
}

fn complain(name: &str, problem: Problem) -> ProviderRefusal {
    let what = match problem {
        Problem::Missing => "is required",
        Problem::NotText => "must be a string",
        Problem::NotANumber => "must be an integer",
        Problem::NotTexts => "must be an array of strings",
        Problem::NotAFlag => "must be a boolean",
    };
    input(format!("{name} {what}"))
}
