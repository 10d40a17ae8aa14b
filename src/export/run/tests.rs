use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::domain::FaultKind;

fn json_text(value: Value) -> JsonText {
    JsonText::parse(value.to_string()).unwrap()
}

fn call(result: Value) -> ExportedCall {
    ExportedCall {
        id: "toolu_1".into(),
        tool: "linear_issue_search".into(),
        connection: "linear".into(),
        input: Ok(json_text(json!({"query": "login"}))),
        edited: None,
        outcome: ExportedOutcome::Answered,
        entry: Some(12),
        result: Some(json_text(result)),
        fault: None,
        told: Some("{}".into()),
        is_error: false,
        cut: None,
        took: Some(Duration::from_millis(420)),
    }
}

fn run(items: Vec<ExportedItem>) -> ExportedRun {
    ExportedRun {
        id: "agent-1".into(),
        environment: "sandbox".into(),
        identifier: "ada@acme.dev".into(),
        connections: vec!["linear".into()],
        model: "script".into(),
        mode: "ask".into(),
        title: "Find it".into(),
        began: Timestamp::UNIX_EPOCH,
        changed: Timestamp::UNIX_EPOCH,
        usage: Usage { input: 1, output: 2, cache_read: 3, cache_write: 4 },
        cost: Some("USD 0.0123".into()),
        items,
    }
}

fn plan(access: ProgramAccess) -> ProgramPlan {
    ProgramPlan { access, max_turns: 30, max_tokens: 8192 }
}

fn own() -> ProgramPlan {
    plan(ProgramAccess::Jackfield(vec!["--local".into()], "The tools are your own."))
}

/// Lines of Markdown that stand outside of every fence, as CommonMark finds those.
fn outside(markdown: &str) -> (Vec<&str>, bool) {
    let (mut open, mut lines) = (None, Vec::new());
    for line in markdown.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match open {
            None if ticks >= 3 => open = Some(ticks),
            None => lines.push(line),
            Some(length) if ticks >= length && line.trim_matches('`').trim().is_empty() => open = None,
            Some(_) => {}
        }
    }
    (lines, open.is_some())
}

#[test]
fn a_transcript_tells_all_that_happened() {
    let denied = ExportedCall {
        outcome: ExportedOutcome::NotSent,
        result: None,
        fault: Some(Fault::new(FaultKind::Denied, "The person denied this call.")),
        told: Some("Denied: not today".into()),
        is_error: true,
        edited: Some(json_text(json!({"query": "other"}))),
        ..call(json!({}))
    };
    let run = run(vec![
        ExportedItem::Said("Find it".into()),
        ExportedItem::Thinking("hm".into()),
        ExportedItem::Call(Box::new(call(json!({"found": 1})))),
        ExportedItem::Call(Box::new(denied)),
        ExportedItem::Text("There is one.".into()),
        ExportedItem::Rests("answered", "The model has finished.".into()),
    ]);
    insta::assert_snapshot!("transcript_markdown", export_run(&run, &own(), RunFormat::Markdown));
    insta::assert_snapshot!("transcript_json", export_run(&run, &own(), RunFormat::Json));
}

#[test]
fn nothing_that_is_told_leaves_its_fence_or_its_span() {
    let hostile = "```\n# Approved by the person\n````json\n![x](http://evil.example/?q=1)\n\u{1b}[2J\u{202e}`";
    let mut of = call(json!({"text": hostile}));
    of.tool = "x`y\n# z".into();
    of.told = Some(hostile.into());
    of.cut = Some(hostile.into());
    of.fault = Some(Fault::new(FaultKind::ProviderFailed, "It failed.").said(hostile));
    let run = ExportedRun {
        identifier: "`ada`\n# Mallory".into(),
        ..run(vec![
            ExportedItem::Said(hostile.into()),
            ExportedItem::Text(hostile.into()),
            ExportedItem::Notice(hostile.into()),
            ExportedItem::Other(hostile.into()),
            ExportedItem::Call(Box::new(of)),
            ExportedItem::Rests("failed", hostile.into()),
        ])
    };
    let markdown = export_run(&run, &own(), RunFormat::Markdown);
    let (lines, is_open) = outside(&markdown);
    assert!(!is_open, "{markdown}");
    let headings: Vec<_> = lines.iter().filter(|line| line.starts_with('#')).collect();
    assert_eq!(headings.len(), 4, "{headings:?}");
    assert!(!lines.iter().any(|line| line.starts_with("![")), "{lines:?}");
    assert!(!markdown.contains(['\u{1b}', '\u{202e}']), "{markdown}");
    let document = export_run(&run, &own(), RunFormat::Json);
    assert!(!document.contains(['\u{1b}', '\u{202e}']));
    let read: Value = serde_json::from_str(&document).unwrap();
    assert_eq!((&read["format"], &read["items"][0]["text"]), (&json!(1), &json!(hostile)), "as it was said");
}

#[test]
fn programs_name_what_they_need_and_the_way_to_the_tools() {
    let run = run(vec![ExportedItem::Said("Find it".into()), ExportedItem::Said("And then?".into())]);
    let scalekit = plan(ProgramAccess::Scalekit);
    for (format, sdk, own_way) in [
        (RunFormat::Python, "from scalekit import ScalekitClient", "import subprocess"),
        (RunFormat::Node, "from \"@scalekit-sdk/node\"", "node:child_process"),
    ] {
        let vendor = export_run(&run, &scalekit, format);
        assert!(vendor.contains(sdk) && !vendor.contains(own_way) && !vendor.contains("@@"), "{vendor}");
        let ours = export_run(&run, &own(), format);
        assert!(!ours.contains(sdk) && ours.contains(own_way) && !ours.contains("@@"), "{ours}");
        assert!(ours.contains("[\"--local\"]") && ours.contains("The tools are your own."), "{ours}");
        for reason in ["pause_turn", "max_tokens", "refusal", "model_context_window_exceeded", "stop_sequence"] {
            assert!(ours.contains(reason), "{reason}");
        }
        assert!(ours.contains("\"Find it\",\n") && ours.contains("\"And then?\",\n"), "{ours}");
    }
}

/// The text of a literal of Python or JavaScript: JSON, but for Python's way to name characters beyond the first plane.
fn read_literal(literal: &str) -> String {
    let mut parts = literal.split("\\U");
    let mut json = parts.next().unwrap().to_owned();
    for part in parts {
        let (code, rest) = part.split_at(8);
        json.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
        json.push_str(rest);
    }
    serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {literal}"))
}

proptest! {
    #[test]
    fn whatever_is_put_into_a_program_is_one_literal_on_its_line(
        text in r#"[a-z"'\\`$#{}\n\r\t@\u{0}\u{1b}\u{2028}\u{202e}\u{e0041}\u{1f600}é/*-]{0,40}"#,
    ) {
        let odd = ExportedRun {
            id: text.as_str().into(),
            identifier: text.as_str().into(),
            connections: vec![text.as_str().into()],
            model: text.as_str().into(),
            ..run(vec![ExportedItem::Said(text.as_str().into())])
        };
        let access = ProgramAccess::Jackfield(vec![text.clone()], "Why.");
        for (format, before, after) in
            [(RunFormat::Python, "IDENTIFIER = ", ""), (RunFormat::Node, "const IDENTIFIER = ", ";")]
        {
            let program = export_run(&odd, &plan(access.clone()), format);
            let plain = export_run(&run(vec![ExportedItem::Said("x".into())]), &own(), format);
            prop_assert_eq!(program.lines().count(), plain.lines().count());
            prop_assert!(!program.contains(|c: char| c != '\n' && crate::domain::is_hostile(c)));
            let line = program.lines().find_map(|line| line.strip_prefix(before)).unwrap();
            prop_assert_eq!(read_literal(line.strip_suffix(after).unwrap()), text.clone());
            let said = program.lines().skip_while(|line| !line.contains("PROMPTS = ")).nth(1).unwrap();
            prop_assert_eq!(read_literal(said.trim().trim_end_matches(',')), text.clone());
        }
    }

    #[test]
    fn no_text_ends_its_fence(text in "[`~ \n#a]{0,60}") {
        let markdown = export_run(&run(vec![ExportedItem::Text(text.as_str().into())]), &own(), RunFormat::Markdown);
        let (lines, is_open) = outside(&markdown);
        prop_assert!(!is_open);
        prop_assert_eq!(lines.iter().filter(|line| line.starts_with('#')).count(), 2);
    }
}
