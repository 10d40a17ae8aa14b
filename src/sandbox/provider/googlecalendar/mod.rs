//! Google Calendar's tools. Events look like the API's. A list stands under a name of its own, as the vendor's examples
//! read it (`events`, `next_page_token`); over REST it is the API's (`items`, `nextPageToken`).

mod calendars;
mod changes;
mod event;
mod reads;
mod recurrence;
mod times;

use std::sync::Arc;

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use self::calendars::{Calendar, Calendars};
use self::event::CalendarEvent;
use super::arguments::{Arguments, Problem};
use super::call::{MockProvider, ProviderCall, ProviderRefusal, ProviderRefusalKind};
use super::data::ProviderData;
use super::rest::{RestAnswer, RestRequest};
use super::usual_status;
use crate::sandbox::ids::Ids;
use crate::sandbox::people::{People, Persona};

/// Google Calendar, as everybody's calendars.
pub struct GoogleCalendar(Calendars);

impl MockProvider for GoogleCalendar {
    fn run(&mut self, tool: &str, call: &ProviderCall<'_>) -> Option<Result<ProviderData, ProviderRefusal>> {
        let arguments = Arguments { map: call.arguments, complain };
        let answer = match tool {
            "googlecalendar_list_calendars" => self.list_calendars(call.person, &arguments),
            "googlecalendar_get_calendar" => self.get_calendar(call.person, &arguments),
            "googlecalendar_list_events" | "googlecalendar_search_events" => self.list_events(call.person, &arguments),
            "googlecalendar_get_event_by_id" => self.get_event(call.person, &arguments),
            "googlecalendar_create_event" => self.create_event(call, &arguments),
            "googlecalendar_update_event" => self.update_event(call, &arguments),
            "googlecalendar_delete_event" => self.delete_event(call, &arguments),
            "googlecalendar_query_freebusy" => self.free_busy(call.person, &arguments),
            _ => return None,
        };
        Some(answer.map(ProviderData::from))
    }

    /// The lists, which look otherwise than the tools'.
    fn rest(&mut self, person: &Arc<Persona>, request: &RestRequest<'_>, _: Timestamp) -> Option<RestAnswer> {
        if request.method != "GET" {
            return None;
        }
        let answer = if let Some((_, map)) = request.fits("/calendar/v3/calendars/{calendar_id}/events") {
            self.rest_events(person, &Arguments { map: &map, complain })
        } else if let Some((_, map)) = request.fits("/calendar/v3/users/me/calendarList") {
            self.rest_calendars(person, &Arguments { map: &map, complain })
        } else {
            return None;
        };
        Some(match answer {
            Ok(body) => RestAnswer::json(200, &body),
            Err(trouble) => {
                let (status, body) = refusal(&trouble);
                RestAnswer::json(status, &body)
            }
        })
    }
}

impl GoogleCalendar {
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        Calendars::open(ids, people, now).map(Self)
    }

    /// The calendar that the arguments mean, and what somebody may do with it; their own when they name none.
    fn calendar(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<(&Calendar, &'static str), ProviderRefusal> {
        let id = arguments.text("calendar_id")?.unwrap_or("primary");
        let meant = self.0.calendars.iter().find(|calendar| match id {
            "primary" => calendar.owner.as_ref() == Some(person),
            id => calendar.id == id,
        });
        meant.and_then(|calendar| Some((calendar, calendar.role(person)?))).ok_or_else(unknown)
    }

    /// Place of the event of this id in a calendar. An occurrence of a repeated one is found by the id that it has in
    /// lists, and then it comes as well.
    fn place(&self, calendar: &Calendar, id: &str) -> Result<(usize, Option<CalendarEvent>), ProviderRefusal> {
        let find = |id: &str| self.0.events.iter().position(|event| event.id == id && event.shows_in(calendar));
        if let Some(place) = find(id) {
            return Ok((place, None));
        }
        let occurrence = id.rsplit_once('_').and_then(|(series, start)| {
            let place = find(series)?;
            let start = DateTime::strptime("%Y%m%dT%H%M%SZ", start).ok()?;
            let start = Offset::UTC.to_timestamp(start).ok()?;
            let until = start.checked_add(SignedDuration::from_secs(1)).ok()?;
            let there = self.0.events.get(place)?.occurrences(start, until);
            Some((place, Some(there.into_iter().find(|one| one.id == id)?)))
        });
        occurrence.ok_or_else(unknown)
    }
}

/// As the Calendar API words it over REST.
pub fn refusal(trouble: &ProviderRefusal) -> (u16, Value) {
    let status = usual_status(trouble.kind);
    let error = json!({"domain": "global", "reason": trouble.code, "message": trouble.message});
    (status, json!({"error": {"code": status, "message": trouble.message, "errors": [error]}}))
}

fn input(message: impl Into<String>) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::Input, code: "invalid", message: message.into() }
}

fn forbidden(code: &'static str, message: &str) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::Forbidden, code, message: message.into() }
}

fn unknown() -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::NotFound, code: "notFound", message: "Not Found".into() }
}

fn complain(name: &str, problem: Problem) -> ProviderRefusal {
    let what = match problem {
        Problem::Missing => "Required",
        Problem::NotText => "Invalid value: a string is expected",
        Problem::NotANumber => "Invalid value: an integer is expected",
        Problem::NotTexts => "Invalid value: a list of strings is expected",
        Problem::NotAFlag => "Invalid value: a boolean is expected",
    };
    let code = if matches!(problem, Problem::Missing) { "required" } else { "invalid" };
    ProviderRefusal { kind: ProviderRefusalKind::Input, code, message: format!("{name}: {what}") }
}
