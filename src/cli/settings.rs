//! `jackfield settings`: what is set, where it lies, and what every key does.

use clap::Subcommand;
use serde_json::json;

use super::output::CliOutput;
use super::places::own_files;
use super::table::Table;
use crate::agent::AgentLimits;
use crate::domain::{Fault, FaultKind, Untrusted, Violation, pluralize};
use crate::flow::environment;
use crate::flow::identity;
use crate::flow::model_access::{USUAL_MODEL, USUAL_VERSION};
use crate::order::StableOrder as _;
use crate::profile::Home;
use crate::settings::{FILE, KeyRow, ScreenReference, Settings, SettingsProblem, ThemeChoice, ThemeVariant, TimeLimit};

#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum SettingsCommand {
    /// Show where files are
    Path,
    /// Show the settings in force and problems in settings.toml
    Show,
    /// List all actions and their keys
    Keys,
    /// Print a commented settings.toml
    Example,
}

impl SettingsCommand {
    /// Carries it out. A file that is wrong in anything is exit code 2, after the answer.
    pub(super) fn perform(
        self,
        home: &Home,
        settings: &Settings,
        screen: &ScreenReference,
        output: &CliOutput,
    ) -> Result<u8, Fault> {
        let (keys, conflicts) = (screen.keys)(&settings.keys);
        match self {
            Self::Path => {
                paths(home, screen, output)?;
                return Ok(0);
            }
            Self::Example => {
                output.bytes(example(&keys).as_bytes())?;
                return Ok(0);
            }
            Self::Show => show(settings, &keys, screen, output)?,
            Self::Keys => {
                let mut table = Table::new(output, "actions", ["KEYS", "ACTION", "WHAT", "WHERE"]);
                table.add(&keys, document, row);
                table.end()?;
            }
        }
        let mut problems: Vec<&SettingsProblem> = settings.problems.iter().chain(&conflicts).collect();
        problems.order_by_key(|problem| problem.line);
        if problems.is_empty() { Ok(0) } else { Err(fault(&problems)) }
    }
}

fn paths(home: &Home, screen: &ScreenReference, output: &CliOutput) -> Result<(), Fault> {
    let paths = own_files(screen);
    let paths = paths.map(|file| (file.what, Untrusted::from(file.path(home).to_string_lossy().as_ref())));
    let mut table = Table::new(output, "files", ["WHAT", "WHERE"]);
    let document = |(what, path): &(&str, Untrusted)| json!({ "what": what, "path": path.raw() });
    table.add(&paths, document, |(what, path)| [(*what).to_owned(), path.to_string()]);
    table.end()
}

fn show(settings: &Settings, keys: &[KeyRow], screen: &ScreenReference, output: &CliOutput) -> Result<(), Fault> {
    let memory = (screen.remembered)();
    let remembered = memory.theme.parse::<ThemeVariant>().ok().map(ThemeVariant::name);
    let theme = settings.theme.map(ThemeChoice::name);
    let switch = |on: bool| if on { "true" } else { "false" };
    let log = settings.log.unwrap_or_default().name();
    let limits = environment::limits(settings);
    let changed = keys.iter().filter(|row| row.keys != row.default_keys).count();
    let rows = [
        ("theme", theme.or(remembered).unwrap_or(ThemeChoice::default().name()).to_owned(), source(theme, remembered)),
        (
            "mouse",
            switch(settings.mouse.unwrap_or(memory.mouse)).to_owned(),
            source(settings.mouse, (!memory.mouse).then_some(())),
        ),
        ("record", switch(settings.record.unwrap_or(true)).to_owned(), source(settings.record, None::<()>)),
        (
            "screen_share",
            switch(settings.screen_share.unwrap_or(false)).to_owned(),
            source(settings.screen_share, None::<()>),
        ),
        (
            "keep_drafts",
            switch(settings.keep_drafts.unwrap_or(true)).to_owned(),
            source(settings.keep_drafts, None::<()>),
        ),
        ("notify", settings.notify.unwrap_or_default().name().to_owned(), source(settings.notify, None::<()>)),
        ("refresh", settings.refresh.unwrap_or_default().to_string(), source(settings.refresh, None::<()>)),
        ("log", log.to_owned(), source(settings.log, None::<()>)),
        ("timeout", TimeLimit(limits.calls).to_string(), source(settings.timeout, None::<()>)),
        ("max_answer_mib", (limits.body >> 20).to_string(), source(settings.max_answer_mib, None::<()>)),
        (
            "proofs_at_once",
            settings.proofs_at_once.map_or(identity::AT_ONCE, usize::from).to_string(),
            source(settings.proofs_at_once, None::<()>),
        ),
    ];
    let keys = ("keys", format!("{changed} changed"), source((changed > 0).then_some(()), None::<()>));
    let rows: Vec<_> = rows.into_iter().chain(agent_rows(settings)).chain([keys]).collect();
    let mut table = Table::new(output, "settings", ["SETTING", "VALUE", "FROM"]);
    let document = |(name, value, from): &(&str, String, &str)| json!({ "name": name, "value": value, "from": from });
    table.add(&rows, document, |(name, value, from)| [(*name).to_owned(), value.clone(), (*from).to_owned()]);
    table.end()
}

/// Rows on the agent.
fn agent_rows(settings: &Settings) -> [(&'static str, String, &'static str); 6] {
    let agent = &settings.agent;
    let limits = AgentLimits::of(&settings.agent);
    let prices = match agent.prices.len() {
        0 => "none".to_owned(),
        models => pluralize(models as u64, "model"),
    };
    let set = |is_set: bool| source(is_set.then_some(()), None::<()>);
    let model = Untrusted::from(agent.model.as_deref().unwrap_or(USUAL_MODEL)).to_string();
    [
        ("agent_model", model, set(agent.model.is_some())),
        ("agent_max_turns", limits.max_turns.to_string(), set(agent.max_turns.is_some())),
        ("agent_max_tokens", limits.max_tokens.to_string(), set(agent.max_tokens.is_some())),
        ("agent_parallel_calls", limits.parallel_calls.to_string(), set(agent.parallel_calls.is_some())),
        ("agent_prices", prices, set(!agent.prices.is_empty())),
        (
            "model_api_version",
            agent.api_version.as_deref().unwrap_or(USUAL_VERSION).to_owned(),
            set(agent.api_version.is_some()),
        ),
    ]
}

fn source<T, U>(set: Option<T>, remembered: Option<U>) -> &'static str {
    match (set, remembered) {
        (Some(_), _) => FILE,
        (None, Some(_)) => "the last run",
        (None, None) => "default",
    }
}

fn row(row: &KeyRow) -> [String; 4] {
    let keys = if row.keys.is_empty() { "-".to_owned() } else { row.keys.join(" ") };
    [keys, row.name.to_owned(), row.sentence.to_owned(), row.places.join(", ").to_lowercase()]
}

fn document(row: &KeyRow) -> serde_json::Value {
    json!({
        "name": row.name,
        "keys": row.keys,
        "usual_keys": row.default_keys,
        "where": row.places,
        "what": row.sentence,
    })
}

fn fault(problems: &[&SettingsProblem]) -> Fault {
    let count = pluralize(problems.len() as u64, "problem");
    let mut fault = Fault::new(FaultKind::Usage, format!("{count} in {FILE}."));
    let violation = |problem: &&SettingsProblem| Violation {
        field: problem.line.map_or_else(|| "the file".to_owned(), |line| format!("line {line}")).into(),
        description: problem.sentence.as_str().into(),
    };
    fault.violations = problems.iter().map(violation).collect();
    fault
}

/// A file that sets nothing and shows everything.
fn example(rows: &[KeyRow]) -> String {
    let mut text = String::from(HEAD);
    for row in rows {
        let keys: Vec<_> = row.default_keys.iter().map(|key| format!("{key:?}")).collect();
        text.push_str(&format!("\n# {}.\n#{} = [{}]\n", row.sentence, row.name, keys.join(", ")));
    }
    text
}

const HEAD: &str = r#"# Settings of jackfield, read once at the start. Every line may be left out: what is not set is as the
# last run left it, or as usual. "jackfield settings show" tells what counts and what cannot be done.

# Colours: auto, dark, light, attributes. auto is light where COLORFGBG says so, else dark; attributes
# are bold, dim and underlined alone. NO_COLOR wins over all of them.
#theme = "auto"

# Whether the mouse is ours at the start. Left to the terminal, it selects text as usual.
#mouse = true

# Whether calls are written down, from the screen and the command line alike. F10 and --no-record turn it
# off for once.
#record = true

# Whether screen-share mode is on at the start: identifiers, e-mails, ids, links and secrets are masked on
# screen. F12 turns it on and off; no file remembers it.
#screen_share = false

# Whether input that was typed in the playground and not run is kept for the next start, without credentials.
# Nothing is kept while calls are not written down. false neither reads nor removes what is there already.
#keep_drafts = true

# How the desktop is told that an authorization has ended: off, osc9 (iTerm2, WezTerm, kitty, Windows Terminal),
# osc777 (foot, urxvt, terminals of VTE); Ghostty knows both. The terminal shows it, over SSH as well. Screen-share
# mode leaves the names out.
#notify = "off"

# How often the screen reads the accounts again while you look at them: a time such as "30s" or "5m", or "off". Of more
# than 1,000 accounts only those on screen are read. Nothing is read while a popup is open or the terminal has no focus.
#refresh = "1m"

# How much goes into the log file: off, error, warn, info, debug. Never a secret, never a body.
#log = "off"

# How long a command waits for a tool or a provider: a time such as "90s" or "5m", or "none". --timeout says it
# for once. The full screen waits as long as you do, and Esc stops.
#timeout = "1m"

# How much of an answer is read, in MiB.
#max_answer_mib = 256

# How many accounts are asked at once who they are, 1 to 64. --at-once says it for once.
#proofs_at_once = 8

# Model that an agent works with, where --model or the screen says nothing else.
#agent_model = "claude-sonnet-5-5"

# How often a model is asked for one message of yours, 1 to 1000; --max-turns says it for once.
#agent_max_turns = 30

# How many tokens one answer of a model may have; --max-tokens says it for once.
#agent_max_tokens = 8192

# How many calls of an agent run at once, 1 to 16.
#agent_parallel_calls = 4

# Version of the Messages API that is asked for, a date.
#model_api_version = "2023-06-01"

# What a million tokens of a model cost, so that runs say what they cost: a table for each model. It counts for the ids
# that begin with its name too. Tokens of the cache cost as much as others where nothing is said.
#[agent_prices."claude-sonnet-5-5"]
#currency = "USD"
#input = 3
#output = 15
#cache_read = 0.3
#cache_write = 3.75

# Other keys: a list for each action, the first one shown in hints; [] takes its keys away. Keys are
# written a, A, ?, F6, Enter, Space, PageUp, Ctrl-R, Alt-x, Shift-Tab.
[keys]
"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::scalekit::Limits;
    use crate::tui::REFERENCE;

    #[test]
    fn the_example_sets_nothing_and_everything_in_it_can_be_set() {
        let (rows, _) = (REFERENCE.keys)(&[]);
        let lines = example(&rows);
        assert_eq!(Settings::parse(&lines), Settings::default());
        let is_setting = |line: &str| line.starts_with('#') && !line.starts_with("# ");
        let set: Vec<_> = lines.lines().map(|line| if is_setting(line) { &line[1..] } else { line }).collect();
        let settings = Settings::parse(&set.join("\n"));
        assert_eq!(settings.problems, []);
        assert_eq!(
            (settings.keys.len(), settings.theme, settings.mouse, settings.record, settings.screen_share),
            (rows.len(), Some(ThemeChoice::Auto), Some(true), Some(true), Some(false))
        );
        let limits = environment::limits(&settings);
        assert_eq!((limits.calls, limits.body), (Some(Limits::CALLS), Limits::BODY), "as usual");
        assert_eq!((REFERENCE.keys)(&settings.keys), (rows, Vec::new()));
    }
}
