//! The full-screen front without a terminal: events in, effects and a picture out.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jackfield::testing::backend::Abilities;
use jackfield::testing::backend::scalekit::words;
use jackfield::testing::domain::Fault;
use jackfield::testing::domain::{Account, EffectSource, JsonText, MatchRule, Tool, ToolEffect, ToolName, ToolOrigin};
use jackfield::testing::flow::authorize::Progress;
use jackfield::testing::profile::Source;
use jackfield::testing::settings::{Settings, ThemeVariant};
use jackfield::testing::tui::accounts::authorize::tasks::{AuthorizeEnd, AuthorizeStep, FollowAuthorization};
use jackfield::testing::tui::accounts::tasks::AccountsEnd;
use jackfield::testing::tui::accounts::tasks::AccountsPage;
use jackfield::testing::tui::accounts::tasks::LoadAccounts;
use jackfield::testing::tui::core::component::Component;
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::event::{Event, Now};
use jackfield::testing::tui::core::message::{Message, Payload};
use jackfield::testing::tui::core::state::authorization::AuthorizationId;
use jackfield::testing::tui::core::state::environment::EnvironmentCard;
use jackfield::testing::tui::core::state::session::Session;
use jackfield::testing::tui::core::work::job::Job;
use jackfield::testing::tui::core::work::job::Slot;
use jackfield::testing::tui::core::work::task::Task;
use jackfield::testing::tui::environments::open_environment::{self, OpeningReport};
use jackfield::testing::tui::input::hit_test::Hits;
use jackfield::testing::tui::shell::model::Model;
use jackfield::testing::tui::shell::update::update;
use jackfield::testing::tui::shell::view::draw;
use jackfield::testing::tui::theme::{Depth, Theme};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// A program under test.
pub struct Stage {
    pub model: Model,
    jobs: Vec<(Job, Box<dyn Task>)>,
    /// Everything it asked for that was not a task.
    pub effects: Vec<Effect>,
}

/// The moment at which all tests take place.
pub fn now() -> Timestamp {
    "2026-03-04T12:00:00Z".parse().unwrap()
}

impl Stage {
    /// A program that has just been started in a terminal of this size.
    pub fn new(columns: u16, rows: u16) -> Self {
        Self::with_depth(columns, rows, Depth::Sixteen)
    }

    pub fn with_depth(columns: u16, rows: u16, depth: Depth) -> Self {
        let (mut model, effects) =
            Model::start(Rect::new(0, 0, columns, rows), Theme::new(ThemeVariant::Dark, depth), true);
        model.cx.now = Now { wall: now(), uptime: Duration::from_secs(100) };
        let mut stage = Self { model, jobs: Vec::new(), effects: Vec::new() };
        stage.take(effects);
        stage
    }

    /// The same, with these settings, after a run that left this memory, on a desktop that may have a
    /// clipboard.
    pub fn begun(columns: u16, rows: u16, settings: &str, memory: Session) -> Self {
        let settings = Settings::parse(settings);
        let (mut model, effects) = Model::begin(Rect::new(0, 0, columns, rows), &settings, memory, |_| None);
        model.cx.now = Now { wall: now(), uptime: Duration::from_secs(1) };
        // However the program was built.
        model.cx.desktop_clipboard = true;
        let mut stage = Self { model, jobs: Vec::new(), effects: Vec::new() };
        stage.take(effects);
        stage
    }

    /// The same, with the environment open and these accounts loaded.
    pub fn with_accounts(columns: u16, rows: u16, accounts: Vec<Account>) -> Self {
        let mut stage = Self::new(columns, rows);
        stage.load(accounts);
        stage
    }

    pub fn load(&mut self, accounts: Vec<Account>) {
        self.open();
        self.load_into_open(accounts);
    }

    /// These accounts in the environment that is open.
    pub fn load_into_open(&mut self, accounts: Vec<Account>) {
        let total = accounts.len() as u64;
        self.send(LoadAccounts::SLOT, AccountsPage(accounts, Some(total)));
        self.send(LoadAccounts::SLOT, AccountsEnd(Ok(None)));
    }

    pub fn open(&mut self) {
        let card = EnvironmentCard {
            name: "sandbox".into(),
            source: Source::Sandbox,
            recorded_as: "sandbox".into(),
            user_verify_url: None,
            match_rule: MatchRule::Auto,
            remark: None,
            // Its connections are made elsewhere, as a broker's are.
            abilities: Abilities { connection_admin: false, ..Abilities::ALL },
            mode: jackfield::testing::domain::Mode::Free,
        };
        self.send(open_environment::SLOT, OpeningReport::Opened(Ok(card)));
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Start(job, task) => {
                    self.jobs.retain(|(other, _)| other.slot != job.slot);
                    self.jobs.push((job, task));
                }
                Effect::Cancel(slot) => self.jobs.retain(|(job, _)| job.slot != slot),
                other => self.effects.push(other),
            }
        }
    }

    pub fn event(&mut self, event: Event) {
        let effects = update(&mut self.model, event);
        self.take(effects);
    }

    /// Lets time pass.
    pub fn wait(&mut self, time: Duration) {
        self.model.cx.now.uptime += time;
        self.model.cx.now.wall += time;
        self.event(Event::Tick);
    }

    /// Presses keys, as the action table writes them.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ') {
            self.event(Event::Key(key_event(key)));
        }
        self
    }

    /// Types text.
    pub fn type_in(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.event(Event::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)));
        }
        self
    }

    /// Tasks that run, with the number of their start.
    pub fn tasks(&self) -> Vec<Job> {
        self.jobs.iter().map(|(job, _)| *job).collect()
    }

    /// Whether a task runs in `slot`.
    pub fn runs(&self, slot: Slot) -> bool {
        self.jobs.iter().any(|(job, _)| job.slot == slot)
    }

    pub fn job(&self, slot: Slot) -> Job {
        self.jobs.iter().find(|(job, _)| job.slot == slot).map(|(job, _)| *job).expect("a job")
    }

    /// The newest task of this kind that runs.
    pub fn task_of<T: Task>(&self) -> &T {
        self.jobs.iter().rev().find_map(|(_, task)| task.downcast_ref()).expect("such a task runs")
    }

    /// The same, to take what it was given.
    pub fn task_mut<T: Task>(&mut self) -> &mut T {
        let mut tasks = self.jobs.iter_mut().rev().map(|(_, task)| &mut **task as &mut dyn std::any::Any);
        tasks.find_map(|task| task.downcast_mut()).expect("such a task runs")
    }

    /// The uppermost popup, if it is a `T`.
    pub fn popup<T: Component>(&self) -> Option<&T> {
        self.model.popups.last().and_then(|popup| popup.downcast_ref())
    }

    /// The task that runs in `slot` reports something.
    pub fn send(&mut self, slot: Slot, payload: impl Payload) {
        let job = self.job(slot);
        self.event(Event::Task(job, Message::new(payload)));
    }

    /// Number of the newest authorization that is under way here.
    fn authorization(&self) -> AuthorizationId {
        self.model.cx.authorizations.newest_first().next().expect("an authorization").0
    }

    /// Whether an authorization is followed.
    pub fn authorizes(&self) -> bool {
        self.jobs.iter().any(|(_, task)| task.downcast_ref::<FollowAuthorization>().is_some())
    }

    /// The job that follows the newest authorization.
    pub fn authorization_job(&self) -> Job {
        self.job(FollowAuthorization::slot_of(self.authorization()))
    }

    /// The newest authorization comes a step further.
    pub fn authorize_step(&mut self, progress: Progress) {
        let id = self.authorization();
        self.send(FollowAuthorization::slot_of(id), AuthorizeStep(id, progress));
    }

    /// It ends.
    pub fn authorize_end(&mut self, result: Result<Account, Fault>) {
        let id = self.authorization();
        self.send(FollowAuthorization::slot_of(id), AuthorizeEnd(id, result));
    }

    fn render(&self) -> (Buffer, Hits) {
        let mut buffer = Buffer::empty(self.model.cx.screen);
        let (hits, _) = draw(&self.model, &mut buffer);
        (buffer, hits)
    }

    /// The screen, cell by cell.
    pub fn buffer(&self) -> Buffer {
        self.render().0
    }

    /// Where the terminal's cursor stands: column and row.
    pub fn caret(&self) -> Option<(u16, u16)> {
        let (_, caret) = draw(&self.model, &mut Buffer::empty(self.model.cx.screen));
        caret.map(|at| (at.x, at.y))
    }

    /// What can be clicked.
    pub fn hits(&self) -> Hits {
        self.render().1
    }

    /// The screen as text, one line a row.
    pub fn text(&self) -> String {
        let (buffer, _) = self.render();
        rows(&buffer)
    }

    /// Where on the screen some text begins: column and row.
    pub fn find(&self, text: &str) -> (u16, u16) {
        let screen = self.text();
        for (row, line) in screen.lines().enumerate() {
            if let Some(at) = line.find(text) {
                return (line[..at].chars().count() as u16, row as u16);
            }
        }
        panic!("{text:?} is not on the screen:\n{screen}");
    }

    /// The screen as text with a second picture of its attributes: `b` bold, `d` dim, `r` reversed,
    /// `u` underlined, `c` any colour.
    pub fn attributes(&self) -> String {
        let (buffer, _) = self.render();
        let mut out = rows(&buffer);
        out.push_str("\n--- attributes\n");
        for y in 0..buffer.area.height {
            let mut line = String::new();
            for x in 0..buffer.area.width {
                let cell = &buffer[(x, y)];
                let coloured = cell.fg != ratatui::style::Color::Reset || cell.bg != ratatui::style::Color::Reset;
                let mark = match cell.modifier {
                    _ if coloured => 'c',
                    m if m.contains(Modifier::REVERSED) => 'r',
                    m if m.contains(Modifier::UNDERLINED) => 'u',
                    m if m.contains(Modifier::BOLD) => 'b',
                    m if m.contains(Modifier::DIM) => 'd',
                    _ => ' ',
                };
                line.push(mark);
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }
}

fn rows(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut skip = 0;
        for x in 0..buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            if skip == 0 {
                line.push_str(symbol);
                skip = unicode_width::UnicodeWidthStr::width(symbol).max(1);
            }
            skip -= 1;
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn key_event(text: &str) -> KeyEvent {
    let (mut modifiers, mut rest) = (KeyModifiers::NONE, text);
    while let Some((name, after)) = rest.split_once('-').filter(|(name, _)| ["Ctrl", "Alt", "Shift"].contains(name)) {
        modifiers |= match name {
            "Ctrl" => KeyModifiers::CONTROL,
            "Alt" => KeyModifiers::ALT,
            _ => KeyModifiers::SHIFT,
        };
        rest = after;
    }
    let code = match rest {
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Tab" => KeyCode::Tab,
        "Space" => KeyCode::Char(' '),
        "Up" => KeyCode::Up,
        "Down" => KeyCode::Down,
        "Left" => KeyCode::Left,
        "Right" => KeyCode::Right,
        "Home" => KeyCode::Home,
        "End" => KeyCode::End,
        "PageUp" => KeyCode::PageUp,
        "PageDown" => KeyCode::PageDown,
        "Backspace" => KeyCode::Backspace,
        _ if rest.starts_with('F') && rest.len() > 1 => KeyCode::F(rest[1..].parse().unwrap()),
        _ => KeyCode::Char(rest.chars().next().unwrap().to_ascii_lowercase()),
    };
    match code {
        KeyCode::Char(_) if modifiers.is_empty() && rest.len() == 1 => {
            KeyEvent::new(KeyCode::Char(rest.chars().next().unwrap()), modifiers)
        }
        code => KeyEvent::new(code, modifiers),
    }
}

/// An account whose token moments are given in minutes from now.
pub fn account(
    id: &str,
    connection: &str,
    identifier: &str,
    status: &str,
    expires: Option<i64>,
    used: Option<i64>,
) -> Account {
    let moment = |minutes: Option<i64>| minutes.map(|m| now() + jiff::SignedDuration::from_mins(m));
    Account {
        id: id.into(),
        identifier: identifier.into(),
        connection: connection.into(),
        connection_id: format!("conn_{connection}").as_str().into(),
        provider: connection.to_uppercase().as_str().into(),
        status: words::status(status),
        authorization: words::authorization("OAUTH"),
        token_expires_at: moment(expires),
        updated_at: moment(Some(-120)),
        last_used_at: moment(used),
        org_wide: false,
        raw: JsonText::empty_object(),
    }
}

/// A small world with every status in it.
pub fn accounts() -> Vec<Account> {
    vec![
        account("ca_101", "linear", "ada@acme.dev", "EXPIRED", Some(-120), Some(-121)),
        account("ca_102", "asana", "ada@acme.dev", "ACTIVE", Some(41), Some(-3)),
        account("ca_103", "linear", "grace@acme.dev", "ACTIVE", Some(600), Some(-60)),
        account("ca_104", "asana", "grace@acme.dev", "PENDING_VERIFICATION", None, None),
        account("ca_105", "linear", "linus@acme.dev", "PENDING_AUTH", None, None),
        account("ca_106", "asana", "linus@acme.dev", "DISCONNECTED", None, Some(-4320)),
        account("ca_107", "linear", "margaret@acme.dev", "REVOKED", Some(-5), Some(-30)),
        account("ca_108", "asana", "margaret@acme.dev", "ACTIVE", Some(-5), Some(-30)),
    ]
}

/// A tool with an input schema.
pub fn tool(name: &str, effect: ToolEffect, schema: &str) -> Tool {
    Tool {
        name: ToolName::from(name),
        title: "".into(),
        description: format!("What {name} does, in a sentence.").into(),
        provider: "ASANA".into(),
        input_schema: Some(JsonText::parse(schema.to_owned()).unwrap()),
        effect,
        effect_source: EffectSource::Name,
        account: Some("ca_102".into()),
        identifier: Some("ada@acme.dev".into()),
        origin: ToolOrigin::Environment,
        scopes: Vec::new(),
        raw: JsonText::empty_object(),
    }
}

/// A few tools.
pub fn tools() -> Vec<Tool> {
    vec![
        tool("asana_me_get", ToolEffect::Reads, r#"{"type":"object","properties":{}}"#),
        tool(
            "asana_projects_list",
            ToolEffect::Reads,
            r#"{"type":"object","properties":{"team":{"type":"string","description":"GID of a team"}}}"#,
        ),
        tool(
            "asana_task_create",
            ToolEffect::Writes,
            r#"{"type":"object","required":["name"],"properties":{"name":{"type":"string","description":"Name of the task"},
                "due_on":{"type":"string","format":"date"},"projects":{"type":"array","items":{"type":"string"}},
                "priority":{"type":"string","enum":["low","high"],"default":"low"}}}"#,
        ),
    ]
}
