//! Settings of the agent.

use std::collections::BTreeMap;
use std::str::FromStr;

/// Most requests to the model that one message of a person may be worth.
pub(super) const MOST_TURNS: u32 = 1_000;

/// Most tokens of one answer.
pub(super) const MOST_TOKENS: u32 = 1_000_000;

/// Most calls that run at once.
pub(super) const MOST_AT_ONCE: u32 = 16;

/// Characters of a model's id.
const LONGEST_ID: usize = 200;

/// Digits behind the point of a price.
const DECIMALS: usize = 6;

/// Settings of the agent. What is not set is as usual.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentSettings {
    /// Id of the model.
    pub model: Option<String>,
    /// Requests to the model for one message of the person, 1 to 1000.
    pub max_turns: Option<u32>,
    /// Tokens of one answer, 1 to 1,000,000.
    pub max_tokens: Option<u32>,
    /// Calls that run at once, 1 to 16.
    pub parallel_calls: Option<u32>,
    /// Prices by the id of a model.
    pub prices: BTreeMap<String, ModelPrices>,
    /// Version of the Messages API, a date.
    pub api_version: Option<String>,
}

impl AgentSettings {
    /// Prices of a model: those of its id, or of the longest name that its id begins with, as ids end in a date.
    pub fn prices_of(&self, model: &str) -> Option<&ModelPrices> {
        let dated = |name: &str| model.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
        let fitting = self.prices.iter().filter(|(name, _)| *name == model || dated(name));
        fitting.max_by_key(|(name, _)| name.len()).map(|(_, prices)| prices)
    }
}

/// Prices of a model for a million tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelPrices {
    /// Word for the currency.
    pub currency: String,
    /// Tokens that are read.
    pub input: Option<Price>,
    /// Tokens that are written.
    pub output: Option<Price>,
    /// Tokens that are read from the cache; the price of reading where none is set.
    pub cache_read: Option<Price>,
    /// Tokens that are put into the cache; the price of reading where none is set.
    pub cache_write: Option<Price>,
}

impl Default for ModelPrices {
    fn default() -> Self {
        Self { currency: "USD".into(), input: None, output: None, cache_read: None, cache_write: None }
    }
}

impl ModelPrices {
    /// Place of the price of this name.
    pub(super) fn price_of(&mut self, name: &str) -> Option<&mut Option<Price>> {
        match name {
            "input" => Some(&mut self.input),
            "output" => Some(&mut self.output),
            "cache_read" => Some(&mut self.cache_read),
            "cache_write" => Some(&mut self.cache_write),
            _ => None,
        }
    }
}

/// Price of a million tokens, in millionths of the currency: what one token costs in millionths of a millionth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Price(pub u64);

impl FromStr for Price {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 7 || part.len() > DECIMALS || !digits(whole) || !digits(part) {
            return Err(());
        }
        let price: u64 = format!("{whole}{part:0<DECIMALS$}").parse().map_err(|_| ())?;
        if price > 1_000_000_000_000 { Err(()) } else { Ok(Self(price)) }
    }
}

/// Id of a model, as it is set.
pub(super) struct ModelId(pub String);

impl FromStr for ModelId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_id = !text.is_empty() && text.len() <= LONGEST_ID && text.chars().all(|c| c.is_ascii_graphic());
        if is_id { Ok(Self(text.to_owned())) } else { Err("the id of a model, without spaces".to_owned()) }
    }
}

/// Version of the API, as it is set.
pub(super) struct ApiVersion(pub String);

impl FromStr for ApiVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let date = text.parse::<jiff::civil::Date>().ok().map(|date| date.to_string());
        if date.as_deref() == Some(text) { Ok(Self(text.to_owned())) } else { Err("a date such as 2023-06-01".into()) }
    }
}

/// Whether a word can name a currency.
pub(super) fn is_currency(word: &str) -> bool {
    (1..=8).contains(&word.chars().count()) && word.chars().all(|c| c.is_alphanumeric() || "€$£¥".contains(c))
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::*;

    #[test]
    fn the_agent_can_be_set() {
        let text = "agent_model = 'claude-opus-5-5'\nagent_max_turns = 7\nagent_max_tokens = 4096\n\
                    agent_parallel_calls = 2\nmodel_api_version = '2026-10-21'\n[agent_prices.\"claude-opus-5-5\"]\n\
                    currency = 'EUR'\ninput = 5\noutput = 25.5\ncache_read = 0.5";
        let settings = Settings::parse(text);
        assert_eq!(settings.problems, []);
        let agent = settings.agent;
        assert_eq!(agent.model.as_deref(), Some("claude-opus-5-5"));
        assert_eq!(agent.api_version.as_deref(), Some("2026-10-21"));
        assert_eq!((agent.max_turns, agent.max_tokens, agent.parallel_calls), (Some(7), Some(4096), Some(2)));
        let prices = ModelPrices {
            currency: "EUR".into(),
            input: Some(Price(5_000_000)),
            output: Some(Price(25_500_000)),
            cache_read: Some(Price(500_000)),
            cache_write: None,
        };
        assert_eq!(agent.prices_of("claude-opus-5-5"), Some(&prices));
    }

    #[test]
    fn a_dated_id_has_the_prices_of_its_model_and_no_other_has() {
        let text = "[agent_prices.claude-opus]\ninput = 1\n[agent_prices.claude-opus-5-5]\ninput = 2";
        let agent = Settings::parse(text).agent;
        let input = |model: &str| agent.prices_of(model).and_then(|prices| prices.input).map(|price| price.0);
        assert_eq!(input("claude-opus-5-5-20261101"), Some(2_000_000));
        assert_eq!(input("claude-opus-4-8"), Some(1_000_000));
        assert_eq!((input("claude-opus5"), input("claude"), input("script")), (None, None, None));
    }

    #[test]
    fn a_price_is_exact() {
        for (text, price) in [("0", 0), ("3", 3_000_000), ("0.3", 300_000), ("3.75", 3_750_000), ("0.000001", 1)] {
            assert_eq!(text.parse(), Ok(Price(price)), "{text}");
        }
        for text in ["", "-1", "1e3", "inf", "NaN", ".5", "1.0000001", "1000000.1", "99999999"] {
            assert!(text.parse::<Price>().is_err(), "{text}");
        }
    }
}
