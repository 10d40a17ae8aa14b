//! Reads a text that is still coming: checks that it is JSON, and notes where its values are. Each byte is looked at
//! once, however it is cut into pieces, and nothing recurses.

use super::build::Index;
use super::index::IndexFault;
use super::number::Number;

/// Place in the grammar between two bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A value comes.
    Value,
    /// An array has begun: a value comes, or its end.
    FirstItem,
    /// An object has begun: a key comes, or its end.
    FirstKey,
    /// A key comes.
    Key,
    /// The colon behind a key comes.
    Colon,
    /// A comma comes, or the end of the container.
    AfterValue,
    /// Inside a string.
    Text,
    /// Inside the escape of a string: after the backslash.
    Escape,
    /// Inside an escape of hexadecimal digits.
    Hex,
    /// Inside a number.
    Number,
    /// Inside a literal.
    Literal,
    /// The outermost value has ended.
    End,
}

/// Container that has not ended.
#[derive(Clone, Copy)]
struct Open {
    number: u32,
    count: u32,
    is_object: bool,
}

/// Reader of one JSON value, which may come in pieces.
#[derive(Clone)]
pub(super) struct Scan {
    index: Index,
    /// Containers around the innermost one.
    around: Vec<Open>,
    /// The innermost container that has not ended.
    open: Option<Open>,
    /// Whether that is an object.
    in_object: bool,
    state: State,
    /// Bytes that have been read.
    at: usize,
    /// Start of the scalar that is being read.
    start: usize,
    /// Whether the string that is being read is a key.
    is_key: bool,
    /// Hexadecimal digits that come.
    digits: u8,
    /// Place in the number that is being read.
    number: Number,
    /// Missing end of the literal that is being read.
    literal: &'static [u8],
    /// Length up to which the text is whole values, but for brackets that have to be closed.
    whole: usize,
}

impl Default for Scan {
    fn default() -> Self {
        Self {
            index: Index::default(),
            around: Vec::new(),
            open: None,
            in_object: false,
            state: State::Value,
            at: 0,
            start: 0,
            is_key: false,
            digits: 0,
            number: Number::Zero,
            literal: &[],
            whole: 0,
        }
    }
}

impl Scan {
    /// Reads on. `text` is all that has come so far; what was read before is not looked at again. Stops behind the
    /// value, where there is one to its end.
    ///
    /// # Errors
    /// Where the text is not JSON, or too long for offsets of 32 bits. The reader must not be used again.
    pub fn read(&mut self, text: &[u8]) -> Result<(), IndexFault> {
        if text.len() >= u32::MAX as usize {
            return Err(IndexFault::TooLarge { bytes: text.len() });
        }
        // Tokens that are here as a whole are read at one go.
        while let Some(&byte) = text.get(self.at) {
            let fits = match self.state {
                State::Text => self.text(text),
                State::Number => self.number(text),
                State::Escape | State::Hex | State::Literal => self.part(byte),
                State::End => break,
                _ if matches!(byte, b' ' | b'\n' | b'\t' | b'\r') => {
                    self.at += 1;
                    true
                }
                State::Value | State::FirstItem => self.value(text, byte),
                State::FirstKey | State::Key | State::Colon | State::AfterValue => self.mark(text, byte),
            };
            if !fits {
                return Err(IndexFault::NotJson { at: self.at });
            }
        }
        Ok(())
    }

    /// Takes note that no more comes.
    ///
    /// # Errors
    /// Where the value is not whole.
    pub fn finish(&mut self) -> Result<(), IndexFault> {
        // Nothing but the end of the text ends an outermost number.
        if self.state == State::Number && self.number.is_whole() && self.open.is_none() {
            self.scalar(self.at);
        }
        if self.state == State::End { Ok(()) } else { Err(IndexFault::NotJson { at: self.at }) }
    }

    /// Bytes up to the end of the value; none while it goes on.
    pub fn end(&self) -> Option<usize> {
        (self.state == State::End).then_some(self.whole)
    }

    /// Ends the value before what is not whole: the length up to there, and the brackets that close it. None where
    /// nothing is whole yet.
    pub fn cut(&mut self) -> Option<(usize, Vec<u8>)> {
        if self.index.is_empty() {
            return None;
        }
        let mut brackets = Vec::with_capacity(self.around.len() + 1);
        self.at = self.whole;
        while let Some(Open { is_object, .. }) = self.open {
            brackets.push(if is_object { b'}' } else { b']' });
            self.at += 1;
            self.close();
        }
        Some((self.at - brackets.len(), brackets))
    }

    /// Index of the value, once it has ended.
    pub fn into_index(self) -> Index {
        self.index.finished()
    }

    /// The first byte of a value, or the end of an empty array.
    #[inline(always)]
    fn value(&mut self, text: &[u8], byte: u8) -> bool {
        self.start = self.at;
        match byte {
            b'"' => {
                self.is_key = false;
                self.state = State::Text;
                self.at += 1;
                self.text(text)
            }
            b'{' | b'[' => {
                self.at += 1;
                self.begin(byte == b'{');
                true
            }
            b'-' | b'0'..=b'9' => {
                self.number = Number::begin(byte);
                self.state = State::Number;
                self.at += 1;
                self.number(text)
            }
            b't' => self.literal(b"rue"),
            b'f' => self.literal(b"alse"),
            b'n' => self.literal(b"ull"),
            b']' if self.state == State::FirstItem => {
                self.at += 1;
                self.close();
                true
            }
            _ => false,
        }
    }

    fn literal(&mut self, missing: &'static [u8]) -> bool {
        self.literal = missing;
        self.state = State::Literal;
        self.at += 1;
        true
    }

    /// A byte between values.
    #[inline(always)]
    fn mark(&mut self, text: &[u8], byte: u8) -> bool {
        match (self.state, byte) {
            (State::AfterValue, b',') => {
                self.at += 1;
                if !self.in_object {
                    self.state = State::Value;
                    return true;
                }
                self.state = State::Key;
                if text.get(self.at) == Some(&b'"') { self.key(text) } else { true }
            }
            (State::FirstKey | State::Key, b'"') => self.key(text),
            (State::Colon, b':') => {
                self.state = State::Value;
                self.at += 1;
                true
            }
            (State::AfterValue, b']') if !self.in_object && self.open.is_some() => {
                self.at += 1;
                self.close();
                true
            }
            (State::AfterValue | State::FirstKey, b'}') if self.in_object => {
                self.at += 1;
                self.close();
                true
            }
            _ => false,
        }
    }

    #[inline(always)]
    fn key(&mut self, text: &[u8]) -> bool {
        self.is_key = true;
        self.state = State::Text;
        self.at += 1;
        self.text(text)
    }

    /// A byte of an escape or a literal.
    fn part(&mut self, byte: u8) -> bool {
        match (self.state, byte) {
            (State::Escape, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.state = State::Text,
            (State::Escape, b'u') => {
                self.digits = 4;
                self.state = State::Hex;
            }
            (State::Hex, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                self.digits -= 1;
                if self.digits == 0 {
                    self.state = State::Text;
                }
            }
            (State::Literal, _) => match self.literal.split_first() {
                Some((next, missing)) if *next == byte => {
                    self.literal = missing;
                    if missing.is_empty() {
                        self.scalar(self.at + 1);
                    }
                }
                _ => return false,
            },
            _ => return false,
        }
        self.at += 1;
        true
    }

    /// Inside a string, up to its end, an escape or the end of what has come.
    #[inline(always)]
    fn text(&mut self, text: &[u8]) -> bool {
        let rest = text.get(self.at..).unwrap_or_default();
        let stop = plain(rest);
        self.at += stop;
        match rest.get(stop) {
            None => return true,
            Some(b'"') if !self.is_key => self.scalar(self.at + 1),
            Some(b'"') if rest.get(stop + 1) == Some(&b':') => {
                self.state = State::Value;
                self.at += 1;
            }
            Some(b'"') => self.state = State::Colon,
            Some(b'\\') => self.state = State::Escape,
            // A control character.
            Some(_) => return false,
        }
        self.at += 1;
        true
    }

    #[inline(always)]
    fn number(&mut self, text: &[u8]) -> bool {
        let rest = text.get(self.at..).unwrap_or_default();
        for (at, &byte) in rest.iter().enumerate() {
            match self.number.next(byte) {
                Some(next) => self.number = next,
                None => {
                    self.at += at;
                    let is_whole = self.number.is_whole();
                    if is_whole {
                        self.scalar(self.at);
                    }
                    return is_whole;
                }
            }
        }
        self.at += rest.len();
        true
    }

    /// Takes note of a scalar that ends here.
    #[inline(always)]
    fn scalar(&mut self, end: usize) {
        self.index.push_scalar(self.start, end);
        self.value_ended(end);
    }

    #[inline(always)]
    fn value_ended(&mut self, end: usize) {
        self.whole = end;
        self.state = match &mut self.open {
            Some(open) => {
                open.count += 1;
                State::AfterValue
            }
            None => State::End,
        };
    }

    /// Begins a container before the byte that is read next.
    fn begin(&mut self, is_object: bool) {
        let number = self.index.push_container(self.start);
        self.around.extend(self.open.replace(Open { number, count: 0, is_object }));
        self.in_object = is_object;
        self.whole = self.at;
        self.state = if is_object { State::FirstKey } else { State::FirstItem };
    }

    /// Ends the innermost container before the byte that is read next.
    fn close(&mut self) {
        if let Some(Open { number, count, .. }) = self.open {
            self.index.close(number, self.at, count);
        }
        self.open = self.around.pop();
        self.in_object = self.open.is_some_and(|open| open.is_object);
        self.value_ended(self.at);
    }
}

/// Bytes up to the first that is no plain part of a string: a quote, a backslash or a control character.
#[inline(always)]
fn plain(rest: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES * 128;
    // Marks bytes below a bound of at most 128; above the lowest that is marked, some too many.
    let below = |word: u64, bound: u64| word.wrapping_sub(ONES * bound) & !word & HIGH;
    let (words, tail) = rest.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let quote = below(word ^ (ONES * u64::from(b'"')), 1);
        let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
        let found = below(word, 32) | quote | backslash;
        if found != 0 {
            return at * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let stop = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..32);
    words.len() * 8 + tail.iter().position(stop).unwrap_or(tail.len())
}
