//! Where environments come from: the question about a `.env`, the list of sources, a new profile.

use jackfield::testing::backend::Abilities;
use jackfield::testing::domain::{EnvironmentUrl, Fault, FaultKind, MatchRule};
use jackfield::testing::profile::{
    OpenTarget, ProfileName, Source, SourceEntry, SourceList, SourceState, TrustQuestion,
};
use jackfield::testing::tui::accounts::tasks::LoadAccounts;
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::state::environment::Environment;
use jackfield::testing::tui::core::state::environment::EnvironmentCard;
use jackfield::testing::tui::environments::open_environment::{self, OpenEnvironment, OpeningReport};
use jackfield::testing::tui::environments::profile_task::{
    self, ProfileAdded, ProfileTask, SourcesChanged, SourcesListed,
};
use jackfield::testing::tui::input::action::Action;
use jackfield::testing::tui::input::hit_test::Target;
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::playground::tasks::RunTool;
use jackfield::testing::tui::tools::loading::LOADING;

use super::playground::opened;
use super::stage::{Stage, accounts};

pub fn url(text: &str) -> EnvironmentUrl {
    EnvironmentUrl::parse(text).unwrap()
}

pub fn name(text: &str) -> ProfileName {
    ProfileName::parse(text).unwrap()
}

fn question(before: Option<&str>) -> TrustQuestion {
    TrustQuestion {
        file: "/home/ada/shop/.env".into(),
        url: url("https://acme-staging.scalekit.dev"),
        client_id: "skc_87201983".into(),
        before: before.map(url),
        folder: "/home/ada/shop".into(),
    }
}

fn entry(source: Source, leads_to: Option<(&str, &str)>, state: SourceState) -> SourceEntry {
    SourceEntry::new(source, leads_to.map(|(to, id)| (url(to), id.into())), state)
}

fn survey() -> SourceList {
    let half = "The environment variables are incomplete: missing SCALEKIT_CLIENT_SECRET, set SCALEKIT_ENV_URL.";
    let broken = SourceState::Broken(Fault::new(FaultKind::NoEnvironment, half));
    let acme = ("https://acme.scalekit.dev", "skc_1");
    let entries = vec![
        entry(Source::Variables, None, broken),
        entry(
            Source::DotEnv("/home/ada/shop/.env".into()),
            Some(("https://acme-staging.scalekit.dev", "skc_87201983")),
            SourceState::Asked(question(None), Some(false)),
        ),
        entry(Source::Profile(name("acme")), Some(acme), SourceState::InUse),
        entry(Source::Profile(name("other")), Some(("https://other.dev", "skc_2")), SourceState::Ready),
        entry(Source::Profile(name("today")), Some(("https://today.dev", "skc_3")), SourceState::Kept),
        entry(Source::Sandbox, None, SourceState::Ready),
    ];
    SourceList { entries, troubles: vec![] }
}

/// The list over the accounts of the sandbox.
pub fn list(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("O");
    stage.send(profile_task::SLOT, SourcesListed(Ok(survey())));
    stage
}

/// A new profile, filled in.
fn form(columns: u16, rows: u16) -> Stage {
    let mut stage = list(columns, rows);
    stage.press("n Tab").type_in("dev").press("Tab").type_in("https://dev.scalekit.dev").press("Tab").type_in("skc_9");
    stage.press("Tab");
    stage.event(Event::Paste("sks_hunter2\n".into()));
    stage
}

fn no_keychain() -> Fault {
    let why = "This machine has no keychain that can be used: no such bus. Without one, the key can come from environment variables.";
    Fault::new(FaultKind::Local, why)
}

/// What is on the screen, without frames and line ends.
pub fn words(stage: &Stage) -> String {
    let text = stage.text().replace(['│', '╭', '╰'], " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn opening(stage: &Stage) -> &OpenEnvironment {
    stage.task_of()
}

fn profile_task(stage: &Stage) -> &ProfileTask {
    stage.task_of()
}

fn added(in_memory: bool, result: Result<(), Fault>) -> ProfileAdded {
    ProfileAdded { name: name("dev"), in_memory, result }
}

fn open(stage: &mut Stage, source: Source, to: &str) {
    let recorded_as = format!("https://{to}");
    let card = EnvironmentCard {
        name: to.into(),
        source,
        recorded_as,
        user_verify_url: None,
        match_rule: MatchRule::Auto,
        remark: None,
        abilities: Abilities::ALL,
        mode: jackfield::testing::domain::Mode::Ask,
    };
    stage.send(open_environment::SLOT, OpeningReport::Opened(Ok(card)));
}

#[test]
fn what_of_a_file_does_not_count_is_said_when_it_is_opened() {
    let mut stage = Stage::new(80, 24);
    let remark = "acme.env: line 2 is not NAME=VALUE and was skipped.";
    let card = EnvironmentCard {
        name: "acme.dev".into(),
        source: Source::EnvFile("acme.env".into()),
        recorded_as: "https://acme.dev".into(),
        user_verify_url: None,
        match_rule: MatchRule::Auto,
        remark: Some(remark.into()),
        abilities: Abilities::ALL,
        mode: jackfield::testing::domain::Mode::Ask,
    };
    stage.send(open_environment::SLOT, OpeningReport::Opened(Ok(card)));
    assert!(stage.text().contains(remark), "{}", stage.text());
}

#[test]
fn pictures() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        let picture = |name: &str, stage: &Stage| {
            insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), stage.text());
        };
        let mut stage = Stage::new(columns, rows);
        stage.send(open_environment::SLOT, OpeningReport::AskAbout(question(None)));
        picture("env_file", &stage);
        let mut stage = Stage::with_accounts(columns, rows, accounts());
        stage.press("O");
        picture("environments_coming", &stage);
        let mut stage = list(columns, rows);
        picture("environments", &stage);
        stage.press("g");
        picture("environments_broken", &stage);
        stage.press("j Enter");
        picture("env_file_again", &stage);
        let mut stage = list(columns, rows);
        stage.press("n");
        picture("profile_empty", &stage);
        stage.press("Tab Tab Tab Tab Tab Tab Enter");
        picture("profile_missing", &stage);
        let mut stage = form(columns, rows);
        picture("profile_typed", &stage);
        stage.press("Tab Tab Enter");
        picture("profile_saving", &stage);
        stage.send(profile_task::SLOT, added(false, Err(no_keychain())));
        picture("profile_no_keychain", &stage);
        let mut stage = Stage::new(columns, rows);
        stage.send(open_environment::SLOT, OpeningReport::AtKeychain(name("acme")));
        picture("at_keychain", &stage);
        stage.send(open_environment::SLOT, OpeningReport::Opened(Err(no_keychain())));
        picture("not_open", &stage);
    }
}

#[test]
fn a_dotenv_is_asked_about_before_anything_is_open() {
    let mut stage = Stage::new(100, 30);
    assert!(opening(&stage).target.is_none() && opening(&stage).answer.is_none());
    stage.send(open_environment::SLOT, OpeningReport::AskAbout(question(None)));
    assert!(
        !stage.model.cx.jobs.is_running(open_environment::SLOT) && !stage.model.cx.jobs.is_running(LoadAccounts::SLOT)
    );
    stage.press("Enter j x");
    assert!(!stage.model.cx.jobs.is_running(open_environment::SLOT), "nothing but an answer is one");
    stage.press("y");
    let asked = question(None);
    assert_eq!(opening(&stage).answer, Some((asked, true)));
    open(&mut stage, Source::DotEnv("/home/ada/shop/.env".into()), "acme-staging.scalekit.dev");
    assert!(
        stage.model.cx.jobs.is_running(LoadAccounts::SLOT)
            && stage.text().contains("acme-staging.scalekit.dev (/home/ada/shop/.env)")
    );
}

#[test]
fn a_no_and_no_answer_both_go_on_without_it() {
    let mut stage = Stage::new(100, 30);
    stage.send(open_environment::SLOT, OpeningReport::AskAbout(question(None)));
    stage.press("n");
    assert_eq!((opening(&stage).target.clone(), opening(&stage).answer.clone()), (None, Some((question(None), false))));

    let mut stage = Stage::new(100, 30);
    stage.send(open_environment::SLOT, OpeningReport::AskAbout(question(None)));
    stage.press("Esc");
    assert_eq!(
        (opening(&stage).target.clone(), opening(&stage).answer.clone()),
        (Some(OpenTarget::Configured), None),
        "nothing is kept, and this time the file is left aside"
    );
}

#[test]
fn another_url_than_before_is_pointed_out() {
    let mut stage = Stage::new(80, 30);
    stage.send(open_environment::SLOT, OpeningReport::AskAbout(question(Some("https://acme.scalekit.dev"))));
    assert!(words(&stage).contains("Another URL than before: this folder's file named https://acme.scalekit.dev."));
}

#[test]
fn the_url_is_shown_whole_and_first_however_long() {
    let long = format!("https://{}.example.dev", ["acme.scalekit.dev"; 6].join("."));
    let mut stage = Stage::new(40, 12);
    stage.send(open_environment::SLOT, OpeningReport::AskAbout(TrustQuestion { url: url(&long), ..question(None) }));
    let shown: String = stage.text().lines().skip(1).map(|line| line.trim_matches(['│', ' '])).collect();
    assert!(shown.contains(&long), "{}", stage.text());
}

#[test]
fn an_answer_that_cannot_be_kept_is_said_and_counts() {
    let mut stage = Stage::new(100, 30);
    stage.send(open_environment::SLOT, OpeningReport::AskAbout(question(None)));
    stage.press("y");
    stage.send(open_environment::SLOT, OpeningReport::AnswerLost(Fault::new(FaultKind::Local, "The disk is full.")));
    assert!(stage.text().contains("Your answer counts until you leave, but could not be kept. The disk is full."));
    open(&mut stage, Source::DotEnv("/x/.env".into()), "acme.dev");
    assert!(stage.model.cx.jobs.is_running(LoadAccounts::SLOT));
}

#[test]
fn a_mind_is_changed_from_the_list_and_nothing_closes_before_a_yes() {
    let mut stage = list(100, 30);
    stage.press("g j Enter");
    assert!(stage.text().contains("Use it?") && matches!(stage.model.cx.environment, Environment::Open(_)));
    stage.press("n");
    assert!(matches!(profile_task(&stage), ProfileTask::Answer(asked, false) if **asked == question(None)));
    assert!(
        matches!(stage.model.cx.environment, Environment::Open(_))
            && !stage.model.cx.jobs.is_running(open_environment::SLOT)
    );
    stage.send(profile_task::SLOT, SourcesChanged(Ok("Your answer is kept.".into())));
    stage.send(profile_task::SLOT, SourcesListed(Ok(survey())));
    stage.press("Enter y");
    assert_eq!(opening(&stage).target, Some(OpenTarget::DotEnv));
    assert_eq!(opening(&stage).answer, Some((question(None), true)));
}

#[test]
fn switching_drops_everything_of_the_old_environment() {
    let mut stage = opened(120, 40);
    stage.press("Esc Esc 1 t");
    assert!(stage.model.cx.acting_as.is_some() && stage.model.cx.jobs.is_running(LOADING));
    stage.press("O");
    stage.send(profile_task::SLOT, SourcesListed(Ok(survey())));
    stage.press("k k k Enter");
    assert_eq!(opening(&stage).target, Some(OpenTarget::Profile(name("acme"))));
    assert!(
        !stage.model.cx.jobs.is_running(LOADING)
            && !stage.model.cx.jobs.is_running(LoadAccounts::SLOT)
            && !stage.model.cx.jobs.is_running(profile_task::SLOT)
    );
    let model = &stage.model;
    assert!(model.cx.accounts.all().is_empty() && model.cx.tools.rows().is_empty() && model.cx.acting_as.is_none());
    assert!(model.popups.is_empty() && model.cx.tab == Tab::Accounts && model.playground.subject.is_none());
    let screen = stage.text();
    assert!(screen.contains("opening") && !screen.contains("ada@acme.dev"), "{screen}");
    open(&mut stage, Source::Profile(name("acme")), "acme.scalekit.dev");
    assert!(stage.text().contains("acme.scalekit.dev (profile acme)"));
}

#[test]
fn what_was_typed_is_kept_for_the_way_back_and_that_is_said() {
    let mut stage = opened(120, 40);
    stage.press("Ctrl-A").type_in("{\"half\": ");
    let typed = stage.model.playground.input_text().to_owned();
    let tool = stage.model.playground.subject.as_ref().unwrap().tool.name.to_string();
    stage.press("F3");
    stage.send(profile_task::SLOT, SourcesListed(Ok(survey())));
    stage.press("G k k k Enter");
    assert!(stage.text().contains(&format!("What you typed for {tool} is kept until you are back in sandbox.")));
    open(&mut stage, Source::Profile(name("acme")), "acme.scalekit.dev");
    stage.press("3");
    assert!(stage.model.playground.subject.is_none(), "{}", stage.text());
    stage.press("O");
    stage.send(profile_task::SLOT, SourcesListed(Ok(survey())));
    stage.press("G Enter");
    assert_eq!(opening(&stage).target, Some(OpenTarget::Sandbox));
    stage.open();
    stage.press("3");
    assert_eq!(stage.model.playground.input_text(), typed);
    assert!(stage.text().contains(&tool), "{}", stage.text());
}

#[test]
fn a_call_that_is_out_is_let_go_and_that_is_said() {
    let mut stage = opened(120, 40);
    stage.press("Ctrl-R");
    if !stage.model.cx.jobs.is_running(RunTool::SLOT) {
        stage.press("y");
    }
    assert!(stage.model.cx.jobs.is_running(RunTool::SLOT));
    stage.press("F3");
    stage.send(profile_task::SLOT, SourcesListed(Ok(survey())));
    stage.press("G k k Enter");
    assert!(!stage.model.cx.jobs.is_running(RunTool::SLOT));
    let said: Vec<_> = stage.model.cx.toasts.said().iter().map(|toast| toast.text.as_str()).collect();
    assert!(said.iter().any(|text| text.starts_with("Cancelled while waiting.")), "{said:?}");
}

#[test]
fn what_cannot_be_opened_says_why() {
    let mut stage = list(100, 30);
    assert!(stage.text().contains("● sandbox"), "{}", stage.text());
    stage.press("Enter");
    assert!(stage.text().contains("It is open already."));
    stage.press("g Enter");
    assert!(
        !stage.model.cx.jobs.is_running(open_environment::SLOT)
            && stage.text().contains("missing SCALEKIT_CLIENT_SECRET")
    );
    stage.press("G u");
    assert!(stage.text().contains("Only a profile can be put in use or removed."));
    stage.press("k u");
    assert!(stage.text().contains("the next start would not find it"));
    stage.press("k k u");
    assert!(stage.text().contains("It is in use already."));
}

#[test]
fn a_profile_is_put_in_use_or_removed() {
    let mut stage = list(100, 30);
    stage.press("k k u");
    assert!(matches!(profile_task(&stage), ProfileTask::Use(profile) if *profile == name("other")));
    stage.send(profile_task::SLOT, SourcesChanged(Ok("Profile other is in use.".into())));
    assert!(matches!(profile_task(&stage), ProfileTask::List), "the list is looked at again");
    stage.send(profile_task::SLOT, SourcesListed(Ok(survey())));
    stage.press("D");
    assert!(stage.text().contains("Remove profile other") && words(&stage).contains("secret out of the keychain"));
    stage.press("n");
    assert!(!stage.model.cx.jobs.is_running(profile_task::SLOT));
    stage.press("D y");
    assert!(matches!(profile_task(&stage), ProfileTask::Remove(profile) if *profile == name("other")));
    assert!(stage.text().contains("Waiting for your keychain"));
    stage.press("Esc");
    assert!(
        matches!(profile_task(&stage), ProfileTask::List) && stage.text().contains("Environments"),
        "only the wait ends"
    );
    stage.press("Esc");
    assert!(!stage.text().contains("Environments"));
}

#[test]
fn a_new_profile_goes_to_the_keychain_and_its_secret_is_never_seen() {
    let mut stage = form(100, 30);
    assert!(!stage.text().contains("hunter2") && stage.text().contains("•••••••••••"));
    stage.press("F2");
    assert!(stage.text().contains("sks_hunter2"), "somebody asked to see it");
    stage.press("Tab Tab Enter");
    assert!(!stage.text().contains("hunter2"));
    let task = format!("{:?}", stage.task_of::<ProfileTask>());
    assert!(task.contains("Save") && !task.contains("hunter2"), "{task}");
    stage.press("x Enter");
    assert!(stage.text().contains("It is being saved already."));
    stage.send(profile_task::SLOT, added(false, Ok(())));
    assert!(!stage.text().contains("New profile") && matches!(profile_task(&stage), ProfileTask::List));
    let mut survey = survey();
    let saved = entry(Source::Profile(name("dev")), Some(("https://dev.scalekit.dev", "skc_9")), SourceState::Ready);
    survey.entries.insert(4, saved);
    stage.send(profile_task::SLOT, SourcesListed(Ok(survey)));
    stage.press("Enter");
    assert_eq!(opening(&stage).target, Some(OpenTarget::Profile(name("dev"))), "the cursor went to it");
}

#[test]
fn an_environment_of_ones_own_has_a_name_and_a_folder() {
    let mut stage = list(100, 30);
    stage.press("n");
    assert!(stage.text().contains("◀ Scalekit ▶") && stage.text().contains("client id"), "{}", stage.text());
    stage.press("Right");
    assert!(stage.text().contains("◀ local ▶") && !stage.text().contains("client id"), "{}", stage.text());
    stage.press("Tab").type_in("own").press("Tab").type_in("~/own").press("Tab Enter");
    assert!(stage.text().contains("Write the whole path"), "{}", stage.text());
    stage.press("Ctrl-U").type_in("/srv/own").press("Enter Enter");
    let ProfileTask::Save(profile, None) = profile_task(&stage) else { panic!("saved without a secret") };
    assert_eq!((profile.name.as_str(), profile.target.kind()), ("own", "local"));
    stage.send(profile_task::SLOT, ProfileAdded { name: name("own"), in_memory: false, result: Ok(()) });
    assert!(stage.text().contains("Profile own is saved.") && !stage.text().contains("its secret in the keychain"));
}

#[test]
fn pictures_of_a_local_profile() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        let mut stage = list(columns, rows);
        stage.press("n Right");
        insta::assert_snapshot!(format!("local_profile_{columns}x{rows}"), stage.text());
    }
}

#[test]
fn a_wait_for_the_keychain_can_be_given_up_and_everything_typed_stays() {
    let mut stage = form(100, 30);
    stage.press("Tab Tab Enter Esc");
    assert!(!stage.model.cx.jobs.is_running(profile_task::SLOT));
    let screen = stage.text();
    assert!(screen.contains("You stopped waiting for the keychain. Nothing is saved."), "{screen}");
    assert!(screen.contains("https://dev.scalekit.dev") && !screen.contains("keep for this run"), "{screen}");
    stage.press("Enter");
    assert!(matches!(profile_task(&stage), ProfileTask::Save(..)), "and it can be tried again");
    stage.press("Esc Esc");
    assert!(!stage.text().contains("New profile"));
}

#[test]
fn without_a_keychain_it_can_be_kept_for_this_run() {
    let mut stage = form(100, 30);
    stage.press("Ctrl-T");
    assert!(!stage.model.cx.jobs.is_running(profile_task::SLOT), "only where there is no other way");
    stage.press("Tab Tab Enter");
    stage.send(profile_task::SLOT, added(false, Err(no_keychain())));
    let screen = stage.text();
    assert!(screen.contains("no keychain that can be used") && screen.contains("Ctrl-T keep for this run"), "{screen}");
    stage.press("Ctrl-T");
    let ProfileTask::Keep(profile, secret) = profile_task(&stage) else { panic!() };
    assert_eq!((profile.name.as_str(), secret.expose()), ("dev", "sks_hunter2"));
    stage.send(profile_task::SLOT, added(true, Ok(())));
    assert!(stage.text().contains("Profile dev is kept until you leave; nothing was written."));
}

#[test]
fn a_name_that_is_taken_is_said_beside_it() {
    let mut stage = form(100, 30);
    stage.press("Tab Tab Enter");
    let taken = Fault::new(FaultKind::Conflict, "There is a profile “dev” already.");
    stage.send(profile_task::SLOT, added(false, Err(taken)));
    assert!(stage.text().contains("✗ There is a profile “dev” already."));
    stage.type_in("2");
    assert!(!stage.text().contains("already") && stage.text().contains("dev2"));
}

#[test]
fn opening_can_be_given_up_and_leads_to_other_environments() {
    let mut stage = Stage::new(100, 30);
    stage.send(open_environment::SLOT, OpeningReport::AtKeychain(name("acme")));
    assert!(stage.text().contains("Waiting for your keychain (profile acme)"));
    stage.press("Esc");
    assert!(!stage.model.cx.jobs.is_running(open_environment::SLOT));
    let screen = stage.text();
    assert!(words(&stage).contains("You stopped waiting for the keychain to open profile"), "{screen}");
    assert!(screen.contains("r  try again") && screen.contains("O  another environment"), "{screen}");
    stage.press("R");
    assert!(opening(&stage).target.is_none());
    stage.press("Esc O");
    stage.send(profile_task::SLOT, SourcesListed(Ok(survey())));
    assert!(stage.text().contains("nothing is open"));
    stage.press("G Enter");
    assert_eq!(opening(&stage).target, Some(OpenTarget::Sandbox));
}

#[test]
fn the_header_says_where_it_came_from_as_far_as_there_is_room_and_leads_to_the_list() {
    let at = |columns: u16| {
        let mut stage = Stage::new(columns, 20);
        open(&mut stage, Source::EnvFile("/home/ada/shop/acme.env".into()), "acme.scalekit.dev");
        stage
    };
    assert!(at(100).text().contains("acme.scalekit.dev (/home/ada/shop/acme.env) │"));
    assert!(at(80).text().contains("acme.scalekit.dev (acme.env) │"), "{}", at(80).text());
    assert!(at(40).text().contains("acme.scalekit.dev │"));
    let mut stage = at(40);
    let (column, row) = stage.find("acme.scalekit.dev");
    stage.event(Event::Click(stage.hits().at(column, row).unwrap()));
    stage.send(profile_task::SLOT, SourcesListed(Ok(survey())));
    assert!(stage.text().contains("open: acme.scalekit.dev, from ac"), "{}", stage.text());
    let before = stage.text();
    stage.event(Event::Click(Target::Action(Action::Environments)));
    assert_eq!(stage.text(), before, "one list is enough");
    let (column, row) = stage.find("profile acme");
    assert_eq!(stage.hits().at(column, row), Some(Target::Entry(2)));
}

#[test]
fn it_can_be_reached_wherever_one_is() {
    for keys in ["O", "2 O", "3 O", "4 O", "/ F3", "? Esc O"] {
        let mut stage = Stage::with_accounts(100, 30, accounts());
        stage.press(keys);
        assert!(stage.text().contains("Environments"), "{keys}");
    }
    let mut stage = Stage::with_accounts(100, 30, accounts());
    stage.press("Ctrl-P").type_in("environments").press("Enter");
    assert!(stage.text().contains("Environments"));
    assert!(stage.effects.iter().all(|effect| !matches!(effect, Effect::Quit(_))));
}
