//! Floor 1: events of a server that sends them as they come. HTML, section 9.2 “Server-sent events”.

use memchr::memchr2;

/// Shortest time until a stream is opened again, in milliseconds, whatever the server says.
const SHORTEST_RETRY: u64 = 100;

/// Longest such time, in milliseconds.
const LONGEST_RETRY: u64 = 60_000;

/// Bytes of an event's id, which goes back in a header.
const LONGEST_ID: usize = 1_024;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SseEvent {
    /// Its type; none for a message.
    pub event: Option<String>,
    /// Its data; none where it only sets an id or a time.
    pub data: Option<Vec<u8>>,
    /// Id to go on from.
    pub id: Option<String>,
    /// Time until the stream is opened again, in milliseconds, within bounds.
    pub retry: Option<u64>,
}

/// An event is larger than is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventTooLarge;

/// Reader of a stream that comes in pieces.
#[derive(Debug)]
pub struct SseReader {
    limit: usize,
    line: Vec<u8>,
    event: SseEvent,
    is_first: bool,
    /// The last line ended with a carriage return, which a line feed may still follow.
    after_return: bool,
}

impl SseReader {
    /// A reader that takes events up to so many bytes.
    pub fn new(limit: usize) -> Self {
        Self { limit, line: Vec::new(), event: SseEvent::default(), is_first: true, after_return: false }
    }

    /// Takes in a piece, and hands over the events that end in it.
    ///
    /// # Errors
    /// An event that is too large. Nothing can be read after it.
    pub fn push(&mut self, mut piece: &[u8], events: &mut impl Extend<SseEvent>) -> Result<(), EventTooLarge> {
        if self.after_return && !piece.is_empty() {
            self.after_return = false;
            piece = piece.strip_prefix(b"\n").unwrap_or(piece);
        }
        while let Some(end) = memchr2(b'\n', b'\r', piece) {
            let (line, rest) = piece.split_at_checked(end).unwrap_or((piece, b""));
            self.keep(line)?;
            self.end_line(events);
            piece = match rest {
                [b'\r', b'\n', rest @ ..] => rest,
                [b'\r'] => {
                    self.after_return = true;
                    b""
                }
                [_, rest @ ..] => rest,
                [] => b"",
            };
        }
        self.keep(piece)
    }

    fn keep(&mut self, part: &[u8]) -> Result<(), EventTooLarge> {
        let held = self.event.data.as_ref().map_or(0, Vec::len);
        if held + self.line.len() + part.len() > self.limit {
            return Err(EventTooLarge);
        }
        self.line.extend_from_slice(part);
        Ok(())
    }

    fn end_line(&mut self, events: &mut impl Extend<SseEvent>) {
        let line = std::mem::take(&mut self.line);
        let line = if std::mem::take(&mut self.is_first) {
            line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line)
        } else {
            &line
        };
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            if event != SseEvent::default() {
                events.extend([event]);
            }
            return;
        }
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (name, value) = line.split_at_checked(colon).unwrap_or((line, b""));
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        let text = || String::from_utf8_lossy(value).into_owned();
        match name {
            b"data" => match &mut self.event.data {
                Some(data) => {
                    data.push(b'\n');
                    data.extend_from_slice(value);
                }
                None => self.event.data = Some(value.to_vec()),
            },
            b"event" => self.event.event = Some(text()),
            b"id" if value.len() <= LONGEST_ID && value.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') => {
                self.event.id = Some(text());
            }
            b"retry" => {
                let milliseconds = text().trim().parse::<u64>().ok();
                self.event.retry = milliseconds.map(|time| time.clamp(SHORTEST_RETRY, LONGEST_RETRY));
            }
            // A comment, which keeps the connection open, or something that is not known.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&[u8]]) -> Vec<SseEvent> {
        let (mut reader, mut events) = (SseReader::new(1_000), Vec::new());
        for piece in pieces {
            reader.push(piece, &mut events).unwrap();
        }
        events
    }

    #[test]
    fn events_are_the_same_however_the_stream_is_cut() {
        let stream = b"\xef\xbb\xbfid: 1\r\nevent: message\ndata: {\"a\":\ndata:  1}\r\rdata\n\n: comment\n\nretry: 5\nodd\nid: a\x01b\n\ndata: unfinished\n";
        let whole = read(&[stream]);
        assert_eq!(whole.len(), 3);
        assert_eq!(whole[0].data.as_deref(), Some(&b"{\"a\":\n 1}"[..]));
        assert_eq!((whole[0].id.as_deref(), whole[0].event.as_deref()), (Some("1"), Some("message")));
        assert_eq!(whole[1].data.as_deref(), Some(&b""[..]));
        assert_eq!((whole[2].retry, &whole[2].id), (Some(SHORTEST_RETRY), &None));
        for cut in 0..stream.len() {
            assert_eq!(read(&[&stream[..cut], &stream[cut..]]), whole, "cut at {cut}");
        }
        assert_eq!(read(&stream.chunks(1).collect::<Vec<_>>()), whole);
    }

    #[test]
    fn an_event_without_end_is_not_kept_forever() {
        let mut reader = SseReader::new(100);
        let mut events = Vec::new();
        assert_eq!(reader.push(&[b'x'; 101], &mut events), Err(EventTooLarge));
        let mut reader = SseReader::new(100);
        let pushed: Result<(), _> = (0..20).try_for_each(|_| reader.push(b"data: 0123456789\n", &mut events));
        assert_eq!((pushed, events.len()), (Err(EventTooLarge), 0));
    }
}
