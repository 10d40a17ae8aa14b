//! The program as a whole, and what lies around it: screens, mouse, colours, clipboard, files, browser.

pub mod clipboard;
pub mod tasks;

use self::clipboard::Clipboard;
use self::tasks::{CopiedToDesktop, CopyToDesktop, OpenBrowser};
use crate::tui::approval;
use crate::tui::approval::popup::ApprovalPopup;
use crate::tui::comparison::popup::ComparePopup;
use crate::tui::core::component::Component;
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::effect::Effect;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{
    Ask, BROWSER, BrowserOpened, CompareForPeople, CopyText, ExplainThis, OpenInBrowser, OpenMenu, OpenSavedFilters,
    Pick, SaveFile, SaveList, SaveTable, ShowAuthorization,
};
use crate::tui::core::state::environment::NOT_OPEN;
use crate::tui::core::toast::Level;
use crate::tui::explain::Explanation;
use crate::tui::explain::tasks::{ExplainTask, Explained};
use crate::tui::explorer::jq::{KeepQuery, QueryKept};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::tabs::Tab;
use crate::tui::mcp_servers::list::ServerList;
use crate::tui::mcp_servers::tasks::ServerChanged;
use crate::tui::shell::confirm::Question;
use crate::tui::shell::menu::Menu;
use crate::tui::shell::messages::Messages;
use crate::tui::shell::palette;
use crate::tui::shell::picker::Picker;
use crate::tui::shell::request_log::RequestLog;
use crate::tui::shell::save::{self, ListTabulated, SavePopup, TabulateList};
use crate::tui::shell::saved_filters::SavedFilters;
use crate::tui::theme::Depth;
use crate::tui::widgets::canvas::Canvas;

/// Asked last: whatever no popup and no screen knows.
#[derive(Default)]
pub struct Desktop {
    clipboard: Clipboard,
    /// On its way to the desktop's clipboard.
    copying: Option<CopyText>,
}

impl Component for Desktop {
    fn context(&self) -> Context {
        Context::Everywhere
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        match action {
            Action::Quit
            | Action::Suspend
            | Action::ToggleMouse
            | Action::ToggleRecording
            | Action::ToggleMasking
            | Action::Messages
            | Action::GoAccounts
            | Action::GoTools
            | Action::GoPlayground
            | Action::GoActivity
            | Action::GoAgent
            | Action::GoChecks => Availability::Yes,
            Action::ShowApprovals => {
                let asks_elsewhere = cx.agent_asks > 0 && cx.tab != Tab::Agent;
                Availability::here(cx.approvals.count() > 0 || asks_elsewhere)
            }
            Action::ShowAuthorization => Availability::here(cx.authorizations.to_show().is_some()),
            Action::CycleTheme => Availability::when(
                cx.theme.depth != Depth::None,
                "NO_COLOR is set, or this terminal has no colours: nothing would change.",
            ),
            Action::Requests | Action::McpServers => Availability::when(cx.environment.open().is_some(), NOT_OPEN),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Quit => cx.effect(Effect::Quit(0)),
            Action::Suspend => cx.effect(Effect::Suspend),
            Action::ShowApprovals if cx.approvals.count() == 0 => cx.request(Request::Show(Tab::Agent)),
            Action::ShowApprovals => cx.open(ApprovalPopup::new(cx.now.uptime)),
            Action::ShowAuthorization => cx.send(ShowAuthorization),
            Action::ToggleMouse => toggle_mouse(cx),
            Action::CycleTheme => cycle_theme(cx),
            Action::ToggleRecording => toggle_recording(cx),
            Action::ToggleMasking => toggle_masking(cx),
            Action::Messages => cx.open(Messages::default()),
            Action::Requests => RequestLog::open(cx),
            Action::McpServers => ServerList::open(cx),
            Action::GoAccounts => cx.request(Request::Show(Tab::Accounts)),
            Action::GoTools => cx.request(Request::Show(Tab::Tools)),
            Action::GoPlayground => cx.request(Request::Show(Tab::Playground)),
            Action::GoActivity => cx.request(Request::Show(Tab::Activity)),
            Action::GoAgent => cx.request(Request::Show(Tab::Agent)),
            Action::GoChecks => cx.request(Request::Show(Tab::Checks)),
            _ => {}
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let message = match message.take::<Ask>() {
            Ok(ask) => {
                cx.open(Question::from(ask));
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<CompareForPeople>() {
            Ok(call) => {
                let popup = ComparePopup::new(call, cx);
                cx.open(popup);
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<Pick>() {
            Ok(pick) => {
                cx.open(Picker::from(pick));
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<ExplainThis>() {
            Ok(ExplainThis(question)) => {
                Explanation::open(*question, cx);
                return Ok(());
            }
            Err(message) => message,
        };
        // Its popup is closed.
        let message = match message.take::<Explained>() {
            Ok(Explained(_)) => {
                cx.jobs.finish(ExplainTask::SLOT);
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<CopyText>() {
            Ok(copying) => {
                self.copy(copying, cx);
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<CopiedToDesktop>() {
            Ok(CopiedToDesktop(done)) => {
                self.copied(done, cx);
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<OpenMenu>() {
            Ok(menu) => {
                cx.open(Menu::from(menu));
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<OpenSavedFilters>() {
            Ok(filters) => {
                SavedFilters::open(filters, cx);
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<SaveList>() {
            Ok(list) => {
                cx.start(TabulateList(list));
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<ListTabulated>() {
            Ok(ListTabulated(result)) => {
                cx.jobs.finish(TabulateList::SLOT);
                match result {
                    Ok(table) => SavePopup::open_table(table, cx),
                    Err(fault) => cx.say(Level::Problem, fault.to_string()),
                }
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<SaveFile>() {
            Ok(file) => {
                SavePopup::open(file, cx);
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<SaveTable>() {
            Ok(table) => {
                SavePopup::open_table(table, cx);
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match save::receive(message, cx) {
            Ok(()) => return Ok(()),
            Err(message) => message,
        };
        let message = match message.take::<OpenInBrowser>() {
            Ok(OpenInBrowser(url)) => {
                cx.start(OpenBrowser(url));
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match ServerChanged::after_closing(message, cx) {
            Ok(()) => return Ok(()),
            Err(message) => message,
        };
        let message = match approval::receive(message, cx) {
            Ok(()) => return Ok(()),
            Err(message) => message,
        };
        // Nobody waits for it any more.
        let message = match message.take::<BrowserOpened>() {
            Ok(BrowserOpened(result)) => {
                cx.jobs.finish(BROWSER);
                if let Err(fault) = result {
                    cx.say(Level::Problem, fault.to_string());
                }
                return Ok(());
            }
            Err(message) => message,
        };
        // The palette was closed meanwhile.
        let message = match palette::receive(message, cx) {
            Ok(_) => return Ok(()),
            Err(message) => message,
        };
        let QueryKept(kept) = message.take()?;
        cx.jobs.finish(KeepQuery::SLOT);
        if let Err(fault) = kept {
            cx.say(Level::Problem, fault.to_string());
        }
        Ok(())
    }

    fn draw(&self, _canvas: &mut Canvas<'_>, _cx: &Cx) {}
}

impl Desktop {
    /// Copies to the desktop's clipboard if there is one, else to the terminal's.
    fn copy(&mut self, copying: CopyText, cx: &mut Cx) {
        if !cx.desktop_clipboard {
            return ask_the_terminal(copying, cx);
        }
        cx.start(CopyToDesktop { clipboard: self.clipboard.clone(), text: copying.text.clone() });
        self.copying = Some(copying);
    }

    /// The desktop's clipboard has it, or there is none.
    fn copied(&mut self, done: bool, cx: &mut Cx) {
        cx.jobs.finish(CopyToDesktop::SLOT);
        match self.copying.take() {
            Some(copying) if done && cx.masked => {
                cx.say(Level::Done, format!("Copied {}: {REAL_VALUE}.", copying.what));
            }
            Some(copying) if done => cx.say(Level::Done, format!("Copied {}.", copying.what)),
            Some(copying) => ask_the_terminal(copying, cx),
            None => {}
        }
    }
}

/// Many terminals drop what is longer than this without a word; in bytes.
const LONG: usize = 74_000;

/// What a copy holds while its place on screen does not show it.
const REAL_VALUE: &str = "the real value (screen-share mode masks it only on screen)";

/// Says only what is known: a terminal does not answer whether it did what it was asked.
fn ask_the_terminal(CopyText { text, what }: CopyText, cx: &mut Cx) {
    let is_link = cx.contexts.first() == Some(&Context::Authorize);
    let (alone, mouse) = (cx.key_for(Action::WholeLink), cx.key_for(Action::ToggleMouse));
    let otherwise = match (is_link, cx.mouse) {
        // Nothing on screen is worth selecting.
        _ if cx.masked => format!(" It is {REAL_VALUE}."),
        (true, _) if !alone.is_empty() => format!(" Nothing there? {alone} shows it alone."),
        (_, true) if !mouse.is_empty() => format!(" Nothing there? {mouse}, then select with the mouse."),
        _ => " Nothing there? Select it with the mouse.".to_owned(),
    };
    let long = if text.len() > LONG { " That is much for a terminal." } else { "" };
    cx.say(Level::Done, format!("Sent {what} to the terminal's clipboard (OSC 52).{otherwise}{long}"));
    cx.effect(Effect::Copy(text));
}

/// Words of a switch, with the key that turns it the other way.
fn with_key(words: &str, action: Action, turns: &str, cx: &Cx) -> String {
    match cx.key_for(action) {
        "" => format!("{words}."),
        key => format!("{words} ({key} {turns})."),
    }
}

fn toggle_mouse(cx: &mut Cx) {
    cx.mouse = !cx.mouse;
    let text = match (cx.mouse, cx.key_for(Action::ToggleMouse)) {
        (true, _) => "Mouse on.".to_owned(),
        (false, "") => "Mouse off: select text as usual.".to_owned(),
        (false, key) => format!("Mouse off: select text as usual. {key} turns it on."),
    };
    cx.say(Level::Note, text);
    cx.effect(Effect::Mouse(cx.mouse));
}

fn toggle_recording(cx: &mut Cx) {
    cx.recording = !cx.recording;
    let text = match cx.recording {
        true => "Recording is on.".to_owned(),
        false => with_key("Recording is off", Action::ToggleRecording, "turns it on", cx),
    };
    cx.say(Level::Note, text);
}

fn toggle_masking(cx: &mut Cx) {
    cx.masked = !cx.masked;
    let text = match cx.masked {
        true => {
            let words = "Screen-share mode: identifiers, e-mails, ids, links and secrets are masked";
            with_key(words, Action::ToggleMasking, "shows them", cx)
        }
        false => "Screen-share mode is off: everything is shown.".to_owned(),
    };
    cx.say(Level::Note, text);
}

fn cycle_theme(cx: &mut Cx) {
    cx.theme = cx.theme.next();
    cx.look = Some(cx.theme.look);
    cx.say(Level::Note, format!("Theme: {}", cx.theme.look.words()));
}
