//! Google Calendar: events in everybody's calendars, as tools and programs read them.

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Hand, signed_in, texts};

fn at(hours: i64) -> String {
    (Timestamp::now() + SignedDuration::from_hours(hours)).to_string()
}

#[tokio::test]
async fn calendars_are_ones_own_and_shared_ones() {
    let env = signed_in("googlecalendar", &["ada", "ken"]).await;
    let (ada, ken) = (Hand::of(&env, "googlecalendar", "ada"), Hand::of(&env, "googlecalendar", "ken"));
    let list = ada.run("list_calendars", json!({})).await;
    assert_eq!(texts(&list, "/calendars", "/accessRole"), ["owner", "writer", "reader"]);
    assert_eq!((&list["calendars"][0]["id"], &list["calendars"][0]["primary"]), (&json!("ada@acme.dev"), &json!(true)));
    assert_eq!(texts(&ken.run("list_calendars", json!({})).await, "/calendars", "/accessRole"), ["owner", "reader"]);
    let writable = ada.run("list_calendars", json!({"min_access_role": "writer", "max_results": 1})).await;
    assert_eq!(writable["next_page_token"], "ada@acme.dev");
    let rest = ada.rest(Method::GET, "/calendar/v3/users/me/calendarList", None).await.json();
    assert_eq!(texts(&rest, "/items", "/id"), texts(&list, "/calendars", "/id"));
    let own = ada.run("get_calendar", json!({"calendar_id": "primary"})).await;
    assert_eq!(own["id"], "ada@acme.dev", "proves whose it is");
    assert_eq!(ada.refused("get_calendar", json!({"calendar_id": "ken@acme.dev"})).await.0, 404);
    assert_eq!(ken.refused("list_events", json!({"calendar_id": list["calendars"][1]["id"]})).await.0, 404);
    assert_eq!(ada.refused("list_calendars", json!({"min_access_role": "boss"})).await.0, 400);
}

#[tokio::test]
async fn events_show_to_those_they_invite() {
    let env = signed_in("googlecalendar", &["ada", "grace", "barbara"]).await;
    let ada = Hand::of(&env, "googlecalendar", "ada");
    let grace = Hand::of(&env, "googlecalendar", "grace");
    let barbara = Hand::of(&env, "googlecalendar", "barbara");
    let week = json!({"time_min": at(-24), "time_max": at(24 * 7), "order_by": "startTime", "calendar_id": "primary"});
    let list = ada.run("list_events", week.clone()).await;
    let seen = texts(&list, "/events", "/summary");
    assert!(seen.contains(&"Dentist".into()) && seen.contains(&"Northwind: welcome call".into()), "{seen:?}");
    assert!(seen.iter().filter(|summary| *summary == "Stand-up").count() >= 4, "{seen:?}");
    assert!(!seen.contains(&"Term sheet, third round".into()));
    let starts = texts(&list, "/events", "/start/dateTime");
    let starts: Vec<Timestamp> = starts.iter().filter_map(|start| start.parse().ok()).collect();
    assert!(starts.is_sorted(), "{starts:?}");
    let others = texts(&barbara.run("list_events", week.clone()).await, "/events", "/summary");
    assert!(others.contains(&"Northwind: welcome call".into()) && !others.contains(&"Dentist".into()), "{others:?}");
    let found = grace.run("search_events", json!({"calendar_id": "primary", "query": "TERM sheet"})).await;
    assert_eq!(texts(&found, "/events", "/attendees/1/responseStatus"), ["accepted"]);

    let first = ada.run("list_events", json!({"time_min": at(-24), "time_max": at(24 * 7), "max_results": 2})).await;
    let token = first["next_page_token"].clone();
    assert_eq!((first["events"].as_array().unwrap().len(), token.is_string()), (2, true));
    let next = ada.run("list_events", json!({"time_min": at(-24), "time_max": at(24 * 7), "page_token": token})).await;
    assert_eq!(next["next_page_token"], "");
    assert!(!next["events"].as_array().unwrap().contains(&first["events"][0]));
    let series = ada.run("list_events", json!({"single_events": false, "query": "stand-up"})).await;
    assert_eq!(series["events"][0]["recurrence"], json!(["RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR"]));
    for bad in [
        json!({"time_min": "soon"}),
        json!({"time_min": at(1), "time_max": at(0)}),
        json!({"order_by": "title"}),
        json!({"order_by": "startTime", "single_events": false}),
        json!({"max_results": 0}),
        json!({"page_token": "x"}),
    ] {
        assert_eq!(ada.refused("list_events", bad).await.0, 400);
    }
}

#[tokio::test]
async fn an_event_is_made_moved_and_cancelled() {
    let env = signed_in("googlecalendar", &["ada", "linus"]).await;
    let (ada, linus) = (Hand::of(&env, "googlecalendar", "ada"), Hand::of(&env, "googlecalendar", "linus"));
    let input = json!({
        "summary": "Sync", "start_datetime": "2030-05-06T10:00:00", "timezone": "Europe/Berlin", "event_duration_hour": 1,
        "event_duration_minutes": 15, "attendees_emails": ["linus@acme.dev", "jo@northwind.example"],
        "create_meeting_room": true, "location": "Room 4", "visibility": "private"
    });
    let made = ada.run("create_event", input).await;
    assert_eq!(made["start"], json!({"dateTime": "2030-05-06T10:00:00+02:00", "timeZone": "Europe/Berlin"}));
    assert_eq!(made["end"]["dateTime"], "2030-05-06T11:15:00+02:00");
    assert!(made["hangoutLink"].as_str().unwrap().starts_with("https://meet.google.com/"), "{made}");
    assert!(made["htmlLink"].is_string() && made["organizer"]["self"] == true, "{made}");
    let id = made["id"].clone();
    let theirs = linus.run("get_event_by_id", json!({"event_id": id})).await;
    assert_eq!((&theirs["summary"], &theirs["attendees"][0]["self"]), (&json!("Sync"), &json!(true)));
    assert_eq!(theirs["attendees"][0]["responseStatus"], "needsAction");
    let change = json!({"calendar_id": "primary", "event_id": id, "summary": "Mine now"});
    assert_eq!(linus.refused("update_event", change).await.0, 403);
    let body = json!({"attendees": [{"email": "linus@acme.dev", "responseStatus": "accepted"}]});
    let path = format!("/calendar/v3/calendars/primary/events/{}", id.as_str().unwrap());
    assert_eq!(linus.rest(Method::PATCH, &path, Some(body)).await.status, 200, "a guest answers");

    let moved = json!({"calendar_id": "primary", "event_id": id, "start_datetime": "2030-05-07T09:00:00Z"});
    let moved = ada.run("update_event", moved).await;
    assert_eq!(moved["end"]["dateTime"], "2030-05-07T10:15:00+00:00", "it takes as long as before");
    assert_eq!((&moved["attendees"][0]["responseStatus"], &moved["location"]), (&json!("accepted"), &json!("Room 4")));
    linus.run("delete_event", json!({"event_id": id})).await;
    assert_eq!(linus.refused("get_event_by_id", json!({"event_id": id})).await.0, 404);
    assert_eq!(ada.run("get_event_by_id", json!({"event_id": id})).await["attendees"].as_array().unwrap().len(), 1);
    assert_eq!(ada.run("delete_event", json!({"event_id": id})).await, json!({}));
    assert_eq!(ada.refused("delete_event", json!({"event_id": id})).await.0, 404);

    let usual = ada.run("create_event", json!({"summary": "Short", "start_datetime": "2030-05-06T10:00:00Z"})).await;
    assert_eq!(usual["end"]["dateTime"], "2030-05-06T10:30:00+00:00");
    let holidays = ada.run("list_calendars", json!({})).await["calendars"][2]["id"].clone();
    let base = json!({"summary": "x", "start_datetime": "2030-05-06T10:00:00Z"});
    let with = |more: Value| {
        let mut all = base.clone();
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    assert_eq!(ada.refused("create_event", with(json!({"calendar_id": holidays}))).await.0, 403);
    for bad in [
        json!({"summary": "x"}),
        json!({"start_datetime": "2030-05-06T10:00:00Z"}),
        with(json!({"start_datetime": "tomorrow"})),
        with(json!({"timezone": "Mars/Phobos"})),
        with(json!({"attendees_emails": ["nobody"]})),
        with(json!({"attendees_emails": "ken@acme.dev"})),
        with(json!({"event_duration_minutes": 0})),
        with(json!({"visibility": "secret"})),
        with(json!({"transparency": "glass"})),
        with(json!({"recurrence": ["RRULE:FREQ=HOURLY"]})),
        with(json!({"recurrence": ["RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"]})),
    ] {
        assert_eq!(ada.refused("create_event", bad).await.0, 400);
    }
}

#[tokio::test]
async fn one_occurrence_of_many_can_be_changed() {
    let env = signed_in("googlecalendar", &["ada"]).await;
    let ada = Hand::of(&env, "googlecalendar", "ada");
    let series = json!({
        "summary": "Weekly", "start_datetime": "2030-01-07T10:00:00Z", "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"]
    });
    let series = ada.run("create_event", series).await["id"].clone();
    let list = async || {
        let query = json!({"time_min": "2030-01-01T00:00:00Z", "time_max": "2030-03-01T00:00:00Z", "order_by": "startTime", "query": "weekly"});
        let list = ada.run("list_events", query).await;
        (texts(&list, "/events", "/start/dateTime"), texts(&list, "/events", "/id"))
    };
    let (starts, ids) = list().await;
    assert_eq!(starts.len(), 4);
    assert_eq!(ada.run("get_event_by_id", json!({"event_id": ids[1]})).await["recurringEventId"], series);
    ada.run("delete_event", json!({"event_id": ids[0]})).await;
    let later = json!({"calendar_id": "primary", "event_id": ids[1], "start_datetime": "2030-01-15T12:00:00Z"});
    ada.run("update_event", later).await;
    let (starts, _) = list().await;
    assert_eq!(starts, ["2030-01-15T12:00:00+00:00", "2030-01-21T10:00:00+00:00", "2030-01-28T10:00:00+00:00"]);
    assert_eq!(ada.refused("get_event_by_id", json!({"event_id": ids[0]})).await.0, 404);
    ada.run("delete_event", json!({"event_id": series})).await;
    assert_eq!(list().await.0, ["2030-01-15T12:00:00+00:00"], "what stands alone stays");
}

#[tokio::test]
async fn somebody_is_busy_when_something_takes_their_time() {
    let env = signed_in("googlecalendar", &["ada"]).await;
    let ada = Hand::of(&env, "googlecalendar", "ada");
    for (start, minutes, transparency) in [
        ("2030-05-06T10:00:00Z", 60, "opaque"),
        ("2030-05-06T10:30:00Z", 60, "opaque"),
        ("2030-05-06T15:00:00Z", 60, "transparent"),
    ] {
        let event = json!({"summary": "x", "start_datetime": start, "event_duration_minutes": minutes, "transparency": transparency, "attendees_emails": ["dennis@acme.dev"]});
        ada.run("create_event", event).await;
    }
    let asked = json!({"calendar_ids": ["primary", "dennis@acme.dev", "stranger@else.example"], "time_min": "2030-05-06T00:00:00Z", "time_max": "2030-05-07T00:00:00Z"});
    let answer = ada.run("query_freebusy", asked).await["calendars"].clone();
    let once = json!([{"start": "2030-05-06T10:00:00+00:00", "end": "2030-05-06T11:30:00+00:00"}]);
    let slots = answer["primary"]["busy"].as_array().unwrap();
    assert!(slots.contains(&once[0]), "{slots:?}");
    assert!(!slots.iter().any(|slot| slot["start"] == "2030-05-06T15:00:00+00:00"), "{slots:?}");
    assert_eq!(answer["dennis@acme.dev"]["busy"], once, "within the company everybody may know");
    assert_eq!(answer["stranger@else.example"]["errors"][0]["reason"], "notFound");
    assert_eq!(ada.refused("query_freebusy", json!({"calendar_ids": ["primary"], "time_min": at(1)})).await.0, 400);
    assert_eq!(
        ada.refused("query_freebusy", json!({"calendar_ids": [], "time_min": at(1), "time_max": at(0)})).await.0,
        400
    );
}

/// As the published programs ask for it over REST, Python's spelling of flags and times included.
#[tokio::test]
async fn programs_read_and_write_over_rest() {
    let env = signed_in("googlecalendar", &["ada"]).await;
    let ada = Hand::of(&env, "googlecalendar", "ada");
    let path = "/calendar/v3/calendars/primary/events";
    let body = json!({
        "summary": "Agent-made", "description": "By a program",
        "start": {"dateTime": "2030-05-06T10:00:00+00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2030-05-06T11:00:00+00:00", "timeZone": "UTC"},
        "attendees": [{"email": "attendee@example.com"}]
    });
    let made = ada.rest(Method::POST, path, Some(body)).await;
    assert_eq!(
        (made.status, &made.json()["start"]["dateTime"]),
        (200, &json!("2030-05-06T10:00:00+00:00")),
        "{}",
        made.text
    );
    let query = "?timeMin=2030-05-06T00:00:00%2B00:00&timeMax=2030-05-06T23:00:00+00:00&maxResults=5&singleEvents=True&orderBy=startTime&q=agent";
    let list = ada.rest(Method::GET, &format!("{path}{query}"), None).await.json();
    assert_eq!(texts(&list, "/items", "/summary"), ["Agent-made"]);
    assert_eq!((&list["kind"], &list["accessRole"]), (&json!("calendar#events"), &json!("owner")));
    let busy = json!({"timeMin": "2030-05-06T00:00:00+00:00", "timeMax": "2030-05-07T00:00:00+00:00", "items": [{"id": "primary"}]});
    let busy = ada.rest(Method::POST, "/calendar/v3/freeBusy", Some(busy)).await.json();
    assert!(
        texts(&busy, "/calendars/primary/busy", "/start").contains(&"2030-05-06T10:00:00+00:00".to_owned()),
        "{busy}"
    );
    let day = json!({"summary": "Day off", "start": {"date": "2030-06-01"}, "end": {"date": "2030-06-02"}});
    assert_eq!(ada.rest(Method::POST, path, Some(day)).await.json()["start"], json!({"date": "2030-06-01"}));
    let one = format!("{path}/{}", made.json()["id"].as_str().unwrap());
    assert_eq!(ada.rest(Method::DELETE, &one, None).await.status, 204);
    let gone = ada.rest(Method::GET, &one, None).await;
    assert_eq!((gone.status, &gone.json()["error"]["errors"][0]["reason"]), (404, &json!("notFound")));
    let order = ada.rest(Method::GET, &format!("{path}?orderBy=startTime"), None).await;
    assert_eq!(order.status, 400, "only single events have this order");
    for bad in [
        json!({"start": {"dateTime": "x"}, "end": {"dateTime": "y"}}),
        json!({"start": {"date": "2030-06-01"}, "end": {"dateTime": "2030-06-02T00:00:00Z"}}),
        json!({"start": {"dateTime": "2030-06-01T00:00:00Z"}, "attendees": [{"name": "x"}]}),
        json!({"start": {"dateTime": "2030-06-01T00:00:00Z"}, "attendees": [{"email": "a@b.c", "responseStatus": "perhaps"}]}),
    ] {
        assert_eq!(ada.rest(Method::POST, path, Some(bad)).await.status, 400);
    }
}
