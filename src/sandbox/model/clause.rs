//! A prompt in parts, each of which asks for one thing.

/// Words ahead of a topic that belong to it.
const LONGEST_TOPIC: usize = 5;

/// Request of one part of a prompt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    FindIssue,
    CreateIssue,
    Comment,
    Relate,
    WhoClosed,
    CreateTask,
    FindBoard,
    ReadMail,
}

/// Part of a prompt.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    pub goal: Goal,
    /// Words in small letters, without what was quoted.
    pub words: Vec<String>,
    /// Texts that were quoted, as they were written.
    pub quoted: Vec<String>,
    /// Issues that are meant, in their order.
    pub mentions: Vec<Mention>,
}

/// Way in which an issue is meant.
#[derive(Clone, Debug, PartialEq)]
pub enum Mention {
    /// By its identifier, `ENG-4`.
    Identifier(String),
    /// By words, "the checkout issue".
    Topic(String),
    /// The one that was spoken of last.
    It,
}

impl Mention {
    /// Words to search for.
    pub fn query(&self) -> &str {
        match self {
            Self::Identifier(text) | Self::Topic(text) => text,
            Self::It => "",
        }
    }
}

impl Clause {
    /// The parts of a prompt that ask for something.
    pub fn all(prompt: &str) -> Vec<Self> {
        let (text, quotes) = take_quotes(prompt);
        let mut clauses: Vec<Self> = Vec::new();
        let mut pending: Vec<&str> = Vec::new();
        let parts = split(&text);
        for part in &parts {
            let words: Vec<_> = part.split_whitespace().collect();
            let small = lower(&words);
            match goal(&small) {
                Some(goal) => {
                    let all: Vec<_> = pending.drain(..).chain(words).collect();
                    clauses.push(Self::new(goal, &all, &quotes));
                }
                // What asks for nothing by itself goes on with the part before it.
                None => match clauses.last_mut() {
                    Some(last) => {
                        let more = Self::new(last.goal, &words, &quotes);
                        last.words.extend(more.words);
                        last.quoted.extend(more.quoted);
                        last.mentions.extend(more.mentions);
                    }
                    None => pending.extend(words),
                },
            }
        }
        clauses
    }

    fn new(goal: Goal, words: &[&str], quotes: &[String]) -> Self {
        let quoted = words.iter().filter_map(|word| quotes.get(quote_number(word)?).cloned()).collect();
        Self { goal, words: lower(words), quoted, mentions: mentions(words) }
    }

    /// True if one of these words is in it.
    pub fn has(&self, any: &[&str]) -> bool {
        has(&self.words, any)
    }

    /// The words behind the first of these, up to so many.
    pub fn behind(&self, any: &[&str], most: usize) -> Vec<&str> {
        let at = self.words.iter().position(|word| any.contains(&word.as_str()));
        let behind = self.words.iter().skip(at.map_or(usize::MAX, |at| at + 1)).map(String::as_str);
        behind.filter(|word| quote_number(word).is_none()).take(most).collect()
    }
}

fn has(words: &[String], any: &[&str]) -> bool {
    words.iter().any(|word| any.contains(&word.as_str()))
}

fn goal(words: &[String]) -> Option<Goal> {
    const CREATE: [&str; 7] = ["create", "file", "open", "add", "make", "new", "report"];
    const ISSUE: [&str; 6] = ["issue", "issues", "ticket", "tickets", "bug", "bugs"];
    const FIND: [&str; 9] = ["find", "search", "look", "where", "show", "which", "get", "see", "what"];
    const MAIL: [&str; 6] = ["mail", "mails", "email", "emails", "inbox", "mailbox"];
    const READ: [&str; 8] = ["fetch", "list", "read", "check", "summarize", "summarise", "summary", "tell"];
    let has = |any: &[&str]| has(words, any);
    let names_one = words.iter().any(|word| is_identifier(word));
    if has(&["who", "what", "which"]) && has(&["closed", "finished", "completed", "done", "closes"]) {
        return Some(Goal::WhoClosed);
    }
    if has(&CREATE) && has(&["task", "tasks", "todo"]) {
        return Some(Goal::CreateTask);
    }
    if has(&["comment", "reply"]) {
        return Some(Goal::Comment);
    }
    if has(&["link", "relate", "connect", "blocks", "blocking", "duplicate", "mark"])
        && (names_one || has(&ISSUE) || has(&["it"]))
    {
        return Some(Goal::Relate);
    }
    if has(&CREATE) && has(&ISSUE) {
        return Some(Goal::CreateIssue);
    }
    if has(&["board", "boards", "project", "projects"]) {
        return Some(Goal::FindBoard);
    }
    if has(&FIND) && (has(&ISSUE) || names_one) {
        return Some(Goal::FindIssue);
    }
    (has(&MAIL) && (has(&FIND) || has(&READ))).then_some(Goal::ReadMail)
}

/// The issues that these words mean.
fn mentions(words: &[&str]) -> Vec<Mention> {
    const ARTICLES: [&str; 5] = ["the", "that", "this", "any", "every"];
    const ISSUE: [&str; 6] = ["issue", "issues", "ticket", "tickets", "bug", "bugs"];
    const ABOUT: [&str; 3] = ["about", "on", "with"];
    let small = lower(words);
    let mut found = Vec::new();
    for (at, word) in small.iter().enumerate() {
        if is_identifier(word) {
            found.push(Mention::Identifier(word.to_uppercase()));
        } else if word == "it" {
            found.push(Mention::It);
        } else if ISSUE.contains(&word.as_str()) {
            let ahead: Vec<_> = small.iter().take(at).rev().take(LONGEST_TOPIC + 1).map(String::as_str).collect();
            let article = ahead.iter().position(|word| ARTICLES.contains(word));
            let topic: Vec<_> = ahead.iter().take(article.unwrap_or_default()).rev().copied().collect();
            let behind: Vec<_> = small.iter().skip(at + 1).map(String::as_str).collect();
            let about = behind.first().is_some_and(|word| ABOUT.contains(word));
            if !topic.is_empty() {
                found.push(Mention::Topic(topic.join(" ")));
            } else if about && !behind.iter().any(|word| is_identifier(word)) {
                let topic =
                    behind.iter().skip(1).filter(|word| !ARTICLES.contains(word) && quote_number(word).is_none());
                let topic: Vec<_> = topic.take(LONGEST_TOPIC).copied().collect();
                found.extend((!topic.is_empty()).then(|| Mention::Topic(topic.join(" "))));
            }
        }
    }
    found
}

/// True for `eng-4`.
fn is_identifier(word: &str) -> bool {
    let parts = word.split_once('-');
    parts.is_some_and(|(team, number)| {
        (1..=8).contains(&team.len())
            && team.chars().all(|c| c.is_ascii_alphanumeric())
            && team.starts_with(|c: char| c.is_ascii_alphabetic())
            && (1..=6).contains(&number.len())
            && number.chars().all(|c| c.is_ascii_digit())
    })
}

/// Words in small letters, without signs around them.
fn lower(words: &[&str]) -> Vec<String> {
    let bare = words.iter().map(|word| word.trim_matches(|c: char| c.is_ascii_punctuation()).to_lowercase());
    bare.filter(|word| !word.is_empty()).collect()
}

/// Puts a mark where a quoted text stood, so that nothing in it counts as an order.
fn take_quotes(prompt: &str) -> (String, Vec<String>) {
    let (mut text, mut quotes) = (String::new(), Vec::new());
    let mut rest = prompt;
    while let Some((before, behind)) = rest.split_once(['"', '“', '”']) {
        let Some((quote, behind)) = behind.split_once(['"', '“', '”']) else { break };
        text.push_str(before);
        text.push_str(&format!(" {MARK}{} ", quotes.len()));
        quotes.push(quote.trim().to_owned());
        rest = behind;
    }
    text.push_str(rest);
    (text, quotes)
}

/// Sign that no keyboard has, ahead of a quote's number.
const MARK: char = '\u{e000}';

fn quote_number(word: &str) -> Option<usize> {
    word.strip_prefix(MARK)?.trim_end_matches(|c: char| !c.is_ascii_digit()).parse().ok()
}

fn split(text: &str) -> Vec<String> {
    let text = text.replace([',', ';', '?', '!', '\n'], "\u{0}").replace(". ", "\u{0}");
    let text = text.replace(" and ", "\u{0}").replace(" then ", "\u{0}");
    text.split('\u{0}').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goals(prompt: &str) -> Vec<Goal> {
        Clause::all(prompt).iter().map(|clause| clause.goal).collect()
    }

    #[test]
    fn a_long_prompt_is_taken_apart() {
        let long = "Find the checkout issue, create an issue “Fix it and find the comment”, comment on it \"Seen, thanks.\", \
                    link ENG-2 as blocking ENG-3 and tell me who closed what last week";
        let clauses = Clause::all(long);
        assert_eq!(
            goals(long),
            [Goal::FindIssue, Goal::CreateIssue, Goal::Comment, Goal::Relate, Goal::WhoClosed],
            "{clauses:?}"
        );
        assert_eq!(clauses[0].mentions, [Mention::Topic("checkout".into())]);
        assert_eq!(clauses[1].quoted, ["Fix it and find the comment"]);
        assert_eq!((&clauses[2].mentions, &clauses[2].quoted), (&vec![Mention::It], &vec!["Seen, thanks.".to_owned()]));
        let both = [Mention::Identifier("ENG-2".into()), Mention::Identifier("ENG-3".into())];
        assert_eq!(clauses[3].mentions, both);
    }

    #[test]
    fn issues_are_meant_in_several_ways() {
        let mentions =
            |prompt: &str| Clause::all(prompt).into_iter().flat_map(|clause| clause.mentions).collect::<Vec<_>>();
        let topic = |text: &str| Mention::Topic(text.into());
        assert_eq!(mentions("Find the delivery date issue"), [topic("delivery date")]);
        assert_eq!(mentions("find an issue about the signing key."), [topic("signing key")]);
        assert_eq!(
            mentions("Relate the checkout issue and the webhooks issue"),
            [topic("checkout"), topic("webhooks")]
        );
        assert_eq!(mentions("show me eng-7?"), [Mention::Identifier("ENG-7".into())]);
    }

    #[test]
    fn goals_are_told_by_their_words() {
        assert_eq!(goals("Create a task for me in Website"), [Goal::CreateTask]);
        assert_eq!(goals("What is on the Leadership board?"), [Goal::FindBoard]);
        assert_eq!(goals("Please, who closed what last week?"), [Goal::WhoClosed]);
        assert_eq!(goals("Fetch my last 5 unread emails and summarize them"), [Goal::ReadMail]);
        assert_eq!(goals("list my 3 most recent emails"), [Goal::ReadMail]);
        assert!(goals("Hello there, how are you?").is_empty());
        assert_eq!(goals("the issue ENG-1, comment on it"), [Goal::Comment]);
    }
}
