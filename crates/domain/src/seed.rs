//! Chance that can be repeated: the same seed gives the same world.
//!
//! [`Seed::derive`] splits a seed by a label, so that a person added to the fixture leaves the others as
//! they were. The generator is SplitMix64: short, fast, the same on every machine. It makes demo data and
//! must never make a secret.

/// Where chance begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seed(pub u64);

impl Seed {
    /// The seed of the part called `label`.
    #[must_use]
    pub fn derive(self, label: &str) -> Self {
        // FNV-1a over the label, then one mixing step, so that neighbouring labels part.
        let hash = label.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(mix(self.0 ^ mix(hash)))
    }

    /// A stream of numbers.
    pub fn stream(self) -> Stream {
        Stream { state: self.0 }
    }
}

/// Numbers drawn from a seed, in order.
#[derive(Clone, Debug)]
pub struct Stream {
    state: u64,
}

impl Stream {
    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GAMMA);
        mix(self.state)
    }

    /// A number in `low..=high`; `low` where the range is empty.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high.saturating_sub(low).saturating_add(1)).unwrap_or(1).max(1);
        let offset = i64::try_from(self.next_u64() % span).unwrap_or(0);
        low.saturating_add(offset)
    }
}

const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_splitmix64() {
        // The first outputs of the reference implementation for the seed 1234567.
        let mut stream = Seed(1_234_567).stream();
        assert_eq!(stream.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(stream.next_u64(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn labels_part() {
        assert_ne!(Seed(1).derive("a"), Seed(1).derive("b"));
        assert_ne!(Seed(1).derive("a"), Seed(2).derive("a"));
        assert_eq!(Seed(1).derive("a"), Seed(1).derive("a"));
    }

    #[test]
    fn between_keeps_its_bounds() {
        let mut stream = Seed(3).stream();
        assert!((0..1000).all(|_| (-3..=4).contains(&stream.between(-3, 4))));
        assert_eq!(stream.between(5, 5), 5);
        assert_eq!(stream.between(5, 1), 5);
    }
}
