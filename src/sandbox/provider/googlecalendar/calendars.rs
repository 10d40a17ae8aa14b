//! Calendars: everybody's own, and some that are shared. An event exists once; it also shows in the calendars of those
//! who are invited.

use std::sync::Arc;

use jiff::civil::Time;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Value, json};

use super::event::{Attendee, CalendarEvent, Moment};
use super::recurrence::Rule;
use crate::sandbox::ids::Ids;
use crate::sandbox::people::{People, Persona};

const DATA: &str = include_str!("../../../../assets/sandbox/data/googlecalendar.json");

pub struct Calendars {
    ids: Ids,
    pub people: People,
    pub calendars: Vec<Calendar>,
    /// Events, in the order they were made.
    pub events: Vec<CalendarEvent>,
    /// Events made so far; the next id follows from it.
    made: usize,
}

pub struct Calendar {
    /// Address of its owner, or one of its own.
    pub id: String,
    pub summary: String,
    /// Person whose own calendar it is.
    pub owner: Option<Arc<Persona>>,
    writers: Vec<Arc<Persona>>,
    everybody_reads: bool,
}

impl Calendar {
    /// What somebody may do with it, in the API's word; none where it does not exist for them.
    pub fn role(&self, person: &Arc<Persona>) -> Option<&'static str> {
        if self.owner.as_ref() == Some(person) {
            Some("owner")
        } else if self.writers.contains(person) {
            Some("writer")
        } else {
            self.everybody_reads.then_some("reader")
        }
    }

    pub fn may_write(&self, person: &Arc<Persona>) -> bool {
        matches!(self.role(person), Some("owner" | "writer"))
    }

    /// As it stands in somebody's list.
    pub fn render_entry(&self, person: &Arc<Persona>, role: &str) -> Value {
        let mut entry = json!({
            "kind": "calendar#calendarListEntry",
            "id": self.id,
            "summary": self.summary,
            "timeZone": "UTC",
            "accessRole": role,
            "selected": true,
        });
        if self.owner.as_ref() == Some(person) {
            crate::sandbox::object::extend(&mut entry, [("primary", true.into())]);
        }
        entry
    }

    pub fn render(&self) -> Value {
        json!({"kind": "calendar#calendar", "id": self.id, "summary": self.summary, "timeZone": "UTC"})
    }
}

/// The data file. People go by their keys, strangers by their addresses.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarsData {
    shared: Vec<SharedData>,
    events: Vec<EventData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SharedData {
    key: String,
    summary: String,
    writers: Vec<String>,
    #[serde(default)]
    everybody_reads: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventData {
    /// Key of a person or of a shared calendar.
    calendar: String,
    summary: String,
    description: Option<String>,
    location: Option<String>,
    /// Days from the day on which the world begins.
    day: i64,
    /// Time of day in UTC; an event of the whole day when left out.
    at: Option<Time>,
    #[serde(default)]
    minutes: i64,
    #[serde(default)]
    attendees: Vec<String>,
    /// Those of the attendees who said no.
    #[serde(default)]
    declined: Vec<String>,
    recurrence: Option<String>,
    #[serde(default)]
    private: bool,
}

impl Calendars {
    /// Reads the data file; days count from the day of `now`.
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        let data: CalendarsData = serde_json::from_str(DATA)?;
        let own = people.iter().map(|person| Calendar {
            id: person.email.clone(),
            summary: person.email.clone(),
            owner: Some(Arc::clone(person)),
            writers: Vec::new(),
            everybody_reads: false,
        });
        let mut world = Self { ids, people: people.clone(), calendars: own.collect(), events: Vec::new(), made: 0 };
        for SharedData { key, summary, writers, everybody_reads } in data.shared {
            let writers = writers.iter().map(|key| people.named(key)).collect::<Result<_, _>>()?;
            let id = format!("c_{}@group.calendar.google.com", ids.code("", &format!("calendar/{key}")).to_lowercase());
            world.calendars.push(Calendar { id, summary, owner: None, writers, everybody_reads });
        }
        for event in data.events {
            let event = world.build(event, now)?;
            world.add(event);
        }
        Ok(world)
    }

    fn build(&self, data: EventData, now: Timestamp) -> Result<CalendarEvent, serde_json::Error> {
        let today = Offset::UTC.to_datetime(now).date();
        let day = today.checked_add(data.day.days()).map_err(serde_json::Error::custom)?;
        let shared = format!("calendar/{}", data.calendar);
        let shared = format!("c_{}@group.calendar.google.com", self.ids.code("", &shared).to_lowercase());
        let (calendar, creator) = match self.people.find(&data.calendar) {
            Some(person) => (person.email.clone(), Arc::clone(person)),
            None => {
                let known = self.calendars.iter().find(|calendar| calendar.id == shared);
                let first = known.and_then(|known| known.writers.first());
                let unknown = || serde_json::Error::custom(format_args!("there is no calendar {}", data.calendar));
                (shared, Arc::clone(first.ok_or_else(unknown)?))
            }
        };
        let (start, end) = match data.at {
            None => (Moment::Day(day), Moment::Day(day.tomorrow().map_err(serde_json::Error::custom)?)),
            Some(at) => {
                let start = TimeZone::UTC.to_zoned(day.to_datetime(at)).map_err(serde_json::Error::custom)?;
                let end = start.checked_add(data.minutes.minutes()).map_err(serde_json::Error::custom)?;
                (Moment::At(start), Moment::At(end))
            }
        };
        let attendee = |key: &String| {
            let email = self.people.find(key).map_or(key.as_str(), |person| person.email.as_str());
            let response = if data.declined.contains(key) { "declined" } else { "accepted" };
            Attendee { email: email.into(), response: response.into() }
        };
        let made = now.checked_sub(SignedDuration::from_hours(240)).map_err(serde_json::Error::custom)?;
        Ok(CalendarEvent {
            calendar,
            summary: data.summary,
            description: data.description.unwrap_or_default(),
            location: data.location.unwrap_or_default(),
            attendees: data.attendees.iter().map(attendee).collect(),
            rule: data.recurrence.map(|rule| Rule::read(&rule).map_err(serde_json::Error::custom)).transpose()?,
            visibility: if data.private { "private" } else { "default" }.into(),
            ..CalendarEvent::new(self.next_id(), creator, start, end, made)
        })
    }

    pub fn next_id(&self) -> String {
        let number = self.ids.number(&format!("calendar/event/{}", self.made));
        format!("{number:016x}{:010x}", number.rotate_left(23) >> 24)
    }

    pub fn add(&mut self, event: CalendarEvent) {
        self.events.push(event);
        self.made += 1;
    }

    /// Somebody's name, where it is known.
    pub fn name(&self, email: &str) -> Option<&str> {
        self.people.with_email(email).map(|person| person.name.as_str())
    }

    /// Events that show in a calendar.
    pub fn shown_in<'a>(&'a self, calendar: &'a Calendar) -> impl Iterator<Item = &'a CalendarEvent> {
        self.events.iter().filter(|event| event.shows_in(calendar))
    }
}
