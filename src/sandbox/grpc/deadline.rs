//! How long a caller waits, which it says in `grpc-timeout`. Reference: section 14.

use std::time::Duration;

use axum::http::HeaderMap;

/// Most digits of a timeout, as gRPC has it.
const MOST_DIGITS: usize = 8;

/// Time that the caller gives; none where it waits for ever.
///
/// # Errors
/// The header is not at most eight digits and a unit; its text.
pub fn timeout(headers: &HeaderMap) -> Result<Option<Duration>, String> {
    let Some(header) = headers.get("grpc-timeout") else { return Ok(None) };
    let text = header.to_str().unwrap_or_default();
    read(text).map(Some).ok_or_else(|| text.to_owned())
}

fn read(text: &str) -> Option<Duration> {
    let unit = text.chars().next_back()?;
    let digits = text.strip_suffix(unit)?;
    if digits.is_empty() || digits.len() > MOST_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = digits.parse::<u64>().ok()?;
    Some(match unit {
        'H' => Duration::from_secs(number * 3600),
        'M' => Duration::from_secs(number * 60),
        'S' => Duration::from_secs(number),
        'm' => Duration::from_millis(number),
        'u' => Duration::from_micros(number),
        'n' => Duration::from_nanos(number),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_digits_and_a_unit() {
        for (text, expected) in [
            ("2H", Duration::from_secs(7200)),
            ("3M", Duration::from_secs(180)),
            ("20S", Duration::from_secs(20)),
            ("19999m", Duration::from_millis(19_999)),
            ("5u", Duration::from_micros(5)),
            ("99999999n", Duration::from_nanos(99_999_999)),
            ("99999999H", Duration::from_secs(99_999_999 * 3600)),
        ] {
            assert_eq!(read(text), Some(expected), "{text}");
        }
        for bad in ["", "S", "20", "20s", "-1S", "+1S", "1.5S", "999999999S", "1 S", "ü"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
