//! Making, moving and cancelling events. Whoever an event is from may change it; a guest may change their own answer.

use std::sync::Arc;

use serde_json::Value;

use super::event::{Attendee, CalendarEvent};
use super::recurrence::Rule;
use super::times::{end, later, moment, usual_end};
use super::{GoogleCalendar, forbidden, input, unknown};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderCall, ProviderRefusal};

/// Address of a guest, and their answer where one is given.
type Guest<'a> = (&'a str, Option<&'a str>);

/// Answers that a guest may give.
const RESPONSES: [&str; 4] = ["needsAction", "declined", "tentative", "accepted"];

impl GoogleCalendar {
    pub(super) fn create_event(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let (calendar, _) = self.calendar(call.person, arguments)?;
        if !calendar.may_write(call.person) {
            return Err(reader());
        }
        let start = moment(arguments, "start_datetime", "start")?.ok_or_else(|| input("start_datetime: Required"))?;
        let end = match end(arguments, &start)? {
            Some(end) => end,
            None => usual_end(&start)?,
        };
        let calendar = calendar.id.clone();
        let mut event = CalendarEvent {
            calendar,
            ..CalendarEvent::new(self.0.next_id(), Arc::clone(call.person), start, end, call.now)
        };
        // Over REST an event may do without; the tool asks for it.
        if arguments.map.get("start").is_none() {
            arguments.required_text("summary")?;
        }
        fill(&mut event, call.person, arguments)?;
        let answer = self.0.render(&event, call.person);
        self.0.add(event);
        Ok(answer)
    }

    pub(super) fn update_event(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let (calendar, _) = self.calendar(call.person, arguments)?;
        let (place, occurrence) = self.place(calendar, arguments.required_text("event_id")?)?;
        let series = self.0.events.get(place).ok_or_else(unknown)?;
        let mut event = occurrence.as_ref().unwrap_or(series).clone();
        if !(self.may_change(series, call.person) || series.guests_can_modify) {
            let answer = own_response(call.person, arguments)?;
            let guest = event.attendees.iter_mut().find(|guest| guest.email == call.person.email);
            let (Some(answer), Some(guest)) = (answer, guest) else { return Err(not_theirs()) };
            guest.response = answer.into();
        } else {
            let length = event.duration();
            let start = moment(arguments, "start_datetime", "start")?;
            if let Some(start) = &start {
                event.start = start.clone();
            }
            match end(arguments, &event.start)? {
                Some(end) => event.end = end,
                None if start.is_some() => event.end = later(&event.start, length)?,
                None => {}
            }
            fill(&mut event, call.person, arguments)?;
        }
        event.updated_at = call.now;
        let answer = self.0.render(&event, call.person);
        self.put(place, occurrence, event);
        Ok(answer)
    }

    /// Whoever it is from cancels it for everybody; a guest only takes it out of their own calendar.
    pub(super) fn delete_event(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let (calendar, _) = self.calendar(call.person, arguments)?;
        let (place, occurrence) = self.place(calendar, arguments.required_text("event_id")?)?;
        let event = self.0.events.get(place).ok_or_else(unknown)?;
        let guest = |guest: &Attendee| guest.email == call.person.email;
        match (self.may_change(event, call.person), occurrence) {
            (true, Some(occurrence)) => self.except(place, &occurrence),
            (true, None) => {
                self.0.events.remove(place);
            }
            (false, None) if event.attendees.iter().any(guest) => {
                if let Some(event) = self.0.events.get_mut(place) {
                    event.attendees.retain(|known| !guest(known));
                }
            }
            (false, _) => return Err(not_theirs()),
        }
        Ok(Value::Null)
    }

    fn may_change(&self, event: &CalendarEvent, person: &Arc<Persona>) -> bool {
        let calendar = self.0.calendars.iter().find(|calendar| calendar.id == event.calendar);
        calendar.is_some_and(|calendar| calendar.may_write(person))
    }

    /// Puts a changed event into its place. One occurrence of many stands alone from now on.
    fn put(&mut self, place: usize, occurrence: Option<CalendarEvent>, event: CalendarEvent) {
        match occurrence {
            Some(occurrence) => {
                self.except(place, &occurrence);
                self.0.add(event);
            }
            None => {
                if let Some(known) = self.0.events.get_mut(place) {
                    *known = event;
                }
            }
        }
    }

    fn except(&mut self, place: usize, occurrence: &CalendarEvent) {
        if let Some(series) = self.0.events.get_mut(place) {
            series.exceptions.push(occurrence.start.instant());
        }
    }
}

/// Takes over what the arguments say beside the times, under the tools' names or the API's.
fn fill(event: &mut CalendarEvent, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<(), ProviderRefusal> {
    let set = |field: &mut String, name: &str| -> Result<(), ProviderRefusal> {
        if let Some(text) = arguments.text(name)? {
            *field = text.into();
        }
        Ok(())
    };
    set(&mut event.summary, "summary")?;
    set(&mut event.description, "description")?;
    set(&mut event.location, "location")?;
    set(&mut event.visibility, "visibility")?;
    set(&mut event.transparency, "transparency")?;
    if !matches!(event.visibility.as_str(), "default" | "public" | "private" | "confidential") {
        return Err(input(format!("visibility: Invalid value: {}", event.visibility)));
    }
    if !matches!(event.transparency.as_str(), "opaque" | "transparent") {
        return Err(input(format!("transparency: Invalid value: {}", event.transparency)));
    }
    let flag = |field: &mut bool, tools: &str, api: &str| -> Result<(), ProviderRefusal> {
        if let Some(flag) = arguments.flag(tools)?.map_or_else(|| arguments.flag(api), |flag| Ok(Some(flag)))? {
            *field = flag;
        }
        Ok(())
    };
    flag(&mut event.guests_can_modify, "guests_can_modify", "guestsCanModify")?;
    flag(&mut event.guests_can_invite_others, "guests_can_invite_others", "guestsCanInviteOthers")?;
    flag(&mut event.guests_can_see_other_guests, "guests_can_see_other_guests", "guestsCanSeeOtherGuests")?;
    flag(&mut event.meeting_room, "create_meeting_room", "create_meeting_room")?;
    event.meeting_room |= arguments.map.get("conferenceData").is_some_and(Value::is_object);
    if let Some(rules) = arguments.optional_texts("recurrence")? {
        event.rule = match rules.as_slice() {
            [] => None,
            [rule] => Some(Rule::read(rule).map_err(|part| input(format!("Invalid recurrence rule: {part}")))?),
            _ => return Err(input("Invalid recurrence rule: the sandbox reads one rule for each event")),
        };
    }
    if let Some(guests) = guests(arguments)? {
        let invite = |(email, response): (&str, Option<&str>)| {
            let before = event.attendees.iter().find(|known| known.email == email);
            let unknown = if email == person.email { "accepted" } else { "needsAction" };
            let response = response.or(before.map(|guest| guest.response.as_str())).unwrap_or(unknown);
            Attendee { email: email.into(), response: response.into() }
        };
        event.attendees = guests.into_iter().map(invite).collect();
    }
    Ok(())
}

/// The guests; none when the arguments say nothing of them.
fn guests<'a>(arguments: &Arguments<'a>) -> Result<Option<Vec<Guest<'a>>>, ProviderRefusal> {
    let mut guests = match arguments.optional_texts("attendees_emails")? {
        Some(emails) => emails.into_iter().map(|email| (email, None)).collect(),
        None => {
            let Some(Value::Array(rows)) = arguments.map.get("attendees") else { return Ok(None) };
            let text = |row: &'a Value, name: &str| row.get(name).and_then(Value::as_str);
            let mut guests = Vec::new();
            for row in rows {
                let email = text(row, "email").ok_or_else(|| input("Missing attendee email."))?;
                let response = text(row, "responseStatus");
                if response.is_some_and(|response| !RESPONSES.contains(&response)) {
                    return Err(input("Invalid attendee responseStatus."));
                }
                guests.push((email, response));
            }
            guests
        }
    };
    if guests
        .iter()
        .any(|(email, _)| email.split_once('@').is_none_or(|(name, host)| name.is_empty() || host.is_empty()))
    {
        return Err(input("Invalid attendee email."));
    }
    let mut seen: Vec<&str> = Vec::new();
    guests.retain(|(email, _)| {
        !seen.contains(email) && {
            seen.push(email);
            true
        }
    });
    Ok(Some(guests))
}

/// The answer that a guest gives to an invitation.
fn own_response<'a>(person: &Persona, arguments: &Arguments<'a>) -> Result<Option<&'a str>, ProviderRefusal> {
    let own = guests(arguments)?.and_then(|guests| guests.into_iter().find(|(email, _)| *email == person.email));
    Ok(own.and_then(|(_, response)| response))
}

fn reader() -> ProviderRefusal {
    forbidden("requiredAccessLevel", "You need to have writer access to this calendar.")
}

fn not_theirs() -> ProviderRefusal {
    forbidden("forbiddenForNonOrganizer", "Shared properties can only be changed by the organizer of the event.")
}
