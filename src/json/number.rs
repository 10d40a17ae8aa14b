//! The grammar of numbers, a byte at a time.

/// Place in a number between two bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    /// After the sign.
    Minus,
    /// After a leading zero, behind which no digit may stand.
    Zero,
    /// In the digits before the point.
    Integer,
    /// After the point.
    Point,
    /// In the digits after the point.
    Fraction,
    /// After the `e`.
    Exponent,
    /// After the sign of the exponent.
    ExponentSign,
    /// In the digits of the exponent.
    ExponentDigits,
}

impl Number {
    /// The place after the first byte, a sign or a digit.
    #[inline(always)]
    pub fn begin(byte: u8) -> Self {
        match byte {
            b'-' => Self::Minus,
            b'0' => Self::Zero,
            _ => Self::Integer,
        }
    }

    /// The place after one more byte; none where it is no part of the number.
    #[inline(always)]
    pub fn next(self, byte: u8) -> Option<Self> {
        match (byte, self) {
            (b'0'..=b'9', Self::Integer | Self::Fraction | Self::ExponentDigits) => Some(self),
            (b'0'..=b'9', _) => self.digit(byte),
            (b'.', Self::Zero | Self::Integer) => Some(Self::Point),
            (b'e' | b'E', Self::Zero | Self::Integer | Self::Fraction) => Some(Self::Exponent),
            (b'+' | b'-', Self::Exponent) => Some(Self::ExponentSign),
            _ => None,
        }
    }

    /// The place after the first digit of a part.
    fn digit(self, byte: u8) -> Option<Self> {
        match self {
            Self::Minus => Some(Self::begin(byte)),
            Self::Point => Some(Self::Fraction),
            Self::Exponent | Self::ExponentSign => Some(Self::ExponentDigits),
            _ => None,
        }
    }

    /// True if the number may end here.
    pub fn is_whole(self) -> bool {
        matches!(self, Self::Zero | Self::Integer | Self::Fraction | Self::ExponentDigits)
    }
}
