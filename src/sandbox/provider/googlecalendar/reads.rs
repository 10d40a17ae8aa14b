//! Reading calendars: which there are, what stands in them, and when somebody is busy.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::calendars::Calendar;
use super::event::CalendarEvent;
use super::times::instant;
use super::{GoogleCalendar, input};
use crate::order::StableOrder as _;
use crate::sandbox::object::extend;
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::ProviderRefusal;

/// Events on a page when nothing else is asked for, and at most.
const PAGE: i64 = 250;
const LARGEST_PAGE: i64 = 2500;

/// One page of a list, rendered, and the token of the next one.
struct Page {
    rows: Vec<Value>,
    next: Option<String>,
}

impl GoogleCalendar {
    pub(super) fn list_calendars(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let Page { rows, next } = self.calendars(person, arguments)?;
        Ok(json!({"calendars": rows, "next_page_token": next.unwrap_or_default()}))
    }

    pub(super) fn rest_calendars(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let Page { rows, next } = self.calendars(person, arguments)?;
        let mut list = json!({"kind": "calendar#calendarList", "items": rows});
        if let Some(next) = next {
            extend(&mut list, [("nextPageToken", next.into())]);
        }
        Ok(list)
    }

    pub(super) fn get_calendar(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        self.calendar(person, arguments).map(|(calendar, _)| calendar.render())
    }

    /// Repeated events come as their occurrences unless `single_events` is false.
    pub(super) fn list_events(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let (calendar, _) = self.calendar(person, arguments)?;
        let single = arguments.flag("single_events")?.unwrap_or(true);
        let Page { rows, next } = self.events(calendar, person, arguments, single)?;
        Ok(json!({"events": rows, "next_page_token": next.unwrap_or_default()}))
    }

    pub(super) fn rest_events(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let (calendar, role) = self.calendar(person, arguments)?;
        // Python writes its flags with a capital.
        let single = match arguments.map.get("singleEvents") {
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
            _ => arguments.flag("singleEvents")?.unwrap_or(false),
        };
        let Page { rows, next } = self.events(calendar, person, arguments, single)?;
        let mut list = json!({
            "kind": "calendar#events",
            "summary": calendar.summary,
            "timeZone": "UTC",
            "accessRole": role,
            "defaultReminders": [],
            "items": rows,
        });
        if let Some(next) = next {
            extend(&mut list, [("nextPageToken", next.into())]);
        }
        Ok(list)
    }

    pub(super) fn get_event(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let (calendar, _) = self.calendar(person, arguments)?;
        let (place, occurrence) = self.place(calendar, arguments.required_text("event_id")?)?;
        let event = occurrence.as_ref().or(self.0.events.get(place));
        event.map(|event| self.0.render(event, person)).ok_or_else(super::unknown)
    }

    /// When calendars are taken. Within the company everybody may know that of everybody.
    pub(super) fn free_busy(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let required = |name: &str, names| instant(arguments, names)?.ok_or_else(|| input(format!("{name}: Required")));
        let from = required("timeMin", ["time_min", "timeMin"])?;
        let to = required("timeMax", ["time_max", "timeMax"])?;
        if to <= from {
            return Err(input("The requested time range is empty."));
        }
        let mut ids = arguments.texts("calendar_ids")?;
        if let Some(Value::Array(items)) = arguments.map.get("items") {
            ids.extend(items.iter().filter_map(|item| item.get("id")?.as_str()));
        }
        let mut calendars = Map::new();
        for id in ids {
            let meant = self.0.calendars.iter().find(|calendar| match id {
                "primary" => calendar.owner.as_ref() == Some(person),
                id => calendar.id == id && (calendar.owner.is_some() || calendar.role(person).is_some()),
            });
            let row = match meant {
                Some(calendar) => json!({"busy": self.busy(calendar, from, to)}),
                None => json!({"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}),
            };
            calendars.insert(id.into(), row);
        }
        let text = |at: Timestamp| format!("{at:.3}");
        Ok(json!({
            "kind": "calendar#freeBusy", "timeMin": text(from), "timeMax": text(to), "calendars": calendars,
        }))
    }

    /// The times that are taken between two moments, joined where they touch.
    fn busy(&self, calendar: &Calendar, from: Timestamp, to: Timestamp) -> Vec<Value> {
        let taken = self.0.shown_in(calendar).filter(|event| event.occupies(calendar));
        let mut taken: Vec<_> = taken
            .flat_map(|event| event.occurrences(from, to))
            .map(|event| (event.start.instant().max(from), event.end.instant().min(to)))
            .collect();
        taken.order();
        let mut joined: Vec<(Timestamp, Timestamp)> = Vec::new();
        for (start, end) in taken {
            match joined.last_mut() {
                Some((_, last)) if start <= *last => *last = end.max(*last),
                _ => joined.push((start, end)),
            }
        }
        let text = |at: Timestamp| at.display_with_offset(jiff::tz::Offset::UTC).to_string();
        joined.into_iter().map(|(start, end)| json!({"start": text(start), "end": text(end)})).collect()
    }

    fn calendars(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Page, ProviderRefusal> {
        let least = arguments.text("min_access_role")?.or(arguments.text("minAccessRole")?);
        let ranks = ["freeBusyReader", "reader", "writer", "owner"];
        let rank = |role: &str| ranks.iter().position(|known| *known == role);
        let least = match least {
            None => 0,
            Some(role) => rank(role).ok_or_else(|| input(format!("min_access_role: Invalid value: {role}")))?,
        };
        let seen = self.0.calendars.iter().filter_map(|calendar| Some((calendar, calendar.role(person)?)));
        let seen: Vec<_> = seen.filter(|(_, role)| rank(role) >= Some(least)).collect();
        let id = |(calendar, _): &(&Calendar, &str)| calendar.id.clone();
        page(&seen, id, |(calendar, role)| calendar.render_entry(person, role), arguments)
    }

    fn events(
        &self,
        calendar: &Calendar,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
        single: bool,
    ) -> Result<Page, ProviderRefusal> {
        let from = instant(arguments, ["time_min", "timeMin"])?.unwrap_or(Timestamp::MIN);
        let to = instant(arguments, ["time_max", "timeMax"])?.unwrap_or(Timestamp::MAX);
        if to <= from {
            return Err(input("The requested time range is empty."));
        }
        let query = arguments.text("query")?.or(arguments.text("q")?).unwrap_or_default().to_lowercase();
        let shown = self.0.shown_in(calendar).filter(|event| query.is_empty() || event.holds(&query));
        let mut found: Vec<CalendarEvent> = if single {
            shown.flat_map(|event| event.occurrences(from, to)).collect()
        } else {
            shown.filter(|event| !event.occurrences(from, to).is_empty()).cloned().collect()
        };
        match arguments.text("order_by")?.or(arguments.text("orderBy")?) {
            None => {}
            Some("startTime") if single => found.order_by_key(|event| event.start.instant()),
            Some("startTime") => {
                return Err(input("The requested ordering is not available for the particular query."));
            }
            Some("updated") => found.order_by_key(|event| event.updated_at),
            Some(other) => return Err(input(format!("order_by: Invalid value: {other}"))),
        }
        page(&found, |event| event.id.clone(), |event| self.0.render(event, person), arguments)
    }
}

/// The page that is asked for. Its token is the id of the last row.
fn page<T>(
    rows: &[T],
    id: impl Fn(&T) -> String,
    render: impl Fn(&T) -> Value,
    arguments: &Arguments<'_>,
) -> Result<Page, ProviderRefusal> {
    let size = arguments.number("max_results")?.or(arguments.number("maxResults")?).unwrap_or(PAGE);
    if size < 1 {
        return Err(input("max_results: Invalid value: it must be at least 1"));
    }
    let size = usize::try_from(size.min(LARGEST_PAGE)).unwrap_or_default();
    let start = match arguments.text("page_token")?.or(arguments.text("pageToken")?) {
        None => 0,
        Some(token) => {
            let last = rows.iter().position(|row| id(row) == token);
            last.ok_or_else(|| input(format!("page_token: Invalid value: {token}")))? + 1
        }
    };
    let shown: Vec<_> = rows.iter().skip(start).take(size).collect();
    let next = shown.last().filter(|_| start + size < rows.len()).map(|row| id(row));
    Ok(Page { rows: shown.into_iter().map(render).collect(), next })
}
