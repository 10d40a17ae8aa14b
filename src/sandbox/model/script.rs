//! The script: which story a prompt begins, and how it ends.

use jiff::Timestamp;
use serde_json::json;

use super::answer::{Answer, Delivery, Piece, Stop};
use super::clause::{Clause, Goal};
use super::command::{CallWish, Command, Trouble};
use super::conversation::PAUSED;
use super::play::{Play, Scene};
use super::request::{MessagesRequest, ToolChoice};
use super::returned::{Returned, excerpt};
use super::{asana, gmail, linear};
use crate::model_api::Role;

/// First text of every conversation.
pub const INTRODUCTION: &str = "I am a script that stands in for a model: I follow a few stories about Linear, Asana and \
                                Gmail, and call the tools that you name.";

/// Prompts to try, for whoever asked for something else.
const PROMPTS: [&str; 9] = [
    "Find the checkout issue",
    "Create an issue \"Login fails with SSO\"",
    "Comment on ENG-1 \"Seen, thanks\"",
    "Link ENG-2 as blocking ENG-3",
    "Who closed what last week?",
    "Create a task \"Proofread\" for me in Website",
    "What is on the Leadership board?",
    "Summarize my last 5 unread emails",
    "call linear_viewer_get",
];

/// Words that an answer of a given length is made of.
const FILLER: &str = "these words say nothing at all but there are as many as you wanted of them";

/// A failure that the person ordered, whatever the conversation is.
pub fn trouble(play: &Play<'_>) -> Option<Trouble> {
    match Command::parse(&play.prompt) {
        Some(Command::Fail(trouble)) => Some(trouble),
        _ => None,
    }
}

/// The next answer of the conversation.
pub fn answer(request: &MessagesRequest<'_>, now: Timestamp) -> Answer {
    let mut play = Play::new(request, now);
    if !request.messages.iter().any(|message| message.role == Role::Assistant) {
        play.say(INTRODUCTION);
    }
    let mut answer = match tell(&mut play) {
        Ok((stop, delivery)) => {
            let is_over = Answer::new(play.said());
            Answer { stop: stop.unwrap_or(is_over.stop), delivery, ..is_over }
        }
        Err(_) => {
            let is_cut = play.cuts;
            let waits = Answer::new(play.said());
            if is_cut { Answer { stop: Stop::MaxTokens, is_cut, ..waits } } else { waits }
        }
    };
    obey(request, &mut answer);
    answer.stop_at(&request.stop_sequences).limit(request.max_tokens)
}

/// Where the client demands a call, there is one in every answer.
fn obey(request: &MessagesRequest<'_>, answer: &mut Answer) {
    let demanded = match request.choice {
        ToolChoice::Tool(name) => Some(name),
        ToolChoice::Any => request.offered.0.first().map(|tool| tool.name),
        ToolChoice::Auto | ToolChoice::None => None,
    };
    let calls = |piece: &Piece| match (piece, request.choice) {
        (Piece::Call(tool, _), ToolChoice::Tool(name)) => tool == name,
        (piece, _) => matches!(piece, Piece::Call(..)),
    };
    if let Some(name) = demanded
        && !answer.pieces.iter().any(calls)
    {
        answer.pieces.retain(|piece| !matches!(piece, Piece::Call(..)));
        answer.pieces.push(Piece::Call(name.to_owned(), "{}".to_owned()));
        answer.stop = Stop::ToolUse;
    }
}

type End = (Option<Stop>, Delivery);

fn tell(play: &mut Play<'_>) -> Scene<End> {
    if let Some(command) = Command::parse(&play.prompt) {
        return obey_command(play, command);
    }
    let named = play.offered.named_in(&play.prompt);
    if let Some(tool) = named.first() {
        let input = play.prompt.find('{').and_then(|at| play.prompt.get(at..)).unwrap_or_default();
        let order = format!("call {} {input}", tool.name);
        if let Some(command) = Command::parse(&order) {
            return obey_command(play, command);
        }
    }
    let clauses = Clause::all(&play.prompt);
    if clauses.is_empty() {
        play.say(help(play));
    } else {
        stories(play, &clauses)?;
    }
    Ok((None, Delivery::default()))
}

fn stories(play: &mut Play<'_>, clauses: &[Clause]) -> Scene<()> {
    if let [_, _, ..] = clauses {
        let count = clauses.len();
        play.think(format!("{count} things are asked. I take them one after the other, and report at the end."));
    }
    let mut memory = linear::Memory::of(play);
    for clause in clauses {
        match clause.goal {
            Goal::FindIssue => linear::find(play, clause, &mut memory)?,
            Goal::CreateIssue => linear::create(play, clause, &mut memory)?,
            Goal::Comment => linear::comment(play, clause, &mut memory)?,
            Goal::Relate => linear::relate(play, clause, &mut memory)?,
            Goal::WhoClosed => linear::who_closed(play, clause)?,
            Goal::CreateTask => asana::create(play, clause)?,
            Goal::FindBoard => asana::board(play, clause)?,
            Goal::ReadMail => gmail::read(play, clause)?,
        }
    }
    play.conclude();
    Ok(())
}

/// What to try, said to somebody who asked for something else.
fn help(play: &Play<'_>) -> String {
    let mut text = "A script cannot answer that. These prompts it knows:\n".to_owned();
    for prompt in PROMPTS {
        text.push_str(&format!("\n* {prompt}"));
    }
    let count = play.offered.0.len();
    text.push_str(&match play.offered.0.first() {
        None => "\n\nNo tools were given to me, so I can only talk.".to_owned(),
        Some(tool) => format!("\n\nI was given {count} tools; `call {} {{…}}` calls one with that input.", tool.name),
    });
    text
}

fn obey_command(play: &mut Play<'_>, command: Command) -> Scene<End> {
    let mut delivery = Delivery::default();
    let mut stop = None;
    match command {
        Command::Call(steps) => call(play, steps)?,
        Command::Say { words, slowly } => {
            delivery.is_slow = slowly;
            let words: Vec<_> = FILLER.split(' ').cycle().take(words).collect();
            if !words.is_empty() {
                play.say(words.join(" "));
            }
        }
        Command::Stop { reason, times } => match reason.as_str() {
            "pause_turn" if play.pauses < times => {
                play.say(PAUSED);
                stop = Some(Stop::Other(reason, None));
            }
            "pause_turn" => play.say("I went on after the pause."),
            "refusal" => stop = Some(Stop::Other(reason, Some("You asked the script to refuse.".into()))),
            "end_turn" => play.say("I end here, as you asked."),
            _ => {
                play.say(format!("I end with the reason {reason}, as you asked, and there would be more to"));
                stop = Some(Stop::Other(reason, None));
            }
        },
        Command::Fail(Trouble { status: Some(status), .. }) => {
            play.say(format!("I failed with the status {status} before; now I answer."));
        }
        Command::Fail(Trouble { status: None, .. }) => {
            play.say("An answer that is long enough to break off in the middle, where a client has shown some of it.");
        }
        Command::Think => {
            play.think("You asked me to think. A script has no thoughts, so I show you this sentence instead.");
            play.say("That was thinking, with a signature that has to come back unchanged.");
        }
        Command::UnknownBlock => {
            play.add(Piece::Unknown("No client knows this kind of block; it has to come back unchanged.".into()));
            play.say("Ahead of this text stands a block of a kind that no client knows.");
        }
    }
    Ok((stop, delivery))
}

fn call(play: &mut Play<'_>, steps: Vec<Vec<CallWish>>) -> Scene<()> {
    for step in steps {
        let mut wishes = Vec::new();
        for wish in &step {
            let offered = play.offered.find(&wish.tool).map(|tool| tool.name.to_owned());
            let Some(tool) = offered.or_else(|| wish.anyway.then(|| wish.tool.clone())) else {
                let count = play.offered.0.len();
                let missing = format!("There is no tool {} among the {count} that I was given.", excerpt(&wish.tool));
                play.report.push(missing);
                continue;
            };
            let input = wish.input.clone().unwrap_or_else(|| "{}".to_owned());
            let input = match wish {
                CallWish { badly: true, .. } => "{\"this is\": no JSON".to_owned(),
                CallWish { cut: true, .. } => "{\"this was\": \"cut o".to_owned(),
                _ => input,
            };
            wishes.extend((0..wish.times.max(1)).map(|_| (tool.clone(), input.clone())));
        }
        let again = step.iter().any(|wish| wish.forever);
        while !wishes.is_empty() {
            play.cuts = step.iter().any(|wish| wish.cut);
            let returned = play.ask(wishes.clone())?;
            play.cuts = false;
            if !again {
                let tell = |((tool, _), returned): (&(String, String), &Returned)| said(tool, returned);
                play.report.extend(wishes.iter().zip(&returned).map(tell));
                break;
            }
        }
    }
    play.conclude();
    Ok(())
}

fn said(tool: &str, returned: &Returned) -> String {
    match returned {
        Returned::Data(value, cut) => {
            let note = if *cut { " (something was left out on the way)" } else { "" };
            format!("{tool} answered{note}: {}", excerpt(&json!(value).to_string()))
        }
        Returned::Words(text) if !text.is_empty() => format!("{tool} answered: {}", excerpt(text)),
        other => other.trouble(tool),
    }
}
