//! From the file's text to settings and problems.

use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;

use toml_edit::{Document, Item, TableLike};

use super::agent::{ApiVersion, MOST_AT_ONCE, MOST_TOKENS, MOST_TURNS, ModelId, is_currency};
use super::{ModelPrices, Rebinding, Settings, SettingsProblem, TimeLimit};
use crate::domain::{Untrusted, decode_utf8, nearest_name};
use crate::files;

const KNOWN: [&str; 18] = [
    "theme",
    "mouse",
    "record",
    "screen_share",
    "keep_drafts",
    "notify",
    "refresh",
    "log",
    "timeout",
    "max_answer_mib",
    "proofs_at_once",
    "agent_model",
    "agent_max_turns",
    "agent_max_tokens",
    "agent_parallel_calls",
    "agent_prices",
    "model_api_version",
    "keys",
];

impl Settings {
    /// Settings in the file; the defaults if there is none.
    pub fn read(file: &Path) -> Self {
        match files::read(file) {
            Ok(bytes) => match decode_utf8(&bytes) {
                Ok(text) => Self::parse(text),
                Err(why) => Self::unread(&format!("It cannot be read: {why}. Nothing in it counts.")),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => Self::default(),
            Err(error) => Self::unread(&format!("It cannot be read: {error}. Nothing in it counts.")),
        }
    }

    fn unread(sentence: &str) -> Self {
        let problem = SettingsProblem { line: None, sentence: sentence.to_owned() };
        Self { problems: vec![problem], ..Self::default() }
    }

    /// Settings in a file's text.
    pub fn parse(text: &str) -> Self {
        let document = match Document::parse(text) {
            Ok(document) => document,
            Err(error) => {
                let what = Untrusted::from(error.message());
                let problem = SettingsProblem {
                    line: error.span().map(|span| line_of(text, &span)),
                    sentence: format!("This is not TOML ({what}). Nothing in the file counts."),
                };
                return Self { problems: vec![problem], ..Self::default() };
            }
        };
        let mut reader = Reader { text, settings: Self::default() };
        for (name, item) in document.as_table() {
            let at = TableEntry { table: document.as_table(), name, item };
            match name {
                "theme" => reader.settings.theme = reader.word(&at),
                "notify" => reader.settings.notify = reader.word(&at),
                "log" => reader.settings.log = reader.word(&at),
                "mouse" => reader.settings.mouse = reader.switch(&at),
                "record" => reader.settings.record = reader.switch(&at),
                "screen_share" => reader.settings.screen_share = reader.switch(&at),
                "keep_drafts" => reader.settings.keep_drafts = reader.switch(&at),
                "refresh" => reader.settings.refresh = reader.word(&at),
                "timeout" => reader.settings.timeout = reader.time(&at),
                "max_answer_mib" => reader.settings.max_answer_mib = reader.size(&at, u16::MAX),
                "proofs_at_once" => reader.settings.proofs_at_once = reader.size(&at, 64),
                "agent_model" => reader.settings.agent.model = reader.word::<ModelId>(&at).map(|id| id.0),
                "agent_max_turns" => reader.settings.agent.max_turns = reader.number(&at, MOST_TURNS),
                "agent_max_tokens" => reader.settings.agent.max_tokens = reader.number(&at, MOST_TOKENS),
                "agent_parallel_calls" => reader.settings.agent.parallel_calls = reader.number(&at, MOST_AT_ONCE),
                "agent_prices" => reader.prices(&at),
                "model_api_version" => {
                    reader.settings.agent.api_version = reader.word::<ApiVersion>(&at).map(|version| version.0);
                }
                "keys" => reader.keys(&at),
                _ => {
                    let meant = nearest_name(name, KNOWN).map(|known| format!(" Is “{known}” meant?"));
                    let sentence =
                        format!("There is no setting “{}”.{}", Untrusted::from(name), meant.unwrap_or_default());
                    reader.problem(&at, &sentence);
                }
            }
        }
        reader.settings
    }
}

struct Reader<'t> {
    text: &'t str,
    settings: Settings,
}

/// One entry of a table.
struct TableEntry<'a> {
    table: &'a dyn TableLike,
    name: &'a str,
    item: &'a Item,
}

impl Reader<'_> {
    fn problem(&mut self, at: &TableEntry<'_>, sentence: &str) {
        let problem = SettingsProblem { line: Some(self.line(at)), sentence: sentence.to_owned() };
        self.settings.problems.push(problem);
    }

    fn line(&self, at: &TableEntry<'_>) -> usize {
        let key = at.table.get_key_value(at.name).and_then(|(key, _)| key.span());
        key.or_else(|| at.item.span()).map_or(1, |span| line_of(self.text, &span))
    }

    fn word<T: FromStr<Err = String>>(&mut self, at: &TableEntry<'_>) -> Option<T> {
        match at.item.as_str().unwrap_or_default().parse() {
            Ok(word) => Some(word),
            Err(choices) => {
                self.problem(at, &format!("“{}” is {choices}. It is as if this line were not there.", at.name));
                None
            }
        }
    }

    fn switch(&mut self, at: &TableEntry<'_>) -> Option<bool> {
        let on = at.item.as_bool();
        if on.is_none() {
            self.problem(at, &format!("“{}” is true or false. It is as if this line were not there.", at.name));
        }
        on
    }

    /// A number is one of seconds.
    fn time(&mut self, at: &TableEntry<'_>) -> Option<TimeLimit> {
        match at.item.as_integer().map(|seconds| seconds.to_string().parse()) {
            Some(Ok(time)) => Some(time),
            _ => self.word(at),
        }
    }

    fn size(&mut self, at: &TableEntry<'_>, most: u16) -> Option<u16> {
        self.number(at, most.into()).and_then(|size| u16::try_from(size).ok())
    }

    fn number(&mut self, at: &TableEntry<'_>, most: u32) -> Option<u32> {
        let size =
            at.item.as_integer().and_then(|size| u32::try_from(size).ok()).filter(|size| (1..=most).contains(size));
        if size.is_none() {
            let sentence = format!("“{}” is a number from 1 to {most}. It is as if this line were not there.", at.name);
            self.problem(at, &sentence);
        }
        size
    }

    /// A table of a model's prices for each model.
    fn prices(&mut self, at: &TableEntry<'_>) {
        let Some(table) = at.item.as_table_like() else {
            return self.problem(at, "“agent_prices” is a table: [agent_prices.\"MODEL\"], and below it the prices.");
        };
        for (name, item) in table.iter() {
            let at = TableEntry { table, name, item };
            let Some(prices) = item.as_table_like() else {
                let sentence = format!("The prices of “{}” are a table.", Untrusted::from(name));
                self.problem(&at, &sentence);
                continue;
            };
            let mut read = ModelPrices::default();
            for (name, item) in prices.iter() {
                let at = TableEntry { table: prices, name, item };
                if name == "currency" {
                    match item.as_str().filter(|word| is_currency(word)) {
                        Some(word) => read.currency = word.to_owned(),
                        None => self.problem(&at, "“currency” is a short word, such as USD."),
                    }
                    continue;
                }
                let number = item.as_integer().map(|price| price.to_string());
                let number = number.or_else(|| item.as_float().map(|price| price.to_string()));
                let price = number.and_then(|number| number.parse().ok());
                match (read.price_of(name), price) {
                    (Some(place), Some(price)) => *place = Some(price),
                    (Some(_), None) => {
                        self.problem(&at, "A price is a number from 0 to 1000000, for a million tokens.");
                    }
                    (None, _) => {
                        let sentence = format!(
                            "There is no price “{}”: input, output, cache_read and cache_write are, and currency.",
                            Untrusted::from(name)
                        );
                        self.problem(&at, &sentence);
                    }
                }
            }
            self.settings.agent.prices.insert(name.to_owned(), read);
        }
    }

    fn keys(&mut self, at: &TableEntry<'_>) {
        let Some(table) = at.item.as_table_like() else {
            return self.problem(at, "“keys” is a table: [keys], and below it a line for each action.");
        };
        for (name, item) in table.iter() {
            let at = TableEntry { table, name, item };
            let texts = match (item.as_str(), item.as_array()) {
                (Some(one), _) => Some(vec![one.to_owned()]),
                (None, Some(array)) => array.iter().map(|value| value.as_str().map(str::to_owned)).collect(),
                (None, None) => None,
            };
            match texts {
                Some(keys) => {
                    let line = self.line(&at);
                    self.settings.keys.push(Rebinding { name: name.to_owned(), keys, line });
                }
                None => {
                    let name = Untrusted::from(name);
                    self.problem(
                        &at,
                        &format!("“{name}” is a list of keys, such as [\"a\", \"F6\"]. It keeps its default keys."),
                    );
                }
            }
        }
    }
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    text.get(..span.start).unwrap_or_default().matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use super::super::{LogLevel, ThemeChoice, ThemeVariant};
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        Settings::parse(text).problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn everything_can_be_set() {
        let text = "theme = 'light'\nmouse = false\nrecord = false\nkeep_drafts = false\nlog = 'debug'\ntimeout = '2m'\nmax_answer_mib = 512\n[keys]\nauthorize = ['A', 'F6']\nmouse = []\nquit = 'x'";
        let settings = Settings::parse(text);
        assert_eq!(settings.problems, []);
        assert_eq!(settings.theme, Some(ThemeChoice::Always(ThemeVariant::Light)));
        let switches = (settings.mouse, settings.record, settings.keep_drafts, settings.log);
        assert_eq!(switches, (Some(false), Some(false), Some(false), Some(LogLevel::Debug)));
        let two_minutes = TimeLimit(Some(Duration::from_secs(120)));
        assert_eq!((settings.timeout, settings.max_answer_mib), (Some(two_minutes), Some(512)));
        assert_eq!(Settings::parse("timeout = 120").timeout, Some(two_minutes));
        assert_eq!(Settings::parse("timeout = 'none'").timeout, Some(TimeLimit(None)));
        let keys: Vec<_> = settings.keys.iter().map(|k| (k.name.as_str(), k.keys.join(" "), k.line)).collect();
        assert_eq!(keys, [("authorize", "A F6".into(), 9), ("mouse", String::new(), 10), ("quit", "x".into(), 11)]);
        let refresh = |text: &str| Settings::parse(text).refresh.map(|interval| interval.0.map(|time| time.as_secs()));
        assert_eq!(refresh("refresh = '2m'"), Some(Some(120)));
        assert_eq!(refresh("refresh = 'off'"), Some(None));
        assert_eq!(Settings::parse(""), Settings::default());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_the_rest_counts() {
        let cases = [
            ("\ntheem = 1", "line 2: There is no setting “theem”. Is “theme” meant?"),
            ("x\u{202e}y = 1", "line 1: This is not TOML"),
            ("\"\\u001b\" = 1", "line 1: There is no setting “␛”."),
            ("theme = 'drak'", "line 1: “theme” is one of auto, dark, light, attributes."),
            ("theme = 7", "line 1: “theme” is one of auto"),
            ("notify = 'yes'", "line 1: “notify” is one of off, osc9, osc777."),
            ("log = 'loud'", "line 1: “log” is one of off, error, warn, info, debug."),
            ("mouse = 'yes'", "line 1: “mouse” is true or false."),
            ("record = 0", "line 1: “record” is true or false."),
            ("keep_drafts = 1", "line 1: “keep_drafts” is true or false."),
            ("refresh = '1s'", "line 1: “refresh” is a time of 5 seconds or more such as 30s or 5m, or off."),
            ("refresh = true", "line 1: “refresh” is a time"),
            ("timeout = 'soon'", "line 1: “timeout” is a time such as 90s, 5m or 1h, or none."),
            ("timeout = -1", "line 1: “timeout” is a time such as"),
            ("max_answer_mib = 0", "line 1: “max_answer_mib” is a number from 1 to 65535."),
            ("max_answer_mib = '64'", "line 1: “max_answer_mib” is a number"),
            ("keys = 7", "line 1: “keys” is a table"),
            ("agent_model = 'a b'", "line 1: “agent_model” is the id of a model, without spaces."),
            ("agent_max_turns = 0", "line 1: “agent_max_turns” is a number from 1 to 1000."),
            ("agent_max_tokens = 9999999", "line 1: “agent_max_tokens” is a number from 1 to 1000000."),
            ("agent_parallel_calls = 17", "line 1: “agent_parallel_calls” is a number from 1 to 16."),
            ("model_api_version = 'new'", "line 1: “model_api_version” is a date such as 2023-06-01."),
            ("agent_prices = 7", "line 1: “agent_prices” is a table"),
            ("[agent_prices]\nm = 7", "line 2: The prices of “m” are a table."),
            ("[agent_prices.m]\ninput = -1", "line 2: A price is a number from 0"),
            ("[agent_prices.m]\ninptu = 1", "line 2: There is no price “inptu”"),
            ("[agent_prices.m]\ncurrency = 'a b'", "line 2: “currency” is a short word"),
            ("[keys]\n\nquit = 7", "line 3: “quit” is a list of keys"),
            ("[keys]\nquit = ['a', 7]", "line 2: “quit” is a list of keys"),
        ];
        for (text, said) in cases {
            let found = problems(text);
            assert!(found.len() == 1 && found[0].contains(said), "{text}: {found:?}");
        }
        let settings = Settings::parse("theme = 7\nmouse = false\n[keys]\nquit = 7\nhelp = 'F2'");
        assert_eq!((settings.problems.len(), settings.mouse, settings.keys.len()), (2, Some(false), 1));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_a_problem_and_one_that_is_not_there_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Settings::read(&folder.path().join("settings.toml")), Settings::default());
        let said = Settings::read(folder.path()).problems[0].to_string();
        assert!(said.starts_with("settings.toml: It cannot be read"), "{said}");
        let file = folder.path().join("settings.toml");
        fs::write(&file, b"theme = '\xff'").unwrap();
        assert!(Settings::read(&file).problems[0].sentence.contains("UTF-8"));
        for bytes in [&b"mouse = false"[..], b"\xef\xbb\xbfmouse = false"] {
            fs::write(&file, bytes).unwrap();
            assert_eq!(Settings::read(&file), Settings { mouse: Some(false), ..Settings::default() });
        }
        fs::write(&file, "mouse = false".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()).unwrap();
        assert!(Settings::read(&file).problems[0].sentence.contains("it is UTF-16; save it as UTF-8"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_fatal(text in "[a-z\\[\\]=\"' \n,0-9.{}]{0,60}") {
            for problem in Settings::parse(&text).problems {
                let line = problem.line.unwrap_or(1);
                proptest::prop_assert!(line >= 1 && line <= text.matches('\n').count() + 1);
            }
        }
    }
}
