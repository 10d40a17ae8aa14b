//! Cost of tokens.

use crate::model_api::Usage;
use crate::settings::ModelPrices;

/// Cost of these tokens in millionths of the prices' currency, rounded up; none where a price is not known that they
/// need.
pub fn cost(usage: Usage, prices: &ModelPrices) -> Option<u64> {
    let cached = |price: Option<_>| price.or(prices.input);
    let parts = [
        (usage.input, prices.input),
        (usage.output, prices.output),
        (usage.cache_read, cached(prices.cache_read)),
        (usage.cache_write, cached(prices.cache_write)),
    ];
    let mut sum: u128 = 0;
    for (tokens, price) in parts.into_iter().filter(|(tokens, _)| *tokens > 0) {
        sum = sum.saturating_add(u128::from(tokens).saturating_mul(u128::from(price?.0)));
    }
    Some(u64::try_from(sum.div_ceil(1_000_000)).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Price;

    #[test]
    fn tokens_cost_their_price_and_what_has_none_is_not_guessed() {
        let price = |millionths| Some(Price(millionths));
        let prices = ModelPrices {
            input: price(3_000_000),
            output: price(15_000_000),
            cache_read: price(300_000),
            ..ModelPrices::default()
        };
        let usage = Usage { input: 1_000_000, output: 100_000, cache_read: 10, cache_write: 1_000 };
        // 3 + 1.5 + 0.000003 + 0.003, as what is put into the cache costs what is read.
        assert_eq!(cost(usage, &prices), Some(4_503_003));
        assert_eq!(cost(Usage { output: 1, ..Usage::default() }, &ModelPrices::default()), None);
        assert_eq!(cost(Usage::default(), &ModelPrices::default()), Some(0));
        let most = Usage { input: u64::MAX, ..Usage::default() };
        assert_eq!(cost(most, &prices), Some(u64::MAX));
    }
}
