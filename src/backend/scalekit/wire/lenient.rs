//! Reading what has another type than the contract states, as far as it can be read: a number in a
//! text, a number where a text should be, `null` for anything, one text for a list of them. For answers
//! only; requests are the client's to get right.

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// One value, whatever it is.
enum Loose {
    Nothing,
    Flag(bool),
    Whole(i128),
    Broken(f64),
    Text(String),
    List(Vec<Self>),
    Object,
}

impl Loose {
    /// As a text, where nothing is lost: the digits of a broken number are not known any more.
    fn text(self) -> Option<String> {
        match self {
            Self::Nothing => Some(String::new()),
            Self::Flag(flag) => Some(flag.to_string()),
            Self::Whole(number) => Some(number.to_string()),
            Self::Text(text) => Some(text),
            Self::Broken(_) | Self::List(_) | Self::Object => None,
        }
    }

    fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Whole(number @ (0 | 1)) => Some(*number == 1),
            Self::Text(text) => text.trim().to_ascii_lowercase().parse().ok(),
            _ => None,
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Whole(number) => Some(*number as f64),
            Self::Broken(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }

    fn whole(&self) -> Option<i128> {
        match self {
            Self::Whole(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_unit<E: Error>(self) -> Result<Loose, E> {
        Ok(Loose::Nothing)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Loose, E> {
        Ok(Loose::Flag(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Loose, E> {
        Ok(Loose::Whole(number.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Loose, E> {
        Ok(Loose::Whole(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Loose, E> {
        Ok(Loose::Broken(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Loose, E> {
        Ok(Loose::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Loose, E> {
        Ok(Loose::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Loose, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Loose::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Loose, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Loose::Object)
    }
}

/// A text, a whole number, true or false, as text; `null` is the empty one.
///
/// # Errors
/// A list, an object, a broken number.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Loose::deserialize(deserializer)?.text().ok_or_else(|| D::Error::custom("not a text"))
}

/// A list of texts, or one alone; what is no text in it is left out. `null` is the empty list.
///
/// # Errors
/// Anything else.
pub fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let items = match Loose::deserialize(deserializer)? {
        Loose::List(items) => items,
        Loose::Nothing => Vec::new(),
        one @ Loose::Text(_) => vec![one],
        _ => return Err(D::Error::custom("not a list of texts")),
    };
    Ok(items.into_iter().filter_map(Loose::text).filter(|text| !text.is_empty()).collect())
}

/// True or false, also as text or as 1 or 0; `null` is false.
///
/// # Errors
/// Anything else.
pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match Loose::deserialize(deserializer)? {
        Loose::Nothing => Ok(false),
        other => other.flag().ok_or_else(|| D::Error::custom("neither true nor false")),
    }
}

/// The same where it may be left open; anything else leaves it open.
///
/// # Errors
/// What is no JSON.
pub fn open_flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Loose::deserialize(deserializer).map(|loose| loose.flag())
}

/// A number, also as text; zero for anything else.
///
/// # Errors
/// What is no JSON.
pub fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Loose::deserialize(deserializer).map(|loose| loose.number().unwrap_or_default())
}

/// A whole number, also as text; the default for anything else, and for one that is too large.
///
/// # Errors
/// What is no JSON.
pub fn whole<'de, D: Deserializer<'de>, T: TryFrom<i128> + Default>(deserializer: D) -> Result<T, D::Error> {
    let number = Loose::deserialize(deserializer)?.whole();
    Ok(number.and_then(|number| number.try_into().ok()).unwrap_or_default())
}

/// Seconds, also as text, cut to whole ones; none for anything else.
///
/// # Errors
/// What is no JSON.
pub fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let number = Loose::deserialize(deserializer)?.number();
    Ok(number.filter(|seconds| *seconds >= 0.0).map(|seconds| seconds as u64))
}

/// Words for people: a text, or the JSON of whatever stands there instead; `null` is none.
///
/// # Errors
/// What is no JSON.
pub fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    })
}

/// A part of an answer; the default where it has another shape, so that it costs only itself.
///
/// # Errors
/// What is no JSON.
pub fn or_default<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T>(json: &str, with: fn(&mut serde_json::Deserializer<serde_json::de::StrRead<'_>>) -> T) -> T {
        with(&mut serde_json::Deserializer::from_str(json))
    }

    #[test]
    fn a_text_is_read_from_whatever_loses_nothing_as_one() {
        for (json, is) in [
            (r#""a""#, "a"),
            ("null", ""),
            ("7", "7"),
            ("-7", "-7"),
            ("18446744073709551615", "18446744073709551615"),
            ("true", "true"),
        ] {
            assert_eq!(read(json, |json| text(json)).ok().as_deref(), Some(is), "{json}");
        }
        for json in ["1.50", "123456789012345678901234567890", "[]", "{}"] {
            assert!(read(json, |json| text(json)).is_err(), "{json}");
        }
        let list = r#"["a", null, 7, {"b":[1]}, ["c"], 1.5]"#;
        assert_eq!(read(list, |json| texts(json)).expect("a list"), ["a", "7"]);
        assert_eq!(read(r#""a""#, |json| texts(json)).expect("one"), ["a"]);
        assert!(read("null", |json| texts(json)).expect("none").is_empty());
        assert!(read("{}", |json| texts(json)).is_err());
    }

    #[test]
    fn a_flag_is_also_a_text_or_a_digit() {
        for (json, is) in
            [("true", true), (r#""true""#, true), (r#""False""#, false), ("1", true), ("0", false), ("null", false)]
        {
            assert_eq!(read(json, |json| flag(json)).ok(), Some(is), "{json}");
        }
        for json in [r#""yes""#, "2", "[]", "{}"] {
            assert!(read(json, |json| flag(json)).is_err(), "{json}");
            assert_eq!(read(json, |json| open_flag(json)).expect("read"), None, "{json}");
        }
        assert_eq!(read(r#""true""#, |json| open_flag(json)).expect("read"), Some(true));
    }

    #[test]
    fn numbers_stand_in_texts_and_anything_else_is_none() {
        for (json, is) in
            [("3600", Some(3600)), (r#""3600""#, Some(3600)), ("3599.9", Some(3599)), (r#""3599.9""#, Some(3599))]
        {
            assert_eq!(read(json, |json| seconds(json)).expect(json), is, "{json}");
        }
        for json in ["null", "-1", r#""soon""#, r#""NaN""#, r#""inf""#, "[]", "{}", "true"] {
            assert_eq!(read(json, |json| seconds(json)).expect(json), None, "{json}");
        }
        for (json, is) in
            [("7", 7), (r#""7""#, 7), ("-1", -1), ("null", 0), ("1.5", 0), ("99999999999999999999", 0), ("{}", 0)]
        {
            assert_eq!(read(json, |json| whole::<_, i64>(json)).expect(json), is, "{json}");
        }
        assert_eq!(read("-1", |json| whole::<_, u64>(json)).expect("read"), 0);
        assert_eq!(read(r#""0.83""#, |json| number(json)).expect("read"), 0.83);
    }

    #[test]
    fn words_are_never_lost_for_their_shape() {
        for (json, is) in [(r#""a""#, "a"), ("null", ""), (r#"{"a":[1]}"#, r#"{"a":[1]}"#), ("7", "7")] {
            assert_eq!(read(json, |json| words(json)).expect(json), is, "{json}");
        }
        assert_eq!(read("7", |json| or_default::<_, Vec<String>>(json)).expect("read"), [] as [&str; 0]);
    }
}
