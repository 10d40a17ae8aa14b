//! Gong's tools: calls, transcripts, and what a machine wrote about them. Results look like its API's.

mod calls;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use self::calls::{Call, Calls, Party, render_ai_content};
use super::arguments::{Arguments, Problem};
use super::call::{MockProvider, ProviderCall, ProviderRefusal, ProviderRefusalKind};
use super::data::ProviderData;
use super::usual_status;
use crate::order::StableOrder as _;
use crate::sandbox::ids::Ids;
use crate::sandbox::object::extend;
use crate::sandbox::people::{People, Persona};

/// Rows on a page.
const PAGE: usize = 100;

const CONTENT: [&str; 5] = ["brief", "outline", "highlights", "keyPoints", "callSummary"];
const DIRECTIONS: [&str; 4] = ["Inbound", "Outbound", "Conference", "Unknown"];

/// Gong, as one company's calls.
pub struct Gong(Calls);

impl MockProvider for Gong {
    fn run(&mut self, tool: &str, call: &ProviderCall<'_>) -> Option<Result<ProviderData, ProviderRefusal>> {
        let arguments = &Arguments { map: call.arguments, complain };
        let person = call.person;
        let calls = &self.0;
        let answer = match tool {
            "gong_calls_list" => self.list(person, arguments, false, "calls", |call| calls.render(call)),
            "gong_calls_get" => self.list(person, arguments, true, "calls", |call| calls.render_whole(call)),
            "gong_calls_transcript_get" => {
                self.list(person, arguments, true, "callTranscripts", |call| calls.render_transcript(call))
            }
            "gong_calls_ai_content_get" => self.ai_content(person, arguments),
            "gong_call_get" => self.get(person, arguments),
            "gong_calls_create" => self.create(call, arguments),
            "gong_users_list" => {
                page("users", calls.users.iter().map(|user| calls.render_user(user)).collect(), arguments)
            }
            "gong_user_get" => self.user(arguments),
            "gong_call_outcomes_list" => Ok(json!({"callOutcomes": calls.render_outcomes()})),
            "gong_engage_workspaces_list" => Ok(json!({"workspaces": [calls.render_workspace()]})),
            "gong_library_folders_list" => self.folders(arguments),
            "gong_library_folder_content_get" => self.folder(person, arguments),
            _ => return None,
        };
        let request_id = self.0.request_id(tool);
        let signed = |mut answer| {
            extend(&mut answer, [("requestId", request_id.into())]);
            ProviderData::from(answer)
        };
        Some(answer.map(signed))
    }
}

impl Gong {
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        Calls::open(ids, people, now).map(Self)
    }

    /// Calls that fit, one page of them. Finding none at all is a refusal.
    fn list(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
        by_id: bool,
        name: &str,
        render: impl Fn(&Call) -> Value,
    ) -> Result<Value, ProviderRefusal> {
        let moment = |name: &str, other: &str| -> Result<Option<Timestamp>, ProviderRefusal> {
            let read = |text: &str| text.parse().map_err(|_| input(format!("{other}: must be a date-time")));
            arguments.text(name)?.or(arguments.text(other)?).map(read).transpose()
        };
        let from = moment("from_date_time", "fromDateTime")?;
        let to = moment("to_date_time", "toDateTime")?;
        let ids: Vec<&str> = match arguments.map.get("call_ids") {
            Some(Value::Array(_)) => arguments.texts("call_ids")?,
            _ => arguments.text("call_ids")?.unwrap_or_default().split(',').map(str::trim).collect(),
        };
        let ids: Vec<_> = ids.into_iter().filter(|id| !id.is_empty()).collect();
        if by_id && ids.is_empty() {
            return Err(complain("call_ids", Problem::Missing));
        }
        self.workspace(arguments)?;
        let wanted = |call: &&Call| {
            call.shows_to(person)
                && (ids.is_empty() || ids.contains(&call.id.as_str()))
                && from.is_none_or(|from| call.began_at >= from)
                && to.is_none_or(|to| call.began_at < to)
        };
        let rows: Vec<_> = self.0.calls.iter().filter(wanted).map(render).collect();
        if rows.is_empty() {
            return Err(unknown("No calls found corresponding to the provided filters"));
        }
        page(name, rows, arguments)
    }

    fn ai_content(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let parts = arguments.texts("content_selector")?;
        if let Some(other) = parts.iter().find(|part| !CONTENT.contains(part)) {
            return Err(input(format!("contentSelector: {other} is not one of its values")));
        }
        let wanted = |name: &str| parts.is_empty() || parts.contains(&name);
        self.list(person, arguments, true, "calls", |call| render_ai_content(call, wanted))
    }

    fn get(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("id")?;
        let call = self.0.calls.iter().find(|call| call.id == id && call.shows_to(person));
        let call = call.ok_or_else(|| unknown("Call not found"))?;
        Ok(json!({"call": self.0.render(call)}))
    }

    /// The API's own names for the same arguments are read as well.
    fn create(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let moment = |name: &str, other: &str| -> Result<Option<Timestamp>, ProviderRefusal> {
            let read = |text: &str| text.parse().map_err(|_| input(format!("{other}: must be a date-time")));
            arguments.text(name)?.or(arguments.text(other)?).map(read).transpose()
        };
        let began_at =
            moment("actual_start", "actualStart")?.ok_or_else(|| complain("actual_start", Problem::Missing))?;
        let direction = arguments.text("direction")?.unwrap_or("Unknown");
        if !DIRECTIONS.contains(&direction) {
            return Err(input(format!("direction: {direction} is not one of its values")));
        }
        let seconds = arguments.number("duration")?.unwrap_or(0);
        if seconds < 0 {
            return Err(input("duration: must not be negative".into()));
        }
        self.workspace(arguments)?;
        let client_id = arguments.text("client_unique_id")?.or(arguments.text("clientUniqueId")?);
        if client_id.is_some_and(|id| self.0.calls.iter().any(|call| call.client_id.as_deref() == Some(id))) {
            let message = "A call with this clientUniqueId was created before".into();
            return Err(ProviderRefusal { code: "conflict", ..input(message) });
        }
        let mut parties = vec![Party::Person(Arc::clone(call.person))];
        for party in arguments.map.get("parties").and_then(Value::as_array).into_iter().flatten() {
            let text = |name: &str, other: &str| party.get(name).or(party.get(other)).and_then(Value::as_str);
            let email = text("emailAddress", "email_address").unwrap_or_default();
            let known = self.0.users.iter().find(|user| user.person.email == email);
            let party = match known {
                Some(user) => Party::Person(Arc::clone(&user.person)),
                None => Party::Stranger { name: text("name", "name").unwrap_or(email).into(), email: email.into() },
            };
            if !parties.contains(&party) {
                parties.push(party);
            }
        }
        let entered = Call {
            id: self.0.next_id(),
            title: arguments.text("title")?.unwrap_or("Untitled call").into(),
            lead: Arc::clone(call.person),
            parties,
            is_private: false,
            direction: direction.into(),
            purpose: arguments.text("purpose")?.map(Into::into),
            language: arguments.text("language")?.unwrap_or("eng").into(),
            client_id: Some(client_id.unwrap_or_default().into()),
            brief: String::new(),
            key_points: Vec::new(),
            outline: Vec::new(),
            said: Vec::new(),
            scheduled_at: moment("scheduled_start", "scheduledStart")?.unwrap_or(began_at),
            began_at,
            seconds,
        };
        let answer = json!({"callId": entered.id});
        self.0.calls.push(entered);
        self.0.calls.order_by_key(|call| call.began_at);
        Ok(answer)
    }

    fn user(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("id")?;
        let user = self.0.users.iter().find(|user| self.0.user_id(&user.person) == id);
        user.map(|user| json!({"user": self.0.render_user(user)})).ok_or_else(|| unknown("User not found"))
    }

    fn folders(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.workspace(arguments)?;
        let rows: Vec<_> = self.0.library.iter().map(|folder| self.0.render_folder(folder)).collect();
        Ok(json!({"folders": rows}))
    }

    fn folder(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("folder_id")?;
        let folder = self.0.library.iter().find(|folder| folder.id == id);
        folder.map(|folder| self.0.render_content(folder, person)).ok_or_else(|| unknown("Folder not found"))
    }

    /// The only workspace may be named; others do not exist.
    fn workspace(&self, arguments: &Arguments<'_>) -> Result<(), ProviderRefusal> {
        match arguments.text("workspace_id")? {
            Some(id) if id != self.0.workspace_id() => Err(unknown("Workspace not found")),
            _ => Ok(()),
        }
    }
}

/// A page of rows; the cursor says how many came before it.
fn page(name: &str, rows: Vec<Value>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
    let start: usize =
        arguments.text("cursor")?.map_or(Ok(0), str::parse).map_err(|_| input("cursor: is not valid".into()))?;
    let total = rows.len();
    let rows: Vec<_> = rows.into_iter().skip(start).take(PAGE).collect();
    let end = start.saturating_add(PAGE);
    let mut records = json!({"totalRecords": total, "currentPageSize": rows.len(), "currentPageNumber": start / PAGE});
    if end < total {
        extend(&mut records, [("cursor", end.to_string().into())]);
    }
    Ok(json!({"records": records, name: rows}))
}

/// As Gong words it over REST.
pub fn refusal(trouble: &ProviderRefusal) -> (u16, Value) {
    let status = if trouble.code == "conflict" { 409 } else { usual_status(trouble.kind) };
    (status, json!({"requestId": "", "errors": [trouble.message]}))
}

fn input(message: String) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::Input, code: "bad_request", message }
}

fn unknown(message: &str) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::NotFound, code: "not_found", message: message.into() }
}

fn complain(name: &str, problem: Problem) -> ProviderRefusal {
    let what = match problem {
        Problem::Missing => "is required",
        Problem::NotText => "must be a string",
        Problem::NotANumber => "must be a number",
        Problem::NotTexts => "must be an array of strings",
        Problem::NotAFlag => "must be a boolean",
    };
    input(format!("{name}: {what}"))
}
