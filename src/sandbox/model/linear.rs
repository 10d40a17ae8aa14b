//! Stories about issues at Linear.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::clause::{Clause, Mention};
use super::play::{Play, Scene};
use super::returned::{Returned, holder, rows, text};

/// Rows asked for where a list is looked through.
const MANY: u32 = 250;

/// Issues that a sentence names.
const NAMED: usize = 5;

/// Issue, as far as a sentence needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Issue {
    identifier: String,
    title: String,
    state: String,
    assignee: String,
}

impl Issue {
    fn read(row: &Map<String, Value>) -> Option<Self> {
        let field = |path: &[&str]| text(row, path).to_owned();
        let (identifier, title) = (field(&["identifier"]), field(&["title"]));
        let issue =
            Self { identifier, title, state: field(&["state", "name"]), assignee: field(&["assignee", "name"]) };
        (!issue.identifier.is_empty()).then_some(issue)
    }

    fn named(&self) -> String {
        if self.title.is_empty() {
            self.identifier.clone()
        } else {
            format!("{} “{}”", self.identifier, self.title)
        }
    }

    fn fits(&self, mention: &Mention) -> bool {
        match mention {
            Mention::Identifier(identifier) => self.identifier.eq_ignore_ascii_case(identifier),
            Mention::Topic(topic) => {
                let title = self.title.to_lowercase();
                topic.split_whitespace().all(|word| title.contains(word))
            }
            Mention::It => false,
        }
    }
}

/// What the conversation spoke of last.
pub struct Memory(Option<Issue>);

impl Memory {
    /// The last issue in the results of the conversation so far.
    pub fn of(play: &Play<'_>) -> Self {
        let data = play.earlier.iter().rev().filter_map(Returned::data);
        Self(data.filter_map(|value| holder(value, "identifier").and_then(Issue::read)).next())
    }
}

/// Finds issues, all of them at once.
pub fn find(play: &mut Play<'_>, clause: &Clause, memory: &mut Memory) -> Scene<()> {
    let mut mentions = clause.mentions.clone();
    if mentions.is_empty() {
        let words =
            clause.quoted.first().cloned().unwrap_or_else(|| clause.behind(&["about", "for", "find"], 4).join(" "));
        mentions.extend((!words.is_empty()).then_some(Mention::Topic(words.to_lowercase())));
    }
    if mentions.is_empty() {
        play.report.push("Tell me a word of the issue that you look for.".into());
        return Ok(());
    }
    for found in search(play, &mentions, memory)? {
        let sentence = match found {
            Err(trouble) => trouble,
            Ok(issues) => {
                let sentence = found_sentence(&issues);
                memory.0 = issues.into_iter().next();
                sentence
            }
        };
        play.report.push(sentence);
    }
    Ok(())
}

fn found_sentence(issues: &[Issue]) -> String {
    let Some((first, others)) = issues.split_first() else { return String::new() };
    let mut sentence = first.named();
    if !first.state.is_empty() {
        sentence.push_str(&format!(" is {}", first.state));
    }
    sentence.push_str(&match first.assignee.as_str() {
        "" => ", assigned to nobody.".to_owned(),
        assignee => format!(", assigned to {assignee}."),
    });
    if !others.is_empty() {
        let names: Vec<_> = others.iter().take(NAMED).map(|issue| issue.identifier.as_str()).collect();
        sentence.push_str(&format!(" {} more match: {}.", others.len(), names.join(", ")));
    }
    sentence
}

/// Looks for issues, all at once; if the search fails, once more in the list. Each is found, or there is a sentence
/// that says why not. What was found has at least one issue, the best first.
fn search(play: &mut Play<'_>, mentions: &[Mention], memory: &Memory) -> Scene<Vec<Result<Vec<Issue>, String>>> {
    const TOOL: &str = "linear_issue_search";
    let sought: Vec<_> = mentions.iter().filter(|mention| **mention != Mention::It).collect();
    let wishes: Vec<_> = sought.iter().map(|mention| (TOOL, json!({"query": mention.query(), "first": 10}))).collect();
    if !wishes.is_empty() {
        let words: Vec<_> = sought.iter().map(|mention| format!("“{}”", mention.query())).collect();
        play.say(format!("I look for {}.", words.join(" and ")));
    }
    let mut returned = play.call_all(&wishes)?;
    let failed = returned.iter().any(Returned::may_try_another_way);
    if failed && play.offered.find("linear_issues_list").is_some() {
        play.say("The search did not work. I look through the list instead.");
        let list = play.call("linear_issues_list", json!({"first": MANY}))?;
        for returned in returned.iter_mut().filter(|returned| returned.may_try_another_way()) {
            *returned = list.clone();
        }
    }
    let mut returned = sought.into_iter().zip(&returned);
    let found = mentions.iter().map(|mention| match mention {
        Mention::It => {
            memory.0.clone().map(|issue| vec![issue]).ok_or_else(|| "I do not know which issue you mean.".into())
        }
        mention => match returned.next() {
            Some((_, returned)) => best(mention, returned),
            None => Err("I do not know which issue you mean.".into()),
        },
    });
    Ok(found.collect())
}

/// Those of the returned issues that are meant.
fn best(mention: &Mention, returned: &Returned) -> Result<Vec<Issue>, String> {
    let words = mention.query();
    let value = returned.data().ok_or_else(|| returned.trouble(&format!("Looking for “{words}”")))?;
    let issues: Vec<_> = rows(value).into_iter().filter_map(Issue::read).collect();
    // A search also finds words in texts that are not shown, so what it finds counts unless its title tells better.
    let fit: Vec<_> = issues.iter().filter(|issue| issue.fits(mention)).cloned().collect();
    let searched = holder(value, "searchIssues").is_some() || holder(value, "totalCount").is_some();
    let found = match mention {
        Mention::Topic(_) if fit.is_empty() && searched => issues,
        _ => fit,
    };
    if !found.is_empty() {
        return Ok(found);
    }
    let cut = if returned.is_cut() { " in the part of the answer that I was given" } else { "" };
    Err(format!("I found no issue for “{words}”{cut}."))
}

/// Creates an issue in one of the person's teams.
pub fn create(play: &mut Play<'_>, clause: &Clause, memory: &mut Memory) -> Scene<()> {
    let said = clause.behind(&["called", "titled", "named", "about"], 12).join(" ");
    let title = clause.quoted.first().cloned().unwrap_or(said);
    if title.is_empty() {
        play.report.push("Tell me the title of the issue: create an issue \"…\".".into());
        return Ok(());
    }
    play.say("I look up your teams, as an issue belongs to one.");
    let mut returned = play.call("linear_viewer_get", json!({}))?;
    if returned.may_try_another_way() && play.offered.find("linear_teams_list").is_some() {
        returned = play.call("linear_teams_list", json!({}))?;
    }
    let Some(value) = returned.data() else {
        play.report.push(returned.trouble("Looking up your teams"));
        return Ok(());
    };
    let teams = holder(value, "teams").and_then(|viewer| viewer.get("teams")).map(rows);
    let teams = teams.unwrap_or_default();
    let is_named = |team: &&&Map<String, Value>| {
        ["key", "name"].iter().any(|field| clause.words.contains(&text(team, &[field]).to_lowercase()))
    };
    let Some(team) = teams.iter().find(is_named).or(teams.first()) else {
        play.report.push("No issue was created: you are in no team at Linear.".into());
        return Ok(());
    };
    let input = json!({"teamId": text(team, &["id"]), "title": title, "description": clause.quoted.get(1)});
    play.say(format!("I create it in the team {}.", text(team, &["name"])));
    let returned = play.call("linear_issue_create", input)?;
    let issue = returned.data().and_then(|value| holder(value, "identifier")).and_then(Issue::read);
    play.report.push(match &issue {
        Some(issue) => format!("Created {} in the team {}.", issue.named(), text(team, &["name"])),
        None => returned.trouble("Creating the issue"),
    });
    memory.0 = issue;
    Ok(())
}

/// Comments on an issue.
pub fn comment(play: &mut Play<'_>, clause: &Clause, memory: &mut Memory) -> Scene<()> {
    let target = clause.mentions.first().unwrap_or(&Mention::It);
    let identifier = match target {
        Mention::Identifier(identifier) => Ok(identifier.clone()),
        other => {
            let found = search(play, std::slice::from_ref(other), memory)?.pop();
            let found = found.unwrap_or_else(|| Ok(Vec::new()));
            found.and_then(|issues| issues.into_iter().next().map(|issue| issue.identifier).ok_or_else(String::new))
        }
    };
    let identifier = match identifier {
        Ok(identifier) => identifier,
        Err(trouble) => {
            play.report.push(format!("Nothing was commented on. {trouble}"));
            return Ok(());
        }
    };
    let body = clause.quoted.first().map_or("A comment by the sandbox's script.", String::as_str);
    let returned = play.call("linear_comment_create", json!({"issueId": identifier, "body": body}))?;
    play.report.push(match was_done(&returned, "commentCreate") {
        true => format!("Commented on {identifier}: “{body}”"),
        false => returned.trouble(&format!("Commenting on {identifier}")),
    });
    Ok(())
}

/// True if the result says that it was done.
fn was_done(returned: &Returned, field: &str) -> bool {
    let holder = returned.data().and_then(|value| holder(value, field));
    holder.and_then(|holder| holder.get(field)?.get("success")?.as_bool()).unwrap_or(false)
}

/// Relates two issues, which are looked for at once.
pub fn relate(play: &mut Play<'_>, clause: &Clause, memory: &mut Memory) -> Scene<()> {
    let mut mentions = clause.mentions.clone();
    if let [Mention::Identifier(_) | Mention::Topic(_)] = mentions.as_slice()
        && memory.0.is_some()
    {
        mentions.insert(0, Mention::It);
    }
    mentions.truncate(2);
    if mentions.len() < 2 {
        play.report.push("Tell me both issues: link ENG-2 as blocking ENG-3.".into());
        return Ok(());
    }
    let found = search(play, &mentions, memory)?;
    let mut issues = Vec::new();
    for found in found {
        match found {
            Ok(found) => issues.extend(found.into_iter().next()),
            Err(trouble) => play.report.push(format!("Nothing was linked. {trouble}")),
        }
    }
    let [one, other] = issues.as_slice() else { return Ok(()) };
    let (kind, verb) = match () {
        () if clause.has(&["blocking", "blocks", "blocked", "blocker"]) => ("blocks", "blocks"),
        () if clause.has(&["duplicate", "duplicates"]) => ("duplicate", "is a duplicate of"),
        () => ("related", "is related to"),
    };
    let (one, other) = if clause.has(&["blocked"]) { (other, one) } else { (one, other) };
    play.say(format!("I found both: {} and {}.", one.named(), other.named()));
    let input = json!({"issueId": one.identifier, "relatedIssueId": other.identifier, "type": kind});
    let returned = play.call("linear_issue_relation_create", input)?;
    play.report.push(match was_done(&returned, "issueRelationCreate") {
        true => format!("{} now {verb} {}.", one.named(), other.named()),
        false => returned.trouble(&format!("Linking {} and {}", one.identifier, other.identifier)),
    });
    memory.0 = Some(one.clone());
    Ok(())
}

/// Tells who closed what: those to whom closed issues are assigned.
pub fn who_closed(play: &mut Play<'_>, clause: &Clause) -> Scene<()> {
    const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
    let since = clause.has(&["week", "week's"]).then(|| play.now.saturating_sub(WEEK).unwrap_or(Timestamp::MIN));
    play.think(
        "Linear says when an issue was completed and to whom it is assigned. The closed ones are enough for that.",
    );
    play.say("I look at the issues that are done.");
    let mut returned = play.call("linear_issues_list", json!({"state": "Done", "first": MANY}))?;
    if returned.data().is_some_and(|value| rows(value).is_empty()) {
        play.say("None has the state Done. I look at all of them, as the state may have another name.");
        returned = play.call("linear_issues_list", json!({"first": MANY}))?;
    }
    let Some(value) = returned.data() else {
        play.report.push(returned.trouble("Listing the closed issues"));
        return Ok(());
    };
    let when = |row: &Map<String, Value>| text(row, &["completedAt"]).parse::<Timestamp>().ok();
    let closed: Vec<_> = rows(value).into_iter().filter(|row| text(row, &["state", "type"]) == "completed").collect();
    let undated = closed.iter().filter(|row| when(row).is_none()).count();
    let recent = closed.into_iter().filter(|row| since.is_none_or(|since| when(row).is_some_and(|at| at >= since)));
    let mut people: Vec<(&str, Vec<String>)> = Vec::new();
    for row in recent {
        let Some(issue) = Issue::read(row) else { continue };
        let who =
            Some(text(row, &["assignee", "name"])).filter(|who| !who.is_empty()).unwrap_or("Nobody in particular");
        match people.iter_mut().find(|(known, _)| *known == who) {
            Some((_, issues)) => issues.push(issue.named()),
            None => people.push((who, vec![issue.named()])),
        }
    }
    let period = if since.is_some() { " in the last seven days" } else { "" };
    let mut report = match people.is_empty() {
        true => format!("Nobody closed an issue{period}, as far as this account sees."),
        false => format!("Closed{period}:"),
    };
    for (who, issues) in &people {
        report.push_str(&format!("\n* {who}: {}", issues.join(", ")));
    }
    if since.is_some() && undated > 0 {
        report.push_str(&format!("\n{undated} closed issues do not say when, so I left them out."));
    }
    let pages = holder(value, "hasNextPage").and_then(|page| page.get("hasNextPage")?.as_bool());
    if returned.is_cut() || pages == Some(true) {
        report.push_str("\nThe list was cut short, so there may be more.");
    }
    play.report.push(report);
    Ok(())
}
