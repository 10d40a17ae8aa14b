//! Prompts that are orders to the script itself. Their grammar is in `docs/agent.md`.

use serde_json::Value;

/// Most calls of one tool at once.
const MOST_TIMES: usize = 50;

/// Most words of one answer.
const MOST_WORDS: usize = 20_000;

/// Order to the script. It begins with one of a few words.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Call tools: steps, one after the other, of wishes at once.
    Call(Vec<Vec<CallWish>>),
    /// Answer in so many words.
    Say { words: usize, slowly: bool },
    /// End with this reason, so often.
    Stop { reason: String, times: usize },
    /// Fail.
    Fail(Trouble),
    /// Show thinking.
    Think,
    /// Show a block of a kind that nobody knows.
    UnknownBlock,
}

/// Wish for a call, as the person orders it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallWish {
    pub tool: String,
    /// JSON text.
    pub input: Option<String>,
    /// Calls at once; 0 counts as 1.
    pub times: usize,
    /// Asked for again whenever results come.
    pub forever: bool,
    /// The input is no JSON.
    pub badly: bool,
    /// The answer is cut off in the middle of the input.
    pub cut: bool,
    /// Asked for even if it is not offered.
    pub anyway: bool,
}

/// Failure on purpose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trouble {
    /// Status of the refusal; none where the answer breaks off in the middle.
    pub status: Option<u16>,
    /// Only the first time that the same request comes.
    pub once: bool,
}

impl Command {
    /// The order that a prompt is; none where it is another prompt.
    pub fn parse(prompt: &str) -> Option<Self> {
        let (first, rest) = word(prompt)?;
        let words: Vec<_> = rest.split_whitespace().map(str::to_lowercase).collect();
        let has = |word: &str| words.iter().any(|other| other == word);
        let number = || words.iter().find_map(|word| word.parse::<usize>().ok());
        match first.to_lowercase().as_str() {
            "call" => Some(steps(rest)).filter(|steps| !steps.is_empty()).map(Self::Call),
            "say" => number().map(|words| Self::Say { words: words.min(MOST_WORDS), slowly: has("slowly") }),
            "stop" => {
                // Anything else is a person who wants it to stop.
                let reason = words.first().filter(|word| word.contains('_') || *word == "refusal")?;
                Some(Self::Stop { reason: reason.clone(), times: number().unwrap_or(1) })
            }
            "status" => {
                let status = number().and_then(|status| u16::try_from(status).ok());
                let status = status.filter(|status| (400..600).contains(status))?;
                Some(Self::Fail(Trouble { status: Some(status), once: has("once") }))
            }
            "break" if has("off") => Some(Self::Fail(Trouble { status: None, once: has("once") })),
            "think" => Some(Self::Think),
            "unknown" if has("block") => Some(Self::UnknownBlock),
            _ => None,
        }
    }
}

/// The first word of a text, and the rest.
fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    (!word.is_empty()).then_some((word, rest))
}

fn steps(mut rest: &str) -> Vec<Vec<CallWish>> {
    let mut steps = Vec::new();
    let mut step: Vec<CallWish> = Vec::new();
    let mut wish = CallWish::default();
    let take = |wish: &mut CallWish, step: &mut Vec<CallWish>| {
        let wish = std::mem::take(wish);
        if !wish.tool.is_empty() {
            step.push(wish);
        }
    };
    let mut number = None;
    while let Some((next, behind)) = word(rest) {
        if next.starts_with('{') {
            let json = rest.trim_start();
            let mut values = serde_json::Deserializer::from_str(json).into_iter::<Value>();
            let Some(Ok(_)) = values.next() else { break };
            let Some((input, behind)) = json.split_at_checked(values.byte_offset()) else { break };
            wish.input = Some(input.to_owned());
            rest = behind;
            continue;
        }
        rest = behind;
        let next = next.trim_end_matches([',', '.', ';']);
        match next.to_lowercase().as_str() {
            "" | "call" | "with" => {}
            "and" => take(&mut wish, &mut step),
            "then" => {
                take(&mut wish, &mut step);
                steps.push(std::mem::take(&mut step));
            }
            "times" => wish.times = number.take().unwrap_or(1).min(MOST_TIMES),
            "forever" => wish.forever = true,
            "badly" => wish.badly = true,
            "cut" => wish.cut = true,
            "anyway" => wish.anyway = true,
            other if other.parse::<usize>().is_ok() => number = other.parse().ok(),
            _ if wish.tool.is_empty() => wish.tool = next.to_owned(),
            // Whatever else is said is no part of an order.
            _ => {}
        }
    }
    take(&mut wish, &mut step);
    steps.push(step);
    steps.retain(|step| !step.is_empty());
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(tool: &str) -> CallWish {
        CallWish { tool: tool.into(), ..CallWish::default() }
    }

    #[test]
    fn calls_are_ordered_at_once_and_one_after_the_other() {
        assert_eq!(
            Command::parse("Call a_b {\"x\": \"1 and 2\"} 3 times and c-d, then e forever"),
            Some(Command::Call(vec![
                vec![CallWish { input: Some("{\"x\": \"1 and 2\"}".into()), times: 3, ..wish("a_b") }, wish("c-d")],
                vec![CallWish { forever: true, ..wish("e") }],
            ]))
        );
        let odd = "call t badly and u cut and v anyway";
        let expected = vec![vec![
            CallWish { badly: true, ..wish("t") },
            CallWish { cut: true, ..wish("u") },
            CallWish { anyway: true, ..wish("v") },
        ]];
        assert_eq!(Command::parse(odd), Some(Command::Call(expected)));
        assert_eq!(Command::parse("call"), None);
    }

    #[test]
    fn other_orders() {
        assert_eq!(Command::parse("say 200 words slowly"), Some(Command::Say { words: 200, slowly: true }));
        assert_eq!(Command::parse("stop refusal"), Some(Command::Stop { reason: "refusal".into(), times: 1 }));
        let pauses = Command::Stop { reason: "pause_turn".into(), times: 3 };
        assert_eq!(Command::parse("stop pause_turn 3 times"), Some(pauses));
        let busy = Trouble { status: Some(529), once: true };
        assert_eq!(Command::parse("status 529 once"), Some(Command::Fail(busy)));
        assert_eq!(Command::parse("break off"), Some(Command::Fail(Trouble { status: None, once: false })));
        for other in ["Say hello", "status", "status 200", "Find the issue", "", "  ", "stop", "stop that", "break it"]
        {
            assert_eq!(Command::parse(other), None, "{other}");
        }
    }
}
