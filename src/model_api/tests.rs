//! Streams put together, however they are cut.

use proptest::prelude::*;

use super::answer::{ContentBlock, ModelAnswer, StopReason, StreamEvent, ToolUse, Usage};
use super::assembler::{Assembler, StreamFailure};
use super::event::WireError;
use crate::domain::{JsonText, Untrusted};

/// One of everything, as the API sends it, and some that it does not send yet.
const STREAM: &str = r#"event: message_start
data: {"type":"message_start","message":{"id":"msg_01","type":"message","role":"assistant","model":"claude-sonnet-5-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":472,"cache_creation_input_tokens":7,"cache_read_input_tokens":100,"output_tokens":2,"service_tier":"standard"}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

event: ping
data: {"type": "ping"}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Who is Zoë"}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"? 🙂"}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQBCg=="}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"data":"EmwKAhgB","type":"redacted_thinking"}}

event: content_block_stop
data: {"type":"content_block_stop","index":1}

event: content_block_start
data: {"type":"content_block_start","index":2,"content_block":{"citations":[],"type":"text","text":"I "}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"look\nup \"Zoë\"."}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"citations_delta","citation":{"type":"char_location","n":1.0}}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"shimmer_delta","text":{"not":"text"}}}

event: content_block_stop
data: {"type":"content_block_stop","index":2}

event: content_block_start
data: {"type":"content_block_start","index":3,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\"query\":\"Zoë\"}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":3}

event: content_block_start
data: {"type":"content_block_start","index":4,"content_block":{"type":"hologram", "z":[1.10,{"b":1,"a":12345678901234567890}], "a":null}}

event: weather
data: not even JSON

event: content_block_stop
data: {"type":"content_block_stop","index":4}

: a comment

event: content_block_start
data: {"type":"content_block_start","index":5,"content_block":{"type":"tool_use","id":"toolu_1","name":"issue_create","input":{},"caller":{"type":"direct"}}}

event: content_block_delta
data: {"type":"content_block_delta","index":5,"delta":{"type":"input_json_delta","partial_json":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":5,"delta":{"type":"input_json_delta","partial_json":"{\"z\": 1.10, \"a\""}}

event: content_block_delta
data: {"type":"content_block_delta","index":5,"delta":{"type":"input_json_delta","partial_json":": 12345678901234567890}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":5}

event: content_block_start
data: {"type":"content_block_start","index":6,"content_block":{"type":"tool_use","id":"toolu_2","name":"viewer_get","input":{}}}

event: content_block_stop
data: {"type":"content_block_stop","index":6}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":89,"cache_read_input_tokens":120}}

event: message_stop
data: {"type":"message_stop"}

"#;

const CONTENT: &str = concat!(
    r#"[{"type":"thinking","thinking":"Who is Zoë? 🙂","signature":"EqQBCg=="},"#,
    r#"{"data":"EmwKAhgB","type":"redacted_thinking"},"#,
    r#"{"citations":[{"type":"char_location","n":1.0}],"type":"text","text":"I look\nup \"Zoë\"."},"#,
    r#"{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"Zoë"}},"#,
    r#"{"type":"hologram", "z":[1.10,{"b":1,"a":12345678901234567890}], "a":null},"#,
    r#"{"type":"tool_use","id":"toolu_1","name":"issue_create","input":{"z": 1.10, "a": 12345678901234567890},"caller":{"type":"direct"}},"#,
    r#"{"type":"tool_use","id":"toolu_2","name":"viewer_get","input":{}}]"#,
);

type Put = (Result<Option<ModelAnswer>, StreamFailure>, Vec<StreamEvent>);

fn put<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Put {
    let mut assembler = Assembler::new(1 << 20, 1 << 16);
    let mut heard = Vec::new();
    for piece in pieces {
        match assembler.push(piece, &mut |event| heard.push(event)) {
            Ok(None) => {}
            end => return (end, heard),
        }
    }
    (Ok(None), heard)
}

fn answer(stream: &str) -> ModelAnswer {
    put([stream.as_bytes()]).0.unwrap().expect("an answer")
}

fn failure(stream: &str) -> StreamFailure {
    put([stream.as_bytes()]).0.unwrap_err()
}

/// A stream of these events, from its beginning.
fn stream(events: &[&str]) -> String {
    let begin = r#"{"type":"message_start","message":{"id":"m","model":"x","usage":{"input_tokens":1}}}"#;
    std::iter::once(&begin).chain(events).map(|event| format!("data: {event}\n\n")).collect()
}

fn block(start: &str, deltas: &[&str], stop: &str) -> String {
    let start = format!(r#"{{"type":"content_block_start","index":0,"content_block":{start}}}"#);
    let deltas = deltas.iter().map(|it| format!(r#"{{"type":"content_block_delta","index":0,"delta":{it}}}"#));
    let end = [
        r#"{"type":"content_block_stop","index":0}"#.to_owned(),
        format!(r#"{{"type":"message_delta","delta":{{"stop_reason":"{stop}"}},"usage":{{"output_tokens":5}}}}"#),
        r#"{"type":"message_stop"}"#.to_owned(),
    ];
    let events: Vec<_> = std::iter::once(start).chain(deltas).chain(end).collect();
    stream(&events.iter().map(String::as_str).collect::<Vec<_>>())
}

/// A wish for a call with this input.
fn wish(input: &[&str], stop: &str) -> ModelAnswer {
    let deltas: Vec<_> = input
        .iter()
        .map(|part| serde_json::json!({"type": "input_json_delta", "partial_json": part}).to_string())
        .collect();
    let deltas: Vec<_> = deltas.iter().map(String::as_str).collect();
    answer(&block(r#"{"type":"tool_use","id":"t","name":"n","input":{}}"#, &deltas, stop))
}

fn input(answer: &ModelAnswer) -> Result<&str, &str> {
    let [ContentBlock::ToolUse(ToolUse { input, .. })] = answer.blocks.as_slice() else { panic!("{answer:?}") };
    input.as_ref().map(JsonText::raw).map_err(Untrusted::raw)
}

#[test]
fn everything_comes_back_as_it_came() {
    let (end, heard) = put([STREAM.as_bytes()]);
    let answer = end.unwrap().expect("an answer");
    assert_eq!(answer.content.raw(), CONTENT);
    assert_eq!((answer.id.raw(), answer.model.raw()), ("msg_01", "claude-sonnet-5-5"));
    assert_eq!((&answer.stop, &answer.stop_details), (&StopReason::ToolUse, &None));
    assert_eq!(answer.usage, Usage { input: 472, output: 89, cache_read: 120, cache_write: 7 });
    let json = |text: &str| Ok(JsonText::parse(text.to_owned()).unwrap());
    let call = |id: &str, name: &str, input: &str| {
        ContentBlock::ToolUse(ToolUse { id: id.into(), name: name.into(), input: json(input) })
    };
    assert_eq!(
        answer.blocks,
        [
            ContentBlock::Thinking("Who is Zoë? 🙂".into()),
            ContentBlock::Other("redacted_thinking".into()),
            ContentBlock::Text("I look\nup \"Zoë\".".into()),
            ContentBlock::Other("server_tool_use".into()),
            ContentBlock::Other("hologram".into()),
            call("toolu_1", "issue_create", r#"{"z": 1.10, "a": 12345678901234567890}"#),
            call("toolu_2", "viewer_get", "{}"),
        ]
    );
    assert_eq!(
        heard,
        [
            StreamEvent::Started,
            StreamEvent::Thinking(0, "Who is Zoë".into()),
            StreamEvent::Thinking(0, "? 🙂".into()),
            StreamEvent::Text(2, "I ".into()),
            StreamEvent::Text(2, "look\nup \"Zoë\".".into()),
            StreamEvent::ToolUse(5, "issue_create".into()),
            StreamEvent::ToolInput(5, 0),
            StreamEvent::ToolInput(5, 15),
            StreamEvent::ToolInput(5, 38),
            StreamEvent::ToolUse(6, "viewer_get".into()),
        ]
    );
}

#[test]
fn what_ends_before_its_end_is_no_answer() {
    for end in 0..STREAM.len() {
        let (put, _) = put([&STREAM.as_bytes()[..end]]);
        assert_eq!(put, Ok(None), "cut at {end}");
    }
}

#[test]
fn a_stream_is_the_same_however_it_is_cut_and_its_lines_end() {
    let whole = put([STREAM.as_bytes()]);
    let start = r#"{"type":"tool_use","id":"t","name":"Zoë 🙂","input":{}}"#;
    let short = block(start, &[r#"{"type":"input_json_delta","partial_json":"{\"a\":\"ë\"}"}"#], "tool_use");
    let short_whole = put([short.as_bytes()]);
    assert!(matches!(&short_whole, (Ok(Some(_)), heard) if heard.len() == 3));
    for end in ["\n", "\r\n", "\r"] {
        assert_eq!(put(STREAM.replace('\n', end).as_bytes().chunks(1)), whole);
        let bytes = short.replace('\n', end).into_bytes();
        for cut in 0..=bytes.len() {
            assert_eq!(put([&bytes[..cut], &bytes[cut..]]), short_whole, "cut at {cut}");
        }
    }
}

proptest! {
    #[test]
    fn any_cuts_give_the_same(mut cuts in prop::collection::vec(0..STREAM.len(), 0..20)) {
        cuts.sort_unstable();
        let starts = std::iter::once(0).chain(cuts.iter().copied());
        let ends = cuts.iter().copied().chain([STREAM.len()]);
        let pieces = starts.zip(ends).map(|(start, end)| &STREAM.as_bytes()[start..end]);
        prop_assert_eq!(put(pieces), put([STREAM.as_bytes()]));
    }

    #[test]
    fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = put([&bytes[..]]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let start = serde_json::json!({"type": "tool_use", "id": text, "name": text}).to_string();
        let delta = serde_json::json!({"type": "input_json_delta", "partial_json": text}).to_string();
        let answer = answer(&block(&start, &[&delta], "tool_use"));
        prop_assert!(JsonText::parse(answer.content.bytes().clone()).is_ok());
    }

    #[test]
    fn an_input_is_kept_byte_for_byte(text in "\\PC{0,40}", number in any::<f64>(), cut in 0usize..60) {
        let whole = format!("{{ \"n\": {}, \"t\":{} }}", number, serde_json::json!(text));
        prop_assume!(number.is_finite());
        let cut = whole.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(0);
        let (first, second) = whole.split_at(cut);
        let answer = wish(&[first, second], "tool_use");
        prop_assert_eq!(input(&answer), Ok(whole.as_str()));
        prop_assert!(answer.content.raw().contains(&whole));
    }
}

#[test]
fn each_reason_for_an_end_is_told_apart() {
    for (word, reason) in [
        ("end_turn", StopReason::EndTurn),
        ("stop_sequence", StopReason::StopSequence),
        ("tool_use", StopReason::ToolUse),
        ("max_tokens", StopReason::MaxTokens),
        ("pause_turn", StopReason::PauseTurn),
        ("refusal", StopReason::Refusal),
        ("model_context_window_exceeded", StopReason::ContextExceeded),
        ("sunset", StopReason::Other("sunset".into())),
    ] {
        let answer = answer(&block(r#"{"type":"text","text":"Hello."}"#, &[], word));
        assert_eq!(answer.stop, reason);
        assert_eq!(answer.content.raw(), r#"[{"type":"text","text":"Hello."}]"#);
    }
}

#[test]
fn a_refusal_brings_its_words() {
    let end = |details: &str| {
        let delta =
            format!(r#"{{"type":"message_delta","delta":{{"stop_reason":"refusal","stop_details":{details}}}}}"#);
        let answer = answer(&stream(&[&delta, r#"{"type":"message_stop"}"#]));
        assert_eq!((&answer.stop, answer.content.raw(), answer.blocks.len()), (&StopReason::Refusal, "[]", 0));
        answer.stop_details.map(|words| words.raw().to_owned())
    };
    let told = end(r#"{"type":"refusal","category":"cyber","explanation":"This could do harm."}"#);
    assert_eq!(told.as_deref(), Some("This could do harm."));
    assert_eq!(end(r#"{"type":"refusal","category":"bio","explanation":null}"#).as_deref(), Some("bio"));
    assert_eq!(end(r#""No.""#).as_deref(), Some("No."));
    assert_eq!((end("null"), end("{}"), end("[7]")), (None, None, None));
}

#[test]
fn an_input_is_an_object_or_what_came() {
    for nothing in [&[][..], &[""], &[" ", "\n"]] {
        assert_eq!(input(&wish(nothing, "tool_use")), Ok("{}"));
    }
    assert_eq!(input(&wish(&[" {\"a\"", ":1} "], "tool_use")), Ok("{\"a\":1}"));
    for odd in ["{\"a\":", "[1]", "null", "\"text\"", "{} {}", "{'a':1}"] {
        let answer = wish(&[odd], "tool_use");
        assert_eq!(input(&answer), Err(odd));
        // What goes back must be an object all the same.
        assert_eq!(answer.content.raw(), r#"[{"type":"tool_use","id":"t","name":"n","input":{}}]"#);
    }
    let begun = block(r#"{"type":"tool_use","id":"t","name":"n","input":{"a":1.0}}"#, &[], "tool_use");
    assert_eq!(input(&answer(&begun)), Ok(r#"{"a":1.0}"#));
}

#[test]
fn the_last_wish_of_an_answer_that_was_cut_off_is_not_run() {
    for reason in ["max_tokens", "model_context_window_exceeded", "refusal"] {
        assert_eq!(input(&wish(&[], reason)), Err(""), "{reason}");
        assert_eq!(input(&wish(&["{}"], reason)), Err("{}"), "{reason}");
    }
    let open = stream(&[
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"n","input":{}}}"#,
        r#"{"type":"message_delta","delta":{"stop_reason":"tool_use"}}"#,
        r#"{"type":"message_stop"}"#,
    ]);
    assert_eq!(input(&answer(&open)), Err(""), "it never ended");
}

#[test]
fn an_empty_text_does_not_go_back() {
    let empty = answer(&block(r#"{"type":"text","text":""}"#, &[], "end_turn"));
    assert_eq!((empty.content.raw(), empty.blocks), ("[]", vec![ContentBlock::Text("".into())]));
}

#[test]
fn what_has_no_place_in_a_block_is_left_out() {
    let delta = r#"{"type":"text_delta","text":"x"}"#;
    let wish = answer(&block(r#"{"type":"tool_use","id":"t","name":"n","input":{}}"#, &[delta], "tool_use"));
    assert_eq!(wish.content.raw(), r#"[{"type":"tool_use","id":"t","name":"n","input":{}}]"#);
    // A kind that is not known may have any of it.
    let other = answer(&block(r#"{"type":"later","text":"a"}"#, &[delta], "end_turn"));
    assert_eq!(other.content.raw(), r#"[{"type":"later","text":"ax"}]"#);
}

#[test]
fn what_makes_no_sense_is_no_answer() {
    let senseless = |stream: &str| {
        let failure = failure(stream);
        assert!(matches!(failure, StreamFailure::Senseless(_)), "{stream}: {failure:?}");
    };
    let stop = r#"{"type":"message_stop"}"#;
    senseless(&format!("data: {stop}\n\n"));
    senseless(&stream(&[stop]));
    senseless(&stream(&[r#"{"type":"message_start","message":{}}"#]));
    senseless(&stream(&[r#"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}"#]));
    senseless(&stream(&[r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use"}}"#]));
    senseless(&stream(&[r#"{"type":"content_block_start","index":0,"content_block":7}"#]));
    senseless(&stream(&[r#"{"type":"content_block_start","content_block":{"type":"text"}}"#]));
    senseless(&stream(&[r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}}"#]));
    senseless(&stream(&[r#"{"type":"content_block_stop","index":3}"#]));
    senseless("event: message_start\ndata: {\n\n");
    senseless("event: message_start\ndata: {\"type\":\"message_start\",\"message\":\"\u{0}\"}\n\n");
    // Of a kind that is known, or of none.
    assert_eq!(put([&b"data: [DONE]\n\ndata: \xff\n\nevent: x\ndata: {\"type\":7}\n\n"[..]]).0, Ok(None));
}

#[test]
fn a_failure_after_the_beginning_is_told() {
    let error = r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;
    let told = StreamFailure::Told(WireError { kind: "overloaded_error".into(), message: "Overloaded".into() });
    assert_eq!(failure(&format!("event: error\ndata: {error}\n\n")), told);
    assert_eq!(failure(&stream(&[error])), told);
    assert_eq!(failure("event: error\ndata: {}\n\n"), StreamFailure::Told(WireError::default()));
}

#[test]
fn more_than_is_read_is_refused() {
    let mut one = Assembler::new(1 << 20, 100);
    let text = stream(&[r#"{"type":"ping"}"#]);
    assert_eq!(one.push(text.as_bytes(), &mut |_| {}), Ok(None));
    assert_eq!(one.push(&[b'x'; 101], &mut |_| {}), Err(StreamFailure::TooLarge));
    let mut all = Assembler::new(100, 100);
    let sent: Result<Vec<_>, _> = (0..20).map(|_| all.push(b"event: ping\ndata: {}\n\n", &mut |_| {})).collect();
    assert_eq!(sent, Err(StreamFailure::TooLarge));
}
