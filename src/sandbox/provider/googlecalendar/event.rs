//! Events, once or repeated, as somebody sees them.

use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _, Zoned};
use serde_json::{Map, Value, json};

use super::calendars::{Calendar, Calendars};
use super::recurrence::Rule;
use crate::sandbox::people::Persona;

/// When an event begins or ends.
#[derive(Clone, Debug, PartialEq)]
pub enum Moment {
    /// A whole day.
    Day(Date),
    At(Zoned),
}

impl Moment {
    /// The instant; days begin at midnight in UTC.
    pub fn instant(&self) -> Timestamp {
        match self {
            Self::Day(day) => {
                TimeZone::UTC.to_timestamp(day.to_datetime(jiff::civil::Time::midnight())).unwrap_or(Timestamp::MAX)
            }
            Self::At(at) => at.timestamp(),
        }
    }

    fn civil(&self) -> DateTime {
        match self {
            Self::Day(day) => day.to_datetime(jiff::civil::Time::midnight()),
            Self::At(at) => at.datetime(),
        }
    }

    /// The same kind of moment at another day and time.
    fn moved_to(&self, civil: DateTime) -> Option<Self> {
        match self {
            Self::Day(_) => Some(Self::Day(civil.date())),
            Self::At(at) => at.time_zone().to_zoned(civil).ok().map(Self::At),
        }
    }

    pub fn later_by(&self, duration: SignedDuration) -> Option<Self> {
        match self {
            Self::Day(day) => day.checked_add(duration).ok().map(Self::Day),
            Self::At(at) => at.checked_add(duration).ok().map(Self::At),
        }
    }

    pub fn render(&self) -> Value {
        match self {
            Self::Day(day) => json!({"date": day}),
            Self::At(at) => json!({
                "dateTime": at.timestamp().display_with_offset(at.offset()).to_string(),
                "timeZone": at.time_zone().iana_name().unwrap_or("UTC"),
            }),
        }
    }
}

#[derive(Clone)]
pub struct Attendee {
    pub email: String,
    /// One of the API's words, such as `needsAction`.
    pub response: String,
}

#[derive(Clone)]
pub struct CalendarEvent {
    pub id: String,
    /// Id of the calendar that it belongs to.
    pub calendar: String,
    pub summary: String,
    pub description: String,
    pub location: String,
    pub start: Moment,
    pub end: Moment,
    pub attendees: Vec<Attendee>,
    pub rule: Option<Rule>,
    /// Beginnings of the occurrences that do not take place, or stand alone.
    pub exceptions: Vec<Timestamp>,
    /// Id of the repeated event, and beginning of the occurrence, that this one stands for.
    pub occurrence_of: Option<(String, Moment)>,
    pub visibility: String,
    pub transparency: String,
    pub meeting_room: bool,
    pub guests_can_modify: bool,
    pub guests_can_invite_others: bool,
    pub guests_can_see_other_guests: bool,
    pub creator: Arc<Persona>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl CalendarEvent {
    /// An event with nothing in it, in its creator's own calendar.
    pub fn new(id: String, creator: Arc<Persona>, start: Moment, end: Moment, created_at: Timestamp) -> Self {
        Self {
            id,
            calendar: creator.email.clone(),
            summary: String::new(),
            description: String::new(),
            location: String::new(),
            start,
            end,
            attendees: Vec::new(),
            rule: None,
            exceptions: Vec::new(),
            occurrence_of: None,
            visibility: "default".into(),
            transparency: "opaque".into(),
            meeting_room: false,
            guests_can_modify: false,
            guests_can_invite_others: true,
            guests_can_see_other_guests: true,
            creator,
            created_at,
            updated_at: created_at,
        }
    }

    pub fn shows_in(&self, calendar: &Calendar) -> bool {
        self.calendar == calendar.id || self.attendees.iter().any(|guest| guest.email == calendar.id)
    }

    pub fn duration(&self) -> SignedDuration {
        self.end.instant().duration_since(self.start.instant())
    }

    /// Whether it takes place at all between two moments.
    pub fn overlaps(&self, from: Timestamp, to: Timestamp) -> bool {
        self.end.instant() > from && self.start.instant() < to
    }

    /// True where it takes somebody's time.
    pub fn occupies(&self, calendar: &Calendar) -> bool {
        let guest = self.attendees.iter().find(|guest| guest.email == calendar.id);
        self.transparency == "opaque" && guest.is_none_or(|guest| guest.response != "declined")
    }

    /// Occurrences of it between two moments; itself, when it is not repeated. One without an end in sight is followed
    /// for a year.
    pub fn occurrences(&self, from: Timestamp, to: Timestamp) -> Vec<Self> {
        let Some(rule) = &self.rule else {
            return if self.overlaps(from, to) { vec![self.clone()] } else { Vec::new() };
        };
        let year_on = |at: Timestamp| at.checked_add(SignedDuration::from_hours(366 * 24)).unwrap_or(Timestamp::MAX);
        let horizon = to.min(year_on(from.max(self.start.instant())));
        let horizon = TimeZone::UTC.to_datetime(horizon).checked_add(1.day()).unwrap_or(DateTime::MAX);
        let starts = rule.starts(self.start.civil(), horizon);
        let one = |start: DateTime| {
            let start = self.start.moved_to(start)?;
            let end = start.later_by(self.duration())?;
            let id = format!("{}_{}", self.id, start.instant().strftime("%Y%m%dT%H%M%SZ"));
            let occurrence_of = Some((self.id.clone(), start.clone()));
            Some(Self { id, start, end, rule: None, exceptions: Vec::new(), occurrence_of, ..self.clone() })
        };
        let all = starts.into_iter().filter_map(one);
        all.filter(|one| one.overlaps(from, to) && !self.exceptions.contains(&one.start.instant())).collect()
    }

    pub fn holds(&self, text: &str) -> bool {
        let guests: Vec<_> = self.attendees.iter().map(|guest| guest.email.as_str()).collect();
        let all = format!("{} {} {} {}", self.summary, self.description, self.location, guests.join(" "));
        all.to_lowercase().contains(text)
    }
}

impl Calendars {
    /// An event as somebody sees it. Of another's private event only the time shows.
    pub fn render(&self, event: &CalendarEvent, person: &Arc<Persona>) -> Value {
        let someone = |email: &str| {
            let mut someone = json!({"email": email});
            let calendar = self.calendars.iter().find(|calendar| calendar.id == email);
            let name = self.name(email).or(calendar.map(|calendar| calendar.summary.as_str()));
            let more = [("displayName", name.map(Value::from)), ("self", (person.email == email).then(|| true.into()))];
            for (field, value) in more {
                if let (Some(value), Some(someone)) = (value, someone.as_object_mut()) {
                    someone.insert(field.into(), value);
                }
            }
            someone
        };
        let guest = |guest: &Attendee| {
            let mut row = someone(&guest.email);
            if let Some(row) = row.as_object_mut() {
                if guest.email == event.calendar {
                    row.insert("organizer".into(), true.into());
                }
                row.insert("responseStatus".into(), guest.response.as_str().into());
            }
            row
        };
        let concerned = event.creator == *person
            || event.calendar == person.email
            || event.attendees.iter().any(|guest| guest.email == person.email);
        let hidden = event.visibility == "private" && !concerned;
        let shows_guests = event.guests_can_see_other_guests || event.calendar == person.email;
        let guests: Vec<_> =
            event.attendees.iter().filter(|guest| shows_guests || guest.email == person.email).map(guest).collect();
        let text = |text: &str| (!hidden && !text.is_empty()).then(|| Value::from(text));
        let unless = |usual: bool, value: bool| (usual != value).then(|| Value::from(value));
        let fields = [
            ("kind", Some("calendar#event".into())),
            ("etag", Some(format!("\"{}\"", event.updated_at.as_millisecond()).into())),
            ("id", Some(event.id.as_str().into())),
            ("status", Some("confirmed".into())),
            ("htmlLink", Some(format!("https://www.google.com/calendar/event?eid={}", event.id).into())),
            ("created", Some(format!("{:.3}", event.created_at).into())),
            ("updated", Some(format!("{:.3}", event.updated_at).into())),
            ("summary", text(&event.summary)),
            ("description", text(&event.description)),
            ("location", text(&event.location)),
            ("creator", Some(someone(&event.creator.email))),
            ("organizer", Some(someone(&event.calendar))),
            ("start", Some(event.start.render())),
            ("end", Some(event.end.render())),
            ("recurrence", event.rule.as_ref().map(|rule| json!([rule.text]))),
            ("recurringEventId", event.occurrence_of.as_ref().map(|(id, _)| id.as_str().into())),
            ("originalStartTime", event.occurrence_of.as_ref().map(|(_, start)| start.render())),
            ("visibility", (event.visibility != "default").then(|| event.visibility.as_str().into())),
            ("transparency", (event.transparency != "opaque").then(|| event.transparency.as_str().into())),
            (
                "iCalUID",
                Some(format!("{}@google.com", event.occurrence_of.as_ref().map_or(&event.id, |(id, _)| id)).into()),
            ),
            ("attendees", (!hidden && !guests.is_empty()).then(|| guests.into())),
            ("guestsCanModify", unless(false, event.guests_can_modify)),
            ("guestsCanInviteOthers", unless(true, event.guests_can_invite_others)),
            ("guestsCanSeeOtherGuests", unless(true, event.guests_can_see_other_guests)),
            ("hangoutLink", event.meeting_room.then(|| room(&event.id).into())),
            ("reminders", Some(json!({"useDefault": true}))),
            ("eventType", Some("default".into())),
        ];
        let set = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Value::Object(Map::from_iter(set))
    }
}

/// Address of the video call that belongs to an event.
fn room(id: &str) -> String {
    let letters: Vec<char> = id.chars().filter_map(|sign| char::from_digit(sign.to_digit(36)? % 26 + 10, 36)).collect();
    let part = |from: usize, to: usize| letters.get(from..to).unwrap_or_default().iter().collect::<String>();
    format!("https://meet.google.com/{}-{}-{}", part(0, 3), part(3, 7), part(7, 10))
}
