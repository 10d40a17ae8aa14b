//! A story about mail at Gmail.

use serde_json::{Map, Value, json};

use super::clause::Clause;
use super::play::{Play, Scene};
use super::returned::{Returned, excerpt, holder, text};

/// Messages that are asked for where nobody says how many.
const USUAL: u64 = 5;

/// Most messages of one list.
const MOST: u64 = 20;

/// Reads the newest messages: the unread ones, where they are meant.
pub fn read(play: &mut Play<'_>, clause: &Clause) -> Scene<()> {
    let count = clause.words.iter().find_map(|word| word.parse::<u64>().ok()).unwrap_or(USUAL).clamp(1, MOST);
    let is_unread = clause.has(&["unread"]);
    let kind = if is_unread { "unread messages" } else { "messages" };
    play.say("I look into the mailbox.");
    let input = json!({"max_results": count, "query": is_unread.then_some("is:unread")});
    let returned = play.call("gmail_fetch_mails", input)?;
    let found = returned.data().and_then(|value| holder(value, "messages"));
    let messages = found.and_then(|found| found.get("messages")).and_then(Value::as_array);
    play.report.push(match (&returned, messages) {
        (_, Some(messages)) if messages.is_empty() => format!("There are no {kind}."),
        (_, Some(messages)) => {
            let lines = messages.iter().filter_map(Value::as_object).map(line);
            let cut = if returned.is_cut() { "\nThe list was cut short, so there may be more." } else { "" };
            format!("The newest {kind}:{}{cut}", lines.collect::<String>())
        }
        // Some programs hand on a result in the notation of their own language.
        (Returned::Words(words), None) if !words.is_empty() => format!("The newest {kind}: {}", excerpt(words)),
        (_, None) => returned.trouble("Reading the mailbox"),
    });
    Ok(())
}

/// Subject, sender and beginning of a message, on a line of their own.
fn line(message: &Map<String, Value>) -> String {
    let headers = message.get("payload").and_then(|payload| payload.get("headers")).and_then(Value::as_array);
    let headers: Vec<_> = headers.into_iter().flatten().filter_map(Value::as_object).collect();
    let header = |name: &str| {
        let named = headers.iter().find(|header| text(header, &["name"]).eq_ignore_ascii_case(name));
        named.map_or("", |header| text(header, &["value"]))
    };
    let (subject, from) = (excerpt(header("Subject")), excerpt(header("From")));
    format!("\n* “{subject}” from {from}: {}", excerpt(text(message, &["snippet"])))
}
