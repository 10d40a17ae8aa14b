//! The message: what is typed, sent, kept and given back.

use jackfield::testing::agent::{AgentCommand, AgentEvent, AgentStart, RunEnd};
use jackfield::testing::domain::{Fault, FaultKind};
use jackfield::testing::tui::agent::tasks::RunOver;
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::shell::redraw as timer;

use super::*;

#[test]
fn enter_sends_and_a_new_line_does_not() {
    let mut stage = known(80, 24);
    stage.press("i").type_in("one").press("Alt-Enter").type_in("two").press("Ctrl-J").type_in("three");
    insta::assert_snapshot!("agent_typing_80x24", stage.text());
    stage.press("Enter");
    assert_eq!(commands(&mut stage), [AgentCommand::Say("one\ntwo\nthree".into())]);
    let AgentStart::New(order) = &stage.task_of::<DriveRun>().start else { panic!() };
    assert_eq!(order.acting_as.identifier().raw(), "ada@acme.dev");
    assert_eq!((order.model.as_str(), order.connections.len()), ("claude-sonnet-5-5", 0));
    stage.press("Enter");
    assert!(stage.text().contains("There is no message yet."), "{}", stage.text());
}

#[test]
fn a_paste_of_a_megabyte_is_taken_whole() {
    let mut stage = known(80, 24);
    let text = "all work and no play ".repeat(1 << 20 >> 5);
    stage.press("i");
    stage.event(Event::Paste(text.as_str().into()));
    stage.type_in("!").press("Enter");
    let sent = commands(&mut stage);
    assert_eq!(sent, [AgentCommand::Say(format!("{}!", text))]);
}

#[test]
fn what_is_typed_stays_when_somebody_looks_elsewhere() {
    let mut stage = known(80, 24);
    stage.press("i").type_in("half a thou").press("Esc 1 5");
    assert!(stage.text().contains("half a thou"), "{}", stage.text());
    stage.press("q");
    assert!(stage.text().contains("The message to the agent has not been sent."), "{}", stage.text());
    assert!(!stage.effects.iter().any(|effect| matches!(effect, Effect::Quit(_))));
}

#[test]
fn a_message_that_nobody_took_comes_back() {
    let mut stage = known(80, 24);
    say(&mut stage, "Who closed what?");
    let fault = Fault::new(FaultKind::NoModelKey, "There is no key.");
    stage.send(DriveRun::SLOT, RunOver(Some(Box::new(fault))));
    let text = stage.text();
    assert!(text.contains("Who closed what?") && text.contains("There is no key."), "{text}");
    stage.press("Enter");
    assert_eq!(commands(&mut stage), [AgentCommand::Say("Who closed what?".into())]);
}

#[test]
fn the_key_that_stops_a_run_stops_it_and_quits_only_later() {
    for keys in ["s", "Ctrl-C", "i Ctrl-C"] {
        let mut stage = story(80, 24);
        commands(&mut stage);
        stage.press(keys);
        assert_eq!(commands(&mut stage), [AgentCommand::Stop], "{keys}");
        hear(&mut stage, AgentEvent::Rests(RunEnd::Stopped));
        assert!(stage.text().contains("Stopped. What was said and done stays"), "{}", stage.text());
        assert!(stage.text().contains("linear_issue_search"), "{}", stage.text());
        stage.press("Ctrl-C");
        assert!(!stage.effects.iter().any(|effect| matches!(effect, Effect::Quit(_))), "it has just come to rest");
    }
}

#[test]
fn who_quits_while_the_agent_works_is_asked() {
    let mut stage = story(80, 24);
    stage.press("q");
    assert!(stage.text().contains("The agent is at work"), "{}", stage.text());
    stage.press("q");
    assert!(stage.effects.iter().any(|effect| matches!(effect, Effect::Quit(0))));
}

#[test]
fn a_run_goes_on_while_somebody_is_elsewhere_and_costs_nothing_at_rest() {
    let mut stage = story(80, 24);
    assert!(timer::next(&stage.model).is_some_and(|wait| wait <= Duration::from_secs(1)));
    stage.press("6");
    hear(&mut stage, AgentEvent::Text(" Done.".into()));
    hear(&mut stage, AgentEvent::Rests(RunEnd::Answered));
    stage.press("5");
    assert_eq!(stage.model.cx.tab, Tab::Agent);
    assert!(stage.text().contains("Done."), "{}", stage.text());
    stage.wait(Duration::from_secs(30));
    assert_eq!(timer::next(&stage.model), None);
}

#[test]
fn the_transcript_follows_its_end_unless_somebody_went_back() {
    let mut stage = begun(80, 24, "Count");
    let line = |at: usize| AgentEvent::Text(format!("line {at}\n").as_str().into());
    (0..100).for_each(|at| hear(&mut stage, line(at)));
    assert!(stage.text().contains("line 99"), "{}", stage.text());
    stage.press("g");
    hear(&mut stage, line(100));
    assert!(stage.text().contains("› Count") && !stage.text().contains("line 100"), "{}", stage.text());
    assert!(stage.text().contains("▼"), "{}", stage.text());
    stage.press("G");
    hear(&mut stage, line(101));
    assert!(stage.text().contains("line 101"), "{}", stage.text());
}

#[test]
fn ten_thousand_rows_are_laid_out_where_they_are_seen() {
    let mut stage = begun(80, 24, "Many");
    for at in 0..10_000 {
        hear(&mut stage, AgentEvent::Notice(format!("Notice {at}: {}", "words ".repeat(20))));
    }
    assert!(stage.text().contains("Notice 9999"), "{}", stage.text());
    assert!(stage.model.agent.laid_out() < 10_100, "each once, as it came");
    stage.event(Event::Resize(100, 24));
    assert!(stage.model.agent.laid_out() < 100, "{}", stage.model.agent.laid_out());
    stage.press("PageUp PageUp k k G");
    assert!(stage.model.agent.laid_out() < 100, "{}", stage.model.agent.laid_out());
}
