//! Ids that follow from the seed alone.

/// Makes ids. The same seed and the same name always give the same id.
#[derive(Clone, Copy, Debug)]
pub struct Ids {
    seed: u64,
}

impl Ids {
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The seed that they follow from.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// An 18-digit decimal snowflake (reference: section 1.7). For one `kind` it grows with
    /// `ordinal`, as the real ones grow with time, so that rows sort in the order they were made.
    pub fn snowflake(&self, kind: &str, ordinal: u64) -> u64 {
        const FIRST: u64 = 113_000_000_000_000_000;
        const SPREAD: u64 = 1_000_000_000_000_000;
        const STEP: u64 = 1_000_000_000;
        let start = FIRST + self.number(kind) % SPREAD;
        start + ordinal * STEP + self.number(&format!("{kind}/{ordinal}")) % STEP
    }

    /// A version 4 UUID, Linear's kind of id.
    pub fn uuid(&self, name: &str) -> String {
        let high = self.number(name);
        uuid_text(u128::from(high) << 64 | u128::from(mix(high)))
    }

    /// A 16-digit number, Asana's kind of id.
    pub fn gid(&self, name: &str) -> String {
        (1_200_000_000_000_000 + self.number(name) % 9_999_999_999_999).to_string()
    }

    /// A prefix and ten letters and digits, Slack's kind of id.
    pub fn code(&self, prefix: &str, name: &str) -> String {
        const SIGNS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let mut rest = self.number(name);
        let mut sign = || {
            let place = usize::try_from(rest % 36).unwrap_or_default();
            rest /= 36;
            SIGNS.get(place).copied().map_or('0', char::from)
        };
        prefix.chars().chain((0..10).map(|_| sign())).collect()
    }

    /// Any number: FNV-1a over the name, started from the seed.
    pub fn number(&self, name: &str) -> u64 {
        let start = 0xcbf2_9ce4_8422_2325 ^ mix(self.seed);
        mix(name.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
    }
}

/// Writes 128 bits as a version 4 UUID.
pub fn uuid_text(bits: u128) -> String {
    let bits = bits & !(0xf << 76 | 0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let field = |shift: u32, digits: u32| (bits >> shift) & ((1 << (digits * 4)) - 1);
    format!("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", field(96, 8), field(80, 4), field(64, 4), field(48, 4), field(0, 12))
}

/// The finishing step of splitmix64.
fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_decides() {
        let (one, same, other) = (Ids::new(1), Ids::new(1), Ids::new(2));
        assert_eq!(one.snowflake("ca", 3), same.snowflake("ca", 3));
        assert_eq!(one.uuid("team"), same.uuid("team"));
        assert_ne!(one.snowflake("ca", 3), other.snowflake("ca", 3));
        assert_ne!(one.gid("a"), one.gid("b"));
    }

    #[test]
    fn snowflakes_have_18_digits_and_grow() {
        for seed in 0..200 {
            let made: Vec<u64> = (0..50).map(|n| Ids::new(seed).snowflake("ca", n)).collect();
            assert!(made.is_sorted_by(|a, b| a < b), "{made:?}");
            assert!(made.iter().all(|n| n.to_string().len() == 18), "{made:?}");
        }
    }

    #[test]
    fn a_uuid_looks_like_one() {
        assert_eq!(uuid_text(0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid_text(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(Ids::new(7).gid("x").len(), 16);
        let code = Ids::new(7).code("U", "x");
        assert!(code.len() == 11 && code.starts_with('U') && code.chars().all(|c| c.is_ascii_alphanumeric()), "{code}");
    }
}
